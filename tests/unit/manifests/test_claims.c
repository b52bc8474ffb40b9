// SPDX-License-Identifier: BSD-2-Clause
// What must hold of every manifest, whatever the presentation.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "manifests/dash.h"
#include "manifests/hls.h"
#include "tests/unit/manifests/fixture.h"

static const struct fixture_time hour = {{3600, 1}, {4, 1}, {30000, 1001}, 60};

static char *text_of(struct buf *buf)
{
    buf_put_u8(buf, 0);
    return (char *)buf->data;
}

static char *master_of(const struct presentation *presentation, struct buf *buf)
{
    hls_write_master(presentation, buf);
    return text_of(buf);
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, word)); at++)
        count++;
    return count;
}

static void add_rungs(struct presentation *presentation, const int64_t *rates, size_t count)
{
    static const struct fixture_time t = {{20, 1}, {4, 1}, {25, 1}, 50};
    for (size_t i = 0; i < count; i++) {
        AUTO_FREE char *id = mem_printf("v%zu", i);
        struct fixture_video spec = {id,  "h264",   "avc1.640028",  1280,
                                     720, rates[i], VIDEO_RANGE_SDR};
        fixture_add_video(presentation, &spec, &t);
    }
    presentation->duration = t.duration;
    presentation_measure(presentation);
}

static void add_voice(struct presentation *presentation, const char *id, const char *language,
                      const char *name, bool is_default)
{
    static const struct fixture_time t = {{20, 1}, {4, 1}, {25, 1}, 50};
    struct fixture_audio spec = {id, language, name, is_default};
    fixture_add_audio(presentation, &spec, &t);
    presentation->duration = t.duration;
    presentation_measure(presentation);
}

// Any run of EXTINFs is the real time within a microsecond: true of all when it is
// true of the sums from the start.
static void extinf_sums_never_drift(void **state)
{
    (void)state;
    static const struct fixture_video video = {"v", "h264",  "avc1.640028",  1280,
                                               720, 2000000, VIDEO_RANGE_SDR};
    static const struct fixture_audio audio = {"a", "en", "English", true};
    AUTO(presentation_done) struct presentation presentation = {.duration = hour.duration};
    fixture_add_video(&presentation, &video, &hour);
    fixture_add_audio(&presentation, &audio, &hour);
    presentation_measure(&presentation);
    for (size_t t = 0; t < 2; t++) {
        const struct presentation_track *track = &presentation.tracks[t];
        AUTO(buf_done) struct buf playlist = {0};
        hls_write_media(&presentation, track, &playlist);
        const char *at = text_of(&playlist);
        int64_t sum_us = 0;
        size_t index = 0;
        while ((at = strstr(at, "#EXTINF:"))) {
            char *end = NULL;
            long long whole = strtoll(at + 8, &end, 10);
            assert_int_equal(*end, '.');
            long long micro = strtoll(end + 1, &end, 10);
            assert_int_equal(*end, ',');
            sum_us += whole * 1000000 + micro;
            const struct presentation_segment *segment = &track->segments[index++];
            int64_t real_us = rational_round(
                rational_make(segment->start_ticks + segment->duration_ticks, track->timescale_hz),
                1000000);
            assert_int_equal(sum_us, real_us);
            at = end;
        }
        assert_int_equal(index, track->segment_count);
    }
}

static void iframe_playlist_covers_the_track(void **state)
{
    (void)state;
    AUTO(presentation_done) struct presentation presentation = {0};
    add_rungs(&presentation, (int64_t[]){2000000}, 1);
    AUTO(buf_done) struct buf playlist = {0};
    hls_write_iframes(&presentation, presentation.tracks, &playlist);
    const char *text = text_of(&playlist);
    assert_int_equal(count_of(text, "#EXTINF:2.000000,\n#EXT-X-BYTERANGE:"), 10);
    assert_int_equal(count_of(text, "#EXT-X-I-FRAMES-ONLY\n"), 1);
    assert_int_equal(count_of(text, "\n00005.m4s\n"), 2);
}

static void first_variant_is_nearest_to_two_megabits(void **state)
{
    (void)state;
    static const struct {
        int64_t rates[4];
        size_t count;
        const char *order; // of the ids
    } cases[] = {
        {{6000000, 3000000, 1500000, 400000}, 4, "2013"},
        {{400000, 1500000, 3000000, 6000000}, 4, "1320"},
        {{6000000, 5000000}, 2, "10"},
        {{300000, 200000}, 2, "01"},
        {{1500000, 1500000}, 2, "01"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(presentation_done) struct presentation presentation = {0};
        AUTO(buf_done) struct buf buf = {0}, order = {0};
        add_rungs(&presentation, cases[i].rates, cases[i].count);
        for (const char *at = master_of(&presentation, &buf); (at = strstr(at, "\nvideo/v")); at++)
            buf_append(&order, at + 8, 1);
        assert_string_equal(text_of(&order), cases[i].order);
    }
}

static void no_name_leaves_its_quotes(void **state)
{
    (void)state;
    static const char *const names[] = {"a\",URI=\"http://example.org/x\"",
                                        "a\n#EXT-X-ENDLIST",
                                        "\xff\xfe broken",
                                        "\x01\x1b[2J",
                                        "\xc2\x85next line",
                                        "\xe2\x80\xa8separator",
                                        "",
                                        NULL,
                                        "\xed\xa0\x80 surrogate"};
    AUTO(presentation_done) struct presentation presentation = {0};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        AUTO_FREE char *id = mem_printf("a%zu", i);
        add_voice(&presentation, id, "en", names[i], false);
    }
    AUTO(buf_done) struct buf buf = {0}, mpd = {0};
    const char *text = master_of(&presentation, &buf);
    assert_int_equal(count_of(text, "\n#EXT-X-MEDIA:"), ARRAY_LEN(names));
    assert_int_equal(count_of(text, "\n"), 3 + ARRAY_LEN(names) + 2);
    assert_int_equal(count_of(text, "\""), 10 * ARRAY_LEN(names) + 4);
    for (const char *at = text; *at; at++)
        assert_true((unsigned char)*at >= 0x20 || *at == '\n');
    struct err err = {0};
    assert_true(dash_write_mpd(&presentation, &mpd, &err));
    xmlDocPtr doc = xmlReadMemory((const char *)mpd.data, (int)mpd.size_bytes, NULL, NULL,
                                  XML_PARSE_NONET | XML_PARSE_NOERROR);
    assert_non_null(doc);
    xmlFreeDoc(doc);
}

static void names_stay_different(void **state)
{
    (void)state;
    AUTO(presentation_done) struct presentation presentation = {0};
    add_voice(&presentation, "a", "en", "the \"cut\"", true);
    add_voice(&presentation, "b", "en", "the 'cut'", false);
    add_voice(&presentation, "c", "en", "the 'cut' (2)", false);
    AUTO(buf_done) struct buf buf = {0};
    const char *text = master_of(&presentation, &buf);
    assert_int_equal(count_of(text, "NAME=\"the 'cut'\""), 1);
    assert_int_equal(count_of(text, "NAME=\"the 'cut' (2)\""), 1);
    assert_int_equal(count_of(text, "NAME=\"the 'cut' (2) (2)\""), 1);
}

static void exactly_one_audio_is_default(void **state)
{
    (void)state;
    for (unsigned flags = 0; flags < 8; flags++) {
        AUTO(presentation_done) struct presentation presentation = {0};
        add_voice(&presentation, "a", "en", "A", flags & 1);
        add_voice(&presentation, "b", "de", "B", flags & 2);
        add_voice(&presentation, "c", "de", "C", flags & 4);
        AUTO(buf_done) struct buf buf = {0}, mpd = {0};
        const char *text = master_of(&presentation, &buf);
        assert_int_equal(count_of(text, "DEFAULT=YES,AUTOSELECT=YES"), 1);
        assert_int_equal(count_of(text, "DEFAULT=YES,AUTOSELECT=NO"), 0);
        assert_int_equal(count_of(text, "AUTOSELECT=YES"), 2); // one for each language
        struct err err = {0};
        assert_true(dash_write_mpd(&presentation, &mpd, &err));
        assert_int_equal(count_of(text_of(&mpd), "value=\"main\""), 1);
    }
}

static void audio_only_is_not_counted_twice(void **state)
{
    (void)state;
    AUTO(presentation_done) struct presentation presentation = {0};
    add_voice(&presentation, "a", "en", "A", true);
    add_voice(&presentation, "b", "de", "B", false);
    AUTO(buf_done) struct buf buf = {0};
    AUTO_FREE char *rate =
        mem_printf("#EXT-X-STREAM-INF:BANDWIDTH=%ld,", (long)presentation.tracks[0].peak_bps);
    const char *text = master_of(&presentation, &buf);
    assert_non_null(strstr(text, rate));
    assert_int_equal(count_of(text, "#EXT-X-STREAM-INF"), 1);
    assert_null(strstr(text, "RESOLUTION"));
    assert_null(strstr(text, "CLOSED-CAPTIONS"));
}

static void folders_are_escaped(void **state)
{
    (void)state;
    AUTO(presentation_done) struct presentation presentation = {0};
    add_rungs(&presentation, (int64_t[]){2000000}, 1);
    MEM_FREE(presentation.tracks[0].folder);
    presentation.tracks[0].folder = mem_strdup("a:b/$Time$ \"%05d\"?#\xc3\xa9");
    static const char escaped[] = "a%3Ab/%24Time%24%20%22%2505d%22%3F%23%C3%A9/";
    AUTO(buf_done) struct buf buf = {0}, mpd = {0};
    assert_int_equal(count_of(master_of(&presentation, &buf), escaped), 2);
    struct err err = {0};
    assert_true(dash_write_mpd(&presentation, &mpd, &err));
    assert_int_equal(count_of(text_of(&mpd), escaped), 2);
}

static void mpd_duration_is_never_below_the_real(void **state)
{
    (void)state;
    static const struct {
        struct rational duration;
        const char *text;
    } cases[] = {
        {{30, 1}, "PT30S"},
        {{1, 3}, "PT0.333334S"},
        {{1001, 24000}, "PT0.041709S"},
        {{721001, 24000}, "PT30.041709S"},
        {{3003, 100}, "PT30.03S"},
        {{36000, 1}, "PT36000S"},
        {{1999999999, 1000000000}, "PT2S"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(presentation_done) struct presentation presentation = {0};
        add_rungs(&presentation, (int64_t[]){2000000}, 1);
        presentation.duration = cases[i].duration;
        AUTO(buf_done) struct buf mpd = {0};
        struct err err = {0};
        assert_true(dash_write_mpd(&presentation, &mpd, &err));
        AUTO_FREE char *wanted = mem_printf("mediaPresentationDuration=\"%s\"", cases[i].text);
        if (!strstr(text_of(&mpd), wanted))
            fail_msg("no %s in %.300s", wanted, (char *)mpd.data);
    }
}

static void shapes_that_differ_get_their_own_template(void **state)
{
    (void)state;
    for (int change = 0; change < 4; change++) {
        AUTO(presentation_done) struct presentation presentation = {0};
        add_rungs(&presentation, (int64_t[]){2000000, 1000000}, 2);
        struct presentation_track *track = &presentation.tracks[1];
        if (change == 1)
            track->segments[4].duration_ticks--;
        if (change == 2)
            track->folder[0] = 'V';
        if (change == 3)
            track->id[0] = 'w';
        AUTO(buf_done) struct buf mpd = {0};
        struct err err = {0};
        assert_true(dash_write_mpd(&presentation, &mpd, &err));
        assert_int_equal(count_of(text_of(&mpd), "<SegmentTimeline>"), change == 0 ? 1 : 2);
        assert_int_equal(count_of((char *)mpd.data, "$RepresentationID$"), change == 0 ? 2 : 0);
    }
}

static int64_t number_of(xmlNodePtr node, const char *name, int64_t fallback)
{
    xmlChar *text = xmlGetProp(node, BAD_CAST name);
    int64_t value = text ? strtoll((const char *)text, NULL, 10) : fallback;
    xmlFree(text);
    return value;
}

static xmlNodePtr child(xmlNodePtr node, const char *name)
{
    for (xmlNodePtr at = node->children; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && strcmp((const char *)at->name, name) == 0)
            return at;
    fail_msg("no %s", name);
    return NULL;
}

// Expands the timeline as a client does and compares with the segments, gaps included.
static void timeline_expands_to_the_segments(void **state)
{
    (void)state;
    AUTO(presentation_done) struct presentation presentation = {.duration = hour.duration};
    static const struct fixture_audio audio = {"a", "en", "English", true};
    fixture_add_audio(&presentation, &audio, &hour);
    for (size_t k = 500; k < presentation.tracks[0].segment_count; k++)
        presentation.tracks[0].segments[k].start_ticks += 7;
    presentation_measure(&presentation);
    AUTO(buf_done) struct buf mpd = {0};
    struct err err = {0};
    assert_true(dash_write_mpd(&presentation, &mpd, &err));
    xmlDocPtr doc = xmlReadMemory((const char *)mpd.data, (int)mpd.size_bytes, NULL, NULL, 0);
    assert_non_null(doc);
    xmlNodePtr template = child(child(child(xmlDocGetRootElement(doc), "Period"), "AdaptationSet"),
                                "SegmentTemplate");
    assert_int_equal(number_of(template, "timescale", 1), 48000);
    assert_int_equal(number_of(template, "startNumber", 0), 1);
    const struct presentation_track *track = &presentation.tracks[0];
    size_t index = 0;
    int64_t at_ticks = 0;
    for (xmlNodePtr s = child(template, "SegmentTimeline")->children; s; s = s->next) {
        if (s->type != XML_ELEMENT_NODE)
            continue;
        at_ticks = number_of(s, "t", at_ticks);
        for (int64_t r = 0; r <= number_of(s, "r", 0); r++) {
            assert_true(index < track->segment_count);
            assert_int_equal(track->segments[index].start_ticks, at_ticks);
            assert_int_equal(track->segments[index].duration_ticks, number_of(s, "d", 0));
            at_ticks += number_of(s, "d", 0);
            index++;
        }
    }
    assert_int_equal(index, track->segment_count);
    xmlFreeDoc(doc);
}

static void par_is_the_ratio_all_rungs_round(void **state)
{
    (void)state;
    static const struct {
        int sizes[3][2];
        const char *par;
    } cases[] = {
        {{{1920, 1080}, {854, 480}, {426, 240}}, "16:9"},
        {{{854, 480}, {640, 360}, {426, 240}}, "16:9"},
        {{{1080, 1920}, {480, 854}, {240, 426}}, "9:16"},
        {{{1440, 1080}, {960, 720}, {320, 240}}, "4:3"},
        {{{1920, 800}, {1152, 480}, {576, 240}}, "12:5"},
        {{{1914, 1080}, {1276, 720}, {426, 240}}, "39:22"},
        {{{2, 2}, {2, 2}, {2, 2}}, "1:1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(presentation_done) struct presentation presentation = {0};
        add_rungs(&presentation, (int64_t[]){3000000, 2000000, 1000000}, 3);
        for (size_t k = 0; k < 3; k++) {
            presentation.tracks[k].width_px = cases[i].sizes[k][0];
            presentation.tracks[k].height_px = cases[i].sizes[k][1];
        }
        AUTO(buf_done) struct buf mpd = {0};
        struct err err = {0};
        assert_true(dash_write_mpd(&presentation, &mpd, &err));
        AUTO_FREE char *wanted = mem_printf("par=\"%s\"", cases[i].par);
        if (!strstr(text_of(&mpd), wanted))
            fail_msg("no %s in %.500s", wanted, (char *)mpd.data);
    }
}

static void an_empty_presentation_is_refused(void **state)
{
    (void)state;
    struct presentation empty = {.duration = {1, 1}};
    AUTO(buf_done) struct buf mpd = {0};
    struct err err = {0};
    assert_false(dash_write_mpd(&empty, &mpd, &err));
    assert_int_equal(err.kind, ERR_BUG);
    assert_int_equal(mpd.size_bytes, 0);
    AUTO(presentation_done) struct presentation presentation = {0};
    add_rungs(&presentation, (int64_t[]){2000000}, 1);
    presentation.tracks[0].segment_count = 0;
    assert_false(dash_write_mpd(&presentation, &mpd, &err));
    assert_int_equal(mpd.size_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extinf_sums_never_drift),
        cmocka_unit_test(iframe_playlist_covers_the_track),
        cmocka_unit_test(first_variant_is_nearest_to_two_megabits),
        cmocka_unit_test(no_name_leaves_its_quotes),
        cmocka_unit_test(names_stay_different),
        cmocka_unit_test(exactly_one_audio_is_default),
        cmocka_unit_test(audio_only_is_not_counted_twice),
        cmocka_unit_test(folders_are_escaped),
        cmocka_unit_test(mpd_duration_is_never_below_the_real),
        cmocka_unit_test(shapes_that_differ_get_their_own_template),
        cmocka_unit_test(timeline_expands_to_the_segments),
        cmocka_unit_test(par_is_the_ratio_all_rungs_round),
        cmocka_unit_test(an_empty_presentation_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
