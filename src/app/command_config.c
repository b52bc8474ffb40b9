// SPDX-License-Identifier: BSD-2-Clause
// rung config: the values in force and where each came from.
#include <jansson.h>
#include <stdio.h>

#include "src/app/options.h"
#include "src/app/resources.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/plan.h"

static const char *origin_detail(const struct options *options, const struct option_row *row,
                                 char space[OPTION_NAME_SIZE])
{
    switch (options->values[row->id].origin) {
    case ORIGIN_FLAG:
        snprintf(space, OPTION_NAME_SIZE, "--%.60s", row->name);
        return space;
    case ORIGIN_ENVIRONMENT:
        option_variable(row, space);
        return space;
    case ORIGIN_FILE:
        return options_text(options, OPTION_CONFIG);
    case ORIGIN_DEFAULT:
        break;
    }
    return row->default_text ? "" : row->default_note;
}

// The value as it takes effect, where it is not set; NULL: really nothing.
static const char *effective(const struct options *options, const struct option_row *row,
                             char space[48])
{
    if (row->id == OPTION_GOP) {
        rational_format_short(plan_default_gop(options_seconds(options, OPTION_SEGMENT_DURATION)),
                              space);
        return space;
    }
    if (row->id == OPTION_JOBS) {
        snprintf(space, 48, "%d", resources_default_jobs());
        return space;
    }
    if (row->id == OPTION_MEMORY) {
        snprintf(space, 48, "%lldM", (long long)(resources_default_memory() >> 20));
        return space;
    }
    return NULL;
}

static void print_json(const struct options *options)
{
    AUTO(json_free) json_t *root = json_object();
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_find((enum option_id)i);
        const struct option_value *value = &options->values[i];
        if (row->is_hidden)
            continue;
        char key[OPTION_NAME_SIZE], detail[OPTION_NAME_SIZE], space[48];
        option_key(row, key);
        const char *shown = options_shown(row, value);
        if (!shown)
            shown = effective(options, row, space);
        const char *from = origin_detail(options, row, detail);
        json_object_set_new(root, key,
                            json_pack("{s:o, s:s, s:o}", "value",
                                      shown ? json_text_lossy(shown) : json_null(), "origin",
                                      option_origin_name(value->origin), "from",
                                      from && *from ? json_text_lossy(from) : json_null()));
    }
    AUTO_FREE char *text = json_dumps(root, JSON_INDENT(2));
    printf("%s\n", text);
}

int command_config(const struct options *options)
{
    if (options_bool(options, OPTION_JSON)) {
        print_json(options);
        return 0;
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_find((enum option_id)i);
        const struct option_value *value = &options->values[i];
        if (row->is_hidden)
            continue;
        char detail[OPTION_NAME_SIZE], space[48];
        const char *shown = options_shown(row, value);
        if (!shown)
            shown = effective(options, row, space);
        const char *from = origin_detail(options, row, detail);
        printf("%-17s %-14s %s%s%s%s\n", row->name, shown ? shown : "-",
               option_origin_name(value->origin), from && *from ? " (" : "", from ? from : "",
               from && *from ? ")" : "");
    }
    return 0;
}
