// SPDX-License-Identifier: BSD-2-Clause
// Groups of one pilot in one span, and the statistics of each.
#include "src/media/analysis.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/mem.h"

#define STATISTICS_MAX_BYTES (64 << 20) // some 200 bytes for each picture
#define QP_MAX               69         // of libx264's own scale, 18 above H.264's

struct kept_group {
    struct analysis_group group;
    atomic_size_t users_left;
};

struct analysis {
    char *name; // path without the group's number
    int64_t group_count;
    size_t users;
    _Atomic int64_t ready;
    struct kept_group *groups; // [group_count]
};

struct analysis *analysis_new(const struct scratch *scratch, size_t span, size_t pilot,
                              int64_t group_count, size_t users)
{
    struct analysis *analysis = mem_alloc(sizeof *analysis);
    analysis->name = mem_printf("%s/%zu-%zu", scratch_folder(scratch), span, pilot);
    analysis->group_count = group_count;
    analysis->users = users;
    analysis->groups = mem_alloc((size_t)group_count * sizeof *analysis->groups);
    return analysis;
}

char *analysis_path(const struct analysis *analysis, int64_t group)
{
    return mem_printf("%s-%" PRId64, analysis->name, group);
}

static void remove_files(const struct analysis *analysis, int64_t group)
{
    static const char *const ends[] = {"", ".mbtree", ".temp", ".mbtree.temp"};
    AUTO_FREE char *path = analysis_path(analysis, group);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        AUTO_FREE char *file = mem_printf("%s%s", path, ends[i]);
        unlink(file);
    }
}

static void drop(struct analysis *analysis, int64_t group)
{
    struct analysis_group *kept = &analysis->groups[group].group;
    remove_files(analysis, group);
    MEM_FREE(kept->path);
    MEM_FREE(kept->qp);
    MEM_FREE(kept->frame_bits);
    MEM_FREE(kept->type);
}

void analysis_free(struct analysis **analysis)
{
    if (!*analysis)
        return;
    for (int64_t i = 0; i < (*analysis)->group_count; i++)
        drop(*analysis, i);
    MEM_FREE((*analysis)->groups);
    MEM_FREE((*analysis)->name);
    MEM_FREE(*analysis);
}

// " in:3 out:1 type:P dur:… cpbdur:… q:27.13 aq:… …": what is needed of one picture.
static bool read_picture(const char *line, struct analysis_group *group)
{
    int64_t frame = 0;
    char type = 0;
    float qp = 0;
    if (sscanf(line, " in:%" SCNd64 " out:%*d type:%c dur:%*d cpbdur:%*d q:%f", &frame, &type,
               &qp) != 3 ||
        frame < 0 || frame >= group->frame_count || !strchr("IiPBb", type) || !type ||
        !(qp >= 0 && qp <= QP_MAX))
        return false;
    group->qp[frame] = qp;
    group->type[frame] = type;
    return true;
}

static bool read_statistics(struct analysis_group *group, struct err *err)
{
    AUTO(buf_done) struct buf text = {0};
    if (!file_read(group->path, STATISTICS_MAX_BYTES, &text, err))
        return false;
    buf_append(&text, "", 1);
    int64_t count = 0;
    const char *line = strchr((char *)text.data, '\n'); // behind the line of options
    for (; line && strchr(line, ';'); line = strchr(line, ';') + 1, count++)
        if (!read_picture(line, group))
            return err_set(err, ERR_BUG, "libx264's statistics of picture %" PRId64 " are strange",
                           count);
    return count == group->frame_count ||
           err_set(err, ERR_BUG, "libx264's statistics hold %" PRId64 " pictures, not %" PRId64,
                   count, group->frame_count);
}

bool analysis_put(struct analysis *analysis, int64_t group, int64_t frame_count,
                  const int64_t *frame_bits, struct err *err)
{
    struct kept_group *kept = &analysis->groups[group];
    kept->group = (struct analysis_group){
        .path = analysis_path(analysis, group),
        .frame_count = frame_count,
        .qp = mem_alloc((size_t)frame_count * sizeof *kept->group.qp),
        .type = mem_alloc((size_t)frame_count * sizeof *kept->group.type),
        .frame_bits = mem_alloc((size_t)frame_count * sizeof *kept->group.frame_bits),
    };
    for (int64_t i = 0; i < frame_count; i++)
        kept->group.bits += kept->group.frame_bits[i] = frame_bits[i];
    atomic_store(&kept->users_left, analysis->users);
    if (!read_statistics(&kept->group, err))
        return false;
    atomic_store(&analysis->ready, group + 1);
    return true;
}

int64_t analysis_groups_ready(const struct analysis *analysis)
{
    return atomic_load(&analysis->ready);
}

const struct analysis_group *analysis_get(const struct analysis *analysis, int64_t group)
{
    return group < analysis_groups_ready(analysis) ? &analysis->groups[group].group : NULL;
}

void analysis_release(struct analysis *analysis, int64_t group)
{
    if (atomic_fetch_sub(&analysis->groups[group].users_left, 1) == 1)
        drop(analysis, group);
}
