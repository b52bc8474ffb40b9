# SPDX-License-Identifier: BSD-2-Clause
"""The clips of the GPU checks: what each is for, and how ffmpeg makes it. They are made
where a CPU has time for it (clips.py DIR) and travel; `check` only reads them.

    clips.py DIR [--source FILE]     FILE: a 1080p H.264 file of some 30 s; else a test picture
"""
import argparse
import os
import shutil
import subprocess
import sys
from collections import namedtuple

# download: the pixel format a decoded surface has on the host. expected: what is known of the
# decoder ("proven" or "refused"); another outcome makes the check fail. "any" leaves it open:
# it depends on the chip.
Clip = namedtuple("Clip", "name label download expected encode")

SMALL = ["-t", "1", "-vf", "scale=640:360:flags=area"]


def small(pixels, *encoder):
    return [*SMALL, "-pix_fmt", pixels, *encoder]


X264 = ["-c:v", "libx264", "-preset", "medium"]
X265 = ["-c:v", "libx265", "-preset", "fast", "-x265-params", "log-level=error"]
VP9 = ["-c:v", "libvpx-vp9", "-cpu-used", "5", "-deadline", "realtime", "-b:v", "600k"]
AV1 = ["-c:v", "libsvtav1", "-preset", "9", "-crf", "35"]
TFF = ["-t", "1", "-flags", "+ildct+ilme", "-top", "1"]


def interlaced(width, height):
    return ["-vf", f"fps=50,scale={width}:{height}:flags=area,tinterlace=interleave_top"]


DECODE = (
    Clip("h264_8.mp4", "H.264 High 4:2:0 8 bit", "nv12", "proven", small("yuv420p", *X264)),
    Clip("h264_mbaff.mp4", "H.264 High, interlaced (MBAFF)", "nv12", "proven",
         [*TFF, *interlaced(720, 576), *X264]),
    Clip("h264_odd.mp4", "H.264, 642x362 (cropped)", "nv12", "proven",
         ["-t", "1", "-vf", "scale=642:362:flags=area", "-pix_fmt", "yuv420p", *X264]),
    Clip("h264_tiny.mp4", "H.264, 40x40", "nv12", "any",
         ["-t", "0.5", "-vf", "scale=40:40:flags=area", "-pix_fmt", "yuv420p", *X264]),
    Clip("h264_uhd.mp4", "H.264, 3840x2160", "nv12", "proven",
         ["-t", "0.4", "-vf", "scale=3840:2160", "-pix_fmt", "yuv420p", *X264, "-preset",
          "veryfast", "-crf", "30"]),
    Clip("h264_10.mp4", "H.264 High 10", "p010le", "refused", small("yuv420p10le", *X264)),
    Clip("h264_422.mp4", "H.264 High 4:2:2 8 bit", "nv16", "refused", small("yuv422p", *X264)),
    Clip("h264_422_10.mp4", "H.264 High 4:2:2 10 bit", "p210le", "refused",
         small("yuv422p10le", *X264)),
    Clip("h264_444.mp4", "H.264 High 4:4:4 8 bit", "yuv444p", "refused", small("yuv444p", *X264)),
    Clip("hevc_8.mp4", "HEVC Main", "nv12", "proven", small("yuv420p", *X265)),
    Clip("hevc_10.mp4", "HEVC Main 10", "p010le", "proven", small("yuv420p10le", *X265)),
    Clip("hevc_12.mp4", "HEVC Main 12", "p016le", "any", small("yuv420p12le", *X265)),
    Clip("hevc_422_10.mp4", "HEVC Main 4:2:2 10", "p210le", "refused",
         small("yuv422p10le", *X265)),
    Clip("hevc_444.mp4", "HEVC 4:4:4 8 bit", "yuv444p", "any", small("yuv444p", *X265)),
    Clip("hevc_444_10.mp4", "HEVC 4:4:4 10 bit", "yuv444p16le", "any",
         small("yuv444p10le", *X265)),
    Clip("vp8.webm", "VP8", "nv12", "any",
         small("yuv420p", "-c:v", "libvpx", "-b:v", "600k", "-cpu-used", "5", "-deadline",
               "realtime")),
    Clip("vp9_8.webm", "VP9 profile 0", "nv12", "proven", small("yuv420p", *VP9)),
    Clip("vp9_10.webm", "VP9 profile 2, 10 bit", "p010le", "any",
         small("yuv420p10le", *VP9, "-profile:v", "2")),
    Clip("av1_8.mp4", "AV1 Main 8 bit", "nv12", "any", small("yuv420p", *AV1)),
    Clip("av1_10.mp4", "AV1 Main 10 bit", "p010le", "any", small("yuv420p10le", *AV1)),
    Clip("av1_grain.mp4", "AV1 Main 10 bit, film grain", "p010le", "any",
         small("yuv420p10le", *AV1, "-svtav1-params", "film-grain=20")),
    Clip("mpeg2.mpg", "MPEG-2 Main", "nv12", "proven",
         small("yuv420p", "-c:v", "mpeg2video", "-q:v", "4", "-bf", "2")),
    Clip("mpeg4.mp4", "MPEG-4 ASP", "nv12", "any",
         small("yuv420p", "-c:v", "mpeg4", "-q:v", "4", "-bf", "2")),
    Clip("mjpeg.avi", "Motion JPEG", "nv12", "any",
         small("yuvj420p", "-t", "0.3", "-c:v", "mjpeg", "-q:v", "4")),
)

# Chirp rings up to the finest detail 1080p can hold: what aliases shows here first.
RINGS = ("nullsrc=s=1920x1080:r=24:d=0.05,format=gray,geq=lum="
         "'128+100*cos(0.0017*(pow(X-960\\,2)+pow(Y-540\\,2)))',format=yuv420p")

OTHERS = (
    Clip("rings.mp4", "zone plate 1080p", "nv12", "proven",
         ["-lavfi", RINGS, "-c:v", "libx264", "-preset", "veryfast", "-qp", "6"]),
    Clip("hevc_1080.mp4", "HEVC Main 1080p, 4 s", "nv12", "proven",
         ["-t", "4", "-pix_fmt", "yuv420p", *X265, "-preset", "ultrafast", "-crf", "26"]),
    Clip("hevc10_1080.mp4", "HEVC Main 10 1080p, 2 s", "p010le", "proven",
         ["-t", "2", "-pix_fmt", "yuv420p10le", *X265, "-preset", "ultrafast", "-crf", "26"]),
    Clip("av1_1080.mp4", "AV1 1080p, 4 s", "nv12", "proven",
         ["-t", "4", "-pix_fmt", "yuv420p", *AV1, "-preset", "11"]),
    Clip("interlaced_1080.ts", "H.264 1080i25, 2 s", "nv12", "proven",
         [*TFF, "-t", "2", *interlaced(1920, 1080), *X264, "-preset", "veryfast"]),
    Clip("h264_720.ts", "H.264 720p, 1 s", "nv12", "proven",
         ["-t", "1", "-vf", "scale=1280:720:flags=area", *X264, "-preset", "veryfast"]),
    Clip("h264_1080.ts", "H.264 1080p, 1 s", "nv12", "proven",
         ["-t", "1", *X264, "-preset", "veryfast"]),
    Clip("h264_1080_10.ts", "H.264 High 10 1080p, 1 s", "p010le", "refused",
         ["-t", "1", "-pix_fmt", "yuv420p10le", *X264, "-preset", "veryfast"]),
)
# Streams that change midway; `check` joins them.
JOINED = (("change_size.ts", ("h264_1080.ts", "h264_720.ts", "h264_1080.ts")),
          ("change_depth.ts", ("h264_1080.ts", "h264_1080_10.ts", "h264_1080.ts")))
MAIN = "main_1080p.mp4"


def make(ffmpeg, source, folder, clip):
    path = os.path.join(folder, clip.name)
    if os.path.exists(path):
        return
    inputs = [] if "-lavfi" in clip.encode else ["-ss", "12", *source]
    partial = os.path.join(folder, "partial_" + clip.name)
    command = [ffmpeg, "-nostdin", "-y", "-v", "error", *inputs, *clip.encode, "-an", "-sn",
               "-fflags", "+bitexact", partial]  # fmt: skip
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    os.rename(partial, path)


def join(folder, out_path, parts):
    with open(out_path, "wb") as out:
        for part in parts:
            with open(os.path.join(folder, part), "rb") as file:
                shutil.copyfileobj(file, out)


def make_main(ffmpeg, source, folder):
    path = os.path.join(folder, MAIN)
    if os.path.exists(path):
        return
    if source:
        shutil.copyfile(source, path)
        return
    subprocess.run([ffmpeg, "-nostdin", "-v", "error", "-f", "lavfi", "-i",
                    "testsrc2=s=1920x1080:r=24:d=30", "-f", "lavfi", "-i", "sine=d=30", *X264, "-g",
                    "48", "-pix_fmt", "yuv420p", "-c:a", "aac", path], check=True)  # fmt: skip


def make_all(ffmpeg, source, folder):
    os.makedirs(folder, exist_ok=True)
    make_main(ffmpeg, source, folder)
    for clip in (*DECODE, *OTHERS):
        make(ffmpeg, ["-i", os.path.join(folder, MAIN)], folder, clip)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--source")
    parser.add_argument("--ffmpeg", default="ffmpeg")
    options = parser.parse_args()
    make_all(options.ffmpeg, options.source, options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
