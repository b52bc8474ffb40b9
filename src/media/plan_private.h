// SPDX-License-Identifier: BSD-2-Clause
// The steps of plan_build, in the order it takes them. Each fills its part of the
// plan and says in the notes what it changed.
#ifndef RUNG_MEDIA_PLAN_PRIVATE_H
#define RUNG_MEDIA_PLAN_PRIVATE_H

#include "src/media/plan.h"

#define PLAN_SPANS_MAX 4096

// Empty, but with a value in every member that JSON can say.
void plan_init(struct plan *plan);

// One row per video codec: which encoder, and what it can take.
struct plan_codec_row {
    const char *name;
    const char *encoder;
    int profile_idc;
    int side_min_px;
    int height_max_px;
};
const struct plan_codec_row *plan_codec_find(enum video_codec codec);

// plan_audio.c: the audio tracks. CONFIG when the language filter leaves none.
bool plan_choose_audio(const struct source_facts *facts, const struct plan_options *options,
                       struct plan *plan, struct err *err);
// Says where silence will be filled in or sound cut, once the grid is known.
void plan_note_audio_times(const struct source_facts *facts, struct plan *plan);

// plan_colour.c: what the source's samples mean, and what the output's will.
void plan_choose_colour(const struct video_facts *video, struct plan *plan);

// plan_grid.c: where no gop is asked for, puts one that fits into the options. First of
// all steps: the options are checked with it.
void plan_choose_gop(struct plan_options *options, struct plan *plan);
// plan_grid.c: output rate, frame count, segments; needs frame rates before rungs.
bool plan_choose_grid_video(const struct video_facts *video, const struct plan_options *options,
                            struct plan *plan, struct err *err);
bool plan_choose_grid_audio(const struct source_facts *facts, const struct plan_options *options,
                            struct plan *plan, struct err *err);
void plan_choose_spans(const struct source_facts *facts, struct plan *plan);

// plan_video.c: one track per rung and codec. INPUT when no encoder takes the size.
bool plan_choose_video(const struct video_facts *video, const struct plan_options *options,
                       struct plan *plan, struct err *err);
// plan_sharing.c: which rungs are coded with the analysis of which.
void plan_choose_tier(const struct plan_options *options, struct plan *plan);
void plan_choose_sharing(struct plan *plan);

// CONFIG with the right names when there is no such preset.
bool plan_check_preset(const char *preset, struct err *err);

#endif
