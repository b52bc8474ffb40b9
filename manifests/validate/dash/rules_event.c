// SPDX-License-Identifier: BSD-2-Clause
// Rules about events: those in the segments are announced, those in the MPD lie in their
// Period and can be read.
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "src/base/mem.h"

#define EVENT_BYTES_MAX (1 << 20)

static bool announces(const xmlNode *node, const char *scheme)
{
    NODE_EACH(stream, node, "InbandEventStream")
    {
        const char *uri = node_attr(stream, "schemeIdUri");
        if (uri && strcmp(uri, scheme) == 0)
            return true;
    }
    return false;
}

static void check_unit_events(const struct dash_cursor *at, size_t i, struct findings *findings)
{
    const struct unit *unit = track_unit(at->evidence, at->track, i);
    for (size_t e = 0; unit->is_read && e < unit->event_count; e++) {
        const char *scheme = unit->events[e].scheme;
        if (!scheme || announces(at->representation->node, scheme) ||
            announces(at->set->node, scheme))
            continue;
        dash_report(findings, RULE_D35, SPOT(at->mpd, at->representation->node, NULL, at->track),
                    NULL, scheme,
                    "segment %zu holds an event of the scheme %.100s, which no InbandEventStream "
                    "announces",
                    i + 1, scheme);
        return;
    }
}

DASH_RUN(D35)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_REPRESENTATION))
        for (size_t i = 0; at.track && i < at.track->segment_count; i++)
            check_unit_events(&at, i, findings);
}

static void check_event(const struct dash_cursor *at, const xmlNode *stream, const xmlNode *event,
                        struct findings *findings)
{
    uint64_t scale = 1, offset = 0, time = 0;
    const char *encoding = node_attr(event, "contentEncoding");
    const char *data = node_attr(event, "messageData");
    AUTO(buf_done) struct buf bytes = {0};
    AUTO_FREE char *text = node_text(event, EVENT_BYTES_MAX);
    node_unsigned(stream, "timescale", &scale);
    node_unsigned(stream, "presentationTimeOffset", &offset);
    node_unsigned(event, "presentationTime", &time);
    if (encoding && strcmp(encoding, "base64") == 0 && !dash_base64(data ? data : text, &bytes))
        dash_report(findings, RULE_D50, SPOT(at->mpd, event, "contentEncoding"), encoding, NULL,
                    "the data of this Event is not base64");
    if (data && *text)
        dash_report(findings, RULE_D50, SPOT(at->mpd, event, "messageData"), NULL, NULL,
                    "this Event has both a messageData and content");
    if (!scale || !at->period->has_duration || time > INT64_MAX || offset > INT64_MAX)
        return;
    struct rational start = rational_make((int64_t)time - (int64_t)offset, (int64_t)scale);
    char stated[40], measured[40];
    if (rational_cmp(start, at->period->duration) <= 0)
        return;
    dash_seconds_text(start, stated);
    dash_seconds_text(at->period->duration, measured);
    dash_report(findings, RULE_D50, SPOT(at->mpd, event, "presentationTime"), stated, measured,
                "this Event is at %s of its Period, which lasts %s", stated, measured);
}

DASH_RUN(D50)
{
    struct dash_cursor at = {evidence};
    while (dash_next(&at, DEPTH_PERIOD))
        NODE_EACH(stream, at.period->node, "EventStream")
        {
            NODE_EACH(event, stream, "Event")
            {
                check_event(&at, stream, event, findings);
            }
        }
}
