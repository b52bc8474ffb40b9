// SPDX-License-Identifier: BSD-2-Clause
// Members of messages, written and read with their bounds.
#ifndef RUNG_ENGINE_MESSAGE_PRIVATE_H
#define RUNG_ENGINE_MESSAGE_PRIVATE_H

#include "src/engine/message.h"

// Members of plain counters: one table row writes and reads one.
struct message_counter {
    const char *key;
    size_t offset;
};

#define MESSAGE_COUNTER(type, key, member)                                                         \
    {                                                                                              \
        key, offsetof(type, member)                                                                \
    }

void message_set_int(json_t *json, const char *key, int64_t value);
bool message_get_int(const json_t *json, const char *key, int64_t least, int64_t most, int64_t *ret,
                     struct err *err);
void message_set_counters(json_t *json, const struct message_counter *fields, size_t count,
                          const void *from);
// None is below 0.
bool message_get_counters(const json_t *json, const struct message_counter *fields, size_t count,
                          void *ret, struct err *err);
// Text that is safe for a terminal, cut to the size; "" for null.
bool message_get_printable(const json_t *json, const char *key, char *ret, size_t ret_size,
                           struct err *err);
// What cannot be read is the fault of the program at the other end, never of the
// user's input: BUG, with the message's type in front. Returns false.
bool message_refuse(const json_t *json, struct err *err);

#endif
