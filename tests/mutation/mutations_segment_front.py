# SPDX-License-Identifier: BSD-2-Clause
"""Faults in what stands in front of fragments: styp, prft, emsg and the segment index.
Rules S7, S8, S21 to S23, S67 to S69."""

import struct

from boxes import Box, full
from kit import Unchanged, mutation
from media import RANGES, emsg, need, put_event_stream, put_in_front, styp

# --- S7: in front of the first moof


@mutation("S7", also=("S8",))
def styp_after_moof(p):
    p.edit(p.segment(0), lambda tree: tree.insert(styp()))


@mutation("S7")
def prft_after_moof(p):
    p.edit(p.segment(1), lambda tree: tree.insert(full("prft", 1, 0, struct.pack(">IQQ", 1, 1 << 32, 0))))


@mutation("S7", also=("D35",))
def emsg_after_moof(p):
    p.edit(p.segment(1), lambda tree: tree.insert(emsg()))


@mutation("S7", also=RANGES + ("S21",), bases=("shaka_live",))
def sidx_after_moof(p):
    """The index written when the fragments are done, and never moved."""
    def change(tree):
        box = need(tree, "sidx")
        box.remove()
        tree.insert(box)

    p.edit(p.segment(1), change)


# --- S8, S68: brands of segments


def restyp(p, change, name=None):
    def edit(tree):
        if not tree.has("styp"):
            tree.insert(styp(), 0)
        box = tree.find("styp")
        box.front = bytearray(change(bytes(box.front)))

    p.edit(name or p.segment(0), edit)


@mutation("S8", also=RANGES)
def styp_without_segment_brand(p):
    restyp(p, lambda front: b"abcd" + bytes(4) + b"efgh")


@mutation("S8")
def styp_msix_without_sidx(p):
    restyp(p, lambda front: b"msix" + bytes(4) + b"msdhmsix")


@mutation("S8")
def styp_of_a_movie(p):
    restyp(p, lambda front: b"isom" + bytes(4) + b"isommp42avc1", p.segment(1, p.audio()))


@mutation("S38", also=RANGES)
def styp_cut_in_a_brand(p):
    restyp(p, lambda front: b"msdh" + bytes(4) + b"ms")


@mutation("S68", also=RANGES)
def last_message_in_the_first_segment(p):
    restyp(p, lambda front: front + b"lmsg")


@mutation("S68")
def last_message_in_every_segment_of_audio(p):
    for name in p.segments(p.audio()):
        restyp(p, lambda front: front + b"lmsg", name)


@mutation("S68", also=RANGES, bases=("shaka_live", "ffmpeg"))
def last_message_one_segment_early(p):
    restyp(p, lambda front: front + b"lmsg", p.segments()[-2])


# --- S21, S69: the index


def index(tree, nth=0):
    return need(tree, "sidx", nth)


def reference_at(sidx, nth=0):
    """Where the nth reference is: size, duration and access point follow."""
    return (28 if sidx.version else 20) + 4 + 12 * nth


def whole_file(p):
    """The file of the first variant, an on-demand one."""
    name = p.variants()[0].replace(".m3u8", ".mp4")
    if not p.exists(name):
        raise Unchanged("segments are files of their own")
    return name


def edit_index(p, name, change):
    p.edit(name, lambda tree: change(index(tree)), keep=True)


@mutation("S21", also=("S9", "S38"), bases=("shaka_ondemand",))
def sidx_size_too_large(p):
    edit_index(p, whole_file(p), lambda sidx: sidx.set(">I", reference_at(sidx), lambda v: v + 10))


@mutation("S21", also=("S9", "S13", "S38"), bases=("shaka_ondemand",))
def sidx_size_without_the_moof(p):
    edit_index(p, whole_file(p), lambda sidx: sidx.set(">I", reference_at(sidx, 1), lambda v: v - 1244))


@mutation("S21", also=("X2",), bases=("shaka_ondemand",))
def sidx_duration_wrong(p):
    edit_index(p, whole_file(p), lambda sidx: sidx.set(">I", reference_at(sidx) + 4, lambda v: v + 4096))


@mutation("S21", also=("X2",), bases=("shaka_ondemand",))
def sidx_timescale_wrong(p):
    edit_index(p, whole_file(p), lambda sidx: sidx.set(">I", 8, lambda v: v * 2))


@mutation("S21", also=("D25", "X2"), bases=("shaka_ondemand",))
def sidx_without_the_last_segment(p):
    """Its room is kept, as a free box that the first reference skips."""
    def change(tree):
        sidx = index(tree)
        sidx.set(">H", reference_at(sidx) - 2, lambda v: v - 1)
        sidx.set(">Q" if sidx.version else ">I", reference_at(sidx) - (12 if sidx.version else 8), 12)
        sidx.front[-12:] = b""
        sidx.after(Box("free", bytes(4)))

    p.edit(whole_file(p), change, keep=True)
    p.sub(p.mpd, r'indexRange="(\d+)-(\d+)"', lambda m: f'indexRange="{m.group(1)}-{int(m.group(2)) - 12}"')


@mutation("S21", bases=("shaka_live",))
def sidx_of_a_segment_too_short(p):
    edit_index(p, p.segment(1), lambda sidx: sidx.set(">I", reference_at(sidx), lambda v: v - 100))


@mutation("S21", bases=("shaka_live",))
def sidx_of_audio_begins_elsewhere(p):
    edit_index(p, p.segment(1, p.audio()), lambda sidx: sidx.set(">Q" if sidx.version else ">I", 12, lambda v: v + 9000))


@mutation("S69", bases=("shaka_ondemand",))
def sidx_of_another_stream(p):
    edit_index(p, whole_file(p), lambda sidx: sidx.set(">I", 4, 2))


@mutation("S69", bases=("shaka_live",))
def sidx_in_another_timescale(p):
    """All its times are right, in units twice as fine."""
    def change(sidx):
        sidx.set(">I", 8, lambda v: v * 2)
        sidx.set(">Q" if sidx.version else ">I", 12, lambda v: v * 2)
        sidx.set(">I", reference_at(sidx) + 4, lambda v: v * 2)

    edit_index(p, p.segment(1), change)


@mutation("S69", bases=("shaka_live",))
def sidx_that_points_to_an_index(p):
    edit_index(p, p.segment(0, p.audio()), lambda sidx: sidx.set(">I", reference_at(sidx), lambda v: v | 1 << 31))


# --- S22, S67: events


@mutation("S22", also=RANGES)
def emsg_of_another_timescale(p):
    put_event_stream(p)
    put_in_front(p, p.segment(0), emsg(1, 1000))


@mutation("S22", also=RANGES)
def emsg_version_zero(p):
    put_event_stream(p)
    put_in_front(p, p.segment(1), emsg(0))


@mutation("S22", also=("D35",))
def emsg_of_audio_in_the_clock_of_video(p):
    put_in_front(p, p.segment(2, p.audio()), emsg(1, 24000))


@mutation("S67", also=RANGES)
def emsg_without_terminator(p):
    put_event_stream(p)
    put_in_front(p, p.segment(1), emsg(scheme=b"urn:example:e"))


@mutation("S67", also=RANGES + ("D35",))
def emsg_without_scheme(p):
    put_event_stream(p)
    put_in_front(p, p.segment(0), emsg(scheme=b"\0v\0"))


@mutation("S67", also=RANGES)
def emsg_of_timescale_zero(p):
    put_event_stream(p)
    put_in_front(p, p.segment(2), emsg(1, 0))


@mutation("S67")
def emsg_of_an_unknown_version(p):
    def change(tree):
        box = emsg()
        box.front[0] = 2
        tree.find("moof").before(box)

    p.edit(p.segment(0, p.audio()), change)


# --- S23: clocks


def prft(track, seconds):
    return full("prft", 1, 0, struct.pack(">IQQ", track, (3_900_000_000 + seconds) << 32, 0))


@mutation("S23", also=RANGES)
def prft_of_another_track(p):
    put_in_front(p, p.segment(0), prft(99, 0))


@mutation("S23", also=RANGES)
def prft_goes_back(p):
    put_in_front(p, p.segment(0), prft(1, 4))
    put_in_front(p, p.segment(1), prft(1, 0))


@mutation("S23")
def prft_of_another_track_in_audio(p):
    put_in_front(p, p.segment(0, p.audio()), prft(99, 0))


@mutation("S23", also=RANGES)
def prft_goes_back_between_fragments(p):
    def change(tree):
        first, _, third = tree.find_all("moof")[:3]
        first.before(prft(1, 2))
        third.before(prft(1, 0))

    p.edit(p.segment(0), change)
