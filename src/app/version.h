// SPDX-License-Identifier: BSD-2-Clause
// rung --version: versions and the licence of this binary.
#ifndef RUNG_APP_VERSION_H
#define RUNG_APP_VERSION_H

#include "src/base/mem.h"

void version_text(struct buf *ret);
void version_json(struct buf *ret); // the same as one JSON document

#endif
