// SPDX-License-Identifier: BSD-2-Clause
// The probe: opens the input, chooses streams, decodes the first picture, scans
// all packets once, and fills in the source facts. Runs in the engine process.
#ifndef RUNG_MEDIA_PROBE_H
#define RUNG_MEDIA_PROBE_H

#include "src/media/byte_source.h"
#include "src/media/facts.h"

// INPUT with one clear sentence naming the file and the cause: empty, not media,
// a playlist, encrypted, no decoder, too large, nothing decodable.
bool probe_source(const struct byte_source *source, struct source_facts *ret_facts,
                  struct err *err);

#endif
