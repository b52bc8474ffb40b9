// SPDX-License-Identifier: BSD-2-Clause
// Bytes written as hex text, for expectations taken from the standards, and a
// comparison that prints both sides.
#ifndef RUNG_TESTS_PACKAGER_BYTES_H
#define RUNG_TESTS_PACKAGER_BYTES_H

#include <ctype.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"

// Spaces are free. Any other character that is no hex digit stands for itself as
// one byte when it comes in quotes: "0000000c 'free'".
static inline void bytes_put(struct buf *ret, const char *hex)
{
    while (*hex) {
        unsigned value;
        if (*hex == '\'') {
            for (hex++; *hex && *hex != '\''; hex++)
                buf_put_u8(ret, (uint8_t)*hex);
            hex += *hex == '\'';
        } else if (isspace((unsigned char)*hex)) {
            hex++;
        } else {
            assert_int_equal(sscanf(hex, "%2x", &value), 1);
            buf_put_u8(ret, (uint8_t)value);
            hex += 2;
        }
    }
}

static inline void bytes_print(const char *what, const uint8_t *data, size_t size_bytes)
{
    fprintf(stderr, "%s (%zu bytes):", what, size_bytes);
    for (size_t i = 0; i < size_bytes; i++)
        fprintf(stderr, "%s%02x", i % 4 ? "" : " ", data[i]);
    fputc('\n', stderr);
}

static inline void bytes_expect(const uint8_t *data, size_t size_bytes, const char *hex)
{
    AUTO(buf_done) struct buf expected = {0};
    bytes_put(&expected, hex);
    if (size_bytes != expected.size_bytes ||
        (size_bytes > 0 && memcmp(data, expected.data, size_bytes) != 0)) {
        bytes_print("expected", expected.data, expected.size_bytes);
        bytes_print("got", data, size_bytes);
        fail();
    }
}

#endif
