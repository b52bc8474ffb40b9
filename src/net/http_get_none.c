// SPDX-License-Identifier: BSD-2-Clause
// What a build without libcurl answers.
#include "src/net/http_fetch.h"
#include "src/net/http_get.h"

#if !RUNG_HAVE_CURL

struct http_client {
    char unused;
};

struct http_client *http_client_new(void)
{
    return mem_alloc(sizeof(struct http_client));
}

void http_client_free(struct http_client **client)
{
    mem_free_ptr(client);
}

bool http_get(struct http_client *client, const struct http_get_spec *spec, struct http_answer *ret,
              struct err *err)
{
    (void)client;
    *ret = (struct http_answer){.body = ret->body, .total_bytes = -1, .retry_after_s = -1};
    AUTO_FREE char *shown = http_fetch_masked(spec->address);
    return err_set(
        err, ERR_CONFIG,
        "%s: this build cannot fetch addresses (made without libcurl); download it first", shown);
}

void http_answer_done(struct http_answer *answer)
{
    MEM_FREE(answer->location);
}

#endif
