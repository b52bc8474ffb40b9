# SPDX-License-Identifier: BSD-2-Clause
"""Runs one command and measures its whole process tree: CPU, wall time, memory, and
when files appear."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass, field

SAMPLE_S = 0.02


@dataclass
class Run:
    command: list
    status: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0  # user + system of the child and every descendant it waited for
    peak_bytes: int = 0  # largest sum of resident pages over the tree
    load_before: float = 0.0
    appeared_s: dict = field(default_factory=dict)  # label → seconds after the start
    stderr: str = ""


def read_parents():
    """pid → parent pid of every process."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="latin-1") as file:
                    parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                pass
    return parents


def tree_of(root):
    parents = read_parents()
    members = {root}
    grew = True
    while grew:
        more = {pid for pid, parent in parents.items() if parent in members} - members
        members |= more
        grew = bool(more)
    return members


def resident_bytes(pids):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                total += int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            pass
    return total


def watch(run, pid, start, wanted, done):
    """wanted: label → list of paths; a label has appeared once all of them are there."""
    members = {pid}
    next_tree = 0.0
    while not done.is_set():
        now = time.monotonic()
        if now >= next_tree:
            members = tree_of(pid)
            next_tree = now + 0.25
        run.peak_bytes = max(run.peak_bytes, resident_bytes(members))
        for label, paths in wanted.items():
            if label not in run.appeared_s and all(os.path.exists(path) for path in paths):
                run.appeared_s[label] = time.monotonic() - start
        done.wait(SAMPLE_S)


def lead_group(nice):
    """Before the exec: where the scheduler groups processes by session (autogroup), nice
    counts within one only, and the session has its own."""
    os.setsid()
    try:
        with open("/proc/self/autogroup", "w", encoding="ascii") as file:
            file.write(str(nice))
    except OSError:
        pass


def measure(command, wanted=None, nice=0, limit_s=1800):
    run = Run(command=command, load_before=os.getloadavg()[0])
    start = time.monotonic()
    with subprocess.Popen(
        ["nice", "-n", str(nice), *command] if nice else command,
        preexec_fn=(lambda: lead_group(nice)) if nice else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        done = threading.Event()
        watcher = threading.Thread(target=watch, args=(run, process.pid, start, wanted or {}, done))
        watcher.start()
        killer = threading.Timer(limit_s, process.kill)
        killer.start()
        run.stderr = process.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        run.wall_s = time.monotonic() - start
        killer.cancel()
        done.set()
        watcher.join()
        process.returncode = run.status = os.waitstatus_to_exitcode(status)
    run.cpu_s = usage.ru_utime + usage.ru_stime
    for label, paths in (wanted or {}).items():
        if label not in run.appeared_s and all(os.path.exists(path) for path in paths):
            run.appeared_s[label] = run.wall_s
    return run
