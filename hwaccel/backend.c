// SPDX-License-Identifier: BSD-2-Clause
// The table of backends and what is looked up in it.
#include <libavcodec/avcodec.h>
#include <string.h>

#include "hwaccel/backend_private.h"
#include "src/base/mem.h"

static const struct backend_row *const rows[DEVICE_COUNT] = {
    [DEVICE_CUDA] = &backend_cuda,
    [DEVICE_VAAPI] = &backend_vaapi,
    [DEVICE_QSV] = &backend_qsv,
};

const struct backend_row *backend_find(enum device device)
{
    return (unsigned)device < DEVICE_COUNT ? rows[device] : NULL;
}

// A row may name encoders that only newer or other builds of libavcodec have.
static bool is_linked(const struct backend_encoder *encoder)
{
    return encoder->name && avcodec_find_encoder_by_name(encoder->name);
}

const struct backend_encoder *backend_encoder(enum device device, enum AVCodecID codec)
{
    const struct backend_row *row = backend_find(device);
    for (size_t i = 0; row && i < ARRAY_LEN(row->encoders); i++)
        if (row->encoders[i].codec == codec && is_linked(&row->encoders[i]))
            return &row->encoders[i];
    return NULL;
}

static const struct backend_encoder *encoder_of_row(const struct backend_row *row, const char *name)
{
    for (size_t i = 0; row && i < ARRAY_LEN(row->encoders); i++)
        if (row->encoders[i].name && strcmp(row->encoders[i].name, name) == 0)
            return &row->encoders[i];
    return NULL;
}

const struct backend_encoder *backend_encoder_by_name(const char *name, enum device *ret_device)
{
    for (unsigned device = 0; name && device < DEVICE_COUNT; device++) {
        const struct backend_encoder *found = encoder_of_row(rows[device], name);
        if (!found)
            continue;
        if (ret_device)
            *ret_device = (enum device)device;
        return found;
    }
    return NULL;
}

const struct backend_remedy *backend_remedy(enum device device, const char *message)
{
    const struct backend_row *row = backend_find(device);
    for (size_t i = 0; row && message && row->remedies[i].contains; i++)
        if (strstr(message, row->remedies[i].contains))
            return &row->remedies[i];
    return NULL;
}
