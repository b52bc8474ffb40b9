// SPDX-License-Identifier: BSD-2-Clause
// The folder a presentation goes to: what may be written where, what an earlier
// run left, and taking away what this run made. Files of others in it are never
// touched.
#ifndef RUNG_APP_OUTPUT_FOLDER_H
#define RUNG_APP_OUTPUT_FOLDER_H

#include <stdbool.h>

#include "src/app/input.h"
#include "src/base/err.h"
#include "src/media/plan.h"
#include "src/store/store.h"

struct output_folder {
    char *path;
    char *scratch; // path/.rung
    char *journal; // path/.rung/journal.jsonl
    struct store *store;
    bool has_presentation; // one of its three top files is there
    bool has_journal;
    bool was_made; // by output_folder_claim
    char **made;   // every folder that it made, outermost first
    size_t made_count;
    int lock_fd;
};

struct output_rules {
    bool may_replace; // --force
    bool may_resume;  // --resume
};

// Looks, changes nothing. CONFIG when the folder is taken or no folder.
bool output_folder_open(const char *argument, const struct output_rules *rules,
                        struct output_folder *ret, struct err *err);
void output_folder_close(struct output_folder *output);

// CONFIG when writing there would overwrite the input.
bool output_folder_check_input(const struct output_folder *output, const struct input *input,
                               struct err *err);

// Makes the folder and .rung in it, and keeps other runs out until close.
bool output_folder_claim(struct output_folder *output, struct err *err);

// Removes the presentation that is there, manifests first, and .rung's content.
bool output_folder_clear(struct output_folder *output, struct err *err);

// CONFIG when a folder of a planned track holds files already.
bool output_folder_check_tracks(const struct output_folder *output, const struct plan *plan,
                                struct err *err);

// Removes what this run made, and the folder itself if this run made it.
void output_folder_discard(struct output_folder *output, const struct plan *plan);
// Removes files that a killed run left under temporary names, in OUT and in the planned
// tracks' folders.
bool output_folder_sweep(const struct output_folder *output, const struct plan *plan,
                         struct err *err);
// Removes .rung and, where they are empty, the folders that were made for it.
void output_folder_give_up(struct output_folder *output);
// Removes .rung; the presentation is complete.
bool output_folder_finish(struct output_folder *output, struct err *err);

// "init.mp4", "00001.m4s", "media.m3u8", "iframes.m3u8"
bool output_folder_is_track_file(const char *name);

#endif
