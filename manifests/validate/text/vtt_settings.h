// SPDX-License-Identifier: BSD-2-Clause
// Settings of WebVTT cues and regions, for vtt.c.
#ifndef RUNG_VALIDATE_TEXT_VTT_SETTINGS_H
#define RUNG_VALIDATE_TEXT_VTT_SETTINGS_H

#include "manifests/validate/text/lines.h"

// What is wrong with "name:value" as a cue setting (WebVTT 4.4) or as a region's (4.3), as
// the end of a sentence about it; NULL when nothing is. *seen collects which were there,
// zero to begin with.
const char *vtt_cue_setting(const struct line *setting, unsigned *seen);
const char *vtt_region_setting(const struct line *setting, unsigned *seen);

#endif
