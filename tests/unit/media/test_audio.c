// SPDX-License-Identifier: BSD-2-Clause
// Audio segments: they add up to the sample, and a player hears things at their time.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "packager/box.h"
#include "src/media/audio.h"
#include "src/media/codec_list.h"
#include "src/media/demux.h"
#include "tests/unit/media/footage.h"
#include "tests/unit/media/footage_plan.h"
#include "tests/unit/media/shelf.h"

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

static float sine(int64_t sample, int channel, int rate_hz)
{
    (void)channel;
    return 0.5f * (float)sin(6.283185 * 440 * (double)sample / rate_hz);
}

static uint32_t u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void make_segments(const struct byte_source *source, struct plan *plan, struct shelf *shelf)
{
    struct err err = {0};
    struct audio_spec spec = {.source = source, .plan = plan, .sink = &shelf->sink};
    struct audio *audio = audio_new(&spec);
    enum audio_result result;
    while ((result = audio_step(audio, &err)) == AUDIO_MORE)
        ;
    if (result == AUDIO_FAILED)
        fail_msg("%s", err.text);
    assert_int_equal(audio_stats(audio).samples_done, rational_round(plan->grid.duration, RATE));
    audio_free(&audio);
}

struct length_case {
    const char *name;
    struct rational duration;
    struct rational segment;
};

static const struct length_case lengths[] = {
    {"whole seconds", {3, 1}, {1, 1}},
    {"50 frames of NTSC", {50050, 30000}, {1001, 1000}},
    {"last segment of one frame at 60 Hz", {121, 60}, {1, 1}},
    {"last segment of one frame at 59.94 Hz", {121121, 60000}, {1001, 1000}},
    {"last segment of a millisecond", {2001, 1000}, {1, 1}},
    {"last segment of one sample", {96001, 48000}, {1, 1}},
    {"last segment of half a sample", {192001, 96000}, {1, 1}},
    {"one short segment", {1, 60}, {4, 1}},
    {"one sample", {1, 48000}, {4, 1}},
    {"one AAC frame", {1024, 48000}, {4, 1}},
    {"one AAC frame and a sample", {1025, 48000}, {4, 1}},
    {"segments of an AAC frame", {10240, 48000}, {1024, 48000}},
    {"segments just longer than a frame", {50, 24}, {1, 24}},
};

struct contents {
    int64_t frames;
    int64_t ticks; // their durations, summed
};

static struct contents contents_of(const struct shelf_piece *piece, int64_t decode_time)
{
    struct box tfdt, trun, tfhd, moof;
    struct contents contents = {0};
    const uint8_t *data = piece->bytes.data;
    assert_true(box_find(data, piece->bytes.size_bytes, "moof", &moof));
    assert_true(box_find(moof.payload, moof.payload_size_bytes, "traf/tfdt", &tfdt));
    assert_true(box_find(moof.payload, moof.payload_size_bytes, "traf/trun", &trun));
    assert_true(box_find(moof.payload, moof.payload_size_bytes, "traf/tfhd", &tfhd));
    int64_t time = u32(tfdt.payload + 4);
    if (tfdt.payload[0] == 1)
        time = time << 32 | u32(tfdt.payload + 8);
    assert_int_equal(time, decode_time);
    uint32_t flags = u32(trun.payload) & 0xffffff, tfhd_flags = u32(tfhd.payload) & 0xffffff;
    const uint8_t *at = tfhd.payload + 8 + (tfhd_flags & 1 ? 8 : 0) + (tfhd_flags & 2 ? 4 : 0);
    int64_t usual = tfhd_flags & 8 ? u32(at) : 1024;
    contents.frames = u32(trun.payload + 4);
    at = trun.payload + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
    for (int64_t i = 0; i < contents.frames; i++) {
        contents.ticks += flags & 0x100 ? u32(at) : usual;
        for (uint32_t field = 0x100; field <= 0x800; field <<= 1)
            at += flags & field ? 4 : 0;
    }
    return contents;
}

static void segments_add_up_to_the_sample(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        const struct length_case *c = &lengths[i];
        struct footage_spec spec = {.container = "matroska",
                                    .audio = {.encoder = "pcm_s16le",
                                              .rate_hz = RATE,
                                              .channels = 2,
                                              .samples = 3 * RATE,
                                              .wave = sine}};
        struct footage footage;
        struct plan plan;
        struct shelf shelf;
        footage_make(&footage, &spec);
        footage_plan_sound(&plan, c->duration, 0, c->segment);
        shelf_init(&shelf);
        make_segments(&footage.source, &plan, &shelf);
        int64_t at = 0, frames = 0, ticks = 0;
        for (int64_t k = 0; k < plan.grid.segment_count; k++) {
            const struct shelf_piece *piece = shelf_find(&shelf, "a0", k);
            if (!piece)
                fail_msg("%s: no segment %d of %d", c->name, (int)k + 1,
                         (int)plan.grid.segment_count);
            struct contents here = contents_of(piece, frames * 1024);
            assert_true(here.frames > 0);
            ticks += here.ticks;
            assert_true(piece->duration_ticks > 0 || plan.grid.segment_count == 1);
            assert_int_equal(piece->start_ticks, at);
            // at the grid, to an AAC frame either way
            int64_t start = rational_round(segment_grid_start(&plan.grid, k), RATE);
            assert_true(llabs(at - start) <= 1024);
            at += piece->duration_ticks;
            frames += here.frames;
        }
        int64_t total = rational_round(c->duration, RATE);
        if (at != total)
            fail_msg("%s: %d samples, not %d", c->name, (int)at, (int)total);
        assert_int_equal(ticks, total + 1024); // with the priming
        assert_int_equal(shelf.count, plan.grid.segment_count + 1);
        assert_int_equal(shelf.report_count, 1);
        assert_int_equal(shelf.reports[0].frames, frames);
        assert_int_equal(shelf.reports[0].span, -1);
        shelf_done(&shelf);
        plan_done(&plan);
        footage_done(&footage);
    }
}

// What a decoder makes of the joined segments, priming removed by its time stamps.
static void decode_segments(const struct shelf *shelf, float *samples, int64_t *ret_end)
{
    struct err err = {0};
    AUTO(buf_done) struct buf joined = {0};
    shelf_join(shelf, "a0", &joined);
    struct footage file = {.data = joined.data, .size_bytes = (int)joined.size_bytes};
    struct byte_source source = {&file, footage_read, file.size_bytes, "joined.mp4"};
    struct demux *demux = demux_open(&source, &err);
    if (!demux)
        fail_msg("%s", err.text);
    const AVStream *stream = demux_format(demux)->streams[0];
    const AVCodec *codec = codec_find_decoder(stream->codecpar->codec_id);
    AVCodecContext *decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, stream->codecpar);
    decoder->pkt_timebase = stream->time_base;
    assert_true(avcodec_open2(decoder, codec, NULL) >= 0);
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    memset(samples, 0, SAMPLES_MAX * sizeof *samples);
    *ret_end = 0;
    for (;;) {
        int rc = avcodec_receive_frame(decoder, frame);
        if (rc == AVERROR(EAGAIN)) {
            bool has = demux_read(demux, packet, &err) == DEMUX_PACKET;
            if (has)
                *ret_end = packet->pts + packet->duration;
            assert_true(avcodec_send_packet(decoder, has ? packet : NULL) >= 0);
            av_packet_unref(packet);
            continue;
        }
        if (rc == AVERROR_EOF)
            break;
        assert_true(rc >= 0);
        for (int s = 0; s < frame->nb_samples; s++)
            if (frame->pts + s >= 0 && frame->pts + s < SAMPLES_MAX)
                samples[frame->pts + s] = ((const float *)(void *)frame->extended_data[0])[s];
    }
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    demux_free(&demux);
}

static void a_player_hears_the_impulse_at_its_time(void **state)
{
    float *samples = *state;
    static const struct {
        const char *container, *encoder;
        int rate_hz;
        int64_t at, first_sample, start_ms;
    } cases[] = {
        {"matroska", "pcm_s16le", 48000, 30000, 0, 0},
        {"matroska", "pcm_s16le", 48000, 30000, 24000, 0},
        {"matroska", "pcm_s16le", 48000, 50000, 0, 500},
        {"matroska", "pcm_s16le", 44100, 44100, 0, 0},
        {"matroska", "pcm_s16le", 96000, 90000, 0, 0},
        {"wav", "pcm_s16le", 48000, 100, 0, 0},
        {"wav", "pcm_s16le", 48000, 95000, 0, 0},
        {"mov", "aac", 48000, 30000, 0, 0},
        {"mov", "aac", 44100, 44100, 0, 0},
        {"matroska", "libopus", 48000, 30000, 0, 0},
        {"matroska", "flac", 44100, 22050, 0, 0},
        {"mp4", "alac", 48000, 30000, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        impulse_at = cases[i].at;
        struct footage_spec spec = {.container = cases[i].container,
                                    .audio = {.encoder = cases[i].encoder,
                                              .rate_hz = cases[i].rate_hz,
                                              .channels = 2,
                                              .samples = 2 * cases[i].rate_hz,
                                              .first_sample = cases[i].first_sample,
                                              .wave = impulse}};
        struct footage footage;
        struct plan plan;
        struct shelf shelf;
        int64_t end = 0;
        footage_make(&footage, &spec);
        footage_plan_sound(&plan, rational_make(2, 1), cases[i].start_ms, rational_make(1, 2));
        shelf_init(&shelf);
        make_segments(&footage.source, &plan, &shelf);
        decode_segments(&shelf, samples, &end);
        assert_in_range(end, 2 * RATE, 2 * RATE + 1023);
        int loudest = 0;
        for (int s = 0; s < 2 * RATE; s++)
            if (fabsf(samples[s]) > fabsf(samples[loudest]))
                loudest = s;
        int64_t expected = (cases[i].at + cases[i].first_sample) * RATE / cases[i].rate_hz -
                           cases[i].start_ms * RATE / 1000;
        if (llabs(loudest - expected) > 1)
            fail_msg("%s in %s at %d Hz: impulse at %d, not %d", cases[i].encoder,
                     cases[i].container, cases[i].rate_hz, loudest, (int)expected);
        shelf_done(&shelf);
        plan_done(&plan);
        footage_done(&footage);
    }
}

static void the_same_bytes_every_time(void **state)
{
    (void)state;
    char digests[2][65];
    for (int run = 0; run < 2; run++) {
        struct footage_spec spec = {.container = "matroska",
                                    .audio = {.encoder = "pcm_s16le",
                                              .rate_hz = 44100,
                                              .channels = 6,
                                              .samples = 100000,
                                              .wave = sine}};
        struct footage footage;
        struct plan plan;
        struct shelf shelf;
        footage_make(&footage, &spec);
        footage_plan_sound(&plan, rational_make(3, 1), 0, rational_make(1, 1));
        shelf_init(&shelf);
        make_segments(&footage.source, &plan, &shelf);
        shelf_digest(&shelf, digests[run]);
        shelf_done(&shelf);
        plan_done(&plan);
        footage_done(&footage);
    }
    assert_string_equal(digests[0], digests[1]);
}

static void damage_is_refused_or_counted(void **state)
{
    (void)state;
    for (int allow_damaged = 0; allow_damaged < 2; allow_damaged++) {
        struct footage_spec spec = {.container = "matroska",
                                    .audio = {.encoder = "flac",
                                              .rate_hz = RATE,
                                              .channels = 2,
                                              .samples = 2 * RATE,
                                              .wave = counting}};
        struct footage footage;
        struct plan plan;
        struct shelf shelf;
        struct err err = {0};
        footage_make(&footage, &spec);
        memset(footage.data + footage.size_bytes / 2, 0, 2000);
        footage_plan_sound(&plan, rational_make(2, 1), 0, rational_make(1, 1));
        shelf_init(&shelf);
        struct audio_spec audio_spec = {.source = &footage.source,
                                        .plan = &plan,
                                        .sink = &shelf.sink,
                                        .allow_damaged = allow_damaged};
        struct audio *audio = audio_new(&audio_spec);
        enum audio_result result;
        while ((result = audio_step(audio, &err)) == AUDIO_MORE)
            ;
        assert_int_equal(result, allow_damaged ? AUDIO_DONE : AUDIO_FAILED);
        assert_true(audio_stats(audio).damaged > 0);
        if (allow_damaged) {
            assert_int_equal(shelf.reports[0].damaged, audio_stats(audio).damaged);
            assert_int_equal(shelf.count, 3);
        } else {
            assert_int_equal(err.kind, ERR_INPUT);
            assert_non_null(strstr(err.text, "audio a0: the audio is damaged at "));
        }
        audio_free(&audio);
        shelf_done(&shelf);
        plan_done(&plan);
        footage_done(&footage);
    }
}

static int start(void **state)
{
    *state = mem_alloc(SAMPLES_MAX * sizeof(float));
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
        cmocka_unit_test(segments_add_up_to_the_sample),
        cmocka_unit_test(a_player_hears_the_impulse_at_its_time),
        cmocka_unit_test(the_same_bytes_every_time),
        cmocka_unit_test(damage_is_refused_or_counted),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
