// SPDX-License-Identifier: BSD-2-Clause
// What doctor found, for a terminal.
#include <stdio.h>
#include <string.h>

#include "src/app/doctor.h"
#include "src/app/help.h"
#include "src/app/tier_text.h"
#include "src/base/json.h"

#define TEXT_INDENT 10
#define TEXT_WIDTH  96

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void put_indented(const char *label, const char *text, struct buf *ret)
{
    AUTO_FREE char *whole = mem_printf("%s%s", label, text);
    buf_printf(ret, "%*s", TEXT_INDENT, "");
    help_wrap(ret, whole, TEXT_INDENT, TEXT_INDENT + 2, TEXT_WIDTH);
    buf_printf(ret, "\n");
}

static void put_story(const json_t *object, struct buf *ret)
{
    if (*text_of(object, "reason"))
        put_indented("", text_of(object, "reason"), ret);
    if (*text_of(object, "remedy"))
        put_indented("remedy: ", text_of(object, "remedy"), ret);
}

static void put_tier(const json_t *object, bool is_first, struct buf *ret)
{
    struct tier tier = {DEVICE_CPU, DEVICE_CPU, DEVICE_CPU};
    char text[64];
    double wall_s = json_number_value(json_object_get(object, "wall_s"));
    int64_t frames = json_int_or(object, "frames", 0);
    if (!tier_from_json(object, &tier))
        return;
    tier_format(tier, text);
    if (!is_first)
        buf_printf(ret, "%*s", TEXT_INDENT, "");
    buf_printf(ret, "%-45s ", text);
    if (!json_is_true(json_object_get(object, "works"))) {
        buf_printf(ret, "does not work\n");
        put_story(object, ret);
        return;
    }
    buf_printf(ret, "works: %lld frames in %.2f s", (long long)frames, wall_s);
    if (wall_s > 0)
        buf_printf(ret, " (%.1f a second)", (double)frames / wall_s);
    buf_printf(ret, "\n");
}

static void put_device(const json_t *object, struct buf *ret)
{
    char name[32];
    bool is_cpu = strcmp(text_of(object, "device"), device_name(DEVICE_CPU)) == 0;
    snprintf(name, sizeof name, is_cpu ? "%.8s" : "%.8s %lld", text_of(object, "device"),
             (long long)json_int_or(object, "number", 0));
    buf_printf(ret, "  %-*s", TEXT_INDENT - 2, name);
    if (!json_is_true(json_object_get(object, "opens"))) {
        buf_printf(ret, "cannot be opened\n");
        put_story(object, ret);
        return;
    }
    size_t i;
    json_t *tier;
    json_array_foreach(json_object_get(object, "tiers"), i, tier) put_tier(tier, i == 0, ret);
}

static double gib(const json_t *object, const char *key)
{
    return (double)json_int_or(object, key, 0) / (double)(1 << 30);
}

static void put_limits(const json_t *report, struct buf *ret)
{
    const json_t *limits = json_object_get(report, "limits");
    buf_printf(ret, "\nLimits (affinity, cgroup)\n  %-9s %lld, used by default: %lld\n", "cores",
               (long long)json_int_or(limits, "cores", 0),
               (long long)json_int_or(limits, "default_jobs", 0));
    buf_printf(ret, "  %-9s %.1f GiB, used by default: %.1f GiB\n", "memory",
               gib(limits, "memory_bytes"), gib(limits, "default_memory_bytes"));
    size_t i;
    json_t *space;
    buf_printf(ret, "\nSpace\n");
    json_array_foreach(json_object_get(report, "space"), i, space)
        buf_printf(ret, "  %-9s %.1f GiB free of %.1f GiB\n", text_of(space, "folder"),
                   gib(space, "free_bytes"), gib(space, "total_bytes"));
}

void doctor_text(const json_t *report, struct buf *ret)
{
    size_t i;
    json_t *device, *version;
    const char *name;
    buf_printf(ret, "rung %s\n\nDevices, each tier run on a small video\n",
               text_of(report, "rung"));
    json_array_foreach(json_object_get(report, "devices"), i, device) put_device(device, ret);
    put_limits(report, ret);
    buf_printf(ret, "\nLibraries\n");
    json_object_foreach(json_object_get(report, "libraries"), name, version)
        buf_printf(ret, "  %-14s %s\n", name, json_string_value(version));
}
