// SPDX-License-Identifier: BSD-2-Clause
// Language tags: what containers write (ISO 639-2 bibliographic or terminology
// codes, BCP 47 tags, nonsense) made into BCP 47 (RFC 5646), and English names.
#ifndef RUNG_MEDIA_LANGUAGE_H
#define RUNG_MEDIA_LANGUAGE_H

#include <stdbool.h>

#define LANGUAGE_TAG_SIZE 36

// "eng" -> "en", "ger" and "deu" -> "de", "pt_br" -> "pt-BR". RFC 5646 wants the
// shortest code there is. False, and "und", when the text is empty or no tag.
bool language_from_tag(const char *text, char ret_tag[LANGUAGE_TAG_SIZE]);

// RFC 4647 basic filtering: does `range` ("en", "en-GB") take in `tag`? Both as
// language_from_tag gives them.
bool language_matches(const char *range, const char *tag);

// "English" for "en" and "en-GB"; NULL for a language without a two-letter code.
const char *language_name(const char *tag);

#endif
