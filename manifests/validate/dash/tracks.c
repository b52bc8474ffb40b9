// SPDX-License-Identifier: BSD-2-Clause
// From Representations to tracks: addresses and times of their segments by template and
// by list (ISO/IEC 23009-1 5.3.9). Files with an index are listed in sidx_segments.c.
#include "manifests/validate/dash/tracks.h"

#include <string.h>
#include <time.h>

#include "manifests/validate/dash/dash_private.h"
#include "manifests/validate/dash/template_private.h"

// Of a live stream without a timeline as many segments are looked at, newest last.
#define LIVE_SEGMENTS_MAX 5

struct builder {
    struct evidence *evidence;
    struct dash_cursor at;
    struct mpd_representation *representation;
    const struct reference_resolver *resolver;
    const struct byte_reader *reader;
    struct findings *findings;
    size_t track; // into the evidence
    size_t init;  // NONE
    size_t budget;
    int64_t address_bytes; // that may still be spent
    struct place place;    // of the segments' addresses
};

struct piece { // one segment before it has an address
    uint64_t number;
    uint64_t time;  // ticks, as written
    uint64_t ticks; // duration
    int64_t line;
    bool is_stated; // time is S@t, not only number times duration
};

static size_t resolve(struct builder *builder, const char *reference)
{
    AUTO_FREE char *joined = reference_join(builder->representation->base_url, reference);
    builder->address_bytes -= (int64_t)strlen(joined);
    if (builder->address_bytes < 0)
        builder->budget = 0;
    return builder->resolver->resolve(builder->resolver->self, builder->at.mpd->resource, joined,
                                      &builder->place);
}

// False: no more segments may be added.
static bool spend(struct builder *builder)
{
    if (builder->budget) {
        builder->budget--;
        return true;
    }
    dash_report(builder->findings, RULE_D14,
                SPOT(builder->at.mpd, builder->representation->segments.node), NULL, NULL,
                "more segments are listed than are read: %d, or %d MiB of addresses",
                MPD_SEGMENTS_MAX, (int)(MPD_ADDRESSES_MAX >> 20));
    return false;
}

static struct rational seconds_of(const struct builder *builder, uint64_t ticks)
{
    uint64_t scale = builder->representation->segments.timescale_hz;
    return rational_make(ticks > INT64_MAX ? INT64_MAX : (int64_t)ticks, (int64_t)scale);
}

static void add_segment(struct builder *builder, size_t unit, const struct piece *piece,
                        bool has_own_range)
{
    const struct mpd_segments *segments = &builder->representation->segments;
    struct rational start = seconds_of(builder, piece->time);
    if (piece->is_stated)
        start = rational_sub(start, seconds_of(builder, segments->presentation_time_offset));
    struct track_segment segment = {
        .unit = unit,
        .init = builder->init,
        .start = rational_add(builder->at.period->start, start),
        .duration = seconds_of(builder, piece->ticks),
        .stated_ticks = piece->is_stated && piece->time <= INT64_MAX ? (int64_t)piece->time : -1,
        .line = piece->line,
        .has_own_range = has_own_range,
    };
    track_add_segment(&builder->evidence->tracks[builder->track], &segment);
}

// The segment that the template gives. False: stop here.
static bool add_filled(struct builder *builder, const struct piece *piece)
{
    const struct mpd_representation *representation = builder->representation;
    AUTO_FREE char *reference =
        mpd_fill_template(representation->segments.media, representation->id, piece->number,
                          piece->time, representation->bandwidth);
    if (!reference || !spend(builder))
        return false;
    builder->place.line = piece->line;
    size_t resource = resolve(builder, reference);
    if (resource == NONE)
        return false;
    size_t unit = evidence_unit(builder->evidence, resource, 0, -1, builder->init);
    add_segment(builder, unit, piece, false);
    return true;
}

// The segment of the list's entry with this index.
static bool add_listed(struct builder *builder, const struct piece *piece, size_t index)
{
    const struct mpd_segments *segments = &builder->representation->segments;
    if (index >= segments->url_count || !spend(builder))
        return false;
    const struct mpd_segment_url *url = &segments->urls[index];
    builder->place.line = url->line;
    size_t resource = resolve(builder, url->media ? url->media : "");
    if (resource == NONE)
        return false;
    size_t unit = evidence_unit(builder->evidence, resource, url->size < 0 ? 0 : url->offset,
                                url->size, builder->init);
    struct piece own = *piece;
    own.line = url->line;
    add_segment(builder, unit, &own, url->size >= 0);
    return true;
}

static bool add_piece(struct builder *builder, const struct piece *piece, size_t index)
{
    return builder->representation->segments.addressing == ADDRESS_LIST
               ? add_listed(builder, piece, index)
               : add_filled(builder, piece);
}

// Ticks at which the Period ends on the Representation's timeline; false: not known.
static bool period_end_ticks(const struct builder *builder, uint64_t *ret)
{
    const struct mpd_segments *segments = &builder->representation->segments;
    if (!builder->at.period->has_duration)
        return false;
    int64_t ticks = rational_ceil(builder->at.period->duration, (int64_t)segments->timescale_hz);
    *ret = (uint64_t)ticks + segments->presentation_time_offset;
    return true;
}

static uint64_t repeats(const struct builder *builder, size_t index, uint64_t time)
{
    const struct mpd_segments *segments = &builder->representation->segments;
    const struct mpd_s *s = &segments->timeline[index];
    uint64_t end;
    if (s->r >= 0)
        return (uint64_t)s->r + 1;
    bool is_followed = index + 1 < segments->timeline_count && segments->timeline[index + 1].has_t;
    if (is_followed)
        end = segments->timeline[index + 1].t;
    else if (!period_end_ticks(builder, &end))
        return 1;
    if (end <= time)
        return 0;
    uint64_t span = end - time;
    return span / s->d + (span % s->d != 0);
}

static void add_timeline(struct builder *builder)
{
    const struct mpd_segments *segments = &builder->representation->segments;
    uint64_t time = 0, number = segments->start_number;
    size_t added = 0;
    for (size_t i = 0; i < segments->timeline_count; i++) {
        const struct mpd_s *s = &segments->timeline[i];
        if (s->has_t)
            time = s->t;
        if (s->n)
            number = s->n;
        if (s->d == 0)
            continue;
        uint64_t count = repeats(builder, i, time);
        for (uint64_t k = 0; k < count; k++) {
            struct piece piece = {number, time, s->d, s->line, true};
            if (segments->has_end_number && number > segments->end_number)
                return;
            if (!add_piece(builder, &piece, added++))
                return;
            number++;
            if (time > UINT64_MAX - s->d)
                return;
            time += s->d;
        }
    }
}

// How many segments of the nominal duration the Period has. Their real durations may
// differ by half of it, so that what is left over may be no segment of its own.
static uint64_t nominal_count(const struct builder *builder)
{
    const struct mpd_segments *segments = &builder->representation->segments;
    struct rational each = seconds_of(builder, segments->duration);
    struct rational ratio = rational_div(builder->at.period->duration, each);
    int64_t whole = rational_floor(ratio, 1);
    struct rational rest = rational_sub(ratio, (struct rational){whole, 1});
    bool has_rest = rational_cmp(rest, (struct rational){1, 20}) > 0;
    return (uint64_t)whole + (has_rest || whole == 0);
}

// The newest segments of a live stream that are surely there, by this machine's clock.
static void live_window(const struct builder *builder, uint64_t *first, uint64_t *count)
{
    const struct mpd *mpd = builder->at.mpd;
    struct rational each = seconds_of(builder, builder->representation->segments.duration);
    if (!mpd->has_availability_start || !builder->at.period->has_start) {
        *count = 0;
        return;
    }
    struct rational now = rational_sub((struct rational){time(NULL), 1}, mpd->availability_start);
    now = rational_sub(now, builder->at.period->start);
    int64_t complete = rational_floor(rational_div(now, each), 1) - 1;
    uint64_t last = complete > 0 ? (uint64_t)complete : 0;
    if (last < *count)
        *count = last;
    if (*count > LIVE_SEGMENTS_MAX)
        *first = *count - LIVE_SEGMENTS_MAX;
}

static void add_nominal(struct builder *builder)
{
    const struct mpd_segments *segments = &builder->representation->segments;
    uint64_t first = 0, count = UINT64_MAX;
    if (segments->duration == 0)
        return;
    if (segments->addressing == ADDRESS_LIST)
        count = segments->url_count;
    else if (builder->at.period->has_duration)
        count = nominal_count(builder);
    else if (!builder->at.mpd->is_dynamic)
        count = 1;
    if (segments->has_end_number && segments->addressing == ADDRESS_TEMPLATE) {
        uint64_t most = segments->end_number >= segments->start_number
                            ? segments->end_number - segments->start_number + 1
                            : 0;
        count = count < most ? count : most;
    }
    if (builder->at.mpd->is_dynamic && segments->addressing == ADDRESS_TEMPLATE)
        live_window(builder, &first, &count);
    for (uint64_t k = first; k < count; k++) {
        uint64_t time = 0;
        if (__builtin_mul_overflow(k, segments->duration, &time))
            return;
        struct piece piece = {segments->start_number + k, time, segments->duration,
                              node_line(segments->node), false};
        if (!add_piece(builder, &piece, (size_t)k))
            return;
    }
}

// Neither @duration nor a SegmentTimeline: one segment for the whole Period.
static void add_single(struct builder *builder)
{
    const struct mpd_segments *segments = &builder->representation->segments;
    struct piece piece = {.number = segments->start_number, .line = node_line(segments->node)};
    uint64_t end;
    if (period_end_ticks(builder, &end))
        piece.ticks = end - segments->presentation_time_offset;
    add_piece(builder, &piece, 0);
}

static size_t add_init(struct builder *builder)
{
    const struct mpd_representation *representation = builder->representation;
    const struct mpd_segments *segments = &representation->segments;
    if (!segments->has_initialization)
        return NONE;
    AUTO_FREE char *reference =
        segments->addressing == ADDRESS_TEMPLATE && segments->initialization
            ? mpd_fill_template(segments->initialization, representation->id, 0, 0,
                                representation->bandwidth)
            : mem_strdup(segments->initialization ? segments->initialization : "");
    builder->place.line = node_line(segments->node);
    size_t resource = reference ? resolve(builder, reference) : NONE;
    if (resource == NONE)
        return NONE;
    bool has_range = segments->init_size >= 0;
    return evidence_init_unit(builder->evidence, resource, has_range ? segments->init_offset : 0,
                              has_range ? segments->init_size : -1);
}

static void add_file(struct builder *builder)
{
    builder->place.line = node_line(builder->representation->node);
    size_t resource = resolve(builder, "");
    if (resource == NONE)
        return;
    struct index_job job = {builder->evidence, &builder->evidence->tracks[builder->track],
                            &builder->at,      builder->reader,
                            builder->findings, resource,
                            builder->init,     builder->budget};
    index_segments_add(&job);
    builder->budget = job.budget;
}

static void add_segments(struct builder *builder)
{
    const struct mpd_segments *segments = &builder->representation->segments;
    bool has_file = builder->representation->base_url != NULL;
    builder->init = add_init(builder);
    switch (segments->addressing) {
    case ADDRESS_TEMPLATE:
        if (segments->media && segments->has_timeline)
            add_timeline(builder);
        else if (segments->media && segments->has_duration)
            add_nominal(builder);
        else if (segments->media)
            add_single(builder);
        else if (has_file)
            add_file(builder);
        break;
    case ADDRESS_LIST:
        if (segments->has_timeline)
            add_timeline(builder);
        else if (segments->has_duration)
            add_nominal(builder);
        else
            add_single(builder);
        break;
    case ADDRESS_BASE:
    case ADDRESS_NONE:
        if (has_file)
            add_file(builder);
        break;
    }
}

static char *track_name(const struct dash_cursor *at)
{
    const char *id = at->representation->id;
    const char *period = node_attr(at->period->node, "id");
    if (at->mpd->period_count == 1 && *id)
        return mem_printf("%.200s", id);
    if (period && *id)
        return mem_printf("%.100s/%.200s", period, id);
    return mem_printf("%zu/%.200s", at->period_next, *id ? id : "without id");
}

void dash_tracks_add(struct evidence *evidence, size_t index,
                     const struct reference_resolver *resolver, const struct byte_reader *reader,
                     struct findings *findings)
{
    struct mpd *mpd = evidence->mpds[index];
    struct builder builder = {.evidence = evidence,
                              .at = {.evidence = evidence, .mpd_next = index},
                              .resolver = resolver,
                              .reader = reader,
                              .findings = findings,
                              .budget = MPD_SEGMENTS_MAX,
                              .address_bytes = MPD_ADDRESSES_MAX};
    struct dash_cursor *at = &builder.at;
    while (dash_next(at, DEPTH_REPRESENTATION) && at->mpd == mpd) {
        size_t period = at->period_next - 1, set = at->set_next - 1;
        struct track *track = evidence_track(evidence);
        builder.track = (size_t)(track - evidence->tracks);
        builder.representation =
            &mpd->periods[period].sets[set].representations[at->representation_next - 1];
        builder.representation->track = builder.track;
        track->origin = TRACK_DASH;
        track->name = track_name(at);
        track->file = mpd->file;
        track->manifest = index;
        track->period = period;
        track->set = set;
        track->representation = at->representation_next - 1;
        track->kind = node_kind(at->representation->node);
        const xmlNode *node = builder.representation->segments.node;
        AUTO_FREE char *path = mpd_path(node ? node : builder.representation->node, NULL);
        builder.place =
            (struct place){.file = mpd->file, .track = track->name, .byte = -1, .path = path};
        add_segments(&builder);
    }
}
