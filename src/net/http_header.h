// SPDX-License-Identifier: BSD-2-Clause
// Reading the header lines of an HTTP answer that matter here (RFC 9110). Pure.
#ifndef RUNG_NET_HTTP_HEADER_H
#define RUNG_NET_HTTP_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// When the line is of this field, its value without surrounding blanks: borrowed from
// line. A line ends at size_bytes, with or without CR LF.
bool http_header_is(const char *line, size_t size_bytes, const char *name, const char **ret_value,
                    size_t *ret_length);

struct http_content_range {
    int64_t first_byte; // -1: "*", nothing of the range is there
    int64_t last_byte;
    int64_t total_bytes; // -1: "*"
};
// RFC 9110 14.4: "bytes 0-99/1234", "bytes 0-99/*", "bytes */1234". False when malformed
// or of another unit.
bool http_content_range_read(const char *value, size_t length, struct http_content_range *ret);

// Digits only, up to INT64_MAX.
bool http_number_read(const char *text, size_t length, int64_t *ret);

#endif
