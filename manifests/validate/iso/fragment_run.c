// SPDX-License-Identifier: BSD-2-Clause
// One trun: where its samples are and when they are shown (ISO/IEC 14496-12 8.8.8;
// ISO/IEC 23000-19 7.5.17, 7.7.3). The loop every sample goes through is here.
#include <inttypes.h>

#include "manifests/validate/iso/segment_private.h"
#include "src/base/mem.h"

enum {
    TRUN_DATA_OFFSET = 0x01,
    TRUN_FIRST_FLAGS = 0x04,
    TRUN_DURATIONS = 0x100,
    TRUN_SIZES = 0x200,
    TRUN_FLAGS = 0x400,
    TRUN_OFFSETS = 0x800,

    EMPTY_SAMPLES_MAX = 256 // of one run
};

static const char path_of_run[] = "moof/traf/trun";

static void check_shape(struct segment_scan *scan, const struct fragment *fragment,
                        const struct run *run)
{
    uint32_t flags = run->flags;
    struct iso_text text = iso_hex(flags);
    const struct iso_spot *spot = SPOT(run->at, path_of_run, text.text);
    if (run->version > 1)
        iso_report(&scan->reader, RULE_S65, spot, "The trun box has version %" PRIu32,
                   run->version);
    if (flags & TRUN_FIRST_FLAGS && flags & TRUN_FLAGS)
        iso_report(&scan->reader, RULE_S65, spot,
                   "The run has flags for its first sample and flags for each; one excludes the "
                   "other");
    bool is_video = scan->init && scan->init->kind == MEDIA_VIDEO;
    if (scan->is_cmf2 && is_video && run->version != 1)
        iso_report(&scan->reader, RULE_S14, spot,
                   "A video run of brand cmf2 has trun version %" PRIu32 ", not 1", run->version);
    bool has_all = (fragment->has_default_duration || flags & TRUN_DURATIONS) &&
                   (fragment->has_default_size || flags & TRUN_SIZES) &&
                   (fragment->has_default_flags || flags & TRUN_FLAGS ||
                    (flags & TRUN_FIRST_FLAGS && run->count == 1));
    if (scan->is_cmf2 && !has_all)
        iso_report(&scan->reader, RULE_S14, spot,
                   "The fragment takes durations, sizes or flags from trex; with brand cmf2 it "
                   "states its own");
    if (scan->is_cmaf && (flags & TRUN_DATA_OFFSET) == 0)
        iso_report(&scan->reader, RULE_S13, spot, "The run does not say where its samples begin");
}

// Where the first sample stands. False: nowhere in the data.
static bool place_run(struct segment_scan *scan, struct fragment *fragment, struct run *run,
                      int64_t offset)
{
    run->data_at = fragment->next_at;
    if (!fragment->has_data)
        return false;
    if ((run->flags & TRUN_DATA_OFFSET) == 0)
        return true;
    int64_t at;
    bool is_inside = !__builtin_add_overflow(fragment->base_at, offset, &at) &&
                     at >= (int64_t)fragment->data_at && at <= (int64_t)fragment->data_end;
    if (!is_inside) {
        fragment->is_misplaced = true;
        iso_report(&scan->reader, RULE_S13,
                   SPOT(run->at, path_of_run, iso_number(offset).text,
                        iso_number((int64_t)(fragment->data_at - fragment->moof.at)).text),
                   "The run's data offset %" PRId64 " does not point into the mdat", offset);
        return false;
    }
    if (fragment->has_samples && (size_t)at < fragment->next_at)
        iso_report(&scan->reader, RULE_S13, SPOT(run->at, path_of_run, iso_number(offset).text),
                   "The run begins inside the samples of the run before it");
    run->data_at = (size_t)at;
    return true;
}

static size_t sample_fields_bytes(uint32_t flags)
{
    return 4 * (size_t)__builtin_popcount(
                   flags & (TRUN_DURATIONS | TRUN_SIZES | TRUN_FLAGS | TRUN_OFFSETS));
}

// Samples without fields of their own cost nothing to announce: no more are read than the
// data could hold, and one that it cannot.
static uint32_t bounded_bare_count(struct segment_scan *scan, const struct fragment *fragment,
                                   const struct run *run)
{
    uint32_t size_bytes = fragment->default_size;
    uint64_t fit =
        size_bytes ? (fragment->data_end - run->data_at) / size_bytes + 1 : EMPTY_SAMPLES_MAX;
    if (run->count <= fit)
        return run->count;
    if (size_bytes == 0)
        ISO_REPORT_ONCE(&scan->reader, RULE_S13,
                        SPOT(run->at, path_of_run, iso_number(run->count).text),
                        "The run announces %" PRIu32 " samples of 0 bytes", run->count);
    return (uint32_t)fit;
}

// How many of the samples that the run announces are read.
static uint32_t bounded_count(struct segment_scan *scan, const struct fragment *fragment,
                              const struct run *run)
{
    uint32_t count = run->count;
    size_t each = sample_fields_bytes(run->flags);
    if (each == 0) {
        count = bounded_bare_count(scan, fragment, run);
    } else if (cursor_left(&run->cursor) / each < count) {
        iso_report(&scan->reader, RULE_S38,
                   SPOT(run->at, path_of_run, iso_number(count).text,
                        iso_number((int64_t)(cursor_left(&run->cursor) / each)).text),
                   "The trun box is too short for its %" PRIu32 " samples", count);
        count = (uint32_t)(cursor_left(&run->cursor) / each);
    }
    uint32_t room = ISO_SAMPLES_MAX - scan->unit->sample_count;
    if (count <= room)
        return count;
    ISO_REPORT_ONCE(
        &scan->reader, RULE_S13, SPOT(run->at, path_of_run, iso_number(run->count).text),
        "The segment announces more than %u samples; the rest is not read", ISO_SAMPLES_MAX);
    return room;
}

static int64_t read_offset(struct segment_scan *scan, const struct run *run, uint32_t raw)
{
    if (run->version == 0 && raw > INT32_MAX)
        ISO_REPORT_ONCE(
            &scan->reader, RULE_S63,
            SPOT(run->at, path_of_run, iso_number(raw).text, iso_number((int32_t)raw).text),
            "A composition offset is negative (%" PRId32 "), which trun version 0 cannot say",
            (int32_t)raw);
    return (int32_t)raw; // what players make of it, too
}

static void take_times(struct segment_scan *scan, struct fragment *fragment,
                       const struct sample *sample)
{
    struct unit *unit = scan->unit;
    struct fragment_facts *facts = &fragment->facts;
    int64_t end = sample->time + (int64_t)sample->duration;
    if (sample->time < unit->earliest_time)
        unit->earliest_time = sample->time;
    if (sample->time < facts->earliest_time)
        facts->earliest_time = sample->time;
    if (end > unit->latest_end)
        unit->latest_end = end;
    if (sample->duration < unit->shortest_sample)
        unit->shortest_sample = sample->duration;
    if (sample->duration > unit->longest_sample)
        unit->longest_sample = sample->duration;
    if (sample->is_first) {
        facts->first_sample_time = sample->time;
        // Also where less was read: an I-frame's range may end too early.
        if (fragment->has_data)
            facts->first_sample_end_byte =
                scan->reader.base_byte + (int64_t)sample->at + (int64_t)sample->size_bytes;
        facts->is_sync = sample_is_sync(sample->flags);
    }
    facts->duration += sample->duration;
    facts->sample_count++;
    unit->sample_count++;
}

static void report_outside(struct segment_scan *scan, struct fragment *fragment,
                           const struct run *run, const struct sample *sample)
{
    fragment->is_misplaced = true;
    if (fragment->has_data)
        ISO_REPORT_ONCE(&scan->reader, RULE_S13,
                        SPOT(run->at, path_of_run, iso_number(sample->size_bytes).text,
                             iso_number((int64_t)(fragment->data_end - fragment->next_at)).text),
                        "Sample %" PRIu32 " of the fragment has %" PRIu32
                        " bytes, but the mdat has only %zu more",
                        fragment->facts.sample_count + 1, sample->size_bytes,
                        fragment->data_end - fragment->next_at);
}

static void check_duration(struct segment_scan *scan, const struct run *run,
                           const struct sample *sample)
{
    if (sample->duration == 0)
        ISO_REPORT_ONCE(&scan->reader, RULE_S62, SPOT(run->at, path_of_run, "0"),
                        "A sample lasts 0 ticks: no duration is given in trun, tfhd or trex");
}

static void read_samples(struct segment_scan *scan, struct fragment *fragment, struct run *run)
{
    uint32_t count = bounded_count(scan, fragment, run);
    uint32_t flags = run->flags;
    bool is_here = fragment->has_data;
    fragment->next_at = run->data_at;
    for (uint32_t i = 0; i < count; i++) {
        struct sample sample = {.duration = fragment->default_duration,
                                .size_bytes = fragment->default_size,
                                .flags = fragment->default_flags,
                                .at = fragment->next_at,
                                .is_first = fragment->facts.sample_count == 0};
        if (flags & TRUN_DURATIONS)
            sample.duration = cursor_u32(&run->cursor);
        if (flags & TRUN_SIZES)
            sample.size_bytes = cursor_u32(&run->cursor);
        if (flags & TRUN_FLAGS)
            sample.flags = cursor_u32(&run->cursor);
        else if (flags & TRUN_FIRST_FLAGS && i == 0)
            sample.flags = run->first_flags;
        sample.decode_time = fragment->facts.decode_time + fragment->facts.duration;
        sample.time = (int64_t)sample.decode_time;
        if (flags & TRUN_OFFSETS)
            sample.time += read_offset(scan, run, cursor_u32(&run->cursor));
        is_here = is_here && sample.size_bytes <= fragment->data_end - fragment->next_at;
        if (!is_here)
            report_outside(scan, fragment, run, &sample);
        else
            fragment->next_at += sample.size_bytes;
        sample.is_here = is_here;
        fragment->used_bytes += is_here ? sample.size_bytes : 0;
        fragment->facts.declares_beyond |= !sample.is_first;
        check_duration(scan, run, &sample);
        take_times(scan, fragment, &sample);
        fragment->has_samples = true;
        fragment_read_sample(scan, fragment, &sample);
    }
}

void fragment_read_run(struct segment_scan *scan, struct fragment *fragment,
                       const struct iso_box *trun)
{
    struct iso_full full;
    struct run run = {.at = trun->at};
    run.cursor = iso_full_cursor(&scan->reader, trun, &full);
    run.version = full.version;
    run.flags = full.flags;
    run.count = cursor_u32(&run.cursor);
    int64_t offset = 0;
    if (run.flags & TRUN_DATA_OFFSET)
        offset = (int32_t)cursor_u32(&run.cursor);
    if (run.flags & TRUN_FIRST_FLAGS)
        run.first_flags = cursor_u32(&run.cursor);
    fragment->run_count++;
    if (run.cursor.is_short) {
        iso_report(&scan->reader, RULE_S38, SPOT(trun->at, path_of_run),
                   "The trun box is too short for what its flags announce");
        return;
    }
    check_shape(scan, fragment, &run);
    bool has_data = fragment->has_data;
    fragment->has_data = place_run(scan, fragment, &run, offset) && has_data;
    read_samples(scan, fragment, &run);
    fragment->has_data = has_data;
}
