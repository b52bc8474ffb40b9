// SPDX-License-Identifier: BSD-2-Clause
// Boxes as text for the tests: "[free 'abc' 00ff #1 *4]" is a box with a string, bytes,
// a number of 32 bits and four zero bytes. $data stands for the distance from the
// enclosing moof to the next mdat's payload, $senc for that to the next senc's entries.
#ifndef RUNG_TESTS_VALIDATE_ISO_BOXES_H
#define RUNG_TESTS_VALIDATE_ISO_BOXES_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "manifests/validate/iso/iso.h"
#include "src/base/mem.h"

enum { DEPTH = 16 };

struct boxes {
    struct buf *buf;
    size_t starts[DEPTH];
    size_t depth;
    size_t moof;     // start of the last one
    size_t data_fix; // where $data stands; 0: nowhere
    size_t senc_fix;
};

static inline void boxes_fix(struct boxes *boxes, size_t *fix, size_t at)
{
    size_t value = at - boxes->moof;
    for (int i = 0; *fix && i < 4; i++)
        boxes->buf->data[*fix + (size_t)i] = (uint8_t)(value >> (24 - 8 * i));
    *fix = 0;
}

static inline const char *boxes_open(struct boxes *boxes, const char *text)
{
    assert_true(boxes->depth < DEPTH);
    boxes->starts[boxes->depth++] = boxes->buf->size_bytes;
    if (strncmp(text, "moof", 4) == 0)
        boxes->moof = boxes->buf->size_bytes;
    buf_put_u32(boxes->buf, 0);
    buf_append(boxes->buf, text, 4);
    if (strncmp(text, "mdat", 4) == 0)
        boxes_fix(boxes, &boxes->data_fix, boxes->buf->size_bytes);
    if (strncmp(text, "senc", 4) == 0)
        boxes_fix(boxes, &boxes->senc_fix, boxes->buf->size_bytes + 8);
    return text + 4;
}

static inline void boxes_close(struct boxes *boxes)
{
    size_t start = boxes->starts[--boxes->depth];
    size_t size = boxes->buf->size_bytes - start;
    for (int i = 0; i < 4; i++)
        boxes->buf->data[start + (size_t)i] = (uint8_t)(size >> (24 - 8 * i));
}

static inline const char *boxes_take(struct boxes *boxes, const char *at)
{
    char *end = NULL;
    switch (*at) {
    case '[':
        return boxes_open(boxes, at + 1);
    case ']':
        boxes_close(boxes);
        return at + 1;
    case '\'':
        for (at++; *at != '\''; at++)
            buf_put_u8(boxes->buf, (uint8_t)*at);
        return at + 1;
    case '#':
        buf_put_u32(boxes->buf, (uint32_t)strtoll(at + 1, &end, 10));
        return end;
    case '*':
        for (long n = strtol(at + 1, &end, 10); n > 0; n--)
            buf_put_u8(boxes->buf, 0);
        return end;
    case '$':
        *(at[1] == 'd' ? &boxes->data_fix : &boxes->senc_fix) = boxes->buf->size_bytes;
        buf_put_u32(boxes->buf, 0);
        return at + 5;
    default: {
        char pair[3] = {at[0], at[1], 0};
        buf_put_u8(boxes->buf, (uint8_t)strtoul(pair, &end, 16));
        assert_int_equal(*end, 0);
        return at + 2;
    }
    }
}

static inline void boxes_build(const char *text, struct buf *ret)
{
    struct boxes boxes = {.buf = ret};
    for (const char *at = text; *at;)
        at = strchr(" \n", *at) ? at + 1 : boxes_take(&boxes, at);
    assert_int_equal(boxes.depth, 0);
}

// The text with the first `find` replaced; every `find` must be there.
static inline char *boxes_edit(const char *text, const char *find, const char *replace)
{
    if (!find)
        return mem_strdup(text);
    const char *at = strstr(text, find);
    if (!at)
        fail_msg("the base has no \"%s\"", find);
    return mem_printf("%.*s%s%s", (int)(at - text), text, replace, at + strlen(find));
}

// ftyp and mvhd … of a good track; handler, entries and so on come from each test.
#define FTYP     "[ftyp 'iso6' #0 'iso6' 'cmfc' 'dash'] "
#define MATRIX   "00010000 *12 00010000 *12 40000000 "
#define MVHD(hz) "[mvhd #0 #0 #0 #" hz " #0 00010000 0100 *10 " MATRIX "*24 #2] "
#define TKHD(volume, wide, high)                                                                   \
    "[tkhd 00000007 #0 #0 #1 *4 #0 *8 0000 0000 " volume " 0000 " MATRIX wide " " high "] "
#define ELST(time) "[edts [elst #0 #1 #0 #" time " 00010000]] "
#define MDHD(hz)   "[mdhd #0 #0 #0 #" hz " #0 55c4 0000] "
#define DINF       "[dinf [dref #0 #1 [url  00000001]]] "
#define TABLES     "[stts #0 #0] [stsc #0 #0] [stsz #0 #0 #0] [stco #0 #0] "
#define MVEX       "[mvex [trex #0 #1 #1 #0 #0 #0]] "
#define AVCC                                                                                       \
    "[avcC 01640015ffe1001c67640015acd941b1fe4f016a0c0202800000030080000018478b16cb01000468ef"     \
    "bcb0fdf8f800] "
#define VISUAL "*6 0001 *16 01aa 00f0 00480000 00480000 #0 0001 *32 0018 ffff "
#define COLR   "[colr 'nclx' 0006 0001 0001 00] "
#define PASP   "[pasp #1 #1] "
#define AUDIO  "*6 0001 *8 0002 0010 *4 bb800000 "
#define ESDS   "[esds 00000000 031c000000 0414 40150000000001f4000001f400 0505119056e500 060102] "
#define SINF(scheme, tenc)                                                                         \
    "[sinf [frma 'avc1'] [schm #0 '" scheme "' 00010000] [schi [tenc " tenc "]]] "
#define KID "00112233445566778899aabbccddeeff "

#define VIDEO_INIT                                                                                 \
    FTYP "[moov " MVHD("24000") "[trak " TKHD("0000", "01aa0000", "00f00000")                      \
        ELST("2000") "[mdia " MDHD("24000") "[hdlr #0 #0 'vide' *12 'Video' 00] "                  \
                                            "[minf [vmhd 00000001 *8] " DINF                       \
                                            "[stbl [stsd #0 #1 [avc1 " VISUAL AVCC COLR PASP       \
                                            "]] " TABLES "]]]] " MVEX "]"
#define CRYPT_INIT(scheme, tenc)                                                                   \
    FTYP "[moov " MVHD("24000") "[trak " TKHD("0000", "01aa0000", "00f00000")                      \
        ELST("2000") "[mdia " MDHD(                                                                \
            "24000") "[hdlr #0 #0 'vide' *12 'Video' 00] "                                         \
                     "[minf [vmhd 00000001 *8] " DINF                                              \
                     "[stbl [stsd #0 #1 [encv " VISUAL AVCC COLR PASP                              \
                     SINF(scheme, tenc) "]] " TABLES "]]]] " MVEX                                  \
                                        "[pssh #0 1077efecc0b24d02ace33c1e52e2fb4b #0] ]"
#define CENC_INIT CRYPT_INIT("cenc", "#0 0000 01 08 " KID)
#define CBCS_INIT CRYPT_INIT("cbcs", "01000000 00 19 01 00 " KID "10 " KID)
#define AUDIO_INIT                                                                                 \
    FTYP "[moov " MVHD("48000") "[trak " TKHD("0100", "#0", "#0")                                  \
        ELST("1024") "[mdia " MDHD("48000") "[hdlr #0 #0 'soun' *12 'Audio' 00] "                  \
                                            "[minf [smhd #0 #0] " DINF                             \
                                            "[stbl [stsd #0 #1 [mp4a " AUDIO ESDS "]] " TABLES     \
                                            "]]]] " MVEX "]"
#define WVTT_INIT                                                                                  \
    FTYP "[moov " MVHD("1000") "[trak " TKHD("0000", "#0", "#0") "[mdia " MDHD(                    \
        "1000") "[hdlr #0 #0 'text' *12 'Text' 00] [minf [nmhd #0] " DINF                          \
                "[stbl [stsd #0 #1 [wvtt *6 0001 [vttC 'WEBVTT'] ]] " TABLES "]]]] " MVEX "]"
#define STPP_INIT                                                                                  \
    FTYP "[moov " MVHD("1000") "[trak " TKHD("0000", "#0", "#0") "[mdia " MDHD(                    \
        "1000") "[hdlr #0 #0 'subt' *12 'Text' 00] [minf [sthd #0] " DINF                          \
                "[stbl [stsd #0 #1 [stpp *6 0001 'http://www.w3.org/ns/ttml' 00 00 00 ]] " TABLES  \
                "]]]] " MVEX "]"

#define STYP "[styp 'msdh' #0 'msdh' 'cmfs'] "
#define IDR  "00000005 6588840010 "
#define P    "00000003 419a24 "
#define VIDEO_SEGMENT                                                                              \
    STYP                                                                                           \
        "[moof [mfhd #0 #7] [traf [tfhd 0002002a #1 #1 #1000 01010000] [tfdt 01000000 #0 #24000] " \
        "[trun 01000a05 #3 $data 02000000 #9 #2000 #7 #2000 #7 #2000 ]]] "                         \
        "[mdat " IDR P P "]"
#define AUDIO_SEGMENT                                                                              \
    STYP "[moof [mfhd #0 #7] [traf [tfhd 0002003a #1 #1 #1024 #4 02000000] [tfdt 01000000 #0 #0] " \
         "[trun 00000001 #2 $data ]]] [mdat 21100405 21100405]"
// Four clear bytes of length, one of header, 16 protected: a NAL unit of 17 bytes.
#define SLICE "00000011 65 88840010 *12 "
#define CENC_SEGMENT                                                                               \
    STYP "[moof [mfhd #0 #7] [traf [tfhd 0002003a #1 #1 #1000 #21 02000000] "                      \
         "[tfdt 01000000 #0 #0] [trun 01000801 #2 $data #2000 #2000 ] "                            \
         "[saiz #0 10 #2] [saio #0 #1 $senc ] "                                                    \
         "[senc 00000002 #2 *8 0001 0005 #16 *8 0001 0005 #16 ]]] [mdat " SLICE SLICE "]"
#define CBCS_SEGMENT                                                                               \
    STYP "[moof [mfhd #0 #7] [traf [tfhd 0002003a #1 #1 #1000 #21 02000000] "                      \
         "[tfdt 01000000 #0 #0] [trun 01000801 #2 $data #2000 #2000 ] "                            \
         "[saiz #0 08 #2] [saio #0 #1 $senc ] "                                                    \
         "[senc 00000002 #2 0001 0005 #16 0001 0005 #16 ]]] [mdat " SLICE SLICE "]"
#define WVTT_SEGMENT                                                                               \
    STYP "[moof [mfhd #0 #7] [traf [tfhd 0002002a #1 #1 #2000 02000000] [tfdt 01000000 #0 #4000] " \
         "[trun 00000201 #2 $data #8 #25 ]]] [mdat [vtte ] [vttc [payl 'Hello you' ] ] ]"
#define TTML                                                                                       \
    "'<tt xmlns=\"http://www.w3.org/ns/ttml\" xml:lang=\"en\"><body><div><p begin=\"1s\" "         \
    "end=\"2s\">x</p></div></body></tt>'"
#define STPP_SEGMENT                                                                               \
    STYP "[moof [mfhd #0 #7] [traf [tfhd 0002002a #1 #1 #2000 02000000] [tfdt 01000000 #0 #0] "    \
         "[trun 00000201 #1 $data #109 ]]] [mdat " TTML "]"

// One input with one thing changed, and the rule that must say so; RULE_COUNT: nothing may.
struct box_case {
    const char *claim;
    const char *init;
    const char *segment; // NULL: the init is what is judged
    const char *find;    // in the segment, else in the init
    const char *replace;
    enum rule_id rule;
};

struct read_case { // what came of it
    struct findings findings;
    struct init_facts init;
    struct codec codec;
    struct unit unit;
    bool is_init_read;
};

static inline void read_case_done(struct read_case *read)
{
    findings_done(&read->findings);
    codec_done(&read->codec);
    unit_done_measured(&read->unit);
}

static inline void case_read(const struct box_case *row, struct read_case *ret)
{
    AUTO_FREE char *init_text =
        boxes_edit(row->init, row->segment ? NULL : row->find, row->replace);
    AUTO(buf_done) struct buf init = {0};
    memset(ret, 0, sizeof *ret);
    findings_init(&ret->findings);
    boxes_build(init_text, &init);
    struct findings of_init;
    findings_init(&of_init);
    ret->is_init_read =
        iso_init_read(init.data, init.size_bytes, 0, PLACE(.file = "init.mp4"),
                      row->segment ? &of_init : &ret->findings, &ret->init, &ret->codec);
    findings_done(&of_init);
    if (!row->segment)
        return;
    AUTO_FREE char *text = boxes_edit(row->segment, row->find, row->replace);
    AUTO(buf_done) struct buf segment = {0};
    boxes_build(text, &segment);
    iso_segment_read(segment.data, segment.size_bytes, 0, &ret->init, &ret->codec,
                     PLACE(.file = "1.m4s"), &ret->findings, &ret->unit);
}

// Fails with what was found instead.
static inline void case_judge(const struct box_case *row)
{
    AUTO(read_case_done) struct read_case read;
    case_read(row, &read);
    int64_t of_rule = row->rule < RULE_COUNT ? read.findings.total[row->rule] : 0;
    bool is_wrong = row->rule < RULE_COUNT ? of_rule == 0 : read.findings.count > 0;
    for (size_t i = 0; is_wrong && i < read.findings.count; i++)
        print_message("  %s: %s\n", rule_id_name(read.findings.items[i].rule),
                      read.findings.items[i].message);
    if (is_wrong)
        fail_msg("%s: %s", row->claim,
                 row->rule < RULE_COUNT ? rule_id_name(row->rule) : "something was found");
}

static inline void cases_judge(const struct box_case *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        case_judge(&rows[i]);
}

#endif
