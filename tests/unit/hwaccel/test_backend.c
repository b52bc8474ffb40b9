// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavutil/opt.h>

#include "hwaccel/backend.h"
#include "src/base/mem.h"

static void every_accelerator_has_its_row(void **state)
{
    (void)state;
    assert_null(backend_find(DEVICE_CPU));
    assert_null(backend_find(DEVICE_COUNT));
    for (unsigned i = DEVICE_CUDA; i < DEVICE_COUNT; i++) {
        const struct backend_row *row = backend_find((enum device)i);
        assert_non_null(row);
        assert_int_equal(row->device, i);
        // libav's names of devices are those of --hwaccel.
        assert_string_equal(av_hwdevice_get_type_name(row->type), device_name(row->device));
        assert_int_equal(row->remedies[ARRAY_LEN(row->remedies) - 1].contains == NULL, 1);
    }
}

static void encoders_are_found_by_codec_and_by_name(void **state)
{
    (void)state;
    const enum AVCodecID codecs[] = {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1};
    for (unsigned d = 0; d < DEVICE_COUNT; d++)
        for (size_t i = 0; i < ARRAY_LEN(codecs); i++) {
            const struct backend_encoder *found = backend_encoder((enum device)d, codecs[i]);
            if (!found)
                continue;
            enum device device = DEVICE_CPU;
            assert_int_equal(found->codec, codecs[i]);
            assert_ptr_equal(backend_encoder_by_name(found->name, &device), found);
            assert_ptr_equal(backend_encoder_by_name(found->name, NULL), found);
            assert_int_equal(device, d);
        }
    assert_null(backend_encoder(DEVICE_CPU, AV_CODEC_ID_H264));
    assert_null(backend_encoder(DEVICE_CUDA, AV_CODEC_ID_VP9));
    assert_null(backend_encoder_by_name("libx264", NULL));
    assert_null(backend_encoder_by_name("", NULL));
    assert_null(backend_encoder_by_name(NULL, NULL));
}

static void none_is_offered_that_libavcodec_lacks(void **state)
{
    (void)state;
    for (unsigned d = DEVICE_CUDA; d < DEVICE_COUNT; d++) {
        const struct backend_row *row = backend_find((enum device)d);
        for (size_t i = 0; i < ARRAY_LEN(row->encoders); i++) {
            const struct backend_encoder *encoder = &row->encoders[i];
            bool is_there = avcodec_find_encoder_by_name(encoder->name) != NULL;
            bool is_offered = backend_encoder(row->device, encoder->codec) != NULL;
            if (is_there != is_offered)
                fail_msg("%s: %d, offered %d", encoder->name, is_there, is_offered);
        }
    }
}

static void check_options(const char *owner, const AVClass *class, const char *text)
{
    AVDictionary *options = NULL;
    assert_int_equal(av_dict_parse_string(&options, text, "=", ":", 0), 0);
    const AVDictionaryEntry *entry = NULL;
    while ((entry = av_dict_get(options, "", entry, AV_DICT_IGNORE_SUFFIX)))
        if (!av_opt_find(&class, entry->key, NULL, 0, AV_OPT_SEARCH_FAKE_OBJ))
            fail_msg("%s has no option %s", owner, entry->key);
    av_dict_free(&options);
}

static void check_presets(const struct backend_encoder *encoder, const AVClass *class)
{
    const AVOption *preset = av_opt_find(&class, encoder->preset, NULL, 0, AV_OPT_SEARCH_FAKE_OBJ);
    assert_non_null(preset);
    AVDictionary *presets = NULL;
    assert_int_equal(av_dict_parse_string(&presets, encoder->presets, "=", ",", 0), 0);
    assert_int_equal(av_dict_count(presets), 9);
    const AVDictionaryEntry *entry = NULL;
    while ((entry = av_dict_get(presets, "", entry, AV_DICT_IGNORE_SUFFIX)))
        if (!av_opt_find(&class, entry->value, preset->unit, 0, AV_OPT_SEARCH_FAKE_OBJ))
            fail_msg("%s has no preset %s", encoder->name, entry->value);
    av_dict_free(&presets);
}

static void options_are_the_encoders_own(void **state)
{
    (void)state;
    for (unsigned d = DEVICE_CUDA; d < DEVICE_COUNT; d++) {
        const struct backend_row *row = backend_find((enum device)d);
        for (size_t i = 0; i < ARRAY_LEN(row->encoders); i++) {
            const struct backend_encoder *encoder = &row->encoders[i];
            const AVCodec *codec = avcodec_find_encoder_by_name(encoder->name);
            if (!codec)
                continue;
            check_options(encoder->name, codec->priv_class, encoder->options);
            if (encoder->quality)
                assert_non_null(av_opt_find(&(const AVClass *){codec->priv_class}, encoder->quality,
                                            NULL, 0, AV_OPT_SEARCH_FAKE_OBJ));
            else
                assert_true(encoder->average_of_max > 0 && encoder->average_of_max < 1);
            if (encoder->presets)
                check_presets(encoder, codec->priv_class);
        }
    }
}

static void options_are_the_scalers_own(void **state)
{
    (void)state;
    for (unsigned d = DEVICE_CUDA; d < DEVICE_COUNT; d++) {
        const struct backend_row *row = backend_find((enum device)d);
        const AVFilter *filter = avfilter_get_by_name(row->scale_filter);
        if (!filter)
            continue;
        check_options(row->scale_filter, filter->priv_class, "w=2:h=2:format=nv12");
        // What every filter has comes from libavfilter's own class.
        char own[128];
        snprintf(own, sizeof own, "%s", row->scale_options);
        char *common = strstr(own, ":extra_hw_frames=");
        if (common)
            *common = 0;
        check_options(row->scale_filter, filter->priv_class, own);
    }
}

struct message_case {
    enum device device;
    const char *message;
    const char *means; // a part of it; NULL: no remedy is known
    bool is_lost;
};

// As libav and the drivers said them.
static const struct message_case message_cases[] = {
    {DEVICE_CUDA, "Cannot load libcuda.so.1", "no NVIDIA driver", false},
    {DEVICE_CUDA, "Cannot load libnvidia-encode.so.1", "encoder library", false},
    {DEVICE_CUDA, "Cannot load libnvcuvid.so.1", "decoder library", false},
    {DEVICE_CUDA,
     "cu->cuInit(0) failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected",
     "finds no GPU", false},
    {DEVICE_CUDA, "OpenEncodeSessionEx failed: unsupported device (2): (no details)", "no encoder",
     false},
    {DEVICE_CUDA, "OpenEncodeSessionEx failed: out of memory (10): (no details)",
     "no encoder session", false},
    {DEVICE_CUDA, "No capable devices found", "encodes nothing of this kind", false},
    {DEVICE_CUDA, "No decoder surfaces left", "more decoded pictures are held", false},
    {DEVICE_CUDA, "cu->cuMemAlloc(&data, size) failed -> CUDA_ERROR_OUT_OF_MEMORY: out of memory",
     "memory is full", false},
    {DEVICE_CUDA,
     "Driver does not support the required nvenc API version. Required: 11.1 Found: 9.0", "too old",
     false},
    {DEVICE_CUDA,
     "cu->cuMemcpy2DAsync(&cpy, hwctx->stream) failed -> CUDA_ERROR_ILLEGAL_ADDRESS: an illegal "
     "memory access was encountered",
     "lost", true},
    {DEVICE_CUDA,
     "cu->cuStreamSynchronize(hwctx->stream) failed -> CUDA_ERROR_LAUNCH_FAILED: unspecified "
     "launch failure",
     "lost", true},
    {DEVICE_CUDA, "Hardware is lacking required capabilities", "does not decode", false},
    {DEVICE_CUDA, "Video width 4112 not within range from 48 to 4096", "of this size", false},
    {DEVICE_CUDA, "", NULL, false},
    {DEVICE_CUDA, "moov atom not found", NULL, false},
    {DEVICE_CPU, "Cannot load libcuda.so.1", NULL, false},
    {DEVICE_VAAPI, "No VA display found for device /dev/dri/renderD128.", "no GPU of this number",
     false},
    {DEVICE_VAAPI, "Failed to initialise VAAPI connection: -1 (unknown libva error).",
     "no VA driver", false},
    {DEVICE_VAAPI, "No usable encoding profile found.", "does not encode", false},
    {DEVICE_VAAPI, "Driver does not support VBR RC mode (supported modes: CQP).", "no given rate",
     false},
    {DEVICE_QSV, "No VA display found for device /dev/dri/renderD128.", "no GPU of this number",
     false},
    {DEVICE_QSV, "Error initializing an MFX session: -9.", "runtime is missing", false},
    {DEVICE_QSV, "Error submitting the frame for encoding: device lost (-13)", "lost", true},
};

static void messages_have_their_remedies(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(message_cases); i++) {
        const struct message_case *row = &message_cases[i];
        const struct backend_remedy *found = backend_remedy(row->device, row->message);
        const char *means = found ? found->means : "(none)";
        if (row->means ? !strstr(means, row->means) : found != NULL)
            fail_msg("\"%s\": %s, wanted %s", row->message, means,
                     row->means ? row->means : "none");
        assert_int_equal(found && found->is_lost, row->is_lost);
    }
    assert_null(backend_remedy(DEVICE_CUDA, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_accelerator_has_its_row),
        cmocka_unit_test(encoders_are_found_by_codec_and_by_name),
        cmocka_unit_test(none_is_offered_that_libavcodec_lacks),
        cmocka_unit_test(options_are_the_encoders_own),
        cmocka_unit_test(options_are_the_scalers_own),
        cmocka_unit_test(messages_have_their_remedies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
