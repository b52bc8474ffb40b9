// SPDX-License-Identifier: BSD-2-Clause
// Collecting samples into segments: nothing of one segment is left in the next.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "packager/box.h"
#include "src/media/segment_builder.h"
#include "tests/unit/media/shelf.h"

static void add(struct segment_builder *builder, const char *data, bool is_sync)
{
    struct builder_sample sample = {.duration_ticks = 10, .is_sync = is_sync};
    segment_builder_add(builder, data, strlen(data), &sample);
}

static void flush(struct segment_builder *builder, struct shelf *shelf, int64_t index)
{
    struct err err = {0};
    struct segment_place place = {.track_id = "t",
                                  .index = index,
                                  .decode_time_ticks = index * 1000,
                                  .start_ticks = index * 1000,
                                  .duration_ticks = 30};
    if (!segment_builder_flush(builder, &place, &shelf->sink, &err))
        fail_msg("%s", err.text);
}

// The media data of all fragments, one behind another; "" when there is none.
static void media_of(const struct shelf_piece *piece, struct buf *ret)
{
    struct box_walk walk;
    struct box box;
    struct err err = {0};
    box_walk_init(&walk, piece->bytes.data, piece->bytes.size_bytes);
    while (box_walk_next(&walk, &box, &err))
        if (box.type == BOX_TYPE('m', 'd', 'a', 't'))
            buf_append(ret, box.payload, box.payload_size_bytes);
    assert_int_equal(err.kind, ERR_NONE);
    buf_append(ret, "", 1);
}

static void segments_hold_their_own_samples(void **state)
{
    (void)state;
    static const enum cmaf_codec codecs[] = {CMAF_H264, CMAF_AAC};
    for (size_t i = 0; i < ARRAY_LEN(codecs); i++) {
        struct shelf shelf;
        struct segment_builder builder = {.codec = codecs[i]};
        shelf_init(&shelf);
        add(&builder, "one", true);
        add(&builder, "two", codecs[i] == CMAF_AAC);
        flush(&builder, &shelf, 4);
        add(&builder, "three", true);
        flush(&builder, &shelf, 5);
        static const char *const media[] = {"onetwo", "three"};
        for (int64_t k = 0; k < 2; k++) {
            AUTO(buf_done) struct buf got = {0};
            const struct shelf_piece *piece = shelf_find(&shelf, "t", 4 + k);
            assert_non_null(piece);
            assert_int_equal(piece->start_ticks, (4 + k) * 1000);
            media_of(piece, &got);
            assert_string_equal((const char *)got.data, media[k]);
            assert_int_equal(piece->iframe_count, codecs[i] == CMAF_AAC ? 0 : 1);
        }
        segment_builder_done(&builder);
        shelf_done(&shelf);
    }
}

static void many_and_large_samples_are_kept_whole(void **state)
{
    (void)state;
    struct shelf shelf;
    struct segment_builder builder = {.codec = CMAF_AAC};
    AUTO(buf_done) struct buf expected = {0}, got = {0};
    shelf_init(&shelf);
    for (int i = 0; i < 1000; i++) {
        char data[300];
        memset(data, 'a' + i % 26, sizeof data);
        data[1 + i % 298] = '\0';
        add(&builder, data, true);
        buf_append(&expected, data, strlen(data));
    }
    buf_append(&expected, "", 1);
    flush(&builder, &shelf, 0);
    media_of(shelf_find(&shelf, "t", 0), &got);
    assert_string_equal((const char *)got.data, (const char *)expected.data);
    segment_builder_done(&builder);
    shelf_done(&shelf);
}

static void an_i_frame_range_holds_just_that_picture(void **state)
{
    (void)state;
    struct shelf shelf;
    struct segment_builder builder = {.codec = CMAF_H264};
    shelf_init(&shelf);
    add(&builder, "KEY1", true);
    add(&builder, "p1", false);
    add(&builder, "KEY2", true);
    add(&builder, "p2", false);
    flush(&builder, &shelf, 0);
    const struct shelf_piece *piece = shelf_find(&shelf, "t", 0);
    assert_int_equal(piece->iframe_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct cmaf_iframe *iframe = &piece->iframes[i];
        assert_true(iframe->offset_bytes + iframe->size_bytes <= piece->bytes.size_bytes);
        const uint8_t *end = piece->bytes.data + iframe->offset_bytes + iframe->size_bytes;
        assert_memory_equal(end - 4, i ? "KEY2" : "KEY1", 4);
        assert_int_equal(iframe->start_ticks, i ? 20 : 0);
    }
    segment_builder_done(&builder);
    shelf_done(&shelf);
}

static void an_empty_segment_is_our_mistake(void **state)
{
    (void)state;
    struct shelf shelf;
    struct err err = {0};
    struct segment_builder builder = {.codec = CMAF_AAC};
    struct segment_place place = {.track_id = "t"};
    shelf_init(&shelf);
    assert_false(segment_builder_flush(&builder, &place, &shelf.sink, &err));
    assert_int_equal(err.kind, ERR_BUG);
    assert_int_equal(shelf.count, 0);
    segment_builder_done(&builder);
    shelf_done(&shelf);
}

static void what_the_sink_says_comes_back(void **state)
{
    (void)state;
    struct shelf shelf;
    struct err err = {0};
    struct segment_builder builder = {.codec = CMAF_AAC};
    struct segment_place place = {.track_id = "t", .duration_ticks = 10};
    shelf_init(&shelf);
    shelf.fail_at = 1;
    add(&builder, "x", true);
    assert_false(segment_builder_flush(&builder, &place, &shelf.sink, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    assert_string_equal(err.text, "the shelf is full");
    segment_builder_done(&builder);
    shelf_done(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_hold_their_own_samples),
        cmocka_unit_test(many_and_large_samples_are_kept_whole),
        cmocka_unit_test(an_i_frame_range_holds_just_that_picture),
        cmocka_unit_test(an_empty_segment_is_our_mistake),
        cmocka_unit_test(what_the_sink_says_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
