# SPDX-License-Identifier: BSD-2-Clause
"""Faults in the boxes of init segments: which there are, brands, sample tables, media
headers, edit lists. Rules S1 to S5, S14 to S16, S39, S40, S53, S54."""

import struct

import boxes
from boxes import Box, full
from kit import Unchanged, mutation
from media import (DURATION, FLAGS, RANGES, STBL, TIMES, child, drop_default, edit_init, edit_run, moofs, need,
                   patch_init, put_elst, rebrand, replace)  # fmt: skip

# --- S1: which boxes there are


@mutation("S1")
def no_ftyp(p):
    edit_init(p, lambda tree: tree.find("ftyp").remove())


@mutation("S1", also=("M9",))
def mdat_in_init(p):
    p.write(p.init(), p.read(p.init()) + Box("mdat", b"xxxx").write())


@mutation("S1")
def no_mvex(p):
    edit_init(p, lambda tree: tree.find("moov/mvex").remove())


@mutation("S1")
def two_tracks(p):
    def change(tree):
        other = boxes.File(p.read(p.init(p.audio()))).find("moov/trak")
        tree.find("moov/trak").after(other)

    edit_init(p, change)


@mutation("S1")
def no_mvhd(p):
    edit_init(p, lambda tree: tree.find("moov/mvhd").remove())


# --- S2: brands


def without_cmaf(other):
    return lambda brand: other if brand in (b"cmfc", b"cmf2") else brand


@mutation("S2")
def no_cmaf_brand(p):
    rebrand(p, p.init(), without_cmaf(b"iso6"))


@mutation("S2")
def no_cmaf_brand_in_audio(p):
    rebrand(p, p.init(p.audio()), without_cmaf(b"iso6"))


@mutation("S2")
def no_cmaf_brand_in_second_rung(p):
    rebrand(p, p.init(p.video(1)), without_cmaf(b"mp42"))


@mutation("S2")
def brand_of_hevc_for_h264(p):
    rebrand(p, p.init(), lambda brand: b"chhd" if brand == b"dash" else brand)


# --- S3: sample tables


@mutation("S3")
def entries_in_stts(p):
    def change(tree):
        need(tree, STBL + "/stts").front[4:] = struct.pack(">III", 1, 10, 1000)

    edit_init(p, change)


@mutation("S3")
def no_trex(p):
    edit_init(p, lambda tree: tree.find("moov/mvex/trex").remove())


@mutation("S3")
def trex_of_another_track(p):
    patch_init(p, "moov/mvex/trex", ">I", 4, lambda v: v + 7)


@mutation("S3")
def samples_in_stsz(p):
    patch_init(p, STBL + "/stsz", ">I", 8, 5)


# --- S4: media headers


@mutation("S4", also=("D21", "D59", "S25", "S38", "S58", "V2", "V3"))
def handler_of_another_kind(p):
    def change(tree):
        tree.find("moov/trak/mdia/hdlr").front[8:12] = b"soun"

    edit_init(p, change)


@mutation("S4")
def no_vmhd(p):
    edit_init(p, lambda tree: tree.find("moov/trak/mdia/minf/vmhd").remove())


@mutation("S4")
def smhd_for_video(p):
    edit_init(p, lambda tree: replace(tree.find("moov/trak/mdia/minf/vmhd"), full("smhd", 0, 0, bytes(4))))


@mutation("S4")
def nmhd_for_audio(p):
    edit_init(p, lambda tree: replace(tree.find("moov/trak/mdia/minf/smhd"), full("nmhd")), p.audio())


# --- S5: colr and pasp


@mutation("S5")
def no_colr(p):
    edit_init(p, lambda tree: child(tree, "colr").remove())


@mutation("S5")
def no_pasp(p):
    edit_init(p, lambda tree: child(tree, "pasp").remove())


@mutation("S5", bases=("rung_av1",))
def colr_of_an_icc_profile(p):
    edit_init(p, lambda tree: replace(child(tree, "colr"), Box("colr", b"prof" + bytes(128))))


@mutation("S5")
def pasp_without_height(p):
    edit_init(p, lambda tree: child(tree, "pasp").set(">I", 4, 0), p.video(1))


# --- S14: what cmf2 asks for


def to_cmf2(brand):
    return b"cmf2" if brand == b"cmfc" else brand


@mutation("S14")
def cmf2_with_edit_list(p):
    rebrand(p, p.init(), to_cmf2)


@mutation("S14")
def cmf2_with_trun_zero(p):
    """The offsets are all positive: version 0 says the same."""
    playlist = p.video(1)
    rebrand(p, p.init(playlist), to_cmf2)
    p.patch(p.segment(0, playlist), "moof/traf/trun", ">B", 0, 0)


def defaults_to_trex(p, playlist, bit, at):
    """A default of all fragments moves into trex; the track says that it is cmf2."""
    value = []

    def take(tree):
        for moof in moofs(tree):
            tfhd = moof.find("traf/tfhd")
            value.append(tfhd.get(">I", 16 if bit == FLAGS else 12))
            drop_default(tfhd, bit)

    for name in p.segments(playlist):
        p.edit(name, take)
    rebrand(p, p.init(playlist), to_cmf2)
    patch_init(p, "moov/mvex/trex", ">I", at, value[0], playlist)


@mutation("S14")
def cmf2_with_durations_in_trex(p):
    defaults_to_trex(p, p.audio(), DURATION, 12)


@mutation("S14")
def cmf2_with_flags_in_trex(p):
    defaults_to_trex(p, p.audio(), FLAGS, 20)


# --- S15, S16: edit lists


@mutation("S15", also=("S24",))
def edit_with_empty_one_in_front(p):
    put_elst(p, p.init(), [(500, -1, 0x10000), (0, 2000, 0x10000)])


@mutation("S15")
def edit_with_duration(p):
    put_elst(p, p.init(p.audio()), [(3000, 1024, 0x10000)])


@mutation("S15")
def edit_at_half_rate(p):
    put_elst(p, p.init(p.audio()), [(0, 1024, 0x8000)])


@mutation("S16", also=TIMES)
def edit_of_another_offset(p):
    put_elst(p, p.init(), [(0, 5000, 0x10000)])


@mutation("S16", also=TIMES)
def edit_longer_than_the_priming(p):
    put_elst(p, p.init(p.audio()), [(0, 100000, 0x10000)])


@mutation("S16", also=("D25", "S21", "S24"), bases=("shaka_live",))
def edit_of_half_the_delay(p):
    def change(tree):
        need(tree, "moov/trak/edts/elst").set(">i", 12, lambda v: v // 2)

    edit_init(p, change)


@mutation("S16", also=TIMES + RANGES)
def edit_kept_when_the_delay_went(p):
    """Composition offsets made as if there were no reordering delay, the edit left."""
    def undelay(run):
        for sample in run.samples:
            sample["cto"] -= 2000

    for name in p.segments():
        for nth in range(len(moofs(p.tree(name)))):
            edit_run(p, name, undelay, nth)


@mutation("S24", also=("D25", "M23"))
def edit_missing_for_delayed_video(p):
    edit_init(p, lambda tree: tree.find("moov/trak/edts").remove())


# --- S39: order


def last(tree, path):
    """A box as the last of its parent."""
    box = need(tree, path)
    parent = box.parent
    box.remove()
    parent.insert(box)


@mutation("S39")
def ftyp_after_moov(p):
    edit_init(p, lambda tree: last(tree, "ftyp"))


@mutation("S39")
def mvhd_behind_the_track(p):
    edit_init(p, lambda tree: last(tree, "moov/mvhd"))


@mutation("S39")
def track_header_behind_the_media(p):
    edit_init(p, lambda tree: last(tree, "moov/trak/tkhd"), p.audio())


@mutation("S39")
def tfdt_behind_the_run(p):
    p.edit(p.segment(1), lambda tree: last(tree, "moof/traf/tfdt"))


@mutation("S39", also=RANGES)
def styp_behind_the_clock(p):
    """An encoder's prft is written before the segment is opened."""
    clock = full("prft", 1, 0, struct.pack(">IQQ", 1, 1 << 40, 0))
    p.write(p.segment(1), clock.write() + p.read(p.segment(1)))


# --- S40: mandatory boxes, once


@mutation("S40")
def no_data_information(p):
    edit_init(p, lambda tree: tree.find("moov/trak/mdia/minf/dinf").remove())


@mutation("S40")
def no_stsc(p):
    edit_init(p, lambda tree: need(tree, STBL + "/stsc").remove(), p.audio())


@mutation("S40")
def two_media_headers(p):
    def change(tree):
        box = tree.find("moov/trak/mdia/mdhd")
        box.after(full("mdhd", 0, 0, bytes(box.front[4:])))

    edit_init(p, change)


@mutation("S40", bases=("shaka_live",))
def both_kinds_of_chunk_offsets(p):
    edit_init(p, lambda tree: need(tree, STBL + "/stco").after(full("co64", 0, 0, bytes(4))))


@mutation("S40", bases=("rung_hevc", "rung_av1"))
def two_edit_boxes(p):
    def change(tree):
        box = tree.find("moov/trak/edts")
        box.after(boxes.read(box.write())[0])

    edit_init(p, change)


# --- S53: meta and udta


@mutation("S53")
def user_data_beside_moov(p):
    p.write(p.init(), p.read(p.init()) + Box("udta", Box("name", b"talk").write()).write())


@mutation("S53", bases=("shaka_live",))
def metadata_beside_moov(p):
    """What Shaka Packager writes into moov, a level higher."""
    def change(tree):
        box = need(tree, "moov/meta")
        box.remove()
        tree.insert(box)

    edit_init(p, change)


@mutation("S53", also=RANGES)
def metadata_in_a_segment(p):
    meta = full("meta", 0, 0, full("hdlr", 0, 0, bytes(4) + b"ID32" + bytes(13)).write())
    p.edit(p.segment(1), lambda tree: tree.find("moof").before(meta))


# --- S54: the major brand


@mutation("S54")
def major_brand_not_among_the_compatible(p):
    edit_init(p, lambda tree: tree.find("ftyp").front.__setitem__(slice(8, 12), b"iso5"))


@mutation("S54")
def cmaf_with_minor_version(p):
    def change(tree):
        front = tree.find("ftyp").front
        front[:8] = b"cmfc" + (512).to_bytes(4, "big")

    edit_init(p, change, p.audio())


@mutation("S54")
def styp_of_a_brand_it_does_not_list(p):
    def change(tree):
        need(tree, "styp").front[8:12] = b"iso6"

    p.edit(p.segment(2), change)


@mutation("S54", bases=("ffmpeg",))
def major_brand_of_another_tool(p):
    def change(tree):
        tree.find("ftyp").front[:4] = b"qt  "
        if not tree.has("moov/trak/mdia/minf/vmhd"):
            raise Unchanged("no video")

    edit_init(p, change)
