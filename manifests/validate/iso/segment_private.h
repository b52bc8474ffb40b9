// SPDX-License-Identifier: BSD-2-Clause
// What the readers of a media segment share: the segment so far, and the fragment that
// is being read.
#ifndef RUNG_VALIDATE_ISO_SEGMENT_PRIVATE_H
#define RUNG_VALIDATE_ISO_SEGMENT_PRIVATE_H

#include "manifests/validate/iso/box_private.h"
#include "manifests/validate/iso/iso.h"

// Limits of one segment; what lies beyond is not read, and that is said (S13).
#define ISO_SAMPLES_MAX   16000000u
#define ISO_FRAGMENTS_MAX 200000u
#define ISO_EVENTS_MAX    256u
// Larger documents in stpp samples are not read.
#define ISO_TEXT_MAX_BYTES (16u << 20)

struct segment_scan {
    struct iso_reader reader;
    const struct init_facts *init; // NULL: only box structure is read
    const struct codec *codec;
    struct unit *unit;
    bool is_cmaf, is_cmf2;
    bool has_looks;  // samples are pictures that codec_look understands
    bool has_nals;   // … made of NAL units
    bool is_chunked; // styp says so: cmfl
    size_t moof_count;
    size_t last_end;       // of the last moof or mdat
    bool has_next;         // next_time is known
    uint64_t next_time;    // decode time that the next fragment should have
    uint64_t looked_bytes; // of samples, all together
    uint32_t odd_duration; // of the sample before, which its codec's frames do not have
    bool has_sidx;
    struct sidx sidx;   // the first one
    uint32_t documents; // of TTML, read so far
    bool has_prft;      // last_ntp is known
    uint64_t last_ntp;
};

struct fragment {
    struct iso_box moof;
    struct iso_box traf;
    size_t data_at; // payload of the mdat boxes that follow, in the data
    size_t data_end;
    bool has_data;
    uint32_t traf_count; // one is read; the samples of others lie in the mdat too
    // tfhd
    uint32_t tfhd_flags;
    int64_t base_at;      // where data offsets count from, in the data; may lie outside
    uint32_t description; // sample description index, 1 is the first
    uint32_t default_duration, default_size, default_flags;
    bool has_default_duration, has_default_size, has_default_flags; // in tfhd itself
    bool has_tfdt;
    bool is_tfdt_wide;
    // runs
    uint32_t run_count;
    size_t next_at;      // where the next sample without an offset stands
    uint64_t used_bytes; // of the mdat, by samples
    bool is_misplaced;   // samples are not where they are said to be, which was reported
    // encryption
    bool is_encrypted;
    bool has_senc;
    bool has_subsamples;
    struct iso_box senc;
    struct cursor senc_cursor; // at the next sample's entry
    uint32_t senc_left;        // samples it still has
    uint32_t senc_count;
    uint32_t iv_bytes;     // per sample
    uint32_t saiz_default; // size of each sample's entry; 0: saiz_sizes lists them
    uint32_t saiz_count;
    struct cursor saiz_sizes;
    bool has_saiz;
    struct iso_box subs; // of a text track
    bool has_subs;
    struct fragment_facts facts;
    bool has_samples;
};

struct run { // one trun
    size_t at;
    uint32_t version;
    uint32_t flags;
    uint32_t count;
    uint32_t first_flags;
    size_t data_at; // of the first sample
    struct cursor cursor;
};

struct sample {
    uint32_t duration;
    uint32_t size_bytes;
    uint32_t flags;
    int64_t time; // composition
    uint64_t decode_time;
    size_t at;     // in the data
    bool is_here;  // its bytes are
    bool is_first; // of the fragment
};

// ISO/IEC 14496-12 8.8.3.1
static inline bool sample_is_sync(uint32_t flags)
{
    return (flags & 0x10000) == 0;
}
static inline uint32_t sample_depends_on(uint32_t flags)
{
    return flags >> 24 & 3;
}
static inline uint32_t sample_is_depended_on(uint32_t flags)
{
    return flags >> 22 & 3;
}

// segment_boxes.c
void segment_read_styp(struct segment_scan *scan, const struct iso_box *box);
void segment_read_prft(struct segment_scan *scan, const struct iso_box *box);
void segment_read_emsg(struct segment_scan *scan, const struct iso_box *box);
// segment_index.c
void segment_read_sidx(struct segment_scan *scan, const struct iso_box *box);
void segment_check_sidx(struct segment_scan *scan);
// fragment.c: one moof, whose data is fragment->data_at…
void fragment_read(struct segment_scan *scan, struct fragment *fragment);
// fragment_run.c
void fragment_read_run(struct segment_scan *scan, struct fragment *fragment,
                       const struct iso_box *trun);
// fragment_sample.c: what one sample is, beyond its place and times
void fragment_read_sample(struct segment_scan *scan, struct fragment *fragment,
                          const struct sample *sample);
// fragment_text.c
void fragment_read_wvtt(struct segment_scan *scan, const struct sample *sample);
void fragment_read_stpp(struct segment_scan *scan, const struct fragment *fragment,
                        const struct sample *sample);
// fragment_crypt.c
void fragment_open_crypt(struct segment_scan *scan, struct fragment *fragment);
// The encryption entry of the next sample. False: its bytes cannot be looked at.
bool fragment_next_crypt(struct segment_scan *scan, struct fragment *fragment,
                         const struct sample *sample);
void fragment_close_crypt(struct segment_scan *scan, struct fragment *fragment);
// fragment_groups.c: sbgp, sgpd, sdtp, subs
void fragment_check_groups(struct segment_scan *scan, struct fragment *fragment);

#endif
