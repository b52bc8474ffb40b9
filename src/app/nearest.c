// SPDX-License-Identifier: BSD-2-Clause
// Edit distance over short names.
#include "src/app/nearest.h"

#include <string.h>

#define NAME_MAX_BYTES 63

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b)
{
    size_t a_len = strnlen(a, NAME_MAX_BYTES), b_len = strnlen(b, NAME_MAX_BYTES);
    size_t rows[3][NAME_MAX_BYTES + 1];
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            now[j] = least(least(before[j] + 1, now[j - 1] + 1), before[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], earlier[j - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

const char *nearest_name(const char *wrong, const char *const *names, size_t count)
{
    size_t length = strlen(wrong);
    size_t best = length / 3 < 2 ? 2 : length / 3;
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t distance = nearest_distance(wrong, names[i]);
        if (distance < best || (distance == best && !found && distance < length)) {
            best = distance;
            found = names[i];
        }
    }
    if (found || length < 3)
        return found;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], wrong, length) != 0)
            continue;
        if (found)
            return NULL;
        found = names[i];
    }
    return found;
}
