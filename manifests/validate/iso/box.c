// SPDX-License-Identifier: BSD-2-Clause
// The bounded box walker, and the wording of findings with their place.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "manifests/validate/iso/box_private.h"
#include "src/base/mem.h"

void iso_report(struct iso_reader *reader, enum rule_id rule, const struct iso_spot *spot,
                const char *fmt, ...)
{
    if (reader->is_silent)
        return;
    if (reader->said[rule] >= FINDINGS_PER_RULE_AND_TRACK) {
        if (!reader->findings->is_off[rule])
            reader->findings->total[rule]++;
        return;
    }
    reader->said[rule]++;
    va_list args;
    va_start(args, fmt);
    AUTO_FREE char *message = mem_vprintf(fmt, args);
    va_end(args);
    struct place place = *reader->place;
    place.byte = reader->base_byte + (int64_t)spot->at;
    if (spot->path)
        place.path = spot->path;
    findings_add(reader->findings, rule, &place, spot->stated, spot->measured, "%s", message);
}

struct iso_text iso_number(int64_t value)
{
    struct iso_text ret;
    snprintf(ret.text, sizeof ret.text, "%" PRId64, value);
    return ret;
}

struct iso_text iso_hex(uint32_t value)
{
    struct iso_text ret;
    snprintf(ret.text, sizeof ret.text, "0x%06" PRIx32, value);
    return ret;
}

struct iso_text iso_pair(int64_t a, char between, int64_t b)
{
    struct iso_text ret;
    snprintf(ret.text, sizeof ret.text, "%" PRId64 "%c%" PRId64, a, between, b);
    return ret;
}

void iso_four_copy(char ret[5], uint32_t type)
{
    for (int i = 0; i < 4; i++) {
        uint8_t byte = (uint8_t)(type >> (24 - 8 * i));
        ret[i] = byte >= 0x20 && byte < 0x7f ? (char)byte : '?';
    }
    ret[4] = 0;
}

struct iso_text iso_four(uint32_t type)
{
    struct iso_text ret;
    iso_four_copy(ret.text, type);
    return ret;
}

struct cursor iso_box_cursor(const struct iso_reader *reader, const struct iso_box *box)
{
    return (struct cursor){.at = reader->data + box->payload_at, .end = reader->data + box->end};
}

struct cursor iso_full_cursor(const struct iso_reader *reader, const struct iso_box *box,
                              struct iso_full *ret)
{
    struct cursor cursor = iso_box_cursor(reader, box);
    uint32_t word = cursor_u32(&cursor);
    *ret = (struct iso_full){.version = word >> 24, .flags = word & 0xffffff};
    return cursor;
}

static const char *shown(const char *path)
{
    return *path ? path : "the file";
}

static void report_size(const struct iso_walk *walk, const struct iso_box *box, uint64_t left_bytes)
{
    if (!walk->is_quiet)
        iso_report(walk->reader, RULE_S38,
                   SPOT(box->at, walk->path, iso_number((int64_t)box->stated_bytes).text,
                        iso_number((int64_t)left_bytes).text),
                   "The box '%s' says %" PRIu64 " bytes, but %s holds %" PRIu64 " more",
                   iso_four(box->type).text, box->stated_bytes, shown(walk->path), left_bytes);
}

bool iso_walk_next(struct iso_walk *walk, struct iso_box *ret)
{
    size_t left_bytes = walk->end - walk->at;
    if (left_bytes == 0)
        return false;
    if (!walk->is_file && walk->count++ >= ISO_CHILDREN_MAX) {
        if (!walk->is_quiet)
            iso_report(walk->reader, RULE_S38, SPOT(walk->at, walk->path),
                       "%s has more than %d boxes; the rest is not read", shown(walk->path),
                       ISO_CHILDREN_MAX);
        walk->at = walk->end;
        return false;
    }
    if (left_bytes < 8) {
        if (!walk->is_quiet)
            iso_report(walk->reader, RULE_S38,
                       SPOT(walk->at, walk->path, NULL, iso_number((int64_t)left_bytes).text),
                       "%zu bytes at the end of %s are no box", left_bytes, shown(walk->path));
        walk->at = walk->end;
        return false;
    }
    struct cursor cursor = {.at = walk->reader->data + walk->at,
                            .end = walk->reader->data + walk->end};
    struct iso_box box = {.at = walk->at};
    box.stated_bytes = cursor_u32(&cursor);
    box.type = cursor_u32(&cursor);
    uint64_t header_bytes = 8;
    if (box.stated_bytes == 1) {
        box.stated_bytes = cursor_u64(&cursor);
        header_bytes = 16;
    } else if (box.stated_bytes == 0 && walk->is_file) {
        box.stated_bytes = left_bytes;
    }
    uint64_t size_bytes = box.stated_bytes;
    if (size_bytes < header_bytes || size_bytes > left_bytes || cursor.is_short) {
        report_size(walk, &box, left_bytes);
        size_bytes = left_bytes;
        box.is_cut = true;
        if (header_bytes > left_bytes || box.stated_bytes < header_bytes) {
            walk->at = walk->end; // nothing that follows can be trusted
            return false;
        }
    }
    box.payload_at = walk->at + header_bytes;
    box.end = walk->at + size_bytes;
    walk->at = box.end;
    *ret = box;
    return true;
}

struct iso_walk iso_walk_into(struct iso_reader *reader, const struct iso_box *parent)
{
    return (struct iso_walk){.reader = reader,
                             .path = "",
                             .at = parent->payload_at,
                             .end = parent->end,
                             .is_quiet = true};
}

bool iso_find(struct iso_reader *reader, const struct iso_box *parent, uint32_t type,
              struct iso_box *ret)
{
    struct iso_walk walk = iso_walk_into(reader, parent);
    struct iso_box box;
    while (iso_walk_next(&walk, &box))
        if (box.type == type) {
            *ret = box;
            return true;
        }
    return false;
}
