// SPDX-License-Identifier: BSD-2-Clause
// Bytes of a hostile engine: framed, read as every message there is, and put to
// the ledger of a small plan. Nothing may crash, and nothing that the ledger took
// may reach outside its payload.
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/base/json.h"
#include "src/engine/ledger.h"
#include "src/engine/message.h"
#include "tests/unit/engine/sample_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Reads every byte, for the sanitizer to see.
static void touch(const uint8_t *data, uint64_t size_bytes)
{
    volatile uint8_t seen = 0;
    for (uint64_t i = 0; i < size_bytes; i++)
        seen = data[i];
    (void)seen;
}

static void read_media(struct ledger *ledger, const json_t *json, const struct buf *payload)
{
    struct cmaf_iframe iframes[MESSAGE_IFRAMES_MAX];
    struct media_init init;
    struct media_segment segment;
    struct media_span_report report;
    bool is_new = false;
    if (message_init_from_json(json, payload, &init, NULL) &&
        ledger_add_init(ledger, &init, &is_new, NULL))
        touch(init.data, init.size_bytes);
    if (message_segment_from_json(json, payload, iframes, &segment, NULL) &&
        ledger_add_segment(ledger, &segment, NULL))
        for (size_t i = 0; i < segment.iframe_count; i++)
            touch(segment.data + segment.iframes[i].offset_bytes, segment.iframes[i].size_bytes);
    if (message_span_from_json(json, &report, NULL))
        ledger_add_span(ledger, &report, NULL);
}

static void read_rest(const struct plan *plan, const json_t *json)
{
    struct message_progress progress;
    struct run_stats stats;
    struct message_log log;
    struct message_request request;
    struct prove_result proof;
    int device_number;
    struct err failure;
    AUTO(message_options_done) struct run_options options = {0};
    struct source_facts *facts AUTO_FREE = mem_alloc(sizeof *facts);
    message_progress_from_json(json, &progress, NULL);
    message_stats_from_json(json, &stats, NULL);
    message_log_from_json(json, &log, NULL);
    message_error_from_json(json, &failure, NULL);
    message_proved_from_json(json, &proof, &failure, NULL);
    message_device_from_json(json, &device_number, NULL);
    message_facts_from_json(json, facts, NULL);
    message_request_from_json(json, &request, NULL);
    message_options_from_json(json, plan, &options, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int pair[2];
    if (size > 65536 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return 0;
    if (send(pair[0], data, size, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)size)
        size = 0;
    close(pair[0]);
    AUTO(plan_done) struct plan plan;
    sample_plan_init(&plan);
    AUTO(ledger_free) struct ledger *ledger = ledger_new(&plan, &(struct run_done){0});
    AUTO(buf_done) struct buf payload = {0};
    for (;;) {
        AUTO(json_free) json_t *json = NULL;
        if (protocol_receive(pair[1], &json, &payload, NULL) != PROTOCOL_MESSAGE)
            break;
        read_media(ledger, json, &payload);
        read_rest(&plan, json);
    }
    ledger_is_settled(ledger, NULL);
    close(pair[1]);
    return 0;
}
