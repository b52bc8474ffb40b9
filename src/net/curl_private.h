// SPDX-License-Identifier: BSD-2-Clause
// What every use of libcurl in this room shares. Only in builds that have it.
#ifndef RUNG_NET_CURL_PRIVATE_H
#define RUNG_NET_CURL_PRIVATE_H

#if RUNG_HAVE_CURL

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "src/base/err.h"

#define CONNECT_LIMIT_S 20L
#define LOW_SPEED_BYTES 1024L // slower than this for as long as is allowed: given up

// A handle with what holds for every exchange: http and https only, no signals, our
// name, the address, limits for connecting and for slowness. The first call anywhere
// starts libcurl. NULL when it does not start.
CURL *curl_new(void);
void curl_set_common(CURL *curl, const char *address, long silence_s);

// Fills err with what the code means, for codes about the connection and the protocol.
bool curl_explain(CURLcode code, const char *shown, struct err *err);

#endif
#endif
