// SPDX-License-Identifier: BSD-2-Clause
// What a progress line says. Pure.
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "src/app/progress.h"
#include "src/base/json.h"

#define BAR_MAX 24
#define BAR_MIN 8

#define ROOM_FOR_RUNGS 56

void progress_state_init(struct progress_state *state, const struct plan *plan)
{
    int codecs = 0;
    for (size_t i = 1; i < plan->video_count; i++)
        codecs += plan->video[i].codec != plan->video[0].codec;
    *state = (struct progress_state){
        .media_s = rational_to_double(plan->grid.duration),
        .frame_rate = plan->has_video ? rational_to_double(plan->frame_rate) : 0,
    };
    for (size_t i = 0; i < plan->video_count; i++) {
        struct progress_track *track = &state->tracks[state->track_count++];
        const struct plan_video *video = &plan->video[i];
        if (codecs)
            snprintf(track->label, sizeof track->label, "%s", video->id);
        else
            snprintf(track->label, sizeof track->label, "%dp", video->rung_px);
        track->is_shown = true;
        track->units_total = plan->frame_count;
        track->weight = (double)video->width_px * video->height_px;
    }
    for (size_t i = 0; i < plan->audio_count; i++) {
        struct progress_track *track = &state->tracks[state->track_count++];
        snprintf(track->label, sizeof track->label, "%.39s", plan->audio[i].id);
        track->is_shown = plan->video_count == 0;
        track->units_total = plan->grid.segment_count;
        track->weight = 1;
    }
}

struct progress_numbers progress_measure(const struct progress_state *state)
{
    double total = 0, done = 0, before = 0;
    for (size_t i = 0; i < state->track_count; i++) {
        const struct progress_track *track = &state->tracks[i];
        int64_t units =
            track->units_done < track->units_total ? track->units_done : track->units_total;
        total += track->weight * (double)track->units_total;
        done += track->weight * (double)units;
        before += track->weight * (double)track->units_before;
    }
    struct progress_numbers numbers = {.eta_s = -1};
    if (total <= 0)
        return numbers;
    numbers.fraction = done / total;
    if (state->elapsed_s > 0) {
        numbers.speed = (done - before) / total * state->media_s / state->elapsed_s;
        numbers.frames_per_s = numbers.speed * state->frame_rate;
    }
    // The first moments say little about the rest.
    if (done >= total)
        numbers.eta_s = 0;
    else if (state->elapsed_s >= 1 && done > before)
        numbers.eta_s = state->elapsed_s * (total - done) / (done - before);
    return numbers;
}

static void clock_text(double seconds, char ret[24])
{
    if (seconds < 0) {
        snprintf(ret, 24, "--:--");
        return;
    }
    int64_t s = (int64_t)(seconds + 0.5);
    if (s >= 3600)
        snprintf(ret, 24, "%lld:%02d:%02d", (long long)(s / 3600), (int)(s / 60 % 60),
                 (int)(s % 60));
    else
        snprintf(ret, 24, "%lld:%02d", (long long)(s / 60), (int)(s % 60));
}

static int percent_of(const struct progress_track *track)
{
    if (track->units_total <= 0 || track->units_done >= track->units_total)
        return 100;
    return (int)(track->units_done * 100 / track->units_total);
}

static void put_bar(double fraction, size_t cells, struct buf *ret)
{
    size_t full = (size_t)(fraction * (double)cells);
    buf_append(ret, " [", 2);
    for (size_t i = 0; i < cells; i++)
        buf_append(ret, i < full ? "=" : i == full ? ">" : " ", 1);
    buf_append(ret, "]", 1);
}

// Rungs that still fit, each whole; what is left out is counted.
static void put_tracks(const struct progress_state *state, size_t width, struct buf *ret)
{
    size_t shown = 0, left_out = 0;
    for (size_t i = 0; i < state->track_count; i++) {
        const struct progress_track *track = &state->tracks[i];
        if (!track->is_shown)
            continue;
        char text[64];
        int length = snprintf(text, sizeof text, "%s%s %d%%", shown ? "  " : " | ", track->label,
                              percent_of(track));
        if (left_out > 0 || ret->size_bytes + (size_t)length + 5 > width) {
            left_out++;
            continue;
        }
        buf_append(ret, text, (size_t)length);
        shown++;
    }
    char text[24];
    int length = snprintf(text, sizeof text, "  +%zu", left_out);
    if (left_out > 0 && shown > 0 && ret->size_bytes + (size_t)length <= width)
        buf_append(ret, text, (size_t)length);
}

void progress_line(const struct progress_state *state, size_t width, struct buf *ret)
{
    struct progress_numbers numbers = progress_measure(state);
    AUTO(buf_done) struct buf line = {0};
    AUTO(buf_done) struct buf tail = {0};
    char eta[24];
    clock_text(numbers.eta_s, eta);
    buf_printf(&line, "%3d%%", (int)(numbers.fraction * 100));
    buf_printf(&tail, " %.2fx", numbers.speed);
    if (state->frame_rate > 0)
        buf_printf(&tail, " %.0f fps", numbers.frames_per_s);
    buf_printf(&tail, " ETA %s", eta);
    // The rungs say more than the bar does: it gets half of what a wide terminal
    // has over, and nothing on a narrow one.
    size_t over = width > ROOM_FOR_RUNGS ? (width - ROOM_FOR_RUNGS) / 2 : 0;
    size_t cells = over < BAR_MAX ? over : BAR_MAX;
    if (cells >= BAR_MIN && line.size_bytes + cells + 3 + tail.size_bytes <= width)
        put_bar(numbers.fraction, cells, &line);
    buf_append(&line, tail.data, tail.size_bytes);
    put_tracks(state, width, &line);
    buf_append(ret, line.data, line.size_bytes < width ? line.size_bytes : width);
}

void progress_json(const struct progress_state *state, struct buf *ret)
{
    struct progress_numbers numbers = progress_measure(state);
    AUTO(json_free) json_t *tracks = json_array();
    for (size_t i = 0; i < state->track_count; i++)
        json_array_append_new(tracks, json_pack("{s:s, s:I, s:I}", "track", state->tracks[i].label,
                                                "done", (json_int_t)state->tracks[i].units_done,
                                                "total", (json_int_t)state->tracks[i].units_total));
    AUTO(json_free)
    json_t *root =
        json_pack("{s:s, s:f, s:f, s:f, s:f, s:o, s:O}", "event", "progress", "percent",
                  numbers.fraction * 100, "speed", numbers.speed, "fps", numbers.frames_per_s,
                  "elapsed_s", state->elapsed_s, "eta_s",
                  numbers.eta_s < 0 ? json_null() : json_real(numbers.eta_s), "tracks", tracks);
    AUTO_FREE char *text = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(6));
    if (text)
        buf_printf(ret, "%s", text);
}
