// SPDX-License-Identifier: BSD-2-Clause
// Reading what --ladder was given: "default", "1080,720,480", or a JSON table.
// Touches no file: the caller reads it and hands the text over.
//
// The table is an array of rungs, or an object with that array as "rungs". A rung
// is a number (its short side) or an object:
//
//   [1080, {"short_side": 720, "maxrate_kbps": 2500, "crf": 24}]
//
// maxrate_kbps and crf, where given, are taken as they are for every codec; where
// not, they come from the built-in table.
#ifndef RUNG_MEDIA_LADDER_FILE_H
#define RUNG_MEDIA_LADDER_FILE_H

#include <jansson.h>
#include <stdbool.h>

#include "src/base/err.h"
#include "src/media/plan.h"

// True when the value is itself a ladder; false when it can only be a file's name.
bool ladder_text_is_inline(const char *text);

// Fills in the ladder of *ret_options, and nothing else of it. CONFIG, with the
// rung that is wrong, when the text is no ladder.
bool ladder_from_text(const char *text, struct plan_options *ret_options, struct err *err);
bool ladder_from_json(const json_t *json, struct plan_options *ret_options, struct err *err);

#endif
