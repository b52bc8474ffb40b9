// SPDX-License-Identifier: BSD-2-Clause
// What is really there, as plain data: every manifest as read, every track it lists,
// every init and segment as measured. Built once by the loaders and readers; rules only
// read it. A unit is a run of bytes of one resource, read once however many manifests
// point at it; times are ticks of the unit's track timescale unless they are rationals
// (seconds).
#ifndef RUNG_VALIDATE_CORE_EVIDENCE_H
#define RUNG_VALIDATE_CORE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "manifests/validate/core/codec_facts.h"
#include "src/base/rational.h"

#define NONE ((size_t)-1) // no index

enum media_kind { MEDIA_UNKNOWN, MEDIA_VIDEO, MEDIA_AUDIO, MEDIA_TEXT, MEDIA_IMAGE };

// One file or address.
struct resource {
    char *uri;          // absolute: "file:///…" or "http://…"; never shown
    char *name;         // as shown to people: relative to the input, query masked
    int64_t size_bytes; // of the whole file, -1 unknown
    int http_status;    // 0: not over HTTP
    char *content_type; // as the server said; NULL
    char *final_uri;    // where a redirect led, against which its references resolve; NULL: uri
    bool is_refused;    // not read since the policy forbids it
    bool is_missing;    // could not be had; `reason` says why
    char *reason;
};

#define BRANDS_MAX 16

struct encryption_facts {
    bool is_encrypted; // sinf present
    char original[5];  // frma: what the entry would be in the clear
    char scheme[5];    // schm: cenc, cbcs, cens, cbc1; "" missing
    bool has_tenc;
    bool is_default_protected;
    uint32_t iv_size_bytes; // per sample
    uint32_t constant_iv_size_bytes;
    uint32_t crypt_blocks; // pattern; 0:0 none
    uint32_t skip_blocks;
    uint8_t key_id[16];
};

// One init segment.
struct init_facts {
    bool is_read;
    bool has_media; // a moof or an mdat lies beside the moov
    enum media_kind kind;
    char entry[5]; // sample entry in the clear: avc1, hvc1, av01, mp4a, ac-3, wvtt, stpp
    char brands[BRANDS_MAX][5]; // major first, then compatible
    size_t brand_count;
    uint32_t timescale_hz; // mdhd
    uint32_t track_id;
    char language[64];       // elng, else mdhd's three letters; "" none
    uint32_t track_width_px; // tkhd, rounded
    uint32_t track_height_px;
    uint32_t entry_width_px; // visual sample entry
    uint32_t entry_height_px;
    uint32_t entry_channels; // audio sample entry
    uint32_t entry_sample_rate_hz;
    bool has_pasp;
    uint32_t pasp_h, pasp_v;
    bool has_colr_nclx;
    uint32_t primaries, transfer, matrix;
    bool is_full_range;
    bool has_mdcv, has_clli; // boxes of HDR10's static metadata
    bool has_dolby_vision;   // dvcC or dvvC
    uint32_t dv_profile, dv_level, dv_compatibility;
    bool has_edit;              // an elst that is there
    int64_t edit_media_time;    // ticks taken off every composition time; 0 without an edit
    struct rational edit_empty; // seconds of empty edit in front
    uint32_t default_duration;  // trex
    uint32_t default_size_bytes;
    uint32_t default_flags;
    struct encryption_facts encryption; // of the first encrypted sample entry
    uint32_t entry_count;               // sample entries in stsd
    uint32_t clear_entries;             // bit i: entry i + 1 is in the clear; the first 32
    uint8_t pssh_systems[8][16];
    size_t pssh_count;
    uint64_t config_hash; // of the codec's configuration box; 0 none
    struct codec_facts codec;
};

// One moof with its mdat.
struct fragment_facts {
    int64_t moof_byte;             // in the resource
    int64_t end_byte;              // after the mdat
    int64_t first_sample_end_byte; // after the first sample in decoding order
    uint64_t decode_time;          // tfdt
    uint64_t duration;             // sum of the sample durations
    int64_t earliest_time;         // least composition time, no edit applied
    int64_t first_sample_time;     // composition time of the first sample
    uint32_t sample_count;
    uint32_t sequence;    // mfhd
    bool is_sync;         // the first sample is a sync sample and really one (IDR, key frame)
    bool declares_beyond; // trun lists more than the first sample
};

struct event_facts { // emsg
    char *scheme;    // scheme_id_uri
    uint32_t version;
    uint32_t timescale_hz;
};

struct cue_facts { // of WebVTT, as its file says
    int64_t start_ms;
    int64_t end_ms;
};
#define CUES_MAX 4096 // of one unit; the rest is not kept

// One media segment: what its bytes say.
struct unit {
    size_t resource;
    int64_t offset_bytes;
    int64_t size_bytes; // asked for; -1: to the end, replaced by the real size when read
    size_t init;        // into evidence.inits; NONE: not needed (WebVTT) or missing
    bool is_wanted;     // false: not read by itself; a gap, or an I-frame in a segment
    bool is_left_out;   // would be wanted, but for --sample
    bool is_cut;        // fewer bytes came than were asked for
    bool is_iframe;     // listed by an I-frame playlist: may end inside its mdat
    bool is_read;       // everything below is measured
    bool is_fmp4;       // boxes; else text or something else
    bool is_webvtt;
    bool is_ciphertext; // HLS AES-128: the whole resource is encrypted, so no boxes to read
    bool has_styp, has_sidx, has_prft;
    char styp[BRANDS_MAX][5];
    size_t styp_count;
    uint64_t decode_time;  // tfdt of the first fragment
    uint64_t duration;     // from decode_time to the end of the last sample
    int64_t earliest_time; // least composition time, no edit applied
    int64_t latest_end;    // greatest composition end
    uint32_t sample_count;
    uint32_t shortest_sample; // durations in ticks
    uint32_t longest_sample;
    uint32_t sap_type;     // of the first sample, ISO/IEC 14496-12 annex I: 1, 2, 3; 0 none
    bool is_sync_flagged;  // first sample's flags say sync
    bool is_encrypted;     // senc found, or samples marked so
    int64_t text_start_ms; // WebVTT, TTML: span of the cues; -1 none
    int64_t text_end_ms;
    struct cue_facts *cues; // WebVTT, in the file's order
    size_t cue_count;
    bool has_timestamp_map;
    int64_t cue_shift;      // X-TIMESTAMP-MAP: what is added to cue times, 1/90000 s; 0 without
    int64_t first_idr_time; // composition times of IDR pictures, INT64_MIN none
    int64_t last_idr_time;
    int64_t longest_idr_gap; // between two in this unit, ticks
    struct fragment_facts *fragments;
    size_t fragment_count;
    struct event_facts *events;
    size_t event_count;
    uint64_t first_ntp, last_ntp; // of prft, with has_prft
};

// One segment as a manifest lists it.
struct track_segment {
    size_t unit;
    size_t init;           // into evidence.inits; NONE
    struct rational start; // seconds on the manifest's timeline: sum of EXTINF, or (S@t - offset) /
                           // timescale + Period start
    struct rational duration; // as stated
    int64_t stated_ticks;     // DASH with a timeline: S@t as written; else -1
    int64_t line;             // in the manifest
    uint32_t discontinuity;   // HLS: sequence number of its stretch; DASH 0
    bool has_own_range;       // a byte range was written
    uint32_t index_sap;       // access point that a sidx says it starts with; 0: none, or no sidx
};

enum track_origin { TRACK_HLS, TRACK_HLS_IFRAMES, TRACK_DASH, TRACK_SINGLE };

// One elementary stream as one manifest lists it: a media playlist or a Representation
// of one Period. The same media listed by HLS and DASH is two tracks over the same units.
struct track {
    enum track_origin origin;
    char *name;       // "video/h264-1080p/media.m3u8", or the Representation's id
    const char *file; // name of the manifest that lists the segments; borrowed from its resource
    size_t manifest;  // evidence.playlists or evidence.mpds index
    size_t period, set, representation; // DASH: indices in the MPD; else NONE
    enum media_kind kind;               // of the first init, else what the manifest says
    struct track_segment *segments;
    size_t segment_count;
    int64_t target_s; // EXT-X-TARGETDURATION; at or below 0: none is stated
    bool is_whole;    // every wanted segment was read
    bool has_index;   // the segments were listed by a sidx, whose times and sizes they state
    uint32_t index_reference_id, index_timescale_hz; // of that sidx; timescale 0: not known
};

struct index;
struct hls_playlist; // manifests/validate/hls/playlist.h
struct mpd;          // manifests/validate/dash/mpd.h

struct evidence {
    struct resource *resources;
    size_t resource_count;
    struct hls_playlist **playlists; // multivariant and media, in order of discovery
    size_t playlist_count;
    struct mpd **mpds;
    size_t mpd_count;
    struct track *tracks;
    size_t track_count;
    struct unit *init_units; // bytes of the inits; inits[i] is measured from init_units[i]
    struct init_facts *inits;
    size_t init_count;
    struct unit *units;
    size_t unit_count;
    bool is_sampled;     // --sample left units out
    struct index *index; // finds resources and units by their address; evidence.c's own
};

void evidence_init(struct evidence *evidence);
// Frees all but playlists and mpds, which their rooms free first (hls_playlist_free,
// mpd_free).
void evidence_done(struct evidence *evidence);

// Each takes what it is given over and returns its index.
size_t evidence_playlist_add(struct evidence *evidence, struct hls_playlist *playlist);
size_t evidence_mpd_add(struct evidence *evidence, struct mpd *mpd);
// The index of the resource with this absolute address, made when it is new.
size_t evidence_resource(struct evidence *evidence, const char *uri, const char *name);
// The index of the init or unit with these bytes, made when it is new. size_bytes -1: to
// the end of the resource.
size_t evidence_init_unit(struct evidence *evidence, size_t resource, int64_t offset_bytes,
                          int64_t size_bytes);
size_t evidence_unit(struct evidence *evidence, size_t resource, int64_t offset_bytes,
                     int64_t size_bytes, size_t init);
struct track *evidence_track(struct evidence *evidence); // a new one, zeroed, indices NONE
void track_add_segment(struct track *track, const struct track_segment *segment);

const struct unit *track_unit(const struct evidence *evidence, const struct track *track, size_t i);
const struct init_facts *track_init(const struct evidence *evidence, const struct track *track,
                                    size_t i); // NULL: none, or not read

// Ticks of the init's timescale as seconds; 0/1 when there is no timescale.
struct rational ticks_to_seconds(const struct init_facts *init, int64_t ticks);
// When the unit is really shown: earliest composition time less the edit, in seconds.
struct rational unit_start(const struct init_facts *init, const struct unit *unit);
// How long the unit takes to decode: the sum of its sample durations.
struct rational unit_duration(const struct init_facts *init, const struct unit *unit);
// How long of it is presented: without what the edit list takes off the front, which is the
// priming of audio. The same as unit_duration for units behind the edit.
struct rational unit_shown_duration(const struct init_facts *init, const struct unit *unit);
// The first init of the track that was read; NULL: none.
const struct init_facts *track_any_init(const struct evidence *evidence, const struct track *track);
// Video, audio or text by the first init that was read, else by the manifest.
enum media_kind track_media_kind(const struct evidence *evidence, const struct track *track);
// Whether the segment's boxes were measured.
bool track_is_measured(const struct evidence *evidence, const struct track *track, size_t i);
// The duration that EXTINF should state and rates are of: what is presented of the segment.
// Where an edit cuts into it, EXTINF may state what is coded too, as some packagers do. A
// wrong EXTINF has no say. False when not measured.
bool track_shown_duration(const struct evidence *evidence, const struct track *track, size_t i,
                          struct rational *ret);
// What two times of the track may differ by: a picture or audio frame; a tenth of a second
// where samples last as long as they like (text) or nothing is known.
struct rational track_slack(const struct evidence *evidence, const struct track *track);
// Segments that were to be read, those that --sample left out among them, and what of them
// was.
struct reading_counts {
    size_t listed, read, left_out;
};
struct reading_counts evidence_reading(const struct evidence *evidence);
// How long one picture or audio frame lasts (the commonest sample duration), seconds.
struct rational track_frame(const struct evidence *evidence, const struct track *track);

const char *media_kind_name(enum media_kind kind); // "video", …

#endif
