// SPDX-License-Identifier: BSD-2-Clause
// Images: pictures in the host's memory, copies of surfaces or, derived, their own memory.
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "driver.h"

static const VAImageFormat formats[] = {
    {.fourcc = VA_FOURCC_NV12, .byte_order = VA_LSB_FIRST, .bits_per_pixel = 12},
    {.fourcc = VA_FOURCC_P010, .byte_order = VA_LSB_FIRST, .bits_per_pixel = 24},
};

static VAStatus query_formats(VADriverContextP va, VAImageFormat *ret, int *count)
{
    (void)va;
    memcpy(ret, formats, sizeof formats);
    *count = 2;
    return VA_STATUS_SUCCESS;
}

// One plane after the other; ROWS is a surface's, or NULL.
static VAStatus add_image(struct driver *driver, bool is_wide, int width, int height, size_t pitch,
                          uint8_t *rows, VAImage *ret)
{
    unsigned size = (unsigned)(pitch * (size_t)(height + (height + 1) / 2));
    VAImage *image = calloc(1, sizeof *image);
    if (!image)
        return VA_STATUS_ERROR_ALLOCATION_FAILED;
    *image = (VAImage){
        .format = formats[is_wide],
        .width = (uint16_t)width,
        .height = (uint16_t)height,
        .data_size = size,
        .num_planes = 2,
        .pitches = {(uint32_t)pitch, (uint32_t)pitch},
        .offsets = {0, (uint32_t)(pitch * (size_t)height)},
        .buf = buffer_add(driver, VAImageBufferType, size, 1, rows),
    };
    if (image->buf != VA_INVALID_ID)
        image->image_id = objects_add(&driver->objects[OBJECT_IMAGE], OBJECT_IMAGE, image);
    if (image->buf == VA_INVALID_ID || image->image_id == VA_INVALID_ID) {
        buffer_remove(driver, image->buf);
        free(image);
        return VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
    va_counters.images_live++;
    *ret = *image;
    return VA_STATUS_SUCCESS;
}

static VAStatus create_image(VADriverContextP va, VAImageFormat *format, int width, int height,
                             VAImage *ret)
{
    struct driver *driver = driver_of(va);
    bool is_wide = format->fourcc == VA_FOURCC_P010;
    if (!is_wide && format->fourcc != VA_FOURCC_NV12)
        return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
    VAStatus status = driver_enter(driver);
    size_t pitch = (size_t)((width + 63) / 64 * 64) * (is_wide ? 2 : 1);
    if (status == VA_STATUS_SUCCESS)
        status = add_image(driver, is_wide, width, height, pitch, NULL, ret);
    return driver_leave(driver, status);
}

static VAStatus derive_image(VADriverContextP va, VASurfaceID id, VAImage *ret)
{
    struct driver *driver = driver_of(va);
    VAStatus status = driver_enter(driver);
    struct va_surface *surface = objects_get(&driver->objects[OBJECT_SURFACE], OBJECT_SURFACE, id);
    if (!surface)
        status = VA_STATUS_ERROR_INVALID_SURFACE;
    if (status == VA_STATUS_SUCCESS)
        status = add_image(driver, surface->is_wide, surface->width, surface->height,
                           surface->pitch_bytes, surface->rows, ret);
    return driver_leave(driver, status);
}

static VAStatus destroy_image(VADriverContextP va, VAImageID id)
{
    struct driver *driver = driver_of(va);
    driver_enter(driver);
    VAImage *image = objects_take(&driver->objects[OBJECT_IMAGE], OBJECT_IMAGE, id);
    if (image) {
        buffer_remove(driver, image->buf);
        va_counters.images_live--;
    }
    free(image);
    return driver_leave(driver, image ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_IMAGE);
}

struct copy {
    struct va_surface *surface;
    VAImage *image;
    uint8_t *data; // the image's
};

static VAStatus find_both(struct driver *driver, VASurfaceID surface_id, VAImageID image_id,
                          struct copy *ret)
{
    VAStatus status = driver_enter(driver);
    ret->surface = objects_get(&driver->objects[OBJECT_SURFACE], OBJECT_SURFACE, surface_id);
    ret->image = objects_get(&driver->objects[OBJECT_IMAGE], OBJECT_IMAGE, image_id);
    if (status != VA_STATUS_SUCCESS)
        return status;
    if (!ret->surface || !ret->image)
        return ret->surface ? VA_STATUS_ERROR_INVALID_IMAGE : VA_STATUS_ERROR_INVALID_SURFACE;
    if (ret->surface->is_wide != (ret->image->format.fourcc == VA_FOURCC_P010))
        return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
    const struct va_buffer *buffer =
        objects_get(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, ret->image->buf);
    ret->data = buffer->data;
    return VA_STATUS_SUCCESS;
}

// The part of both that is in both, from their origin; returns the bytes copied.
static int64_t copy_rows(const struct copy *copy, int width, int height, bool is_download)
{
    const struct va_surface *surface = copy->surface;
    const VAImage *image = copy->image;
    size_t row_bytes = (size_t)width * (surface->is_wide ? 2 : 1);
    int64_t total = 0;
    for (int plane = 0; plane < 2; plane++) {
        uint8_t *rows =
            surface->rows + (plane ? surface->pitch_bytes * (size_t)surface->height : 0);
        uint8_t *host = copy->data + image->offsets[plane];
        for (int y = 0; y < (plane ? (height + 1) / 2 : height); y++) {
            uint8_t *a = rows + surface->pitch_bytes * (size_t)y;
            uint8_t *b = host + (size_t)image->pitches[plane] * (size_t)y;
            memcpy(is_download ? b : a, is_download ? a : b, row_bytes);
            total += (int64_t)row_bytes;
        }
    }
    return total;
}

// Sides as pairs of chroma samples have them.
static bool fits(const struct copy *copy, unsigned width, unsigned height)
{
    return width <= (unsigned)copy->surface->width && height <= (unsigned)copy->surface->height &&
           width <= copy->image->width && height <= copy->image->height;
}

static VAStatus get_image(VADriverContextP va, VASurfaceID surface, int x, int y, unsigned width,
                          unsigned height, VAImageID image)
{
    struct driver *driver = driver_of(va);
    struct copy copy;
    VAStatus status = find_both(driver, surface, image, &copy);
    if (status == VA_STATUS_SUCCESS && (x || y || !fits(&copy, width, height)))
        status = VA_STATUS_ERROR_INVALID_PARAMETER;
    if (status == VA_STATUS_SUCCESS) {
        va_counters.downloads++;
        va_counters.download_bytes += copy_rows(&copy, (int)(width + 1) / 2 * 2, (int)height, true);
    }
    return driver_leave(driver, status);
}

static VAStatus put_image(VADriverContextP va, VASurfaceID surface, VAImageID image, int x, int y,
                          unsigned width, unsigned height, int to_x, int to_y, unsigned to_width,
                          unsigned to_height)
{
    struct driver *driver = driver_of(va);
    struct copy copy;
    VAStatus status = find_both(driver, surface, image, &copy);
    if (status == VA_STATUS_SUCCESS && (x || y || to_x || to_y || width != to_width ||
                                        height != to_height || !fits(&copy, width, height)))
        status = VA_STATUS_ERROR_INVALID_PARAMETER;
    if (status == VA_STATUS_SUCCESS) {
        va_counters.uploads++;
        va_counters.upload_bytes += copy_rows(&copy, (int)(width + 1) / 2 * 2, (int)height, false);
    }
    return driver_leave(driver, status);
}

void fill_image(struct VADriverVTable *table)
{
    table->vaQueryImageFormats = query_formats;
    table->vaCreateImage = create_image;
    table->vaDeriveImage = derive_image;
    table->vaDestroyImage = destroy_image;
    table->vaGetImage = get_image;
    table->vaPutImage = put_image;
}
