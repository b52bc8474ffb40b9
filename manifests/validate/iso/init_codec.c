// SPDX-License-Identifier: BSD-2-Clause
// What an init segment says twice and must say alike: the codec's configuration against
// the sample entry, the track header and the colour boxes (ISO/IEC 14496-12 8.5.2, 12.1;
// 14496-15; ISO/IEC 23000-19 9, 10).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/init_private.h"
#include "src/base/mem.h"

// Codecs that cannot be described without a configuration box; mhm1 may go without.
static const char *const bare[] = {"stpp", "wvtt", "mhm1", "mhm2", "sbtt", "stxt", ""};

static bool needs_config(const char *entry)
{
    static const char *const known[] = {"avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe",
                                        "av01", "vp08", "vp09", "vvc1", "vvi1", "mp4a",
                                        "ac-3", "ec-3", "ac-4", "Opus", "fLaC"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(known[i], entry) == 0)
            return true;
    return false;
}

static bool is_bare(const char *entry)
{
    for (size_t i = 0; i < ARRAY_LEN(bare); i++)
        if (strcmp(bare[i], entry) == 0)
            return true;
    return false;
}

// FNV-1a: tells configurations apart, and nothing depends on who chose them.
static uint64_t hash_of(const uint8_t *data, size_t size_bytes)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < size_bytes; i++)
        hash = (hash ^ data[i]) * UINT64_C(1099511628211);
    return hash;
}

static void read_config(struct init_scan *scan)
{
    const struct init_facts *facts = scan->facts;
    struct err err = {0};
    const struct codec_colour colour = {.primaries = facts->primaries,
                                        .transfer = facts->transfer,
                                        .matrix = facts->matrix,
                                        .is_full_range = facts->is_full_range};
    struct codec_config config = {.entry = facts->entry,
                                  .box_type = scan->config_count ? scan->config_type : NULL,
                                  .colour = facts->has_colr_nclx ? &colour : NULL};
    if (scan->config_count > 0) {
        config.data = scan->reader.data + scan->config.payload_at;
        config.size_bytes = iso_box_size(&scan->config);
        scan->facts->config_hash = hash_of(config.data, config.size_bytes);
    } else if (!is_bare(facts->entry)) {
        if (needs_config(facts->entry))
            iso_report(&scan->reader, RULE_S58, SPOT(scan->entry_at, "stsd", facts->entry),
                       "The sample entry '%s' has no codec configuration box", facts->entry);
        return;
    }
    if (scan->config_count > 1)
        iso_report(&scan->reader, RULE_S58,
                   SPOT(scan->entry_at, "stsd", NULL, iso_number(scan->config_count).text),
                   "The sample entry has %" PRIu32
                   " '%s' boxes that differ; players may read any of them",
                   scan->config_count, scan->config_type);
    if (!codec_read(&config, scan->codec, &scan->facts->codec, &err) && scan->config_count > 0)
        iso_report(&scan->reader, RULE_S34, SPOT(scan->config.at, "stsd/entry"),
                   "The '%s' box cannot be read: %s", scan->config_type, err.text);
}

static void check_level(struct init_scan *scan)
{
    const struct codec_facts *codec = &scan->facts->codec;
    if (codec->level && codec->stream_level > codec->level)
        iso_report(&scan->reader, RULE_S34,
                   SPOT(scan->config.at, "stsd/entry", iso_number(codec->level).text,
                        iso_number(codec->stream_level).text),
                   "The configuration declares level %" PRIu32
                   ", but the stream's parameter set says %" PRIu32,
                   codec->level, codec->stream_level);
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

// The track is shown with the shape of the entry's pixels (ISO/IEC 14496-12 8.3.2).
static void check_track_size(struct init_scan *scan)
{
    const struct init_facts *facts = scan->facts;
    uint64_t pixel_h = facts->has_pasp ? facts->pasp_h : 1;
    uint64_t pixel_v = facts->has_pasp ? facts->pasp_v : 1;
    const struct rational *aspect = &facts->codec.sample_aspect;
    if (!facts->has_pasp && aspect->num > 0 && aspect->den > 0) {
        pixel_h = (uint64_t)aspect->num;
        pixel_v = (uint64_t)aspect->den;
    }
    uint64_t width = facts->entry_width_px;
    uint64_t height = facts->entry_height_px;
    if (!facts->track_width_px || !facts->track_height_px || !width || !height ||
        pixel_h > UINT32_MAX || pixel_v > UINT32_MAX)
        return;
    // Shapes, not sizes: the track may be scaled as a whole. One pixel is rounding.
    uint64_t wanted_px =
        (uint64_t)((unsigned __int128)width * pixel_h * facts->track_height_px / pixel_v / height);
    if (distance(wanted_px, facts->track_width_px) > 2)
        iso_report(&scan->reader, RULE_S48,
                   SPOT(scan->entry_at, "moov/trak/tkhd",
                        iso_pair(facts->track_width_px, 'x', facts->track_height_px).text,
                        iso_pair((int64_t)wanted_px, 'x', facts->track_height_px).text),
                   "The track header's size does not have the shape of the pictures: %" PRIu32
                   "x%" PRIu32 " for %" PRIu64 "x%" PRIu64 " of pixels %" PRIu64 ":%" PRIu64,
                   facts->track_width_px, facts->track_height_px, width, height, pixel_h, pixel_v);
}

static void check_colour(struct init_scan *scan)
{
    const struct init_facts *facts = scan->facts;
    const struct codec_facts *codec = &facts->codec;
    if (!facts->has_colr_nclx || !codec->has_colour)
        return;
    const struct {
        const char *name;
        uint32_t box, stream;
    } pairs[] = {{"colour primaries", facts->primaries, codec->primaries},
                 {"transfer function", facts->transfer, codec->transfer},
                 {"colour matrix", facts->matrix, codec->matrix},
                 {"full range flag", facts->is_full_range, codec->is_full_range}};
    // 2 is "unspecified", which contradicts nothing; the range flag has no such value.
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i].box != pairs[i].stream &&
            (i == ARRAY_LEN(pairs) - 1 || (pairs[i].box != 2 && pairs[i].stream != 2)))
            iso_report(&scan->reader, RULE_S51,
                       SPOT(scan->entry_at, "stsd/colr", iso_number(pairs[i].box).text,
                            iso_number(pairs[i].stream).text),
                       "The colr box says %s %" PRIu32 ", the stream says %" PRIu32, pairs[i].name,
                       pairs[i].box, pairs[i].stream);
}

// Static metadata of HDR10, in boxes or in the configuration. Dolby Vision of profile 5
// has its own, and nothing that plays without it.
static void check_static_metadata(struct init_scan *scan)
{
    enum { PQ = 16 };
    const struct init_facts *facts = scan->facts;
    const struct codec_facts *codec = &facts->codec;
    bool is_pq = (facts->has_colr_nclx && facts->transfer == PQ) ||
                 (codec->has_colour && codec->transfer == PQ);
    bool has_mastering = facts->has_mdcv || codec->has_mastering;
    bool has_light = facts->has_clli || codec->has_light_level;
    if (!is_pq || (has_mastering && has_light) ||
        (facts->has_dolby_vision && facts->dv_profile == 5))
        return;
    iso_report(&scan->reader, RULE_S92, SPOT(scan->entry_at, "stsd", NULL, "PQ"),
               "The video is PQ, and neither boxes nor the codec's configuration give %s",
               has_mastering ? "the content's light level"
               : has_light   ? "the mastering display"
                             : "the mastering display and the content's light level");
}

static void check_video(struct init_scan *scan)
{
    const struct init_facts *facts = scan->facts;
    const struct codec_facts *codec = &facts->codec;
    if (!facts->has_colr_nclx || !facts->has_pasp)
        iso_report(&scan->reader, RULE_S5, SPOT(scan->entry_at, "stsd"),
                   "The video sample entry has no %s",
                   facts->has_pasp        ? "colr box of type nclx"
                   : facts->has_colr_nclx ? "pasp box"
                                          : "colr box of type nclx and no pasp box");
    if (codec->width_px && codec->height_px &&
        (codec->width_px != facts->entry_width_px || codec->height_px != facts->entry_height_px))
        iso_report(
            &scan->reader, RULE_S49,
            SPOT(scan->entry_at, "stsd",
                 iso_pair(facts->entry_width_px, 'x', facts->entry_height_px).text,
                 iso_pair(codec->width_px, 'x', codec->height_px).text),
            "The sample entry says %" PRIu32 "x%" PRIu32 ", the stream codes %" PRIu32 "x%" PRIu32,
            facts->entry_width_px, facts->entry_height_px, codec->width_px, codec->height_px);
    check_track_size(scan);
    check_colour(scan);
    check_static_metadata(scan);
}

// What the configuration holds, as its reader judges it.
static void check_sets(struct init_scan *scan)
{
    const struct codec_facts *codec = &scan->facts->codec;
    if (codec->conflict)
        iso_report(&scan->reader, RULE_S34, SPOT(scan->config.at, "stsd/entry"),
                   "The configuration and its parameter sets disagree: %s", codec->conflict);
    if (codec->missing_set)
        iso_report(&scan->reader, RULE_S6, SPOT(scan->config.at, "stsd/entry"),
                   "Parameter sets are missing: %s", codec->missing_set);
}

static bool is_either(uint32_t stated, uint32_t a, uint32_t b)
{
    return a == 0 || stated == a || (b != 0 && stated == b);
}

// AC-3 and kin are told to write 2 channels whatever there is (ETSI TS 102 366 F.3).
static void check_audio(struct init_scan *scan)
{
    const struct init_facts *facts = scan->facts;
    const struct codec_facts *codec = &facts->codec;
    if (strcmp(facts->entry, "mp4a") != 0 && strcmp(facts->entry, "Opus") != 0 &&
        strcmp(facts->entry, "fLaC") != 0)
        return;
    if (!is_either(facts->entry_channels, codec->channels, codec->core_channels))
        iso_report(&scan->reader, RULE_S50,
                   SPOT(scan->entry_at, "stsd", iso_number(facts->entry_channels).text,
                        iso_number(codec->channels).text),
                   "The sample entry says %" PRIu32 " channels, the stream codes %" PRIu32,
                   facts->entry_channels, codec->channels);
    // Rates from 65536 Hz on do not fit the field.
    uint32_t stated_hz = facts->entry_sample_rate_hz;
    if (stated_hz && codec->sample_rate_hz <= UINT16_MAX &&
        !is_either(stated_hz, codec->sample_rate_hz, codec->core_sample_rate_hz))
        iso_report(&scan->reader, RULE_S50,
                   SPOT(scan->entry_at, "stsd", iso_number(stated_hz).text,
                        iso_number(codec->sample_rate_hz).text),
                   "The sample entry says %" PRIu32 " Hz, the stream is %" PRIu32 " Hz", stated_hz,
                   codec->sample_rate_hz);
}

void init_check_codec(struct init_scan *scan)
{
    read_config(scan);
    check_level(scan);
    check_sets(scan);
    if (scan->facts->kind == MEDIA_VIDEO)
        check_video(scan);
    if (scan->facts->kind == MEDIA_AUDIO)
        check_audio(scan);
}
