// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as the JSON of a plan: refused, or read into a plan that keeps the
// promises its readers build on and that writes itself out the same again.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/media/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_plan(const struct plan *plan)
{
    int64_t next = 0;
    for (size_t i = 0; i < plan->span_count; i++) {
        check(plan->spans[i].first_segment == next && plan->spans[i].segment_count > 0);
        next += plan->spans[i].segment_count;
    }
    check(next == plan->grid.segment_count);
    check(plan->video_count + plan->audio_count > 0);
    for (size_t i = 0; i < plan->video_count; i++)
        check(plan->video[i].width_px % 2 == 0 && plan->video[i].height_px % 2 == 0);
    for (size_t i = 0; i < plan->video_count; i++)
        if (plan->video[i].analysis == ANALYSIS_FOLLOWS)
            check((size_t)plan->video[i].pilot < plan->video_count &&
                  plan->video[plan->video[i].pilot].analysis == ANALYSIS_PILOT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(json_free) json_t *json = json_loadb((const char *)data, size, 0, NULL);
    AUTO_FREE struct plan *plan = mem_alloc(2 * sizeof(*plan));
    if (!json || !plan_from_json(json, &plan[0], NULL))
        return 0;
    check_plan(&plan[0]);
    AUTO(json_free) json_t *written = plan_to_json(&plan[0]);
    check(plan_from_json(written, &plan[1], NULL));
    AUTO(json_free) json_t *again = plan_to_json(&plan[1]);
    check(json_equal(written, again));
    plan_done(&plan[0]);
    plan_done(&plan[1]);
    return 0;
}
