// SPDX-License-Identifier: BSD-2-Clause
// The box writer against ISO/IEC 14496-12 4.2, the walker against bad bytes.
#include "bytes.h"

#include "packager/box.h"

static void writes_size_and_type_around_the_payload(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf buf = {0};
    size_t outer = box_begin(&buf, "moof");
    size_t inner = box_begin_full(&buf, "mfhd", 1, 0x020304);
    buf_put_u32(&buf, 7);
    box_end(&buf, inner);
    box_end(&buf, outer);
    bytes_expect(buf.data, buf.size_bytes, "00000018 'moof' 00000010 'mfhd' 01020304 00000007");
}

static void walks_boxes_in_order(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf buf = {0};
    bytes_put(&buf, "00000009 'free' aa"
                    "00000001 'skip' 0000000000000012 bbbb" // 64-bit size
                    "00000000 'mdat' cccccc");              // to the end
    struct box_walk walk;
    struct box box;
    struct err err = {0};
    box_walk_init(&walk, buf.data, buf.size_bytes);
    static const struct {
        uint32_t type;
        size_t offset, header, payload;
    } rows[] = {
        {BOX_TYPE('f', 'r', 'e', 'e'), 0, 8, 1},
        {BOX_TYPE('s', 'k', 'i', 'p'), 9, 16, 2},
        {BOX_TYPE('m', 'd', 'a', 't'), 27, 8, 3},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_true(box_walk_next(&walk, &box, &err));
        assert_int_equal(box.type, rows[i].type);
        assert_int_equal(box.offset_bytes, rows[i].offset);
        assert_int_equal(box.header_size_bytes, rows[i].header);
        assert_int_equal(box.payload_size_bytes, rows[i].payload);
        assert_ptr_equal(box.payload, buf.data + rows[i].offset + rows[i].header);
    }
    assert_false(box_walk_next(&walk, &box, &err));
    assert_int_equal(err.kind, ERR_NONE);
}

static void refuses_boxes_that_do_not_fit(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "00",                                    // not even a header
        "00000008 'fre'",                        // header cut off
        "00000009 'free'",                       // one byte too long
        "ffffffff 'free' 00",                    // far too long
        "00000007 'free' 00",                    // shorter than its header
        "00000001 'free' 00000000",              // 64-bit size cut off
        "00000001 'free' 000000000000000f 0000", // 64-bit size below its header
        "00000001 'free' ffffffffffffffff 0000", // 64-bit size beyond everything
        "00000002 'free' 0000",                  // 2 to 7 mean nothing
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(buf_done) struct buf buf = {0};
        bytes_put(&buf, rows[i]);
        struct box_walk walk;
        struct box box = {0};
        struct err err = {0};
        box_walk_init(&walk, buf.data, buf.size_bytes);
        if (box_walk_next(&walk, &box, &err) || err.kind != ERR_INPUT)
            fail_msg("row %zu was taken (kind %d)", i, err.kind);
        assert_int_equal(box.type, 0);
    }
}

static void error_names_type_and_offset(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf buf = {0};
    bytes_put(&buf, "00000008 'free' 00000063 'moof'");
    struct box_walk walk;
    struct box box;
    struct err err = {0};
    box_walk_init(&walk, buf.data, buf.size_bytes);
    assert_true(box_walk_next(&walk, &box, &err));
    assert_false(box_walk_next(&walk, &box, &err));
    assert_string_equal(err.text, "box 'moof' at offset 8: states 99 bytes, 8 are there");
}

static void nothing_to_walk_is_no_error(void **state)
{
    (void)state;
    struct box_walk walk;
    struct box box;
    struct err err = {0};
    box_walk_init(&walk, NULL, 0);
    assert_false(box_walk_next(&walk, &box, &err));
    assert_int_equal(err.kind, ERR_NONE);
}

static void finds_along_a_path(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf buf = {0};
    bytes_put(&buf, "00000008 'free'"
                    "00000021 'moov' 00000008 'mvhd' 00000011 'trak' 00000009 'tkhd' 5a");
    struct box box;
    assert_true(box_find(buf.data, buf.size_bytes, "moov/trak/tkhd", &box));
    assert_int_equal(box.offset_bytes, 8 + 8 + 8 + 8);
    assert_int_equal(box.payload_size_bytes, 1);
    assert_int_equal(box.payload[0], 0x5a);
    assert_true(box_find(buf.data, buf.size_bytes, "moov/mvhd", &box));
    assert_int_equal(box.payload_size_bytes, 0);
    assert_int_equal(box.offset_bytes, 16);

    static const char *const absent[] = {"mdat", "moov/mdia", "moov/trak/tkhd/free", "moov/", "mo",
                                         "",     "moovtrak"};
    for (size_t i = 0; i < ARRAY_LEN(absent); i++)
        assert_false(box_find(buf.data, buf.size_bytes, absent[i], &box));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_size_and_type_around_the_payload),
        cmocka_unit_test(walks_boxes_in_order),
        cmocka_unit_test(refuses_boxes_that_do_not_fit),
        cmocka_unit_test(error_names_type_and_offset),
        cmocka_unit_test(nothing_to_walk_is_no_error),
        cmocka_unit_test(finds_along_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
