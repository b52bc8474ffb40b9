// SPDX-License-Identifier: BSD-2-Clause
// Playlists of any bytes, judged by every HLS rule. The input is one playlist or several
// with a byte 0x1e between them; "p1" names the second. What would be measured of the
// segments is drawn from a hash of the input.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifests/validate/hls/tracks.h"
#include "src/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

enum { PARTS_MAX = 8 };

static uint64_t state;

static uint64_t draw(uint64_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
}

static size_t resolve(void *self, size_t from, const char *reference, const struct place *place)
{
    struct evidence *evidence = self;
    (void)place;
    if (from >= evidence->resource_count)
        abort();
    return strlen(reference) > 2000 ? NONE : evidence_resource(evidence, reference, reference);
}

static void read_parts(struct evidence *evidence, struct findings *findings, const char *text,
                       size_t size_bytes)
{
    for (int part = 0; part < PARTS_MAX; part++) {
        const char *end = memchr(text, 0x1e, size_bytes);
        size_t length = end ? (size_t)(end - text) : size_bytes;
        char name[8];
        snprintf(name, sizeof name, "p%d", part);
        size_t resource = evidence_resource(evidence, name, name);
        const struct hls_source source = {
            .resource = resource,
            .file = evidence->resources[resource].name,
            .address = "http://h/p?a=b%20c&d",
            .parent = evidence->playlist_count ? evidence->playlists[0] : NULL};
        struct hls_playlist *playlist = NULL;
        struct err err = {0};
        if (hls_playlist_read_from(text, length, &source, findings, &playlist, &err))
            evidence_playlist_add(evidence, playlist);
        else if (err.kind != ERR_INPUT || playlist)
            abort();
        if (!end)
            return;
        text = end + 1;
        size_bytes -= length + 1;
    }
}

static void fill_init(struct init_facts *init)
{
    static const char *const entries[] = {"avc1", "hvc1", "mp4a", "ec-3", "stpp", ""};
    init->is_read = draw(4) != 0;
    init->has_media = draw(8) == 0;
    init->kind = (enum media_kind)draw(4);
    init->timescale_hz = (uint32_t)draw(3) * 24000;
    snprintf(init->entry, sizeof init->entry, "%s", entries[draw(ARRAY_LEN(entries))]);
    snprintf(init->codec.string, sizeof init->codec.string, "%s", draw(2) ? "avc1.64001e" : "");
    snprintf(init->language, sizeof init->language, "%s", draw(2) ? "eng" : "");
    init->codec.channels = (uint32_t)draw(8);
    init->codec.sample_aspect = (struct rational){(int64_t)draw(9), (int64_t)draw(9)};
    init->has_pasp = draw(4) == 0;
    init->pasp_h = (uint32_t)draw(3);
    init->pasp_v = (uint32_t)draw(3);
    init->entry_width_px = (uint32_t)draw(5) * 160;
    init->entry_height_px = (uint32_t)draw(5) * 90;
    init->edit_media_time = draw(4) ? 0 : (int64_t)draw(5000) - 1000;
    init->encryption.is_encrypted = draw(4) == 0;
    snprintf(init->encryption.scheme, 5, "%s", draw(2) ? "cbcs" : "cenc");
    init->has_dolby_vision = draw(4) == 0;
    init->brand_count = draw(BRANDS_MAX + 1);
}

static int64_t wild(void)
{
    static const int64_t odd[] = {0, -1, INT64_MAX, INT64_MIN, INT64_MIN + 1, 1, INT64_MAX / 2};
    return draw(8) ? (int64_t)draw(1000000) : odd[draw(ARRAY_LEN(odd))];
}

static void fill_unit(struct unit *unit)
{
    unit->is_read = draw(4) != 0;
    unit->is_fmp4 = draw(8) != 0;
    unit->is_cut = draw(16) == 0;
    if (unit->size_bytes < 0 && draw(4))
        unit->size_bytes = (int64_t)draw(1000000);
    unit->sample_count = (uint32_t)draw(3) * 48;
    unit->decode_time = (uint64_t)wild();
    unit->duration = (uint64_t)wild();
    unit->earliest_time = wild() / 4;
    unit->latest_end = wild() / 4;
    unit->shortest_sample = (uint32_t)draw(2000);
    unit->longest_sample = (uint32_t)draw(2000);
    unit->sap_type = (uint32_t)draw(4);
    unit->is_encrypted = draw(4) == 0;
    unit->fragment_count = draw(3);
    unit->fragments = mem_alloc((unit->fragment_count + 1) * sizeof *unit->fragments);
    for (size_t i = 0; i < unit->fragment_count; i++)
        unit->fragments[i] = (struct fragment_facts){.moof_byte = (int64_t)draw(100000),
                                                     .end_byte = (int64_t)draw(1000000),
                                                     .first_sample_end_byte = (int64_t)draw(100000),
                                                     .first_sample_time = wild() / 4,
                                                     .sample_count = (uint32_t)draw(3),
                                                     .is_sync = draw(2)};
}

static void fill(struct evidence *evidence)
{
    for (size_t i = 0; i < evidence->resource_count; i++) {
        evidence->resources[i].is_missing = draw(16) == 0;
        evidence->resources[i].http_status = draw(2) ? 200 : 0;
        if (draw(2))
            evidence->resources[i].size_bytes = (int64_t)draw(1000000);
    }
    for (size_t i = 0; i < evidence->init_count; i++) {
        evidence->init_units[i].is_read = draw(4) != 0;
        fill_init(&evidence->inits[i]);
    }
    for (size_t i = 0; i < evidence->unit_count; i++)
        fill_unit(&evidence->units[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    struct evidence evidence;
    struct findings findings;
    state = size_bytes;
    for (size_t i = 0; i < size_bytes; i++)
        state = (state ^ data[i]) * 0x100000001b3u;
    evidence_init(&evidence);
    findings_init(&findings);
    read_parts(&evidence, &findings, (const char *)data, size_bytes);
    struct reference_resolver resolver = {resolve, &evidence};
    for (size_t i = 0; i < evidence.playlist_count; i++) {
        struct hls_child *children = NULL;
        size_t count = hls_playlist_children(&evidence, i, &resolver, &children);
        for (size_t k = 0; k < count; k++)
            if (children[k].resource >= evidence.resource_count)
                abort();
        MEM_FREE(children);
        hls_tracks_add(&evidence, i, &resolver, &findings);
    }
    hls_link(&evidence);
    fill(&evidence);
    for (size_t i = 0; i < hls_rule_count; i++)
        if (hls_rules[i].run)
            hls_rules[i].run(&evidence, &findings);
    if (findings.count > RULE_COUNT * FINDINGS_PER_RULE)
        abort();
    for (size_t i = 0; i < evidence.playlist_count; i++)
        hls_playlist_free(&evidence.playlists[i]);
    evidence_done(&evidence);
    findings_done(&findings);
    return 0;
}
