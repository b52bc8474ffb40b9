#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""mutate.py PRESENTATION WORK: proves that check.py can fail. Puts one fault at a time
into a copy of a good presentation and expects a finding of one of the named rules."""

import glob
import os
import re
import shutil
import struct
import sys

from check import Presentation


class Copy:
    """A copy of the presentation and the few files that faults go into."""

    def __init__(self, source, folder):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder)
        self.master = "master.m3u8"
        self.mpd = "manifest.mpd"
        with open(self.path(self.master), encoding="utf-8") as file:
            text = file.read()
        self.media = re.search(r"EXT-X-STREAM-INF.*\n(.*)", text).group(1)
        self.iframes = re.search(r'I-FRAME-STREAM-INF:.*URI="([^"]*)"', text).group(1)
        self.audio = re.search(r'TYPE=AUDIO.*?URI="([^"]*)"|URI="([^"]*)".*TYPE=AUDIO', text).group(1)
        self.video = os.path.dirname(self.media)
        self.init = f"{self.video}/init.mp4"
        self.segments = sorted(
            os.path.relpath(path, folder) for path in glob.glob(self.path(f"{self.video}/*.m4s"))
        )

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def write(self, name, data):
        before = self.read(name) if os.path.exists(self.path(name)) else None
        if data == before:
            raise ValueError(f"the fault changes nothing in {name}")
        with open(self.path(name), "wb") as file:
            file.write(data)

    def sub(self, name, pattern, replacement, count=1):
        text = self.read(name).decode()
        self.write(name, re.sub(pattern, replacement, text, count=count, flags=re.M).encode())

    def patch(self, name, box, offset, form, change, nth=0):
        """Changes one field of the nth box of a type; offset counts from its type."""
        data = bytearray(self.read(name))
        at = -1
        for _ in range(nth + 1):
            at = data.index(box, at + 1)
        value = struct.unpack_from(form, data, at + offset)[0]
        struct.pack_into(form, data, at + offset, change(value))
        self.write(name, bytes(data))

    def tfdt(self, name, change):
        version = self.read(name)[self.read(name).index(b"tfdt") + 4]
        self.patch(name, b"tfdt", 8, ">Q" if version else ">I", change)

    def halve(self, name, attribute):
        self.sub(name, rf'([":,\s]{attribute}="?)(\d+)', lambda m: m.group(1) + str(int(m.group(2)) // 2))

    def swap(self, one, other):
        first, second = self.read(one), self.read(other)
        self.write(one, second)
        self.write(other, first)

    def first_flags_offset(self):
        """From the type of the first segment's first trun to its first sample flags."""
        data = self.read(self.segments[0])
        at = data.index(b"trun")
        flags = int.from_bytes(data[at + 5 : at + 8], "big")
        offset = 12 + (4 if flags & 1 else 0)
        if flags & 4:
            return offset
        if not flags & 0x400:
            return None
        return offset + (4 if flags & 0x100 else 0) + (4 if flags & 0x200 else 0)


def clear_sync(copy):
    offset = copy.first_flags_offset()
    if offset is None:
        data = copy.read(copy.segments[0])
        at = data.index(b"tfhd")
        flags = int.from_bytes(data[at + 5 : at + 8], "big")
        offset = 12 + sum(n for bit, n in ((1, 8), (2, 4), (8, 4), (16, 4)) if flags & bit)
        copy.patch(copy.segments[0], b"tfhd", offset, ">I", lambda v: 0x01010000)
    else:
        copy.patch(copy.segments[0], b"trun", offset, ">I", lambda v: 0x01010000)


def lengthen_sample(copy):
    """The first fragment's first sample duration that is stated, wherever that is."""
    data = copy.read(copy.segments[1])
    at = data.index(b"trun")
    if int.from_bytes(data[at + 5 : at + 8], "big") & 0x100:
        flags = int.from_bytes(data[at + 5 : at + 8], "big")
        offset = 12 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
        copy.patch(copy.segments[1], b"trun", offset, ">I", lambda v: v + 7)
        return
    at = data.index(b"tfhd")
    flags = int.from_bytes(data[at + 5 : at + 8], "big")
    if flags & 8:
        offset = 12 + (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
        copy.patch(copy.segments[1], b"tfhd", offset, ">I", lambda v: v + 7)
    else:
        copy.patch(copy.init, b"trex", 16, ">I", lambda v: v + 7)


def unmake_idr(copy):
    """Turns the first IDR slice's NAL type into that of a plain picture."""
    data = bytearray(copy.read(copy.segments[0]))
    at = data.index(b"mdat") + 4
    while data[at + 4] & 31 != 5:
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    data[at + 4] = data[at + 4] & 0xE0 | 1
    copy.write(copy.segments[0], bytes(data))


FAULTS = [
    ("EXTINF half a second long", {"M6"}, lambda c: c.sub(c.media, r"#EXTINF:\d+\.\d+", "#EXTINF:4.5")),
    ("EXTINF without comma", {"M5"}, lambda c: c.sub(c.media, r"(#EXTINF:[\d.]+),", r"\1")),
    ("TARGETDURATION too small", {"M2"}, lambda c: c.sub(c.media, r"(TARGETDURATION:)\d+", r"\g<1>2")),
    ("TARGETDURATION differs", {"M22"}, lambda c: c.sub(c.media, r"(TARGETDURATION:)\d+", r"\g<1>9")),
    ("no ENDLIST", {"M12"}, lambda c: c.sub(c.media, "#EXT-X-ENDLIST", "")),
    ("no EXT-X-MAP", {"M8"}, lambda c: c.sub(c.media, "#EXT-X-MAP.*\n", "")),
    ("version too low", {"H3"}, lambda c: c.sub(c.media, r"(EXT-X-VERSION:)\d+", r"\g<1>3")),
    ("I-frame range a byte short", {"M19"}, lambda c: c.sub(c.iframes, r"(BYTERANGE:)(\d+)", lambda m: m.group(1) + str(int(m.group(2)) - 1))),
    ("I-frame EXTINF wrong", {"M21"}, lambda c: c.sub(c.iframes, r"#EXTINF:\d+\.\d+", "#EXTINF:1.5")),
    ("BANDWIDTH halved", {"V2"}, lambda c: c.halve(c.master, "BANDWIDTH")),
    ("AVERAGE-BANDWIDTH halved", {"V3"}, lambda c: c.halve(c.master, "AVERAGE-BANDWIDTH")),
    ("CODECS of another level", {"V6"}, lambda c: c.sub(c.master, r'avc1\.[0-9a-f]{6}', "avc1.640033")),
    ("RESOLUTION wrong", {"V7"}, lambda c: c.sub(c.master, r"RESOLUTION=(\d+)x", "RESOLUTION=1234x")),
    ("FRAME-RATE wrong", {"V8"}, lambda c: c.sub(c.master, r"FRAME-RATE=[\d.]+", "FRAME-RATE=25.000")),
    ("VIDEO-RANGE wrong", {"V9"}, lambda c: c.sub(c.master, "VIDEO-RANGE=SDR", "VIDEO-RANGE=PQ")),
    ("an attribute twice", {"H4"}, lambda c: c.sub(c.master, "(FRAME-RATE=[0-9.]+)", r"\1,\1")),
    ("a group that is not there", {"V11"}, lambda c: c.sub(c.master, r'AUDIO="([^"]*)"', 'AUDIO="none"')),
    ("no LANGUAGE", {"V48"}, lambda c: c.sub(c.master, r'LANGUAGE="[^"]*",', "")),
    ("CHANNELS wrong", {"V18"}, lambda c: c.sub(c.master, 'CHANNELS="2"', 'CHANNELS="6"')),
    ("INDEPENDENT-SEGMENTS missing", {"V49"}, lambda c: c.sub(c.master, "#EXT-X-INDEPENDENT-SEGMENTS", "")),
    ("S@d wrong", {"D14", "D17"}, lambda c: c.sub(c.mpd, r'( d=")(\d+)', lambda m: m.group(1) + str(int(m.group(2)) + 512))),
    ("S@t of the start wrong", {"D14", "D16"}, lambda c: c.sub(c.mpd, r'<S t="0"', '<S t="512"')),
    ("MPD codecs wrong", {"D20"}, lambda c: c.sub(c.mpd, r'codecs="avc1\.[0-9a-f]{6}"', 'codecs="avc1.640033"')),
    ("MPD bandwidth halved", {"D27"}, lambda c: c.halve(c.mpd, "bandwidth")),
    ("MPD duration wrong", {"D3"}, lambda c: c.sub(c.mpd, r'mediaPresentationDuration="[^"]*"', 'mediaPresentationDuration="PT99S"')),
    ("MPD width wrong", {"D22"}, lambda c: c.sub(c.mpd, r' width="(\d+)"', ' width="1234"')),
    ("MPD frameRate wrong", {"D22"}, lambda c: c.sub(c.mpd, r'frameRate="[^"]*"', 'frameRate="25"')),
    ("startNumber wrong", {"D18"}, lambda c: c.sub(c.mpd, r'startNumber="1"', 'startNumber="2"')),
    ("timescale wrong", {"D15"}, lambda c: c.sub(c.mpd, r'timescale="(\d+)"', 'timescale="90001"')),
    ("an element out of order", {"D1"}, lambda c: c.sub(c.mpd, "</Period>", "<BaseURL>x/</BaseURL></Period>")),
    ("XML cut short", {"D1"}, lambda c: c.sub(c.mpd, "</MPD>", "")),
    ("segment missing", {"H7"}, lambda c: os.remove(c.path(c.segments[1]))),
    ("two segments swapped", {"S11"}, lambda c: c.swap(c.segments[0], c.segments[1])),
    ("tfdt a frame late", {"S11"}, lambda c: c.tfdt(c.segments[1], lambda v: v + 512)),
    ("a sample lasts longer", {"S11"}, lengthen_sample),
    ("sync flag cleared", {"S18", "S19"}, clear_sync),
    ("IDR made a plain picture", {"S18", "S19"}, unmake_idr),
    ("segment cut short", {"S38"}, lambda c: c.write(c.segments[0], c.read(c.segments[0])[:-100])),
    ("data offset four bytes off", {"S13"}, lambda c: c.patch(c.segments[0], b"trun", 12, ">i", lambda v: v + 4)),
    ("mfhd goes back", {"S17"}, lambda c: c.patch(c.segments[2], b"mfhd", 8, ">I", lambda v: 1)),
    ("another track id", {"S10"}, lambda c: c.patch(c.segments[0], b"tfhd", 8, ">I", lambda v: v + 1)),
    ("no CMAF brand", {"S2"}, lambda c: c.write(c.init, re.sub(b"cmf[c2]", b"xxxx", c.read(c.init)))),
    ("avcC of another level", {"S34"}, lambda c: c.patch(c.init, b"avcC", 7, ">B", lambda v: v + 1)),
    ("colour lies", {"S5"}, lambda c: c.patch(c.init, b"nclx", 4, ">H", lambda v: 9)),
    ("a file nobody names", {"R1"}, lambda c: c.write(f"{c.video}/stray.m4s", b"x")),
]  # fmt: skip


def main(source, work):
    good = set(Presentation(source).check().findings)
    failed = 0
    folder = os.path.join(work, "mutant")
    for name, rules, damage in FAULTS:
        copy = Copy(source, folder)
        try:
            damage(copy)
            found = {rule for rule, *_ in set(Presentation(folder).check().findings) - good}
        except (ValueError, AttributeError) as error:
            found = {f"({error})"}
        is_caught = bool(found & rules)
        failed += not is_caught
        text = "/".join(sorted(rules))
        print(f"{'ok  ' if is_caught else 'FAIL'} self-test: {name}: {text}" + ("" if is_caught else f", found {found}"))
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(FAULTS) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
