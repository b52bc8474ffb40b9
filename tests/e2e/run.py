#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py [--short] [--only TEXT] [--list] [--keep]: the end-to-end tests.

Every test_*.py beside this file registers its tests with kit.registry. A test is a
function of its work folder that raises on failure. RUNG_BIN names the program.
Prints a line per test and at the end "N passed, N failed, N skipped".
"""
import argparse
import glob
import importlib
import os
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
sys.path.insert(0, here)
sys.dont_write_bytecode = True

from kit import registry, runner  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="only the quick, telling ones")
    parser.add_argument("--only", default="", help="tests whose name contains this")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the work folders of good tests")
    options = parser.parse_args()
    clips = registry.clips_folder()
    subprocess.run([os.path.join(here, "..", "clips", "make.sh"), clips], check=True)
    for path in sorted(glob.glob(os.path.join(here, "test_*.py"))):
        importlib.import_module(os.path.basename(path)[:-3])
    tests = [t for t in registry.tests if options.only in t.name and (t.short or not options.short)]
    if options.list:
        print("\n".join(t.name for t in tests))
        return 0
    work = os.environ.get("RUNG_WORK_DIR") or tempfile.mkdtemp(prefix="rung-e2e-")
    return runner.run_all(tests, work, options.keep)


if __name__ == "__main__":
    sys.exit(main())
