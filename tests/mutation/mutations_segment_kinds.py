# SPDX-License-Identifier: BSD-2-Clause
"""Faults of segments where they look otherwise than in H.264 of one file each: HEVC and
AV1, whole files with byte ranges, cbcs, text. Rules of the other files."""

import struct

from boxes import Trun, full
from kit import Unchanged, mutation
from media import (DURATION, RANGES, STSD, TIMES, child, edit_all_runs, edit_init, edit_run, entry, insert_nal, moofs,
                   nals, need, refit, resize, set_default)  # fmt: skip

HEVC, AV1, ONDEMAND, CBCS, TEXT = ("rung_hevc",), ("rung_av1",), ("shaka_ondemand",), ("shaka_cbcs",), ("shaka_text",)

# --- HEVC


def hvcc_sets(box):
    """[(type, [sets])] of an hvcC box."""
    data, at, arrays = bytes(box.front), 23, []
    for _ in range(data[22]):
        kind, count = data[at] & 63, int.from_bytes(data[at + 1 : at + 3], "big")
        at += 3
        sets = []
        for _ in range(count):
            size = int.from_bytes(data[at : at + 2], "big")
            sets.append(data[at + 2 : at + 2 + size])
            at += 2 + size
        arrays.append((kind, sets))
    return arrays


def put_hvcc_sets(box, arrays):
    out = bytearray(box.front[:22]) + bytes([len(arrays)])
    for kind, sets in arrays:
        out += bytes([0x80 | kind]) + len(sets).to_bytes(2, "big")
        for one in sets:
            out += len(one).to_bytes(2, "big") + one
    box.front = out


@mutation("S34", also=("D20", "V6"), bases=HEVC)
def hvcc_of_another_level(p):
    edit_init(p, lambda tree: child(tree, "hvcC").set(">B", 12, lambda v: v - 30))


@mutation("S34", bases=HEVC)
def hvcc_cut_short(p):
    def change(tree):
        box = child(tree, "hvcC")
        box.front = box.front[:40]

    edit_init(p, change)


@mutation("S6", bases=HEVC)
def hvcc_without_picture_parameter_sets(p):
    def change(tree):
        box = child(tree, "hvcC")
        put_hvcc_sets(box, [(kind, sets) for kind, sets in hvcc_sets(box) if kind != 34])

    edit_init(p, change, p.video(1))


@mutation("S6", also=RANGES, bases=HEVC)
def hevc_sps_of_another_rung_in_band(p):
    sets = dict(hvcc_sets(child(p.tree(p.init(p.video(1))), "hvcC")))
    insert_nal(p, p.segment(0), sets[33][0])


@mutation("S73", bases=HEVC)
def hev1_without_sets_in_band(p):
    def change(tree):
        box = child(tree, "hvcC")
        entry(tree).kind = "hev1"
        put_hvcc_sets(box, [])

    for playlist in p.variants():
        edit_init(p, change, playlist)
    for name in (p.master, p.mpd):
        p.sub(name, r"hvc1\.", "hev1.", 0)


def hevc_type(p, name, old, new, which):
    """The type of the slices of the pictures of type `old` that `which` chooses."""
    seen = []

    def edit(run):
        for i, sample in enumerate(run.samples):
            start = run.at(i)
            units = nals(bytes(run.mdat.front[start : start + sample["size"]]))
            slices = [start + at for at, _ in units if run.mdat.front[start + at] >> 1 & 63 in old]
            if slices and which(len(seen)):
                for at in slices:
                    run.mdat.front[at] = run.mdat.front[at] & 0x81 | new << 1
            seen.extend([i] if slices else [])

    edit_all_runs(p, name, edit)
    if not seen:
        raise Unchanged("no such picture")


@mutation("S18", also=("D26", "M19", "S19", "V22"), bases=HEVC)
def hevc_idr_made_a_trailing_picture(p):
    hevc_type(p, p.segment(1), (19, 20), 1, lambda n: n == 0)


@mutation("S20", also=("M19", "S19"), bases=HEVC)
def hevc_idr_in_mid_segment_made_plain(p):
    hevc_type(p, p.segment(0), (19, 20), 1, lambda n: n > 0)


@mutation("S74", also=RANGES, bases=HEVC)
def hevc_nal_longer_than_its_sample(p):
    def change(run):
        run.mdat.front[:4] = b"\0\x7f\0\0"

    edit_run(p, p.segment(1), change, 1)


# --- AV1


@mutation("S19", also=RANGES, bases=AV1)
def av1_key_frame_flagged_as_dependent(p):
    def change(run):
        run.samples[0]["flags"] = 0x01010000

    edit_run(p, p.segment(1), change)


@mutation("S18", also=RANGES + ("D26", "S19", "V22"), bases=AV1)
def av1_sequence_header_dropped(p):
    """A key frame without its sequence header is no place to begin."""
    def change(run):
        if run.mdat.front[0] & 0x78 != 0x08:
            raise Unchanged("it begins with something else")
        run.splice(0, 0, 2 + run.mdat.front[1], b"")

    edit_run(p, p.segment(2), change)


@mutation("S58", bases=AV1)
def av1c_twice_and_another(p):
    def change(tree):
        box = child(tree, "av1C")
        other = full("av1C")
        other.front = bytearray(box.front)
        other.front[1] ^= 1
        box.after(other)

    edit_init(p, change)


# --- whole files with byte ranges


def whole(p, n=0):
    return p.variants()[n].replace(".m3u8", ".mp4")


@mutation("S11", also=("D25", "S24"), bases=ONDEMAND)
def second_fragment_of_a_file_late(p):
    p.patch(whole(p), "moof/traf/tfdt", ">I", 4, lambda v: v + 512, nth=1)


@mutation("S17", bases=ONDEMAND)
def fragments_of_a_file_all_numbered_one(p):
    def change(tree):
        for moof in moofs(tree):
            moof.find("mfhd").set(">I", 4, 1)

    p.edit(whole(p, 1), change)


@mutation("S13", also=("D27", "M19", "S74"), bases=ONDEMAND)
def data_offset_from_the_file(p):
    """As if it counted from the file's first byte."""
    def change(tree):
        start = 0
        for box in tree.children:
            if box.kind == "moof":
                box.find("traf/trun").set(">i", 8, lambda v, start=start: v + start)
            start += box.size()

    p.edit(whole(p), change, keep=True)


@mutation("S45", bases=ONDEMAND)
def file_that_refers_to_another(p):
    def change(tree):
        tree.find("moov/trak/mdia/minf/dinf/dref/*").flags = 0

    p.edit(whole(p), change, keep=True)


@mutation("S59", bases=ONDEMAND)
def file_whose_next_track_is_zero(p):
    p.patch(whole(p), "moov/mvhd", ">I", 96, 0)


@mutation("S46", bases=ONDEMAND)
def file_whose_sample_entries_are_miscounted(p):
    p.patch(whole(p, 1), STSD, ">I", 4, 3)


# --- cbcs


def sinf(tree):
    return need(tree, STSD).children[0].find("sinf")


def edit_traf(p, name, change):
    p.edit(name, lambda tree: (change(tree.find("moof/traf")), refit(tree)))


@mutation("S28", bases=CBCS)
def cbcs_without_tenc(p):
    edit_init(p, lambda tree: sinf(tree).find("schi/tenc").remove(), p.audio())


@mutation("S29", bases=CBCS)
def cbcs_with_vectors_of_eight(p):
    def change(tree):
        tenc = sinf(tree).find("schi/tenc")
        tenc.set(">B", 24, 8)
        del tenc.front[33:]

    edit_init(p, change, p.video(1))


@mutation("S30", bases=CBCS)
def cbcs_senc_of_fewer_samples(p):
    edit_traf(p, p.segment(1), lambda traf: need(traf, "senc").set(">I", 4, lambda v: v - 2))


@mutation("S70", bases=CBCS)
def cbcs_saiz_of_another_size(p):
    edit_traf(p, p.segment(0), lambda traf: need(traf, "saiz").set(">B", 4, lambda v: v + 6))


# --- text


@mutation("S11", also=("D17", "S21"), bases=TEXT)
def text_that_begins_late(p):
    p.patch("wvtt/2.m4s", "moof/traf/tfdt", ">I", 4, lambda v: v + 40)


@mutation("S62", also=("S11", "S21"), bases=TEXT)
def text_without_durations(p):
    def change(tree):
        Trun(tree.find("moof/traf/trun")).set(1, "duration", 0)

    p.edit("wvtt/1.m4s", change, keep=True)


@mutation("S4", bases=TEXT)
def text_with_a_sound_header(p):
    def change(tree):
        box = tree.find("moov/trak/mdia/minf/nmhd")
        box.after(full("smhd", 0, 0, bytes(4)))
        box.remove()

    p.edit("wvtt/init.mp4", change)


@mutation("S39", bases=TEXT)
def text_with_its_header_behind_the_run(p):
    def change(tree):
        tfdt = tree.find("moof/traf/tfdt")
        traf = tfdt.parent
        tfdt.remove()
        traf.insert(tfdt)

    p.edit("wvtt/3.m4s", change)


# --- ffmpeg's


@mutation("S12", also=TIMES, bases=("ffmpeg",))
def time_that_ran_backwards(p):
    """An unsigned difference below zero."""
    def change(tree):
        for moof in moofs(tree):
            tfdt = moof.find("traf/tfdt")
            tfdt.front = bytearray(b"\1\0\0\0" + struct.pack(">q", -512))

    resize(p, p.segment(0), change)


@mutation("S63", bases=("ffmpeg",))
def ffmpeg_offsets_below_zero(p):
    def change(run):
        for sample in run.samples:
            sample["cto"] -= 1024
        run.store(version=0)

    edit_init(p, lambda tree: tree.find("moov/trak/edts").remove())
    for name in p.segments():
        edit_all_runs(p, name, change)


@mutation("S62", also=TIMES + ("S21",), bases=("ffmpeg",))
def ffmpeg_video_without_durations(p):
    resize(p, p.segment(1), lambda tree: set_default(tree.find("moof/traf/tfhd"), DURATION, 0))
