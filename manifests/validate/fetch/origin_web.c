// SPDX-License-Identifier: BSD-2-Clause
// Web addresses in their normal form, and the say in which hosts are talked to: a
// document from far away must not make this machine talk to its own network.
#include "manifests/validate/fetch/origin_private.h"

#include <string.h>

#include "src/base/uri.h"

static const char legal_in_host[] = "abcdefghijklmnopqrstuvwxyz0123456789-._~";
static const char legal_in_brackets[] = "abcdef0123456789:.";

// What is wrong with the authority; NULL: nothing, and *ret is filled. Strict, so that no
// other reader of the same address can see another host in it.
static const char *site_read(const struct uri *uri, struct web_site *ret)
{
    ret->is_secure = uri_part_is(&uri->scheme, "https");
    char text[sizeof ret->host + 8];
    if (uri->authority.length == 0)
        return "names no host";
    if (memchr(uri->authority.text, '@', uri->authority.length))
        return "has a user name in it, which is sent in a header or not at all";
    if (uri->authority.length >= sizeof text)
        return "has a host name longer than any can be";
    for (size_t i = 0; i < uri->authority.length; i++) {
        char c = uri->authority.text[i];
        text[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    text[uri->authority.length] = '\0';

    bool has_brackets = text[0] == '[';
    size_t length =
        has_brackets ? 1 + strspn(text + 1, legal_in_brackets) : strspn(text, legal_in_host);
    if (has_brackets && text[length++] != ']')
        return "has a host that is no IPv6 address";
    if (length == 0 || text[0] == '.' || (text[length] && text[length] != ':'))
        return "has a host name with characters that none can have";
    if (length >= sizeof ret->host)
        return "has a host name longer than any can be";
    const char *port = text + length + (text[length] == ':');
    unsigned long number = 0;
    if (strspn(port, "0123456789") != strlen(port) || strlen(port) > 5)
        return "has a port that is no number";
    for (const char *at = port; *at; at++)
        number = number * 10 + (unsigned long)(*at - '0');
    if (*port && (number == 0 || number > 65535))
        return "has a port that is no number from 1 to 65535";
    ret->port = *port ? (unsigned)number : ret->is_secure ? 443 : 80;
    memcpy(ret->host, text, length);
    ret->host[length] = '\0';
    return NULL;
}

bool web_address_build(const char *text, const char *shown, char **ret_address,
                       struct web_site *ret_site, struct err *err)
{
    struct uri uri;
    uri_split(text, &uri);
    struct web_site site = {0};
    const char *fault = uri.authority.is_there ? site_read(&uri, &site) : "names no host";
    if (fault)
        return err_set(err, ERR_INPUT, "%s: the address %s", shown, fault);
    AUTO(buf_done) struct buf whole = {0};
    buf_printf(&whole, "%s://%s", site.is_secure ? "https" : "http", site.host);
    if (site.port != (site.is_secure ? 443 : 80))
        buf_printf(&whole, ":%u", site.port);
    if (uri.path.length == 0)
        buf_append(&whole, "/", 1);
    uri_append_fixed(&whole, uri.path.text, uri.path.length);
    if (uri.query.is_there) {
        buf_append(&whole, "?", 1);
        uri_append_fixed(&whole, uri.query.text, uri.query.length);
    }
    if (whole.size_bytes > ORIGIN_ADDRESS_MAX)
        return err_set(err, ERR_INPUT, "%s: the address is longer than %d bytes", shown,
                       ORIGIN_ADDRESS_MAX);
    buf_put_u8(&whole, 0);
    *ret_address = (char *)MEM_MOVE(whole.data);
    *ret_site = site;
    return true;
}

bool web_site_equal(const struct web_site *a, const struct web_site *b)
{
    return a->is_secure == b->is_secure && a->port == b->port && strcmp(a->host, b->host) == 0;
}

struct origin_host *origin_host_find(struct origin *origin, const struct web_site *site)
{
    for (size_t i = 0; i < origin->host_count; i++)
        if (web_site_equal(&origin->hosts[i].site, site))
            return &origin->hosts[i];
    if (origin->host_count == ORIGIN_HOSTS_MAX)
        return NULL;
    if (!origin->hosts) // never moved: pointers into it stay good
        origin->hosts = mem_realloc(NULL, ORIGIN_HOSTS_MAX, sizeof *origin->hosts);
    struct origin_host *host = &origin->hosts[origin->host_count++];
    *host = (struct origin_host){.site = *site};
    return host;
}

bool origin_site_allowed(struct origin *origin, const struct web_site *site)
{
    enum peer_reach reach;
    if (!peer_reach_of_host(site->host, &reach))
        return true; // its name does not tell: looked at when connecting
    pthread_mutex_lock(&origin->mutex);
    struct origin_host *host = origin_host_find(origin, site);
    bool ok = reach <= origin->reach || (host && host->is_given);
    pthread_mutex_unlock(&origin->mutex);
    return ok;
}

bool origin_may_connect(void *self, const struct sockaddr *peer)
{
    struct origin_peer_check *check = self;
    enum peer_reach reach = peer_reach(peer);
    pthread_mutex_lock(&check->origin->mutex);
    const struct origin_host *host = origin_host_find(check->origin, check->site);
    // The person's own host may be anywhere, but only where it was at first: a public name
    // that turns private later is a trick.
    bool is_own = host && host->is_given && (!host->has_answered || reach <= host->reach);
    bool ok = is_own || reach <= check->origin->reach;
    pthread_mutex_unlock(&check->origin->mutex);
    if (ok) {
        check->has_reach = true;
        check->reach = reach;
    }
    return ok;
}

void origin_peer_answered(struct origin_peer_check *check)
{
    struct origin *origin = check->origin;
    pthread_mutex_lock(&origin->mutex);
    struct origin_host *host = origin_host_find(origin, check->site);
    if (host && !host->has_answered) {
        host->has_answered = true;
        host->reach = check->has_reach ? check->reach : PEER_PUBLIC;
        if (host->is_given && host->reach > origin->reach)
            origin->reach = host->reach;
    }
    pthread_mutex_unlock(&origin->mutex);
}
