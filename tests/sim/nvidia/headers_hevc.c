// SPDX-License-Identifier: BSD-2-Clause
#include "headers.h"

bool headers_hevc(struct header_memory *memory, const CUVIDPICPARAMS *picture, uint8_t **ret_data,
                  size_t *ret_size)
{
    (void)memory, (void)picture, (void)ret_data, (void)ret_size;
    return false;
}
