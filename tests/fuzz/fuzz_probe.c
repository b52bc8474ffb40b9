// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as an input: the whole way from recognising the format over demuxing,
// decoding and the packet scan to the facts. Refused in one sentence, or facts that
// keep what the planner builds on and survive their journey as JSON.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json.h"
#include "src/base/log.h"
#include "src/base/mem.h"
#include "src/media/probe.h"
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_facts(const struct source_facts *facts)
{
    struct err err = {0};
    AUTO(json_free) json_t *json = facts_to_json(facts);
    AUTO_FREE struct source_facts *back = mem_alloc(sizeof *back);
    check(facts_from_json(json, back, &err));
    AUTO(json_free) json_t *again = facts_to_json(back);
    check(json_equal(json, again));
    check(facts->has_video || facts->audio_count > 0);
    check(!facts->is_seekable || facts->video.keyframe_count >= 2);
    check(!facts->is_truncated || facts->truncated_text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct byte_source source = {
        .self = &input, .read_at = read_input, .size_bytes = (int64_t)size, .name = "input"};
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct err err = {0};
    log_setup(LOG_ERROR, LOG_TEXT);
    if (probe_source(&source, facts, &err))
        check_facts(facts);
    else
        check(err.kind == ERR_INPUT && strlen(err.text) > 7);
    return 0;
}
