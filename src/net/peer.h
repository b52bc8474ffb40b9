// SPDX-License-Identifier: BSD-2-Clause
// How near a network address is: what the whole internet can reach, what only a private
// network can, what only this machine or its link can. Whoever follows addresses that
// strangers wrote must not be led from the first to the others.
#ifndef RUNG_NET_PEER_H
#define RUNG_NET_PEER_H

#include <stdbool.h>
#include <sys/socket.h>

enum peer_reach {
    PEER_PUBLIC,
    PEER_PRIVATE, // RFC 1918, RFC 4193, shared, documentation and reserved ranges
    PEER_LOCAL,   // loopback, link-local (cloud metadata), unspecified, multicast
};

// Of an address to connect to. IPv4 inside IPv6 (mapped, NAT64, 6to4) counts as what it
// holds; anything but IP as PEER_LOCAL.
enum peer_reach peer_reach(const struct sockaddr *address);

// Of a host as an address has it, without port: a literal in any spelling that resolvers
// take ("127.1", "0x7f000001", "[::1]"), or "localhost" and names below it. False for
// other names: only resolving tells.
bool peer_reach_of_host(const char *host, enum peer_reach *ret);

const char *peer_reach_name(enum peer_reach reach); // "public", "private", "local"

#endif
