// SPDX-License-Identifier: BSD-2-Clause
// Media segments byte for byte against ISO/IEC 14496-12 8.8 and 23000-19 7.3.2.
#include "bytes.h"

#include "packager/cmaf.h"

#define STYP "00000018 'styp' 'msdh' 00000000 'msdh' 'cmfs'"

static struct cmaf_sample sample_of(const char *data, int64_t duration, int64_t offset,
                                    bool is_sync)
{
    return (struct cmaf_sample){
        .data = (const uint8_t *)data,
        .size_bytes = strlen(data),
        .duration_ticks = duration,
        .composition_offset_ticks = offset,
        .is_sync = is_sync,
    };
}

static void video_in_one_fragment(void **state)
{
    (void)state;
    const struct cmaf_sample samples[] = {
        sample_of("III", 1001, 0, true),
        sample_of("PP", 1001, 1001, false),
        sample_of("b", 1001, -1001, false),
    };
    const struct cmaf_segment_spec spec = {
        .codec = CMAF_H264,
        .first_sequence_number = 5,
        .decode_time_ticks = INT64_C(0x123456789a),
        .samples = samples,
        .sample_count = ARRAY_LEN(samples),
    };
    AUTO(buf_done) struct buf buf = {0};
    size_t iframes = 9;
    uint32_t fragments = 0;
    struct err err = {0};
    assert_true(cmaf_write_segment(&spec, &buf, NULL, 0, &iframes, &fragments, &err));
    bytes_expect(buf.data, buf.size_bytes,
                 STYP
                 "00000080 'moof'"
                 "00000010 'mfhd' 00000000 00000005"
                 "00000068 'traf'"
                 // default-base-is-moof, description, duration, flags: not sync, depends on others
                 "0000001c 'tfhd' 0002002a 00000001 00000001 000003e9 01010000"
                 "00000014 'tfdt' 01000000 000000123456789a"
                 // data offset, first sample's flags, sizes, signed composition offsets
                 "00000030 'trun' 01000a05 00000003 00000088 02000000"
                 "00000003 00000000 00000002 000003e9 00000001 fffffc17"
                 "0000000e 'mdat' 'IIIPPb'");
    assert_int_equal(iframes, 0);
    assert_int_equal(fragments, 1);
}

static void the_delay_is_added_to_every_offset_and_not_to_iframe_times(void **state)
{
    (void)state;
    const struct cmaf_sample samples[] = {
        sample_of("III", 1000, 0, true),
        sample_of("PP", 1000, 1000, false),
        sample_of("b", 1000, -1000, false),
    };
    const struct cmaf_segment_spec spec = {
        .codec = CMAF_H264,
        .first_sequence_number = 1,
        .decode_time_ticks = 96000,
        .samples = samples,
        .sample_count = ARRAY_LEN(samples),
        .composition_delay_ticks = 1000,
        .own_fragment_for_sync = true,
    };
    AUTO(buf_done) struct buf buf = {0};
    struct cmaf_iframe iframe[2] = {0};
    size_t iframes = 0;
    uint32_t fragments = 0;
    struct err err = {0};
    assert_true(cmaf_write_segment(&spec, &buf, iframe, 2, &iframes, &fragments, &err));
    assert_int_equal(iframes, 1);
    assert_int_equal(iframe[0].start_ticks, 96000);
    bytes_expect(buf.data, buf.size_bytes,
                 STYP "0000006c 'moof' 00000010 'mfhd' 00000000 00000001 00000054 'traf'"
                      "00000020 'tfhd' 0002003a 00000001 00000001 000003e8 00000003 02000000"
                      "00000014 'tfdt' 01000000 0000000000017700"
                      "00000018 'trun' 01000801 00000001 00000074 000003e8 0000000b 'mdat' 'III'"
                      "00000074 'moof' 00000010 'mfhd' 00000000 00000002 0000005c 'traf'"
                      "0000001c 'tfhd' 0002002a 00000001 00000001 000003e8 01010000"
                      "00000014 'tfdt' 01000000 0000000000017ae8"
                      "00000024 'trun' 01000a01 00000002 0000007c"
                      "00000002 000007d0 00000001 00000000 0000000b 'mdat' 'PPb'");
}

static void every_sync_sample_stands_alone(void **state)
{
    (void)state;
    const struct cmaf_sample samples[] = {
        sample_of("III", 10, 0, true), sample_of("P", 10, 0, false), sample_of("Q", 10, 0, false),
        sample_of("JJ", 10, 3, true),  sample_of("KK", 10, 0, true),
    };
    const struct cmaf_segment_spec spec = {
        .codec = CMAF_HEVC,
        .first_sequence_number = 1025,
        .decode_time_ticks = 400,
        .samples = samples,
        .sample_count = ARRAY_LEN(samples),
        .own_fragment_for_sync = true,
    };
    AUTO(buf_done) struct buf buf = {0};
    bytes_put(&buf, "77"); // offsets count from where the segment starts
    struct cmaf_iframe iframes[8] = {0};
    size_t iframe_count = 0;
    uint32_t fragments = 0;
    struct err err = {0};
    assert_true(cmaf_write_segment(&spec, &buf, iframes, ARRAY_LEN(iframes), &iframe_count,
                                   &fragments, &err));
    bytes_expect(buf.data, buf.size_bytes,
                 "77" STYP "00000068 'moof' 00000010 'mfhd' 00000000 00000401 00000050 'traf'"
                 "00000020 'tfhd' 0002003a 00000001 00000001 0000000a 00000003 02000000"
                 "00000014 'tfdt' 01000000 0000000000000190"
                 "00000014 'trun' 01000001 00000001 00000070 0000000b 'mdat' 'III'"
                 "00000068 'moof' 00000010 'mfhd' 00000000 00000402 00000050 'traf'"
                 "00000020 'tfhd' 0002003a 00000001 00000001 0000000a 00000001 01010000"
                 "00000014 'tfdt' 01000000 000000000000019a"
                 "00000014 'trun' 01000001 00000002 00000070 0000000a 'mdat' 'PQ'"
                 "0000006c 'moof' 00000010 'mfhd' 00000000 00000403 00000054 'traf'"
                 "00000020 'tfhd' 0002003a 00000001 00000001 0000000a 00000002 02000000"
                 "00000014 'tfdt' 01000000 00000000000001ae"
                 "00000018 'trun' 01000801 00000001 00000074 00000003 0000000a 'mdat' 'JJ'"
                 "00000068 'moof' 00000010 'mfhd' 00000000 00000404 00000050 'traf'"
                 "00000020 'tfhd' 0002003a 00000001 00000001 0000000a 00000002 02000000"
                 "00000014 'tfdt' 01000000 00000000000001b8"
                 "00000014 'trun' 01000001 00000001 00000070 0000000a 'mdat' 'KK'");
    assert_int_equal(fragments, 4);
    assert_int_equal(iframe_count, 3);
    static const struct cmaf_iframe expected[] = {{400, 24, 115}, {433, 253, 118}, {440, 371, 114}};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_int_equal(iframes[i].start_ticks, expected[i].start_ticks);
        assert_int_equal(iframes[i].offset_bytes, expected[i].offset_bytes);
        assert_int_equal(iframes[i].size_bytes, expected[i].size_bytes);
    }
}

static void iframes_beyond_the_room_are_counted_not_written(void **state)
{
    (void)state;
    const struct cmaf_sample samples[] = {sample_of("I", 1, 0, true), sample_of("J", 1, 0, true)};
    const struct cmaf_segment_spec spec = {
        .codec = CMAF_AV1,
        .samples = samples,
        .sample_count = 2,
        .own_fragment_for_sync = true,
    };
    AUTO(buf_done) struct buf buf = {0};
    struct cmaf_iframe iframes[2] = {{0}, {.start_ticks = 77}};
    size_t count = 0;
    assert_true(cmaf_write_segment(&spec, &buf, iframes, 1, &count, NULL, NULL));
    assert_int_equal(count, 2);
    assert_int_equal(iframes[0].size_bytes, 104 + 8 + 1);
    assert_int_equal(iframes[1].start_ticks, 77);
}

static void audio_with_a_short_last_frame(void **state)
{
    (void)state;
    const struct cmaf_sample samples[] = {
        sample_of("aa", 1024, 0, true),
        sample_of("bb", 1024, 0, true),
        sample_of("cc", 100, 0, true),
    };
    const struct cmaf_segment_spec spec = {
        .codec = CMAF_AAC,
        .first_sequence_number = 1,
        .samples = samples,
        .sample_count = ARRAY_LEN(samples),
    };
    AUTO(buf_done) struct buf buf = {0};
    assert_true(cmaf_write_segment(&spec, &buf, NULL, 0, NULL, NULL, NULL));
    bytes_expect(buf.data, buf.size_bytes,
                 STYP "00000074 'moof' 00000010 'mfhd' 00000000 00000001 0000005c 'traf'"
                      "00000020 'tfhd' 0002003a 00000001 00000001 00000400 00000002 02000000"
                      "00000014 'tfdt' 01000000 0000000000000000"
                      "00000020 'trun' 00000101 00000003 0000007c 00000400 00000400 00000064"
                      "0000000e 'mdat' 'aabbcc'");
}

static void mixed_flags_are_given_for_each_sample(void **state)
{
    (void)state;
    const struct cmaf_sample samples[] = {sample_of("I", 1, 0, true), sample_of("J", 1, 0, true),
                                          sample_of("P", 1, 0, false)};
    const struct cmaf_segment_spec spec = {
        .codec = CMAF_H264, .samples = samples, .sample_count = ARRAY_LEN(samples)};
    AUTO(buf_done) struct buf buf = {0};
    assert_true(cmaf_write_segment(&spec, &buf, NULL, 0, NULL, NULL, NULL));
    bytes_expect(buf.data, buf.size_bytes,
                 STYP "00000074 'moof' 00000010 'mfhd' 00000000 00000000 0000005c 'traf'"
                      "00000020 'tfhd' 0002003a 00000001 00000001 00000001 00000001 01010000"
                      "00000014 'tfdt' 01000000 0000000000000000"
                      "00000020 'trun' 01000401 00000003 0000007c 02000000 02000000 01010000"
                      "0000000b 'mdat' 'IJP'");
}

static void refuses_samples_that_cannot_be_written(void **state)
{
    (void)state;
    static const struct {
        struct cmaf_sample sample;
        int64_t decode_time_ticks;
        size_t count;
        enum err_kind kind;
    } rows[] = {
        {{(const uint8_t *)"x", 1, 1, 0, true}, 0, 0, ERR_BUG},  // none at all
        {{(const uint8_t *)"x", 1, 1, 0, true}, -1, 1, ERR_BUG}, // before time 0
        {{(const uint8_t *)"x", 1, 1, 0, false}, 0, 1, ERR_BUG}, // starts in mid-air
        {{(const uint8_t *)"x", 0, 1, 0, true}, 0, 1, ERR_BUG},
        {{(const uint8_t *)"x", 1, 0, 0, true}, 0, 1, ERR_BUG},
        {{(const uint8_t *)"x", 1, INT64_C(1) << 32, 0, true}, 0, 1, ERR_BUG},
        {{(const uint8_t *)"x", 1, 1, INT64_C(1) << 31, true}, 0, 1, ERR_BUG},
        {{(const uint8_t *)"x", 1, 1, -(INT64_C(1) << 31) - 1, true}, 0, 1, ERR_BUG},
        {{(const uint8_t *)"x", (size_t)1 << 30, 1, 0, true}, 0, 1, ERR_CONFIG},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct cmaf_segment_spec spec = {
            .codec = CMAF_H264,
            .samples = &rows[i].sample,
            .sample_count = rows[i].count,
            .decode_time_ticks = rows[i].decode_time_ticks,
        };
        AUTO(buf_done) struct buf buf = {0};
        struct err err = {0};
        if (cmaf_write_segment(&spec, &buf, NULL, 0, NULL, NULL, &err))
            fail_msg("row %zu was taken", i);
        assert_int_equal(err.kind, rows[i].kind);
        assert_int_equal(buf.size_bytes, 0);
    }
}

static void sequence_numbers_of_a_segment_stay_in_its_range(void **state)
{
    (void)state;
    enum { COUNT = CMAF_FRAGMENTS_PER_SEGMENT + 1 };
    struct cmaf_sample *samples = mem_alloc(COUNT * sizeof(*samples));
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = sample_of("I", 1, 0, true);
    struct cmaf_segment_spec spec = {.codec = CMAF_H264,
                                     .samples = samples,
                                     .sample_count = COUNT,
                                     .own_fragment_for_sync = true};
    AUTO(buf_done) struct buf buf = {0};
    struct err err = {0};
    uint32_t fragments = 0;
    assert_false(cmaf_write_segment(&spec, &buf, NULL, 0, NULL, NULL, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    spec.sample_count = CMAF_FRAGMENTS_PER_SEGMENT;
    assert_true(cmaf_write_segment(&spec, &buf, NULL, 0, NULL, &fragments, NULL));
    assert_int_equal(fragments, CMAF_FRAGMENTS_PER_SEGMENT);
    MEM_FREE(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(video_in_one_fragment),
        cmocka_unit_test(the_delay_is_added_to_every_offset_and_not_to_iframe_times),
        cmocka_unit_test(every_sync_sample_stands_alone),
        cmocka_unit_test(iframes_beyond_the_room_are_counted_not_written),
        cmocka_unit_test(audio_with_a_short_last_frame),
        cmocka_unit_test(mixed_flags_are_given_for_each_sample),
        cmocka_unit_test(refuses_samples_that_cannot_be_written),
        cmocka_unit_test(sequence_numbers_of_a_segment_stay_in_its_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
