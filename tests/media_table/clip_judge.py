# SPDX-License-Identifier: BSD-2-Clause
"""One clip: make it, compare it with the source as ffprobe and ffmpeg see it."""
import array
import json
import math
import os
import re
import subprocess
import sys
from collections import namedtuple
from fractions import Fraction

from kit import judge as shared
from kit import oracle, program
from kit.presentation import Presentation

RIGHT, REFUSED, WRONG = "right", "clear error", "WRONG"
Row = namedtuple("Row", "outcome made notes")

LIMIT_S = 10     # of long clips only so much is made
PSNR_DB = 24     # of luma at LONG_SIDE, ultrafast and capped; or
SOFT_PSNR_DB, SOFT_LIKENESS = 18, 0.92  # a bit less where the pictures clearly are the same
LIKENESS = 0.85  # correlation of luma where tone mapping changes levels
LONG_SIDE = 320


def judge(source, place, expected_reason):
    out = os.path.join(place, "out")
    done = program.run("transcode", "--json", "--progress", "none", "--preset", "ultrafast", "--jobs", "1",
                       "--limit-duration", LIMIT_S, "-o", out, "--", source, limit_s=240)
    if done.returncode != 0:
        return judge_refusal(done, source, out, place, expected_reason)
    if expected_reason:
        return Row(WRONG, "", "made, although it was to be refused: %s" % expected_reason)

    report = json.loads(done.out)
    wrong, notes = judge_presentation(Presentation(out), report, source, place)
    wrong += findings_of_checker(out)
    made = ", ".join("%s %dx%d" % (t["id"], t["width"], t["height"]) if t["type"] == "video" else t["id"]
                     for t in report["tracks"])
    if wrong:
        return Row(WRONG, made, "; ".join(wrong + notes))
    return Row(RIGHT, made, "; ".join(notes + [str(w) for w in report["warnings"]]))


def findings_of_checker(out):
    """What the checker of tests/checkers, which knows only the bytes, finds wrong with them."""
    checker = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "checkers", "check.py")
    done = subprocess.run([sys.executable, checker, out], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=240, check=False)
    found = [line[len("FAIL "):] for line in done.stdout.splitlines() if line.startswith("FAIL ")]
    if done.returncode != 0 and not found:
        found = ["the checker failed: " + done.stdout.strip()[-200:]]
    return found[:5]


def judge_refusal(done, source, out, place, expected_reason):
    """A refusal is clear when it is exit 1 and one line that names the file, and was expected."""
    lines = [x for x in done.err.splitlines() if x.strip() and "warning:" not in x]
    sentence = lines[-1].replace(os.path.dirname(source) + "/", "") if lines else "(nothing said)"
    wrong = []
    if done.returncode != 1:
        wrong.append("exit code %d" % done.returncode)
    if len(lines) != 1:
        wrong.append("%d lines of error" % len(lines))
    if os.path.basename(source) not in sentence:
        wrong.append("the error does not name the file")
    if os.path.exists(out):
        wrong.append("something was left behind")
    if not expected_reason:
        wrong.append("refused, and nobody expected it")
    if wrong:
        return Row(WRONG, sentence, "; ".join(wrong) + ": " + sentence)
    return Row(REFUSED, sentence, expected_reason + allowed_story(source, place, sentence))


def allowed_story(source, place, sentence):
    if "--allow-damaged" not in sentence:
        return ""
    out = os.path.join(place, "allowed")
    done = program.run("transcode", "--json", "--progress", "none", "--preset", "ultrafast", "--jobs", "1",
                       "--limit-duration", LIMIT_S, "--allow-damaged", "-o", out, "--", source)
    if done.returncode != 0:
        return " (with --allow-damaged too)"
    wrong = shared.judge_lists(Presentation(out))
    return " (with --allow-damaged: %s)" % ("; ".join(wrong) or "a presentation of %.2f s" % Presentation(out).duration)


def judge_presentation(p, report, source, place):
    wrong, notes = shared.judge_lists(p) + shared.judge_times(p, segment_of(p)), []
    facts = report["source"]
    if p.video:
        stream = facts["video"]["stream_index"]
        seen = Source(source, stream, bool(p.audio))
        a, b = judge_frames(p, seen, facts)
        wrong, notes = wrong + a, notes + b
        for t in {p.video[0].id: p.video[0], p.video[-1].id: p.video[-1]}.values():
            joined = t.joined(os.path.join(place, t.id + ".mp4"))
            rate = Fraction(t.samples) / p.duration
            wrong += shared.judge_video_track(t, joined, t.samples, rate)
            a, b = judge_picture(t, joined, rate, seen, facts)
            wrong, notes = wrong + a, notes + b
    elif any(s["codec_type"] == "video" and not is_cover(s) and int(s.get("nb_read_frames", 0)) > 0
             for s in oracle.probe(source, "-show_streams", count=True)["streams"]):
        wrong.append("the picture is missing")
    a, b = judge_sound(p, source, facts, place)
    return wrong + a, notes + b


def segment_of(p):
    t = (p.video or p.audio)[0]
    return t.seconds(t.timings[0].end - t.timings[0].start) if p.video and len(t.timings) > 1 else Fraction(4)


def is_cover(stream):
    return stream.get("disposition", {}).get("attached_pic", 0) == 1


class Source:
    """The video stream as ffprobe decodes it."""

    def __init__(self, path, index, has_audio):
        self.path, self.map, self.offset = path, "0:%d" % index, 0
        shown = oracle.probe(path, "-show_frames", "-show_streams",
                             "-show_entries=frame=width,height,pts_time,best_effort_timestamp_time,pkt_duration_time,interlaced_frame"
                             ":stream=index,width,height,sample_aspect_ratio,color_transfer,color_space,color_range,"
                             "pix_fmt,avg_frame_rate,r_frame_rate,field_order,codec_name:stream_side_data=rotation",
                             streams=str(index))
        self.stream = shown["streams"][0]
        self.frames = shown.get("frames", [])
        times = [f.get("best_effort_timestamp_time") for f in self.frames]
        self.has_times = bool(times) and all(x is not None for x in times)
        self.times = [Fraction(x) for x in times] if self.has_times else []
        gaps = [b - a for a, b in zip(self.times, self.times[1:])]
        self.is_even = bool(gaps) and min(gaps) > 0 and max(gaps) - min(gaps) <= Fraction(21, 10000)
        self.jumps = bool(gaps) and (min(gaps) <= 0 or max(gaps) > 10)
        self.changes_size = len({(f.get("width"), f.get("height")) for f in self.frames}) > 1
        self.is_interlaced = any(f.get("interlaced_frame") == 1 for f in self.frames)


def from_first_shown(seen, facts):
    """ffprobe's frames from the first one that Rung shows: it leaves out what stands
    before the first keyframe, ffmpeg guesses at it."""
    first = Fraction(facts["video"]["first_time"])
    skipped = facts["video"]["packets_before_first_key"]
    if skipped and seen.has_times and not seen.jumps:
        keep = [k for k, t in enumerate(seen.times) if t >= first - Fraction(1, 1000)]
        seen.offset = keep[0] if keep else 0
        seen.times = [seen.times[k] for k in keep] or seen.times
        seen.frames = [seen.frames[k] for k in keep] or seen.frames
        return ["%d packets before the first keyframe left out" % skipped]
    return []


def judge_frames(p, seen, facts):
    """Count and duration against ffprobe's frames."""
    wrong, notes = [], from_first_shown(seen, facts)
    count, duration = p.video[0].samples, p.duration
    rate = Fraction(count) / duration
    if seen.has_times and len(seen.times) > 1:
        gaps = sorted(b - a for a, b in zip(seen.times, seen.times[1:]))
        usual = gaps[len(gaps) // 2]
        whole = max(seen.times) - min(seen.times) + usual
        if seen.jumps:
            notes.append("source times jump: duration not compared")
        elif whole > LIMIT_S:
            due = LIMIT_S
            if abs(duration - due) > max(2 / rate, Fraction(1, 10)):
                wrong.append("lasts %.3f s, limited to %d s" % (duration, due))
        elif abs(duration - whole) > max(2 / rate, usual * 2, gaps[-1]):
            wrong.append("lasts %.3f s, ffprobe sees %.3f s" % (duration, whole))
        if seen.is_even and whole <= LIMIT_S:
            kept_rate, due = 1 / usual, len(seen.frames)
            while kept_rate > Fraction(61):
                kept_rate, due = kept_rate / 2, -(-due // 2)
            if count != due:
                wrong.append("%d frames, expected %d of the %d that ffprobe decodes" % (
                    count, due, len(seen.frames)))
        elif not seen.is_even:
            notes.append("uneven times: %d source frames became %d" % (len(seen.frames), count))
    elif seen.frames and len(seen.frames) != count and duration < LIMIT_S - 1:
        wrong.append("%d frames, ffprobe decodes %d" % (count, len(seen.frames)))
    return wrong, notes


def display_size(stream):
    width, height = stream["width"], stream["height"]
    aspect = stream.get("sample_aspect_ratio", "1:1").split(":")
    a, b = Fraction(width), Fraction(height)
    if int(aspect[0]) > 0 and int(aspect[1]) > 0:
        a *= Fraction(int(aspect[0]), int(aspect[1]))
    turn = [abs(int(float(x.get("rotation", 0)))) for x in stream.get("side_data_list", [])]
    return (b, a) if any(x in (90, 270) for x in turn) else (a, b)


def thumbnail_size(size):
    scale = Fraction(LONG_SIDE, max(max(size), 1))
    return tuple(max(2, int(x * min(scale, 1)) // 2 * 2) for x in size)


def pictures(path, indexes, small, stream, before="", convert="", changes_size=False):
    """Luma of the frames with these numbers, each a bytes of small[0] * small[1]."""
    wanted = "+".join("eq(n\\,%d)" % n for n in indexes)
    # Where the size changes in the stream, one graph still counts all frames.
    options = ("-reinit_filter", "0") if changes_size else ()
    data = oracle.raw(path, "%sselect='%s',scale=%d:%d:flags=bicubic:out_range=tv,format=yuv420p,%sformat=gray" % (
        before, wanted, small[0], small[1], convert), "gray", options, stream, strict=False)
    size = small[0] * small[1]
    return [data[i:i + size] for i in range(0, len(data) - size + 1, size)]


def likeness(a, b):
    """(PSNR in dB, correlation) of two equal-sized luma planes."""
    n = len(a)
    error = sum((x - y) * (x - y) for x, y in zip(a, b)) / n
    mean_a, mean_b = sum(a) / n, sum(b) / n
    cross = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    power = math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))
    return (10 * math.log10(255 * 255 / error) if error else 99.0), (cross / power if power > n else 1.0)


def judge_picture(t, joined, rate, seen, facts):
    """Shape, and luma at up to five frames against the frame the source shows then."""
    stream, wrong = seen.stream, []
    width, height = display_size(stream)
    size = t.size
    ratio, due = Fraction(size[0], size[1]), width / height
    slack = Fraction(2, min(size)) + Fraction(2, max(1, min(stream["width"], stream["height"])))
    if abs(ratio / due - 1) > slack:
        wrong.append("%s is %dx%d, the source's shape is %.1fx%.1f" % (t.id, *size, width, height))
    if max(size) > max(width, height) + 2 or min(size) > min(width, height) + 2:
        wrong.append("%s is %dx%d: larger than the source" % (t.id, *size))
    small = thumbnail_size(size)
    picks = sorted({int(t.samples * f) for f in (0.0, 0.25, 0.5, 0.75, 0.97)})
    if facts["video"]["packets_before_first_key"] and t.samples > 4:
        picks = [max(2, i) for i in picks]  # ffmpeg shows guesses right behind a cut
    ours = pictures(joined, picks, small, "0:v:0")
    chosen = [source_candidates(seen, i / rate, i) for i in picks]
    all_wanted = sorted({k for group in chosen for k in group})
    is_hdr = stream.get("color_transfer") in ("smpte2084", "arib-std-b67")
    matrix = oracle.matrix_of(seen.path, seen.map[2:])
    convert = "colormatrix=%s:bt709," % matrix if matrix != "bt709" else ""
    before = "bwdif=mode=send_frame:deint=interlaced," if seen.is_interlaced else ""
    theirs = dict(zip(all_wanted, pictures(seen.path, [k + seen.offset for k in all_wanted], small, seen.map,
                                           before, convert, seen.changes_size)))
    worst = (99.0, 1.0)
    for mine, group in zip(ours, chosen):
        scores = [likeness(mine, theirs[k]) for k in group if k in theirs]
        if scores:
            best = max(scores)
            worst = min(worst, best)
    note = "%s: at least %.0f dB" % (t.id, worst[0]) if not is_hdr else "%s: likeness %.2f" % (t.id, worst[1])
    is_soft = worst[0] >= SOFT_PSNR_DB and worst[1] >= SOFT_LIKENESS
    if (worst[1] < LIKENESS) if is_hdr else (worst[0] < PSNR_DB and not is_soft):
        wrong.append("%s: luma differs from ffmpeg's picture (%.1f dB, correlation %.2f)" % (t.id, *worst))
    return wrong, [note]


def source_candidates(seen, at, index):
    """Numbers of the source frames that may be on screen then; one where times are even."""
    if not seen.has_times or seen.jumps:
        last = max(0, len(seen.frames) - 1)
        return sorted({min(max(0, k), last) for k in (index - 1, index, index + 1)})
    due = seen.times[0] + at
    nearest = min(range(len(seen.times)), key=lambda k: abs(seen.times[k] - due))
    if seen.is_even:
        return [nearest]
    return [k for k in (nearest - 1, nearest, nearest + 1) if 0 <= k < len(seen.times)]


def envelope(values, rate=8000, step=80):
    return [oracle.loudness(values[i:i + step]) for i in range(0, len(values) - step + 1, step)]


def lag_of(a, b, reach=40):
    """(steps by which a is later than b, correlation there) of two loudness curves."""
    best = (0, -1.0)
    for lag in sorted(range(-reach, reach + 1), key=abs):
        x, y = a[max(0, lag):], b[max(0, -lag):]
        n = min(len(x), len(y))
        if n < 50:
            continue
        x, y = x[:n], y[:n]
        mean_x, mean_y = sum(x) / n, sum(y) / n
        power = math.sqrt(sum((v - mean_x) ** 2 for v in x) * sum((v - mean_y) ** 2 for v in y))
        score = sum((v - mean_x) * (w - mean_y) for v, w in zip(x, y)) / power if power > 1e-9 else 0
        if score > best[1] + 1e-6:
            best = (lag, score)
    return best


def judge_sound(p, source, facts, place):
    wrong, notes = [], []
    streams = oracle.probe(source, "-show_streams", streams="a")["streams"]
    usable = [s for s in streams if int(s.get("sample_rate", 0)) > 0 and s.get("channels", 0) > 0]
    if len(p.audio) != len(usable):
        text = "%d audio tracks, ffprobe sees %d with sound" % (len(p.audio), len(usable))
        (notes if len(p.audio) else wrong if usable else notes).append(text)
    for t, fact in zip(p.audio, facts["audio"]):
        joined = t.joined(os.path.join(place, "sound.mp4"))
        ours = oracle.samples(joined)
        if abs(len(ours) / 8000 - float(p.duration)) > 0.05:
            wrong.append("%s: %.3f s of sound decode, the presentation lasts %.3f s" % (
                t.id, len(ours) / 8000, p.duration))
        first = facts["video"]["first_time"] if p.video else fact["first_time"]
        theirs = source_sound(source, fact["stream_index"], Fraction(first))
        if theirs is None or facts["has_discontinuities"]:
            notes.append("%s: not compared with the source's sound" % t.id)
            continue
        length = min(len(theirs), len(ours))
        if oracle.loudness(theirs[:length]) < 0.002:
            continue
        lag, score = lag_of(envelope(ours[:length]), envelope(theirs[:length]))
        if score > 0.6 and abs(lag) > 4:
            wrong.append("%s: sound is %d ms late" % (t.id, lag * 10))
        elif score <= 0.6 and length > 8000:
            notes.append("%s: loudness curves agree little (%.2f)" % (t.id, score))
    return wrong, notes


def source_sound(source, index, first):
    """The source's sound as mono floats from the first picture on; None if ffmpeg cannot."""
    try:
        data = oracle.ffmpeg("-v", "error", "-copyts", "-i", oracle.url(source), "-map", "0:%d" % index, "-af",
                             "asetpts=PTS-(%s)/TB,aresample=8000:async=1:min_hard_comp=0.02:first_pts=0" % re.sub(
                                 r"[^0-9/-]", "", str(first)),
                             "-t", str(LIMIT_S), "-ac", "1", "-f", "s16le", "-").stdout
    except oracle.OracleError:
        return None

    values = array.array("h")
    values.frombytes(data[:len(data) // 2 * 2])
    return [v / 32768 for v in values]
