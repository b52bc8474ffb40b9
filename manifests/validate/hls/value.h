// SPDX-License-Identifier: BSD-2-Clause
// The values that tags and attributes hold (RFC 8216 4.2), read from text exactly. Every
// function takes any text, NULL too, and is false when it is not of the kind.
#ifndef RUNG_VALIDATE_HLS_VALUE_H
#define RUNG_VALIDATE_HLS_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/rational.h"

bool value_integer(const char *text, uint64_t *ret); // decimal-integer, within 64 bit

// decimal-floating-point, and with a sign in front. Up to 18 significant digits are kept,
// so that 1/3 of a second in any notation stays what was written; below 2^31.
bool value_decimal(const char *text, struct rational *ret);
bool value_signed(const char *text, struct rational *ret);

bool value_hex(const char *text, size_t *ret_digits);                        // 0x and digits
bool value_resolution(const char *text, uint64_t *ret_w, uint64_t *ret_h);   // 640x360
bool value_has_word(const char *words, const char *text, size_t length);     // of "YES|NO"
size_t value_next(const char **list, char separator, const char **ret_item); // splits a list;
                                                                             // NONE: at its end

struct value_range { // n[@o]
    uint64_t size;
    bool has_offset;
    uint64_t offset;
};
// True only when offset + size fit 63 bit.
bool value_byte_range(const char *text, struct value_range *ret);

struct value_date {
    int64_t time_us; // since 1970-01-01, UTC when has_zone
    bool has_zone;
};
// ISO/IEC 8601, YYYY-MM-DDThh:mm:ss[.fraction][zone]; zone Z, ±hh, ±hhmm or ±hh:mm.
bool value_date(const char *text, struct value_date *ret);

// "12.345" or "12.345678 s": for messages. text needs 40 bytes.
void value_seconds(struct rational seconds, char text[40]);

#endif
