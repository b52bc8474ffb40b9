// SPDX-License-Identifier: BSD-2-Clause
// Video bookkeeping of the packet scan.
#include "src/media/scan_video.h"

#include <string.h>

#include "src/base/mem.h"
#include "src/media/codec_list.h"
#include "src/media/frame_rate.h"
#include "src/media/packet_look.h"

// More frames than any codec holds back for reordering (16), with room for pairs.
enum { REORDER_FRAMES = 40 };

struct scan_frame {
    int64_t pts;
    int64_t duration;
    bool is_key;
};

struct scan_video {
    const AVStream *stream;
    struct packet_look *look;
    struct frame_rate rate;
    bool is_elementary;
    bool is_partial_lost; // a packet the file's end cut off is not decodable
    bool has_first_shown;
    int64_t first_shown;

    struct scan_frame waiting[REORDER_FRAMES]; // by pts
    size_t waiting_count;

    bool seen_key;
    int64_t packets;
    int64_t before_key;
    int64_t frames;
    int64_t keyframes;
    int64_t false_keys;
    int64_t missing_times;
    bool seen_cut;    // an edit list cut something out …
    bool seen_splice; // … and went on: the index is not in the order of time there
    int64_t late;     // frames that came out of order by more than the window
    bool has_dts;
    int64_t first_dts; // of what can be decoded
    bool has_time;
    int64_t first;
    struct scan_frame last;
    bool has_key_time;
    int64_t last_key;
    int64_t longest_key_gap;
};

// Raw streams have no rate but the bitstream's; elsewhere the container knows better.
static size_t declared_rates(AVFormatContext *format, AVStream *stream, struct rational codec_rate,
                             struct rational ret_rates[4])
{
    const AVRational rates[] = {av_guess_frame_rate(format, stream, NULL), stream->avg_frame_rate,
                                stream->r_frame_rate};
    size_t count = 0;
    if (format_is_elementary(format->iformat->name) && codec_rate.num > 0)
        ret_rates[count++] = codec_rate;
    for (size_t i = 0; i < ARRAY_LEN(rates); i++)
        if (rates[i].num > 0 && rates[i].den > 0)
            ret_rates[count++] = rational_make(rates[i].num, rates[i].den);
    return count;
}

struct scan_video *scan_video_new(AVFormatContext *format, int stream_index,
                                  const struct scan_spec *spec)
{
    struct scan_video *video = mem_alloc(sizeof *video);
    AVStream *stream = format->streams[stream_index];
    struct rational base = {stream->time_base.num, stream->time_base.den};
    struct rational declared[4];
    size_t declared_count = declared_rates(format, stream, spec->codec_rate, declared);
    video->stream = stream;
    video->look = packet_look_new(stream->codecpar);
    video->is_elementary = format_is_elementary(format->iformat->name);
    video->is_partial_lost = !(format->iformat->flags & AVFMT_TS_DISCONT);
    video->has_first_shown = spec->has_first_shown;
    if (spec->has_first_shown)
        video->first_shown = rational_floor(rational_div(spec->first_shown, base), 1);
    frame_rate_init(&video->rate, base, declared, declared_count);
    return video;
}

void scan_video_free(struct scan_video **video)
{
    if (!*video)
        return;
    packet_look_free(&(*video)->look);
    MEM_FREE(*video);
}

static void emit(struct scan_video *video, const struct scan_frame *frame)
{
    if (video->has_time && frame->pts < video->last.pts) {
        video->late++;
        return;
    }
    if (!video->has_time)
        video->first = frame->pts;
    video->has_time = true;
    video->last = *frame;
    frame_rate_add(&video->rate, frame->pts);
    if (!frame->is_key)
        return;
    if (video->has_key_time && frame->pts - video->last_key > video->longest_key_gap)
        video->longest_key_gap = frame->pts - video->last_key;
    video->has_key_time = true;
    video->last_key = frame->pts;
}

static void emit_first(struct scan_video *video)
{
    emit(video, &video->waiting[0]);
    video->waiting_count--;
    memmove(video->waiting, video->waiting + 1, video->waiting_count * sizeof *video->waiting);
}

static void wait_in_order(struct scan_video *video, struct scan_frame frame)
{
    if (video->waiting_count == REORDER_FRAMES)
        emit_first(video);
    size_t place = video->waiting_count++;
    while (place > 0 && video->waiting[place - 1].pts > frame.pts) {
        video->waiting[place] = video->waiting[place - 1];
        place--;
    }
    video->waiting[place] = frame;
}

void scan_video_add(struct scan_video *video, const AVPacket *packet)
{
    bool is_key, is_false_key;
    enum packet_kind kind = packet_look_at(video->look, packet, &is_key, &is_false_key);
    bool is_partial = packet->flags & AV_PKT_FLAG_CORRUPT && video->is_partial_lost;
    video->packets += !is_partial;
    video->seen_key |= is_key;
    video->false_keys += is_false_key;
    if (!video->seen_key) {
        video->before_key++;
        return;
    }
    if (!video->has_dts && packet->dts != AV_NOPTS_VALUE)
        video->first_dts = packet->dts;
    video->has_dts |= packet->dts != AV_NOPTS_VALUE;
    video->seen_cut |= video->frames > 0 && packet->flags & AV_PKT_FLAG_DISCARD;
    if (kind != PACKET_FRAME || packet->flags & AV_PKT_FLAG_DISCARD || is_partial)
        return;
    video->seen_splice |= video->seen_cut;
    int64_t pts = packet->pts;
    if (pts == AV_NOPTS_VALUE && video->stream->codecpar->video_delay == 0)
        pts = packet->dts;
    if (pts != AV_NOPTS_VALUE && video->has_first_shown && pts < video->first_shown) {
        video->before_key++;
        return;
    }
    video->frames++;
    video->keyframes += is_key;
    if (pts == AV_NOPTS_VALUE)
        video->missing_times++;
    else
        wait_in_order(video, (struct scan_frame){pts, packet->duration, is_key});
}

static bool are_times_useless(const struct scan_video *video)
{
    int64_t few = video->frames / 50 > 2 ? video->frames / 50 : 2;
    if (video->is_elementary || !video->has_time)
        return true;
    if (video->missing_times > few || video->late > few)
        return true;
    return video->frames > 1 && video->last.pts == video->first;
}

static struct rational last_duration(const struct scan_video *video, enum facts_timing timing,
                                     struct rational rate)
{
    struct rational ten = {10, 1};
    struct rational stated = demux_time(video->stream, video->last.duration);
    bool is_sane = video->last.duration > 0 && rational_cmp(stated, ten) <= 0;
    return timing == TIMING_VARIABLE && is_sane ? stated : rational_inv(rate);
}

// Frames are counted from the first decoding time: that is how players of formats
// without presentation times (AVI) treat them.
static void finish_counted(struct scan_video *video, struct video_facts *facts)
{
    facts->timing = TIMING_COUNTED;
    facts->frame_rate = (struct rational){25, 1};
    if (video->rate.declared.num > 0)
        facts->frame_rate = video->rate.declared;
    facts->first_time = (struct rational){0, 1};
    if (video->has_dts && !video->is_elementary)
        facts->first_time = demux_time(video->stream, video->first_dts);
}

void scan_video_finish(struct scan_video *video, struct video_facts *facts)
{
    while (video->waiting_count > 0)
        emit_first(video);
    facts->timing = frame_rate_result(&video->rate, &facts->frame_rate);
    facts->frame_count = video->frames;
    facts->keyframe_count = video->keyframes;
    facts->packets_before_first_key = video->before_key;
    facts->first_time = facts->end_time = (struct rational){0, 1};
    facts->longest_keyframe_gap = (struct rational){0, 1};
    if (are_times_useless(video)) {
        finish_counted(video, facts);
        return;
    }
    facts->first_time = demux_time(video->stream, video->first);
    struct rational last = demux_time(video->stream, video->last.pts);
    facts->end_time = rational_add(last, last_duration(video, facts->timing, facts->frame_rate));
    struct rational tail = facts->end_time;
    if (video->has_key_time)
        tail = rational_sub(facts->end_time, demux_time(video->stream, video->last_key));
    facts->longest_keyframe_gap = demux_time(video->stream, video->longest_key_gap);
    if (rational_cmp(tail, facts->longest_keyframe_gap) > 0)
        facts->longest_keyframe_gap = tail;
}

const AVStream *scan_video_stream(const struct scan_video *video)
{
    return video->stream;
}

int64_t scan_video_packets(const struct scan_video *video)
{
    return video->packets;
}

bool scan_video_can_seek(const struct scan_video *video)
{
    return video->false_keys == 0 && video->missing_times == 0 && !video->seen_splice;
}
