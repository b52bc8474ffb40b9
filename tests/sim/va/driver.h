// SPDX-License-Identifier: BSD-2-Clause
// The driver of one display: its objects, and the groups of functions that make up the
// interface. One call at a time: a call that never returns stops every other, as a wedged GPU does.
#ifndef RUNG_SIM_VA_DRIVER_H
#define RUNG_SIM_VA_DRIVER_H

#include <libavutil/frame.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <va/va_backend.h>
#include <va/va_backend_vpp.h>

#include "objects.h"

#define MAX_SIDE_PX 4096

struct driver {
    pthread_mutex_t lock;
    struct objects objects[OBJECT_KINDS];
};

struct config {
    VAProfile profile;
    VAEntrypoint entrypoint;
    uint32_t rate_control;
};

// Luma rows, then half as many rows of chroma pairs, PITCH_BYTES apart; NV12 or P010.
struct va_surface {
    int width, height; // even
    bool is_wide;      // 16 bits
    size_t pitch_bytes, size_bytes;
    uint8_t *rows;
    AVFrame *picture; // of the decoder, into which a second field goes
};

struct va_buffer {
    VABufferType type;
    unsigned size, count; // of an element
    uint8_t *data;
    bool is_surface;             // its memory is a surface's
    VACodedBufferSegment *coded; // of a coded buffer: what is mapped
};

// What a context does with its buffers.
struct work {
    void *(*open)(const struct config *config, int width, int height);
    void (*close)(void *state);
    VAStatus (*begin)(void *state, struct va_surface *target);
    VAStatus (*render)(void *state, struct driver *driver, const struct va_buffer *buffer);
    VAStatus (*end)(void *state, struct driver *driver);
};

extern const struct work work_decode;
extern const struct work work_process;
extern const struct work work_encode;

// Locks; anything but success once the device is lost. To be followed by driver_leave.
VAStatus driver_enter(struct driver *driver);
VAStatus driver_leave(struct driver *driver, VAStatus status);

static inline struct driver *driver_of(VADriverContextP va)
{
    return va->pDriverData;
}

// Counts work given to the device; false once it is lost to the fault lost-after.
bool driver_counts_work(void);

// Fill in their part of the table.
void fill_config(struct VADriverVTable *table);
void fill_surface(struct VADriverVTable *table);
void fill_image(struct VADriverVTable *table);
void fill_buffer(struct VADriverVTable *table);
void fill_context(struct VADriverVTable *table);
void fill_process(struct VADriverVTableVPP *table);
void fill_unused(struct VADriverVTable *table);

// Of surfaces; false when the device's memory does not suffice.
bool memory_take(size_t size_bytes);
void memory_give(size_t size_bytes);

// Of images; objects of their own, so that they are mapped as any buffer is.
VABufferID buffer_add(struct driver *driver, VABufferType type, unsigned size, unsigned count,
                      uint8_t *surface_rows);
void buffer_remove(struct driver *driver, VABufferID id);

#endif
