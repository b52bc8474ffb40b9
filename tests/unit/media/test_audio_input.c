// SPDX-License-Identifier: BSD-2-Clause
// The reading half of audio: every sample of the source at its place on the timeline,
// silence where there is none, stereo of anything.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "src/media/audio_input.h"
#include "tests/unit/media/footage.h"
#include "tests/unit/media/footage_plan.h"

enum { RATE = 48000, SAMPLES_MAX = 4 * RATE };

static int64_t impulse_at; // in samples of the source

static float impulse(int64_t sample, int channel, int rate_hz)
{
    (void)channel;
    (void)rate_hz;
    return sample == impulse_at ? 0.9f : 0;
}

// No two neighbours alike, no value twice within a second, never near zero.
static float counting(int64_t sample, int channel, int rate_hz)
{
    (void)rate_hz;
    return (float)(1000 + sample * 7 % 30011) / 32768 * (channel ? -1.0f : 1.0f);
}

struct track {
    float samples[2][SAMPLES_MAX];
    int64_t silence;
    int64_t damaged;
};

static float sine(int64_t sample, int channel, int rate_hz)
{
    (void)channel;
    return 0.5f * (float)sin(6.283185 * 440 * (double)sample / rate_hz);
}

// `count` samples of the timeline, in reads of uneven sizes.
static void read_input(const struct byte_source *source, struct plan *plan, int count,
                       struct track *ret)
{
    struct err err = {0};
    struct audio_input *input = NULL;
    struct audio_spec spec = {.source = source, .plan = plan};
    assert_true(count <= SAMPLES_MAX);
    if (!audio_input_open(&spec, &input, &err))
        fail_msg("%s", err.text);
    for (int at = 0, step = 1; at < count; at += step, step = step * 3 % 2000 + 1) {
        float *planes[2] = {&ret->samples[0][at], &ret->samples[1][at]};
        step = step < count - at ? step : count - at;
        if (!audio_input_read(input, planes, step, &err))
            fail_msg("%s", err.text);
    }
    ret->silence = audio_input_silence(input);
    ret->damaged = audio_input_damaged(input);
    audio_input_free(&input);
}

struct place_case {
    const char *name;
    int64_t samples;      // of the source, at 48 kHz
    int64_t first_sample; // its time
    int64_t hole_at, hole_samples;
    int64_t start_ms; // of the timeline
    int64_t total;    // of the timeline
    int64_t silence;
};

static const struct place_case places[] = {
    {"as long as the timeline", 96000, 0, 0, 0, 0, 96000, 0},
    {"starts late", 72000, 24000, 0, 0, 0, 96000, 24000},
    {"starts a little late", 95520, 480, 0, 0, 0, 96000, 480},
    {"starts early", 96000, 0, 0, 0, 250, 84000, 0},
    {"starts a little early", 96000, 0, 0, 0, 5, 95760, 0},
    {"ends early", 48000, 0, 0, 0, 0, 96000, 48000},
    {"ends late", 120000, 0, 0, 0, 0, 96000, 0},
    {"a hole", 72000, 0, 48000, 24000, 0, 96000, 24000},
    {"a hole that nobody would hear", 95520, 0, 48000, 480, 0, 96000, 480},
    {"late, with a hole, ends early", 48000, 4800, 9600, 9600, 0, 96000, 48000},
    {"over before it starts", 9600, 0, 0, 0, 1000, 24000, 24000},
    {"starts behind the end", 9600, 96000, 0, 0, 0, 48000, 48000},
    {"a hole that runs past the end", 48000, 0, 24000, 96000, 0, 48000, 24000},
};

// The source's sample that belongs to this one of the timeline; -1: silence.
static int64_t source_sample(const struct place_case *c, int64_t sample)
{
    int64_t at = sample + c->start_ms * RATE / 1000 - c->first_sample;
    if (c->hole_samples && at >= c->hole_at)
        at = at < c->hole_at + c->hole_samples ? -1 : at - c->hole_samples;
    return at >= 0 && at < c->samples ? at : -1;
}

static void samples_are_where_their_times_say(void **state)
{
    struct track *track = *state;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const struct place_case *c = &places[i];
        struct footage_spec spec = {.container = "matroska",
                                    .audio = {.encoder = "pcm_s16le",
                                              .rate_hz = RATE,
                                              .channels = 2,
                                              .samples = c->samples,
                                              .first_sample = c->first_sample,
                                              .hole_at = c->hole_at,
                                              .hole_samples = c->hole_samples,
                                              .wave = counting}};
        struct footage footage;
        struct plan plan;
        // Below the tolerance for clocks that wobble nothing is put in between.
        bool is_joined = c->hole_samples == 480;
        struct place_case seen = *c;
        if (is_joined)
            seen.hole_samples = 0;
        footage_make(&footage, &spec);
        footage_plan_sound(&plan, rational_make(c->total, RATE), c->start_ms, rational_make(1, 1));
        read_input(&footage.source, &plan, (int)c->total, track);
        for (int64_t s = 0; s < c->total; s++)
            for (int channel = 0; channel < 2; channel++) {
                int64_t from = source_sample(&seen, s);
                float expected = from < 0 ? 0 : counting(from, channel, RATE);
                if (fabsf(track->samples[channel][s] - expected) > 1e-4f)
                    fail_msg("%s: sample %d is %f, not %f", c->name, (int)s,
                             (double)track->samples[channel][s], (double)expected);
            }
        if (track->silence != c->silence)
            fail_msg("%s: silence %d, not %d", c->name, (int)track->silence, (int)c->silence);
        plan_done(&plan);
        footage_done(&footage);
    }
}

static void every_rate_keeps_time(void **state)
{
    struct track *track = *state;
    static const int rates[] = {8000,  11025, 12000, 16000, 22050, 24000,
                                32000, 44100, 48000, 88200, 96000};
    for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
        impulse_at = rates[i] * 3 / 4;
        struct footage_spec spec = {.container = "matroska",
                                    .audio = {.encoder = "pcm_s16le",
                                              .rate_hz = rates[i],
                                              .channels = 2,
                                              .samples = rates[i] * 2,
                                              .wave = impulse}};
        struct footage footage;
        struct plan plan;
        footage_make(&footage, &spec);
        footage_plan_sound(&plan, rational_make(2, 1), 0, rational_make(1, 1));
        read_input(&footage.source, &plan, 2 * RATE, track);
        int loudest = 0;
        for (int s = 0; s < 2 * RATE; s++)
            if (fabsf(track->samples[0][s]) > fabsf(track->samples[0][loudest]))
                loudest = s;
        int64_t expected = (impulse_at * RATE + rates[i] / 2) / rates[i];
        if (llabs(loudest - expected) > 1)
            fail_msg("%d Hz: impulse at %d, not %d", rates[i], loudest, (int)expected);
        // Rounding may cost a sample at the very end, not more.
        if (track->silence > 1)
            fail_msg("%d Hz: %d samples are missing", rates[i], (int)track->silence);
        plan_done(&plan);
        footage_done(&footage);
    }
}

// A slow sine on one channel only.
static int lone_channel;

static float lone_sine(int64_t sample, int channel, int rate_hz)
{
    return channel == lone_channel ? 0.5f * (float)sin(6.283185 * 440 * (double)sample / rate_hz)
                                   : 0;
}

static double loudness(const float *samples)
{
    double sum = 0;
    for (int s = 0; s < RATE; s++)
        sum += samples[s] * (double)samples[s];
    return sqrt(2 * sum / RATE); // amplitude of a sine
}

static void everything_becomes_stereo_as_itu_r_bs775_says(void **state)
{
    struct track *track = *state;
    // channels in WAVE order; what is left of amplitude 1 on the left and the right
    static const struct {
        int channels, channel;
        double left, right;
    } cases[] = {
        {1, 0, 1, 1},           {2, 0, 1, 0},      {2, 1, 0, 1},
        {6, 0, 1, 0},           {6, 1, 0, 1},      {6, 2, 0.7071, 0.7071}, // centre
        {6, 3, 0, 0},                                                      // low frequency effects
        {6, 4, 0.7071, 0},      {6, 5, 0, 0.7071}, {8, 0, 1, 0},
        {8, 2, 0.7071, 0.7071}, {8, 3, 0, 0},      {8, 4, 0.7071, 0},
        {8, 5, 0, 0.7071},      {8, 6, 0.7071, 0}, {8, 7, 0, 0.7071},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        lone_channel = cases[i].channel;
        struct footage_spec spec = {.container = "wav",
                                    .audio = {.encoder = "pcm_s16le",
                                              .rate_hz = RATE,
                                              .channels = cases[i].channels,
                                              .samples = RATE,
                                              .wave = lone_sine}};
        struct footage footage;
        struct plan plan;
        footage_make(&footage, &spec);
        footage_plan_sound(&plan, rational_make(1, 1), 0, rational_make(1, 1));
        read_input(&footage.source, &plan, RATE, track);
        double left = loudness(track->samples[0]) / 0.5;
        double right = loudness(track->samples[1]) / 0.5;
        if (fabs(left - cases[i].left) > 0.01 || fabs(right - cases[i].right) > 0.01)
            fail_msg("channel %d of %d: %.3f left, %.3f right, not %.3f and %.3f", cases[i].channel,
                     cases[i].channels, left, right, cases[i].left, cases[i].right);
        plan_done(&plan);
        footage_done(&footage);
    }
}

struct shape {
    int rate_hz, channels;
};

// AC-3 says in every frame what it is: one stream, half a second of each shape.
static void make_changing(const struct shape *shapes, size_t count, struct footage *footage)
{
    struct footage_file file = {0};
    AVFormatContext *mux = footage_mux("matroska", &file);
    for (size_t i = 0; i < count; i++) {
        struct footage_audio part = {.encoder = "ac3",
                                     .rate_hz = shapes[i].rate_hz,
                                     .channels = shapes[i].channels,
                                     .samples = shapes[i].rate_hz / 2 / 1536 * 1536,
                                     .first_sample = (int64_t)i * shapes[i].rate_hz / 2,
                                     .wave = sine};
        AVCodecContext *encoder = footage_codec(part.encoder);
        encoder->sample_rate = part.rate_hz;
        encoder->sample_fmt = footage_sample_format(encoder);
        encoder->time_base = (AVRational){1, part.rate_hz};
        encoder->bit_rate = 192000;
        av_channel_layout_default(&encoder->ch_layout, part.channels);
        if (i == 0) {
            footage_open(encoder, NULL, mux);
            footage_must(avformat_write_header(mux, NULL) >= 0, "header");
        } else {
            footage_must(avcodec_open2(encoder, encoder->codec, NULL) >= 0, "encoder");
        }
        footage_write_audio(&part, mux, 0, encoder);
        avcodec_free_context(&encoder);
    }
    footage_finish(mux, &file, footage);
}

static void a_change_of_rate_and_channels_in_the_middle_is_followed(void **state)
{
    struct track *track = *state;
    static const struct shape shapes[] = {{48000, 2}, {32000, 1}, {44100, 2},
                                          {48000, 6}, {44100, 1}, {48000, 2}};
    // Six equal channels add up to 0.5 x (1 + 0.7071 + 0.7071).
    static const float amplitudes[] = {0.5f, 0.5f, 0.5f, 1.207f, 0.5f, 0.5f};
    struct footage footage;
    struct plan plan;
    make_changing(shapes, ARRAY_LEN(shapes), &footage);
    footage_plan_sound(&plan, rational_make(3, 1), 0, rational_make(1, 1));
    read_input(&footage.source, &plan, 3 * RATE, track);
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        // away from where the parts meet
        const float *part = track->samples[0] + i * RATE / 2 + RATE / 10;
        float peak = 0;
        for (int s = 0; s < RATE / 4; s++)
            peak = fmaxf(peak, fabsf(part[s]));
        if (fabsf(peak - amplitudes[i]) > 0.05f)
            fail_msg("%d Hz, %d channels: amplitude %f, not %f", shapes[i].rate_hz,
                     shapes[i].channels, (double)peak, (double)amplitudes[i]);
        int crossings = 0; // 440 Hz for a quarter of a second: 220 changes of sign
        for (int s = 1; s < RATE / 4; s++)
            crossings += (part[s] < 0) != (part[s - 1] < 0);
        assert_in_range(crossings, 218, 222);
    }
    plan_done(&plan);
    footage_done(&footage);
}

static int start(void **state)
{
    *state = mem_alloc(sizeof(struct track));
    return 0;
}

static int stop(void **state)
{
    MEM_FREE(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_where_their_times_say),
        cmocka_unit_test(every_rate_keeps_time),
        cmocka_unit_test(everything_becomes_stereo_as_itu_r_bs775_says),
        cmocka_unit_test(a_change_of_rate_and_channels_in_the_middle_is_followed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
