// SPDX-License-Identifier: BSD-2-Clause
// Configurations of sound: AAC by every way of signalling, Dolby's, and the small ones.
#include "configs.h"

// esds around an AudioSpecificConfig of at most 100 bytes.
static bool read_aac(const char *hex, struct codec_facts *facts, struct err *err)
{
    struct codec codec;
    unsigned count = (unsigned)strlen(hex) / 2;
    AUTO_FREE char *esds =
        mem_printf("0000000003%02x00010004%02x4015000000000000000000000005%02x%s0601"
                   "02",
                   3 + 2 + 13 + 2 + count + 3, 13 + 2 + count, count, hex);
    bool is_read = read_hex("mp4a", "esds", esds, &codec, facts, err);
    codec_done(&codec);
    return is_read;
}

struct aac_case {
    const char *name, *hex, *string;
    const char *alternatives[2];
    uint32_t object_type, channels, rate_hz, core_channels, core_rate_hz, frame;
};

// clang-format off
static const struct aac_case aacs[] = {
    {"LC stereo, SBR denied", "119056e500", "mp4a.40.2", {"", ""}, 2, 2, 48000, 2, 48000, 1024},
    {"LC stereo", "1190", "mp4a.40.2", {"", ""}, 2, 2, 48000, 2, 48000, 1024},
    {"LC, 960", "1194", "mp4a.40.2", {"", ""}, 2, 2, 48000, 2, 48000, 960},
    {"LC 5.1", "11b0", "mp4a.40.2", {"", ""}, 2, 6, 48000, 6, 48000, 1024},
    {"LC 7.1", "11b8", "mp4a.40.2", {"", ""}, 2, 8, 48000, 8, 48000, 1024},
    {"LC by its own layout", "118004c4010020000d4c61766335392e33372e31303056e500", "mp4a.40.2",
     {"", ""}, 2, 3, 48000, 3, 48000, 1024},
    {"LC with a rate in full", "17805dc010", "mp4a.40.2", {"", ""}, 2, 2, 48000, 2, 48000, 1024},
    {"LC of 24 kHz, SBR perhaps", "1310", "mp4a.40.2", {"mp4a.40.5", ""}, 2, 2, 24000, 2, 24000,
     1024},
    {"LC of 22 kHz, SBR denied", "139056e500", "mp4a.40.2", {"", ""}, 2, 2, 22050, 2, 22050, 1024},
    {"LC mono of 24 kHz, SBR and PS perhaps", "1308", "mp4a.40.2", {"mp4a.40.5", "mp4a.40.29"}, 2,
     1, 24000, 1, 24000, 1024},
    {"HE, said behind the config", "131056e598", "mp4a.40.2", {"mp4a.40.5", ""}, 2, 2, 48000, 2,
     24000, 2048},
    {"HEv2, said behind the config", "130856e59d4880", "mp4a.40.2", {"mp4a.40.5", "mp4a.40.29"},
     2, 2, 48000, 1, 24000, 2048},
    {"HE, said in front", "2b118800", "mp4a.40.5", {"", ""}, 5, 2, 48000, 2, 24000, 2048},
    {"HEv2, said in front", "eb098800", "mp4a.40.29", {"", ""}, 29, 2, 48000, 1, 24000, 2048},
    // Object type 42 at 48 kHz; frames of 2048 (index 3), two channels.
    {"xHE", "f94643620000", "mp4a.40.42", {"", ""}, 42, 2, 48000, 2, 48000, 2048},
    {"ELD", "f8e6200000", "mp4a.40.39", {"", ""}, 39, 1, 48000, 1, 48000, 512},
};
// clang-format on

static void reads_every_way_of_signalling(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(aacs); i++) {
        const struct aac_case *one = &aacs[i];
        struct codec_facts facts;
        struct err err = {0};
        print_message("%s\n", one->name);
        bool is_read = read_aac(one->hex, &facts, &err);
        assert_string_equal(err.text, "");
        assert_true(is_read);
        assert_string_equal(facts.string, one->string);
        for (size_t j = 0; j < 2; j++)
            assert_string_equal(facts.alternatives[j], one->alternatives[j]);
        assert_int_equal(facts.profile, one->object_type);
        assert_int_equal(facts.channels, one->channels);
        assert_int_equal(facts.sample_rate_hz, one->rate_hz);
        assert_int_equal(facts.core_channels, one->core_channels);
        assert_int_equal(facts.core_sample_rate_hz, one->core_rate_hz);
        assert_int_equal(facts.frame_samples, one->frame);
        assert_true(codec_string_check(facts.string, &err));
    }
}

static void he_aac_that_old_decoders_play_goes_by_either_name(void **state)
{
    (void)state;
    struct codec_facts facts;
    struct err err = {0};
    assert_true(read_aac("131056e598", &facts, &err));
    assert_true(codec_string_matches(&facts, "mp4a.40.2"));
    assert_true(codec_string_matches(&facts, "mp4a.40.5"));
    assert_false(codec_string_matches(&facts, "mp4a.40.29"));
    assert_true(read_aac("2b118800", &facts, &err));
    assert_false(codec_string_matches(&facts, "mp4a.40.2"));
}

struct other_case {
    const char *name, *entry, *box_type, *hex, *string;
    uint32_t channels, rate_hz;
    bool has_objects;
    uint32_t complexity;
};

// clang-format off
static const struct other_case others[] = {
    {"MP3", "mp4a", "esds", "000000000315000100040d6b150000000000000000000000060102", "mp4a.6B",
     0, 0, false, 0},
    {"MP3 of half rate, long sizes", "mp4a", "esds",
     "00000000038080801b000100048080800d691500000000007f7c00007f7c068080800102", "mp4a.69", 0, 0,
     false, 0},
    {"AC-3 mono", "ac-3", "dac3", "5008c0", "ac-3", 1, 44100, false, 0},
    {"AC-3 5.1", "ac-3", "dac3", "103de0", "ac-3", 6, 48000, false, 0},
    {"AC-3 3/0", "ac-3", "dac3", "9021a0", "ac-3", 3, 32000, false, 0},
    {"E-AC-3", "ec-3", "dec3", "0600200400", "ec-3", 2, 48000, false, 0},
    {"E-AC-3 5.1", "ec-3", "dec3", "0e00200f00", "ec-3", 6, 48000, false, 0},
    {"E-AC-3 with objects", "ec-3", "dec3", "1400200f000110", "ec-3", 6, 48000, true, 16},
    // One dependent substream with Lrs and Rrs.
    {"E-AC-3 7.1", "ec-3", "dec3", "0e00200f0202", "ec-3", 8, 48000, false, 0},
    {"AC-4", "ac-4", "dac4", "20a60100000000000000000002040b000000", "ac-4.02.02.03", 0, 48000,
     false, 0},
    {"Opus", "Opus", "dOps", "000201380000bb80000000", "Opus", 2, 48000, false, 0},
    {"Opus 5.1", "Opus", "dOps", "000601380000bb800000010402000401020305", "Opus", 6, 48000,
     false, 0},
    {"FLAC", "fLaC", "dfLa",
     "00000000800000221200120000025800051b0bb802f00000bb80a316b305f13b13fe767b3d0d068f95bc",
     "fLaC", 2, 48000, false, 0},
    {"MPEG-H", "mha1", "mhaC", "010d0d0000", "mha1.0x0D", 0, 0, false, 0},
    {"MPEG-4 Visual", "mp4v", "esds",
     "00000000031c0001000414201500000000000000000000000505000001b001060102", "mp4v.20.1", 0, 0,
     false, 0},
};
// clang-format on

static void reads_the_other_codecs(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const struct other_case *one = &others[i];
        struct codec codec;
        struct codec_facts facts;
        struct err err = {0};
        print_message("%s\n", one->name);
        bool is_read = read_hex(one->entry, one->box_type, one->hex, &codec, &facts, &err);
        assert_string_equal(err.text, "");
        assert_true(is_read);
        assert_string_equal(facts.string, one->string);
        assert_int_equal(facts.channels, one->channels);
        assert_int_equal(facts.sample_rate_hz, one->rate_hz);
        assert_int_equal(facts.has_joint_object, one->has_objects);
        assert_int_equal(facts.complexity_index, one->complexity);
        codec_done(&codec);
    }
}

static const struct {
    const char *entry, *box_type, *hex, *error;
} faults[] = {
    {"mp4a", NULL, "", "needs the configuration box esds"},
    {"mp4a", "esds", "00000000", "no ES descriptor"},
    {"mp4a", "esds", "00000000030301000600", "no decoder configuration"},
    {"mp4a", "esds", "000000000305000100040f", "no decoder configuration"},
    {"mp4a", "esds", "00000000037f000100040240150000", "no ES descriptor"},
    {"mp4a", "esds", "000000000307000100040240150000", "cut short"},
    {"mp4a", "esds", "000000000315000100040d40150000000000000000000000060102",
     "no audio configuration"},
    {"mp4a", "esds", "0000000003150001000410401500000000000000000000000501", "longer than"},
    {"mp4a", "esds", "000000000318000100041040150000000000000000000000050101060102",
     "no audio object type"},
    {"mp4a", "esds", "00000000031900010004114015000000000000000000000005021690060102",
     "no sampling rate"},
    {"mp4a", "esds", "00000000031900010004114015000000000000000000000005021780060102",
     "ends early"},
    {"ac-3", "dac3", "50", "cut short"},
    {"ac-3", "dac3", "d008c0", "sampling rate code"},
    {"ac-3", "dac3", "2008c0", "bit stream identification 16"},
    {"ec-3", "dec3", "0e00", "cut short"},
    {"ec-3", "dec3", "0e00100f00", "bit stream identification 8"},
    {"ac-4", "dac4", "20", "cut short"},
    {"Opus", "dOps", "0002", "cut short"},
    {"Opus", "dOps", "010201380000bb80000000", "version 1"},
    {"Opus", "dOps", "000301380000bb80000000", "3 channels in mapping family 0"},
    {"Opus", "dOps", "000601380000bb800000010406000401020305", "6 are coupled"},
    {"fLaC", "dfLa", "0000000080000022", "cut short"},
    {"fLaC", "dfLa",
     "00000000840000221200120000025800051b0bb802f00000bb80a316b305f13b13fe767b3d0d068f95bc",
     "does not begin with"},
    {"alac", "alac", "00000000", "cut short"},
    {"mha1", "mhaC", "01", "cut short"},
};

static void says_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        struct codec codec;
        struct codec_facts facts;
        struct err err = {0};
        bool is_read =
            read_hex(faults[i].entry, faults[i].box_type, faults[i].hex, &codec, &facts, &err);
        if (is_read || !strstr(err.text, faults[i].error))
            fail_msg("%s: \"%s\" does not hold \"%s\"", faults[i].hex, err.text, faults[i].error);
        codec_done(&codec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_way_of_signalling),
        cmocka_unit_test(he_aac_that_old_decoders_play_goes_by_either_name),
        cmocka_unit_test(reads_the_other_codecs),
        cmocka_unit_test(says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
