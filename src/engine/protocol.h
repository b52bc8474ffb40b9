// SPDX-License-Identifier: BSD-2-Clause
// What supervisor and engine say to each other over one socket pair. A message is
// a 16-byte header (magic, JSON size, payload size), a JSON object with a "type",
// and raw payload bytes. Both ends bound every size.
//
//   to the engine    probe  {}                         look at the source
//                    run    {plan, options, done}      make what is missing
//   from the engine  facts  {facts}
//                    init   {track, codec, timescale}  + bytes
//                    segment{track, index, start, duration, iframes} + bytes
//                    span   {track, span, frames, …}
//                    progress {track, units}
//                    log    {level, text}
//                    done   {stats}
//                    error  {kind, text}
//
// The input is file descriptor ENGINE_INPUT_FD, the socket ENGINE_SOCKET_FD.
#ifndef RUNG_ENGINE_PROTOCOL_H
#define RUNG_ENGINE_PROTOCOL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/err.h"
#include "src/base/mem.h"

#define ENGINE_SOCKET_FD 3
#define ENGINE_INPUT_FD  4

#define PROTOCOL_JSON_MAX_BYTES    (64u << 20)
#define PROTOCOL_PAYLOAD_MAX_BYTES (1u << 30)

enum protocol_result { PROTOCOL_MESSAGE, PROTOCOL_CLOSED, PROTOCOL_FAILED };

// Blocking. Takes no ownership of json.
bool protocol_send(int fd, const json_t *json, const void *payload, size_t payload_size_bytes,
                   struct err *err);
// Blocking. *ret_json is owned by the caller; *ret_payload is overwritten.
enum protocol_result protocol_receive(int fd, json_t **ret_json, struct buf *ret_payload,
                                      struct err *err);

#endif
