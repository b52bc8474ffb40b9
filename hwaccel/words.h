// SPDX-License-Identifier: BSD-2-Clause
// What libav last said on this thread. An error code of libav's says "external library"; the
// cause stands in its log only.
#ifndef RUNG_HWACCEL_WORDS_H
#define RUNG_HWACCEL_WORDS_H

void words_clear(void);
// By the log callback, for lines that are errors.
void words_note(const char *line);
// The first line since words_clear, since later ones are its consequences; "" for none.
const char *words_first(void);

#endif
