# SPDX-License-Identifier: BSD-2-Clause
"""Faults in EXT-X-STREAM-INF: rates, sizes, frame rates, and variants beside each other."""

import re

from hls_edit import IFRAME, MEDIA, STREAM, add_attribute, attribute, drop_attribute, number
from kit import mutation


@mutation("V1", also=("H4",))
def bandwidth_missing(p):
    p.sub(p.master, rf"^(#{STREAM}:(?:.*?,)?)(?<=[:,])BANDWIDTH=\d+,?", r"\1")


@mutation("V1", also=("H4", "V2"))
def bandwidth_zero(p):
    p.sub(p.master, rf"^(#{STREAM}:(?:.*?,)?)(?<=[:,])BANDWIDTH=\d+", r"\1BANDWIDTH=0")


@mutation("V1", also=("X1", "H7"))
def stream_inf_without_uri(p):
    p.sub(p.master, rf"^(#{STREAM}.*\n)[^#\n].*\n", r"\1")


@mutation("V1", also=("X1", "H7", "V12", "V44"))
def stream_inf_at_the_very_end(p):
    p.write(p.master, p.text(p.master).rstrip() + '\n#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.64001e"\n')


@mutation("V2", also=("V34",))
def bandwidth_halved(p):
    p.sub(p.master, r"([:,]BANDWIDTH=)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v // 2))


@mutation("V2", also=("V4",))
def bandwidth_doubled(p):
    p.sub(p.master, r"([:,]BANDWIDTH=)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v * 2))


@mutation("V2", also=("V34",))
def bandwidth_without_the_audio(p):
    p.sub(p.master, r"([:,]BANDWIDTH=)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: max(1, v - 140000)), 0)


@mutation("V3")
def average_bandwidth_halved(p):
    attribute(p, "AVERAGE-BANDWIDTH", STREAM, lambda v: number(v, lambda x: x // 2))


@mutation("V3", also=("V4", "V34"))
def average_bandwidth_too_high(p):
    attribute(p, "AVERAGE-BANDWIDTH", STREAM, lambda v: number(v, lambda x: x * 13 // 10))


@mutation("V3", bases=("shaka_live",))
def average_bandwidth_of_the_pictures_alone(p):
    attribute(p, "AVERAGE-BANDWIDTH", STREAM, lambda v: number(v, lambda x: x * 8 // 10))


@mutation("V7")
def resolution_wrong(p):
    attribute(p, "RESOLUTION", STREAM, lambda v: re.sub(r"\d+x", "1234x", v))


@mutation("V7", also=("V28",))
def resolution_turned(p):
    attribute(p, "RESOLUTION", STREAM, lambda v: "x".join(reversed(v.split("x"))))


@mutation("V7", bases=("shaka_live",))
def resolution_doubled(p):
    attribute(p, "RESOLUTION", STREAM, lambda v: "x".join(number(side, lambda s: s * 2) for side in v.split("x")))


@mutation("V8")
def frame_rate_wrong(p):
    attribute(p, "FRAME-RATE", STREAM, lambda v: "25.000")


@mutation("V8")
def frame_rate_of_six_decimals(p):
    attribute(p, "FRAME-RATE", STREAM, lambda v: "24.000000")


@mutation("V8")
def frame_rate_doubled(p):
    attribute(p, "FRAME-RATE", STREAM, lambda v: "48.000")


@mutation("V9")
def video_range_pq_for_sdr(p):
    attribute(p, "VIDEO-RANGE", STREAM, lambda v: "PQ")


@mutation("V9")
def video_range_hlg_for_sdr(p):
    attribute(p, "VIDEO-RANGE", STREAM, lambda v: "HLG")


@mutation("V9")
def video_range_unknown(p):
    attribute(p, "VIDEO-RANGE", STREAM, lambda v: "HDR")


def make_dependent(p, name):
    """The IDR picture at the front of a segment of H.264 as one that needs others."""
    data = bytearray(p.read(name))
    at = data.index(b"mdat") + 4
    while data[at + 4] & 31 != 5:
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    data[at + 4] = data[at + 4] & 0xE0 | 1
    p.write(name, data)


DEPENDENT = ("S18", "S19", "S21", "M19", "M21", "D26", "S6", "M20")


@mutation("V22", also=DEPENDENT)
def independent_segments_untrue(p):
    make_dependent(p, p.segment(1))


@mutation("V22", also=DEPENDENT)
def independent_segments_untrue_of_the_second_variant(p):
    make_dependent(p, p.segment(2, p.video(1)))


@mutation("V22", also=DEPENDENT, bases=("shaka_cbcs",))
def independent_segments_untrue_where_encrypted_by_pattern(p):
    make_dependent(p, p.segment(1))


@mutation("V22", also=DEPENDENT, bases=("shaka_cenc",))
def independent_segments_untrue_where_encrypted(p):
    make_dependent(p, p.segment(2, p.video(1)))


@mutation("V22", also=DEPENDENT, bases=("shaka_live",))
def independent_segments_untrue_in_each_media_playlist(p):
    p.drop_line(p.master, "EXT-X-INDEPENDENT-SEGMENTS")
    for name in [*p.variants(), *p.media()]:
        p.insert_after(name, "EXT-X-VERSION", "#EXT-X-INDEPENDENT-SEGMENTS")
    make_dependent(p, p.segment(0))


@mutation("V24")
def score_on_one(p):
    add_attribute(p, "SCORE=1.0", STREAM)


@mutation("V24")
def score_on_last(p):
    p.sub(p.master, rf"^(#{STREAM}:.*)$(?![\s\S]*#{STREAM})", r"\1,SCORE=2.0")


@mutation("V24", also=("H4",))
def score_negative(p):
    add_attribute(p, "SCORE=-1.0", STREAM)


@mutation("V27", also=("X1", "V21", "V15", "M22", "V7"))
def a_single_variant(p):
    text = p.text(p.master)
    while len(re.findall(rf"^#{STREAM}:", text, re.M)) > 1:
        text = re.sub(rf"^#{STREAM}:.*\n[^#\n].*\n", "", text, count=1, flags=re.M)
    p.write(p.master, text)


@mutation("V28", also=("V7",))
def aspect_ratios_differ(p):
    attribute(p, "RESOLUTION", STREAM, lambda v: "640x480")


@mutation("V28", also=("V8",))
def frame_rate_above_sixty(p):
    attribute(p, "FRAME-RATE", STREAM, lambda v: "120.000")


def pad(p, rung, n, factor):
    """Makes one segment of a variant so many times larger; the stated rates follow."""
    name = p.segment(n, p.video(rung))
    sizes = [len(p.read(x)) for x in p.segments(p.video(rung))]
    more = int(sizes[n] * (factor - 1))
    p.write(name, p.read(name) + (more + 8).to_bytes(4, "big") + b"free" + b"x" * more)
    peak = (sizes[n] + more - max(sizes)) * 2
    average = more * 8 // 12
    variant = re.escape(p.video(rung))

    def change(m):
        text = re.sub(r"(?<=[:,]BANDWIDTH=)\d+", lambda d: number(d.group(0), lambda v: v + peak), m.group(0))
        return re.sub(r"(?<=AVERAGE-BANDWIDTH=)\d+", lambda d: number(d.group(0), lambda v: v + average), text)

    p.sub(p.master, rf"^#{STREAM}:.*(?=\n{variant}$)", change)


PADDED = ("D27", "M19", "S21")


@mutation("V4", also=PADDED)
def one_segment_of_five_times_the_bits(p):
    pad(p, 0, 1, 5)


@mutation("V4", also=PADDED)
def last_segment_of_six_times_the_bits(p):
    pad(p, 1, 2, 6)


@mutation("V4", also=PADDED, bases=("shaka_live",))
def first_segment_of_eight_times_the_bits(p):
    pad(p, 0, 0, 8)


@mutation("V9", bases=("shaka_hdr",))
def video_range_missing_for_pq(p):
    drop_attribute(p, "VIDEO-RANGE", STREAM)


@mutation("V9", bases=("shaka_hdr",))
def video_range_sdr_for_pq(p):
    attribute(p, "VIDEO-RANGE", STREAM, lambda v: "SDR")


ALONE = ("X1", "V15", "M22", "V7", "X3")


@mutation("V27", also=ALONE, bases=("shaka_live",))
def lower_variant_left_out(p):
    p.sub(p.master, rf"^#{STREAM}:.*\nv240.m3u8\n", "")


@mutation("V27", also=(*ALONE, "V2", "V3", "V6", "V5"), bases=("ffmpeg",))
def all_variants_lead_to_one_playlist(p):
    p.sub(p.master, "^media_1.m3u8$", "media_0.m3u8")


@mutation("V28", also=("V7",), bases=("shaka_live",))
def last_variant_upright(p):
    p.sub(p.master, "RESOLUTION=426x240", "RESOLUTION=240x426", 0)


def another_master(p, name="second.m3u8"):
    p.write(name, p.read(p.master))
    return name


NESTED = ("H2", "H7", "V2", "V3", "V5", "V6", "V7", "V8", "V9", "V30", "M22", "M23", "X1", "X3")


@mutation("V29", also=NESTED)
def variant_is_another_master(p):
    p.sub(p.master, rf"^(#{STREAM}.*\n).*$", rf"\g<1>{another_master(p)}")


@mutation("V29", also=NESTED)
def audio_is_another_master(p):
    another_master(p)
    attribute(p, "URI", MEDIA, lambda v: '"second.m3u8"')


@mutation("V29", also=NESTED)
def iframes_are_another_master(p):
    another_master(p)
    attribute(p, "URI", IFRAME, lambda v: '"second.m3u8"')


@mutation("V29", also=NESTED)
def master_lists_itself(p):
    p.sub(p.master, r"^(#EXT-X-STREAM-INF.*\n).*$", r"\g<1>master.m3u8")


@mutation("V34", also=("V2", "V3"))
def bandwidth_and_average_swapped(p):
    p.sub(p.master, r"BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+)", r"BANDWIDTH=\2,AVERAGE-BANDWIDTH=\1", 0)


@mutation("V34", also=("V3",), bases=("shaka_live",))
def average_bandwidth_doubled(p):
    attribute(p, "AVERAGE-BANDWIDTH", STREAM, lambda v: number(v, lambda x: x * 2))


@mutation("V34", also=("V3",))
def average_bandwidth_of_iframes_doubled(p):
    attribute(p, "AVERAGE-BANDWIDTH", IFRAME, lambda v: number(v, lambda x: x * 2))


def twice(p, pattern):
    p.sub(p.master, pattern, lambda m: m.group(0) + m.group(0))


@mutation("V35")
def variant_listed_twice(p):
    twice(p, rf"^#{STREAM}:.*\n.*\n")


@mutation("V35", bases=("shaka_live",))
def iframe_variant_listed_twice(p):
    twice(p, rf"^#{IFRAME}:.*\n")


@mutation("V35", bases=("shaka_text",))
def all_variants_listed_twice(p):
    twice(p, rf"^#{STREAM}(?s:.*)\Z")
