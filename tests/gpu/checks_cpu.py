# SPDX-License-Identifier: BSD-2-Clause
"""The product's CPU tier on this machine's cores, beside one ffmpeg process that makes the
same ladder: how wall time goes with cores."""

import os
import shutil

from checks_speed import cpu_scales
from harness import FAILED, NOT_RUN, Result, number, run

# As tests/bench does it: sizes, CRF and caps of the product's own plan.
RATES = ((5350000, 7500000), (2996000, 4200000), (1712000, 2400000), (856000, 1200000),
         (428000, 600000))


def rung_run(context, jobs):
    out = context.temporary(f"rung{jobs}")
    shutil.rmtree(out, ignore_errors=True)
    command = [context.programs["rung"], "transcode", context.clip("main_1080p.mp4"), "-o", out,
               "--preset", "veryfast", "--jobs", str(jobs), "--progress", "none"]  # fmt: skip
    ran = run(context, command, limit_s=240)
    shutil.rmtree(out, ignore_errors=True)
    return ran


def ffmpeg_run(context, cores):
    out = context.temporary(f"dash{cores}")
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    args = ["-y", "-v", "error", "-i", context.clip("main_1080p.mp4"), "-filter_complex", cpu_scales()]
    for i in range(5):
        args += ["-map", f"[v{i}]"]
    args += ["-map", "0:a:0", "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high"]
    for i, (maxrate, bufsize) in enumerate(RATES):
        args += [f"-crf:v:{i}", "23", f"-maxrate:v:{i}", str(maxrate), f"-bufsize:v:{i}", str(bufsize)]
    args += ["-g", "48", "-keyint_min", "48", "-sc_threshold", "0", "-c:a", "aac", "-b:a", "128000",
             "-ac", "2", "-ar", "48000", "-f", "dash", "-hls_playlist", "1", "-seg_duration", "4",
             "-adaptation_sets", "id=0,streams=v id=1,streams=a",
             os.path.join(out, "manifest.mpd")]  # fmt: skip
    command = context.ffmpeg(*args)
    if cores < (os.cpu_count() or 1):
        command = ["taskset", "-c", f"0-{cores - 1}", *command]
    ran = run(context, command, limit_s=150)
    shutil.rmtree(out, ignore_errors=True)
    return ran


def row_of(label, count, ran, first):
    speedup = first.wall_s / ran.wall_s if first and ran.wall_s else None
    return [label, count, ran.status, number(ran.wall_s, 2), number(ran.cpu_s, 1),
            number(ran.cpu_s / ran.wall_s if ran.wall_s else None, 1), number(speedup, 2)]


def check_cpu_tier(context):
    if not context.has("rung"):
        return Result(verdict=NOT_RUN, summary="no rung here: RUNG_BIN or --bundle names it")
    result, rows = Result(), []
    cores = os.cpu_count() or 1
    counts = [n for n in (1, 2, 4, 8, 16, 32) if n <= cores]
    first, runs = None, {}
    for jobs in counts:
        ran = rung_run(context, jobs)
        first, runs[jobs] = first or ran, ran
        rows.append(row_of("rung --jobs", jobs, ran, first))
        if ran.status:
            result.verdict = FAILED
            result.messages.append((context.show(ran.command), ran.complaints()))
    again = rung_run(context, counts[-1])
    rows.append(row_of("rung --jobs (again)", counts[-1], again, first))
    for width in [n for n in (8, cores) if n <= cores]:
        ran = ffmpeg_run(context, width)
        rows.append(row_of("ffmpeg, one process, cores", width, ran, None))
        if ran.status:
            result.messages.append((context.show(ran.command), ran.complaints()))
    result.commands += [context.show(first.command), context.show(ran.command)]
    result.table("30 s of 1080p H.264 → 5 rungs, veryfast, with sound",
                 ("", "n", "exit", "wall s", "CPU s", "cores busy", "times faster than 1"), rows)  # fmt: skip
    last = min(runs[counts[-1]].wall_s, again.wall_s)
    result.summary = (f"{first.wall_s:.1f} s with 1 job, {last:.1f} s with {counts[-1]}; ffmpeg "
                      f"{ran.wall_s:.1f} s")
    return result
