// SPDX-License-Identifier: BSD-2-Clause
// Showing an address without its secrets.
#include <string.h>

#include "src/base/mem.h"
#include "src/net/http_fetch.h"

char *http_fetch_masked(const char *address)
{
    const char *host = strstr(address, "://");
    host = host ? host + 3 : address;
    size_t authority = strcspn(host, "/?#");
    const char *at = memrchr(host, '@', authority);
    const char *shown_host = at ? at + 1 : host;
    size_t length = strcspn(shown_host, "?#");
    return mem_printf("%.*s%.*s%s", (int)(host - address), address, (int)length, shown_host,
                      shown_host[length] == '?' ? "?…" : "");
}
