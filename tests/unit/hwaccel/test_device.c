// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <libavutil/log.h>

#include "hwaccel/device_private.h"
#include "hwaccel/words.h"
#include "src/base/mem.h"

static void note(void *object, int level, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));

static void note(void *object, int level, const char *fmt, va_list args)
{
    (void)object;
    static char line[512]; // libav sends it in pieces
    size_t used = strlen(line);
    vsnprintf(line + used, sizeof line - used, fmt, args);
    if (!strchr(line, '\n'))
        return;
    if (level <= AV_LOG_ERROR)
        words_note(line);
    line[0] = 0;
}

static int listen_to_libav(void **state)
{
    (void)state;
    av_log_set_callback(note);
    return 0;
}

// Where there is such a device it opens, and nothing is to be said.
static void check_open(enum device device)
{
    struct device_context *context = NULL;
    struct err err = {0};
    if (device_open(device, 0, &context, &err)) {
        print_message("%s: there is one here\n", device_name(device));
        assert_ptr_equal(device_row(context), backend_find(device));
        device_close(&context);
        return;
    }
    print_message("%s\n", err.text);
    assert_null(context);
    assert_int_equal(err.kind, ERR_DEVICE);
    AUTO_FREE char *start = mem_printf("open %s device 0: ", device_name(device));
    assert_memory_equal(err.text, start, strlen(start));
    if (!strstr(err.text, "; "))
        fail_msg("no remedy in \"%s\"", err.text);
}

static void a_device_that_is_not_there_is_told(void **state)
{
    (void)state;
    check_open(DEVICE_CUDA);
    check_open(DEVICE_VAAPI);
    check_open(DEVICE_QSV);
}

static void the_cpu_is_no_device(void **state)
{
    (void)state;
    struct device_context *context = NULL;
    struct err err = {0};
    assert_false(device_open(DEVICE_CPU, 0, &context, &err));
    assert_int_equal(err.kind, ERR_BUG);
    assert_null(context);
    device_close(&context);
}

static void failures_tell_the_story(void **state)
{
    (void)state;
    const struct device_context context = {.row = backend_find(DEVICE_CUDA)};
    struct err err = {0};
    words_clear();
    words_note("OpenEncodeSessionEx failed: unsupported device (2): (no details)");
    assert_false(device_fail(&context, STAGE_ENCODE, AVERROR(ENOSYS), "open h264_nvenc", &err));
    assert_int_equal(err.kind, ERR_DEVICE_ENCODE);
    assert_string_equal(err.text,
                        "encode on cuda: open h264_nvenc: OpenEncodeSessionEx failed: unsupported "
                        "device (2): (no details): this chip has no encoder; nothing to mend: "
                        "encoding is for the CPU");
    words_clear();
    assert_false(device_fail(&context, STAGE_DECODE, AVERROR(ENOSYS), "send a packet", &err));
    assert_int_equal(err.kind, ERR_DEVICE_DECODE);
    assert_string_equal(err.text, "decode on cuda: send a packet: Function not implemented");
}

// libav's lines begin with the name of the codec.
static void what_was_tried_is_said_once(void **state)
{
    (void)state;
    const struct device_context context = {.row = backend_find(DEVICE_VAAPI)};
    struct err err = {0};
    words_clear();
    words_note("h264_vaapi: Failed to end picture encode issue: 24 (internal encoding error).");
    assert_false(device_fail(&context, STAGE_ENCODE, AVERROR(EIO), "h264_vaapi", &err));
    assert_int_equal(err.kind, ERR_DEVICE_ENCODE);
    assert_string_equal(err.text,
                        "encode on vaapi: h264_vaapi: Failed to end picture encode issue: 24 "
                        "(internal encoding error): the GPU's encoder broke down; see dmesg");
    words_clear();
    words_note("h264: Failed to end picture decode issue: 34 (HW busy now).");
    assert_false(device_fail(&context, STAGE_DECODE, AVERROR(EIO), "a packet", &err));
    assert_int_equal(err.kind, ERR_DEVICE);
    words_clear();
}

static void a_lost_device_is_no_matter_of_a_stage(void **state)
{
    (void)state;
    const struct device_context context = {.row = backend_find(DEVICE_CUDA)};
    struct err err = {0};
    words_clear();
    words_note("cu->cuLaunchKernel(func, (((w) + (32) - 1) / (32)), 1) failed -> "
               "CUDA_ERROR_ILLEGAL_ADDRESS: an illegal "
               "memory access was encountered");
    assert_false(device_fail(&context, STAGE_SCALE, AVERROR_EXTERNAL, "scale a picture", &err));
    assert_int_equal(err.kind, ERR_DEVICE);
    assert_string_equal(err.text,
                        "scale on cuda: scale a picture: cuLaunchKernel failed: "
                        "CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered: "
                        "the GPU's context is lost");
    words_clear();
}

static void decoders_read_streams_themselves(void **state)
{
    (void)state;
    const struct device_context cuda = {.row = backend_find(DEVICE_CUDA)};
    const struct device_context vaapi = {.row = backend_find(DEVICE_VAAPI)};
    const enum AVCodecID codecs[] = {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1,
                                     AV_CODEC_ID_VP9};
    for (size_t i = 0; i < ARRAY_LEN(codecs); i++) {
        const AVCodec *found = device_decoder(&cuda, codecs[i]);
        if (found)
            assert_string_equal(found->name, avcodec_get_name(codecs[i]));
        found = device_decoder(&vaapi, codecs[i]);
        if (found)
            assert_string_equal(found->name, avcodec_get_name(codecs[i]));
    }
    assert_null(device_decoder(&cuda, AV_CODEC_ID_AAC));
    assert_null(device_decoder(&cuda, AV_CODEC_ID_PRORES));
}

static void pictures_of_the_host_are_not_held(void **state)
{
    (void)state;
    const struct device_context context = {.row = backend_find(DEVICE_CUDA)};
    AVFrame *frame = av_frame_alloc();
    frame->format = AV_PIX_FMT_YUV420P;
    assert_false(device_holds(&context, frame));
    frame->format = AV_PIX_FMT_CUDA;
    assert_false(device_holds(&context, frame));
    av_frame_free(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_that_is_not_there_is_told),
        cmocka_unit_test(the_cpu_is_no_device),
        cmocka_unit_test(failures_tell_the_story),
        cmocka_unit_test(what_was_tried_is_said_once),
        cmocka_unit_test(a_lost_device_is_no_matter_of_a_stage),
        cmocka_unit_test(decoders_read_streams_themselves),
        cmocka_unit_test(pictures_of_the_host_are_not_held),
    };
    return cmocka_run_group_tests(tests, listen_to_libav, NULL);
}
