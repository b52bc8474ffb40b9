// SPDX-License-Identifier: BSD-2-Clause
// Values of a plan's JSON, each within its bounds.
#include <inttypes.h>
#include <string.h>

#include "src/base/json.h"
#include "src/media/plan_read.h"

bool plan_read_int(const json_t *json, const char *key, int64_t least, int64_t most, int64_t *ret,
                   struct err *err)
{
    int64_t value = 0;
    if (!json_get_int(json, key, &value, err))
        return false;
    if (value < least || value > most)
        return err_set(err, ERR_INPUT, "\"%s\" is %" PRId64 ", outside %" PRId64 " to %" PRId64,
                       key, value, least, most);
    *ret = value;
    return true;
}

bool plan_read_int32(const json_t *json, const char *key, int least, int most, int *ret,
                     struct err *err)
{
    int64_t value = 0;
    if (!plan_read_int(json, key, least, most, &value, err))
        return false;
    *ret = (int)value;
    return true;
}

// Whole, never cut: a name that does not fit is refused.
bool plan_read_text(const json_t *json, const char *key, char *ret, size_t ret_size,
                    struct err *err)
{
    const char *text = NULL;
    if (!json_get_text(json, key, &text, err))
        return false;
    if (!text || strlen(text) >= ret_size)
        return err_set(err, ERR_INPUT, "\"%s\" is missing or too long", key);
    memcpy(ret, text, strlen(text) + 1);
    return true;
}

bool plan_read_word(const json_t *json, const char *key, const char *const *words,
                    size_t word_count, int *ret, struct err *err)
{
    char text[32];
    if (!plan_read_text(json, key, text, sizeof(text), err))
        return false;
    for (size_t i = 0; i < word_count; i++) {
        if (strcmp(words[i], text) == 0) {
            *ret = (int)i;
            return true;
        }
    }
    return err_set(err, ERR_INPUT, "\"%s\" is \"%s\", which is no word for it", key, text);
}

// The id, and the folder that must be made of it: nothing can point elsewhere.
bool plan_read_array(const json_t *json, const char *key, size_t most, json_t **ret,
                     struct err *err)
{
    if (!json_get_array(json, key, ret, err))
        return false;
    if (json_array_size(*ret) > most)
        return err_set(err, ERR_INPUT, "\"%s\" has %zu entries; %zu at most", key,
                       json_array_size(*ret), most);
    return true;
}

bool plan_read_device(const json_t *json, const char *key, enum device *ret, struct err *err)
{
    char name[16];
    if (!plan_read_text(json, key, name, sizeof(name), err))
        return false;
    return device_from_name(name, ret) || err_set(err, ERR_INPUT, "\"%s\" is no device", name);
}
