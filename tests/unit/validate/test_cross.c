// SPDX-License-Identifier: BSD-2-Clause
// HLS against DASH: one content listed by both, and one thing said otherwise. And what is
// named because nobody can look into it.
#include "manifests/validate/dash/tracks.h"
#include "manifests/validate/load_private.h"
#include "tests/unit/validate_hls/kit.h"

#define TIMELINE "<SegmentTimeline><S t=\"0\" d=\"4\" r=\"2\"/></SegmentTimeline>"
#define TEMPLATE(more, inside)                                                                     \
    "<SegmentTemplate timescale=\"1\" " more "initialization=\"$RepresentationID$_init.mp4\" "     \
    "media=\"$RepresentationID$_$Number$.m4s\">" inside "</SegmentTemplate>"
#define MPD(template)                                                                                                                                                                   \
    "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" minBufferTime=\"PT4S\" "                                                                                              \
    "profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" mediaPresentationDuration=\"PT12S\">"                                                                                           \
    "<Period><AdaptationSet contentType=\"video\" mimeType=\"video/mp4\">" template "<Representat"                                                                                      \
                                                                                    "ion "                                                                                              \
                                                                                    "id=\"v1\" "                                                                                        \
                                                                                    "bandwidth="                                                                                        \
                                                                                    "\"800000\" "                                                                                       \
                                                                                    "codecs="                                                                                           \
                                                                                    "\"avc1."                                                                                           \
                                                                                    "64001e\"/>"                                                                                        \
                                                                                    "<Representat"                                                                                      \
                                                                                    "ion "                                                                                              \
                                                                                    "id=\"v2\" "                                                                                        \
                                                                                    "bandwidth="                                                                                        \
                                                                                    "\"400000\" "                                                                                       \
                                                                                    "codecs="                                                                                           \
                                                                                    "\"avc1."                                                                                           \
                                                                                    "64000d\"/></"                                                                                      \
                                                                                    "AdaptationSe"                                                                                      \
                                                                                    "t>"                                                                                                \
                                                                                    "<AdaptationS"                                                                                      \
                                                                                    "et "                                                                                               \
                                                                                    "contentType="                                                                                      \
                                                                                    "\"audio\" "                                                                                        \
                                                                                    "mimeType="                                                                                         \
                                                                                    "\"audio/"                                                                                          \
                                                                                    "mp4\" "                                                                                            \
                                                                                    "lang="                                                                                             \
                                                                                    "\"en\""                                                                                            \
                                                                                    ">" template "<Representation id=\"a\" bandwidth=\"128000\" codecs=\"mp4a.40.2\"/></AdaptationSet>" \
                                                                                                 "</Period></MPD>"

static const char exact[] = MPD(TEMPLATE("", TIMELINE));
static const char nominal[] = MPD(TEMPLATE("duration=\"4\" ", ""));

static bool read_nothing(void *self, size_t resource, int64_t offset, int64_t size, struct buf *ret)
{
    (void)self, (void)resource, (void)offset, (void)size, (void)ret;
    return false;
}

struct cross_case {
    const char *claim;
    enum rule_id rule;
    int found;
    const char *mpd;
    const char *file; // whose text is changed: a playlist, or "mpd"; NULL: none
    const char *find, *put;
};

static void add_mpd(struct kit *kit, const char *text)
{
    struct err err = {0};
    struct mpd *mpd = NULL;
    struct reference_resolver resolver = kit_resolver(kit);
    size_t resource = kit_resolve(kit, 0, "manifest.mpd", NULL);
    int64_t line;
    if (!mpd_read(text, strlen(text), resource, "manifest.mpd", &kit->findings, &mpd, &line, &err))
        fail_msg("%s", err.text);
    evidence_mpd_add(&kit->evidence, mpd);
    dash_tracks_add(&kit->evidence, 0, &resolver, &(struct byte_reader){read_nothing, NULL},
                    &kit->findings);
}

static bool is_of(const struct cross_case *change, const char *file)
{
    return change->file && strcmp(change->file, file) == 0;
}

static void build(struct kit *kit, const struct cross_case *change, bool is_with_master)
{
    kit_init(kit);
    for (size_t i = is_with_master ? 0 : 1; i < ARRAY_LEN(kit_files); i++) {
        AUTO_FREE char *text = is_of(change, kit_files[i].name)
                                   ? kit_edit(kit_files[i].text, change->find, change->put)
                                   : mem_strdup(kit_files[i].text);
        kit_add(kit, kit_files[i].name, text);
    }
    kit_link(kit);
    AUTO_FREE char *text = is_of(change, "mpd") ? kit_edit(change->mpd, change->find, change->put)
                                                : mem_strdup(change->mpd);
    add_mpd(kit, text);
    kit_measure(kit, 4);
    for (size_t i = 0; i < cross_rule_count; i++)
        cross_rules[i].run(&kit->evidence, &kit->findings);
}

static void done(struct kit *kit)
{
    for (size_t i = 0; i < kit->evidence.mpd_count; i++)
        mpd_free(&kit->evidence.mpds[i]);
    kit_done(kit);
}

#define V2_LINES                                                                                   \
    "#EXT-X-STREAM-INF:BANDWIDTH=528000,AVERAGE-BANDWIDTH=528000,"                                 \
    "CODECS=\"avc1.64000d,mp4a.40.2\",RESOLUTION=320x180,FRAME-RATE=24.000,VIDEO-RANGE=SDR,"       \
    "AUDIO=\"a\",CLOSED-CAPTIONS=NONE\nv2.m3u8\n"
#define V2_SET "<Representation id=\"v2\" bandwidth=\"400000\" codecs=\"avc1.64000d\"/>"
#define ENDS   "#EXTINF:4.000,\nv1_3.m4s\n"
#define FIRST  "#EXTINF:4.000,\nv1_1.m4s\n#EXTINF:4.000,\n"

static const struct cross_case cases[] = {
    {"a rung is only in HLS", RULE_X1, 1, exact, "mpd", V2_SET, ""},
    {"a rung is only in DASH, though its playlist lies there", RULE_X1, 1, exact, "master.m3u8",
     V2_LINES, ""},
    {"a segment fewer in HLS", RULE_X2, 1, exact, "v1.m3u8", ENDS, ""},
    {"a segment more in HLS", RULE_X2, 1, exact, "v1.m3u8", ENDS, ENDS "#EXTINF:1.0,\nv1_4.m4s\n"},
    {"a segment of another start", RULE_X2, 1, exact, "v1.m3u8", FIRST,
     "#EXTINF:3.900,\nv1_1.m4s\n#EXTINF:4.100,\n"},
    {"a start a few ms off", RULE_X2, 0, exact, "v1.m3u8", FIRST,
     "#EXTINF:3.995,\nv1_1.m4s\n#EXTINF:4.005,\n"},
    // With @duration the start of a segment is known to half its length.
    {"@duration, and the same times", RULE_X2, 0, nominal, NULL, NULL, NULL},
    {"@duration, and a start 1.9 s sooner", RULE_X2, 0, nominal, "v1.m3u8", FIRST,
     "#EXTINF:2.100,\nv1_1.m4s\n#EXTINF:5.900,\n"},
    {"@duration, and a start 2.1 s sooner", RULE_X2, 1, nominal, "v1.m3u8", FIRST,
     "#EXTINF:1.900,\nv1_1.m4s\n#EXTINF:6.100,\n"},
    {"@duration, and a last segment that would begin at the end", RULE_X2, 0, nominal, "v1.m3u8",
     ENDS, ENDS "#EXTINF:1.0,\nv1_4.m4s\n"},
    {"@duration, and a last segment that begins before the end", RULE_X2, 1, nominal, "v1.m3u8",
     ENDS, "#EXTINF:3.000,\nv1_3.m4s\n#EXTINF:1.0,\nv1_4.m4s\n"},
    {"@duration, and a segment fewer in HLS", RULE_X2, 1, nominal, "v1.m3u8", ENDS, ""},
    {"another codec in HLS", RULE_X3, 1, exact, "master.m3u8", "\"avc1.64001e,mp4a",
     "\"avc1.640028,mp4a"},
    {"the same codec in upper case", RULE_X3, 0, exact, "mpd", "avc1.64001e", "avc1.64001E"},
    {"another language in the MPD", RULE_X4, 1, exact, "mpd", "lang=\"en\"", "lang=\"fr\""},
    {"a region more in the MPD", RULE_X4, 0, exact, "mpd", "lang=\"en\"", "lang=\"en-GB\""},
    {"the MPD lasts a second longer", RULE_X5, 1, exact, "mpd", "PT12S", "PT13S"},
    {"the MPD lasts 0.4 s longer", RULE_X5, 0, exact, "mpd", "PT12S", "PT12.4S"},
};

static void says_what_differs(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct kit kit;
        build(&kit, &cases[i], true);
        if (kit.findings.total[cases[i].rule] != cases[i].found) {
            kit_print(&kit);
            fail_msg("%s: %s %d times, not %d", cases[i].claim, rule_id_name(cases[i].rule),
                     (int)kit.findings.total[cases[i].rule], cases[i].found);
        }
        done(&kit);
    }
}

static void says_nothing_where_both_are_alike(void **state)
{
    const struct cross_case changes[] = {{.mpd = exact}, {.mpd = nominal}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++)
        for (int is_with_master = 0; is_with_master < 2; is_with_master++) {
            struct kit kit;
            build(&kit, &changes[i], is_with_master);
            kit_print(&kit);
            assert_int_equal(kit.findings.count, 0);
            done(&kit);
        }
}

// A playlist beside the multivariant one that differs from DASH in its times and its length
// is nobody's business.
static void a_playlist_that_is_not_listed_is_not_compared(void **state)
{
    struct kit kit;
    (void)state;
    kit_init(&kit);
    AUTO_FREE char *master = kit_edit(master_text, V2_LINES, "");
    AUTO_FREE char *longer =
        kit_edit(MEDIA_TEXT("v2"), "#EXTINF:4.000,\nv2_1", "#EXTINF:9.000,\nv2_1");
    AUTO_FREE char *mpd = kit_edit(exact, V2_SET, "");
    kit_add(&kit, "master.m3u8", master);
    kit_add(&kit, "v1.m3u8", MEDIA_TEXT("v1"));
    kit_add(&kit, "v2.m3u8", longer);
    kit_add(&kit, "a.m3u8", MEDIA_TEXT("a"));
    kit_link(&kit);
    add_mpd(&kit, mpd);
    kit_measure(&kit, 4);
    for (size_t i = 0; i < cross_rule_count; i++)
        cross_rules[i].run(&kit.evidence, &kit.findings);
    kit_print(&kit);
    assert_int_equal(kit.findings.count, 0);
    done(&kit);
}

// --- L3

// How many segments L3 says that nobody can look into; 0: it is silent.
static unsigned not_looked_into(const char *find, const char *put, bool is_mp4)
{
    struct kit kit;
    unsigned count = 0;
    kit_init(&kit);
    AUTO_FREE char *text = kit_edit(MEDIA_TEXT("v1"), find, put);
    kit_add(&kit, "v1.m3u8", text);
    kit_link(&kit);
    for (size_t i = 0; i < kit.evidence.unit_count; i++)
        kit.evidence.units[i].is_fmp4 = is_mp4 && !kit.evidence.units[i].is_ciphertext;
    for (size_t i = 0; i < load_rule_count; i++)
        load_rules[i].run(&kit.evidence, &kit.findings);
    if (kit.findings.total[RULE_L3])
        assert_int_equal(sscanf(kit.findings.items[0].message, "%u of 3", &count), 1);
    kit_done(&kit);
    return count;
}

#define KEY(method) "#EXT-X-KEY:METHOD=" method "\n"
#define MAP         "#EXT-X-MAP:URI=\"v1_init.mp4\"\n"
#define SECOND      "v1_1.m4s\n"

static void what_is_encrypted_whole_is_named(void **state)
{
    (void)state;
    assert_int_equal(not_looked_into(MAP, MAP, true), 0);
    assert_int_equal(not_looked_into(MAP, MAP KEY("AES-128,URI=\"k\""), true), 3);
    assert_int_equal(not_looked_into(MAP, KEY("AES-128,URI=\"k\"") MAP, true), 3);
    assert_int_equal(not_looked_into(MAP, MAP KEY("SAMPLE-AES,URI=\"k\""), true), 0);
    assert_int_equal(not_looked_into(MAP, MAP KEY("NONE"), true), 0);
    assert_int_equal(not_looked_into(SECOND, SECOND KEY("AES-128,URI=\"k\""), true), 2);
    assert_int_equal(not_looked_into(MAP, "", false), 3); // transport streams have no init
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_nothing_where_both_are_alike),
        cmocka_unit_test(says_what_differs),
        cmocka_unit_test(a_playlist_that_is_not_listed_is_not_compared),
        cmocka_unit_test(what_is_encrypted_whole_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
