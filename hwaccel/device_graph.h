// SPDX-License-Identifier: BSD-2-Clause
// The filter graph that makes every size of a frame on the device.
#ifndef RUNG_HWACCEL_DEVICE_GRAPH_H
#define RUNG_HWACCEL_DEVICE_GRAPH_H

#include "hwaccel/device_scale.h"

struct device_graph; // for frames of one shape, from one pool of frames

// like: a frame on the device, as those that will come. libav's code when it fails.
int device_graph_build(const struct device_context *context, const AVFrame *like,
                       const struct device_size *sizes, size_t count, struct device_graph **ret);
void device_graph_free(struct device_graph **graph);

bool device_graph_takes(const struct device_graph *graph, const AVFrame *frame);
// One in, one out of each size; none of ret when it fails.
int device_graph_run(struct device_graph *graph, const AVFrame *frame, AVFrame **ret);

#endif
