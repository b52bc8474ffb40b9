// SPDX-License-Identifier: BSD-2-Clause
// How a failure of a device reads: what was tried, what libav said, what that means and
// what to do about it.
#include <libavutil/error.h>
#include <stdio.h>
#include <string.h>

#include "hwaccel/device_private.h"
#include "hwaccel/words.h"

// "cu->cuMemAlloc(&data, size) failed -> NAME: text" is libav's source; what a person needs of it
// is "cuMemAlloc failed: NAME: text". The end of a sentence goes too.
static void shorten(const char *words, char *ret, size_t size)
{
    static const char failed[] = ") failed -> ";
    const char *result = strstr(words, failed);
    const char *arguments = strchr(words, '(');
    if (result && arguments && arguments < result) {
        const char *name = arguments;
        while (name > words && name[-1] != '>')
            name--;
        snprintf(ret, size, "%.*s failed: %s", (int)(arguments - name), name,
                 result + sizeof failed - 1);
    } else {
        snprintf(ret, size, "%s", words);
    }
    size_t length = strlen(ret);
    while (length > 0 && strchr(".: ", ret[length - 1]))
        ret[--length] = 0;
}

void device_story(const struct backend_row *row, int averror, const char *what, char *ret,
                  size_t size, bool *ret_is_lost)
{
    char words[512] = "";
    av_strerror(averror, words, sizeof words);
    if (words_first()[0])
        shorten(words_first(), words, sizeof words);
    const struct backend_remedy *remedy = backend_remedy(row->device, words_first());
    // libav begins with the name of whatever speaks, which often is what was tried.
    size_t name = strlen(what);
    bool is_twice = strncmp(words, what, name) == 0 && words[name] == ':';
    int used = snprintf(ret, size, "%s%s%s", is_twice ? "" : what, is_twice ? "" : ": ", words);
    if (remedy && used > 0 && (size_t)used < size)
        snprintf(ret + used, size - (size_t)used, ": %s%s%s", remedy->means,
                 remedy->remedy ? "; " : "", remedy->remedy ? remedy->remedy : "");
    *ret_is_lost = remedy && remedy->is_lost;
}

bool device_fail(const struct device_context *context, enum stage stage, int averror,
                 const char *what, struct err *err)
{
    char story[sizeof err->text];
    bool is_lost;
    device_story(context->row, averror, what, story, sizeof story, &is_lost);
    return err_set(err, is_lost ? ERR_DEVICE : stage_err(stage), "%s on %s: %s", stage_name(stage),
                   device_name(context->row->device), story);
}
