// SPDX-License-Identifier: BSD-2-Clause
// A small presentation in memory, good in every way: texts of playlists, and facts as
// readers would have measured them. Cases change one thing and say which rule speaks.
#ifndef RUNG_TEST_VALIDATE_HLS_KIT_H
#define RUNG_TEST_VALIDATE_HLS_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "manifests/validate/hls/tracks.h"
#include "src/base/mem.h"

#define SEGMENT_BYTES 400000 // of the first video; the second has half of that
#define AUDIO_BYTES   64000
#define IFRAME_BYTES  10000

static const char master_text[] =
    "#EXTM3U\n"
    "#EXT-X-VERSION:7\n"
    "#EXT-X-INDEPENDENT-SEGMENTS\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES,"
    "AUTOSELECT=YES,CHANNELS=\"2\",URI=\"a.m3u8\"\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=928000,AVERAGE-BANDWIDTH=928000,"
    "CODECS=\"avc1.64001e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=24.000,VIDEO-RANGE=SDR,"
    "AUDIO=\"a\",CLOSED-CAPTIONS=NONE\n"
    "v1.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=528000,AVERAGE-BANDWIDTH=528000,"
    "CODECS=\"avc1.64000d,mp4a.40.2\",RESOLUTION=320x180,FRAME-RATE=24.000,VIDEO-RANGE=SDR,"
    "AUDIO=\"a\",CLOSED-CAPTIONS=NONE\n"
    "v2.m3u8\n"
    "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=40000,AVERAGE-BANDWIDTH=40000,CODECS=\"avc1.64001e\","
    "RESOLUTION=640x360,VIDEO-RANGE=SDR,URI=\"i1.m3u8\"\n";

#define MEDIA_TEXT(name)                                                                           \
    "#EXTM3U\n"                                                                                    \
    "#EXT-X-VERSION:7\n"                                                                           \
    "#EXT-X-TARGETDURATION:4\n"                                                                    \
    "#EXT-X-MEDIA-SEQUENCE:1\n"                                                                    \
    "#EXT-X-PLAYLIST-TYPE:VOD\n"                                                                   \
    "#EXT-X-MAP:URI=\"" name "_init.mp4\"\n"                                                       \
    "#EXTINF:4.000,\n" name "_1.m4s\n"                                                             \
    "#EXTINF:4.000,\n" name "_2.m4s\n"                                                             \
    "#EXTINF:4.000,\n" name "_3.m4s\n"                                                             \
    "#EXT-X-ENDLIST\n"

#define IFRAMES_OF(name)                                                                           \
    "#EXTINF:2.000,\n#EXT-X-BYTERANGE:10000@0\n" name                                              \
    "\n#EXTINF:2.000,\n#EXT-X-BYTERANGE:10000@200000\n" name "\n"
static const char iframes_text[] =
    "#EXTM3U\n"
    "#EXT-X-VERSION:7\n"
    "#EXT-X-TARGETDURATION:4\n"
    "#EXT-X-MEDIA-SEQUENCE:1\n"
    "#EXT-X-PLAYLIST-TYPE:VOD\n"
    "#EXT-X-I-FRAMES-ONLY\n"
    "#EXT-X-MAP:URI=\"v1_init.mp4\"\n" IFRAMES_OF("v1_1.m4s") IFRAMES_OF("v1_2.m4s")
        IFRAMES_OF("v1_3.m4s") "#EXT-X-ENDLIST\n";

struct kit {
    struct evidence evidence;
    struct findings findings;
};

static inline size_t kit_resolve(void *self, size_t from, const char *reference,
                                 const struct place *place)
{
    struct kit *kit = self;
    char uri[512];
    (void)from;
    (void)place;
    if (strlen(reference) > 400 || strstr(reference, ".."))
        return NONE;
    snprintf(uri, sizeof uri, "file:///k/%s", reference);
    return evidence_resource(&kit->evidence, uri, reference);
}

static inline struct reference_resolver kit_resolver(struct kit *kit)
{
    return (struct reference_resolver){kit_resolve, kit};
}

static inline void kit_init(struct kit *kit)
{
    evidence_init(&kit->evidence);
    findings_init(&kit->findings);
}

static inline void kit_done(struct kit *kit)
{
    for (size_t i = 0; i < kit->evidence.playlist_count; i++)
        hls_playlist_free(&kit->evidence.playlists[i]);
    evidence_done(&kit->evidence);
    findings_done(&kit->findings);
}

static inline struct hls_playlist *kit_add(struct kit *kit, const char *name, const char *text)
{
    struct err err = {0};
    struct hls_playlist *playlist = NULL;
    size_t resource = kit_resolve(kit, 0, name, NULL);
    const struct hls_source source = {
        .resource = resource,
        .file = kit->evidence.resources[resource].name,
        .parent = kit->evidence.playlist_count ? kit->evidence.playlists[0] : NULL};
    kit->evidence.resources[resource].size_bytes = (int64_t)strlen(text);
    if (!hls_playlist_read_from(text, strlen(text), &source, &kit->findings, &playlist, &err))
        fail_msg("%s", err.text);
    evidence_playlist_add(&kit->evidence, playlist);
    return playlist;
}

// Tracks of all playlists that are there, and their links.
static inline void kit_link(struct kit *kit)
{
    struct reference_resolver resolver = kit_resolver(kit);
    for (size_t i = 0; i < kit->evidence.playlist_count; i++) {
        struct hls_child *children = NULL;
        if (kit->evidence.playlists[i]->is_multivariant)
            hls_playlist_children(&kit->evidence, i, &resolver, &children);
        MEM_FREE(children);
        hls_tracks_add(&kit->evidence, i, &resolver, &kit->findings);
    }
    hls_link(&kit->evidence);
}

static inline struct track *kit_track(struct kit *kit, const char *name)
{
    for (size_t i = 0; i < kit->evidence.track_count; i++)
        if (strcmp(kit->evidence.tracks[i].name, name) == 0)
            return &kit->evidence.tracks[i];
    fail_msg("no track %s", name);
    return NULL;
}

static inline struct init_facts *kit_track_init(struct kit *kit, const char *name)
{
    return &kit->evidence.inits[kit_track(kit, name)->segments[0].init];
}

static inline struct unit *kit_unit(struct kit *kit, const char *name, size_t i)
{
    return &kit->evidence.units[kit_track(kit, name)->segments[i].unit];
}

static inline void kit_fill_init(struct kit *kit, const struct track *track, size_t at)
{
    struct init_facts *init = &kit->evidence.inits[at];
    bool is_first = strncmp(track->name, "v1", 2) == 0 || track->origin == TRACK_HLS_IFRAMES;
    bool is_video = track->name[0] != 'a';
    if (init->is_read)
        return;
    kit->evidence.init_units[at].is_read = init->is_read = true;
    init->kind = is_video ? MEDIA_VIDEO : MEDIA_AUDIO;
    init->timescale_hz = is_video ? 24000 : 48000;
    init->track_id = 1;
    snprintf(init->entry, sizeof init->entry, "%s", is_video ? "avc1" : "mp4a");
    snprintf(init->language, sizeof init->language, "%s", is_video ? "und" : "eng");
    snprintf(init->codec.string, sizeof init->codec.string, "%s",
             !is_video ? "mp4a.40.2" : (is_first ? "avc1.64001e" : "avc1.64000d"));
    if (is_video) {
        init->entry_width_px = init->track_width_px = init->codec.width_px = is_first ? 640 : 320;
        init->entry_height_px = init->track_height_px = init->codec.height_px =
            is_first ? 360 : 180;
        init->codec.sample_aspect = (struct rational){1, 1};
        init->codec.profile = 100;
        init->codec.level = 30;
        init->codec.has_colour = true;
        init->codec.transfer = 1;
    } else {
        init->codec.channels = init->entry_channels = 2;
        init->codec.sample_rate_hz = init->entry_sample_rate_hz = 48000;
    }
}

static inline void kit_fill_fragments(struct unit *unit)
{
    unit->fragment_count = 2;
    unit->fragments = mem_alloc(2 * sizeof *unit->fragments);
    for (int64_t i = 0; i < 2; i++)
        unit->fragments[i] = (struct fragment_facts){
            .moof_byte = i * unit->size_bytes / 2,
            .end_byte = (i + 1) * unit->size_bytes / 2,
            .first_sample_end_byte = i * unit->size_bytes / 2 + IFRAME_BYTES,
            .first_sample_time = unit->earliest_time + i * (int64_t)unit->duration / 2,
            .sample_count = unit->sample_count / 2,
            .is_sync = true};
}

// Facts that bear the text out: what EXTINF said when `durations_s` is 0, else so long.
static inline void kit_measure(struct kit *kit, unsigned duration_s)
{
    struct evidence *evidence = &kit->evidence;
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        bool is_video = track->name[0] != 'a';
        for (size_t i = 0; i < track->segment_count; i++) {
            struct unit *unit = &evidence->units[track->segments[i].unit];
            size_t init = track->segments[i].init;
            if (init != NONE)
                kit_fill_init(kit, track, init);
            if (unit->is_read || track->origin == TRACK_HLS_IFRAMES || !unit->is_wanted)
                continue;
            int64_t scale = is_video ? 24000 : 48000;
            unit->is_read = unit->is_fmp4 = true;
            unit->size_bytes = !is_video                            ? AUDIO_BYTES
                               : strncmp(track->name, "v1", 2) == 0 ? SEGMENT_BYTES
                                                                    : SEGMENT_BYTES / 2;
            evidence->resources[unit->resource].size_bytes = unit->size_bytes;
            unit->duration = (uint64_t)(duration_s * scale);
            unit->decode_time = i * unit->duration;
            unit->earliest_time = (int64_t)unit->decode_time;
            unit->latest_end = (int64_t)(unit->decode_time + unit->duration);
            unit->sample_count = is_video ? duration_s * 24 : duration_s * 47;
            unit->shortest_sample = unit->longest_sample = is_video ? 1000 : 1024;
            unit->sap_type = 1;
            unit->is_sync_flagged = true;
            if (is_video)
                kit_fill_fragments(unit);
        }
    }
}

static inline void kit_run(struct kit *kit)
{
    for (size_t i = 0; i < hls_rule_count; i++)
        if (hls_rules[i].run)
            hls_rules[i].run(&kit->evidence, &kit->findings);
}

static inline void kit_print(const struct kit *kit)
{
    for (size_t i = 0; i < kit->findings.count; i++) {
        const struct finding *finding = &kit->findings.items[i];
        print_message("  %s %s:%d %s\n", rule_id_name(finding->rule), finding->file,
                      (int)finding->line, finding->message);
    }
}

// Text with the first `find` replaced by `put`; all when `find` begins with "*".
static inline char *kit_edit(const char *text, const char *find, const char *put)
{
    AUTO(buf_done) struct buf out = {0};
    bool is_all = *find == '*';
    find += is_all;
    const char *at = text;
    for (const char *hit; (hit = strstr(at, find));) {
        buf_append(&out, at, (size_t)(hit - at));
        buf_append(&out, put, strlen(put));
        at = hit + strlen(find);
        if (!is_all)
            break;
    }
    if (at == text)
        fail_msg("no \"%s\" in the text", find);
    buf_append(&out, at, strlen(at) + 1);
    return mem_strdup((const char *)out.data);
}

struct kit_case {
    const char *claim;
    enum rule_id rule;
    bool is_found;
    const char *file; // whose text is changed; NULL: none
    const char *find, *put;
    void (*facts)(struct kit *kit); // changes what was measured; NULL: nothing
};

static const struct {
    const char *name, *text;
} kit_files[] = {{"master.m3u8", master_text},
                 {"v1.m3u8", MEDIA_TEXT("v1")},
                 {"v2.m3u8", MEDIA_TEXT("v2")},
                 {"a.m3u8", MEDIA_TEXT("a")},
                 {"i1.m3u8", iframes_text}};

// Builds the presentation with one change and runs every rule.
static inline void kit_build(struct kit *kit, const struct kit_case *change)
{
    kit_init(kit);
    for (size_t i = 0; i < ARRAY_LEN(kit_files); i++) {
        bool is_changed = change->file && strcmp(change->file, kit_files[i].name) == 0;
        AUTO_FREE char *text = is_changed ? kit_edit(kit_files[i].text, change->find, change->put)
                                          : mem_strdup(kit_files[i].text);
        kit_add(kit, kit_files[i].name, text);
    }
    kit_link(kit);
    kit_measure(kit, 4);
    if (change->facts)
        change->facts(kit);
    kit_run(kit);
}

static inline void kit_check(const struct kit_case *cases, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct kit kit;
        kit_build(&kit, &cases[i]);
        bool is_found = kit.findings.total[cases[i].rule] > 0;
        if (is_found != cases[i].is_found) {
            print_message("%s %s: %s\n", rule_id_name(cases[i].rule),
                          is_found ? "speaks" : "is silent", cases[i].claim);
            kit_print(&kit);
            wrong++;
        }
        kit_done(&kit);
    }
    assert_int_equal(wrong, 0);
}

#endif
