// SPDX-License-Identifier: BSD-2-Clause
// CMAF segments: styp, then fragments of moof and mdat with one track fragment
// and one run each (ISO/IEC 23000-19 7.3.2).
#include <inttypes.h>

#include "packager/box.h"
#include "packager/cmaf_private.h"

enum {
    TFHD_SAMPLE_DESCRIPTION = 0x02,
    TFHD_DURATION = 0x08,
    TFHD_SIZE = 0x10,
    TFHD_FLAGS = 0x20,
    TFHD_BASE_IS_MOOF = 0x020000,

    TRUN_DATA_OFFSET = 0x01,
    TRUN_FIRST_FLAGS = 0x04,
    TRUN_DURATIONS = 0x100,
    TRUN_SIZES = 0x200,
    TRUN_FLAGS = 0x400,
    TRUN_OFFSETS = 0x800,

    // ISO/IEC 14496-12 8.8.3.1
    SAMPLE_SYNC = 0x02000000,     // sample_depends_on 2: on no other
    SAMPLE_NON_SYNC = 0x01010000, // sample_depends_on 1, sample_is_non_sync_sample
};

struct fragment {
    const struct cmaf_sample *samples;
    size_t count;
    int64_t decode_time_ticks;
    uint32_t sequence_number;
    bool is_video;
    int64_t composition_delay_ticks;
};

// What all samples of a fragment share goes into tfhd, the rest into trun.
struct layout {
    uint32_t tfhd_flags;
    uint32_t trun_flags;
    uint32_t duration;
    uint32_t size;
    uint32_t sample_flags;
};

static uint32_t sample_flags(const struct cmaf_sample *sample)
{
    return sample->is_sync ? SAMPLE_SYNC : SAMPLE_NON_SYNC;
}

static struct layout layout_of(const struct fragment *fragment)
{
    const struct cmaf_sample *samples = fragment->samples;
    struct layout layout = {
        .tfhd_flags = TFHD_BASE_IS_MOOF | TFHD_SAMPLE_DESCRIPTION | TFHD_DURATION | TFHD_FLAGS,
        .trun_flags = TRUN_DATA_OFFSET,
        .duration = (uint32_t)samples[0].duration_ticks,
        .size = (uint32_t)samples[0].size_bytes,
        .sample_flags = sample_flags(&samples[fragment->count - 1]),
    };
    for (size_t i = 0; i < fragment->count; i++) {
        const struct cmaf_sample *sample = &samples[i];
        if (sample->duration_ticks != samples[0].duration_ticks)
            layout.trun_flags |= TRUN_DURATIONS;
        if (sample->size_bytes != samples[0].size_bytes)
            layout.trun_flags |= TRUN_SIZES;
        if (sample->composition_offset_ticks + fragment->composition_delay_ticks != 0)
            layout.trun_flags |= TRUN_OFFSETS;
        if (sample_flags(sample) != layout.sample_flags)
            layout.trun_flags |= i == 0 ? TRUN_FIRST_FLAGS : TRUN_FLAGS;
    }
    if (layout.trun_flags & TRUN_FLAGS)
        layout.trun_flags &= ~(uint32_t)TRUN_FIRST_FLAGS; // only one of the two is legal
    if (!(layout.trun_flags & TRUN_SIZES))
        layout.tfhd_flags |= TFHD_SIZE;
    return layout;
}

static void write_tfhd(const struct layout *layout, struct buf *ret)
{
    size_t tfhd = box_begin_full(ret, "tfhd", 0, layout->tfhd_flags);
    buf_put_u32(ret, CMAF_TRACK_ID);
    buf_put_u32(ret, 1); // sample_description_index
    buf_put_u32(ret, layout->duration);
    if (layout->tfhd_flags & TFHD_SIZE)
        buf_put_u32(ret, layout->size);
    buf_put_u32(ret, layout->sample_flags);
    box_end(ret, tfhd);
}

// Returns where data_offset stands, to be patched.
static size_t write_trun(const struct fragment *fragment, const struct layout *layout,
                         struct buf *ret)
{
    uint32_t flags = layout->trun_flags;
    // Version 1 has signed composition offsets, and is what cmf2 asks for.
    uint8_t version = fragment->is_video || flags & TRUN_OFFSETS ? 1 : 0;
    size_t trun = box_begin_full(ret, "trun", version, flags);
    buf_put_u32(ret, (uint32_t)fragment->count);
    size_t data_offset_at = ret->size_bytes;
    buf_put_u32(ret, 0);
    if (flags & TRUN_FIRST_FLAGS)
        buf_put_u32(ret, sample_flags(&fragment->samples[0]));
    for (size_t i = 0; i < fragment->count; i++) {
        const struct cmaf_sample *sample = &fragment->samples[i];
        if (flags & TRUN_DURATIONS)
            buf_put_u32(ret, (uint32_t)sample->duration_ticks);
        if (flags & TRUN_SIZES)
            buf_put_u32(ret, (uint32_t)sample->size_bytes);
        if (flags & TRUN_FLAGS)
            buf_put_u32(ret, sample_flags(sample));
        if (flags & TRUN_OFFSETS)
            buf_put_u32(ret, (uint32_t)(int32_t)(sample->composition_offset_ticks +
                                                 fragment->composition_delay_ticks));
    }
    box_end(ret, trun);
    return data_offset_at;
}

static void write_fragment(const struct fragment *fragment, struct buf *ret)
{
    struct layout layout = layout_of(fragment);
    size_t moof = box_begin(ret, "moof");
    size_t mfhd = box_begin_full(ret, "mfhd", 0, 0);
    buf_put_u32(ret, fragment->sequence_number);
    box_end(ret, mfhd);
    size_t traf = box_begin(ret, "traf");
    write_tfhd(&layout, ret);
    size_t tfdt = box_begin_full(ret, "tfdt", 1, 0);
    buf_put_u64(ret, (uint64_t)fragment->decode_time_ticks);
    box_end(ret, tfdt);
    size_t data_offset_at = write_trun(fragment, &layout, ret);
    box_end(ret, traf);
    box_end(ret, moof);

    size_t mdat = box_begin(ret, "mdat");
    box_patch_u32(ret, data_offset_at, (uint32_t)(ret->size_bytes - moof));
    for (size_t i = 0; i < fragment->count; i++)
        buf_append(ret, fragment->samples[i].data, fragment->samples[i].size_bytes);
    box_end(ret, mdat);
}

// How many samples from `first` on form one fragment.
static size_t fragment_length(const struct cmaf_segment_spec *spec, size_t first)
{
    if (!spec->own_fragment_for_sync)
        return spec->sample_count - first;
    if (spec->samples[first].is_sync)
        return 1;
    size_t end = first + 1;
    while (end < spec->sample_count && !spec->samples[end].is_sync)
        end++;
    return end - first;
}

static bool check_sample(const struct cmaf_sample *sample, size_t i, struct err *err)
{
    if (sample->size_bytes == 0 || sample->size_bytes > UINT32_MAX)
        return err_set(err, ERR_BUG, "sample %zu has %zu bytes", i, sample->size_bytes);
    if (sample->duration_ticks < 1 || sample->duration_ticks > UINT32_MAX)
        return err_set(err, ERR_BUG, "sample %zu lasts %" PRId64 " ticks", i,
                       sample->duration_ticks);
    if (sample->composition_offset_ticks < INT32_MIN / 2 ||
        sample->composition_offset_ticks > INT32_MAX / 2)
        return err_set(err, ERR_BUG, "sample %zu has composition offset %" PRId64, i,
                       sample->composition_offset_ticks);
    return true;
}

// Room for moof boxes beside the samples within 32-bit sizes and data offsets.
#define SEGMENT_DATA_MAX_BYTES ((uint64_t)INT32_MAX / 2)

static bool check_spec(const struct cmaf_segment_spec *spec, struct err *err)
{
    if (spec->composition_delay_ticks < 0 || spec->composition_delay_ticks > INT32_MAX / 2)
        return err_set(err, ERR_BUG, "composition delay of %" PRId64 " ticks",
                       spec->composition_delay_ticks);
    uint64_t data_bytes = 0;
    if (spec->sample_count == 0)
        return err_set(err, ERR_BUG, "no samples");
    if (spec->decode_time_ticks < 0 || spec->decode_time_ticks > INT64_MAX / 2)
        return err_set(err, ERR_BUG, "decode time %" PRId64, spec->decode_time_ticks);
    if (!spec->samples[0].is_sync)
        return err_set(err, ERR_BUG, "the first sample is not a sync sample");
    for (size_t i = 0; i < spec->sample_count; i++) {
        if (!check_sample(&spec->samples[i], i, err))
            return false;
        data_bytes += spec->samples[i].size_bytes;
        if (data_bytes > SEGMENT_DATA_MAX_BYTES)
            return err_set(err, ERR_CONFIG, "more than 1 GiB of samples: use shorter segments");
    }
    size_t fragments = 0;
    for (size_t at = 0; at < spec->sample_count; at += fragment_length(spec, at))
        fragments++;
    if (fragments > CMAF_FRAGMENTS_PER_SEGMENT)
        return err_set(err, ERR_CONFIG, "%zu fragments, at most %d fit: use shorter segments",
                       fragments, CMAF_FRAGMENTS_PER_SEGMENT);
    return true;
}

static void write_styp(struct buf *ret)
{
    size_t styp = box_begin(ret, "styp");
    buf_append(ret, "msdh", 4);
    buf_put_u32(ret, 0);
    buf_append(ret, "msdhcmfs", 8); // a DASH media segment; whole CMAF fragments
    box_end(ret, styp);
}

bool cmaf_write_segment(const struct cmaf_segment_spec *spec, struct buf *ret,
                        struct cmaf_iframe *ret_iframes, size_t ret_iframes_cap,
                        size_t *ret_iframe_count, uint32_t *ret_fragment_count, struct err *err)
{
    if (!check_spec(spec, err))
        return err_wrap(err, "segment");
    size_t start = ret->size_bytes, iframe_count = 0;
    uint32_t fragment_count = 0;
    struct fragment fragment = {
        .decode_time_ticks = spec->decode_time_ticks,
        .is_video = cmaf_codec_is_video(spec->codec),
        .composition_delay_ticks = spec->composition_delay_ticks,
    };
    write_styp(ret);
    for (size_t at = 0; at < spec->sample_count; at += fragment.count) {
        fragment.samples = &spec->samples[at];
        fragment.count = fragment_length(spec, at);
        fragment.sequence_number = spec->first_sequence_number + fragment_count++;
        size_t fragment_start = ret->size_bytes;
        write_fragment(&fragment, ret);

        if (spec->own_fragment_for_sync && fragment.samples[0].is_sync) {
            if (ret_iframes && iframe_count < ret_iframes_cap)
                ret_iframes[iframe_count] = (struct cmaf_iframe){
                    .start_ticks =
                        fragment.decode_time_ticks + fragment.samples[0].composition_offset_ticks,
                    .offset_bytes = fragment_start - start,
                    .size_bytes = ret->size_bytes - fragment_start,
                };
            iframe_count++;
        }
        for (size_t i = 0; i < fragment.count; i++)
            fragment.decode_time_ticks += fragment.samples[i].duration_ticks;
    }
    if (ret_iframe_count)
        *ret_iframe_count = iframe_count;
    if (ret_fragment_count)
        *ret_fragment_count = fragment_count;
    return true;
}
