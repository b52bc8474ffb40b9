// SPDX-License-Identifier: BSD-2-Clause
// Looking at, claiming and clearing the output folder.
#include "src/app/output_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/json.h"
#include "src/base/mem.h"

#define REPORT_MAX_BYTES (16u << 20)

// In the order they are taken away: a reader never meets a manifest without files.
static const char *const top_files[] = {"manifest.mpd", "master.m3u8", "rung.json"};

static bool holds(const struct output_folder *output, const char *name)
{
    AUTO_FREE char *path = mem_printf("%s/%s", output->path, name);
    return file_exists(path);
}

static bool look(struct output_folder *output, const struct output_rules *rules, struct err *err)
{
    struct stat st;
    if (stat(output->path, &st) != 0) {
        if (errno == ENOENT)
            return true;
        return err_set(err, ERR_CONFIG, "output %s: %s", output->path, strerror(errno));
    }
    if (!S_ISDIR(st.st_mode))
        return err_set(err, ERR_CONFIG,
                       "output %s is there and is no folder; choose another with -o", output->path);
    for (size_t i = 0; i < ARRAY_LEN(top_files); i++)
        output->has_presentation = output->has_presentation || holds(output, top_files[i]);
    output->has_journal = file_exists(output->journal);
    if (rules->may_replace || rules->may_resume)
        return true;
    if (output->has_journal)
        return err_set(err, ERR_CONFIG,
                       "output %s holds an unfinished run; --resume goes on with it, --force "
                       "starts anew",
                       output->path);
    if (output->has_presentation)
        return err_set(err, ERR_CONFIG,
                       "output %s already holds a presentation; --force replaces it", output->path);
    return true;
}

bool output_folder_open(const char *argument, const struct output_rules *rules,
                        struct output_folder *ret, struct err *err)
{
    const char *path = argument;
    if (strncmp(path, "folder:", 7) == 0)
        path += 7;
    else if (strstr(path, "://"))
        return err_set(err, ERR_CONFIG, "output %s: only folders in this version", argument);
    if (!*path)
        return err_set(err, ERR_CONFIG, "output: the folder has no name");
    struct output_folder output = {.path = mem_strdup(path), .lock_fd = -1};
    for (size_t end = strlen(output.path); end > 1 && output.path[end - 1] == '/'; end--)
        output.path[end - 1] = '\0';
    output.scratch = mem_printf("%s/.rung", output.path);
    output.journal = mem_printf("%s/journal.jsonl", output.scratch);
    AUTO_FREE char *uri = mem_printf("folder:%s", output.path);
    if (!look(&output, rules, err) || !store_open(uri, &output.store, err)) {
        output_folder_close(&output);
        return false;
    }
    *ret = output;
    return true;
}

void output_folder_close(struct output_folder *output)
{
    if (output->store)
        store_free(&output->store);
    if (output->lock_fd >= 0)
        close(output->lock_fd);
    output->lock_fd = -1;
    for (size_t i = 0; i < output->made_count; i++)
        free(output->made[i]);
    output->made_count = 0;
    MEM_FREE(output->made);
    MEM_FREE(output->path);
    MEM_FREE(output->scratch);
    MEM_FREE(output->journal);
}

bool output_folder_check_input(const struct output_folder *output, const struct input *input,
                               struct err *err)
{
    static const char *const ours[] = {"video", "audio", ".rung"};
    if (!input->path)
        return true;
    AUTO_FREE char *source = realpath(input->path, NULL);
    for (size_t i = 0; source && i < ARRAY_LEN(top_files); i++) {
        AUTO_FREE char *path = mem_printf("%s/%s", output->path, top_files[i]);
        AUTO_FREE char *real = realpath(path, NULL);
        if (real && strcmp(source, real) == 0)
            return err_set(err, ERR_CONFIG,
                           "%s is where the output's %s would be written; choose another "
                           "output with -o",
                           input->path, top_files[i]);
    }
    for (size_t i = 0; source && i < ARRAY_LEN(ours); i++) {
        AUTO_FREE char *path = mem_printf("%s/%s", output->path, ours[i]);
        AUTO_FREE char *real = realpath(path, NULL);
        size_t length = real ? strlen(real) : 0;
        if (real && strncmp(source, real, length) == 0 && source[length] == '/')
            return err_set(err, ERR_CONFIG,
                           "%s lies inside the output folder's %s; choose another "
                           "output with -o",
                           input->path, ours[i]);
    }
    return true;
}

static void note_made(void *self, const char *path)
{
    struct output_folder *output = self;
    char **more = mem_realloc(output->made, output->made_count + 1, sizeof *more);
    more[output->made_count++] = mem_strdup(path);
    output->made = more;
}

// Folders that others have put something into stay, and so do those around them.
static void unmake(const struct output_folder *output)
{
    for (size_t i = output->made_count; i-- > 0;)
        rmdir(output->made[i]);
}

bool output_folder_claim(struct output_folder *output, struct err *err)
{
    bool was_there = file_is_folder(output->path);
    if (!file_make_folder_told(output->scratch, note_made, output, err)) {
        unmake(output);
        return err_wrap(err, "output");
    }
    output->was_made = !was_there;
    output->lock_fd = open(output->scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (output->lock_fd < 0)
        return err_set(err, ERR_TRANSIENT, "%s: %s", output->scratch, strerror(errno));
    if (flock(output->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_TRANSIENT, "another rung is at work in %s", output->path);
    return true;
}

bool output_folder_is_track_file(const char *name)
{
    static const char *const fixed[] = {"init.mp4", "media.m3u8", "iframes.m3u8"};
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        if (strcmp(name, fixed[i]) == 0)
            return true;
    size_t digits = strspn(name, "0123456789");
    return digits >= 5 && strcmp(name + digits, ".m4s") == 0;
}

// What "NAME.tmp0123456789abcdef" was to become, when it is ours.
static bool is_temporary(const char *name, bool (*is_ours)(const char *name))
{
    AUTO_FREE char *stem = mem_strdup(name);
    stem[file_temporary_stem(name)] = '\0';
    return *stem && is_ours(stem);
}

static bool is_top_file(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(top_files); i++)
        if (strcmp(name, top_files[i]) == 0)
            return true;
    return false;
}

static DIR *open_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir && fd >= 0)
        close(fd);
    return dir;
}

static bool remove_entry(DIR *dir, const char *path, const char *name, struct err *err)
{
    return unlinkat(dirfd(dir), name, 0) == 0 ||
           err_set(err, ERR_TRANSIENT, "remove %s/%s: %s", path, name, strerror(errno));
}

static bool sweep(const char *path, bool (*is_ours)(const char *name), struct err *err)
{
    DIR *dir = open_folder(path);
    bool ok = true;
    for (struct dirent *entry; dir && ok && (entry = readdir(dir)) != NULL;)
        if (is_temporary(entry->d_name, is_ours))
            ok = remove_entry(dir, path, entry->d_name, err);
    if (dir)
        closedir(dir);
    return ok;
}

// OUT itself may be a link, which was the user's choice; what is in it may not.
static bool sweep_top(const struct output_folder *output, struct err *err)
{
    AUTO_FREE char *path = mem_printf("%s/.", output->path);
    return sweep(path, is_top_file, err);
}

static bool sweep_track(const struct output_folder *output, const char *folder, struct err *err)
{
    AUTO_FREE char *path = mem_printf("%s/%s", output->path, folder);
    return sweep(path, output_folder_is_track_file, err);
}

bool output_folder_sweep(const struct output_folder *output, const struct plan *plan,
                         struct err *err)
{
    if (!sweep_top(output, err))
        return false;
    for (size_t i = 0; i < plan->video_count; i++)
        if (!sweep_track(output, plan->video[i].folder, err))
            return false;
    for (size_t i = 0; i < plan->audio_count; i++)
        if (!sweep_track(output, plan->audio[i].folder, err))
            return false;
    return true;
}

// Takes our files out of a track's folder, and the folder when that empties it.
static bool clear_track(const struct output_folder *output, const char *folder, struct err *err)
{
    if (!store_key_is_safe(folder))
        return true;
    AUTO_FREE char *path = mem_printf("%s/%s", output->path, folder);
    DIR *dir = open_folder(path);
    if (!dir)
        return true;
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(dir)) != NULL;)
        if (output_folder_is_track_file(entry->d_name) ||
            is_temporary(entry->d_name, output_folder_is_track_file))
            ok = remove_entry(dir, path, entry->d_name, err);
    closedir(dir);
    rmdir(path); // stays when something foreign is in it
    return ok;
}

static void remove_empty_parents(const struct output_folder *output)
{
    AUTO_FREE char *video = mem_printf("%s/video", output->path);
    AUTO_FREE char *audio = mem_printf("%s/audio", output->path);
    rmdir(video);
    rmdir(audio);
}

// The tracks rung.json names. Their ids come from a file, so they are checked.
static bool clear_reported_tracks(const struct output_folder *output, struct err *err)
{
    AUTO_FREE char *path = mem_printf("%s/rung.json", output->path);
    AUTO(buf_done) struct buf bytes = {0};
    if (!file_exists(path) || !file_read(path, REPORT_MAX_BYTES, &bytes, NULL))
        return true;
    AUTO(json_free)
    json_t *root = json_loadb((const char *)bytes.data, bytes.size_bytes, 0, NULL);
    size_t i;
    json_t *track;
    json_array_foreach(json_object_get(root, "tracks"), i, track)
    {
        const char *id = json_string_value(json_object_get(track, "id"));
        const char *type = json_string_value(json_object_get(track, "type"));
        if (!id || strchr(id, '/') || !type)
            continue;
        bool is_video = strcmp(type, "video") == 0;
        AUTO_FREE char *folder = mem_printf("%s/%s", is_video ? "video" : "audio", id);
        if (!clear_track(output, folder, err))
            return false;
    }
    return true;
}

// Folders an unfinished run has begun: its journal's first line lists them.
static bool clear_journal_tracks(const struct output_folder *output, struct err *err)
{
    AUTO(buf_done) struct buf bytes = {0};
    if (!file_exists(output->journal) || !file_read(output->journal, 1u << 30, &bytes, NULL))
        return true;
    const uint8_t *end = bytes.data ? memchr(bytes.data, '\n', bytes.size_bytes) : NULL;
    if (!end)
        return true;
    AUTO(json_free)
    json_t *header = json_loadb((const char *)bytes.data, (size_t)(end - bytes.data), 0, NULL);
    size_t i;
    json_t *folder;
    json_array_foreach(json_object_get(header, "folders"), i, folder)
    {
        if (json_is_string(folder) && !clear_track(output, json_string_value(folder), err))
            return false;
    }
    return true;
}

static bool remove_top_file(const struct output_folder *output, const char *name, struct err *err)
{
    AUTO_FREE char *path = mem_printf("%s/%s", output->path, name);
    if (unlink(path) != 0 && errno != ENOENT)
        return err_set(err, ERR_TRANSIENT, "remove %s: %s", path, strerror(errno));
    return true;
}

bool output_folder_clear(struct output_folder *output, struct err *err)
{
    if (!remove_top_file(output, "manifest.mpd", err) ||
        !remove_top_file(output, "master.m3u8", err) || !clear_reported_tracks(output, err) ||
        !clear_journal_tracks(output, err) || !remove_top_file(output, "rung.json", err))
        return false;
    if (unlink(output->journal) != 0 && errno != ENOENT)
        return err_set(err, ERR_TRANSIENT, "remove %s: %s", output->journal, strerror(errno));
    remove_empty_parents(output);
    return true;
}

static bool check_track(const struct output_folder *output, const char *folder, struct err *err)
{
    AUTO_FREE char *path = mem_printf("%s/%s", output->path, folder);
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOENT || err_set(err, ERR_CONFIG, "output %s: %s", path, strerror(errno));
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(dir)) != NULL;)
        if (output_folder_is_track_file(entry->d_name))
            ok = err_set(err, ERR_CONFIG,
                         "output %s already holds %s, from elsewhere; choose "
                         "another folder with -o",
                         path, entry->d_name);
    closedir(dir);
    return ok;
}

bool output_folder_check_tracks(const struct output_folder *output, const struct plan *plan,
                                struct err *err)
{
    for (size_t i = 0; i < plan->video_count; i++)
        if (!check_track(output, plan->video[i].folder, err))
            return false;
    for (size_t i = 0; i < plan->audio_count; i++)
        if (!check_track(output, plan->audio[i].folder, err))
            return false;
    return true;
}

void output_folder_discard(struct output_folder *output, const struct plan *plan)
{
    remove_top_file(output, "manifest.mpd", NULL);
    remove_top_file(output, "master.m3u8", NULL);
    remove_top_file(output, "rung.json", NULL);
    for (size_t i = 0; i < plan->video_count; i++)
        clear_track(output, plan->video[i].folder, NULL);
    for (size_t i = 0; i < plan->audio_count; i++)
        clear_track(output, plan->audio[i].folder, NULL);
    sweep_top(output, NULL);
    remove_empty_parents(output);
    output_folder_give_up(output);
}

void output_folder_give_up(struct output_folder *output)
{
    file_remove_tree(output->scratch, NULL);
    unmake(output);
}

bool output_folder_finish(struct output_folder *output, struct err *err)
{
    return file_remove_tree(output->scratch, err);
}
