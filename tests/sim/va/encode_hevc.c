// SPDX-License-Identifier: BSD-2-Clause
// Encoding of slices (VAEntrypointEncSlice), HEVC Main. Parameter sets are the program's own,
// packed, and say how pictures are to be coded; all of these are coded by themselves, with empty
// sets of references, so that it matters little which the program lists.
#include <stdlib.h>
#include <string.h>

#include "coder_x265.h"
#include "packed.h"

#define QP 26

struct encode {
    VAEncPictureParameterBufferHEVC picture;
    VAEncSliceParameterBufferHEVC slice;
    VAEncSequenceParameterBufferHEVC sequence;
    unsigned slice_count;
    uint32_t rate_control;
    struct packed packed;
    struct sets_hevc sets; // of the program
    struct va_surface *source;
    struct intra_coder *coder;
};

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
    intra_coder_close(&encode->coder);
    free(encode);
}

static VAStatus begin(void *state, struct va_surface *source)
{
    struct encode *encode = state;
    encode->source = source;
    encode->slice_count = 0;
    encode->packed.size = 0;
    return source->is_wide ? VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT : VA_STATUS_SUCCESS;
}

static VAStatus render(void *state, struct driver *driver, const struct va_buffer *buffer)
{
    struct encode *encode = state;
    (void)driver;
    switch (buffer->type) {
    case VAEncSequenceParameterBufferType:
        return parameters_take(&encode->sequence, sizeof encode->sequence, buffer);
    case VAEncPictureParameterBufferType:
        return parameters_take(&encode->picture, sizeof encode->picture, buffer);
    case VAEncSliceParameterBufferType:
        encode->slice_count++;
        return parameters_take(&encode->slice, sizeof encode->slice, buffer);
    case VAEncPackedHeaderParameterBufferType:
    case VAEncPackedHeaderDataBufferType:
        return packed_take(&encode->packed, buffer);
    case VAEncMiscParameterBufferType: // rates: the quantiser does not depend on them
        return VA_STATUS_SUCCESS;
    default:
        return VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE;
    }
}

static void open_coder(struct encode *encode)
{
    const struct va_surface *source = encode->source;
    int width = encode->sequence.pic_width_in_luma_samples;
    int height = encode->sequence.pic_height_in_luma_samples;
    int qp = encode->rate_control == VA_RC_CQP
                 ? encode->picture.pic_init_qp + encode->slice.slice_qp_delta
                 : QP;
    encode->sets = sets_hevc_read(encode->packed.data, encode->packed.size);
    if (encode->sets.is_complete)
        encode->coder =
            intra_coder_open(width < source->width ? width : source->width,
                             height < source->height ? height : source->height, qp, &encode->sets);
}

static VAStatus code(struct encode *encode, struct va_buffer *output)
{
    const struct va_surface *source = encode->source;
    const uint8_t *chroma = source->rows + source->pitch_bytes * (size_t)source->height;
    size_t room = (size_t)output->size * output->count, size = 0;
    struct place_hevc place = {
        .sets = &encode->sets,
        .nal_type = encode->picture.nal_unit_type,
        .pps_id = encode->slice.slice_pic_parameter_set_id,
        .order = encode->picture.decoded_curr_pic.pic_order_cnt,
    };
    if (!encode->coder)
        open_coder(encode);
    const uint8_t *nal = encode->coder ? intra_coder_encode(encode->coder, source->rows, chroma,
                                                            source->pitch_bytes, &size)
                                       : NULL;
    if (!nal || encode->packed.size > room)
        return VA_STATUS_ERROR_ENCODING_ERROR;
    memcpy(output->data, encode->packed.data, encode->packed.size);
    size = slice_hevc_move(intra_coder_sets(encode->coder), nal, size, &place, output->data,
                           encode->packed.size, room);
    if (size == 0)
        return VA_STATUS_ERROR_ENCODING_ERROR;
    coded_buffer_fill(output, size);
    return VA_STATUS_SUCCESS;
}

static VAStatus end(void *state, struct driver *driver)
{
    struct encode *encode = state;
    struct va_buffer *output = coded_buffer(driver, encode->picture.coded_buf);
    VAStatus status = encode_fault();
    if (status != VA_STATUS_SUCCESS)
        return status;
    if (!output || encode->slice_count != 1)
        return VA_STATUS_ERROR_INVALID_BUFFER;
    return code(encode, output);
}

const struct work work_encode_hevc = {
    .open = open_encoder, .close = close_encoder, .begin = begin, .render = render, .end = end};
