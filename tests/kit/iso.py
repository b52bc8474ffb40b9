# SPDX-License-Identifier: BSD-2-Clause
"""Just enough of ISO BMFF to say when things in init and media segments happen."""
import struct
from collections import namedtuple

Init = namedtuple("Init", "timescale media_time empty_edit")
# start and end in decode ticks; first_shown and last_shown in presentation ticks before
# the edit list; starts_with_sync: the first sample is marked as a sync sample; advance:
# the largest negative composition offset, as a positive number.
Timing = namedtuple("Timing", "start end samples first_shown shown_end starts_with_sync fragments advance")


def boxes(data, start=0, end=None):
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            raise ValueError("box %r at %d has size %d of %d" % (kind, start, size, end - start))
        yield kind.decode("latin-1"), start + head, start + size
        start += size
    if start != end:
        raise ValueError("%d stray bytes behind the last box" % (end - start))


def find(data, path, start=0, end=None):
    """The content range of the first box at a path like moov/trak/mdia/mdhd."""
    head, _, rest = path.partition("/")
    for kind, a, b in boxes(data, start, end):
        if kind == head:
            return find(data, rest, a, b) if rest else (a, b)
    return None


def read_init(data):
    a, _ = find(data, "moov/trak/mdia/mdhd")
    timescale = struct.unpack_from(">I", data, a + (20 if data[a] else 12))[0]
    media_time = empty = 0
    place = find(data, "moov/trak/edts/elst")
    if place:
        a = place[0]
        count = struct.unpack_from(">I", data, a + 4)[0]
        for i in range(count):
            if data[a]:
                duration, time = struct.unpack_from(">Qq", data, a + 8 + 20 * i)
            else:
                duration, time = struct.unpack_from(">Ii", data, a + 8 + 12 * i)
            if time < 0:
                empty += duration
            else:
                media_time = time
    return Init(timescale, media_time, empty)


def read_segment(data):
    start = end = first = last = None
    samples = fragments = advance = 0
    sync = None
    for kind, a, b in boxes(data):
        if kind != "moof":
            continue
        fragments += 1
        traf = find(data, "traf", a, b)
        tfhd, _ = find(data, "tfhd", *traf)
        flags = struct.unpack_from(">I", data, tfhd)[0] & 0xFFFFFF
        at = tfhd + 8 + 8 * bool(flags & 1) + 4 * bool(flags & 2)
        default_duration = default_flags = 0
        if flags & 8:
            default_duration = struct.unpack_from(">I", data, at)[0]
            at += 4
        at += 4 * bool(flags & 16)
        if flags & 32:
            default_flags = struct.unpack_from(">I", data, at)[0]
        tfdt, _ = find(data, "tfdt", *traf)
        time = struct.unpack_from(">Q" if data[tfdt] else ">I", data, tfdt + 4)[0]
        if start is None:
            start = time
        elif time != end:
            raise ValueError("fragment's tfdt is %d, the one before ended at %d" % (time, end))
        for inner, c, _ in boxes(data, *traf):
            if inner != "trun":
                continue
            word, count = struct.unpack_from(">II", data, c)
            version, flags = word >> 24, word & 0xFFFFFF
            at = c + 8 + 4 * bool(flags & 1)
            first_flags = None
            if flags & 4:
                first_flags = struct.unpack_from(">I", data, at)[0]
                at += 4
            for i in range(count):
                duration, sample_flags, offset = default_duration, default_flags, 0
                if flags & 0x100:
                    duration = struct.unpack_from(">I", data, at)[0]
                    at += 4
                at += 4 * bool(flags & 0x200)
                if flags & 0x400:
                    sample_flags = struct.unpack_from(">I", data, at)[0]
                    at += 4
                elif i == 0 and first_flags is not None:
                    sample_flags = first_flags
                if flags & 0x800:
                    offset = struct.unpack_from(">i" if version else ">I", data, at)[0]
                    at += 4
                if sync is None:
                    sync = not sample_flags & 0x10000
                shown = time + offset
                advance = max(advance, -offset)
                first = shown if first is None else min(first, shown)
                last = shown + duration if last is None else max(last, shown + duration)
                time += duration
                samples += 1
        end = time
    if start is None:
        raise ValueError("no fragment")
    return Timing(start, end, samples, first, last, sync, fragments, advance)
