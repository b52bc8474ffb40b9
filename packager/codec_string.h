// SPDX-License-Identifier: BSD-2-Clause
// RFC 6381 codecs strings, made from the decoder configuration record itself.
#ifndef RUNG_PACKAGER_CODEC_STRING_H
#define RUNG_PACKAGER_CODEC_STRING_H

#include "packager/cmaf.h"

#define CODEC_STRING_SIZE 64

// "avc1.640028" (RFC 6381 3.3), "hvc1.1.6.L93.B0" (ISO/IEC 14496-15 annex E),
// "av01.0.04M.08" (AV1 ISOBMFF 5; optional fields only when they differ from the
// defaults), "mp4a.40.2". INPUT when the record is malformed.
bool codec_string_build(enum cmaf_codec codec, const uint8_t *config, size_t config_size_bytes,
                        char ret_text[CODEC_STRING_SIZE], struct err *err);

#endif
