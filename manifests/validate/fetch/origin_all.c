// SPDX-License-Identifier: BSD-2-Clause
// Many reads: a few threads take the next job in turn until none is left.
#include "manifests/validate/fetch/origin_private.h"

#include <string.h>
#include <unistd.h>

struct crew {
    struct origin *origin;
    const struct origin_job *jobs;
    size_t count;
    origin_measure measure;
    void *self;
    atomic_size_t next;
    atomic_bool is_cancelled;
};

static void do_job(struct crew *crew, struct origin_reader *reader, const struct origin_job *job,
                   struct origin_answer *answer)
{
    struct origin_failure failure = {0};
    struct origin_want want = {.address = job->address,
                               .offset_bytes = job->offset_bytes,
                               .size_bytes = job->size_bytes,
                               .cap_bytes = crew->origin->segment_cap_bytes};
    answer->body = &reader->body;
    if (origin_reader_read(reader, &want, answer, &failure.err)) {
        crew->measure(crew->self, job, answer, NULL);
    } else if (failure.err.kind == ERR_CANCELLED) {
        atomic_store(&crew->is_cancelled, true);
    } else {
        failure.http_status = answer->http_status;
        failure.total_bytes = answer->total_bytes;
        failure.is_refused = answer->is_refused;
        crew->measure(crew->self, job, NULL, &failure.err);
    }
    origin_large_leave(reader);
}

static void *work(void *self)
{
    struct crew *crew = self;
    struct origin_reader *reader = origin_reader_take(crew->origin);
    struct origin_answer *answer = mem_alloc(sizeof *answer);
    while (!atomic_load(&crew->is_cancelled)) {
        size_t index = atomic_fetch_add(&crew->next, 1);
        if (index >= crew->count)
            break;
        if (origin_is_stopped(crew->origin))
            atomic_store(&crew->is_cancelled, true);
        else
            do_job(crew, reader, &crew->jobs[index], answer);
    }
    MEM_FREE(answer);
    origin_reader_give_back(reader);
    return NULL;
}

// Waiting for a network needs no core of its own; measuring what a disk gives does.
static size_t thread_count(const struct crew *crew)
{
    size_t threads = crew->origin->parallel;
    bool has_web = false;
    for (size_t i = 0; i < crew->count && !has_web; i++)
        has_web = strncmp(crew->jobs[i].address, "file:", 5) != 0;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!has_web && cores > 0 && threads > (size_t)cores)
        threads = (size_t)cores;
    return threads < crew->count ? threads : crew->count;
}

bool origin_read_all(struct origin *origin, const struct origin_job *jobs, size_t count,
                     origin_measure measure, void *self, struct err *err)
{
    struct crew crew = {
        .origin = origin, .jobs = jobs, .count = count, .measure = measure, .self = self};
    size_t threads = thread_count(&crew), started = 0;
    AUTO_FREE pthread_t *others = mem_realloc(NULL, threads, sizeof *others);
    while (started + 1 < threads && pthread_create(&others[started], NULL, work, &crew) == 0)
        started++;
    work(&crew); // also when no thread could be had
    for (size_t i = 0; i < started; i++)
        pthread_join(others[i], NULL);
    if (atomic_load(&crew.is_cancelled))
        return err_set(err, ERR_CANCELLED, "stopped while reading segments");
    return true;
}

const struct origin_failure *origin_failure_of(const struct err *err)
{
    return (const struct origin_failure *)(const void *)err;
}
