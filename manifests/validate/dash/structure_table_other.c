// SPDX-License-Identifier: BSD-2-Clause
// The elements of an MPD that describe: descriptors, events, labels, services, metrics.
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

static const struct child_row failover_children[] = {{"FCS", 1, 0}};
static const struct attribute_row failover_attributes[] = {{"valid", VALUE_BOOL, false}};
static const struct structure_part failover_part = PART(failover_attributes, failover_children);
static const struct attribute_row fcs_attributes[] = {
    {"t", VALUE_ULONG, true},
    {"d", VALUE_ULONG, false},
};
static const struct structure_part fcs_part = ATTRIBUTES_ONLY(fcs_attributes);

static const struct attribute_row descriptor_attributes[] = {
    {"schemeIdUri", VALUE_FILLED, true},
    {"value", VALUE_STRING, false},
    {"id", VALUE_STRING, false},
};
static const struct structure_part descriptor_part = ATTRIBUTES_ONLY(descriptor_attributes);
static const struct attribute_row protection_attributes[] = {
    {"robustness", VALUE_WORD, false},
    {"refId", VALUE_WORD, false},
    {"ref", VALUE_WORD, false},
};
static const struct structure_part protection_part = ATTRIBUTES_ONLY(protection_attributes);

static const struct attribute_row event_stream_attributes[] = {
    {"schemeIdUri", VALUE_FILLED, true}, {"value", VALUE_STRING, false},
    {"id", VALUE_STRING, false}, // first and second edition: InbandEventStream was a descriptor
    {"timescale", VALUE_UINT, false},    {"presentationTimeOffset", VALUE_ULONG, false},
};
static const struct child_row event_stream_children[] = {{"Event", 0, 0}};
static const struct structure_part event_stream_part =
    PART(event_stream_attributes, event_stream_children);
static const struct attribute_row event_attributes[] = {
    {"presentationTime", VALUE_ULONG, false},
    {"duration", VALUE_ULONG, false},
    {"id", VALUE_UINT, false},
    {"contentEncoding", VALUE_BASE64, false},
    {"messageData", VALUE_STRING, false},
};
static const struct child_row event_children[] = {{"SelectionInfo", 0, 0}};
static const struct structure_part event_part = PART(event_attributes, event_children);
static const struct attribute_row info_attributes[] = {
    {"selectionInfo", VALUE_STRING, false},
    {"contactURL", VALUE_URI, true},
};
static const struct child_row info_children[] = {{"Selection", 1, 0}};
static const struct structure_part info_part = PART(info_attributes, info_children);
static const struct attribute_row selection_attributes[] = {
    {"dataEncoding", VALUE_BASE64, false},
    {"parameter", VALUE_STRING, true},
    {"data", VALUE_STRING, false},
};
static const struct structure_part selection_part = ATTRIBUTES_ONLY(selection_attributes);

static const struct attribute_row base_url_attributes[] = {
    {"serviceLocation", VALUE_STRING, false},
    {"byteRange", VALUE_STRING, false},
    {"availabilityTimeOffset", VALUE_DOUBLE, false},
    {"availabilityTimeComplete", VALUE_BOOL, false},
    {"timeShiftBufferDepth", VALUE_DURATION, false},
    {"rangeAccess", VALUE_BOOL, false},
};
static const struct structure_part base_url_part = ATTRIBUTES_ONLY(base_url_attributes);

static const struct attribute_row program_attributes[] = {
    {"lang", VALUE_LANGUAGE, false},
    {"moreInformationURL", VALUE_URI, false},
};
static const struct child_row program_children[] = {
    {"Title", 0, 1},
    {"Source", 0, 1},
    {"Copyright", 0, 1},
};
static const struct structure_part program_part = PART(program_attributes, program_children);
static const struct attribute_row patch_attributes[] = {{"ttl", VALUE_DOUBLE, false}};
static const struct structure_part patch_part = ATTRIBUTES_ONLY(patch_attributes);

static const struct attribute_row service_attributes[] = {{"id", VALUE_UINT, false}};
static const struct child_row service_children[] = {
    {"Scope", 0, 0},
    {"Latency", 0, 0},
    {"PlaybackRate", 0, 0},
    {"OperatingQuality", 0, 0},
    {"OperatingBandwidth", 0, 0},
};
static const struct structure_part service_part = PART(service_attributes, service_children);
static const struct attribute_row latency_attributes[] = {
    {"referenceId", VALUE_UINT, false},
    {"target", VALUE_UINT, false},
    {"max", VALUE_UINT, false},
    {"min", VALUE_UINT, false},
};
static const struct child_row latency_children[] = {{"QualityLatency", 0, 0}};
static const struct structure_part latency_part = PART(latency_attributes, latency_children);
static const struct attribute_row quality_latency_attributes[] = {{"type", VALUE_URI, false}};
static const struct structure_part quality_latency_part =
    ATTRIBUTES_ONLY(quality_latency_attributes);
static const struct attribute_row rate_attributes[] = {
    {"max", VALUE_DOUBLE, false},
    {"min", VALUE_DOUBLE, false},
};
static const struct structure_part rate_part = ATTRIBUTES_ONLY(rate_attributes);
static const struct attribute_row operating_attributes[] = {
    {"mediaType", VALUE_MEDIA_TYPE, false},
    {"min", VALUE_UINT, false},
    {"max", VALUE_UINT, false},
    {"target", VALUE_UINT, false},
    {"type", VALUE_URI, false},
    {"maxDifference", VALUE_UINT, false},
};
static const struct structure_part operating_part = ATTRIBUTES_ONLY(operating_attributes);
static const struct attribute_row group_attributes[] = {
    {"id", VALUE_UINT, true},
    {"profiles", VALUE_FILLED, false},
    {"contentType", VALUE_CONTENT, false},
};
static const struct structure_part group_part = ATTRIBUTES_ONLY(group_attributes);

static const struct attribute_row extended_attributes[] = {{"vbr", VALUE_BOOL, false}};
static const struct child_row extended_children[] = {{"ModelPair", 0, 0}};
static const struct structure_part extended_part = PART(extended_attributes, extended_children);
static const struct attribute_row pair_attributes[] = {
    {"bufferTime", VALUE_DURATION, true},
    {"bandwidth", VALUE_UINT, true},
};
static const struct structure_part pair_part = ATTRIBUTES_ONLY(pair_attributes);
static const struct attribute_row resync_attributes[] = {
    {"type", VALUE_SAP, false},     {"dT", VALUE_UINT, false},     {"dImax", VALUE_DOUBLE, false},
    {"dImin", VALUE_DOUBLE, false}, {"marker", VALUE_BOOL, false},
};
static const struct structure_part resync_part = ATTRIBUTES_ONLY(resync_attributes);
static const struct attribute_row popularity_attributes[] = {
    {"source", VALUE_SOURCE, true},
    {"source_description", VALUE_STRING, false},
};
static const struct child_row popularity_children[] = {{"PR", 1, 0}};
static const struct structure_part popularity_part =
    PART(popularity_attributes, popularity_children);
static const struct attribute_row pr_attributes[] = {
    {"popularityRate", VALUE_PERCENT, false},
    {"start", VALUE_ULONG, false},
    {"r", VALUE_INT, false},
};
static const struct structure_part pr_part = ATTRIBUTES_ONLY(pr_attributes);
static const struct attribute_row label_attributes[] = {
    {"id", VALUE_UINT, false},
    {"lang", VALUE_LANGUAGE, false},
};
static const struct structure_part label_part = ATTRIBUTES_ONLY(label_attributes);
static const struct attribute_row producer_attributes[] = {
    {"id", VALUE_UINT, true},
    {"inband", VALUE_BOOL, false},
    {"type", VALUE_CLOCK, false},
    {"applicationScheme", VALUE_STRING, false},
    {"wallClockTime", VALUE_STRING, true},
    {"presentationTime", VALUE_ULONG, true},
};
static const struct child_row producer_children[] = {{"UTCTiming", 0, 1}};
static const struct structure_part producer_part = PART(producer_attributes, producer_children);
static const struct attribute_row subset_attributes[] = {
    {"contains", VALUE_UINTS, true},
    {"id", VALUE_STRING, false},
};
static const struct structure_part subset_part = ATTRIBUTES_ONLY(subset_attributes);
static const struct attribute_row switching_attributes[] = {
    {"interval", VALUE_UINT, true},
    {"type", VALUE_SWITCHING, false},
};
static const struct structure_part switching_part = ATTRIBUTES_ONLY(switching_attributes);
static const struct attribute_row access_attributes[] = {
    {"interval", VALUE_UINT, true},
    {"type", VALUE_RANDOM_ACCESS, false},
    {"minBufferTime", VALUE_DURATION, false},
    {"bandwidth", VALUE_UINT, false},
};
static const struct structure_part access_part = ATTRIBUTES_ONLY(access_attributes);
static const struct attribute_row metrics_attributes[] = {{"metrics", VALUE_STRING, true}};
static const struct child_row metrics_children[] = {{"Range", 0, 0}, {"Reporting", 1, 0}};
static const struct structure_part metrics_part = PART(metrics_attributes, metrics_children);
static const struct attribute_row range_attributes[] = {
    {"starttime", VALUE_DURATION, false},
    {"duration", VALUE_DURATION, false},
};
static const struct structure_part range_part = ATTRIBUTES_ONLY(range_attributes);
static const struct attribute_row leap_attributes[] = {
    {"availabilityStartLeapOffset", VALUE_INT, true},
    {"nextAvailabilityStartLeapOffset", VALUE_INT, false},
    {"nextLeapChangeTime", VALUE_DATE, false},
};
static const struct structure_part leap_part = ATTRIBUTES_ONLY(leap_attributes);

static const struct element_row elements[] = {
    {"FailoverContent", {&failover_part}},
    {"FCS", {&fcs_part}},
    {"BaseURL", {&base_url_part}},
    {"Location", {NULL}},
    {"PatchLocation", {&patch_part}},
    {"ProgramInformation", {&program_part}},
    {"Title", {NULL}},
    {"Source", {NULL}},
    {"Copyright", {NULL}},
    {"ContentProtection", {&descriptor_part, &protection_part}, true},
    {"FramePacking", {&descriptor_part}, true},
    {"AudioChannelConfiguration", {&descriptor_part}, true},
    {"OutputProtection", {&descriptor_part}, true},
    {"EssentialProperty", {&descriptor_part}, true},
    {"SupplementalProperty", {&descriptor_part}, true},
    {"Accessibility", {&descriptor_part}, true},
    {"Role", {&descriptor_part}, true},
    {"Rating", {&descriptor_part}, true},
    {"Viewpoint", {&descriptor_part}, true},
    {"AssetIdentifier", {&descriptor_part}, true},
    {"UTCTiming", {&descriptor_part}, true},
    {"Reporting", {&descriptor_part}, true},
    {"Scope", {&descriptor_part}, true},
    {"EventStream", {&event_stream_part}},
    {"InbandEventStream", {&event_stream_part}},
    {"Event", {&event_part}, true},
    {"SelectionInfo", {&info_part}},
    {"Selection", {&selection_part}},
    {"ServiceDescription", {&service_part}},
    {"Latency", {&latency_part}},
    {"QualityLatency", {&quality_latency_part}},
    {"PlaybackRate", {&rate_part}},
    {"OperatingQuality", {&operating_part}},
    {"OperatingBandwidth", {&operating_part}},
    {"InitializationGroup", {&group_part}},
    {"InitializationPresentation", {&group_part}},
    {"ExtendedBandwidth", {&extended_part}},
    {"ModelPair", {&pair_part}},
    {"Switching", {&switching_part}},
    {"RandomAccess", {&access_part}},
    {"GroupLabel", {&label_part}},
    {"Label", {&label_part}},
    {"ProducerReferenceTime", {&producer_part}},
    {"ContentPopularityRate", {&popularity_part}},
    {"PR", {&pr_part}},
    {"Resync", {&resync_part}},
    {"Subset", {&subset_part}},
    {"Metrics", {&metrics_part}},
    {"Range", {&range_part}},
    {"LeapSecondInformation", {&leap_part}},
};

const struct element_row *structure_element_other(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (strcmp(elements[i].name, name) == 0)
            return &elements[i];
    return NULL;
}
