# SPDX-License-Identifier: BSD-2-Clause
"""Faults across segments and tracks: switching sets, joins, ends, rates and levels.
Rules S24 to S27, S82 to S85, S87, S89, S90."""

import os
import shutil

from boxes import full
from kit import mutation
from media import (RANGES, TIMES, avcc, avcc_sets, child, edit_init, edit_run, edit_sps, entry, moofs, only_dash, patch_init,
                   rescale, shift)  # fmt: skip

# --- S24: aligned segments


@mutation("S24", also=("D17", "D25"))
def one_rung_a_frame_late(p):
    for name in p.segments(p.video(1)):
        shift(p, name, lambda v: v + 1000)


@mutation("S24", also=TIMES)
def one_segment_of_one_rung_late(p):
    shift(p, p.segment(1, p.video(1)), lambda v: v + 1000)


@mutation("S24", also=TIMES)
def one_rung_a_second_late(p):
    for name in p.segments(p.video(1)):
        shift(p, name, lambda v: v + 24000)


# --- S25, S83: one codec and one encryption


def take(p, base, folder, target=None):
    """A folder of another presentation of the same content, in this one."""
    source = os.path.join(os.path.dirname(p.source), base, folder)
    target = p.path(target or folder)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def other_codec(p, base, folder, name, codecs):
    """The second rung from a ladder of another codec, in the same set of the MPD."""
    only_dash(p)
    take(p, base, folder, f"video/{name}")
    p.sub(p.mpd, r'id="h264-240p" codecs="[^"]*"', f'id="{name}" codecs="{codecs}"')


@mutation("S25", bases=("rung", "rung_hevc"))
def a_rung_of_hevc(p):
    other_codec(p, "rung_hevc", "video/hevc-240p", "hevc-240p", "hvc1.1.6.L60.90")


@mutation("S25", bases=("rung", "rung_av1"))
def a_rung_of_av1(p):
    other_codec(p, "rung_av1", "video/av1-240p", "av1-240p", "av01.0.00M.08.0.110.06.01.01.0")


@mutation("S25")
def a_rung_of_ten_bits(p):
    """bit_depth_luma_minus8 and bit_depth_chroma_minus8 become 2: ue(v) 1 to 011. Behind
    profile, constraints, level: seq_parameter_set_id 1, chroma_format_idc 010."""
    def change(bits):
        head, rest = bits[:36], bits[36:]
        assert head[32:36] == "1010" and rest[:2] == "11"
        return head + "011011" + rest[2:]

    def tail(tree):
        box = child(tree, "avcC")
        box.front[-3:-1] = bytes([0xFA, 0xFA])

    edit_sps(p, change, p.video(1))
    edit_init(p, tail, p.video(1))


def clear_rung(p, base, name):
    """A rung from the other presentation, with its playlist."""
    take(p, base, name)
    for playlist in (f"{name}.m3u8", f"{name}_iframes.m3u8"):
        with open(os.path.join(os.path.dirname(p.source), base, playlist), "rb") as file:
            p.write(playlist, file.read())


@mutation("S83", also=("D30", "V2", "V3"), bases=("shaka_cenc", "shaka_live"))
def lowest_rung_in_the_clear(p):
    clear_rung(p, "shaka_live", "v240")


@mutation("S83", also=("D30",), bases=("shaka_cbcs", "shaka_live"))
def highest_rung_in_the_clear(p):
    clear_rung(p, "shaka_live", "v360")


@mutation("S83", also=("D30", "V2", "V3"), bases=("shaka_cenc", "shaka_cbcs"))
def a_rung_of_the_other_scheme(p):
    clear_rung(p, "shaka_cbcs", "v240")


# --- S26, S27: audio beside video


@mutation("S26", also=TIMES)
def audio_starts_a_second_late(p):
    for name in p.segments(p.audio()):
        shift(p, name, lambda v: v + 48000)


@mutation("S26", also=("M23",))
def audio_ends_early(p):
    last = p.segments(p.audio())[-1].rsplit("/", 1)[-1]
    p.sub(p.audio(), rf"#EXTINF.*\n{last}\n", "")
    p.sub(p.mpd, r'(<S d="191488"/>)\s*<S d="\d+"/>', r"\1")


@mutation("S26", also=TIMES)
def audio_starts_half_a_second_early(p):
    for name in p.segments(p.audio())[1:]:
        shift(p, name, lambda v: v - 24000)


@mutation("S27", also=("D17", "S11"))
def gap_in_audio(p):
    for name in p.segments(p.audio())[1:]:
        shift(p, name, lambda v: v + 1024)


@mutation("S27", also=("S11",))
def overlap_in_audio(p):
    for name in p.segments(p.audio())[1:]:
        shift(p, name, lambda v: v - 1024)


@mutation("S27", also=("D17", "S11"))
def one_audio_segment_off(p):
    shift(p, p.segment(1, p.audio()), lambda v: v + 600)


# --- S82: what a set has in common


@mutation("S82")
def language_of_one_rung(p):
    patch_init(p, "moov/trak/mdia/mdhd", ">H", 20, 0x15C7, p.video(1))


@mutation("S82", bases=("shaka_live",))
def extended_language_of_one_rung(p):
    edit_init(p, lambda tree: tree.find("moov/trak/mdia/hdlr").before(full("elng", 0, 0, b"en-US\0")))


@mutation("S82", also=RANGES)
def timescale_of_one_rung(p):
    """All its times are right, in units half as long."""
    rescale(p, p.video(1), 2)


# --- S84: audio of one set


def second_audio(p, name, config, attributes, channels):
    """A second Representation beside the first audio: its media with another configuration."""
    only_dash(p)
    folder = "audio/en-aac-stereo"
    target = f"audio/{name}"
    shutil.copytree(p.path(folder), p.path(target))

    def change(tree):
        box = child(tree, "esds")
        box.front = bytearray(bytes(box.front).replace(b"\x11\x90", config, 1))
        entry(tree).set(">H", 16, channels)
        if "44100" in attributes:
            entry(tree).set(">I", 24, 44100 << 16)

    p.edit(f"{target}/init.mp4", change)
    layout = '<AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" '
    p.sub(p.mpd, r'(<Representation id="en-aac-stereo")',
          f'<Representation id="{name}" codecs="mp4a.40.2" bandwidth="131550" {attributes}>{layout}value="{channels}"/>'
          r"</Representation>\1")  # fmt: skip


@mutation("S84")
def mono_beside_stereo(p):
    second_audio(p, "en-aac-mono", b"\x11\x88", 'audioSamplingRate="48000"', 1)


@mutation("S84")
def another_rate_in_the_set(p):
    second_audio(p, "en-aac-cd", b"\x12\x10", 'audioSamplingRate="44100"', 2)


@mutation("S84")
def surround_beside_stereo(p):
    second_audio(p, "en-aac-surround", b"\x11\xb0", 'audioSamplingRate="48000"', 6)


# --- S85: as many segments, as long


@mutation("S85", also=("D25", "X2"), bases=("shaka_live",))
def one_rung_a_segment_short(p):
    text = p.text(p.mpd)
    at = text.rindex('r="2"')
    p.write(p.mpd, text[:at] + 'r="1"' + text[at + 5 :])


def drop_pictures(run):
    size = sum(sample["size"] for sample in run.samples[-8:])
    del run.samples[-8:]
    del run.mdat.front[-size:]


@mutation("S85", also=RANGES + ("D17", "M6"))
def one_rung_ends_early(p):
    name = p.segments(p.video(1))[-1]
    edit_run(p, name, drop_pictures, len(moofs(p.tree(name))) - 1)


@mutation("S85", also=RANGES + ("D17", "M6", "S21"), bases=("shaka_live", "ffmpeg"))
def highest_rung_ends_early(p):
    edit_run(p, p.segments()[-1], drop_pictures)


# --- S90: levels


def change_level(p, playlist, level):
    """In the configuration, its parameter set, and the manifests."""
    old = []

    def change(tree):
        box = child(tree, "avcC")
        sps, pps, tail = avcc_sets(box.front)
        old.append(bytes(box.front[1:4]).hex())
        head = bytearray(box.front[:5])
        head[3] = level
        changed = sps[0][:3] + bytes([level]) + sps[0][4:]
        box.front = avcc(head, [changed], pps, tail)

    edit_init(p, change, playlist)
    new = old[0][:4] + f"{level:02x}"
    for name in (p.master, p.mpd):
        p.sub(name, rf"(?i)avc1\.{old[0]}", f"avc1.{new}", 0)


@mutation("S90")
def level_of_smaller_pictures(p):
    change_level(p, p.video(), 11)


@mutation("S90")
def level_of_fewer_pictures(p):
    """640x360 is 920 macroblocks: 22080 a second, where level 2.2 has 20250."""
    change_level(p, p.video(), 22)


@mutation("S90", bases=("shaka_live",))
def level_of_fewer_pictures_elsewhere(p):
    change_level(p, p.video(), 22)


@mutation("S90", bases=("ffmpeg",))
def level_of_fewer_pictures_in_dash(p):
    change_level(p, p.video(), 22)


# --- S89: the rate


def set_rate(p, playlist, hz):
    """time_scale of the VUI, which counts fields."""
    def change(bits):
        for units in (1, 1000, 1001, 512):
            for rate in (24, 25):
                old = f"{units:032b}{2 * rate * units:032b}"
                if bits.count(old) == 1:
                    return bits.replace(old, f"{units:032b}{2 * hz * units:032b}")
        raise AssertionError("no timing that is known")

    edit_sps(p, change, playlist)


@mutation("S89")
def stream_says_another_rate(p):
    set_rate(p, p.video(), 30)


@mutation("S89")
def stream_says_sixty(p):
    set_rate(p, p.video(1), 60)


@mutation("S89", bases=("shaka_live", "ffmpeg"))
def stream_says_ten(p):
    set_rate(p, p.video(), 10)


# --- S87: profiles of a set

CMAF = ("--profile", "cmaf")


def brand_profile(p, playlist, brand):
    edit_init(p, lambda tree: tree.find("ftyp").front.extend(brand), playlist)


@mutation("S87", options=CMAF)
def one_rung_names_a_profile(p):
    brand_profile(p, p.video(), b"cfsd")


@mutation("S87", options=CMAF)
def second_rung_names_a_profile(p):
    brand_profile(p, p.video(1), b"cfsd")


@mutation("S87", options=CMAF, bases=("shaka_live",))
def rungs_name_two_profiles(p):
    brand_profile(p, p.video(), b"cfhd")
    brand_profile(p, p.video(1), b"cfsd")
