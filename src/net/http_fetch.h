// SPDX-License-Identifier: BSD-2-Clause
// Fetching one http(s) address into an open file. The name of the address in
// errors never shows its query, user or password: signed addresses carry secrets
// there.
#ifndef RUNG_NET_HTTP_FETCH_H
#define RUNG_NET_HTTP_FETCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/base/err.h"

struct http_fetch_spec {
    const char *address;
    int to_fd;
    int64_t cap_bytes; // larger is refused (INPUT); 0: 1 TiB
    const atomic_bool *stop;
};

// INPUT when the server says there is nothing for us (4xx), TRANSIENT for what
// may pass, CONFIG in a build without libcurl, CANCELLED on stop.
bool http_fetch(const struct http_fetch_spec *spec, int64_t *ret_bytes, struct err *err);

// The address as it may be shown. Caller frees.
char *http_fetch_masked(const char *address);

#endif
