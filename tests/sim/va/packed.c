// SPDX-License-Identifier: BSD-2-Clause
// Parameters, packed headers and coded data of encoders. What codecs differ in is in encode_*.
#include "packed.h"

#include <string.h>

#include "counters.h"
#include "faults.h"

static _Atomic int64_t picture_count;

VAStatus parameters_take(void *to, size_t size, const struct va_buffer *buffer)
{
    if (buffer->size != size || buffer->count != 1)
        return VA_STATUS_ERROR_INVALID_BUFFER;
    memcpy(to, buffer->data, size);
    return VA_STATUS_SUCCESS;
}

VAStatus packed_take(struct packed *packed, const struct va_buffer *buffer)
{
    if (buffer->type == VAEncPackedHeaderParameterBufferType)
        return parameters_take(&packed->next, sizeof packed->next, buffer);
    size_t size = (packed->next.bit_length + 7) / 8;
    if (packed->next.type == VAEncPackedHeaderSlice)
        return VA_STATUS_SUCCESS;
    if (size > (size_t)buffer->size * buffer->count || size > PACKED_MAX - packed->size ||
        !packed->next.has_emulation_bytes)
        return VA_STATUS_ERROR_INVALID_BUFFER;
    memcpy(packed->data + packed->size, buffer->data, size);
    packed->size += size;
    return VA_STATUS_SUCCESS;
}

VAStatus encode_fault(void)
{
    int64_t at, now = ++picture_count;
    if (fault_number(FAULT_HANG_ENCODE_AT, 0, &at) && now == at &&
        fault_fires(FAULT_HANG_ENCODE_AT, 0))
        fault_hang();
    if (fault_number(FAULT_ENCODE_ERROR_AT, 0, &at) && now == at &&
        fault_fires(FAULT_ENCODE_ERROR_AT, 0))
        return VA_STATUS_ERROR_ENCODING_ERROR;
    return VA_STATUS_SUCCESS;
}

struct va_buffer *coded_buffer(struct driver *driver, VABufferID id)
{
    struct va_buffer *buffer = objects_get(&driver->objects[OBJECT_BUFFER], OBJECT_BUFFER, id);
    return buffer && buffer->coded ? buffer : NULL;
}

void coded_buffer_fill(struct va_buffer *buffer, size_t size)
{
    *buffer->coded = (VACodedBufferSegment){.size = (uint32_t)size, .buf = buffer->data};
    va_counters.pictures_encoded++;
}
