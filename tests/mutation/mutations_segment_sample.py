# SPDX-License-Identifier: BSD-2-Clause
"""Faults in samples: pictures, access points, parameter sets, audio frames, text, and
the times they are shown. Rules S6, S18 to S20, S36, S73 to S79, S86, S91."""

from kit import Unchanged, mutation
from media import (FLAGS, RANGES, TIMES, Run, avcc, avcc_sets, child, edit_all_runs, edit_init, edit_run,
                   entry, insert_nal, moofs, nals, set_default, sps_of)  # fmt: skip

# A segment without an access point cannot be switched to, searched or begun with.
ACCESS = ("S18", "S19", "S20", "V22", "D26", "M19", "M20", "M21")

# --- S6: parameter sets in band


@mutation("S6", also=RANGES)
def another_sps_in_band(p):
    sps = bytearray(sps_of(p))
    sps[3] += 1  # level
    insert_nal(p, p.segment(1), bytes(sps))


@mutation("S6", also=RANGES)
def sps_of_another_rung_in_band(p):
    insert_nal(p, p.segment(0), sps_of(p, p.video(1)))


@mutation("S6")
def no_parameter_sets_in_config(p):
    def change(tree):
        box = child(tree, "avcC")
        box.front = avcc(box.front[:5], [], [])

    edit_init(p, change)


@mutation("S6", bases=("shaka_live", "ffmpeg"))
def no_picture_parameter_sets_in_config(p):
    def change(tree):
        box = child(tree, "avcC")
        sps, _, tail = avcc_sets(box.front)
        box.front = avcc(box.front[:5], sps, [], tail)

    edit_init(p, change)


# --- S18 to S20: access points


def picture_type(p, name, change, which=lambda n: n == 0, kinds=(5,)):
    """change(NAL unit header) of the slices of the IDR pictures that `which` chooses."""
    seen = []

    def edit(run):
        for i, sample in enumerate(run.samples):
            start = run.at(i)
            units = nals(bytes(run.mdat.front[start : start + sample["size"]]))
            slices = [start + at for at, _ in units if run.mdat.front[start + at] & 31 in kinds]
            if not slices:
                continue
            if which(len(seen)):
                for at in slices:
                    run.mdat.front[at] = change(run.mdat.front[at])
            seen.append(i)

    edit_all_runs(p, name, edit)


def plain(header):
    return header & 0xE0 | 1


@mutation("S18", also=ACCESS)
def idr_made_a_plain_picture(p):
    picture_type(p, p.segment(0), plain)


@mutation("S18", also=ACCESS)
def idr_made_plain_in_second_rung(p):
    picture_type(p, p.segment(1, p.video(1)), plain)


@mutation("S18", also=ACCESS)
def idr_made_plain_in_last_segment(p):
    picture_type(p, p.segments()[-1], plain)


def first_flags(p, name, flags, sample=0, nth=0):
    def change(run):
        run.samples[sample]["flags"] = flags

    edit_run(p, name, change, nth)


@mutation("S19", also=RANGES)
def sync_flag_cleared(p):
    first_flags(p, p.segment(0), 0x01010000)


@mutation("S19", also=RANGES)
def sync_flag_cleared_in_second_rung(p):
    first_flags(p, p.segment(1, p.video(1)), 0x01010000)


@mutation("S19")
def every_picture_flagged_as_sync(p):
    def change(tree):
        for moof in moofs(tree):
            set_default(moof.find("traf/tfhd"), FLAGS, 0x02000000)

    p.edit(p.segment(1), change)


@mutation("S19", also=RANGES, bases=("rung_hevc", "rung_av1"))
def a_dependent_picture_flagged_as_sync(p):
    first_flags(p, p.segment(1), 0x02000000, 5, 1)


@mutation("S20", also=RANGES + ("S19",))
def idr_in_mid_segment_made_plain(p):
    picture_type(p, p.segment(0), plain, lambda n: n > 0)


@mutation("S20", also=RANGES + ("S19",))
def idr_in_mid_segment_made_plain_in_second_rung(p):
    picture_type(p, p.segment(2, p.video(1)), plain, lambda n: n > 0)


@mutation("S20", also=("S19",), bases=("shaka_live", "ffmpeg"))
def all_idr_within_segments_made_plain(p):
    """One for each segment of 4 s."""
    for name in p.segments():
        picture_type(p, name, plain, lambda n: n > 0)


# --- S73: parameter sets that are nowhere


def move_sets(p, playlist, name):
    """The configuration is emptied, for sets in band that the packager forgets."""
    def change(tree):
        sample = entry(tree)
        old = child(tree, "avcC")
        sample.kind = name
        old.front = avcc(old.front[:5], [], [])

    edit_init(p, change, playlist)


def rename(p, old, new):
    for name in (p.master, p.mpd):
        p.sub(name, rf"{old}\.", new + ".", 0)


@mutation("S73")
def avc3_without_sets_in_band(p):
    for playlist in p.variants():
        move_sets(p, playlist, "avc3")
    rename(p, "avc1", "avc3")


@mutation("S73", also=("D20", "V6"))
def avc3_without_sets_in_one_rung(p):
    """Only the second rung was packaged that way."""
    move_sets(p, p.video(1), "avc3")


@mutation("S73", bases=("shaka_live",))
def avc3_without_sets_elsewhere(p):
    for playlist in p.variants():
        move_sets(p, playlist, "avc3")
    rename(p, "avc1", "avc3")


# --- S74: whole samples


def edit_sample(p, name, change, sample=0, nth=0):
    """change(bytes) of a sample; its size follows."""
    def edit(run):
        at, size = run.at(sample), run.samples[sample]["size"]
        run.splice(sample, 0, size, change(bytes(run.mdat.front[at : at + size])))

    edit_run(p, name, edit, nth)


@mutation("S74", also=RANGES)
def nal_longer_than_its_sample(p):
    edit_sample(p, p.segment(0), lambda data: b"\x7f\xff\xff\xff" + data[4:])


@mutation("S74", also=RANGES)
def start_codes_left_in(p):
    """Annex B in a file that wants lengths."""
    edit_sample(p, p.segment(1), lambda data: b"\0\0\0\1" + data[4:], 3, 1)


@mutation("S74", also=RANGES)
def nal_of_no_bytes(p):
    edit_sample(p, p.segment(1, p.video(1)), lambda data: data + bytes(4), 2, 1)


@mutation("S74", also=RANGES, bases=("rung_av1",))
def obu_longer_than_its_sample(p):
    edit_sample(p, p.segment(1), lambda data: data + b"\x2a\x7f\0")


# --- S91: what samples had better not hold


@mutation("S91", also=RANGES, bases=("rung_av1",))
def temporal_delimiter_left_in(p):
    edit_sample(p, p.segment(0), lambda data: b"\x12\0" + data)


@mutation("S91", also=RANGES, bases=("rung_av1",))
def padding_left_in(p):
    edit_sample(p, p.segment(1), lambda data: data + b"\x7a\4\0\0\0\x80", 4, 1)


@mutation("S91", also=RANGES, bases=("rung_av1",))
def redundant_frame_header_left_in(p):
    edit_sample(p, p.segment(1, p.video(1)), lambda data: data + b"\x3a\1\x80", 2, 1)


# --- S75: flags of audio and text


def flags_of_all(p, name, flags):
    def change(tree):
        for moof in moofs(tree):
            set_default(moof.find("traf/tfhd"), FLAGS, flags)

    p.edit(name, change)


@mutation("S75", also=("D26",))
def audio_flagged_as_depending(p):
    flags_of_all(p, p.segment(1, p.audio()), 0x01010000)


@mutation("S75", also=("S21",), bases=("shaka_text",))
def text_flagged_as_depending(p):
    flags_of_all(p, "wvtt/2.m4s", 0x01010000)


@mutation("S75", also=("D26", "S21"), bases=("shaka_other",))
def dolby_flagged_as_depending(p):
    flags_of_all(p, "ac3/2.m4s", 0x00010000)


# --- S76, S77: audio frames


def uneven(by):
    def change(run):
        for i in range(0, run.count - 1, 2):
            run.samples[i]["duration"] -= by
            run.samples[i + 1]["duration"] += by

    return change


@mutation("S76")
def frames_of_uneven_length(p):
    """From times in milliseconds; the sum is right."""
    edit_run(p, p.segment(1, p.audio()), uneven(16))


@mutation("S76", bases=("shaka_other",))
def dolby_frames_of_uneven_length(p):
    edit_run(p, "eac3/2.m4s", uneven(36))


@mutation("S76", also=("D4", "M3", "M6"))
def frames_of_another_codec(p):
    def change(run):
        for sample in run.samples:
            sample["duration"] = 1152

    edit_run(p, p.segment(2, p.audio()), change)


def put_adts(p, name, sample):
    def change(data):
        length = (len(data) + 7) << 5 | 0x1F
        return b"\xff\xf1\x4c\x80" + length.to_bytes(2, "big") + b"\xfc" + data

    edit_sample(p, name, change, sample)


@mutation("S77")
def adts_left_in(p):
    put_adts(p, p.segment(0, p.audio()), 0)


@mutation("S77", bases=("shaka_live", "ffmpeg"))
def adts_left_in_a_later_sample(p):
    put_adts(p, p.segment(1, p.audio()), 20)


@mutation("S77", bases=("shaka_other",))
def dolby_in_the_other_byte_order(p):
    edit_sample(p, "ac3/2.m4s", lambda data: b"".join(data[i : i + 2][::-1] for i in range(0, len(data), 2)))


@mutation("S77", bases=("shaka_other",))
def dolby_cut_in_mid_frame(p):
    edit_sample(p, "eac3/1.m4s", lambda data: data[8:], 3)


# --- S78, S79: when pictures are shown


def later(p, name, sample, ticks, nth):
    def change(run):
        run.samples[sample]["cto"] += ticks

    edit_run(p, name, change, nth)


@mutation("S78", also=("D4",))
def last_picture_shown_much_later(p):
    name = p.segment(1)
    nth = len(moofs(p.tree(name))) - 1
    run = Run(p.tree(name), nth)
    times = []
    time = 0
    for sample in run.samples:
        times.append(time + sample["cto"])
        time += sample["duration"]
    later(p, name, times.index(max(times)), 6000, nth)


@mutation("S78", also=TIMES + RANGES)
def first_picture_shown_much_earlier(p):
    later(p, p.segment(2, p.video(1)), 0, -5000, 0)


@mutation("S78", also=RANGES + ("D25", "S21", "S24"), bases=("shaka_live", "ffmpeg"))
def offsets_in_another_timescale(p):
    """In 1/90000 s where the track has its own."""
    def change(run):
        for sample in run.samples:
            sample["cto"] = sample["cto"] * 15 // 2

    edit_run(p, p.segment(1), change)


def later_all(p, name, ticks):
    def change(run):
        for sample in run.samples:
            sample["cto"] += ticks
        run.store()

    edit_all_runs(p, name, change)


@mutation("S79", also=RANGES + ("D25", "S24"))
def another_delay_in_one_segment(p):
    later_all(p, p.segment(1), 2000)


@mutation("S79", also=RANGES + ("D25", "S24"))
def less_delay_in_one_segment(p):
    later_all(p, p.segment(2, p.video(1)), -2000)


@mutation("S79", also=RANGES + ("D25", "S21", "S24"), bases=("shaka_live", "ffmpeg"))
def another_delay_from_the_second_segment_on(p):
    for name in p.segments()[1:]:
        later_all(p, name, 1536)


# --- S86: what no other picture needs


@mutation("S86")
def dependent_pictures_flagged_as_disposable(p):
    def change(tree):
        set_default(moofs(tree)[1].find("traf/tfhd"), FLAGS, 0x01810000)

    p.edit(p.segment(1), change)


@mutation("S86", also=RANGES)
def idr_flagged_as_disposable(p):
    first_flags(p, p.segment(0), 0x02800000)


@mutation("S86", also=RANGES, bases=("shaka_live", "ffmpeg"))
def a_reference_flagged_as_disposable(p):
    first_flags(p, p.segment(1), 0x01810000, 1)


# --- S36: text


def wvtt_file(p):
    if not p.exists("wvtt/1.m4s"):
        raise Unchanged("no wvtt")
    return "wvtt/1.m4s"


def in_text(p, find, change):
    """change(bytearray, place) at the first place of `find` behind mdat."""
    data = bytearray(p.read(wvtt_file(p)))
    at = data.index(find, data.index(b"mdat"))
    change(data, at)
    p.write(wvtt_file(p), data)


@mutation("S36", bases=("shaka_text",))
def wvtt_sample_is_no_box(p):
    in_text(p, b"vtt", lambda data, at: data.__setitem__(slice(at, at + 4), b"xxxx"))


@mutation("S36", bases=("shaka_text",))
def wvtt_box_longer_than_sample(p):
    in_text(p, b"vtt", lambda data, at: data.__setitem__(slice(at - 4, at), (0xFFFF).to_bytes(4, "big")))


@mutation("S36", bases=("shaka_text",))
def wvtt_cue_without_text(p):
    in_text(p, b"payl", lambda data, at: data.__setitem__(slice(at, at + 4), b"free"))


@mutation("S36", bases=("shaka_other",))
def ttml_cut(p):
    """The buffer that it was to be copied into was larger."""
    def change(tree):
        tree.find("mdat").front[-9:] = bytes(9)

    p.edit("stpp/1.m4s", change)


@mutation("S36", bases=("shaka_other",))
def ttml_that_is_html(p):
    edit_sample(p, "stpp/2.m4s", lambda data: b"<html><body><p>line</p></body></html>")


@mutation("S36", bases=("shaka_other",))
def ttml_with_an_open_element(p):
    edit_sample(p, "stpp/3.m4s", lambda data: data.replace(b"</p>", b"", 1))
