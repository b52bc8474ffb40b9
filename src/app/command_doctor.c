// SPDX-License-Identifier: BSD-2-Clause
// rung doctor: what works here.
#include <stdio.h>
#include <string.h>

#include "hwaccel/tier.h"
#include "src/app/doctor.h"
#include "src/app/program.h"
#include "src/base/json.h"
#include "src/base/log.h"

static bool works(const json_t *report, const char *device)
{
    size_t i, j;
    json_t *object, *tier;
    json_array_foreach(json_object_get(report, "devices"), i, object)
    {
        const char *name = json_string_value(json_object_get(object, "device"));
        if (strcmp(name, device) != 0)
            continue;
        json_array_foreach(json_object_get(object, "tiers"), j, tier)
        {
            if (json_is_true(json_object_get(tier, "works")))
                return true;
        }
    }
    return false;
}

static bool print(const struct options *options, const json_t *report, struct err *err)
{
    AUTO(buf_done) struct buf text = {0};
    if (options_bool(options, OPTION_JSON)) {
        AUTO_FREE char *json = json_dumps(report, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
        buf_printf(&text, "%s\n", json);
    } else if (!options_bool(options, OPTION_QUIET)) {
        doctor_text(report, &text);
    }
    return buf_print(&text, stdout) ||
           err_set(err, ERR_TRANSIENT, "write to standard output failed");
}

// What was asked for by name has to work; without a name, the CPU.
static bool judge(const struct options *options, const json_t *report, struct err *err)
{
    const char *wanted = options_text(options, OPTION_HWACCEL);
    enum device device = DEVICE_CPU;
    device_from_name(wanted, &device);
    if (works(report, device_name(device)))
        return true;
    return err_set(err, ERR_DEVICE, "no tier of %s works here", device_name(device));
}

int command_doctor(const struct options *options)
{
    struct err err = {0};
    AUTO(json_free) json_t *report = doctor_examine(options, &err);
    if (!report || !print(options, report, &err) || !judge(options, report, &err))
        return program_fail(&err);
    return 0;
}
