// SPDX-License-Identifier: BSD-2-Clause
// From a BCP 47 tag to the three letters that mdhd holds (ISO 639-2/T).
#ifndef RUNG_PACKAGER_LANGUAGE_PRIVATE_H
#define RUNG_PACKAGER_LANGUAGE_PRIVATE_H

// "en-GB" -> "eng", "deu" -> "deu"; "und" for NULL and what has no such code.
void language_iso639_2(const char *tag, char ret_code[4]);

#endif
