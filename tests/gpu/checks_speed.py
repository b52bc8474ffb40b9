# SPDX-License-Identifier: BSD-2-Clause
"""Throughput: the hybrid chain (decode and scale on the GPU, scaled pictures down) against the
same on the CPU, the decoder engines' limit, and many jobs at once."""

from harness import FAILED, Result, number, run, run_together

GPU = ("-hwaccel", "cuda", "-hwaccel_output_format", "cuda", "-threads", "1")
LADDER = ((1920, 1080), (1280, 720), (960, 540), (640, 360), (426, 240))
CAPS = ((5350, 7500), (2996, 4200), (1712, 2400), (856, 1200), (428, 600))
DOWN = ",hwdownload,format=nv12"
NATIVE = {"av1_1080.mp4": ("-c:v", "av1")}  # libdav1d is ffmpeg's first choice, and runs on the CPU


def nv12_bytes(width, height):
    return width * height * 3 // 2


def ladder_bytes(sizes=LADDER):
    return sum(nv12_bytes(*size) for size in sizes)


def gpu_scales(ends, head="", algorithm="bilinear"):
    """split into scale_cuda of every size; ends[i] is put behind size i."""
    parts = [f"[0:v]{head}split={len(LADDER)}" + "".join(f"[s{i}]" for i in range(len(LADDER)))]
    for i, (width, height) in enumerate(LADDER):
        parts.append(f"[s{i}]scale_cuda={width}:{height}:interp_algo={algorithm}:passthrough=0{ends[i]}[v{i}]")
    return ";".join(parts)


def cpu_scales(head="", flags=""):
    parts = [f"[0:v]{head}split={len(LADDER)}" + "".join(f"[s{i}]" for i in range(len(LADDER)))]
    for i, (width, height) in enumerate(LADDER):
        parts.append(f"[s{i}]scale={width}:{height}{flags}[v{i}]")
    return ";".join(parts)


def to_null():
    outs = []
    for i in range(len(LADDER)):
        outs += ["-map", f"[v{i}]", "-f", "null", "-"]
    return outs


def to_x264():
    outs = []
    for i, (maxrate, bufsize) in enumerate(CAPS):
        outs += ["-map", f"[v{i}]", "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high",
                 "-crf", "23", "-maxrate", f"{maxrate}k", "-bufsize", f"{bufsize}k", "-g", "48",
                 "-keyint_min", "48", "-sc_threshold", "0", "-f", "null", "-"]  # fmt: skip
    return outs


def chains(clip):
    """(label, arguments, bytes that come down per picture)."""
    full, small = ladder_bytes(), ladder_bytes(LADDER[1:])
    one, source = ("-f", "null", "-"), ("-i", clip)
    return (
        ("CPU decode", (*source, *one), 0),
        ("GPU decode, default threads", (*GPU[:4], *source, *one), 0),
        ("GPU decode, 1 thread", (*GPU, *source, *one), 0),
        ("GPU decode, hwdownload 1080p", (*GPU, *source, "-vf", DOWN[1:], *one), nv12_bytes(1920, 1080)),
        ("GPU decode, 5 × scale_cuda, none down",
         (*GPU, *source, "-filter_complex", gpu_scales([""] * 5), *to_null()), 0),
        ("GPU decode, 5 × scale_cuda, 4 smaller down",
         (*GPU, *source, "-filter_complex", gpu_scales(["", *[DOWN] * 4]), *to_null()), small),
        ("GPU decode, 5 × scale_cuda, 5 down",
         (*GPU, *source, "-filter_complex", gpu_scales([DOWN] * 5), *to_null()), full),
        ("the same, bicubic",
         (*GPU, *source, "-filter_complex", gpu_scales([DOWN] * 5, algorithm="bicubic"), *to_null()), full),
        ("CPU decode, hwupload_cuda, 5 × scale_cuda, 5 down",
         (*source, "-init_hw_device", "cuda=gpu:0", "-filter_hw_device", "gpu", "-filter_complex",
          gpu_scales([DOWN] * 5, "format=nv12,hwupload_cuda,"), *to_null()), full),
        ("CPU decode, 5 × swscale bicubic", (*source, "-filter_complex", cpu_scales(), *to_null()), 0),
        ("CPU decode, 5 × swscale area",
         (*source, "-filter_complex", cpu_scales(flags=":flags=area"), *to_null()), 0),
    )  # fmt: skip


def measured_row(context, label, args, down, frames_of=None):
    command = context.ffmpeg("-v", "error", *args)
    ran = run(context, command, progress=True, sample=True)
    frames = ran.frames or 1
    cells = [label, ran.status, ran.frames, number(ran.wall_s, 2), number(ran.steady_fps, 0),
             number(ran.user_s, 2), number(ran.sys_s, 2), number(1000 * ran.cpu_s / frames, 2),
             number(down * ran.frames / 1e9, 2), number(ran.device.get("memory_mib"), 0),
             number(ran.device.get("decoder_median"), 0)]
    return cells, ran


HEADER = ("chain", "exit", "pictures", "wall s", "steady pictures/s", "user s", "sys s",
          "CPU ms per picture", "GB down", "device MiB", "decoder % (median)")


def check_chains(context):
    result, rows, cpu = Result(), [], {}
    clip = context.long_clip("main_1080p.mp4", 1 if context.rehearses else 2)
    for label, args, down in chains(clip):
        cells, ran = measured_row(context, label, args, down)
        rows.append(cells)
        cpu[label] = 1000 * ran.cpu_s / (ran.frames or 1)
        context.facts[f"fps {label}"] = ran.steady_fps
        if ran.status:
            result.verdict = FAILED
            result.messages.append((context.show(ran.command), ran.complaints()))
        elif "5 down" in label or "swscale bicubic" in label:
            result.commands.append(context.show(ran.command))
    result.table("1080p H.264, no encoder", HEADER, rows)
    gpu = cpu["GPU decode, 5 × scale_cuda, 5 down"]
    host = cpu["CPU decode, 5 × swscale bicubic"]
    result.summary = (f"hybrid {rows[6][4]} pictures/s at {gpu:.2f} CPU ms each; CPU chain "
                      f"{rows[9][4]} at {host:.2f}; ratio of CPU {gpu / host:.2f}")
    return result


def check_encoding(context):
    """The same with five x264 encoders behind: what the hybrid tier is for."""
    result, rows = Result(), []
    clip = context.clip("main_1080p.mp4")
    tries = (
        ("hybrid: GPU decode and scale → x264",
         (*GPU, "-i", clip, "-filter_complex", gpu_scales([DOWN] * 5), *to_x264()), ladder_bytes()),
        ("CPU: decode, swscale bicubic → x264", ("-i", clip, "-filter_complex", cpu_scales(), *to_x264()), 0),
        ("GPU decode, 1080p down, swscale → x264",
         (*GPU, "-i", clip, "-filter_complex", cpu_scales("hwdownload,format=nv12,"), *to_x264()),
         nv12_bytes(1920, 1080)),
    )  # fmt: skip
    for turn in (1, 2):
        for label, args, down in tries[:2 if turn == 2 else 3]:
            cells, ran = measured_row(context, f"{label} (run {turn})", args, down)
            rows.append(cells)
            if ran.status:
                result.verdict = FAILED
                result.messages.append((context.show(ran.command), ran.complaints()))
            elif turn == 1:
                result.commands.append(context.show(ran.command))
    result.table("1080p H.264 → 5 × libx264 veryfast, one process", HEADER, rows)
    result.summary = f"hybrid {rows[0][3]} s wall, CPU {rows[1][3]} s wall"
    return result


def together_row(context, label, make, count):
    runs, wall_s, device = run_together(context, [make(i) for i in range(count)])
    frames = sum(r.frames for r in runs)
    begun = [r.ticks[0][0] for r in runs if r.ticks]
    steady = sum(r.steady_fps for r in runs)
    after_start = frames / (wall_s - min(begun)) if begun else 0
    failed = [r for r in runs if r.status]
    return [label, count, len(failed), frames, number(wall_s, 2), number(frames / wall_s, 0),
            number(after_start, 0), number(steady, 0), number(sum(r.cpu_s for r in runs), 1),
            number(device.get("memory_mib"), 0), number(device.get("decoder_median"), 0),
            number(device.get("decoder_peak"), 0), number(device.get("gpu_peak"), 0),
            number(device.get("video_mhz"), 0)], failed


TOGETHER = ("chain", "processes", "failed", "pictures", "wall s", "pictures/s", "after the first came",
            "sum of steady", "CPU s", "device MiB", "decoder % median", "peak", "SM % peak", "video MHz")


def check_decoder_limit(context):
    """Decode to nothing: one process, then several, until more bring nothing."""
    result, rows = Result(), []
    counts = {"main_1080p.mp4": (1, 2, 4, 7, 10, 14), "hevc_1080.mp4": (1, 7), "hevc10_1080.mp4": (1, 7)}  # fmt: skip
    if "AV1" in context.facts.get("codecs", ()):
        counts["av1_1080.mp4"] = (1, 7)
    times = {"main_1080p.mp4": 3, "hevc_1080.mp4": 22, "hevc10_1080.mp4": 44, "av1_1080.mp4": 22}
    for name, processes in counts.items():
        clip = context.long_clip(name, 1 if context.rehearses else times[name])
        for count in processes[:2] if context.rehearses else processes:
            row, failed = together_row(context, name, lambda _, c=clip: context.ffmpeg(
                "-v", "error", *GPU, *NATIVE.get(name, ()), "-i", c, "-f", "null", "-"), count)  # fmt: skip
            rows.append(row)
            if failed:
                result.messages.append((f"{name} × {count}", failed[0].complaints()))
    result.table("", TOGETHER, rows)
    best = max(rows[: len(counts["main_1080p.mp4"])], key=lambda r: float(r[6]))
    context.facts["engine limit"] = float(best[6])
    result.summary = f"H.264 1080p: {rows[0][7]} pictures/s in one process, {best[6]} in {best[1]}"
    return result


def check_jobs(context):
    """Hybrid jobs without encoders, side by side."""
    result, rows = Result(), []
    clip = context.long_clip("main_1080p.mp4", 1 if context.rehearses else 2)
    graph = gpu_scales([DOWN] * 5)
    for count in (1, 2) if context.rehearses else (1, 2, 4, 7, 10, 14):
        row, failed = together_row(context, "GPU decode, 5 × scale_cuda, 5 down", lambda _: context.ffmpeg(
            "-v", "error", *GPU, "-i", clip, "-filter_complex", graph, *to_null()), count)  # fmt: skip
        rows.append(row)
        if failed:
            result.messages.append((f"{count} jobs", failed[0].complaints()))
    result.table("", TOGETHER, rows)
    best = max(rows, key=lambda r: float(r[6]))
    result.summary = f"{rows[0][7]} pictures/s in one job, {best[6]} in {best[1]}"
    return result
