// SPDX-License-Identifier: BSD-2-Clause
// From what a person gives to manifests: finds them in a folder, reads them, follows a
// multivariant playlist to its media playlists, and lists the tracks of all.
#include <string.h>

#include "manifests/validate/dash/tracks.h"
#include "manifests/validate/hls/tracks.h"
#include "manifests/validate/load_private.h"
#include "src/base/file.h"

#define SNIFF_BYTES 4096

static struct hls_source source_of(const struct session *session, size_t resource,
                                   const struct hls_playlist *parent)
{
    const struct resource *from = &session->evidence->resources[resource];
    const char *address = from->final_uri ? from->final_uri : from->uri;
    // A file has no query to take parameters from.
    bool has_query = strncmp(address, "file:", 5) != 0;
    return (struct hls_source){.resource = resource,
                               .file = from->name,
                               .address = has_query ? address : NULL,
                               .parent = parent};
}

// Reads one playlist that another lists; what cannot be had or is none is reported.
static void load_playlist(struct session *session, size_t resource,
                          const struct hls_playlist *parent, const struct place *place)
{
    AUTO(buf_done) struct buf text = {0};
    struct err err = {0};
    struct hls_playlist *playlist = NULL;
    const char *name = session->evidence->resources[resource].name;
    if (session->manifest_count++ >= MANIFESTS_MAX) {
        findings_add(session->findings, RULE_L4, place, NULL, NULL,
                     "more than %d playlists are listed; the rest is not read", MANIFESTS_MAX);
        return;
    }
    if (!session_read_manifest(session, resource, &text, &err)) {
        findings_add(session->findings, RULE_H7, place, name, NULL, "%s", err.text);
        return;
    }
    struct hls_source source = source_of(session, resource, parent);
    if (hls_playlist_read_from((const char *)text.data, text.size_bytes, &source, session->findings,
                               &playlist, &err))
        evidence_playlist_add(session->evidence, playlist);
    else
        findings_add(session->findings, RULE_H1, PLACE(.file = name, .line = 1), NULL, NULL, "%s",
                     err.text);
}

static size_t playlist_of(const struct evidence *evidence, size_t resource)
{
    for (size_t i = 0; i < evidence->playlist_count; i++)
        if (evidence->playlists[i]->resource == resource)
            return i;
    return NONE;
}

// Reads what the multivariant playlist at `index` lists. A list in a list is not followed.
static void load_children(struct session *session, size_t index)
{
    struct evidence *evidence = session->evidence;
    struct reference_resolver resolver = session_resolver(session);
    struct hls_child *children = NULL;
    size_t count = hls_playlist_children(evidence, index, &resolver, &children);
    for (size_t i = 0; i < count; i++) {
        struct place place = {
            .file = evidence->playlists[index]->file, .line = children[i].line, .byte = -1};
        if (playlist_of(evidence, children[i].resource) == NONE)
            load_playlist(session, children[i].resource, evidence->playlists[index], &place);
    }
    MEM_FREE(children);
}

static bool load_mpd(struct session *session, size_t resource, const struct buf *text,
                     int64_t *ret_line, struct err *err)
{
    struct mpd *mpd = NULL;
    if (!mpd_read((const char *)text->data, text->size_bytes, resource,
                  session->evidence->resources[resource].name, session->findings, &mpd, ret_line,
                  err))
        return false;
    evidence_mpd_add(session->evidence, mpd);
    return true;
}

// What failed for one input is a finding, as long as there is something else to judge.
static bool pass_over(struct session *session, enum rule_id rule, const struct place *place,
                      const struct err *err)
{
    if (err->kind == ERR_CANCELLED)
        return false;
    if (session->unreachable.kind == ERR_NONE)
        session->unreachable = *err;
    findings_add(session->findings, rule, place, NULL, NULL, "%s", err->text);
    return true;
}

// What is given, as far as it must be read to know what it is: a file's first bytes, so
// that a large segment is not taken for a manifest; over the network all at once.
static bool read_given(struct session *session, size_t resource, struct buf *ret,
                       enum content *ret_content, struct err *err)
{
    const char *address = session->evidence->resources[resource].uri;
    bool is_file = strncmp(address, "file:", 5) == 0;
    struct origin_answer head = {.body = ret};
    if (is_file && !origin_read(session->origin, address, 0, SNIFF_BYTES, &head, err))
        return false;
    if (!is_file && !session_read_manifest(session, resource, ret, err))
        return false;
    *ret_content = content_sniff(ret->data, ret->size_bytes);
    if (*ret_content == CONTENT_OTHER)
        return err_set(err, ERR_INPUT, "%s: neither an HLS playlist nor an MPD nor an MP4 segment",
                       session->evidence->resources[resource].name);
    if (!is_file || *ret_content == CONTENT_BOXES || *ret_content == CONTENT_WEBVTT)
        return true;
    buf_clear(ret);
    return session_read_manifest(session, resource, ret, err);
}

struct look { // at one thing that was given
    enum content content;
    int64_t fault_line; // 0: it has none, or is about no line
};

// Reads one thing that was given. Segments are left to load_single.
static bool load_given(struct session *session, const char *address, struct look *ret,
                       struct err *err)
{
    AUTO(buf_done) struct buf text = {0};
    AUTO_FREE char *resolved = NULL;
    AUTO_FREE char *name = NULL;
    struct evidence *evidence = session->evidence;
    *ret = (struct look){CONTENT_OTHER, 0};
    if (!origin_resolve(session->origin, address, "", &resolved, &name, err))
        return false;
    size_t resource = evidence_resource(evidence, resolved, name);
    if (playlist_of(evidence, resource) != NONE)
        return true; // given twice
    session->manifest_count++;
    if (!read_given(session, resource, &text, &ret->content, err))
        return false;
    if (ret->content == CONTENT_MPD)
        return load_mpd(session, resource, &text, &ret->fault_line, err);
    struct hls_playlist *playlist = NULL;
    if (ret->content != CONTENT_PLAYLIST)
        return true;
    struct hls_source source = source_of(session, resource, NULL);
    if (!hls_playlist_read_from((const char *)text.data, text.size_bytes, &source,
                                session->findings, &playlist, err))
        return false;
    evidence_playlist_add(evidence, playlist);
    return true;
}

struct given { // what people name, or what lies in the folder they name
    char **addresses;
    size_t count;
};

static void given_done(struct given *given)
{
    for (size_t i = 0; i < given->count; i++)
        MEM_FREE(given->addresses[i]);
    MEM_FREE(given->addresses);
}

static void given_add(struct given *given, char *address)
{
    given->addresses = mem_realloc(given->addresses, given->count + 1, sizeof *given->addresses);
    given->addresses[given->count++] = address;
}

// The manifests of a folder: those that lie in it, or else, when there are none, those
// that lie below it.
static bool list_folder(struct session *session, const char *path, const char *folder_address,
                        struct given *ret, struct err *err)
{
    static const char *const suffixes[] = {".m3u8", ".mpd", NULL};
    struct origin_names names = {0};
    bool has_own = false;
    if (!origin_files(session->origin, folder_address, suffixes, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++)
        has_own = has_own || !strchr(names.items[i], '/');
    for (size_t i = 0; i < names.count; i++) {
        AUTO_FREE char *name = NULL;
        char *address = NULL;
        if ((!has_own || !strchr(names.items[i], '/')) &&
            origin_resolve(session->origin, folder_address, names.items[i], &address, &name, NULL))
            given_add(ret, address);
    }
    bool is_empty = names.count == 0;
    origin_names_done(&names);
    return !is_empty || err_set(err, ERR_INPUT, "%s: no .m3u8 and no .mpd in this folder", path);
}

static bool refuse_several(struct err *err)
{
    return err_set(err, ERR_CONFIG,
                   "several presentations are given; rung validate takes one folder, one manifest, "
                   "one HLS playlist with one MPD, or an init segment with its segments");
}

// A folder is all that is validated; two would be taken for one presentation.
static bool check_folders(const struct validate_spec *spec, struct err *err)
{
    for (size_t i = 0; spec->input_count > 1 && i < spec->input_count; i++)
        if (file_is_folder(spec->inputs[i]))
            return refuse_several(err);
    return true;
}

// All addresses first: each widens what may be read.
static bool list_given(struct session *session, struct given *ret, struct err *err)
{
    const struct validate_spec *spec = session->spec;
    if (!check_folders(spec, err))
        return false;
    for (size_t i = 0; i < spec->input_count; i++) {
        AUTO_FREE char *address = NULL;
        bool ok = origin_address(session->origin, spec->inputs[i], &address, err);
        if (ok && address[strlen(address) - 1] == '/' && file_is_folder(spec->inputs[i]))
            ok = list_folder(session, spec->inputs[i], address, ret, err);
        else if (ok)
            given_add(ret, MEM_MOVE(address));
        if (!ok && !pass_over(session, RULE_L1, PLACE(.file = spec->inputs[i]), err))
            return false;
    }
    return true;
}

static void add_tracks(struct session *session)
{
    struct evidence *evidence = session->evidence;
    struct reference_resolver resolver = session_resolver(session);
    for (size_t i = 0; i < evidence->playlist_count; i++)
        if (!evidence->playlists[i]->is_multivariant)
            hls_tracks_add(evidence, i, &resolver, session->findings);
    struct byte_reader reader = session_byte_reader(session);
    for (size_t i = 0; i < evidence->mpd_count; i++)
        dash_tracks_add(evidence, i, &resolver, &reader, session->findings);
    hls_link(evidence);
}

static bool pass_over_given(struct session *session, const char *given, const struct look *look,
                            const struct err *err)
{
    AUTO_FREE char *address = NULL;
    AUTO_FREE char *name = NULL;
    enum rule_id rule = look->content == CONTENT_MPD        ? RULE_D1
                        : look->content == CONTENT_PLAYLIST ? RULE_H1
                                                            : RULE_L1;
    origin_resolve(session->origin, given, "", &address, &name, NULL);
    return pass_over(session, rule, PLACE(.file = name ? name : "", .line = look->fault_line), err);
}

// Reads all that was given; segments are only noted. Of manifests that are not of one
// folder, only a playlist and an MPD can be the same presentation.
static bool load_all(struct session *session, const struct given *given, struct given *segments,
                     struct err *err)
{
    size_t counts[CONTENT_OTHER + 1] = {0};
    for (size_t i = 0; i < given->count; i++) {
        struct look look;
        struct err fault = {0};
        if (!load_given(session, given->addresses[i], &look, &fault) &&
            !pass_over_given(session, given->addresses[i], &look, &fault)) {
            *err = fault;
            return false;
        }
        counts[look.content]++;
        if (session->spec->input_count > 1 &&
            (counts[CONTENT_PLAYLIST] > 1 || counts[CONTENT_MPD] > 1))
            return refuse_several(err);
        if (look.content == CONTENT_BOXES || look.content == CONTENT_WEBVTT)
            given_add(segments, mem_strdup(given->addresses[i]));
    }
    return true;
}

bool load_manifests(struct session *session, struct err *err)
{
    struct evidence *evidence = session->evidence;
    AUTO(given_done) struct given given = {0};
    AUTO(given_done) struct given segments = {0};
    if (!list_given(session, &given, err) || !load_all(session, &given, &segments, err))
        return false;
    if (!evidence->playlist_count && !evidence->mpd_count && !segments.count) {
        *err = session->unreachable;
        return false;
    }
    size_t count = evidence->playlist_count;
    for (size_t i = 0; i < count; i++)
        if (evidence->playlists[i]->is_multivariant)
            load_children(session, i);
    if (segments.count && !load_single(session, segments.addresses, segments.count, err))
        return false;
    add_tracks(session);
    return true;
}
