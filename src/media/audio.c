// SPDX-License-Identifier: BSD-2-Clause
// Encoding one audio track and cutting it into segments.
#include "src/media/audio.h"

#include <inttypes.h>
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/media/audio_input.h"
#include "src/media/segment_builder.h"
#include "src/media/track_init.h"

#define FRAME_SAMPLES 1024 // of AAC-LC

struct audio {
    struct audio_spec spec;
    const struct plan_audio *track;
    struct audio_input *input;
    AVCodecContext *encoder;
    AVFrame *frame;
    AVPacket *packet;
    struct track_init init;
    struct segment_builder builder;
    int64_t priming;      // samples the encoder puts in front
    int64_t total;        // samples of the output timeline
    int64_t samples_in;   // given to the encoder
    int64_t frames_out;   // coded frames so far
    int64_t frames_total; // that there will be
    int64_t segment;      // being built
    int64_t segment_first_frame;
    int64_t cpu_us;
};

struct audio *audio_new(const struct audio_spec *spec)
{
    struct audio *audio = mem_alloc(sizeof *audio);
    audio->spec = *spec;
    audio->track = &spec->plan->audio[spec->track];
    audio->builder.codec = CMAF_AAC;
    track_init_init(&audio->init);
    return audio;
}

void audio_free(struct audio **audio)
{
    if (!*audio)
        return;
    audio_input_free(&(*audio)->input);
    avcodec_free_context(&(*audio)->encoder);
    av_frame_free(&(*audio)->frame);
    av_packet_free(&(*audio)->packet);
    segment_builder_done(&(*audio)->builder);
    track_init_done(&(*audio)->init);
    MEM_FREE(*audio);
}

static bool open_encoder(struct audio *audio, struct err *err)
{
    const AVCodec *codec = avcodec_find_encoder_by_name("aac");
    AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;
    audio->encoder = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!audio->encoder)
        return err_set(err, ERR_CONFIG, "the linked FFmpeg has no AAC encoder");
    audio->encoder->sample_rate = audio->track->sample_rate_hz;
    audio->encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
    audio->encoder->bit_rate = audio->track->bitrate_bps;
    audio->encoder->time_base = (AVRational){1, audio->track->sample_rate_hz};
    audio->encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    audio->encoder->thread_count = 1;
    av_channel_layout_copy(&audio->encoder->ch_layout, &stereo);
    int rc = avcodec_open2(audio->encoder, codec, NULL);
    if (rc < 0)
        return err_set(err, ERR_BUG, "open AAC encoder: %s", av_err2str(rc));
    audio->frame = av_frame_alloc();
    audio->packet = av_packet_alloc();
    if (!audio->frame || !audio->packet)
        return err_set(err, ERR_TRANSIENT, "audio: out of memory");
    return true;
}

static bool send_init(struct audio *audio, struct err *err)
{
    struct cmaf_track_spec spec = {
        .codec = CMAF_AAC,
        .timescale_hz = audio->track->sample_rate_hz,
        .language = audio->track->language,
        .config = audio->encoder->extradata,
        .config_size_bytes = (size_t)audio->encoder->extradata_size,
        .channels = audio->track->channels,
        .sample_rate_hz = audio->track->sample_rate_hz,
        .priming_ticks = audio->priming,
        .average_bps = audio->track->bitrate_bps,
    };
    return track_init_send(&audio->init, audio->track->id, &spec, audio->spec.sink, err);
}

static bool open_all(struct audio *audio, struct err *err)
{
    if (!audio_input_open(&audio->spec, &audio->input, err) || !open_encoder(audio, err))
        return false;
    audio->priming = audio->encoder->initial_padding;
    audio->total = rational_round(audio->spec.plan->grid.duration, audio->track->sample_rate_hz);
    audio->frames_total = (audio->priming + audio->total + FRAME_SAMPLES - 1) / FRAME_SAMPLES;
    if (audio->frames_total < audio->spec.plan->grid.segment_count)
        return err_set(err, ERR_CONFIG, "segments shorter than an AAC frame");
    return send_init(audio, err);
}

// The first coded frame of a segment: the first that is presented at or after the
// grid's boundary; the very first segment starts with the priming. Where the grid's
// last segment is so short that no frame starts in it (one video frame at 60 Hz, say),
// it takes the one before: every index of the grid exists, and none is empty.
static int64_t first_frame_of(const struct audio *audio, int64_t segment)
{
    const struct segment_grid *grid = &audio->spec.plan->grid;
    if (segment == 0)
        return 0;
    if (segment >= grid->segment_count)
        return audio->frames_total;
    struct rational start =
        rational_add(segment_grid_start(grid, segment),
                     rational_make(audio->priming, audio->track->sample_rate_hz));
    int64_t first = rational_ceil(
        rational_mul(start, rational_make(audio->track->sample_rate_hz, FRAME_SAMPLES)), 1);
    int64_t latest = audio->frames_total - (grid->segment_count - segment);
    return first < latest ? first : latest;
}

static int64_t presentation_ticks(const struct audio *audio, int64_t frame)
{
    int64_t at = frame * FRAME_SAMPLES - audio->priming;
    if (at < 0)
        return 0;
    return at < audio->total ? at : audio->total;
}

static bool flush(struct audio *audio, struct err *err)
{
    int64_t first = audio->segment_first_frame;
    int64_t end = first + (int64_t)audio->builder.count;
    struct segment_place place = {
        .track_id = audio->track->id,
        .index = audio->segment,
        .decode_time_ticks = first * FRAME_SAMPLES,
        .start_ticks = presentation_ticks(audio, first),
        .duration_ticks = presentation_ticks(audio, end) - presentation_ticks(audio, first),
    };
    audio->segment++;
    audio->segment_first_frame = end;
    return segment_builder_flush(&audio->builder, &place, audio->spec.sink, err);
}

static bool take_packet(struct audio *audio, struct err *err)
{
    if (audio->frames_out >= audio->frames_total)
        return true; // the encoder's last frames may hold nothing but padding
    if (audio->frames_out > 0 && audio->frames_out == first_frame_of(audio, audio->segment + 1) &&
        !flush(audio, err))
        return false;
    // The last frame ends where the timeline ends.
    int64_t left = audio->priming + audio->total - audio->frames_out * FRAME_SAMPLES;
    struct builder_sample sample = {
        .duration_ticks = left < FRAME_SAMPLES ? left : FRAME_SAMPLES,
        .is_sync = true,
    };
    segment_builder_add(&audio->builder, audio->packet->data, (size_t)audio->packet->size, &sample);
    audio->frames_out++;
    return true;
}

static bool receive(struct audio *audio, struct err *err)
{
    for (;;) {
        int rc = avcodec_receive_packet(audio->encoder, audio->packet);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
            return true;
        if (rc < 0)
            return err_set(err, ERR_BUG, "AAC encoder: %s", av_err2str(rc));
        bool ok = take_packet(audio, err);
        av_packet_unref(audio->packet);
        if (!ok)
            return false;
    }
}

static bool send_frame(struct audio *audio, struct err *err)
{
    AVFrame *frame = audio->frame;
    av_frame_unref(frame);
    frame->nb_samples = FRAME_SAMPLES;
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = audio->track->sample_rate_hz;
    frame->pts = audio->samples_in;
    if (av_channel_layout_copy(&frame->ch_layout, &audio->encoder->ch_layout) < 0 ||
        av_frame_get_buffer(frame, 0) < 0)
        return err_set(err, ERR_TRANSIENT, "audio: out of memory");
    int64_t left = audio->total - audio->samples_in;
    int count = left < FRAME_SAMPLES ? (int)left : FRAME_SAMPLES;
    float *planes[2] = {(float *)frame->extended_data[0], (float *)frame->extended_data[1]};
    if (!audio_input_read(audio->input, planes, count, err))
        return false;
    for (int c = 0; c < 2 && count < FRAME_SAMPLES; c++)
        memset(planes[c] + count, 0, (size_t)(FRAME_SAMPLES - count) * sizeof(float));
    audio->samples_in += count;
    int rc = avcodec_send_frame(audio->encoder, frame);
    if (rc < 0)
        return err_set(err, ERR_BUG, "AAC encoder: %s", av_err2str(rc));
    return receive(audio, err);
}

static bool finish(struct audio *audio, struct err *err)
{
    if (avcodec_send_frame(audio->encoder, NULL) < 0)
        return err_set(err, ERR_BUG, "AAC encoder failed while draining");
    if (!receive(audio, err))
        return false;
    if (audio->frames_out < audio->frames_total)
        return err_set(err, ERR_BUG, "AAC encoder gave %" PRId64 " of %" PRId64 " frames",
                       audio->frames_out, audio->frames_total);
    struct media_span_report report = {
        .track_id = audio->track->id,
        .span = -1,
        .frames = audio->frames_out,
        .damaged = audio_input_damaged(audio->input),
        .silence_samples = audio_input_silence(audio->input),
        .encode_cpu_us = audio->cpu_us,
    };
    return flush(audio, err) && audio->spec.sink->span_done(audio->spec.sink->self, &report, err);
}

static enum audio_result step(struct audio *audio, struct err *err)
{
    if (!audio->input && !open_all(audio, err))
        return AUDIO_FAILED;
    for (int i = 0; i < audio->track->sample_rate_hz / FRAME_SAMPLES; i++) {
        if (audio->samples_in >= audio->total)
            return finish(audio, err) ? AUDIO_DONE : AUDIO_FAILED;
        if (!send_frame(audio, err))
            return AUDIO_FAILED;
    }
    return AUDIO_MORE;
}

enum audio_result audio_step(struct audio *audio, struct err *err)
{
    int64_t begin_us = clock_thread_cpu_us();
    enum audio_result result = step(audio, err);
    audio->cpu_us += clock_thread_cpu_us() - begin_us;
    return result;
}

struct audio_stats audio_stats(const struct audio *audio)
{
    return (struct audio_stats){
        .samples_done = audio->samples_in,
        .silence_samples = audio->input ? audio_input_silence(audio->input) : 0,
        .damaged = audio->input ? audio_input_damaged(audio->input) : 0,
        .cpu_us = audio->cpu_us,
    };
}
