// SPDX-License-Identifier: BSD-2-Clause
// Any bytes as an MPD: refused in words, or read, listed and judged by every rule. What
// follows the first zero byte are the files that it names; what is measured of them is
// chosen by the bytes too.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "manifests/validate/dash/tracks.h"

#define SEGMENTS_FUZZED 20000 // a long list teaches nothing more and takes its time

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t size;
    const uint8_t *file;
    size_t file_size;
    struct evidence evidence;
    size_t resolved;
};

static size_t resolve(void *self, size_t from, const char *reference, const struct place *place)
{
    struct input *input = self;
    if (!place->file || strlen(reference) > MPD_ADDRESS_MAX * 4)
        abort();
    (void)from;
    if (input->resolved++ >= SEGMENTS_FUZZED)
        return NONE;
    char name[2] = {(char)('a' + (*reference & 15)), 0};
    return evidence_resource(&input->evidence, name, name);
}

static bool read_bytes(void *self, size_t resource, int64_t offset, int64_t size, struct buf *ret)
{
    const struct input *input = self;
    (void)resource;
    if (offset < 0 || (uint64_t)offset >= input->file_size)
        return false;
    size_t have = input->file_size - (size_t)offset;
    buf_append(ret, input->file + offset, size < 0 || (uint64_t)size > have ? have : (size_t)size);
    return true;
}

// Facts that the input's own bytes choose, extremes among them.
static uint64_t choose(const struct input *input, size_t at)
{
    static const uint64_t extremes[] = {0, 1, 512, 12800, INT64_MAX, UINT64_MAX, 1u << 31, 48000};
    uint8_t byte = input->size ? input->data[at % input->size] : 0;
    return byte & 1 ? extremes[byte >> 5] : byte;
}

static void measure(struct input *input)
{
    struct evidence *evidence = &input->evidence;
    for (size_t i = 0; i < evidence->init_count; i++) {
        struct init_facts *init = &evidence->inits[i];
        init->is_read = true;
        init->kind = i % 2 ? MEDIA_AUDIO : MEDIA_VIDEO;
        init->timescale_hz = (uint32_t)choose(input, i);
        init->edit_media_time = (int64_t)choose(input, i * 7);
        init->edit_empty = (struct rational){0, 1};
        memcpy(init->entry, i % 2 ? "mp4a" : "avc1", 5);
        memcpy(init->language, "eng", 4);
        init->codec.width_px = (uint32_t)choose(input, i * 3);
        init->encryption.is_encrypted = i % 3 == 0;
    }
    for (size_t i = 0; i < evidence->unit_count; i++) {
        struct unit *unit = &evidence->units[i];
        unit->is_read = i % 5 != 4;
        unit->is_fmp4 = true;
        unit->size_bytes = (int64_t)(choose(input, i * 5) & INT64_MAX);
        unit->decode_time = choose(input, i * 11);
        unit->duration = choose(input, i * 13);
        unit->earliest_time = (int64_t)choose(input, i * 17);
        unit->latest_end = (int64_t)choose(input, i * 19);
        unit->shortest_sample = (uint32_t)choose(input, i * 23);
        unit->longest_sample = (uint32_t)choose(input, i * 29);
        unit->sample_count = (uint32_t)choose(input, i * 31) | 1;
        unit->sap_type = i % 4;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    size_t text_size = zero ? (size_t)(zero - data) : size;
    struct input input = {.data = data, .size = size};
    if (zero) {
        input.file = zero + 1;
        input.file_size = size - text_size - 1;
    }
    struct findings findings;
    struct mpd *mpd = NULL;
    struct err err = {0};
    evidence_init(&input.evidence);
    findings_init(&findings);
    size_t resource = evidence_resource(&input.evidence, "http://host/a.mpd", "a.mpd");
    int64_t line;
    if (mpd_read((const char *)data, text_size, resource, "a.mpd", &findings, &mpd, &line, &err)) {
        struct reference_resolver resolver = {resolve, &input};
        struct byte_reader reader = {read_bytes, &input};
        evidence_mpd_add(&input.evidence, mpd);
        dash_tracks_add(&input.evidence, 0, &resolver, &reader, &findings);
        measure(&input);
        for (size_t i = 0; i < dash_rule_count; i++)
            if (dash_rules[i].run)
                dash_rules[i].run(&input.evidence, &findings);
    } else if (err.kind != ERR_INPUT || !err.text[0]) {
        abort();
    }
    if (findings.count > (size_t)FINDINGS_PER_RULE * RULE_COUNT)
        abort();
    mpd_free(&mpd);
    evidence_done(&input.evidence);
    findings_done(&findings);
    return 0;
}
