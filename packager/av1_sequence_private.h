// SPDX-License-Identifier: BSD-2-Clause
// What a codecs string needs of an AV1 sequence header (AV1 specification 5.5)
// and av1C does not repeat: the colour description.
#ifndef RUNG_PACKAGER_AV1_SEQUENCE_PRIVATE_H
#define RUNG_PACKAGER_AV1_SEQUENCE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct av1_colour {
    bool is_described; // color_description_present_flag
    int primaries;     // ISO/IEC 23091-2; 2 when not described
    int transfer;
    int matrix;
    bool is_full_range;
};

// Finds the sequence header among OBUs that carry their sizes (the configOBUs of
// av1C). *ret_found tells whether there is one; false when the bytes are malformed.
bool av1_sequence_find_colour(const uint8_t *obus, size_t size_bytes, bool *ret_found,
                              struct av1_colour *ret_colour);

#endif
