// SPDX-License-Identifier: BSD-2-Clause
// Header lines, character by character.
#include "src/net/http_header.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool http_header_is(const char *line, size_t size_bytes, const char *name, const char **ret_value,
                    size_t *ret_length)
{
    size_t name_size = strlen(name);
    if (size_bytes <= name_size || line[name_size] != ':' ||
        strncasecmp(line, name, name_size) != 0)
        return false;
    const char *value = line + name_size + 1;
    size_t length = size_bytes - name_size - 1;
    while (length > 0 && is_blank(value[0])) {
        value++;
        length--;
    }
    while (length > 0 && is_blank(value[length - 1]))
        length--;
    *ret_value = value;
    *ret_length = length;
    return true;
}

bool http_number_read(const char *text, size_t length, int64_t *ret)
{
    int64_t value = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || value > (INT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (text[i] - '0');
    }
    if (length == 0)
        return false;
    *ret = value;
    return true;
}

static bool is_star(const char *text, size_t length)
{
    return length == 1 && text[0] == '*';
}

bool http_content_range_read(const char *value, size_t length, struct http_content_range *ret)
{
    static const char unit[] = "bytes";
    const size_t unit_size = sizeof unit - 1;
    if (length <= unit_size || strncasecmp(value, unit, unit_size) != 0 ||
        !is_blank(value[unit_size]))
        return false;
    value += unit_size;
    length -= unit_size;
    while (length > 0 && is_blank(value[0])) {
        value++;
        length--;
    }
    const char *slash = memchr(value, '/', length);
    if (!slash)
        return false;
    size_t range = (size_t)(slash - value), rest = length - range - 1;
    struct http_content_range found = {.first_byte = -1, .last_byte = -1, .total_bytes = -1};
    if (!is_star(slash + 1, rest) && !http_number_read(slash + 1, rest, &found.total_bytes))
        return false;
    if (!is_star(value, range)) {
        const char *dash = memchr(value, '-', range);
        if (!dash || !http_number_read(value, (size_t)(dash - value), &found.first_byte) ||
            !http_number_read(dash + 1, range - (size_t)(dash - value) - 1, &found.last_byte) ||
            found.last_byte < found.first_byte ||
            (found.total_bytes >= 0 && found.last_byte >= found.total_bytes))
            return false;
    }
    *ret = found;
    return true;
}
