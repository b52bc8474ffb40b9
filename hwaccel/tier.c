// SPDX-License-Identifier: BSD-2-Clause
// The table of backends.
#include "hwaccel/tier.h"

#include <string.h>

static const struct backend_row rows[DEVICE_COUNT] = {
    {DEVICE_CPU, "cpu", true, NULL},
    {DEVICE_CUDA, "cuda", false, "this version has no CUDA tier"},
    {DEVICE_VAAPI, "vaapi", false, "this version has no VAAPI tier"},
    {DEVICE_QSV, "qsv", false, "this version has no QSV tier"},
};

const struct backend_row *backend_find(enum device device)
{
    return (unsigned)device < DEVICE_COUNT ? &rows[device] : NULL;
}

const struct backend_row *backend_find_by_name(const char *name)
{
    for (unsigned i = 0; i < DEVICE_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const char *device_name(enum device device)
{
    const struct backend_row *row = backend_find(device);
    return row ? row->name : "unknown";
}
