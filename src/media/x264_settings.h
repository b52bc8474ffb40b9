// SPDX-License-Identifier: BSD-2-Clause
// libx264's parameters for a track of the plan, apart from rate control, and what its
// encoders answer.
#ifndef RUNG_MEDIA_X264_SETTINGS_H
#define RUNG_MEDIA_X264_SETTINGS_H

#include <stdint.h>
#include <x264.h>

#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/media/picture.h"
#include "src/media/plan.h"

// Preset, stream and groups; the rate is the caller's. CONFIG for an unknown preset.
bool x264_settings_init(const struct plan *plan, const struct plan_video *track,
                        x264_param_t *param, struct err *err);
// Applies the profile, opens, and puts the settled parameters into *param.
bool x264_settings_open(x264_param_t *param, x264_t **ret, struct err *err);
// avcC.
bool x264_settings_config(x264_t *x264, struct buf *ret, struct err *err);
int64_t x264_settings_reorder_frames(const x264_param_t *param);
// Pictures behind its own that an encoder of this track gains from seeing.
int64_t x264_settings_look_beyond(const struct plan_video *track);
// "libx264 164 r3095".
void x264_settings_identity(char ret_text[64]);
// The picture's planes are borrowed.
void x264_settings_fill(const struct picture *picture, int64_t frame, x264_picture_t *ret);

#endif
