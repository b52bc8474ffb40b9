// SPDX-License-Identifier: BSD-2-Clause
// Finishing a job: every object checked, playlists, and at last rung.json and the two
// manifests, all of them or none.
#include <string.h>

#include "manifests/dash.h"
#include "manifests/hls.h"
#include "src/app/job.h"
#include "src/app/report.h"
#include "src/media/score.h"

static bool check_size(struct job *job, const char *key, uint64_t wanted_bytes, struct err *err)
{
    struct store *store = job->output.store;
    int64_t size_bytes = -1;
    if (!store->ops->size(store, key, &size_bytes, err))
        return false;
    if (size_bytes < 0)
        return err_set(err, ERR_TRANSIENT, "%s has vanished from %s", key, job->output.path);
    if ((uint64_t)size_bytes != wanted_bytes)
        return err_set(err, ERR_TRANSIENT, "%s in %s has %lld bytes, not %llu", key,
                       job->output.path, (long long)size_bytes, (unsigned long long)wanted_bytes);
    return true;
}

// Reads an object back into the track's hash and compares it with its own.
static bool read_back(struct job *job, const char *key, uint64_t size_bytes, const char *sha256,
                      struct digest *digest, struct err *err)
{
    struct store *store = job->output.store;
    AUTO(buf_done) struct buf bytes = {0};
    char actual[65];
    if (!store->ops->get(store, key, size_bytes, &bytes, err))
        return err_wrap(err, "verify");
    digest_hex_of(bytes.data, bytes.size_bytes, actual);
    if (strcmp(actual, sha256) != 0)
        return err_set(err, ERR_TRANSIENT, "%s in %s is not what was written there", key,
                       job->output.path);
    digest_update(digest, bytes.data, bytes.size_bytes);
    return true;
}

static bool verify_track(struct job *job, size_t index, struct err *err)
{
    const struct piece_track *track = &job->pieces.tracks[index];
    struct job_digest *running = &job->digests[index];
    int64_t count = pieces_segment_count(&job->pieces, track);
    for (int64_t k = -1; k < count; k++) {
        AUTO_FREE char *key = job_key(track, k);
        uint64_t size_bytes = k < 0 ? track->init_size_bytes : track->segments[k].size_bytes;
        const char *sha256 = k < 0 ? track->init_sha256 : track->segments[k].sha256;
        if (!check_size(job, key, size_bytes, err))
            return false;
        if (k < running->next)
            continue;
        if (!read_back(job, key, size_bytes, sha256, running->digest, err))
            return false;
        running->next = k + 1;
    }
    return true;
}

static bool put(struct job *job, const char *key, const struct buf *bytes, struct err *err)
{
    struct store *store = job->output.store;
    return store->ops->put(store, key, bytes->data, bytes->size_bytes, err);
}

static bool put_playlists(struct job *job, struct err *err)
{
    for (size_t i = 0; i < job->presentation.track_count; i++) {
        const struct presentation_track *track = &job->presentation.tracks[i];
        AUTO(buf_done) struct buf media = {0};
        AUTO_FREE char *media_key = mem_printf("%s/media.m3u8", track->folder);
        hls_write_media(&job->presentation, track, &media);
        if (!put(job, media_key, &media, err))
            return false;
        if (track->type != TRACK_VIDEO)
            continue;
        AUTO(buf_done) struct buf iframes = {0};
        AUTO_FREE char *iframes_key = mem_printf("%s/iframes.m3u8", track->folder);
        hls_write_iframes(&job->presentation, track, &iframes);
        if (!put(job, iframes_key, &iframes, err))
            return false;
    }
    return true;
}

// The report and both manifests, the master last: a folder that has one is complete.
static bool put_manifests(struct job *job, struct err *err)
{
    AUTO(buf_done) struct buf report = {0};
    AUTO(buf_done) struct buf mpd = {0};
    AUTO(buf_done) struct buf master = {0};
    job->report = report_build(job);
    report_print(job->report, &report);
    if (!dash_write_mpd(&job->presentation, &mpd, err))
        return false;
    hls_write_master(&job->presentation, &master);
    const struct store_object objects[] = {
        {"rung.json", report.data, report.size_bytes},
        {"manifest.mpd", mpd.data, mpd.size_bytes},
        {"master.m3u8", master.data, master.size_bytes},
    };
    struct store *store = job->output.store;
    return store->ops->put_together(store, objects, ARRAY_LEN(objects), err);
}

// Loss that --allow-damaged let pass, in numbers.
static void tell_damage(struct job *job)
{
    int64_t damaged = pieces_damaged(&job->pieces);
    if (job->stats.damaged > damaged)
        damaged = job->stats.damaged;
    if (damaged > 0)
        job_warn(job, "the input is damaged: %lld packets or frames could not be decoded",
                 (long long)damaged);
    if (job->stats.missing_frames > 0)
        job_warn(job,
                 "the input is damaged: %lld frames are missing and were replaced by the one "
                 "before",
                 (long long)job->stats.missing_frames);
}

// Pieces of an earlier run that was not asked for scores have none.
static void tell_unscored(struct job *job)
{
    for (size_t i = 0; job->score != SCORE_NONE && i < job->plan.video_count; i++) {
        struct media_score score = pieces_score(&job->pieces.tracks[i]);
        if (score_can(job->score, &job->plan.video[i]) && score.frames < job->plan.frame_count)
            job_warn(job, "%s: %lld of %lld pictures have a score; an earlier run made the others",
                     job->plan.video[i].id, (long long)score.frames,
                     (long long)job->plan.frame_count);
    }
}

bool job_publish(struct job *job, struct err *err)
{
    if (!pieces_build_presentation(&job->pieces, &job->presentation, err))
        return false;
    for (size_t i = 0; i < job->pieces.track_count; i++)
        if (!verify_track(job, i, err))
            return false;
    tell_damage(job);
    tell_unscored(job);
    return put_playlists(job, err) && put_manifests(job, err) &&
           output_folder_finish(&job->output, err);
}
