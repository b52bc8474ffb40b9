// SPDX-License-Identifier: BSD-2-Clause
// Presentations made of arbitrary bytes: the writers never crash, an MPD always
// parses, and no text breaks out of its line or its quotes in a playlist.
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "manifests/dash.h"
#include "manifests/hls.h"
#include "src/base/mem.h"

struct bytes {
    const uint8_t *data;
    size_t size_bytes;
};

static uint64_t take(struct bytes *bytes, size_t count)
{
    uint64_t value = 0;
    for (size_t i = 0; i < count && bytes->size_bytes > 0; i++) {
        value = value << 8 | *bytes->data++;
        bytes->size_bytes--;
    }
    return value;
}

static char *take_text(struct bytes *bytes)
{
    size_t length = take(bytes, 1) % 48;
    char *text = mem_alloc(length + 1);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)take(bytes, 1);
    return text;
}

static void take_segments(struct bytes *bytes, struct presentation_track *track)
{
    track->segment_count = take(bytes, 1) % 24;
    track->segments = mem_alloc((track->segment_count + 1) * sizeof *track->segments);
    int64_t at_ticks = 0;
    for (size_t i = 0; i < track->segment_count; i++) {
        at_ticks += (int64_t)(take(bytes, 1) % 4 == 0 ? take(bytes, 2) : 0);
        track->segments[i].start_ticks = at_ticks;
        track->segments[i].duration_ticks = (int64_t)take(bytes, 4) + 1;
        track->segments[i].size_bytes = take(bytes, 5);
        at_ticks += track->segments[i].duration_ticks;
    }
    if (track->type != TRACK_VIDEO || track->segment_count == 0)
        return;
    track->iframe_count = take(bytes, 1) % 32;
    track->iframes = mem_alloc((track->iframe_count + 1) * sizeof *track->iframes);
    for (size_t i = 0; i < track->iframe_count; i++) {
        track->iframes[i].segment_index = take(bytes, 1) % track->segment_count;
        track->iframes[i].start_ticks = (int64_t)i * at_ticks / (int64_t)track->iframe_count;
        track->iframes[i].offset_bytes = take(bytes, 8);
        track->iframes[i].size_bytes = take(bytes, 5);
    }
}

static void take_track(struct bytes *bytes, struct presentation_track *track)
{
    uint64_t flags = take(bytes, 1);
    *track = (struct presentation_track){
        .id = take_text(bytes),
        .folder = take_text(bytes),
        .switching_set = take_text(bytes),
        .type = flags & 1 ? TRACK_AUDIO : TRACK_VIDEO,
        .codec = take_text(bytes),
        .timescale_hz = (int64_t)take(bytes, 3) + 1,
        .width_px = (int)(take(bytes, 2) % 16384),
        .height_px = (int)(take(bytes, 2) % 16384),
        .frame_rate = rational_make((int64_t)take(bytes, 3), (int64_t)take(bytes, 2) + 1),
        .video_range = (enum video_range)(flags >> 1 & 3),
        .colour_primaries = (int)take(bytes, 1),
        .transfer_characteristics = (int)take(bytes, 1),
        .matrix_coefficients = (int)take(bytes, 1),
        .language = flags & 8 ? take_text(bytes) : NULL,
        .name = flags & 16 ? take_text(bytes) : NULL,
        .is_default = flags & 32,
        .channels = (int)take(bytes, 1),
        .sample_rate_hz = (int)take(bytes, 3),
    };
    take_segments(bytes, track);
}

// Every line is a tag, a URI of safe characters or empty at the end; quotes pair up.
static void check_playlist(const struct buf *playlist)
{
    size_t quotes = 0;
    bool is_start = true, is_tag = false;
    for (size_t i = 0; i < playlist->size_bytes; i++) {
        uint8_t c = playlist->data[i];
        if (is_start)
            is_tag = c == '#';
        is_start = c == '\n';
        quotes += c == '"';
        if (is_start && quotes % 2 != 0)
            abort();
        if ((c < 0x20 && c != '\n') || c == 0x7f || (!is_tag && (c == ' ' || c == '"' || c > 0x7e)))
            abort();
    }
    if (!is_start)
        abort();
}

static void check_mpd(const struct presentation *presentation)
{
    AUTO(buf_done) struct buf mpd = {0};
    struct err err = {0};
    if (!dash_write_mpd(presentation, &mpd, &err)) {
        if (err.kind == ERR_NONE || mpd.size_bytes > 0 ||
            strncmp(err.text, "mpd: libxml2", 12) == 0)
            abort();
        return;
    }
    xmlDocPtr doc =
        xmlReadMemory((const char *)mpd.data, (int)mpd.size_bytes, NULL, NULL, XML_PARSE_NONET);
    if (!doc)
        abort();
    xmlFreeDoc(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    struct bytes bytes = {data, size_bytes};
    AUTO(presentation_done) struct presentation presentation = {0};
    presentation.track_count = take(&bytes, 1) % 6;
    presentation.duration = rational_make((int64_t)take(&bytes, 4), (int64_t)take(&bytes, 3) + 1);
    presentation.tracks = mem_alloc(6 * sizeof *presentation.tracks);
    for (size_t i = 0; i < presentation.track_count; i++)
        take_track(&bytes, &presentation.tracks[i]);
    presentation_measure(&presentation);
    AUTO(buf_done) struct buf playlist = {0};
    hls_write_master(&presentation, &playlist);
    check_playlist(&playlist);
    for (size_t i = 0; i < presentation.track_count; i++) {
        buf_clear(&playlist);
        hls_write_media(&presentation, &presentation.tracks[i], &playlist);
        check_playlist(&playlist);
        if (presentation.tracks[i].type != TRACK_VIDEO)
            continue;
        buf_clear(&playlist);
        hls_write_iframes(&presentation, &presentation.tracks[i], &playlist);
        check_playlist(&playlist);
    }
    check_mpd(&presentation);
    return 0;
}
