// SPDX-License-Identifier: BSD-2-Clause
// Percent-encoding.
#include "src/base/uri.h"

static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == '/';
}

void uri_append_path(struct buf *buf, const char *path)
{
    for (const char *at = path ? path : ""; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (is_plain(c))
            buf_put_u8(buf, c);
        else
            buf_printf(buf, "%%%02X", c);
    }
}
