// SPDX-License-Identifier: BSD-2-Clause
// Small glue over jansson: typed reads of an object's members that say which
// member is wrong, and rationals as "num/den" strings.
#ifndef RUNG_BASE_JSON_H
#define RUNG_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/base/err.h"
#include "src/base/rational.h"

void json_free(json_t **json); // for AUTO(json_free)

// Each reads object[key] into *ret; a missing or mistyped member is INPUT with
// the key's name. *_or forms take a default for a missing member instead.
bool json_get_int(const json_t *object, const char *key, int64_t *ret, struct err *err);
bool json_get_bool(const json_t *object, const char *key, bool *ret, struct err *err);
bool json_get_real(const json_t *object, const char *key, double *ret, struct err *err);
bool json_get_rational(const json_t *object, const char *key, struct rational *ret,
                       struct err *err);
bool json_get_array(const json_t *object, const char *key, json_t **ret_borrowed, struct err *err);
bool json_get_object(const json_t *object, const char *key, json_t **ret_borrowed, struct err *err);
// Borrowed from the object; JSON null gives NULL.
bool json_get_text(const json_t *object, const char *key, const char **ret_borrowed,
                   struct err *err);
int64_t json_int_or(const json_t *object, const char *key, int64_t fallback);

// Text copied into a fixed array, truncated at a UTF-8 boundary.
bool json_get_text_into(const json_t *object, const char *key, char *ret, size_t ret_size,
                        struct err *err);

void json_set_rational(json_t *object, const char *key, struct rational value);
// A string that may hold invalid UTF-8 (tags of a source): bad bytes become '?'.
json_t *json_text_lossy(const char *text);

#endif
