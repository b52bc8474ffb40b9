// SPDX-License-Identifier: BSD-2-Clause
// One GET of one http(s) address into memory: no redirect followed, nothing tried again,
// nothing kept beyond a cap. Whoever calls decides what an answer means. Addresses in
// errors are masked as by http_fetch_masked.
#ifndef RUNG_NET_HTTP_GET_H
#define RUNG_NET_HTTP_GET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "src/base/err.h"
#include "src/base/mem.h"

// Connections that stay open between calls; for one thread at a time.
struct http_client;
struct http_client *http_client_new(void);
void http_client_free(struct http_client **client);

struct http_get_spec {
    const char *address;
    const char *const *headers; // "Name: value"
    size_t header_count;
    int64_t offset_bytes; // with size_bytes the range; 0 and -1: everything, no Range sent
    int64_t size_bytes;   // > 0, or -1: to the end
    int64_t cap_bytes;    // of the body, decoded
    bool is_compressible; // ask for gzip; without it a compressed body is still decoded
    unsigned silence_s;   // slower than 1 KiB/s for as long: given up
    unsigned limit_s;     // all in all
    const atomic_bool *stop;

    // Asked with every address before a connection to it is made, but not with that of the
    // proxy that the environment names for this scheme; NULL: all may be. What a proxy
    // connects to is the proxy's to know.
    bool (*may_connect)(void *self, const struct sockaddr *peer);
    // Told once when the body grows beyond HTTP_LARGE_BYTES; may wait. NULL: nobody.
    void (*on_large)(void *self);
    void *self;
};
#define HTTP_LARGE_BYTES (64 << 20)
#define HTTP_ADDRESS_MAX 8192 // a Location beyond it is no answer

struct http_answer {
    struct buf *body; // the caller's, cleared first; of answers 200 and 206 only
    int status;       // 0: there was no answer
    int64_t total_bytes;
    char content_type[128]; // "" not said, or longer
    char *location;         // as written, of a 3xx; NULL
    int64_t retry_after_s;  // -1 not said
    int64_t skipped_bytes;  // thrown away in front of a range that the server ignored
    bool is_range_ignored;  // a range was asked for and everything came: body is cut to it
    bool is_refused;        // may_connect said no
};
void http_answer_done(struct http_answer *answer); // frees location

// True when there was an answer, whatever its status; body is then whole as far as it was
// asked for (shorter where the resource ends before the range does). False: INPUT for an
// answer that makes no sense or is larger than the cap, and for a refused peer; TRANSIENT
// for what may pass, CANCELLED on stop, CONFIG in a build without libcurl. ret is filled
// as far as it went either way; ret->body is the caller's to set before.
bool http_get(struct http_client *client, const struct http_get_spec *spec, struct http_answer *ret,
              struct err *err);

#endif
