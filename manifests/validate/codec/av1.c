// SPDX-License-Identifier: BSD-2-Clause
// AV1 in ISO files: av1C (AV1-ISOBMFF 2.3), its string (5), samples (2.4).
#include "manifests/validate/codec/av1.h"

#include <stdio.h>

#include "manifests/validate/codec/codec_private.h"

// codec->own: whether the sequence header is of the reduced kind, so that frames have no
// type written.
enum { OWN_REDUCED = 0 };

static uint32_t chroma_of(const struct av1_sequence *sequence)
{
    return sequence->is_monochrome    ? 0
           : !sequence->subsampling_x ? 3
           : !sequence->subsampling_y ? 2
                                      : 1;
}

static uint32_t depth_of(const struct av1_sequence *sequence)
{
    return sequence->is_twelve ? 12 : sequence->is_high ? 10 : 8;
}

// The short form when all of the rest is what it stands for: 4:2:0, nothing said or BT.709.
static void write_name(const char *entry, const struct av1_sequence *sequence,
                       const struct codec_colour *colour, char *string, size_t size)
{
    bool is_folded = sequence->subsampling_x && sequence->subsampling_y;
    int at = snprintf(string, size, "%s.%u.%02u%c.%02u", entry, sequence->profile, sequence->level,
                      sequence->tier ? 'H' : 'M', depth_of(sequence));
    bool is_usual = !sequence->is_monochrome && is_folded && sequence->chroma_position == 0 &&
                    !colour->is_full_range && colour->primaries == colour->transfer &&
                    colour->primaries == colour->matrix &&
                    (colour->primaries == 1 || colour->primaries == 2);
    if (!is_usual)
        snprintf(string + at, size - (size_t)at, ".%u.%u%u%u.%02u.%02u.%02u.%u",
                 sequence->is_monochrome, sequence->subsampling_x, sequence->subsampling_y,
                 is_folded ? sequence->chroma_position : 0, colour->primaries, colour->transfer,
                 colour->matrix, colour->is_full_range);
}

// AV1-ISOBMFF 5: colr first, then the sequence header; where neither says anything the
// string should say BT.709, and often says "unspecified".
static void name(const struct codec_config *config, const struct av1_sequence *sequence,
                 struct codec_facts *facts)
{
    struct codec_colour colour = {.primaries = sequence->primaries,
                                  .transfer = sequence->transfer,
                                  .matrix = sequence->matrix,
                                  .is_full_range = sequence->is_full_range};
    facts->alternatives[0][0] = '\0';
    if (config->colour) {
        colour = *config->colour;
    } else if (!sequence->has_colour) {
        write_name(config->entry, sequence, &colour, facts->alternatives[0],
                   sizeof facts->alternatives[0]);
        colour.primaries = colour.transfer = colour.matrix = 1;
    }
    write_name(config->entry, sequence, &colour, facts->string, sizeof facts->string);
}

static void compare(const struct av1_sequence *record, const struct av1_sequence *sequence,
                    struct codec_facts *facts)
{
    if (record->profile != sequence->profile)
        codec_conflict(facts, "av1C names another profile than the sequence header in it");
    if (record->level != sequence->level)
        codec_conflict(facts, "av1C names another level than the sequence header in it");
    if (record->tier != sequence->tier)
        codec_conflict(facts, "av1C names another tier than the sequence header in it");
    if (depth_of(record) != depth_of(sequence))
        codec_conflict(facts, "av1C names another bit depth than the sequence header in it");
    if (record->is_monochrome != sequence->is_monochrome ||
        record->subsampling_x != sequence->subsampling_x ||
        record->subsampling_y != sequence->subsampling_y)
        codec_conflict(facts, "av1C names another chroma format than the sequence header in it");
    else if (record->chroma_position != sequence->chroma_position)
        codec_conflict(facts,
                       "av1C names another chroma sample position than the sequence header in it");
}

static void fill(const struct codec_config *config, const struct av1_sequence *sequence,
                 struct codec_facts *facts)
{
    facts->stream_profile = sequence->profile;
    facts->stream_level = sequence->level;
    facts->width_px = sequence->width_px;
    facts->height_px = sequence->height_px;
    facts->frame_rate = sequence->frame_rate;
    facts->has_colour = sequence->has_colour;
    facts->primaries = sequence->has_colour ? sequence->primaries : 0;
    facts->transfer = sequence->has_colour ? sequence->transfer : 0;
    facts->matrix = sequence->has_colour ? sequence->matrix : 0;
    facts->is_full_range = sequence->is_full_range;
    facts->bit_depth = depth_of(sequence);
    facts->chroma_format = chroma_of(sequence);
    name(config, sequence, facts);
}

// metadata_type is one byte in all types that there are (6.7.1).
static void note_metadata(const struct av1_obu *obu, struct codec_facts *facts)
{
    enum { HDR_CLL = 1, HDR_MDCV = 2 };
    unsigned type = obu->size_bytes > 0 ? obu->data[0] : 0;
    facts->has_light_level |= type == HDR_CLL;
    facts->has_mastering |= type == HDR_MDCV;
}

// configOBUs: at most one sequence header, which is the first, each OBU with its size.
static bool read_config_obus(const struct codec_config *config, const struct av1_sequence *record,
                             struct codec *codec, struct codec_facts *facts, struct err *err)
{
    const uint8_t *at = config->data + 4;
    const uint8_t *end = config->data + config->size_bytes;
    const char *malformed;
    struct av1_obu obu;
    for (bool is_first = true; av1_obu_next(&at, end, &obu, &malformed); is_first = false) {
        if (!obu.has_size)
            codec_conflict(facts, "av1C holds an OBU without its size");
        if (obu.type == AV1_METADATA)
            note_metadata(&obu, facts);
        if (obu.type != AV1_SEQUENCE_HEADER)
            continue;
        if (codec->set_count > 0)
            return err_set(err, ERR_INPUT, "av1C holds two sequence headers");
        if (!is_first)
            codec_conflict(facts, "the sequence header in av1C is not its first OBU");
        struct av1_sequence sequence;
        if (!av1_sequence_read(obu.data, obu.size_bytes, &sequence))
            return err_set(err, ERR_INPUT, "the sequence header in av1C ends early");
        codec_keep_set(codec, obu.data, obu.size_bytes);
        codec->own[OWN_REDUCED] = sequence.is_reduced;
        compare(record, &sequence, facts);
        fill(config, &sequence, facts);
    }
    return malformed ? err_set(err, ERR_INPUT, "av1C: %s", malformed) : true;
}

bool av1c_read(const struct codec_config *config, struct codec *codec, struct codec_facts *facts,
               struct err *err)
{
    struct codec_bits bits;
    struct av1_sequence record = {.primaries = 2, .transfer = 2, .matrix = 2};
    codec_bits_init(&bits, config->data, config->size_bytes);
    uint32_t marker = codec_bits_get(&bits, 1);
    uint32_t version = codec_bits_get(&bits, 7);
    record.profile = codec_bits_get(&bits, 3);
    record.level = codec_bits_get(&bits, 5);
    record.tier = codec_bits_get(&bits, 1);
    record.is_high = codec_bits_flag(&bits);
    record.is_twelve = codec_bits_flag(&bits);
    record.is_monochrome = codec_bits_flag(&bits);
    record.subsampling_x = codec_bits_get(&bits, 1);
    record.subsampling_y = codec_bits_get(&bits, 1);
    record.chroma_position = codec_bits_get(&bits, 2);
    codec_bits_skip(&bits, 8);
    if (bits.is_short)
        return err_set(err, ERR_INPUT, "av1C is cut short");
    facts->profile = facts->stream_profile = record.profile;
    facts->level = facts->stream_level = record.level;
    facts->tier = record.tier;
    facts->bit_depth = depth_of(&record);
    facts->chroma_format = chroma_of(&record);
    name(config, &record, facts);
    if (marker != 1 || version != 1)
        return err_set(err, ERR_INPUT, "av1C has the marker and version %u and %u instead of 1",
                       marker, version);
    codec->is_monochrome = record.is_monochrome;
    return read_config_obus(config, &record, codec, facts, err);
}

struct av1_unit {
    unsigned frames;
    bool has_sequence; // before the first frame
    bool is_reduced;
    bool starts_with_key;
    bool is_intra;
};

// The head of a frame header (5.9.2).
static void look_at_frame(const struct av1_obu *obu, struct av1_unit *unit)
{
    enum { KEY_FRAME = 0, INTRA_ONLY_FRAME = 2 };
    bool is_key = unit->is_reduced;
    bool is_intra = is_key;
    if (!unit->is_reduced && obu->size_bytes > 0) {
        bool is_repeat = obu->data[0] & 0x80; // show_existing_frame
        unsigned type = obu->data[0] >> 5 & 3;
        bool is_shown = obu->data[0] & 0x10;
        is_key = !is_repeat && type == KEY_FRAME && is_shown;
        is_intra = !is_repeat && (type == KEY_FRAME || type == INTRA_ONLY_FRAME);
    }
    if (unit->frames++ == 0)
        unit->starts_with_key = is_key;
    unit->is_intra &= is_intra;
}

// Whether both say the same of what av1C and the codecs string repeat. Encoders are known
// to give the container a header whose coding tools differ from the stream's.
static bool is_alike(const struct av1_sequence *a, const struct av1_sequence *b)
{
    return a->profile == b->profile && a->level == b->level && a->tier == b->tier &&
           a->is_still == b->is_still && a->is_reduced == b->is_reduced &&
           depth_of(a) == depth_of(b) && chroma_of(a) == chroma_of(b) &&
           a->chroma_position == b->chroma_position && a->width_px == b->width_px &&
           a->height_px == b->height_px && a->has_colour == b->has_colour &&
           a->primaries == b->primaries && a->transfer == b->transfer && a->matrix == b->matrix &&
           a->is_full_range == b->is_full_range;
}

static void look_at_sequence(const struct codec *codec, const struct av1_obu *obu,
                             struct av1_unit *unit, struct sample_look *look)
{
    struct av1_sequence here;
    struct av1_sequence there;
    unit->has_sequence |= unit->frames == 0;
    // Bits 3 and 4: still_picture and reduced_still_picture_header.
    unit->is_reduced = obu->size_bytes > 0 && obu->data[0] & 0x08;
    if (codec->set_count == 0)
        return; // av1C need not hold one
    struct sample_look bytes = {0};
    codec_compare_set(codec, obu->data, obu->size_bytes, &bytes);
    if (bytes.has_same_set) {
        look->has_same_set = true;
    } else if (!av1_sequence_read(obu->data, obu->size_bytes, &here)) {
        look->malformed = "a sequence header in a sample ends early";
    } else if (av1_sequence_read(codec->sets[0].data, codec->sets[0].size_bytes, &there)) {
        *(is_alike(&here, &there) ? &look->has_same_set : &look->has_foreign_set) = true;
    }
}

static void look_at_obu(const struct codec *codec, const struct av1_obu *obu, struct av1_unit *unit,
                        struct sample_look *look)
{
    switch (obu->type) {
    case AV1_SEQUENCE_HEADER:
        look_at_sequence(codec, obu, unit, look);
        break;
    case AV1_FRAME_HEADER:
    case AV1_FRAME:
        look_at_frame(obu, unit);
        break;
    case AV1_TILE_LIST:
        look->malformed = "a sample holds a tile list OBU";
        break;
    case AV1_TEMPORAL_DELIMITER:
        look->discouraged = "a sample holds a temporal delimiter OBU";
        break;
    case AV1_PADDING:
        look->discouraged = "a sample holds a padding OBU";
        break;
    case AV1_REDUNDANT_FRAME_HEADER:
        look->discouraged = "a sample holds a redundant frame header OBU";
        break;
    default:
        break;
    }
}

void av1_look(const struct codec *codec, const uint8_t *data, size_t size_bytes,
              struct sample_look *ret)
{
    struct av1_unit unit = {.is_reduced = codec->own[OWN_REDUCED], .is_intra = true};
    struct av1_obu obu;
    const char *malformed;
    const uint8_t *end = data + size_bytes;
    while (av1_obu_next(&data, end, &obu, &malformed))
        look_at_obu(codec, &obu, &unit, ret);
    if (malformed)
        ret->malformed = malformed;
    ret->is_known = unit.frames > 0;
    if (!ret->is_known && !ret->malformed)
        ret->malformed = "a sample holds no frame";
    ret->has_only_intra = ret->is_known && unit.is_intra;
    ret->is_idr = ret->may_be_sync = unit.starts_with_key && unit.has_sequence;
    ret->sap_type = ret->is_idr ? 1 : 0;
}
