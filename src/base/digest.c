// SPDX-License-Identifier: BSD-2-Clause
// SHA-256 through OpenSSL's EVP interface.
#include "src/base/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/base/mem.h"

struct digest {
    EVP_MD_CTX *ctx;
};

struct digest *digest_new(void)
{
    struct digest *digest = mem_alloc(sizeof *digest);
    digest->ctx = EVP_MD_CTX_new();
    if (!digest->ctx || !EVP_DigestInit_ex(digest->ctx, EVP_sha256(), NULL))
        abort();
    return digest;
}

void digest_update(struct digest *digest, const void *data, size_t size_bytes)
{
    if (!EVP_DigestUpdate(digest->ctx, data, size_bytes))
        abort();
}

void digest_hex(struct digest *digest, char ret_hex[65])
{
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!EVP_DigestFinal_ex(digest->ctx, raw, &size))
        abort();
    for (unsigned i = 0; i < 32; i++)
        snprintf(ret_hex + (size_t)i * 2, 3, "%02x", raw[i]);
}

void digest_free(struct digest **digest)
{
    if (!*digest)
        return;
    EVP_MD_CTX_free((*digest)->ctx);
    MEM_FREE(*digest);
}

void digest_hex_of(const void *data, size_t size_bytes, char ret_hex[65])
{
    AUTO(digest_free) struct digest *digest = digest_new();
    digest_update(digest, data, size_bytes);
    digest_hex(digest, ret_hex);
}
