// SPDX-License-Identifier: BSD-2-Clause
// Source facts: what one probe and one packet scan of the input found. Plain data,
// made in the engine process, sent to the supervisor as JSON, never changed later.
// Times are exact seconds on the *source clock*: the container's timestamps with
// jumps and wraps removed (see source_clock.h).
#ifndef RUNG_MEDIA_FACTS_H
#define RUNG_MEDIA_FACTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/err.h"
#include "src/base/rational.h"

enum facts_timing {
    TIMING_CONSTANT, // every frame lies on the grid of frame_rate
    TIMING_VARIABLE, // timestamps are good, spacing is not even
    TIMING_COUNTED,  // timestamps are missing or useless: frames are counted
};

struct video_facts {
    int stream_index;
    char codec[32]; // libavcodec's name: "h264"
    char profile[48];
    int coded_width_px; // as decoded, before rotation and pixel aspect
    int coded_height_px;
    struct rational sample_aspect; // 1/1 when the source does not say
    int rotation_deg;              // clockwise turn that makes it upright: 0, 90, 180, 270
    bool is_mirrored;              // then mirrored left-right after the turn
    int display_width_px;          // square pixels, upright, before evening
    int display_height_px;
    char pixel_format[32]; // libavutil's name of the first decoded frame
    int bit_depth;
    bool is_full_range;
    int colour_primaries; // ISO/IEC 23091-2 code points, 2 = unspecified
    int transfer_characteristics;
    int matrix_coefficients;
    int chroma_location; // AVChromaLocation value of the first frame, 0 = unspecified
    bool is_interlaced;
    bool is_hdr; // PQ or HLG transfer

    enum facts_timing timing;
    struct rational frame_rate; // what the planner should keep (before halving)
    int64_t frame_count;        // frames that will be decoded and shown
    struct rational first_time; // of the first shown frame
    struct rational end_time;   // last shown frame's time + its duration
    int64_t keyframe_count;
    struct rational longest_keyframe_gap; // seconds
    int64_t packets_before_first_key;     // skipped: nothing can decode them
};

struct audio_facts {
    int stream_index;
    char codec[32];
    char profile[48];
    int channels;
    char layout[64];
    int sample_rate_hz;
    char language[36]; // as the container tags it, "" when it does not
    char title[128];
    bool is_default;
    struct rational first_time;
    struct rational end_time;
    int64_t packet_count;
};

// A reason to say something to the user: "second video stream 2 ignored".
struct facts_note {
    char text[256];
};

#define FACTS_AUDIO_MAX 32
#define FACTS_NOTES_MAX 48

struct source_facts {
    char container[64]; // libavformat's short name: "mov,mp4,m4a,3gp,3g2,mj2"
    int64_t size_bytes; // -1 when unknown
    bool has_video;
    struct video_facts video;
    struct audio_facts audio[FACTS_AUDIO_MAX];
    size_t audio_count;
    bool is_seekable;         // spans may start in the middle
    bool has_discontinuities; // timestamps jump: one span, decoded from the start
    bool is_truncated;        // the index promises more than the file holds
    char truncated_text[160]; // with numbers: "240 of 720 video packets are missing"
    struct facts_note notes[FACTS_NOTES_MAX];
    size_t note_count;
};

void facts_note(struct source_facts *facts, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

json_t *facts_to_json(const struct source_facts *facts); // caller owns
bool facts_from_json(const json_t *json, struct source_facts *ret_facts, struct err *err);

#endif
