# SPDX-License-Identifier: BSD-2-Clause
"""Faults in what is given to be read (L rules): files that are not there or not what they
seem, references that lead out, segments of other kinds."""

import os
import re

from kit import mutation


@mutation("L1", also=("D1", "X1"))
def manifest_is_an_error_page(p):
    p.write(p.mpd, "404 page not found\n")


@mutation("L1", also=("X1",))
def master_is_empty(p):
    p.write(p.master, "")


@mutation("L1", also=("X1",))
def master_is_a_segment_list_in_json(p):
    p.write(p.master, '{"segments": []}\n')


@mutation("L1", also=("X1", "D18"))
def manifest_is_cut_to_nothing(p):
    p.write(p.mpd, "\n\n")


GONE = ("X1", "X2", "X3", "X4", "X5", "H7", "D18", "D20", "D22", "M9", "V5", "V6", "V7", "V8", "V9", "S1", "S25", "M23", "S26", "V18", "D23")


@mutation("L1", also=GONE, bases=("shaka_live",))
def audio_init_missing(p):
    p.remove(p.init(p.audio()))


@mutation("L1", also=GONE, bases=("ffmpeg",))
def all_segments_of_a_variant_missing(p):
    for name in p.segments(p.video(1)):
        p.remove(name)


LOST = (*GONE, "M21", "M6", "M8", "S11", "S24", "M13", "V2", "V3", "M19")


@mutation("L2", also=LOST)
def segment_by_a_file_address(p):
    p.sub(p.video(), r"^([^#\n].*)$", r"file:///srv/media/\1")


@mutation("L2", also=LOST)
def segment_above_the_folder(p):
    p.sub(p.video(), r"^([^#\n].*)$", r"../../../elsewhere/\1")


@mutation("L2", also=LOST, bases=("shaka_live",))
def segment_by_ftp(p):
    p.sub(p.audio(), r"^([^#\n].*)$", r"ftp://media.example/\1")


@mutation("L2", also=LOST)
def segment_is_a_link_that_leads_out(p):
    name = p.segment(1)
    p.remove(name)
    os.symlink("/etc/hostname", p.path(name))


@mutation("L2", also=LOST)
def init_from_the_root_of_the_machine(p):
    p.sub(p.audio(), r'(EXT-X-MAP:URI=")', r"\1/srv/media/")


def transport_stream(packets):
    """Null packets: enough to be no MP4."""
    return (b"\x47\x1f\xff\x10" + b"\xff" * 184) * packets


def as_transport_stream(p, playlist, ending="ts"):
    """The playlist lists MPEG-TS segments instead of MP4, which have no EXT-X-MAP."""
    for name in p.segments(playlist):
        p.write(re.sub(r"m4s$", ending, name), transport_stream(len(p.read(name)) // 188))
    p.drop_line(playlist, "EXT-X-MAP")
    p.sub(playlist, r"^([^#\n].*)m4s$", rf"\1{ending}", 0)


@mutation("L3", also=("X1", "X2", "X3", "X5"))
def one_variant_in_transport_stream(p):
    as_transport_stream(p, p.video(1))


@mutation("L3", also=("X1", "X2", "X3", "X5"), bases=("shaka_live",))
def audio_in_transport_stream(p):
    as_transport_stream(p, p.audio())


@mutation("L3", also=("X1", "X2", "X3", "X5"), bases=("shaka_live",))
def audio_as_packed_aac(p):
    playlist = p.audio()
    for name in p.segments(playlist):
        frame = b"\xff\xf1\x4c\x80\x2e\x7f\xfc" + bytes(364)
        p.write(re.sub(r"m4s$", "aac", name), frame * (len(p.read(name)) // len(frame)))
    p.drop_line(playlist, "EXT-X-MAP")
    p.sub(playlist, r"^([^#\n].*)m4s$", r"\1aac", 0)


@mutation("L3", also=("X1", "X2", "X3", "X5"))
def segments_encrypted_as_a_whole(p):
    for name in p.segments():
        data = p.read(name)
        p.write(name.replace("m4s", "bin"), bytes(byte * 167 + 13 & 255 for byte in data[: len(data) & ~15]))
    p.sub(p.video(), r"^([^#\n].*)m4s$", r"\1bin", 0)
    p.sub(p.video(), "^#EXTINF", '#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x000102030405060708090a0b0c0d0e0f\n#EXTINF')
