#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py [--only TEXT] [--list] [--keep] BUILD: checks of the simulated VA driver, and of FFmpeg
and rung on it.

BUILD is where CMake built this folder; rung is RUNG_BIN, or the program of the same build. Nothing here
needs a GPU or a DRM node. Prints a line per check and at the end "N passed, N failed, N skipped".
"""
import importlib
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(os.path.dirname(here), "nvidia")]
sys.dont_write_bytecode = True

import suite  # noqa: E402
import va_rig  # noqa: E402


def main():
    options = suite.parse()
    for name in ("ffmpeg", "faults", "rung"):
        importlib.import_module("test_va_" + name)
    if options.list:
        print("\n".join(name for name, _ in suite.chosen(options)))
        return 0
    build = os.path.abspath(options.build)
    driver = os.path.join(build, "driver")
    if not os.path.exists(os.path.join(driver, "rungsim_drv_video.so")):
        return suite.runner.not_built("sim", "the simulated VA driver (libva-dev, libffmpeg-nvenc-dev, libx265-dev)")
    program = os.environ.get("RUNG_BIN") or os.path.join(build, "..", "..", "..", "rung")
    work = suite.make_work()
    r = va_rig.VaRig(driver, work, os.path.abspath(program))
    print("on a simulated VA driver: what it says of speed says nothing of hardware")
    for name, function in suite.chosen(options):
        suite.run_one(name, function, r)
    return suite.finish(options, work)


if __name__ == "__main__":
    sys.exit(main())
