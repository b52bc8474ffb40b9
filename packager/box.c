// SPDX-License-Identifier: BSD-2-Clause
// Writing boxes into a buffer and walking boxes in untrusted bytes.
#include "packager/box.h"

#include <inttypes.h>
#include <string.h>

enum { HEADER_BYTES = 8, LARGE_HEADER_BYTES = 16 };

size_t box_begin(struct buf *buf, const char type[4])
{
    size_t mark = buf->size_bytes;
    buf_put_u32(buf, 0);
    buf_append(buf, type, 4);
    return mark;
}

size_t box_begin_full(struct buf *buf, const char type[4], uint8_t version, uint32_t flags)
{
    size_t mark = box_begin(buf, type);
    buf_put_u8(buf, version);
    buf_put_u24(buf, flags);
    return mark;
}

void box_patch_u32(struct buf *buf, size_t offset, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        buf->data[offset + i] = (uint8_t)(value >> (24 - 8 * i));
}

void box_end(struct buf *buf, size_t mark)
{
    box_patch_u32(buf, mark, (uint32_t)(buf->size_bytes - mark));
}

static uint32_t read_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void box_walk_init(struct box_walk *walk, const uint8_t *data, size_t size_bytes)
{
    *walk = (struct box_walk){.data = data, .size_bytes = size_bytes};
}

// The type for a message: four characters, those that do not print as '?'.
static void type_text(uint32_t type, char text[5])
{
    for (unsigned i = 0; i < 4; i++) {
        char c = (char)(type >> (24 - 8 * i));
        text[i] = c >= 0x20 && c < 0x7f ? c : '?';
    }
    text[4] = 0;
}

bool box_walk_next(struct box_walk *walk, struct box *ret_box, struct err *err)
{
    size_t left = walk->size_bytes - walk->at_bytes;
    if (left == 0)
        return false;
    if (left < HEADER_BYTES)
        return err_set(err, ERR_INPUT, "%zu stray bytes at offset %zu where a box should start",
                       left, walk->at_bytes);

    const uint8_t *at = walk->data + walk->at_bytes;
    uint64_t size = read_u32(at);
    uint32_t type = read_u32(at + 4);
    size_t header = HEADER_BYTES;
    char text[5];
    type_text(type, text);
    if (size == 1) {
        if (left < LARGE_HEADER_BYTES)
            return err_set(err, ERR_INPUT, "box '%s' at offset %zu: its 64-bit size is cut off",
                           text, walk->at_bytes);
        size = (uint64_t)read_u32(at + 8) << 32 | read_u32(at + 12);
        header = LARGE_HEADER_BYTES;
    } else if (size == 0) {
        size = left; // reaches to the end of what contains it
    }
    if (size < header || size > left)
        return err_set(err, ERR_INPUT,
                       "box '%s' at offset %zu: states %" PRIu64 " bytes, %zu are there", text,
                       walk->at_bytes, size, left);

    *ret_box = (struct box){
        .type = type,
        .payload = at + header,
        .payload_size_bytes = (size_t)size - header,
        .header_size_bytes = header,
        .offset_bytes = walk->at_bytes,
    };
    walk->at_bytes += (size_t)size;
    return true;
}

static bool find_child(const uint8_t *data, size_t size_bytes, uint32_t type, struct box *ret_box)
{
    struct box_walk walk;
    struct box box;
    box_walk_init(&walk, data, size_bytes);
    while (box_walk_next(&walk, &box, NULL)) {
        if (box.type == type) {
            *ret_box = box;
            return true;
        }
    }
    return false;
}

bool box_find(const uint8_t *data, size_t size_bytes, const char *path, struct box *ret_box)
{
    const uint8_t *start = data;
    struct box box;
    for (;;) {
        if (strlen(path) < 4)
            return false;
        uint32_t type =
            BOX_TYPE((uint8_t)path[0], (uint8_t)path[1], (uint8_t)path[2], (uint8_t)path[3]);
        if (!find_child(data, size_bytes, type, &box))
            return false;
        path += 4;
        if (*path == 0)
            break;
        if (*path != '/')
            return false;
        path++;
        data = box.payload;
        size_bytes = box.payload_size_bytes;
    }
    // offset_bytes counts from what the caller handed in, whatever the depth.
    box.offset_bytes = (size_t)(box.payload - start) - box.header_size_bytes;
    *ret_box = box;
    return true;
}
