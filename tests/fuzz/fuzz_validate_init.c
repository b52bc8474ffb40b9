// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as an init segment: facts stay within their bounds, findings within the data.
#include <stdlib.h>
#include <string.h>

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
    struct init_facts init;
    struct codec codec;
    findings_init(&findings);
    bool is_read =
        iso_init_read(data, size_bytes, 1000, PLACE(.file = "init.mp4"), &findings, &init, &codec);
    check(is_read == init.is_read);
    check(init.brand_count <= BRANDS_MAX && init.pssh_count <= 8);
    check(strlen(init.entry) <= 4 && strlen(init.language) < sizeof init.language);
    check(init.edit_media_time >= 0 && init.edit_empty.den > 0);
    for (size_t i = 0; i < findings.count; i++)
        check(findings.items[i].byte >= 1000 &&
              findings.items[i].byte <= 1000 + (int64_t)size_bytes && findings.items[i].message[0]);
    codec_done(&codec);
    findings_done(&findings);
    return 0;
}
