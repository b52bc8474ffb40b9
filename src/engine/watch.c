// SPDX-License-Identifier: BSD-2-Clause
// The watch thread.
#include "src/engine/watch.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/engine/message.h"
#include "src/engine/protocol.h"

#define TICK_MS        100
#define ALIVE_EVERY_US INT64_C(1000000)

bool watch_send(struct watch *watch, const json_t *json, const void *payload,
                size_t payload_size_bytes, struct err *err)
{
    pthread_mutex_lock(&watch->send_lock);
    bool ok = protocol_send(ENGINE_SOCKET_FD, json, payload, payload_size_bytes, err);
    pthread_mutex_unlock(&watch->send_lock);
    return ok;
}

void watch_progress(struct watch *watch, const char *track_id, int64_t units_done)
{
    for (size_t i = 0; i < watch->track_count; i++)
        if (strcmp(watch->tracks[i].id, track_id) == 0) {
            atomic_store(&watch->tracks[i].units_done, units_done);
            atomic_fetch_add(&watch->moved, 1);
            return;
        }
}

void watch_moved(struct watch *watch, int64_t amount)
{
    atomic_fetch_add(&watch->moved, amount);
}

static void report(struct watch *watch)
{
    int64_t now_us = clock_monotonic_us();
    long long moved = atomic_load(&watch->moved);
    bool has_sent = false;
    for (size_t i = 0; i < watch->track_count; i++) {
        struct watch_track *track = &watch->tracks[i];
        long long units = atomic_load(&track->units_done);
        if (units == track->units_sent)
            continue;
        AUTO(json_free)
        json_t *json = message_progress_to_json(
            &(struct message_progress){.track_id = track->id, .units_done = units});
        protocol_send(ENGINE_SOCKET_FD, json, NULL, 0, NULL);
        track->units_sent = units;
        has_sent = true;
    }
    if (!has_sent && moved != watch->moved_sent && now_us - watch->sent_us >= ALIVE_EVERY_US) {
        AUTO(json_free) json_t *json = message_plain("alive");
        protocol_send(ENGINE_SOCKET_FD, json, NULL, 0, NULL);
        has_sent = true;
    }
    if (has_sent) {
        watch->moved_sent = moved;
        watch->sent_us = now_us;
    }
}

// Never waits: while a segment is on its way, or the supervisor is slow to take
// what was sent, nothing needs to be said, and a cancel must still be heard.
static void report_when_free(struct watch *watch)
{
    struct pollfd entry = {.fd = ENGINE_SOCKET_FD, .events = POLLOUT};
    if (poll(&entry, 1, 0) <= 0 || !(entry.revents & POLLOUT))
        return;
    if (pthread_mutex_trylock(&watch->send_lock) != 0)
        return;
    report(watch);
    pthread_mutex_unlock(&watch->send_lock);
}

static void hear(struct watch *watch)
{
    AUTO(json_free) json_t *json = NULL;
    AUTO(buf_done) struct buf payload = {0};
    if (protocol_receive(ENGINE_SOCKET_FD, &json, &payload, NULL) == PROTOCOL_MESSAGE) {
        if (strcmp(protocol_type(json), "cancel") == 0)
            atomic_store(&watch->is_cancelled, true);
        return;
    }
    // Nobody is left to work for. Not exit(): other threads are in the middle of
    // things that its handlers would tear down.
    if (!atomic_load(&watch->is_ending))
        _exit(err_kind_exit_code(ERR_CANCELLED));
}

static void *watch_main(void *self)
{
    struct watch *watch = self;
    struct pollfd entry = {.fd = ENGINE_SOCKET_FD, .events = POLLIN};
    while (!atomic_load(&watch->is_ending)) {
        if (poll(&entry, 1, TICK_MS) > 0)
            hear(watch);
        else
            report_when_free(watch);
    }
    return NULL;
}

static void add_track(struct watch *watch, const char *id)
{
    watch->tracks[watch->track_count++].id = id;
}

bool watch_begin(struct watch *watch, const struct plan *plan, struct err *err)
{
    *watch =
        (struct watch){.send_lock = PTHREAD_MUTEX_INITIALIZER, .sent_us = clock_monotonic_us()};
    for (size_t i = 0; plan && i < plan->video_count; i++)
        add_track(watch, plan->video[i].id);
    for (size_t i = 0; plan && i < plan->audio_count; i++)
        add_track(watch, plan->audio[i].id);
    int code = pthread_create(&watch->thread, NULL, watch_main, watch);
    return code == 0 || err_set(err, ERR_TRANSIENT, "engine: thread: %s", strerror(code));
}

void watch_end(struct watch *watch)
{
    atomic_store(&watch->is_ending, true);
    // Wakes the thread: its next read finds the end of the stream. What we send is
    // not touched by it.
    shutdown(ENGINE_SOCKET_FD, SHUT_RD);
    pthread_join(watch->thread, NULL);
    pthread_mutex_lock(&watch->send_lock);
    report(watch);
    pthread_mutex_unlock(&watch->send_lock);
}
