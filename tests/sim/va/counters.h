// SPDX-License-Identifier: BSD-2-Clause
// What the simulated VA driver was asked to do, in this process. RUNG_SIM_REPORT names a file
// to which reports are appended, one JSON object per line: at exit, whenever a display is closed
// and when a fault fires.
#ifndef RUNG_SIM_VA_COUNTERS_H
#define RUNG_SIM_VA_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

// Each row is one number and the name it has in the report.
#define VA_COUNTERS(X)                                                                             \
    X(downloads) /* vaGetImage */                                                                  \
    X(download_bytes)                                                                              \
    X(uploads) /* vaPutImage */                                                                    \
    X(upload_bytes)                                                                                \
    X(direct_maps) /* a surface's own memory, mapped for the program: either way */                \
    X(pictures_decoded)                                                                            \
    X(pictures_processed)                                                                          \
    X(pictures_encoded)                                                                            \
    X(bitstream_bytes) /* coded data handed to the program */                                      \
    X(displays_opened)                                                                             \
    X(decoders_opened)                                                                             \
    X(processors_opened)                                                                           \
    X(encoders_opened)                                                                             \
    X(memory_peak_bytes)                                                                           \
    X(displays_live) /* the live ones are leaks when they are not 0 at exit */                     \
    X(contexts_live)                                                                               \
    X(surfaces_live)                                                                               \
    X(buffers_live)                                                                                \
    X(images_live)                                                                                 \
    X(memory_bytes)

struct va_counters {
#define VA_COUNTER_FIELD(name) _Atomic int64_t name;
    VA_COUNTERS(VA_COUNTER_FIELD)
#undef VA_COUNTER_FIELD
};

extern struct va_counters va_counters;

void counters_report(const char *event);
void counters_note_fault(const char *name);

#endif
