// SPDX-License-Identifier: BSD-2-Clause
// The elements of an MPD that lead to segments, table by table; the others are in
// structure_table_other.c, how they are read in structure.c.
#include <string.h>

#include "manifests/validate/dash/structure_private.h"
#include "src/base/mem.h"

#define PART(attribute_rows, child_rows)                                                           \
    {                                                                                              \
        attribute_rows, ARRAY_LEN(attribute_rows), child_rows, ARRAY_LEN(child_rows)               \
    }
#define ATTRIBUTES_ONLY(rows)                                                                      \
    {                                                                                              \
        rows, ARRAY_LEN(rows), NULL, 0                                                             \
    }

static const struct attribute_row mpd_attributes[] = {
    {"id", VALUE_STRING, false},
    {"profiles", VALUE_FILLED, true},
    {"type", VALUE_PRESENTATION, false},
    {"availabilityStartTime", VALUE_DATE, false},
    {"availabilityEndTime", VALUE_DATE, false},
    {"publishTime", VALUE_DATE, false},
    {"mediaPresentationDuration", VALUE_DURATION, false},
    {"minimumUpdatePeriod", VALUE_DURATION, false},
    {"minBufferTime", VALUE_DURATION, true},
    {"timeShiftBufferDepth", VALUE_DURATION, false},
    {"suggestedPresentationDelay", VALUE_DURATION, false},
    {"maxSegmentDuration", VALUE_DURATION, false},
    {"maxSubsegmentDuration", VALUE_DURATION, false},
};
static const struct child_row mpd_children[] = {
    {"ProgramInformation", 0, 0},
    {"BaseURL", 0, 0},
    {"Location", 0, 0},
    {"PatchLocation", 0, 0},
    {"ServiceDescription", 0, 0},
    {"InitializationSet", 0, 0},
    {"InitializationGroup", 0, 0},
    {"InitializationPresentation", 0, 0},
    {"ContentProtection", 0, 0},
    {"Period", 1, 0},
    {"Metrics", 0, 0},
    {"EssentialProperty", 0, 0},
    {"SupplementalProperty", 0, 0},
    {"UTCTiming", 0, 0},
    {"LeapSecondInformation", 0, 1},
};
static const struct structure_part mpd_part = PART(mpd_attributes, mpd_children);

static const struct attribute_row period_attributes[] = {
    {"id", VALUE_STRING, false},
    {"start", VALUE_DURATION, false},
    {"duration", VALUE_DURATION, false},
    {"bitstreamSwitching", VALUE_BOOL, false},
};
static const struct child_row period_children[] = {
    {"BaseURL", 0, 0},
    {"SegmentBase", 0, 1},
    {"SegmentList", 0, 1},
    {"SegmentTemplate", 0, 1},
    {"AssetIdentifier", 0, 1},
    {"EventStream", 0, 0},
    {"ServiceDescription", 0, 0},
    {"ContentProtection", 0, 0},
    {"AdaptationSet", 0, 0},
    {"Subset", 0, 0},
    {"SupplementalProperty", 0, 0},
    {"EmptyAdaptationSet", 0, 0},
    {"GroupLabel", 0, 0},
    {"Preselection", 0, 0},
};
static const struct structure_part period_part = PART(period_attributes, period_children);

// RepresentationBaseType: what AdaptationSet, Representation and their kin share.
static const struct attribute_row base_attributes[] = {
    {"profiles", VALUE_FILLED, false},
    {"width", VALUE_UINT, false},
    {"height", VALUE_UINT, false},
    {"sar", VALUE_RATIO, false},
    {"frameRate", VALUE_FRAME_RATE, false},
    {"audioSamplingRate", VALUE_UINTS_1_2, false},
    {"mimeType", VALUE_FILLED, false},
    {"segmentProfiles", VALUE_STRING, false},
    {"codecs", VALUE_FILLED, false},
    {"containerProfiles", VALUE_STRING, false},
    {"maximumSAPPeriod", VALUE_DOUBLE, false},
    {"startWithSAP", VALUE_SAP, false},
    {"maxPlayoutRate", VALUE_DOUBLE, false},
    {"codingDependency", VALUE_BOOL, false},
    {"scanType", VALUE_SCAN, false},
    {"selectionPriority", VALUE_UINT, false},
    {"tag", VALUE_STRING, false},
};
static const struct child_row base_children[] = {
    {"FramePacking", 0, 0},
    {"AudioChannelConfiguration", 0, 0},
    {"ContentProtection", 0, 0},
    {"OutputProtection", 0, 1},
    {"EssentialProperty", 0, 0},
    {"SupplementalProperty", 0, 0},
    {"InbandEventStream", 0, 0},
    {"Switching", 0, 0},
    {"RandomAccess", 0, 0},
    {"GroupLabel", 0, 0},
    {"Label", 0, 0},
    {"ProducerReferenceTime", 0, 0},
    {"ContentPopularityRate", 0, 0},
    {"Resync", 0, 0},
};
static const struct structure_part base_part = PART(base_attributes, base_children);

static const struct child_row view_children[] = {
    {"Accessibility", 0, 0},
    {"Role", 0, 0},
    {"Rating", 0, 0},
    {"Viewpoint", 0, 0},
};
static const struct structure_part view_part = {NULL, 0, view_children, ARRAY_LEN(view_children)};

static const struct attribute_row set_attributes[] = {
    {"id", VALUE_UINT, false},
    {"group", VALUE_UINT, false},
    {"lang", VALUE_LANGUAGE, false},
    {"contentType", VALUE_CONTENT, false},
    {"par", VALUE_RATIO, false},
    {"minBandwidth", VALUE_UINT, false},
    {"maxBandwidth", VALUE_UINT, false},
    {"minWidth", VALUE_UINT, false},
    {"maxWidth", VALUE_UINT, false},
    {"minHeight", VALUE_UINT, false},
    {"maxHeight", VALUE_UINT, false},
    {"minFrameRate", VALUE_FRAME_RATE, false},
    {"maxFrameRate", VALUE_FRAME_RATE, false},
    {"segmentAlignment", VALUE_BOOL_OR_UINT, false},
    {"subsegmentAlignment", VALUE_BOOL_OR_UINT, false},
    {"subsegmentStartsWithSAP", VALUE_SAP, false},
    {"bitstreamSwitching", VALUE_BOOL, false},
    {"initializationSetRef", VALUE_UINTS, false},
    {"initializationPrincipal", VALUE_URI, false},
};
static const struct child_row set_children[] = {
    {"ContentComponent", 0, 0}, {"BaseURL", 0, 0},         {"SegmentBase", 0, 1},
    {"SegmentList", 0, 1},      {"SegmentTemplate", 0, 1}, {"Representation", 0, 0},
};
static const struct structure_part set_part = PART(set_attributes, set_children);

static const struct attribute_row component_attributes[] = {
    {"id", VALUE_UINT, false},    {"lang", VALUE_LANGUAGE, false},
    {"par", VALUE_RATIO, false},  {"contentType", VALUE_CONTENT, false},
    {"tag", VALUE_STRING, false},
};
static const struct structure_part component_part = ATTRIBUTES_ONLY(component_attributes);

static const struct attribute_row representation_attributes[] = {
    {"id", VALUE_WORD, true},
    {"bandwidth", VALUE_UINT, true},
    {"qualityRanking", VALUE_UINT, false},
    {"dependencyId", VALUE_STRING, false},
    {"associationId", VALUE_STRING, false},
    {"associationType", VALUE_STRING, false},
    {"mediaStreamStructureId", VALUE_STRING, false},
};
static const struct child_row representation_children[] = {
    {"BaseURL", 0, 0},     {"ExtendedBandwidth", 0, 0}, {"SubRepresentation", 0, 0},
    {"SegmentBase", 0, 1}, {"SegmentList", 0, 1},       {"SegmentTemplate", 0, 1},
};
static const struct structure_part representation_part =
    PART(representation_attributes, representation_children);

static const struct attribute_row sub_attributes[] = {
    {"level", VALUE_UINT, false},
    {"dependencyLevel", VALUE_UINTS, false},
    {"bandwidth", VALUE_UINT, false},
    {"contentComponent", VALUE_STRING, false},
};
static const struct structure_part sub_part = ATTRIBUTES_ONLY(sub_attributes);

static const struct attribute_row preselection_attributes[] = {
    {"id", VALUE_WORD, false},
    {"preselectionComponents", VALUE_STRING, true},
    {"lang", VALUE_LANGUAGE, false},
    {"order", VALUE_ORDER, false},
};
static const struct structure_part preselection_part = ATTRIBUTES_ONLY(preselection_attributes);

static const struct attribute_row initset_attributes[] = {
    {"id", VALUE_UINT, true},         {"inAllPeriods", VALUE_BOOL, false},
    {"par", VALUE_RATIO, false},      {"contentType", VALUE_CONTENT, false},
    {"maxWidth", VALUE_UINT, false},  {"maxFrameRate", VALUE_FRAME_RATE, false},
    {"maxHeight", VALUE_UINT, false}, {"initialization", VALUE_URI, false},
};
static const struct structure_part initset_part = ATTRIBUTES_ONLY(initset_attributes);

static const struct attribute_row segment_attributes[] = {
    {"timescale", VALUE_UINT, false},
    {"eptDelta", VALUE_INT, false},
    {"pdDelta", VALUE_INT, false},
    {"presentationTimeOffset", VALUE_ULONG, false},
    {"presentationDuration", VALUE_ULONG, false},
    {"timeShiftBufferDepth", VALUE_DURATION, false},
    {"indexRange", VALUE_RANGE, false},
    {"indexRangeExact", VALUE_BOOL, false},
    {"availabilityTimeOffset", VALUE_DOUBLE, false},
    {"availabilityTimeComplete", VALUE_BOOL, false},
};
static const struct child_row segment_children[] = {
    {"Initialization", 0, 1},
    {"RepresentationIndex", 0, 1},
    {"FailoverContent", 0, 1},
};
static const struct structure_part segment_part = PART(segment_attributes, segment_children);

static const struct attribute_row multiple_attributes[] = {
    {"duration", VALUE_UINT, false},
    {"startNumber", VALUE_UINT, false},
    {"endNumber", VALUE_UINT, false},
};
static const struct child_row multiple_children[] = {
    {"SegmentTimeline", 0, 1},
    {"BitstreamSwitching", 0, 1},
};
static const struct structure_part multiple_part = PART(multiple_attributes, multiple_children);

static const struct child_row list_children[] = {{"SegmentURL", 0, 0}};
static const struct structure_part list_part = {NULL, 0, list_children, ARRAY_LEN(list_children)};

static const struct attribute_row template_attributes[] = {
    {"media", VALUE_STRING, false},
    {"index", VALUE_STRING, false},
    {"initialization", VALUE_STRING, false},
    {"bitstreamSwitching", VALUE_STRING, false},
};
static const struct structure_part template_part = ATTRIBUTES_ONLY(template_attributes);

static const struct attribute_row url_attributes[] = {
    {"sourceURL", VALUE_URI, false},
    {"range", VALUE_RANGE, false},
};
static const struct structure_part url_part = ATTRIBUTES_ONLY(url_attributes);

static const struct attribute_row segment_url_attributes[] = {
    {"media", VALUE_URI, false},
    {"mediaRange", VALUE_RANGE, false},
    {"index", VALUE_URI, false},
    {"indexRange", VALUE_RANGE, false},
};
static const struct structure_part segment_url_part = ATTRIBUTES_ONLY(segment_url_attributes);

static const struct child_row timeline_children[] = {{"S", 0, 0}};
static const struct structure_part timeline_part = {NULL, 0, timeline_children, 1};
static const struct attribute_row s_attributes[] = {
    {"t", VALUE_ULONG, false}, {"n", VALUE_ULONG, false}, {"d", VALUE_ULONG, true},
    {"r", VALUE_INT, false},   {"k", VALUE_ULONG, false},
};
static const struct structure_part s_part = ATTRIBUTES_ONLY(s_attributes);

static const struct element_row elements[] = {
    {"MPD", {&mpd_part}},
    {"Period", {&period_part}},
    {"AdaptationSet", {&base_part, &view_part, &set_part}},
    {"EmptyAdaptationSet", {&base_part, &view_part, &set_part}},
    {"Representation", {&base_part, &representation_part}},
    {"SubRepresentation", {&base_part, &sub_part}},
    {"Preselection", {&base_part, &view_part, &preselection_part}},
    {"InitializationSet", {&base_part, &view_part, &initset_part}},
    {"ContentComponent", {&view_part, &component_part}},
    {"SegmentBase", {&segment_part}},
    {"SegmentList", {&segment_part, &multiple_part, &list_part}},
    {"SegmentTemplate", {&segment_part, &multiple_part, &template_part}},
    {"Initialization", {&url_part}},
    {"RepresentationIndex", {&url_part}},
    {"BitstreamSwitching", {&url_part}},
    {"SegmentURL", {&segment_url_part}},
    {"SegmentTimeline", {&timeline_part}},
    {"S", {&s_part}},
};

const struct element_row *structure_element(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (strcmp(elements[i].name, name) == 0)
            return &elements[i];
    return structure_element_other(name);
}
