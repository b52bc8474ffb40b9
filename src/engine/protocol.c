// SPDX-License-Identifier: BSD-2-Clause
// Framing of messages on a stream socket. Knows no message but its "type"; what
// they mean is in message.c.
#include "src/engine/protocol.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "src/base/json.h"

#define TICK_MS 100
// A payload's memory grows as its bytes arrive: a peer that only claims a size
// costs nothing.
#define PAYLOAD_STEP_BYTES ((size_t)8 << 20)

static void put_be(uint8_t *at, uint64_t value, int count)
{
    for (int i = 0; i < count; i++)
        at[i] = (uint8_t)(value >> (8 * (count - 1 - i)));
}

static uint64_t get_be(const uint8_t *at, int count)
{
    uint64_t value = 0;
    for (int i = 0; i < count; i++)
        value = value << 8 | at[i];
    return value;
}

static bool is_patient(const struct protocol_link *link, struct err *err)
{
    return !link->keep_waiting || link->keep_waiting(link->self, err);
}

// Until the socket may be ready, or a tick is over.
static bool wait_for(const struct protocol_link *link, short events, struct err *err)
{
    if (!is_patient(link, err))
        return false;
    struct pollfd entry = {.fd = link->fd, .events = events};
    if (poll(&entry, 1, link->keep_waiting ? TICK_MS : -1) < 0 && errno != EINTR)
        return err_set(err, ERR_TRANSIENT, "engine socket: %s", strerror(errno));
    return true;
}

static bool send_all(const struct protocol_link *link, struct iovec *parts, size_t count,
                     struct err *err)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    while (message.msg_iovlen > 0) {
        ssize_t sent = sendmsg(link->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (!wait_for(link, POLLOUT, err))
                return false;
            continue;
        }
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return err_set(err, ERR_TRANSIENT, "engine socket: %s", strerror(errno));
        size_t left = (size_t)sent;
        while (message.msg_iovlen > 0 && left >= message.msg_iov->iov_len) {
            left -= message.msg_iov->iov_len;
            message.msg_iov++;
            message.msg_iovlen--;
        }
        if (message.msg_iovlen > 0) {
            message.msg_iov->iov_base = (uint8_t *)message.msg_iov->iov_base + left;
            message.msg_iov->iov_len -= left;
        }
    }
    return true;
}

bool protocol_link_send(const struct protocol_link *link, const json_t *json, const void *payload,
                        size_t payload_size_bytes, struct err *err)
{
    AUTO_FREE char *text = json_dumps(json, JSON_COMPACT);
    if (!text)
        return err_set(err, ERR_BUG, "engine message \"%s\" is no JSON", protocol_type(json));
    size_t size = strlen(text);
    if (size > PROTOCOL_JSON_MAX_BYTES || payload_size_bytes > PROTOCOL_PAYLOAD_MAX_BYTES)
        return err_set(err, ERR_BUG, "engine message \"%s\" is too large: %zu + %zu bytes",
                       protocol_type(json), size, payload_size_bytes);
    uint8_t header[PROTOCOL_HEADER_BYTES];
    put_be(header, PROTOCOL_MAGIC, 4);
    put_be(header + 4, size, 4);
    put_be(header + 8, payload_size_bytes, 8);
    struct iovec parts[] = {
        {.iov_base = header, .iov_len = sizeof header},
        {.iov_base = text, .iov_len = size},
        {.iov_base = (void *)(uintptr_t)payload, .iov_len = payload_size_bytes},
    };
    return send_all(link, parts, ARRAY_LEN(parts), err);
}

static enum protocol_result receive_all(const struct protocol_link *link, uint8_t *data,
                                        size_t size_bytes, struct err *err)
{
    while (size_bytes > 0) {
        ssize_t got = recv(link->fd, data, size_bytes, MSG_DONTWAIT);
        // A peer that ends with our bytes unread resets the socket: gone, too.
        if (got == 0 || (got < 0 && errno == ECONNRESET))
            return PROTOCOL_CLOSED;
        if (got > 0) {
            data += got;
            size_bytes -= (size_t)got;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!wait_for(link, POLLIN, err))
                return PROTOCOL_FAILED;
        } else if (errno != EINTR) {
            err_set(err, ERR_TRANSIENT, "engine socket: %s", strerror(errno));
            return PROTOCOL_FAILED;
        }
    }
    return PROTOCOL_MESSAGE;
}

static enum protocol_result receive_into(const struct protocol_link *link, size_t size_bytes,
                                         struct buf *ret, struct err *err)
{
    buf_clear(ret);
    while (size_bytes > 0) {
        size_t step = size_bytes < PAYLOAD_STEP_BYTES ? size_bytes : PAYLOAD_STEP_BYTES;
        buf_reserve(ret, step);
        enum protocol_result result = receive_all(link, ret->data + ret->size_bytes, step, err);
        if (result != PROTOCOL_MESSAGE)
            return result;
        ret->size_bytes += step;
        size_bytes -= step;
    }
    return PROTOCOL_MESSAGE;
}

static size_t bound(size_t own, size_t most)
{
    return own > 0 && own < most ? own : most;
}

static bool sizes_from_header(const struct protocol_link *link,
                              const uint8_t header[PROTOCOL_HEADER_BYTES], size_t *ret_json_bytes,
                              size_t *ret_payload_bytes, struct err *err)
{
    if (get_be(header, 4) != PROTOCOL_MAGIC)
        return err_set(err, ERR_BUG, "engine message: wrong magic");
    uint64_t json_bytes = get_be(header + 4, 4);
    uint64_t payload_bytes = get_be(header + 8, 8);
    if (json_bytes > bound(link->json_max_bytes, PROTOCOL_JSON_MAX_BYTES))
        return err_set(err, ERR_BUG, "engine message: %llu bytes of JSON are too many",
                       (unsigned long long)json_bytes);
    if (payload_bytes > bound(link->payload_max_bytes, PROTOCOL_PAYLOAD_MAX_BYTES))
        return err_set(err, ERR_BUG, "engine message: %llu bytes of payload are too many",
                       (unsigned long long)payload_bytes);
    *ret_json_bytes = (size_t)json_bytes;
    *ret_payload_bytes = (size_t)payload_bytes;
    return true;
}

static json_t *parse(const struct buf *text, struct err *err)
{
    json_error_t why;
    json_t *json =
        json_loadb((const char *)text->data, text->size_bytes, JSON_REJECT_DUPLICATES, &why);
    if (!json) {
        err_set(err, ERR_BUG, "engine message: %s at byte %d", why.text, why.position);
        return NULL;
    }
    if (!json_is_string(json_object_get(json, "type"))) {
        json_decref(json);
        err_set(err, ERR_BUG, "engine message: no \"type\"");
        return NULL;
    }
    return json;
}

enum protocol_result protocol_link_receive(const struct protocol_link *link, json_t **ret_json,
                                           struct buf *ret_payload, struct err *err)
{
    // Asked even when bytes are there: a peer that never stops talking must not
    // be able to put off a cancel.
    if (!is_patient(link, err))
        return PROTOCOL_FAILED;
    uint8_t header[PROTOCOL_HEADER_BYTES];
    size_t json_bytes = 0;
    size_t payload_bytes = 0;
    enum protocol_result result = receive_all(link, header, sizeof header, err);
    if (result != PROTOCOL_MESSAGE)
        return result;
    if (!sizes_from_header(link, header, &json_bytes, &payload_bytes, err))
        return PROTOCOL_FAILED;

    AUTO(buf_done) struct buf text = {0};
    result = receive_into(link, json_bytes, &text, err);
    if (result != PROTOCOL_MESSAGE)
        return result;
    AUTO(json_free) json_t *json = parse(&text, err);
    if (!json)
        return PROTOCOL_FAILED;
    result = receive_into(link, payload_bytes, ret_payload, err);
    if (result == PROTOCOL_MESSAGE)
        *ret_json = MEM_MOVE(json);
    return result;
}

bool protocol_send(int fd, const json_t *json, const void *payload, size_t payload_size_bytes,
                   struct err *err)
{
    return protocol_link_send(&(struct protocol_link){.fd = fd}, json, payload, payload_size_bytes,
                              err);
}

enum protocol_result protocol_receive(int fd, json_t **ret_json, struct buf *ret_payload,
                                      struct err *err)
{
    return protocol_link_receive(&(struct protocol_link){.fd = fd}, ret_json, ret_payload, err);
}

const char *protocol_type(const json_t *json)
{
    const char *type = json_string_value(json_object_get(json, "type"));
    return type ? type : "";
}
