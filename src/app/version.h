// SPDX-License-Identifier: BSD-2-Clause
// rung --version: versions and the licence of this binary.
#ifndef RUNG_APP_VERSION_H
#define RUNG_APP_VERSION_H

#include <jansson.h>

#include "src/base/mem.h"

json_t *version_libraries(void); // {"FFmpeg":"5.1.9", …}; caller owns
void version_text(struct buf *ret);
void version_json(struct buf *ret); // the same as one JSON document

#endif
