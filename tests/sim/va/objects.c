// SPDX-License-Identifier: BSD-2-Clause
// A number is the kind and the place in the table, so that one kind is never taken for another.
#include "objects.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define KIND_SHIFT 24

static VAGenericID id_of(enum object_kind kind, size_t index)
{
    return ((VAGenericID)kind + 1) << KIND_SHIFT | (VAGenericID)(index + 1);
}

VAGenericID objects_add(struct objects *objects, enum object_kind kind, void *item)
{
    size_t index = 0;
    while (index < objects->room && objects->items[index])
        index++;
    if (index == objects->room) {
        size_t room = objects->room ? 2 * objects->room : 16;
        void **grown = realloc(objects->items, room * sizeof *grown);
        if (!grown)
            return VA_INVALID_ID;
        memset(grown + objects->room, 0, (room - objects->room) * sizeof *grown);
        objects->items = grown;
        objects->room = room;
    }
    objects->items[index] = item;
    return id_of(kind, index);
}

void *objects_get(const struct objects *objects, enum object_kind kind, VAGenericID id)
{
    size_t index = (id & ((1u << KIND_SHIFT) - 1)) - 1u;
    return index < objects->room && id_of(kind, index) == id ? objects->items[index] : NULL;
}

void *objects_take(struct objects *objects, enum object_kind kind, VAGenericID id)
{
    void *item = objects_get(objects, kind, id);
    if (item)
        objects->items[(id & ((1u << KIND_SHIFT) - 1)) - 1u] = NULL;
    return item;
}
