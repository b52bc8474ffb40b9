// SPDX-License-Identifier: BSD-2-Clause
// Members of messages.
#include <string.h>

#include "src/base/json.h"
#include "src/engine/message_private.h"

void message_set_int(json_t *json, const char *key, int64_t value)
{
    json_object_set_new(json, key, json_integer(value));
}

bool message_get_int(const json_t *json, const char *key, int64_t least, int64_t most, int64_t *ret,
                     struct err *err)
{
    int64_t value = 0;
    if (!json_get_int(json, key, &value, err))
        return false;
    if (value < least || value > most)
        return err_set(err, ERR_BUG, "\"%s\" is out of range: %lld", key, (long long)value);
    *ret = value;
    return true;
}

void message_set_counters(json_t *json, const struct message_counter *fields, size_t count,
                          const void *from)
{
    for (size_t i = 0; i < count; i++) {
        int64_t value;
        memcpy(&value, (const char *)from + fields[i].offset, sizeof value);
        message_set_int(json, fields[i].key, value);
    }
}

bool message_get_counters(const json_t *json, const struct message_counter *fields, size_t count,
                          void *ret, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        int64_t value = 0;
        if (!message_get_int(json, fields[i].key, 0, INT64_MAX, &value, err))
            return false;
        memcpy((char *)ret + fields[i].offset, &value, sizeof value);
    }
    return true;
}

static void copy_printable(char *ret, size_t ret_size, const char *text)
{
    size_t length = 0;
    for (; text[length] && length + 1 < ret_size; length++) {
        unsigned char byte = (unsigned char)text[length];
        ret[length] = byte < 0x20 || byte == 0x7f ? '?' : text[length];
    }
    // Not in the middle of a UTF-8 sequence.
    while (text[length] && length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    ret[length] = '\0';
}

bool message_get_printable(const json_t *json, const char *key, char *ret, size_t ret_size,
                           struct err *err)
{
    const char *text = NULL;
    if (!json_get_text(json, key, &text, err))
        return false;
    copy_printable(ret, ret_size, text ? text : "");
    return true;
}

bool message_refuse(const json_t *json, struct err *err)
{
    if (err)
        err->kind = ERR_BUG;
    return err_wrap(err, "engine message \"%s\"", protocol_type(json));
}
