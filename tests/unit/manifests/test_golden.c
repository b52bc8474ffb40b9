// SPDX-License-Identifier: BSD-2-Clause
// Whole manifests of typical presentations against golden files.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "manifests/dash.h"
#include "manifests/hls.h"
#include "tests/unit/manifests/fixture.h"
#include "tests/unit/manifests/golden.h"

static const struct fixture_time film = {{1001 * 30, 1000}, {1001 * 4, 1000}, {24000, 1001}, 48};
static const struct fixture_time film_25 = {{20, 1}, {4, 1}, {25, 1}, 50};
static const struct fixture_time one_frame = {{1, 25}, {4, 1}, {25, 1}, 50};

static const struct fixture_video h264[] = {
    {"h264-1080p", "h264", "avc1.640028", 1920, 1080, 5800000, VIDEO_RANGE_SDR},
    {"h264-720p", "h264", "avc1.64001f", 1280, 720, 3000000, VIDEO_RANGE_SDR},
    {"h264-480p", "h264", "avc1.64001e", 854, 480, 1500000, VIDEO_RANGE_SDR},
    {"h264-240p", "h264", "avc1.640015", 426, 240, 400000, VIDEO_RANGE_SDR},
};
static const struct fixture_video hevc[] = {
    {"hevc-1080p", "hevc", "hvc1.1.6.L120.B0", 1920, 1080, 3800000, VIDEO_RANGE_SDR},
    {"hevc-480p", "hevc", "hvc1.1.6.L90.B0", 854, 480, 900000, VIDEO_RANGE_SDR},
};
static const struct fixture_video pq[] = {
    {"hevc-2160p", "hevc", "hvc1.2.4.L150.B0", 3840, 2160, 15000000, VIDEO_RANGE_PQ},
};
static const struct fixture_video hlg[] = {
    {"hevc-1080p", "hevc", "hvc1.2.4.L120.B0", 1080, 1920, 6000000, VIDEO_RANGE_HLG},
};
static const struct fixture_audio english[] = {{"en-aac-stereo", "en", "English", true}};
static const struct fixture_audio languages[] = {
    {"und-aac-stereo", NULL, "Audio 1", false},
    {"de-aac-stereo", "de", "Deutsch", true},
    {"pt-BR-aac-stereo", "pt-BR", "Portugu\xc3\xaas (Brasil)", false},
    {"ar-aac-stereo", "ar", "\xd8\xa7\xd9\x84\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a\xd8\xa9", false},
    {"de-aac-stereo-2", "de", "\"Director's <cut>\" & more\r\n#EXT-X-ENDLIST", false},
};

static const struct {
    const char *name;
    const struct fixture_time *time;
    const struct fixture_video *videos[2];
    size_t video_counts[2];
    const struct fixture_audio *audios;
    size_t audio_count;
} cases[] = {
    {"film", &film, {h264}, {4}, english, 1},
    {"codecs_languages", &film, {h264, hevc}, {4, 2}, languages, ARRAY_LEN(languages)},
    {"single_rung", &film_25, {h264 + 1}, {1}, english, 1},
    {"silent_one_frame", &one_frame, {h264 + 3}, {1}, NULL, 0},
    {"audio_only", &film, {NULL}, {0}, english, 1},
    {"audio_only_languages", &film, {NULL}, {0}, languages, ARRAY_LEN(languages)},
    {"pq", &film, {pq}, {1}, english, 1},
    {"hlg_upright", &film, {hlg}, {1}, english, 1},
};

static void build(size_t index, struct presentation *ret)
{
    *ret = (struct presentation){.duration = cases[index].time->duration};
    ret->duration = rational_make(ret->duration.num, ret->duration.den);
    for (size_t set = 0; set < 2; set++)
        for (size_t i = 0; i < cases[index].video_counts[set]; i++)
            fixture_add_video(ret, &cases[index].videos[set][i], cases[index].time);
    for (size_t i = 0; i < cases[index].audio_count; i++)
        fixture_add_audio(ret, &cases[index].audios[i], cases[index].time);
    presentation_measure(ret);
}

static void check_file(size_t index, const char *file, const struct buf *text)
{
    AUTO_FREE char *name = mem_printf("%s.%s", cases[index].name, file);
    assert_true(golden_matches(name, text));
}

static void hls_is_as_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(presentation_done) struct presentation presentation;
        build(i, &presentation);
        AUTO(buf_done) struct buf master = {0}, media = {0}, audio = {0}, iframes = {0};
        hls_write_master(&presentation, &master);
        check_file(i, "master.m3u8", &master);
        hls_write_media(&presentation, &presentation.tracks[0], &media);
        check_file(i, "first_media.m3u8", &media);
        hls_write_media(&presentation, &presentation.tracks[presentation.track_count - 1], &audio);
        check_file(i, "last_media.m3u8", &audio);
        if (presentation.tracks[0].type != TRACK_VIDEO)
            continue;
        hls_write_iframes(&presentation, &presentation.tracks[0], &iframes);
        check_file(i, "iframes.m3u8", &iframes);
    }
}

static void mpd_is_as_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(presentation_done) struct presentation presentation;
        build(i, &presentation);
        AUTO(buf_done) struct buf mpd = {0};
        struct err err = {0};
        assert_true(dash_write_mpd(&presentation, &mpd, &err));
        check_file(i, "manifest.mpd", &mpd);
    }
}

static void a_difference_is_seen(void **state)
{
    (void)state;
    assert_false(golden_show_difference("seeded", "a\nb\n", "a\nc\n"));
    assert_false(golden_show_difference("seeded", "a\nb\n", "a\nb"));
    assert_false(golden_show_difference("seeded", "a\n", "a\nb\n"));
    assert_true(golden_show_difference("seeded", "a\nb\n", "a\nb\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hls_is_as_golden),
        cmocka_unit_test(mpd_is_as_golden),
        cmocka_unit_test(a_difference_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
