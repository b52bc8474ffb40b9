# SPDX-License-Identifier: BSD-2-Clause
"""scale_cuda: whether the driver takes its PTX and what that costs, and how its pictures
compare with good CPU scalers."""

import os
import re
import shutil

from harness import FAILED, Result, in_parallel, number, run

GPU = ("-hwaccel", "cuda", "-hwaccel_output_format", "cuda")
SIZES = {720: 1280, 540: 960, 360: 640, 240: 426}
CASCADE = {720: 1080, 540: 720, 360: 540, 240: 360}
FRAMES = 12
ACCURATE = "accurate_rnd+full_chroma_int+bitexact"
REFERENCES = {
    "area": lambda w, h: f"scale={w}:{h}:flags=area+{ACCURATE}",
    "lanczos": lambda w, h: f"scale={w}:{h}:flags=lanczos+{ACCURATE}",
    "zimg": lambda w, h: f"zscale=w={w}:h={h}:filter=lanczos",
}


def jit_command(context):
    return context.ffmpeg("-v", "error", "-init_hw_device", "cuda=gpu:0", "-filter_hw_device", "gpu",
                          "-f", "lavfi", "-i", "nullsrc=s=1280x720,format=nv12", "-frames:v", "1",
                          "-vf", "hwupload_cuda,scale_cuda=640:360:interp_algo=bilinear,hwdownload,"
                          "format=nv12", "-f", "null", "-")  # fmt: skip


def folder_mib(path):
    return sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(path)
               for name in names) / 2**20


def warm(context):
    """Fills the JIT cache that the checks use, as a worker should before its first job."""
    run(context, jit_command(context), limit_s=120)


def check_jit(context):
    result, rows, statuses = Result(), [], []
    folder = context.temporary("jit_try")
    plain = jit_command(context)
    bare = [word.replace("scale_cuda=640:360:interp_algo=bilinear,", "") for word in plain]
    five = [word.replace("scale_cuda=640:360", "scale_cuda=1280:720,scale_cuda=960:540,"
                         "scale_cuda=640:360,scale_cuda=480:270,scale_cuda=426:240") for word in plain]
    tries = (
        ("no scale_cuda at all", bare, {}, False),
        ("empty cache", plain, {"CUDA_CACHE_PATH": folder}, True),
        ("warm cache", plain, {"CUDA_CACHE_PATH": folder}, False),
        ("warm cache, again", plain, {"CUDA_CACHE_PATH": folder}, False),
        ("CUDA_CACHE_DISABLE=1", plain, {"CUDA_CACHE_DISABLE": "1"}, False),
        ("five scale_cuda, CUDA_CACHE_DISABLE=1", five, {"CUDA_CACHE_DISABLE": "1"}, False),
        ("five scale_cuda, warm cache", five, {}, False),
        ("cache not writable, HOME=/nonexistent", plain,
         {"CUDA_CACHE_PATH": "/nonexistent/cache", "HOME": "/nonexistent"}, False),
        ("empty cache, CUDA_MODULE_LOADING=EAGER", plain,
         {"CUDA_CACHE_PATH": folder, "CUDA_MODULE_LOADING": "EAGER"}, True),
    )  # fmt: skip
    for label, command, env, empties in tries:
        if empties:
            shutil.rmtree(folder, ignore_errors=True)
        ran = run(context, command, env=env, limit_s=120)
        statuses.append(ran.status)
        rows.append([label, number(ran.wall_s, 2), number(ran.cpu_s, 2), ran.status,
                     number(folder_mib(folder), 2)])
        if ran.status:
            result.messages.append((context.show(command), ran.complaints()))
    result.table("One process, one picture", ("", "wall s", "CPU s", "exit", "cache MiB after"), rows)
    result.commands.append(context.show(plain))
    result.summary = (f"{rows[1][1]} s with an empty cache, {rows[2][1]} s warm, "
                      f"{rows[0][1]} s without scale_cuda")
    if any(statuses):
        result.fail("the driver refuses scale_cuda's PTX, or the process failed")
    return result


def gpu_graph(algorithm):
    """All direct and cascaded sizes of one algorithm; → (graph, names of outputs)."""
    option = f":interp_algo={algorithm}" if algorithm else ""
    parts, names = [], []

    def scaled(source, height, name, keep):
        outs = f"split=2[{name}][{name}_raw]" if keep else "null[" + name + "_raw]"
        parts.append(f"[{source}]scale_cuda={SIZES[height]}:{height}{option},{outs}")
        parts.append(f"[{name}_raw]hwdownload,format=nv12,format=yuv420p[out_{name}]")
        names.append(name)

    parts.append("[0:v]split=4" + "".join(f"[s{h}]" for h in SIZES))
    scaled("s720", 720, "direct_720", True)
    parts.append("[direct_720]split=3[p540][p360][p240]")
    scaled("s540", 540, "direct_540", True)
    scaled("s360", 360, "direct_360", False)
    scaled("s240", 240, "direct_240", False)
    scaled("p540", 540, "cascade_540", True)
    scaled("cascade_540", 360, "cascade_360", True)
    scaled("cascade_360", 240, "cascade_240", False)
    scaled("p360", 360, "from720_360", False)
    scaled("p240", 240, "from720_240", False)
    scaled("direct_540", 240, "from540_240", False)
    return ";".join(parts), names


def cpu_graph(make):
    """Direct sizes of one CPU scaler."""
    parts = ["[0:v]split=4" + "".join(f"[s{h}]" for h in SIZES)]
    parts += [f"[s{h}]{make(w, h)},format=yuv420p[out_direct_{h}]" for h, w in SIZES.items()]
    return ";".join(parts), [f"direct_{h}" for h in SIZES]


def zimg_cascade():
    parts = ["[0:v]null[c1080]"]
    for height, width in SIZES.items():
        parts.append(f"[c{CASCADE[height]}]zscale=w={width}:h={height}:filter=lanczos,"
                     f"split=2[c{height}][out_cascade_{height}]")
    parts.append("[c240]nullsink")
    return ";".join(parts), [f"cascade_{h}" for h in SIZES]


def render(context, label, clip, seek, graph, names, on_gpu):
    accel = (*GPU, "-threads", "1") if on_gpu else ()
    outs = []
    for name in names:
        outs += ["-map", f"[out_{name}]", "-frames:v", str(FRAMES), "-f", "rawvideo",
                 context.temporary(f"{label}_{name}.yuv")]
    command = context.ffmpeg("-y", "-v", "error", *accel, "-ss", seek, "-i", clip,
                             "-filter_complex", graph, *outs)
    return run(context, command)


def compare(context, made, reference, width, height):
    """(PSNR Y, PSNR of the worse chroma plane, SSIM Y) of two raw files."""
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-i")
    graph = "[0:v]split[a][b];[1:v]split[c][d];[a][c]psnr@p[x];[b][d]ssim@s[y]"
    command = [context.programs["ffmpeg"], "-nostdin", "-hide_banner", "-v", "info", "-nostats",
               *raw, made, *raw, reference, "-lavfi", graph, "-map", "[x]", "-f", "null", "-",
               "-map", "[y]", "-f", "null", "-"]  # fmt: skip
    text = run(context, command).stderr
    psnr = re.search(r"PSNR y:(\S+) u:(\S+) v:(\S+)", text)
    ssim = re.search(r"SSIM Y:(\S+)", text)
    if not psnr or not ssim:
        return None
    return float(psnr[1]), min(float(psnr[2]), float(psnr[3])), float(ssim[1])


def renders_of(clip, seek):
    """(label, graph, names, on the GPU) of everything that is made from one clip."""
    made = [(ref, *cpu_graph(make), False) for ref, make in REFERENCES.items()]
    made += [(f"gpu-{a or 'default'}", *gpu_graph(a), True)
             for a in ("bilinear", "bicubic", "lanczos", "")]
    made.append(("zimg-cascade", *zimg_cascade(), False))
    made.append(("swscale-bicubic", *cpu_graph(lambda w, h: f"scale={w}:{h}"), False))
    made.append(("swscale-bilinear", *cpu_graph(lambda w, h: f"scale={w}:{h}:flags=bilinear"), False))
    return [(label, clip, seek, graph, names, gpu) for label, graph, names, gpu in made]


def score_all(context, key, made):
    jobs = []
    for label, _, _, _, names, _ in made:
        for name in names:
            jobs += [(label, name, ref) for ref in REFERENCES if ref != label]

    def score(job):
        label, name, ref = job
        height = int(name.rsplit("_", 1)[1])
        return compare(context, context.temporary(f"{key}-{label}_{name}.yuv"),
                       context.temporary(f"{key}-{ref}_direct_{height}.yuv"), SIZES[height], height)

    return dict(zip(jobs, in_parallel(score, jobs, workers=max(2, os.cpu_count() or 2))))


def quality_rows(scores):
    rows = []
    for label, name in dict.fromkeys((job[0], job[1]) for job in scores):
        way, height = name.rsplit("_", 1)
        if way == "direct" or label.startswith(("gpu", "zimg")):
            cells = []
            for ref in REFERENCES:
                found = scores.get((label, name, ref))
                cells += ["" if not found else f"{found[0]:.1f} / {found[1]:.1f} / {found[2]:.4f}"]
            rows.append([int(height), label, way, *cells])
    return sorted(rows, key=lambda row: -row[0])


def check_quality(context):
    result = Result()
    for key, clip, seek in (("film", "main_1080p.mp4", "12"), ("rings", "rings.mp4", "0")):
        made = renders_of(context.clip(clip), seek)
        for ran in in_parallel(lambda m: render(context, f"{key}-{m[0]}", *m[1:]), made):
            if ran.status:
                result.verdict = FAILED
                result.messages.append((context.show(ran.command)[:400], ran.complaints()))
        scores = score_all(context, key, made)
        result.table(f"{clip}, {FRAMES} frames: PSNR Y / PSNR of the worse chroma / SSIM Y against three references",
                     ("rows", "scaler", "way", "swscale area", "swscale Lanczos", "zimg Lanczos"),
                     quality_rows(scores))  # fmt: skip
        if key == "film":
            seen = [scores.get((f"gpu-{a}", "direct_360", "area")) for a in ("bilinear", "bicubic")]
            result.summary = "1080→360 against area: " + ", ".join(
                f"{a} {s[0]:.1f} dB" for a, s in zip(("bilinear", "bicubic"), seen) if s)
    return result
