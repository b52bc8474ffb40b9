// SPDX-License-Identifier: BSD-2-Clause
// What the rules look at again and again: playlists one by one, the members of a
// multivariant playlist, real durations, tolerances.
#ifndef RUNG_VALIDATE_HLS_LOOK_H
#define RUNG_VALIDATE_HLS_LOOK_H

#include "manifests/validate/core/evidence.h"
#include "manifests/validate/core/findings.h"
#include "manifests/validate/hls/playlist.h"

// Rules that compare every tag with every other look at this many; hostile playlists only
// have more.
#define LOOK_MAX 2048

// Where a finding in a playlist is; media playlists are tracks of their name.
#define HLS_AT(playlist, at)                                                                       \
    PLACE(.file = (playlist)->file,                                                                \
          .track = (playlist)->is_multivariant ? NULL : (playlist)->file, .line = (at))
#define FIND(rule, playlist, at, stated, measured, ...)                                            \
    findings_add(findings, RULE_##rule, HLS_AT(playlist, at), stated, measured, __VA_ARGS__)

typedef void look_at(const struct evidence *evidence, const struct hls_playlist *playlist,
                     struct findings *findings);
void look_at_media(const struct evidence *evidence, struct findings *findings, look_at *look);
void look_at_multivariant(const struct evidence *evidence, struct findings *findings,
                          look_at *look);
void look_at_all(const struct evidence *evidence, struct findings *findings, look_at *look);

// Defines the run function of a row: HLS_RUN(M2, media, check_m2).
#define HLS_RUN(rule, which, check)                                                                \
    void hls_run_##rule(const struct evidence *evidence, struct findings *findings)                \
    {                                                                                              \
        look_at_##which(evidence, findings, check);                                                \
    }

// The track of a media playlist; NULL: none.
const struct track *look_track(const struct evidence *evidence,
                               const struct hls_playlist *playlist);
const struct track *look_track_at(const struct evidence *evidence, size_t track);
// The segment as read that a track's segment comes from; NULL: none (never for HLS tracks).
const struct hls_segment *look_segment(const struct hls_playlist *playlist, int64_t line);
int64_t look_line(const struct hls_playlist *playlist, const char *tag); // 1 when not there

// The sum of the sample durations. False when not measured.
bool look_duration(const struct evidence *evidence, const struct track *track, size_t i,
                   struct rational *ret);
struct rational look_stated_duration(const struct hls_playlist *playlist); // sum of EXTINF

enum member_role { MEMBER_VARIANT, MEMBER_IFRAMES, MEMBER_AUDIO, MEMBER_VIDEO, MEMBER_SUBTITLES };

struct member { // a media playlist of a presentation, once
    const struct hls_playlist *playlist;
    const struct track *track; // NULL: it has none
    enum member_role role;     // of the first tag that names it
    int64_t line;              // of that tag, in the multivariant playlist
};
// The media playlists that a multivariant playlist leads to and that were read. The caller
// frees *ret.
size_t look_members(const struct evidence *evidence, const struct hls_playlist *multivariant,
                    struct member **ret);
bool member_is_video(const struct evidence *evidence, const struct member *member);
// Neither subtitles nor I-frames.
bool member_is_main(const struct member *member);

// Same text, or both NULL.
bool look_same(const char *a, const char *b);

#endif
