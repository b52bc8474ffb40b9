// SPDX-License-Identifier: BSD-2-Clause
// Which proxy the environment names for an address, as libcurl reads it. Whoever looks at
// the addresses that are connected to must know the proxy's from those that a stranger's
// document led to.
#ifndef RUNG_NET_PROXY_H
#define RUNG_NET_PROXY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

// The variable's value; NULL: none, or no_proxy is "*". http_proxy counts in small letters
// only. Other values of no_proxy are left to libcurl: an address may be reached directly
// though there is a proxy for its scheme.
const char *proxy_of(const char *address);

// The host without brackets, and the port, which may be left out: 443 for https, else 1080.
// False for what is none, or of a scheme that proxies do not have. Caller frees.
bool proxy_read(const char *proxy, char **ret_host, uint16_t *ret_port);

// Whether the peer is the proxy of this address, the port included. Asks the resolver.
bool proxy_is_at(const char *address, const struct sockaddr *peer);

#endif
