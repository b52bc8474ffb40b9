// SPDX-License-Identifier: BSD-2-Clause
// What we take: the allow-lists of containers and decoders, as tables, and the
// recognition of files that would make a demuxer open other files.
#ifndef RUNG_MEDIA_CODEC_LIST_H
#define RUNG_MEDIA_CODEC_LIST_H

#include <libavcodec/avcodec.h>
#include <stdbool.h>
#include <stddef.h>

#include "src/media/plan.h"

// Is this libavformat demuxer (its short name) one we use?
bool format_is_allowed(const char *name);
// The raw ones, without a container: no seeking, made-up timestamps.
bool format_is_elementary(const char *name);

// The decoder to use for this codec; NULL when it is not allowed or not built in.
// Always a software decoder. Everybody who decodes the source takes this one.
const AVCodec *codec_find_decoder(enum AVCodecID id);

enum AVCodecID codec_id_of(enum video_codec codec);

// The same lists as libav wants them, comma separated; the caller frees.
char *codec_whitelist(void);
char *format_whitelist(void);

// "m3u8", "concat", "mpd" …; NULL when these first bytes are no playlist.
const char *playlist_kind(const unsigned char *data, size_t size_bytes);

#endif
