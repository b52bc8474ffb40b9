// SPDX-License-Identifier: BSD-2-Clause
// Exact times and rates. A time is seconds as num/den; a rate is per second.
// Always reduced, den > 0. Intermediate products are 128 bit; a result that does
// not fit 64 bit saturates, which no media time of real length reaches.
#ifndef RUNG_BASE_RATIONAL_H
#define RUNG_BASE_RATIONAL_H

#include <stdbool.h>
#include <stdint.h>

struct rational {
    int64_t num;
    int64_t den;
};

struct rational rational_make(int64_t num, int64_t den); // den != 0; reduces
struct rational rational_add(struct rational a, struct rational b);
struct rational rational_sub(struct rational a, struct rational b);
struct rational rational_mul(struct rational a, struct rational b);
struct rational rational_div(struct rational a, struct rational b); // b.num != 0
int rational_cmp(struct rational a, struct rational b);             // <0, 0, >0
struct rational rational_inv(struct rational a);

// a * scale as an integer: ticks of a timescale. Exact when it divides.
int64_t rational_floor(struct rational a, int64_t scale);
int64_t rational_ceil(struct rational a, int64_t scale);
int64_t rational_round(struct rational a, int64_t scale); // half up

struct rational rational_gap(struct rational a, struct rational b); // |a - b|
double rational_to_double(struct rational a);                       // for people and ratios only

// "30000/1001". text needs 48 bytes.
void rational_format(struct rational a, char text[48]);
// "1.25", or "5/3" where six decimals do not hold it.
void rational_format_short(struct rational a, char text[48]);
// Reads "24", "24/1", "30000/1001". False when it is none of these or den is 0.
bool rational_parse(const char *text, struct rational *ret_value);

#endif
