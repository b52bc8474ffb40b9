# SPDX-License-Identifier: BSD-2-Clause
"""Tiny clips, each made once and in software.

Every picture carries its number as oracle.counters reads it. 24 pictures a second and a
keyframe every half second, so that a span is short.
"""
import os
import threading

from kit import oracle

here = os.path.dirname(os.path.abspath(__file__))
folder = None  # set by run.py
locks = {}
lock = threading.Lock()

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "12")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "18", "-pix_fmt", "yuv420p10le", "-g", "12",
        "-x265-params", "log-level=error:keyint=12:scenecut=0:pools=1:frame-threads=1")
BT709 = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
PQ = ("-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-color_range", "tv")


def counter(size, seconds, rate=24):
    """Frames are 9 degrees of hue apart, so that a wrong one is far off for PSNR as well."""
    boxes = ["drawbox=x=0:y=ih*7/8:w=iw:h=ih/8+1:color=black:t=fill"]
    for k in range(16):
        boxes.append("drawbox=x=iw*%d/16:y=ih*7/8:w=iw/16:h=ih/8+1:color=white:t=fill:"
                     "enable='mod(floor(n/%d),2)'" % (k, 1 << (15 - k)))
    return "testsrc2=size=%s:rate=%s:duration=%s,hue=h=n*9,setsar=1,format=yuv420p,%s" % (
        size, rate, seconds, ",".join(boxes))


def encode(path, picture, *options, sound=None):
    inputs = ["-f", "lavfi", "-i", picture]
    if sound:
        inputs += ["-f", "lavfi", "-i", "sine=frequency=440:duration=%s" % sound]
        options += ("-c:a", "aac", "-b:a", "64k")
    oracle.ffmpeg("-v", "error", *inputs, *options, path)


def plain(path, size="320x180", seconds=2.5, more=(), **options):
    encode(path, counter(size, seconds), *X264, *BT709, *more, **options)


def resized(path):
    """Another size from 1.5 s on, in one transport stream."""
    parts = []
    for number, size in enumerate(("320x180", "256x144")):
        part = "%s.%d.ts" % (path, number)
        start = number * 36
        picture = counter("320x180", 3) + ",trim=start_frame=%d:end_frame=%d,setpts=PTS-STARTPTS,scale=%s" % (
            start, start + 36, size.replace("x", ":"))
        encode(part, picture, *X264, *BT709, "-bf", "0", "-muxdelay", "0", "-output_ts_offset", str(start / 24))
        parts.append(part)
    with open(path, "wb") as out:
        for part in parts:
            with open(part, "rb") as file:
                out.write(file.read())
            os.remove(part)


def damaged(path):
    """Three slices in the middle begin with nonsense, which whoever reads the stream sees."""
    whole = path + ".whole.ts"
    plain(whole, "256x144", 4.5)
    with open(whole, "rb") as file:
        data = bytearray(file.read())
    os.remove(whole)
    at = len(data) // 2
    for _ in range(3):
        at = data.index(b"\0\0\1\x41", at + 1)
        data[at + 4] ^= 255
        data[at + 5] ^= 255
    with open(path, "wb") as out:
        out.write(data)


def rotated(path):
    upright = path + ".upright.mp4"
    plain(upright)
    oracle.run(["python3", os.path.join(here, "..", "clips", "matrix.py"), upright, path, "90", "0"])
    os.remove(upright)


def interlaced(path):
    encode(path, counter("320x180", 2.5, 48) + ",tinterlace=mode=interleave_top,setfield=tff", *X264, *BT709,
           "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-top", "1")


CLIPS = {
    "h264.mp4": plain,
    "main10.mp4": lambda path: encode(path, counter("320x180", 2.5), *X265, *BT709, "-tag:v", "hvc1"),
    "vfr.mp4": lambda path: encode(
        path, counter("320x180", 2.5) + ",select='lt(t,1)+gte(t,1)*not(mod(n,3))'", "-vsync", "vfr", *X264, *BT709),
    "interlaced.ts": interlaced,
    "rotated.mp4": rotated,
    # 4:2:0 has even sides in H.264: cropped from macroblocks here, odd in VP9.
    "cropped.mp4": lambda path: plain(path, "322x182"),
    "odd.webm": lambda path: encode(path, counter("321x181", 2.5), *BT709, "-c:v", "libvpx-vp9", "-cpu-used", "8",
                                    "-deadline", "realtime", "-crf", "20", "-b:v", "0", "-g", "12"),
    "resized.ts": resized,
    "open_gop.mp4": lambda path: encode(
        path, counter("320x180", 2.5), *X264[:6], *BT709, "-x264-params",
        "open-gop=1:keyint=12:min-keyint=6:bframes=4:b-adapt=0:b-pyramid=normal:scenecut=0"),
    "damaged.ts": damaged,
    "hdr.mp4": lambda path: encode(path, counter("320x180", 2.5), *X265, *PQ, "-tag:v", "hvc1"),
    "full_range.mp4": lambda path: encode(
        path, counter("320x180", 2.5) + ",scale=out_range=full,format=yuvj420p", *X264, *BT709[:6],
        "-color_range", "pc"),
    "untagged.mp4": lambda path: encode(path, counter("320x180", 2.5), *X264),
    # Three spans: 12, 48 and 48 pictures; with sound.
    "long.mp4": lambda path: plain(path, "256x144", 4.5, sound=4.5),
}


def clip(name):
    path = os.path.join(folder, name)
    with lock:
        mine = locks.setdefault(name, threading.Lock())
    with mine:
        if not os.path.exists(path):
            new = os.path.join(folder, "new-" + name)
            CLIPS[name](new)
            os.rename(new, path)
    return path
