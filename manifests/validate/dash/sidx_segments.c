// SPDX-License-Identifier: BSD-2-Clause
// The segments of one file: by its sidx boxes (ISO/IEC 14496-12 8.16.3), or by a look at
// its first boxes when the MPD names no index. What the MPD says of the two ranges is
// compared with the boxes on the way (D29).
#include <string.h>

#include "manifests/validate/dash/dash_private.h"
#include "manifests/validate/dash/tracks.h"
#include "manifests/validate/iso/iso.h"
#include "src/base/mem.h"

#define INDEX_BYTES_MAX  (4 << 20)
#define HEAD_BYTES       4096
#define HEAD_BOXES_MAX   32
#define INDEX_DEPTH_MAX  4
#define OFFSET_BYTES_MAX (INT64_C(1) << 60)

struct box_head {
    char type[5];
    int64_t size_bytes; // 0: to the end
};

static bool box_read(const uint8_t *data, size_t size_bytes, struct box_head *ret)
{
    if (size_bytes < 8)
        return false;
    uint64_t size = (uint64_t)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
    memcpy(ret->type, data + 4, 4);
    ret->type[4] = '\0';
    if (size == 1) {
        if (size_bytes < 16)
            return false;
        size = 0;
        for (size_t i = 8; i < 16; i++)
            size = size << 8 | data[i];
        if (size < 16 || size > OFFSET_BYTES_MAX)
            return false;
    } else if (size && size < 8) {
        return false;
    }
    ret->size_bytes = (int64_t)size;
    return true;
}

static bool read_part(const struct index_job *job, int64_t offset, int64_t size, struct buf *ret)
{
    buf_clear(ret);
    return job->reader && job->reader->read &&
           job->reader->read(job->reader->self, job->resource, offset, size, ret) &&
           ret->size_bytes > 0;
}

// The boxes in front of the media of a file.
struct head {
    bool is_boxes;
    int64_t init_end;                // after the moov; -1: none was found
    int64_t sidx_offset, sidx_bytes; // -1: none
    int64_t media;                   // where moof or mdat begins; -1
};

static void scan_head(const struct index_job *job, struct head *ret)
{
    AUTO(buf_done) struct buf data = {0};
    *ret = (struct head){false, -1, -1, -1, -1};
    int64_t from = 0, at = 0;
    if (!read_part(job, 0, HEAD_BYTES, &data))
        return;
    for (int i = 0; i < HEAD_BOXES_MAX && at < OFFSET_BYTES_MAX; i++) {
        struct box_head box;
        if (at - from + 16 > (int64_t)data.size_bytes && at > from) {
            from = at;
            if (!read_part(job, at, HEAD_BYTES, &data))
                return;
        }
        size_t skip = (size_t)(at - from);
        if (skip > data.size_bytes || !box_read(data.data + skip, data.size_bytes - skip, &box))
            return;
        if (i == 0)
            ret->is_boxes = strcmp(box.type, "ftyp") == 0 || strcmp(box.type, "styp") == 0;
        if (!ret->is_boxes)
            return;
        if (strcmp(box.type, "moof") == 0 || strcmp(box.type, "mdat") == 0) {
            ret->media = at;
            return;
        }
        if (box.size_bytes == 0)
            return;
        if (strcmp(box.type, "moov") == 0)
            ret->init_end = at + box.size_bytes;
        if (strcmp(box.type, "sidx") == 0 && ret->sidx_offset < 0) {
            ret->sidx_offset = at;
            ret->sidx_bytes = box.size_bytes;
        }
        at += box.size_bytes;
    }
}

static void add_segment(struct index_job *job, int64_t offset, int64_t size,
                        const struct track_segment *like)
{
    if (!job->budget)
        return;
    job->budget--;
    struct track_segment segment = *like;
    segment.unit = evidence_unit(job->evidence, job->resource, offset, size, job->init);
    segment.init = job->init;
    segment.stated_ticks = -1;
    segment.has_own_range = size >= 0;
    track_add_segment(job->track, &segment);
}

static struct rational ticks(uint64_t value, uint64_t scale)
{
    return rational_make(value > INT64_MAX ? INT64_MAX : (int64_t)value,
                         scale ? (int64_t)scale : 1);
}

static bool add_index(struct index_job *job, int64_t offset, int64_t size, unsigned depth);

static void add_entries(struct index_job *job, const struct sidx *sidx, int64_t first,
                        unsigned depth)
{
    const struct mpd_segments *segments = &job->at->representation->segments;
    struct rational base = rational_sub(
        job->at->period->start, ticks(segments->presentation_time_offset, segments->timescale_hz));
    int64_t offset = first;
    uint64_t time = sidx->earliest_time;
    for (size_t i = 0; i < sidx->entry_count && job->budget; i++) {
        const struct sidx_entry *entry = &sidx->entries[i];
        if (entry->is_index) {
            add_index(job, offset, entry->size_bytes, depth + 1);
        } else {
            struct track_segment like = {
                .start = rational_add(base, ticks(time, sidx->timescale_hz)),
                .duration = ticks(entry->duration, sidx->timescale_hz),
                .index_sap = entry->starts_with_sap ? entry->sap_type : 0,
                .line = node_line(segments->node ? segments->node : job->at->representation->node)};
            add_segment(job, offset, entry->size_bytes, &like);
        }
        offset += entry->size_bytes;
        if (offset > OFFSET_BYTES_MAX || time > UINT64_MAX - entry->duration)
            return;
        time += entry->duration;
    }
}

// False: there is no sidx at offset.
static bool add_index(struct index_job *job, int64_t offset, int64_t size, unsigned depth)
{
    AUTO(buf_done) struct buf data = {0};
    AUTO(sidx_done) struct sidx sidx = {0};
    struct place place = {.file = job->evidence->resources[job->resource].name,
                          .track = job->track->name,
                          .byte = offset};
    if (depth >= INDEX_DEPTH_MAX || !job->budget || size > INDEX_BYTES_MAX ||
        !read_part(job, offset, size, &data))
        return false;
    if (!iso_sidx_read(data.data, data.size_bytes, offset, &place, job->findings, &sidx))
        return false;
    job->track->index_reference_id = sidx.reference_id;
    job->track->index_timescale_hz = sidx.timescale_hz;
    if (sidx.first_offset_bytes < OFFSET_BYTES_MAX && sidx.box_size_bytes >= 0 &&
        sidx.box_size_bytes < OFFSET_BYTES_MAX && offset < OFFSET_BYTES_MAX)
        add_entries(job, &sidx, offset + sidx.box_size_bytes + (int64_t)sidx.first_offset_bytes,
                    depth);
    return true;
}

static void report_range(const struct index_job *job, const char *name, const char *measured,
                         const char *message)
{
    const struct mpd_segments *segments = &job->at->representation->segments;
    bool is_init = strcmp(name, "range") == 0;
    const xmlNode *node = segments->node;
    for (size_t i = 0; i < segments->level_count; i++) {
        const xmlNode *init = node_child(segments->levels[i], "Initialization");
        if (is_init ? init != NULL : node_attr(segments->levels[i], name) != NULL) {
            node = is_init ? init : segments->levels[i];
            break;
        }
    }
    struct spot spot = {job->at->mpd, node, name, job->track};
    dash_report(job->findings, RULE_D29, &spot, node_attr(node, name), measured, "%s", message);
}

// indexRange: exactly the sidx, or sidx boxes in a row.
static void check_index_range(const struct index_job *job)
{
    const struct mpd_segments *segments = &job->at->representation->segments;
    AUTO(buf_done) struct buf data = {0};
    struct box_head box;
    if (segments->index_size > INDEX_BYTES_MAX ||
        !read_part(job, segments->index_offset, segments->index_size, &data))
        return;
    int64_t at = 0, have = (int64_t)data.size_bytes;
    while (at < have && box_read(data.data + at, (size_t)(have - at), &box) &&
           strcmp(box.type, "sidx") == 0 && box.size_bytes)
        at += box.size_bytes;
    AUTO_FREE char *measured = at ? mem_printf("%lld-%lld", (long long)segments->index_offset,
                                               (long long)(segments->index_offset + at - 1))
                                  : NULL;
    if (at == 0)
        report_range(job, "indexRange", NULL, "no sidx box begins where indexRange begins");
    else if (at != segments->index_size)
        report_range(job, "indexRange", measured, "indexRange is not exactly the sidx box");
}

// Initialization@range: from a ftyp to the end of the moov.
static void check_init_range(const struct index_job *job, const struct head *head)
{
    const struct mpd_segments *segments = &job->at->representation->segments;
    if (segments->init_size < 0 || segments->initialization || !head->is_boxes ||
        head->init_end < 0)
        return;
    AUTO_FREE char *measured = mem_printf("0-%lld", (long long)head->init_end - 1);
    if (segments->init_offset != 0 || segments->init_size != head->init_end)
        report_range(job, "range", measured,
                     "the range of Initialization is not ftyp to the end of moov");
}

void index_segments_add(struct index_job *job)
{
    const struct mpd_segments *segments = &job->at->representation->segments;
    struct head head;
    bool is_text = job->track->kind == MEDIA_TEXT &&
                   !has_prefix(node_common(job->at->representation->node, "mimeType", NULL),
                               "application/mp4");
    head = (struct head){false, -1, -1, -1, -1};
    if (!is_text)
        scan_head(job, &head);
    check_init_range(job, &head);
    if (job->init == NONE && head.init_end > 0)
        job->init = evidence_init_unit(job->evidence, job->resource, 0, head.init_end);
    if (segments->index_size >= 0) {
        check_index_range(job);
        job->track->has_index = add_index(job, segments->index_offset, segments->index_size, 0);
    } else if (head.sidx_offset >= 0) {
        if (segments->addressing == ADDRESS_BASE &&
            strstr(node_profiles(job->at->representation->node), "on-demand"))
            report_range(job, "indexRange", NULL,
                         "the file has a sidx, but no indexRange names it");
        job->track->has_index = add_index(job, head.sidx_offset, head.sidx_bytes, 0);
    }
    if (job->track->has_index)
        return;
    const struct mpd_period *period = job->at->period;
    struct track_segment like = {
        .start = period->start,
        .duration = period->has_duration ? period->duration : (struct rational){0, 1},
        .line = node_line(segments->node ? segments->node : job->at->representation->node)};
    bool has_init = head.init_end > 0 && head.media >= head.init_end;
    add_segment(job, has_init ? head.init_end : 0, -1, &like);
    if (!has_init && head.is_boxes)
        job->track->segments[job->track->segment_count - 1].init = job->init;
}
