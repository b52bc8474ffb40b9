# SPDX-License-Identifier: BSD-2-Clause
"""Faults in fragments: headers, decode times, runs and the tables beside them, cut
files. Rules S9 to S13, S17, S38, S62 to S66, S71, S72."""

import struct

import boxes
from boxes import Trun, full
from kit import mutation
from media import (DURATION, RANGES, TIMES, Run, edit_all_runs, edit_run, moofs, need, resize, set_default,
                   shift)  # fmt: skip

# --- S9, S10: what a fragment consists of


@mutation("S9", also=RANGES)
def no_mdat(p):
    p.edit(p.segment(0), lambda tree: tree.find("mdat").remove())


@mutation("S9", also=RANGES)
def no_mfhd(p):
    p.edit(p.segment(0), lambda tree: tree.find("moof/mfhd").remove())


@mutation("S9")
def two_trafs(p):
    def change(tree):
        traf = tree.find("moof/traf")
        traf.after(boxes.read(traf.write())[0])

    p.edit(p.segment(1, p.audio()), change)


@mutation("S10")
def no_default_base_is_moof(p):
    def change(tree):
        tree.find("moof/traf/tfhd").flags &= ~0x20000

    p.edit(p.segment(0), change)


@mutation("S10")
def track_id_differs(p):
    p.patch(p.segment(0), "moof/traf/tfhd", ">I", 4, lambda v: v + 1)


@mutation("S10", also=("S13",))
def base_data_offset_given(p):
    def change(tree):
        tfhd = tree.find("moof/traf/tfhd")
        tfhd.flags |= 1
        tfhd.front[8:8] = bytes(8)

    p.edit(p.segment(1, p.audio()), change)


# --- S11, S12: decode times


@mutation("S11", also=TIMES)
def tfdt_a_frame_late(p):
    shift(p, p.segment(1), lambda v: v + 1000)


@mutation("S11")
def a_sample_lasts_longer(p):
    def change(run):
        run.samples[0]["duration"] += 7

    edit_run(p, p.segment(1, p.audio()), change)


@mutation("S11", also=TIMES + RANGES + ("D18",))
def two_files_swapped(p):
    first, second = p.segments()[:2]
    a, b = p.read(first), p.read(second)
    p.write(first, b)
    p.write(second, a)


@mutation("S11", also=TIMES + RANGES + ("D18",))
def no_tfdt(p):
    """The time is not known, and so is what the MPD says of it."""
    p.edit(p.segment(1), lambda tree: [moof.find("traf/tfdt").remove() for moof in moofs(tree)])


@mutation("S11", also=("D17",))
def one_audio_segment_a_little_late(p):
    """Less than half a frame: no hole is heard, but the sum is not exact."""
    shift(p, p.segment(1, p.audio()), lambda v: v + 480)


def all_tfdt(p, name, time):
    def change(tree):
        for moof in moofs(tree):
            moof.find("traf/tfdt").front = bytearray(b"\1\0\0\0" + struct.pack(">q", time))

    p.edit(name, change)


@mutation("S12")
def tfdt_negative(p):
    all_tfdt(p, p.segment(0), -90000)


@mutation("S12")
def tfdt_negative_in_audio(p):
    all_tfdt(p, p.segment(0, p.audio()), -90000)


@mutation("S12", also=TIMES)
def tfdt_beyond_any_time(p):
    all_tfdt(p, p.segment(2), -4096)


@mutation("S12", also=TIMES)
def tfdt_comes_round(p):
    """A live track whose clock passes 2^32 in its second segment, written in 32 bits."""
    playlist = p.audio()
    start = (1 << 32) - 100 * 1024
    for name in p.segments(playlist):
        def change(tree):
            for moof in moofs(tree):
                tfdt = moof.find("traf/tfdt")
                time = tfdt.get(">Q" if tfdt.version else ">I", 4) + start
                tfdt.front = bytearray(bytes(4) + struct.pack(">I", time & 0xFFFFFFFF))

        p.edit(name, change)


# --- S13, S64: where samples are


@mutation("S13", also=RANGES)
def data_offset_four_bytes_off(p):
    p.patch(p.segment(0), "moof/traf/trun", ">i", 8, lambda v: v + 4)


@mutation("S13")
def sample_larger_than_mdat(p):
    def change(tree):
        trun = Trun(tree.find("moof/traf/trun"))
        trun.set(trun.count - 1, "size", 0xFFFFFF)

    p.edit(p.segment(0, p.audio()), change, keep=True)


@mutation("S13")
def data_offset_negative(p):
    p.patch(p.segment(1), "moof/traf/trun", ">i", 8, lambda v: -100)


@mutation("S64")
def mdat_with_more_than_the_samples(p):
    p.edit(p.segment(2, p.audio()), lambda tree: tree.find("mdat").front.extend(bytes(5000)))


@mutation("S64", also=RANGES)
def filler_in_front_of_the_samples(p):
    def change(tree):
        tree.find("mdat").front[0:0] = bytes(16)
        tree.find("moof/traf/trun").set(">i", 8, lambda v: v + 16)
        tree.offsets[id(tree.find("moof/traf/trun"))] += 16

    p.edit(p.segment(1), change)


@mutation("S64", also=("D17",))
def last_sample_not_listed(p):
    def change(run):
        run.samples.pop()

    edit_run(p, p.segments(p.audio())[-1], change)


# --- S17: numbers


@mutation("S17")
def sequence_goes_back(p):
    p.patch(p.segment(2), "moof/mfhd", ">I", 4, 1)


@mutation("S17")
def sequence_stays(p):
    last = p.tree(p.segment(0)).find_all("moof/mfhd")[-1].get(">I", 4)
    p.patch(p.segment(1), "moof/mfhd", ">I", 4, last)


@mutation("S17")
def sequence_goes_back_in_audio(p):
    p.patch(p.segment(2, p.audio()), "moof/mfhd", ">I", 4, 0)


# --- S38: cut files and sizes that cannot be


@mutation("S38", also=("S13",))
def segment_cut_short(p):
    p.write(p.segment(0), p.read(p.segment(0))[:-100])


@mutation("S38", also=TIMES + RANGES + ("S13",))
def segment_cut_in_the_moof(p):
    p.write(p.segment(0), p.read(p.segment(0))[:200])


@mutation("S38", also=("S1",))
def init_cut_short(p):
    p.write(p.init(), p.read(p.init())[:-40])


def box_size(p, kind, size):
    data = bytearray(p.read(p.segment(0)))
    at = data.index(kind) - 4
    data[at : at + 4] = size.to_bytes(4, "big")
    p.write(p.segment(0), data)


@mutation("S38")
def box_larger_than_its_parent(p):
    box_size(p, b"traf", 0xFFFFFF)


@mutation("S38", also=TIMES + RANGES + ("D26", "S9", "S18", "V22"))
def box_of_size_four(p):
    box_size(p, b"trun", 4)


# --- S62: durations


@mutation("S62", also=TIMES)
def audio_without_durations(p):
    def change(tree):
        set_default(tree.find("moof/traf/tfhd"), DURATION, 0)

    p.edit(p.segment(1, p.audio()), change)


@mutation("S62", also=TIMES + ("S21", "V8"), bases=("shaka_live", "ffmpeg"))
def video_without_durations(p):
    def change(tree):
        tfhd = tree.find("moof/traf/tfhd")
        set_default(tfhd, DURATION, 0)

    p.edit(p.segment(2), change)


@mutation("S62", also=("V8",))
def last_picture_without_duration(p):
    """The muxer knew no time after it."""
    def change(run):
        run.samples[-1]["duration"] = 0

    name = p.segments()[-1]
    edit_run(p, name, change, len(moofs(p.tree(name))) - 1)


# --- S63, S65, S66: versions and flags


def negative_offsets(p, playlist, by):
    """Offsets that count from the first picture, no edit list, and trun version 0."""
    def change(run):
        for sample in run.samples:
            sample["cto"] -= by
        run.store(version=0)

    p.edit(p.init(playlist), lambda tree: need(tree, "moov/trak/edts").remove())
    for name in p.segments(playlist):
        edit_all_runs(p, name, change)


@mutation("S63", also=RANGES)
def negative_offsets_in_version_zero(p):
    negative_offsets(p, p.video(), 2000)


@mutation("S63", also=RANGES)
def negative_offsets_in_version_zero_of_second_rung(p):
    negative_offsets(p, p.video(1), 2000)


@mutation("S63", also=RANGES, bases=("shaka_live",))
def negative_offsets_in_version_zero_elsewhere(p):
    negative_offsets(p, p.video(), 1024)


@mutation("S65")
def tfhd_of_version_one(p):
    p.patch(p.segment(1), "moof/traf/tfhd", ">B", 0, 1)


@mutation("S65")
def trun_of_version_two(p):
    p.patch(p.segment(1), "moof/traf/trun", ">B", 0, 2, nth=1)


@mutation("S65", also=RANGES)
def flags_of_the_first_sample_twice(p):
    def change(tree):
        run = Run(tree, 1)
        run.store()
        run.trun.flags |= 4
        run.trun.front[12:12] = struct.pack(">I", run.samples[0]["flags"])

    p.edit(p.segment(0), change)


@mutation("S65")
def duration_said_to_be_empty(p):
    def change(tree):
        tree.find("moof/traf/tfhd").flags |= 0x10000

    p.edit(p.segment(2, p.audio()), change)


def set_first_flags(p, name, flags):
    def change(run):
        run.samples[0]["flags"] = flags

    edit_run(p, name, change)


@mutation("S66", also=RANGES)
def sync_sample_that_depends_on_others(p):
    set_first_flags(p, p.segment(0), 0x01000000)


@mutation("S66")
def sync_sample_that_depends_on_others_in_audio(p):
    set_first_flags(p, p.segment(1, p.audio()), 0x01000000)


@mutation("S66", also=RANGES, bases=("shaka_live", "ffmpeg"))
def sync_sample_that_depends_on_others_elsewhere(p):
    set_first_flags(p, p.segment(1), 0x01000000)


# --- S71, S72: tables beside the runs


def put_in_traf(p, name, *made):
    def change(tree):
        for box in made:
            tree.find("moof/traf").insert(box)

    resize(p, name, change)


def roll(count=1):
    return full("sgpd", 1, 0, b"roll" + struct.pack(">II", 2, count) + struct.pack(">h", -1))


def sbgp(samples, index):
    return full("sbgp", 0, 0, b"roll" + struct.pack(">III", 1, samples, index))


@mutation("S71")
def groups_of_more_samples_than_there_are(p):
    put_in_traf(p, p.segment(1, p.audio()), roll(), sbgp(5000, 0x10001))


@mutation("S71")
def group_that_is_not_described(p):
    put_in_traf(p, p.segment(0, p.audio()), roll(), sbgp(100, 0x10002))


@mutation("S71")
def group_descriptions_cut(p):
    put_in_traf(p, p.segment(2, p.audio()), roll(9), sbgp(100, 0x10001))


def independent(count):
    return full("sdtp", 0, 0, bytes([0x24]) * count)


@mutation("S72")
def dependencies_of_one_sample_too_few(p):
    put_in_traf(p, p.segment(0, p.audio()), independent(Run(p.tree(p.segment(0, p.audio()))).count - 1))


@mutation("S72")
def dependencies_twice(p):
    count = Run(p.tree(p.segment(1, p.audio()))).count
    put_in_traf(p, p.segment(1, p.audio()), independent(count), independent(count))


@mutation("S72", also=RANGES)
def subsamples_of_a_sample_that_is_not_there(p):
    put_in_traf(p, p.segment(0), full("subs", 0, 0, struct.pack(">IIHHBBI", 1, 500, 1, 100, 0, 0, 0)))


@mutation("S72", also=RANGES)
def subsamples_cut(p):
    put_in_traf(p, p.segment(1), full("subs", 0, 0, struct.pack(">IIHHBBI", 3, 1, 1, 100, 0, 0, 0)))
