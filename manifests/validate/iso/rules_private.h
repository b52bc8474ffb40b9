// SPDX-License-Identifier: BSD-2-Clause
// The rules that need more than one segment, and how they walk the evidence.
#ifndef RUNG_VALIDATE_ISO_RULES_PRIVATE_H
#define RUNG_VALIDATE_ISO_RULES_PRIVATE_H

#include "manifests/validate/iso/init_private.h"

struct evidence;
struct findings;

// HLS and DASH list the same segments: only the first track over them is judged. I-frame
// playlists and tracks without segments are left out, too.
bool track_is_judged(const struct evidence *evidence, size_t track);
// Read, and made of fragments with samples.
bool unit_is_media(const struct unit *unit);
// The i-th segment of the track as a place. Everything borrowed.
struct place segment_place(const struct evidence *evidence, const struct track *track, size_t i);
// The first and last segment of a track, when they were read. False: not known.
bool track_span(const struct evidence *evidence, const struct track *track,
                struct rational *ret_start, struct rational *ret_end);
struct iso_text seconds_text(struct rational seconds); // "12.345 s"

// A switching set: the Representations of one AdaptationSet in one Period. first is the
// index of its first track. False: the track is not of that set, or is the first itself.
bool track_leads_set(const struct evidence *evidence, size_t track);
bool track_is_of_set(const struct evidence *evidence, size_t first, size_t track);

// cross_time.c
void rule_s11(const struct evidence *evidence, struct findings *findings);
void rule_s12(const struct evidence *evidence, struct findings *findings);
void rule_s16(const struct evidence *evidence, struct findings *findings);
void rule_s17(const struct evidence *evidence, struct findings *findings);
void rule_s23(const struct evidence *evidence, struct findings *findings);
void rule_s27(const struct evidence *evidence, struct findings *findings);
void rule_s68(const struct evidence *evidence, struct findings *findings);
void rule_s79(const struct evidence *evidence, struct findings *findings);
// cross_track.c
void rule_s20(const struct evidence *evidence, struct findings *findings);
void rule_s21(const struct evidence *evidence, struct findings *findings);
void rule_s22(const struct evidence *evidence, struct findings *findings);
void rule_s69(const struct evidence *evidence, struct findings *findings);
void rule_s26(const struct evidence *evidence, struct findings *findings);
void rule_s89(const struct evidence *evidence, struct findings *findings);
void rule_s90(const struct evidence *evidence, struct findings *findings);
// cross_video.c
void rule_s93(const struct evidence *evidence, struct findings *findings);
void rule_s94(const struct evidence *evidence, struct findings *findings);
// cross_set.c
void rule_s24(const struct evidence *evidence, struct findings *findings);
void rule_s25(const struct evidence *evidence, struct findings *findings);
void rule_s82(const struct evidence *evidence, struct findings *findings);
void rule_s83(const struct evidence *evidence, struct findings *findings);
void rule_s84(const struct evidence *evidence, struct findings *findings);
void rule_s85(const struct evidence *evidence, struct findings *findings);
void rule_s87(const struct evidence *evidence, struct findings *findings);

#endif
