# SPDX-License-Identifier: BSD-2-Clause
"""Running jobs on the simulated driver, and what is true of every one that ended well."""
import json
import os
import re
import threading
from collections import namedtuple

from kit import oracle, program
from kit.presentation import Presentation, list_files

import clips

driver = preload = None  # set by run.py
BASE = ("--progress", "none", "--preset", "ultrafast", "--segment-duration", "0.5")

FULL = ("cuda", "cuda", "cuda")
CPU_DECODE = ("cpu", "cuda", "cuda")
CPU_ENCODE = ("cuda", "cuda", "cpu")
CPU = ("cpu", "cpu", "cpu")

Job = namedtuple("Job", "code out err report drivers counts folder state")


def settings_of(state, faults="", devices=1, count=False, **more):
    """What a job is told by its environment; everything it may leave behind is below `state`."""
    for name in ("marks", "tmp"):
        os.makedirs(os.path.join(state, name), exist_ok=True)
    result = dict(LD_LIBRARY_PATH=driver, RUNG_SIM_FAULTS=faults, RUNG_SIM_DEVICES=str(devices),
                  RUNG_SIM_STATE=os.path.join(state, "marks"), RUNG_SIM_REPORT=os.path.join(state, "driver.jsonl"),
                  TMPDIR=os.path.join(state, "tmp"), HOME=state)
    if count:
        result.update(LD_PRELOAD=preload, RUNG_SIM_TRANSFERS=os.path.join(state, "counts.jsonl"))
    result.update(more)
    return result


def lines_of(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def last_by_process(lines):
    """The last line of each process, in the order in which they began to report."""
    result = {}
    for line in lines:
        result[line["pid"]] = line
    return list(result.values())


def report_of(out):
    path = os.path.join(out, "rung.json")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def finish(process_code, out_text, err_text, out, state):
    return Job(process_code, out_text, err_text, report_of(out), lines_of(os.path.join(state, "driver.jsonl")),
               lines_of(os.path.join(state, "counts.jsonl")), out, state)


def job(folder, clip, *arguments, name="out", **settings):
    """A transcode that has ended, whatever way. What ended well has been validated."""
    out, state = os.path.join(folder, name), os.path.join(folder, name + "-state")
    done = program.run("transcode", *BASE, "-o", out, *arguments, "--", clips.clip(clip), limit_s=120,
                       settings=settings_of(state, **settings))
    return finish(done.returncode, done.out, done.err, out, state)


def plan(folder, clip, *arguments, **settings):
    done = program.run("plan", "--json", *BASE[2:], *arguments, "--", clips.clip(clip), limit_s=120,
                       settings=settings_of(os.path.join(folder, "plan-state"), **settings))
    assert done.returncode == 0, "plan: exit %d: %s" % (done.returncode, done.err)
    return json.loads(done.out)


plans, plans_lock = {}, threading.Lock()


def frames_planned(folder, clip):
    """Of every rung; no tier changes it."""
    with plans_lock:
        if clip not in plans:
            plans[clip] = plan(folder, clip, "--hwaccel", "none")["plan"]["picture"]["frame_count"]
        return plans[clip]


def video_tracks(report):
    return [t for t in report["tracks"] if t["type"] == "video"]


def tier_of(track):
    encoder = track["tier"]["encode"]
    return track["tier"]["decode"], track["tier"]["scale"], "cuda" if encoder.endswith("_nvenc") else "cpu"


def must_succeed(job):
    assert job.code == 0, "exit %d: %s" % (job.code, job.err[-900:])
    assert job.report, "no rung.json"
    return job


def must_be_on(job, tier):
    for track in video_tracks(job.report):
        assert tier_of(track) == tuple(tier), "%s is on %s, not on %s; fallbacks: %s" % (
            track["id"], tier_of(track), tier, job.report["fallbacks"])


def must_refuse(job, *words):
    """Exit 3, the reason on stderr, nothing published."""
    assert job.code == 3, "exit %d, not 3: %s" % (job.code, job.err[-900:])
    for word in words:
        assert word in job.err, "stderr does not say \"%s\": %s" % (word, job.err[-900:])
    there = [n for n in list_files(job.folder) if n.endswith((".m3u8", ".mpd")) or n == "rung.json"] \
        if os.path.isdir(job.folder) else []
    assert not there, "published all the same: %s" % there


def must_have_frames(job, frames):
    """ffprobe decodes as many pictures of every rung; each shows the number it has in the CPU's own run."""
    presentation = Presentation(job.folder)
    assert len(presentation.video) == 2, "%d rungs" % len(presentation.video)
    for track in presentation.video:
        joined = track.joined(os.path.join(job.state, track.id + ".mp4"))
        counted = oracle.frame_count(joined)
        assert counted == frames, "%s: %d frames, the plan has %d" % (track.id, counted, frames)
    return presentation


def joined(job, track):
    return os.path.join(job.state, track.id + ".mp4")


def must_leave_nothing(job):
    """No file of ours but the presentation, nothing live in a driver that was left in order."""
    left = list_files(os.path.join(job.state, "tmp"))
    assert not left, "left in TMPDIR: %s" % left
    if os.path.isdir(job.folder):
        left = [n for n in list_files(job.folder) if ".tmp" in n]
        assert not left, "left in OUT: %s" % left
        assert job.code != 0 or not os.path.exists(os.path.join(job.folder, ".rung")), "the journal is left"
    alive = processes_of(job.state)
    assert not alive, "still running: %s" % alive
    must_be_orderly(job)


def must_be_orderly(job):
    # libavcodec does not close an encoder whose device is lost; the end of the process does.
    lost = {line["pid"] for line in job.drivers if line.get("fault") == "lost-after"}
    for line in last_by_process(job.drivers):
        if line["event"] == "exit" and line["pid"] not in lost:
            live = {k: v for k, v in line.items() if (k.endswith("_live") or k in ("surfaces_mapped", "memory_bytes"))
                    and v}
            assert not live, "process %d left on the device: %s" % (line["pid"], live)


def processes_of(state):
    """Processes that were started with this state folder."""
    mark, found = ("RUNG_SIM_STATE=%s\0" % os.path.join(state, "marks")).encode(), []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and program.is_alive(int(entry)):
                with open("/proc/%s/environ" % entry, "rb") as file:
                    if mark in file.read():
                        found.append(int(entry))
        except OSError:
            pass
    return found


def fallbacks_of(job):
    return [(f["stage"], f["from"], f["to"]) for f in job.report["fallbacks"]]


def bytes_down(track):
    """Of one picture: libavutil 57 copies rows as they lie, padded to 64 bytes on both sides."""
    width, height = track.size
    return padded(width) * height + 2 * padded(width // 2) * (height // 2)


def padded(width):
    return -(-width // 64) * 64


def psnr(path, reference, shift=0):
    """(worst picture, mean) by plane, of two files of one size, picture by picture; with a shift,
    of the picture that comes so much later."""
    count = "settb=1/25,setpts=N"
    graph = "[0:v]trim=start_frame=%d,%s[a];[1:v]%s[b];[a][b]psnr=eof_action=endall:stats_file=-" % (
        shift, count, count)
    done = oracle.ffmpeg("-v", "error", "-i", oracle.url(path), "-i", oracle.url(reference), "-lavfi", graph,
                         "-vsync", "passthrough", "-f", "null", "-").stdout.decode()
    result = {}
    for plane in "yuv":
        values = [min(99, float(x)) for x in re.findall(r"psnr_%s:([\d.]+|inf)" % plane, done)]
        assert values, "no PSNR"
        result[plane] = min(values), sum(values) / len(values)
    return result
