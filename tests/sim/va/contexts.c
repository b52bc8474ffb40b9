// SPDX-License-Identifier: BSD-2-Clause
// Contexts: a decoder, a scaler or an encoder, and the pictures it is given.
#include <stdlib.h>

#include "counters.h"
#include "driver.h"

struct context {
    const struct work *work;
    void *state;
    struct va_surface *target; // between begin and end
};

static const struct work *work_of(VAEntrypoint entrypoint)
{
    switch (entrypoint) {
    case VAEntrypointVLD:
        va_counters.decoders_opened++;
        return &work_decode;
    case VAEntrypointEncSlice:
        va_counters.encoders_opened++;
        return &work_encode;
    default:
        va_counters.processors_opened++;
        return &work_process;
    }
}

static VAStatus create_context(VADriverContextP va, VAConfigID config_id, int width, int height,
                               int flags, VASurfaceID *surfaces, int count, VAContextID *ret)
{
    struct driver *driver = driver_of(va);
    (void)flags, (void)surfaces, (void)count;
    VAStatus status = driver_enter(driver);
    const struct config *config =
        objects_get(&driver->objects[OBJECT_CONFIG], OBJECT_CONFIG, config_id);
    if (!config)
        status = VA_STATUS_ERROR_INVALID_CONFIG;
    else if (width > MAX_SIDE_PX || height > MAX_SIDE_PX)
        status = VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
    if (status != VA_STATUS_SUCCESS)
        return driver_leave(driver, status);
    struct context *context = calloc(1, sizeof *context);
    *ret = VA_INVALID_ID;
    if (context) {
        context->work = work_of(config->entrypoint);
        context->state = context->work->open(config, width, height);
    }
    if (context && context->state)
        *ret = objects_add(&driver->objects[OBJECT_CONTEXT], OBJECT_CONTEXT, context);
    if (*ret == VA_INVALID_ID) {
        if (context && context->state)
            context->work->close(context->state);
        free(context);
        return driver_leave(driver, VA_STATUS_ERROR_ALLOCATION_FAILED);
    }
    va_counters.contexts_live++;
    return driver_leave(driver, VA_STATUS_SUCCESS);
}

static VAStatus destroy_context(VADriverContextP va, VAContextID id)
{
    struct driver *driver = driver_of(va);
    driver_enter(driver);
    struct context *context = objects_take(&driver->objects[OBJECT_CONTEXT], OBJECT_CONTEXT, id);
    if (context) {
        context->work->close(context->state);
        va_counters.contexts_live--;
    }
    free(context);
    return driver_leave(driver, context ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_CONTEXT);
}

static VAStatus begin(VADriverContextP va, VAContextID id, VASurfaceID target)
{
    struct driver *driver = driver_of(va);
    VAStatus status = driver_enter(driver);
    struct context *context = objects_get(&driver->objects[OBJECT_CONTEXT], OBJECT_CONTEXT, id);
    struct va_surface *surface =
        objects_get(&driver->objects[OBJECT_SURFACE], OBJECT_SURFACE, target);
    if (status == VA_STATUS_SUCCESS && (!context || !surface))
        status = context ? VA_STATUS_ERROR_INVALID_SURFACE : VA_STATUS_ERROR_INVALID_CONTEXT;
    if (status == VA_STATUS_SUCCESS) {
        context->target = surface;
        status = context->work->begin(context->state, surface);
    }
    return driver_leave(driver, status);
}

static VAStatus render(VADriverContextP va, VAContextID id, VABufferID *buffers, int count)
{
    struct driver *driver = driver_of(va);
    VAStatus status = driver_enter(driver);
    struct context *context = objects_get(&driver->objects[OBJECT_CONTEXT], OBJECT_CONTEXT, id);
    if (status == VA_STATUS_SUCCESS && (!context || !context->target))
        status = VA_STATUS_ERROR_INVALID_CONTEXT;
    for (int i = 0; i < count && status == VA_STATUS_SUCCESS; i++) {
        const struct va_buffer *buffer =
            objects_get(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, buffers[i]);
        status = buffer ? context->work->render(context->state, driver, buffer)
                        : VA_STATUS_ERROR_INVALID_BUFFER;
    }
    return driver_leave(driver, status);
}

static VAStatus end(VADriverContextP va, VAContextID id)
{
    struct driver *driver = driver_of(va);
    VAStatus status = driver_enter(driver);
    struct context *context = objects_get(&driver->objects[OBJECT_CONTEXT], OBJECT_CONTEXT, id);
    if (status == VA_STATUS_SUCCESS && (!context || !context->target))
        status = VA_STATUS_ERROR_INVALID_CONTEXT;
    if (status == VA_STATUS_SUCCESS && !driver_counts_work())
        status = VA_STATUS_ERROR_HW_BUSY;
    if (status == VA_STATUS_SUCCESS)
        status = context->work->end(context->state, driver);
    if (context)
        context->target = NULL;
    return driver_leave(driver, status);
}

void fill_context(struct VADriverVTable *table)
{
    table->vaCreateContext = create_context;
    table->vaDestroyContext = destroy_context;
    table->vaBeginPicture = begin;
    table->vaRenderPicture = render;
    table->vaEndPicture = end;
}
