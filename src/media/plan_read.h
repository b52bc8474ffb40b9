// SPDX-License-Identifier: BSD-2-Clause
// The parts of plan_from_json. All errors are INPUT and name the key.
#ifndef RUNG_MEDIA_PLAN_READ_H
#define RUNG_MEDIA_PLAN_READ_H

#include "src/media/plan.h"

// plan_read_values.c
// least to most.
bool plan_read_int(const json_t *json, const char *key, int64_t least, int64_t most, int64_t *ret,
                   struct err *err);
bool plan_read_int32(const json_t *json, const char *key, int least, int most, int *ret,
                     struct err *err);
// Whole, never cut: a name that does not fit is refused.
bool plan_read_text(const json_t *json, const char *key, char *ret, size_t ret_size,
                    struct err *err);
bool plan_read_word(const json_t *json, const char *key, const char *const *words,
                    size_t word_count, int *ret, struct err *err);
bool plan_read_array(const json_t *json, const char *key, size_t most, json_t **ret,
                     struct err *err);
bool plan_read_device(const json_t *json, const char *key, enum device *ret, struct err *err);

// plan_read_tracks.c: video and audio, with names that are safe as folders.
bool plan_read_tracks(const json_t *json, struct plan *plan, struct err *err);

#endif
