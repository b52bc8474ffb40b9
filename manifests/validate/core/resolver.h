// SPDX-License-Identifier: BSD-2-Clause
// How the tracks' builders turn a reference in a manifest into a resource, without
// knowing where resources come from.
#ifndef RUNG_VALIDATE_CORE_RESOLVER_H
#define RUNG_VALIDATE_CORE_RESOLVER_H

#include "manifests/validate/core/evidence.h"
#include "manifests/validate/core/findings.h"

// Resolves the reference against the address of from_resource (RFC 3986 5), applies the
// policy (no file: from http, nothing outside the folder given, no other schemes), and
// gives the resource's index. What may not be followed is reported at `place` (rule L2)
// and gives NONE.
struct reference_resolver {
    size_t (*resolve)(void *self, size_t from_resource, const char *reference,
                      const struct place *place);
    void *self;
};

#endif
