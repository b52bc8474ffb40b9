#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py [--only TEXT] [--list] [--keep] [--jobs N] [--seed N] BUILD: the hardware tiers, simulated.

BUILD is a build folder with tests: its rung runs on its simulated NVIDIA driver
(tests/sim/nvidia). Nothing here needs a GPU, and nothing says how fast one is.
Prints a line per check and at the end "N passed, N failed, N skipped".
"""
import argparse
import glob
import importlib
import os
import random
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
sys.path.insert(0, here)
sys.dont_write_bytecode = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="tests whose name contains this")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the work folders of good tests")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="tests at once")
    parser.add_argument("--seed", type=int, help="of the random faults; printed when it is not given")
    parser.add_argument("build")
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    os.environ.setdefault("RUNG_BIN", os.path.join(build, "rung"))
    from kit import registry, runner
    import clips
    import rig
    rig.driver = os.path.join(build, "tests", "sim", "nvidia", "driver")
    rig.preload = os.path.join(build, "tests", "tiers", "count_transfers.so")
    for path in sorted(glob.glob(os.path.join(here, "test_*.py"))):
        importlib.import_module(os.path.basename(path)[:-3])
    import test_jobs
    test_jobs.seed = options.seed if options.seed is not None else random.randrange(1 << 30)
    tests = [t for t in registry.tests if options.only in t.name]
    if options.list:
        print("\n".join(t.name for t in tests))
        return 0
    if not os.path.exists(os.path.join(rig.driver, "libcuda.so.1")):
        return runner.not_built("tiers", "the simulated NVIDIA driver (libffmpeg-nvenc-dev, libx265-dev)")
    print("simulated: no GPU is in any of these, and no time says anything about one", flush=True)
    print("seed %d" % test_jobs.seed, flush=True)
    work = os.environ.get("RUNG_WORK_DIR") or tempfile.mkdtemp(prefix="rung-tiers-")
    clips.folder = os.path.join(work, "clips")
    os.makedirs(clips.folder, exist_ok=True)
    return runner.run_all(tests, work, options.keep, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
