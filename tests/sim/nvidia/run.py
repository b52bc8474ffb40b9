#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py [--only TEXT] [--list] [--keep] BUILD: checks of the simulated NVIDIA driver.

BUILD is where CMake built this folder. ffmpeg, as the system has it, runs on the driver;
nothing here needs a GPU. Prints a line per check and at the end "N passed, N failed, N skipped".
"""
import importlib
import os
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
sys.dont_write_bytecode = True

import rig  # noqa: E402
import suite  # noqa: E402


def run_program(build, r):
    """The checks written in C print lines of the same form."""
    done = subprocess.run([os.path.join(build, "sim_nvidia_check")], env=r.environment(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    lines = done.stdout.decode().splitlines()
    for line in lines:
        result, name = line.split(None, 1)
        suite.say(result, "driver/" + name)
    if done.returncode != 0 and not any(line.startswith("FAIL") for line in lines):
        suite.say("FAIL", "driver/ends_well", "\n    exit %d: %s" % (done.returncode, done.stderr.decode()))


def check_exports(driver):
    """A name more could stand in for one of libavcodec's in the program under test."""
    listed = subprocess.run(["nm", "-D", "--defined-only", os.path.join(driver, "libcuda.so.1")],
                            stdout=subprocess.PIPE, text=True, check=True).stdout
    names = [line.split()[-1] for line in listed.splitlines()]
    strange = [n for n in names if not n.startswith(("cu", "NvEncode"))]
    suite.say("FAIL" if strange or not names else "ok", "driver/exports_the_drivers_names_only",
        "".join("\n    " + n for n in strange))


def main():
    options = suite.parse()
    for name in ("decode", "chain", "faults"):
        importlib.import_module("test_" + name)
    if options.list:
        print("\n".join(name for name, _ in suite.chosen(options)))
        return 0
    build = os.path.abspath(options.build)
    driver = os.path.join(build, "driver")
    if not os.path.exists(os.path.join(driver, "libcuda.so.1")):
        return suite.runner.not_built("sim", "the simulated NVIDIA driver (libffmpeg-nvenc-dev, libx265-dev)")
    work = suite.make_work()
    r = rig.Rig(driver, work)
    if options.only in "driver/":
        run_program(build, r)
        check_exports(driver)
    for name, function in suite.chosen(options):
        suite.run_one(name, function, r)
    return suite.finish(options, work)


if __name__ == "__main__":
    sys.exit(main())
