// SPDX-License-Identifier: BSD-2-Clause
// The HLS multivariant playlist (RFC 8216 4.3.4). Media playlists: hls_media.c.
#include "manifests/hls.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "manifests/hls_private.h"
#include "manifests/tracks_private.h"
#include "src/base/rational.h"
#include "src/base/uri.h"

// One group: every rendition goes with every variant.
#define AUDIO_GROUP "audio"

// A variant a player can start with on an ordinary connection: Apple's authoring
// specification names 2 Mbit/s as the default over Wi-Fi.
#define START_BPS 2000000

struct audio_summary {
    size_t count;
    int64_t peak_bps; // of the most demanding rendition
    int64_t average_bps;
    struct buf codecs; // zero-terminated, ",mp4a.40.2" for each distinct one
};

// A stated rate is at least 1 (RFC 8216 4.3.4.2: BANDWIDTH is required, 0 means
// nothing); rates that measuring saturated stay there.
static int64_t sum_bps(int64_t video_bps, int64_t audio_bps)
{
    int64_t sum = 0;
    if (__builtin_add_overflow(video_bps, audio_bps, &sum))
        return INT64_MAX;
    return sum > 0 ? sum : 1;
}

static void summary_done(struct audio_summary *summary)
{
    buf_done(&summary->codecs);
}

// RFC 8216 4.3.4.2: a variant's rates are those of its worst combination with the
// renditions of its groups, and CODECS names every format of every combination.
static struct audio_summary audio_summary_build(const struct presentation *presentation)
{
    struct audio_summary summary = {0};
    for (size_t i = 0; i < presentation->track_count; i++) {
        const struct presentation_track *track = &presentation->tracks[i];
        if (track->type != TRACK_AUDIO)
            continue;
        bool is_known = false;
        for (size_t k = 0; k < i && !is_known; k++)
            is_known = presentation->tracks[k].type == TRACK_AUDIO &&
                       strcmp(presentation->tracks[k].codec, track->codec) == 0;
        if (!is_known) {
            AUTO_FREE char *codec = hls_quotable(track->codec);
            buf_printf(&summary.codecs, ",%s", codec);
        }
        summary.count++;
        if (track->peak_bps > summary.peak_bps)
            summary.peak_bps = track->peak_bps;
        if (track->average_bps > summary.average_bps)
            summary.average_bps = track->average_bps;
    }
    buf_put_u8(&summary.codecs, 0);
    return summary;
}

static bool is_first_of_language(const struct presentation *presentation, size_t index)
{
    const char *language = tracks_language(&presentation->tracks[index]);
    for (size_t i = 0; i < index; i++)
        if (presentation->tracks[i].type == TRACK_AUDIO &&
            strcmp(tracks_language(&presentation->tracks[i]), language) == 0)
            return false;
    return true;
}

// RFC 8216 4.3.4.1.1: members that a player may choose by itself differ in language;
// the default one is always among them.
static bool is_autoselect(const struct presentation *presentation, size_t index)
{
    const struct presentation_track *track = &presentation->tracks[index];
    const struct presentation_track *chosen = tracks_default_audio(presentation);
    if (track == chosen)
        return true;
    return is_first_of_language(presentation, index) &&
           strcmp(tracks_language(track), tracks_language(chosen)) != 0;
}

static bool is_taken(char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (names[i] && strcmp(names[i], name) == 0)
            return true;
    return false;
}

// Names that differ only in what quotes cannot hold must still differ.
static char *unique_name(char *const *names, size_t count, const struct presentation_track *track)
{
    AUTO_FREE char *base = hls_quotable(track->name);
    if (!*base) {
        MEM_FREE(base);
        base = hls_quotable(tracks_language(track));
    }
    char *name = mem_strdup(base);
    for (size_t n = 2; is_taken(names, count, name); n++) {
        MEM_FREE(name);
        name = mem_printf("%s (%zu)", base, n);
    }
    return name;
}

static void write_playlist_uri(const struct presentation_track *track, const char *file,
                               struct buf *ret)
{
    uri_append_path(ret, track->folder);
    buf_printf(ret, "/%s", file);
}

static void write_audio_group(const struct presentation *presentation, struct buf *ret)
{
    char **names = mem_alloc(presentation->track_count * sizeof *names);
    const struct presentation_track *chosen = tracks_default_audio(presentation);
    for (size_t i = 0; i < presentation->track_count; i++) {
        const struct presentation_track *track = &presentation->tracks[i];
        if (track->type != TRACK_AUDIO)
            continue;
        names[i] = unique_name(names, i, track);
        AUTO_FREE char *language = hls_quotable(tracks_language(track));
        buf_printf(ret,
                   "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"" AUDIO_GROUP "\",NAME=\"%s\","
                   "LANGUAGE=\"%s\",DEFAULT=%s,AUTOSELECT=%s,CHANNELS=\"%d\",URI=\"",
                   names[i], language, track == chosen ? "YES" : "NO",
                   is_autoselect(presentation, i) ? "YES" : "NO", track->channels);
        write_playlist_uri(track, "media.m3u8", ret);
        buf_printf(ret, "\"\n");
    }
    for (size_t i = 0; i < presentation->track_count; i++)
        MEM_FREE(names[i]);
    MEM_FREE(names);
}

static const char *video_range_name(enum video_range range)
{
    static const char *const names[] = {
        [VIDEO_RANGE_SDR] = "SDR", [VIDEO_RANGE_PQ] = "PQ", [VIDEO_RANGE_HLG] = "HLG"};
    return (unsigned)range < ARRAY_LEN(names) ? names[range] : "SDR";
}

static void write_variant(const struct presentation_track *track, const struct audio_summary *audio,
                          struct buf *ret)
{
    AUTO_FREE char *codec = hls_quotable(track->codec);
    buf_printf(ret,
               "#EXT-X-STREAM-INF:BANDWIDTH=%" PRId64 ",AVERAGE-BANDWIDTH=%" PRId64
               ",CODECS=\"%s%s\",RESOLUTION=%dx%d",
               sum_bps(track->peak_bps, audio->peak_bps),
               sum_bps(track->average_bps, audio->average_bps), codec,
               (const char *)audio->codecs.data, track->width_px, track->height_px);
    if (track->frame_rate.num > 0 && track->frame_rate.den > 0) {
        int64_t millis = rational_round(track->frame_rate, 1000);
        buf_printf(ret, ",FRAME-RATE=%" PRId64 ".%03" PRId64, millis / 1000, millis % 1000);
    }
    buf_printf(ret, ",VIDEO-RANGE=%s%s,CLOSED-CAPTIONS=NONE\n",
               video_range_name(track->video_range),
               audio->count ? ",AUDIO=\"" AUDIO_GROUP "\"" : "");
    write_playlist_uri(track, "media.m3u8", ret);
    buf_printf(ret, "\n");
}

// The rates are those of the I-frame playlist itself: each picture spread over the
// time it stands for.
static void write_iframe_variant(const struct presentation *presentation,
                                 const struct presentation_track *track, struct buf *ret)
{
    AUTO_FREE struct presentation_segment *segments = hls_iframe_segments(track);
    AUTO_FREE char *codec = hls_quotable(track->codec);
    int64_t ticks = tracks_end_ticks(track) - track->iframes[0].start_ticks;
    uint64_t size_bytes = 0;
    for (size_t i = 0; i < track->iframe_count; i++)
        size_bytes += segments[i].size_bytes;
    int64_t size_bits = size_bytes > INT64_MAX / 8 ? INT64_MAX : (int64_t)size_bytes * 8;
    int64_t average_bps =
        rational_ceil(rational_make(track->timescale_hz, ticks > 0 ? ticks : 1), size_bits);
    int64_t peak_bps = presentation_peak_bps(segments, track->iframe_count, track->timescale_hz,
                                             presentation->target_duration_s);
    buf_printf(ret,
               "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=%" PRId64 ",AVERAGE-BANDWIDTH=%" PRId64
               ",CODECS=\"%s\",RESOLUTION=%dx%d,VIDEO-RANGE=%s,URI=\"",
               sum_bps(peak_bps, 0), sum_bps(average_bps, 0), codec, track->width_px,
               track->height_px, video_range_name(track->video_range));
    write_playlist_uri(track, "iframes.m3u8", ret);
    buf_printf(ret, "\"\n");
}

struct variant {
    const struct presentation_track *track;
    size_t set; // index of the first track of its switching set: codecs keep their order
    size_t index;
};

static int compare_variants(const void *left, const void *right)
{
    const struct variant *a = left, *b = right;
    if (a->set != b->set)
        return a->set < b->set ? -1 : 1;
    if (a->track->peak_bps != b->track->peak_bps)
        return a->track->peak_bps > b->track->peak_bps ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

// Video variants, set by set, highest first, except for the very first: players
// start with the variant that is listed first (hls.js, AVFoundation), before they
// have measured anything, and the top rung would stall a slow connection. So the one
// of the first set that is nearest to START_BPS leads; the rest stay in order.
static size_t variants_order(const struct presentation *presentation, int64_t audio_peak_bps,
                             struct variant *ret_variants)
{
    size_t count = 0;
    for (size_t i = 0; i < presentation->track_count; i++) {
        if (presentation->tracks[i].type != TRACK_VIDEO)
            continue;
        size_t set = 0;
        while (!tracks_same_set(&presentation->tracks[set], &presentation->tracks[i]))
            set++;
        ret_variants[count++] = (struct variant){&presentation->tracks[i], set, i};
    }
    qsort(ret_variants, count, sizeof *ret_variants, compare_variants);
    size_t start = 0;
    int64_t nearest_bps = INT64_MAX;
    for (size_t i = 0; i < count && ret_variants[i].set == ret_variants[0].set; i++) {
        int64_t away_bps =
            llabs(sum_bps(ret_variants[i].track->peak_bps, audio_peak_bps) - START_BPS);
        if (away_bps < nearest_bps) {
            nearest_bps = away_bps;
            start = i;
        }
    }
    if (count > 0) {
        struct variant first = ret_variants[start];
        memmove(ret_variants + 1, ret_variants, start * sizeof *ret_variants);
        ret_variants[0] = first;
    }
    return count;
}

// One variant that plays the default rendition; the others, if any, are its group.
// The rates are not the sum: the variant is a member of the group itself.
static void write_audio_only(const struct presentation *presentation,
                             const struct audio_summary *audio, struct buf *ret)
{
    if (audio->count == 0)
        return;
    buf_printf(ret,
               "#EXT-X-STREAM-INF:BANDWIDTH=%" PRId64 ",AVERAGE-BANDWIDTH=%" PRId64
               ",CODECS=\"%s\",AUDIO=\"" AUDIO_GROUP "\"\n",
               sum_bps(audio->peak_bps, 0), sum_bps(audio->average_bps, 0),
               (const char *)audio->codecs.data + 1);
    write_playlist_uri(tracks_default_audio(presentation), "media.m3u8", ret);
    buf_printf(ret, "\n");
}

void hls_write_master(const struct presentation *presentation, struct buf *ret)
{
    AUTO(summary_done) struct audio_summary audio = audio_summary_build(presentation);
    buf_printf(ret, "#EXTM3U\n#EXT-X-VERSION:%d\n#EXT-X-INDEPENDENT-SEGMENTS\n", HLS_VERSION);
    if (audio.count > 0)
        write_audio_group(presentation, ret);
    if (tracks_count_of(presentation, TRACK_VIDEO) == 0) {
        write_audio_only(presentation, &audio, ret);
        return;
    }
    AUTO_FREE struct variant *variants =
        mem_realloc(NULL, presentation->track_count, sizeof *variants);
    size_t count = variants_order(presentation, audio.peak_bps, variants);
    for (size_t i = 0; i < count; i++)
        write_variant(variants[i].track, &audio, ret);
    for (size_t i = 0; i < count; i++)
        if (variants[i].track->iframe_count > 0)
            write_iframe_variant(presentation, variants[i].track, ret);
}
