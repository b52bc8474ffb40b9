// SPDX-License-Identifier: BSD-2-Clause
// rung.json.
#include "src/app/report.h"

#include <stdio.h>

#include "src/base/clock.h"
#include "src/base/json.h"

static json_t *tier_json(const struct job *job, const struct piece_track *track)
{
    const struct tier *tier = &job->plan.tier;
    if (!track->is_video)
        return json_pack("{s:s, s:s, s:s}", "decode", "cpu", "scale", "none", "encode", "aac");
    return json_pack("{s:s, s:s, s:s}", "decode", device_name(tier->decode), "scale",
                     device_name(tier->scale), "encode",
                     job->plan.video[track->plan_index].encoder);
}

static json_t *score_json(const struct media_score *score)
{
    double mean = (double)score->sum_millionths / (double)score->frames / 1e6;
    return json_pack("{s:f, s:f, s:I}", "mean", mean, "min", (double)score->min_millionths / 1e6,
                     "frames", (json_int_t)score->frames);
}

static json_t *track_json(struct job *job, size_t index)
{
    const struct piece_track *piece = &job->pieces.tracks[index];
    const struct presentation_track *track = &job->presentation.tracks[index];
    char sha256[65];
    digest_hex(job->digests[index].digest, sha256);
    json_t *object = json_pack("{s:s, s:s, s:s}", "id", track->id, "type",
                               piece->is_video ? "video" : "audio", "codec", track->codec);
    if (piece->is_video) {
        json_object_set_new(object, "width", json_integer(track->width_px));
        json_object_set_new(object, "height", json_integer(track->height_px));
        char rate[64];
        snprintf(rate, sizeof rate, "%lld/%lld", (long long)track->frame_rate.num,
                 (long long)track->frame_rate.den);
        json_object_set_new(object, "frame_rate", json_string(rate));
    } else {
        json_object_set_new(object, "language",
                            json_text_lossy(track->language ? track->language : "und"));
        json_object_set_new(object, "name", json_text_lossy(track->name));
        json_object_set_new(object, "channels", json_integer(track->channels));
        json_object_set_new(object, "sample_rate", json_integer(track->sample_rate_hz));
    }
    json_object_set_new(object, "bandwidth_bps", json_integer(track->peak_bps));
    json_object_set_new(object, "average_bandwidth_bps", json_integer(track->average_bps));
    json_object_set_new(object, "segments", json_integer((json_int_t)track->segment_count));
    json_object_set_new(object, "bytes",
                        json_integer((json_int_t)pieces_track_bytes(&job->pieces, piece)));
    json_object_set_new(object, "tier", tier_json(job, piece));
    json_object_set_new(object, "frames_downloaded", json_integer(pieces_downloaded(piece)));
    json_object_set_new(object, "sha256", json_string(sha256));
    struct media_score score = pieces_score(piece);
    if (job->score != SCORE_NONE && score.frames > 0)
        json_object_set_new(object, score_kind_name(job->score), score_json(&score));
    return object;
}

static json_t *notes_json(const struct plan *plan, enum plan_note_kind kind, const char *subject)
{
    json_t *array = json_array();
    for (size_t i = 0; i < plan->note_count; i++)
        if (plan->notes[i].kind == kind)
            json_array_append_new(
                array, json_pack("{s:o, s:o}", subject, json_text_lossy(plan->notes[i].subject),
                                 "reason", json_text_lossy(plan->notes[i].reason)));
    return array;
}

static json_t *seconds(int64_t us)
{
    return json_real((double)us / 1e6);
}

static json_t *timings_json(const struct job *job)
{
    json_t *stages =
        json_pack("{s:o, s:o, s:o, s:o}", "decode_s", seconds(job->stats.decode_cpu_us), "scale_s",
                  seconds(job->stats.scale_cpu_us), "encode_s", seconds(job->stats.encode_cpu_us),
                  "audio_s", seconds(job->stats.audio_cpu_us));
    if (job->score != SCORE_NONE)
        json_object_set_new(stages, "score_s", seconds(job->stats.score_cpu_us));
    return json_pack(
        "{s:o, s:o, s:o, s:o}", "wall_s", seconds(clock_monotonic_us() - job->start_us), "cpu_s",
        seconds(job->engine_cpu_us + clock_process_cpu_us()), "first_segment_s",
        job->first_segment_us < 0 ? json_null() : seconds(job->first_segment_us), "stages", stages);
}

json_t *report_build(struct job *job)
{
    char duration[48];
    rational_format(job->presentation.duration, duration);
    json_t *tracks = json_array();
    for (size_t i = 0; i < job->presentation.track_count; i++)
        json_array_append_new(tracks, track_json(job, i));
    json_t *report = json_pack("{s:s, s:o, s:s, s:o, s:O}", "rung", RUNG_VERSION, "source",
                               facts_to_json(&job->facts), "duration", duration, "tracks", tracks,
                               "fallbacks", job->fallbacks);
    json_object_set_new(report, "dropped", notes_json(&job->plan, NOTE_DROPPED, "rung"));
    json_object_set_new(report, "changed", notes_json(&job->plan, NOTE_CHANGED, "what"));
    json_object_set(report, "warnings", job->warnings);
    json_object_set_new(report, "timings", timings_json(job));
    json_object_set_new(report, "peak_memory_bytes", json_integer(job->engine_peak_bytes));
    // What --resume compares.
    json_object_set(report, "job", job->fingerprint);
    return report;
}

void report_print(const json_t *report, struct buf *ret)
{
    AUTO_FREE char *text = json_dumps(report, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    if (text)
        buf_printf(ret, "%s\n", text);
}
