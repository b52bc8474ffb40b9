// SPDX-License-Identifier: BSD-2-Clause
// Taking over what an earlier run finished, and starting the journal.
#include <stdlib.h>
#include <string.h>

#include "src/app/fingerprint.h"
#include "src/app/job.h"
#include "src/base/file.h"
#include "src/base/json.h"
#include "src/base/log.h"

// The last pieces of a run that was cut off are the ones a power failure spoils.
#define LATEST_CHECKED 16

struct latest {
    struct piece_track *track;
    int64_t index;
};

struct take_over {
    struct job *job;
    bool has_header;
    struct latest latest[LATEST_CHECKED];
    size_t line_count; // of segments
};

static bool take_header(struct job *job, const json_t *line, struct err *err)
{
    AUTO_FREE char *difference = NULL;
    const json_t *before = json_object_get(line, "job");
    if (!json_is_object(before))
        return err_set(err, ERR_CONFIG, "%s is no journal of rung; --force starts anew",
                       job->output.journal);
    if (fingerprint_differs(job->fingerprint, before, &difference))
        return err_set(err, ERR_CONFIG, "cannot resume %s: %s; --force starts anew",
                       job->output.path, difference);
    return true;
}

static bool take_line(void *self, json_t *line, struct err *err)
{
    struct take_over *over = self;
    if (!over->has_header) {
        over->has_header = true;
        return take_header(over->job, line, err);
    }
    if (!pieces_apply(&over->job->pieces, line, err)) {
        if (err)
            err->kind = ERR_CONFIG;
        return err_wrap(err, "%s is spoilt, --force starts anew", over->job->output.journal);
    }
    const json_t *segment = json_object_get(line, "segment");
    if (segment) {
        const char *id = json_string_value(json_object_get(segment, "track"));
        over->latest[over->line_count++ % LATEST_CHECKED] =
            (struct latest){pieces_find(&over->job->pieces, id), json_int_or(segment, "index", -1)};
    }
    return true;
}

static bool has_size(struct job *job, const struct piece_track *track, int64_t index,
                     uint64_t wanted_bytes, bool *ret, struct err *err)
{
    AUTO_FREE char *key = job_key(track, index);
    int64_t size_bytes = -1;
    if (!job->output.store->ops->size(job->output.store, key, &size_bytes, err))
        return false;
    *ret = size_bytes >= 0 && (uint64_t)size_bytes == wanted_bytes;
    return true;
}

// Drops every span whose files are not all there in full.
static bool check_sizes(struct job *job, struct err *err)
{
    for (size_t i = 0; i < job->pieces.track_count; i++) {
        struct piece_track *track = &job->pieces.tracks[i];
        bool is_there = false;
        if (track->has_init) {
            if (!has_size(job, track, -1, track->init_size_bytes, &is_there, err))
                return false;
            track->has_init = is_there;
        }
        for (int64_t k = 0; k < job->plan.grid.segment_count; k++) {
            struct piece_segment *segment = &track->segments[k];
            if (!segment->is_present)
                continue;
            if (!has_size(job, track, k, segment->size_bytes, &is_there, err))
                return false;
            segment->is_present = is_there;
        }
    }
    return true;
}

static void check_latest(struct job *job, const struct take_over *over)
{
    size_t count = over->line_count < LATEST_CHECKED ? over->line_count : LATEST_CHECKED;
    for (size_t i = 0; i < count; i++) {
        struct piece_track *track = over->latest[i].track;
        int64_t k = over->latest[i].index;
        if (!track || k < 0 || k >= job->plan.grid.segment_count || !track->segments[k].is_present)
            continue;
        struct piece_segment *segment = &track->segments[k];
        AUTO_FREE char *key = job_key(track, k);
        AUTO(buf_done) struct buf bytes = {0};
        char sha256[65] = "";
        if (job->output.store->ops->get(job->output.store, key, segment->size_bytes, &bytes, NULL))
            digest_hex_of(bytes.data, bytes.size_bytes, sha256);
        if (strcmp(sha256, segment->sha256) != 0) {
            log_msg(LOG_VERBOSE, "app", "%s is spoilt and will be made again", key);
            segment->is_present = false;
        }
    }
}

// Files that no complete span holds go: what is in the folder is what the journal
// says.
static bool remove_unfinished(struct job *job, struct err *err)
{
    struct store *store = job->output.store;
    for (size_t i = 0; i < job->pieces.track_count; i++) {
        struct piece_track *track = &job->pieces.tracks[i];
        for (int64_t k = 0; k < job->plan.grid.segment_count; k++) {
            if (pieces_keeps(&job->pieces, track, k))
                continue;
            AUTO_FREE char *key = job_key(track, k);
            if (!store->ops->remove(store, key, err))
                return false;
        }
    }
    pieces_forget_unfinished(&job->pieces);
    return true;
}

bool job_take_over(struct job *job, struct err *err)
{
    struct take_over over = {.job = job};
    if (!journal_read(job->output.journal, take_line, &over, err))
        return false;
    if (!over.has_header)
        log_msg(LOG_INFO, "app", "the journal in %s is empty; starting anew", job->output.path);
    if (!check_sizes(job, err))
        return false;
    check_latest(job, &over);
    if (!remove_unfinished(job, err))
        return false;
    size_t total = 0;
    for (size_t i = 0; i < job->pieces.track_count; i++)
        total += job->pieces.tracks[i].span_count;
    log_msg(LOG_INFO, "app", "resuming: %zu of %zu pieces of work are already done",
            pieces_spans_complete(&job->pieces), total);
    return true;
}

static json_t *header(const struct job *job)
{
    json_t *folders = json_array();
    for (size_t i = 0; i < job->pieces.track_count; i++)
        json_array_append_new(folders, json_string(job->pieces.tracks[i].folder));
    return json_pack("{s:i, s:O, s:o}", "journal", 1, "job", job->fingerprint, "folders", folders);
}

static void add_track(const struct job *job, const struct piece_track *track, json_t *lines)
{
    if (track->has_init)
        json_array_append_new(lines, pieces_init_line(track));
    for (int64_t k = 0; k < job->plan.grid.segment_count; k++)
        if (track->segments[k].is_present)
            json_array_append_new(lines, pieces_segment_line(track, k));
    for (size_t span = 0; span < track->span_count; span++) {
        if (!track->spans_done[span])
            continue;
        struct media_span_report report = {.track_id = track->id,
                                           .span = track->is_video ? (int64_t)span : -1,
                                           .damaged = track->spans_damaged[span],
                                           .frames_downloaded = track->spans_downloaded[span],
                                           .score = track->spans_score[span]};
        json_array_append_new(lines, pieces_span_line(&report));
    }
}

bool job_start_journal(struct job *job, struct err *err)
{
    AUTO(json_free) json_t *lines = json_array();
    json_array_append_new(lines, header(job));
    for (size_t i = 0; i < job->pieces.track_count; i++)
        add_track(job, &job->pieces.tracks[i], lines);
    job->journal = journal_create(job->output.journal, lines, err);
    return job->journal != NULL;
}
