// SPDX-License-Identifier: BSD-2-Clause
// The proxy's variables, its address taken apart, and its place compared with a peer's.
#include "src/net/proxy.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/base/mem.h"
#include "src/base/uri.h"

#define HTTPS_PORT 443
#define OTHER_PORT 1080

// Empty is as good as unset.
static const char *first_set(const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return NULL;
}

const char *proxy_of(const char *address)
{
    static const char *const none[] = {"no_proxy", "NO_PROXY"};
    static const char *const plain[] = {"http_proxy", "all_proxy", "ALL_PROXY"};
    static const char *const secure[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    const char *exempt = first_set(none, ARRAY_LEN(none));
    if (exempt && strcmp(exempt, "*") == 0)
        return NULL;
    return strncasecmp(address, "https:", 6) == 0 ? first_set(secure, ARRAY_LEN(secure))
                                                  : first_set(plain, ARRAY_LEN(plain));
}

static bool has_proxy_scheme(const struct uri *uri)
{
    static const char *const schemes[] = {"http",    "https",  "socks",  "socks4",
                                          "socks4a", "socks5", "socks5h"};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (uri_part_is(&uri->scheme, schemes[i]))
            return true;
    return false;
}

static bool read_port(const char *text, uint16_t *ret)
{
    size_t length = strspn(text, "0123456789");
    unsigned long port = length > 0 && length <= 5 ? strtoul(text, NULL, 10) : 0;
    *ret = (uint16_t)port;
    return text[length] == '\0' && port > 0 && port <= UINT16_MAX;
}

// An authority without its user: where the host is, and what stands behind it.
static const char *split_host(const char *place, const char **ret_host, size_t *ret_length)
{
    bool is_bracketed = *place == '[';
    *ret_host = place + is_bracketed;
    *ret_length = strcspn(*ret_host, is_bracketed ? "%]" : ":"); // "%": a zone
    const char *end = *ret_host + *ret_length;
    if (!is_bracketed)
        return end;
    end = strchr(end, ']');
    return end ? end + 1 : "?"; // never closed
}

bool proxy_read(const char *proxy, char **ret_host, uint16_t *ret_port)
{
    struct uri uri;
    AUTO_FREE char *whole =
        strstr(proxy, "://") ? mem_strdup(proxy) : mem_printf("http://%s", proxy);
    uri_split(whole, &uri);
    if (!has_proxy_scheme(&uri) || !uri.authority.is_there)
        return false;
    AUTO_FREE char *place = mem_printf("%.*s", (int)uri.authority.length, uri.authority.text);
    const char *at = strrchr(place, '@'); // a user and a password
    const char *host;
    size_t length;
    const char *rest = split_host(at ? at + 1 : place, &host, &length);
    uint16_t port = uri_part_is(&uri.scheme, "https") ? HTTPS_PORT : OTHER_PORT;
    bool has_port = *rest && strcmp(rest, ":") != 0;
    if (length == 0 || (has_port && (*rest != ':' || !read_port(rest + 1, &port))))
        return false;
    *ret_host = mem_printf("%.*s", (int)length, host);
    *ret_port = port;
    return true;
}

// Family, address and port; nothing else of what an address may say.
static bool is_same(const struct sockaddr *a, const struct sockaddr *b)
{
    if (a->sa_family != b->sa_family)
        return false;
    if (a->sa_family == AF_INET) {
        struct sockaddr_in x, y;
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return x.sin_port == y.sin_port && x.sin_addr.s_addr == y.sin_addr.s_addr;
    }
    if (a->sa_family == AF_INET6) {
        struct sockaddr_in6 x, y;
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return x.sin6_port == y.sin6_port &&
               memcmp(&x.sin6_addr, &y.sin6_addr, sizeof x.sin6_addr) == 0;
    }
    return false;
}

bool proxy_is_at(const char *address, const struct sockaddr *peer)
{
    const char *proxy = proxy_of(address);
    AUTO_FREE char *host = NULL;
    uint16_t port;
    if (!proxy || !proxy_read(proxy, &host, &port))
        return false;
    if (peer->sa_family == AF_UNIX)
        return true; // SOCKS at a path: no http(s) address leads to one
    AUTO_FREE char *service = mem_printf("%u", port);
    const struct addrinfo hints = {.ai_flags = AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, service, &hints, &found) != 0)
        return false;
    bool is_there = false;
    for (const struct addrinfo *one = found; one && !is_there; one = one->ai_next)
        is_there = is_same(one->ai_addr, peer);
    freeaddrinfo(found);
    return is_there;
}
