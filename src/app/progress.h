// SPDX-License-Identifier: BSD-2-Clause
// How far a run is, on standard error: a line redrawn in place, plain lines, JSON
// lines, or nothing.
#ifndef RUNG_APP_PROGRESS_H
#define RUNG_APP_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/mem.h"
#include "src/media/plan.h"

enum progress_kind { PROGRESS_NONE, PROGRESS_BAR, PROGRESS_PLAIN, PROGRESS_JSON };

#define PROGRESS_TRACKS_MAX (PLAN_VIDEO_MAX + FACTS_AUDIO_MAX)

// A track counts in units: frames of video, segments of audio.
struct progress_track {
    char label[40]; // "1080p"
    bool is_shown;
    int64_t units_total;
    int64_t units_before; // made by an earlier run
    int64_t units_done;   // including those
    double weight;        // work per unit, in any measure
};

// Plain data: everything a line says. Times are for people, hence double.
struct progress_state {
    struct progress_track tracks[PROGRESS_TRACKS_MAX];
    size_t track_count;
    double media_s;    // length of the output
    double frame_rate; // 0: no video
    double elapsed_s;
};

struct progress_numbers {
    double fraction; // of all work, 0 to 1
    double speed;    // seconds of the presentation per second
    double frames_per_s;
    double eta_s; // < 0: not known yet
};

void progress_state_init(struct progress_state *state, const struct plan *plan);
struct progress_numbers progress_measure(const struct progress_state *state);
// One line of at most `width` columns, without a newline. Pure.
void progress_line(const struct progress_state *state, size_t width, struct buf *ret);
void progress_json(const struct progress_state *state, struct buf *ret);

struct progress; // draws; the log's lines step around it

struct progress *progress_new(enum progress_kind kind, const struct plan *plan);
void progress_free(struct progress **progress); // takes the bar away
// units: made by this run; before: made by an earlier one.
void progress_set(struct progress *progress, size_t track, int64_t before, int64_t units);
// Draws when it is time to.
void progress_tick(struct progress *progress, bool is_last);

// "auto" and friends; auto is a bar on a terminal.
enum progress_kind progress_kind_choose(const char *word, bool is_terminal, bool is_quiet);

#endif
