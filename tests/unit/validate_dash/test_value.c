// SPDX-License-Identifier: BSD-2-Clause
// Values: durations, dates, templates, references.
#include "manifests/validate/dash/dash_private.h"
#include "tests/unit/validate_dash/bench.h"

static const struct duration_case {
    const char *text;
    int64_t num, den; // den 0: refused
} durations[] = {
    {"PT4S", 4, 1},
    {"PT0S", 0, 1},
    {"PT1.5S", 3, 2},
    {"P1DT1H1M1.25S", 360245, 4},
    {"PT30.03S", 3003, 100},
    {" PT4S ", 4, 1},
    {"PT4.0000000000000000001S", 4, 1},
    {"P1D", 86400, 1},
    {"PT", 0, 0},
    {"P", 0, 0},
    {"", 0, 0},
    {"4", 0, 0},
    {"PT4", 0, 0},
    {"PT.S", 0, 0},
    {"PT4.S", 0, 0},
    {"PT1.5M", 0, 0},
    {"PT1S1M", 0, 0},
    {"PT1H1H", 0, 0},
    {"-PT4S", 0, 0},
    {"P1Y", 0, 0},
    {"P1M", 0, 0},
    {"P1W", 0, 0},
    {"P1DT", 0, 0},
    {"PT99999999999999999999S", 0, 0},
    {"PT1e3S", 0, 0},
};

static void durations_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(durations); i++) {
        struct rational value = {-1, 1};
        bool ok = mpd_duration_parse(durations[i].text, &value);
        if (ok != (durations[i].den != 0))
            fail_msg("\"%s\" is %s", durations[i].text, ok ? "taken" : "refused");
        if (ok && (value.num != durations[i].num || value.den != durations[i].den))
            fail_msg("\"%s\" is %lld/%lld", durations[i].text, (long long)value.num,
                     (long long)value.den);
    }
    assert_false(mpd_duration_parse(NULL, &(struct rational){0, 1}));
}

static const struct date_case {
    const char *text;
    int64_t seconds; // -1: refused
} dates[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2024-02-29T12:00:00Z", 1709208000},
    {"2024-02-29T12:00:00", 1709208000},
    {"2024-02-29T12:00:00.75Z", 1709208000},
    {"2024-02-29T13:00:00+01:00", 1709208000},
    {"2024-02-29T10:30:00-01:30", 1709208000},
    {"today", -1},
    {"2024-02-29", -1},
    {"2024-13-29T12:00:00Z", -1},
    {"2024-02-29T12:00Z", -1},
    {"2024-02-29T12:00:00.Z", -1},
    {"2024-02-29T12:00:00Zulu", -1},
    {"2024-02-29 12:00:00Z", -1},
};

static void dates_have_their_zone(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        struct rational value = {-1, 1};
        bool ok = read_date(dates[i].text, &value);
        int64_t seconds = ok ? rational_floor(value, 1) : -1;
        if (seconds != dates[i].seconds)
            fail_msg("\"%s\" is %lld", dates[i].text, (long long)seconds);
    }
}

static const struct template_case {
    const char *text;
    const char *filled; // NULL: illegal
} templates[] = {
    {"$RepresentationID$/$Number%05d$.m4s", "v1/00007.m4s"},
    {"$Time$-$Bandwidth$.mp4", "90000-1000.mp4"},
    {"a$$b", "a$b"},
    {"plain", "plain"},
    {"", ""},
    {"$Number%0123d$", NULL},
    {"$Number%5d$", NULL},
    {"$Number%05x$", NULL},
    {"$Number", NULL},
    {"$number$", NULL},
    {"$Segment$", NULL},
    {"$RepresentationID%05d$", NULL},
    {"%$Number$%d%s%n", "%7%d%s%n"},
};

static void templates_are_filled_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(templates); i++) {
        AUTO_FREE char *filled = mpd_fill_template(templates[i].text, "v1", 7, 90000, 1000);
        if (!filled != !templates[i].filled || (filled && strcmp(filled, templates[i].filled) != 0))
            fail_msg("\"%s\" gives %s", templates[i].text, filled ? filled : "nothing");
    }
}

static const char *const joins[][3] = {
    {NULL, "a/b", "a/b"},
    {"x/y", "a", "x/a"},
    {"x/y/", "a", "x/y/a"},
    {"x/y/", "../a", "x/a"},
    {"x/", "../../a", "../a"},
    {"../x/", "../a", "../a"},
    {"x/", "./a", "x/a"},
    {"x/y", "", "x/y"},
    {"x/y", "?q", "x/y?q"},
    {"x/y?z=a/b", "c", "x/c"},
    {"http://h/a/b", "c", "http://h/a/c"},
    {"http://h/a/b", "/c/./d/../e", "http://h/c/e"},
    {"http://h", "c", "http://h/c"},
    {"http://h/a/", "../../../c", "http://h/c"},
    {"http://h/a", "//other/b", "http://other/b"},
    {"http://h/a", "https://other/b", "https://other/b"},
    {"file:///a/b", "c?d/e", "file:///a/c?d/e"},
};

static void references_are_joined_as_rfc_3986_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(joins); i++) {
        AUTO_FREE char *joined = reference_join(joins[i][0], joins[i][1]);
        assert_string_equal(joined, joins[i][2]);
    }
}

static void language_tags_are_looked_at(void **state)
{
    (void)state;
    static const char *const good[] = {"en",        "eng",       "pt-BR",  "zh-Hans-CN",
                                       "x-private", "i-klingon", "de-1996"};
    static const char *const bad[] = {"",    "e",   "englishlanguage", "en_US",
                                      "en-", "-en", "en--US",          "12"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(read_language(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(read_language(bad[i]));
}

static void ranges_are_whole(void **state)
{
    (void)state;
    int64_t offset, size;
    assert_true(read_range("10-19", &offset, &size));
    assert_int_equal(offset, 10);
    assert_int_equal(size, 10);
    static const char *const bad[] = {
        "", "10", "10-", "-10", "19-10", "a-b", "0-99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(read_range(bad[i], &offset, &size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_exact),
        cmocka_unit_test(dates_have_their_zone),
        cmocka_unit_test(templates_are_filled_or_refused),
        cmocka_unit_test(references_are_joined_as_rfc_3986_says),
        cmocka_unit_test(language_tags_are_looked_at),
        cmocka_unit_test(ranges_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
