// SPDX-License-Identifier: BSD-2-Clause
// Decoding of slices (VAEntrypointVLD) by libavcodec's own decoders.
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "faults.h"
#include "surface.h"

static _Atomic int64_t picture_count;

static void *open_decoder(const struct config *config, int width, int height)
{
    (void)width, (void)height;
    struct decode *decode = calloc(1, sizeof *decode);
    if (!decode)
        return NULL;
    decode->is_hevc =
        config->profile == VAProfileHEVCMain || config->profile == VAProfileHEVCMain10;
    decode->software = software_decoder_open(decode->is_hevc ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264);
    if (!decode->software) {
        free(decode);
        return NULL;
    }
    return decode;
}

static void close_decoder(void *state)
{
    struct decode *decode = state;
    software_decoder_close(&decode->software);
    free(decode->data);
    free(decode);
}

static VAStatus begin(void *state, struct va_surface *target)
{
    struct decode *decode = state;
    decode->target = target;
    decode->size = 0;
    decode->slice_count = 0;
    decode->has_matrix = false;
    return VA_STATUS_SUCCESS;
}

static VAStatus take(void *to, size_t room, const struct va_buffer *buffer)
{
    if (buffer->size > room || buffer->count < 1)
        return VA_STATUS_ERROR_INVALID_BUFFER;
    memcpy(to, buffer->data, buffer->size);
    return VA_STATUS_SUCCESS;
}

static bool append(struct decode *decode, const uint8_t *data, size_t size)
{
    static const uint8_t start_code[] = {0, 0, 1};
    size_t needed = decode->size + sizeof start_code + size;
    if (decode->slice_count == MAX_SLICES)
        return false;
    if (needed > decode->room) {
        uint8_t *grown = realloc(decode->data, 2 * needed);
        if (!grown)
            return false;
        decode->data = grown;
        decode->room = 2 * needed;
    }
    decode->offsets[decode->slice_count++] = (unsigned)decode->size;
    memcpy(decode->data + decode->size, start_code, sizeof start_code);
    memcpy(decode->data + decode->size + sizeof start_code, data, size);
    decode->size = needed;
    return true;
}

// Parameters of one slice or of several come first, then a buffer with the data of all of these.
static VAStatus take_slices(struct decode *decode, const struct va_buffer *buffer)
{
    size_t room = (size_t)buffer->size * buffer->count;
    for (unsigned i = 0; i < decode->waiting_count; i++) {
        const struct extent *extent = &decode->waiting[i];
        if (extent->offset > room || extent->size > room - extent->offset || extent->size < 2)
            return VA_STATUS_ERROR_INVALID_BUFFER;
        const uint8_t *data = buffer->data + extent->offset;
        if (!decode->is_hevc)
            look_into_slice_h264(decode, extent, data);
        if (!append(decode, data, extent->size))
            return VA_STATUS_ERROR_ALLOCATION_FAILED;
    }
    decode->waiting_count = 0;
    return VA_STATUS_SUCCESS;
}

static VAStatus take_slice_parameters(struct decode *decode, const struct va_buffer *buffer)
{
    size_t wanted =
        decode->is_hevc ? sizeof(VASliceParameterBufferHEVC) : sizeof(VASliceParameterBufferH264);
    if (buffer->size != wanted || buffer->count > MAX_SLICES)
        return VA_STATUS_ERROR_INVALID_BUFFER;
    for (unsigned i = 0; i < buffer->count; i++) {
        const void *element = buffer->data + (size_t)buffer->size * i;
        struct extent *extent = &decode->waiting[i];
        if (decode->is_hevc) {
            const VASliceParameterBufferHEVC *hevc = element;
            *extent = (struct extent){hevc->slice_data_offset, hevc->slice_data_size, {0, 0}};
        } else {
            const VASliceParameterBufferH264 *h264 = element;
            *extent = (struct extent){
                h264->slice_data_offset,
                h264->slice_data_size,
                {h264->num_ref_idx_l0_active_minus1, h264->num_ref_idx_l1_active_minus1}};
        }
    }
    decode->waiting_count = buffer->count;
    return VA_STATUS_SUCCESS;
}

static VAStatus render(void *state, struct driver *driver, const struct va_buffer *buffer)
{
    struct decode *decode = state;
    (void)driver;
    switch (buffer->type) {
    case VAPictureParameterBufferType:
        return take(&decode->picture,
                    decode->is_hevc ? sizeof decode->picture.hevc : sizeof decode->picture.h264,
                    buffer);
    case VAIQMatrixBufferType:
        decode->has_matrix = true;
        return take(&decode->matrix,
                    decode->is_hevc ? sizeof decode->matrix.hevc : sizeof decode->matrix.h264,
                    buffer);
    case VASliceParameterBufferType:
        return take_slice_parameters(decode, buffer);
    case VASliceDataBufferType:
        return take_slices(decode, buffer);
    default:
        return VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE;
    }
}

static VAStatus faults_at_picture(void)
{
    int64_t at, now = ++picture_count;
    if (fault_number(FAULT_HANG_AT, 0, &at) && now == at && fault_fires(FAULT_HANG_AT, 0))
        fault_hang();
    if (fault_number(FAULT_DECODE_ERROR_AT, 0, &at) && now == at &&
        fault_fires(FAULT_DECODE_ERROR_AT, 0))
        return VA_STATUS_ERROR_DECODING_ERROR;
    return VA_STATUS_SUCCESS;
}

static bool is_second_field(struct decode *decode)
{
    bool is_field = !decode->is_hevc && decode->picture.h264.pic_fields.bits.field_pic_flag;
    bool is_second = is_field && decode->first_field == decode->target;
    decode->first_field = is_field && !is_second ? decode->target : NULL;
    return is_second;
}

static VAStatus end(void *state, struct driver *driver)
{
    struct decode *decode = state;
    struct va_surface *target = decode->target;
    CUVIDPICPARAMS picture = {.PicWidthInMbs = 0};
    uint8_t *data = NULL;
    size_t size;
    (void)driver;
    if (!is_second_field(decode)) {
        av_frame_unref(target->picture);
        va_counters.pictures_decoded++;
        VAStatus status = faults_at_picture();
        if (status != VA_STATUS_SUCCESS)
            return status;
    }
    (decode->is_hevc ? translate_hevc : translate_h264)(decode, &picture);
    picture.pBitstreamData = decode->data;
    picture.nBitstreamDataLen = (unsigned)decode->size;
    picture.pSliceDataOffsets = decode->offsets;
    picture.nNumSlices = decode->slice_count;
    if (!(decode->is_hevc ? headers_hevc : headers_h264)(&decode->headers, &picture, &data, &size))
        return VA_STATUS_ERROR_DECODING_ERROR;
    software_decoder_decode(decode->software, data, size, target->picture);
    free(data);
    struct surface surface = {
        .rows = target->rows,
        .pitch_bytes = target->pitch_bytes,
        .width = target->width,
        .height = target->height,
        .is_wide = target->is_wide,
    };
    surface_fill(&surface, target->picture, 0, 0);
    return VA_STATUS_SUCCESS;
}

const struct work work_decode = {
    .open = open_decoder, .close = close_decoder, .begin = begin, .render = render, .end = end};
