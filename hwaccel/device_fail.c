// SPDX-License-Identifier: BSD-2-Clause
// How a failure of a device reads: what was tried, what libav said, what that means and
// what to do about it.
#include <libavutil/error.h>
#include <stdio.h>
#include <string.h>

#include "hwaccel/device_private.h"
#include "hwaccel/words.h"

void device_story(const struct backend_row *row, int averror, const char *what, char *ret,
                  size_t size, bool *ret_is_lost)
{
    char code[AV_ERROR_MAX_STRING_SIZE] = "";
    av_strerror(averror, code, sizeof code);
    const char *words = words_first()[0] ? words_first() : code;
    const struct backend_remedy *remedy = backend_remedy(row->device, words);
    int length = (int)strlen(words);
    while (length > 0 && (words[length - 1] == '.' || words[length - 1] == ' '))
        length--;
    int used = snprintf(ret, size, "%s: %.*s", what, length, words);
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
