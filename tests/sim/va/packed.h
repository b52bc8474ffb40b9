// SPDX-License-Identifier: BSD-2-Clause
// What encoders of both codecs do alike: headers that the program packs, faults, coded buffers.
#ifndef RUNG_SIM_VA_PACKED_H
#define RUNG_SIM_VA_PACKED_H

#include "driver.h"

#define PACKED_MAX 8192

// Of one picture: parameter sets, SEI and such, with start codes and emulation prevention.
struct packed {
    VAEncPackedHeaderParameterBuffer next; // what its data will be
    uint8_t data[PACKED_MAX];
    size_t size;
};

// For the two types of buffers that bring them; headers of slices are left out.
VAStatus packed_take(struct packed *packed, const struct va_buffer *buffer);

// One element of just this size.
VAStatus parameters_take(void *to, size_t size, const struct va_buffer *buffer);

// Counts a picture: an error, or no return at all, where a fault says so.
VAStatus encode_fault(void);

// The coded buffer of this number; NULL: there is none.
struct va_buffer *coded_buffer(struct driver *driver, VABufferID id);
// It holds so many bytes now.
void coded_buffer_fill(struct va_buffer *buffer, size_t size);

#endif
