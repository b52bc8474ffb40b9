// SPDX-License-Identifier: BSD-2-Clause
// Buffers: parameters and data on their way to a context, coded data on its way back, and
// the memory of images.
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "driver.h"

static void free_buffer(struct va_buffer *buffer)
{
    if (!buffer)
        return;
    if (!buffer->is_surface)
        free(buffer->data);
    free(buffer->coded);
    free(buffer);
}

VABufferID buffer_add(struct driver *driver, VABufferType type, unsigned size, unsigned count,
                      uint8_t *surface_rows)
{
    struct va_buffer *buffer = calloc(1, sizeof *buffer);
    if (!buffer)
        return VA_INVALID_ID;
    buffer->type = type;
    buffer->size = size;
    buffer->count = count;
    buffer->is_surface = surface_rows != NULL;
    buffer->data = surface_rows ? surface_rows : calloc(count ? count : 1, size ? size : 1);
    bool is_coded = type == VAEncCodedBufferType;
    if (is_coded)
        buffer->coded = calloc(1, sizeof *buffer->coded);
    VABufferID id = VA_INVALID_ID;
    if (buffer->data && (!is_coded || buffer->coded))
        id = objects_add(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, buffer);
    if (id == VA_INVALID_ID)
        free_buffer(buffer);
    else
        va_counters.buffers_live++;
    return id;
}

void buffer_remove(struct driver *driver, VABufferID id)
{
    struct va_buffer *buffer = objects_take(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, id);
    if (buffer)
        va_counters.buffers_live--;
    free_buffer(buffer);
}

static VAStatus create_buffer(VADriverContextP va, VAContextID context, VABufferType type,
                              unsigned size, unsigned count, void *data, VABufferID *ret)
{
    struct driver *driver = driver_of(va);
    VAStatus status = driver_enter(driver);
    if (status == VA_STATUS_SUCCESS &&
        !objects_get(&driver->objects[OBJECT_CONTEXT], OBJECT_CONTEXT, context))
        status = VA_STATUS_ERROR_INVALID_CONTEXT;
    if (status == VA_STATUS_SUCCESS) {
        *ret = buffer_add(driver, type, size, count, NULL);
        struct va_buffer *buffer =
            objects_get(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, *ret);
        if (!buffer)
            status = VA_STATUS_ERROR_ALLOCATION_FAILED;
        else if (data)
            memcpy(buffer->data, data, (size_t)size * count);
    }
    return driver_leave(driver, status);
}

static VAStatus set_elements(VADriverContextP va, VABufferID id, unsigned count)
{
    struct driver *driver = driver_of(va);
    VAStatus status = driver_enter(driver);
    struct va_buffer *buffer = objects_get(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, id);
    if (!buffer)
        status = VA_STATUS_ERROR_INVALID_BUFFER;
    else if (count > buffer->count)
        status = VA_STATUS_ERROR_INVALID_PARAMETER;
    else
        buffer->count = count;
    return driver_leave(driver, status);
}

static VAStatus map(VADriverContextP va, VABufferID id, void **ret)
{
    struct driver *driver = driver_of(va);
    VAStatus status = driver_enter(driver);
    struct va_buffer *buffer = objects_get(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, id);
    if (!buffer)
        status = VA_STATUS_ERROR_INVALID_BUFFER;
    if (status == VA_STATUS_SUCCESS) {
        *ret = buffer->coded ? (void *)buffer->coded : buffer->data;
        va_counters.direct_maps += buffer->is_surface;
        if (buffer->coded)
            va_counters.bitstream_bytes += buffer->coded->size;
    }
    return driver_leave(driver, status);
}

static VAStatus unmap(VADriverContextP va, VABufferID id)
{
    struct driver *driver = driver_of(va);
    VAStatus status = driver_enter(driver);
    if (!objects_get(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, id))
        status = VA_STATUS_ERROR_INVALID_BUFFER;
    return driver_leave(driver, status);
}

static VAStatus destroy_buffer(VADriverContextP va, VABufferID id)
{
    struct driver *driver = driver_of(va);
    driver_enter(driver);
    bool is_there = objects_get(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, id) != NULL;
    buffer_remove(driver, id);
    return driver_leave(driver, is_there ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_BUFFER);
}

static VAStatus sync_buffer(VADriverContextP va, VABufferID id, uint64_t timeout_ns)
{
    (void)timeout_ns;
    return unmap(va, id);
}

void fill_buffer(struct VADriverVTable *table)
{
    table->vaCreateBuffer = create_buffer;
    table->vaBufferSetNumElements = set_elements;
    table->vaMapBuffer = map;
    table->vaUnmapBuffer = unmap;
    table->vaDestroyBuffer = destroy_buffer;
    table->vaSyncBuffer = sync_buffer;
}
