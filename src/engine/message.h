// SPDX-License-Identifier: BSD-2-Clause
// The messages themselves: each to JSON and back, in one place, so that both ends
// mean the same. Reading checks form and plain bounds; whether a message fits the
// plan is the ledger's question.
//
// *_from_json borrow text from the JSON and bytes from the payload: what they
// fill is valid as long as both. All errors of reading are BUG.
#ifndef RUNG_ENGINE_MESSAGE_H
#define RUNG_ENGINE_MESSAGE_H

#include "src/base/log.h"
#include "src/engine/protocol.h"
#include "src/media/plan.h"
#include "src/media/prove.h"
#include "src/media/run.h"
#include "src/media/sink.h"

enum message_request_kind { REQUEST_PROBE, REQUEST_RUN, REQUEST_PROVE, REQUEST_COUNT };

#define MESSAGE_DEVICE_NUMBER_MAX 255

// What the engine is asked; what else belongs to its kind is read by itself.
struct message_request {
    enum message_request_kind kind;
    char name[512]; // the input's, for messages
    enum log_level log_level;
};

json_t *message_probe_to_json(const char *name);
json_t *message_run_to_json(const char *name, const struct plan *plan,
                            const struct run_options *options);
json_t *message_prove_to_json(const char *name, const struct plan *plan, int device_number);
bool message_request_from_json(const json_t *json, struct message_request *ret, struct err *err);
// The second half of a proof's request.
bool message_device_from_json(const json_t *json, int *ret_device_number, struct err *err);
// The second half of a run request. options.done points into memory that
// message_options_done frees; cancel is left NULL.
bool message_options_from_json(const json_t *json, const struct plan *plan, struct run_options *ret,
                               struct err *err);
void message_options_done(struct run_options *options);

json_t *message_init_to_json(const struct media_init *init);
bool message_init_from_json(const json_t *json, const struct buf *payload, struct media_init *ret,
                            struct err *err);

#define MESSAGE_IFRAMES_MAX CMAF_FRAGMENTS_PER_SEGMENT

json_t *message_segment_to_json(const struct media_segment *segment);
// iframes: room for MESSAGE_IFRAMES_MAX; ret->iframes points at it.
bool message_segment_from_json(const json_t *json, const struct buf *payload,
                               struct cmaf_iframe *iframes, struct media_segment *ret,
                               struct err *err);

json_t *message_span_to_json(const struct media_span_report *report);
bool message_span_from_json(const json_t *json, struct media_span_report *ret, struct err *err);

struct message_progress {
    const char *track_id;
    int64_t units_done;
};

json_t *message_progress_to_json(const struct message_progress *progress);
bool message_progress_from_json(const json_t *json, struct message_progress *ret, struct err *err);

json_t *message_facts_to_json(const struct source_facts *facts);
bool message_facts_from_json(const json_t *json, struct source_facts *ret, struct err *err);

json_t *message_stats_to_json(const struct run_stats *stats); // "done"
bool message_stats_from_json(const json_t *json, struct run_stats *ret, struct err *err);

// Text that crosses from the engine is made safe for a terminal: control
// characters of hostile metadata become '?'.
struct message_log {
    enum log_level level;
    char room[24];
    char text[1024];
};

json_t *message_log_to_json(enum log_level level, const char *room, const char *text);
bool message_log_from_json(const json_t *json, struct message_log *ret, struct err *err);

json_t *message_error_to_json(const struct err *failure);
bool message_error_from_json(const json_t *json, struct err *ret_failure, struct err *err);

// What a proof found. A proof that failed has found something too, so failure travels inside;
// its kind is ERR_NONE where there is none.
json_t *message_proved_to_json(const struct prove_result *result, const struct err *failure);
bool message_proved_from_json(const json_t *json, struct prove_result *ret, struct err *ret_failure,
                              struct err *err);

// A message of nothing but its type: "cancel", "alive".
json_t *message_plain(const char *type);

#endif
