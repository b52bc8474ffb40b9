// SPDX-License-Identifier: BSD-2-Clause
// AudioSpecificConfig, for esds.c.
#ifndef RUNG_VALIDATE_CODEC_AAC_H
#define RUNG_VALIDATE_CODEC_AAC_H

#include <stddef.h>

#include "manifests/validate/core/codec_facts.h"
#include "src/base/err.h"

// ISO/IEC 14496-3 1.6.2.1. Fills the facts' audio members, profile (the first audio object
// type), string and alternatives. INPUT when it is malformed.
bool aac_config_read(const uint8_t *data, size_t size_bytes, struct codec_facts *facts,
                     struct err *err);

#endif
