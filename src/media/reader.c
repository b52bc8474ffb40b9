// SPDX-License-Identifier: BSD-2-Clause
// Seeking, decoding and filtering for one span. A seek is believed only once it is
// proved: by a first picture the span can start from, and by decoding without damage
// up to the next keyframe, from where on nothing depends on where decoding began.
// Damage before that is first looked at from the start of the file.
#include "src/media/reader.h"

#include <inttypes.h>
#include <libavcodec/avcodec.h>
#include <stdio.h>

#include "hwaccel/words.h"
#include "src/base/mem.h"
#include "src/media/decoder.h"
#include "src/media/demux.h"
#include "src/media/filter.h"
#include "src/media/packet_look.h"

// A span of deinterlaced video wants a few frames before its first one.
#define DEINTERLACE_LEAD_SLOTS 3

struct reader {
    struct reader_spec spec;
    struct demux *demux;
    AVStream *stream;
    AVCodecContext *decoder;
    struct filter *filter;
    AVPacket *packet;
    AVFrame *decoded;
    bool seen_key;      // nothing before a keyframe can be decoded
    int64_t key_slot;   // of the first keyframe after the seek
    int64_t proof_slot; // of the second one; damage before it may be the seek's fault
    bool is_seeked;     // and not from the start
    bool is_in_doubt;   // damage was seen that may be the seek's fault
    bool is_settled;    // a whole picture came out
    bool is_intra;      // the first one, that is
    int64_t next_count; // TIMING_COUNTED: the next frame's slot
    int64_t last_slot;
    int64_t damaged;
    int64_t sent_pts; // of the last packet the decoder got
    struct packet_look *look;
    AVFrame *first; // the frame that proved the seek right
    int64_t first_slot;
    // frames handed out so far: the last one's slot, and how many were in that slot
    int64_t given_slot;
    int64_t given_in_slot;
    int64_t skip_in_slot; // after a second start: of these, so many are yet to be passed over
};

static int64_t slot_of(const struct reader *reader, int64_t pts)
{
    struct rational time = demux_time(reader->stream, pts);
    struct rational since = rational_sub(time, reader->spec.plan->source_start);
    return rational_round(rational_mul(since, reader->spec.plan->source_frame_rate), 1);
}

static bool start(struct reader *reader, struct err *err)
{
    reader->stream = demux_format(reader->demux)->streams[reader->spec.plan->video_stream_index];
    reader->seen_key = false;
    reader->proof_slot = INT64_MAX;
    reader->is_seeked = reader->is_in_doubt = reader->is_settled = false;
    reader->sent_pts = AV_NOPTS_VALUE;
    packet_look_free(&reader->look);
    reader->look = packet_look_new(reader->stream->codecpar);
    reader->next_count = 0;
    reader->last_slot = INT64_MIN;
    reader->damaged = 0;
    filter_free(&reader->filter);
    reader->filter = filter_new(reader->spec.plan, reader->stream->time_base);
    avcodec_free_context(&reader->decoder);
    return decoder_open(reader->stream, reader->spec.device, &reader->decoder, err);
}

// Whether the damage is the media's or the device's is for the CPU's decoder to say.
static bool note_device(struct reader *reader, int averror, const char *what, struct err *err)
{
    reader->is_in_doubt = false;
    return device_fail(reader->spec.device, STAGE_DECODE, averror, what, err);
}

// Damage counts when it falls into the span; without a time it counts always. False
// also when it is in doubt whose fault it is.
static bool note_damage(struct reader *reader, int64_t pts, const char *what, struct err *err)
{
    int64_t slot = pts == AV_NOPTS_VALUE ? reader->spec.first_slot : slot_of(reader, pts);
    if (slot < reader->spec.first_slot || slot >= reader->spec.end_slot)
        return true;
    reader->is_in_doubt = reader->is_seeked && slot < reader->proof_slot;
    if (reader->is_in_doubt)
        return err_set(err, ERR_INPUT, "decoding after a seek: %s", what);
    reader->damaged++;
    if (reader->spec.allow_damaged)
        return true;
    double at_s = rational_to_double(
        rational_div(rational_make(slot, 1), reader->spec.plan->source_frame_rate));
    return err_set(err, ERR_INPUT,
                   "the video is damaged at %.3f s (%s); --allow-damaged goes on without what "
                   "cannot be decoded",
                   at_s, what);
}

// The input cannot be read any further. A read that failed is no damage of the media.
static bool note_stop(struct reader *reader, const struct err *why, struct err *err)
{
    reader->is_in_doubt = why->kind == ERR_INPUT && reader->is_seeked;
    if (why->kind != ERR_INPUT || reader->is_in_doubt || !reader->spec.allow_damaged) {
        if (err)
            *err = *why;
        return false;
    }
    reader->damaged++;
    return true;
}

static void note_key(struct reader *reader, int64_t pts)
{
    int64_t slot = pts == AV_NOPTS_VALUE ? INT64_MIN : slot_of(reader, pts);
    if (!reader->seen_key)
        reader->key_slot = slot;
    else if (reader->proof_slot == INT64_MAX)
        reader->proof_slot = slot;
    reader->seen_key = true;
}

// Feeds the decoder one packet, or the end. False: failed.
static bool feed(struct reader *reader, struct err *err)
{
    for (;;) {
        struct err why = {0};
        enum demux_result got = demux_read(reader->demux, reader->packet, &why);
        if (got == DEMUX_FAILED && !note_stop(reader, &why, err))
            return false;
        if (got != DEMUX_PACKET) {
            avcodec_send_packet(reader->decoder, NULL);
            return true;
        }
        bool is_key = false, is_false_key = false;
        enum packet_kind kind =
            packet_look_at(reader->look, reader->packet, &is_key, &is_false_key);
        if (!reader->seen_key && !is_key) {
            av_packet_unref(reader->packet);
            continue;
        }
        int64_t pts = reader->sent_pts = reader->packet->pts;
        words_clear();
        if (is_key)
            note_key(reader, pts);
        int rc = avcodec_send_packet(reader->decoder, reader->packet);
        av_packet_unref(reader->packet);
        if (rc == AVERROR(ENOMEM))
            return err_set(err, ERR_TRANSIENT, "video decoder: out of memory");
        // A packet without a picture (parameter sets alone, say) loses nothing.
        if (rc < 0 && rc != AVERROR_EOF && kind != PACKET_HIDDEN && reader->spec.device)
            return note_device(reader, rc, "a packet", err);
        if (rc < 0 && rc != AVERROR_EOF && kind != PACKET_HIDDEN)
            return note_damage(reader, pts, av_err2str(rc), err);
        return true;
    }
}

// Whether this picture still lacks what lies before the point where decoding began:
// leading pictures of an open group, a picture that is being refreshed bit by bit.
static bool is_unsettled(struct reader *reader, const AVFrame *frame)
{
    if (reader->decoder->codec_id == AV_CODEC_ID_H264 && frame->flags & AV_FRAME_FLAG_CORRUPT &&
        !reader->is_settled)
        return true;
    if (!reader->is_settled)
        reader->is_intra =
            frame->pict_type == AV_PICTURE_TYPE_I || frame->pict_type == AV_PICTURE_TYPE_NONE;
    reader->is_settled = true;
    return false;
}

// Takes one frame from the decoder into the filter, feeding as needed.
static bool advance(struct reader *reader, struct err *err)
{
    for (;;) {
        int rc = avcodec_receive_frame(reader->decoder, reader->decoded);
        if (rc == AVERROR(EAGAIN)) {
            if (!feed(reader, err))
                return false;
            continue;
        }
        if (rc == AVERROR_EOF)
            return filter_send(reader->filter, NULL, err);
        if (rc < 0 && reader->spec.device)
            return note_device(reader, rc, "a picture", err);
        if (rc < 0) {
            if (!note_damage(reader, reader->sent_pts, av_err2str(rc), err))
                return false;
            continue;
        }
        AVFrame *frame = reader->decoded;
        if (!decoder_check_frame(reader->decoder, reader->spec.device, frame, err)) {
            reader->is_in_doubt = false;
            return false;
        }
        if (is_unsettled(reader, frame)) {
            av_frame_unref(frame);
            continue;
        }
        // libavcodec's judgement where a container's pts do not rise with the pictures.
        if (frame->best_effort_timestamp != AV_NOPTS_VALUE)
            frame->pts = frame->best_effort_timestamp;
        bool is_damaged = (frame->flags & AV_FRAME_FLAG_CORRUPT) || frame->decode_error_flags;
        if (is_damaged && reader->spec.device)
            return note_device(reader, AVERROR_INVALIDDATA, "a damaged picture", err);
        if (is_damaged &&
            !note_damage(reader, frame->pts, "the decoder had to guess parts of a picture", err))
            return false;
        AVFrame *moved = av_frame_alloc();
        if (!moved)
            return err_set(err, ERR_TRANSIENT, "video decoder: out of memory");
        av_frame_move_ref(moved, frame);
        return filter_send(reader->filter, moved, err);
    }
}

static enum reader_result pull(struct reader *reader, AVFrame *ret_frame, int64_t *ret_slot,
                               struct err *err)
{
    for (;;) {
        enum filter_result got = filter_receive(reader->filter, ret_frame, err);
        if (got == FILTER_FAILED)
            return READER_FAILED;
        if (got == FILTER_END)
            return READER_END;
        if (got == FILTER_NEED_INPUT) {
            if (!advance(reader, err))
                return READER_FAILED;
            continue;
        }
        int64_t slot;
        if (reader->spec.plan->timing == TIMING_COUNTED)
            slot = reader->next_count++;
        else if (ret_frame->pts != AV_NOPTS_VALUE)
            slot = slot_of(reader, ret_frame->pts);
        else
            slot = reader->last_slot == INT64_MIN ? reader->spec.first_slot : reader->last_slot + 1;
        reader->last_slot = slot;
        *ret_slot = slot;
        return READER_FRAME;
    }
}

// True when the first frame after a seek is one the span can start from: at or
// before its first slot, not a leading picture of a keyframe that comes later, and
// not from a packet that was a keyframe by its flag only. (H.264 may start with any
// picture from which a recovery point says all is right.)
static bool is_good_start(const struct reader *reader, int64_t slot)
{
    if (!reader->is_intra && reader->decoder->codec_id != AV_CODEC_ID_H264)
        return false;
    return slot <= reader->spec.first_slot && reader->key_slot <= reader->spec.first_slot;
}

// Seeks ever farther back until the first frame proves the seek right; the last
// resort is the start of the file.
static bool seek(struct reader *reader, struct err *err)
{
    static const int64_t back_s[] = {0, 5, 30, 120};
    const struct plan *plan = reader->spec.plan;
    int64_t lead = plan->deinterlace ? DEINTERLACE_LEAD_SLOTS : 0;
    struct rational wanted = rational_add(
        plan->source_start,
        rational_div(rational_make(reader->spec.first_slot - lead, 1), plan->source_frame_rate));
    AVFrame *frame = av_frame_alloc();
    if (!frame)
        return err_set(err, ERR_TRANSIENT, "video decoder: out of memory");
    for (unsigned i = 0; plan->is_seekable && i < ARRAY_LEN(back_s); i++) {
        struct rational target = rational_sub(wanted, rational_make(back_s[i], 1));
        if (rational_cmp(target, plan->source_start) <= 0)
            break;
        if (!demux_seek(reader->demux, plan->video_stream_index, target))
            break;
        if (!start(reader, err))
            goto failed;
        reader->is_seeked = true;
        int64_t slot = 0;
        struct err ignored = {0};
        if (pull(reader, frame, &slot, &ignored) == READER_FRAME && is_good_start(reader, slot)) {
            reader->first = frame;
            reader->first_slot = slot;
            return true;
        }
        av_frame_unref(frame);
        if (err_is_device(ignored.kind)) {
            if (err)
                *err = ignored;
            goto failed;
        }
    }
    av_frame_free(&frame);
    return demux_rewind(reader->demux, err) && start(reader, err);
failed:
    av_frame_free(&frame);
    return false;
}

bool reader_open(const struct reader_spec *spec, struct reader **ret_reader, struct err *err)
{
    struct reader *reader = mem_alloc(sizeof *reader);
    reader->spec = *spec;
    reader->packet = av_packet_alloc();
    reader->decoded = av_frame_alloc();
    reader->demux = demux_open(spec->source, err);
    bool ok = reader->demux != NULL;
    if (ok && (!reader->packet || !reader->decoded))
        ok = err_set(err, ERR_TRANSIENT, "video decoder: out of memory");
    if (ok && (unsigned)spec->plan->video_stream_index >= demux_format(reader->demux)->nb_streams)
        ok = err_set(err, ERR_INPUT, "%s: video stream %d is gone", spec->source->name,
                     spec->plan->video_stream_index);
    // Before any seek, which reads ahead.
    if (ok)
        demux_select(reader->demux, &spec->plan->video_stream_index, 1);
    if (ok)
        ok = spec->first_slot > 0 ? seek(reader, err) : start(reader, err);
    if (!ok) {
        reader_free(&reader);
        return false;
    }
    *ret_reader = reader;
    return true;
}

void reader_free(struct reader **reader)
{
    if (!*reader)
        return;
    av_frame_free(&(*reader)->first);
    av_frame_free(&(*reader)->decoded);
    av_packet_free(&(*reader)->packet);
    filter_free(&(*reader)->filter);
    packet_look_free(&(*reader)->look);
    avcodec_free_context(&(*reader)->decoder);
    demux_free(&(*reader)->demux);
    MEM_FREE(*reader);
}

// Decodes from the start of the file, up to behind what was handed out already.
static bool start_over(struct reader *reader, struct err *err)
{
    if (err)
        *err = (struct err){0};
    reader->skip_in_slot = reader->given_in_slot;
    return demux_rewind(reader->demux, err) && start(reader, err);
}

// Whether this frame went out before decoding started over.
static bool is_given(struct reader *reader, int64_t slot)
{
    if (reader->skip_in_slot == 0 || slot > reader->given_slot)
        return false;
    if (slot == reader->given_slot)
        reader->skip_in_slot--;
    return true;
}

static void note_given(struct reader *reader, int64_t slot)
{
    reader->given_in_slot = slot == reader->given_slot ? reader->given_in_slot + 1 : 1;
    reader->given_slot = slot;
    reader->skip_in_slot = 0;
}

enum reader_result reader_next(struct reader *reader, AVFrame *ret_frame, int64_t *ret_slot,
                               struct err *err)
{
    if (reader->first) {
        av_frame_move_ref(ret_frame, reader->first);
        av_frame_free(&reader->first);
        *ret_slot = reader->first_slot;
        note_given(reader, *ret_slot);
        return READER_FRAME;
    }
    for (;;) {
        enum reader_result got = pull(reader, ret_frame, ret_slot, err);
        if (got == READER_FAILED && reader->is_in_doubt) {
            if (!start_over(reader, err))
                return READER_FAILED;
            continue;
        }
        if (got == READER_FRAME && is_given(reader, *ret_slot)) {
            av_frame_unref(ret_frame);
            continue;
        }
        if (got == READER_FRAME)
            note_given(reader, *ret_slot);
        return got;
    }
}

int64_t reader_damaged(const struct reader *reader)
{
    return reader->damaged;
}
