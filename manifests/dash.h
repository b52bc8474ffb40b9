// SPDX-License-Identifier: BSD-2-Clause
// The DASH MPD (ISO/IEC 23009-1, profile isoff-live:2011, static) from the presentation. Pure.
#ifndef RUNG_MANIFESTS_DASH_H
#define RUNG_MANIFESTS_DASH_H

#include "packager/presentation.h"
#include "src/base/err.h"
#include "src/base/mem.h"

bool dash_write_mpd(const struct presentation *presentation, struct buf *ret, struct err *err);

#endif
