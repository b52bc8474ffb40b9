// SPDX-License-Identifier: BSD-2-Clause
// What the interface names by numbers: configurations, contexts, surfaces, buffers, images.
#ifndef RUNG_SIM_VA_OBJECTS_H
#define RUNG_SIM_VA_OBJECTS_H

#include <stddef.h>
#include <va/va.h>

enum object_kind {
    OBJECT_CONFIG,
    OBJECT_CONTEXT,
    OBJECT_SURFACE,
    OBJECT_BUFFER,
    OBJECT_IMAGE,
    OBJECT_KINDS,
};

struct objects {
    void **items;
    size_t room;
};

// VA_INVALID_ID when there is no memory.
VAGenericID objects_add(struct objects *objects, enum object_kind kind, void *item);
// NULL when there is none of this number and kind; take leaves none behind.
void *objects_get(const struct objects *objects, enum object_kind kind, VAGenericID id);
void *objects_take(struct objects *objects, enum object_kind kind, VAGenericID id);

#endif
