# SPDX-License-Identifier: BSD-2-Clause
"""The checks of a simulated driver: their list, and how they are run and counted. A check is a
function of the rig that raises on failure."""
import argparse
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))

from kit import runner  # noqa: E402
from kit.registry import Skip  # noqa: E402, F401: checks raise it

tests = []
totals = {"ok": 0, "FAIL": 0, "skip": 0}


def test(name):
    def register(function):
        tests.append((name, function))
        return function
    return register


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="checks whose name contains this")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the work folder")
    parser.add_argument("build")
    return parser.parse_args()


def chosen(options):
    return [t for t in tests if options.only in t[0]]


def make_work():
    work = os.environ.get("RUNG_WORK_DIR") or tempfile.mkdtemp(prefix="rung-sim-")
    os.makedirs(work, exist_ok=True)
    return work


def say(result, name, story=""):
    totals[result] += 1
    print("%-4s %s%s" % (result, name, story), flush=True)


def run_one(name, function, rig):
    result, seconds, story = runner.attempt(function, rig)
    say(result, name, " (%.1f s)%s" % (seconds, story))


def finish(options, work):
    """Counts as tools/test.sh does; the exit code."""
    if totals["FAIL"] or options.keep:
        print("the work folder is %s" % work)
    else:
        shutil.rmtree(work, ignore_errors=True)
    if not sum(totals.values()):
        say("FAIL", "no check matches")
    print("%d passed, %d failed, %d skipped" % (totals["ok"], totals["FAIL"], totals["skip"]))
    return 1 if totals["FAIL"] else 0
