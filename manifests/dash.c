// SPDX-License-Identifier: BSD-2-Clause
// The MPD: elements and attributes in the order of ISO/IEC 23009-1's schema. The
// segment timelines are in dash_timeline.c, the XML itself in dash_xml.c.
#include "manifests/dash.h"

#include <inttypes.h>
#include <string.h>

#include "manifests/dash_private.h"
#include "manifests/tracks_private.h"
#include "src/base/text.h"

#define CICP "urn:mpeg:mpegB:cicp:"

// A set is written from its first track and what the others have in common.
struct set_limits {
    int width_px;
    int height_px;
    struct rational frame_rate;
    const struct presentation_track *largest;
};

static struct set_limits set_limits_build(const struct presentation *presentation,
                                          const struct presentation_track *first)
{
    struct set_limits limits = {.frame_rate = {0, 1}, .largest = first};
    for (size_t i = 0; i < presentation->track_count; i++) {
        const struct presentation_track *track = &presentation->tracks[i];
        if (!tracks_same_set(first, track))
            continue;
        if (track->height_px > limits.largest->height_px)
            limits.largest = track;
        if (track->width_px > limits.width_px)
            limits.width_px = track->width_px;
        if (track->height_px > limits.height_px)
            limits.height_px = track->height_px;
        if (dash_has_frame_rate(track) && rational_cmp(track->frame_rate, limits.frame_rate) > 0)
            limits.frame_rate = track->frame_rate;
    }
    return limits;
}

static bool fits_ratio(const struct presentation_track *track, int64_t across, int64_t down)
{
    // Sizes were rounded to even pixels: a picture is w:h when either side is within
    // one pixel of what the other side asks for.
    int64_t off_width = track->width_px * down - track->height_px * across;
    int64_t off = off_width < 0 ? -off_width : off_width;
    return off <= down || off <= across;
}

// The simplest ratio that every picture of the set is a rounding of: 854x480 beside
// 1920x1080 is 16:9. Without one, the largest picture's own.
static void set_ratio(const struct presentation *presentation, const struct set_limits *limits,
                      int64_t *ret_across, int64_t *ret_down)
{
    const struct presentation_track *largest = limits->largest;
    struct rational own = rational_make(largest->width_px, largest->height_px);
    for (int64_t down = 1; down < own.den; down++) {
        int64_t across = rational_round(own, down);
        bool fits = across > 0;
        for (size_t i = 0; i < presentation->track_count && fits; i++)
            if (tracks_same_set(largest, &presentation->tracks[i]))
                fits = fits_ratio(&presentation->tracks[i], across, down);
        if (fits) {
            *ret_across = across;
            *ret_down = down;
            return;
        }
    }
    *ret_across = own.num;
    *ret_down = own.den;
}

static void write_descriptor(struct dash_writer *w, const char *element, const char *scheme,
                             int64_t value)
{
    dash_open(w, element);
    dash_attribute(w, "schemeIdUri", "%s", scheme);
    dash_attribute(w, "value", "%" PRId64, value);
    dash_close(w);
}

// BT.709 is what a client assumes. A wide range picture shown as BT.709 is wrong
// enough that a client that cannot show it must leave the set alone (Essential).
static void write_colour(struct dash_writer *w, const struct presentation_track *track)
{
    const struct {
        const char *scheme;
        int value;
    } points[] = {
        {CICP "ColourPrimaries", track->colour_primaries},
        {CICP "TransferCharacteristics", track->transfer_characteristics},
        {CICP "MatrixCoefficients", track->matrix_coefficients},
    };
    const char *element =
        track->video_range == VIDEO_RANGE_SDR ? "SupplementalProperty" : "EssentialProperty";
    bool is_default = true;
    for (size_t i = 0; i < ARRAY_LEN(points); i++)
        is_default = is_default && (points[i].value <= 0 || points[i].value == 1 || // BT.709
                                    points[i].value == 2);                          // not stated
    for (size_t i = 0; i < ARRAY_LEN(points) && !is_default; i++)
        if (points[i].value > 0 && points[i].value != 2)
            write_descriptor(w, element, points[i].scheme, points[i].value);
}

// Up to 5.1 the index of ISO/IEC 23091-3 is the count of channels, and the older
// scheme, which every player knows, means the same; above, only the newer is clear.
static void write_channels(struct dash_writer *w, int channels)
{
    static const char old_scheme[] = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";
    static const int index_of[] = {[7] = 11, [8] = 12};
    bool is_indexed = channels >= 7 && (size_t)channels < ARRAY_LEN(index_of);
    write_descriptor(w, "AudioChannelConfiguration",
                     is_indexed ? CICP "ChannelConfiguration" : old_scheme,
                     is_indexed ? index_of[channels] : channels);
}

static void write_representation(struct dash_writer *w, const struct presentation_track *track,
                                 bool has_template_above)
{
    dash_open(w, "Representation");
    dash_attribute_text(w, "id", track->id);
    dash_attribute_text(w, "codecs", track->codec);
    dash_attribute(w, "bandwidth", "%" PRId64, presentation_dash_bps(track, w->min_buffer_time_s));
    if (track->type == TRACK_VIDEO) {
        dash_attribute(w, "width", "%d", track->width_px);
        dash_attribute(w, "height", "%d", track->height_px);
        dash_attribute(w, "sar", "1:1");
        if (dash_has_frame_rate(track))
            dash_attribute_rate(w, "frameRate", track->frame_rate);
    } else {
        dash_attribute(w, "audioSamplingRate", "%d", track->sample_rate_hz);
        write_channels(w, track->channels);
    }
    if (!has_template_above)
        dash_write_template(w, track, false);
    dash_close(w);
}

static void write_video_attributes(struct dash_writer *w, const struct presentation *presentation,
                                   const struct presentation_track *first)
{
    struct set_limits limits = set_limits_build(presentation, first);
    int64_t across = 1, down = 1;
    if (limits.width_px > 0 && limits.largest->height_px > 0)
        set_ratio(presentation, &limits, &across, &down);
    dash_attribute(w, "par", "%" PRId64 ":%" PRId64, across, down);
    dash_attribute(w, "maxWidth", "%d", limits.width_px);
    dash_attribute(w, "maxHeight", "%d", limits.height_px);
    if (limits.frame_rate.num > 0)
        dash_attribute_rate(w, "maxFrameRate", limits.frame_rate);
}

// Exactly one set of each type is main: the first of video (the other codecs show the
// same), the default language of audio.
static const char *set_role(const struct presentation *presentation,
                            const struct presentation_track *first)
{
    const struct presentation_track *main_track = tracks_default_audio(presentation);
    if (first->type == TRACK_VIDEO) {
        main_track = presentation->tracks;
        while (main_track->type != TRACK_VIDEO)
            main_track++;
    }
    return main_track && tracks_same_set(main_track, first) ? "main" : "alternate";
}

static void write_set(struct dash_writer *w, const struct presentation *presentation,
                      const struct presentation_track *first, int id)
{
    bool is_video = first->type == TRACK_VIDEO;
    dash_open(w, "AdaptationSet");
    dash_attribute(w, "id", "%d", id);
    dash_attribute(w, "contentType", is_video ? "video" : "audio");
    dash_attribute(w, "mimeType", is_video ? "video/mp4" : "audio/mp4");
    if (is_video)
        write_video_attributes(w, presentation, first);
    else
        dash_attribute_text(w, "lang", tracks_language(first));
    dash_attribute(w, "segmentAlignment", "true");
    dash_attribute(w, "startWithSAP", "1");
    if (is_video)
        write_colour(w, first);
    else if (first->name && *first->name)
        dash_element_text(w, "Label", first->name);
    dash_open(w, "Role");
    dash_attribute(w, "schemeIdUri", "urn:mpeg:dash:role:2011");
    dash_attribute(w, "value", "%s", set_role(presentation, first));
    dash_close(w);
    bool is_shared = dash_set_shares_template(presentation, first);
    if (is_shared)
        dash_write_template(w, first, true);
    for (size_t i = 0; i < presentation->track_count; i++)
        if (tracks_same_set(first, &presentation->tracks[i]))
            write_representation(w, &presentation->tracks[i], is_shared);
    dash_close(w);
}

// Never below the real time: a client stops at what the MPD says.
static struct rational longest_segment(const struct presentation *presentation)
{
    struct rational longest = {0, 1};
    for (size_t i = 0; i < presentation->track_count; i++) {
        const struct presentation_track *track = &presentation->tracks[i];
        for (size_t k = 0; k < track->segment_count; k++) {
            struct rational duration =
                rational_make(track->segments[k].duration_ticks, track->timescale_hz);
            if (rational_cmp(duration, longest) > 0)
                longest = duration;
        }
    }
    return longest;
}

static bool check_tracks(const struct presentation *presentation, struct err *err)
{
    for (size_t i = 0; i < presentation->track_count; i++) {
        const struct presentation_track *track = &presentation->tracks[i];
        if (track->segment_count == 0 || track->timescale_hz <= 0)
            return err_set(err, ERR_BUG, "mpd: track %s has no segments", track->id);
    }
    if (presentation->track_count == 0)
        return err_set(err, ERR_BUG, "mpd: no tracks");
    return true;
}

static void write_mpd(struct dash_writer *w, const struct presentation *presentation)
{
    dash_open(w, "MPD");
    dash_attribute(w, "xmlns", "urn:mpeg:dash:schema:mpd:2011");
    dash_attribute(w, "profiles", "urn:mpeg:dash:profile:isoff-live:2011");
    dash_attribute(w, "type", "static");
    dash_attribute_duration(w, "mediaPresentationDuration", presentation->duration);
    dash_attribute_duration(w, "maxSegmentDuration", longest_segment(presentation));
    dash_attribute_duration(w, "minBufferTime", rational_make(w->min_buffer_time_s, 1));
    dash_open(w, "Period");
    dash_attribute(w, "id", "1");
    dash_attribute(w, "start", "PT0S");
    int id = 0;
    for (size_t i = 0; i < presentation->track_count; i++)
        if (!tracks_has_earlier_of_set(presentation, i))
            write_set(w, presentation, &presentation->tracks[i], ++id);
    dash_close(w);
    dash_close(w);
}

bool dash_write_mpd(const struct presentation *presentation, struct buf *ret, struct err *err)
{
    if (!check_tracks(presentation, err))
        return false;
    AUTO(dash_writer_done) struct dash_writer w = {0};
    // A buffer of one target duration: @bandwidth (presentation_dash_bps) then comes
    // close to the rate of the largest segment, and playback may start with one.
    w.min_buffer_time_s = presentation->target_duration_s > 0 ? presentation->target_duration_s : 1;
    dash_writer_init(&w);
    write_mpd(&w, presentation);
    return dash_writer_finish(&w, ret, err);
}
