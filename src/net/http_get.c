// SPDX-License-Identifier: BSD-2-Clause
// http_get over libcurl: header lines are read as they come, and the body is stopped as
// soon as it is more than was asked for.
#include "src/net/http_get.h"

#if RUNG_HAVE_CURL

#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include "src/net/curl_private.h"
#include "src/net/http_fetch.h"
#include "src/net/http_header.h"
#include "src/net/proxy.h"

#define HEADERS_MAX_BYTES (256 << 10) // of one answer, informational ones included
#define RESERVE_MAX_BYTES (1 << 20)   // taken on the server's word
#define SWALLOWED_BYTES   (64 << 10)  // of an answer that is not used, to keep the connection
#define IDLE_CONNECTIONS  8L

struct http_client {
    CURL *curl;
};

enum verdict {
    GOES_ON,
    IS_ENOUGH, // the rest of the body is not wanted
    IS_TOO_LARGE,
    IS_WRONG_RANGE,
    HAS_TOO_MUCH_HEAD,
};

struct exchange {
    const struct http_get_spec *spec;
    struct http_answer *answer;
    CURL *curl;
    enum verdict verdict;
    bool has_body_begun;
    bool is_unused;    // the body, of an answer like 404
    bool is_encoded;   // Content-Encoding
    int64_t wanted;    // bytes of the body still to be kept, -1: all
    int64_t to_skip;   // bytes in front that are not wanted
    size_t head_bytes; // of all header lines
    size_t swallowed_bytes;
    int64_t length_bytes;
    struct http_content_range range;
    bool has_range;
    char peer[NI_MAXHOST]; // that was refused
};

struct http_client *http_client_new(void)
{
    struct http_client *client = mem_alloc(sizeof *client);
    client->curl = curl_new();
    return client;
}

void http_client_free(struct http_client **client)
{
    if (!*client)
        return;
    curl_easy_cleanup((*client)->curl);
    mem_free_ptr(client);
}

void http_answer_done(struct http_answer *answer)
{
    MEM_FREE(answer->location);
}

static bool is_ranged(const struct http_get_spec *spec)
{
    return spec->offset_bytes > 0 || spec->size_bytes >= 0;
}

// A status line begins: an informational answer or a proxy's came before.
static void begin_answer(struct exchange *exchange)
{
    http_answer_done(exchange->answer);
    exchange->answer->content_type[0] = '\0';
    exchange->has_range = exchange->is_encoded = false;
    exchange->length_bytes = -1;
}

static void keep_line(struct exchange *exchange, const char *line, size_t size_bytes)
{
    struct http_answer *answer = exchange->answer;
    const char *value;
    size_t length;
    if (http_header_is(line, size_bytes, "Content-Type", &value, &length)) {
        if (length < sizeof answer->content_type) {
            memcpy(answer->content_type, value, length);
            answer->content_type[length] = '\0';
        }
    } else if (http_header_is(line, size_bytes, "Content-Encoding", &value, &length)) {
        exchange->is_encoded =
            length > 0 && (length != 8 || strncasecmp(value, "identity", 8) != 0);
    } else if (http_header_is(line, size_bytes, "Content-Length", &value, &length)) {
        if (!http_number_read(value, length, &exchange->length_bytes))
            exchange->length_bytes = -1;
    } else if (http_header_is(line, size_bytes, "Content-Range", &value, &length)) {
        exchange->has_range = http_content_range_read(value, length, &exchange->range);
    } else if (http_header_is(line, size_bytes, "Location", &value, &length)) {
        if (length <= HTTP_ADDRESS_MAX && !answer->location && !memchr(value, '\0', length))
            answer->location = mem_printf("%.*s", (int)length, value);
    }
}

static size_t on_header(char *line, size_t size, size_t count, void *self)
{
    struct exchange *exchange = self;
    size_t bytes = size * count;
    exchange->head_bytes += bytes;
    if (exchange->head_bytes > HEADERS_MAX_BYTES) {
        exchange->verdict = HAS_TOO_MUCH_HEAD;
        return 0;
    }
    if (bytes >= 5 && memcmp(line, "HTTP/", 5) == 0)
        begin_answer(exchange);
    else if (!exchange->has_body_begun) // else it is a trailer
        keep_line(exchange, line, bytes);
    return bytes;
}

static int status_of(const struct exchange *exchange)
{
    long status = 0;
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

// The first bytes of the body are here: what are they of?
static enum verdict begin_body(struct exchange *exchange)
{
    const struct http_get_spec *spec = exchange->spec;
    struct http_answer *answer = exchange->answer;
    int status = status_of(exchange);
    exchange->has_body_begun = true;
    exchange->is_unused = status != 200 && status != 206;
    if (exchange->is_unused)
        return GOES_ON;
    exchange->wanted = spec->size_bytes;
    if (status == 206 && (!is_ranged(spec) || !exchange->has_range ||
                          exchange->range.first_byte != spec->offset_bytes))
        return IS_WRONG_RANGE;
    if (status == 200 && is_ranged(spec)) {
        answer->is_range_ignored = true;
        exchange->to_skip = spec->offset_bytes;
        return GOES_ON;
    }
    if (!exchange->is_encoded && exchange->length_bytes > spec->cap_bytes && spec->size_bytes < 0)
        return IS_TOO_LARGE;
    int64_t expected = exchange->length_bytes < 0 ? 0 : exchange->length_bytes;
    if (spec->size_bytes >= 0 && expected > spec->size_bytes)
        expected = spec->size_bytes;
    buf_reserve(answer->body,
                (size_t)(expected < RESERVE_MAX_BYTES ? expected : RESERVE_MAX_BYTES));
    return GOES_ON;
}

static enum verdict swallow(struct exchange *exchange, size_t size_bytes)
{
    exchange->swallowed_bytes += size_bytes;
    return exchange->swallowed_bytes > SWALLOWED_BYTES ? IS_ENOUGH : GOES_ON;
}

static enum verdict keep_data(struct exchange *exchange, const char *data, size_t size_bytes)
{
    struct buf *body = exchange->answer->body;
    int64_t skipped =
        (int64_t)size_bytes < exchange->to_skip ? (int64_t)size_bytes : exchange->to_skip;
    exchange->to_skip -= skipped;
    exchange->answer->skipped_bytes += skipped;
    int64_t left = (int64_t)size_bytes - skipped;
    bool is_last = exchange->wanted >= 0 && left >= exchange->wanted;
    if (is_last)
        left = exchange->wanted;
    if (left > exchange->spec->cap_bytes - (int64_t)body->size_bytes)
        return IS_TOO_LARGE;
    bool was_small = body->size_bytes <= HTTP_LARGE_BYTES;
    if (was_small && body->size_bytes + (size_t)left > HTTP_LARGE_BYTES && exchange->spec->on_large)
        exchange->spec->on_large(exchange->spec->self);
    buf_append(body, data + skipped, (size_t)left);
    if (exchange->wanted >= 0)
        exchange->wanted -= left;
    return is_last ? IS_ENOUGH : GOES_ON;
}

static size_t on_data(char *data, size_t size, size_t count, void *self)
{
    struct exchange *exchange = self;
    size_t bytes = size * count;
    if (!exchange->has_body_begun)
        exchange->verdict = begin_body(exchange);
    if (exchange->verdict == GOES_ON)
        exchange->verdict =
            exchange->is_unused ? swallow(exchange, bytes) : keep_data(exchange, data, bytes);
    // A range that ends with these bytes is let end by itself: the connection stays good.
    bool is_at_end = exchange->verdict == IS_ENOUGH && exchange->wanted == 0 &&
                     !exchange->answer->is_range_ignored && !exchange->is_encoded &&
                     exchange->length_bytes == exchange->spec->size_bytes;
    return exchange->verdict == GOES_ON || is_at_end ? bytes : 0;
}

static int on_progress(void *self, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up_now)
{
    const struct exchange *exchange = self;
    (void)total;
    (void)now;
    (void)up_total;
    (void)up_now;
    return exchange->spec->stop && atomic_load(exchange->spec->stop) ? 1 : 0;
}

static curl_socket_t on_socket(void *self, curlsocktype purpose, struct curl_sockaddr *peer)
{
    struct exchange *exchange = self;
    const struct http_get_spec *spec = exchange->spec;
    (void)purpose;
    if (!proxy_is_at(spec->address, &peer->addr) && !spec->may_connect(spec->self, &peer->addr)) {
        exchange->answer->is_refused = true;
        if (getnameinfo(&peer->addr, peer->addrlen, exchange->peer, sizeof exchange->peer, NULL, 0,
                        NI_NUMERICHOST) != 0)
            exchange->peer[0] = '\0';
        return CURL_SOCKET_BAD;
    }
    return socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
}

static void configure(CURL *curl, struct exchange *exchange)
{
    const struct http_get_spec *spec = exchange->spec;
    curl_set_common(curl, spec->address, spec->silence_s);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)spec->limit_s);
    curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, IDLE_CONNECTIONS);
    // "identity" asks for nothing, and still has libcurl decode what comes encoded.
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING,
                     spec->is_compressible ? "gzip, deflate" : "identity");
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, exchange);
    if (spec->may_connect) {
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, exchange);
    }
    if (is_ranged(spec)) {
        AUTO_FREE char *range =
            spec->size_bytes < 0
                ? mem_printf("%lld-", (long long)spec->offset_bytes)
                : mem_printf("%lld-%lld", (long long)spec->offset_bytes,
                             (long long)(spec->offset_bytes + spec->size_bytes - 1));
        curl_easy_setopt(curl, CURLOPT_RANGE, range); // copied
    }
}

static bool explain(const struct exchange *exchange, CURLcode code, const char *shown,
                    struct err *err)
{
    const struct http_get_spec *spec = exchange->spec;
    switch (exchange->verdict) {
    case IS_TOO_LARGE:
        return err_set(err, ERR_INPUT, "%s: larger than %lld bytes", shown,
                       (long long)spec->cap_bytes);
    case IS_WRONG_RANGE:
        if (!is_ranged(spec))
            return err_set(err, ERR_INPUT, "%s: the server answered 206, though no range was asked",
                           shown);
        if (!exchange->has_range)
            return err_set(err, ERR_INPUT, "%s: the server answered 206 without a Content-Range",
                           shown);
        return err_set(err, ERR_INPUT,
                       "%s: the server sent the range from byte %lld, asked for was byte %lld",
                       shown, (long long)exchange->range.first_byte, (long long)spec->offset_bytes);
    case HAS_TOO_MUCH_HEAD:
        return err_set(err, ERR_INPUT, "%s: the answer's headers are larger than %d bytes", shown,
                       HEADERS_MAX_BYTES);
    case GOES_ON:
    case IS_ENOUGH:
        break;
    }
#if LIBCURL_VERSION_NUM >= 0x080600
    if (code == CURLE_TOO_LARGE) // newer ones have limits of their own, on headers only
        return err_set(err, ERR_INPUT, "%s: the answer's headers are larger than libcurl takes",
                       shown);
#endif
    if (code == CURLE_COULDNT_CONNECT && exchange->answer->is_refused)
        return err_set(err, ERR_INPUT, "%s: not followed to %s, an address of a private network",
                       shown, exchange->peer);
    if (code == CURLE_UNSUPPORTED_PROTOCOL && strncasecmp(spec->address, "http:", 5) == 0)
        return err_set(err, ERR_INPUT, "%s: the answer is not HTTP", shown);
    if (code == CURLE_PARTIAL_FILE && exchange->length_bytes >= 0)
        return err_set(err, ERR_TRANSIENT, "%s: the connection ended before %lld bytes had come",
                       shown, (long long)exchange->length_bytes);
    return curl_explain(code, shown, err);
}

static int64_t total_of(const struct exchange *exchange)
{
    const struct http_answer *answer = exchange->answer;
    if (answer->status == 206 || answer->status == 416)
        return exchange->has_range ? exchange->range.total_bytes : -1;
    if (answer->status != 200)
        return -1;
    if (!exchange->is_encoded && exchange->length_bytes >= 0)
        return exchange->length_bytes;
    bool is_whole = exchange->verdict == GOES_ON && !exchange->to_skip;
    return is_whole ? answer->skipped_bytes + (int64_t)answer->body->size_bytes : -1;
}

static void finish(struct exchange *exchange)
{
    curl_off_t retry_after = 0;
    exchange->answer->status = status_of(exchange);
    exchange->answer->total_bytes = total_of(exchange);
    if (curl_easy_getinfo(exchange->curl, CURLINFO_RETRY_AFTER, &retry_after) == CURLE_OK &&
        retry_after > 0)
        exchange->answer->retry_after_s = retry_after;
}

static struct curl_slist *header_list(const struct http_get_spec *spec)
{
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < spec->header_count; i++) {
        struct curl_slist *longer = curl_slist_append(list, spec->headers[i]);
        if (longer)
            list = longer;
    }
    return list;
}

bool http_get(struct http_client *client, const struct http_get_spec *spec, struct http_answer *ret,
              struct err *err)
{
    *ret = (struct http_answer){.body = ret->body, .total_bytes = -1, .retry_after_s = -1};
    buf_clear(ret->body);
    AUTO_FREE char *shown = http_fetch_masked(spec->address);
    CURL *curl = client->curl;
    if (!curl)
        return err_set(err, ERR_TRANSIENT, "%s: libcurl does not start", shown);
    struct exchange exchange = {
        .spec = spec, .answer = ret, .curl = curl, .wanted = -1, .length_bytes = -1};
    curl_easy_reset(curl); // connections stay
    configure(curl, &exchange);
    struct curl_slist *headers = header_list(spec);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(curl);
    finish(&exchange);
    curl_easy_reset(curl); // nothing points into this frame any more
    curl_slist_free_all(headers);
    bool is_cut = exchange.verdict == IS_ENOUGH && code == CURLE_WRITE_ERROR;
    if (code != CURLE_OK && !is_cut)
        return explain(&exchange, code, shown, err);
    ret->is_refused = false; // another of the host's addresses was fine
    return true;
}

#endif
