// SPDX-License-Identifier: BSD-2-Clause
// Source facts for the planner's tests: an ordinary clip, to be changed by each.
#ifndef RUNG_TESTS_UNIT_MEDIA_PLAN_FACTS_H
#define RUNG_TESTS_UNIT_MEDIA_PLAN_FACTS_H

#include <stdio.h>
#include <string.h>

#include "src/media/facts.h"

// 60 s, 24 frames per second, a keyframe every 2 s, seekable, no audio.
static inline void facts_init_video(struct source_facts *facts, int width_px, int height_px)
{
    struct video_facts *video = &facts->video;
    memset(facts, 0, sizeof(*facts));
    snprintf(facts->container, sizeof(facts->container), "matroska,webm");
    facts->size_bytes = 1000000;
    facts->has_video = true;
    facts->is_seekable = true;
    snprintf(video->codec, sizeof(video->codec), "h264");
    snprintf(video->pixel_format, sizeof(video->pixel_format), "yuv420p");
    video->coded_width_px = video->display_width_px = width_px;
    video->coded_height_px = video->display_height_px = height_px;
    video->sample_aspect = rational_make(1, 1);
    video->bit_depth = 8;
    video->colour_primaries = 1;
    video->transfer_characteristics = 1;
    video->matrix_coefficients = 1;
    video->frame_rate = rational_make(24, 1);
    video->frame_count = 24 * 60;
    video->first_time = rational_make(0, 1);
    video->end_time = rational_make(60, 1);
    video->keyframe_count = 30;
    video->longest_keyframe_gap = rational_make(2, 1);
}

static inline void facts_set_rate(struct source_facts *facts, int64_t num, int64_t den,
                                  int64_t frame_count)
{
    struct video_facts *video = &facts->video;
    video->frame_rate = rational_make(num, den);
    video->frame_count = frame_count;
    video->end_time = rational_add(video->first_time,
                                   rational_div(rational_make(frame_count, 1), video->frame_rate));
}

// Stream indexes 1, 2, …; from 0 s to 60 s.
static inline struct audio_facts *facts_add_audio(struct source_facts *facts, const char *language)
{
    struct audio_facts *audio = &facts->audio[facts->audio_count++];
    memset(audio, 0, sizeof(*audio));
    snprintf(audio->codec, sizeof(audio->codec), "aac");
    snprintf(audio->layout, sizeof(audio->layout), "stereo");
    snprintf(audio->language, sizeof(audio->language), "%s", language);
    audio->stream_index = (int)facts->audio_count;
    audio->channels = 2;
    audio->sample_rate_hz = 48000;
    audio->first_time = rational_make(0, 1);
    audio->end_time = rational_make(60, 1);
    audio->packet_count = 2800;
    return audio;
}

#endif
