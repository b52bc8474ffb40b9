// SPDX-License-Identifier: BSD-2-Clause
// Reading the outermost sizes. Bounded: a few small reads, whatever the file.
#include "src/media/promise.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "src/base/mem.h"

enum { BOXES_MAX = 64 };

static bool read_exactly(const struct byte_source *source, int64_t offset, uint8_t *data,
                         size_t size_bytes)
{
    return source->read_at(source->self, offset, data, size_bytes) == (int64_t)size_bytes;
}

static uint64_t big_endian(const uint8_t *data, size_t size_bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size_bytes; i++)
        value = value << 8 | data[i];
    return value;
}

// ISO/IEC 14496-12, 4.2: boxes one after the other.
static int64_t promise_mp4(const struct byte_source *source)
{
    int64_t end = 0;
    for (int i = 0; i < BOXES_MAX && end < source->size_bytes; i++) {
        uint8_t head[16];
        if (!read_exactly(source, end, head, 8))
            return -1;
        uint64_t size = big_endian(head, 4);
        if (size == 1 && !read_exactly(source, end, head, 16))
            return -1;
        if (size == 1)
            size = big_endian(head + 8, 8);
        // 0: up to the end of the file. Smaller than its head: junk after the last box.
        if (size < 8 || size > INT64_MAX / 2)
            return -1;
        bool is_media = memcmp(head + 4, "mdat", 4) == 0;
        if (end + (int64_t)size > source->size_bytes && !is_media)
            return -1;
        end += (int64_t)size;
    }
    return end;
}

// RFC 8794, section 4: a variable size integer of data[0]'s length. False: unknown
// size (all ones) or not one.
static bool ebml_size(const uint8_t *data, size_t *ret_length, uint64_t *ret_value)
{
    size_t length = 1;
    while (length <= 8 && !(data[0] & (0x80 >> (length - 1))))
        length++;
    if (length > 8)
        return false;
    uint64_t ones = (UINT64_C(1) << (7 * length)) - 1;
    *ret_value = big_endian(data, length) & ones;
    *ret_length = length;
    return *ret_value != ones;
}

static int64_t promise_matroska(const struct byte_source *source)
{
    uint8_t head[12];
    size_t length;
    uint64_t size;
    if (!read_exactly(source, 0, head, sizeof head) || big_endian(head, 4) != 0x1a45dfa3 ||
        !ebml_size(head + 4, &length, &size) || size > (1 << 20))
        return -1;
    int64_t segment = 4 + (int64_t)length + (int64_t)size;
    if (!read_exactly(source, segment, head, sizeof head) || big_endian(head, 4) != 0x18538067 ||
        !ebml_size(head + 4, &length, &size) || size > INT64_MAX / 2)
        return -1;
    return segment + 4 + (int64_t)length + (int64_t)size;
}

static int64_t promise_riff(const struct byte_source *source)
{
    uint8_t head[12];
    if (!read_exactly(source, 0, head, sizeof head) || memcmp(head, "RIFF", 4) != 0)
        return -1;
    uint64_t size = head[4] | head[5] << 8 | head[6] << 16 | (uint64_t)head[7] << 24;
    // Writers that could not seek back leave 0 or all ones.
    return size < 12 || size >= 0xfffffff0 ? -1 : (int64_t)size + 8;
}

int64_t promise_bytes(const struct byte_source *source, const char *format_name)
{
    static const struct {
        const char *format;
        int64_t (*promise)(const struct byte_source *source);
    } rows[] = {
        {"mov,mp4,m4a,3gp,3g2,mj2", promise_mp4},
        {"matroska,webm", promise_matroska},
        {"avi", promise_riff},
        {"wav", promise_riff},
    };
    for (size_t i = 0; source->size_bytes >= 0 && i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].format, format_name) == 0)
            return rows[i].promise(source);
    return -1;
}
