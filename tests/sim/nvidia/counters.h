// SPDX-License-Identifier: BSD-2-Clause
// What the simulated driver was asked to do, in this process. RUNG_SIM_REPORT names a
// file to which reports are appended, one JSON object per line: at exit, whenever a
// context is destroyed, when a fault fires, and when the program calls cuSimReport().
#ifndef RUNG_SIM_COUNTERS_H
#define RUNG_SIM_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

// Each row is one number and the name it has in the report.
#define SIM_COUNTERS(X)                                                                            \
    X(dtoh_copies) /* device to host copies of any size but zero */                                \
    X(dtoh_bytes)                                                                                  \
    X(htod_copies) /* host to device, host pictures given to an encoder included */                \
    X(htod_bytes)                                                                                  \
    X(dtod_copies)                                                                                 \
    X(kernel_launches)                                                                             \
    X(pictures_decoded)                                                                            \
    X(pictures_encoded)                                                                            \
    X(bitstream_bytes) /* coded data handed to the program */                                      \
    X(decoders_opened)                                                                             \
    X(encoders_opened)                                                                             \
    X(contexts_opened)                                                                             \
    X(modules_loaded)                                                                              \
    X(memory_peak_bytes)                                                                           \
    X(decoders_live) /* the live ones are leaks when they are not 0 at exit */                     \
    X(encoders_live)                                                                               \
    X(contexts_live)                                                                               \
    X(modules_live)                                                                                \
    X(textures_live)                                                                               \
    X(surfaces_mapped)                                                                             \
    X(allocations_live)                                                                            \
    X(memory_bytes)

struct counters {
#define SIM_COUNTER_FIELD(name) _Atomic int64_t name;
    SIM_COUNTERS(SIM_COUNTER_FIELD)
#undef SIM_COUNTER_FIELD
};

extern struct counters counters;

void counters_report(const char *event);
void counters_note_fault(const char *name);

#endif
