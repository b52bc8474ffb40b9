// SPDX-License-Identifier: BSD-2-Clause
// A bench for the rules about MPDs: reads a text, lists its tracks over files that exist
// only here, measures them as one fixed film, and runs single rules.
#ifndef TESTS_UNIT_VALIDATE_DASH_BENCH_H
#define TESTS_UNIT_VALIDATE_DASH_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "manifests/validate/dash/tracks.h"
#include "manifests/validate/iso/iso.h"

// The film: 12 s in three segments; video 1280x720 at 25/s in 12800 ticks, audio stereo
// at 48000 Hz. In an MPD, ids that begin with v are video, with a audio, with t text.
#define FILM_SEGMENTS    3
#define FILM_VIDEO_SCALE 12800
#define FILM_AUDIO_SCALE 48000

#define GOOD_VIDEO_SET                                                                             \
    "<AdaptationSet id=\"1\" contentType=\"video\" mimeType=\"video/mp4\" par=\"16:9\" "           \
    "maxWidth=\"1280\" maxHeight=\"720\" maxFrameRate=\"25\" segmentAlignment=\"true\" "           \
    "startWithSAP=\"1\">"                                                                          \
    "<Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>"                               \
    "<SegmentTemplate timescale=\"12800\" startNumber=\"1\" "                                      \
    "initialization=\"$RepresentationID$/init.mp4\" media=\"$RepresentationID$/$Number$.m4s\">"    \
    "<SegmentTimeline><S t=\"0\" d=\"51200\" r=\"2\"/></SegmentTimeline></SegmentTemplate>\n"      \
    "<Representation id=\"v1\" codecs=\"avc1.64001f\" bandwidth=\"1000000\" width=\"1280\" "       \
    "height=\"720\" sar=\"1:1\" frameRate=\"25\"/>\n"                                              \
    "<Representation id=\"v2\" codecs=\"avc1.64001f\" bandwidth=\"1000000\" width=\"1280\" "       \
    "height=\"720\" sar=\"1:1\" frameRate=\"25\"/></AdaptationSet>\n"
#define GOOD_AUDIO_SET                                                                             \
    "<AdaptationSet id=\"2\" contentType=\"audio\" mimeType=\"audio/mp4\" lang=\"en\" "            \
    "segmentAlignment=\"true\" startWithSAP=\"1\">"                                                \
    "<SegmentTemplate timescale=\"48000\" duration=\"192000\" "                                    \
    "initialization=\"$RepresentationID$/init.mp4\" "                                              \
    "media=\"$RepresentationID$/$Number%05d$.m4s\"/>"                                              \
    "<Representation id=\"a1\" codecs=\"mp4a.40.2\" bandwidth=\"128000\" "                         \
    "audioSamplingRate=\"48000\"><AudioChannelConfiguration "                                      \
    "schemeIdUri=\"urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" value=\"2\"/>"         \
    "</Representation></AdaptationSet>\n"
#define GOOD_MPD                                                                                   \
    "<?xml version=\"1.0\"?>\n"                                                                    \
    "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "   \
    "xmlns:cenc=\"urn:mpeg:cenc:2013\" profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" "        \
    "type=\"static\" mediaPresentationDuration=\"PT12S\" maxSegmentDuration=\"PT4S\" "             \
    "minBufferTime=\"PT4S\">\n"                                                                    \
    "<Period id=\"1\" start=\"PT0S\">\n" GOOD_VIDEO_SET GOOD_AUDIO_SET "</Period></MPD>"
#define GOOD_FILE_MPD                                                                              \
    "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "                                                \
    "profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\" minBufferTime=\"PT4S\" "              \
    "type=\"static\" mediaPresentationDuration=\"PT12S\" maxSubsegmentDuration=\"PT4S\">"          \
    "<Period><AdaptationSet contentType=\"video\" mimeType=\"video/mp4\" par=\"16:9\" "            \
    "subsegmentAlignment=\"true\" subsegmentStartsWithSAP=\"1\">"                                  \
    "<Representation id=\"v1\" bandwidth=\"1000000\" codecs=\"avc1.64001f\" width=\"1280\" "       \
    "height=\"720\" sar=\"1:1\" frameRate=\"25\"><BaseURL>v1.mp4</BaseURL>"                        \
    "<SegmentBase indexRange=\"24-91\" timescale=\"12800\"><Initialization range=\"0-23\"/>"       \
    "</SegmentBase></Representation></AdaptationSet></Period></MPD>"

struct bench {
    struct evidence evidence;
    struct findings findings;
    struct buf file; // what the byte reader reads
    struct err err;
    bool is_read;
    int64_t fault_line;
};

static inline size_t bench_resolve(void *self, size_t from, const char *reference,
                                   const struct place *place)
{
    struct bench *bench = self;
    (void)from;
    (void)place;
    char *uri = mem_printf("file:///film/%s", reference);
    size_t resource = evidence_resource(&bench->evidence, uri, reference);
    MEM_FREE(uri);
    return resource;
}

static inline bool bench_read_bytes(void *self, size_t resource, int64_t offset, int64_t size,
                                    struct buf *ret)
{
    struct bench *bench = self;
    (void)resource;
    int64_t have = (int64_t)bench->file.size_bytes;
    if (offset >= have)
        return false;
    if (size < 0 || size > have - offset)
        size = have - offset;
    buf_append(ret, bench->file.data + offset, (size_t)size);
    return true;
}

static inline void bench_measure_init(const struct track *track, struct init_facts *init)
{
    bool is_audio = track->name[0] == 'a' || strstr(track->name, "/a");
    *init = (struct init_facts){
        .is_read = true,
        .kind = is_audio ? MEDIA_AUDIO : MEDIA_VIDEO,
        .timescale_hz = is_audio ? FILM_AUDIO_SCALE : FILM_VIDEO_SCALE,
        .track_id = 1,
        .edit_empty = {0, 1},
        .language = "eng",
    };
    snprintf(init->entry, sizeof init->entry, "%s", is_audio ? "mp4a" : "avc1");
    snprintf(init->codec.string, sizeof init->codec.string, "%s",
             is_audio ? "mp4a.40.2" : "avc1.64001f");
    init->codec.sample_aspect = (struct rational){1, 1};
    if (is_audio) {
        init->codec.channels = 2;
        init->codec.sample_rate_hz = 48000;
        init->codec.profile = 2;
    } else {
        init->codec.width_px = init->entry_width_px = 1280;
        init->codec.height_px = init->entry_height_px = 720;
        init->codec.has_colour = true;
        init->codec.primaries = init->codec.transfer = init->codec.matrix = 1;
    }
}

static inline void bench_measure_unit(const struct init_facts *init, size_t number,
                                      struct unit *unit)
{
    bool is_audio = init->kind == MEDIA_AUDIO;
    uint64_t each = 4 * init->timescale_hz;
    unit->is_read = unit->is_fmp4 = true;
    unit->size_bytes = is_audio ? 64000 : 490000; // just below bandwidth times 4 s
    unit->decode_time = each * number;
    unit->duration = each;
    unit->earliest_time = (int64_t)unit->decode_time;
    unit->latest_end = unit->earliest_time + (int64_t)each;
    unit->shortest_sample = unit->longest_sample = is_audio ? 960 : 512;
    unit->sample_count = (uint32_t)each / unit->longest_sample;
    unit->sap_type = 1;
    unit->is_sync_flagged = true;
}

// Which of the film's segments lies in this file: "v1/2.m4s" is the second. Files beyond
// the film are missing.
static inline void bench_measure(struct bench *bench)
{
    struct evidence *evidence = &bench->evidence;
    for (size_t t = 0; t < evidence->track_count; t++) {
        const struct track *track = &evidence->tracks[t];
        for (size_t i = 0; i < track->segment_count; i++) {
            struct unit *unit = &evidence->units[track->segments[i].unit];
            size_t init = track->segments[i].init;
            struct resource *resource = &evidence->resources[unit->resource];
            const char *slash = strrchr(resource->name, '/');
            unsigned number = (unsigned)i + 1;
            if (init == NONE)
                continue;
            bench_measure_init(track, &evidence->inits[init]);
            if (slash && slash[1] >= '0' && slash[1] <= '9')
                sscanf(slash + 1, "%u", &number);
            if (number < 1 || number > FILM_SEGMENTS)
                resource->is_missing = true;
            else
                bench_measure_unit(&evidence->inits[init], number - 1, unit);
        }
    }
}

static inline void bench_read(struct bench *bench, const char *text)
{
    struct mpd *mpd = NULL;
    memset(bench, 0, sizeof *bench);
    evidence_init(&bench->evidence);
    findings_init(&bench->findings);
    size_t resource =
        evidence_resource(&bench->evidence, "file:///film/manifest.mpd", "manifest.mpd");
    bench->is_read = mpd_read(text, strlen(text), resource, "manifest.mpd", &bench->findings, &mpd,
                              &bench->fault_line, &bench->err);
    if (bench->is_read)
        evidence_mpd_add(&bench->evidence, mpd);
}

static inline void bench_list(struct bench *bench)
{
    struct reference_resolver resolver = {bench_resolve, bench};
    struct byte_reader reader = {bench_read_bytes, bench};
    if (!bench->is_read)
        fail_msg("%s", bench->err.text);
    dash_tracks_add(&bench->evidence, 0, &resolver, &reader, &bench->findings);
}

static inline void bench_done(struct bench *bench)
{
    for (size_t i = 0; i < bench->evidence.mpd_count; i++)
        mpd_free(&bench->evidence.mpds[i]);
    evidence_done(&bench->evidence);
    findings_done(&bench->findings);
    buf_done(&bench->file);
}

// Runs the rule and gives how often it fired, while reading included.
static inline int64_t bench_run(struct bench *bench, enum rule_id rule)
{
    for (size_t i = 0; i < dash_rule_count; i++)
        if (dash_rules[i].id == rule && dash_rules[i].run)
            dash_rules[i].run(&bench->evidence, &bench->findings);
    return bench->findings.total[rule];
}

static inline void bench_print(const struct bench *bench)
{
    for (size_t i = 0; i < bench->findings.count; i++) {
        const struct finding *item = &bench->findings.items[i];
        print_message("%s line %lld %s: %s [%s|%s]\n", rule_id_name(item->rule),
                      (long long)item->line, item->path ? item->path : "-", item->message,
                      item->stated ? item->stated : "-", item->measured ? item->measured : "-");
    }
}

// A text with one part replaced. Fails when the part is not in it.
static inline char *with_change(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    if (!at)
        fail_msg("\"%s\" is not in the text", from);
    return mem_printf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

// ftyp, moov (both empty) and a sidx of three references of 1000 bytes and 4 s.
static inline void bench_make_file(struct bench *bench)
{
    struct buf *file = &bench->file;
    buf_put_u32(file, 16);
    buf_append(file, "ftypiso6", 8);
    buf_put_u32(file, 0);
    buf_put_u32(file, 8);
    buf_append(file, "moov", 4);
    buf_put_u32(file, 32 + FILM_SEGMENTS * 12);
    buf_append(file, "sidx", 4);
    buf_put_u32(file, 0);
    buf_put_u32(file, 1);
    buf_put_u32(file, FILM_VIDEO_SCALE);
    buf_put_u32(file, 0);
    buf_put_u32(file, 0);
    buf_put_u32(file, FILM_SEGMENTS);
    for (int i = 0; i < FILM_SEGMENTS; i++) {
        buf_put_u32(file, 1000);
        buf_put_u32(file, 4 * FILM_VIDEO_SCALE);
        buf_put_u32(file, 0x90000000);
    }
    for (int i = 0; i < FILM_SEGMENTS * 250; i++)
        buf_put_u32(file, 0);
}

#endif
