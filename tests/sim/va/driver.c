// SPDX-License-Identifier: BSD-2-Clause
// Opening and closing a display; whether the device is still there.
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "faults.h"

#define DRIVER_API __attribute__((visibility("default")))

// The name that libva looks for: that of the interface's first version, which still holds.
DRIVER_API VAStatus __vaDriverInit_1_0(VADriverContextP va);

static _Atomic int64_t work_count;
static _Atomic bool is_lost;

bool driver_counts_work(void)
{
    int64_t limit;
    if (fault_number(FAULT_LOST_AFTER, 0, &limit) && ++work_count > limit &&
        fault_fires(FAULT_LOST_AFTER, 0))
        is_lost = true;
    return !is_lost;
}

VAStatus driver_enter(struct driver *driver)
{
    pthread_mutex_lock(&driver->lock);
    return is_lost ? VA_STATUS_ERROR_HW_BUSY : VA_STATUS_SUCCESS;
}

VAStatus driver_leave(struct driver *driver, VAStatus status)
{
    pthread_mutex_unlock(&driver->lock);
    return status;
}

bool memory_take(size_t size_bytes)
{
    int64_t limit_mb;
    int64_t used = va_counters.memory_bytes + (int64_t)size_bytes;
    if (fault_number(FAULT_VRAM, 0, &limit_mb) && used > limit_mb << 20 &&
        fault_fires(FAULT_VRAM, 0))
        return false;
    va_counters.memory_bytes = used;
    if (used > va_counters.memory_peak_bytes)
        va_counters.memory_peak_bytes = used;
    return true;
}

void memory_give(size_t size_bytes)
{
    va_counters.memory_bytes -= (int64_t)size_bytes;
}

static VAStatus terminate(VADriverContextP va)
{
    struct driver *driver = driver_of(va);
    va_counters.displays_live--;
    counters_report("display-closed");
    for (int i = 0; i < OBJECT_KINDS; i++)
        free(driver->objects[i].items);
    pthread_mutex_destroy(&driver->lock);
    free(driver);
    va->pDriverData = NULL;
    return VA_STATUS_SUCCESS;
}

static void fill_display(VADriverContextP va)
{
    va->version_major = VA_MAJOR_VERSION;
    va->version_minor = VA_MINOR_VERSION;
    va->max_profiles = 16;
    va->max_entrypoints = 4;
    va->max_attributes = 16;
    va->max_image_formats = 2;
    va->max_subpic_formats = 1;
    va->max_display_attributes = 1;
    va->str_vendor = "simulated VA driver (no GPU)";
    va->vtable->vaTerminate = terminate;
    fill_config(va->vtable);
    fill_surface(va->vtable);
    fill_image(va->vtable);
    fill_buffer(va->vtable);
    fill_context(va->vtable);
    fill_unused(va->vtable);
    if (va->vtable_vpp)
        fill_process(va->vtable_vpp);
}

// Faults that only the other simulated driver has would turn a test of them into a test of nothing.
static void refuse_foreign_faults(void)
{
    int64_t number;
    if (!fault_number(FAULT_SESSIONS, -1, &number) &&
        !fault_number(FAULT_ENCODE_ERROR_AT_FLUSH, -1, &number))
        return;
    fprintf(stderr, "simulated VA driver: RUNG_SIM_FAULTS: no such fault in \"%s\"\n",
            getenv("RUNG_SIM_FAULTS"));
    abort();
}

VAStatus __vaDriverInit_1_0(VADriverContextP va)
{
    refuse_foreign_faults();
    // What a driver says that knows nothing of this GPU.
    if (fault_fires(FAULT_DRIVER_TOO_OLD, 0))
        return VA_STATUS_ERROR_UNKNOWN;
    struct driver *driver = calloc(1, sizeof *driver);
    if (!driver)
        return VA_STATUS_ERROR_ALLOCATION_FAILED;
    pthread_mutex_init(&driver->lock, NULL);
    va->pDriverData = driver;
    fill_display(va);
    va_counters.displays_opened++;
    va_counters.displays_live++;
    return VA_STATUS_SUCCESS;
}
