// SPDX-License-Identifier: BSD-2-Clause
// Reads every wanted init and unit once, several at a time, and measures each. Findings
// of a unit are kept apart until all are done and joined in the order of the units, so
// that the report does not depend on the network.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "manifests/validate/iso/iso.h"
#include "manifests/validate/load_private.h"
#include "manifests/validate/text/text.h"

struct step {
    struct session *session;
    bool is_inits;
    struct findings **found; // one for each unit, NULL: nothing
    const char **names;      // of the track that lists it first
};

// WebVTT by its first line, or by its name: one without the line is a bad one, no other kind.
static bool is_webvtt(const struct buf *body, const char *name)
{
    size_t length = strcspn(name, "?");
    return content_sniff(body->data, body->size_bytes) == CONTENT_WEBVTT ||
           (length > 4 && strncasecmp(name + length - 4, ".vtt", 4) == 0);
}

static void read_vtt(const struct buf *body, const struct place *place, struct findings *findings,
                     struct unit *unit)
{
    struct vtt_facts facts = {.start_ms = -1, .end_ms = -1};
    unit->is_webvtt = true;
    unit->is_read = vtt_read_cues((const char *)body->data, body->size_bytes, place, findings,
                                  &facts, &unit->cues, &unit->cue_count);
    unit->has_timestamp_map = facts.has_timestamp_map;
    unit->cue_shift = (int64_t)facts.map_mpegts - facts.map_local_ms * 90;
    unit->text_start_ms = facts.start_ms;
    unit->text_end_ms = facts.end_ms;
}

static void measure_init(struct step *step, size_t at, const struct buf *body,
                         const struct place *place, struct findings *findings)
{
    struct evidence *evidence = step->session->evidence;
    struct unit *unit = &evidence->init_units[at];
    if (unit->is_ciphertext)
        return;
    unit->is_read = true;
    evidence->inits[at].is_read =
        iso_init_read(body->data, body->size_bytes, unit->offset_bytes, place, findings,
                      &evidence->inits[at], &step->session->codecs[at]);
}

static void measure_unit(struct step *step, size_t at, const struct buf *body,
                         const struct place *place, struct findings *findings)
{
    struct evidence *evidence = step->session->evidence;
    struct unit *unit = &evidence->units[at];
    if (unit->is_ciphertext)
        return;
    if (is_webvtt(body, place->file)) {
        read_vtt(body, place, findings, unit);
        return;
    }
    enum content content = content_sniff(body->data, body->size_bytes);
    unit->is_fmp4 = content == CONTENT_BOXES || (unit->init != NONE && content != CONTENT_OTHER);
    // With an init it must be boxes: let their reader say what is wrong.
    if (!unit->is_fmp4 && unit->init == NONE)
        return;
    bool has_init = unit->init != NONE && evidence->inits[unit->init].is_read;
    unit->is_fmp4 = true;
    iso_segment_read(body->data, body->size_bytes, unit->offset_bytes,
                     has_init ? &evidence->inits[unit->init] : NULL,
                     has_init ? &step->session->codecs[unit->init] : NULL, place, findings, unit);
}

static void keep(struct step *step, size_t at, struct findings *found)
{
    if (found->count == 0) {
        findings_done(found);
        return;
    }
    step->found[at] = mem_alloc(sizeof **step->found);
    *step->found[at] = *found;
}

static void count_done(struct step *step, size_t resource, const struct origin_answer *answer)
{
    struct session *session = step->session;
    const struct validate_progress *progress = &session->spec->progress;
    int64_t bytes = 0;
    size_t requests = 0;
    origin_totals(session->origin, &bytes, &requests);
    pthread_mutex_lock(&session->lock);
    if (answer)
        session_note(session, resource, answer);
    session->done++;
    if (progress->report)
        progress->report(progress->self, session->done, session->total, bytes);
    pthread_mutex_unlock(&session->lock);
}

static void note_failure(struct step *step, struct resource *resource, const struct err *err)
{
    const struct origin_failure *failure = origin_failure_of(err);
    pthread_mutex_lock(&step->session->lock);
    resource->is_missing = true;
    resource->is_refused = failure->is_refused;
    resource->http_status = failure->http_status;
    if (!resource->reason)
        resource->reason = mem_strdup(err->text);
    step->session->out->transient_failures += err->kind == ERR_TRANSIENT;
    pthread_mutex_unlock(&step->session->lock);
}

static void on_bytes(void *self, const struct origin_job *job, const struct origin_answer *answer,
                     const struct err *err)
{
    struct step *step = self;
    struct evidence *evidence = step->session->evidence;
    struct unit *unit =
        step->is_inits ? &evidence->init_units[job->key] : &evidence->units[job->key];
    struct resource *resource = &evidence->resources[unit->resource];
    count_done(step, unit->resource, answer);
    if (!answer) {
        note_failure(step, resource, err);
        return;
    }
    struct findings found;
    findings_init(&found);
    memcpy(found.is_off, step->session->findings->is_off, sizeof found.is_off);
    struct place place = {.file = resource->name, .track = step->names[job->key], .byte = -1};
    unit->is_cut = unit->size_bytes >= 0 && (int64_t)answer->body->size_bytes < unit->size_bytes;
    unit->size_bytes = (int64_t)answer->body->size_bytes;
    if (step->is_inits)
        measure_init(step, job->key, answer->body, &place, &found);
    else
        measure_unit(step, job->key, answer->body, &place, &found);
    keep(step, job->key, &found);
}

// Joins what was found, in the order of the units.
static void join_findings(struct step *step, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (step->found[i]) {
            findings_move(step->session->findings, step->found[i]);
            MEM_FREE(step->found[i]);
        }
}

static bool run_step(struct session *session, bool is_inits, const char **names, struct err *err)
{
    struct evidence *evidence = session->evidence;
    const struct unit *units = is_inits ? evidence->init_units : evidence->units;
    size_t count = is_inits ? evidence->init_count : evidence->unit_count;
    struct step step = {.session = session,
                        .is_inits = is_inits,
                        .found = mem_alloc((count + 1) * sizeof *step.found),
                        .names = names};
    struct origin_job *jobs = mem_alloc((count + 1) * sizeof *jobs);
    size_t job_count = 0;
    for (size_t i = 0; i < count; i++)
        if (units[i].is_wanted && !evidence->resources[units[i].resource].is_missing)
            jobs[job_count++] =
                (struct origin_job){.address = evidence->resources[units[i].resource].uri,
                                    .offset_bytes = units[i].offset_bytes,
                                    .size_bytes = units[i].size_bytes,
                                    .key = i};
    bool ok = origin_read_all(session->origin, jobs, job_count, on_bytes, &step, err);
    join_findings(&step, count);
    MEM_FREE(jobs);
    MEM_FREE(step.found);
    return ok;
}

// For each init or unit the name of the first track that lists it.
static void name_units(const struct evidence *evidence, const char **init_names,
                       const char **unit_names)
{
    for (size_t t = evidence->track_count; t-- > 0;) {
        const struct track *track = &evidence->tracks[t];
        for (size_t i = 0; i < track->segment_count; i++) {
            unit_names[track->segments[i].unit] = track->name;
            if (track->segments[i].init != NONE)
                init_names[track->segments[i].init] = track->name;
        }
    }
}

// I-frame playlists point into segments that are read whole anyway: their ranges are
// judged by where the fragments lie. A file of their own is read.
static void pass_over_iframes(struct evidence *evidence)
{
    bool *is_whole = mem_alloc(evidence->resource_count + 1);
    bool *is_media = mem_alloc(evidence->unit_count + 1);
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        for (size_t i = 0; track->origin != TRACK_HLS_IFRAMES && i < track->segment_count; i++) {
            is_media[track->segments[i].unit] = true;
            is_whole[evidence->units[track->segments[i].unit].resource] = true;
        }
    }
    for (size_t i = 0; i < evidence->unit_count; i++)
        if (!is_media[i] && is_whole[evidence->units[i].resource])
            evidence->units[i].is_wanted = false;
        else if (!is_media[i])
            evidence->units[i].is_iframe = true; // may end inside its mdat
    MEM_FREE(is_whole);
    MEM_FREE(is_media);
}

// --sample: the first, the last and evenly spread ones between them of every track.
static void sample_tracks(struct evidence *evidence, size_t per_track)
{
    bool *is_taken = mem_alloc(evidence->unit_count + 1);
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        size_t count = track->segment_count;
        size_t taken = per_track < count ? per_track : count;
        for (size_t i = 0; i < taken; i++) {
            size_t at = taken > 1 ? i * (count - 1) / (taken - 1) : 0;
            is_taken[track->segments[at].unit] = true;
        }
    }
    for (size_t i = 0; i < evidence->unit_count; i++)
        if (!is_taken[i] && evidence->units[i].is_wanted) {
            evidence->units[i].is_wanted = false;
            evidence->units[i].is_left_out = true;
            evidence->is_sampled = true;
        }
    MEM_FREE(is_taken);
}

static void finish_tracks(struct evidence *evidence)
{
    for (size_t t = 0; t < evidence->track_count; t++) {
        struct track *track = &evidence->tracks[t];
        const struct init_facts *init = track_init(evidence, track, 0);
        if (init && init->kind != MEDIA_UNKNOWN)
            track->kind = init->kind;
        track->is_whole = track->segment_count > 0;
        for (size_t i = 0; i < track->segment_count; i++)
            track->is_whole = track->is_whole && track_unit(evidence, track, i)->is_read;
    }
}

bool measure_all(struct session *session, struct err *err)
{
    struct evidence *evidence = session->evidence;
    pass_over_iframes(evidence);
    if (session->spec->sample)
        sample_tracks(evidence, session->spec->sample);
    session->total = evidence->init_count;
    for (size_t i = 0; i < evidence->unit_count; i++)
        session->total += evidence->units[i].is_wanted;
    session->codecs = mem_alloc((evidence->init_count + 1) * sizeof *session->codecs);
    const char **init_names = mem_alloc((evidence->init_count + 1) * sizeof *init_names);
    const char **unit_names = mem_alloc((evidence->unit_count + 1) * sizeof *unit_names);
    name_units(evidence, init_names, unit_names);
    bool ok = run_step(session, true, init_names, err) && run_step(session, false, unit_names, err);
    MEM_FREE(init_names);
    MEM_FREE(unit_names);
    finish_tracks(evidence);
    return ok;
}
