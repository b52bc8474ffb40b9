# SPDX-License-Identifier: BSD-2-Clause
"""Each codec and depth through the decoder engines, frame by frame the same as software."""

import re

import clips
from harness import FAILED, PROVEN, REFUSED, Result, in_parallel, run

GPU = ("-hwaccel", "cuda", "-hwaccel_output_format", "cuda")
# These have no inverse transform that is exact to the bit, so any two decoders differ a little.
INEXACT = ("mpeg2.mpg", "mpeg4.mp4", "mjpeg.avi")
INEXACT_DB = 40
HANG_S = 15
SUMS = ("-fps_mode", "passthrough", "-f", "framemd5", "-")


def sums_of(ran):
    lines = ran.stdout.decode("ascii", "replace").splitlines()
    return [line.split(",")[-1].strip() for line in lines if line and not line.startswith("#")]


def decode_both(context, clip):
    path = context.clip(clip.name)
    common = ("-i", path, "-map", "0:v:0")
    # ffmpeg's first choice for AV1 is libdav1d, which no accelerator is behind.
    native = ("-c:v", "av1") if clip.name.startswith("av1") and not context.rehearses else ()
    gpu = context.ffmpeg("-v", "verbose", *GPU, *native, *common, "-vf",
                         f"hwdownload,format={clip.download}", *SUMS)
    cpu = context.ffmpeg("-v", "error", *common, "-vf", f"format={clip.download}", *SUMS)
    return run(context, gpu), run(context, cpu)


def psnr_of_decoders(context, clip):
    path = context.clip(clip.name)
    graph = (f"[0:v]hwdownload,format={clip.download},format=yuv420p[a];[1:v]format=yuv420p[b];"
             "[a][b]psnr")
    text = run(context, context.ffmpeg("-nostats", *GPU, "-i", path, "-i", path, "-lavfi", graph,
                                       "-f", "null", "-")).stderr  # fmt: skip
    found = re.search(r"PSNR y:(\S+)", text)
    return float(found[1]) if found else 0.0


def judge_decode(context, clip):
    on_gpu, on_cpu = decode_both(context, clip)
    mine, theirs = sums_of(on_gpu), sums_of(on_cpu)
    same = sum(a == b for a, b in zip(mine, theirs))
    if on_gpu.status or not mine:
        verdict, words = REFUSED, f"exit {on_gpu.status}"
    elif mine == theirs:
        verdict, words = PROVEN, "equal"
    elif clip.name in INEXACT and len(mine) == len(theirs):
        psnr = psnr_of_decoders(context, clip)
        verdict, words = (PROVEN if psnr >= INEXACT_DB else FAILED), f"not exact: PSNR Y {psnr:.1f} dB"
    else:
        verdict, words = FAILED, f"{same} of {len(theirs)} equal, {len(mine)} came"
    return [clip, verdict, words, len(theirs), on_gpu]


def check_decoders(context):
    result, rows, surprises = Result(), [], []
    for clip, verdict, words, frames, ran in in_parallel(
            lambda c: judge_decode(context, c), clips.DECODE):
        rows.append([clip.label, clip.download, frames, verdict, words])
        if verdict != clip.expected and clip.expected != "any":
            surprises.append(f"{clip.label}: {verdict}, expected {clip.expected}")
        if verdict != PROVEN:
            result.messages.append((context.show(ran.command), ran.complaints()))
    result.table("", ("stream", "format on the host", "frames", "verdict", "md5 of frames"), rows)
    proven = sum(row[3] == PROVEN for row in rows)
    result.summary = f"{proven} of {len(rows)} kinds of stream decode right"
    if surprises:
        result.verdict = FAILED
        result.notes += surprises
    return result


def check_refusals(context):
    """What ffmpeg does with a stream the decoder engines refuse, by the way it was asked."""
    result, rows = Result(verdict=REFUSED), []
    tries = []
    for name in ("h264_10.mp4", "h264_422.mp4"):
        path = context.clip(name)
        tries += [
            (name, "nvdec, nothing asked of the format", ("-hwaccel", "cuda", "-i", path)),
            (name, "nvdec, format cuda", (*GPU, "-i", path)),
            (name, "nvdec, format cuda, scale_cuda", (*GPU, "-i", path, "-vf", "scale_cuda=320:180")),
            (name, "cuvid", ("-c:v", "h264_cuvid", "-i", path)),
        ]
    for name, way, args in tries:
        if context.rehearses and "h264_cuvid" in args:
            continue
        ran = run(context, context.ffmpeg("-v", "verbose", *args, "-f", "framemd5", "-"),
                  limit_s=HANG_S)
        rows.append([name, way, "hangs" if ran.timed_out else ran.status, len(sums_of(ran))])
        result.messages.append((context.show(ran.command), ran.complaints()))
    result.table("", ("stream", "way", "exit", "frames"), rows)
    result.summary = "; ".join(f"{row[1]}: exit {row[2]}, {row[3]} frames" for row in rows[:4])
    return result


def check_changes(context):
    """A stream whose size or depth changes midway, through a GPU ladder."""
    result, rows = Result(), []
    ladder = ("[0:v]split=2[a][b];[a]scale_cuda=1280:720:interp_algo=bilinear,hwdownload,format=nv12[v0];"
              "[b]scale_cuda=640:360:interp_algo=bilinear,hwdownload,format=nv12[v1]")
    for name, _ in clips.JOINED:
        path = context.joined_clip(name)
        cpu = run(context, context.ffmpeg("-v", "error", "-i", path, "-vf", "scale=640:360",
                                          "-f", "framemd5", "-"))
        for way, accel in (("GPU ladder", GPU), ("GPU ladder, 1 decoder thread", (*GPU, "-threads", "1"))):
            command = context.ffmpeg("-v", "verbose", *accel, "-i", path, "-filter_complex", ladder,
                                     "-map", "[v0]", "-f", "framemd5", "-", "-map", "[v1]",
                                     "-f", "null", "-")
            ran = run(context, command)
            rows.append([name, way, ran.status, len(sums_of(ran)), len(sums_of(cpu))])
            result.messages.append((context.show(command), ran.complaints(12)))
    result.table("", ("stream", "way", "exit", "frames", "frames on the CPU"), rows)
    result.summary = "; ".join(f"{r[0]}: exit {r[2]}, {r[3]} of {r[4]} frames" for r in rows[::2])
    return result
