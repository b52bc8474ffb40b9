// SPDX-License-Identifier: BSD-2-Clause
// libavformat's byte stream over a byte source: buffered, seekable, and with an end
// to the patience for an input that makes opening it endless.
#ifndef RUNG_MEDIA_DEMUX_IO_H
#define RUNG_MEDIA_DEMUX_IO_H

#include <libavformat/avio.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/media/byte_source.h"

struct demux_io {
    const struct byte_source *source; // borrowed
    AVIOContext *avio;                // owned
    int64_t position;
    int read_errno;         // of the byte source; 0: none so far
    int64_t cpu_limit_us;   // of the reading thread; 0: no limit
    bool is_over_cpu_limit; // then reads fail
};

// False when memory is out. The object must not move while it is open.
bool demux_io_open(struct demux_io *io, const struct byte_source *source);
void demux_io_close(struct demux_io *io);

// From now on this thread may spend so much more CPU time; 0 lifts the limit.
void demux_io_limit_cpu(struct demux_io *io, int64_t more_us);
// 1 when the time is up: an AVIOInterruptCB.
int demux_io_interrupt(void *io);

#endif
