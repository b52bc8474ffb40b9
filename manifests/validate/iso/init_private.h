// SPDX-License-Identifier: BSD-2-Clause
// What the readers of an init segment share.
#ifndef RUNG_VALIDATE_ISO_INIT_PRIVATE_H
#define RUNG_VALIDATE_ISO_INIT_PRIVATE_H

#include "manifests/validate/iso/box_private.h"
#include "manifests/validate/iso/iso.h"

struct init_scan {
    struct iso_reader reader;
    struct init_facts *facts;
    struct codec *codec;
    bool is_cmaf; // a structural CMAF brand is there: its rules hold
    bool is_cmf2;
    uint32_t handler; // hdlr
    uint32_t dref_count;
    uint32_t edit_count;
    size_t entry_at;       // of the first sample entry
    bool has_config;       // a configuration box that its codec needs
    uint32_t config_count; // how many there are
    char config_type[5];
    struct iso_box config; // the first
    bool has_sinf;
};

bool init_has_brand(const struct init_facts *init, const char *brand);
// The first brand of a media profile that it has; NULL: none.
const char *init_media_profile(const struct init_facts *init);
// cmfc or cmf2: the rules of ISO/IEC 23000-19 hold.
bool init_is_cmaf(const struct init_facts *init);

void init_read_ftyp(struct init_scan *scan, const struct iso_box *ftyp);
void init_read_mvhd(struct init_scan *scan, const struct iso_box *moov);
void init_read_mvex(struct init_scan *scan, const struct iso_box *moov);
// Fills the facts from one trak. False: it has no media that is read here.
bool init_read_trak(struct init_scan *scan, const struct iso_box *trak);
void init_read_stsd(struct init_scan *scan, const struct iso_box *stbl);
void init_read_sinf(struct init_scan *scan, const struct iso_box *entry_children,
                    uint32_t entry_type);
void init_read_pssh(struct init_scan *scan, const struct iso_box *moov);
// Once all is read: what must agree.
void init_check_codec(struct init_scan *scan);
void init_check_brands(struct init_scan *scan);

#endif
