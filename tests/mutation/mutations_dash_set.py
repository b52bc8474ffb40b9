# SPDX-License-Identifier: BSD-2-Clause
"""Faults in AdaptationSets: what they must state, what their Representations must have in
common, how sets stand to each other (D19, D21, D24 to D26, D42, D43, D45, D65)."""

from boxes import Trun
from dash_edit import drop_attribute, give, merge_sets, mpd, set_attribute, shift
from kit import mutation


@mutation("D19")
def codecs_missing(p):
    drop_attribute(p, "Representation", "codecs")


@mutation("D19")
def mime_type_missing(p):
    drop_attribute(p, "AdaptationSet", "mimeType")


@mutation("D19")
def mime_type_malformed(p):
    set_attribute(p, "AdaptationSet", "mimeType", "video")


@mutation("D21", also=("D59",))
def mime_types_mixed(p):
    mpd(p, r'(<Representation id="h264-240p")', r'\1 mimeType="audio/mp4"')


@mutation("D24")
def channel_configuration_missing(p):
    mpd(p, r"<AudioChannelConfiguration[^>]*/>", "")


@mutation("D24")
def par_missing(p):
    drop_attribute(p, "AdaptationSet", "par")


@mutation("D24")
def sar_missing(p):
    drop_attribute(p, "Representation", "sar")


@mutation("D24")
def audio_without_lang(p):
    drop_attribute(p, "AdaptationSet", "lang")


@mutation("D25")
def segment_alignment_missing(p):
    drop_attribute(p, "AdaptationSet", "segmentAlignment")


@mutation("D25")
def segment_alignment_false(p):
    set_attribute(p, "AdaptationSet", "segmentAlignment", "false")


@mutation("D25", also=("D17", "M21", "S11", "S24"))
def segment_alignment_untrue(p):
    shift(p, p.segment(1, p.video(1)), 12000)


def h264_kind(byte):
    return byte & 31


def hevc_kind(byte):
    return byte >> 1 & 63


def without_random_access(p, name, nth=0, kind=h264_kind, idr=(5,), change=lambda byte: byte & 0xE0 | 1):
    """The first IDR picture in the nth mdat becomes one of another kind."""
    data = bytearray(p.read(name))
    at = -1
    for _ in range(nth + 1):
        at = data.index(b"mdat", at + 1)
    at += 4
    while kind(data[at + 4]) not in idr:
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    data[at + 4] = change(data[at + 4])
    p.write(name, data)


@mutation("D26", also=("M19", "S18", "S19", "V22"))
def segment_without_sap(p):
    without_random_access(p, p.segment(1))


@mutation("D65")
def no_main_audio(p):
    text = p.text(p.mpd)
    audio = text.index('contentType="audio"')
    p.write(p.mpd, text[:audio] + text[audio:].replace('value="main"', 'value="alternate"'))


@mutation("D21", also=("X4",))
def two_languages_in_one_set(p):
    merge_sets(p, 2, 3)


@mutation("D21")
def pixels_of_another_shape_above(p):
    give(p, "AdaptationSet", 'sar="4:3"')


@mutation("D21", also=("D22",), bases=("shaka_live",))
def frame_rate_of_another_level(p):
    give(p, "Representation", 'frameRate="12"', 2)


@mutation("D26", also=("M19", "S18", "S19", "V22"), bases=("rung_hevc",))
def hevc_segment_without_sap(p):
    without_random_access(p, p.segment(1), 0, hevc_kind, (19, 20), lambda byte: byte & 0x81 | 1 << 1)


@mutation("D26", also=("M19", "S18", "S19", "V22", "S21"), bases=("shaka_ondemand",))
def subsegment_without_sap(p):
    give(p, "AdaptationSet", 'subsegmentStartsWithSAP="1"')
    without_random_access(p, "v360.mp4", 1)


@mutation("S21", also=("M19", "S18", "S19", "V22"), bases=("shaka_ondemand",))
def an_access_point_of_the_index_that_is_none(p):
    without_random_access(p, "v360.mp4", 1)


@mutation("D42", also=("D22",))
def widths_the_wrong_way_round(p):
    give(p, "AdaptationSet", 'minWidth="1280"')


@mutation("D42")
def bandwidths_of_another_ladder(p):
    give(p, "AdaptationSet", 'minBandwidth="400000" maxBandwidth="700000"')


@mutation("D42", bases=("shaka_live",))
def most_bandwidth_of_the_lower_rung(p):
    give(p, "AdaptationSet", 'maxBandwidth="320000"')


@mutation("D42", bases=("shaka_live",))
def bandwidths_the_wrong_way_round(p):
    give(p, "AdaptationSet", 'minBandwidth="200000" maxBandwidth="100000"', 2)


@mutation("D43")
def picture_of_old_television(p):
    set_attribute(p, "AdaptationSet", "par", "4:3")


@mutation("D43")
def pixels_that_are_not_square(p):
    mpd(p, r'(id="h264-240p"[^>]*) sar="1:1"', r'\1 sar="4:3"')


@mutation("D43", bases=("shaka_live",))
def picture_upright(p):
    set_attribute(p, "AdaptationSet", "par", "9:16")


def renumber_track(p, playlist, number):
    """Another track_ID, in the init segment and in the fragments."""
    def init(tree):
        tkhd = tree.find("moov/trak/tkhd")
        tkhd.set(">I", 20 if tkhd.version else 12, number)
        tree.find("moov/mvex/trex").set(">I", 4, number)
        mvhd = tree.find("moov/mvhd")
        mvhd.set(">I", len(mvhd.front) - 4, number + 1)

    p.edit(p.init(playlist), init)
    for name in p.segments(playlist):
        p.edit(name, lambda tree: [tfhd.set(">I", 4, number) for tfhd in tree.find_all("moof/traf/tfhd")])


@mutation("D45")
def switching_between_track_numbers(p):
    renumber_track(p, p.video(1), 7)
    give(p, "AdaptationSet", 'bitstreamSwitching="true"')


@mutation("D45", bases=("shaka_live",))
def switching_said_and_denied(p):
    give(p, "Period", 'bitstreamSwitching="true"')
    give(p, "AdaptationSet", 'bitstreamSwitching="false"')


def halve_timescale(p, playlist):
    """Counts in half as many ticks to the second, and is as right as before."""
    def halved(box, place, form=">I"):
        box.set(form, place, lambda v: v // 2)

    def init(tree):
        mdhd = tree.find("moov/trak/mdia/mdhd")
        halved(mdhd, 20 if mdhd.version else 12)
        halved(tree.find("moov/mvex/trex"), 12)
        for elst in tree.find_all("moov/trak/edts/elst"):
            halved(elst, 16 if elst.version else 12, ">q" if elst.version else ">i")

    def segment(tree):
        for traf in tree.find_all("moof/traf"):
            tfhd, tfdt, trun = traf.find("tfhd"), traf.find("tfdt"), Trun(traf.find("trun"))
            halved(tfdt, 4, ">Q" if tfdt.version else ">I")
            if tfhd.flags & 8:
                halved(tfhd, 8 + 8 * bool(tfhd.flags & 1) + 4 * bool(tfhd.flags & 2))
            for sample in range(trun.count):
                for field in {"duration", "cto"} & set(trun.fields):
                    trun.set(sample, field, trun.get(sample, field) // 2)

    p.edit(p.init(playlist), init)
    for name in p.segments(playlist):
        p.edit(name, segment, keep=True)


@mutation("D45", bases=("shaka_live",))
def switching_between_timescales(p):
    halve_timescale(p, p.video(1))
    mpd(p, r'timescale="12288" (initialization="v240[^>]*>\s*<SegmentTimeline>\s*<S t="0" d=)"49152"',
        r'timescale="6144" \1"24576"')  # fmt: skip
    give(p, "AdaptationSet", 'bitstreamSwitching="true"')


@mutation("D65", bases=("rung_two",))
def no_main_video(p):
    mpd(p, r'<Role [^>]*value="main"/>', "", 2)


@mutation("D65", bases=("shaka_dolby",))
def audio_of_roles_but_main(p):
    mpd(p, r'(<AdaptationSet[^>]*contentType="audio"[\s\S]*?)(<Representation)',
        r'\1<Role schemeIdUri="urn:mpeg:dash:role:2011" value="commentary"/>\2')  # fmt: skip


@mutation("D65", bases=("rung_two",))
def main_role_under_another_scheme(p):
    mpd(p, r'role:2011" value="main"', 'role:2010" value="main"', 2)
