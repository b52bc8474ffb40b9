# SPDX-License-Identifier: BSD-2-Clause
"""What every check needs: the programs and clips, running a command with its figures, and
the shape of a result. No check lives here."""

import concurrent.futures
import os
import re
import shlex
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field

import clips

# proven: it works here. refused: the device says no, as it should. failed: neither.
PROVEN, REFUSED, FAILED, NOT_RUN = "proven", "refused", "failed", "not run"
MESSAGE = re.compile(
    r"(fail|not supported|no support|unsupported|invalid|impossible|error|cannot|no such|unknown|"
    r"no decoder surfaces|hwaccel|driver|incompatible|refus|no capable|not available)", re.I)


@dataclass
class Result:
    """verdict, one line of words, tables of (title, header, rows), notes and messages."""

    verdict: str = PROVEN
    summary: str = ""
    tables: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    messages: list = field(default_factory=list)  # (what was run, lines as they came)
    commands: list = field(default_factory=list)

    def table(self, title, header, rows):
        self.tables.append((title, header, rows))

    def fail(self, words):
        self.verdict = FAILED
        self.notes.append(words)


@dataclass
class Check:
    name: str
    title: str
    what: str  # what it did, for the report
    run: object  # function of Context → Result


@dataclass
class Run:
    """One command, measured. frames and steady_fps need a run with progress."""

    command: list
    status: int = 0
    wall_s: float = 0.0
    user_s: float = 0.0
    sys_s: float = 0.0
    stderr: str = ""
    stdout: bytes = b""
    ticks: list = field(default_factory=list)  # (seconds since the start, frames so far)
    device: dict = field(default_factory=dict)  # what the sampler saw meanwhile
    timed_out: bool = False

    @property
    def cpu_s(self):
        return self.user_s + self.sys_s

    @property
    def frames(self):
        return self.ticks[-1][1] if self.ticks else 0

    @property
    def steady_fps(self):
        """Frames a second between a tenth and nine tenths of the frames: start and end cut off."""
        inner = [t for t in self.ticks if 0.1 * self.frames <= t[1] <= 0.9 * self.frames]
        if len(inner) < 2 or inner[-1][0] - inner[0][0] < 0.25:
            return self.frames / self.wall_s if self.wall_s else 0.0
        return (inner[-1][1] - inner[0][1]) / (inner[-1][0] - inner[0][0])

    def complaints(self, most=8):
        """Lines of stderr that say what went wrong, addresses taken out, each once."""
        lines = []
        for line in self.stderr.splitlines():
            line = re.sub(r" @ 0x[0-9a-f]+", "", line).strip()
            if line.startswith(("video:", "Stream #")):
                continue
            if MESSAGE.search(line) and line not in lines:
                lines.append(line)
        return lines[:most]


class Context:
    def __init__(self, options, driver, scratch):
        self.options, self.driver, self.scratch = options, driver, scratch
        self.rehearses = options.rehearse
        self.clips_folder = options.clips
        self.programs = {n: find_program(options, n) for n in ("ffmpeg", "ffprobe", "rung")}
        self.env = dict(os.environ)
        if driver and driver.folder:
            self.env["LD_LIBRARY_PATH"] = ":".join(
                [driver.folder, *filter(None, [self.env.get("LD_LIBRARY_PATH")])])
        self.env["CUDA_CACHE_PATH"] = os.path.join(scratch, "jit")
        self.facts = {}  # what a check leaves for a later one
        self.joined = {}

    def clip(self, name):
        return os.path.join(self.clips_folder, name)

    def temporary(self, name):
        return os.path.join(self.scratch, name)

    def has(self, program):
        return self.programs.get(program) is not None

    def ffmpeg(self, *args):
        if self.rehearses:
            args = stand_in(args)
        return [self.programs["ffmpeg"], "-nostdin", "-hide_banner", *args]

    def show(self, command):
        """A command as the report shows it: no folders of this machine."""
        text = shlex.join([os.path.basename(command[0]), *command[1:]])
        for folder, word in ((self.scratch, "TMP"), (self.clips_folder, "CLIPS")):
            text = text.replace(folder + "/", word + "/")
        return text.replace("-progress pipe:1 -stats_period 0.05 ", "").replace("-nostdin -hide_banner ", "")

    def long_clip(self, name, times):
        """The clip, so many times in a row, in one file: long enough to time."""
        path = self.temporary(f"long{times}_{name}")
        if not os.path.exists(path):
            run(self, [self.programs["ffmpeg"], "-nostdin", "-v", "error", "-stream_loop",
                       str(times - 1), "-i", self.clip(name), "-map", "0:v", "-c", "copy", path])
        return path

    def joined_clip(self, name):
        path = self.temporary(name)
        if not os.path.exists(path):
            clips.join(self.clips_folder, path, dict(clips.JOINED)[name])
        return path


def find_program(options, name):
    if options.bundle:
        path = os.path.join(options.bundle, "bin", name)
        if os.path.exists(path):
            return os.path.abspath(path)
    return os.environ.get(f"{name.upper()}_BIN") or shutil.which(name)


STAND_INS = (
    (re.compile(r"hwdownload,"), ""),
    (re.compile(r"hwupload_cuda"), "null"),
    (re.compile(r"yadif_cuda"), "yadif"),
    (re.compile(r"scale_cuda=([^,;\[\]]*)"), None),
)


def stand_in(args):
    """The same command without a GPU: only good to see that it is well-formed."""
    kept, skip = [], False
    for word in args:
        if skip:
            skip = False
        elif word in ("-hwaccel", "-hwaccel_output_format", "-extra_hw_frames", "-init_hw_device",
                      "-filter_hw_device"):
            skip = True
        else:
            for pattern, into in STAND_INS:
                word = pattern.sub(cpu_scale if into is None else into, word)
            kept.append(word)
    return kept


def cpu_scale(match):
    parts = [p for p in match[1].split(":") if not p.startswith(("interp_algo", "passthrough", "format"))]
    return "scale=" + ":".join(parts)


def read_ticks(stream, start, ticks):
    frame = 0
    for line in stream:
        key, _, value = line.decode("ascii", "replace").strip().partition("=")
        if key == "frame":
            frame = int(value)
        elif key == "progress" and frame:
            ticks.append((time.monotonic() - start, frame))


def run(context, command, progress=False, sample=False, limit_s=90, env=None):
    """Runs it, measured. progress: ffmpeg reports frames; its stdout is then not kept."""
    if progress:
        command = [*command[:1], "-progress", "pipe:1", "-stats_period", "0.05", *command[1:]]
    done = Run(command=command)
    sampler = context.driver.sampler() if sample and context.driver else None
    start = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env={**context.env, **(env or {})}) as child:
        timer = threading.Timer(limit_s, child.kill)
        timer.start()
        errors = []
        reader = threading.Thread(target=lambda: errors.append(child.stderr.read()))
        reader.start()
        if progress:
            read_ticks(child.stdout, start, done.ticks)
        else:
            done.stdout = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        done.wall_s = time.monotonic() - start
        reader.join()
        done.timed_out = done.wall_s >= limit_s
        timer.cancel()
    if sampler:
        done.device = sampler.stop()
    done.status = child.returncode
    done.user_s, done.sys_s = usage.ru_utime, usage.ru_stime
    done.stderr = errors[0].decode("utf-8", "replace")
    return done


def run_together(context, commands, sample=True, limit_s=90):
    """Several at once, each with progress; → (runs, seconds for all, what the sampler saw)."""
    sampler = context.driver.sampler() if sample and context.driver else None
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(commands)) as pool:
        runs = list(pool.map(lambda c: run(context, c, progress=True, limit_s=limit_s), commands))
    wall_s = time.monotonic() - start
    return runs, wall_s, sampler.stop() if sampler else {}


def in_parallel(function, items, workers=6):
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, items))


def number(value, digits=1):
    return "" if value is None else f"{value:.{digits}f}"
