// SPDX-License-Identifier: BSD-2-Clause
// The table at the end: a column of scores where there are some, and none elsewhere.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/app/report.h"
#include "src/base/json.h"

static const char with_scores[] =
    "{\"duration\":\"6\",\"tracks\":["
    "{\"id\":\"h264-720p\",\"type\":\"video\",\"width\":1280,\"height\":720,\"segments\":2,"
    "\"bytes\":1500000,\"tier\":{\"decode\":\"cpu\",\"encode\":\"libx264\"},"
    "\"vmaf\":{\"mean\":94.1833843,\"min\":89.8,\"frames\":144}},"
    "{\"id\":\"h264-360p\",\"type\":\"video\",\"width\":640,\"height\":360,\"segments\":2,"
    "\"bytes\":500000,\"tier\":{\"decode\":\"cpu\",\"encode\":\"libx264\"},"
    "\"vmaf\":{\"mean\":100,\"min\":100,\"frames\":144}},"
    "{\"id\":\"en-aac-stereo\",\"type\":\"audio\",\"language\":\"en\",\"channels\":2,"
    "\"segments\":2,\"bytes\":90000,\"tier\":{\"decode\":\"cpu\",\"encode\":\"aac\"}}]}";

// The n-th line, from 0, and what follows it.
static const char *line_of(const struct buf *text, int number)
{
    const char *at = (const char *)text->data;
    while (number-- > 0)
        at = strchr(at, '\n') + 1;
    return at;
}

static void table(const json_t *report, struct buf *ret)
{
    buf_clear(ret);
    report_table(report, "out", ret);
    buf_put_u8(ret, 0);
}

static void scores_have_a_column_only_where_there_are_some(void **state)
{
    (void)state;
    AUTO(json_free) json_t *report = json_loads(with_scores, 0, NULL);
    AUTO(buf_done) struct buf text = {0};
    assert_non_null(report);
    table(report, &text);
    const char *column = strstr((const char *)text.data, "  VMAF  tier\n");
    assert_non_null(column);
    size_t end = (size_t)(column - (const char *)text.data) + strlen("  VMAF");
    assert_memory_equal(line_of(&text, 1) + end - 5, "94.18  cpu > libx264\n", 21);
    assert_memory_equal(line_of(&text, 2) + end - 6, "100.00  cpu > libx264\n", 22);
    assert_memory_equal(line_of(&text, 3) + end - 6, "        cpu > aac\n", 18);
    size_t i;
    json_t *track;
    json_array_foreach(json_object_get(report, "tracks"), i, track) json_object_del(track, "vmaf");
    table(report, &text);
    assert_null(strstr((const char *)text.data, "VMAF"));
    assert_non_null(strstr((const char *)text.data, "bytes  tier\n"));
    assert_non_null(strstr((const char *)text.data, "1.5 MB  cpu > libx264\n"));
}

static void scaling_is_told_where_it_is_done_elsewhere(void **state)
{
    (void)state;
    static const struct {
        const char *tier;
        const char *wanted;
    } rows[] = {
        {"{\"decode\":\"cuda\",\"scale\":\"cuda\",\"encode\":\"h264_nvenc\"}",
         "cuda > h264_nvenc\n"},
        {"{\"decode\":\"cpu\",\"scale\":\"cuda\",\"encode\":\"h264_nvenc\"}",
         "cpu > cuda > h264_nvenc\n"},
        {"{\"decode\":\"cpu\",\"scale\":\"none\",\"encode\":\"aac\"}", "cpu > aac\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(json_free) json_t *report = json_loads(with_scores, 0, NULL);
        AUTO(buf_done) struct buf text = {0};
        json_t *track = json_array_get(json_object_get(report, "tracks"), 0);
        json_object_set_new(track, "tier", json_loads(rows[i].tier, 0, NULL));
        table(report, &text);
        if (!strstr((const char *)text.data, rows[i].wanted))
            fail_msg("no \"%s\" in:\n%s", rows[i].wanted, (const char *)text.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_have_a_column_only_where_there_are_some),
        cmocka_unit_test(scaling_is_told_where_it_is_done_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
