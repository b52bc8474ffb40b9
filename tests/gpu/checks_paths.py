# SPDX-License-Identifier: BSD-2-Clause
"""Parts of the chain beside plain scaling: pictures held, deinterlacing, 10 bit, uploads."""

import re

from harness import FAILED, Result, number, run

GPU = ("-hwaccel", "cuda", "-hwaccel_output_format", "cuda")


def check_passthrough(context):
    """A filter that keeps N pictures stands for an encoder's queue."""
    result, rows = Result(), []
    clip = context.clip("h264_1080.ts")
    tries = [(p, n, extra, threads) for p in (1, 0) for n in (4, 8, 12, 20)
             for extra, threads in ((0, 1), (0, 0))]
    tries += [(1, 20, 24, 1)]
    for passthrough, held, extra, threads in tries:
        order = " ".join(str(i) for i in range(held))
        args = [*GPU, "-threads", str(threads)]
        args += ["-extra_hw_frames", str(extra)] if extra else []
        graph = (f"scale_cuda=1920:1080:interp_algo=bilinear:passthrough={passthrough},"
                 f"shuffleframes={order},hwdownload,format=nv12")
        command = context.ffmpeg("-v", "error", *args, "-i", clip, "-vf", graph, "-f", "framemd5", "-")
        ran = run(context, command, sample=True, limit_s=30)
        frames = sum(1 for line in ran.stdout.splitlines() if not line.startswith(b"#"))
        rows.append([passthrough, held, extra, threads or "default", ran.status, frames,
                     number(ran.device.get("memory_mib"), 0)])
        if ran.status or b"decoder surfaces" in ran.stderr.encode():
            result.messages.append((context.show(command), ran.complaints(4)))
    result.table("24 pictures; a filter holds N of them",
                 ("passthrough", "held", "extra_hw_frames", "decoder threads", "exit", "frames",
                  "device MiB"), rows)  # fmt: skip
    lost = [f"passthrough={r[0]}, {r[1]} held, {r[3]} threads" for r in rows if r[4] or r[5] < 20]
    result.summary = "short of surfaces: " + ("; ".join(lost) or "never")
    if any(r[0] == 0 and r[4] for r in rows):
        result.verdict = FAILED
    return result


def psnr_of(context, args, graph):
    ran = run(context, context.ffmpeg("-v", "info", "-nostats", *args, "-lavfi", graph, "-f", "null", "-"))
    found = re.search(r"PSNR y:(\S+) u:(\S+) v:(\S+)", ran.stderr)
    return ran, (found.groups() if found else ("", "", ""))


def check_deinterlacing(context):
    result, rows = Result(), []
    clip = context.clip("interlaced_1080.ts")
    for mode in ("send_frame", "send_field"):
        graph = (f"[0:v]yadif_cuda=mode={mode},hwdownload,format=nv12,format=yuv420p[a];"
                 f"[1:v]yadif=mode={mode},format=yuv420p[b];[a][b]psnr")
        ran, planes = psnr_of(context, (*GPU, "-i", clip, "-i", clip), graph)
        rows.append([f"yadif_cuda {mode}", ran.status, *planes])
        if ran.status:
            result.verdict = FAILED
            result.messages.append((context.show(ran.command), ran.complaints()))
    graph = ("[0:v]yadif_cuda=mode=send_frame,hwdownload,format=nv12,format=yuv420p[a];"
             "[1:v]bwdif=mode=send_frame,format=yuv420p[b];[a][b]psnr")
    ran, planes = psnr_of(context, (*GPU, "-i", clip, "-i", clip), graph)
    rows.append(["yadif_cuda against CPU bwdif", ran.status, *planes])
    command = context.ffmpeg("-v", "error", *GPU, "-i", clip, "-vf", "bwdif_cuda,hwdownload,format=nv12",
                             "-f", "null", "-")
    ran = run(context, command)
    rows.append(["bwdif_cuda", ran.status, "", "", ""])
    result.messages.append((context.show(command), ran.complaints(3)))
    result.table("PSNR against the CPU's filter of the same name", ("filter", "exit", "Y", "U", "V"), rows)
    result.summary = f"yadif_cuda PSNR Y {rows[0][2]}; bwdif_cuda " + ("there" if ran.status == 0 else "missing")
    return result


def check_ten_bit(context):
    """P010 through scale_cuda, and down to 8 bit on the way."""
    result, rows = Result(), []
    clip = context.clip("hevc10_1080.mp4")
    tries = (
        ("P010 → 1280x720 P010", "scale_cuda=1280:720:interp_algo=bilinear", "p010le",
         "scale=1280:720:flags=area+accurate_rnd,format=yuv420p10le", "yuv420p10le"),
        ("P010 → 640x360 P010", "scale_cuda=640:360:interp_algo=bilinear", "p010le",
         "scale=640:360:flags=area+accurate_rnd,format=yuv420p10le", "yuv420p10le"),
        ("P010 → 640x360 NV12 on the device", "scale_cuda=640:360:interp_algo=bilinear:format=nv12",
         "nv12", "scale=640:360:flags=area+accurate_rnd,format=yuv420p", "yuv420p"),
        ("P010 → 640x360 yuv420p on the device",
         "scale_cuda=640:360:interp_algo=bilinear:format=yuv420p", "yuv420p",
         "scale=640:360:flags=area+accurate_rnd,format=yuv420p", "yuv420p"),
        ("P010 → 1920x1080 NV12 (depth only)", "scale_cuda=1920:1080:interp_algo=bilinear:format=nv12",
         "nv12", "format=yuv420p", "yuv420p"),
    )  # fmt: skip
    for label, filters, down, cpu, common in tries:
        graph = (f"[0:v]{filters},hwdownload,format={down},format={common}[a];"
                 f"[1:v]{cpu}[b];[a][b]psnr")
        ran, planes = psnr_of(context, (*GPU, "-i", clip, "-i", clip), graph)
        rows.append([label, ran.status, *planes])
        if ran.status:
            result.verdict = FAILED
            result.messages.append((context.show(ran.command), ran.complaints()))
    result.table("PSNR against swscale area", ("path", "exit", "Y", "U", "V"), rows)
    result.summary = "; ".join(f"{r[0]}: Y {r[2] or 'none'}" for r in rows[:3])
    return result


def check_upload(context):
    """hwupload_cuda alone: pictures a second, beside the source that feeds it."""
    result, rows = Result(), []
    for size in ("1920x1080", "1280x720"):
        source = ("-f", "lavfi", "-i", f"nullsrc=s={size}:r=1000,format=nv12")
        for label, filters in (("source alone", "null"), ("hwupload_cuda", "hwupload_cuda"),
                               ("hwupload_cuda, hwdownload", "hwupload_cuda,hwdownload,format=nv12")):
            ran = run(context, context.ffmpeg(
                "-v", "error", *source, "-frames:v", "4000", "-vf", filters, "-f", "null", "-"),
                progress=True)  # fmt: skip
            rows.append([size, label, ran.status, number(ran.steady_fps, 0), number(ran.cpu_s, 2)])
    result.table("4000 pictures", ("size", "", "exit", "pictures/s", "CPU s"), rows)
    result.summary = f"{rows[1][3]} pictures of 1080p a second up"
    return result


