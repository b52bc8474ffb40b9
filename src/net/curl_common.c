// SPDX-License-Identifier: BSD-2-Clause
// Settings and words that all exchanges over libcurl share.
#include "src/net/curl_private.h"

#if RUNG_HAVE_CURL

#include <pthread.h>

#include "src/base/mem.h"

static void start(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

CURL *curl_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
    return curl_easy_init();
}

#if LIBCURL_VERSION_NUM >= 0x075500
static void only_http(CURL *curl)
{
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
}
#else
static void only_http(CURL *curl)
{
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}
#endif

void curl_set_common(CURL *curl, const char *address, long silence_s)
{
    only_http(curl);
    curl_easy_setopt(curl, CURLOPT_URL, address);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "rung/" RUNG_VERSION);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
                     silence_s < CONNECT_LIMIT_S ? silence_s : CONNECT_LIMIT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, LOW_SPEED_BYTES);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, silence_s);
}

// What is about the address or the server's setup stays; the rest may pass.
static const struct {
    CURLcode code;
    enum err_kind kind;
    const char *text; // NULL: libcurl's
} meanings[] = {
    {CURLE_URL_MALFORMAT, ERR_INPUT, NULL},
    {CURLE_UNSUPPORTED_PROTOCOL, ERR_INPUT, NULL},
    {CURLE_TOO_MANY_REDIRECTS, ERR_INPUT, "redirected too often, or in a circle"},
    {CURLE_PEER_FAILED_VERIFICATION, ERR_INPUT, "the server's certificate is not trusted"},
    {CURLE_BAD_CONTENT_ENCODING, ERR_INPUT, "the body is not in the Content-Encoding it claims"},
    {CURLE_WEIRD_SERVER_REPLY, ERR_INPUT, "the answer is not HTTP"},
    {CURLE_ABORTED_BY_CALLBACK, ERR_CANCELLED, "stopped while fetching"},
    {CURLE_COULDNT_RESOLVE_HOST, ERR_TRANSIENT, "the host's name cannot be resolved"},
    {CURLE_OPERATION_TIMEDOUT, ERR_TRANSIENT, "the server is too slow or silent"},
    {CURLE_GOT_NOTHING, ERR_TRANSIENT, "the server closed the connection without an answer"},
    {CURLE_PARTIAL_FILE, ERR_TRANSIENT, "the body ended before its Content-Length"},
};

bool curl_explain(CURLcode code, const char *shown, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (meanings[i].code == code)
            return err_set(err, meanings[i].kind, "%s: %s", shown,
                           meanings[i].text ? meanings[i].text : curl_easy_strerror(code));
    return err_set(err, ERR_TRANSIENT, "%s: %s", shown, curl_easy_strerror(code));
}

#endif
