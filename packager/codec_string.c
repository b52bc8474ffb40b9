// SPDX-License-Identifier: BSD-2-Clause
// Codecs strings from decoder configuration records.
#include "packager/codec_string.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "packager/av1_sequence_private.h"
#include "packager/bits_private.h"

// Steps over `count` parameter sets, each behind a 16-bit length.
static bool skip_units(const uint8_t *data, size_t size_bytes, size_t *at, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (size_bytes - *at < 2)
            return false;
        size_t unit = (size_t)data[*at] << 8 | data[*at + 1];
        *at += 2;
        if (unit == 0 || unit > size_bytes - *at)
            return false;
        *at += unit;
    }
    return true;
}

// AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.3.3.1.
static bool build_avc(const uint8_t *config, size_t size_bytes, char *ret_text, struct err *err)
{
    if (size_bytes < 7 || config[0] != 1)
        return err_set(err, ERR_INPUT, "avcC record: not version 1 or too short");
    size_t at = 6;
    unsigned sps_count = config[5] & 31;
    if (sps_count == 0 || !skip_units(config, size_bytes, &at, sps_count) || at >= size_bytes)
        return err_set(err, ERR_INPUT, "avcC record: sequence parameter sets missing or cut off");
    unsigned pps_count = config[at++];
    if (pps_count == 0 || !skip_units(config, size_bytes, &at, pps_count))
        return err_set(err, ERR_INPUT, "avcC record: picture parameter sets missing or cut off");
    snprintf(ret_text, CODEC_STRING_SIZE, "avc1.%02x%02x%02x", config[1], config[2], config[3]);
    return true;
}

enum { HEVC_NAL_SPS = 33, HEVC_NAL_PPS = 34, HVCC_FIXED_BYTES = 23 };

// The arrays of an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 8.3.3.1): all
// inside the record, and what a decoder cannot do without is there.
static bool check_hvcc_arrays(const uint8_t *config, size_t size_bytes)
{
    size_t at = HVCC_FIXED_BYTES;
    bool has_sps = false, has_pps = false;
    for (unsigned i = 0; i < config[22]; i++) {
        if (size_bytes - at < 3)
            return false;
        unsigned type = config[at] & 63;
        unsigned count = (unsigned)config[at + 1] << 8 | config[at + 2];
        at += 3;
        if (!skip_units(config, size_bytes, &at, count))
            return false;
        has_sps |= type == HEVC_NAL_SPS && count > 0;
        has_pps |= type == HEVC_NAL_PPS && count > 0;
    }
    return has_sps && has_pps;
}

// Appends to a text of CODEC_STRING_SIZE; every string built here fits by count.
__attribute__((format(printf, 2, 3))) static void append(char *text, const char *fmt, ...)
{
    size_t used = strlen(text);
    va_list args;
    va_start(args, fmt);
    vsnprintf(text + used, CODEC_STRING_SIZE - used, fmt, args);
    va_end(args);
}

static uint32_t reverse_bits(uint32_t v)
{
    uint32_t r = 0;
    for (unsigned i = 0; i < 32; i++)
        r |= (v >> i & 1) << (31 - i);
    return r;
}

// ISO/IEC 14496-15 annex E.3.
static bool build_hevc(const uint8_t *config, size_t size_bytes, char *ret_text, struct err *err)
{
    if (size_bytes < HVCC_FIXED_BYTES || config[0] != 1)
        return err_set(err, ERR_INPUT, "hvcC record: not version 1 or too short");
    if (!check_hvcc_arrays(config, size_bytes))
        return err_set(err, ERR_INPUT, "hvcC record: parameter sets missing or cut off");
    static const char *const spaces[] = {"", "A", "B", "C"};
    uint32_t compatibility = (uint32_t)config[2] << 24 | (uint32_t)config[3] << 16 |
                             (uint32_t)config[4] << 8 | config[5];
    const uint8_t *constraints = config + 6;
    unsigned constraint_count = 6; // trailing zero bytes are left out
    while (constraint_count > 0 && constraints[constraint_count - 1] == 0)
        constraint_count--;

    ret_text[0] = 0;
    append(ret_text, "hvc1.%s%u.%X.%c%u", spaces[config[1] >> 6], config[1] & 31,
           reverse_bits(compatibility), config[1] & 32 ? 'H' : 'L', config[12]);
    for (unsigned i = 0; i < constraint_count; i++)
        append(ret_text, ".%X", constraints[i]);
    return true;
}

// AV1CodecConfigurationRecord, AV1 ISOBMFF 2.3.3, and the string of its section 5.
static bool build_av1(const uint8_t *config, size_t size_bytes, char *ret_text, struct err *err)
{
    if (size_bytes < 4 || config[0] != 0x81)
        return err_set(err, ERR_INPUT, "av1C record: not version 1 or too short");
    unsigned profile = config[1] >> 5, level = config[1] & 31;
    bool is_high_tier = config[2] & 0x80, is_high = config[2] & 0x40, is_twelve = config[2] & 0x20;
    bool is_mono = config[2] & 0x10, half_x = config[2] & 8, half_y = config[2] & 4;
    unsigned position = half_x && half_y ? config[2] & 3 : 0;
    if (profile > 2 || (is_twelve && (!is_high || profile != 2)))
        return err_set(err, ERR_INPUT, "av1C record: impossible profile or bit depth");

    bool found;
    struct av1_colour colour = {0};
    if (!av1_sequence_find_colour(config + 4, size_bytes - 4, &found, &colour))
        return err_set(err, ERR_INPUT, "av1C record: malformed sequence header");
    if (!colour.is_described)
        colour.primaries = colour.transfer = colour.matrix = 1;

    ret_text[0] = 0;
    append(ret_text, "av01.%u.%02u%c.%02u", profile, level, is_high_tier ? 'H' : 'M',
           is_twelve ? 12
           : is_high ? 10
                     : 8);
    // The optional fields come all or not at all; these are their defaults.
    bool is_default = !is_mono && half_x && half_y && position == 0 && colour.primaries == 1 &&
                      colour.transfer == 1 && colour.matrix == 1 && !colour.is_full_range;
    if (!is_default)
        append(ret_text, ".%d.%d%d%u.%02d.%02d.%02d.%d", is_mono, half_x, half_y, position,
               colour.primaries, colour.transfer, colour.matrix, colour.is_full_range);
    return true;
}

enum {
    AOT_AAC_LC = 2,
    AOT_SBR = 5,
    AOT_PS = 29,
    AOT_ESCAPE = 31,
    SYNC_SBR = 0x2b7,
    SYNC_PS = 0x548
};

static unsigned read_object_type(struct bits *bits)
{
    unsigned type = bits_read(bits, 5);
    return type == AOT_ESCAPE ? 32 + bits_read(bits, 6) : type;
}

static bool read_sample_rate(struct bits *bits)
{
    unsigned index = bits_read(bits, 4);
    if (index == 15)
        return bits_read(bits, 24) > 0;
    return index < 13; // 13 and 14 are reserved
}

// AAC-LC may be followed by an extension that says SBR or PS is used, for decoders
// that know them (ISO/IEC 14496-3 1.6.6.2): the type of the whole is then theirs.
static unsigned read_extension(struct bits *bits)
{
    bits_read(bits, 1); // frameLengthFlag
    if (bits_read(bits, 1))
        bits_read(bits, 14); // coreCoderDelay
    bits_read(bits, 1);      // extensionFlag, nothing follows it for AAC-LC
    if (bits_left(bits) < 16 || bits_read(bits, 11) != SYNC_SBR ||
        read_object_type(bits) != AOT_SBR || !bits_read(bits, 1))
        return AOT_AAC_LC;
    if (!read_sample_rate(bits) || bits_left(bits) < 12 || bits_read(bits, 11) != SYNC_PS)
        return AOT_SBR;
    return bits_read(bits, 1) ? AOT_PS : AOT_SBR;
}

// AudioSpecificConfig, ISO/IEC 14496-3 1.6.2.1; RFC 6381 3.3.
static bool build_aac(const uint8_t *config, size_t size_bytes, char *ret_text, struct err *err)
{
    struct bits bits;
    bits_init(&bits, config, size_bytes);
    unsigned type = read_object_type(&bits);
    bool has_rate = read_sample_rate(&bits);
    unsigned channels = bits_read(&bits, 4);
    if (bits.is_past_end || type == 0 || !has_rate)
        return err_set(err, ERR_INPUT, "AudioSpecificConfig: malformed or too short");
    // With channels 0 a program config element of its own length comes first.
    if (type == AOT_AAC_LC && channels > 0)
        type = read_extension(&bits);
    snprintf(ret_text, CODEC_STRING_SIZE, "mp4a.40.%u", type);
    return true;
}

bool codec_string_build(enum cmaf_codec codec, const uint8_t *config, size_t config_size_bytes,
                        char ret_text[CODEC_STRING_SIZE], struct err *err)
{
    switch (codec) {
    case CMAF_H264:
        return build_avc(config, config_size_bytes, ret_text, err);
    case CMAF_HEVC:
        return build_hevc(config, config_size_bytes, ret_text, err);
    case CMAF_AV1:
        return build_av1(config, config_size_bytes, ret_text, err);
    case CMAF_AAC:
        return build_aac(config, config_size_bytes, ret_text, err);
    }
    return err_set(err, ERR_BUG, "codec %d has no codecs string", (int)codec);
}
