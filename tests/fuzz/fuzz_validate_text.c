// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as WebVTT (first byte even) or TTML (odd): never a crash, a bounded number of
// findings, times that make sense.
#include <stdlib.h>
#include <string.h>

#include "manifests/validate/text/text.h"
#include "src/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    if (size_bytes < 1)
        return 0;
    size_t length = size_bytes - 1;
    AUTO_FREE char *text = mem_alloc(length ? length : 1);
    if (length > 0)
        memcpy(text, data + 1, length);
    struct findings findings;
    struct place place = {.file = "a", .byte = data[0] & 2 ? 7 : -1};
    findings_init(&findings);
    if (data[0] % 2 == 0) {
        struct vtt_facts facts;
        bool is_vtt = vtt_read(text, length, &place, &findings, &facts);
        if (!is_vtt && findings.count != 1)
            abort();
        if ((facts.cue_count == 0) != (facts.start_ms < 0) || (facts.cue_count > 0 && !is_vtt))
            abort();
    } else {
        struct ttml_facts facts;
        bool is_ttml = ttml_read(text, length, &place, &findings, &facts);
        if (!is_ttml && findings.count == 0)
            abort();
        if (facts.end_ms >= 0 && facts.start_ms < 0)
            abort();
    }
    if (findings.count > 40)
        abort();
    findings_done(&findings);
    return 0;
}
