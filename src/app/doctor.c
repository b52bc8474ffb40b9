// SPDX-License-Identifier: BSD-2-Clause
// Putting together what doctor finds.
#include "src/app/doctor.h"

#include <stdlib.h>
#include <sys/statvfs.h>

#include "src/app/request.h"
#include "src/app/resources.h"
#include "src/app/version.h"
#include "src/base/json.h"

// All numbers of one device, or the one that was asked for.
static bool try_numbers(const struct doctor_sample *sample, enum device device, int number,
                        json_t *devices, struct err *err)
{
    bool is_counting = number < 0;
    for (int at = is_counting ? 0 : number;; at++) {
        json_t *found = doctor_try_device(sample, device, at, err);
        if (!found)
            return false;
        bool opens = json_is_true(json_object_get(found, "opens"));
        // The number behind the last is no device.
        if (opens || at == 0 || !is_counting)
            json_array_append(devices, found);
        json_decref(found);
        if (!opens || !is_counting)
            return true;
    }
}

static bool try_all(const struct tier_request *request, json_t *devices, struct err *err)
{
    struct doctor_sample *sample AUTO_FREE = mem_alloc(sizeof *sample);
    bool ok = doctor_sample_open(sample, err);
    for (size_t i = 0; ok && i < request->device_count; i++)
        ok = try_numbers(sample, request->devices[i], request->number, devices, err);
    json_t *cpu = ok ? doctor_try_cpu(sample, err) : NULL;
    if (cpu)
        json_array_append_new(devices, cpu);
    doctor_sample_close(sample);
    return cpu != NULL;
}

static json_t *space_json(const char *folder)
{
    struct statvfs space;
    if (statvfs(folder, &space) != 0)
        return json_pack("{s:o, s:n, s:n}", "folder", json_text_lossy(folder), "free_bytes",
                         "total_bytes");
    return json_pack("{s:o, s:I, s:I}", "folder", json_text_lossy(folder), "free_bytes",
                     (json_int_t)(space.f_bavail * space.f_frsize), "total_bytes",
                     (json_int_t)(space.f_blocks * space.f_frsize));
}

static json_t *limits_json(void)
{
    struct resources resources = resources_read("", 0);
    return json_pack("{s:i, s:I, s:i, s:I}", "cores", resources.cores, "memory_bytes",
                     (json_int_t)resources.memory_bytes, "default_jobs", resources_default_jobs(),
                     "default_memory_bytes", (json_int_t)resources_default_memory());
}

json_t *doctor_examine(const struct options *options, struct err *err)
{
    struct tier_request request;
    json_t *devices = json_array();
    if (!request_tiers(options, &request, err) || !try_all(&request, devices, err)) {
        json_decref(devices);
        return NULL;
    }
    const char *temporary = getenv("TMPDIR");
    json_t *space = json_array();
    json_array_append_new(space, space_json("."));
    json_array_append_new(space, space_json(temporary && *temporary ? temporary : "/tmp"));
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "rung", RUNG_VERSION, "devices", devices,
                     "limits", limits_json(), "space", space, "libraries", version_libraries());
}
