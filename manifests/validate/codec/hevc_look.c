// SPDX-License-Identifier: BSD-2-Clause
// Samples of HEVC: kinds of pictures by their NAL unit types (ITU-T H.265 7.4.2.2,
// ISO/IEC 14496-15 8.4.3).
#include "manifests/validate/codec/codec_private.h"
#include "manifests/validate/codec/hevc.h"

struct hevc_picture {
    unsigned slices;
    unsigned type; // of the first slice
    bool is_mixed;
    bool is_referred;
};

// slice_type is I (7.3.6.1); only the picture's first slice segment is read, others count
// as whatever it is.
static bool is_intra_slice(const struct codec *codec, const struct nal *nal, unsigned type)
{
    enum { EXTRA_BITS_MAX = 7, SLICE_I = 2 };
    struct codec_bits bits;
    if (type >= HEVC_BLA_W_LP && type <= HEVC_IRAP_LAST)
        return true;
    if (codec->own[0] == 0 || codec->own[0] > EXTRA_BITS_MAX + 1 || nal->size_bytes < 3)
        return false;
    codec_bits_init_nal(&bits, nal->data + 2, nal->size_bytes < 18 ? nal->size_bytes - 2 : 16);
    if (!codec_bits_flag(&bits)) // first_slice_segment_in_pic_flag
        return true;
    codec_bits_ue(&bits);
    codec_bits_skip(&bits, codec->own[0] - 1);
    return codec_bits_ue(&bits) == SLICE_I && !bits.is_short;
}

static void look_at_slice(const struct codec *codec, const struct nal *nal,
                          struct hevc_picture *picture, struct sample_look *look)
{
    unsigned type = nal->data[0] >> 1 & 63;
    if (picture->slices++ == 0)
        picture->type = type;
    else if (picture->type != type)
        picture->is_mixed = true;
    // The even types up to 14 are of pictures that no other of their sub-layer refers to.
    picture->is_referred |= type > 14 || type % 2 == 1;
    look->has_only_intra = look->has_only_intra && is_intra_slice(codec, nal, type);
}

void hevc_look(const struct codec *codec, const uint8_t *data, size_t size_bytes,
               struct sample_look *ret)
{
    struct hevc_picture picture = {0};
    struct nal nal;
    const uint8_t *end = data + size_bytes;
    ret->has_only_intra = true;
    while (nal_next(codec, &data, end, &nal, ret)) {
        if (nal.size_bytes < 2) {
            ret->malformed = "a NAL unit is shorter than its header";
            continue;
        }
        unsigned type = nal.data[0] >> 1 & 63;
        if (nal.data[0] & 0x80)
            ret->malformed = "a NAL unit header has its forbidden bit set";
        if (type >= HEVC_VPS && type <= HEVC_PPS)
            codec_compare_set(codec, nal.data, nal.size_bytes, ret);
        else if (type <= HEVC_VCL_LAST && !(nal.data[0] & 1) && nal.data[1] >> 3 == 0)
            look_at_slice(codec, &nal, &picture, ret);
    }
    ret->is_known = picture.slices > 0;
    ret->has_only_intra = ret->has_only_intra && ret->is_known;
    if (!ret->is_known && !ret->malformed)
        ret->malformed = "a sample holds no slice of a picture";
    bool is_irap = picture.type >= HEVC_BLA_W_LP && picture.type <= HEVC_IRAP_LAST;
    // Parts of one picture share its type, all of an IRAP picture without exception.
    if (picture.is_mixed && is_irap && !ret->malformed)
        ret->malformed = "a picture mixes random access slices with others";
    ret->is_disposable = ret->is_known && !picture.is_referred;
    ret->is_leading = picture.type >= HEVC_RADL_N && picture.type <= HEVC_RASL_R;
    ret->is_idr = is_irap && picture.type <= HEVC_IDR_N_LP && !picture.is_mixed;
    ret->may_be_sync = is_irap && !picture.is_mixed;
    if (is_irap && !picture.is_mixed)
        ret->sap_type = picture.type == HEVC_BLA_W_LP || picture.type >= HEVC_CRA ? 3 : 1;
}
