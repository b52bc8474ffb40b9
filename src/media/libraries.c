// SPDX-License-Identifier: BSD-2-Clause
// Asking the libraries for their versions.
#include "src/media/libraries.h"

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libswresample/swresample.h>
#include <stdint.h>
#include <stdio.h>
#include <x264.h>
#include <zimg.h>

static void add_av(struct library_version *ret, const char *name, unsigned version)
{
    snprintf(ret->name, sizeof ret->name, "%s", name);
    snprintf(ret->version, sizeof ret->version, "%u.%u.%u", AV_VERSION_MAJOR(version),
             AV_VERSION_MINOR(version), AV_VERSION_MICRO(version));
}

size_t libraries_list(struct library_version ret[LIBRARIES_MAX])
{
    size_t count = 0;
    snprintf(ret[count].name, sizeof ret->name, "FFmpeg");
    snprintf(ret[count++].version, sizeof ret->version, "%s", av_version_info());
    add_av(&ret[count++], "libavformat", avformat_version());
    add_av(&ret[count++], "libavcodec", avcodec_version());
    add_av(&ret[count++], "libavfilter", avfilter_version());
    add_av(&ret[count++], "libavutil", avutil_version());
    add_av(&ret[count++], "libswresample", swresample_version());
    snprintf(ret[count].name, sizeof ret->name, "libx264");
    snprintf(ret[count++].version, sizeof ret->version, "%d", X264_BUILD);
    unsigned zimg[3] = {0};
    zimg_get_version_info(&zimg[0], &zimg[1], &zimg[2]);
    snprintf(ret[count].name, sizeof ret->name, "zimg");
    snprintf(ret[count++].version, sizeof ret->version, "%u.%u.%u", zimg[0], zimg[1], zimg[2]);
    return count;
}

const char *libraries_ffmpeg_licence(void)
{
    return avcodec_license();
}
