# SPDX-License-Identifier: BSD-2-Clause
"""The product's own tiers on this device: which one a job gets, what comes down, how its
pictures compare with the CPU tier's, and what it costs beside ffmpeg's chain of the same."""

import json
import os
import re
import shutil

from checks_speed import DOWN, GPU, gpu_scales, to_x264
from clips import DECODE
from harness import FAILED, NOT_RUN, Result, number, run

MISSING = Result(verdict=NOT_RUN, summary="no rung here: RUNG_BIN or --bundle names it")
WORST_LOSS_DB = 1.5  # of a rung against the CPU tier's, whose kernel the reference shares


def transcode(context, name, source, *options):
    """→ (Run, rung.json or None, folder). The folder stays for whoever looks at the pictures."""
    out = context.temporary(name)
    shutil.rmtree(out, ignore_errors=True)
    ran = run(context, [context.programs["rung"], "transcode", source, "-o", out, "--preset", "veryfast",
                        "--progress", "none", *options], limit_s=240)  # fmt: skip
    report = os.path.join(out, "rung.json")
    if ran.status or not os.path.exists(report):
        return ran, None, out
    with open(report, encoding="utf-8") as file:
        return ran, json.load(file), out


def tier_words(report):
    if not report:
        return ""
    tiers = {"/".join(t["tier"].values()) for t in report["tracks"] if t["type"] == "video"}
    return ", ".join(sorted(tiers))


def reasons(report):
    return [f"{f['stage']} {f['from']} → {f['to']}: {f['reason']}" for f in (report or {}).get("fallbacks", ())]


def psnr(context, folder, track, source):
    """Luma of one rung against the source scaled by swscale's Lanczos."""
    ran = run(context, [context.programs["ffmpeg"], "-nostdin", "-v", "info", "-i",
                        os.path.join(folder, "video", track["id"], "media.m3u8"), "-i", source, "-lavfi",
                        f"[1:v]scale={track['width']}:{track['height']}:flags=lanczos,format=yuv420p[r];"
                        "[0:v]format=yuv420p[p];[p][r]psnr=shortest=1", "-f", "null", "-"])  # fmt: skip
    found = re.search(r"PSNR y:([0-9.]+)", ran.stderr)
    return float(found[1]) if found else None


def check_downloads(result, report):
    """Scaled pictures of rungs that the CPU encodes come down once each, no others."""
    frames = None
    for track in report["tracks"]:
        if track["type"] != "video":
            continue
        down, on_device = track["frames_downloaded"], track["tier"]["scale"] != "cpu"
        comes_down = on_device and track["tier"]["encode"].startswith("lib")
        if not comes_down and down:
            result.fail(f"{track['id']}: {down} pictures came down on {tier_words(report)}")
        if comes_down:
            frames = frames or down
            if not down or down != frames:
                result.fail(f"{track['id']}: {down} pictures came down, another rung's {frames}")


def compare_pictures(context, result, runs, source):
    rows = []
    (_, on_gpu, gpu_folder), (_, on_cpu, cpu_folder) = runs
    for ours, theirs in zip(on_gpu["tracks"], on_cpu["tracks"], strict=True):
        if ours["type"] != "video":
            continue
        a, b = psnr(context, gpu_folder, ours, source), psnr(context, cpu_folder, theirs, source)
        rows.append([ours["id"], number(a, 2), number(b, 2), ours["average_bandwidth_bps"] // 1000,
                     theirs["average_bandwidth_bps"] // 1000])  # fmt: skip
        if a is None or b is None or a < b - WORST_LOSS_DB:
            result.fail(f"{ours['id']}: {number(a, 2)} dB, the CPU tier's {number(b, 2)} dB")
    result.table("Pictures: luma PSNR against the source scaled by Lanczos, and the rate it took",
                 ("rung", "device dB", "CPU tier dB", "device kb/s", "CPU tier kb/s"), rows)  # fmt: skip


def check_tier(context):
    if not context.has("rung"):
        return MISSING
    result, rows = Result(), []
    source = context.clip("main_1080p.mp4")
    device = "none" if context.rehearses else "cuda"
    first = transcode(context, "first", source, "--hwaccel", device)
    again = transcode(context, "again", source, "--hwaccel", device)
    on_cpu = transcode(context, "on_cpu", source, "--hwaccel", "none")
    chain = run(context, context.ffmpeg("-y", "-v", "error", *GPU, "-i", source, "-filter_complex",
                                        gpu_scales([DOWN] * 5), *to_x264()), limit_s=150)  # fmt: skip
    for label, (ran, report, _) in (("rung, first", first), ("rung, again", again), ("rung, CPU", on_cpu)):
        memory = report["peak_memory_bytes"] / 1e6 if report else None
        rows.append([label, ran.status, tier_words(report), number(ran.wall_s, 2), number(ran.cpu_s, 1),
                     number(memory, 0)])  # fmt: skip
        if ran.status:
            result.fail(f"{label}: exit {ran.status}")
            result.messages.append((context.show(ran.command), ran.complaints()))
    rows.append(["ffmpeg, hybrid, video only", chain.status, "cuda/cuda/libx264", number(chain.wall_s, 2),
                 number(chain.cpu_s, 1), ""])  # fmt: skip
    result.table("30 s of 1080p H.264 → 5 rungs, veryfast, with sound",
                 ("", "exit", "tier", "wall s", "CPU s", "memory MB"), rows)  # fmt: skip
    result.commands.append(context.show(again[0].command))
    if result.verdict == FAILED:
        return result
    if not context.rehearses and tier_words(again[1]).startswith("cpu"):
        result.fail("nothing ran on the device")
    result.notes += reasons(again[1])
    check_downloads(result, again[1])
    compare_pictures(context, result, (again, on_cpu), source)
    result.summary = (f"{tier_words(again[1])}: {again[0].wall_s:.1f} s, CPU {again[0].cpu_s:.0f} s; CPU tier "
                      f"{on_cpu[0].wall_s:.1f} and {on_cpu[0].cpu_s:.0f}; ffmpeg's hybrid {chain.wall_s:.1f} and "
                      f"{chain.cpu_s:.0f}")  # fmt: skip
    return result


def check_streams(context):
    """Every kind of stream becomes a presentation, whatever the device makes of it."""
    if not context.has("rung"):
        return MISSING
    result, rows = Result(), []
    device = "none" if context.rehearses else "cuda"
    for clip in DECODE:
        path = context.clip(clip.name)
        if not os.path.exists(path):
            continue
        ran, report, folder = transcode(context, "stream", path, "--hwaccel", device, "--ladder", "240,180")
        shutil.rmtree(folder, ignore_errors=True)
        rows.append([clip.label, ran.status, tier_words(report), "; ".join(reasons(report))])
        if ran.status:
            result.fail(f"{clip.label}: exit {ran.status}")
            result.messages.append((context.show(ran.command), ran.complaints()))
        elif not context.rehearses and clip.expected == "refused" and tier_words(report).startswith("cuda"):
            result.fail(f"{clip.label}: decoded on the device, which is said to refuse it")
    result.table("", ("stream", "exit", "tier", "stages that moved, and why"), rows)
    result.summary = f"{sum(1 for row in rows if row[1] == 0)} of {len(rows)} became presentations"
    return result


def check_doctor(context):
    if not context.has("rung"):
        return MISSING
    result = Result()
    ran = run(context, [context.programs["rung"], "doctor"], limit_s=120)
    result.commands.append(context.show(ran.command))
    result.messages.append((context.show(ran.command), ran.stdout.decode("utf-8", "replace").splitlines()[:60]))
    if ran.status:
        result.fail(f"exit {ran.status}")
    result.summary = f"exit {ran.status} in {ran.wall_s:.1f} s"
    return result
