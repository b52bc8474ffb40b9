// SPDX-License-Identifier: BSD-2-Clause
// Where bytes come from: files below a folder, or http(s). One interface, with the policy
// of what may be followed from where, limits, retries, and many reads at once.
// (s3:// joins here when the store has it.)
//
// What a person gives is trusted to be meant; what documents refer to is not. A document
// never leads from http to a file, from a folder to what lies outside it (symbolic links
// included), or from a public host (or a local document) to a private network; and never
// from a private network to this machine. That is looked at when an address is resolved
// and again when a connection is made, so that no redirect and no name server gets
// around it. A person who wants it followed gives that host or folder as an input too.
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
    unsigned retries;           // of what may pass, after the first try; 0: 2
    const atomic_bool *stop;
};

#define ORIGIN_ADDRESS_MAX 8192 // bytes; longer is refused
#define ORIGIN_HOSTS_MAX   256  // different ones; more are refused

struct origin;
// Copies the headers; spec->stop is borrowed until origin_free.
struct origin *origin_new(const struct origin_spec *spec);
void origin_free(struct origin **origin);

// Of what a person gives (path, folder, address): its absolute address ("file:///a/b",
// a folder's ends in "/", "https://…"), after which what lies beside or below it may be
// read. All that is given comes first, before any read. INPUT: it is not there, is neither
// file nor folder, has a user name in it, or is of a scheme that is not read. CONFIG: a
// header of the spec is none. Its name: origin_resolve with an empty reference.
bool origin_address(struct origin *origin, const char *given, char **ret_address, struct err *err);

// Resolves a reference found in the document at base (RFC 3986 5.2). INPUT with the reason
// when the policy forbids to follow it: file: from http, other schemes, a local path that
// leaves the folder that was given, userinfo in the address, a private network from a
// public host, longer than 8 KiB. Touches no file and no network: a symbolic link that
// leads out, or a name that resolves to a private network, is refused when it is read
// (is_refused). ret_name: as shown to people (relative to the first input's folder; all
// queries masked; clean, on one line). A fragment is dropped, and a query too for files.
bool origin_resolve(struct origin *origin, const char *base_address, const char *reference,
                    char **ret_address, char **ret_name, struct err *err);

struct origin_answer {
    struct buf *body;       // the caller's, set before; cleared and filled, to be reused
    int64_t total_bytes;    // of the whole resource, -1 unknown
    int http_status;        // 0 for files, and when nothing answered
    char content_type[128]; // "" unknown; clean text
    char final_address[ORIGIN_ADDRESS_MAX + 1]; // after redirects; "" unchanged
    unsigned redirects;
    bool is_range_ignored; // the server sent everything (200); body is cut to the range
    bool is_refused;       // by the policy above: redirect, private network, symbolic link
};

// On failure of a read, everything in the answer but body and final_address still tells
// what was learned (http_status 404; is_refused).
//
// The whole resource, at most the manifest's cap. Content-Encoding is decoded, and the
// cap holds for what comes out. INPUT: not there, too large, redirects in a circle;
// TRANSIENT: gave up after the retries; CANCELLED.
bool origin_read_manifest(struct origin *origin, const char *address, struct origin_answer *ret,
                          struct err *err);
// Bytes of a resource; size_bytes -1: to the end. Where the resource ends before the range
// does, body is shorter, perhaps empty (HTTP: 416 that tells the size), and that is no
// failure. INPUT and TRANSIENT as above.
bool origin_read(struct origin *origin, const char *address, int64_t offset_bytes,
                 int64_t size_bytes, struct origin_answer *ret, struct err *err);

// Many reads, some at once, each handed over in the thread that made it. `measure` is
// called from several threads (the caller's is one of them), each job once, in no fixed
// order; body is valid during the call only. At most `parallel` at once, and no more than
// there are cores when all are files. Memory is bounded: every thread may hold 64 MiB, and
// one at a time more than that. Returns false only on stop.
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

// What stands behind the err that an origin_measure got, and only that one.
struct origin_failure {
    struct err err; // first: origin_failure_of turns the one into the other
    int http_status;
    int64_t total_bytes;
    bool is_refused;
};
const struct origin_failure *origin_failure_of(const struct err *err);

// So far: bytes of bodies, and requests made (tries and redirects included; files opened).
void origin_totals(const struct origin *origin, int64_t *ret_bytes, size_t *ret_requests);

// References (relative, percent-encoded, sorted) of the regular files below a folder that
// origin_address gave, whose names end in one of the suffixes (".mpd"; NULL-terminated).
// Looks at most ORIGIN_DEPTH_MAX folders deep, follows no link, and passes over names that
// begin with a dot. INPUT: more than ORIGIN_FILES_MAX entries, or it cannot be read.
#define ORIGIN_DEPTH_MAX 4
#define ORIGIN_FILES_MAX 200000
struct origin_names {
    char **items;
    size_t count;
};
bool origin_files(struct origin *origin, const char *folder_address, const char *const *suffixes,
                  struct origin_names *ret, struct err *err);
void origin_names_done(struct origin_names *names);

#endif
