# SPDX-License-Identifier: BSD-2-Clause
"""Faults in I-frame playlists and the variants that lead to them."""

import re
import struct

from boxes import Trun, full
from hls_edit import IFRAME, STREAM, add_attribute, drop_attribute, number
from kit import mutation


@mutation("M18", also=("M6", "M19", "M21", "M23", "S13", "S38", "X1", "S9", "S11", "M3", "M2", "V2", "V4", "M22", "S17", "S20", "M13"))
def iframes_only_missing(p):
    p.drop_line(p.iframes(), "EXT-X-I-FRAMES-ONLY")


@mutation("M18", also=("M6", "M19", "M21", "M23", "S13", "S38", "X1", "S9", "S11", "M3", "M2", "V2", "V4", "M22", "S17", "S20", "M13"))
def iframes_only_missing_in_second(p):
    p.drop_line(p.iframes(1), "EXT-X-I-FRAMES-ONLY")


@mutation("M18", also=("M6", "M19", "M21", "M23", "X1", "H7", "M22", "V19", "V7"))
def iframe_stream_leads_to_media_playlist(p):
    target = p.video()
    p.sub(p.master, r'^(#EXT-X-I-FRAME-STREAM-INF:.*URI=")[^"]*', rf"\g<1>{target}")


@mutation("M19")
def iframe_range_a_byte_short(p):
    p.sub(p.iframes(), r"(BYTERANGE:)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v - 1))


@mutation("M19")
def iframe_range_starts_late(p):
    p.sub(p.iframes(), r"(BYTERANGE:\d+@)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v + 8))


@mutation("M19")
def iframe_range_holds_half(p):
    p.sub(p.iframes(), r"(BYTERANGE:)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v // 2))


@mutation("M21")
def iframe_extinf_wrong(p):
    p.sub(p.iframes(), r"#EXTINF:\d+\.\d+", "#EXTINF:1.500000")


@mutation("M21")
def iframe_durations_too_short_in_sum(p):
    p.sub(p.iframes(), r"#EXTINF:[\d.]+,\n.*\n.*\n(#EXT-X-ENDLIST)", r"\1")


@mutation("M21")
def iframe_missing_in_the_middle(p):
    p.sub(p.iframes(), r"^(#EXTINF.*\n.*\n.*\n)#EXTINF.*\n.*\n.*\n", r"\1")


@mutation("V19", also=("V21",))
def iframe_stream_without_uri(p):
    drop_attribute(p, "URI", IFRAME)


@mutation("V19", also=("V2",))
def iframe_stream_without_bandwidth(p):
    p.sub(p.master, rf"^(#{IFRAME}:(?:.*?,)?)(?<=[:,])BANDWIDTH=\d+,?", r"\1")


@mutation("V19", also=("V1", "V21"), bases=("shaka_live",))
def iframe_stream_with_its_uri_in_the_next_line(p):
    p.sub(p.master, rf'^(#{IFRAME}:.*),URI="([^"]*)"(.*)$', r"\1\3" "\n" r"\2")


@mutation("V20")
def iframe_stream_with_frame_rate(p):
    add_attribute(p, "FRAME-RATE=24.000", IFRAME)


@mutation("V20")
def iframe_stream_with_audio(p):
    add_attribute(p, 'AUDIO="audio"', IFRAME)


@mutation("V20")
def iframe_stream_with_captions(p):
    add_attribute(p, "CLOSED-CAPTIONS=NONE", IFRAME)


@mutation("V21")
def no_iframe_streams(p):
    p.drop_line(p.master, IFRAME, 0)


def merge_fragments(tree):
    """Pairs of moof and mdat become one each, as of packagers that make a fragment of a
    whole group of pictures."""
    boxes = [box for box in tree.children if box.kind in ("moof", "mdat")]
    for first, data, second, more in zip(boxes[::4], boxes[1::4], boxes[2::4], boxes[3::4]):
        runs = [Trun(box.find("traf/trun")) for box in (first, second)]
        sizes = [len(data.front), *(runs[1].get(i, "size") for i in range(runs[1].count))]
        offsets = [run.get(i, "cto") for run in runs for i in range(run.count)]
        sync = [0x02000000] + [0x01010000] * runs[1].count
        body = struct.pack(">Ii", len(sizes), 0) + b"".join(map(struct.Struct(">IIi").pack, sizes, sync, offsets))
        old = first.find("traf/trun")
        first.find("traf").insert(full("trun", old.version, 0xE01, body))
        old.remove()
        data.front += more.front
        second.remove()
        more.remove()
        distance = first.size() + 8
        first.find("traf/trun").set(">i", 8, distance)


MERGED = ("V2", "V3", "M21", "D18", "S17", "X2", "D26")


def merge_group(p, n, *segments):
    """Merges fragments in these segments of a variant; the I-frames' ranges follow."""
    playlist = p.iframes(n)
    text = p.text(playlist)
    for number in segments:
        name = p.segment(number, p.video(n))
        p.edit(name, merge_fragments, keep=True)
        at = 0
        ranges = []
        for box in p.tree(name).children:
            if box.kind == "moof":
                ranges.append((box.size() + 8 + Trun(box.find("traf/trun")).get(0, "size"), at))
            at += box.size()
        found = iter(ranges)
        last = re.escape(name.rsplit("/", 1)[-1])
        text = re.sub(rf"^#EXT-X-BYTERANGE:.*(?=\n{last}$)", lambda m: "#EXT-X-BYTERANGE:{0}@{1}".format(*next(found)),
                      text, flags=re.M)  # fmt: skip
    p.write(playlist, text)


@mutation("M20", also=MERGED)
def groups_of_pictures_in_one_fragment(p):
    merge_group(p, 0, 0, 1, 2)


@mutation("M20", also=MERGED)
def last_group_in_one_fragment(p):
    merge_group(p, 0, 2)


@mutation("M20", also=MERGED)
def groups_in_one_fragment_in_the_second_variant(p):
    merge_group(p, 1, 0, 1)


@mutation("V21", bases=("shaka_live",))
def iframe_streams_left_out_of_a_live_style_master(p):
    p.drop_line(p.master, IFRAME, 0)


@mutation("V21", bases=("shaka_ondemand",))
def iframe_streams_commented_out(p):
    p.sub(p.master, rf"^#{IFRAME}", f"## {IFRAME}", 0)
