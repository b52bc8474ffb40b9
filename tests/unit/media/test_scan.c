// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "src/base/mem.h"
#include "src/media/probe.h"
#include "tests/unit/media/clip.h"

static const struct clip_spec plain = {
    .format = "mp4",
    .codec = AV_CODEC_ID_MPEG4,
    .time_base = {1, 25},
    .rate = {25, 1},
    .frames = 60,
    .gop = 12,
};

static int64_t every_other_second_slower(int frame)
{
    return frame + (frame > 30 ? (frame - 30) : 0);
}

static int64_t from_minus_two_seconds(int frame)
{
    return frame - 50;
}

static int64_t from_a_minute(int frame)
{
    return frame + 1500;
}

static int64_t with_a_hole(int frame)
{
    return frame + (frame >= 20 ? 10 : 0);
}

static void probe(const struct clip_spec *spec, struct source_facts *facts)
{
    struct clip clip;
    struct err err = {0};
    memset(facts, 0, sizeof *facts);
    clip_make(&clip, spec, "a");
    if (!probe_source(&clip.source, facts, &err))
        fail_msg("%s: %s", spec->format, err.text);
    clip_done(&clip);
}

static void counts_and_times_in_every_container(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        enum AVCodecID codec;
        int b_frames;
        AVRational rate;
        int frames;
        int64_t (*time)(int frame);
        enum facts_timing timing;
        struct rational kept;
        struct rational first;    // {-1, 0}: not looked at
        struct rational duration; // end_time - first_time
        bool is_seekable;
    } rows[] = {
        {"mp4",
         AV_CODEC_ID_MPEG4,
         0,
         {25, 1},
         60,
         NULL,
         TIMING_CONSTANT,
         {25, 1},
         {0, 1},
         {60, 25},
         true},
        {"mp4",
         AV_CODEC_ID_MPEG4,
         2,
         {30000, 1001},
         61,
         NULL,
         TIMING_CONSTANT,
         {30000, 1001},
         {0, 1},
         {61061, 30000},
         true},
        {"mp4",
         AV_CODEC_ID_MPEG4,
         0,
         {25, 1},
         1,
         NULL,
         TIMING_CONSTANT,
         {25, 1},
         {0, 1},
         {1, 25},
         false},
        {"matroska",
         AV_CODEC_ID_MPEG4,
         2,
         {24000, 1001},
         100,
         NULL,
         TIMING_CONSTANT,
         {24000, 1001},
         {-1, 0},
         {-1, 0},
         true},
        {"matroska",
         AV_CODEC_ID_MPEG4,
         0,
         {25, 1},
         90,
         every_other_second_slower,
         TIMING_VARIABLE,
         {25, 1},
         {0, 1},
         {149, 25},
         true},
        {"matroska",
         AV_CODEC_ID_MPEG4,
         0,
         {25, 1},
         60,
         from_a_minute,
         TIMING_CONSTANT,
         {25, 1},
         {60, 1},
         {60, 25},
         true},
        {"mp4",
         AV_CODEC_ID_MPEG4,
         0,
         {25, 1},
         60,
         with_a_hole,
         TIMING_VARIABLE,
         {25, 1},
         {0, 1},
         {70, 25},
         true},
        {"mpegts",
         AV_CODEC_ID_MPEG2VIDEO,
         2,
         {25, 1},
         60,
         NULL,
         TIMING_CONSTANT,
         {25, 1},
         {-1, 0},
         {60, 25},
         true},
        {"mpegts",
         AV_CODEC_ID_MPEG2VIDEO,
         0,
         {30000, 1001},
         60,
         NULL,
         TIMING_CONSTANT,
         {30000, 1001},
         {-1, 0},
         {60060, 30000},
         true},
        {"avi",
         AV_CODEC_ID_MPEG4,
         0,
         {25, 1},
         60,
         NULL,
         TIMING_CONSTANT,
         {25, 1},
         {0, 1},
         {60, 25},
         true},
        {"avi",
         AV_CODEC_ID_MPEG4,
         2,
         {25, 1},
         60,
         NULL,
         TIMING_COUNTED,
         {25, 1},
         {-1, 0},
         {60, 25},
         false},
        {"mpeg2video",
         AV_CODEC_ID_MPEG2VIDEO,
         2,
         {24000, 1001},
         60,
         NULL,
         TIMING_COUNTED,
         {24000, 1001},
         {0, 1},
         {60060, 24000},
         false},
        {"m4v",
         AV_CODEC_ID_MPEG4,
         0,
         {25, 1},
         60,
         NULL,
         TIMING_COUNTED,
         {25, 1},
         {0, 1},
         {60, 25},
         false},
        {"ivf",
         AV_CODEC_ID_VP8,
         0,
         {25, 1},
         40,
         NULL,
         TIMING_CONSTANT,
         {25, 1},
         {0, 1},
         {40, 25},
         true},
    };
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!avcodec_find_encoder(rows[i].codec))
            continue; // a libavcodec without libvpx
        struct clip_spec spec = plain;
        spec.format = rows[i].format;
        spec.codec = rows[i].codec;
        spec.b_frames = rows[i].b_frames;
        spec.rate = rows[i].rate;
        spec.time_base = av_inv_q(rows[i].rate);
        spec.frames = rows[i].frames;
        spec.time = rows[i].time;
        probe(&spec, facts);
        const struct video_facts *video = &facts->video;
        struct rational duration = rational_sub(video->end_time, video->first_time);
        if (video->frame_count != rows[i].frames || video->timing != rows[i].timing ||
            rational_cmp(video->frame_rate, rows[i].kept) != 0 ||
            facts->is_seekable != rows[i].is_seekable ||
            (rows[i].first.den && rational_cmp(video->first_time, rows[i].first) != 0) ||
            (rows[i].duration.den && rational_cmp(duration, rows[i].duration) != 0))
            fail_msg("row %zu (%s): %lld frames, timing %d, rate %lld/%lld, from %f for %f, %s", i,
                     rows[i].format, (long long)video->frame_count, video->timing,
                     (long long)video->frame_rate.num, (long long)video->frame_rate.den,
                     rational_to_double(video->first_time), rational_to_double(duration),
                     facts->is_seekable ? "seekable" : "not seekable");
    }
}

static void keyframes_are_measured(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct clip_spec spec = plain;
    spec.frames = 70; // keys at 0, 12, … 60
    probe(&spec, facts);
    assert_int_equal(facts->video.keyframe_count, 6);
    assert_true(rational_cmp(facts->video.longest_keyframe_gap, rational_make(12, 25)) == 0);
    assert_int_equal(facts->video.packets_before_first_key, 0);
    spec.gop = 600;
    probe(&spec, facts);
    assert_int_equal(facts->video.keyframe_count, 1);
    assert_true(rational_cmp(facts->video.longest_keyframe_gap, rational_make(70, 25)) == 0);
    assert_false(facts->is_seekable);
}

static void what_comes_before_the_first_keyframe_is_not_counted(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    AUTO_FREE struct source_facts *cut = mem_alloc(sizeof *cut);
    struct clip_spec spec = plain;
    struct clip clip;
    struct err err = {0};
    spec.format = "mpegts";
    spec.codec = AV_CODEC_ID_MPEG2VIDEO;
    spec.frames = 200;
    clip_make(&clip, &spec, "joined.ts");
    assert_true(probe_source(&clip.source, facts, &err));
    assert_int_equal(facts->video.frame_count, 200);
    // As if the recording had begun in the middle of a group.
    int packets = clip.size_bytes / 188;
    memmove(clip.data, clip.data + packets / 3 * 188, (size_t)(packets - packets / 3) * 188);
    clip_cut(&clip, (packets - packets / 3) * 188);
    assert_true(probe_source(&clip.source, cut, &err));
    assert_true(rational_cmp(cut->video.first_time, facts->video.first_time) > 0);
    assert_true(rational_cmp(cut->video.end_time, facts->video.end_time) == 0);
    struct rational shown = rational_sub(cut->video.end_time, cut->video.first_time);
    assert_int_equal(cut->video.frame_count, rational_round(shown, 25));
    assert_int_equal(cut->video.frame_count % 12, 200 % 12);
    assert_true(cut->video.packets_before_first_key > 0);
    clip_done(&clip);
}

static void a_cut_file_says_how_much_is_missing(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct clip clip;
    struct err err = {0};
    clip_make(&clip, &plain, "cut.mp4");
    // moov stands at the end: put it first, so that only media is missing.
    uint8_t *moov = clip_find(&clip, "moov") - 4, *mdat = clip_find(&clip, "mdat") - 4;
    assert_true(moov > mdat);
    size_t moov_size = (size_t)(clip.data + clip.size_bytes - moov);
    size_t mdat_size = (size_t)(moov - mdat);
    uint8_t *moved = av_malloc(moov_size + mdat_size);
    memcpy(moved, moov, moov_size);
    memcpy(moved + moov_size, mdat, mdat_size);
    memcpy(mdat, moved, moov_size + mdat_size);
    av_free(moved);
    uint8_t *stco = clip_find(&clip, "stco");
    for (unsigned i = 0; i < stco[11]; i++) { // few chunks: the count fits a byte
        uint8_t *at = stco + 12 + 4 * i;
        uint32_t offset =
            (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
        offset += (uint32_t)moov_size;
        for (int b = 0; b < 4; b++)
            at[b] = (uint8_t)(offset >> (24 - 8 * b));
    }
    assert_true(probe_source(&clip.source, facts, &err));
    assert_false(facts->is_truncated);
    assert_int_equal(facts->video.frame_count, 60);
    clip_cut(&clip, clip.size_bytes - (int)(mdat_size / 2));
    assert_true(probe_source(&clip.source, facts, &err));
    assert_true(facts->is_truncated);
    char told[160];
    snprintf(told, sizeof told, "%d of 60 video packets are missing",
             60 - (int)facts->video.frame_count);
    assert_string_equal(facts->truncated_text, told);
    assert_in_range(facts->video.frame_count, 10, 50);
    clip_done(&clip);
}

static void sound_has_its_own_times(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct clip_spec spec = plain;
    spec.has_audio = true;
    spec.format = "mpegts";
    spec.codec = AV_CODEC_ID_MPEG2VIDEO;
    spec.time = from_minus_two_seconds;
    probe(&spec, facts);
    assert_int_equal(facts->audio[0].packet_count, 100); // 2.4 s of 1152 samples
    struct rational length = rational_sub(facts->audio[0].end_time, facts->audio[0].first_time);
    assert_true(rational_cmp(length, rational_make(100 * 1152, 48000)) == 0);
    // Sound starts two seconds after the picture, give or take the coder's delay.
    struct rational later = rational_sub(facts->audio[0].first_time, facts->video.first_time);
    assert_in_range(rational_round(later, 1000), 1980, 2020);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_and_times_in_every_container),
        cmocka_unit_test(keyframes_are_measured),
        cmocka_unit_test(what_comes_before_the_first_keyframe_is_not_counted),
        cmocka_unit_test(a_cut_file_says_how_much_is_missing),
        cmocka_unit_test(sound_has_its_own_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
