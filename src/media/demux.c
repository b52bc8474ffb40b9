// SPDX-License-Identifier: BSD-2-Clause
// Opening and reading the untrusted input. The lists of what is taken are in
// codec_list.c, the byte stream in demux_io.c, jump removal in source_clock.c.
#include "src/media/demux.h"

#include <errno.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/media/av_log.h"
#include "src/media/codec_list.h"
#include "src/media/demux_io.h"
#include "src/media/source_clock.h"

enum {
    STREAMS_MAX = SOURCE_CLOCK_STREAMS,
    PROBE_BYTES_MAX = 1 << 20,         // to recognise the format
    ANALYSE_BYTES_MAX = 16 << 20,      // to learn the streams' parameters
    ANALYSE_US_MAX = 10 * 1000 * 1000, // of media
    OPEN_CPU_US_MAX = 30 * 1000 * 1000,
    // Looking for a keyframe after a seek, before stepping further back.
    PEEK_PACKETS_MAX = 4000,
    PEEK_BYTES_MAX = 48 << 20,
    READ_RETRIES_MAX = 1000,
};

static const int64_t pixels_max = INT64_C(7680) * 4320 * 2;

struct demux {
    const struct byte_source *source; // borrowed
    struct demux_io io;
    AVFormatContext *format;
    char nested_url[128]; // what the input wanted to open, "" when nothing
    bool is_clocked;      // timestamps may jump: all packets go through the clock
    struct source_clock clock;
    int64_t corrupt_packets;
    bool selected[STREAMS_MAX];
    struct {
        AVPacket **packets; // read ahead after a seek, handed out first
        size_t count;
        size_t next;
        int64_t size_bytes;
    } peeked;
};

static const char *source_name(const struct byte_source *source)
{
    return source->name ? source->name : "input";
}

static int refuse_open(AVFormatContext *format, AVIOContext **avio, const char *url, int flags,
                       AVDictionary **options)
{
    (void)avio;
    (void)flags;
    (void)options;
    struct demux *demux = format->opaque;
    snprintf(demux->nested_url, sizeof demux->nested_url, "%s", url ? url : "");
    return AVERROR(EPERM);
}

// Tells why the input cannot be read; `what` is our words for the step that failed.
static bool refuse(struct demux *demux, int code, const char *what, struct err *err)
{
    const char *name = source_name(demux->source);
    char why[AV_ERROR_MAX_STRING_SIZE] = "";
    if (demux->io.read_errno)
        return err_set(err, ERR_TRANSIENT, "%s: read: %s", name, strerror(demux->io.read_errno));
    if (demux->io.is_over_cpu_limit)
        return err_set(err, ERR_INPUT, "%s: opening it takes longer than %d s", name,
                       OPEN_CPU_US_MAX / 1000000);
    if (demux->nested_url[0])
        return err_set(err, ERR_INPUT,
                       "%s: playlist files are not accepted: it would open other files", name);
    if (code == AVERROR(ENOMEM))
        return err_set(err, ERR_INPUT, "%s: %s: more memory or streams than allowed", name, what);
    av_strerror(code, why, sizeof why);
    return err_set(err, ERR_INPUT, "%s: not a media file we can read: %s: %s", name, what, why);
}

static bool refuse_playlist(struct demux *demux, struct err *err)
{
    unsigned char start[2048];
    const char *name = source_name(demux->source);
    if (demux->source->size_bytes == 0)
        return err_set(err, ERR_INPUT, "%s: empty file", name);
    int64_t got = demux->source->read_at(demux->source->self, 0, start, sizeof start);
    if (got < 0)
        return err_set(err, ERR_TRANSIENT, "%s: read: %s", name, strerror(errno));
    if (got == 0)
        return err_set(err, ERR_INPUT, "%s: empty file", name);
    const char *kind = playlist_kind(start, (size_t)got);
    if (kind)
        return err_set(err, ERR_INPUT,
                       "playlist files are not accepted: %s would open other files (%s)", name,
                       kind);
    return true;
}

static bool recognise(struct demux *demux, const AVInputFormat **ret_format, struct err *err)
{
    const AVInputFormat *format = NULL;
    const char *name = source_name(demux->source);
    int code = av_probe_input_buffer2(demux->io.avio, &format, "", NULL, 0, PROBE_BYTES_MAX);
    if (code < 0 && (demux->io.read_errno || demux->io.is_over_cpu_limit))
        return refuse(demux, code, "recognise the format", err);
    if (code < 0 || !format)
        return err_set(err, ERR_INPUT, "%s: not a media file we can read", name);
    if (!format_is_allowed(format->name))
        return err_set(err, ERR_INPUT,
                       "%s: not a media file we can read (it looks like %s, which is not accepted)",
                       name, format->long_name ? format->long_name : format->name);
    *ret_format = format;
    return true;
}

static AVFormatContext *format_new(struct demux *demux)
{
    AVFormatContext *format = avformat_alloc_context();
    AUTO_FREE char *codecs = codec_whitelist();
    AUTO_FREE char *formats = format_whitelist();
    if (!format)
        return NULL;
    format->pb = demux->io.avio;
    format->opaque = demux;
    format->io_open = refuse_open;
    format->interrupt_callback = (AVIOInterruptCB){demux_io_interrupt, &demux->io};
    format->max_streams = STREAMS_MAX;
    format->probesize = ANALYSE_BYTES_MAX;
    format->max_analyze_duration = ANALYSE_US_MAX;
    if (av_opt_set(format, "protocol_whitelist", "", 0) < 0 ||
        av_opt_set(format, "format_whitelist", formats, 0) < 0 ||
        av_opt_set(format, "codec_whitelist", codecs, 0) < 0) {
        avformat_free_context(format);
        return NULL;
    }
    return format;
}

static bool check_limits(struct demux *demux, struct err *err)
{
    const char *name = source_name(demux->source);
    if (demux->format->nb_streams > STREAMS_MAX)
        return err_set(err, ERR_INPUT, "%s: %u streams, more than %d", name,
                       demux->format->nb_streams, STREAMS_MAX);
    for (unsigned i = 0; i < demux->format->nb_streams; i++) {
        const AVCodecParameters *par = demux->format->streams[i]->codecpar;
        if (par->codec_type == AVMEDIA_TYPE_VIDEO && (int64_t)par->width * par->height > pixels_max)
            return err_set(err, ERR_INPUT, "%s: pictures of %dx%d are larger than we take", name,
                           par->width, par->height);
    }
    return true;
}

static bool learn_streams(struct demux *demux, struct err *err)
{
    // One options dictionary per stream is all libavformat offers for this.
    unsigned count = demux->format->nb_streams;
    AVDictionary *options[STREAMS_MAX] = {NULL};
    for (unsigned i = 0; i < count && i < STREAMS_MAX; i++)
        av_dict_set_int(&options[i], "max_pixels", pixels_max, 0);
    int code = avformat_find_stream_info(demux->format, count ? options : NULL);
    for (unsigned i = 0; i < count && i < STREAMS_MAX; i++)
        av_dict_free(&options[i]);
    if (code < 0 || demux->io.read_errno || demux->io.is_over_cpu_limit)
        return refuse(demux, code, "learn its streams", err);
    return check_limits(demux, err);
}

static bool open_format(struct demux *demux, struct err *err)
{
    const AVInputFormat *input = NULL;
    if (!demux_io_open(&demux->io, demux->source))
        return err_set(err, ERR_TRANSIENT, "%s: out of memory", source_name(demux->source));
    demux_io_limit_cpu(&demux->io, OPEN_CPU_US_MAX);
    if (!recognise(demux, &input, err))
        return false;
    demux->format = format_new(demux);
    if (!demux->format)
        return err_set(err, ERR_TRANSIENT, "%s: out of memory", source_name(demux->source));
    // On failure it frees the context and nulls the pointer.
    int code = avformat_open_input(&demux->format, source_name(demux->source), input, NULL);
    if (code < 0)
        return refuse(demux, code, "its index is missing or damaged", err);
    if (!check_limits(demux, err) || !learn_streams(demux, err))
        return false;
    demux_io_limit_cpu(&demux->io, 0);
    demux->is_clocked = demux->format->iformat->flags & AVFMT_TS_DISCONT;
    source_clock_init(&demux->clock);
    return true;
}

static void peeked_clear(struct demux *demux)
{
    for (size_t i = demux->peeked.next; i < demux->peeked.count; i++)
        av_packet_free(&demux->peeked.packets[i]);
    MEM_FREE(demux->peeked.packets);
    memset(&demux->peeked, 0, sizeof demux->peeked);
}

static void close_format(struct demux *demux)
{
    peeked_clear(demux);
    avformat_close_input(&demux->format);
    demux_io_close(&demux->io);
    demux->nested_url[0] = 0;
}

struct demux *demux_open(const struct byte_source *source, struct err *err)
{
    av_log_to_ours();
    struct demux *demux = mem_alloc(sizeof *demux);
    demux->source = source;
    memset(demux->selected, true, sizeof demux->selected);
    if (!refuse_playlist(demux, err) || !open_format(demux, err))
        demux_free(&demux);
    return demux;
}

void demux_free(struct demux **demux)
{
    if (!*demux)
        return;
    close_format(*demux);
    MEM_FREE(*demux);
}

AVFormatContext *demux_format(struct demux *demux)
{
    return demux->format;
}

// Streams that carry the clock are read even when nobody wants their packets: the
// offsets must not depend on what was selected.
static bool feeds_clock(const struct demux *demux, unsigned index)
{
    enum AVMediaType type = demux->format->streams[index]->codecpar->codec_type;
    return demux->is_clocked && (type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO);
}

static void apply_selection(struct demux *demux)
{
    for (unsigned i = 0; i < demux->format->nb_streams && i < STREAMS_MAX; i++) {
        bool is_read = demux->selected[i] || feeds_clock(demux, i);
        demux->format->streams[i]->discard = is_read ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
}

void demux_select(struct demux *demux, const int *stream_indexes, size_t count)
{
    memset(demux->selected, false, sizeof demux->selected);
    for (size_t i = 0; i < count; i++)
        if (stream_indexes[i] >= 0 && stream_indexes[i] < STREAMS_MAX)
            demux->selected[stream_indexes[i]] = true;
    apply_selection(demux);
}

static void set_clock(struct demux *demux, AVPacket *packet)
{
    unsigned index = (unsigned)packet->stream_index;
    if (!feeds_clock(demux, index))
        return;
    AVRational base = demux->format->streams[index]->time_base;
    struct source_clock_packet seen = {
        .stream = index,
        .time_base = {base.num, base.den},
        .dts = packet->dts == AV_NOPTS_VALUE ? SOURCE_CLOCK_NO_TIME : packet->dts,
        .duration = packet->duration,
    };
    int64_t offset = source_clock_offset(&demux->clock, &seen);
    if (packet->dts != AV_NOPTS_VALUE)
        packet->dts = av_sat_add64(packet->dts, offset);
    if (packet->pts != AV_NOPTS_VALUE)
        packet->pts = av_sat_add64(packet->pts, offset);
    // A damaged pts must not carry one picture far away from its neighbours.
    int64_t far = 10 * (int64_t)base.den / base.num;
    if (packet->pts != AV_NOPTS_VALUE && packet->dts != AV_NOPTS_VALUE &&
        (packet->pts > av_sat_add64(packet->dts, far) ||
         packet->pts < av_sat_sub64(packet->dts, far)))
        packet->pts = AV_NOPTS_VALUE;
}

static enum demux_result read_one(struct demux *demux, AVPacket *packet, struct err *err)
{
    const char *name = source_name(demux->source);
    for (int retries = 0;;) {
        int code = av_read_frame(demux->format, packet);
        if (demux->io.read_errno) {
            av_packet_unref(packet);
            err_set(err, ERR_TRANSIENT, "%s: read: %s", name, strerror(demux->io.read_errno));
            return DEMUX_FAILED;
        }
        if (code == AVERROR_EOF)
            return DEMUX_END;
        if (code == AVERROR(EAGAIN) && ++retries < READ_RETRIES_MAX)
            continue;
        if (code < 0) {
            char why[AV_ERROR_MAX_STRING_SIZE] = "";
            av_strerror(code, why, sizeof why);
            err_set(err, ERR_INPUT, "%s: reading stops at byte %lld: %s", name,
                    (long long)avio_tell(demux->io.avio), why);
            return DEMUX_FAILED;
        }
        // Streams may appear while reading; nobody asked for those.
        if (packet->stream_index < 0 || packet->stream_index >= STREAMS_MAX) {
            av_packet_unref(packet);
            continue;
        }
        set_clock(demux, packet);
        if (!demux->selected[packet->stream_index]) {
            av_packet_unref(packet);
            continue;
        }
        return DEMUX_PACKET;
    }
}

enum demux_result demux_read(struct demux *demux, AVPacket *packet, struct err *err)
{
    if (demux->peeked.next < demux->peeked.count) {
        AVPacket **next = &demux->peeked.packets[demux->peeked.next++];
        av_packet_move_ref(packet, *next);
        av_packet_free(next);
        if (demux->peeked.next == demux->peeked.count)
            peeked_clear(demux);
    } else {
        enum demux_result result = read_one(demux, packet, err);
        if (result != DEMUX_PACKET)
            return result;
    }
    if (packet->flags & AV_PKT_FLAG_CORRUPT)
        demux->corrupt_packets++;
    return DEMUX_PACKET;
}

int64_t demux_discontinuities(const struct demux *demux)
{
    return demux->clock.jumps;
}

int64_t demux_corrupt_packets(const struct demux *demux)
{
    return demux->corrupt_packets;
}

// Reads ahead to the stream's next keyframe. Its pts goes to *ret_pts; false when
// none is near.
static bool peek_keyframe(struct demux *demux, int stream_index, int64_t *ret_pts)
{
    while (demux->peeked.count < PEEK_PACKETS_MAX && demux->peeked.size_bytes < PEEK_BYTES_MAX) {
        AVPacket *packet = av_packet_alloc();
        if (!packet || read_one(demux, packet, NULL) != DEMUX_PACKET) {
            av_packet_free(&packet);
            return false;
        }
        size_t count = demux->peeked.count + 1;
        demux->peeked.packets = mem_realloc(demux->peeked.packets, count, sizeof(AVPacket *));
        demux->peeked.packets[demux->peeked.count++] = packet;
        demux->peeked.size_bytes += packet->size;
        int64_t time = packet->pts == AV_NOPTS_VALUE ? packet->dts : packet->pts;
        if (packet->stream_index == stream_index && packet->flags & AV_PKT_FLAG_KEY &&
            time != AV_NOPTS_VALUE) {
            *ret_pts = time;
            return true;
        }
    }
    return false;
}

static bool seek_once(struct demux *demux, int stream_index, int64_t ticks)
{
    peeked_clear(demux);
    source_clock_restart(&demux->clock);
    return av_seek_frame(demux->format, stream_index, ticks, AVSEEK_FLAG_BACKWARD) >= 0;
}

bool demux_seek(struct demux *demux, int stream_index, struct rational time)
{
    if (stream_index < 0 || (unsigned)stream_index >= demux->format->nb_streams)
        return false;
    const AVStream *stream = demux->format->streams[stream_index];
    struct rational base = {stream->time_base.num, stream->time_base.den};
    int64_t wanted = rational_floor(rational_div(time, base), 1);
    int64_t second = rational_ceil(rational_inv(base), 1);
    // Containers seek by dts, or to any packet: step back until the first keyframe
    // that comes out is not after the wanted time.
    for (int64_t back = 0; back <= 512 * second; back = back ? back * 2 : (second + 1) / 2) {
        int64_t found = 0;
        if (!seek_once(demux, stream_index, wanted - back))
            return false;
        if (peek_keyframe(demux, stream_index, &found) && found <= wanted)
            return true;
    }
    peeked_clear(demux);
    return false;
}

bool demux_rewind(struct demux *demux, struct err *err)
{
    close_format(demux);
    if (!open_format(demux, err)) {
        close_format(demux);
        return false;
    }
    apply_selection(demux);
    return true;
}

struct rational demux_time(const AVStream *stream, int64_t ticks)
{
    return rational_mul((struct rational){ticks, 1},
                        (struct rational){stream->time_base.num, stream->time_base.den});
}
