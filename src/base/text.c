// SPDX-License-Identifier: BSD-2-Clause
// UTF-8 as RFC 3629 has it.
#include "src/base/text.h"

#include <string.h>

#include "src/base/mem.h"

size_t text_sequence(const char *text, uint32_t *ret_code_point)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t length = at[0] < 0x80                     ? 1
                    : at[0] >= 0xc2 && at[0] <= 0xdf ? 2
                    : at[0] >= 0xe0 && at[0] <= 0xef ? 3
                    : at[0] >= 0xf0 && at[0] <= 0xf4 ? 4
                                                     : 0;
    if (length == 0)
        return 0;
    uint32_t point = length == 1 ? at[0] : at[0] & (0x7fU >> length);
    // The terminating zero is no continuation byte, so this never reads past it.
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        point = (point << 6) | (at[i] & 0x3fU);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < smallest[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 0;
    if (ret_code_point)
        *ret_code_point = point;
    return length;
}

char *text_clean(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd"; // U+FFFD
    AUTO(buf_done) struct buf out = {0};
    for (const char *at = text ? text : ""; *at;) {
        uint32_t point = 0;
        size_t length = text_sequence(at, &point);
        bool is_break = point == 0x2028 || point == 0x2029;
        if (length == 0 || (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef))
            buf_append(&out, replacement, 3);
        else if (point < 0x20 || (point >= 0x7f && point <= 0x9f) || is_break)
            buf_append(&out, " ", 1);
        else
            buf_append(&out, at, length);
        at += length ? length : 1;
    }
    buf_append(&out, "", 1);
    return (char *)MEM_MOVE(out.data);
}

void text_cut(char *text, size_t size)
{
    if (size == 0)
        return;
    size_t length = strnlen(text, size - 1);
    text[length] = '\0';
    size_t start = length;
    while (start > 0 && length - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0 || (unsigned char)text[start - 1] < 0xc0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (length - start + 1 < wanted)
        text[start - 1] = '\0';
}
