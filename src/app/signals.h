// SPDX-License-Identifier: BSD-2-Clause
// SIGINT and SIGTERM ask the running command to stop cleanly; a second one ends
// the process at once. The stop flag is one of the program's two mutable globals.
#ifndef RUNG_APP_SIGNALS_H
#define RUNG_APP_SIGNALS_H

#include <stdatomic.h>

void signals_install(void);
const atomic_bool *signals_stop_flag(void);
// 130 or 143 after a signal; 130 otherwise.
int signals_exit_code(void);

#endif
