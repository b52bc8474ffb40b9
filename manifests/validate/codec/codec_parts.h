// SPDX-License-Identifier: BSD-2-Clause
// A codecs element taken apart at its points.
#ifndef RUNG_VALIDATE_CODEC_CODEC_PARTS_H
#define RUNG_VALIDATE_CODEC_CODEC_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#define CODEC_PARTS_MAX 12 // no codec has more than ten

struct codec_parts {
    char parts[CODEC_PARTS_MAX][96]; // as long as a whole string of ours
    size_t count;                    // at least 1
};

// False for a text of more or longer parts than any codec has.
bool codec_parts_split(const char *text, struct codec_parts *ret);

#endif
