// SPDX-License-Identifier: BSD-2-Clause
// The table of the HLS rules, joined from rows_*.h.
#include "manifests/validate/core/rule.h"
#include "manifests/validate/hls/rows_media.h"
#include "manifests/validate/hls/rows_multivariant.h"
#include "manifests/validate/hls/rows_playlist.h"
#include "manifests/validate/hls/rules_private.h"
#include "manifests/validate/hls/tracks.h"
#include "src/base/mem.h"

#define RUN(rule)    hls_run_##rule
#define READER(rule) NULL // found while reading

const struct rule_row hls_rules[] = {HLS_ROWS_PLAYLIST(RUN, READER) HLS_ROWS_MEDIA(RUN, READER)
                                         HLS_ROWS_MULTIVARIANT(RUN, READER)};
const size_t hls_rule_count = ARRAY_LEN(hls_rules);
