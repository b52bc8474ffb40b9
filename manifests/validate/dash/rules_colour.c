// SPDX-License-Identifier: BSD-2-Clause
// Rules about colour: the properties of a set against the coded stream, and that high
// dynamic range is said at all.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

#define TRANSFER_PQ     16
#define TRANSFER_HLG    18
#define TRANSFER_BT2020 14 // which HLG streams may say of themselves
#define UNSPECIFIED     2

static const struct {
    const char *scheme;
    const char *name;
} colours[] = {{"urn:mpeg:mpegB:cicp:ColourPrimaries", "ColourPrimaries"},
               {"urn:mpeg:mpegB:cicp:TransferCharacteristics", "TransferCharacteristics"},
               {"urn:mpeg:mpegB:cicp:MatrixCoefficients", "MatrixCoefficients"},
               {"urn:mpeg:mpegB:cicp:VideoFullRangeFlag", "VideoFullRangeFlag"}};
enum { COLOUR_TRANSFER = 1, COLOUR_RANGE = 3 };

static uint32_t of_stream(const struct init_facts *init, size_t which)
{
    const uint32_t values[] = {init->codec.primaries, init->codec.transfer, init->codec.matrix,
                               init->codec.is_full_range};
    return values[which];
}

static uint32_t of_box(const struct init_facts *init, size_t which)
{
    const uint32_t values[] = {init->primaries, init->transfer, init->matrix, init->is_full_range};
    return values[which];
}

static bool colour_fits(const struct init_facts *init, size_t which, uint64_t stated)
{
    bool has_any = false;
    const struct {
        bool is_there;
        uint32_t value;
    } real[] = {{init->codec.has_colour, of_stream(init, which)},
                {init->has_colr_nclx, of_box(init, which)}};
    for (size_t i = 0; i < ARRAY_LEN(real); i++) {
        if (!real[i].is_there || (which != COLOUR_RANGE && real[i].value == UNSPECIFIED))
            continue;
        has_any = true;
        if (stated == real[i].value || (which == COLOUR_TRANSFER && stated == TRANSFER_HLG &&
                                        real[i].value == TRANSFER_BT2020))
            return true;
        // BT.709 and BT.2020 have one curve under four numbers.
        static const char same[] = " 1 6 14 15 ";
        char one[8], other[8];
        snprintf(one, sizeof one, " %u ", (unsigned)(stated < 99 ? stated : 99));
        snprintf(other, sizeof other, " %u ", (unsigned)(real[i].value < 99 ? real[i].value : 99));
        if (which == COLOUR_TRANSFER && strstr(same, one) && strstr(same, other))
            return true;
    }
    return !has_any;
}

static const xmlNode *property_of(const xmlNode *node, const char *scheme)
{
    static const char *const names[] = {"EssentialProperty", "SupplementalProperty"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        NODE_EACH(child, node, names[i])
        {
            const char *uri = node_attr(child, "schemeIdUri");
            if (uri && strcmp(uri, scheme) == 0)
                return child;
        }
    return NULL;
}

static const xmlNode *colour_property(const struct dash_cursor *at, size_t which)
{
    const xmlNode *own = property_of(at->representation->node, colours[which].scheme);
    return own ? own : property_of(at->set->node, colours[which].scheme);
}

DASH_RUN(D36)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct init_facts *init = track_first_init(evidence, at.track);
        if (!init || init->kind != MEDIA_VIDEO)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(colours); i++) {
            const xmlNode *node = colour_property(&at, i);
            uint64_t stated;
            if (!read_unsigned(node_attr(node, "value"), 255, &stated) ||
                colour_fits(init, i, stated))
                continue;
            char measured[16];
            uint32_t real = init->codec.has_colour ? of_stream(init, i) : of_box(init, i);
            snprintf(measured, sizeof measured, "%" PRIu32, real);
            dash_report(findings, RULE_D36, SPOT(at.mpd, node, "value", at.track),
                        node_attr(node, "value"), measured,
                        "%s is %" PRIu64 ", but the video's is %s", colours[i].name, stated,
                        measured);
        }
    }
}

DASH_RUN(D68)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION)) {
        const struct init_facts *init = track_first_init(evidence, at.track);
        if (!init || init->kind != MEDIA_VIDEO)
            continue;
        uint32_t transfer = init->codec.has_colour ? init->codec.transfer : 0;
        if (init->has_colr_nclx && transfer != TRANSFER_PQ && transfer != TRANSFER_HLG)
            transfer = init->transfer;
        if ((transfer != TRANSFER_PQ && transfer != TRANSFER_HLG) ||
            colour_property(&at, COLOUR_TRANSFER))
            continue;
        dash_report(findings, RULE_D68, SPOT(at.mpd, at.set->node, NULL, at.track), NULL,
                    transfer == TRANSFER_PQ ? "16" : "18",
                    "the video is %s, but no TransferCharacteristics property says so",
                    transfer == TRANSFER_PQ ? "PQ" : "HLG");
    }
}
