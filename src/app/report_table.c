// SPDX-License-Identifier: BSD-2-Clause
// The table at the end of a transcode.
#include <stdio.h>
#include <string.h>

#include "src/app/report.h"
#include "src/base/json.h"

#define COLUMNS 9

struct table_row {
    char cells[COLUMNS][48];
};

static void rate_text(int64_t bps, char ret[48])
{
    if (bps >= 10000000)
        snprintf(ret, 48, "%.1f Mb/s", (double)bps / 1e6);
    else
        snprintf(ret, 48, "%lld kb/s", (long long)((bps + 500) / 1000));
}

static void bytes_text(int64_t bytes, char ret[48])
{
    if (bytes >= 1000000000)
        snprintf(ret, 48, "%.2f GB", (double)bytes / 1e9);
    else if (bytes >= 1000000)
        snprintf(ret, 48, "%.1f MB", (double)bytes / 1e6);
    else
        snprintf(ret, 48, "%.1f kB", (double)bytes / 1e3);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

// "cpu > libx264"; scaling is told where it is not done where decoding is.
static void tier_text(const json_t *tier, char ret[48])
{
    const char *decode = text_of(tier, "decode"), *scale = text_of(tier, "scale");
    bool is_told = *scale && strcmp(scale, "none") != 0 && strcmp(scale, decode) != 0;
    snprintf(ret, 48, "%.8s%s%.8s > %.20s", decode, is_told ? " > " : "", is_told ? scale : "",
             text_of(tier, "encode"));
}

static void fill_row(const json_t *track, struct table_row *row)
{
    const json_t *tier = json_object_get(track, "tier");
    snprintf(row->cells[0], 48, "%.47s", text_of(track, "id"));
    if (strcmp(text_of(track, "type"), "video") == 0)
        snprintf(row->cells[1], 48, "%lldx%lld", (long long)json_int_or(track, "width", 0),
                 (long long)json_int_or(track, "height", 0));
    else
        snprintf(row->cells[1], 48, "%.20s, %lld ch", text_of(track, "language"),
                 (long long)json_int_or(track, "channels", 0));
    snprintf(row->cells[2], 48, "%.47s", text_of(track, "codec"));
    rate_text(json_int_or(track, "average_bandwidth_bps", 0), row->cells[3]);
    rate_text(json_int_or(track, "bandwidth_bps", 0), row->cells[4]);
    snprintf(row->cells[5], 48, "%lld", (long long)json_int_or(track, "segments", 0));
    bytes_text(json_int_or(track, "bytes", 0), row->cells[6]);
    const json_t *mean = json_object_get(json_object_get(track, "vmaf"), "mean");
    if (mean)
        snprintf(row->cells[7], 48, "%.2f", json_number_value(mean));
    tier_text(tier, row->cells[8]);
}

static void put_rows(const struct table_row *rows, size_t count, struct buf *ret)
{
    // Numbers stand at the right of their column.
    static const bool is_right[COLUMNS] = {
        [3] = true, [4] = true, [5] = true, [6] = true, [7] = true};
    int width[COLUMNS] = {0};
    for (size_t i = 0; i < count; i++)
        for (int c = 0; c < COLUMNS; c++)
            if ((int)strlen(rows[i].cells[c]) > width[c])
                width[c] = (int)strlen(rows[i].cells[c]);
    for (size_t i = 0; i < count; i++) {
        for (int c = 0; c < COLUMNS; c++) {
            if (width[c] == 0)
                continue; // nothing in it, no column
            int field = c + 1 == COLUMNS ? 0 : is_right[c] ? width[c] : -width[c];
            buf_printf(ret, "%s%*s", c ? "  " : "", field, rows[i].cells[c]);
        }
        buf_printf(ret, "\n");
    }
}

// One line for each reason, with all it concerns.
static void put_dropped(const json_t *dropped, struct buf *ret)
{
    size_t count = json_array_size(dropped);
    for (size_t i = 0; i < count; i++) {
        const char *reason = text_of(json_array_get(dropped, i), "reason");
        bool is_told = false;
        for (size_t j = 0; j < i; j++)
            is_told = is_told || strcmp(text_of(json_array_get(dropped, j), "reason"), reason) == 0;
        if (is_told)
            continue;
        buf_printf(ret, "%sleft out: %s", i ? "" : "\n",
                   text_of(json_array_get(dropped, i), "rung"));
        for (size_t j = i + 1; j < count; j++)
            if (strcmp(text_of(json_array_get(dropped, j), "reason"), reason) == 0)
                buf_printf(ret, ", %s", text_of(json_array_get(dropped, j), "rung"));
        buf_printf(ret, " (%s)\n", reason);
    }
}

static void put_total(const json_t *report, int64_t bytes, struct buf *ret)
{
    const json_t *timings = json_object_get(report, "timings");
    struct rational duration = {0, 1};
    char total[48];
    double wall_s = 0;
    bytes_text(bytes, total);
    buf_printf(ret, "\n%s", total);
    if (json_get_rational(report, "duration", &duration, NULL))
        buf_printf(ret, ", %.3f s of presentation", rational_to_double(duration));
    if (json_get_real(timings, "wall_s", &wall_s, NULL) && wall_s > 0)
        buf_printf(ret, ", made in %.1f s (%.2fx)", wall_s, rational_to_double(duration) / wall_s);
    buf_printf(ret, "\n");
}

void report_table(const json_t *report, const char *where, struct buf *ret)
{
    const json_t *tracks = json_object_get(report, "tracks");
    size_t count = json_array_size(tracks);
    AUTO_FREE struct table_row *rows = mem_alloc((count + 1) * sizeof *rows);
    rows[0] = (struct table_row){
        {"track", "size", "codec", "average", "peak", "segments", "bytes", "", "tier"}};
    int64_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        fill_row(json_array_get(tracks, i), &rows[i + 1]);
        if (*rows[i + 1].cells[7])
            snprintf(rows[0].cells[7], 48, "VMAF");
        bytes += json_int_or(json_array_get(tracks, i), "bytes", 0);
    }
    put_rows(rows, count + 1, ret);
    put_dropped(json_object_get(report, "dropped"), ret);
    put_total(report, bytes, ret);
    buf_printf(ret,
               "\nHLS:  %s/master.m3u8\nDASH: %s/manifest.mpd\n\n"
               "To play: ffplay %s/master.m3u8, or put the folder behind any web server and open\n"
               "the manifest in a player (Safari, hls.js, dash.js, Shaka Player).\n",
               where, where, where);
}
