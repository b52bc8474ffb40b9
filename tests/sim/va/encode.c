// SPDX-License-Identifier: BSD-2-Clause
// Encoding of slices (VAEntrypointEncSlice), H.264. Parameter sets are the program's own, packed;
// slices are libx264's with headers that fit these. Pictures that others refer to are a chain, each
// predicted from the one before in coding order, whatever references the program lists; B
// pictures, and all that nothing refers to, are coded by themselves.
#include <stdlib.h>
#include <string.h>

#include "coder_x264.h"
#include "counters.h"
#include "driver.h"
#include "faults.h"

#define PACKED_MAX 8192
#define QP_CHAIN   23
#define QP_ALONE   28

enum { SLICE_P, SLICE_B, SLICE_I };

struct encode {
    uint32_t rate_control;
    VAEncSequenceParameterBufferH264 sequence;
    VAEncPictureParameterBufferH264 picture;
    VAEncSliceParameterBufferH264 slice;
    unsigned slice_count;
    VAEncPackedHeaderParameterBuffer packed_next; // what its data will be
    uint8_t packed[PACKED_MAX];
    size_t packed_size;
    struct va_surface *source;
    struct coder *chain, *alone;
};

static _Atomic int64_t picture_count;

static void *open_encoder(const struct config *config, int width, int height)
{
    (void)width, (void)height;
    struct encode *encode = calloc(1, sizeof *encode);
    if (encode)
        encode->rate_control = config->rate_control;
    return encode;
}

static void close_encoder(void *state)
{
    struct encode *encode = state;
    coder_close(&encode->chain);
    coder_close(&encode->alone);
    free(encode);
}

static VAStatus begin(void *state, struct va_surface *source)
{
    struct encode *encode = state;
    encode->source = source;
    encode->slice_count = 0;
    encode->packed_size = 0;
    return source->is_wide ? VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT : VA_STATUS_SUCCESS;
}

static VAStatus take(void *to, size_t size, const struct va_buffer *buffer)
{
    if (buffer->size != size || buffer->count != 1)
        return VA_STATUS_ERROR_INVALID_BUFFER;
    memcpy(to, buffer->data, size);
    return VA_STATUS_SUCCESS;
}

// With start codes and, if they say so, with emulation prevention. Headers of slices are not used.
static VAStatus take_packed(struct encode *encode, const struct va_buffer *buffer)
{
    size_t size = (encode->packed_next.bit_length + 7) / 8;
    if (encode->packed_next.type == VAEncPackedHeaderSlice)
        return VA_STATUS_SUCCESS;
    if (size > (size_t)buffer->size * buffer->count || size > PACKED_MAX - encode->packed_size ||
        !encode->packed_next.has_emulation_bytes)
        return VA_STATUS_ERROR_INVALID_BUFFER;
    memcpy(encode->packed + encode->packed_size, buffer->data, size);
    encode->packed_size += size;
    return VA_STATUS_SUCCESS;
}

static VAStatus render(void *state, struct driver *driver, const struct va_buffer *buffer)
{
    struct encode *encode = state;
    (void)driver;
    switch (buffer->type) {
    case VAEncSequenceParameterBufferType:
        return take(&encode->sequence, sizeof encode->sequence, buffer);
    case VAEncPictureParameterBufferType:
        return take(&encode->picture, sizeof encode->picture, buffer);
    case VAEncSliceParameterBufferType:
        encode->slice_count++;
        return take(&encode->slice, sizeof encode->slice, buffer);
    case VAEncPackedHeaderParameterBufferType:
        return take(&encode->packed_next, sizeof encode->packed_next, buffer);
    case VAEncPackedHeaderDataBufferType:
        return take_packed(encode, buffer);
    case VAEncMiscParameterBufferType: // rates: the quantiser does not depend on them
        return VA_STATUS_SUCCESS;
    default:
        return VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE;
    }
}

static struct coder *coder_of(struct encode *encode, bool is_chain)
{
    struct coder **coder = is_chain ? &encode->chain : &encode->alone;
    const VAEncPictureParameterBufferH264 *picture = &encode->picture;
    int width = 16 * encode->sequence.picture_width_in_mbs;
    int height = 16 * encode->sequence.picture_height_in_mbs;
    struct coder_config config = {
        .width = width < encode->source->width ? width : encode->source->width,
        .height = height < encode->source->height ? height : encode->source->height,
        .has_cabac = picture->pic_fields.bits.entropy_coding_mode_flag,
        .has_8x8 = picture->pic_fields.bits.transform_8x8_mode_flag,
        .chroma_qp_offset = picture->chroma_qp_index_offset,
        .qp = is_chain ? QP_CHAIN : QP_ALONE,
    };
    if (encode->rate_control == VA_RC_CQP)
        config.qp = picture->pic_init_qp + encode->slice.slice_qp_delta;
    if (!*coder)
        *coder = coder_open(&config);
    return *coder;
}

static VAStatus faults_at_picture(void)
{
    int64_t at, now = ++picture_count;
    if (fault_number(FAULT_HANG_ENCODE_AT, 0, &at) && now == at &&
        fault_fires(FAULT_HANG_ENCODE_AT, 0))
        fault_hang();
    if (fault_number(FAULT_ENCODE_ERROR_AT, 0, &at) && now == at &&
        fault_fires(FAULT_ENCODE_ERROR_AT, 0))
        return VA_STATUS_ERROR_ENCODING_ERROR;
    return VA_STATUS_SUCCESS;
}

static VAStatus code(struct encode *encode, struct va_buffer *output)
{
    const struct va_surface *source = encode->source;
    bool is_chain = encode->picture.pic_fields.bits.reference_pic_flag;
    bool is_idr = encode->picture.pic_fields.bits.idr_pic_flag;
    struct coder *coder = coder_of(encode, is_chain);
    const uint8_t *chroma = source->rows + source->pitch_bytes * (size_t)source->height;
    enum coder_type type = is_idr || !is_chain                       ? CODER_IDR
                           : encode->slice.slice_type % 5 == SLICE_I ? CODER_I
                                                                     : CODER_P;
    struct slice_place place = {&encode->sequence, &encode->picture, &encode->slice};
    size_t room = (size_t)output->size * output->count, size = 0;
    const uint8_t *nal =
        coder ? coder_encode(coder, source->rows, chroma, source->pitch_bytes, type, &size) : NULL;
    if (!nal || encode->packed_size > room)
        return VA_STATUS_ERROR_ENCODING_ERROR;
    memcpy(output->data, encode->packed, encode->packed_size);
    size = slice_h264_move(coder_origin(coder), nal, size, &place, output->data,
                           encode->packed_size, room);
    if (size == 0)
        return VA_STATUS_ERROR_ENCODING_ERROR;
    *output->coded = (VACodedBufferSegment){.size = (uint32_t)size, .buf = output->data};
    va_counters.pictures_encoded++;
    return VA_STATUS_SUCCESS;
}

static VAStatus end(void *state, struct driver *driver)
{
    struct encode *encode = state;
    struct va_buffer *output =
        objects_get(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, encode->picture.coded_buf);
    VAStatus status = faults_at_picture();
    if (status != VA_STATUS_SUCCESS)
        return status;
    if (!output || !output->coded || encode->slice_count != 1)
        return VA_STATUS_ERROR_INVALID_BUFFER;
    return code(encode, output);
}

const struct work work_encode = {
    .open = open_encoder, .close = close_encoder, .begin = begin, .render = render, .end = end};
