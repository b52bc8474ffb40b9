// SPDX-License-Identifier: BSD-2-Clause
// Brands that promise a CMAF media profile, and whether the track keeps the promise
// (ISO/IEC 23000-19 7.2, 9, 10, 11, annexes A and B).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/init_private.h"
#include "src/base/mem.h"

enum { LIST_MAX = 6 };

// A list ends with 0; an empty one allows everything, as does a limit of 0.
struct media_profile {
    const char *brand;
    const char *name;
    enum media_kind kind;
    const char *entries[LIST_MAX];
    uint32_t profiles[LIST_MAX];
    uint32_t level_max;
    uint32_t width_max_px, height_max_px, rate_max;
    uint32_t primaries[LIST_MAX], transfers[LIST_MAX], matrices[LIST_MAX];
    uint32_t channels_max;
    uint32_t sample_rate_max_hz;
};

#define AVC_ENTRIES                                                                                \
    {                                                                                              \
        "avc1", "avc3"                                                                             \
    }
#define HEVC_ENTRIES                                                                               \
    {                                                                                              \
        "hvc1", "hev1"                                                                             \
    }
#define BT709 .primaries = {1}, .transfers = {1}, .matrices = {1}

static const struct media_profile profiles[] = {
    {"cfsd",
     "AVC SD",
     MEDIA_VIDEO,
     AVC_ENTRIES,
     {66, 77, 100},
     31,
     864,
     576,
     60,
     .primaries = {1, 5, 6},
     .transfers = {1, 6},
     .matrices = {1, 5, 6}},
    {"cfhd", "AVC HD", MEDIA_VIDEO, AVC_ENTRIES, {66, 77, 100}, 40, 1920, 1080, 60, BT709},
    {"chdf", "AVC HDHF", MEDIA_VIDEO, AVC_ENTRIES, {66, 77, 100}, 42, 1920, 1080, 60, BT709},
    {"chhd", "HEVC HHD8", MEDIA_VIDEO, HEVC_ENTRIES, {1}, 123, 1920, 1080, 60, BT709},
    {"chh1", "HEVC HHD10", MEDIA_VIDEO, HEVC_ENTRIES, {1, 2}, 123, 1920, 1080, 60, BT709},
    {"cud8", "HEVC UHD8", MEDIA_VIDEO, HEVC_ENTRIES, {1}, 150, 3840, 2160, 60, BT709},
    {"cud1",
     "HEVC UHD10",
     MEDIA_VIDEO,
     HEVC_ENTRIES,
     {1, 2},
     153,
     3840,
     2160,
     60,
     .primaries = {1, 9},
     .transfers = {1, 14, 15},
     .matrices = {1, 9}},
    {"chd1",
     "HEVC HDR10",
     MEDIA_VIDEO,
     HEVC_ENTRIES,
     {2},
     153,
     3840,
     2160,
     60,
     .primaries = {9},
     .transfers = {16},
     .matrices = {9}},
    {"clg1",
     "HEVC HLG10",
     MEDIA_VIDEO,
     HEVC_ENTRIES,
     {2},
     153,
     3840,
     2160,
     60,
     .primaries = {9},
     .transfers = {14, 18},
     .matrices = {9}},
    {"caac",
     "AAC Core",
     MEDIA_AUDIO,
     {"mp4a"},
     {2, 5, 29},
     .channels_max = 2,
     .sample_rate_max_hz = 48000},
    {"caaa",
     "Adaptive AAC Core",
     MEDIA_AUDIO,
     {"mp4a"},
     {2, 5, 29},
     .channels_max = 2,
     .sample_rate_max_hz = 48000},
    {"camc",
     "AAC Multichannel",
     MEDIA_AUDIO,
     {"mp4a"},
     {2, 5},
     .channels_max = 8,
     .sample_rate_max_hz = 48000},
    {"casu", "xHE-AAC", MEDIA_AUDIO, {"mp4a"}, {42}, .sample_rate_max_hz = 96000},
    {"ceac", "Enhanced AC-3", MEDIA_AUDIO, {"ac-3", "ec-3"}, .sample_rate_max_hz = 48000},
    {"ca4s", "AC-4 Single Stream", MEDIA_AUDIO, {"ac-4"}},
    {"cmhs", "MPEG-H Single Stream", MEDIA_AUDIO, {"mhm1"}},
    {"cmhm", "MPEG-H Multi Stream", MEDIA_AUDIO, {"mhm2"}},
    {"cwvt", "WebVTT", MEDIA_TEXT, {"wvtt"}},
    {"im1t", "IMSC1 Text", MEDIA_TEXT, {"stpp"}},
    {"im1i", "IMSC1 Image", MEDIA_TEXT, {"stpp"}},
    {"im2t", "IMSC1.1 Text", MEDIA_TEXT, {"stpp"}},
    {"im2i", "IMSC1.1 Image", MEDIA_TEXT, {"stpp"}},
};

static bool is_listed(const uint32_t *list, uint32_t value)
{
    if (list[0] == 0)
        return true;
    for (size_t i = 0; i < LIST_MAX && list[i]; i++)
        if (list[i] == value)
            return true;
    return false;
}

static bool is_entry_listed(const struct media_profile *profile, const char *entry)
{
    for (size_t i = 0; i < LIST_MAX && profile->entries[i]; i++)
        if (strcmp(profile->entries[i], entry) == 0)
            return true;
    return false;
}

// One promise of a brand: what is there, and what it may be at most or must be.
static void report_limit(struct init_scan *scan, const struct media_profile *profile,
                         const char *what, const char *measured)
{
    iso_report(&scan->reader, RULE_S2, SPOT(0, "ftyp", profile->brand, measured),
               "Brand '%s' promises %s, whose %s is not %s", profile->brand, profile->name, what,
               measured);
}

static void check_video(struct init_scan *scan, const struct media_profile *profile)
{
    const struct codec_facts *codec = &scan->facts->codec;
    if (codec->width_px > profile->width_max_px || codec->height_px > profile->height_max_px)
        report_limit(scan, profile, "picture size",
                     iso_pair(codec->width_px, 'x', codec->height_px).text);
    if (codec->frame_rate.num > 0 && codec->frame_rate.den > 0 &&
        rational_cmp(codec->frame_rate, (struct rational){profile->rate_max, 1}) > 0)
        report_limit(scan, profile, "frame rate",
                     iso_pair(codec->frame_rate.num, '/', codec->frame_rate.den).text);
    if (codec->tier > 0)
        report_limit(scan, profile, "tier", "High");
    if (!codec->has_colour)
        return;
    if (!is_listed(profile->primaries, codec->primaries))
        report_limit(scan, profile, "colour primaries", iso_number(codec->primaries).text);
    if (!is_listed(profile->transfers, codec->transfer))
        report_limit(scan, profile, "transfer function", iso_number(codec->transfer).text);
    if (!is_listed(profile->matrices, codec->matrix))
        report_limit(scan, profile, "colour matrix", iso_number(codec->matrix).text);
}

static void check_profile(struct init_scan *scan, const struct media_profile *profile)
{
    const struct init_facts *facts = scan->facts;
    const struct codec_facts *codec = &facts->codec;
    if (facts->kind != profile->kind || !is_entry_listed(profile, facts->entry)) {
        report_limit(scan, profile, "sample entry", facts->entry[0] ? facts->entry : "missing");
        return;
    }
    if (codec->string[0] == 0)
        return; // nothing is known of the stream
    if (profile->profiles[0] && codec->profile && !is_listed(profile->profiles, codec->profile))
        report_limit(scan, profile, "codec profile", iso_number(codec->profile).text);
    if (profile->level_max && codec->level > profile->level_max)
        report_limit(scan, profile, "level", iso_number(codec->level).text);
    if (profile->kind == MEDIA_VIDEO)
        check_video(scan, profile);
    if (profile->channels_max && codec->channels > profile->channels_max)
        report_limit(scan, profile, "channel count", iso_number(codec->channels).text);
    if (profile->sample_rate_max_hz && codec->sample_rate_hz > profile->sample_rate_max_hz)
        report_limit(scan, profile, "sampling rate", iso_number(codec->sample_rate_hz).text);
}

void init_check_brands(struct init_scan *scan)
{
    if (!scan->is_cmaf && scan->facts->brand_count > 0)
        iso_report(&scan->reader, RULE_S2, SPOT(0, "ftyp", NULL, scan->facts->brands[0]),
                   "The ftyp box names no CMAF brand, neither cmfc nor cmf2");
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++)
        if (init_has_brand(scan->facts, profiles[i].brand))
            check_profile(scan, &profiles[i]);
}

const char *init_media_profile(const struct init_facts *init)
{
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++)
        if (init_has_brand(init, profiles[i].brand))
            return profiles[i].brand;
    return NULL;
}
