// SPDX-License-Identifier: BSD-2-Clause
// What may be followed from where, and how it is called.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "manifests/validate/fetch/origin_private.h"
#include "src/base/file.h"

static char *folder; // real path, holds out/a.m3u8, out/sub/, other/b.mpd

static int make_folder(void **state)
{
    (void)state;
    char template[] = "/tmp/rung_test_XXXXXX";
    folder = realpath(mkdtemp(template), NULL);
    static const char *const files[] = {"out/a.m3u8", "out/sub/b c.mpd", "other/b.mpd"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        AUTO_FREE char *path = mem_printf("%s/%s", folder, files[i]);
        AUTO_FREE char *parent = mem_printf("%.*s", (int)(strrchr(path, '/') - path), path);
        struct err err = {0};
        if (!file_make_folder(parent, &err) || !file_write_atomic(path, "x", 1, false, &err))
            return -1;
    }
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    file_remove_tree(folder, NULL);
    MEM_FREE(folder);
    return 0;
}

// An origin that was given this; *ret its address.
static struct origin *given(const char *input, char **ret_address)
{
    struct origin *origin = origin_new(&(struct origin_spec){0});
    struct err err = {0};
    if (!origin_address(origin, input, ret_address, &err))
        fail_msg("%s", err.text);
    return origin;
}

static void web_references_are_followed_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *reference;
        const char *address; // NULL: refused
        const char *text;    // the name, or words of the reason
    } cases[] = {
        {"b.m3u8", "https://host.example/x/y/b.m3u8", "b.m3u8"},
        {"", "https://host.example/x/y/m.m3u8?sig=s", "m.m3u8?…"},
        {"v/1.m4s?tok=1#f", "https://host.example/x/y/v/1.m4s?tok=1", "v/1.m4s?…"},
        {"../up.m4s", "https://host.example/x/up.m4s", "https://host.example/x/up.m4s"},
        {"../../../../up", "https://host.example/up", "https://host.example/up"},
        {"/top?q", "https://host.example/top?q", "https://host.example/top?…"},
        {"//cdn.example/a", "https://cdn.example/a", "https://cdn.example/a"},
        {"http://cdn.example:80/a", "http://cdn.example/a", "http://cdn.example/a"},
        {"HTTPS://CDN.Example:8443", "https://cdn.example:8443/", "https://cdn.example:8443/"},
        {"a b\xc3\xa4.m4s", "https://host.example/x/y/a%20b%C3%A4.m4s", "a%20b%C3%A4.m4s"},
        {"a\\..\\b", "https://host.example/x/y/a%5C..%5Cb", "a%5C..%5Cb"},
        {"file:///etc/passwd", NULL, "from the web to a file"},
        {"FILE:///etc/passwd", NULL, "from the web to a file"},
        {"ftp://host.example/a", NULL, "scheme ftp:"},
        {"data:text/plain,x", NULL, "scheme data:"},
        {"urn:mpeg:dash", NULL, "scheme urn:"},
        {"gopher://127.0.0.1:6379/_x", NULL, "scheme gopher:"},
        {"https://user:pw@host.example/", NULL, "user name"},
        {"https://host.example@evil.example/", NULL, "user name"},
        {"https:///path", NULL, "names no host"},
        {"https:path", NULL, "names no host"},
        {"https://a\\b/", NULL, "characters"},
        {"https://a%2eb/", NULL, "characters"},
        {"https://a b/", NULL, "characters"},
        {"https://h\xc3\xb6st.example/", NULL, "characters"},
        {"https://../", NULL, "characters"},
        {"https://h:0/", NULL, "port"},
        {"https://h:65536/", NULL, "port"},
        {"https://h:8x/", NULL, "port"},
        {"https://[::1", NULL, "no IPv6"},
        {"a\nb", NULL, "control characters"},
        {"a\x1b[31mb", NULL, "control characters"},
        {"http://127.0.0.1/", NULL, "private network"},
        {"http://127.1:8080/", NULL, "private network"},
        {"http://2130706433/", NULL, "private network"},
        {"http://0x7f000001/", NULL, "private network"},
        {"http://localhost/", NULL, "private network"},
        {"http://169.254.169.254/latest/meta-data/", NULL, "private network"},
        {"http://[::1]/", NULL, "private network"},
        {"http://[::ffff:10.0.0.1]/", NULL, "private network"},
        {"http://10.0.0.1/", NULL, "private network"},
        {"//192.168.0.1/", NULL, "private network"},
    };
    AUTO_FREE char *base = NULL;
    AUTO(origin_free)
    struct origin *origin = given("https://Host.example:443/x/y/m.m3u8?sig=s#frag", &base);
    assert_string_equal(base, "https://host.example/x/y/m.m3u8?sig=s");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *address = NULL;
        AUTO_FREE char *name = NULL;
        struct err err = {0};
        bool ok = origin_resolve(origin, base, cases[i].reference, &address, &name, &err);
        if (ok != (cases[i].address != NULL))
            fail_msg("%s: %s", cases[i].reference, ok ? address : err.text);
        if (ok) {
            assert_string_equal(address, cases[i].address);
            assert_string_equal(name, cases[i].text);
        } else if (err.kind != ERR_INPUT || !strstr(err.text, cases[i].text)) {
            fail_msg("%s: %s", cases[i].reference, err.text);
        }
    }
}

static void local_references_stay_in_the_folder(void **state)
{
    (void)state;
    static const struct {
        const char *base, *reference;
        const char *rest; // of the address after the test's folder; NULL: refused
        const char *text;
    } cases[] = {
        {"out/", "a.m3u8", "/out/a.m3u8", "a.m3u8"},
        {"out/", "sub/b c.mpd", "/out/sub/b%20c.mpd", "sub/b c.mpd"},
        {"out/", "sub/b%20c.mpd", "/out/sub/b%20c.mpd", "sub/b c.mpd"},
        {"out/sub/b%20c.mpd", "../a.m3u8?x=1#t", "/out/a.m3u8", "a.m3u8"},
        {"out/a.m3u8", "missing.m4s", "/out/missing.m4s", "missing.m4s"},
        {"out/a.m3u8", "100%.m4s", "/out/100%25.m4s", "100%.m4s"},
        {"out/a.m3u8", "./sub/../a.m3u8", "/out/a.m3u8", "a.m3u8"},
        {"out/a.m3u8", "s\xc3\xa4.m4s", "/out/s%C3%A4.m4s", "s\xc3\xa4.m4s"},
        {"out/a.m3u8", "../other/b.mpd", NULL, "out of the folder"},
        {"out/a.m3u8", "../out2/a", NULL, "out of the folder"},
        {"out/a.m3u8", "../../../../../../etc/passwd", NULL, "out of the folder"},
        {"out/a.m3u8", "%2e%2e/other/b.mpd", NULL, "percent-encoding"},
        {"out/a.m3u8", "sub%2f..%2f..%2fother", NULL, "percent-encoding"},
        {"out/a.m3u8", "a%00b", NULL, "percent-encoding"},
        {"out/a.m3u8", "/etc/passwd", NULL, "server's root"},
        {"out/a.m3u8", "file:///etc/passwd", NULL, "out of the folder"},
        {"out/a.m3u8", "file://host.example/etc/passwd", NULL, "another machine"},
        {"out/a.m3u8", "//host.example/x", NULL, "another machine"},
        {"out/a.m3u8", "s3://bucket/x", NULL, "scheme s3:"},
        {"out/a.m3u8", "http://localhost:80/x", NULL, "private network"},
    };
    AUTO_FREE char *root = NULL;
    AUTO_FREE char *input = mem_printf("%s/./out/", folder);
    AUTO(origin_free) struct origin *origin = given(input, &root);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *base = mem_printf("file://%s/%s", folder, cases[i].base);
        AUTO_FREE char *address = NULL;
        AUTO_FREE char *name = NULL;
        struct err err = {0};
        bool ok = origin_resolve(origin, base, cases[i].reference, &address, &name, &err);
        if (ok != (cases[i].rest != NULL))
            fail_msg("%s: %s", cases[i].reference, ok ? address : err.text);
        if (ok) {
            assert_string_equal(address + strlen("file://") + strlen(folder), cases[i].rest);
            assert_string_equal(name, cases[i].text);
        } else if (err.kind != ERR_INPUT || !strstr(err.text, cases[i].text)) {
            fail_msg("%s: %s", cases[i].reference, err.text);
        }
    }
}

static void a_public_address_may_follow_a_local_one(void **state)
{
    (void)state;
    AUTO_FREE char *root = NULL, *address = NULL, *name = NULL;
    AUTO_FREE char *input = mem_printf("%s/out", folder);
    AUTO(origin_free) struct origin *origin = given(input, &root);
    assert_true(origin_resolve(origin, root, "http://cdn.example/a?b", &address, &name, NULL));
    assert_string_equal(address, "http://cdn.example/a?b");
    assert_string_equal(name, "http://cdn.example/a?…");
}

static void a_private_first_host_allows_its_like(void **state)
{
    (void)state;
    static const struct {
        const char *given, *reference;
        bool is_allowed;
    } cases[] = {
        {"http://127.0.0.1:8000/m", "http://localhost:9000/x", true},
        {"http://127.0.0.1:8000/m", "http://10.0.0.1/x", true},
        {"http://192.168.0.2/m", "http://10.0.0.1/x", true},
        {"http://192.168.0.2/m", "/y", true},
        {"http://192.168.0.2/m", "http://127.0.0.1/x", false},
        {"http://192.168.0.2/m", "http://169.254.169.254/x", false},
        {"http://8.8.8.8/m", "http://192.168.0.2/x", false},
        {"http://host.example/m", "http://127.0.0.1/x", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_FREE char *base = NULL, *address = NULL, *name = NULL;
        AUTO(origin_free) struct origin *origin = given(cases[i].given, &base);
        bool ok = origin_resolve(origin, base, cases[i].reference, &address, &name, NULL);
        if (ok != cases[i].is_allowed)
            fail_msg("%s from %s", cases[i].reference, cases[i].given);
    }
}

static bool may(struct origin *origin, const char *address, const char *peer,
                struct origin_peer_check *check)
{
    static struct web_site site; // what the check borrows
    AUTO_FREE char *same = NULL;
    assert_true(web_address_build(address, "", &same, &site, NULL));
    *check = (struct origin_peer_check){.origin = origin, .site = &site};
    struct sockaddr_in place = {.sin_family = AF_INET};
    assert_int_equal(inet_pton(AF_INET, peer, &place.sin_addr), 1);
    return origin_may_connect(check, (struct sockaddr *)&place);
}

static void a_name_that_turns_private_is_not_followed(void **state)
{
    (void)state;
    AUTO_FREE char *base = NULL;
    AUTO(origin_free) struct origin *origin = given("http://host.example/m", &base);
    struct origin_peer_check check;
    assert_false(may(origin, "http://cdn.example/", "10.0.0.1", &check));
    assert_true(may(origin, base, "93.184.216.34", &check));
    origin_peer_answered(&check);
    assert_false(may(origin, base, "127.0.0.1", &check)); // rebinding
    assert_false(may(origin, base, "10.0.0.1", &check));
    assert_false(may(origin, "http://cdn.example/", "127.0.0.1", &check));
    assert_true(may(origin, "http://cdn.example/", "93.184.216.34", &check));
}

static void a_name_of_ones_own_network_is_ones_own(void **state)
{
    (void)state;
    AUTO_FREE char *base = NULL;
    AUTO(origin_free) struct origin *origin = given("http://nas.example/m", &base);
    struct origin_peer_check check;
    assert_true(may(origin, base, "192.168.0.9", &check));
    origin_peer_answered(&check);
    assert_true(may(origin, base, "192.168.0.9", &check));
    assert_true(may(origin, "http://other.example/", "10.0.0.1", &check));
    assert_false(may(origin, base, "127.0.0.1", &check));
    assert_false(may(origin, "http://other.example/", "169.254.169.254", &check));
}

static void inputs_that_cannot_be_are_told(void **state)
{
    (void)state;
    AUTO_FREE char *missing = mem_printf("%s/none", folder);
    AUTO_FREE char *pipe = mem_printf("%s/pipe", folder);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    const struct {
        const char *input, *words;
    } cases[] = {
        {missing, "No such file"},
        {pipe, "neither a file nor a folder"},
        {"/dev/null", "neither a file nor a folder"},
        {"", "No such file"},
        {"s3://bucket/x", "not read"},
        {"rtmp://host/x", "not read"},
        {"https://user:pw@host/", "user name"},
        {"https://", "names no host"},
        {"http://a/\r\nX: y", "control"},
        {"file://host.example/x", "another machine"},
        {"file:///none%2fx", "percent-encoding"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(origin_free) struct origin *origin = origin_new(&(struct origin_spec){0});
        AUTO_FREE char *address = NULL;
        struct err err = {0};
        assert_false(origin_address(origin, cases[i].input, &address, &err));
        if (err.kind != ERR_INPUT || !strstr(err.text, cases[i].words) || strstr(err.text, "pw"))
            fail_msg("%s: %s", cases[i].input, err.text);
    }
}

static void headers_must_be_headers(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        bool is_good;
    } cases[] = {{"Authorization: Bearer secret", true},
                 {"X-A:", true},
                 {"secret", false},
                 {": secret", false},
                 {"X Y: secret", false},
                 {"X: a\r\nsecret: b", false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct origin_spec spec = {.headers = &cases[i].header, .header_count = 1};
        AUTO(origin_free) struct origin *origin = origin_new(&spec);
        AUTO_FREE char *address = NULL;
        struct err err = {0};
        assert_int_equal(origin_address(origin, "https://host.example/", &address, &err),
                         cases[i].is_good);
        assert_null(strstr(err.text, "secret"));
        assert_int_equal(err.kind, cases[i].is_good ? ERR_NONE : ERR_CONFIG);
    }
}

static void check_name(struct origin *origin, const char *address, const char *wanted)
{
    AUTO_FREE char *again = NULL;
    AUTO_FREE char *name = NULL;
    assert_true(origin_resolve(origin, address, "", &again, &name, NULL));
    assert_string_equal(again, address);
    assert_string_equal(name, wanted);
}

static void names_are_relative_to_the_first_input(void **state)
{
    (void)state;
    AUTO_FREE char *first = mem_printf("%s/out/a.m3u8", folder);
    AUTO_FREE char *second = mem_printf("%s/other", folder);
    AUTO_FREE char *a = NULL, *b = NULL, *c = NULL;
    AUTO(origin_free) struct origin *origin = given(first, &a);
    assert_true(origin_address(origin, second, &b, NULL));
    assert_true(origin_address(origin, "https://host.example/d/e.mpd?k=s", &c, NULL));
    check_name(origin, a, "a.m3u8");
    check_name(origin, c, "https://host.example/d/e.mpd?…");
    AUTO_FREE char *below = mem_printf("%sb.mpd", b);
    AUTO_FREE char *wanted = mem_printf("%s/other/b.mpd", folder);
    check_name(origin, below, wanted);
    // What is given together may refer to each other.
    AUTO_FREE char *address = NULL;
    AUTO_FREE char *name = NULL;
    assert_true(origin_resolve(origin, a, "../other/b.mpd", &address, &name, NULL));
    assert_string_equal(address, below);
}

static void long_references_are_refused(void **state)
{
    (void)state;
    AUTO_FREE char *base = NULL;
    AUTO(origin_free) struct origin *origin = given("https://host.example/m", &base);
    const size_t sizes[] = {8000, 8193, 3000, 1 << 20};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO_FREE char *reference = mem_alloc(sizes[i] + 1);
        memset(reference, i == 2 ? ' ' : 'a', sizes[i]); // spaces grow to %20
        AUTO_FREE char *address = NULL;
        AUTO_FREE char *name = NULL;
        struct err err = {0};
        assert_int_equal(origin_resolve(origin, base, reference, &address, &name, &err), i == 0);
        assert_true(i == 0 || strstr(err.text, "longer than 8192 bytes") != NULL);
        assert_true(strlen(err.text) < 300);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(web_references_are_followed_or_refused),
        cmocka_unit_test(local_references_stay_in_the_folder),
        cmocka_unit_test(a_public_address_may_follow_a_local_one),
        cmocka_unit_test(a_private_first_host_allows_its_like),
        cmocka_unit_test(a_name_that_turns_private_is_not_followed),
        cmocka_unit_test(a_name_of_ones_own_network_is_ones_own),
        cmocka_unit_test(inputs_that_cannot_be_are_told),
        cmocka_unit_test(headers_must_be_headers),
        cmocka_unit_test(names_are_relative_to_the_first_input),
        cmocka_unit_test(long_references_are_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
