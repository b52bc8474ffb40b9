// SPDX-License-Identifier: BSD-2-Clause
// ISO base media file format boxes (ISO/IEC 14496-12 4.2): writing with sizes
// patched at the end, and walking untrusted bytes with every length checked.
#ifndef RUNG_PACKAGER_BOX_H
#define RUNG_PACKAGER_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/err.h"
#include "src/base/mem.h"

#define BOX_TYPE(a, b, c, d)                                                                       \
    (((uint32_t)(a) << 24) | ((uint32_t)(b) << 16) | ((uint32_t)(c) << 8) | (uint32_t)(d))

// Starts a box at the end of *buf; the returned mark goes to box_end.
size_t box_begin(struct buf *buf, const char type[4]);
size_t box_begin_full(struct buf *buf, const char type[4], uint8_t version, uint32_t flags);
void box_end(struct buf *buf, size_t mark);
void box_patch_u32(struct buf *buf, size_t offset, uint32_t value);

// One box inside a range of bytes. payload points behind size and type (and the
// extended size), not behind version and flags.
struct box {
    uint32_t type;
    const uint8_t *payload;
    size_t payload_size_bytes;
    size_t header_size_bytes;
    size_t offset_bytes; // of the header, from the start of the walked range
};

struct box_walk {
    const uint8_t *data;
    size_t size_bytes;
    size_t at_bytes;
};

void box_walk_init(struct box_walk *walk, const uint8_t *data, size_t size_bytes);
// True with the next box; false at the end (err->kind stays ERR_NONE) or when the
// next box does not fit the range (INPUT, with the offset).
bool box_walk_next(struct box_walk *walk, struct box *ret_box, struct err *err);
// Finds the first box along a path like "moov/trak/mdia" below the given bytes.
// Containers with a header of their own (stsd, sample entries) are not entered.
bool box_find(const uint8_t *data, size_t size_bytes, const char *path, struct box *ret_box);

#endif
