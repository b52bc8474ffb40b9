// SPDX-License-Identifier: BSD-2-Clause
// One spelling for what libav spells differently from version to version (5.1 to 8), as far
// as accelerators need it.
#ifndef RUNG_HWACCEL_AV_COMPAT_HW_H
#define RUNG_HWACCEL_AV_COMPAT_HW_H

#include <libavfilter/buffersrc.h>
#include <libavfilter/version.h>
#include <libavutil/frame.h>

// A graph knows the colours of its source since libavfilter 10 (FFmpeg 7.0), and complains of
// frames that have others.
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(10, 0, 100)
static inline void compat_source_colours(AVBufferSrcParameters *parameters, const AVFrame *frame)
{
    parameters->color_space = frame->colorspace;
    parameters->color_range = frame->color_range;
}
#else
static inline void compat_source_colours(AVBufferSrcParameters *parameters, const AVFrame *frame)
{
    (void)parameters;
    (void)frame;
}
#endif

#endif
