// SPDX-License-Identifier: BSD-2-Clause
// Measuring a presentation: target duration and the rates that manifests state.
#include "packager/presentation.h"

#include "src/base/mem.h"

typedef __int128 wide;

// Bits per second, rounded up: a stated rate must not lie below the real one.
static int64_t rate_bps(wide size_bytes, wide duration_ticks, int64_t timescale_hz)
{
    if (duration_ticks <= 0)
        return 0;
    wide rate = (size_bytes * 8 * timescale_hz + duration_ticks - 1) / duration_ticks;
    return rate > INT64_MAX ? INT64_MAX : (int64_t)rate;
}

int64_t presentation_peak_bps(const struct presentation_segment *segments, size_t count,
                              int64_t timescale_hz, int target_duration_s)
{
    wide target = (wide)target_duration_s * timescale_hz;
    wide all_bytes = 0, all_ticks = 0;
    int64_t peak = 0;
    bool has_run = false;
    for (size_t first = 0; first < count; first++) {
        wide bytes = 0, ticks = 0;
        // 0.5 target <= ticks <= 1.5 target, without fractions.
        for (size_t i = first; i < count; i++) {
            bytes += segments[i].size_bytes;
            ticks += segments[i].duration_ticks;
            if (ticks * 2 > target * 3)
                break;
            if (ticks * 2 < target)
                continue;
            int64_t rate = rate_bps(bytes, ticks, timescale_hz);
            peak = rate > peak ? rate : peak;
            has_run = true;
        }
        all_bytes += segments[first].size_bytes;
        all_ticks += segments[first].duration_ticks;
    }
    // Shorter than half a target duration: the whole is the only run there is.
    return has_run ? peak : rate_bps(all_bytes, all_ticks, timescale_hz);
}

static int target_duration(const struct presentation *presentation)
{
    int64_t target = 1;
    for (size_t t = 0; t < presentation->track_count; t++) {
        const struct presentation_track *track = &presentation->tracks[t];
        for (size_t i = 0; i < track->segment_count; i++) {
            int64_t rounded = rational_round(
                rational_make(track->segments[i].duration_ticks, track->timescale_hz), 1);
            target = rounded > target ? rounded : target;
        }
    }
    return target > INT32_MAX ? INT32_MAX : (int)target;
}

void presentation_measure(struct presentation *presentation)
{
    presentation->target_duration_s = target_duration(presentation);
    for (size_t t = 0; t < presentation->track_count; t++) {
        struct presentation_track *track = &presentation->tracks[t];
        wide bytes = 0, ticks = 0;
        for (size_t i = 0; i < track->segment_count; i++) {
            bytes += track->segments[i].size_bytes;
            ticks += track->segments[i].duration_ticks;
        }
        track->average_bps = rate_bps(bytes, ticks, track->timescale_hz);
        track->peak_bps =
            presentation_peak_bps(track->segments, track->segment_count, track->timescale_hz,
                                  presentation->target_duration_s);
    }
}

// The buffer model: from time 0 on, bits arrive at a constant rate, beginning with
// segment i; playing starts at min_buffer_time; a segment must be there whole when
// its first picture is due. So for all i <= j
//     size(i) + ... + size(j)  <=  rate * (min_buffer_time + start(j) - start(i)).
// With P the sizes before a segment, this is
//     (P(j+1) - rate * start(j)) - (P(i) - rate * start(i))  <=  rate * min_buffer_time
// so one pass with the smallest P(i) - rate * start(i) so far decides.
static bool plays_at(const struct presentation_track *track, int64_t rate, int64_t buffer_ticks)
{
    wide sum = 0, least = 0; // bits * timescale
    for (size_t j = 0; j < track->segment_count; j++) {
        wide due = (wide)rate * track->segments[j].start_ticks;
        if (j == 0 || sum - due < least)
            least = sum - due;
        sum += (wide)track->segments[j].size_bytes * 8 * track->timescale_hz;
        if (sum - due - least > (wide)rate * buffer_ticks)
            return false;
    }
    return true;
}

// A higher rate always plays when a lower one does: halve the range. O(n log rate).
int64_t presentation_dash_bps(const struct presentation_track *track, int64_t min_buffer_time_s)
{
    int64_t buffer_s = min_buffer_time_s < 1 ? 1 : min_buffer_time_s;
    wide bytes = 0;
    for (size_t i = 0; i < track->segment_count; i++)
        bytes += track->segments[i].size_bytes;
    // All bits within the buffer time play whatever the order.
    int64_t low = 0, high = rate_bps(bytes, buffer_s, 1);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (plays_at(track, middle, buffer_s * track->timescale_hz))
            high = middle;
        else
            low = middle + 1;
    }
    return high;
}

void presentation_done(struct presentation *presentation)
{
    for (size_t t = 0; t < presentation->track_count; t++) {
        struct presentation_track *track = &presentation->tracks[t];
        MEM_FREE(track->id);
        MEM_FREE(track->folder);
        MEM_FREE(track->switching_set);
        MEM_FREE(track->codec);
        MEM_FREE(track->language);
        MEM_FREE(track->name);
        MEM_FREE(track->segments);
        MEM_FREE(track->iframes);
    }
    MEM_FREE(presentation->tracks);
    *presentation = (struct presentation){0};
}
