// SPDX-License-Identifier: BSD-2-Clause
// The segment index by itself, as the tracks of an MPD are made from it.
#include "boxes.h"

#define GOOD "[sidx #0 #1 #24000 #48000 #4 0000 0002 #1000 #24000 90000000 #900 #12000 90000000]"

static bool read_index(const char *text, struct findings *findings, struct sidx *ret)
{
    AUTO(buf_done) struct buf buf = {0};
    boxes_build(text, &buf);
    return iso_sidx_read(buf.data, buf.size_bytes, 500, PLACE(.file = "v.mp4"), findings, ret);
}

static void reads_entries(void **state)
{
    (void)state;
    AUTO(findings_done) struct findings findings;
    AUTO(sidx_done) struct sidx sidx;
    findings_init(&findings);
    assert_true(read_index(GOOD, &findings, &sidx));
    assert_int_equal(findings.count, 0);
    assert_int_equal(sidx.box_byte, 500);
    assert_int_equal(sidx.box_size_bytes, 56);
    assert_int_equal(sidx.reference_id, 1);
    assert_int_equal(sidx.timescale_hz, 24000);
    assert_int_equal(sidx.earliest_time, 48000);
    assert_int_equal(sidx.first_offset_bytes, 4);
    assert_int_equal(sidx.entry_count, 2);
    assert_int_equal(sidx.entries[1].size_bytes, 900);
    assert_int_equal(sidx.entries[1].duration, 12000);
    assert_true(sidx.entries[0].starts_with_sap);
    assert_int_equal(sidx.entries[0].sap_type, 1);
    assert_false(sidx.entries[0].is_index);
}

static void reads_64_bit_times(void **state)
{
    (void)state;
    AUTO(findings_done) struct findings findings;
    AUTO(sidx_done) struct sidx sidx;
    findings_init(&findings);
    assert_true(read_index("[sidx 01000000 #1 #24000 #1 #0 #0 #0 0000 0001 800003e8 #24000 #0]",
                           &findings, &sidx));
    assert_int_equal(sidx.earliest_time, 1ull << 32);
    assert_true(sidx.entries[0].is_index);
    assert_int_equal(sidx.entries[0].size_bytes, 1000);
}

static void refuses_what_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *claim;
        const char *text;
        enum rule_id rule;
    } rows[] = {
        {"another box", "[free *48]", RULE_S21},
        {"timescale 0", "[sidx #0 #1 #0 #0 #0 0000 0000]", RULE_S21},
        {"a time beyond use", "[sidx 01000000 #1 #1 #-1 #-1 #0 #0 0000 0000]", RULE_S21},
        {"too few entries", "[sidx #0 #1 #24000 #0 #0 0000 0002 #1 #1 #1]", RULE_S38},
        {"cut", "000000ff 'sidx' #0 #1", RULE_S38},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(findings_done) struct findings findings;
        struct sidx sidx;
        findings_init(&findings);
        if (read_index(rows[i].text, &findings, &sidx) || findings.total[rows[i].rule] == 0)
            fail_msg("%s", rows[i].claim);
        assert_null(sidx.entries);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_entries),
        cmocka_unit_test(reads_64_bit_times),
        cmocka_unit_test(refuses_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
