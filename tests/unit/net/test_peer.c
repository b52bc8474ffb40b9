// SPDX-License-Identifier: BSD-2-Clause
// Which addresses the public cannot reach, in every spelling.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/net/peer.h"

static void literals_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        enum peer_reach wanted;
    } cases[] = {
        {"8.8.8.8", PEER_PUBLIC},
        {"1.1.1.1", PEER_PUBLIC},
        {"172.15.255.255", PEER_PUBLIC},
        {"172.32.0.0", PEER_PUBLIC},
        {"192.169.0.1", PEER_PUBLIC},
        {"100.63.255.255", PEER_PUBLIC},
        {"100.128.0.1", PEER_PUBLIC},
        {"223.255.255.255", PEER_PUBLIC},
        {"127.0.0.1", PEER_LOCAL},
        {"127.255.255.254", PEER_LOCAL},
        {"127.1", PEER_LOCAL},
        {"2130706433", PEER_LOCAL},
        {"0x7f.1", PEER_LOCAL},
        {"0177.0.0.01", PEER_LOCAL},
        {"0.0.0.0", PEER_LOCAL},
        {"0", PEER_LOCAL},
        {"169.254.169.254", PEER_LOCAL},
        {"10.0.0.1", PEER_PRIVATE},
        {"172.16.0.1", PEER_PRIVATE},
        {"172.31.255.255", PEER_PRIVATE},
        {"192.168.1.1", PEER_PRIVATE},
        {"100.64.0.1", PEER_PRIVATE},
        {"198.18.0.1", PEER_PRIVATE},
        {"255.255.255.255", PEER_PRIVATE},
        {"239.1.2.3", PEER_LOCAL},
        {"::1", PEER_LOCAL},
        {"[::1]", PEER_LOCAL},
        {"[::]", PEER_LOCAL},
        {"[0:0:0:0:0:0:0:1]", PEER_LOCAL},
        {"[::ffff:127.0.0.1]", PEER_LOCAL},
        {"[::ffff:10.1.2.3]", PEER_PRIVATE},
        {"[::ffff:8.8.8.8]", PEER_PUBLIC},
        {"[64:ff9b::a9fe:a9fe]", PEER_LOCAL},
        {"[64:ff9b::808:808]", PEER_PUBLIC},
        {"[64:ff9b:1::1]", PEER_LOCAL},
        {"[2002:7f00:1::]", PEER_LOCAL},
        {"[2002:808:808::1]", PEER_PUBLIC},
        {"[::127.0.0.1]", PEER_LOCAL},
        {"[fe80::1]", PEER_LOCAL},
        {"[fd00::1]", PEER_PRIVATE},
        {"[fc00::1]", PEER_PRIVATE},
        {"[fec0::1]", PEER_PRIVATE},
        {"[ff02::1]", PEER_LOCAL},
        {"[2001:db8::1]", PEER_PRIVATE},
        {"[2001::1]", PEER_PRIVATE},
        {"[2a00:1450:4001::1]", PEER_PUBLIC},
        {"[2606:4700::1111]", PEER_PUBLIC},
        {"localhost", PEER_LOCAL},
        {"LocalHost.", PEER_LOCAL},
        {"a.localhost", PEER_LOCAL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        enum peer_reach got = PEER_PUBLIC;
        if (!peer_reach_of_host(cases[i].host, &got) || got != cases[i].wanted)
            fail_msg("%s: %s, wanted %s", cases[i].host, peer_reach_name(got),
                     peer_reach_name(cases[i].wanted));
    }
}

static void other_names_are_not_guessed(void **state)
{
    (void)state;
    static const char *const names[] = {"example.org", "notlocalhost", "localhost.example", "", "[",
                                        "[]",          "1.2.3.4.5",    "10.0.0.1.example"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        enum peer_reach got;
        assert_false(peer_reach_of_host(names[i], &got));
    }
}

static void what_is_not_ip_is_local(void **state)
{
    (void)state;
    struct sockaddr_storage place = {.ss_family = AF_UNIX};
    assert_int_equal(peer_reach((struct sockaddr *)&place), PEER_LOCAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_are_told_apart),
        cmocka_unit_test(other_names_are_not_guessed),
        cmocka_unit_test(what_is_not_ip_is_local),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
