// SPDX-License-Identifier: BSD-2-Clause
// Text from outside made fit for documents: UTF-8 checked sequence by sequence,
// control characters out. What a format escapes on top of that is the format's.
#ifndef RUNG_BASE_TEXT_H
#define RUNG_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

// Bytes (1 to 4) of the well-formed UTF-8 sequence (RFC 3629) that starts at text,
// 0 when none does. text is zero-terminated and not empty. ret_code_point may be NULL.
size_t text_sequence(const char *text, uint32_t *ret_code_point);

// A new string that is valid UTF-8 on one line: malformed bytes and noncharacters
// become U+FFFD; C0 and C1 controls and the line and paragraph separators become
// spaces. NULL gives "".
char *text_clean(const char *text);

// Cuts text at size - 1 bytes or before, never inside a UTF-8 sequence.
void text_cut(char *text, size_t size);

#endif
