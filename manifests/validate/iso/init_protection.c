// SPDX-License-Identifier: BSD-2-Clause
// Common encryption in an init segment: sinf with frma, schm and tenc, and pssh boxes
// (ISO/IEC 23001-7 4, 8; ISO/IEC 14496-12 8.12; ISO/IEC 23000-19 8.2).
#include <inttypes.h>
#include <string.h>

#include "manifests/validate/iso/init_private.h"
#include "src/base/mem.h"

static const char *const schemes[] = {"cenc", "cbc1", "cens", "cbcs"};

static bool is_encrypted_entry(uint32_t type)
{
    return type == FOUR("encv") || type == FOUR("enca") || type == FOUR("enct") ||
           type == FOUR("encs") || type == FOUR("encm");
}

static void read_schm(struct init_scan *scan, const struct iso_box *sinf)
{
    struct iso_box box;
    struct iso_full full;
    struct encryption_facts *facts = &scan->facts->encryption;
    if (!iso_find(&scan->reader, sinf, FOUR("schm"), &box)) {
        iso_report(&scan->reader, RULE_S28, SPOT(sinf->at, "stsd/sinf"),
                   "The protection scheme is not named: sinf has no schm box");
        return;
    }
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    iso_four_copy(facts->scheme, cursor_u32(&cursor));
    uint32_t version = cursor_u32(&cursor);
    bool is_known = false;
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        is_known |= strcmp(facts->scheme, schemes[i]) == 0;
    if (!is_known || cursor.is_short)
        iso_report(&scan->reader, RULE_S55, SPOT(box.at, "stsd/sinf/schm", facts->scheme),
                   "The scheme '%s' is none of common encryption", facts->scheme);
    else if (version != 0x10000)
        iso_report(&scan->reader, RULE_S55,
                   SPOT(box.at, "stsd/sinf/schm", iso_hex(version).text, "0x010000"),
                   "The version of scheme '%s' is not 1.0", facts->scheme);
    if (scan->is_cmaf && (strcmp(facts->scheme, "cbc1") == 0 || strcmp(facts->scheme, "cens") == 0))
        iso_report(&scan->reader, RULE_S55, SPOT(box.at, "stsd/sinf/schm", facts->scheme),
                   "CMAF is encrypted with cenc or cbcs, not with '%s'", facts->scheme);
}

static bool is_iv_size(uint32_t size_bytes)
{
    return size_bytes == 8 || size_bytes == 16;
}

static void check_tenc(struct init_scan *scan, size_t at)
{
    static const uint8_t zeros[16];
    const char *path = "stsd/sinf/schi/tenc";
    const struct encryption_facts *facts = &scan->facts->encryption;
    uint32_t iv_bytes = facts->iv_size_bytes;
    if (!facts->is_default_protected)
        return; // samples may still be encrypted by a sample group
    if (iv_bytes == 0 ? !is_iv_size(facts->constant_iv_size_bytes) : !is_iv_size(iv_bytes))
        iso_report(&scan->reader, RULE_S56, SPOT(at, path, iso_number(iv_bytes).text),
                   "Initialization vectors are 8 or 16 bytes, per sample or constant; here %" PRIu32
                   " and %" PRIu32,
                   iv_bytes, facts->constant_iv_size_bytes);
    if (memcmp(facts->key_id, zeros, sizeof zeros) == 0)
        iso_report(&scan->reader, RULE_S56, SPOT(at, path), "The default key ID is all zeros");
}

// ISO/IEC 23001-7 10: what each scheme asks of pattern and vectors.
static void check_scheme(struct init_scan *scan, size_t at)
{
    const char *path = "stsd/sinf/schi/tenc";
    const struct encryption_facts *facts = &scan->facts->encryption;
    bool has_pattern = facts->crypt_blocks || facts->skip_blocks;
    struct iso_text pattern = iso_pair(facts->crypt_blocks, ':', facts->skip_blocks);
    bool is_plain = strcmp(facts->scheme, "cenc") == 0 || strcmp(facts->scheme, "cbc1") == 0;
    if (is_plain && has_pattern)
        iso_report(&scan->reader, RULE_S29, SPOT(at, path, pattern.text, "0:0"),
                   "Scheme '%s' has no pattern, but tenc states %s", facts->scheme, pattern.text);
    if (strcmp(facts->scheme, "cbcs") != 0 || !facts->is_default_protected)
        return;
    if (scan->facts->kind == MEDIA_VIDEO && (facts->crypt_blocks != 1 || facts->skip_blocks != 9))
        iso_report(&scan->reader, RULE_S29, SPOT(at, path, pattern.text, "1:9"),
                   "The pattern of cbcs video is %s, not 1:9", pattern.text);
    if (scan->facts->kind == MEDIA_AUDIO && facts->skip_blocks != 0 &&
        !(facts->crypt_blocks == 1 && facts->skip_blocks == 9))
        iso_report(&scan->reader, RULE_S29, SPOT(at, path, pattern.text, "0:0"),
                   "cbcs audio is encrypted whole, but the pattern is %s", pattern.text);
    if (facts->iv_size_bytes != 0 || facts->constant_iv_size_bytes != 16)
        iso_report(&scan->reader, RULE_S29,
                   SPOT(at, path, iso_number(facts->constant_iv_size_bytes).text, "16"),
                   "cbcs has one constant initialization vector of 16 bytes, here it is %" PRIu32
                   " bytes per sample and %" PRIu32 " constant",
                   facts->iv_size_bytes, facts->constant_iv_size_bytes);
}

static void read_tenc(struct init_scan *scan, const struct iso_box *sinf)
{
    struct encryption_facts *facts = &scan->facts->encryption;
    struct iso_box schi;
    struct iso_box box;
    struct iso_full full;
    if (!iso_find(&scan->reader, sinf, FOUR("schi"), &schi) ||
        !iso_find(&scan->reader, &schi, FOUR("tenc"), &box)) {
        iso_report(&scan->reader, RULE_S28, SPOT(sinf->at, "stsd/sinf"),
                   "Encryption has no defaults: sinf has no schi box with tenc");
        return;
    }
    struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
    cursor_skip(&cursor, 1);
    uint32_t pattern = cursor_u8(&cursor);
    facts->is_default_protected = cursor_u8(&cursor) == 1;
    facts->iv_size_bytes = cursor_u8(&cursor);
    if (cursor_left(&cursor) >= sizeof facts->key_id)
        memcpy(facts->key_id, cursor.at, sizeof facts->key_id);
    cursor_skip(&cursor, sizeof facts->key_id);
    if (full.version > 0) {
        facts->crypt_blocks = pattern >> 4;
        facts->skip_blocks = pattern & 15;
    }
    if (facts->is_default_protected && facts->iv_size_bytes == 0) {
        facts->constant_iv_size_bytes = cursor_u8(&cursor);
        cursor_skip(&cursor, facts->constant_iv_size_bytes);
    }
    facts->has_tenc = !cursor.is_short;
    if (cursor.is_short) {
        iso_report(&scan->reader, RULE_S38, SPOT(box.at, "stsd/sinf/schi/tenc"),
                   "The tenc box is too short for its fields");
        return;
    }
    check_tenc(scan, box.at);
    check_scheme(scan, box.at);
}

void init_read_sinf(struct init_scan *scan, const struct iso_box *entry_children,
                    uint32_t entry_type)
{
    struct encryption_facts *facts = &scan->facts->encryption;
    struct iso_box sinf;
    struct iso_box frma;
    bool has_sinf = iso_find(&scan->reader, entry_children, FOUR("sinf"), &sinf);
    facts->is_encrypted = has_sinf || is_encrypted_entry(entry_type);
    if (is_encrypted_entry(entry_type) && !has_sinf)
        iso_report(&scan->reader, RULE_S28, SPOT(scan->entry_at, "stsd"),
                   "The sample entry '%s' is encrypted but has no sinf box",
                   iso_four(entry_type).text);
    if (!has_sinf)
        return;
    iso_check_children(&scan->reader, &sinf);
    if (!is_encrypted_entry(entry_type))
        iso_report(&scan->reader, RULE_S28, SPOT(scan->entry_at, "stsd"),
                   "The sample entry '%s' has a sinf box but does not say that it is encrypted",
                   iso_four(entry_type).text);
    if (iso_find(&scan->reader, &sinf, FOUR("frma"), &frma))
        memcpy(facts->original, scan->facts->entry, sizeof facts->original);
    read_schm(scan, &sinf);
    read_tenc(scan, &sinf);
}

static void add_system(struct init_scan *scan, const uint8_t *id)
{
    struct init_facts *facts = scan->facts;
    for (size_t i = 0; i < facts->pssh_count; i++)
        if (memcmp(facts->pssh_systems[i], id, 16) == 0)
            return;
    if (facts->pssh_count < ARRAY_LEN(facts->pssh_systems))
        memcpy(facts->pssh_systems[facts->pssh_count++], id, 16);
}

void init_read_pssh(struct init_scan *scan, const struct iso_box *moov)
{
    struct iso_walk walk = iso_walk_into(&scan->reader, moov);
    struct iso_box box;
    while (iso_walk_next(&walk, &box)) {
        if (box.type != FOUR("pssh"))
            continue;
        struct iso_full full;
        struct cursor cursor = iso_full_cursor(&scan->reader, &box, &full);
        const uint8_t *id = cursor.at;
        cursor_skip(&cursor, 16);
        if (!cursor.is_short)
            add_system(scan, id);
        if (full.version > 0) {
            uint64_t ids_bytes = (uint64_t)cursor_u32(&cursor) * 16;
            cursor_skip(&cursor, ids_bytes > SIZE_MAX ? SIZE_MAX : (size_t)ids_bytes);
        }
        uint32_t data_bytes = cursor_u32(&cursor);
        if (cursor.is_short || cursor_left(&cursor) != data_bytes || full.version > 1)
            iso_report(&scan->reader, RULE_S57, SPOT(box.at, "moov/pssh"),
                       "The pssh box does not hold what its fields say");
    }
}
