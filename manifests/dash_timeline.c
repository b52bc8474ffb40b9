// SPDX-License-Identifier: BSD-2-Clause
// SegmentTemplate and SegmentTimeline (ISO/IEC 23009-1 5.3.9): the real start and
// duration of every segment in ticks, equal neighbours collapsed.
#include <inttypes.h>
#include <string.h>

#include "manifests/dash_private.h"
#include "manifests/tracks_private.h"
#include "src/base/uri.h"

bool dash_has_frame_rate(const struct presentation_track *track)
{
    return track->frame_rate.num > 0 && track->frame_rate.den > 0;
}

static bool has_same_timeline(const struct presentation_track *a,
                              const struct presentation_track *b)
{
    if (a->timescale_hz != b->timescale_hz || a->segment_count != b->segment_count)
        return false;
    for (size_t i = 0; i < a->segment_count; i++)
        if (a->segments[i].start_ticks != b->segments[i].start_ticks ||
            a->segments[i].duration_ticks != b->segments[i].duration_ticks)
            return false;
    return true;
}

// Length of folder's part before the track's id; SIZE_MAX when it does not end in
// the id, or when the id would not be the same inside a URI.
static size_t prefix_length(const struct presentation_track *track)
{
    size_t folder_length = strlen(track->folder), id_length = strlen(track->id);
    AUTO(buf_done) struct buf escaped = {0};
    uri_append_path(&escaped, track->id);
    bool is_plain = escaped.size_bytes == id_length && !strchr(track->id, '/');
    if (!is_plain || id_length == 0 || folder_length < id_length ||
        strcmp(track->folder + folder_length - id_length, track->id) != 0)
        return SIZE_MAX;
    return folder_length - id_length;
}

bool dash_set_shares_template(const struct presentation *presentation,
                              const struct presentation_track *first)
{
    size_t length = prefix_length(first);
    if (length == SIZE_MAX)
        return false;
    for (size_t i = 0; i < presentation->track_count; i++) {
        const struct presentation_track *track = &presentation->tracks[i];
        if (!tracks_same_set(first, track))
            continue;
        if (prefix_length(track) != length || strncmp(track->folder, first->folder, length) != 0 ||
            !has_same_timeline(track, first))
            return false;
    }
    return true;
}

static void write_timeline(struct dash_writer *w, const struct presentation_track *track)
{
    dash_open(w, "SegmentTimeline");
    int64_t expected_ticks = -1; // the first S always states its time
    for (size_t i = 0; i < track->segment_count;) {
        const struct presentation_segment *segment = &track->segments[i];
        size_t run = 1;
        while (i + run < track->segment_count &&
               segment[run].duration_ticks == segment->duration_ticks &&
               segment[run].start_ticks == segment[run - 1].start_ticks + segment->duration_ticks)
            run++;
        dash_open(w, "S");
        if (segment->start_ticks != expected_ticks)
            dash_attribute(w, "t", "%" PRId64, segment->start_ticks);
        dash_attribute(w, "d", "%" PRId64, segment->duration_ticks);
        if (run > 1)
            dash_attribute(w, "r", "%zu", run - 1);
        dash_close(w);
        expected_ticks = segment[run - 1].start_ticks + segment->duration_ticks;
        i += run;
    }
    dash_close(w);
}

void dash_write_template(struct dash_writer *w, const struct presentation_track *track,
                         bool is_shared)
{
    // No "$" can come from the folder itself: it is percent-encoded.
    AUTO(buf_done) struct buf folder = {0};
    AUTO_FREE char *path = mem_strdup(track->folder);
    if (is_shared)
        path[prefix_length(track)] = '\0';
    uri_append_path(&folder, path);
    if (is_shared)
        buf_printf(&folder, "$RepresentationID$");
    buf_put_u8(&folder, 0);
    dash_open(w, "SegmentTemplate");
    dash_attribute(w, "timescale", "%" PRId64, track->timescale_hz);
    dash_attribute(w, "startNumber", "1");
    dash_attribute(w, "initialization", "%s/init.mp4", (const char *)folder.data);
    dash_attribute(w, "media", "%s/$Number%%05d$.m4s", (const char *)folder.data);
    write_timeline(w, track);
    dash_close(w);
}
