// SPDX-License-Identifier: BSD-2-Clause
// The fuzzer's bytes as a byte source. Included by the targets that read media.
#ifndef RUNG_TESTS_FUZZ_FUZZ_INPUT_H
#define RUNG_TESTS_FUZZ_FUZZ_INPUT_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/media/byte_source.h"

struct input {
    const uint8_t *data;
    size_t size_bytes;
};

static int64_t read_input(void *self, int64_t offset, void *data, size_t size_bytes)
{
    const struct input *input = self;
    if (offset < 0 || (uint64_t)offset >= input->size_bytes)
        return 0;
    size_t left = input->size_bytes - (size_t)offset;
    size_bytes = size_bytes < left ? size_bytes : left;
    memcpy(data, input->data + offset, size_bytes);
    return (int64_t)size_bytes;
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

#endif
