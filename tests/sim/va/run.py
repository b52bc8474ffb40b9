#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py [--only TEXT] [--list] [--keep] BUILD: checks of the simulated VA driver, and of FFmpeg
and rung on it.

BUILD is where CMake built this folder; rung is RUNG_BIN, or the program of the same build. Nothing here
needs a GPU or a DRM node. Prints a line per check and at the end "N passed, N failed, N skipped".
"""
import argparse
import importlib
import os
import shutil
import sys
import tempfile
import time
import traceback

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(os.path.dirname(here), "nvidia")]
sys.dont_write_bytecode = True

import suite  # noqa: E402
import va_rig  # noqa: E402

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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="checks whose name contains this")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the work folder")
    parser.add_argument("build")
    options = parser.parse_args()
    for name in ("ffmpeg", "faults", "rung"):
        importlib.import_module("test_va_" + name)
    tests = [t for t in suite.tests if options.only in t[0]]
    if options.list:
        print("\n".join(name for name, _ in tests))
        return 0
    build = os.path.abspath(options.build)
    driver = os.path.join(build, "driver")
    if not os.path.exists(os.path.join(driver, "rungsim_drv_video.so")):
        print("skip sim: the simulated VA driver was not built (libva-dev, libffmpeg-nvenc-dev, libx265-dev)")
        return 77
    program = os.environ.get("RUNG_BIN") or os.path.join(build, "..", "..", "..", "rung")
    work = os.environ.get("RUNG_WORK_DIR") or tempfile.mkdtemp(prefix="rung-sim-va-")
    os.makedirs(work, exist_ok=True)
    r = va_rig.VaRig(driver, work, os.path.abspath(program))
    print("on a simulated VA driver: what it says of speed says nothing of hardware")
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
