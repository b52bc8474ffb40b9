// SPDX-License-Identifier: BSD-2-Clause
// The signal handler and its flag.
#include "src/app/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static atomic_bool stop;
static volatile sig_atomic_t first_signal;

static void on_signal(int number)
{
    int saved = errno;
    if (first_signal != 0)
        _exit(128 + number);
    first_signal = number;
    atomic_store(&stop, true);
    errno = saved;
}

void signals_install(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal; // no SA_RESTART: blocked reads must come back
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    // A reader that went away shows as EPIPE where it matters.
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    // A file size limit is a full disk: an error of the write, not a death.
    sigaction(SIGXFSZ, &action, NULL);
}

const atomic_bool *signals_stop_flag(void)
{
    return &stop;
}

int signals_exit_code(void)
{
    return first_signal == SIGTERM ? 143 : 130;
}
