// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as a segment index: what is accepted can be added up.
#include <stdlib.h>

#include "manifests/validate/iso/iso.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    struct findings findings;
    struct sidx sidx;
    findings_init(&findings);
    if (iso_sidx_read(data, size_bytes, 0, PLACE(.file = "x"), &findings, &sidx)) {
        check(sidx.entry_count <= SIDX_ENTRIES_MAX && sidx.timescale_hz > 0);
        check(sidx.box_size_bytes <= (int64_t)size_bytes);
        int64_t at = sidx.box_byte + sidx.box_size_bytes + (int64_t)sidx.first_offset_bytes;
        int64_t time = (int64_t)sidx.earliest_time;
        for (size_t i = 0; i < sidx.entry_count; i++) {
            at += sidx.entries[i].size_bytes;
            time += sidx.entries[i].duration;
        }
        check(at >= 0 && time >= 0);
        sidx_done(&sidx);
    } else {
        check(sidx.entries == NULL);
    }
    findings_done(&findings);
    return 0;
}
