// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "src/base/mem.h"
#include "src/media/codec_list.h"
#include "src/media/demux.h"
#include "tests/unit/media/clip.h"

static const struct clip_spec plain = {
    .format = "mpegts",
    .codec = AV_CODEC_ID_MPEG2VIDEO,
    .time_base = {1, 25},
    .rate = {25, 1},
    .frames = 200,
    .has_audio = true,
};

static void refuses_what_is_not_media(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *told; // part of the sentence
    } rows[] = {
        {"", "x: empty file"},
        {"hello, this is text\n", "x: not a media file we can read"},
        {"1\n00:00:01,000 --> 00:00:02,000\nHi\n\n2\n00:00:03,000 --> 00:00:04,000\nHo\n",
         "not a media file we can read"},
        {"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n",
         "playlist files are not accepted: x would open other files"},
        {"\xef\xbb\xbf#EXTM3U\nhttp://127.0.0.1/\n", "playlist files are not accepted"},
        {"ffconcat version 1.0\nfile /etc/passwd\n", "playlist files are not accepted"},
        {"<?xml version=\"1.0\"?>\n<!-- > -->\n <MPD xmlns=\"a\"></MPD>",
         "playlist files are not accepted"},
        {"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 1 RTP/AVP 96\r\n",
         "playlist files are not accepted"},
        {"GIF89a\x01\x02\x01\x02                                    ", "not a media file"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct clip clip;
        struct err err = {0};
        clip_over(&clip, av_memdup(rows[i].bytes, strlen(rows[i].bytes) + 1),
                  (int)strlen(rows[i].bytes), "x");
        struct demux *demux = demux_open(&clip.source, &err);
        if (demux || err.kind != ERR_INPUT || !strstr(err.text, rows[i].told))
            fail_msg("row %zu: %s '%s'", i, demux ? "opened" : "", err.text);
        clip_done(&clip);
    }
}

static void zeros_and_noise_are_refused(void **state)
{
    (void)state;
    for (int fill = 0; fill < 2; fill++) {
        struct clip clip;
        struct err err = {0};
        uint8_t *data = av_mallocz(100000);
        for (uint32_t i = 0, x = 1; fill && i < 100000; i++, x = x * 1664525 + 1013904223)
            data[i] = (uint8_t)(x >> 24);
        clip_over(&clip, data, 100000, "zeros.mp4");
        assert_null(demux_open(&clip.source, &err));
        assert_string_equal(err.text, "zeros.mp4: not a media file we can read");
        clip_done(&clip);
    }
}

static int count_packets(struct demux *demux, int stream, struct err *err)
{
    AVPacket *packet = av_packet_alloc();
    int count = 0;
    while (demux_read(demux, packet, err) == DEMUX_PACKET) {
        count += packet->stream_index == stream;
        if (packet->stream_index != stream)
            fail_msg("packet of stream %d", packet->stream_index);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    return count;
}

static void gives_only_selected_streams(void **state)
{
    (void)state;
    static const char *const formats[] = {"mpegts", "matroska", "avi"};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct clip_spec spec = plain;
        struct clip clip;
        struct err err = {0};
        spec.format = formats[i];
        clip_make(&clip, &spec, "a");
        struct demux *demux = demux_open(&clip.source, &err);
        assert_non_null(demux);
        const int streams[] = {-1, 0};
        demux_select(demux, streams, 2);
        assert_int_equal(count_packets(demux, 0, &err), 200);
        assert_true(demux_rewind(demux, &err));
        assert_int_equal(count_packets(demux, 0, &err), 200);
        const int sound = 1;
        demux_select(demux, &sound, 1);
        assert_true(demux_rewind(demux, &err));
        assert_int_equal(count_packets(demux, 1, &err), 334); // ceil(8 s * 48000 / 1152)
        demux_free(&demux);
        assert_null(demux);
        clip_done(&clip);
    }
}

static void a_seek_lands_on_or_before_the_time(void **state)
{
    (void)state;
    static const char *const formats[] = {"mpegts", "matroska", "mp4", "avi", "mpeg", "flv"};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct clip_spec spec = plain;
        struct clip clip;
        struct err err = {0};
        spec.format = formats[i];
        spec.b_frames = i < 3 ? 2 : 0;
        if (strcmp(spec.format, "flv") == 0) {
            spec.codec = AV_CODEC_ID_FLV1;
            spec.has_audio = false;
        }
        clip_make(&clip, &spec, "a");
        struct demux *demux = demux_open(&clip.source, &err);
        assert_non_null(demux);
        AVStream *stream = demux_format(demux)->streams[0];
        const int video = 0;
        demux_select(demux, &video, 1);
        struct rational start = demux_time(stream, stream->start_time);
        for (int frame = 0; frame < 200; frame += 7) {
            struct rational wanted = rational_add(start, rational_make(frame, 25));
            AVPacket *packet = av_packet_alloc();
            if (!demux_seek(demux, 0, wanted))
                fail_msg("%s: no seek to frame %d", formats[i], frame);
            enum demux_result result;
            do {
                av_packet_unref(packet);
                result = demux_read(demux, packet, &err);
            } while (result == DEMUX_PACKET && !(packet->flags & AV_PKT_FLAG_KEY));
            assert_int_equal(result, DEMUX_PACKET);
            struct rational found = demux_time(stream, packet->pts);
            if (rational_cmp(found, wanted) > 0)
                fail_msg("%s: frame %d: keyframe at %f after %f", formats[i], frame,
                         rational_to_double(found), rational_to_double(wanted));
            av_packet_free(&packet);
        }
        demux_free(&demux);
        clip_done(&clip);
    }
}

static void a_failing_source_is_transient(void **state)
{
    (void)state;
    struct clip clip;
    struct clip_spec spec = plain;
    spec.frames = 3000;
    clip_make(&clip, &spec, "far.ts");
    const int64_t places[] = {0, 1000, clip.size_bytes / 2};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct err err = {0};
        clip.fail_from = places[i];
        struct demux *demux = demux_open(&clip.source, &err);
        if (demux) {
            AVPacket *packet = av_packet_alloc();
            enum demux_result result;
            while ((result = demux_read(demux, packet, &err)) == DEMUX_PACKET)
                av_packet_unref(packet);
            assert_int_equal(result, DEMUX_FAILED);
            av_packet_free(&packet);
        }
        assert_int_equal(err.kind, ERR_TRANSIENT);
        assert_non_null(strstr(err.text, "far.ts"));
        demux_free(&demux);
    }
    clip_done(&clip);
}

// Two recordings one after the other, as broadcasts are cut: times start again.
static void joined_recordings_run_on_one_clock(void **state)
{
    (void)state;
    struct clip one, two;
    struct err err = {0};
    clip_make(&one, &plain, "one");
    uint8_t *data = av_malloc((size_t)one.size_bytes * 2);
    memcpy(data, one.data, (size_t)one.size_bytes);
    memcpy(data + one.size_bytes, one.data, (size_t)one.size_bytes);
    clip_over(&two, data, one.size_bytes * 2, "two");
    int64_t jumps[3];
    const int selections[3][2] = {{0, 1}, {0, -1}, {1, -1}};
    int64_t last[3][2] = {{0}};
    for (int i = 0; i < 3; i++) {
        struct demux *demux = demux_open(&two.source, &err);
        AVPacket *packet = av_packet_alloc();
        demux_select(demux, selections[i], 2);
        while (demux_read(demux, packet, &err) == DEMUX_PACKET) {
            if (packet->dts != AV_NOPTS_VALUE)
                last[i][packet->stream_index] = packet->dts;
            av_packet_unref(packet);
        }
        jumps[i] = demux_discontinuities(demux);
        av_packet_free(&packet);
        demux_free(&demux);
    }
    assert_int_equal(jumps[0], 1);
    // What is selected does not matter to the clock.
    assert_int_equal(jumps[1], 1);
    assert_int_equal(jumps[2], 1);
    assert_int_equal(last[0][0], last[1][0]);
    assert_int_equal(last[0][1], last[2][1]);
    // 16 s of both, muxer delays aside.
    assert_in_range(last[0][0], 15 * 90000, 18 * 90000);
    assert_in_range(last[0][1], 15 * 90000, 18 * 90000);
    clip_done(&one);
    clip_done(&two);
}

static void decoders_come_from_the_list_only(void **state)
{
    (void)state;
    assert_non_null(codec_find_decoder(AV_CODEC_ID_H264));
    assert_string_equal(codec_find_decoder(AV_CODEC_ID_H264)->name, "h264");
    assert_null(codec_find_decoder(AV_CODEC_ID_GIF));
    assert_null(codec_find_decoder(AV_CODEC_ID_WRAPPED_AVFRAME));
    assert_null(codec_find_decoder(AV_CODEC_ID_NONE));
    AUTO_FREE char *codecs = codec_whitelist();
    assert_non_null(strstr(codecs, "h264,hevc"));
    AUTO_FREE char *formats = format_whitelist();
    assert_null(strstr(formats, "hls"));
    assert_null(strstr(formats, "concat"));
    assert_false(format_is_allowed("dash"));
    assert_true(format_is_elementary("h264"));
    assert_false(format_is_elementary("mpegts"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_not_media),
        cmocka_unit_test(zeros_and_noise_are_refused),
        cmocka_unit_test(gives_only_selected_streams),
        cmocka_unit_test(a_seek_lands_on_or_before_the_time),
        cmocka_unit_test(a_failing_source_is_transient),
        cmocka_unit_test(joined_recordings_run_on_one_clock),
        cmocka_unit_test(decoders_come_from_the_list_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
