// SPDX-License-Identifier: BSD-2-Clause
// What the CMAF writer's files share.
#ifndef RUNG_PACKAGER_CMAF_PRIVATE_H
#define RUNG_PACKAGER_CMAF_PRIVATE_H

#include "packager/cmaf.h"

enum { CMAF_TRACK_ID = 1 };

static inline bool cmaf_codec_is_video(enum cmaf_codec codec)
{
    return codec != CMAF_AAC;
}

// The one sample entry of stsd: avc1, hvc1, av01 or mp4a, from a checked spec.
void cmaf_write_sample_entry(const struct cmaf_track_spec *spec, struct buf *ret);

#endif
