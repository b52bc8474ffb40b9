// SPDX-License-Identifier: BSD-2-Clause
// The JSON configuration file: one object, keys as in the table with underscores.
#include <string.h>

#include "src/app/nearest.h"
#include "src/app/options.h"
#include "src/base/file.h"
#include "src/base/json.h"

#define FILE_MAX_BYTES (1u << 20)

// The text that a flag would have carried for this JSON value. Caller frees.
static char *text_of(const json_t *value)
{
    if (json_is_string(value))
        return mem_strdup(json_string_value(value));
    if (json_is_boolean(value))
        return mem_strdup(json_is_true(value) ? "true" : "false");
    if (json_is_integer(value))
        return mem_printf("%lld", (long long)json_integer_value(value));
    if (json_is_real(value))
        return mem_printf("%.12g", json_real_value(value));
    if (!json_is_array(value))
        return NULL;
    struct buf list = {0};
    size_t i;
    json_t *entry;
    json_array_foreach(value, i, entry)
    {
        AUTO_FREE char *text = json_is_array(entry) ? NULL : text_of(entry);
        if (!text) {
            buf_done(&list);
            return NULL;
        }
        buf_printf(&list, "%s%s", i ? "," : "", text);
    }
    buf_put_u8(&list, 0);
    return (char *)list.data;
}

static bool unknown_key(const char *path, const char *key, struct err *err)
{
    char keys[OPTION_COUNT][OPTION_NAME_SIZE];
    const char *names[OPTION_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = option_find((enum option_id)i);
        if (row->is_hidden)
            continue;
        option_key(row, keys[count]);
        names[count] = keys[count];
        count++;
    }
    const char *nearest = nearest_name(key, names, count);
    if (nearest)
        return err_set(err, ERR_CONFIG, "%s: unknown key \"%s\"; did you mean \"%s\"?", path, key,
                       nearest);
    return err_set(err, ERR_CONFIG, "%s: unknown key \"%s\"; rung config --json lists them", path,
                   key);
}

bool options_read_file(struct options *options, const char *path, struct err *err)
{
    AUTO(buf_done) struct buf bytes = {0};
    if (!file_read(path, FILE_MAX_BYTES, &bytes, err)) {
        if (err)
            err->kind = ERR_CONFIG;
        return err_wrap(err, "configuration file");
    }
    json_error_t problem;
    AUTO(json_free)
    json_t *root =
        json_loadb((const char *)bytes.data, bytes.size_bytes, JSON_REJECT_DUPLICATES, &problem);
    if (!root)
        return err_set(err, ERR_CONFIG, "configuration file %s, line %d: %s", path, problem.line,
                       problem.text);
    if (!json_is_object(root))
        return err_set(err, ERR_CONFIG, "configuration file %s: not a JSON object", path);
    const char *key;
    json_t *value;
    json_object_foreach(root, key, value)
    {
        const struct option_row *row = option_find_by_key(key);
        if (!row)
            return unknown_key(path, key, err);
        if (row->id == OPTION_CONFIG)
            return err_set(err, ERR_CONFIG, "%s: \"config\" cannot stand in a file", path);
        if (json_is_null(value))
            continue;
        AUTO_FREE char *where = mem_printf("%s: \"%s\"", path, key);
        AUTO_FREE char *text = text_of(value);
        if (!text)
            return err_set(err, ERR_CONFIG,
                           "%s: neither text, number, true, false nor a list of these", where);
        if (!options_set(options, row, ORIGIN_FILE, where, text, err))
            return false;
    }
    return true;
}
