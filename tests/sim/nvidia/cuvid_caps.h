// SPDX-License-Identifier: BSD-2-Clause
#ifndef RUNG_SIM_CUVID_CAPS_H
#define RUNG_SIM_CUVID_CAPS_H

#include "api.h"

bool cuvid_caps_allow(int device, cudaVideoCodec codec, cudaVideoChromaFormat chroma,
                      unsigned depth_minus8);
bool cuvid_caps_fit(cudaVideoCodec codec, unsigned long width, unsigned long height);

#endif
