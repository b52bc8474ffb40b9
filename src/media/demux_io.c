// SPDX-License-Identifier: BSD-2-Clause
// Read and seek callbacks.
#include "src/media/demux_io.h"

#include <errno.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>
#include <stdio.h>
#include <string.h>

#include "src/base/clock.h"

enum { IO_BUFFER_BYTES = 128 * 1024 };

int demux_io_interrupt(void *self)
{
    struct demux_io *io = self;
    if (io->cpu_limit_us != 0 && clock_thread_cpu_us() > io->cpu_limit_us)
        io->is_over_cpu_limit = true;
    return io->is_over_cpu_limit;
}

static int read_packet(void *self, uint8_t *data, int size_bytes)
{
    struct demux_io *io = self;
    if (demux_io_interrupt(io))
        return AVERROR_EXIT;
    int64_t got = io->source->read_at(io->source->self, io->position, data, (size_t)size_bytes);
    if (got < 0) {
        io->read_errno = errno ? errno : EIO;
        return AVERROR(io->read_errno);
    }
    io->position += got;
    return got == 0 ? AVERROR_EOF : (int)got;
}

static int64_t seek(void *self, int64_t offset, int whence)
{
    struct demux_io *io = self;
    int64_t size = io->source->size_bytes;
    int64_t base = 0;
    if (whence & AVSEEK_SIZE)
        return size >= 0 ? size : AVERROR(ENOSYS);
    whence &= ~AVSEEK_FORCE;
    if (whence == SEEK_CUR)
        base = io->position;
    else if (whence == SEEK_END)
        base = size;
    if (base < 0 || offset < -base || offset > INT64_MAX - base)
        return AVERROR(EINVAL);
    return io->position = base + offset;
}

bool demux_io_open(struct demux_io *io, const struct byte_source *source)
{
    memset(io, 0, sizeof *io);
    io->source = source;
    uint8_t *buffer = av_malloc(IO_BUFFER_BYTES);
    if (!buffer)
        return false;
    io->avio = avio_alloc_context(buffer, IO_BUFFER_BYTES, 0, io, read_packet, NULL, seek);
    if (!io->avio) {
        av_free(buffer);
        return false;
    }
    io->avio->seekable = AVIO_SEEKABLE_NORMAL;
    return true;
}

void demux_io_close(struct demux_io *io)
{
    if (!io->avio)
        return;
    av_freep(&io->avio->buffer); // libavformat may have replaced the one it was given
    avio_context_free(&io->avio);
}

void demux_io_limit_cpu(struct demux_io *io, int64_t more_us)
{
    io->cpu_limit_us = more_us ? clock_thread_cpu_us() + more_us : 0;
    io->is_over_cpu_limit = false;
}
