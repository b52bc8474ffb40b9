# SPDX-License-Identifier: BSD-2-Clause
"""Faults of video tracks as a whole: static metadata, levels of Dolby Vision, composition
delay, disposable pictures of HEVC."""

from hls_edit import STREAM, add_attribute
from kit import Unchanged, mutation
from media import FLAGS, RANGES, edit_init, edit_run, entry, moofs, set_default
from mutations_hls_codecs import Box

MASTERING, LIGHT = b"\x4e\x01\x89", b"\x4e\x01\x90"


def without_sei(p, *kinds):
    """SEI messages in hvcC become ones that nobody reads."""
    data = p.read(p.init())
    for kind in kinds:
        if kind not in data:
            raise Unchanged("no such SEI message")
        data = data.replace(kind, kind[:2] + b"\x80")
    p.write(p.init(), data)


@mutation("S92", bases=("shaka_hdr",))
def no_mastering_display(p):
    without_sei(p, MASTERING)


@mutation("S92", bases=("shaka_hdr",))
def no_light_level(p):
    without_sei(p, LIGHT)


@mutation("S92", bases=("shaka_hdr",))
def no_static_metadata(p):
    without_sei(p, MASTERING, LIGHT)


@mutation("S92", bases=("shaka_wide",), also=("S51",))
def a_mastering_display_of_another_type(p):
    """The box is there, and the light level is nowhere."""
    without_sei(p, LIGHT, MASTERING)
    edit_init(p, lambda tree: entry(tree).insert(Box("mdcv", bytes(24))))


def dolby(p, level):
    """Dolby Vision of profile 8.1 and this level, said in the playlist too."""
    def change(tree):
        record = bytes((1, 0, 16 | level >> 5, (level & 31) << 3 | 5, 0x10)) + bytes(19)
        entry(tree).insert(Box("dvvC", record))
        tree.find("ftyp").front += b"db1p"

    edit_init(p, change)
    add_attribute(p, f'SUPPLEMENTAL-CODECS="dvh1.08.{level:02d}/db1p"', STREAM)


@mutation("S93", bases=("shaka_wide",))
def dolby_vision_of_level_1(p):
    dolby(p, 1)


@mutation("S93", bases=("shaka_wide",))
def dolby_vision_of_level_2(p):
    dolby(p, 2)


@mutation("S93", bases=("shaka_wide",))
def dolby_vision_of_level_3(p):
    dolby(p, 3)


def without_edit(p, playlist=None):
    def change(tree):
        box = tree.find("moov/trak/edts")
        if not box:
            raise Unchanged("no edit list")
        box.remove()

    edit_init(p, change, playlist)


DELAYED = ("S24", "D25", "M23", "D16", "D17", "S21")


@mutation("S94", also=DELAYED)
def delay_without_an_edit(p):
    without_edit(p)


@mutation("S94", also=DELAYED)
def delay_without_an_edit_in_all_rungs(p):
    for playlist in p.variants():
        without_edit(p, playlist)


@mutation("S94", also=DELAYED, bases=("rung_hevc",))
def delay_of_hevc_without_an_edit(p):
    without_edit(p)


@mutation("S94", also=DELAYED, bases=("shaka_live",))
def delay_without_an_edit_at_another_packager(p):
    without_edit(p, p.video(1))


@mutation("S86", bases=("rung_hevc",))
def hevc_pictures_flagged_as_disposable(p):
    def change(tree):
        set_default(moofs(tree)[1].find("traf/tfhd"), FLAGS, 0x01810000)

    p.edit(p.segment(1), change)


@mutation("S86", also=RANGES, bases=("rung_hevc",))
def an_idr_of_hevc_flagged_as_disposable(p):
    def change(run):
        run.samples[0]["flags"] = 0x02800000

    edit_run(p, p.segment(0), change, 0)
