// SPDX-License-Identifier: BSD-2-Clause
// Pairing: pictures wait in the order they are shown, the decoder gives its own in
// that order too, each with the number its packet carried.
#include "src/media/score.h"

#include <inttypes.h>
#include <libavcodec/avcodec.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/media/codec_list.h"
#include "src/media/picture_frame.h"

// libvmaf keeps a line per picture until it is closed. Cut up, that stays small for
// spans of any length, and costs one picture's motion at each cut.
#define GRAPH_PAIRS_MAX 2048
// The least even side libvmaf's four scales can be made of: more than 32.
#define SIDE_MIN_PX 34

struct score {
    enum score_kind kind;
    const struct plan_video *track;
    AVCodecContext *decoder;
    AVPacket *packet;
    AVFrame *decoded;
    AVFrame *lent;
    struct picture **waiting; // pictures whose twin has not come yet
    size_t waiting_count;
    size_t waiting_capacity;
    int64_t next; // number of waiting[0]
    struct score_graph *graph;
    int64_t pairs_in_graph;
    struct media_score sum;
    int64_t cpu_us;
};

bool score_can(enum score_kind kind, const struct plan_video *track)
{
    return kind != SCORE_NONE && track->encoded_on == DEVICE_CPU &&
           track->width_px >= SIDE_MIN_PX && track->height_px >= SIDE_MIN_PX &&
           codec_find_decoder(codec_id_of(track->codec));
}

static bool open_decoder(struct score *score, const struct buf *config, struct err *err)
{
    const AVCodec *codec = codec_find_decoder(codec_id_of(score->track->codec));
    if (!codec)
        return err_set(err, ERR_CONFIG, "no decoder for %s", video_codec_name(score->track->codec));
    score->decoder = avcodec_alloc_context3(codec);
    score->packet = av_packet_alloc();
    score->decoded = av_frame_alloc();
    score->lent = av_frame_alloc();
    uint8_t *extradata = av_mallocz(config->size_bytes + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!score->decoder || !score->packet || !score->decoded || !score->lent || !extradata) {
        av_free(extradata);
        return err_set(err, ERR_TRANSIENT, "out of memory");
    }
    memcpy(extradata, config->data, config->size_bytes);
    score->decoder->extradata = extradata;
    score->decoder->extradata_size = (int)config->size_bytes;
    score->decoder->width = score->track->width_px;
    score->decoder->height = score->track->height_px;
    score->decoder->thread_count = 1;
    int rc = avcodec_open2(score->decoder, codec, NULL);
    return rc >= 0 || err_set(err, ERR_BUG, "open decoder %s: %s", codec->name, av_err2str(rc));
}

bool score_open(const struct score_spec *spec, struct score **ret_score, struct err *err)
{
    struct score *score = mem_alloc(sizeof *score);
    score->kind = spec->kind;
    score->track = spec->track;
    if (!open_decoder(score, spec->config, err)) {
        score_free(&score);
        return err_wrap(err, "score");
    }
    *ret_score = score;
    return true;
}

void score_free(struct score **score_ptr)
{
    struct score *score = *score_ptr;
    if (!score)
        return;
    score_graph_free(&score->graph);
    for (size_t i = 0; i < score->waiting_count; i++)
        picture_unref(&score->waiting[i]);
    MEM_FREE(score->waiting);
    avcodec_free_context(&score->decoder);
    av_packet_free(&score->packet);
    av_frame_free(&score->decoded);
    av_frame_free(&score->lent);
    MEM_FREE(*score_ptr);
}

void score_add_picture(struct score *score, const struct picture *picture)
{
    struct picture *shared = (struct picture *)picture;
    if (score->waiting_count == score->waiting_capacity) {
        score->waiting_capacity = 2 * score->waiting_capacity + 16;
        score->waiting =
            mem_realloc(score->waiting, score->waiting_capacity, sizeof score->waiting[0]);
    }
    picture_ref(shared);
    score->waiting[score->waiting_count++] = shared;
}

static bool close_graph(struct score *score, struct err *err)
{
    bool ok = !score->graph || score_graph_finish(score->graph, &score->sum, err);
    score_graph_free(&score->graph);
    score->pairs_in_graph = 0;
    return ok;
}

// The decoded picture has left the decoder: its twin is the one that waits longest.
static bool compare(struct score *score, struct err *err)
{
    const struct plan_video *track = score->track;
    AVFrame *decoded = score->decoded;
    if (score->waiting_count == 0 || decoded->pts != score->next)
        return err_set(err, ERR_BUG, "picture %" PRId64 " came out of the decoder, not %" PRId64,
                       decoded->pts, score->next);
    if (decoded->width != track->width_px || decoded->height != track->height_px ||
        (decoded->format != AV_PIX_FMT_YUV420P && decoded->format != AV_PIX_FMT_YUVJ420P))
        return err_set(err, ERR_BUG, "picture %" PRId64 " was decoded to another shape",
                       score->next);
    if (!score->graph &&
        !score_graph_open(score->kind, track->width_px, track->height_px, &score->graph, err))
        return false;
    if (!picture_lend(score->waiting[0], score->lent))
        return err_set(err, ERR_TRANSIENT, "out of memory");
    picture_unref(&score->waiting[0]);
    score->waiting_count--;
    memmove(&score->waiting[0], &score->waiting[1],
            score->waiting_count * sizeof score->waiting[0]);
    score->next++;
    score->pairs_in_graph++;
    return score_graph_add(score->graph, decoded, score->lent, err) &&
           (score->pairs_in_graph < GRAPH_PAIRS_MAX || close_graph(score, err));
}

// NULL: no more will come.
static bool decode(struct score *score, const AVPacket *packet, struct err *err)
{
    int rc = avcodec_send_packet(score->decoder, packet);
    if (rc < 0)
        return err_set(err, ERR_BUG, "what was coded cannot be decoded: %s", av_err2str(rc));
    for (;;) {
        rc = avcodec_receive_frame(score->decoder, score->decoded);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
            return true;
        if (rc < 0)
            return err_set(err, ERR_BUG, "what was coded cannot be decoded: %s", av_err2str(rc));
        bool ok = compare(score, err);
        av_frame_unref(score->decoded);
        if (!ok)
            return false;
    }
}

bool score_add_coded(struct score *score, const struct encoded *encoded, struct err *err)
{
    int64_t begin_us = clock_thread_cpu_us();
    AVPacket *packet = score->packet;
    bool ok =
        encoded->size_bytes < INT32_MAX && av_new_packet(packet, (int)encoded->size_bytes) >= 0;
    if (ok) {
        memcpy(packet->data, encoded->data, encoded->size_bytes);
        packet->pts = encoded->frame;
        packet->flags = encoded->is_sync ? AV_PKT_FLAG_KEY : 0;
        ok = decode(score, packet, err);
        av_packet_unref(packet);
    } else {
        err_set(err, ERR_TRANSIENT, "out of memory");
    }
    score->cpu_us += clock_thread_cpu_us() - begin_us;
    return ok || err_wrap(err, "score");
}

bool score_finish(struct score *score, struct media_score *ret_sum, struct err *err)
{
    int64_t begin_us = clock_thread_cpu_us();
    bool ok = decode(score, NULL, err) && close_graph(score, err);
    if (ok && score->waiting_count > 0)
        ok = err_set(err, ERR_BUG, "%zu pictures did not come out of the decoder",
                     score->waiting_count);
    score->cpu_us += clock_thread_cpu_us() - begin_us;
    if (!ok)
        return err_wrap(err, "score");
    *ret_sum = score->sum;
    return true;
}

int64_t score_cpu_us(const struct score *score)
{
    return score->cpu_us;
}

// The decoder's reference pictures, and the planes of integers libvmaf works on.
int64_t score_memory_bytes(const struct plan_video *track)
{
    int64_t luma_bytes = (int64_t)track->width_px * track->height_px;
    return 40 * luma_bytes;
}
