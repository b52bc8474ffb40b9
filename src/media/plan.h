// SPDX-License-Identifier: BSD-2-Clause
// The plan: everything a job will do, decided once by a pure function of source
// facts and options. The engine follows it and re-decides nothing. It travels to
// the engine as JSON and is what `rung plan --json` prints.
//
// The output timeline starts at 0 = facts.video.first_time (audio.first_time when
// there is no video) and has constant frame rate: output frame i is shown at
// i / frame_rate. All tracks cover [0, grid.duration).
#ifndef RUNG_MEDIA_PLAN_H
#define RUNG_MEDIA_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hwaccel/tier.h"
#include "packager/segment_grid.h"
#include "src/base/err.h"
#include "src/base/rational.h"
#include "src/media/facts.h"

enum video_codec { VIDEO_H264, VIDEO_HEVC, VIDEO_AV1, VIDEO_CODEC_COUNT };

#define PLAN_RUNGS_MAX 16 // rungs of one ladder
#define PLAN_VIDEO_MAX (PLAN_RUNGS_MAX * VIDEO_CODEC_COUNT)
#define PLAN_NOTES_MAX 96

// One asked-for rung, before the source is looked at.
struct ladder_rung {
    int short_side_px;
    int64_t maxrate_bps; // 0: from the table
    double crf;          // 0: from the table
};

// What the user asked for; defaults by plan_options_init.
struct plan_options {
    bool is_default_ladder;
    struct ladder_rung ladder[PLAN_RUNGS_MAX]; // any order; is_default_ladder ignores it
    size_t ladder_count;
    bool codecs[VIDEO_CODEC_COUNT];
    char preset[24];                  // libx264's names, mapped for the others
    struct rational segment_duration; // seconds
    struct rational gop;              // seconds; divides segment_duration. 0/1: plan_default_gop
    bool no_audio;
    char audio_languages[16][36]; // empty: every audio track
    size_t audio_language_count;
    struct rational limit_duration; // 0/1: whole source
    struct tier tier;               // the best that may be taken; all zero: the CPU
    int device_encoders_max;        // largest first, the others on the CPU; 0: no limit
};

void plan_options_init(struct plan_options *options);

// The longest gop of at most 2 s (2.002, for 29.97 and its like) that divides it.
struct rational plan_default_gop(struct rational segment_duration);

// Where an encoder's knowledge of what comes next is from: its own looking ahead, also
// for the tracks that follow it (a pilot), or that pilot.
enum plan_analysis { ANALYSIS_OWN, ANALYSIS_PILOT, ANALYSIS_FOLLOWS, ANALYSIS_COUNT };

// A size of the scaling cascade and an encode of it.
struct plan_video {
    char id[32];     // "h264-1080p"
    char folder[48]; // "video/h264-1080p"
    enum video_codec codec;
    char encoder[32];       // "libx264", "libx265", "libsvtav1", or one of a device
    enum device encoded_on; // CPU, or the tier's device
    char preset[24];        // the encoder's own
    int rung_px;            // the short side that names it
    int width_px;
    int height_px;
    double crf;
    int64_t maxrate_bps;
    int64_t bufsize_bits;
    int profile_idc;      // H.264: 100 (High); HEVC: 1 (Main); AV1: 0 (Main)
    int level_idc;        // H.264: 40 = level 4.0; HEVC: level * 30; AV1: seq_level_idx
    int reference_frames; // H.264: fits the level's DPB; else 0
    enum plan_analysis analysis;
    int pilot; // which track it follows, by index; 0 unless it does
};

struct plan_audio {
    char id[64];     // "en-aac-stereo"
    char folder[80]; // "audio/en-aac-stereo"
    int stream_index;
    char language[36]; // BCP 47; "und" when unknown
    char name[128];
    bool is_default;
    int channels;       // 2
    int sample_rate_hz; // 48000
    int64_t bitrate_bps;
};

// A run of consecutive segments: the unit of parallel work, retry and resume.
struct plan_span {
    int64_t first_segment; // from 0
    int64_t segment_count;
};

enum plan_note_kind { NOTE_DROPPED, NOTE_CHANGED, NOTE_WARNING, NOTE_INFO };

// Why something was dropped or changed. subject: "1440p", "audio 3", "frame rate".
struct plan_note {
    enum plan_note_kind kind;
    char subject[48];
    char reason[400];
};

struct plan {
    // What happens to a decoded frame before scaling, in this order.
    bool deinterlace; // bwdif, one frame per frame
    int rotation_deg; // clockwise 0, 90, 180, 270
    bool is_mirrored; // left-right, after the turn
    bool tone_map;    // HDR to BT.709 SDR

    // How to read the source's samples: facts with "unspecified" resolved (ISO/IEC
    // 23091-2 code points; chroma_location is AVChromaLocation).
    int source_primaries;
    int source_transfer;
    int source_matrix;
    bool source_is_full_range;
    int source_chroma_location;

    bool has_video;
    int video_stream_index;
    enum facts_timing timing;
    struct rational source_frame_rate; // frames are put on this grid, then every n-th kept
    int64_t keep_every;                // 1, or 2, 4 … when the rate was halved
    bool is_seekable;                  // spans may seek; else there is one span
    struct rational source_start;      // source clock time of output time 0
    struct rational frame_rate;        // of the output
    int64_t frame_count;               // output frames
    int64_t frames_per_gop;
    int64_t frames_per_segment;
    int64_t video_timescale_hz;
    int64_t frame_duration_ticks;
    int colour_primaries; // of the output, ISO/IEC 23091-2
    int transfer_characteristics;
    int matrix_coefficients;

    struct plan_video video[PLAN_VIDEO_MAX]; // largest first
    size_t video_count;
    struct plan_audio audio[FACTS_AUDIO_MAX];
    size_t audio_count;

    struct segment_grid grid;
    struct plan_span *spans; // owned; at least one
    size_t span_count;
    struct tier tier; // encode: of the rungs that are coded on a device, if any

    struct plan_note notes[PLAN_NOTES_MAX];
    size_t note_count;
};

// Pure. INPUT when nothing can be made of the source.
bool plan_build(const struct source_facts *facts, const struct plan_options *options,
                struct plan *ret_plan, struct err *err);
void plan_done(struct plan *plan);

// What the pictures of one group take in the tracks that share an analysis, which are in
// memory together. 0 where none does.
int64_t plan_shared_group_bytes(const struct plan *plan);

void plan_note(struct plan *plan, enum plan_note_kind kind, const char *subject, const char *fmt,
               ...) __attribute__((format(printf, 4, 5)));

json_t *plan_to_json(const struct plan *plan); // caller owns
// Reads what plan_to_json wrote; checks every bound, since it crosses a process.
bool plan_from_json(const json_t *json, struct plan *ret_plan, struct err *err);

const char *video_codec_name(enum video_codec codec); // "h264", "hevc", "av1"

#endif
