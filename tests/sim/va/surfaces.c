// SPDX-License-Identifier: BSD-2-Clause
// Surfaces: pictures in the device's memory. All work is done when a call returns, so
// that nothing has to be waited for.
#include <libavutil/frame.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "driver.h"

#define ALIGNMENT 64

static void free_surface(struct va_surface *surface)
{
    if (!surface)
        return;
    if (surface->rows) {
        memory_give(surface->size_bytes);
        va_counters.surfaces_live--;
    }
    free(surface->rows);
    av_frame_free(&surface->picture);
    free(surface);
}

static struct va_surface *make_surface(int width, int height, bool is_wide)
{
    struct va_surface *surface = calloc(1, sizeof *surface);
    if (!surface)
        return NULL;
    surface->width = (width + 1) / 2 * 2;
    surface->height = (height + 1) / 2 * 2;
    surface->is_wide = is_wide;
    surface->pitch_bytes =
        ((size_t)surface->width * (is_wide ? 2 : 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    surface->size_bytes = surface->pitch_bytes * (size_t)(surface->height / 2 * 3);
    surface->picture = av_frame_alloc();
    if (surface->picture && memory_take(surface->size_bytes)) {
        surface->rows = calloc(1, surface->size_bytes);
        if (surface->rows)
            va_counters.surfaces_live++;
        else
            memory_give(surface->size_bytes);
    }
    if (!surface->rows) {
        free_surface(surface);
        return NULL;
    }
    return surface;
}

static VAStatus read_format(unsigned format, const VASurfaceAttrib *attributes, unsigned count,
                            bool *ret_is_wide)
{
    if (format != VA_RT_FORMAT_YUV420 && format != VA_RT_FORMAT_YUV420_10)
        return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
    *ret_is_wide = format == VA_RT_FORMAT_YUV420_10;
    for (unsigned i = 0; i < count; i++) {
        int value = attributes[i].value.value.i;
        if (attributes[i].type == VASurfaceAttribMemoryType &&
            value != VA_SURFACE_ATTRIB_MEM_TYPE_VA)
            return VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
        if (attributes[i].type != VASurfaceAttribPixelFormat)
            continue;
        if (value != VA_FOURCC_NV12 && value != VA_FOURCC_P010)
            return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
        *ret_is_wide = value == VA_FOURCC_P010;
    }
    return VA_STATUS_SUCCESS;
}

static VAStatus destroy_surfaces(VADriverContextP va, VASurfaceID *ids, int count)
{
    struct driver *driver = driver_of(va);
    VAStatus status = VA_STATUS_SUCCESS;
    driver_enter(driver);
    for (int i = 0; i < count; i++) {
        struct va_surface *surface =
            objects_take(&driver->objects[OBJECT_SURFACE], OBJECT_SURFACE, ids[i]);
        if (!surface)
            status = VA_STATUS_ERROR_INVALID_SURFACE;
        free_surface(surface);
    }
    return driver_leave(driver, status);
}

static VAStatus create_surfaces2(VADriverContextP va, unsigned format, unsigned width,
                                 unsigned height, VASurfaceID *ids, unsigned count,
                                 VASurfaceAttrib *attributes, unsigned attribute_count)
{
    struct driver *driver = driver_of(va);
    bool is_wide;
    unsigned made = 0;
    VAStatus status = read_format(format, attributes, attribute_count, &is_wide);
    if (status == VA_STATUS_SUCCESS &&
        (width < 1 || height < 1 || width > MAX_SIDE_PX || height > MAX_SIDE_PX))
        status = VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
    if (status != VA_STATUS_SUCCESS)
        return status;
    status = driver_enter(driver);
    while (status == VA_STATUS_SUCCESS && made < count) {
        struct va_surface *surface = make_surface((int)width, (int)height, is_wide);
        ids[made] = surface ? objects_add(&driver->objects[OBJECT_SURFACE], OBJECT_SURFACE, surface)
                            : VA_INVALID_ID;
        if (ids[made] != VA_INVALID_ID) {
            made++;
        } else {
            free_surface(surface);
            status = VA_STATUS_ERROR_ALLOCATION_FAILED;
        }
    }
    driver_leave(driver, status);
    if (status != VA_STATUS_SUCCESS)
        destroy_surfaces(va, ids, (int)made);
    return status;
}

static VAStatus create_surfaces(VADriverContextP va, int width, int height, int format, int count,
                                VASurfaceID *ids)
{
    return create_surfaces2(va, (unsigned)format, (unsigned)width, (unsigned)height, ids,
                            (unsigned)count, NULL, 0);
}

static VAStatus sync_surface(VADriverContextP va, VASurfaceID id)
{
    struct driver *driver = driver_of(va);
    VAStatus status = driver_enter(driver);
    if (!objects_get(&driver->objects[OBJECT_SURFACE], OBJECT_SURFACE, id))
        status = VA_STATUS_ERROR_INVALID_SURFACE;
    return driver_leave(driver, status);
}

static VAStatus query_status(VADriverContextP va, VASurfaceID id, VASurfaceStatus *ret)
{
    *ret = VASurfaceReady;
    return sync_surface(va, id);
}

static VAStatus put_surface(VADriverContextP va, VASurfaceID surface, void *draw, short srcx,
                            short srcy, unsigned short srcw, unsigned short srch, short destx,
                            short desty, unsigned short destw, unsigned short desth,
                            VARectangle *clips, unsigned clip_count, unsigned flags)
{
    (void)va, (void)surface, (void)draw, (void)srcx, (void)srcy, (void)srcw, (void)srch;
    (void)destx, (void)desty, (void)destw, (void)desth, (void)clips, (void)clip_count, (void)flags;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

void fill_surface(struct VADriverVTable *table)
{
    table->vaCreateSurfaces = create_surfaces;
    table->vaCreateSurfaces2 = create_surfaces2;
    table->vaDestroySurfaces = destroy_surfaces;
    table->vaSyncSurface = sync_surface;
    table->vaQuerySurfaceStatus = query_status;
    table->vaPutSurface = put_surface;
}
