// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libavutil/intreadwrite.h>
#include <stdio.h>

#include "src/base/mem.h"
#include "src/media/probe.h"
#include "tests/unit/media/clip.h"

static const struct clip_spec plain = {
    .format = "mp4",
    .codec = AV_CODEC_ID_MPEG4,
    .time_base = {1, 25},
    .rate = {25, 1},
    .frames = 50,
    .width_px = 96,
    .height_px = 64,
};

static void must_probe(const struct clip *clip, struct source_facts *facts)
{
    struct err err = {0};
    memset(facts, 0, sizeof *facts);
    if (!probe_source(&clip->source, facts, &err))
        fail_msg("%s", err.text);
}

static void must_refuse(const struct clip *clip, const char *told)
{
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct err err = {0};
    assert_false(probe_source(&clip->source, facts, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    if (strcmp(err.text, told) != 0)
        fail_msg("'%s' instead of '%s'", err.text, told);
}

// ISO/IEC 14496-12, 8.3.2: the matrix stands 40 bytes after the version of a tkhd.
static void set_matrix(struct clip *clip, int a, int b, int c, int d)
{
    uint8_t *matrix = clip_find(clip, "tkhd") + 44;
    AV_WB32(matrix, (uint32_t)a << 16);
    AV_WB32(matrix + 4, (uint32_t)b << 16);
    AV_WB32(matrix + 12, (uint32_t)c << 16);
    AV_WB32(matrix + 16, (uint32_t)d << 16);
}

static void tells_all_eight_orientations(void **state)
{
    (void)state;
    // The matrix sends a point (x, y) to (a x + c y, b x + d y), y pointing down.
    static const struct {
        int a, b, c, d;
        int rotation_deg;
        bool is_mirrored;
    } rows[] = {
        {1, 0, 0, 1, 0, false},    {0, 1, -1, 0, 90, false},  {-1, 0, 0, -1, 180, false},
        {0, -1, 1, 0, 270, false}, {-1, 0, 0, 1, 0, true},    {1, 0, 0, -1, 180, true},
        {0, 1, 1, 0, 90, true},    {0, -1, -1, 0, 270, true},
    };
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct clip clip;
    clip_make(&clip, &plain, "turned.mp4");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        set_matrix(&clip, rows[i].a, rows[i].b, rows[i].c, rows[i].d);
        must_probe(&clip, facts);
        if (facts->video.rotation_deg != rows[i].rotation_deg ||
            facts->video.is_mirrored != rows[i].is_mirrored)
            fail_msg("row %zu: %d %d", i, facts->video.rotation_deg, facts->video.is_mirrored);
        bool is_turned = rows[i].b != 0;
        assert_int_equal(facts->video.display_width_px, is_turned ? 64 : 96);
        assert_int_equal(facts->video.display_height_px, is_turned ? 96 : 64);
        assert_int_equal(facts->video.coded_width_px, 96);
        // The rows' own claim: turned clockwise, then mirrored, gives the matrix.
        static const int cos_of[] = {1, 0, -1, 0}, sin_of[] = {0, 1, 0, -1};
        int quarter = facts->video.rotation_deg / 90, flip = facts->video.is_mirrored ? -1 : 1;
        assert_int_equal(rows[i].a, flip * cos_of[quarter]);
        assert_int_equal(rows[i].b, sin_of[quarter]);
        assert_int_equal(rows[i].c, flip * -sin_of[quarter]);
        assert_int_equal(rows[i].d, cos_of[quarter]);
    }
    clip_done(&clip);
}

static void square_pixels_decide_the_size(void **state)
{
    (void)state;
    static const struct {
        AVRational aspect;
        int width_px; // of 96
    } rows[] = {{{64, 45}, 137}, {{8, 9}, 85}, {{1, 1}, 96}, {{0, 1}, 96}, {{255, 1}, 96}};
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct clip_spec spec = plain;
        struct clip clip;
        spec.sample_aspect = rows[i].aspect;
        clip_make(&clip, &spec, "wide.mp4");
        must_probe(&clip, facts);
        assert_int_equal(facts->video.display_width_px, rows[i].width_px);
        assert_int_equal(facts->video.display_height_px, 64);
        clip_done(&clip);
    }
}

static void knows_the_picture(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct clip clip;
    struct clip_spec spec = plain;
    spec.format = "matroska";
    spec.has_audio = true;
    clip_make(&clip, &spec, "a.mkv");
    must_probe(&clip, facts);
    assert_string_equal(facts->container, "matroska,webm");
    assert_string_equal(facts->video.codec, "mpeg4");
    assert_string_equal(facts->video.pixel_format, "yuv420p");
    assert_int_equal(facts->video.bit_depth, 8);
    assert_int_equal(facts->video.colour_primaries, 2);
    assert_false(facts->video.is_full_range);
    assert_false(facts->video.is_hdr);
    assert_false(facts->video.is_interlaced);
    assert_int_equal(facts->size_bytes, clip.size_bytes);
    assert_int_equal(facts->audio_count, 1);
    assert_string_equal(facts->audio[0].codec, "mp2");
    assert_int_equal(facts->audio[0].channels, 2);
    assert_int_equal(facts->audio[0].sample_rate_hz, 48000);
    assert_false(facts->is_truncated);
    clip_done(&clip);
}

static void encrypted_video_is_refused(void **state)
{
    (void)state;
    struct clip clip;
    clip_make(&clip, &plain, "secret.mp4");
    memcpy(clip_find(&clip, "mp4v"), "encv", 4);
    must_refuse(&clip, "secret.mp4: the video is encrypted");
    clip_done(&clip);
}

static void a_codec_without_decoder_is_named(void **state)
{
    (void)state;
    struct clip clip;
    struct clip_spec spec = plain;
    spec.format = "matroska";
    clip_make(&clip, &spec, "odd.mkv");
    memcpy(clip_find(&clip, "V_MPEG4/ISO/ASP"), "V_SNOW", 6);
    must_refuse(&clip, "odd.mkv: there is no decoder for the video's codec (snow)");
    clip_done(&clip);
}

static void too_many_sounds_are_noted(void **state)
{
    (void)state;
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    struct clip clip;
    struct clip_spec spec = plain;
    spec.has_audio = true;
    spec.audio_tracks = FACTS_AUDIO_MAX + 2;
    spec.frames = 10;
    clip_make(&clip, &spec, "many.mp4");
    must_probe(&clip, facts);
    assert_int_equal(facts->audio_count, FACTS_AUDIO_MAX);
    assert_int_equal(facts->note_count, 2);
    assert_non_null(strstr(facts->notes[0].text, "too many audio streams"));
    clip_done(&clip);
}

static void any_prefix_is_an_answer_or_one_sentence(void **state)
{
    (void)state;
    static const char *const formats[] = {"mp4", "matroska", "mpegts", "avi"};
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    for (size_t f = 0; f < ARRAY_LEN(formats); f++) {
        struct clip clip;
        struct clip_spec spec = plain;
        spec.format = formats[f];
        spec.has_audio = true;
        clip_make(&clip, &spec, "cut");
        int whole = clip.size_bytes;
        for (int size = whole; size >= 0; size -= whole / 23 + 1) {
            struct err err = {0};
            clip_cut(&clip, size);
            if (probe_source(&clip.source, facts, &err)) {
                assert_true(facts->video.frame_count > 0);
                if (size < whole && f != 2 && !facts->is_truncated)
                    fail_msg("%s cut to %d of %d bytes: not seen", formats[f], size, whole);
            } else {
                assert_int_equal(err.kind, ERR_INPUT);
                assert_non_null(strstr(err.text, "cut: "));
                assert_null(strchr(err.text, '\n'));
            }
        }
        clip_done(&clip);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_all_eight_orientations),
        cmocka_unit_test(square_pixels_decide_the_size),
        cmocka_unit_test(knows_the_picture),
        cmocka_unit_test(encrypted_video_is_refused),
        cmocka_unit_test(a_codec_without_decoder_is_named),
        cmocka_unit_test(too_many_sounds_are_noted),
        cmocka_unit_test(any_prefix_is_an_answer_or_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
