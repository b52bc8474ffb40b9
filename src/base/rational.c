// SPDX-License-Identifier: BSD-2-Clause
// Exact rational arithmetic.
#include "src/base/rational.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef __int128 wide;

static wide wide_gcd(wide a, wide b)
{
    while (b) {
        wide t = a % b;
        a = b;
        b = t;
    }
    return a < 0 ? -a : a;
}

static int64_t saturate(wide v)
{
    if (v > INT64_MAX)
        return INT64_MAX;
    if (v < -INT64_MAX)
        return -INT64_MAX;
    return (int64_t)v;
}

static struct rational reduce(wide num, wide den)
{
    if (den < 0) {
        num = -num;
        den = -den;
    }
    wide g = wide_gcd(num, den);
    if (g > 1) {
        num /= g;
        den /= g;
    }
    // Too wide for 64 bit: give up exactness in the last bits, never the size.
    while (den > INT64_MAX || num > INT64_MAX || num < -INT64_MAX) {
        if (den == 1)
            break;
        num /= 2;
        den /= 2;
    }
    g = wide_gcd(num, den);
    if (g > 1) {
        num /= g;
        den /= g;
    }
    return (struct rational){saturate(num), saturate(den ? den : 1)};
}

struct rational rational_make(int64_t num, int64_t den)
{
    return reduce(num, den);
}

struct rational rational_add(struct rational a, struct rational b)
{
    return reduce((wide)a.num * b.den + (wide)b.num * a.den, (wide)a.den * b.den);
}

struct rational rational_sub(struct rational a, struct rational b)
{
    return reduce((wide)a.num * b.den - (wide)b.num * a.den, (wide)a.den * b.den);
}

struct rational rational_mul(struct rational a, struct rational b)
{
    return reduce((wide)a.num * b.num, (wide)a.den * b.den);
}

struct rational rational_div(struct rational a, struct rational b)
{
    return reduce((wide)a.num * b.den, (wide)a.den * b.num);
}

int rational_cmp(struct rational a, struct rational b)
{
    wide l = (wide)a.num * b.den, r = (wide)b.num * a.den;
    return (l > r) - (l < r);
}

struct rational rational_inv(struct rational a)
{
    return reduce(a.den, a.num);
}

static wide floor_div(wide num, wide den)
{
    wide q = num / den;
    return (num % den != 0 && num < 0) ? q - 1 : q;
}

int64_t rational_floor(struct rational a, int64_t scale)
{
    return saturate(floor_div((wide)a.num * scale, a.den));
}

int64_t rational_ceil(struct rational a, int64_t scale)
{
    return saturate(-floor_div(-(wide)a.num * scale, a.den));
}

int64_t rational_round(struct rational a, int64_t scale)
{
    return saturate(floor_div((wide)a.num * scale * 2 + a.den, (wide)a.den * 2));
}

double rational_to_double(struct rational a)
{
    return (double)a.num / (double)a.den;
}

void rational_format(struct rational a, char text[48])
{
    snprintf(text, 48, "%" PRId64 "/%" PRId64, a.num, a.den);
}

// An optional minus and digits, within 64 bit; NULL otherwise. strtoll alone
// would also take white space, a plus sign, and clip what is too large.
static const char *read_integer(const char *text, int64_t *ret_value)
{
    const char *digits = *text == '-' ? text + 1 : text;
    if (*digits < '0' || *digits > '9')
        return NULL;
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno)
        return NULL;
    *ret_value = value;
    return end;
}

bool rational_parse(const char *text, struct rational *ret_value)
{
    int64_t num = 0, den = 1;
    const char *end = text ? read_integer(text, &num) : NULL;
    if (end && *end == '/')
        end = read_integer(end + 1, &den);
    if (!end || *end || den <= 0)
        return false;
    *ret_value = rational_make(num, den);
    return true;
}

void rational_format_short(struct rational a, char text[48])
{
    if (1000000 % a.den == 0)
        snprintf(text, 48, "%.10g", rational_to_double(a));
    else
        rational_format(a, text);
}

struct rational rational_gap(struct rational a, struct rational b)
{
    return rational_cmp(a, b) < 0 ? rational_sub(b, a) : rational_sub(a, b);
}
