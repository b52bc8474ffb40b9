# SPDX-License-Identifier: BSD-2-Clause
"""Faults in dates in media playlists: EXT-X-PROGRAM-DATE-TIME and EXT-X-DATERANGE."""

from hls_edit import date_others
from kit import mutation


def put_date(p, text, playlist=None):
    """This date in one playlist, a sound one in all others."""
    playlist = playlist or p.video()
    p.insert_before(playlist, "EXTINF", f"#EXT-X-PROGRAM-DATE-TIME:{text}")
    date_others(p, playlist)


@mutation("M39")
def date_time_without_zone(p):
    put_date(p, "2024-05-06T07:08:09.000")


@mutation("M16")
def date_time_is_no_date(p):
    put_date(p, "yesterday")


@mutation("M16")
def date_time_of_month_thirteen(p):
    put_date(p, "2024-13-06T07:08:09.000Z")


def put_range(p, text, is_dated=True):
    if is_dated:
        put_date(p, "2024-05-06T07:08:09.000Z")
    p.insert_before(p.video(), "EXTINF", f"#EXT-X-DATERANGE:{text}")


@mutation("M17")
def date_range_without_id(p):
    put_range(p, 'START-DATE="2024-05-06T07:08:09Z"')


@mutation("M17")
def date_range_without_dates(p):
    put_range(p, 'ID="a",START-DATE="2024-05-06T07:08:09Z"', is_dated=False)


@mutation("M17")
def date_range_end_on_next_without_class(p):
    put_range(p, 'ID="a",START-DATE="2024-05-06T07:08:09Z",END-ON-NEXT=YES')


@mutation("M17")
def date_range_end_on_next_with_duration(p):
    put_range(p, 'ID="a",CLASS="c",START-DATE="2024-05-06T07:08:09Z",END-ON-NEXT=YES,DURATION=3')


@mutation("M17")
def date_range_that_ends_before_it_starts(p):
    put_range(p, 'ID="a",START-DATE="2024-05-06T07:08:09Z",END-DATE="2024-05-06T07:08:08Z"')


@mutation("M16")
def date_time_with_a_space(p):
    put_date(p, "2024-05-06 07:08:09.000Z")


@mutation("M16")
def date_time_of_the_thirtieth_of_february(p):
    put_date(p, "2024-02-30T07:08:09.000Z")


@mutation("M39", bases=("shaka_live",))
def date_time_without_zone_in_audio(p):
    put_date(p, "2024-05-06T07:08:09", p.audio())


@mutation("M39", bases=("ffmpeg_range",))
def date_time_without_zone_in_the_second_variant(p):
    put_date(p, "2024-05-06T07:08:09.123456", p.video(1))


def date_segments(p, playlist, *seconds):
    """Dates before the first segments, so many seconds after the minute."""
    parts = p.text(playlist).split("#EXTINF")
    for i, second in enumerate(seconds):
        parts[i] += f"#EXT-X-PROGRAM-DATE-TIME:2024-05-06T07:08:{second}Z\n"
    p.write(playlist, "#EXTINF".join(parts))
    date_others(p, playlist, f"2024-05-06T07:08:{seconds[0]}Z")


@mutation("M33")
def dates_further_apart_than_segments(p):
    date_segments(p, p.video(), "00.000", "06.000")


@mutation("M33", bases=("ffmpeg_range",))
def dates_that_drift(p):
    date_segments(p, p.video(), "00.000", "03.700", "07.400")


@mutation("M33", bases=("shaka_live",))
def dates_that_go_back(p):
    date_segments(p, p.audio(), "30.000", "26.000")


@mutation("M33")
def one_date_for_all_segments(p):
    date_segments(p, p.video(1), "00.000", "00.000", "00.000")


@mutation("M17")
def two_ranges_of_one_id_disagree(p):
    put_range(p, 'ID="a",START-DATE="2024-05-06T07:08:09Z"\n#EXT-X-DATERANGE:ID="a",START-DATE="2024-05-06T07:08:10Z"')


@mutation("M17")
def date_range_without_start(p):
    put_range(p, 'ID="a",DURATION=3')


@mutation("M41")
def date_in_one_variant_only(p):
    p.insert_before(p.video(1), "EXTINF", "#EXT-X-PROGRAM-DATE-TIME:2024-05-06T07:08:09.000Z")


@mutation("M41", bases=("shaka_live",))
def dates_missing_in_audio(p):
    for playlist in [*p.variants(), p.iframes(), p.iframes(1)]:
        p.insert_before(playlist, "EXTINF", "#EXT-X-PROGRAM-DATE-TIME:2024-05-06T07:08:09.000Z")


@mutation("M41", bases=("ffmpeg",))
def dates_an_hour_apart(p):
    p.sub(p.audio(), r"(PROGRAM-DATE-TIME:.*)\+0000", r"\1+0100", 0)


@mutation("M41")
def dates_of_two_clocks(p):
    put_date(p, "2024-05-06T07:08:11.500Z", p.audio())
