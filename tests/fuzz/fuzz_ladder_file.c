// SPDX-License-Identifier: BSD-2-Clause
// Any text as --ladder: refused in words, or a ladder that the planner can use.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/media/ladder_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *text = mem_alloc(size + 1);
    memcpy(text, data, size);
    struct plan_options options;
    plan_options_init(&options);
    struct err err = {0};
    if (!ladder_from_text(text, &options, &err)) {
        if (err.kind != ERR_CONFIG && err.kind != ERR_INPUT)
            abort();
        return 0;
    }
    if (!options.is_default_ladder &&
        (options.ladder_count < 1 || options.ladder_count > PLAN_RUNGS_MAX))
        abort();
    for (size_t i = 0; !options.is_default_ladder && i < options.ladder_count; i++)
        if (options.ladder[i].short_side_px < 1)
            abort();
    return 0;
}
