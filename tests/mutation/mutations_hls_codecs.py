# SPDX-License-Identifier: BSD-2-Clause
"""Faults in CODECS, SUPPLEMENTAL-CODECS and formats of variants."""

import re

from boxes import Box
from hls_edit import MEDIA, STREAM, add_attribute, attribute, drop_attribute, state_version
from kit import mutation


@mutation("V5", also=("V6", "X3"))
def codecs_without_audio(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r",mp4a[^,\"]*", "", v))


@mutation("V5", also=("V6", "X3"))
def codecs_without_video(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"avc1[^,]*,", "", v))


@mutation("V6", also=("X3", "V5"))
def codecs_of_another_level(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"avc1\.[0-9a-f]{6}", "avc1.640033", v))


@mutation("V6", also=("X3", "V5"))
def codecs_of_another_profile(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"avc1\.64", "avc1.4d", v))


@mutation("V6", also=("X3", "V5"))
def audio_codec_of_another_kind(p):
    attribute(p, "CODECS", STREAM, lambda v: v.replace("mp4a.40.2", "mp4a.40.5"))


@mutation("V6", also=("X3", "V5"), bases=("rung_hevc",))
def hevc_tier_wrong(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"\.L(\d+)", r".H\1", v))


@mutation("V6", also=("X3", "V5"), bases=("rung_av1",))
def av1_depth_wrong(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"(av01\.\d\.\d\dM\.)08", r"\g<1>10", v))


@mutation("V10")
def supplemental_codecs_of_dolby_vision_without_box(p):
    add_attribute(p, 'SUPPLEMENTAL-CODECS="dvh1.08.07/db4h"', STREAM)


@mutation("V10")
def supplemental_codecs_malformed(p):
    add_attribute(p, 'SUPPLEMENTAL-CODECS="///"', STREAM)


@mutation("V10", bases=("rung_hevc",))
def supplemental_codecs_on_hevc_without_box(p):
    add_attribute(p, 'SUPPLEMENTAL-CODECS="dvh1.08.07/db4h"', STREAM)


@mutation("V25", also=("V6", "V5", "X3"), bases=("rung_hevc",))
def hev1_in_codecs(p):
    attribute(p, "CODECS", STREAM, lambda v: v.replace("hvc1", "hev1"))


@mutation("V25", also=("V6", "V5", "X3"))
def avc3_in_codecs(p):
    attribute(p, "CODECS", STREAM, lambda v: v.replace("avc1", "avc3"))


@mutation("V25", also=("V6", "V5", "X3"), bases=("rung_hevc",))
def dvhe_in_codecs(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub("hvc1[^,\"]*", "dvhe.05.06", v))


def declare(p, init, entry, brand=None):
    """Dolby Vision of profile 8.1, level 5, in the sample entry, and its brand."""
    def change(tree):
        tree.find(f"moov/trak/mdia/minf/stbl/stsd/{entry}").insert(Box("dvvC", bytes((1, 0, 16, 0x2D, 0x10)) + bytes(19)))
        if brand:
            tree.find("ftyp").front += brand

    p.edit(init, change)


@mutation("V10", bases=("shaka_hdr",))
def dolby_vision_of_another_level(p):
    declare(p, p.init(), "hvc1", b"db1p")
    add_attribute(p, 'SUPPLEMENTAL-CODECS="dvh1.08.07/db1p"', STREAM)


@mutation("V10", bases=("shaka_hdr",))
def dolby_vision_of_another_profile(p):
    declare(p, p.init(), "hvc1", b"db1p")
    add_attribute(p, 'SUPPLEMENTAL-CODECS="dvh1.10.05/db1p"', STREAM)


@mutation("V10", bases=("shaka_hdr",))
def dolby_vision_without_its_brand(p):
    declare(p, p.init(), "hvc1")
    add_attribute(p, 'SUPPLEMENTAL-CODECS="dvh1.08.05/db1p"', STREAM)


@mutation("V5", also=("V6", "X3"), bases=("shaka_ttml",))
def codecs_without_ttml(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(",stpp[^,\"]*", "", v))


@mutation("V5", also=("V6", "X3"), bases=("shaka_dolby",))
def codecs_without_dolby(p):
    p.sub(p.master, ",ec-3", ",mp4a.40.2")


@mutation("V6", also=("X3", "V5"), bases=("shaka_hdr",))
def main_profile_for_main_10(p):
    attribute(p, "CODECS", STREAM, lambda v: v.replace("hvc1.2.4", "hvc1.1.6"))


@mutation("V6", also=("V5", "X3"))
def codecs_of_old_notation(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"avc1\.64001e", "avc1.100.30", v))


def only_dolby(p):
    """Variants with the AAC group go; those with Dolby Digital Plus stay."""
    p.sub(p.master, rf'^#{STREAM}:.*AUDIO="aac".*\n.*\n', "", 0)


@mutation("V26", also=("X1",), bases=("shaka_dolby",))
def no_aac_at_all(p):
    only_dolby(p)
    p.drop_line(p.master, 'GROUP-ID="aac"')


@mutation("V26", also=("V5", "V6", "V18", "X1", "X3", "V2", "V3"), bases=("shaka_dolby",))
def aac_group_leads_to_dolby(p):
    attribute(p, "URI", MEDIA, lambda v: '"ec3.m3u8"')


@mutation("V26", also=("D23", "S34", "X3", "S40"))
def all_aac_of_six_channels(p):
    for playlist in p.media():
        data = bytearray(p.read(p.init(playlist)))
        at = data.index(b"\x11\x90", data.index(b"esds"))
        data[at + 1] = 0xB0
        p.write(p.init(playlist), data)
    p.sub(p.master, 'CHANNELS="2"', 'CHANNELS="6"', 0)


def claim(p, codec, *lines):
    for line in lines or (STREAM,):
        p.sub(p.master, rf'^(#{line}:.*CODECS=")[^",]*', rf"\g<1>{codec}")


@mutation("V40", also=("V5", "V6", "X3"))
def vp9_in_codecs(p):
    claim(p, "vp09.00.21.08")


@mutation("V40", also=("V5", "V6", "X3"), bases=("shaka_live",))
def opus_in_codecs(p):
    attribute(p, "CODECS", STREAM, lambda v: v.replace("mp4a.40.2", "Opus"))


@mutation("V40", also=("V5", "V6", "X3"), bases=("ffmpeg",))
def mpeg4_visual_in_codecs(p):
    claim(p, "mp4v.20.9")


def profile(p, profile, level):
    """H.264's profile and level as avcC, SPS and all manifests say them."""
    data = bytearray(p.read(p.init()))
    at = data.index(b"avcC") + 4
    sps = data.index(b"\x67", at)
    old = f"avc1.{data[at + 1]:02x}{data[at + 2]:02x}{data[at + 3]:02x}"
    for offset in (at, sps):
        data[offset + 1], data[offset + 3] = profile, level
    p.write(p.init(), data)
    new = f"avc1.{profile:02x}{data[at + 2]:02x}{level:02x}"
    for manifest in (p.master, p.mpd):
        p.sub(manifest, re.escape(old), new, 0)


@mutation("V41")
def high_10(p):
    profile(p, 110, 30)


@mutation("V41", bases=("shaka_live",))
def high_4_2_2(p):
    profile(p, 122, 30)


@mutation("V41", bases=("ffmpeg",))
def level_6_2(p):
    profile(p, 100, 62)


def require(p, text):
    state_version(p, 12)
    add_attribute(p, text, STREAM)


@mutation("V42")
def video_layout_without_channels(p):
    require(p, 'REQ-VIDEO-LAYOUT="STEREO"')


@mutation("V42")
def video_layout_empty(p):
    require(p, 'REQ-VIDEO-LAYOUT=""')


@mutation("V42", bases=("shaka_live",))
def video_layout_ends_with_a_slash(p):
    require(p, 'REQ-VIDEO-LAYOUT="CH-STEREO/"')


@mutation("V42")
def copy_protection_without_key_format(p):
    add_attribute(p, 'ALLOWED-CPC="HW_SECURE/SW"', STREAM)
