// SPDX-License-Identifier: BSD-2-Clause
// The box walker on any bytes: boxes stay inside their parents, cover them without
// a gap, and nothing is read outside.
#include <stdlib.h>

#include "packager/box.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

enum { DEPTH_MAX = 16 };

static void walk_into(const uint8_t *data, size_t size_bytes, unsigned depth)
{
    struct box_walk walk;
    struct box box;
    struct err err = {0};
    size_t at = 0;
    box_walk_init(&walk, data, size_bytes);
    while (box_walk_next(&walk, &box, &err)) {
        size_t end = box.offset_bytes + box.header_size_bytes + box.payload_size_bytes;
        if (box.offset_bytes != at || end > size_bytes ||
            box.payload != data + box.offset_bytes + box.header_size_bytes)
            abort();
        at = end;
        if (depth < DEPTH_MAX)
            walk_into(box.payload, box.payload_size_bytes, depth + 1);
    }
    if (err.kind == ERR_NONE ? at != size_bytes : err.kind != ERR_INPUT)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    static const char *const paths[] = {"moov", "moov/trak/mdia/minf/stbl/stsd", "moof/traf/trun"};
    walk_into(data, size_bytes, 0);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct box box;
        if (box_find(data, size_bytes, paths[i], &box) &&
            (box.payload != data + box.offset_bytes + box.header_size_bytes ||
             box.offset_bytes + box.header_size_bytes + box.payload_size_bytes > size_bytes))
            abort();
    }
    return 0;
}
