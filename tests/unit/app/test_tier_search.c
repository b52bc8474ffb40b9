// SPDX-License-Identifier: BSD-2-Clause
// Which tier is tried after which, for every way a proof can end.
#include "src/app/tier_search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/app/tier_text.h"
#include "src/base/mem.h"

#define STEPS_MAX 12

// A machine: what each of its devices does with a proof.
struct machine {
    enum device device;
    int numbers;         // how many there are
    const char *refuses; // stages, as "decode encode"; "lost": opens, and then everything
    int encoders;        // at once; 0: any number
};

// "cuda0 cuda,cuda,cuda: encode; cuda0 cuda,cuda,cpu: ok"
struct walk {
    char text[512];
    enum tier_verdict verdict;
    struct tier_search search;
};

static enum err_kind prove(const struct machine *machine, const struct tier_search *search,
                           int encoders_planned, int *ret_opened)
{
    enum device device = tier_accelerator(search->tier);
    *ret_opened = 0;
    if (device != machine->device || search->number >= machine->numbers)
        return ERR_DEVICE;
    if (strstr(machine->refuses, "lost"))
        return ERR_DEVICE;
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        if (tier_stage(search->tier, (enum stage)stage) != DEVICE_CPU &&
            strstr(machine->refuses, stage_name((enum stage)stage)))
            return stage_err((enum stage)stage);
    *ret_opened = encoders_planned;
    if (search->tier.encode == DEVICE_CPU || machine->encoders == 0 ||
        encoders_planned <= machine->encoders)
        return ERR_NONE;
    *ret_opened = machine->encoders;
    return ERR_DEVICE_ENCODE;
}

static void append(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s", more);
}

static struct walk walk(const struct tier_request *request, const struct machine *machine)
{
    struct walk walk = {0};
    walk.verdict = tier_search_begin(&walk.search, request);
    for (int i = 0; i < STEPS_MAX && walk.verdict == TIER_TRY; i++) {
        struct tier_search *search = &walk.search;
        int planned = search->tier.encode == DEVICE_CPU ? 0
                      : search->encoders_max            ? search->encoders_max
                                                        : 4;
        struct tier_proof proof = {.planned = search->tier, .encoders_planned = planned};
        char tried[96], number[16] = "", limit[16] = "";
        proof.failure = prove(machine, search, planned, &proof.encoders_opened);
        proof.is_open =
            tier_accelerator(search->tier) == machine->device && search->number < machine->numbers;
        if (search->number > 0)
            snprintf(number, sizeof number, "#%d", search->number);
        if (search->encoders_max > 0)
            snprintf(limit, sizeof limit, "(%d)", search->encoders_max);
        snprintf(tried, sizeof tried, "%s%s%s,%s,%s%s %s", walk.text[0] ? "; " : "",
                 device_name(search->tier.decode), number, device_name(search->tier.scale),
                 device_name(search->tier.encode), limit, err_kind_name(proof.failure));
        append(walk.text, sizeof walk.text, tried);
        struct tier_step step;
        walk.verdict = tier_search_take(search, &proof, &step);
        if (proof.failure == ERR_NONE)
            return walk;
    }
    if (walk.verdict == TIER_TAKE)
        append(walk.text, sizeof walk.text, walk.text[0] ? "; cpu" : "cpu");
    return walk;
}

static const struct tier cuda = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CUDA};
static const struct tier hybrid = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU};

struct row {
    struct tier_request request;
    struct machine machine;
    const char *wanted;
    enum tier_verdict verdict;
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct walk walked = walk(&rows[i].request, &rows[i].machine);
        if (strcmp(walked.text, rows[i].wanted) != 0 || walked.verdict != rows[i].verdict)
            fail_msg("row %zu: verdict %d, \"%s\"; wanted \"%s\"", i, walked.verdict, walked.text,
                     rows[i].wanted);
    }
}

#define NAMED .devices = {DEVICE_CUDA}, .device_count = 1, .is_by_name = true
#define FOUND .devices = {DEVICE_CUDA, DEVICE_VAAPI}, .device_count = 2

static void steps_down_stage_by_stage(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{.number = 0}, {DEVICE_CUDA, 1, "", 0}, "cpu", TIER_TAKE},
        {{NAMED}, {DEVICE_CUDA, 1, "", 0}, "cuda,cuda,cuda none", TIER_TAKE},
        {{NAMED},
         {DEVICE_CUDA, 1, "decode", 0},
         "cuda,cuda,cuda device-decode; cpu,cuda,cuda none",
         TIER_TAKE},
        {{NAMED},
         {DEVICE_CUDA, 1, "encode", 0},
         "cuda,cuda,cuda device-encode; cuda,cuda,cpu none",
         TIER_TAKE},
        {{NAMED}, {DEVICE_CUDA, 1, "scale", 0}, "cuda,cuda,cuda device-scale; cpu", TIER_TAKE},
        {{NAMED},
         {DEVICE_CUDA, 1, "decode encode", 0},
         "cuda,cuda,cuda device-decode; cpu,cuda,cuda device-encode; cpu",
         TIER_TAKE},
        {{NAMED}, {DEVICE_VAAPI, 1, "", 0}, "cuda,cuda,cuda device; cpu", TIER_TAKE},
    };
    check(rows, ARRAY_LEN(rows));
}

static void the_largest_rungs_stay_where_encoders_are_few(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{NAMED},
         {DEVICE_CUDA, 1, "", 2},
         "cuda,cuda,cuda device-encode; cuda,cuda,cuda(2) none",
         TIER_TAKE},
        {{NAMED},
         {DEVICE_CUDA, 1, "decode", 3},
         "cuda,cuda,cuda device-decode; cpu,cuda,cuda device-encode; cpu,cuda,cuda(3) none",
         TIER_TAKE},
        {{NAMED, .rules = {.policy = TIER_POLICY_CPU}},
         {DEVICE_CUDA, 1, "", 2},
         "cuda,cuda,cuda device-encode; cpu",
         TIER_TAKE},
        {{NAMED, .rules = {.policy = TIER_POLICY_NEVER}},
         {DEVICE_CUDA, 1, "", 2},
         "cuda,cuda,cuda device-encode",
         TIER_REFUSED},
    };
    check(rows, ARRAY_LEN(rows));
}

static void fewer_encoders_are_tried_once(void **state)
{
    (void)state;
    struct tier_search search;
    struct tier_request request = {NAMED};
    struct tier_step step;
    assert_int_equal(tier_search_begin(&search, &request), TIER_TRY);
    struct tier_proof proof = {cuda, 4, ERR_DEVICE_ENCODE, 3};
    assert_int_equal(tier_search_take(&search, &proof, &step), TIER_TRY);
    assert_int_equal(search.encoders_max, 3);
    assert_int_equal(step.encoders, 3);
    assert_string_equal(step.stage, "encode");
    proof = (struct tier_proof){cuda, 3, ERR_DEVICE_ENCODE, 2};
    assert_int_equal(tier_search_take(&search, &proof, &step), TIER_TRY);
    assert_true(tier_equal(search.tier, hybrid));
    assert_int_equal(search.encoders_max, 0);
    assert_int_equal(step.encoders, 0);
}

// All were open, and then one failed: fewer would fail as well.
static void an_encoder_that_fails_at_work_is_no_matter_of_number(void **state)
{
    (void)state;
    struct tier_search search;
    struct tier_request request = {NAMED};
    struct tier_step step;
    tier_search_begin(&search, &request);
    struct tier_proof proof = {cuda, 4, ERR_DEVICE_ENCODE, 4};
    assert_int_equal(tier_search_take(&search, &proof, &step), TIER_TRY);
    assert_true(tier_equal(search.tier, hybrid));
}

static void what_is_found_is_tried_in_order(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{FOUND}, {DEVICE_CUDA, 1, "", 0}, "cuda,cuda,cuda none", TIER_TAKE},
        {{FOUND},
         {DEVICE_VAAPI, 1, "", 0},
         "cuda,cuda,cuda device; vaapi,vaapi,vaapi none",
         TIER_TAKE},
        {{FOUND},
         {DEVICE_CUDA, 1, "scale", 0},
         "cuda,cuda,cuda device-scale; vaapi,vaapi,vaapi device; cpu",
         TIER_TAKE},
        {{FOUND},
         {DEVICE_QSV, 1, "", 0},
         "cuda,cuda,cuda device; vaapi,vaapi,vaapi device; cpu",
         TIER_TAKE},
        // Not there after all is not refusing: nobody asked for it by name.
        {{FOUND, .rules = {.policy = TIER_POLICY_NEVER}},
         {DEVICE_QSV, 1, "", 0},
         "cuda,cuda,cuda device; vaapi,vaapi,vaapi device; cpu",
         TIER_TAKE},
        {{FOUND, .rules = {.policy = TIER_POLICY_NEVER}},
         {DEVICE_VAAPI, 1, "decode", 0},
         "cuda,cuda,cuda device; vaapi,vaapi,vaapi device-decode",
         TIER_REFUSED},
        // But one that is there and dies does refuse.
        {{FOUND, .rules = {.policy = TIER_POLICY_NEVER}},
         {DEVICE_CUDA, 1, "lost", 0},
         "cuda,cuda,cuda device",
         TIER_REFUSED},
        {{FOUND, .rules = {.policy = TIER_POLICY_CPU}},
         {DEVICE_CUDA, 1, "decode", 0},
         "cuda,cuda,cuda device-decode; cpu",
         TIER_TAKE},
    };
    check(rows, ARRAY_LEN(rows));
}

static void rules_are_kept(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{NAMED, .rules = {.policy = TIER_POLICY_NEVER}},
         {DEVICE_VAAPI, 1, "", 0},
         "cuda,cuda,cuda device",
         TIER_REFUSED},
        {{NAMED, .rules = {.floor = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU}}},
         {DEVICE_CUDA, 1, "encode", 0},
         "cuda,cuda,cuda device-encode; cuda,cuda,cpu none",
         TIER_TAKE},
        {{NAMED, .rules = {.floor = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU}}},
         {DEVICE_CUDA, 1, "decode", 0},
         "cuda,cuda,cuda device-decode",
         TIER_REFUSED},
        {{NAMED, .rules = {.floor = {DEVICE_CPU, DEVICE_CUDA, DEVICE_CUDA}}},
         {DEVICE_CUDA, 1, "decode encode", 0},
         "cuda,cuda,cuda device-decode; cpu,cuda,cuda device-encode",
         TIER_REFUSED},
        {{NAMED, .rules = {.floor = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CUDA}}},
         {DEVICE_CUDA, 0, "", 0},
         "cuda,cuda,cuda device",
         TIER_REFUSED},
    };
    check(rows, ARRAY_LEN(rows));
}

static void numbers_are_counted_up_to_the_first_that_is_missing(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{NAMED, .number = 3}, {DEVICE_CUDA, 4, "", 0}, "cuda#3,cuda,cuda none", TIER_TAKE},
        {{NAMED, .number = 3}, {DEVICE_CUDA, 3, "", 0}, "cuda#3,cuda,cuda device; cpu", TIER_TAKE},
        {{NAMED, .number = -1}, {DEVICE_CUDA, 1, "", 0}, "cuda,cuda,cuda none", TIER_TAKE},
        {{NAMED, .number = -1},
         {DEVICE_CUDA, 2, "scale", 0},
         "cuda,cuda,cuda device-scale; cuda#1,cuda,cuda device-scale; cuda#2,cuda,cuda device; cpu",
         TIER_TAKE},
        {{NAMED, .number = -1},
         {DEVICE_CUDA, 2, "lost", 0},
         "cuda,cuda,cuda device; cuda#1,cuda,cuda device; cuda#2,cuda,cuda device; cpu",
         TIER_TAKE},
        {{FOUND, .number = -1},
         {DEVICE_VAAPI, 1, "", 0},
         "cuda,cuda,cuda device; vaapi,vaapi,vaapi none",
         TIER_TAKE},
    };
    check(rows, ARRAY_LEN(rows));
}

static void a_run_that_goes_on_starts_where_the_earlier_one_was(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {{FOUND, .has_start = true}, {DEVICE_CUDA, 1, "", 0}, "cpu", TIER_TAKE},
        {{FOUND, .has_start = true, .start = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU}},
         {DEVICE_CUDA, 1, "", 0},
         "cuda,cuda,cpu none",
         TIER_TAKE},
        {{FOUND, .has_start = true, .start = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU}},
         {DEVICE_VAAPI, 1, "", 0},
         "cuda,cuda,cpu device; cpu",
         TIER_TAKE},
        {{FOUND, .has_start = true, .start = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CUDA},
          .encoders_max = 2},
         {DEVICE_CUDA, 1, "decode", 2},
         "cuda,cuda,cuda(2) device-decode; cpu,cuda,cuda(2) none",
         TIER_TAKE},
    };
    check(rows, ARRAY_LEN(rows));
}

static void a_source_that_wants_the_cpu_is_told_apart(void **state)
{
    (void)state;
    struct tier_search search;
    struct tier_step step;
    struct tier_proof nothing = {.failure = ERR_NONE}; // planned: all on the CPU
    struct tier_request request = {NAMED};
    tier_search_begin(&search, &request);
    assert_int_equal(tier_search_take(&search, &nothing, &step), TIER_TAKE);
    request.rules.policy = TIER_POLICY_NEVER;
    tier_search_begin(&search, &request);
    assert_int_equal(tier_search_take(&search, &nothing, &step), TIER_REFUSED);
    struct tier_proof half = {.planned = {DEVICE_CPU, DEVICE_CUDA, DEVICE_CUDA}};
    tier_search_begin(&search, &request);
    assert_int_equal(tier_search_take(&search, &half, &step), TIER_TAKE);
    request.rules = (struct tier_rules){.floor = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CPU}};
    tier_search_begin(&search, &request);
    assert_int_equal(tier_search_take(&search, &half, &step), TIER_REFUSED);
}

static void in_the_middle_a_lost_device_is_followed_by_the_cpu(void **state)
{
    (void)state;
    struct tier_rules rules = {0};
    struct tier below = cuda;
    struct tier_step step;
    assert_true(tier_rules_below(&rules, cuda, ERR_DEVICE, &below, &step));
    assert_int_equal(tier_accelerator(below), DEVICE_CPU);
    assert_string_equal(step.stage, "device");
    assert_true(tier_rules_below(&rules, cuda, ERR_DEVICE_ENCODE, &below, &step));
    assert_true(tier_equal(below, hybrid));
    assert_string_equal(step.stage, "encode");
    assert_int_equal(step.from, DEVICE_CUDA);
    rules.policy = TIER_POLICY_NEVER;
    assert_false(tier_rules_below(&rules, cuda, ERR_DEVICE_ENCODE, &below, &step));
}

static void tiers_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_good;
    } rows[] = {{"cuda,cuda,cpu", true},
                {"cpu,vaapi,vaapi", true},
                {"cpu,cpu,cpu", true},
                {"qsv,qsv,qsv", true},
                {"cuda,cpu,cuda", false},
                {"cuda,vaapi,cpu", false},
                {"cuda,cuda", false},
                {"cuda,cuda,cpu,", false},
                {"cuda,cuda,cpu,cpu", false},
                {"", false},
                {",,", false},
                {"cuda", false},
                {"cpu,cpu,cuda", false},
                {"Cuda,cuda,cuda", false}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tier tier, back;
        if (tier_from_text(rows[i].text, &tier) != rows[i].is_good)
            fail_msg("\"%s\" was %s", rows[i].text, rows[i].is_good ? "refused" : "taken");
        if (!rows[i].is_good)
            continue;
        json_t *json = tier_to_json(tier);
        assert_true(tier_from_json(json, &back));
        assert_true(tier_equal(tier, back));
        json_object_set_new(json, "scale", json_string("toaster"));
        assert_false(tier_from_json(json, &back));
        json_decref(json);
    }
    struct tier tier;
    assert_false(tier_from_json(NULL, &tier));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_down_stage_by_stage),
        cmocka_unit_test(the_largest_rungs_stay_where_encoders_are_few),
        cmocka_unit_test(fewer_encoders_are_tried_once),
        cmocka_unit_test(an_encoder_that_fails_at_work_is_no_matter_of_number),
        cmocka_unit_test(what_is_found_is_tried_in_order),
        cmocka_unit_test(rules_are_kept),
        cmocka_unit_test(numbers_are_counted_up_to_the_first_that_is_missing),
        cmocka_unit_test(a_run_that_goes_on_starts_where_the_earlier_one_was),
        cmocka_unit_test(a_source_that_wants_the_cpu_is_told_apart),
        cmocka_unit_test(in_the_middle_a_lost_device_is_followed_by_the_cpu),
        cmocka_unit_test(tiers_are_read_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
