// SPDX-License-Identifier: BSD-2-Clause
// Findings of a text, counted and looked through, for the tests of the text room.
#ifndef RUNG_TEST_VALIDATE_TEXT_TEXTS_H
#define RUNG_TEST_VALIDATE_TEXT_TEXTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "manifests/validate/text/text.h"
#include "src/base/mem.h"

struct text_case {
    const char *name;
    const char *text;
    const char *message; // a part of the only finding's; NULL: no finding at all
    int64_t line;        // of the finding, 0: not looked at
};

static inline void check_findings(const struct text_case *one, const struct findings *findings,
                                  enum rule_id rule)
{
    size_t wanted = one->message ? 1 : 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *found = &findings->items[i];
        assert_int_equal(found->rule, rule);
        if (findings->count > wanted)
            print_message("%s: line %d: %s\n", one->name, (int)found->line, found->message);
    }
    if (findings->count != wanted)
        fail_msg("%s: %zu findings instead of %zu", one->name, findings->count, wanted);
    if (one->message && !strstr(findings->items[0].message, one->message))
        fail_msg("%s: \"%s\" does not hold \"%s\"", one->name, findings->items[0].message,
                 one->message);
    if (one->line > 0 && findings->items[0].line != one->line)
        fail_msg("%s: line %d instead of %d", one->name, (int)findings->items[0].line,
                 (int)one->line);
}

// A copy without the zero behind it, so that a sanitizer sees any read beyond the end.
static inline char *exact_copy(const char *text, size_t length)
{
    char *copy = mem_alloc(length ? length : 1);
    memcpy(copy, text, length);
    return copy;
}

#endif
