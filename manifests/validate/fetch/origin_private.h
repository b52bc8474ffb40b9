// SPDX-License-Identifier: BSD-2-Clause
// What the files of this room share: the origin, its readers, web addresses taken apart.
#ifndef RUNG_VALIDATE_FETCH_ORIGIN_PRIVATE_H
#define RUNG_VALIDATE_FETCH_ORIGIN_PRIVATE_H

#include <pthread.h>

#include "manifests/validate/fetch/origin.h"
#include "src/net/http_get.h"
#include "src/net/peer.h"

// Where a web address leads to.
struct web_site {
    bool is_secure;
    char host[256]; // lower case, IPv6 in brackets
    unsigned port;
};

// A folder that was given, or the folder of a file that was.
struct origin_root {
    char *path;   // real, no "/" at its end ("" is the root of all)
    char *prefix; // of names shown: "" for the first input's
    int fd;
};

struct origin_host { // one that is talked to
    struct web_site site;
    bool is_given;         // by a person
    bool has_answered;     // and reach is that of the connection that did
    enum peer_reach reach; // meaningful with has_answered
    unsigned failures;     // reads in a row that came to nothing
};

// What one thread reads with.
struct origin_reader {
    struct origin *origin;
    struct http_client *client; // NULL until it is needed
    struct buf body;            // of origin_read_all
    char *file_address;         // of fd, which is kept for the next range; NULL: none
    int fd;
    int64_t file_bytes;
    bool is_large; // holds origin->large
    struct origin_reader *next;
};

struct origin {
    char **headers; // copies
    size_t header_count;
    int64_t manifest_cap_bytes, segment_cap_bytes;
    unsigned parallel, silence_s, tries;
    const atomic_bool *stop;

    // Written by origin_address only, before there are readers.
    struct origin_root *roots;
    size_t root_count;
    char **given_files; // paths of given files that are links out of their folder
    size_t given_file_count;
    bool has_first;   // an input was given
    char *first_base; // the first input's folder when it is a web address, with "/" at its end
    bool has_header_site;
    struct web_site header_site; // where headers go

    pthread_mutex_t mutex; // guards what follows
    struct origin_host *hosts;
    size_t host_count;
    enum peer_reach reach; // the nearest that a given host has shown
    struct origin_reader *idle;

    pthread_mutex_t large; // one body above HTTP_LARGE_BYTES at a time
    atomic_llong bytes;
    atomic_size_t requests;
    atomic_llong skipped_bytes; // thrown away because ranges were ignored
};

struct origin_want {
    const char *address;
    int64_t offset_bytes;
    int64_t size_bytes; // -1: to the end
    int64_t cap_bytes;
    bool is_manifest;
};

bool origin_is_stopped(const struct origin *origin);

// origin.c
struct origin_reader *origin_reader_take(struct origin *origin);
// Its buffer is freed when it is large.
void origin_reader_give_back(struct origin_reader *reader);
bool origin_reader_read(struct origin_reader *reader, const struct origin_want *want,
                        struct origin_answer *ret, struct err *err);
// Waits until no other reader holds a large body. Again by the same reader: nothing.
void origin_large_enter(struct origin_reader *reader);
void origin_large_leave(struct origin_reader *reader);

// origin_file.c
bool origin_file_read(struct origin_reader *reader, const struct origin_want *want,
                      struct origin_answer *ret, struct err *err);
void origin_file_close(struct origin_reader *reader);
// The root that holds this real path, and the rest of the path ("" for the root itself).
const struct origin_root *origin_root_of(const struct origin *origin, const char *path,
                                         const char **ret_rest);

// origin_http.c
bool origin_http_read(struct origin_reader *reader, const struct origin_want *want,
                      struct origin_answer *ret, struct err *err);

// origin_web.c
// An http(s) address in its normal form (lower case, "/" for no path, odd bytes encoded,
// no fragment) and its site. INPUT with a reason that begins with `shown`.
bool web_address_build(const char *text, const char *shown, char **ret_address,
                       struct web_site *ret_site, struct err *err);
bool web_site_equal(const struct web_site *a, const struct web_site *b);
// Room for the host among those talked to; NULL: there are too many. The mutex is held.
struct origin_host *origin_host_find(struct origin *origin, const struct web_site *site);
// May a document lead to this site, as far as its name tells?
bool origin_site_allowed(struct origin *origin, const struct web_site *site);

struct origin_peer_check {
    struct origin *origin;
    const struct web_site *site;
    struct origin_reader *reader; // NULL in tests
    bool has_reach;
    enum peer_reach reach; // of the last address that was allowed
};
bool origin_may_connect(void *check, const struct sockaddr *peer);
// The exchange brought an answer: what was allowed before an answer is now known.
void origin_peer_answered(struct origin_peer_check *check);

// origin_address.c
// origin_resolve without the name.
bool origin_follow(struct origin *origin, const char *base_address, const char *reference,
                   char **ret_address, struct err *err);
// The path of a file address. INPUT when there is none. Caller frees.
bool origin_path_of(const char *address, char **ret_path, struct err *err);
// As shown to people. Caller frees.
char *origin_name_of(const struct origin *origin, const char *address);

#endif
