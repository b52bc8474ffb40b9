// SPDX-License-Identifier: BSD-2-Clause
// The rows, for the table that joins them (backend.c).
#ifndef RUNG_HWACCEL_BACKEND_PRIVATE_H
#define RUNG_HWACCEL_BACKEND_PRIVATE_H

#include "hwaccel/backend.h"

extern const struct backend_row backend_cuda;
extern const struct backend_row backend_vaapi;
extern const struct backend_row backend_qsv;

// NVIDIA's driver keeps what it compiles: lets it find a folder where it may.
void backend_cuda_prepare(void);

#endif
