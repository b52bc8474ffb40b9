// SPDX-License-Identifier: BSD-2-Clause
// Lays a plan out for a terminal.
#include "src/media/plan_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "src/base/text.h"

// Titles and codec names come from the source: no control character may reach a
// terminal.
static void put_clean(struct buf *ret, const char *text)
{
    AUTO_FREE char *clean = text_clean(text);
    buf_append(ret, clean, strlen(clean));
}

static void format_time(struct rational seconds, char ret_text[32])
{
    int64_t ms = rational_round(seconds, 1000);
    if (ms < 0)
        ms = 0;
    snprintf(ret_text, 32, "%" PRId64 ":%02d:%02d.%03d", ms / 3600000, (int)(ms / 60000 % 60),
             (int)(ms / 1000 % 60), (int)(ms % 1000));
}

static void put_source_video(const struct video_facts *video, struct buf *ret)
{
    buf_printf(ret, "  video   ");
    put_clean(ret, video->codec);
    buf_printf(ret, " %dx%d", video->coded_width_px, video->coded_height_px);
    if (video->display_width_px != video->coded_width_px ||
        video->display_height_px != video->coded_height_px)
        buf_printf(ret, ", shown as %dx%d", video->display_width_px, video->display_height_px);
    buf_printf(ret, ", %.6g frames/s%s, %" PRId64 " frames, ",
               rational_to_double(video->frame_rate),
               video->timing == TIMING_VARIABLE ? " (varies)" : "", video->frame_count);
    put_clean(ret, video->pixel_format);
    buf_printf(ret, "%s%s\n", video->is_hdr ? ", HDR" : "",
               video->is_interlaced ? ", interlaced" : "");
}

static void put_source(const struct source_facts *facts, struct buf *ret)
{
    buf_printf(ret, "Source\n  format  ");
    put_clean(ret, facts->container);
    if (facts->size_bytes >= 0)
        buf_printf(ret, ", %" PRId64 " bytes", facts->size_bytes);
    buf_printf(ret, "%s\n", facts->is_seekable ? "" : ", not sought in: one span from the start");
    if (facts->has_video)
        put_source_video(&facts->video, ret);
    for (size_t i = 0; i < facts->audio_count; i++) {
        const struct audio_facts *audio = &facts->audio[i];
        buf_printf(ret, "  audio %zu ", i + 1);
        put_clean(ret, audio->codec);
        buf_printf(ret, " %d Hz, %d channel%s, ", audio->sample_rate_hz, audio->channels,
                   audio->channels == 1 ? "" : "s");
        put_clean(ret, audio->language[0] ? audio->language : "und");
        if (audio->title[0]) {
            buf_printf(ret, ", \"");
            put_clean(ret, audio->title);
            buf_printf(ret, "\"");
        }
        buf_printf(ret, "%s\n", audio->is_default ? ", default" : "");
    }
}

static void format_level(const struct plan_video *track, char ret_text[16])
{
    switch (track->codec) {
    case VIDEO_H264:
        snprintf(ret_text, 16, "%d.%d", track->level_idc / 10, track->level_idc % 10);
        break;
    case VIDEO_HEVC:
        snprintf(ret_text, 16, "%d.%d", track->level_idc / 30, track->level_idc % 30 / 3);
        break;
    default:
        if (track->level_idc > 23)
            snprintf(ret_text, 16, "max");
        else
            snprintf(ret_text, 16, "%d.%d", 2 + track->level_idc / 4, track->level_idc % 4);
    }
}

static void put_video(const struct plan *plan, struct buf *ret)
{
    buf_printf(ret, "\nVideo: %.6g frames/s, %" PRId64 " frames, a keyframe every %" PRId64 "\n",
               rational_to_double(plan->frame_rate), plan->frame_count, plan->frames_per_gop);
    buf_printf(ret, "  %-12s %-10s %5s %10s %10s  %-6s %s\n", "rung", "size", "crf", "max kb/s",
               "buffer kb", "level", "encoder");
    for (size_t i = 0; i < plan->video_count; i++) {
        const struct plan_video *track = &plan->video[i];
        char size[24], level[16];
        snprintf(size, sizeof(size), "%dx%d", track->width_px, track->height_px);
        format_level(track, level);
        buf_printf(ret, "  %-12s %-10s %5.4g %10" PRId64 " %10" PRId64 "  %-6s %s, preset %s",
                   track->id, size, track->crf, track->maxrate_bps / 1000,
                   track->bufsize_bits / 1000, level, track->encoder, track->preset);
        if (track->analysis == ANALYSIS_FOLLOWS)
            buf_printf(ret, ", analysis of %s", plan->video[track->pilot].id);
        buf_printf(ret, "\n");
    }
}

static void put_audio(const struct plan *plan, struct buf *ret)
{
    buf_printf(ret, "\nAudio\n");
    for (size_t i = 0; i < plan->audio_count; i++) {
        const struct plan_audio *track = &plan->audio[i];
        buf_printf(ret, "  %-20s %s, %d Hz, %d channels, %" PRId64 " kb/s, \"", track->id,
                   track->language, track->sample_rate_hz, track->channels,
                   track->bitrate_bps / 1000);
        put_clean(ret, track->name);
        buf_printf(ret, "\"%s\n", track->is_default ? ", default" : "");
    }
}

static void put_grid(const struct plan *plan, struct buf *ret)
{
    char duration[32];
    format_time(plan->grid.duration, duration);
    buf_printf(ret, "\nTime\n  duration  %s\n  segments  %" PRId64 " of %.6g s\n", duration,
               plan->grid.segment_count, rational_to_double(plan->grid.segment_duration));
    buf_printf(ret, "  spans     %zu", plan->span_count);
    if (plan->span_count > 1)
        buf_printf(ret, ": the first of %" PRId64 ", the next of %" PRId64 " segment%s",
                   plan->spans[0].segment_count, plan->spans[1].segment_count,
                   plan->spans[1].segment_count == 1 ? "" : "s");
    buf_printf(ret, "\n  tier      decode %s, scale %s, encode %s\n",
               device_name(plan->tier.decode), device_name(plan->tier.scale),
               device_name(plan->tier.encode));
}

static void put_notes(const struct plan *plan, struct buf *ret)
{
    static const char *const words[] = {"dropped", "changed", "warning", "note"};
    if (plan->note_count == 0)
        return;
    buf_printf(ret, "\nNotes\n");
    for (size_t i = 0; i < plan->note_count; i++) {
        const struct plan_note *note = &plan->notes[i];
        buf_printf(ret, "  %-8s ", words[note->kind]);
        put_clean(ret, note->subject);
        buf_printf(ret, ": ");
        put_clean(ret, note->reason);
        buf_printf(ret, "\n");
    }
}

void plan_text_build(const struct source_facts *facts, const struct plan *plan, struct buf *ret)
{
    put_source(facts, ret);
    if (plan->has_video)
        put_video(plan, ret);
    if (plan->audio_count > 0)
        put_audio(plan, ret);
    put_grid(plan, ret);
    put_notes(plan, ret);
}
