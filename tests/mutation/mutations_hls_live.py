# SPDX-License-Identifier: BSD-2-Clause
"""Faults of live playlists that one reading shows: windows, dates, parts, what the server
offers."""

import re

from hls_edit import IFRAME
from kit import mutation

START = "2026-03-01T12:00:00.000Z"


def make_live(p, sequence=4711, keep=9, date=START, head=()):
    """No end yet in any playlist, so many segments, numbers from there on."""
    if p.exists(p.mpd):
        p.remove(p.mpd)
    if IFRAME in p.text(p.master):
        p.drop_line(p.master, IFRAME, 0)
    for name in dict.fromkeys([*p.variants(), *p.media()]):
        text = re.sub(r"^#EXT-X-(ENDLIST|PLAYLIST-TYPE|MEDIA-SEQUENCE).*\n", "", p.text(name), flags=re.M)
        top, *segments = re.split(r"^(?=#EXTINF)", text, flags=re.M)
        lines = [f"#EXT-X-MEDIA-SEQUENCE:{sequence}", *head]
        if date:
            segments[0] = f"#EXT-X-PROGRAM-DATE-TIME:{date}\n" + segments[0]
        top = re.sub(r"^(#EXT-X-TARGETDURATION.*)$", lambda m: "\n".join([m[1], *lines]), top, flags=re.M)
        p.write(name, top + "".join(segments[:keep]))


@mutation("M44")
def a_window_of_two_segments(p):
    make_live(p, keep=2)


@mutation("M44", bases=("shaka_live",))
def a_window_of_one_segment(p):
    make_live(p, keep=1)


@mutation("M44", bases=("ffmpeg_range",), also=("M2",))
def a_window_shorter_than_its_target_says(p):
    make_live(p, sequence=100)
    for name in dict.fromkeys([*p.variants(), *p.media()]):
        p.sub(name, r"^#EXT-X-TARGETDURATION:.*", "#EXT-X-TARGETDURATION:6")


@mutation("M45")
def three_segments_in_a_window(p):
    make_live(p)


@mutation("M45", bases=("shaka_live",), also=("M44",))
def three_segments_of_another_window(p):
    make_live(p, sequence=2)


@mutation("M45", bases=("ffmpeg_range",))
def three_ranges_in_a_window(p):
    make_live(p, sequence=12)


@mutation("M46")
def live_without_dates(p):
    make_live(p, date=None)


@mutation("M46", bases=("shaka_live",))
def an_event_without_dates(p):
    make_live(p, sequence=0, date=None, head=("#EXT-X-PLAYLIST-TYPE:EVENT",))


@mutation("M46", bases=("ffmpeg_range",))
def young_and_without_dates(p):
    make_live(p, sequence=0, date=None)


CONTROL = "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={0}"


def with_parts(p, lengths, control=CONTROL, hold=3.6, target=1.2):
    """The last segment of each playlist in parts of so many seconds each."""
    make_live(p, head=("#EXT-X-SERVER-CONTROL:" + control.format(hold).partition(":")[2],
                       f"#EXT-X-PART-INF:PART-TARGET={target}") if control else (f"#EXT-X-PART-INF:PART-TARGET={target}",))
    for name in dict.fromkeys([*p.variants(), *p.media()]):
        p.sub(name, r"^#EXT-X-VERSION:.*", "#EXT-X-VERSION:9")
        text = p.text(name)
        before, last = text[: text.rindex("#EXTINF")], text[text.rindex("#EXTINF") :]
        file = last.splitlines()[1]
        size = len(p.read(p.beside(name, file))) // len(lengths)
        parts = [f'#EXT-X-PART:DURATION={length},URI="{file}",BYTERANGE="{size}@{i * size}"{"" if i else ",INDEPENDENT=YES"}\n'
                 for i, length in enumerate(lengths)]  # fmt: skip
        p.write(name, before + "".join(parts) + last)


@mutation("M47")
def a_short_part_in_the_middle(p):
    with_parts(p, (1.2, 0.5, 1.2, 1.1))


@mutation("M47", bases=("shaka_live",), also=("M44",))
def parts_that_end_where_pictures_do(p):
    with_parts(p, (1.2, 1.0, 1.2, 0.6))


@mutation("M47")
def a_hint_after_the_end(p):
    p.insert_before(p.video(), "EXT-X-ENDLIST", '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="next.m4s"')


@mutation("M47", bases=("shaka_live",))
def a_hint_after_the_end_of_audio(p):
    p.insert_before(p.audio(), "EXT-X-ENDLIST", '#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="next.mp4"')


@mutation("M48")
def a_hold_back_of_two_parts(p):
    with_parts(p, (1.2, 1.2, 1.2, 0.4), hold=2.5)


@mutation("M48", bases=("shaka_live",), also=("M44",))
def parts_and_no_blocking_reload(p):
    with_parts(p, (1.2, 1.2, 1.2, 0.4), control="#EXT-X-SERVER-CONTROL:PART-HOLD-BACK={0}")


@mutation("M48", also=("M36",))
def parts_and_no_server_control(p):
    with_parts(p, (1.2, 1.2, 1.2, 0.4), control=None)


@mutation("M48")
def a_hold_back_before_the_window(p):
    make_live(p, head=("#EXT-X-SERVER-CONTROL:HOLD-BACK=30",))
