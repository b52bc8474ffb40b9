// SPDX-License-Identifier: BSD-2-Clause
// Codecs strings: which are the same, which have the right form.
#include "configs.h"

static const char *const same[][2] = {
    {"avc1.64001F", "avc1.64001f"},
    {"hvc1.1.6.L93.B0", "hvc1.1.6.L93.b0"},
    {"hvc1.1.6.L93.B0", "hvc1.1.6.L93.B0.0.0.0.0.0"},
    {"hvc1.2.4.L150", "hvc1.2.4.L150.00"},
    {"hvc1.1.06.L93.90", "hvc1.1.6.L93.90"},
    {"av01.0.08M.08", "av01.0.08M.08.0.110.01.01.01.0"},
    {"av01.0.08M.08", "av01.0.08M.08.0.110.02.02.02.0"},
    {"av01.0.08M.08", "av01.0.08M.08.0.111.01.01.01.0"},
    {"av01.0.08M.08", "av01.0.08M.08.0.112.02.02.02.0"},
    {"av01.0.13M.10.0.110.09.16.09.0", "av01.0.13M.10.0.110.9.16.9.0"},
    {"vp09.00.31.08", "vp09.00.31.08.01.01.01.01.00"},
    {"vp09.00.31.08", "vp09.00.31.08.00.02.02.02.00"},
    {"mp4a.40.2", "mp4a.40.02"},
    {"mp4a.6B", "mp4a.6b"},
    {"Opus", "opus"},
    {"fLaC", "flac"},
    {"stpp", "stpp.ttml.im1t"},
    {"stpp.ttml.im1t", "stpp.TTML.im1t"},
    {"dvh1.05.06", "dvh1.5.6"},
    {"vvc1.1.L51", "vvc1.1.L51.CQA"},
    {"ac-4.02.01.03", "ac-4.2.1.3"},
    {"xyzw.1", "xyzw.1"},
};

static const char *const different[][2] = {
    {"avc1.64001F", "avc1.640020"},
    {"avc1.64001F", "avc3.64001F"},
    {"avc1.64001F", "AVC1.64001F"},
    {"hvc1.1.6.L93.B0", "hvc1.1.6.L93"},
    {"hvc1.1.6.L93.B0", "hev1.1.6.L93.B0"},
    {"hvc1.1.6.L93.B0", "hvc1.1.6.H93.B0"},
    {"hvc1.1.6.L93", "hvc1.A1.6.L93"},
    {"av01.0.08M.08", "av01.0.08H.08"},
    {"av01.0.08M.10", "av01.0.08M.10.0.110.09.16.09.0"},
    {"av01.0.08M.10", "av01.0.08M.10.0.110.01.01.01.1"},
    {"av01.0.08M.10", "av01.0.08M.10.0.000.01.01.01.0"},
    {"av01.0.08M.10.0.110.01.01.01.0", "av01.0.08M.10.0.111.01.01.01.0"},
    {"av01.0.08M.10.0.110.02.02.02.0", "av01.0.08M.10.0.110.01.01.01.0"},
    {"vp09.00.31.08", "vp09.00.31.08.03.01.01.01.00"},
    {"vp09.02.31.10", "vp09.02.31.10.01.09.16.09.00"},
    {"mp4a.40.2", "mp4a.40.5"},
    {"mp4a.40.2", "mp4a.40"},
    {"mp4a.40.2", "mp4a.67"},
    {"ac-3", "ec-3"},
    {"stpp.ttml.im1t", "stpp.ttml.im2t"},
    {"vvc1.1.L51", "vvc1.1.H51"},
    {"dvh1.05.06", "dvh1.05.07"},
    {"avc1.64001F", ""},
    {"avc1.64001F", "avc1.1.2.3.4.5.6.7.8.9.10.11.12.13"},
};

static void knows_which_are_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        if (!codec_string_same(same[i][0], same[i][1]) ||
            !codec_string_same(same[i][1], same[i][0]))
            fail_msg("%s and %s are the same", same[i][0], same[i][1]);
    for (size_t i = 0; i < ARRAY_LEN(different); i++)
        if (codec_string_same(different[i][0], different[i][1]) ||
            codec_string_same(different[i][1], different[i][0]))
            fail_msg("%s and %s differ", different[i][0], different[i][1]);
}

static const char *const good[] = {
    "avc1.64001F",
    "avc3.4d401e",
    "hvc1.1.6.L93",
    "hvc1.2.4.L150.B0",
    "hev1.A1.6.H120.90.0.0.1",
    "hvc1.4.10.L60.9F.A8",
    "av01.0.08M.08",
    "av01.0.13H.10.0.110.09.16.09.0",
    "vp09.00.31.08",
    "vp09.02.31.10.01.09.16.09.00",
    "vp08.00.31.08",
    "mp4a.40.2",
    "mp4a.40.29",
    "mp4a.6B",
    "mp4a.A5",
    "mp4v.20.9",
    "ac-3",
    "ec-3",
    "ac-4.02.01.03",
    "Opus",
    "opus",
    "fLaC",
    "alac",
    "wvtt",
    "stpp",
    "stpp.ttml.im1t",
    "dvh1.08.07",
    "dav1.10.09",
    "vvc1.1.L51.CQA.O1+3",
    "mhm1.0x0D",
    "theora",
    "dtse",
};

static const char *const bad[] = {
    "",
    "avc1",
    "avc1.",
    "avc1.64001",
    "avc1.64001F0",
    "avc1.64001G",
    "avc1.66.30",
    "avc1.64001F.1",
    "hvc1",
    "hvc1.1.6",
    "hvc1.1.6.93",
    "hvc1.D1.6.L93",
    "hvc1.1.6.L93.B0.0.0.0.0.0.0",
    "hvc1.1.6.L93.XX",
    "hvc1.4.10.L60.9fa8",
    "av01",
    "av01.0.8M.08",
    "av01.0.08.08",
    "av01.0.08M.08.0",
    "av01.0.08M.08.0.110.01.01.01",
    "av01.00.08M.08",
    "vp09.0.31.08",
    "vp09.00.31",
    "vp09.00.31.08.01",
    "mp4a",
    "mp4a.40",
    "mp4a.40.",
    "mp4a.40.x",
    "mp4a.4",
    "mp4a.6B.1",
    "mp4a.40.2.1",
    "ac-3.1",
    "ac-4",
    "ac-4.2.1.3",
    "opus.1",
    "dvh1.8.7",
    "dvh1.08",
    "wvtt.1",
    " avc1.64001F",
    "avc1.64 01F",
    "vvc1.1",
    "a.b.c.d.e.f.g.h.i.j.k.l.m",
};

static void knows_the_form_of_each(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct err err = {0};
        if (!codec_string_check(good[i], &err))
            fail_msg("%s: %s", good[i], err.text);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct err err = {0};
        if (codec_string_check(bad[i], &err) || err.kind != ERR_INPUT || !err.text[0])
            fail_msg("\"%s\" has no good form", bad[i]);
    }
}

static void long_texts_are_cut_in_sentences(void **state)
{
    (void)state;
    struct err err = {0};
    char text[4096];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(codec_string_check(text, &err));
    assert_true(strlen(err.text) < 200);
    assert_false(codec_string_same(text, "avc1.64001F"));
    assert_true(codec_string_same(text, text));
}

static void names_dolby_vision(void **state)
{
    (void)state;
    char text[CODEC_STRING_SIZE];
    codec_dolby_vision_string("hvc1", 8, 7, text);
    assert_string_equal(text, "dvh1.08.07");
    codec_dolby_vision_string("hev1", 8, 7, text);
    assert_string_equal(text, "dvhe.08.07");
    codec_dolby_vision_string("dvh1", 5, 6, text);
    assert_string_equal(text, "dvh1.05.06");
    codec_dolby_vision_string("av01", 10, 9, text);
    assert_string_equal(text, "dav1.10.09");
    codec_dolby_vision_string("vp09", 10, 9, text);
    assert_string_equal(text, "");
    assert_string_equal(codec_dolby_vision_brand(1), "db1p");
    assert_string_equal(codec_dolby_vision_brand(4), "db4h");
    assert_string_equal(codec_dolby_vision_brand(0), "");
}

static void nothing_known_matches_anything(void **state)
{
    (void)state;
    struct codec_facts facts = {0};
    assert_true(codec_string_matches(&facts, "anything"));
    memcpy(facts.string, "avc1.64001F", 12);
    assert_true(codec_string_matches(&facts, "avc1.64001f"));
    assert_false(codec_string_matches(&facts, "avc1.64001e"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_which_are_the_same),        cmocka_unit_test(knows_the_form_of_each),
        cmocka_unit_test(long_texts_are_cut_in_sentences), cmocka_unit_test(names_dolby_vision),
        cmocka_unit_test(nothing_known_matches_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
