// SPDX-License-Identifier: BSD-2-Clause
// Which media libraries this process runs on, for `rung --version`. Only this room
// may ask them.
#ifndef RUNG_MEDIA_LIBRARIES_H
#define RUNG_MEDIA_LIBRARIES_H

#include <stdbool.h>
#include <stddef.h>

#define LIBRARIES_MAX 12

struct library_version {
    char name[24];
    char version[40];
};

// Versions in use at run time. Returns how many.
size_t libraries_list(struct library_version ret[LIBRARIES_MAX]);

// libavcodec's own words: "GPL version 2 or later".
const char *libraries_ffmpeg_licence(void);

#endif
