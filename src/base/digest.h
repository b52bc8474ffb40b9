// SPDX-License-Identifier: BSD-2-Clause
// SHA-256 (FIPS 180-4) over OpenSSL, streaming.
#ifndef RUNG_BASE_DIGEST_H
#define RUNG_BASE_DIGEST_H

#include <stddef.h>

struct digest; // one running hash

struct digest *digest_new(void);
void digest_update(struct digest *digest, const void *data, size_t size_bytes);
void digest_hex(struct digest *digest, char ret_hex[65]); // finishes it; then only free
void digest_free(struct digest **digest);

void digest_hex_of(const void *data, size_t size_bytes, char ret_hex[65]);

#endif
