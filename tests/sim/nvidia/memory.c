// SPDX-License-Identifier: BSD-2-Clause
// First fit over a list sorted by address, one for all devices; their sizes are
// accounted for apart. Room is left between neighbours, so that overruns are seen.
#include "memory.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "api.h"
#include "counters.h"
#include "faults.h"

#define RESERVED_BYTES ((size_t)64 << 30)
#define DEFAULT_BYTES  ((size_t)16 << 30)
#define GAP_BYTES      ((size_t)64 << 10)

struct allocation {
    uint64_t address;
    size_t size;
    int device;
    uint8_t *shadow;
    struct allocation *next;
};

static struct allocation *live;
static uint64_t base;
static size_t used_bytes[SIM_MAX_DEVICES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t device_bytes(int device)
{
    int64_t megabytes;
    return fault_number(FAULT_VRAM, device, &megabytes) ? (size_t)megabytes << 20 : DEFAULT_BYTES;
}

static bool reserve(void)
{
    if (base)
        return true;
    void *at =
        mmap(NULL, RESERVED_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
        fprintf(stderr, "simulated driver: no address space for device memory\n");
        return false;
    }
    base = align_up((uint64_t)(uintptr_t)at, GAP_BYTES);
    return true;
}

static bool fits(int device, size_t size)
{
    if (used_bytes[device] + size <= device_bytes(device))
        return true;
    return !fault_fires(FAULT_VRAM, device) && used_bytes[device] + size <= DEFAULT_BYTES;
}

// The link after which SIZE bytes fit; sets *ret_address, 0 if nowhere.
static struct allocation **find_room(size_t size, uint64_t *ret_address)
{
    uint64_t at = base;
    struct allocation **link = &live;
    for (; *link && (*link)->address < at + size + GAP_BYTES; link = &(*link)->next)
        at = align_up((*link)->address + (*link)->size + GAP_BYTES, GAP_BYTES);
    *ret_address = at + size + 2 * GAP_BYTES <= base + RESERVED_BYTES ? at : 0;
    return link;
}

static uint64_t insert(int device, size_t size)
{
    uint64_t address;
    struct allocation **link, *made;
    if (!reserve() || !fits(device, size))
        return 0;
    link = find_room(size, &address);
    if (!address)
        return 0;
    made = calloc(1, sizeof *made);
    uint8_t *shadow = mmap(NULL, size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!made || shadow == MAP_FAILED) {
        free(made);
        return 0;
    }
    *made = (struct allocation){address, size, device, shadow, *link};
    *link = made;
    used_bytes[device] += size;
    counters.allocations_live++;
    counters.memory_bytes += (int64_t)size;
    if (counters.memory_bytes > counters.memory_peak_bytes)
        counters.memory_peak_bytes = (int64_t)counters.memory_bytes;
    return address;
}

uint64_t memory_allocate(int device, size_t size_bytes)
{
    pthread_mutex_lock(&lock);
    uint64_t address = size_bytes ? insert(device, align_up(size_bytes, SIM_ALIGNMENT)) : 0;
    pthread_mutex_unlock(&lock);
    return address;
}

bool memory_free(uint64_t address)
{
    pthread_mutex_lock(&lock);
    struct allocation **link = &live, *found;
    while (*link && (*link)->address != address)
        link = &(*link)->next;
    found = *link;
    if (found) {
        *link = found->next;
        used_bytes[found->device] -= found->size;
        counters.allocations_live--;
        counters.memory_bytes -= (int64_t)found->size;
        munmap(found->shadow, found->size);
        free(found);
    }
    pthread_mutex_unlock(&lock);
    return found != NULL;
}

uint8_t *memory_shadow(uint64_t address, size_t size_bytes)
{
    uint8_t *shadow = NULL;
    pthread_mutex_lock(&lock);
    for (struct allocation *a = live; a && a->address <= address; a = a->next)
        if (address - a->address < a->size && size_bytes <= a->size - (address - a->address))
            shadow = a->shadow + (address - a->address);
    pthread_mutex_unlock(&lock);
    return shadow;
}

uint8_t *memory_shadow_rows(uint64_t address, size_t width_bytes, size_t rows, size_t pitch_bytes)
{
    if (width_bytes == 0 || rows == 0 || (rows > 1 && pitch_bytes < width_bytes))
        return NULL;
    return memory_shadow(address, pitch_bytes * (rows - 1) + width_bytes);
}

bool memory_is_device(uint64_t address)
{
    return base && address >= base && address < base + RESERVED_BYTES;
}

void memory_sizes(int device, size_t *ret_free, size_t *ret_total)
{
    pthread_mutex_lock(&lock);
    *ret_total = device_bytes(device);
    *ret_free = *ret_total > used_bytes[device] ? *ret_total - used_bytes[device] : 0;
    pthread_mutex_unlock(&lock);
}
