// SPDX-License-Identifier: BSD-2-Clause
// What the steps of one validation share: telling contents apart, following references,
// reading manifests and parts of files, and noting what the answers said.
#include <string.h>

#include "manifests/validate/load_private.h"

enum content content_sniff(const uint8_t *data, size_t size_bytes)
{
    if (size_bytes >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
        data += 3;
        size_bytes -= 3;
    }
    if (size_bytes >= 7 && memcmp(data, "#EXTM3U", 7) == 0)
        return CONTENT_PLAYLIST;
    if (size_bytes >= 6 && memcmp(data, "WEBVTT", 6) == 0)
        return CONTENT_WEBVTT;
    if (size_bytes >= 8) {
        static const char *const types[] = {"ftyp", "styp", "moof", "moov", "sidx", "emsg",
                                            "prft", "free", "skip", "mdat", "uuid"};
        for (size_t i = 0; i < ARRAY_LEN(types); i++)
            if (memcmp(data + 4, types[i], 4) == 0)
                return CONTENT_BOXES;
    }
    size_t at = 0;
    while (at < size_bytes && memchr(" \t\r\n", data[at], 4))
        at++;
    if (at < size_bytes && data[at] == '<')
        return CONTENT_MPD;
    return CONTENT_OTHER;
}

static size_t resolve(void *self, size_t from_resource, const char *reference,
                      const struct place *place)
{
    struct session *session = self;
    AUTO_FREE char *address = NULL;
    AUTO_FREE char *name = NULL;
    struct err err = {0};
    const struct resource *from = &session->evidence->resources[from_resource];
    if (!origin_resolve(session->origin, from->final_uri ? from->final_uri : from->uri, reference,
                        &address, &name, &err)) {
        findings_add(session->findings, RULE_L2, place, reference, NULL, "%s", err.text);
        return NONE;
    }
    return evidence_resource(session->evidence, address, name);
}

struct reference_resolver session_resolver(struct session *session)
{
    return (struct reference_resolver){resolve, session};
}

// What the answer says of the resource itself.
void session_note(struct session *session, size_t resource, const struct origin_answer *answer)
{
    struct resource *to = &session->evidence->resources[resource];
    to->size_bytes =
        answer->total_bytes >= 0 ? answer->total_bytes : (int64_t)answer->body->size_bytes;
    to->http_status = answer->http_status;
    if (answer->content_type[0] && !to->content_type)
        to->content_type = mem_strdup(answer->content_type);
    if (answer->final_address[0] && !to->final_uri)
        to->final_uri = mem_strdup(answer->final_address);
}

bool session_read_manifest(struct session *session, size_t resource, struct buf *ret,
                           struct err *err)
{
    struct origin_answer answer = {.body = ret};
    struct resource *to = &session->evidence->resources[resource];
    if (!origin_read_manifest(session->origin, to->uri, &answer, err)) {
        to->is_missing = true;
        to->is_refused = answer.is_refused;
        to->http_status = answer.http_status;
        session->out->transient_failures += err->kind == ERR_TRANSIENT;
        if (!to->reason)
            to->reason = mem_strdup(err->text);
        return false;
    }
    session_note(session, resource, &answer);
    return true;
}

static bool read_part(void *self, size_t resource, int64_t offset_bytes, int64_t size_bytes,
                      struct buf *ret)
{
    struct session *session = self;
    struct origin_answer answer = {.body = ret};
    struct err err = {0};
    struct resource *from = &session->evidence->resources[resource];
    if (from->is_missing)
        return false;
    if (!origin_read(session->origin, from->uri, offset_bytes, size_bytes, &answer, &err)) {
        from->is_missing = true;
        from->is_refused = answer.is_refused;
        from->reason = mem_strdup(err.text);
        session->out->transient_failures += err.kind == ERR_TRANSIENT;
        return false;
    }
    session_note(session, resource, &answer);
    return true;
}

struct byte_reader session_byte_reader(struct session *session)
{
    return (struct byte_reader){read_part, session};
}
