// SPDX-License-Identifier: BSD-2-Clause
// Decoder configuration records (the payload of avcC, hvcC, av1C) from what an
// encoder hands out. avcC is built here (ISO/IEC 14496-15 5.3.3); hvcC and av1C
// are taken out of an init segment that libavformat's muxer writes in memory.
#ifndef RUNG_PACKAGER_CODEC_CONFIG_H
#define RUNG_PACKAGER_CODEC_CONFIG_H

#include "packager/cmaf.h"

// sps and pps are NAL units without start codes. 4-byte NAL lengths.
bool codec_config_avcc(const uint8_t *sps, size_t sps_size_bytes, const uint8_t *pps,
                       size_t pps_size_bytes, struct buf *ret, struct err *err);

// extradata as libavcodec encoders give it (Annex B parameter sets for HEVC and
// H.264, sequence header OBUs for AV1). Appends the record.
bool codec_config_from_extradata(enum cmaf_codec codec, const uint8_t *extradata,
                                 size_t extradata_size_bytes, int width_px, int height_px,
                                 struct buf *ret, struct err *err);

#endif
