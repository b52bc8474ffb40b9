# SPDX-License-Identifier: BSD-2-Clause
"""Faults of dynamic MPDs that one reading shows, and times that scripts cannot hold."""

import re

from dash_edit import give, make_dynamic, mpd, segments_of, set_attribute
from kit import Unchanged, mutation
from media import only_dash, shift


def start_period(p):
    """A Period of a dynamic MPD without a start is announced only."""
    if not re.search(r"<Period[^>]* start=", p.text(p.mpd)):
        give(p, "Period", 'start="PT0S"')


def last_segments(p, count, nth=1):
    """The nth timeline lists only the last segments."""
    found = list(re.finditer(r'startNumber="(\d+)"([^>]*>\s*<SegmentTimeline>)([\s\S]*?)(?=</SegmentTimeline>)',
                             p.text(p.mpd)))  # fmt: skip
    if nth > len(found):
        raise Unchanged("no such timeline")
    m, text = found[nth - 1], p.text(p.mpd)
    all_of = segments_of(m[3])
    kept = "".join(f'<S t="{t}" d="{d}"/>' for t, d in all_of[-count:])
    number = int(m[1]) + len(all_of) - count
    p.write(p.mpd, f'{text[: m.start()]}startNumber="{number}"{m[2]}{kept}{text[m.end():]}')


@mutation("D78")
def a_timeline_of_one_segment_and_a_long_buffer(p):
    only_dash(p)
    make_dynamic(p)
    last_segments(p, 1)


@mutation("D78", bases=("shaka_live",), also=("D25", "S24"))
def a_timeline_shorter_than_the_buffer(p):
    only_dash(p)
    make_dynamic(p)
    start_period(p)
    set_attribute(p, "MPD", "timeShiftBufferDepth", "PT12S")
    last_segments(p, 1)


@mutation("D78", bases=("rung_hevc",))
def a_timeline_of_audio_shorter_than_the_buffer(p):
    only_dash(p)
    make_dynamic(p)
    last_segments(p, 1, 2)


@mutation("D79")
def published_after_the_end(p):
    make_dynamic(p)
    give(p, "MPD", 'availabilityEndTime="2024-01-01T00:00:05Z"')


@mutation("D79")
def a_timeline_that_stands_still(p):
    make_dynamic(p)
    mpd(p, r' mediaPresentationDuration="[^"]*"', "")
    set_attribute(p, "MPD", "publishTime", "2024-01-01T00:10:00Z")


@mutation("D79", bases=("shaka_live",))
def an_availability_of_another_day(p):
    make_dynamic(p)
    start_period(p)
    mpd(p, r' mediaPresentationDuration="[^"]*"', "")
    set_attribute(p, "MPD", "availabilityStartTime", "2023-12-31T00:00:00Z")


LARGE = 1 << 53


def move_video(p, by):
    """The first set's media and timeline so many ticks later, and an offset that takes it back."""
    for playlist in p.variants():
        for name in p.segments(playlist):
            tree = p.tree(name)
            if not tree.find("moof/traf/tfdt").version:
                raise Unchanged("times of 32 bit")
            shift(p, name, lambda v: v + by)
    only_dash(p)
    mpd(p, r"<SegmentTemplate ", f'<SegmentTemplate presentationTimeOffset="{by}" ')
    mpd(p, r'<S t="(\d+)"', lambda m: f'<S t="{int(m[1]) + by}"')


def widen(p, by):
    """move_video where tfdt has 32 bits: only the timeline says so."""
    only_dash(p)
    mpd(p, r"<SegmentTemplate ", f'<SegmentTemplate presentationTimeOffset="{by}" ')
    mpd(p, r'<S t="(\d+)"', lambda m: f'<S t="{int(m[1]) + by}"')


@mutation("D82", also=("D16", "D17", "D3", "D40"))
def times_in_nanoseconds_since_long_ago(p):
    move_video(p, LARGE + 5 * 24000)


@mutation("D82", also=("D16", "D17", "D18", "D3", "D40"))
def a_timeline_above_what_scripts_hold(p):
    widen(p, LARGE + 24000)


@mutation("D82", also=("D16", "D17", "D18", "D3", "D40", "D14", "D25"), bases=("shaka_live",))
def a_timeline_far_above_what_scripts_hold(p):
    widen(p, LARGE * 4)
