// SPDX-License-Identifier: BSD-2-Clause
// SHA-256 against the examples NIST publishes for FIPS 180-4.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/digest.h"
#include "src/base/mem.h"

static const struct {
    const char *text;
    const char *hex;
} cases[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void known_texts_have_their_digests(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char hex[65];
        digest_hex_of(cases[i].text, strlen(cases[i].text), hex);
        assert_string_equal(hex, cases[i].hex);
    }
}

static void pieces_make_the_same_digest(void **state)
{
    (void)state;
    const char *text = cases[2].text;
    for (size_t first = 0; first <= strlen(text); first++) {
        AUTO(digest_free) struct digest *digest = digest_new();
        char hex[65];
        digest_update(digest, text, first);
        digest_update(digest, text, 0);
        digest_update(digest, text + first, strlen(text) - first);
        digest_hex(digest, hex);
        assert_string_equal(hex, cases[2].hex);
    }
}

static void a_million_letters(void **state)
{
    (void)state;
    AUTO(digest_free) struct digest *digest = digest_new();
    char letters[1000], hex[65];
    memset(letters, 'a', sizeof letters);
    for (int i = 0; i < 1000; i++)
        digest_update(digest, letters, sizeof letters);
    digest_hex(digest, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void freeing_twice_is_no_error(void **state)
{
    (void)state;
    struct digest *digest = digest_new();
    digest_free(&digest);
    assert_null(digest);
    digest_free(&digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts_have_their_digests),
        cmocka_unit_test(pieces_make_the_same_digest),
        cmocka_unit_test(a_million_letters),
        cmocka_unit_test(freeing_twice_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
