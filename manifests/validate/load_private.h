// SPDX-License-Identifier: BSD-2-Clause
// What loading, measuring and judging share: one validation under way.
#ifndef RUNG_VALIDATE_LOAD_PRIVATE_H
#define RUNG_VALIDATE_LOAD_PRIVATE_H

#include <pthread.h>

#include "manifests/validate/codec/codec.h"
#include "manifests/validate/core/resolver.h"
#include "manifests/validate/dash/tracks.h"
#include "manifests/validate/validate.h"

#define MANIFESTS_MAX 4096 // playlists and MPDs; more are not read (L4)

// What a file is, by its first bytes.
enum content { CONTENT_PLAYLIST, CONTENT_MPD, CONTENT_BOXES, CONTENT_WEBVTT, CONTENT_OTHER };
enum content content_sniff(const uint8_t *data, size_t size_bytes);

struct session {
    const struct validate_spec *spec;
    struct origin *origin;
    struct validation *out;
    struct evidence *evidence; // of out
    struct findings *findings; // of out
    struct codec *codecs;      // one for each init; made by measure
    pthread_mutex_t lock;      // resources, figures and progress while threads measure
    size_t done, total;        // units
    size_t manifest_count;     // read or tried
    struct err unreachable;    // the first manifest that could not be had
};

struct reference_resolver session_resolver(struct session *session);
struct byte_reader session_byte_reader(struct session *session);
// Puts into the resource and the figures what an answer said. Not locked.
void session_note(struct session *session, size_t resource, const struct origin_answer *answer);
bool session_read_manifest(struct session *session, size_t resource, struct buf *ret,
                           struct err *err);

// Reads every manifest that the inputs lead to and lists the tracks. INPUT or TRANSIENT:
// there is nothing to judge.
bool load_manifests(struct session *session, struct err *err);

// The inputs are an init and segments, not manifests: makes their tracks.
bool load_single(struct session *session, char *const *addresses, size_t count, struct err *err);

// Reads all wanted inits and units, once each. False: stopped.
bool measure_all(struct session *session, struct err *err);

extern const struct rule_row load_rules[]; // L
extern const size_t load_rule_count;
extern const struct rule_row cross_rules[]; // X
extern const size_t cross_rule_count;

#endif
