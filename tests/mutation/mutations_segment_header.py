# SPDX-License-Identifier: BSD-2-Clause
"""Faults in the fields of init segments: headers, sample entries, languages, codec
configurations. Rules S34, S41 to S52, S58 to S61."""

import struct

from boxes import Box, full
from kit import mutation
from media import (DESCRIPTION, RANGES, STSD, avcc, avcc_sets, child, edit_init, entry, patch_init,
                   set_default)  # fmt: skip

MVHD, TKHD, MDHD = "moov/mvhd", "moov/trak/tkhd", "moov/trak/mdia/mdhd"
MINF = "moov/trak/mdia/minf"

# --- S34: the configuration


@mutation("S34", also=("D20", "V6"))
def avcc_of_another_level(p):
    edit_init(p, lambda tree: child(tree, "avcC").set(">B", 3, lambda v: v - 10))


@mutation("S34", also=("D20", "V6"))
def avcc_of_another_profile(p):
    edit_init(p, lambda tree: child(tree, "avcC").set(">B", 1, 66))


@mutation("S34")
def avcc_cut_short(p):
    def change(tree):
        box = child(tree, "avcC")
        box.front = box.front[:12]

    edit_init(p, change)


@mutation("S34")
def esds_cut_short(p):
    def change(tree):
        box = child(tree, "esds")
        box.front = box.front[:14]

    edit_init(p, change, p.audio())


@mutation("S34", bases=("rung_av1",))
def av1c_of_another_level(p):
    edit_init(p, lambda tree: child(tree, "av1C").set(">B", 1, lambda v: v ^ 2))


# --- S41, S42: what a fragmented movie's headers are


@mutation("S41")
def movie_header_with_duration(p):
    patch_init(p, MVHD, ">I", 16, 288000)


@mutation("S41")
def track_header_with_duration(p):
    patch_init(p, TKHD, ">I", 20, 288000, p.audio())


@mutation("S41")
def media_header_with_duration(p):
    patch_init(p, MDHD, ">I", 16, 288000, p.video(1))


@mutation("S42")
def movie_at_half_rate(p):
    patch_init(p, MVHD, ">I", 20, 0x8000)


@mutation("S42")
def movie_without_volume(p):
    patch_init(p, MVHD, ">H", 24, 0, p.audio())


@mutation("S42", bases=("rung", "shaka_live"))
def track_turned_upside_down(p):
    def change(tree):
        box = tree.find(TKHD)
        for at in (40, 56):
            box.set(">i", at, -0x10000)

    edit_init(p, change)


# --- S43, S48: the track header


@mutation("S43")
def track_not_enabled(p):
    def change(tree):
        tree.find(TKHD).flags &= ~1

    edit_init(p, change)


@mutation("S43")
def picture_size_of_audio(p):
    def change(tree):
        tree.find(TKHD).front[76:84] = struct.pack(">II", 640 << 16, 360 << 16)

    edit_init(p, change, p.audio())


@mutation("S43")
def video_without_picture_size(p):
    def change(tree):
        tree.find(TKHD).front[76:84] = bytes(8)

    edit_init(p, change)


@mutation("S43")
def video_with_volume(p):
    patch_init(p, TKHD, ">H", 36, 0x100, p.video(1))


@mutation("S48")
def pasp_lies(p):
    edit_init(p, lambda tree: child(tree, "pasp").set(">I", 0, 2))


@mutation("S48")
def track_header_upright(p):
    def change(tree):
        front = tree.find(TKHD).front
        front[76:84] = front[80:84] + front[76:80]

    edit_init(p, change)


@mutation("S48", bases=("shaka_live", "ffmpeg"))
def track_header_as_if_wide(p):
    patch_init(p, TKHD, ">I", 76, lambda v: v * 4 // 3)


# --- S44: media headers


@mutation("S44")
def vmhd_without_its_flag(p):
    def change(tree):
        tree.find(MINF + "/vmhd").flags = 0

    edit_init(p, change)


@mutation("S44")
def vmhd_with_graphics_mode(p):
    patch_init(p, MINF + "/vmhd", ">H", 4, 0x40, p.video(1))


@mutation("S44")
def smhd_with_balance(p):
    patch_init(p, MINF + "/smhd", ">h", 4, -256, p.audio())


# --- S45, S46: where samples are, and how they are described


@mutation("S45")
def samples_in_another_file(p):
    def change(tree):
        url = tree.find(MINF + "/dinf/dref/*")
        url.flags = 0
        url.front += b"file:///media/talk.mov\0"

    edit_init(p, change)


@mutation("S45")
def two_data_references(p):
    def change(tree):
        dref = tree.find(MINF + "/dinf/dref")
        dref.set(">I", 4, 2)
        dref.insert(full("url ", 0, 1))

    edit_init(p, change, p.audio())


@mutation("S45", bases=("shaka_live",))
def no_data_reference(p):
    def change(tree):
        dref = tree.find(MINF + "/dinf/dref")
        dref.set(">I", 4, 0)
        dref.children[0].remove()

    edit_init(p, change)


@mutation("S46")
def sample_entries_overcounted(p):
    patch_init(p, STSD, ">I", 4, 2)


@mutation("S46")
def data_reference_of_none(p):
    edit_init(p, lambda tree: entry(tree).set(">H", 6, 0), p.audio())


@mutation("S46", bases=("shaka_live", "ffmpeg"))
def data_reference_beyond_dref(p):
    edit_init(p, lambda tree: entry(tree).set(">H", 6, 2))


# --- S47: mehd


def put_mehd(p, playlist, body):
    version = 1 if len(body) == 8 else 0
    edit_init(p, lambda tree: tree.find("moov/mvex/trex").before(full("mehd", version, 0, body)), playlist)


@mutation("S47")
def mehd_of_nothing(p):
    put_mehd(p, p.video(), bytes(4))


@mutation("S47")
def mehd_of_nothing_in_audio(p):
    put_mehd(p, p.audio(), bytes(8))


@mutation("S47", bases=("shaka_live",))
def mehd_left_as_written_first(p):
    """The duration that is filled in at the end never was."""
    patch_init(p, "moov/mvex/mehd", ">I", 4, 0)


# --- S49, S50: the sample entry against the stream


@mutation("S49")
def entry_of_the_coded_height(p):
    """Macroblocks, not what is cropped from them."""
    edit_init(p, lambda tree: entry(tree).set(">H", 26, lambda v: v + 8))


@mutation("S49", bases=("rung_hevc", "rung_av1"))
def entry_of_another_rung(p):
    def change(tree):
        entry(tree).front[24:28] = struct.pack(">HH", 426, 240)

    edit_init(p, change)


@mutation("S49", bases=("shaka_live",))
def entry_of_another_width(p):
    edit_init(p, lambda tree: entry(tree).set(">H", 24, lambda v: v - 2), p.video(1))


@mutation("S50")
def entry_of_one_channel(p):
    edit_init(p, lambda tree: entry(tree).set(">H", 16, 1), p.audio())


@mutation("S50")
def entry_of_another_rate(p):
    edit_init(p, lambda tree: entry(tree).set(">I", 24, 44100 << 16), p.audio())


@mutation("S50", bases=("shaka_live", "ffmpeg"))
def entry_of_six_channels(p):
    edit_init(p, lambda tree: entry(tree).set(">H", 16, 6), p.audio())


# --- S51: colour


@mutation("S51")
def colr_lies(p):
    edit_init(p, lambda tree: child(tree, "colr").set(">H", 4, 9))


@mutation("S51")
def colr_of_another_matrix(p):
    edit_init(p, lambda tree: child(tree, "colr").set(">H", 8, 6), p.video(1))


@mutation("S51", bases=("rung_hevc", "rung_av1"))
def colr_of_full_range(p):
    edit_init(p, lambda tree: child(tree, "colr").set(">B", 10, 0x80))


# --- S52: languages


@mutation("S52")
def language_of_quicktime(p):
    """Below 0x400 it is a code of the Macintosh: English."""
    patch_init(p, MDHD, ">H", 20, 0, p.audio())


@mutation("S52")
def language_unset(p):
    patch_init(p, MDHD, ">H", 20, 0x7FFF)


def put_elng(p, body):
    edit_init(p, lambda tree: tree.find("moov/trak/mdia/hdlr").before(full("elng", 0, 0, body)), p.audio())


@mutation("S52")
def language_by_its_name(p):
    put_elng(p, b"English (US)\0")


@mutation("S52")
def language_without_an_end(p):
    put_elng(p, b"en-US")


# --- S58: configuration boxes


@mutation("S58")
def no_avcc(p):
    edit_init(p, lambda tree: child(tree, "avcC").remove())


@mutation("S58")
def no_esds(p):
    edit_init(p, lambda tree: child(tree, "esds").remove(), p.audio())


@mutation("S58")
def two_avcc_that_differ(p):
    def change(tree):
        box = child(tree, "avcC")
        sps, pps, tail = avcc_sets(box.front)
        box.after(Box("avcC", bytes(avcc(box.front[:5], sps, [pps[0][:-1] + b"\x80"], tail))))

    edit_init(p, change)


@mutation("S58", bases=("rung_av1",))
def no_av1c(p):
    edit_init(p, lambda tree: child(tree, "av1C").remove())


# --- S59: IDs and timescales


@mutation("S59", also=RANGES + ("M6",))
def timescale_zero(p):
    patch_init(p, MDHD, ">I", 12, 0)


@mutation("S59")
def movie_timescale_zero(p):
    patch_init(p, MVHD, ">I", 12, 0, p.audio())


@mutation("S59")
def next_track_is_this_one(p):
    patch_init(p, MVHD, ">I", 96, 1)


@mutation("S59")
def track_of_id_zero(p):
    """Everywhere, as a packager would that counts from 0."""
    patch_init(p, TKHD, ">I", 12, 0)
    patch_init(p, "moov/mvex/trex", ">I", 4, 0)
    for name in p.segments():
        def change(tree):
            for tfhd in tree.find_all("moof/traf/tfhd"):
                tfhd.set(">I", 4, 0)

        p.edit(name, change, keep=True)


# --- S60: text


@mutation("S60", bases=("shaka_text",))
def vttc_of_something_else(p):
    def change(tree):
        child(tree, "vttC").front[:] = b"X-TIMESTAMP"

    p.edit("wvtt/init.mp4", change)


@mutation("S60", bases=("shaka_text",))
def no_vttc(p):
    p.edit("wvtt/init.mp4", lambda tree: child(tree, "vttC").remove())


@mutation("S60", bases=("shaka_other",))
def stpp_of_another_namespace(p):
    def change(tree):
        entry(tree).front[8:] = b"http://www.w3.org/2006/10/ttaf1\0\0\0"

    p.edit("stpp/init.mp4", change)


@mutation("S60", bases=("shaka_other",))
def stpp_without_its_strings(p):
    def change(tree):
        del entry(tree).front[8:]

    p.edit("stpp/init.mp4", change)


# --- S61: sample descriptions


def describe(p, name, index):
    def change(tree):
        for tfhd in tree.find_all("moof/traf/tfhd"):
            set_default(tfhd, DESCRIPTION, index)

    p.edit(name, change)


@mutation("S61")
def description_that_is_not_there(p):
    describe(p, p.segment(1), 2)


@mutation("S61", bases=("shaka_live",))
def description_counted_from_zero(p):
    describe(p, p.segment(0, p.audio()), 0)


@mutation("S61")
def default_description_zero(p):
    patch_init(p, "moov/mvex/trex", ">I", 8, 0)
