// SPDX-License-Identifier: BSD-2-Clause
// What libva wants to find in every driver and no transcoder uses: pictures over pictures,
// palettes, attributes of a screen.
#include "driver.h"

static VAStatus set_palette(VADriverContextP va, VAImageID image, unsigned char *palette)
{
    (void)va, (void)image, (void)palette;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

static VAStatus query_formats(VADriverContextP va, VAImageFormat *formats, unsigned *flags,
                              unsigned *count)
{
    (void)va, (void)formats, (void)flags;
    *count = 0;
    return VA_STATUS_SUCCESS;
}

static VAStatus create(VADriverContextP va, VAImageID image, VASubpictureID *ret)
{
    (void)va, (void)image, (void)ret;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

static VAStatus destroy(VADriverContextP va, VASubpictureID id)
{
    (void)va, (void)id;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

static VAStatus set_image(VADriverContextP va, VASubpictureID id, VAImageID image)
{
    (void)va, (void)id, (void)image;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

static VAStatus set_key(VADriverContextP va, VASubpictureID id, unsigned min, unsigned max,
                        unsigned mask)
{
    (void)va, (void)id, (void)min, (void)max, (void)mask;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

static VAStatus set_alpha(VADriverContextP va, VASubpictureID id, float alpha)
{
    (void)va, (void)id, (void)alpha;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

static VAStatus associate(VADriverContextP va, VASubpictureID id, VASurfaceID *surfaces, int count,
                          short src_x, short src_y, unsigned short src_width,
                          unsigned short src_height, short dest_x, short dest_y,
                          unsigned short dest_width, unsigned short dest_height, unsigned flags)
{
    (void)va, (void)id, (void)surfaces, (void)count, (void)src_x, (void)src_y, (void)src_width;
    (void)src_height, (void)dest_x, (void)dest_y, (void)dest_width, (void)dest_height, (void)flags;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

static VAStatus deassociate(VADriverContextP va, VASubpictureID id, VASurfaceID *surfaces,
                            int count)
{
    (void)va, (void)id, (void)surfaces, (void)count;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

static VAStatus query_attributes(VADriverContextP va, VADisplayAttribute *attributes, int *count)
{
    (void)va, (void)attributes;
    *count = 0;
    return VA_STATUS_SUCCESS;
}

static VAStatus use_attributes(VADriverContextP va, VADisplayAttribute *attributes, int count)
{
    (void)va, (void)attributes, (void)count;
    return VA_STATUS_ERROR_UNIMPLEMENTED;
}

void fill_unused(struct VADriverVTable *table)
{
    table->vaSetImagePalette = set_palette;
    table->vaQuerySubpictureFormats = query_formats;
    table->vaCreateSubpicture = create;
    table->vaDestroySubpicture = destroy;
    table->vaSetSubpictureImage = set_image;
    table->vaSetSubpictureChromakey = set_key;
    table->vaSetSubpictureGlobalAlpha = set_alpha;
    table->vaAssociateSubpicture = associate;
    table->vaDeassociateSubpicture = deassociate;
    table->vaQueryDisplayAttributes = query_attributes;
    table->vaGetDisplayAttributes = use_attributes;
    table->vaSetDisplayAttributes = use_attributes;
}
