// SPDX-License-Identifier: BSD-2-Clause
// From pieces to the presentation model.
#include <string.h>

#include "src/app/pieces.h"
#include "src/base/mem.h"

static void describe_video(const struct plan *plan, const struct plan_video *video,
                           struct presentation_track *ret)
{
    ret->type = TRACK_VIDEO;
    ret->switching_set = mem_strdup(video_codec_name(video->codec));
    ret->width_px = video->width_px;
    ret->height_px = video->height_px;
    ret->frame_rate = plan->frame_rate;
    ret->video_range = VIDEO_RANGE_SDR;
    ret->colour_primaries = plan->colour_primaries;
    ret->transfer_characteristics = plan->transfer_characteristics;
    ret->matrix_coefficients = plan->matrix_coefficients;
}

static void describe_audio(const struct plan_audio *audio, struct presentation_track *ret)
{
    ret->type = TRACK_AUDIO;
    // Two tracks of one language are two things to hear (a commentary): a player
    // must not switch between them by itself.
    ret->switching_set = mem_printf("audio-%s", audio->id);
    ret->language = strcmp(audio->language, "und") == 0 ? NULL : mem_strdup(audio->language);
    ret->name = mem_strdup(audio->name);
    ret->is_default = audio->is_default;
    ret->channels = audio->channels;
    ret->sample_rate_hz = audio->sample_rate_hz;
}

static bool copy_segments(const struct pieces *pieces, const struct piece_track *track,
                          struct presentation_track *ret, struct err *err)
{
    int64_t count = pieces_segment_count(pieces, track), next_ticks = 0;
    ret->segment_count = (size_t)count;
    ret->segments = mem_alloc(ret->segment_count * sizeof *ret->segments);
    for (int64_t k = 0; k < count; k++) {
        const struct piece_segment *piece = &track->segments[k];
        if (piece->start_ticks != next_ticks)
            return err_set(err, ERR_BUG, "%s: segment %lld starts at %lld, not at %lld", track->id,
                           (long long)k + 1, (long long)piece->start_ticks, (long long)next_ticks);
        next_ticks += piece->duration_ticks;
        ret->segments[k] = (struct presentation_segment){piece->start_ticks, piece->duration_ticks,
                                                         piece->size_bytes};
        ret->iframe_count += piece->iframe_count;
    }
    ret->iframes = mem_alloc(ret->iframe_count * sizeof *ret->iframes);
    size_t at = 0;
    for (int64_t k = 0; k < count; k++)
        for (size_t i = 0; i < track->segments[k].iframe_count; i++) {
            const struct cmaf_iframe *iframe = &track->segments[k].iframes[i];
            ret->iframes[at++] = (struct presentation_iframe){
                iframe->start_ticks, iframe->offset_bytes, iframe->size_bytes, (size_t)k};
        }
    return true;
}

bool pieces_build_presentation(const struct pieces *pieces, struct presentation *ret,
                               struct err *err)
{
    const struct plan *plan = pieces->plan;
    struct presentation presentation = {.duration = plan->grid.duration};
    presentation.tracks = mem_alloc(pieces->track_count * sizeof *presentation.tracks);
    presentation.track_count = pieces->track_count;
    for (size_t i = 0; i < pieces->track_count; i++) {
        const struct piece_track *track = &pieces->tracks[i];
        struct presentation_track *out = &presentation.tracks[i];
        out->id = mem_strdup(track->id);
        out->folder = mem_strdup(track->folder);
        out->codec = mem_strdup(track->codec);
        out->timescale_hz = track->timescale_hz;
        if (track->is_video)
            describe_video(plan, &plan->video[track->plan_index], out);
        else
            describe_audio(&plan->audio[track->plan_index], out);
        if (!copy_segments(pieces, track, out, err)) {
            presentation_done(&presentation);
            return false;
        }
    }
    presentation_measure(&presentation);
    *ret = presentation;
    return true;
}
