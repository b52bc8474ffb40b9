// SPDX-License-Identifier: BSD-2-Clause
// The engines of test_client.c: parts to play, good and bad. Included by that one
// program only, which is started again as its own engine.
#ifndef RUNG_TESTS_UNIT_ENGINE_FAKE_ENGINES_H
#define RUNG_TESTS_UNIT_ENGINE_FAKE_ENGINES_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/json.h"
#include "src/engine/client.h"
#include "src/engine/message.h"
#include "tests/unit/engine/sample_plan.h"

struct note { // in the input, behind the name of the part to play
    int starts;
    pid_t pid;
    int report; // what a part found out
};

#define NOTE_OFFSET 64

static struct note note_read(int fd)
{
    struct note note = {0};
    if (pread(fd, &note, sizeof note, NOTE_OFFSET) != (ssize_t)sizeof note)
        abort();
    return note;
}

static void note_write(int fd, struct note note)
{
    if (pwrite(fd, &note, sizeof note, NOTE_OFFSET) != (ssize_t)sizeof note)
        abort();
}

static void say(json_t *json, const void *payload, size_t size_bytes)
{
    protocol_send(ENGINE_SOCKET_FD, json, payload, size_bytes, NULL);
    json_decref(json);
}

static const uint8_t payload[200] = {9};

static void say_init(const char *track, int64_t timescale_hz)
{
    say(message_init_to_json(&(struct media_init){
            .track_id = track, .codec = "avc1.640028", .timescale_hz = timescale_hz}),
        payload, 100);
}

static void say_segment(const char *track, int64_t index)
{
    int64_t duration = index == SAMPLE_SEGMENTS - 1 ? SAMPLE_LAST_TICKS : SAMPLE_SEGMENT_TICKS;
    struct cmaf_iframe iframe = {.start_ticks = index * SAMPLE_SEGMENT_TICKS, .size_bytes = 50};
    say(message_segment_to_json(&(struct media_segment){.track_id = track,
                                                        .index = index,
                                                        .start_ticks = index * SAMPLE_SEGMENT_TICKS,
                                                        .duration_ticks = duration,
                                                        .iframes = &iframe,
                                                        .iframe_count = track[0] == 'h' ? 1 : 0}),
        payload, sizeof payload);
}

static void say_span(const char *track, int64_t span)
{
    say(message_span_to_json(&(struct media_span_report){.track_id = track, .span = span}), NULL,
        0);
}

static void say_everything(void)
{
    static const char *const tracks[] = {"h264-360p", "h264-180p"};
    for (size_t i = 0; i < 2; i++) {
        say_init(tracks[i], 24000);
        for (int64_t k = 0; k < SAMPLE_SEGMENTS; k++)
            say_segment(tracks[i], k);
        say_span(tracks[i], 0);
        say_span(tracks[i], 1);
        say(message_progress_to_json(&(struct message_progress){tracks[i], 202}), NULL, 0);
    }
    say_init("en-aac-stereo", 48000);
    say_segment("en-aac-stereo", 0);
    say_span("en-aac-stereo", -1);
}

static void say_done(void)
{
    say(message_stats_to_json(&(struct run_stats){.damaged = 42}), NULL, 0);
}

static void play_valid(void)
{
    say(message_log_to_json(LOG_DEBUG, "media", "working"), NULL, 0);
    say(message_plain("alive"), NULL, 0);
    say_everything();
    say_done();
}

__attribute__((noreturn)) static void die_of(int signal_number)
{
    signal(signal_number, SIG_DFL); // sanitizers catch some
    raise(signal_number);
    abort();
}

static void play_crash(void)
{
    say_init("h264-360p", 24000);
    say_segment("h264-360p", 0);
    die_of(SIGSEGV);
}

static void play_crash_once(void)
{
    if (note_read(ENGINE_INPUT_FD).starts == 1)
        die_of(SIGSEGV);
    say(message_error_to_json(&(struct err){.kind = ERR_INPUT, .text = "second time"}), NULL, 0);
}

static void play_hang(void)
{
    for (;;)
        pause();
}

static void play_busy_hang(void)
{
    for (;;)
        say(message_plain("alive"), NULL, 0);
}

static void play_half_message(void)
{
    static const uint8_t header[PROTOCOL_HEADER_BYTES] = {'R', 'U', 'N', 'G', 0, 0, 1, 0};
    for (int i = 0;; i++) {
        // Byte by byte: traffic on the socket is not a message.
        send(ENGINE_SOCKET_FD, i < PROTOCOL_HEADER_BYTES ? header + i : header, 1, MSG_NOSIGNAL);
        usleep(50000);
    }
}

static void play_silent(void)
{
}

static void play_exit_3(void)
{
    exit(3);
}

static void play_close_and_stay(void)
{
    close(ENGINE_SOCKET_FD);
    play_hang();
}

static void play_garbage(void)
{
    uint8_t noise[4096];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)(i * 37);
    send(ENGINE_SOCKET_FD, noise, sizeof noise, MSG_NOSIGNAL);
    play_hang();
}

static void send_header(uint32_t json_bytes, uint64_t payload_bytes)
{
    AUTO(buf_done) struct buf bytes = {0};
    buf_put_u32(&bytes, PROTOCOL_MAGIC);
    buf_put_u32(&bytes, json_bytes);
    buf_put_u64(&bytes, payload_bytes);
    send(ENGINE_SOCKET_FD, bytes.data, bytes.size_bytes, MSG_NOSIGNAL);
}

static void play_large_json(void)
{
    send_header(32u << 20, 0);
    play_hang();
}

static void play_large_payload(void)
{
    send_header(16, UINT64_C(1) << 50);
    play_hang();
}

static void play_unknown_type(void)
{
    say(json_pack("{s:s}", "type", "reboot"), NULL, 0);
    play_hang();
}

static void play_facts_in_a_run(void)
{
    say(json_pack("{s:s, s:{}}", "type", "facts", "facts"), NULL, 0);
    play_hang();
}

static void play_payload_where_none_belongs(void)
{
    say(message_plain("alive"), payload, sizeof payload);
    play_hang();
}

static void play_unknown_track(void)
{
    say_segment("h264-4320p", 0);
    play_hang();
}

static void play_path_as_track(void)
{
    say_init("../../master", 24000);
    play_hang();
}

static void play_off_the_grid(void)
{
    say_segment("h264-360p", SAMPLE_SEGMENTS);
    play_hang();
}

static void play_segment_twice(void)
{
    say_segment("h264-360p", 1);
    say_segment("h264-360p", 1);
    play_hang();
}

static void play_done_too_early(void)
{
    say_init("h264-360p", 24000);
    say_done();
    play_hang();
}

static void play_span_without_segments(void)
{
    say_init("h264-360p", 24000);
    say_span("h264-360p", 0);
    play_hang();
}

static void play_error(void)
{
    say(message_error_to_json(&(struct err){.kind = ERR_INPUT, .text = "a.mp4: no moov"}), NULL, 0);
}

static void play_proved(void)
{
    say(message_proved_to_json(&(struct prove_result){.frames = 4}, &(struct err){0}), NULL, 0);
}

static void play_crash_after_done(void)
{
    say_everything();
    say_done();
    die_of(SIGSEGV);
}

static void play_stay_after_done(void)
{
    say_everything();
    say_done();
    play_hang();
}

static void play_stopped_unasked(void)
{
    say(message_error_to_json(&(struct err){.kind = ERR_CANCELLED, .text = "stopped"}), NULL, 0);
}

// Stops in order when told to, and hands over one more segment first.
static void play_polite(void)
{
    say_init("h264-360p", 24000);
    say_segment("h264-360p", 0);
    AUTO(json_free) json_t *json = NULL;
    AUTO(buf_done) struct buf bytes = {0};
    protocol_receive(ENGINE_SOCKET_FD, &json, &bytes, NULL);
    say_segment("h264-360p", 1);
    if (strcmp(protocol_type(json), "cancel") == 0)
        play_stopped_unasked();
}

static void play_deaf(void)
{
    say_init("h264-360p", 24000);
    say_segment("h264-360p", 0);
    play_hang();
}

// How much of the supervisor is to be seen from here: descriptors beyond ours, an
// environment, signals, limits.
static void play_look_around(void)
{
    struct note note = note_read(ENGINE_INPUT_FD);
    DIR *folder = opendir("/proc/self/fd");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        int fd = entry->d_name[0] == '.' ? -1 : (int)strtol(entry->d_name, NULL, 10);
        if (fd > ENGINE_INPUT_FD && fd != dirfd(folder))
            note.report |= 1;
    }
    closedir(folder);
    if (getenv("PATH") || getenv("RUNG_TEST_SECRET"))
        note.report |= 2;
    if (!getenv("RUNG_ENGINE") || !getenv("CUDA_TEST_SETTING"))
        note.report |= 4;
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    if (sigismember(&blocked, SIGUSR1) || signal(SIGUSR2, SIG_DFL) != SIG_DFL)
        note.report |= 8;
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) < 0 || limit.rlim_max != 0)
        note.report |= 16;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_max > 256)
        note.report |= 32;
    if (getpgrp() != getpid())
        note.report |= 64;
    char byte;
    if (read(STDIN_FILENO, &byte, 1) != 0 || write(STDOUT_FILENO, "x", 1) != 1)
        note.report |= 128;
    note.report |= 1 << 20; // it did look
    note_write(ENGINE_INPUT_FD, note);
    play_error();
}

static const struct {
    const char *name;
    void (*play)(void);
} parts[] = {
    {"valid", play_valid},
    {"crash", play_crash},
    {"crash once", play_crash_once},
    {"hang", play_hang},
    {"busy hang", play_busy_hang},
    {"half message", play_half_message},
    {"silent", play_silent},
    {"exit 3", play_exit_3},
    {"close and stay", play_close_and_stay},
    {"garbage", play_garbage},
    {"large json", play_large_json},
    {"large payload", play_large_payload},
    {"unknown type", play_unknown_type},
    {"facts in a run", play_facts_in_a_run},
    {"payload where none belongs", play_payload_where_none_belongs},
    {"unknown track", play_unknown_track},
    {"path as track", play_path_as_track},
    {"off the grid", play_off_the_grid},
    {"segment twice", play_segment_twice},
    {"done too early", play_done_too_early},
    {"span without segments", play_span_without_segments},
    {"error", play_error},
    {"proved", play_proved},
    {"crash after done", play_crash_after_done},
    {"stay after done", play_stay_after_done},
    {"stopped unasked", play_stopped_unasked},
    {"polite", play_polite},
    {"deaf", play_deaf},
    {"look around", play_look_around},
};

static int engine_main(void)
{
    char name[NOTE_OFFSET] = "";
    if (pread(ENGINE_INPUT_FD, name, sizeof name - 1, 0) < 0)
        return 99;
    struct note note = note_read(ENGINE_INPUT_FD);
    note.starts++;
    note.pid = getpid();
    note_write(ENGINE_INPUT_FD, note);
    AUTO(json_free) json_t *request = NULL;
    AUTO(buf_done) struct buf bytes = {0};
    protocol_receive(ENGINE_SOCKET_FD, &request, &bytes, NULL);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (strcmp(parts[i].name, name) == 0) {
            parts[i].play();
            return 0;
        }
    return 98;
}

#endif
