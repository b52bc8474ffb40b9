// SPDX-License-Identifier: BSD-2-Clause
// What a pilot found out about the groups of pictures of one span, for the rungs that
// follow it: libx264's statistics, in files, and the QP of every picture. One thread
// puts a group in, then any number read it.
#ifndef RUNG_MEDIA_ANALYSIS_H
#define RUNG_MEDIA_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/err.h"
#include "src/media/scratch.h"

struct analysis;

// users: the lanes, the pilot's among them, that release each group.
struct analysis *analysis_new(const struct scratch *scratch, size_t span, size_t pilot,
                              int64_t group_count, size_t users);
void analysis_free(struct analysis **analysis); // with its files

// Where libx264 writes a group's statistics, and reads them from. Caller frees.
char *analysis_path(const struct analysis *analysis, int64_t group);

struct analysis_group {
    char *path;          // of the statistics
    int64_t frame_count; // of the group
    float *qp;           // [frame_count], by presentation order, from 0
    char *type;          // [frame_count], libx264's letter: I i P B b
    int64_t *frame_bits; // [frame_count], that the pilot's pictures took
    int64_t bits;        // all of them
};

// Reads QPs and types from the statistics, which lie whole at analysis_path(); frame_bits
// is copied. Groups come in order. BUG when they are not what libx264 writes.
bool analysis_put(struct analysis *analysis, int64_t group, int64_t frame_count,
                  const int64_t *frame_bits, struct err *err);

int64_t analysis_groups_ready(const struct analysis *analysis); // from 0 on
// NULL when it is not there yet. Stays until it is released.
const struct analysis_group *analysis_get(const struct analysis *analysis, int64_t group);
// The last user's release removes the files.
void analysis_release(struct analysis *analysis, int64_t group);

#endif
