// SPDX-License-Identifier: BSD-2-Clause
// The sample is a video that every stage of a tier may take.
#include "src/media/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/file.h"
#include "src/media/plan.h"
#include "src/media/probe.h"

static void leaves_every_stage_to_a_device(void **state)
{
    (void)state;
    AUTO(buf_done) struct buf bytes = {0};
    AUTO_FREE struct source_facts *facts = mem_alloc(sizeof *facts);
    AUTO(plan_done) struct plan plan = {0};
    struct err err = {0};
    if (!sample_make(&bytes, &err))
        fail_msg("%s", err.text);
    int fd = memfd_create("sample", MFD_CLOEXEC);
    assert_true(file_write_all(fd, bytes.data, bytes.size_bytes));
    struct byte_source source = byte_source_fd(&fd, (int64_t)bytes.size_bytes, "the sample");
    if (!probe_source(&source, facts, &err))
        fail_msg("%s", err.text);
    assert_int_equal(facts->video.display_width_px, SAMPLE_WIDTH_PX);
    assert_int_equal(facts->video.frame_count, SAMPLE_FRAMES);
    assert_int_equal(facts->video.timing, TIMING_CONSTANT);
    const struct tier wanted = {DEVICE_CUDA, DEVICE_CUDA, DEVICE_CUDA};
    struct plan_options options;
    plan_options_init(&options);
    options.tier = wanted;
    if (!plan_build(facts, &options, &plan, &err))
        fail_msg("%s", err.text);
    assert_true(tier_equal(plan.tier, wanted));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_every_stage_to_a_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
