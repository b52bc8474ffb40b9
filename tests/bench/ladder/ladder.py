#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""ladder.py: rung against one ffmpeg process that makes the same ladder, in
interleaved pairs. Results go to build/bench/ladder-PRESET-CLIP.json; --write makes
docs/performance.md of all results there: the clip bbb_1080p_30s.mp4 in full, others in a table.

  --presets veryfast,medium   --pairs N       --clip FILE (default bbb_1080p_30s.mp4)
  --no-quality                leave VMAF out  --only ffmpeg|rung   one side, to try it
  --nice -20                  priority of both sides (root): on a busy machine the scheduler
                              shares by threads, which favours the side that has more of them
"""

import argparse
import glob
import json
import os
import platform
import shutil
import subprocess
import sys
import time

import page
from measure import measure
from quality import find_ffmpeg, rate_at, vmaf
from sides import Ffmpeg, Rung, read_plan

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
CRF_SHIFTS = (-2, 2)  # ffmpeg's curve for "rate at equal VMAF"


def say(text):
    print(text, flush=True)


def run_side(side, nice=0):
    side.clear()
    run = measure(side.command(), side.wanted(), nice)
    if run.status != 0:
        raise SystemExit(f"ladder: {side.name} failed ({run.status}): {run.stderr.strip()[-400:]}")
    # A side whose files are not where they are looked for would measure nothing.
    if "all" not in run.appeared_s:
        raise SystemExit(f"ladder: {side.name} left no first segment of every rung in {side.out}")
    rungs = [label for label in run.appeared_s if label != "all"]
    row = {
        "wall_s": run.wall_s,
        "cpu_s": run.cpu_s,
        "peak_bytes": run.peak_bytes,
        "first_any_s": min(run.appeared_s[label] for label in rungs),
        "first_all_s": run.appeared_s["all"],
        "load_before": run.load_before,
    }
    say(f"  {side.name:7s} wall {row['wall_s']:6.2f}  cpu {row['cpu_s']:6.2f}  peak {row['peak_bytes'] >> 20} MiB  "
        f"first any {row['first_any_s']:.2f} all {row['first_all_s']:.2f}  load {row['load_before']:.1f}")  # fmt: skip
    return row


def rates(side, seconds):
    return [side.bytes_of(i) * 8 / seconds / 1000 for i in range(len(side.plan["video"]))]


def size_of(video):
    return (video["width_px"], video["height_px"])


def score_rungs(side, ffmpeg, source, work, at_top_size):
    rows = []
    for i, video in enumerate(side.plan["video"]):
        joined = os.path.join(work, "joined.mp4")
        side.join(i, joined)
        row = {"own": vmaf(ffmpeg, joined, source, size_of(video))}
        if at_top_size:
            row["source"] = vmaf(ffmpeg, joined, source, size_of(side.plan["video"][0]), every=6)
        rows.append(row)
        os.remove(joined)
    return rows


def measure_quality(ours, theirs, seconds, options, work, preset):
    """Per rung: rates, VMAF of both, and ffmpeg's rate at our VMAF."""
    ffmpeg = find_ffmpeg()
    if not ffmpeg:
        say("  quality left out: no ffmpeg with libvmaf can be installed")
        return None
    say("  VMAF of both sides")
    our_scores = score_rungs(ours, ffmpeg, options.clip, work, True)
    their_scores = score_rungs(theirs, ffmpeg, options.clip, work, True)
    our_rates, their_rates = rates(ours, seconds), rates(theirs, seconds)
    curves = [[(rate, score["own"])] for rate, score in zip(their_rates, their_scores)]
    for shift in CRF_SHIFTS:
        say(f"  ffmpeg's curve: CRF {shift:+d}")
        other = Ffmpeg(theirs.plan, options.clip, os.path.join(work, "curve"), preset, shift)
        run_side(other)
        for curve, rate, score in zip(curves, rates(other, seconds), score_rungs(other, ffmpeg, options.clip, work, False)):
            curve.append((rate, score["own"]))
        shutil.rmtree(other.out)
    rows = []
    for i, video in enumerate(ours.plan["video"]):
        equal = rate_at(curves[i], our_scores[i]["own"])
        rows.append({
            "id": video["id"], "width_px": video["width_px"], "height_px": video["height_px"],
            "crf": video["crf"], "maxrate_bps": video["maxrate_bps"],
            "rung": {"kbps": our_rates[i], **our_scores[i]},
            "ffmpeg": {"kbps": their_rates[i], **their_scores[i]},
            "rate_at_equal_vmaf": our_rates[i] / equal if equal else None,
        })  # fmt: skip
    return rows


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    with open("/proc/meminfo", encoding="ascii") as file:
        memory_kib = int(file.readline().split()[1])
    version = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return {"cpu": model, "cores": len(os.sched_getaffinity(0)), "memory_gib": round(memory_kib / 2**20, 1),
            "kernel": platform.release(), "ffmpeg": version}  # fmt: skip


def seconds_of(plan):
    numerator, _, denominator = str(plan["grid"]["duration"]).partition("/")
    return int(numerator) / int(denominator or 1)


def bench(preset, options):
    work = os.path.join(ROOT, "build", "work", f"bench-{os.getpid()}")
    os.makedirs(work)
    plan = read_plan(options.rung, options.clip, preset)
    ours = Rung(plan, options.clip, os.path.join(work, "rung"), options.rung, preset)
    theirs = Ffmpeg(plan, options.clip, os.path.join(work, "ffmpeg"), preset)
    sides = [side for side in (theirs, ours) if options.only in (None, side.name)]
    rows = {side.name: [] for side in sides}
    for pair in range(options.pairs):
        say(f"{preset}, pair {pair + 1} of {options.pairs}")
        for side in sides if pair % 2 == 0 else sides[::-1]:
            rows[side.name].append(run_side(side, options.nice))
    result = {
        "preset": preset, "date": time.strftime("%Y-%m-%d"), "clip": os.path.basename(options.clip), "nice": options.nice,
        "seconds": seconds_of(plan), "machine": machine(), "runs": rows,
        "rung_version": subprocess.run([options.rung, "--version"], capture_output=True, text=True).stdout.splitlines()[:1],
        "commands": {side.name: [side.name, *(os.path.basename(part) if part.startswith("/") else part
                                              for part in side.command()[1:])] for side in sides},
    }  # fmt: skip
    if options.quality and not options.only:
        result["quality"] = measure_quality(ours, theirs, result["seconds"], options, work, preset)
    shutil.rmtree(work)
    return result


def parse():
    media = os.environ.get("RUNG_MEDIA_DIR", os.path.join(ROOT, "..", "shared", "media"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", default="veryfast,medium")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--clip", default=os.path.join(media, f"{page.MAIN_CLIP}.mp4"))
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--no-quality", dest="quality", action="store_false")
    parser.add_argument("--only", choices=("ffmpeg", "rung"))
    parser.add_argument("--write", action="store_true", help="docs/performance.md from the results")
    parser.add_argument("--page-only", action="store_true", help="write the page, measure nothing")
    parser.add_argument("--rung", default=os.environ.get("RUNG_BIN", os.path.join(ROOT, "build/release/rung")))
    return parser.parse_args()


def main():
    options = parse()
    folder = os.path.join(ROOT, "build", "bench")
    os.makedirs(folder, exist_ok=True)
    if not options.page_only:
        if not os.path.exists(options.clip):
            raise SystemExit(f"ladder: no clip {options.clip}: set RUNG_MEDIA_DIR or give --clip")
        if not os.access(options.rung, os.X_OK):
            raise SystemExit(f"ladder: no rung at {options.rung}: ./dev build")
        for preset in options.presets.split(","):
            result = bench(preset, options)
            print(page.summary(result))
            if not options.only:
                name = f"ladder-{preset}-{os.path.splitext(os.path.basename(options.clip))[0]}.json"
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    json.dump(result, file, indent=1)
    if options.write or options.page_only:
        results = []
        for preset in ("veryfast", "medium"):
            for path in sorted(glob.glob(os.path.join(folder, f"ladder-{preset}-*.json"))):
                with open(path, encoding="utf-8") as file:
                    results.append(json.load(file))
        page.write(os.path.join(ROOT, "docs", "performance.md"), results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
