// SPDX-License-Identifier: BSD-2-Clause
// The special-purpose address registries (RFC 6890 and its updates) as tables.
#include "src/net/peer.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "src/base/mem.h"

static const struct {
    uint32_t net;
    unsigned bits;
    enum peer_reach reach;
} ranges4[] = {
    {0x00000000, 8, PEER_LOCAL},    // this network; 0.0.0.0 connects to this machine
    {0x0a000000, 8, PEER_PRIVATE},  // RFC 1918
    {0x64400000, 10, PEER_PRIVATE}, // shared, RFC 6598
    {0x7f000000, 8, PEER_LOCAL},    // loopback
    {0xa9fe0000, 16, PEER_LOCAL},   // link-local
    {0xac100000, 12, PEER_PRIVATE}, // RFC 1918
    {0xc0000000, 24, PEER_PRIVATE}, // IETF protocol assignments
    {0xc0000200, 24, PEER_PRIVATE}, // documentation
    {0xc0a80000, 16, PEER_PRIVATE}, // RFC 1918
    {0xc6120000, 15, PEER_PRIVATE}, // benchmarking
    {0xc6336400, 24, PEER_PRIVATE}, // documentation
    {0xcb007100, 24, PEER_PRIVATE}, // documentation
    {0xe0000000, 4, PEER_LOCAL},    // multicast
    {0xf0000000, 4, PEER_PRIVATE},  // reserved
};

static const struct {
    uint8_t net[16];
    unsigned bits;
    enum peer_reach reach;
} ranges6[] = {
    {{0}, 127, PEER_LOCAL},                           // unspecified and loopback
    {{0x01, 0x00}, 64, PEER_PRIVATE},                 // discard
    {{0x20, 0x01, 0x00, 0x00}, 23, PEER_PRIVATE},     // protocol assignments, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32, PEER_PRIVATE},     // documentation
    {{0x3f, 0xff}, 20, PEER_PRIVATE},                 // documentation
    {{0x5f, 0x00}, 16, PEER_PRIVATE},                 // segment routing
    {{0x00, 0x64, 0xff, 0x9b, 0, 1}, 48, PEER_LOCAL}, // NAT64 of one's own network
    {{0xfc, 0x00}, 7, PEER_PRIVATE},                  // unique local
    {{0xfe, 0x80}, 10, PEER_LOCAL},                   // link-local
    {{0xfe, 0xc0}, 10, PEER_PRIVATE},                 // site-local
    {{0xff, 0x00}, 8, PEER_LOCAL},                    // multicast
};

// IPv6 prefixes that hold an IPv4 address, and where.
static const struct {
    uint8_t net[12];
    size_t prefix_bytes;
    size_t at;
} embedded[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 12, 12}, // mapped
    {{0, 0x64, 0xff, 0x9b}, 12, 12},                      // NAT64, RFC 6052
    {{0x20, 0x02}, 2, 2},                                 // 6to4
};

static enum peer_reach reach4(uint32_t address)
{
    for (size_t i = 0; i < ARRAY_LEN(ranges4); i++)
        if ((address ^ ranges4[i].net) >> (32 - ranges4[i].bits) == 0)
            return ranges4[i].reach;
    return PEER_PUBLIC;
}

static bool has_prefix(const uint8_t *address, const uint8_t *net, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(address, net, whole) != 0)
        return false;
    return rest == 0 || ((address[whole] ^ net[whole]) >> (8 - rest)) == 0;
}

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static enum peer_reach reach6(const uint8_t *address)
{
    for (size_t i = 0; i < ARRAY_LEN(ranges6); i++)
        if (has_prefix(address, ranges6[i].net, ranges6[i].bits))
            return ranges6[i].reach;
    for (size_t i = 0; i < ARRAY_LEN(embedded); i++)
        if (memcmp(address, embedded[i].net, embedded[i].prefix_bytes) == 0)
            return reach4(big_endian(address + embedded[i].at));
    static const uint8_t compatible[12] = {0}; // IPv4-compatible, long deprecated
    return memcmp(address, compatible, sizeof compatible) == 0 ? PEER_LOCAL : PEER_PUBLIC;
}

enum peer_reach peer_reach(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return reach4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, address, sizeof in);
        return reach6(in.sin6_addr.s6_addr);
    }
    return PEER_LOCAL;
}

static bool is_local_name(const char *host, size_t length)
{
    static const char name[] = "localhost";
    const size_t size = sizeof name - 1;
    while (length > 0 && host[length - 1] == '.')
        length--;
    if (length < size || strncasecmp(host + length - size, name, size) != 0)
        return false;
    return length == size || host[length - size - 1] == '.';
}

bool peer_reach_of_host(const char *host, enum peer_reach *ret)
{
    size_t length = strlen(host);
    if (is_local_name(host, length)) {
        *ret = PEER_LOCAL;
        return true;
    }
    bool is_bracketed = length > 2 && host[0] == '[' && host[length - 1] == ']';
    AUTO_FREE char *literal =
        is_bracketed ? mem_printf("%.*s", (int)(length - 2), host + 1) : mem_strdup(host);
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (getaddrinfo(literal, NULL, &hints, &found) != 0 || !found)
        return false;
    *ret = peer_reach(found->ai_addr);
    freeaddrinfo(found);
    return true;
}

const char *peer_reach_name(enum peer_reach reach)
{
    return reach == PEER_PUBLIC ? "public" : reach == PEER_PRIVATE ? "private" : "local";
}
