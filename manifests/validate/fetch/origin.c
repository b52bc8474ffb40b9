// SPDX-License-Identifier: BSD-2-Clause
// The origin itself: settings, readers that wait for work, single reads.
#include "manifests/validate/fetch/origin_private.h"

#include <string.h>
#include <unistd.h>

#define MANIFEST_CAP_BYTES (32ll << 20)
#define SEGMENT_CAP_BYTES  (1ll << 30)
#define PARALLEL           6
#define PARALLEL_MAX       64
#define SILENCE_S          30
#define TRIES              3
#define TRIES_MAX          10

static unsigned at_most(unsigned value, unsigned limit)
{
    return value < limit ? value : limit;
}

struct origin *origin_new(const struct origin_spec *spec)
{
    struct origin *origin = mem_alloc(sizeof *origin);
    origin->headers = mem_realloc(NULL, spec->header_count, sizeof *origin->headers);
    for (size_t i = 0; i < spec->header_count; i++)
        origin->headers[i] = mem_strdup(spec->headers[i]);
    origin->header_count = spec->header_count;
    origin->manifest_cap_bytes =
        spec->manifest_cap_bytes > 0 ? spec->manifest_cap_bytes : MANIFEST_CAP_BYTES;
    origin->segment_cap_bytes =
        spec->segment_cap_bytes > 0 ? spec->segment_cap_bytes : SEGMENT_CAP_BYTES;
    origin->parallel = at_most(spec->parallel ? spec->parallel : PARALLEL, PARALLEL_MAX);
    origin->silence_s = spec->timeout_s ? spec->timeout_s : SILENCE_S;
    origin->tries = spec->retries ? at_most(spec->retries, TRIES_MAX - 1) + 1 : TRIES;
    origin->stop = spec->stop;
    pthread_mutex_init(&origin->mutex, NULL);
    pthread_mutex_init(&origin->large, NULL);
    return origin;
}

static void reader_free(struct origin_reader *reader)
{
    origin_file_close(reader);
    http_client_free(&reader->client);
    buf_done(&reader->body);
    MEM_FREE(reader);
}

void origin_free(struct origin **held)
{
    struct origin *origin = *held;
    if (!origin)
        return;
    while (origin->idle) {
        struct origin_reader *reader = origin->idle;
        origin->idle = reader->next;
        reader_free(reader);
    }
    for (size_t i = 0; i < origin->header_count; i++)
        MEM_FREE(origin->headers[i]);
    for (size_t i = 0; i < origin->root_count; i++) {
        MEM_FREE(origin->roots[i].path);
        MEM_FREE(origin->roots[i].prefix);
        if (origin->roots[i].fd >= 0)
            close(origin->roots[i].fd);
    }
    for (size_t i = 0; i < origin->given_file_count; i++)
        MEM_FREE(origin->given_files[i]);
    MEM_FREE(origin->headers);
    MEM_FREE(origin->roots);
    MEM_FREE(origin->given_files);
    MEM_FREE(origin->first_base);
    MEM_FREE(origin->hosts);
    pthread_mutex_destroy(&origin->mutex);
    pthread_mutex_destroy(&origin->large);
    mem_free_ptr(held);
}

bool origin_is_stopped(const struct origin *origin)
{
    return origin->stop && atomic_load(origin->stop);
}

struct origin_reader *origin_reader_take(struct origin *origin)
{
    pthread_mutex_lock(&origin->mutex);
    struct origin_reader *reader = origin->idle;
    if (reader)
        origin->idle = reader->next;
    pthread_mutex_unlock(&origin->mutex);
    if (!reader) {
        reader = mem_alloc(sizeof *reader);
        reader->origin = origin;
        reader->fd = -1;
    }
    reader->next = NULL;
    return reader;
}

void origin_reader_give_back(struct origin_reader *reader)
{
    struct origin *origin = reader->origin;
    origin_file_close(reader); // a file may change between two validations
    if (reader->body.capacity_bytes > HTTP_LARGE_BYTES)
        buf_done(&reader->body);
    pthread_mutex_lock(&origin->mutex);
    reader->next = origin->idle;
    origin->idle = reader;
    pthread_mutex_unlock(&origin->mutex);
}

void origin_large_enter(struct origin_reader *reader)
{
    if (reader->is_large)
        return;
    pthread_mutex_lock(&reader->origin->large);
    reader->is_large = true;
}

void origin_large_leave(struct origin_reader *reader)
{
    if (!reader->is_large)
        return;
    if (reader->body.capacity_bytes > HTTP_LARGE_BYTES)
        buf_done(&reader->body);
    reader->is_large = false;
    pthread_mutex_unlock(&reader->origin->large);
}

bool origin_reader_read(struct origin_reader *reader, const struct origin_want *want,
                        struct origin_answer *ret, struct err *err)
{
    ret->total_bytes = -1;
    ret->http_status = 0;
    ret->redirects = 0;
    ret->content_type[0] = ret->final_address[0] = '\0';
    ret->is_range_ignored = ret->is_refused = false;
    buf_clear(ret->body);
    AUTO_FREE char *name = NULL;
    if (want->offset_bytes < 0 || want->size_bytes < -1 || want->size_bytes > want->cap_bytes) {
        name = origin_name_of(reader->origin, want->address);
        return err_set(err, ERR_INPUT,
                       "%s: a range of %lld bytes from byte %lld is beyond the limit of %lld bytes",
                       name, (long long)want->size_bytes, (long long)want->offset_bytes,
                       (long long)want->cap_bytes);
    }
    struct origin_want bounded = *want;
    if (bounded.size_bytes > INT64_MAX - bounded.offset_bytes)
        bounded.size_bytes = INT64_MAX - bounded.offset_bytes;
    if (origin_is_stopped(reader->origin))
        return err_set(err, ERR_CANCELLED, "stopped");
    struct err own = {0}; // of a try that another made good, the caller hears nothing
    bool ok = strncmp(want->address, "file:", 5) == 0
                  ? origin_file_read(reader, &bounded, ret, &own)
                  : origin_http_read(reader, &bounded, ret, &own);
    if (!ok)
        buf_clear(ret->body);
    if (!ok && err)
        *err = own;
    atomic_fetch_add(&reader->origin->bytes, (long long)ret->body->size_bytes);
    return ok;
}

static bool read_once(struct origin *origin, const struct origin_want *want,
                      struct origin_answer *ret, struct err *err)
{
    struct origin_reader *reader = origin_reader_take(origin);
    bool ok = origin_reader_read(reader, want, ret, err);
    origin_large_leave(reader); // the body is the caller's
    origin_reader_give_back(reader);
    return ok;
}

bool origin_read_manifest(struct origin *origin, const char *address, struct origin_answer *ret,
                          struct err *err)
{
    struct origin_want want = {.address = address,
                               .size_bytes = -1,
                               .cap_bytes = origin->manifest_cap_bytes,
                               .is_manifest = true};
    return read_once(origin, &want, ret, err);
}

bool origin_read(struct origin *origin, const char *address, int64_t offset_bytes,
                 int64_t size_bytes, struct origin_answer *ret, struct err *err)
{
    struct origin_want want = {.address = address,
                               .offset_bytes = offset_bytes,
                               .size_bytes = size_bytes,
                               .cap_bytes = origin->segment_cap_bytes};
    return read_once(origin, &want, ret, err);
}

void origin_totals(const struct origin *origin, int64_t *ret_bytes, size_t *ret_requests)
{
    *ret_bytes = atomic_load(&origin->bytes);
    *ret_requests = atomic_load(&origin->requests);
}
