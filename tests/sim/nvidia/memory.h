// SPDX-License-Identifier: BSD-2-Clause
// Device memory. A device address lies in a reservation that may not be touched, so
// that a host that follows one crashes as it would on real hardware; the bytes are in
// a shadow that only the simulator reaches, and only inside live allocations.
#ifndef RUNG_SIM_MEMORY_H
#define RUNG_SIM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_ALIGNMENT 512 // of allocations, textures and our own pitches

// 0 when the device has no room: its size is 16 GiB, or that of the fault vram=MB.
uint64_t memory_allocate(int device, size_t size_bytes);
bool memory_free(uint64_t address);

// The shadow of SIZE bytes at ADDRESS; NULL unless they lie in one live allocation.
uint8_t *memory_shadow(uint64_t address, size_t size_bytes);
// The same for ROWS rows of WIDTH bytes, PITCH apart.
uint8_t *memory_shadow_rows(uint64_t address, size_t width_bytes, size_t rows, size_t pitch_bytes);

bool memory_is_device(uint64_t address);
void memory_sizes(int device, size_t *ret_free, size_t *ret_total);

static inline size_t align_up(size_t value, size_t to)
{
    return (value + to - 1) / to * to;
}

#endif
