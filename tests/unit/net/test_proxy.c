// SPDX-License-Identifier: BSD-2-Clause
// The proxy of an address: which variable counts, what it says, and who it is.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/net/proxy.h"

static int clear(void **state)
{
    (void)state;
    static const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                        "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unsetenv(names[i]);
    return 0;
}

static void the_scheme_has_its_variable(void **state)
{
    static const struct {
        const char *set[4]; // names and values
        const char *plain, *secure;
    } cases[] = {
        {{NULL}, NULL, NULL},
        {{"http_proxy", "a"}, "a", NULL},
        {{"HTTP_PROXY", "a"}, NULL, NULL},
        {{"https_proxy", "a"}, NULL, "a"},
        {{"HTTPS_PROXY", "a"}, NULL, "a"},
        {{"https_proxy", "a", "HTTPS_PROXY", "b"}, NULL, "a"},
        {{"all_proxy", "a"}, "a", "a"},
        {{"ALL_PROXY", "a"}, "a", "a"},
        {{"all_proxy", "a", "ALL_PROXY", "b"}, "a", "a"},
        {{"http_proxy", "a", "all_proxy", "b"}, "a", "b"},
        {{"HTTPS_PROXY", "a", "all_proxy", "b"}, "b", "a"},
        {{"http_proxy", "", "all_proxy", "b"}, "b", "b"},
        {{"all_proxy", "a", "no_proxy", "*"}, NULL, NULL},
        {{"all_proxy", "a", "NO_PROXY", "*"}, NULL, NULL},
        {{"all_proxy", "a", "no_proxy", "host"}, "a", "a"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        clear(state);
        for (size_t k = 0; k < 4 && cases[i].set[k]; k += 2)
            setenv(cases[i].set[k], cases[i].set[k + 1], true);
        const char *plain = proxy_of("http://https:1/"), *secure = proxy_of("HTTPS://host/");
        if (!plain != !cases[i].plain || (plain && strcmp(plain, cases[i].plain) != 0))
            fail_msg("case %zu: http by %s", i, plain ? plain : "none");
        if (!secure != !cases[i].secure || (secure && strcmp(secure, cases[i].secure) != 0))
            fail_msg("case %zu: https by %s", i, secure ? secure : "none");
    }
}

static void host_and_port_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *proxy, *host; // NULL: it is none
        uint16_t port;
    } cases[] = {
        {"proxy.example:3128", "proxy.example", 3128},
        {"proxy.example", "proxy.example", 1080},
        {"proxy.example:", "proxy.example", 1080},
        {"http://proxy.example", "proxy.example", 1080},
        {"http://proxy.example:80/", "proxy.example", 80},
        {"HTTPS://proxy.example/x?y", "proxy.example", 443},
        {"https://proxy.example:8443", "proxy.example", 8443},
        {"socks5h://127.0.0.1:9050", "127.0.0.1", 9050},
        {"socks4://127.0.0.1", "127.0.0.1", 1080},
        {"user:a@b@127.0.0.1:8080", "127.0.0.1", 8080},
        {"http://user:8@host", "host", 1080},
        {"http://[::1]:8080/", "::1", 8080},
        {"[::1]", "::1", 1080},
        {"http://[fe80::1%25eth0]:8080", "fe80::1", 8080},
        {"ftp://proxy.example:21", NULL, 0},
        {"http://", NULL, 0},
        {"http://:80", NULL, 0},
        {"host:0", NULL, 0},
        {"host:65536", NULL, 0},
        {"host:99999999999999999999", NULL, 0},
        {"host:80a", NULL, 0},
        {"[::1", NULL, 0},
        {"[::1]80", NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *host = NULL;
        uint16_t port = 0;
        bool ok = proxy_read(cases[i].proxy, &host, &port);
        if (ok != (cases[i].host != NULL))
            fail_msg("%s: %s", cases[i].proxy, ok ? host : "no proxy");
        if (ok && (strcmp(host, cases[i].host) != 0 || port != cases[i].port))
            fail_msg("%s: %s, %u", cases[i].proxy, host, port);
    }
}

static bool is_at(const char *host, uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 in6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = 1};
    if (inet_pton(AF_INET, host, &in.sin_addr) == 1)
        return proxy_is_at("http://host.invalid/", (struct sockaddr *)&in);
    assert_int_equal(inet_pton(AF_INET6, host, &in6.sin6_addr), 1);
    return proxy_is_at("http://host.invalid/", (struct sockaddr *)&in6);
}

static void a_peer_is_the_proxy_or_not(void **state)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    clear(state);
    assert_false(is_at("127.0.0.1", 1080));
    assert_false(proxy_is_at("http://host.invalid/", (struct sockaddr *)&un));
    setenv("http_proxy", "127.0.0.1", true);
    assert_true(is_at("127.0.0.1", 1080));
    assert_false(is_at("127.0.0.1", 80));
    assert_false(is_at("127.0.0.2", 1080));
    assert_false(is_at("::1", 1080));
    setenv("http_proxy", "http://[fe80::1%25lo]:80", true);
    assert_true(is_at("fe80::1", 80));
    assert_false(is_at("fe80::2", 80));
    assert_false(is_at("fe80::1", 81));
    setenv("http_proxy", "http://localhost:80", true);
    assert_true(is_at("127.0.0.1", 80));
    setenv("http_proxy", "http://nowhere.invalid:80", true);
    assert_false(is_at("127.0.0.1", 80));
    setenv("http_proxy", "socks5h://localhost/run/socks", true);
    assert_true(proxy_is_at("http://host.invalid/", (struct sockaddr *)&un));
    clear(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scheme_has_its_variable),
        cmocka_unit_test(host_and_port_are_read),
        cmocka_unit_test(a_peer_is_the_proxy_or_not),
    };
    return cmocka_run_group_tests(tests, clear, NULL);
}
