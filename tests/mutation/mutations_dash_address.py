# SPDX-License-Identifier: BSD-2-Clause
"""Faults in how an MPD leads to its segments: templates, lists, ranges, files (D11 to D13,
D29, D47, D58, D60, D61)."""

from dash_edit import by_lists, drop_attribute, give, mpd, on_nth, set_attribute
from kit import mutation


@mutation("D11", also=("D6", "D10"))
def one_representation_by_list(p):
    files = "".join(f'<SegmentURL media="{name}"/>' for name in p.segments(p.video()))
    addressed = f'<SegmentList timescale="24000" duration="96000"><Initialization sourceURL="{p.init()}"/>{files}</SegmentList>'
    mpd(p, r'(<Representation id="h264-360p"[^>]*)/>', rf"\1>{addressed}</Representation>")


@mutation("D12", also=("D17", "D27", "S11"))
def media_template_without_number(p):
    mpd(p, r"\$Number%05d\$", "00001")


@mutation("D12")
def unknown_identifier(p):
    mpd(p, r"\$Number%05d\$", "$Segment$")


@mutation("D12", also=("L1",))
def number_in_initialization(p):
    mpd(p, r"init\.mp4", "$Number$.mp4")


@mutation("D12")
def format_tag_malformed(p):
    mpd(p, r"\$Number%05d\$", "$Number%5x$")


@mutation("D12")
def dollar_left_open(p):
    mpd(p, r"\$Number%05d\$", "$Number%05d")


@mutation("D13")
def duration_and_timeline(p):
    set_attribute(p, "SegmentTemplate", "duration", "96000")


@mutation("D13", also=("D4", "X2"))
def neither_duration_nor_timeline(p):
    mpd(p, r"<SegmentTimeline>[\s\S]*?</SegmentTimeline>", "")


@mutation("D13")
def audio_duration_and_timeline(p):
    mpd(p, r'(<SegmentTemplate timescale="48000")', r'\1 duration="192000"')


@mutation("D29", bases=("shaka_ondemand",))
def index_range_a_byte_long(p):
    mpd(p, r'indexRange="(\d+)-(\d+)"', lambda m: f'indexRange="{m.group(1)}-{int(m.group(2)) + 1}"')


@mutation("D29", also=("D6", "S38"), bases=("shaka_ondemand",))
def index_range_elsewhere(p):
    mpd(p, r'indexRange="(\d+)-(\d+)"', lambda m: f'indexRange="{int(m.group(1)) + 8}-{int(m.group(2)) + 8}"')


@mutation("D29", also=("D25", "S1", "S24", "S38"), bases=("shaka_ondemand",))
def initialization_range_short(p):
    mpd(p, r'Initialization range="0-(\d+)"', lambda m: f'Initialization range="0-{int(m.group(1)) - 100}"')


@mutation("D29", bases=("shaka_ondemand",))
def index_range_missing(p):
    mpd(p, r' indexRange="[^"]*"', "")


@mutation("D11", bases=("shaka_live",))
def one_representation_by_duration(p):
    addressed = r'(v240/\$Number\$\.m4s" startNumber="1")>\s*<SegmentTimeline>[\s\S]*?</SegmentTimeline>\s*</SegmentTemplate>'
    mpd(p, addressed, r'\1 duration="49152"/>')


@mutation("D11", bases=("shaka_ondemand",))
def one_representation_by_its_file_alone(p):
    mpd(p, r"(<BaseURL>v240\.mp4</BaseURL>)\s*<SegmentBase[\s\S]*?</SegmentBase>", r"\1")


@mutation("D47", bases=("shaka_ondemand",))
def media_range_beyond_the_file(p):
    by_lists(p, lambda ranges: ranges[:-1] + [(ranges[-1][0], ranges[-1][1] + 40)])


@mutation("D47", bases=("shaka_ondemand",))
def index_range_exact_of_none(p):
    by_lists(p)
    give(p, "SegmentList", 'indexRangeExact="true"')


@mutation("D47")
def template_with_index_range_exact(p):
    give(p, "SegmentTemplate", 'indexRangeExact="true"')


@mutation("D47", also=("S9", "X2"), bases=("shaka_ondemand",))
def media_ranges_counted_from_one_too_many(p):
    by_lists(p, lambda ranges: [*ranges, (ranges[-1][1] + 1, ranges[-1][1] + 90000)])


def in_seconds(p, scale):
    """Template of whole seconds, which no timescale says."""
    timeline = r"\s*<SegmentTimeline>[\s\S]*?</SegmentTimeline>\s*</SegmentTemplate>"
    mpd(p, rf'(<SegmentTemplate[^>]*?) timescale="{scale}"([^>]*)>' + timeline, r'\1\2 duration="4"/>', 0)


@mutation("D58")
def video_in_seconds_that_are_not_said(p):
    in_seconds(p, 24000)


@mutation("D58")
def audio_in_seconds_that_are_not_said(p):
    in_seconds(p, 48000)


@mutation("D58", bases=("shaka_ondemand",))
def index_without_timescale(p):
    drop_attribute(p, "SegmentBase", "timescale", 0)


@mutation("D58", bases=("shaka_live",))
def representation_in_seconds_that_are_not_said(p):
    in_seconds(p, 12288)


@mutation("D60", also=("D20", "D22", "D27"))
def template_without_representation(p):
    mpd(p, r"video/\$RepresentationID\$", "video/h264-360p", 0)


@mutation("D60", also=("D20", "D22", "D27"), bases=("shaka_live",))
def second_representation_is_the_first(p):
    mpd(p, "v240/", "v360/", 0)


@mutation("D60", also=("D20", "D22", "D27"), bases=("shaka_ondemand",))
def second_file_is_the_first(p):
    mpd(p, "<BaseURL>v240", "<BaseURL>v360")


@mutation("D61")
def template_without_media(p):
    drop_attribute(p, "SegmentTemplate", "media")


@mutation("D61")
def template_without_initialization(p):
    drop_attribute(p, "SegmentTemplate", "initialization")


@mutation("D61", also=("D6",), bases=("shaka_live",))
def audio_without_segments(p):
    on_nth(p, r"<SegmentTemplate[\s\S]*?</SegmentTemplate>", lambda m: "", 3)


@mutation("D61", bases=("shaka_ondemand",))
def list_without_segments(p):
    by_lists(p, lambda ranges: [])
