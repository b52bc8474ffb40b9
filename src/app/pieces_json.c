// SPDX-License-Identifier: BSD-2-Clause
// Pieces as journal lines and back.
#include <string.h>

#include "src/app/pieces.h"
#include "src/base/json.h"
#include "src/base/mem.h"

json_t *pieces_init_line(const struct piece_track *track)
{
    return json_pack("{s:{s:s, s:s, s:I, s:I, s:s}}", "init", "track", track->id, "codec",
                     track->codec, "timescale", (json_int_t)track->timescale_hz, "bytes",
                     (json_int_t)track->init_size_bytes, "sha256", track->init_sha256);
}

json_t *pieces_segment_line(const struct piece_track *track, int64_t index)
{
    const struct piece_segment *segment = &track->segments[index];
    json_t *iframes = json_array();
    for (size_t i = 0; i < segment->iframe_count; i++)
        json_array_append_new(iframes,
                              json_pack("[I, I, I]", (json_int_t)segment->iframes[i].start_ticks,
                                        (json_int_t)segment->iframes[i].offset_bytes,
                                        (json_int_t)segment->iframes[i].size_bytes));
    return json_pack("{s:{s:s, s:I, s:I, s:I, s:I, s:s, s:o}}", "segment", "track", track->id,
                     "index", (json_int_t)index, "start", (json_int_t)segment->start_ticks,
                     "duration", (json_int_t)segment->duration_ticks, "bytes",
                     (json_int_t)segment->size_bytes, "sha256", segment->sha256, "iframes",
                     iframes);
}

json_t *pieces_span_line(const struct media_span_report *report)
{
    json_t *line = json_pack(
        "{s:{s:s, s:I, s:I, s:I, s:I, s:I, s:I}}", "span", "track", report->track_id, "span",
        (json_int_t)report->span, "frames", (json_int_t)report->frames, "duplicated",
        (json_int_t)report->duplicated_frames, "dropped", (json_int_t)report->dropped_frames,
        "damaged", (json_int_t)report->damaged, "silence", (json_int_t)report->silence_samples);
    if (report->frames_downloaded > 0)
        json_object_set_new(json_object_get(line, "span"), "downloaded",
                            json_integer(report->frames_downloaded));
    const struct media_score *score = &report->score;
    if (score->frames > 0)
        json_object_set_new(json_object_get(line, "span"), "score",
                            json_pack("[I, I, I]", (json_int_t)score->frames,
                                      (json_int_t)score->sum_millionths,
                                      (json_int_t)score->min_millionths));
    return line;
}

static bool read_sha(const json_t *object, const char **ret, struct err *err)
{
    if (!json_get_text(object, "sha256", ret, err))
        return false;
    if (!*ret || strlen(*ret) != 64)
        return err_set(err, ERR_INPUT, "\"sha256\" is not one");
    return true;
}

static bool apply_init(struct pieces *pieces, const json_t *object, struct err *err)
{
    struct media_init init = {0};
    int64_t bytes = 0;
    const char *sha256 = NULL;
    if (!json_get_text(object, "track", &init.track_id, err) ||
        !json_get_text(object, "codec", &init.codec, err) ||
        !json_get_int(object, "timescale", &init.timescale_hz, err) ||
        !json_get_int(object, "bytes", &bytes, err) || !read_sha(object, &sha256, err))
        return false;
    init.size_bytes = bytes > 0 ? (size_t)bytes : 0;
    if (!init.codec)
        return err_set(err, ERR_INPUT, "\"codec\" is null");
    return pieces_add_init(pieces, &init, sha256, err);
}

static bool read_iframes(const json_t *array, struct cmaf_iframe *ret, struct err *err)
{
    size_t i;
    json_t *entry;
    json_array_foreach((json_t *)array, i, entry)
    {
        json_int_t start = 0, offset = 0, size = 0;
        if (json_unpack(entry, "[I, I, I]", &start, &offset, &size) != 0 || offset < 0 || size < 0)
            return err_set(err, ERR_INPUT, "\"iframes\" is malformed");
        ret[i] = (struct cmaf_iframe){start, (uint64_t)offset, (uint64_t)size};
    }
    return true;
}

static bool apply_segment(struct pieces *pieces, const json_t *object, struct err *err)
{
    struct media_segment segment = {0};
    struct cmaf_iframe iframes[CMAF_FRAGMENTS_PER_SEGMENT];
    int64_t bytes = 0;
    json_t *array = NULL;
    const char *sha256 = NULL;
    if (!json_get_text(object, "track", &segment.track_id, err) ||
        !json_get_int(object, "index", &segment.index, err) ||
        !json_get_int(object, "start", &segment.start_ticks, err) ||
        !json_get_int(object, "duration", &segment.duration_ticks, err) ||
        !json_get_int(object, "bytes", &bytes, err) || !read_sha(object, &sha256, err) ||
        !json_get_array(object, "iframes", &array, err))
        return false;
    if (json_array_size(array) > ARRAY_LEN(iframes))
        return err_set(err, ERR_INPUT, "more than %zu I-frames", ARRAY_LEN(iframes));
    if (!read_iframes(array, iframes, err))
        return false;
    segment.size_bytes = bytes > 0 ? (size_t)bytes : 0;
    segment.iframes = iframes;
    segment.iframe_count = json_array_size(array);
    return pieces_add_segment(pieces, &segment, sha256, err);
}

// Only spans that were scored have one.
static bool read_score(const json_t *object, struct media_score *ret, struct err *err)
{
    json_t *score = json_object_get(object, "score");
    json_int_t frames = 0, sum = 0, min = 0;
    if (score && json_unpack(score, "[I, I, I]", &frames, &sum, &min) != 0)
        return err_set(err, ERR_INPUT, "\"score\" is malformed");
    *ret = (struct media_score){frames, sum, min};
    return true;
}

static bool apply_span(struct pieces *pieces, const json_t *object, struct err *err)
{
    struct media_span_report report = {0};
    if (!json_get_text(object, "track", &report.track_id, err) ||
        !json_get_int(object, "span", &report.span, err) ||
        !json_get_int(object, "frames", &report.frames, err) ||
        !json_get_int(object, "damaged", &report.damaged, err) ||
        !read_score(object, &report.score, err))
        return false;
    // Only spans that have some say so.
    report.frames_downloaded = json_int_or(object, "downloaded", 0);
    return pieces_add_span(pieces, &report, err);
}

bool pieces_apply(struct pieces *pieces, const json_t *line, struct err *err)
{
    const json_t *object = json_object_get(line, "segment");
    if (object)
        return apply_segment(pieces, object, err);
    object = json_object_get(line, "init");
    if (object)
        return apply_init(pieces, object, err);
    object = json_object_get(line, "span");
    if (object)
        return apply_span(pieces, object, err);
    return err_set(err, ERR_INPUT, "a line of no known kind");
}
