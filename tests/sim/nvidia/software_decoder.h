// SPDX-License-Identifier: BSD-2-Clause
// libavcodec's own decoders, asked for the picture that was just decoded rather than
// for the next one to be shown: the interface's client does the reordering.
#ifndef RUNG_SIM_SOFTWARE_DECODER_H
#define RUNG_SIM_SOFTWARE_DECODER_H

#include <libavcodec/avcodec.h>
#include <stdbool.h>

struct software_decoder;

struct software_decoder *software_decoder_open(enum AVCodecID codec);
void software_decoder_close(struct software_decoder **decoder);

// Decodes one access unit, or one field of it. PICTURE is replaced by the picture that
// was begun; it stays as it is for a second field, and when nothing could be decoded.
void software_decoder_decode(struct software_decoder *decoder, const uint8_t *data, size_t size,
                             AVFrame *picture);

#endif
