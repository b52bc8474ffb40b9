# SPDX-License-Identifier: BSD-2-Clause
"""Rates measured from a track's segments: peak as RFC 8216 4.1 defines it, average,
and the rate that DASH's buffer model needs (ISO/IEC 23009-1 5.3.5.2)."""

from fractions import Fraction


def spans(track):
    """[(bits, seconds)] of each segment as played."""
    return [
        (segment.size * 8, end - start)
        for segment, (start, end) in zip(track.segments, track.bounds())
    ]


def run_peak_bps(measured, target):
    """The largest rate of a run of [(bits, seconds)] that lasts 0.5 to 1.5 target
    durations; None when no run does."""
    best = None
    for first in range(len(measured)):
        bits, seconds = 0, Fraction(0)
        for size, duration in measured[first:]:
            bits += size
            seconds += duration
            if seconds > Fraction(3, 2) * target:
                break
            if seconds >= Fraction(1, 2) * target:
                best = max(best or 0, bits / seconds)
    return best


def peak_bps(track, target):
    # A presentation shorter than half a target duration has no such run.
    return run_peak_bps(spans(track), target) or average_bps(track)


def average_bps(track):
    measured = spans(track)
    return Fraction(sum(bits for bits, _ in measured)) / sum(seconds for _, seconds in measured)


def underflow(track, bandwidth, buffer_seconds):
    """The first moment at which a client that began at some segment with buffer_seconds
    of data lacks a sample, or None. Sample k is needed at its decode time."""
    points = []  # (decode time, bits up to and with the sample), by segment
    starts = []
    total = 0
    for segment in track.segments:
        starts.append((track.seconds(segment.tfdt()), total))
        for fragment in segment.fragments:
            for sample in fragment.samples:
                points.append((track.seconds(sample.dts), total + (sample.offset + sample.size) * 8))
        total += segment.size * 8
    # bits(t) - bits(start) <= bandwidth * (buffer + t - start) for every start before t:
    # compare with the start where bits - bandwidth * time is least.
    least = None
    following = 0
    for time, bits in points:
        while following < len(starts) and starts[following][0] <= time:
            slack = starts[following][1] - bandwidth * starts[following][0]
            least = slack if least is None else min(least, slack)
            following += 1
        if bits - bandwidth * time - least > bandwidth * buffer_seconds:
            return time
    return None
