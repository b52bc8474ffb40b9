// SPDX-License-Identifier: BSD-2-Clause
// The pass over all packets. How a packet is understood is in packet_look.c, rates
// are found in frame_rate.c, video bookkeeping is in scan_video.c.
#include "src/media/scan.h"

#include <inttypes.h>
#include <libavutil/intreadwrite.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/media/codec_list.h"
#include "src/media/promise.h"
#include "src/media/scan_video.h"

struct audio_scan {
    const AVStream *stream;
    int64_t packets; // as the index counts them
    int64_t shown;
    bool has_time;
    struct rational first;
    struct rational end;
};

struct scan {
    const struct scan_spec *spec;
    struct source_facts *facts;
    struct scan_video *video; // NULL: none
    struct audio_scan audio[FACTS_AUDIO_MAX];
};

static struct rational samples_time(const struct audio_scan *audio, int64_t samples)
{
    int rate_hz = audio->stream->codecpar->sample_rate;
    return rate_hz > 0 ? rational_make(samples, rate_hz) : (struct rational){0, 1};
}

static struct rational packet_duration(const struct audio_scan *audio, const AVPacket *packet)
{
    if (packet->duration > 0)
        return demux_time(audio->stream, packet->duration);
    return samples_time(audio, audio->stream->codecpar->frame_size);
}

static void audio_add(struct audio_scan *audio, const AVPacket *packet)
{
    audio->packets++;
    if (packet->flags & AV_PKT_FLAG_DISCARD)
        return;
    audio->shown++;
    int64_t ticks = packet->pts == AV_NOPTS_VALUE ? packet->dts : packet->pts;
    struct rational start = audio->end;
    if (ticks != AV_NOPTS_VALUE)
        start = demux_time(audio->stream, ticks);
    struct rational end = rational_add(start, packet_duration(audio, packet));
    size_t size = 0;
    const uint8_t *skip = av_packet_get_side_data(packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
    if (skip && size >= 8) {
        start = rational_add(start, samples_time(audio, AV_RL32(skip)));
        end = rational_sub(end, samples_time(audio, AV_RL32(skip + 4)));
    } else if (!audio->has_time && audio->stream->codecpar->codec_id == AV_CODEC_ID_OPUS) {
        // RFC 7845, section 4.2: the decoder drops the pre-skip by itself.
        start = rational_add(start, samples_time(audio, audio->stream->codecpar->initial_padding));
    }
    if (!audio->has_time || rational_cmp(start, audio->first) < 0)
        audio->first = start;
    if (!audio->has_time || rational_cmp(end, audio->end) > 0)
        audio->end = end;
    audio->has_time = true;
}

static void scan_packet(struct scan *scan, const AVPacket *packet)
{
    if (scan->video && packet->stream_index == scan->facts->video.stream_index) {
        scan_video_add(scan->video, packet);
        return;
    }
    for (size_t i = 0; i < scan->facts->audio_count; i++)
        if (packet->stream_index == scan->facts->audio[i].stream_index)
            audio_add(&scan->audio[i], packet);
}

static void truncated(struct source_facts *facts, const char *text)
{
    if (!facts->is_truncated)
        snprintf(facts->truncated_text, sizeof facts->truncated_text, "%s", text);
    facts->is_truncated = true;
}

// Formats whose index lists every packet: all of those must have been there.
static void compare_index(struct scan *scan, const AVStream *stream, const char *kind,
                          int64_t packets)
{
    const char *format = scan->facts->container;
    if (strcmp(format, "mov,mp4,m4a,3gp,3g2,mj2") != 0)
        return;
    int64_t promised = avformat_index_get_entries_count(stream);
    if (promised <= packets)
        return;
    char text[160];
    snprintf(text, sizeof text, "%" PRId64 " of %" PRId64 " %s packets are missing",
             promised - packets, promised, kind);
    truncated(scan->facts, text);
}

static void find_truncation(struct scan *scan, enum demux_result end, const struct err *why)
{
    struct source_facts *facts = scan->facts;
    if (scan->video)
        compare_index(scan, scan_video_stream(scan->video), "video",
                      scan_video_packets(scan->video));
    for (size_t i = 0; i < facts->audio_count; i++)
        compare_index(scan, scan->audio[i].stream, "audio", scan->audio[i].packets);
    int64_t promised = promise_bytes(scan->spec->source, facts->container);
    char text[160];
    if (promised > scan->spec->source->size_bytes) {
        snprintf(text, sizeof text, "the file should be %" PRId64 " bytes long and has %" PRId64,
                 promised, scan->spec->source->size_bytes);
        truncated(facts, text);
    }
    if (end == DEMUX_FAILED) {
        snprintf(text, sizeof text, "%.150s", why->text);
        truncated(facts, text);
    }
}

static void select_streams(struct scan *scan)
{
    AVFormatContext *format = demux_format(scan->spec->demux);
    int indexes[FACTS_AUDIO_MAX + 1];
    size_t count = 0;
    if (scan->facts->has_video) {
        indexes[count++] = scan->facts->video.stream_index;
        scan->video = scan_video_new(format, scan->facts->video.stream_index, scan->spec);
    }
    for (size_t i = 0; i < scan->facts->audio_count; i++) {
        indexes[count++] = scan->facts->audio[i].stream_index;
        scan->audio[i].stream = format->streams[scan->facts->audio[i].stream_index];
        scan->audio[i].first = scan->audio[i].end = (struct rational){0, 1};
    }
    demux_select(scan->spec->demux, indexes, count);
}

static void fill_audio(struct scan *scan)
{
    for (size_t i = 0; i < scan->facts->audio_count; i++) {
        scan->facts->audio[i].first_time = scan->audio[i].first;
        scan->facts->audio[i].end_time = scan->audio[i].end;
        scan->facts->audio[i].packet_count = scan->audio[i].shown;
    }
}

static void fill_seekable(struct scan *scan)
{
    struct source_facts *facts = scan->facts;
    facts->has_discontinuities = demux_discontinuities(scan->spec->demux) > 0;
    facts->is_seekable = facts->has_video && !facts->has_discontinuities &&
                         !format_is_elementary(facts->container) &&
                         facts->video.timing != TIMING_COUNTED &&
                         facts->video.keyframe_count >= 2 && scan_video_can_seek(scan->video);
}

bool scan_packets(const struct scan_spec *spec, struct source_facts *facts, struct err *err)
{
    struct scan scan = {.spec = spec, .facts = facts};
    struct err why = {0};
    AVPacket *packet = av_packet_alloc();
    if (!packet)
        return err_set(err, ERR_TRANSIENT, "out of memory");
    select_streams(&scan);
    enum demux_result result;
    while ((result = demux_read(spec->demux, packet, &why)) == DEMUX_PACKET) {
        scan_packet(&scan, packet);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    bool is_ok = result == DEMUX_END || why.kind == ERR_INPUT;
    if (is_ok) {
        fill_audio(&scan);
        if (scan.video)
            scan_video_finish(scan.video, &facts->video);
        fill_seekable(&scan);
        find_truncation(&scan, result, &why);
    } else {
        *err = why;
    }
    scan_video_free(&scan.video);
    return is_ok;
}
