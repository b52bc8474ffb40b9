// SPDX-License-Identifier: BSD-2-Clause
// The bit reader: codes, emulation prevention, and the end.
#include "configs.h"

#include "manifests/validate/codec/bits.h"

static void reads_across_bytes(void **state)
{
    (void)state;
    static const uint8_t data[] = {0xa5, 0x5a, 0xff, 0x00, 0x12, 0x34, 0x56, 0x78, 0x9a};
    struct codec_bits bits;
    codec_bits_init(&bits, data, sizeof data);
    assert_int_equal(codec_bits_get(&bits, 4), 0xa);
    assert_int_equal(codec_bits_get(&bits, 0), 0);
    assert_int_equal(codec_bits_get(&bits, 12), 0x55a);
    assert_int_equal(codec_bits_left(&bits), 56);
    assert_int_equal(codec_bits_get(&bits, 32), 0xff001234);
    codec_bits_skip(&bits, 16);
    assert_int_equal(codec_bits_get(&bits, 8), 0x9a);
    assert_false(bits.is_short);
    assert_int_equal(codec_bits_get(&bits, 1), 0);
    assert_true(bits.is_short);
}

static void leaves_out_emulation_bytes_only_where_they_are(void **state)
{
    (void)state;
    static const uint8_t data[] = {0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3, 0, 3};
    static const uint8_t wanted[] = {0, 0, 1, 0, 0, 0, 0, 3, 0, 3};
    struct codec_bits bits;
    codec_bits_init_nal(&bits, data, sizeof data);
    for (size_t i = 0; i < sizeof wanted; i++)
        assert_int_equal(codec_bits_get(&bits, 8), wanted[i]);
    assert_false(bits.is_short);
    codec_bits_init(&bits, data, sizeof data);
    for (size_t i = 0; i < sizeof data; i++)
        assert_int_equal(codec_bits_get(&bits, 8), data[i]);
}

static void reads_exp_golomb(void **state)
{
    (void)state;
    // 1 010 011 00100 00101 and then 31 zeros and 32 ones.
    static const uint8_t data[] = {0xa6, 0x42, 0x80, 0x00, 0x00, 0x00, 0x01, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    struct codec_bits bits;
    codec_bits_init(&bits, data, sizeof data);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(codec_bits_ue(&bits), i);
    codec_bits_init(&bits, data, sizeof data);
    static const int32_t steps[] = {0, 1, -1, 2, -2};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        assert_int_equal(codec_bits_se(&bits), steps[i]);
    static const uint8_t largest[] = {0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff};
    codec_bits_init(&bits, largest, sizeof largest);
    assert_int_equal(codec_bits_ue(&bits), 0xfffffffe);
    assert_false(bits.is_short);
    static const uint8_t smallest[] = {0, 0, 0, 1, 0xff, 0xff, 0xff, 0xfc};
    codec_bits_init(&bits, smallest, sizeof smallest);
    assert_int_equal(codec_bits_se(&bits), 0x7fffffff);
}

static void a_code_that_never_ends_is_the_end(void **state)
{
    (void)state;
    static const uint8_t zeros[16] = {0};
    struct codec_bits bits;
    codec_bits_init(&bits, zeros, sizeof zeros);
    assert_int_equal(codec_bits_ue(&bits), 0);
    assert_true(bits.is_short);
    codec_bits_init(&bits, zeros, sizeof zeros);
    codec_bits_uvlc(&bits);
    assert_true(bits.is_short);
    codec_bits_init(&bits, NULL, 0);
    assert_int_equal(codec_bits_ue(&bits), 0);
    assert_int_equal(codec_bits_left(&bits), 0);
    codec_bits_init(&bits, zeros, 4);
    codec_bits_skip(&bits, UINT64_MAX);
    assert_true(bits.is_short);
}

static void bytes_stop_at_the_end(void **state)
{
    (void)state;
    static const uint8_t data[] = {1, 2, 3, 4, 5};
    struct bytes bytes;
    bytes_init(&bytes, data, sizeof data);
    assert_int_equal(bytes_get(&bytes, 3), 0x010203);
    assert_ptr_equal(bytes_take(&bytes, 1), data + 3);
    assert_int_equal(bytes_get(&bytes, 2), 0);
    assert_true(bytes.is_short);
    assert_int_equal(bytes_left(&bytes), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_across_bytes),
        cmocka_unit_test(leaves_out_emulation_bytes_only_where_they_are),
        cmocka_unit_test(reads_exp_golomb),
        cmocka_unit_test(a_code_that_never_ends_is_the_end),
        cmocka_unit_test(bytes_stop_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
