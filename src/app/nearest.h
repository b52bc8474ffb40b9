// SPDX-License-Identifier: BSD-2-Clause
// "Did you mean": the nearest of some names by edit distance.
#ifndef RUNG_APP_NEAREST_H
#define RUNG_APP_NEAREST_H

#include <stddef.h>

// Optimal string alignment distance: insert, delete, replace, swap neighbours.
// Texts are cut at 63 bytes.
size_t nearest_distance(const char *a, const char *b);

// The name that `wrong` most likely stands for, or NULL when none is near: within
// a third of its length (at least 2 edits), or the one name it is a beginning of.
const char *nearest_name(const char *wrong, const char *const *names, size_t count);

#endif
