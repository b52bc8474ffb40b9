#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py [--only TEXT] [--list] [--keep] BUILD: checks of the simulated NVIDIA driver.

BUILD is where CMake built this folder. ffmpeg, as the system has it, runs on the driver;
nothing here needs a GPU. Prints a line per check and at the end "N passed, N failed, N skipped".
"""
import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
sys.dont_write_bytecode = True

import rig  # noqa: E402
import suite  # noqa: E402

totals = {"ok": 0, "FAIL": 0, "skip": 0}


def say(result, name, story=""):
    totals[result] += 1
    print("%-4s %s%s" % (result, name, story), flush=True)


def run_one(name, function, r):
    start = time.monotonic()
    try:
        function(r)
        say("ok", name, " (%.1f s)" % (time.monotonic() - start))
    except suite.Skip as reason:
        say("skip", name, ": %s" % reason)
    except Exception as error:  # a check fails by raising whatever it raises
        lines = str(error).strip() or traceback.format_exc(limit=-2)
        if not isinstance(error, AssertionError):
            lines = "%s: %s" % (type(error).__name__, lines)
        say("FAIL", name, "\n    " + "\n    ".join(lines.splitlines()[:20]))


def run_program(build, r):
    """The checks written in C print lines of the same form."""
    done = subprocess.run([os.path.join(build, "sim_nvidia_check")], env=r.environment(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    lines = done.stdout.decode().splitlines()
    for line in lines:
        result, name = line.split(None, 1)
        say(result, "driver/" + name)
    if done.returncode != 0 and not any(line.startswith("FAIL") for line in lines):
        say("FAIL", "driver/ends_well", "\n    exit %d: %s" % (done.returncode, done.stderr.decode()))


def check_exports(driver):
    """A name more could stand in for one of libavcodec's in the program under test."""
    listed = subprocess.run(["nm", "-D", "--defined-only", os.path.join(driver, "libcuda.so.1")],
                            stdout=subprocess.PIPE, text=True, check=True).stdout
    names = [line.split()[-1] for line in listed.splitlines()]
    strange = [n for n in names if not n.startswith(("cu", "NvEncode"))]
    say("FAIL" if strange or not names else "ok", "driver/exports_the_drivers_names_only",
        "".join("\n    " + n for n in strange))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="checks whose name contains this")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the work folder")
    parser.add_argument("build")
    options = parser.parse_args()
    for name in ("decode", "chain", "faults"):
        importlib.import_module("test_" + name)
    tests = [t for t in suite.tests if options.only in t[0]]
    if options.list:
        print("\n".join(name for name, _ in tests))
        return 0
    build = os.path.abspath(options.build)
    driver = os.path.join(build, "driver")
    if not os.path.exists(os.path.join(driver, "libcuda.so.1")):
        print("skip sim: the simulated driver was not built (libffmpeg-nvenc-dev, libx265-dev)")
        return 77
    work = os.environ.get("RUNG_WORK_DIR") or tempfile.mkdtemp(prefix="rung-sim-")
    os.makedirs(work, exist_ok=True)
    r = rig.Rig(driver, work)
    if options.only in "driver/":
        run_program(build, r)
        check_exports(driver)
    for name, function in tests:
        run_one(name, function, r)
    if totals["FAIL"] or options.keep:
        print("the work folder is %s" % work)
    else:
        shutil.rmtree(work, ignore_errors=True)
    print("%d passed, %d failed, %d skipped" % (totals["ok"], totals["FAIL"], totals["skip"]))
    return 1 if totals["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main())
