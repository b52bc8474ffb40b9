// SPDX-License-Identifier: BSD-2-Clause
// What a build without libcurl answers.
#include "src/base/mem.h"
#include "src/net/http_fetch.h"

#if !RUNG_HAVE_CURL

bool http_fetch(const struct http_fetch_spec *spec, int64_t *ret_bytes, struct err *err)
{
    (void)ret_bytes;
    AUTO_FREE char *shown = http_fetch_masked(spec->address);
    return err_set(
        err, ERR_CONFIG,
        "%s: this build cannot fetch addresses (made without libcurl); download it first", shown);
}

#endif
