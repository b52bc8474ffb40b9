// SPDX-License-Identifier: BSD-2-Clause
// What a video packet will give once decoded, told without decoding it: a shown
// frame, the second field of one, or nothing to show; and whether its keyframe flag
// can be believed (files without a sync table mark every packet).
#ifndef RUNG_MEDIA_PACKET_LOOK_H
#define RUNG_MEDIA_PACKET_LOOK_H

#include <libavcodec/avcodec.h>
#include <stdbool.h>

enum packet_kind { PACKET_FRAME, PACKET_SECOND_FIELD, PACKET_HIDDEN };

struct packet_look; // of one stream; packets in decoding order

struct packet_look *packet_look_new(const AVCodecParameters *parameters);
void packet_look_free(struct packet_look **look);

// *ret_is_key: decoding can start here. *ret_is_false_key: flagged, but it cannot.
enum packet_kind packet_look_at(struct packet_look *look, const AVPacket *packet, bool *ret_is_key,
                                bool *ret_is_false_key);

#endif
