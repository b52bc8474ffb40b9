// SPDX-License-Identifier: BSD-2-Clause
// The table of tracks and the picture of their segments on one time line.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "manifests/validate/report/text_private.h"

#define NAME_COLUMNS 34
#define WIDTH_LEAST  72
#define WIDTH_MOST   200

static void put_padded(struct buf *ret, const char *text, int columns)
{
    AUTO_FREE char *fit = text_fit(text, (size_t)columns);
    int shown = 0;
    for (const char *at = fit; *at; at++)
        shown += ((unsigned char)*at & 0xc0) != 0x80;
    buf_printf(ret, "%s%*s", fit, columns - shown, "");
}

static void put_rate(struct buf *ret, int64_t bps)
{
    if (bps >= 1000000)
        buf_printf(ret, "%7.2f Mb/s", (double)bps / 1e6);
    else
        buf_printf(ret, "%7.1f kb/s", (double)bps / 1e3);
}

static void put_what(const struct init_facts *init, struct buf *ret)
{
    if (!init)
        buf_printf(ret, "%-20s %-10s", "", "");
    else if (init->kind == MEDIA_VIDEO)
        buf_printf(ret, "%-20.20s %4" PRIu32 "x%-5" PRIu32, init->codec.string,
                   init->codec.width_px, init->codec.height_px);
    else if (init->kind == MEDIA_AUDIO)
        buf_printf(ret, "%-20.20s %2" PRIu32 " ch     ", init->codec.string, init->codec.channels);
    else
        buf_printf(ret, "%-20s %-10s", init->codec.string, "");
}

static const char *const origins[] = {"HLS", "HLS-I", "DASH", "file"};

void summary_tracks(const struct report_input *input, struct buf *ret)
{
    const struct evidence *evidence = input->evidence;
    buf_printf(ret, "\n");
    ink_text(input, INK_DIM, ret, "%-*s %-5s %-5s %-20s %-10s %8s %10s %12s %12s", NAME_COLUMNS,
             "track", "list", "kind", "codec", "size", "segments", "duration", "average", "peak");
    buf_printf(ret, "\n");
    for (size_t i = 0; i < evidence->track_count; i++) {
        const struct track *track = &evidence->tracks[i];
        struct track_measure measure;
        track_measure_build(evidence, track, &measure);
        put_padded(ret, track->name, NAME_COLUMNS);
        buf_printf(ret, " %-5s %-5s ", origins[track->origin], media_kind_name(track->kind));
        put_what(track_init(evidence, track, 0), ret);
        buf_printf(ret, " %8zu", track->segment_count);
        if (track->origin != TRACK_HLS_IFRAMES) {
            buf_printf(ret, " %8.3f s ", rational_to_double(measure.duration));
            put_rate(ret, measure.average_bps);
            buf_printf(ret, " ");
            put_rate(ret, measure.peak_bps);
        }
        buf_printf(ret, "\n");
    }
}

static double end_of(const struct track *track)
{
    const struct track_segment *last = &track->segments[track->segment_count - 1];
    return rational_to_double(last->start) + rational_to_double(last->duration);
}

// One row: where each segment begins, and which could not be read.
static void draw_row(const struct evidence *evidence, const struct track *track, double end,
                     char *row, size_t columns)
{
    memset(row, ' ', columns);
    for (size_t i = 0; i < track->segment_count; i++) {
        const struct unit *unit = track_unit(evidence, track, i);
        char fill = unit->is_read ? '-' : unit->is_wanted ? 'x' : '.';
        double start = rational_to_double(track->segments[i].start) / end;
        double stop = start + rational_to_double(track->segments[i].duration) / end;
        size_t first = start > 0 ? (size_t)(start * (double)(columns - 1)) : 0;
        size_t last = stop > 0 ? (size_t)(stop * (double)(columns - 1)) : 0;
        for (size_t at = first; at <= last && at < columns; at++)
            if (row[at] == ' ' || row[at] == '|')
                row[at] = fill;
        if (first < columns)
            row[first] = unit->is_read || !unit->is_wanted ? '|' : 'x';
    }
    row[columns] = '\0';
}

void summary_timeline(const struct report_input *input, struct buf *ret)
{
    const struct evidence *evidence = input->evidence;
    unsigned width = input->width_columns ? input->width_columns : 80;
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
    size_t columns = width - NAME_COLUMNS - 1;
    double end = 0;
    for (size_t i = 0; i < evidence->track_count; i++)
        if (evidence->tracks[i].segment_count && end_of(&evidence->tracks[i]) > end)
            end = end_of(&evidence->tracks[i]);
    if (!(end > 0))
        return;
    char row[WIDTH_MOST + 1];
    buf_printf(ret, "\n%-*s 0 s%*.3f s\n", NAME_COLUMNS, "", (int)columns - 5, end);
    for (size_t i = 0; i < evidence->track_count; i++) {
        const struct track *track = &evidence->tracks[i];
        if (track->segment_count == 0 || track->origin == TRACK_HLS_IFRAMES)
            continue;
        draw_row(evidence, track, end, row, columns);
        put_padded(ret, track->name, NAME_COLUMNS);
        buf_printf(ret, " %s\n", row);
    }
    ink_text(input, INK_DIM, ret, "%-*s | a segment begins, x not read, . left out", NAME_COLUMNS,
             "");
    buf_printf(ret, "\n");
}
