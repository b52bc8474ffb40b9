# SPDX-License-Identifier: BSD-2-Clause
"""What the machine and its driver are: device, libraries, decoder capabilities, contexts,
copies to the host, the missing encoder. Nothing here judges a picture."""

import ctypes
import os
import platform
import re
import shutil
import statistics
import subprocess
import time

from driver import Surface, new_stream
from harness import FAILED, PROVEN, REFUSED, Result, number, run

SMI_LINES = re.compile(
    r"^\s*(Product Name|Product Architecture|Driver Version|CUDA Version|MIG Mode|Current|"
    r"Persistence Mode|Compute Mode|Total|Encoder|Decoder|JPEG|OFA|Video|SM|"
    r"Virtualization Mode|Active Sessions|Average FPS)\s*: .*$")
LADDER = ((1920, 1080), (1280, 720), (960, 540), (640, 360), (426, 240))


def smi(*args):
    if not shutil.which("nvidia-smi"):
        return ""
    return subprocess.run(["nvidia-smi", *args], capture_output=True, text=True, check=False,
                          timeout=60).stdout


def cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        found = re.search(r"model name\s*: (.*)", file.read())
    return found[1] if found else "?"


def check_device(context):
    result, driver = Result(), context.driver
    fields = "name,driver_version,memory.total,compute_cap,pci.bus_id,mig.mode.current"
    asked = smi(f"--query-gpu={fields}", "--format=csv,noheader").strip().splitlines()
    values = [v.strip() for v in asked[0].split(",")] if asked else []
    facts = list(zip(("device", "driver", "memory", "compute capability", "bus", "MIG"), values))
    facts += [("CUDA version of the driver", driver.version()), ("devices", driver.device_count),
              ("cuInit, ms", number(driver.init_s * 1000)),
              ("NVENC API of libnvidia-encode", driver.encode_api())]
    facts += [(name, os.environ.get(name, "(not set)")) for name in
              ("NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_VISIBLE_DEVICES", "CUDA_MODULE_LOADING")]
    facts += [("nodes", " ".join(sorted(n for n in os.listdir("/dev") if "nvidia" in n)))]
    facts += [("CPU", f"{os.cpu_count()} × {cpu_model()}"),
              ("system", f"{platform.system()} {platform.release()}, {platform.libc_ver()[1]}")]
    result.table("Machine", ("", ""), facts)
    result.table("Libraries of the driver", ("library", "where"), driver.libraries())
    lines = [line.strip() for line in smi("-q").splitlines() if SMI_LINES.match(line)]
    result.messages.append(("nvidia-smi -q (lines that matter)", lines[:48]))
    result.summary = ", ".join(values[:3])
    return result


def check_decoder_caps(context):
    handle, _ = context.driver.context()
    try:
        rows = context.driver.decoder_caps()
    finally:
        context.driver.end_context(handle)
    result = Result(summary=f"{len(rows)} kinds of stream granted by cuvidGetDecoderCaps")
    result.table("", ("codec", "chroma", "bits", "decoder engines", "least size", "largest",
                      "macroblocks"), rows)  # fmt: skip
    context.facts["codecs"] = {row[0] for row in rows}
    if rows:
        context.facts["engines"] = max(row[3] for row in rows)
    else:
        result.fail("no library, or it grants nothing")
    return result


def check_contexts(context):
    driver, result, rows = context.driver, Result(), []
    base = driver.nvml_memory()
    for turn in range(5):
        handle, seconds = driver.context()
        used = driver.nvml_memory()
        start = time.perf_counter()
        driver.end_context(handle)
        gone_s = time.perf_counter() - start
        rows.append([turn + 1, number(seconds * 1000), number(gone_s * 1000),
                     number((used - base) / 2**20, 0) if base is not None else ""])
    result.table("", ("context", "create ms", "destroy ms", "device memory MiB"), rows)
    result.summary = f"first context {rows[0][1]} ms, later ones {rows[-1][1]} ms"
    return result


def timed_us(action, times=60):
    action()
    spans = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        spans.append(time.perf_counter() - start)
    return statistics.median(spans) * 1e6


def copy_row(driver, width, height):
    surface = Surface(driver, width, height)
    pageable = ctypes.create_string_buffer(surface.size)
    address = ctypes.addressof(pageable)
    pinned, stream = surface.pinned(), new_stream(driver)

    def fresh():
        import mmap  # pages that were never touched, as a buffer outside a pool has

        with mmap.mmap(-1, surface.size) as area:
            view = ctypes.c_char.from_buffer(area)
            surface.copy(ctypes.addressof(view))
            del view

    def in_stream():
        surface.copy(pinned, stream=stream)
        driver.call("cuStreamSynchronize", stream)

    spans = [timed_us(a) for a in (fresh, lambda: surface.copy(address),
                                   lambda: surface.copy(pinned), in_stream,
                                   lambda: surface.copy(address, down=False),
                                   lambda: surface.copy(pinned, down=False))]
    registered = ctypes.create_string_buffer(surface.size)
    start = time.perf_counter()
    driver.call("cuMemHostRegister_v2", ctypes.c_void_p(ctypes.addressof(registered)),
                ctypes.c_size_t(surface.size), 0)
    register_us = (time.perf_counter() - start) * 1e6
    driver.call("cuMemHostUnregister", ctypes.c_void_p(ctypes.addressof(registered)))
    surface.free_pinned(pinned)
    surface.free()
    rates = [surface.size / us / 1000 for us in (spans[1], spans[3])]
    return [f"{width}x{height}", surface.size, *(number(us, 0) for us in spans),
            number(register_us, 0), *(number(r, 2) for r in rates)], spans


def check_copies(context):
    driver, result = context.driver, Result()
    handle, _ = driver.context()
    try:
        made = [copy_row(driver, *size) for size in (*LADDER, (3840, 2160))]
    finally:
        driver.end_context(handle)
    result.table("One NV12 picture, two 2D copies; µs, median of 60",
                 ("size", "bytes", "down, fresh pages", "down, pageable", "down, pinned",
                  "down, pinned, stream", "up, pageable", "up, pinned", "register a buffer",
                  "GB/s pageable", "GB/s pinned"), [row for row, _ in made])  # fmt: skip
    ladder = [spans for _, spans in made[:5]]
    pageable, pinned = (sum(s[i] for s in ladder) for i in (1, 3))
    result.summary = (f"a ladder of 5 sizes comes down in {pageable:.0f} µs pageable, "
                      f"{pinned:.0f} µs pinned")
    return result


def check_no_encoder(context):
    result = Result(verdict=REFUSED)
    source = ["-f", "lavfi", "-i", "testsrc2=s=640x360:d=0.5", "-pix_fmt", "yuv420p"]
    rows = []
    for encoder in ("h264_nvenc", "hevc_nvenc", "av1_nvenc"):
        command = context.ffmpeg("-v", "verbose", *source, "-c:v", encoder, "-f", "null", "-")
        ran = run(context, command)
        rows.append([encoder, ran.status, "works" if ran.status == 0 else "refused"])
        result.messages.append((context.show(command), ran.complaints(10)))
        if ran.status == 0:
            result.verdict = PROVEN
    result.table("", ("encoder", "exit", ""), rows)
    result.summary = "; ".join(f"{row[0]} {row[2]}" for row in rows)
    return result


def first_picture(context, label, *args):
    spans, ran = [], None
    for _ in range(3):
        ran = run(context, context.ffmpeg("-v", "error", *args))
        spans.append(ran.wall_s)
    return [label, number(min(spans) * 1000, 0), number(max(spans) * 1000, 0),
            number(ran.cpu_s * 1000, 0), ran.status]


def check_first_picture(context):
    """Whole processes that show one picture: what a probe or a new engine process costs."""
    clip, one = context.clip("main_1080p.mp4"), ("-frames:v", "1", "-f", "null", "-")
    gpu = ("-hwaccel", "cuda", "-hwaccel_output_format", "cuda")
    rows = [
        first_picture(context, "CPU decode", "-i", clip, *one),
        first_picture(context, "GPU decode", *gpu, "-i", clip, *one),
        first_picture(context, "GPU decode, 1 decoder thread", *gpu, "-threads", "1", "-i", clip, *one),
        first_picture(context, "GPU decode, hwdownload", *gpu, "-i", clip, "-vf",
                      "hwdownload,format=nv12", *one),
        first_picture(context, "GPU decode, scale_cuda, hwdownload", *gpu, "-i", clip, "-vf",
                      "scale_cuda=640:360:interp_algo=bilinear,hwdownload,format=nv12", *one),
    ]  # fmt: skip
    result = Result()
    result.table("", ("process", "least ms", "most ms", "CPU ms (last)", "exit"), rows)
    result.summary = f"{rows[-1][1]} ms to the first scaled picture, {rows[0][1]} ms on the CPU"
    if any(row[4] for row in rows):
        result.verdict = FAILED
    return result
