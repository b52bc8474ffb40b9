// SPDX-License-Identifier: BSD-2-Clause
// A session and its buffers, shared by the files nvenc_*.c.
#ifndef RUNG_SIM_NVENC_H
#define RUNG_SIM_NVENC_H

#include <pthread.h>

#include "api.h"
#include "context.h"
#include "encoder.h"

#define NVENC_MAX_BUFFERS 256

// Coded data goes to output buffers in the order in which they were submitted.
struct nvenc_output {
    bool is_used, is_full;
    uint8_t *data;
    size_t size, room;
    int64_t time;
    enum picture_kind kind;
    int qp;
};

// A registered device picture, or a host buffer that the client fills.
struct nvenc_input {
    bool is_used, is_mapped;
    uint64_t address; // 0 for a host buffer
    uint8_t *host;
    int height;
    size_t pitch;
    NV_ENC_BUFFER_FORMAT format;
};

struct nvenc_session {
    struct CUctx_st *context;
    const struct encoder_ops *ops;
    void *encoder;
    uint64_t memory; // stands for what the hardware keeps
    int width, height;
    bool is_hevc;
    struct nvenc_output outputs[NVENC_MAX_BUFFERS];
    struct nvenc_input inputs[NVENC_MAX_BUFFERS];
    struct nvenc_output *waiting[NVENC_MAX_BUFFERS]; // submitted and still empty, in order
    int waiting_count;
    uint32_t coded_count;
    int64_t flush_number; // among those of the device; 0: not yet
    pthread_mutex_t lock;
};

// SUCCESS, or why a call on SESSION cannot be done.
NVENCSTATUS nvenc_check(const struct nvenc_session *session);

// The parts of the function table that are not in nvenc_api.c.
void nvenc_fill_buffers(NV_ENCODE_API_FUNCTION_LIST *list);
void nvenc_fill_session(NV_ENCODE_API_FUNCTION_LIST *list);
void nvenc_fill_encode(NV_ENCODE_API_FUNCTION_LIST *list);

// Where the samples of INPUT are; false when it names no live memory.
bool nvenc_locate(const struct nvenc_session *session, const struct nvenc_input *input,
                  struct encoder_picture *ret);

static inline bool guid_is(GUID a, GUID b)
{
    return __builtin_memcmp(&a, &b, sizeof a) == 0;
}

#endif
