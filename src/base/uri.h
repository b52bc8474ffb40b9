// SPDX-License-Identifier: BSD-2-Clause
// URIs (RFC 3986): taking apart, resolving references, percent-encoding both ways.
// Nothing here touches a file or a network, and any bytes may come in.
#ifndef RUNG_BASE_URI_H
#define RUNG_BASE_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "src/base/mem.h"

// A run of the text that was split; borrowed.
struct uri_part {
    const char *text;
    size_t length;
    bool is_there; // "http://a?" has a query, of length 0
};

struct uri {
    struct uri_part scheme;    // without ":"; only when it has a scheme's letters
    struct uri_part authority; // without "//"
    struct uri_part path;      // always there, perhaps empty
    struct uri_part query;     // without "?"
    struct uri_part fragment;  // without "#"
};

// RFC 3986 appendix B. Never fails: every text is some reference.
void uri_split(const char *text, struct uri *ret);

// True when the part is exactly this ASCII text; upper and lower case are alike.
bool uri_part_is(const struct uri_part *part, const char *text);

// The absolute URI that a reference stands for (RFC 3986 5.2.2, strict). Caller frees.
char *uri_resolve(const char *base, const char *reference);

// RFC 3986 5.2.4, in place; the new length. No zero byte is written.
size_t uri_remove_dot_segments(char *path, size_t length);

// The path with its percent-encoding undone, as a file system would know it; "%" before
// anything but two hex digits stays. False when an encoded "/" or zero byte is in it,
// which no file name can hold, or when "." or ".." stand as segments after decoding.
// Caller frees.
bool uri_decode_path(const char *path, size_t length, char **ret);

// Appends a path as (part of) a reference: every byte but letters, digits, "-._~" and
// "/" percent-encoded (also ":", so that no folder reads as a scheme).
void uri_append_path(struct buf *buf, const char *path);

// Appends text of a path or query with the bytes percent-encoded that no URI may hold
// as they are: spaces, controls, everything beyond ASCII, and "<>\^`{|} and quotes.
void uri_append_fixed(struct buf *buf, const char *text, size_t length);

#endif
