// SPDX-License-Identifier: BSD-2-Clause
// Colour: resolves what the source leaves unsaid and decides what the output says.
// Code points are those of ISO/IEC 23091-2.
#include <string.h>

#include "src/base/mem.h"
#include "src/media/plan_private.h"

enum {
    COLOUR_RGB = 0,
    COLOUR_BT709 = 1,
    COLOUR_UNSPECIFIED = 2,
    COLOUR_BT470BG = 5, // BT.601, 625 lines
    COLOUR_BT601 = 6,   // BT.601, 525 lines
    COLOUR_SMPTE240M = 7,
    COLOUR_BT2020 = 9,
    TRANSFER_PQ = 16,
    TRANSFER_HLG = 18,
    CHROMA_LAST = 6, // AVCHROMA_LOC_BOTTOM
};

struct colour_guess {
    const char *name;
    int primaries;
    int transfer;
    int matrix;
};

static const struct colour_guess guess_525 = {"BT.601 (525 lines)", 6, 6, 6};
static const struct colour_guess guess_625 = {"BT.601 (625 lines)", 5, 6, 5};
static const struct colour_guess guess_hd = {"BT.709", 1, 1, 1};
static const struct colour_guess guess_hdr = {"BT.2020", 9, TRANSFER_PQ, 9};

static bool is_rgb(const char *pixel_format)
{
    static const char *const prefixes[] = {"gbr",  "rgb",  "bgr",   "argb",  "abgr",
                                           "0rgb", "0bgr", "x2rgb", "x2bgr", "pal8"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
        if (strncmp(pixel_format, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static bool is_hdr_transfer(int transfer)
{
    return transfer == TRANSFER_PQ || transfer == TRANSFER_HLG;
}

// By size, as players do: 488 and 576 lines are the tallest of the two SD systems,
// and no SD picture is 1280 wide, however few lines a film has.
static const struct colour_guess *guess_of(const struct video_facts *video)
{
    if (video->is_hdr || is_hdr_transfer(video->transfer_characteristics) ||
        video->colour_primaries == COLOUR_BT2020)
        return &guess_hdr;
    if (video->coded_width_px >= 1280 || video->coded_height_px > 576)
        return &guess_hd;
    return video->coded_height_px <= 488 ? &guess_525 : &guess_625;
}

// 0 and 3 are reserved; beyond the last code point nothing is known.
static int resolve(int stated, int last, int guessed)
{
    bool is_stated = stated >= 1 && stated <= last && stated != COLOUR_UNSPECIFIED && stated != 3;
    return is_stated ? stated : guessed;
}

static void resolve_source(const struct video_facts *video, struct plan *plan)
{
    const struct colour_guess *guess = guess_of(video);
    int transfer_guess = guess->transfer;
    if (guess == &guess_hdr && !video->is_hdr)
        transfer_guess = COLOUR_BT709; // wide primaries alone do not make HDR
    plan->source_primaries = resolve(video->colour_primaries, 22, guess->primaries);
    plan->source_transfer = resolve(video->transfer_characteristics, 18, transfer_guess);
    plan->source_matrix = is_rgb(video->pixel_format)
                              ? COLOUR_RGB
                              : resolve(video->matrix_coefficients, 14, guess->matrix);
    plan->source_is_full_range = video->is_full_range;
    bool is_location = video->chroma_location >= 0 && video->chroma_location <= CHROMA_LAST;
    plan->source_chroma_location = is_location ? video->chroma_location : 0;
    if (video->matrix_coefficients == COLOUR_UNSPECIFIED && plan->source_matrix != COLOUR_RGB)
        plan_note(plan, NOTE_INFO, "colour", "the source does not say: taken as %s", guess->name);
}

void plan_choose_colour(const struct video_facts *video, struct plan *plan)
{
    resolve_source(video, plan);
    plan->tone_map = video->is_hdr || is_hdr_transfer(plan->source_transfer);
    plan->matrix_coefficients = COLOUR_BT709;
    plan->transfer_characteristics = COLOUR_BT709;
    plan->colour_primaries = COLOUR_BT709;
    if (plan->tone_map) {
        plan_note(plan, NOTE_CHANGED, "colour", "HDR (%s) tone-mapped to BT.709 SDR",
                  plan->source_transfer == TRANSFER_HLG ? "HLG" : "PQ");
        return;
    }
    switch (plan->source_primaries) {
    case COLOUR_BT709:
    case COLOUR_BT470BG:
    case COLOUR_BT601:
    case COLOUR_SMPTE240M:
        plan->colour_primaries = plan->source_primaries; // kept, and said truthfully
        break;
    default:
        plan_note(plan, NOTE_CHANGED, "colour", "primaries %d converted to BT.709",
                  plan->source_primaries);
    }
    if (plan->source_matrix != COLOUR_BT709)
        plan_note(plan, NOTE_CHANGED, "colour", "matrix %d converted to BT.709",
                  plan->source_matrix);
    if (plan->source_is_full_range)
        plan_note(plan, NOTE_CHANGED, "colour", "full range converted to limited range");
}
