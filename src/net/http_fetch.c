// SPDX-License-Identifier: BSD-2-Clause
// http_fetch over libcurl: http and https only, also behind redirects.
#include "src/net/http_fetch.h"

#if RUNG_HAVE_CURL

#include <errno.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/file.h"
#include "src/base/log.h"
#include "src/base/mem.h"
#include "src/net/curl_private.h"

#define CAP_DEFAULT_BYTES (1ll << 40)
#define SILENCE_LIMIT_S   60L
#define REDIRECTS_MAX     5L
#define REPORT_US         3000000

struct transfer {
    const struct http_fetch_spec *spec;
    const char *shown;
    int64_t cap_bytes;
    int64_t total_bytes;
    int64_t last_report_us;
    int write_errno;
    bool is_too_large;
};

static size_t on_data(char *data, size_t size, size_t count, void *self)
{
    struct transfer *transfer = self;
    size_t bytes = size * count;
    if ((int64_t)bytes > transfer->cap_bytes - transfer->total_bytes) {
        transfer->is_too_large = true;
        return 0;
    }
    if (!file_write_all(transfer->spec->to_fd, data, bytes)) {
        transfer->write_errno = errno;
        return 0;
    }
    transfer->total_bytes += (int64_t)bytes;
    return bytes;
}

static int on_progress(void *self, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up_now)
{
    struct transfer *transfer = self;
    (void)up_total;
    (void)up_now;
    if (clock_monotonic_us() - transfer->last_report_us >= REPORT_US) {
        transfer->last_report_us = clock_monotonic_us();
        if (total > 0)
            log_msg(LOG_INFO, "net", "%s: %lld of %lld MiB", transfer->shown,
                    (long long)(now >> 20), (long long)(total >> 20));
        else
            log_msg(LOG_INFO, "net", "%s: %lld MiB so far", transfer->shown,
                    (long long)(now >> 20));
    }
    return transfer->spec->stop && atomic_load(transfer->spec->stop) ? 1 : 0;
}

static void configure(CURL *curl, struct transfer *transfer)
{
    curl_set_common(curl, transfer->spec->address, SILENCE_LIMIT_S);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, REDIRECTS_MAX);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->cap_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
}

static bool explain(CURL *curl, CURLcode code, const struct transfer *transfer, struct err *err)
{
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (transfer->write_errno)
        return err_set(err, ERR_TRANSIENT, "%s: copy to a temporary file: %s", transfer->shown,
                       strerror(transfer->write_errno));
    if (transfer->is_too_large || code == CURLE_FILESIZE_EXCEEDED)
        return err_set(err, ERR_INPUT, "%s: larger than %lld bytes", transfer->shown,
                       (long long)transfer->cap_bytes);
    if (code == CURLE_HTTP_RETURNED_ERROR) {
        // 408, 429 and 5xx may pass; the rest of 4xx is about the address.
        bool may_pass = status >= 500 || status == 408 || status == 429;
        return err_set(err, may_pass ? ERR_TRANSIENT : ERR_INPUT, "%s: the server answered %ld",
                       transfer->shown, status);
    }
    return curl_explain(code, transfer->shown, err);
}

bool http_fetch(const struct http_fetch_spec *spec, int64_t *ret_bytes, struct err *err)
{
    AUTO_FREE char *shown = http_fetch_masked(spec->address);
    struct transfer transfer = {.spec = spec,
                                .shown = shown,
                                .cap_bytes = spec->cap_bytes ? spec->cap_bytes : CAP_DEFAULT_BYTES,
                                .last_report_us = clock_monotonic_us()};
    CURL *curl = curl_new();
    if (!curl)
        return err_set(err, ERR_TRANSIENT, "%s: libcurl does not start", shown);
    configure(curl, &transfer);
    CURLcode code = curl_easy_perform(curl);
    bool ok = code == CURLE_OK || explain(curl, code, &transfer, err);
    curl_easy_cleanup(curl);
    if (ok)
        *ret_bytes = transfer.total_bytes;
    return ok;
}

#endif
