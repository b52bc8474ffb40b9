// SPDX-License-Identifier: BSD-2-Clause
// The supervisor's side of one engine process: start it, ask it, hear it out, end
// it. The child is this same program started again as `rung engine`, with the
// input and the socket and nothing else.
#ifndef RUNG_ENGINE_CLIENT_H
#define RUNG_ENGINE_CLIENT_H

#include <stdatomic.h>

#include "src/media/facts.h"
#include "src/media/plan.h"
#include "src/media/prove.h"
#include "src/media/run.h"
#include "src/media/sink.h"

struct engine_spec {
    int input_fd;              // seekable; borrowed
    const char *input_name;    // for messages
    int stall_limit_s;         // no message for so long: the engine hangs and is killed; 0: never
    const atomic_bool *cancel; // may be NULL; the engine gets 2 s to stop in order
    const char *program;       // started as `rung engine`; NULL: this very program
};

// What the engine process cost, from wait4. Where a call starts several, the sum
// and the largest. The peak is never below the supervisor's own size: the kernel
// counts the moment between fork and exec.
struct engine_usage {
    int64_t cpu_us;
    int64_t peak_rss_bytes;
};

// One child, one probe. INPUT when the source is at fault. A child that crashed
// on it twice is the input's fault too, and the text says so. usage may be NULL, is
// reset first, and is filled on failure too. Call from a thread that outlives the
// call's work: the engine dies with it.
bool engine_probe(const struct engine_spec *spec, struct source_facts *ret_facts,
                  struct engine_usage *usage, struct err *err);

// One child, one proof (media/prove.h), of a plan with a device in its tier. A crash or hang
// is DEVICE, of a device that counts as opened. *ret is filled on failure too: zeros, or as
// far as the proof came.
bool engine_prove(const struct engine_spec *spec, const struct plan *plan, int device_number,
                  struct prove_result *ret, struct engine_usage *usage, struct err *err);

// One child, one run. The sink is called on the calling thread as messages come.
// options.cancel is ignored in favour of spec->cancel. A crash or hang is
// DEVICE ("engine died: signal 11 (Segmentation fault)"): what was handed to the
// sink stays good, and the caller may run again with those pieces marked done. Each
// init reaches the sink once. An engine that delivers what the plan does not ask
// for, or calls incomplete work done, is killed: BUG. A failing sink ends the run
// with the sink's own error.
bool engine_run(const struct engine_spec *spec, const struct plan *plan,
                const struct run_options *options, const struct media_sink *sink,
                struct run_stats *ret_stats, struct engine_usage *usage, struct err *err);

#endif
