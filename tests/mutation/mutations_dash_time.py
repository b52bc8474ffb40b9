# SPDX-License-Identifier: BSD-2-Clause
"""Faults in the times that an MPD states: durations, Periods, timelines, offsets, numbers
(D3, D4, D9, D14 to D18, D40, D48, D72, D73)."""

from dash_edit import drop_attribute, give, mpd, on_nth, set_attribute, shift, two_periods
from kit import mutation


@mutation("D3", also=("X5",))
def duration_wrong(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "PT99S")


@mutation("D3", also=("X5",))
def duration_too_short(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "PT8S")


@mutation("D3")
def duration_missing(p):
    drop_attribute(p, "MPD", "mediaPresentationDuration")


@mutation("D3")
def period_duration_differs(p):
    set_attribute(p, "Period", "duration", "PT11S")


@mutation("D4")
def max_segment_duration_too_small(p):
    set_attribute(p, "MPD", "maxSegmentDuration", "PT2S")


@mutation("D4")
def max_segment_duration_just_too_small(p):
    set_attribute(p, "MPD", "maxSegmentDuration", "PT3.9S")


@mutation("D4", bases=("shaka_live", "rung"))
def max_segment_duration_zero(p):
    set_attribute(p, "MPD", "maxSegmentDuration", "PT0.5S")


@mutation("D9", also=("D3",))
def first_period_starts_late(p):
    set_attribute(p, "Period", "start", "PT10S")


@mutation("D14", also=("D17", "X2"))
def timeline_overlaps(p):
    mpd(p, r'(<S t="0" d="192512"/>\s*)<S d="191488"/>', r'\1<S t="190000" d="191488"/>')


@mutation("D14", also=("D17", "X2"))
def timeline_with_gap(p):
    mpd(p, r'(<S t="0" d="192512"/>\s*)<S d="191488"/>', r'\1<S t="200000" d="191488"/>')


@mutation("D14", also=("D17", "X2"))
def timeline_of_zero(p):
    mpd(p, '<S d="191488"/>', '<S d="0"/>')


@mutation("D14")
def repeat_minus_two(p):
    mpd(p, 'r="2"', 'r="-2"')


@mutation("D15", also=("D17",))
def timescale_differs(p):
    mpd(p, r'timescale="24000"', 'timescale="24001"')


@mutation("D15")
def timescale_ninety_thousand(p):
    def scaled(m):
        return f'timescale="90000"{m.group(1)}<S t="0" d="360000" r="2"/>'

    mpd(p, r'timescale="24000"([\s\S]*?)<S t="0" d="96000" r="2"/>', scaled)


@mutation("D15", also=("D17", "D4", "X2"))
def timescale_missing(p):
    drop_attribute(p, "SegmentTemplate", "timescale")


@mutation("D17")
def timeline_starts_late(p):
    mpd(p, '<S t="0" d="96000"', '<S t="4000" d="96000"')


@mutation("D16")
def presentation_time_offset_wrong(p):
    set_attribute(p, "SegmentTemplate", "presentationTimeOffset", "24000")


@mutation("D16", also=("D17", "D25", "M23", "S24"))
def media_starts_late(p):
    for name in p.segments(p.video()):
        shift(p, name, 24000)


@mutation("D17", also=("X2",))
def s_duration_wrong(p):
    mpd(p, 'd="192512"', 'd="190000"')


@mutation("D17", also=("D4", "X2"))
def s_duration_half_a_second_long(p):
    mpd(p, 'd="96000" r="2"', 'd="108000" r="2"')


@mutation("D17", also=("D25", "M21", "S11", "S24"))
def media_a_frame_late(p):
    shift(p, p.segment(1), 2000)


@mutation("D18", also=("D16",))
def start_number_wrong(p):
    mpd(p, 'startNumber="1"', 'startNumber="2"')


@mutation("D18", also=("X2",))
def one_segment_too_many_listed(p):
    mpd(p, 'r="2"', 'r="3"')


@mutation("D18", also=("L1",))
def representation_names_another_folder(p):
    mpd(p, r'media="video/', 'media="film/')


@mutation("D18", also=("H7",))
def last_file_missing(p):
    p.remove(p.segments()[-1])


@mutation("D9", also=("D3",))
def gap_between_periods(p):
    two_periods(p, second=' start="PT9S"')


@mutation("D9", also=("D3",))
def periods_overlap(p):
    two_periods(p, first=' duration="PT8.5S"')


@mutation("D9")
def second_period_starts_nowhere(p):
    two_periods(p, first="", second="")


@mutation("D16", also=("D3",))
def second_period_without_offset(p):
    two_periods(p, offset=lambda ticks: 0)


@mutation("D16", also=("D3",))
def second_period_with_an_offset_of_seconds(p):
    two_periods(p, offset=lambda ticks: 8)


@mutation("D17", bases=("shaka_live",))
def timeline_of_frames_counted_once_too_often(p):
    mpd(p, r'd="192512"/>\s*<S t="192512" d="191488"/>', 'd="193536"/><S t="193536" d="190464"/>')


@mutation("D17", bases=("shaka_live",))
def timeline_a_tick_too_long_each_time(p):
    mpd(p, 'd="49152" r="2"', 'd="49160" r="2"')


@mutation("D40", also=("X2",))
def one_language_ends_early(p):
    on_nth(p, r'<S d="192000"/>', lambda m: "", 2)


@mutation("D40", also=("D25", "X2"), bases=("shaka_live",))
def one_rung_ends_early(p):
    on_nth(p, ' r="2"', lambda m: ' r="1"', 2)


@mutation("D40", also=("X2",), bases=("shaka_live",))
def audio_ends_early(p):
    on_nth(p, r'<S t="384000" d="192000"/>', lambda m: "", 1)


@mutation("D48", bases=("shaka_ondemand",))
def max_subsegment_duration_too_small(p):
    give(p, "MPD", 'maxSubsegmentDuration="PT2S"')


@mutation("D48", bases=("shaka_ondemand",))
def max_subsegment_duration_rounded_down(p):
    give(p, "MPD", 'maxSubsegmentDuration="PT3.99S"')


@mutation("D48", bases=("shaka_ondemand",))
def max_subsegment_duration_of_the_video(p):
    give(p, "MPD", 'maxSubsegmentDuration="PT4S"')


@mutation("D72")
def empty_period_first(p):
    mpd(p, "<Period ", '<Period id="0" start="PT0S" duration="PT0S"/><Period ')


@mutation("D72")
def empty_period_between(p):
    two_periods(p, between='<Period id="ad" start="PT8S" duration="PT0S"/>')


@mutation("D72", bases=("shaka_live",))
def empty_period_last(p):
    mpd(p, '<Period id="0">', '<Period id="0" duration="PT12S">')
    mpd(p, "</Period>", '</Period><Period id="1" duration="PT0S"/>')


@mutation("D73")
def ept_delta_of_a_second(p):
    give(p, "SegmentTemplate", 'eptDelta="24000"')


@mutation("D73")
def ept_delta_negative(p):
    give(p, "SegmentTemplate", 'eptDelta="-4800"', 2)


@mutation("D73", bases=("shaka_live",))
def ept_delta_in_another_timescale(p):
    give(p, "SegmentTemplate", 'eptDelta="1024"', 1)
