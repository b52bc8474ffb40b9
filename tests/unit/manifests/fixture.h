// SPDX-License-Identifier: BSD-2-Clause
// Presentations for the writers' tests, built segment by segment like real ones:
// frames of a rate, a grid, sizes that vary but never change from run to run.
#ifndef RUNG_TESTS_MANIFESTS_FIXTURE_H
#define RUNG_TESTS_MANIFESTS_FIXTURE_H

#include "packager/presentation.h"
#include "packager/segment_grid.h"
#include "src/base/mem.h"

struct fixture_video {
    const char *id;
    const char *set;
    const char *codec;
    int width_px, height_px;
    int64_t bitrate_bps;
    enum video_range range;
};

struct fixture_audio {
    const char *id;
    const char *language;
    const char *name;
    bool is_default;
};

struct fixture_time {
    struct rational duration;
    struct rational segment_duration;
    struct rational frame_rate;
    int64_t gop_frames;
};

// 70 % to 130 % of the mean, by a fixed recurrence.
static inline uint64_t fixture_vary(uint64_t mean, uint64_t step)
{
    uint64_t noise = (step * 2654435761u + 12345u) >> 7;
    return mean * (70 + noise % 61) / 100;
}

static inline struct presentation_track *fixture_add(struct presentation *presentation)
{
    presentation->tracks = mem_realloc(presentation->tracks, presentation->track_count + 1,
                                       sizeof *presentation->tracks);
    struct presentation_track *track = &presentation->tracks[presentation->track_count++];
    *track = (struct presentation_track){.frame_rate = {0, 1}};
    return track;
}

// Segments of whole units (frames, access units) over the grid.
static inline void fixture_segments(struct presentation_track *track, const struct fixture_time *t,
                                    struct rational unit_rate, int64_t bitrate_bps)
{
    struct segment_grid grid = segment_grid_build(t->duration, t->segment_duration);
    track->segment_count = (size_t)grid.segment_count;
    track->segments = mem_realloc(NULL, track->segment_count, sizeof *track->segments);
    struct rational unit = rational_inv(unit_rate);
    for (int64_t k = 0; k < grid.segment_count; k++) {
        int64_t first = segment_grid_first_unit(&grid, k, unit_rate);
        int64_t end = segment_grid_first_unit(&grid, k + 1, unit_rate);
        struct presentation_segment *segment = &track->segments[k];
        segment->start_ticks =
            rational_round(rational_mul(unit, rational_make(first, 1)), track->timescale_hz);
        segment->duration_ticks =
            rational_round(rational_mul(unit, rational_make(end, 1)), track->timescale_hz) -
            segment->start_ticks;
        uint64_t mean = (uint64_t)(bitrate_bps / 8 * segment->duration_ticks / track->timescale_hz);
        segment->size_bytes = fixture_vary(mean, (uint64_t)k);
    }
}

static inline void fixture_iframes(struct presentation_track *track, const struct fixture_time *t)
{
    struct segment_grid grid = segment_grid_build(t->duration, t->segment_duration);
    struct rational unit = rational_inv(t->frame_rate);
    for (int64_t k = 0; k < grid.segment_count; k++) {
        int64_t end = segment_grid_first_unit(&grid, k + 1, t->frame_rate);
        int64_t first = segment_grid_first_unit(&grid, k, t->frame_rate);
        uint64_t size = track->segments[k].size_bytes;
        for (int64_t frame = first; frame < end; frame += t->gop_frames) {
            track->iframes =
                mem_realloc(track->iframes, track->iframe_count + 1, sizeof *track->iframes);
            track->iframes[track->iframe_count++] = (struct presentation_iframe){
                .start_ticks = rational_round(rational_mul(unit, rational_make(frame, 1)),
                                              track->timescale_hz),
                .offset_bytes = 24 + (uint64_t)(frame - first) * size / (uint64_t)(end - first),
                .size_bytes = size / 10,
                .segment_index = (size_t)k,
            };
        }
    }
}

static inline void fixture_add_video(struct presentation *presentation,
                                     const struct fixture_video *spec, const struct fixture_time *t)
{
    struct presentation_track *track = fixture_add(presentation);
    bool is_sdr = spec->range == VIDEO_RANGE_SDR;
    track->id = mem_strdup(spec->id);
    track->folder = mem_printf("video/%s", spec->id);
    track->switching_set = mem_strdup(spec->set);
    track->codec = mem_strdup(spec->codec);
    track->type = TRACK_VIDEO;
    track->timescale_hz = t->frame_rate.num;
    track->width_px = spec->width_px;
    track->height_px = spec->height_px;
    track->frame_rate = t->frame_rate;
    track->video_range = spec->range;
    track->colour_primaries = is_sdr ? 1 : 9;
    track->transfer_characteristics = is_sdr ? 1 : spec->range == VIDEO_RANGE_PQ ? 16 : 18;
    track->matrix_coefficients = is_sdr ? 1 : 9;
    fixture_segments(track, t, t->frame_rate, spec->bitrate_bps);
    fixture_iframes(track, t);
}

static inline void fixture_add_audio(struct presentation *presentation,
                                     const struct fixture_audio *spec, const struct fixture_time *t)
{
    struct presentation_track *track = fixture_add(presentation);
    track->id = mem_strdup(spec->id);
    track->folder = mem_printf("audio/%s", spec->id);
    track->switching_set = mem_printf("audio-%s", spec->id);
    track->codec = mem_strdup("mp4a.40.2");
    track->type = TRACK_AUDIO;
    track->timescale_hz = 48000;
    track->language = mem_strdup(spec->language);
    track->name = mem_strdup(spec->name);
    track->is_default = spec->is_default;
    track->channels = 2;
    track->sample_rate_hz = 48000;
    fixture_segments(track, t, rational_make(48000, 1024), 128000);
}

#endif
