# SPDX-License-Identifier: BSD-2-Clause
"""Faults of WebVTT segments in time: cues beside their segment, missing in one, on another
clock."""

import re

from kit import mutation

MAP = "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:"


def map_all(p, *ticks):
    """An X-TIMESTAMP-MAP into the first files, one for each number given."""
    for file, value in zip(p.segments(p.subtitles()), ticks):
        p.sub(file, "^WEBVTT$", f"WEBVTT\n{MAP}{value}")


def shift_cues(p, file, seconds):
    def later(m):
        whole = int(m[1]) * 60 + int(m[2]) + seconds
        return f"{whole // 60:02d}:{whole % 60:02d}.{m[3]}"

    p.sub(file, r"(?<=:)(\d\d):(\d\d)\.(\d{3})", later, 0)


@mutation("M42", bases=("shaka_text",))
def cues_that_count_from_their_segment(p):
    """Cue times of each segment from 0, and no map that says so."""
    for i, file in enumerate(p.segments(p.subtitles())):
        if i:
            shift_cues(p, file, -4 * i + 1)


@mutation("M42", bases=("shaka_text",))
def a_cue_in_its_first_segment_only(p):
    p.sub(p.segment(1, p.subtitles()), r"^00:00:03\.000 --> .*\n.*\n\n?", "")


@mutation("M42", bases=("shaka_text",))
def a_cue_in_its_last_segment_only(p):
    p.sub(p.segment(0, p.subtitles()), r"^00:00:03\.000 --> .*\n.*\n\n?", "")


@mutation("M42", bases=("shaka_text",))
def maps_ten_seconds_ahead(p):
    """What belongs to MPEG-TS that begins at 10 s, beside MP4 that begins at 0."""
    map_all(p, 900000, 900000, 900000)


@mutation("M42", bases=("shaka_text",))
def a_map_of_another_segment(p):
    map_all(p, 0, 0, 720000)


@mutation("M42", bases=("shaka_text",))
def segments_of_text_in_another_order(p):
    first, second = p.segments(p.subtitles())[:2]
    one, two = p.read(first), p.read(second)
    p.write(first, two)
    p.write(second, one)


@mutation("M42", bases=("shaka_text",))
def all_cues_in_the_first_segment(p):
    files = p.segments(p.subtitles())
    texts = [p.text(file) for file in files]
    cues = [cue for text in texts for cue in re.findall(r"^\d\d:.*\n.*\n", text, re.M)]
    p.write(files[0], "WEBVTT\n\n" + "\n".join(dict.fromkeys(cues)))
    for file in files[1:]:
        p.write(file, "WEBVTT\n")


@mutation("M43", bases=("shaka_text",))
def a_map_in_the_first_segment_only(p):
    map_all(p, 0)


@mutation("M43", bases=("shaka_text",))
def the_last_segment_without_a_map(p):
    map_all(p, 0, 0)


@mutation("M43", bases=("shaka_text",))
def a_map_in_the_second_segment_only(p):
    p.sub(p.segment(1, p.subtitles()), "^WEBVTT$", f"WEBVTT\n{MAP}0")


@mutation("M43", bases=("shaka_text",), also=("M29",))
def maps_that_stand_below_the_header(p):
    """Two have theirs, the third where nobody reads it."""
    map_all(p, 0, 0)
    p.sub(p.segment(2, p.subtitles()), "^WEBVTT$", f"WEBVTT\n\n{MAP}0")
