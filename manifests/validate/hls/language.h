// SPDX-License-Identifier: BSD-2-Clause
// Language tags (RFC 5646) and the three-letter codes of mdhd (ISO 639-2).
#ifndef RUNG_VALIDATE_HLS_LANGUAGE_H
#define RUNG_VALIDATE_HLS_LANGUAGE_H

#include <stdbool.h>

// Whether the text is a well-formed tag: language, script, region, variants, extensions
// and private use in their order. Nothing is looked up but the letters' form.
bool language_is_tag(const char *text);

// Whether both name the same language, whatever else they say ("en-US", "eng"). True when
// either says nothing ("", "und", "mul", "zxx", NULL).
bool language_is_same(const char *a, const char *b);

#endif
