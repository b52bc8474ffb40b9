// SPDX-License-Identifier: BSD-2-Clause
// Rules of the multivariant playlist: each speaks of one fault and is silent beside it.
#include "kit.h"

static struct init_facts *video(struct kit *kit)
{
    return kit_track_init(kit, "v1.m3u8");
}

static void twice_the_bytes(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->size_bytes *= 2;
}

static void four_times_the_bytes(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->size_bytes *= 8;
}

// Audio of five seconds, of which an edit takes the first: 1280 kb/s of what is presented.
static void primed_audio(struct kit *kit)
{
    kit_track_init(kit, "a.m3u8")->edit_media_time = 48000;
    kit_unit(kit, "a.m3u8", 0)->duration += 48000;
    kit_unit(kit, "a.m3u8", 0)->size_bytes *= 10;
    kit_unit(kit, "v2.m3u8", 0)->is_cut = true; // only the first variant is measured
}

static void cut(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->is_cut = true;
    kit_unit(kit, "v1.m3u8", 1)->size_bytes = 5;
}

static void in_band(struct kit *kit)
{
    snprintf(video(kit)->entry, 5, "avc3");
    snprintf(video(kit)->codec.string, 20, "avc3.64001e");
}

static void in_flac(struct kit *kit)
{
    struct init_facts *init = kit_track_init(kit, "a.m3u8");
    snprintf(init->entry, 5, "fLaC");
    snprintf(init->codec.string, 20, "fLaC");
}

static void another_level(struct kit *kit)
{
    snprintf(video(kit)->codec.string, 20, "avc1.64001f");
}

static void upper_case(struct kit *kit)
{
    snprintf(video(kit)->codec.string, 20, "avc1.64001E");
}

static void anamorphic(struct kit *kit)
{
    video(kit)->entry_width_px = video(kit)->codec.width_px = 480;
    video(kit)->codec.sample_aspect = (struct rational){4, 3};
    video(kit)->track_width_px = 640;
}

static void fifty(struct kit *kit)
{
    for (size_t i = 0; i < 3; i++)
        kit_unit(kit, "v1.m3u8", i)->sample_count = 100;
}

static void pq(struct kit *kit)
{
    video(kit)->codec.transfer = 16;
}

static void unspecified(struct kit *kit)
{
    video(kit)->codec.transfer = 2;
}

static void dolby_vision(struct kit *kit)
{
    video(kit)->has_dolby_vision = true;
    video(kit)->dv_profile = 8;
    video(kit)->dv_level = 7;
    snprintf(video(kit)->brands[0], 5, "cmfc");
    snprintf(video(kit)->brands[1], 5, "db4h");
    video(kit)->brand_count = 2;
}

static void german(struct kit *kit)
{
    snprintf(kit_track_init(kit, "a.m3u8")->language, 4, "deu");
}

static void undetermined(struct kit *kit)
{
    snprintf(kit_track_init(kit, "a.m3u8")->language, 4, "und");
}

static void surround(struct kit *kit)
{
    kit_track_init(kit, "a.m3u8")->codec.channels = 6;
}

static void enhanced(struct kit *kit)
{
    snprintf(kit_track_init(kit, "a.m3u8")->entry, 5, "ec-3");
    snprintf(kit_track_init(kit, "a.m3u8")->codec.string, 20, "ec-3");
}

static void with_objects(struct kit *kit)
{
    enhanced(kit);
    kit_track_init(kit, "a.m3u8")->codec.has_joint_object = true;
    kit_track_init(kit, "a.m3u8")->codec.complexity_index = 16;
}

static void dolby_digital_plus(struct kit *kit)
{
    struct init_facts *init = kit_track_init(kit, "a.m3u8");
    snprintf(init->entry, 5, "ec-3");
    snprintf(init->codec.string, 8, "ec-3");
}

static void no_idr(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->sap_type = 0;
    kit_unit(kit, "v1.m3u8", 1)->fragments[0].is_sync = false;
}

static void unknown_picture(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->sap_type = 0;
}

static void encrypted_and_no_idr(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->is_encrypted = true;
    no_idr(kit);
}

static void encrypted_whole(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->is_encrypted = true;
    unknown_picture(kit);
}

static void open_group(struct kit *kit)
{
    kit_unit(kit, "v1.m3u8", 1)->sap_type = 3;
}

static void audio_is_video(struct kit *kit)
{
    kit_track_init(kit, "a.m3u8")->kind = MEDIA_VIDEO;
}

static void high_ten(struct kit *kit)
{
    video(kit)->codec.profile = 110;
}

#define AUDIO_LINE(group, name, more)                                                              \
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"" group "\",NAME=\"" name "\",LANGUAGE=\"en\","            \
    "CHANNELS=\"2\"," more "URI=\"a.m3u8\"\n"
#define BEFORE(text) "#EXT-X-STREAM-INF", text "#EXT-X-STREAM-INF"
#define M            "master.m3u8"
#define AUDIO_VARIANT                                                                              \
    BEFORE("#EXT-X-STREAM-INF:BANDWIDTH=128000,AVERAGE-BANDWIDTH=128000,CODECS=\"mp4a.40.2\","     \
           "AUDIO=\"a\",CLOSED-CAPTIONS=NONE\na.m3u8\n")
#define SESSION_KEY(method) "#EXT-X-SESSION-KEY:METHOD=" method ",URI=\"skd://k\",KEYFORMAT=\"f\"\n"

static const struct kit_case cases[] = {
    {"BANDWIDTH 12 % under", RULE_V2, true, M, "BANDWIDTH=928000,A", "BANDWIDTH=816000,A"},
    {"BANDWIDTH 9 % under", RULE_V2, false, M, "BANDWIDTH=928000,A", "BANDWIDTH=845000,A"},
    {"BANDWIDTH 12 % over", RULE_V2, true, M, "BANDWIDTH=928000,A", "BANDWIDTH=1040000,A"},
    {"one segment twice as large", RULE_V2, true, .facts = twice_the_bytes},
    {"a segment that was cut is not measured", RULE_V2, false, .facts = cut},
    {"BANDWIDTH without the group", RULE_V2, true, M, "BANDWIDTH=928000,A", "BANDWIDTH=800000,A"},
    {"BANDWIDTH of I-frames", RULE_V2, true, M, "INF:BANDWIDTH=40000", "INF:BANDWIDTH=80000"},
    {"an audio-only variant that is in its own group is counted once", RULE_V2, false, M,
     AUDIO_VARIANT},
    {"what an edit takes off is not counted", RULE_V2, false, M, "BANDWIDTH=928000,A",
     "BANDWIDTH=2080000,A", primed_audio},
    {"rates of what is coded where an edit takes a fifth off", RULE_V2, true, M,
     "BANDWIDTH=928000,A", "BANDWIDTH=1824000,A", primed_audio},
    {"a wrong EXTINF is not a wrong BANDWIDTH", RULE_V2, false, "a.m3u8", "4.000,", "0.100,"},
    {"a wrong EXTINF is not a wrong AVERAGE-BANDWIDTH", RULE_V3, false, "a.m3u8", "4.000,",
     "40.000,"},
    {"no AVERAGE-BANDWIDTH", RULE_V44, true, M, "AVERAGE-BANDWIDTH=928000,", ""},
    {"no AVERAGE-BANDWIDTH is no untrue one", RULE_V3, false, M, "AVERAGE-BANDWIDTH=928000,", ""},
    {"AVERAGE-BANDWIDTH 9 % over", RULE_V3, false, M, "AVERAGE-BANDWIDTH=928000",
     "AVERAGE-BANDWIDTH=1011000"},
    {"AVERAGE-BANDWIDTH 11 % over", RULE_V3, true, M, "AVERAGE-BANDWIDTH=928000",
     "AVERAGE-BANDWIDTH=1031000"},
    {"an I-frame variant may have no average", RULE_V44, false, M, "AVERAGE-BANDWIDTH=40000,", ""},
    {"AVERAGE-BANDWIDTH halved", RULE_V3, true, M, "AVERAGE-BANDWIDTH=928000",
     "AVERAGE-BANDWIDTH=464000"},
    {"the peak twice the average", RULE_V4, true, .facts = four_times_the_bytes},
    {"the peak above the average", RULE_V4, false, .facts = twice_the_bytes},
    {"no CODECS", RULE_V45, true, M, "CODECS=\"avc1.64001e,mp4a.40.2\",", ""},
    {"no CODECS are no wrong ones", RULE_V5, false, M, "CODECS=\"avc1.64001e,mp4a.40.2\",", ""},
    {"no CODECS of I-frames are another rule's", RULE_V45, false, M, "CODECS=\"avc1.64001e\",", ""},
    {"no audio in CODECS", RULE_V5, true, M, "avc1.64001e,mp4a.40.2", "avc1.64001e"},
    {"no video in CODECS", RULE_V5, true, M, "avc1.64001e,mp4a.40.2", "mp4a.40.2"},
    {"another level in CODECS", RULE_V6, true, .facts = another_level},
    {"upper-case digits are the same", RULE_V6, false, .facts = upper_case},
    {"avc3 where avc1 is said", RULE_V6, true, .facts = in_band},
    {"avc3 is not missing", RULE_V5, false, .facts = in_band},
    {"flac as the web writes it is there", RULE_V5, false, M, "*mp4a.40.2", "flac", in_flac},
    {"flac as the web writes it", RULE_V6, false, M, "*mp4a.40.2", "flac", in_flac},
    {"a codec that nothing holds", RULE_V6, true, M, "mp4a.40.2", "mp4a.40.2,ec-3"},
    {"no RESOLUTION", RULE_V46, true, M, "RESOLUTION=640x360,F", "F"},
    {"no RESOLUTION is no wrong one", RULE_V7, false, M, "RESOLUTION=640x360,F", "F"},
    {"a wrong RESOLUTION is there", RULE_V46, false, M, "640x360,F", "1280x720,F"},
    {"no RESOLUTION of audio", RULE_V46, false, M, AUDIO_VARIANT},
    {"no RESOLUTION of I-frames is another rule's", RULE_V46, false, M, "RESOLUTION=640x360,V",
     "V"},
    {"a wrong RESOLUTION", RULE_V7, true, M, "640x360,F", "1280x720,F"},
    {"the size that is shown", RULE_V7, false, .facts = anamorphic},
    {"the size that is coded", RULE_V7, false, M, "640x360,F", "480x360,F", anamorphic},
    {"no FRAME-RATE", RULE_V47, true, M, "FRAME-RATE=24.000,", ""},
    {"no FRAME-RATE is no wrong one", RULE_V8, false, M, "FRAME-RATE=24.000,", ""},
    {"a wrong FRAME-RATE is there", RULE_V47, false, M, "24.000", "25.000"},
    {"no FRAME-RATE of audio", RULE_V47, false, M, AUDIO_VARIANT},
    {"a wrong FRAME-RATE", RULE_V8, true, M, "24.000", "25.000"},
    {"FRAME-RATE without decimals", RULE_V8, false, M, "24.000", "24"},
    {"FRAME-RATE with four decimals", RULE_V8, true, M, "24.000", "24.0000"},
    {"FRAME-RATE below what is there", RULE_V8, true, .facts = fifty},
    {"PQ that is not said", RULE_V9, true, .facts = pq},
    {"SDR that is said PQ", RULE_V9, true, M, "VIDEO-RANGE=SDR,A", "VIDEO-RANGE=PQ,A"},
    {"a range that is none", RULE_V9, true, M, "VIDEO-RANGE=SDR,A", "VIDEO-RANGE=HDR,A"},
    {"SDR that is not said", RULE_V9, false, M, "VIDEO-RANGE=SDR,A", "A"},
    {"a curve that is not known", RULE_V9, false, M, "VIDEO-RANGE=SDR,A", "VIDEO-RANGE=PQ,A",
     unspecified},
    {"Dolby Vision that is not there", RULE_V10, true, M, "VIDEO-RANGE=SDR,A",
     "SUPPLEMENTAL-CODECS=\"dvh1.08.07/db4h\",A"},
    {"Dolby Vision that is there", RULE_V10, false, M, "VIDEO-RANGE=SDR,A",
     "SUPPLEMENTAL-CODECS=\"dvh1.08.07/db4h\",A", dolby_vision},
    {"Dolby Vision of another level", RULE_V10, true, M, "VIDEO-RANGE=SDR,A",
     "SUPPLEMENTAL-CODECS=\"dvh1.08.06/db4h\",A", dolby_vision},
    {"a brand that ftyp does not name", RULE_V10, true, M, "VIDEO-RANGE=SDR,A",
     "SUPPLEMENTAL-CODECS=\"dvh1.08.07/db1p\",A", dolby_vision},
    {"no codec and brand", RULE_V10, true, M, "VIDEO-RANGE=SDR,A", "SUPPLEMENTAL-CODECS=\"///\",A"},
    {"a group that is not there", RULE_V11, true, M, "AUDIO=\"a\"", "AUDIO=\"b\""},
    {"a group of another type", RULE_V11, true, M, "AUDIO=\"a\"", "VIDEO=\"a\""},
    {"captions NONE on one only", RULE_V12, true, M, ",CLOSED-CAPTIONS=NONE", ""},
    {"captions NONE on none", RULE_V12, false, M, "*,CLOSED-CAPTIONS=NONE", ""},
    {"no NAME", RULE_V13, true, M, "NAME=\"English\",", ""},
    {"subtitles without URI", RULE_V13, true, M,
     BEFORE("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"x\",LANGUAGE=\"en\"\n")},
    {"captions without INSTREAM-ID", RULE_V13, true, M,
     BEFORE("#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"x\",LANGUAGE=\"en\"\n")},
    {"captions", RULE_V13, false, M,
     BEFORE("#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"x\",LANGUAGE=\"en\","
            "INSTREAM-ID=\"SERVICE63\"\n")},
    {"captions of an odd service", RULE_V13, true, M,
     BEFORE("#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"x\",LANGUAGE=\"en\","
            "INSTREAM-ID=\"SERVICE64\"\n")},
    {"one name twice", RULE_V14, true, M, BEFORE(AUDIO_LINE("a", "English", ""))},
    {"two names", RULE_V14, false, M, BEFORE(AUDIO_LINE("a", "Other", ""))},
    {"two defaults", RULE_V14, true, M, BEFORE(AUDIO_LINE("a", "Other", "DEFAULT=YES,"))},
    {"a default that is not selected", RULE_V14, true, M, "AUTOSELECT=YES", "AUTOSELECT=NO"},
    {"a default that says nothing of selecting", RULE_V14, false, M, "AUTOSELECT=YES,", ""},
    {"forced audio", RULE_V14, true, M, "AUTOSELECT=YES", "AUTOSELECT=YES,FORCED=YES"},
    {"groups with the same members", RULE_V15, false, M,
     BEFORE(AUDIO_LINE("b", "English", "DEFAULT=YES,AUTOSELECT=YES,"))},
    {"a group with another member", RULE_V15, true, M, BEFORE(AUDIO_LINE("b", "Other", ""))},
    {"a member with other attributes", RULE_V15, true, M, BEFORE(AUDIO_LINE("b", "English", ""))},
    {"no LANGUAGE", RULE_V48, true, M, "LANGUAGE=\"en\",", ""},
    {"no LANGUAGE is no wrong one", RULE_V16, false, M, "LANGUAGE=\"en\",", ""},
    {"a wrong language is there", RULE_V48, false, M, "\"en\"", "\"en_US\""},
    {"no LANGUAGE of captions", RULE_V48, true, M,
     BEFORE("#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"x\",INSTREAM-ID=\"CC1\"\n")},
    {"no LANGUAGE of video", RULE_V48, false, M,
     BEFORE("#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"c\",NAME=\"x\"\n")},
    {"no language", RULE_V16, true, M, "\"en\"", "\"en_US\""},
    {"a long language", RULE_V16, false, M, "\"en\"", "\"zh-cmn-Hans-CN-u-co-pinyin-x-a\""},
    {"another language in the track", RULE_V17, true, .facts = german},
    {"no language in the track", RULE_V17, false, .facts = undetermined},
    {"another number of channels", RULE_V18, true, .facts = surround},
    {"objects that are not there", RULE_V18, true, M, "CHANNELS=\"2\"", "CHANNELS=\"16/JOC\"",
     enhanced},
    {"objects", RULE_V18, false, M, "CHANNELS=\"2\"", "CHANNELS=\"16/JOC\"", with_objects},
    {"fewer objects", RULE_V18, true, M, "CHANNELS=\"2\"", "CHANNELS=\"12/JOC\"", with_objects},
    {"a word for channels", RULE_V18, true, M, "CHANNELS=\"2\"", "CHANNELS=\"stereo\""},
    {"an I-frame variant without BANDWIDTH", RULE_V19, true, M, "INF:BANDWIDTH=40000,", "INF:"},
    {"an I-frame variant without URI", RULE_V19, true, M, ",URI=\"i1.m3u8\"", ""},
    {"an I-frame variant without CODECS", RULE_V50, true, M, "CODECS=\"avc1.64001e\",", ""},
    {"an I-frame variant without RESOLUTION", RULE_V50, true, M, "RESOLUTION=640x360,V", "V"},
    {"an I-frame variant with all that RFC 8216 asks", RULE_V19, false, M,
     "CODECS=\"avc1.64001e\",RESOLUTION=640x360,V", "V"},
    {"no CODECS of a variant that is played", RULE_V50, false, M,
     "CODECS=\"avc1.64001e,mp4a.40.2\",", ""},
    {"an I-frame variant with FRAME-RATE", RULE_V20, true, M, "URI=\"i1.m3u8\"",
     "FRAME-RATE=24.000,URI=\"i1.m3u8\""},
    {"no I-frames", RULE_V21, true, M, "#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-NO"},
    {"no INDEPENDENT-SEGMENTS", RULE_V49, true, M, "#EXT-X-INDEPENDENT-SEGMENTS\n", ""},
    {"no INDEPENDENT-SEGMENTS, and segments that are not", RULE_V22, false, M,
     "#EXT-X-INDEPENDENT-SEGMENTS\n", "", no_idr},
    {"INDEPENDENT-SEGMENTS that is there", RULE_V49, false, .facts = no_idr},
    {"INDEPENDENT-SEGMENTS that is not true", RULE_V22, true, .facts = no_idr},
    {"an open group of pictures", RULE_V22, true, .facts = open_group},
    {"a picture that cannot be looked into", RULE_V22, false, .facts = unknown_picture},
    {"an encrypted picture whose header is none of an IDR", RULE_V22, true,
     .facts = encrypted_and_no_idr},
    {"a picture that is encrypted whole", RULE_V22, false, .facts = encrypted_whole},
    {"a session key of NONE", RULE_V23, true, M, BEFORE("#EXT-X-SESSION-KEY:METHOD=NONE\n")},
    {"a session key", RULE_V23, false, M, BEFORE(SESSION_KEY("SAMPLE-AES"))},
    {"a session key twice", RULE_V23, true, M,
     BEFORE(SESSION_KEY("SAMPLE-AES") SESSION_KEY("SAMPLE-AES"))},
    {"session data with both", RULE_V23, true, M,
     BEFORE("#EXT-X-SESSION-DATA:DATA-ID=\"a.b\",VALUE=\"x\",URI=\"y\"\n")},
    {"session data with neither", RULE_V23, true, M,
     BEFORE("#EXT-X-SESSION-DATA:DATA-ID=\"a.b\"\n")},
    {"SCORE on one", RULE_V24, true, M, "FRAME-RATE", "SCORE=1.0,FRAME-RATE"},
    {"SCORE on all", RULE_V24, false, M, "*FRAME-RATE", "SCORE=1.0,FRAME-RATE"},
    {"avc3", RULE_V25, true, M, "avc1.64001e,", "avc3.64001e,"},
    {"no stereo", RULE_V26, true, .facts = surround},
    {"Dolby Digital Plus alone", RULE_V26, true, .facts = dolby_digital_plus},
    {"a single variant", RULE_V27, true, M, "v2.m3u8", "v1.m3u8"},
    {"another shape", RULE_V28, true, M, "320x180", "320x240"},
    {"a shape rounded", RULE_V28, false, M, "320x180", "320x178"},
    {"120 pictures a second", RULE_V28, true, M, "24.000", "120.000"},
    {"a multivariant playlist in it", RULE_V29, true, M, "v2.m3u8", M},
    {"audio that is video", RULE_V30, true, .facts = audio_is_video},
    {"a stable identifier with a space", RULE_V31, true, M, "FRAME-RATE",
     "STABLE-VARIANT-ID=\"a b\",FRAME-RATE"},
    {"a stable identifier", RULE_V31, false, M, "FRAME-RATE",
     "STABLE-VARIANT-ID=\"a/b=.-_\",FRAME-RATE"},
    {"another sample rate", RULE_V32, true, M, "CHANNELS=\"2\"",
     "CHANNELS=\"2\",SAMPLE-RATE=44100"},
    {"the sample rate", RULE_V32, false, M, "CHANNELS=\"2\"", "CHANNELS=\"2\",SAMPLE-RATE=48000"},
    {"a pathway that no variant has", RULE_V33, true, M,
     BEFORE("#EXT-X-CONTENT-STEERING:SERVER-URI=\"s\",PATHWAY-ID=\"x\"\n")},
    {"the pathway of all", RULE_V33, false, M,
     BEFORE("#EXT-X-CONTENT-STEERING:SERVER-URI=\"s\",PATHWAY-ID=\".\"\n")},
    {"the average above the peak", RULE_V34, true, M, "AVERAGE-BANDWIDTH=928000",
     "AVERAGE-BANDWIDTH=929000"},
    {"a variant twice", RULE_V35, true, M,
     BEFORE("#EXT-X-STREAM-INF:BANDWIDTH=5\nv1.m3u8\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=5\nv1.m3u8\n")},
    {"one playlist with two groups", RULE_V35, false, M,
     BEFORE("#EXT-X-STREAM-INF:BANDWIDTH=5\nv1.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=6\nv1.m3u8\n")},
    {"a group that nobody uses", RULE_V36, true, M, BEFORE(AUDIO_LINE("b", "English", ""))},
    {"no CHANNELS", RULE_V37, true, M, "CHANNELS=\"2\",", ""},
    {"a characteristic of another type", RULE_V38, true, M, "CHANNELS=\"2\"",
     "CHANNELS=\"2\",CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog\""},
    {"a characteristic", RULE_V38, false, M, "CHANNELS=\"2\"",
     "CHANNELS=\"2\",CHARACTERISTICS=\"public.accessibility.describes-video,com.example.x\""},
    {"a characteristic that is a word", RULE_V38, true, M, "CHANNELS=\"2\"",
     "CHANNELS=\"2\",CHARACTERISTICS=\"easy\""},
    {"two that cannot be told apart", RULE_V39, true, M,
     BEFORE(AUDIO_LINE("a", "Other", "AUTOSELECT=YES,"))},
    {"two that can", RULE_V39, false, M,
     BEFORE(AUDIO_LINE("a", "Other", "AUTOSELECT=YES,CHARACTERISTICS=\"com.example.x\","))},
    {"VP9", RULE_V40, true, M, "avc1.64001e,", "vp09.00.10.08,"},
    {"High 10", RULE_V41, true, .facts = high_ten},
    {"CPC without a format", RULE_V42, true, M, "FRAME-RATE", "ALLOWED-CPC=\"x\",FRAME-RATE"},
    {"CPC", RULE_V42, false, M, "FRAME-RATE", "ALLOWED-CPC=\"com.example.drm:A/B\",FRAME-RATE"},
    {"a layout that is none", RULE_V42, true, M, "FRAME-RATE",
     "REQ-VIDEO-LAYOUT=\"3D\",FRAME-RATE"},
};

static void judges_multivariant_playlists(void **state)
{
    (void)state;
    kit_check(cases, ARRAY_LEN(cases));
}

static size_t session_key_findings(const char *method)
{
    struct kit kit;
    char text[256];
    snprintf(text, sizeof text, SESSION_KEY("%s") "#EXT-X-STREAM-INF", method);
    AUTO_FREE char *master = kit_edit(master_text, "#EXT-X-STREAM-INF", text);
    AUTO_FREE char *media =
        kit_edit(MEDIA_TEXT("v1"), "#EXT-X-MAP",
                 "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://k\",KEYFORMAT=\"f\"\n#EXT-X-MAP");
    kit_init(&kit);
    kit_add(&kit, M, master);
    kit_add(&kit, "v1.m3u8", media);
    kit_link(&kit);
    kit_run(&kit);
    size_t found = (size_t)kit.findings.total[RULE_V43];
    kit_done(&kit);
    return found;
}

static void session_keys_are_those_of_the_playlists(void **state)
{
    (void)state;
    assert_int_equal(session_key_findings("SAMPLE-AES"), 0);
    assert_int_equal(session_key_findings("AES-128"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_multivariant_playlists),
        cmocka_unit_test(session_keys_are_those_of_the_playlists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
