# SPDX-License-Identifier: BSD-2-Clause
"""What ffprobe and ffmpeg say about a file: the opinion that is not ours."""
import array
import json
import math
import os
import re
import subprocess
from fractions import Fraction

LIMIT_S = 300


class OracleError(Exception):
    stdout = b""


def run(arguments, limit_s=LIMIT_S):
    done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=limit_s)
    if done.returncode != 0:
        error = OracleError("%s: %s" % (" ".join(arguments[:6]), done.stderr.decode(errors="replace")[-600:]))
        error.stdout = done.stdout
        raise error
    return done


def url(path):
    """A name ffmpeg takes as a file whatever is in it."""
    return "file:" + os.path.abspath(path)


def probe(path, *show, streams=None, count=False):
    command = ["ffprobe", "-v", "error", "-of", "json"]
    if streams:
        command += ["-select_streams", streams]
    if count:
        command += ["-count_frames"]
    for section in show or ("-show_streams", "-show_format"):
        command += section.split("=", 1) if "=" in section else [section]
    return json.loads(run(command + [url(path)]).stdout)


def video_stream(path):
    streams = probe(path, "-show_streams", streams="v", count=True).get("streams", [])
    return streams[0] if streams else None


def packets(path, stream):
    return probe(path, "-show_packets", streams=stream)["packets"]


def frame_count(path, stream="v:0"):
    streams = probe(path, "-show_streams", streams=stream, count=True)["streams"]
    return int(streams[0].get("nb_read_frames", 0)) if streams else 0


def ffmpeg(*arguments, limit_s=LIMIT_S):
    return run(["ffmpeg", "-hide_banner", "-nostdin", "-y"] + list(arguments), limit_s)


def raw(path, filters, pixel_format, extra=(), stream="0:v:0", strict=True):
    """Decoded, filtered pictures as bytes; not strict: what there is, in spite of errors.
    Options in extra that begin the list with -reinit_filter belong to the input."""
    first, rest = (extra, ()) if extra[:1] == ("-reinit_filter",) else ((), extra)
    arguments = ("-v", "error", *first, "-i", url(path), "-map", stream, *rest, "-vf", filters, "-vsync",
                 "passthrough", "-pix_fmt", pixel_format, "-f", "rawvideo", "-")
    try:
        return ffmpeg(*arguments).stdout
    except OracleError as error:
        if strict:
            raise
        return error.stdout


def counters(path):
    """The frame number every picture of a counter clip carries, None where unreadable."""
    data = raw(path, "crop=iw:trunc(ih/32)*2:0:ih*29/32,scale=16:1:flags=area", "gray")
    numbers = []
    for at in range(0, len(data), 16):
        number = 0
        for value in data[at:at + 16]:
            if 90 < value < 165:
                number = None
                break
            number = number * 2 + (value >= 165)
        numbers.append(number)
    return numbers


def matrix_of(path, stream):
    """The source's matrix as the colormatrix filter names it; silent SD is BT.601."""
    found = probe(path, "-show_streams", streams=stream)["streams"][0]
    names = {"bt709": "bt709", "smpte170m": "bt601", "bt470bg": "bt601", "fcc": "bt601",
             "smpte240m": "smpte240m", "bt2020nc": "bt2020"}
    said = found.get("color_space")
    if said in names:
        return names[said]
    return "bt601" if found["width"] < 1280 and found["height"] <= 576 else "bt709"


def psnr(path, reference, size, before="", stream="0:v:0", every=1):
    """Mean luma PSNR in dB of a BT.709 rung against the reference scaled by swscale's
    bicubic, frame by frame in order. `before` is put in front of the scaling."""
    pick = "select='not(mod(n,%d))'," % every if every > 1 else ""
    # Not swscale's own conversion of the matrix: it clips colours outside RGB.
    matrix = matrix_of(reference, stream[2:])
    convert = "" if matrix == "bt709" else "colormatrix=%s:bt709," % matrix
    graph = ("[0:v:0]%ssettb=1/25,setpts=N,format=yuv420p[a];[1:%s]%s%s"
             "scale=%d:%d:flags=bicubic:out_range=tv,setsar=1,format=yuv420p,%ssettb=1/25,setpts=N[b];"
             "[a][b]psnr=eof_action=endall" % (
                 pick, stream[2:], before, pick, size[0], size[1], convert))
    done = ffmpeg("-v", "info", "-nostats", "-i", url(path), "-i", url(reference), "-lavfi", graph,
                  "-vsync", "passthrough", "-f", "null", "-")
    found = re.search(r"PSNR y:(inf|[\d.]+)", done.stderr.decode(errors="replace"))
    if not found:
        raise OracleError("no PSNR of %s against %s" % (path, reference))
    return 99.0 if found[1] == "inf" else float(found[1])


def samples(path, rate=8000, stream="0:a:0"):
    """Sound as mono floats, laid out on the presentation's time line from 0."""
    data = ffmpeg("-v", "error", "-copyts", "-i", url(path), "-map", stream, "-af",
                  "aresample=%d:async=1:first_pts=0" % rate, "-ac", "1", "-f", "s16le", "-").stdout
    values = array.array("h")
    values.frombytes(data[:len(data) // 2 * 2])
    return [v / 32768 for v in values]


def loudness(values):
    return math.sqrt(sum(v * v for v in values) / max(1, len(values)))


def strength(values, frequency, rate=8000):
    """Goertzel: how much of one frequency there is, 0 to about the amplitude."""
    step = 2 * math.cos(2 * math.pi * frequency / rate)
    a = b = 0.0
    for v in values:
        a, b = v + step * a - b, a
    return 2 * math.sqrt(max(0.0, a * a + b * b - step * a * b)) / max(1, len(values))


def pitch(values, candidates=tuple(range(300, 1300, 100)), rate=8000):
    """The loudest of the candidate pitches, or None in silence."""
    if loudness(values) < 0.01:
        return None
    return max(candidates, key=lambda f: strength(values, f, rate))


def rate_of(stream):
    return Fraction(stream["avg_frame_rate"]) if stream["avg_frame_rate"] != "0/0" else None
