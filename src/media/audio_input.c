// SPDX-License-Identifier: BSD-2-Clause
// Demuxing, decoding, resampling, and lining audio up with the timeline.
#include "src/media/audio_input.h"

#include <libavcodec/avcodec.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/media/codec_list.h"
#include "src/media/demux.h"

// Timestamps of coarse clocks (ms, 90 kHz) wobble; only what is farther off than
// this is a real hole or overlap.
#define TOLERANCE_MS 50

struct audio_input {
    struct audio_spec spec;
    const struct plan_audio *track;
    struct demux *demux;
    AVStream *stream;
    AVCodecContext *decoder;
    AVPacket *packet;
    AVFrame *frame;
    SwrContext *swr;
    // shape the resampler was made for
    int in_rate_hz;
    int in_format;
    AVChannelLayout in_layout;
    int64_t in_samples; // of the timeline so far, at in_rate_hz
    bool has_decoded;   // a first frame came out
    bool is_ended;
    AVAudioFifo *fifo;
    int64_t silence_samples;
    int64_t damaged;
};

static bool open_decoder(struct audio_input *input, struct err *err)
{
    const AVCodecParameters *params = input->stream->codecpar;
    const AVCodec *codec = codec_find_decoder(params->codec_id);
    input->decoder = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!input->decoder)
        return err_set(err, ERR_INPUT, "no decoder for the audio");
    int rc = avcodec_parameters_to_context(input->decoder, params);
    if (rc >= 0) {
        input->decoder->pkt_timebase = input->stream->time_base;
        input->decoder->thread_count = 1;
        rc = avcodec_open2(input->decoder, codec, NULL);
    }
    if (rc < 0)
        return err_set(err, ERR_INPUT, "open audio decoder %s: %s", codec->name, av_err2str(rc));
    return true;
}

bool audio_input_open(const struct audio_spec *spec, struct audio_input **ret_input,
                      struct err *err)
{
    struct audio_input *input = mem_alloc(sizeof *input);
    input->spec = *spec;
    input->track = &spec->plan->audio[spec->track];
    input->in_format = -1;
    input->packet = av_packet_alloc();
    input->frame = av_frame_alloc();
    input->fifo = av_audio_fifo_alloc(AV_SAMPLE_FMT_FLTP, input->track->channels, 1 << 16);
    input->demux = demux_open(spec->source, err);
    bool ok = input->demux != NULL;
    if (ok && (!input->packet || !input->frame || !input->fifo))
        ok = err_set(err, ERR_TRANSIENT, "audio: out of memory");
    if (ok && (unsigned)input->track->stream_index >= demux_format(input->demux)->nb_streams)
        ok = err_set(err, ERR_INPUT, "audio stream %d is gone", input->track->stream_index);
    if (ok) {
        input->stream = demux_format(input->demux)->streams[input->track->stream_index];
        demux_select(input->demux, &input->track->stream_index, 1);
        ok = open_decoder(input, err);
    }
    if (!ok) {
        audio_input_free(&input);
        return false;
    }
    *ret_input = input;
    return true;
}

void audio_input_free(struct audio_input **input)
{
    if (!*input)
        return;
    swr_free(&(*input)->swr);
    av_channel_layout_uninit(&(*input)->in_layout);
    if ((*input)->fifo)
        av_audio_fifo_free((*input)->fifo);
    avcodec_free_context(&(*input)->decoder);
    av_frame_free(&(*input)->frame);
    av_packet_free(&(*input)->packet);
    demux_free(&(*input)->demux);
    MEM_FREE(*input);
}

// Converts `count` input samples (or drains with NULL) into the fifo.
static bool convert(struct audio_input *input, const uint8_t *const *data, int count,
                    struct err *err)
{
    int room = swr_get_out_samples(input->swr, count);
    if (room <= 0)
        return true;
    uint8_t *planes[8] = {0};
    if (av_samples_alloc(planes, NULL, input->track->channels, room, AV_SAMPLE_FMT_FLTP, 0) < 0)
        return err_set(err, ERR_TRANSIENT, "audio: out of memory");
    int made = swr_convert(input->swr, planes, room, (const uint8_t **)data, count);
    bool ok = made >= 0 && av_audio_fifo_write(input->fifo, (void **)planes, made) >= made;
    av_freep(&planes[0]);
    return ok || err_set(err, ERR_TRANSIENT, "audio: resampling failed");
}

static bool make_resampler(struct audio_input *input, const AVFrame *frame, struct err *err)
{
    AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;
    if (input->swr && !convert(input, NULL, 0, err))
        return false;
    swr_free(&input->swr);
    // Positions go on counting at the new rate.
    if (input->in_rate_hz > 0)
        input->in_samples = av_rescale(input->in_samples, frame->sample_rate, input->in_rate_hz);
    input->in_rate_hz = frame->sample_rate;
    input->in_format = frame->format;
    av_channel_layout_uninit(&input->in_layout);
    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
        av_channel_layout_default(&input->in_layout, frame->ch_layout.nb_channels);
    else if (av_channel_layout_copy(&input->in_layout, &frame->ch_layout) < 0)
        return err_set(err, ERR_TRANSIENT, "audio: out of memory");
    int rc = swr_alloc_set_opts2(&input->swr, &stereo, AV_SAMPLE_FMT_FLTP,
                                 input->track->sample_rate_hz, &input->in_layout,
                                 (enum AVSampleFormat)frame->format, frame->sample_rate, 0, NULL);
    // One channel is heard as loud from two; libswresample would take 3 dB off.
    if (rc >= 0 && input->in_layout.nb_channels == 1)
        rc = swr_set_matrix(input->swr, (const double[2]){1, 1}, 1);
    if (rc >= 0)
        rc = swr_init(input->swr);
    if (rc < 0)
        return err_set(err, ERR_INPUT, "audio with %d channels at %d Hz cannot be converted: %s",
                       frame->ch_layout.nb_channels, frame->sample_rate, av_err2str(rc));
    return true;
}

static bool is_same_shape(const struct audio_input *input, const AVFrame *frame)
{
    if (!input->swr || input->in_rate_hz != frame->sample_rate || input->in_format != frame->format)
        return false;
    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
        return frame->ch_layout.nb_channels == input->in_layout.nb_channels;
    return av_channel_layout_compare(&input->in_layout, &frame->ch_layout) == 0;
}

static bool feed_silence(struct audio_input *input, int64_t count, struct err *err)
{
    enum AVSampleFormat format = (enum AVSampleFormat)input->in_format;
    int channels = input->in_layout.nb_channels;
    input->silence_samples += av_rescale(count, input->track->sample_rate_hz, input->in_rate_hz);
    while (count > 0) {
        int part = count > 16384 ? 16384 : (int)count;
        uint8_t **planes = NULL;
        if (av_samples_alloc_array_and_samples(&planes, NULL, channels, part, format, 0) < 0)
            return err_set(err, ERR_TRANSIENT, "audio: out of memory");
        av_samples_set_silence(planes, 0, part, channels, format);
        bool ok = convert(input, (const uint8_t *const *)planes, part, err);
        av_freep(&planes[0]);
        av_freep(&planes);
        if (!ok)
            return false;
        count -= part;
        input->in_samples += part;
    }
    return true;
}

// Where the frame's first sample belongs, at the input's rate.
static int64_t position_of(const struct audio_input *input, const AVFrame *frame)
{
    int64_t pts = frame->pts != AV_NOPTS_VALUE ? frame->pts : frame->best_effort_timestamp;
    if (pts == AV_NOPTS_VALUE)
        return input->in_samples;
    struct rational since =
        rational_sub(demux_time(input->stream, pts), input->spec.plan->source_start);
    return rational_round(since, frame->sample_rate);
}

// Samples left out at the front of a frame, pointers moved along.
static void skip_samples(const AVFrame *frame, int count, const uint8_t **ret_planes)
{
    int bytes = av_get_bytes_per_sample((enum AVSampleFormat)frame->format);
    bool is_planar = av_sample_fmt_is_planar((enum AVSampleFormat)frame->format);
    int channels = frame->ch_layout.nb_channels;
    for (int c = 0; c < (is_planar ? channels : 1); c++)
        ret_planes[c] = frame->extended_data[c] +
                        (size_t)count * (size_t)bytes * (is_planar ? 1u : (unsigned)channels);
}

static bool take_frame(struct audio_input *input, const AVFrame *frame, struct err *err)
{
    const uint8_t *planes[64] = {0};
    if (frame->ch_layout.nb_channels < 1 || frame->ch_layout.nb_channels > 64 ||
        frame->sample_rate < 1)
        return err_set(err, ERR_INPUT, "audio with %d channels at %d Hz",
                       frame->ch_layout.nb_channels, frame->sample_rate);
    if (!is_same_shape(input, frame) && !make_resampler(input, frame, err))
        return false;
    int64_t off = position_of(input, frame) - input->in_samples;
    int64_t tolerance = (int64_t)input->in_rate_hz * TOLERANCE_MS / 1000;
    int skip = 0;
    bool is_first = !input->has_decoded;
    input->has_decoded = true;
    if (off > tolerance || (is_first && off > 0)) {
        // A hole past the end of the output is not worth filling.
        int64_t end = rational_ceil(input->spec.plan->grid.duration, input->in_rate_hz);
        int64_t limit = end - input->in_samples;
        if (!feed_silence(input, off < limit ? off : (limit > 0 ? limit : 0), err))
            return false;
    } else if (off < -tolerance || (input->in_samples == 0 && off < 0)) {
        skip = -off < frame->nb_samples ? (int)-off : frame->nb_samples;
    }
    skip_samples(frame, skip, planes);
    input->in_samples += frame->nb_samples - skip;
    return frame->nb_samples == skip || convert(input, planes, frame->nb_samples - skip, err);
}

// Broken packets before the first good one, or before the timeline starts, are how
// cut broadcasts begin.
static bool note_damage(struct audio_input *input, const char *what, struct err *err)
{
    if (!input->has_decoded || input->in_samples == 0)
        return true;
    input->damaged++;
    if (input->spec.allow_damaged)
        return true;
    double at_s = (double)input->in_samples / input->in_rate_hz;
    return err_set(err, ERR_INPUT,
                   "the audio is damaged at %.3f s (%s); --allow-damaged goes on without what "
                   "cannot be decoded",
                   at_s, what);
}

static bool feed_packet(struct audio_input *input, struct err *err)
{
    struct err why = {0};
    enum demux_result got = demux_read(input->demux, input->packet, &why);
    // A read that failed is no damage of the media.
    if (got == DEMUX_FAILED && (why.kind != ERR_INPUT || !input->spec.allow_damaged)) {
        if (err)
            *err = why;
        return false;
    }
    if (got == DEMUX_FAILED)
        input->damaged++;
    if (got != DEMUX_PACKET) {
        avcodec_send_packet(input->decoder, NULL);
        return true;
    }
    int rc = avcodec_send_packet(input->decoder, input->packet);
    av_packet_unref(input->packet);
    if (rc < 0 && rc != AVERROR_EOF)
        return note_damage(input, av_err2str(rc), err);
    return true;
}

// Decodes one frame into the fifo, or notices the end.
static bool advance(struct audio_input *input, struct err *err)
{
    for (;;) {
        int rc = avcodec_receive_frame(input->decoder, input->frame);
        if (rc == AVERROR(EAGAIN)) {
            if (!feed_packet(input, err))
                return false;
            continue;
        }
        if (rc == AVERROR_EOF) {
            input->is_ended = true;
            return !input->swr || convert(input, NULL, 0, err);
        }
        if (rc < 0) {
            if (!note_damage(input, av_err2str(rc), err))
                return false;
            continue;
        }
        bool ok = take_frame(input, input->frame, err);
        av_frame_unref(input->frame);
        return ok;
    }
}

bool audio_input_read(struct audio_input *input, float *const *planes, int count, struct err *err)
{
    while (!input->is_ended && av_audio_fifo_size(input->fifo) < count)
        if (!advance(input, err))
            return err_wrap(err, "audio %s", input->track->id);
    int have = av_audio_fifo_size(input->fifo);
    if (have > count)
        have = count;
    if (have > 0 && av_audio_fifo_read(input->fifo, (void **)planes, have) < have)
        return err_set(err, ERR_BUG, "audio fifo came up short");
    for (int c = 0; have < count && c < input->track->channels; c++)
        memset(planes[c] + have, 0, (size_t)(count - have) * sizeof(float));
    input->silence_samples += count - have;
    return true;
}

int64_t audio_input_silence(const struct audio_input *input)
{
    return input->silence_samples;
}

int64_t audio_input_damaged(const struct audio_input *input)
{
    return input->damaged;
}
