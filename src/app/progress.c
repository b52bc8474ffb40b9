// SPDX-License-Identifier: BSD-2-Clause
// Drawing progress at a bearable pace.
#include "src/app/progress.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/file.h"
#include "src/base/log.h"

#define WIDTH_DEFAULT 80
#define WIDTH_PLAIN   200

struct progress {
    enum progress_kind kind;
    pthread_mutex_t lock; // the log may speak from another thread
    struct progress_state state;
    int64_t start_us;
    int64_t drawn_us;
    bool is_on_screen;
};

static int64_t interval_us(enum progress_kind kind)
{
    switch (kind) {
    case PROGRESS_BAR:
        return 100000;
    case PROGRESS_JSON:
        return 1000000;
    default:
        return 5000000;
    }
}

static size_t terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return WIDTH_DEFAULT;
}

static void write_text(const struct buf *text)
{
    // A progress line that cannot be written is no reason to stop.
    if (!file_write_all(STDERR_FILENO, text->data, text->size_bytes))
        return;
}

static void bar_draw(struct progress *progress)
{
    AUTO(buf_done) struct buf text = {0};
    buf_printf(&text, "\r");
    size_t width = terminal_width();
    progress_line(&progress->state, width > 1 ? width - 1 : 1, &text);
    buf_printf(&text, "\033[K");
    write_text(&text);
    progress->is_on_screen = true;
}

static void bar_clear(struct progress *progress)
{
    AUTO(buf_done) struct buf text = {0};
    if (!progress->is_on_screen)
        return;
    buf_printf(&text, "\r\033[K");
    write_text(&text);
    progress->is_on_screen = false;
}

static void on_log(void *self, bool before)
{
    struct progress *progress = self;
    pthread_mutex_lock(&progress->lock);
    if (before)
        bar_clear(progress);
    else
        bar_draw(progress);
    pthread_mutex_unlock(&progress->lock);
}

struct progress *progress_new(enum progress_kind kind, const struct plan *plan)
{
    struct progress *progress = mem_alloc(sizeof *progress);
    progress->kind = kind;
    pthread_mutex_init(&progress->lock, NULL);
    progress_state_init(&progress->state, plan);
    progress->start_us = clock_monotonic_us();
    progress->drawn_us = kind == PROGRESS_BAR ? 0 : progress->start_us;
    if (kind == PROGRESS_BAR)
        log_set_hook(on_log, progress);
    return progress;
}

void progress_free(struct progress **progress)
{
    if (!*progress)
        return;
    if ((*progress)->kind == PROGRESS_BAR) {
        log_set_hook(NULL, NULL);
        bar_clear(*progress);
    }
    pthread_mutex_destroy(&(*progress)->lock);
    MEM_FREE(*progress);
}

void progress_set(struct progress *progress, size_t track, int64_t before, int64_t units)
{
    if (track >= progress->state.track_count)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->state.tracks[track].units_before = before;
    progress->state.tracks[track].units_done = before + units;
    pthread_mutex_unlock(&progress->lock);
}

void progress_tick(struct progress *progress, bool is_last)
{
    int64_t now_us = clock_monotonic_us();
    if (progress->kind == PROGRESS_NONE ||
        (!is_last && now_us - progress->drawn_us < interval_us(progress->kind)))
        return;
    AUTO(buf_done) struct buf text = {0};
    pthread_mutex_lock(&progress->lock);
    progress->drawn_us = now_us;
    progress->state.elapsed_s = (double)(now_us - progress->start_us) / 1e6;
    if (progress->kind == PROGRESS_BAR)
        bar_draw(progress);
    else if (progress->kind == PROGRESS_JSON)
        progress_json(&progress->state, &text);
    else
        progress_line(&progress->state, WIDTH_PLAIN, &text);
    pthread_mutex_unlock(&progress->lock);
    if (text.size_bytes > 0) {
        buf_printf(&text, "\n");
        write_text(&text);
    }
}

enum progress_kind progress_kind_choose(const char *word, bool is_terminal, bool is_quiet)
{
    if (strcmp(word, "bar") == 0)
        return PROGRESS_BAR;
    if (strcmp(word, "plain") == 0)
        return PROGRESS_PLAIN;
    if (strcmp(word, "json") == 0)
        return PROGRESS_JSON;
    if (strcmp(word, "none") == 0 || is_quiet)
        return PROGRESS_NONE;
    return is_terminal ? PROGRESS_BAR : PROGRESS_PLAIN;
}
