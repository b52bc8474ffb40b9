// SPDX-License-Identifier: BSD-2-Clause
// What supervisor and engine say to each other over one socket pair. A message is
// a 16-byte header (magic, JSON size, payload size; big-endian), a JSON object with
// a "type", and raw payload bytes. Both ends bound every size.
//
//   to the engine    probe  {name, log_level}               look at the source
//                    run    {name, log_level, plan, options} make what is missing
//                    prove  {name, log_level, plan, device_number} does its tier work?
//                    cancel {}                               stop, in order
//   from the engine  facts  {facts}
//                    proved {frames, …, kind, text}           kind "none": it does
//                    init   {track, codec, timescale}  + bytes
//                    segment{track, index, start, duration, iframes} + bytes
//                    span   {track, span, frames, …}
//                    progress {track, units}
//                    alive  {}                               something moved
//                    log    {level, room, text}
//                    done   {stats}
//                    error  {kind, text}
//
// facts, proved, done and error are the last word of an engine. The input is file
// descriptor ENGINE_INPUT_FD, the socket ENGINE_SOCKET_FD.
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

#define PROTOCOL_MAGIC             0x52554e47u // "RUNG"
#define PROTOCOL_HEADER_BYTES      16
#define PROTOCOL_JSON_MAX_BYTES    (64u << 20)
#define PROTOCOL_PAYLOAD_MAX_BYTES (1u << 30)

enum protocol_result { PROTOCOL_MESSAGE, PROTOCOL_CLOSED, PROTOCOL_FAILED };

// One end of the socket, for an end that must not wait forever or believe much.
struct protocol_link {
    int fd;
    size_t json_max_bytes; // of received messages; 0: the protocol's own bounds
    size_t payload_max_bytes;
    // Asked before every message and every 100 ms for as long as the peer keeps us
    // waiting; false gives up, with *err filled. NULL: wait forever.
    bool (*keep_waiting)(void *self, struct err *err);
    void *self;
};

// Takes no ownership of json. The payload is sent from where it lies. TRANSIENT
// when the peer is gone, BUG when a size is over the bounds.
bool protocol_link_send(const struct protocol_link *link, const json_t *json, const void *payload,
                        size_t payload_size_bytes, struct err *err);
// CLOSED: the peer is gone, at the end of a message or inside one. FAILED: BUG
// when the bytes are no message, or what keep_waiting said. *ret_json is owned by
// the caller; *ret_payload is overwritten and keeps its memory between calls.
enum protocol_result protocol_link_receive(const struct protocol_link *link, json_t **ret_json,
                                           struct buf *ret_payload, struct err *err);

// The same on a bare descriptor: blocking, with the protocol's own bounds.
bool protocol_send(int fd, const json_t *json, const void *payload, size_t payload_size_bytes,
                   struct err *err);
enum protocol_result protocol_receive(int fd, json_t **ret_json, struct buf *ret_payload,
                                      struct err *err);

// The "type" of a received message; never NULL.
const char *protocol_type(const json_t *json);

#endif
