// SPDX-License-Identifier: BSD-2-Clause
// The first line of trouble, one for each thread.
#include "hwaccel/words.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char first[512];

void words_clear(void)
{
    first[0] = 0;
}

// Lines hold bytes of the input: nothing that would steer a terminal, and one line.
void words_note(const char *line)
{
    if (first[0] || !line)
        return;
    snprintf(first, sizeof first, "%s", line);
    first[strcspn(first, "\r\n")] = 0;
    for (char *at = first; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = ' ';
}

const char *words_first(void)
{
    return first;
}
