// SPDX-License-Identifier: BSD-2-Clause
// URIs (RFC 3986): building references that are safe to print.
#ifndef RUNG_BASE_URI_H
#define RUNG_BASE_URI_H

#include "src/base/mem.h"

// Appends a relative path as a relative reference: every byte but letters, digits,
// "-._~" and "/" percent-encoded (also ":", so that no folder reads as a scheme).
void uri_append_path(struct buf *buf, const char *path);

#endif
