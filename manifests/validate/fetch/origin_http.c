// SPDX-License-Identifier: BSD-2-Clause
// Reading over http(s): one address and its redirects, each tried a few times. Which
// answer means what is decided here.
#include "manifests/validate/fetch/origin_private.h"

#include <string.h>
#include <time.h>

#include "src/base/clock.h"
#include "src/base/text.h"
#include "src/net/http_fetch.h"

#define REDIRECTS_MAX        8
#define BACKOFF_FIRST_MS     500
#define BACKOFF_LAST_MS      8000
#define RETRY_AFTER_MAX_S    30
#define FAILURES_MAX         10            // reads in a row, after which a host is dead
#define SKIPPED_MAX_BYTES    (256ll << 20) // thrown away for servers that ignore ranges
#define MANIFEST_LIMIT_RATIO 10            // x silence: a manifest's time in all
#define SEGMENT_LIMIT_S      3600

// One address on the way, and what it is asked with.
struct hop {
    struct origin_reader *reader;
    const struct origin_want *want;
    const char *address;
    struct web_site site;
    struct origin_peer_check check;
};

static bool sleep_ms(const struct origin *origin, int64_t milliseconds, struct err *err)
{
    int64_t end = clock_monotonic_us() + milliseconds * 1000;
    while (clock_monotonic_us() < end) {
        if (origin_is_stopped(origin))
            return err_set(err, ERR_CANCELLED, "stopped");
        nanosleep(&(struct timespec){.tv_nsec = 20 * 1000000}, NULL);
    }
    return true;
}

static void on_large(void *self)
{
    struct origin_peer_check *check = self;
    origin_large_enter(check->reader);
}

// Headers of the person are for the host that was given, also where it moves to TLS.
static bool is_header_site(const struct origin *origin, const struct web_site *site)
{
    const struct web_site *first = &origin->header_site;
    if (!origin->has_header_site || strcmp(first->host, site->host) != 0)
        return false;
    bool is_upgrade =
        !first->is_secure && first->port == 80 && site->is_secure && site->port == 443;
    return is_upgrade || web_site_equal(first, site);
}

static bool exchange(struct hop *hop, struct http_answer *ret, struct err *err)
{
    struct origin_reader *reader = hop->reader;
    const struct origin *origin = reader->origin;
    bool has_headers = is_header_site(origin, &hop->site);
    struct http_get_spec spec = {
        .address = hop->address,
        .headers = has_headers ? (const char *const *)origin->headers : NULL,
        .header_count = has_headers ? origin->header_count : 0,
        .offset_bytes = hop->want->offset_bytes,
        .size_bytes = hop->want->size_bytes,
        .cap_bytes = hop->want->cap_bytes,
        .is_compressible = hop->want->is_manifest,
        .silence_s = origin->silence_s,
        .limit_s =
            hop->want->is_manifest ? origin->silence_s * MANIFEST_LIMIT_RATIO : SEGMENT_LIMIT_S,
        .stop = origin->stop,
        .may_connect = origin_may_connect,
        .on_large = on_large,
        .self = &hop->check,
    };
    if (!reader->client)
        reader->client = http_client_new();
    hop->check.has_reach = false;
    atomic_fetch_add(&reader->origin->requests, 1);
    bool ok = http_get(reader->client, &spec, ret, err);
    if (ret->status > 0)
        origin_peer_answered(&hop->check);
    return ok;
}

static bool may_pass(int status)
{
    return status == 408 || status == 429 || status >= 500;
}

// Waits before the next try. False with err: there is none, as err says, or on stop.
static bool wait_for_next(const struct hop *hop, unsigned tried, int64_t retry_after_s,
                          struct err *err)
{
    const struct origin *origin = hop->reader->origin;
    if (tried >= origin->tries)
        return tried > 1 && err->kind == ERR_TRANSIENT
                   ? err_set(err, ERR_TRANSIENT, "%s, %u times", err->text, tried)
                   : false;
    if (retry_after_s > RETRY_AFTER_MAX_S)
        return err_set(err, ERR_TRANSIENT, "%s, and asks to come back in %lld s", err->text,
                       (long long)retry_after_s);
    int64_t wait_ms = (int64_t)BACKOFF_FIRST_MS << (tried - 1 < 8 ? tried - 1 : 8);
    if (wait_ms > BACKOFF_LAST_MS)
        wait_ms = BACKOFF_LAST_MS;
    return sleep_ms(origin, retry_after_s > 0 ? retry_after_s * 1000 : wait_ms, err);
}

static bool refuse_skipping(const struct hop *hop, struct err *err)
{
    const struct origin *origin = hop->reader->origin;
    if (atomic_load(&origin->skipped_bytes) < SKIPPED_MAX_BYTES || hop->want->offset_bytes == 0)
        return true;
    AUTO_FREE char *shown = http_fetch_masked(hop->address);
    return err_set(err, ERR_INPUT,
                   "%s: not read, since servers here ignore Range and %lld MiB were already thrown "
                   "away for it",
                   shown, SKIPPED_MAX_BYTES >> 20);
}

// True: an answer that will not be better another time.
static bool try_hop(struct hop *hop, struct http_answer *ret, struct err *err)
{
    struct origin *origin = hop->reader->origin;
    for (unsigned tried = 1;; tried++) {
        if (!refuse_skipping(hop, err))
            return false;
        bool ok = exchange(hop, ret, err);
        atomic_fetch_add(&origin->skipped_bytes, ret->skipped_bytes);
        if (ok && !may_pass(ret->status))
            return true;
        if (ok) {
            AUTO_FREE char *shown = http_fetch_masked(hop->address);
            err_set(err, ERR_TRANSIENT, "%s: the server answered %d", shown, ret->status);
        } else if (err->kind != ERR_TRANSIENT) {
            return false;
        }
        if (!wait_for_next(hop, tried, ret->retry_after_s, err))
            return false;
        http_answer_done(ret);
    }
}

// A host that never answers would hold up a long presentation for hours.
static bool knock(struct hop *hop, struct err *err)
{
    struct origin *origin = hop->reader->origin;
    pthread_mutex_lock(&origin->mutex);
    const struct origin_host *host = origin_host_find(origin, &hop->site);
    bool is_known = host != NULL;
    bool is_dead = is_known && host->failures >= FAILURES_MAX;
    pthread_mutex_unlock(&origin->mutex);
    AUTO_FREE char *shown = http_fetch_masked(hop->address);
    if (!is_known)
        return err_set(err, ERR_INPUT, "%s: not followed to more than %d hosts", shown,
                       ORIGIN_HOSTS_MAX);
    if (is_dead)
        return err_set(err, ERR_TRANSIENT,
                       "%s: not tried, since %d reads in a row from this host came to nothing",
                       shown, FAILURES_MAX);
    return true;
}

static void remember(struct hop *hop, bool is_dead)
{
    struct origin *origin = hop->reader->origin;
    pthread_mutex_lock(&origin->mutex);
    struct origin_host *host = origin_host_find(origin, &hop->site);
    if (host)
        host->failures = is_dead ? host->failures + 1 : 0;
    pthread_mutex_unlock(&origin->mutex);
}

static bool ask(struct hop *hop, struct http_answer *ret, struct err *err)
{
    if (!knock(hop, err))
        return false;
    bool ok = try_hop(hop, ret, err);
    if (ok || err->kind == ERR_TRANSIENT)
        remember(hop, !ok);
    return ok;
}

static bool is_redirect(const struct http_answer *answer)
{
    return answer->location && answer->status >= 300 && answer->status < 400 &&
           answer->status != 304;
}

// A final answer: is it what was wanted?
static bool judge(const struct hop *hop, const struct http_answer *answer, struct err *err)
{
    bool is_whole = answer->status == 200 || answer->status == 206;
    // Nothing of the range is there: the size tells the caller why.
    bool is_beyond = answer->status == 416 && answer->total_bytes >= 0;
    if (is_whole || is_beyond)
        return true;
    AUTO_FREE char *shown = http_fetch_masked(hop->address);
    const char *more = answer->status == 416 ? " (the range begins after the end)"
                       : answer->status >= 300 && answer->status < 400 && answer->status != 304
                           ? " without saying where to go"
                           : "";
    return err_set(err, ERR_INPUT, "%s: the server answered %d%s", shown, answer->status, more);
}

static void tell(const struct http_answer *answer, struct origin_answer *ret)
{
    ret->http_status = answer->status;
    ret->total_bytes = answer->total_bytes;
    ret->is_range_ignored = answer->is_range_ignored;
    ret->is_refused = answer->is_refused;
    AUTO_FREE char *type = text_clean(answer->content_type);
    if (strlen(type) < sizeof ret->content_type)
        memcpy(ret->content_type, type, strlen(type) + 1);
}

static bool hop_begin(struct hop *hop, struct origin_reader *reader, const struct origin_want *want,
                      const char *address, struct err *err)
{
    AUTO_FREE char *shown = http_fetch_masked(address);
    AUTO_FREE char *same = NULL;
    *hop = (struct hop){.reader = reader, .want = want, .address = address};
    if (strncmp(address, "http://", 7) != 0 && strncmp(address, "https://", 8) != 0)
        return err_set(err, ERR_INPUT, "%s: only http and https are read", shown);
    if (!web_address_build(address, shown, &same, &hop->site, err))
        return false;
    hop->check = (struct origin_peer_check){.origin = reader->origin, .reader = reader};
    return true;
}

static bool is_visited(char *const *visited, size_t count, const char *address)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(visited[i], address) == 0)
            return true;
    return false;
}

// The next address after a redirect, allowed by the policy and not seen before.
static bool next_address(struct origin_reader *reader, char *const *visited, size_t count,
                         struct http_answer *answer, char **ret, struct err *err)
{
    const char *from = visited[count - 1];
    AUTO_FREE char *shown = http_fetch_masked(visited[0]);
    AUTO_FREE char *next = NULL;
    if (!origin_follow(reader->origin, from, answer->location, &next, err)) {
        answer->is_refused = true;
        return err_wrap(err, "%s: redirected", shown);
    }
    if (is_visited(visited, count, next)) {
        AUTO_FREE char *to = http_fetch_masked(next);
        return err_set(err, ERR_INPUT, "%s: redirected in a circle, back to %s", shown, to);
    }
    if (count > REDIRECTS_MAX)
        return err_set(err, ERR_INPUT, "%s: redirected more than %d times", shown, REDIRECTS_MAX);
    *ret = MEM_MOVE(next);
    return true;
}

static bool walk(struct origin_reader *reader, const struct origin_want *want, char **visited,
                 struct origin_answer *ret, struct err *err)
{
    for (size_t count = 1;; count++) {
        struct hop hop;
        if (!hop_begin(&hop, reader, want, visited[count - 1], err))
            return false;
        hop.check.site = &hop.site;
        AUTO(http_answer_done) struct http_answer answer = {.body = ret->body};
        bool ok = ask(&hop, &answer, err);
        tell(&answer, ret);
        if (!ok)
            return false;
        if (!is_redirect(&answer)) {
            if (count > 1)
                memcpy(ret->final_address, hop.address, strlen(hop.address) + 1);
            return judge(&hop, &answer, err);
        }
        ok = next_address(reader, visited, count, &answer, &visited[count], err);
        ret->is_refused = answer.is_refused;
        if (!ok)
            return false;
        ret->redirects++;
    }
}

bool origin_http_read(struct origin_reader *reader, const struct origin_want *want,
                      struct origin_answer *ret, struct err *err)
{
    if (want->size_bytes == 0)
        return true; // no range says "nothing"
    char *visited[REDIRECTS_MAX + 2] = {mem_strdup(want->address)};
    bool ok = walk(reader, want, visited, ret, err);
    for (size_t i = 0; i < ARRAY_LEN(visited); i++)
        MEM_FREE(visited[i]);
    return ok;
}
