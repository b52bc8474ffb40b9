# SPDX-License-Identifier: BSD-2-Clause
"""Judging a presentation: each function returns a list of what is wrong with it."""
import os
from fractions import Fraction

from . import oracle

MICROSECOND = Fraction(1, 1000000)


def judge_lists(p):
    """Playlists, MPD, boxes and files tell one story."""
    wrong = []
    named = {"master.m3u8", "manifest.mpd", "rung.json"}
    for t in p.tracks:
        tick_ends = [(x.start, x.end) for x in t.timings]
        if any(a[1] != b[0] for a, b in zip(tick_ends, tick_ends[1:])):
            wrong.append("%s: segments' tfdt do not continue each other" % t.id)
        if len(t.extinf) != len(t.files):
            wrong.append("%s: %d EXTINF for %d segments" % (t.id, len(t.extinf), len(t.files)))
        if "#EXT-X-ENDLIST" not in t.tags:
            wrong.append("%s: no EXT-X-ENDLIST" % t.id)
        limit = int(t.tags["#EXT-X-TARGETDURATION"])
        shift = t.init.media_time
        for k, (stated, timing) in enumerate(zip(t.extinf, t.timings)):
            # The priming of the first audio segment is heard by nobody.
            measured = t.seconds(timing.end - max(timing.start, shift if t.kind == "audio" else 0))
            if abs(stated - measured) > 2 * MICROSECOND:
                wrong.append("%s: segment %d states %s s, holds %s s" % (
                    t.id, k + 1, float(stated), float(measured)))
            if stated > limit + Fraction(1, 2):
                wrong.append("%s: segment %d is longer than the target duration" % (t.id, k + 1))
        total = sum(t.extinf)
        if abs(total - (t.end_time - t.first_time)) > len(t.files) * 2 * MICROSECOND:
            wrong.append("%s: EXTINF sum to %s, media is %s s" % (
                t.id, float(total), float(t.end_time - t.first_time)))
        named |= {os.path.relpath(x, p.root) for x in [t.init_file] + t.files}
        named.add(t.uri)
        wrong += judge_representation(p, t)
    named |= {x["URI"] for x in p.iframes}
    extra = sorted(set(p.files()) - named)
    if extra:
        wrong.append("files no manifest names: %s" % ", ".join(extra[:5]))
    if len(p.mpd.representations) != len(p.tracks):
        wrong.append("the MPD has %d representations, the master %d tracks" % (
            len(p.mpd.representations), len(p.tracks)))
    if abs(p.mpd.duration - p.duration) > Fraction(1, 1000):
        wrong.append("mediaPresentationDuration is %s, video lasts %s s" % (
            float(p.mpd.duration), float(p.duration)))
    return wrong


def judge_representation(p, t):
    item = p.mpd.representations.get(t.id)
    if item is None:
        return ["%s: not in the MPD" % t.id]
    wrong = []
    files = [os.path.relpath(x, p.root) for x in t.files]
    if item["files"] != files or item["init"] != os.path.relpath(t.init_file, p.root):
        wrong.append("%s: MPD and playlist name different files" % t.id)
    starts = [t.seconds(x.start) for x in t.timings]
    lengths = [t.seconds(x.end - x.start) for x in t.timings]
    if item["starts"] != starts or item["lengths"] != lengths:
        # The first audio segment may be stated without its priming.
        shift = t.seconds(t.init.media_time)
        starts = [max(Fraction(0), x - shift) for x in starts]
        lengths[0] -= shift
        if item["starts"] != starts or item["lengths"] != lengths:
            wrong.append("%s: SegmentTimeline differs from tfdt: %s… against %s…" % (
                t.id, [float(x) for x in item["starts"][:3]], [float(x) for x in starts[:3]]))
    return wrong


def judge_times(p, segment_s=Fraction(4)):
    """Tracks start at 0, cover the same time, and segments start on the grid with an IDR."""
    wrong = []
    for t in p.tracks:
        if t.first_time != 0:
            wrong.append("%s: first presentation time is %s" % (t.id, t.first_time))
    if p.video:
        first = p.video[0]
        for t in p.video[1:]:
            if t.end_time != p.duration:
                wrong.append("%s: ends at %s, %s at %s" % (t.id, t.end_time, first.id, p.duration))
            if [t.seconds(x.start) for x in t.timings] != [first.seconds(x.start) for x in first.timings]:
                wrong.append("%s: segments do not align with %s" % (t.id, first.id))
        for t in p.video:
            late = [k + 1 for k, x in enumerate(t.timings) if not x.starts_with_sync]
            if late:
                wrong.append("%s: segments %s do not start with a sync sample" % (t.id, late[:5]))
            frame = t.seconds(t.timings[0].end - t.timings[0].start) / t.timings[0].samples
            for k, x in enumerate(t.timings):
                at = t.seconds(x.first_shown - t.init.media_time)
                if abs(at - k * segment_s) > frame * (k + 1) / 2:
                    wrong.append("%s: segment %d starts at %s s" % (t.id, k + 1, float(at)))
                    break
    for t in p.audio:
        unit = t.seconds(t.timings[0].end - t.timings[0].start) / t.timings[0].samples
        if not -unit < t.end_time - p.duration < unit:
            wrong.append("%s: ends at %s s, the presentation at %s s" % (
                t.id, float(t.end_time), float(p.duration)))
        if p.video and len(t.files) != len(p.video[0].files):
            wrong.append("%s: %d segments, video has %d" % (t.id, len(t.files), len(p.video[0].files)))
    return wrong


def judge_video_track(t, joined, frames, rate):
    """What ffprobe sees in init plus segments: count, rate, size, order, keyframes, pixels."""
    wrong = []
    stream = oracle.video_stream(joined)
    counted = int(stream.get("nb_read_frames", 0))
    if counted != frames:
        wrong.append("%s: ffprobe decodes %d frames, expected %d" % (t.id, counted, frames))
    if (stream["width"], stream["height"]) != t.size:
        wrong.append("%s: ffprobe sees %dx%d, master says %s" % (
            t.id, stream["width"], stream["height"], t.attributes["RESOLUTION"]))
    if stream.get("sample_aspect_ratio", "1:1") not in ("1:1", "0:1"):
        wrong.append("%s: pixels are %s" % (t.id, stream["sample_aspect_ratio"]))
    if stream["width"] % 2 or stream["height"] % 2:
        wrong.append("%s: odd size" % t.id)
    if "side_data_list" in stream and any("rotation" in x for x in stream["side_data_list"]):
        wrong.append("%s: still carries a rotation" % t.id)
    base = Fraction(stream["time_base"])
    seen = oracle.packets(joined, "v:0")
    # libavformat shows a track with negative composition offsets later by the largest of
    # them, and so do players built on it: the first picture must be at 0 for it too.
    shown = sorted(int(x["pts"]) for x in seen)
    due = [round(i / rate / base) for i in range(len(shown))]
    off = [i for i, (a, b) in enumerate(zip(shown, due)) if abs(a - b) > 1]
    if off:
        wrong.append("%s: frame %d is at %s s, due at %s s" % (
            t.id, off[0], float(shown[off[0]] * base), float(due[off[0]] * base)))
    if any(int(a["dts"]) >= int(b["dts"]) for a, b in zip(seen, seen[1:])):
        wrong.append("%s: dts do not rise" % t.id)
    at = 0
    for k, timing in enumerate(t.timings):
        if at < len(seen) and not seen[at]["flags"].startswith("K"):
            wrong.append("%s: segment %d does not begin with a keyframe" % (t.id, k + 1))
        at += timing.samples
    stated = t.attributes.get("FRAME-RATE")
    if stated and abs(Fraction(stated) - rate) > Fraction(1, 1000):
        wrong.append("%s: FRAME-RATE is %s, expected %s" % (t.id, stated, float(rate)))
    return wrong


def size_fits(size, width, height, rung):
    """A size is the source's shape at a rung's short side, to the nearest pixel pair."""
    short, other = min(size), max(size)
    ratio = Fraction(max(width, height)) / Fraction(min(width, height))
    upright = (size[0] >= size[1]) == (width >= height) or abs(width - height) < 4
    return short == rung and abs(other - short * ratio) <= Fraction(3, 2) and upright
