// SPDX-License-Identifier: BSD-2-Clause
// One validation from start to end.
#include "manifests/validate/validate.h"

#include <string.h>

#include "manifests/validate/dash/mpd.h"
#include "manifests/validate/hls/playlist.h"
#include "manifests/validate/iso/iso.h"
#include "manifests/validate/load_private.h"
#include "src/base/clock.h"

// Rules that the caller left out, that the profile has not, or that need both kinds of
// manifest, are off before anything is read.
static void choose_rules(const struct validate_spec *spec, struct findings *findings)
{
    const struct rule_set *rules = rule_set_all();
    for (size_t id = 0; id < RULE_COUNT; id++) {
        const struct rule_row *row = rules->rows[id];
        findings->is_off[id] = (spec->is_off && spec->is_off[id]) ||
                               (spec->profiles && row && !(row->profiles & spec->profiles));
    }
    for (size_t i = 0; !spec->has_cross && i < cross_rule_count; i++)
        findings->is_off[cross_rules[i].id] = true;
}

static void judge(const struct evidence *evidence, struct findings *findings)
{
    const struct rule_set *rules = rule_set_all();
    for (size_t id = 0; id < RULE_COUNT; id++) {
        const struct rule_row *row = rules->rows[id];
        if (row && row->run && !findings->is_off[id])
            row->run(evidence, findings);
    }
}

static void session_done(struct session *session)
{
    for (size_t i = 0; session->codecs && i < session->evidence->init_count; i++)
        codec_done(&session->codecs[i]);
    MEM_FREE(session->codecs);
    origin_free(&session->origin);
    pthread_mutex_destroy(&session->lock);
}

bool validate_run(const struct validate_spec *spec, struct validation *ret, struct err *err)
{
    int64_t start_us = clock_monotonic_us();
    memset(ret, 0, sizeof *ret);
    evidence_init(&ret->evidence);
    findings_init(&ret->findings);
    choose_rules(spec, &ret->findings);
    struct session session = {
        .spec = spec,
        .origin = origin_new(&spec->origin),
        .out = ret,
        .evidence = &ret->evidence,
        .findings = &ret->findings,
    };
    pthread_mutex_init(&session.lock, NULL);
    bool ok = load_manifests(&session, err) && measure_all(&session, err);
    if (ok)
        judge(&ret->evidence, &ret->findings);
    origin_totals(session.origin, &ret->bytes_read, &ret->requests);
    ret->wall_s = (double)(clock_monotonic_us() - start_us) / 1e6;
    session_done(&session);
    if (!ok)
        validation_done(ret);
    return ok;
}

void validation_done(struct validation *validation)
{
    struct evidence *evidence = &validation->evidence;
    for (size_t i = 0; i < evidence->playlist_count; i++)
        hls_playlist_free(&evidence->playlists[i]);
    for (size_t i = 0; i < evidence->mpd_count; i++)
        mpd_free(&evidence->mpds[i]);
    evidence_done(evidence);
    findings_done(&validation->findings);
}
