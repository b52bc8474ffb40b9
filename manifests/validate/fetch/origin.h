// SPDX-License-Identifier: BSD-2-Clause
// Where bytes come from: files below a folder, or http(s). One interface, with the policy
// of what may be followed from where, limits, retries, and many reads at once in order.
// (s3:// joins here when the store has it.)
#ifndef RUNG_VALIDATE_FETCH_ORIGIN_H
#define RUNG_VALIDATE_FETCH_ORIGIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/err.h"
#include "src/base/mem.h"

struct origin_spec {
    const char *const
        *headers; // "Name: value" lines sent with every request to the first host only
    size_t header_count;
    int64_t manifest_cap_bytes; // 0: 32 MiB
    int64_t segment_cap_bytes;  // 0: 1 GiB; a segment beyond is refused
    unsigned parallel;          // reads at once; 0: 6
    unsigned timeout_s;         // silence on a connection; 0: 30
    unsigned retries;           // of what may pass; 0 means 3 tries in all
    const atomic_bool *stop;
};

struct origin;
struct origin *origin_new(const struct origin_spec *spec);
void origin_free(struct origin **origin);

// Of what a person gives (path, folder, address): its absolute address ("file:///a/b",
// "https://…"). INPUT: it is not there, or of a scheme that is not read.
bool origin_address(struct origin *origin, const char *given, char **ret_address, struct err *err);

// Resolves a reference found in the document at base (RFC 3986 5.2). INPUT with the reason
// when the policy forbids to follow it: file: from http, other schemes, a local path that
// leaves the folder that was given, userinfo in the address, a private network from a
// public host, longer than 8 KiB. ret_name: as shown to people (relative to the first
// input; queries of signed addresses masked).
bool origin_resolve(struct origin *origin, const char *base_address, const char *reference,
                    char **ret_address, char **ret_name, struct err *err);

struct origin_answer {
    struct buf *body;         // filled from the start; the caller clears and reuses it
    int64_t total_bytes;      // of the whole resource, -1 unknown
    int http_status;          // 0 for files
    char content_type[128];   // "" unknown
    char final_address[1024]; // after redirects; "" unchanged or longer
};

// The whole resource, at most the manifest's cap. Content-Encoding is decoded, and the
// cap holds for what comes out. INPUT: not there, too large, redirects in a circle;
// TRANSIENT: gave up after the retries; CANCELLED.
bool origin_read_manifest(struct origin *origin, const char *address, struct origin_answer *ret,
                          struct err *err);
// Bytes of a resource; size_bytes -1: to the end.
bool origin_read(struct origin *origin, const char *address, int64_t offset_bytes,
                 int64_t size_bytes, struct origin_answer *ret, struct err *err);

// Many reads, some at once, handed over one by one in a thread of the pool. `measure` is
// called from several threads, each job once, in no fixed order; body is valid during the
// call only. Memory is bounded by parallel x the largest job. Returns false only on stop.
struct origin_job {
    const char *address;
    int64_t offset_bytes;
    int64_t size_bytes; // -1: to the end
    size_t key;         // the caller's
};
typedef void (*origin_measure)(void *self, const struct origin_job *job,
                               const struct origin_answer *answer, // NULL: err says why
                               const struct err *err);
bool origin_read_all(struct origin *origin, const struct origin_job *jobs, size_t count,
                     origin_measure measure, void *self, struct err *err);

#endif
