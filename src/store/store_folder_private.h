// SPDX-License-Identifier: BSD-2-Clause
// The store that is a folder of this machine.
#ifndef RUNG_STORE_STORE_FOLDER_PRIVATE_H
#define RUNG_STORE_STORE_FOLDER_PRIVATE_H

#include "src/store/store.h"

// rest is what follows "folder:" (or the whole bare path). CONFIG when it is empty.
bool store_folder_open(const char *rest, struct store **ret_store, struct err *err);

#endif
