// SPDX-License-Identifier: BSD-2-Clause
// Which box holds which, how often, and in what order (ISO/IEC 14496-12 6.2.3,
// ISO/IEC 23000-19 7.3): tables, and the walk that applies them.
#include <inttypes.h>

#include "manifests/validate/iso/box_private.h"
#include "src/base/mem.h"

enum { MANY = 255, DEPTH_MAX = 8 };

struct need {
    const char *parent; // "file": an init segment itself
    const char *child;
    uint8_t least;
    uint8_t most;
    enum rule_id rule;
};

static const struct need needs[] = {
    {"file", "ftyp", 1, 1, RULE_S1},  {"file", "moov", 1, 1, RULE_S1},
    {"file", "moof", 0, 0, RULE_S1},  {"file", "mdat", 0, 0, RULE_S1},
    {"file", "meta", 0, 0, RULE_S53}, {"file", "udta", 0, 0, RULE_S53},
    {"moov", "mvhd", 1, 1, RULE_S1},  {"moov", "trak", 1, MANY, RULE_S1},
    {"moov", "mvex", 1, 1, RULE_S1},  {"moov", "meta", 0, 1, RULE_S40},
    {"moov", "udta", 0, 1, RULE_S40}, {"mvex", "trex", 1, MANY, RULE_S3},
    {"mvex", "mehd", 0, 1, RULE_S40}, {"trak", "tkhd", 1, 1, RULE_S40},
    {"trak", "mdia", 1, 1, RULE_S40}, {"trak", "edts", 0, 1, RULE_S40},
    {"trak", "udta", 0, 1, RULE_S40}, {"edts", "elst", 0, 1, RULE_S40},
    {"mdia", "mdhd", 1, 1, RULE_S40}, {"mdia", "hdlr", 1, 1, RULE_S40},
    {"mdia", "minf", 1, 1, RULE_S40}, {"mdia", "elng", 0, 1, RULE_S40},
    {"minf", "dinf", 1, 1, RULE_S40}, {"minf", "stbl", 1, 1, RULE_S40},
    {"dinf", "dref", 1, 1, RULE_S40}, {"stbl", "stsd", 1, 1, RULE_S40},
    {"stbl", "stts", 1, 1, RULE_S40}, {"stbl", "stsc", 1, 1, RULE_S40},
    {"stbl", "ctts", 0, 1, RULE_S40}, {"stbl", "stss", 0, 1, RULE_S40},
    {"moof", "mfhd", 1, 1, RULE_S9},  {"moof", "traf", 1, MANY, RULE_S9},
    {"traf", "tfhd", 1, 1, RULE_S9},  {"traf", "tfdt", 1, 1, RULE_S11},
    {"traf", "sdtp", 0, 1, RULE_S72}, {"sinf", "frma", 1, 1, RULE_S28},
    {"sinf", "schm", 0, 1, RULE_S28}, {"sinf", "schi", 0, 1, RULE_S28},
    {"schi", "tenc", 0, 1, RULE_S28},
};

// Two types of which a parent has exactly one.
static const struct need either[] = {
    {"stsz", "stz2", 1, 1, RULE_S40},
    {"stco", "co64", 1, 1, RULE_S40},
};

// What comes first in its parent.
static const struct order {
    const char *parent;
    const char *first;
} firsts[] = {
    {"file", "ftyp"}, {"moov", "mvhd"}, {"trak", "tkhd"}, {"mdia", "mdhd"},
    {"moof", "mfhd"}, {"traf", "tfhd"}, {"stbl", "stsd"}, {"sinf", "frma"},
};

static const struct container {
    const char *name;
    const char *path;
} containers[] = {
    {"moov", "moov"},
    {"mvex", "moov/mvex"},
    {"trak", "moov/trak"},
    {"edts", "moov/trak/edts"},
    {"mdia", "moov/trak/mdia"},
    {"minf", "moov/trak/mdia/minf"},
    {"dinf", "moov/trak/mdia/minf/dinf"},
    {"stbl", "moov/trak/mdia/minf/stbl"},
    {"sinf", "stsd/sinf"},
    {"schi", "stsd/sinf/schi"},
    {"moof", "moof"},
    {"traf", "moof/traf"},
};

static const struct container *container_of(uint32_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(containers); i++)
        if (FOUR(containers[i].name) == type)
            return &containers[i];
    return NULL;
}

struct census { // how often each row's child was seen
    const char *parent;
    const char *path;
    uint32_t counts[ARRAY_LEN(needs)];
    uint32_t either_counts[ARRAY_LEN(either)];
};

static void census_take(struct census *census, uint32_t type)
{
    for (size_t i = 0; i < ARRAY_LEN(needs); i++)
        if (FOUR(needs[i].child) == type && FOUR(needs[i].parent) == FOUR(census->parent))
            census->counts[i]++;
    for (size_t i = 0; i < ARRAY_LEN(either); i++)
        if (FOUR(either[i].parent) == type || FOUR(either[i].child) == type)
            census->either_counts[i]++;
}

static const char *shown(const char *path)
{
    return *path ? path : "The init segment";
}

static void census_judge(struct iso_reader *reader, const struct census *census, size_t at)
{
    for (size_t i = 0; i < ARRAY_LEN(needs); i++) {
        const struct need *need = &needs[i];
        uint32_t count = census->counts[i];
        if (FOUR(need->parent) != FOUR(census->parent) ||
            (count >= need->least && (need->most == MANY || count <= need->most)))
            continue;
        struct iso_text number = iso_number(count);
        const struct iso_spot *spot = SPOT(at, census->path, NULL, number.text);
        if (count == 0)
            iso_report(reader, need->rule, spot, "%s has no '%s' box", shown(census->path),
                       need->child);
        else if (need->most == 0)
            iso_report(reader, need->rule, spot, "%s holds a '%s' box, which belongs elsewhere",
                       shown(census->path), need->child);
        else
            iso_report(reader, need->rule, spot, "%s has %" PRIu32 " '%s' boxes where one belongs",
                       shown(census->path), count, need->child);
    }
    for (size_t i = 0; i < ARRAY_LEN(either); i++)
        if (FOUR(census->parent) == FOUR("stbl") && census->either_counts[i] != 1)
            iso_report(reader, either[i].rule,
                       SPOT(at, census->path, NULL, iso_number(census->either_counts[i]).text),
                       "%s has %" PRIu32 " boxes '%s' or '%s' where one belongs", census->path,
                       census->either_counts[i], either[i].parent, either[i].child);
}

static void check_first(struct iso_reader *reader, const struct census *census,
                        const struct iso_box *first)
{
    for (size_t i = 0; i < ARRAY_LEN(firsts); i++)
        if (FOUR(firsts[i].parent) == FOUR(census->parent) && FOUR(firsts[i].first) != first->type)
            iso_report(reader, RULE_S39,
                       SPOT(first->at, census->path, firsts[i].first, iso_four(first->type).text),
                       "%s begins with '%s' where '%s' belongs", shown(census->path),
                       iso_four(first->type).text, firsts[i].first);
}

struct level {
    struct iso_walk walk;
    struct census census;
    size_t at; // of the container
    bool has_first;
    bool has_trun; // in a traf
};

static void level_open(struct level *level, struct iso_reader *reader, const struct iso_box *box)
{
    const struct container *container = container_of(box->type);
    *level = (struct level){.walk = iso_walk_into(reader, box), .at = box->at};
    level->walk.path = level->census.path = container->path;
    level->walk.is_quiet = false;
    level->census.parent = container->name;
}

// The decode time comes before the runs it is for (ISO/IEC 14496-12 8.8.12).
static void check_traf_order(struct iso_reader *reader, struct level *level,
                             const struct iso_box *box)
{
    level->has_trun |= box->type == FOUR("trun");
    if (box->type == FOUR("tfdt") && level->has_trun)
        iso_report(reader, RULE_S39, SPOT(box->at, "moof/traf"),
                   "The tfdt box stands after a trun box, whose time it gives");
}

// Goes down from the first level without recursion; sinf and schi stand below sample
// entries, whose reader calls this for them.
static void check_levels(struct iso_reader *reader, struct level *levels)
{
    size_t depth = 0;
    for (;;) {
        struct level *level = &levels[depth];
        struct iso_box box;
        if (iso_walk_next(&level->walk, &box)) {
            if (!level->has_first)
                check_first(reader, &level->census, &box);
            level->has_first = true;
            census_take(&level->census, box.type);
            check_traf_order(reader, level, &box);
            // Media segments are walked by their own reader: moof is no child of a file here.
            if (container_of(box.type) && box.type != FOUR("moof") && depth + 1 < DEPTH_MAX)
                level_open(&levels[++depth], reader, &box);
            continue;
        }
        census_judge(reader, &level->census, level->at);
        if (depth-- == 0)
            return;
    }
}

void iso_check_children(struct iso_reader *reader, const struct iso_box *parent)
{
    struct level levels[DEPTH_MAX];
    level_open(&levels[0], reader, parent);
    check_levels(reader, levels);
}

void iso_check_init_file(struct iso_reader *reader)
{
    struct level levels[DEPTH_MAX];
    levels[0] = (struct level){
        .walk = {.reader = reader, .path = "", .end = reader->size_bytes, .is_file = true},
        .census = {.parent = "file", .path = ""}};
    check_levels(reader, levels);
}
