// SPDX-License-Identifier: BSD-2-Clause
// The libav log callback.
#include "src/media/av_log.h"

#include <libavutil/log.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hwaccel/words.h"
#include "src/base/log.h"

// libav sends half lines; a thread's own are joined here until the newline comes.
static _Thread_local char pending[1024];

static void take_line(void *object, int level, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));

static void take_line(void *object, int level, const char *fmt, va_list args)
{
    enum log_level ours = level <= AV_LOG_WARNING ? LOG_VERBOSE : LOG_DEBUG;
    bool is_heard = ours <= log_get_level();
    // Errors are kept in any case: for an accelerator's they are the only cause there is.
    if (level > AV_LOG_INFO || (!is_heard && level > AV_LOG_ERROR))
        return;
    const AVClass *class = object ? *(const AVClass **)object : NULL;
    size_t used = strlen(pending);
    if (used == 0 && class && class->item_name) {
        snprintf(pending, sizeof pending, "%s: ", class->item_name(object));
        used = strlen(pending);
    }
    vsnprintf(pending + used, sizeof pending - used, fmt, args);
    used = strlen(pending);
    if (used + 1 < sizeof pending && (used == 0 || pending[used - 1] != '\n'))
        return;
    while (used > 0 && pending[used - 1] == '\n')
        pending[--used] = 0;
    // The text holds bytes of the input: nothing that would steer a terminal.
    for (size_t i = 0; i < used; i++)
        if ((unsigned char)pending[i] < 0x20 || pending[i] == 0x7f)
            pending[i] = '?';
    if (level <= AV_LOG_ERROR)
        words_note(pending);
    if (is_heard)
        log_msg(ours, "libav", "%s", pending);
    pending[0] = 0;
}

static void install(void)
{
    av_log_set_callback(take_line);
}

void av_log_to_ours(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}
