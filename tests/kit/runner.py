# SPDX-License-Identifier: BSD-2-Clause
"""Runs registered tests, a line for each, and counts them as tools/test.sh does."""
import os
import shutil
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

from . import registry

printing = threading.Lock()


def attempt(function, argument):
    """Runs a test; how it ended ("ok", "skip", "FAIL"), the seconds it took, and what is to be said of it."""
    start = time.monotonic()
    try:
        function(argument)
        result, story = "ok", ""
    except registry.Skip as reason:
        result, story = "skip", ": %s" % reason
    except Exception as error:  # a test fails by raising whatever it raises
        lines = str(error).strip() or traceback.format_exc(limit=-2)
        if not isinstance(error, AssertionError):
            lines = "%s: %s" % (type(error).__name__, lines)
        result, story = "FAIL", "\n    " + "\n    ".join(lines.splitlines()[:30])
    return result, time.monotonic() - start, story


def not_built(suite, what):
    """Stands for a whole suite whose means are missing: a skip, and in CI a failure. The exit code."""
    is_ci = os.environ.get("CI") == "true"
    print("%s %s: %s was not built" % ("FAIL" if is_ci else "skip", suite, what))
    print("0 passed, %d failed, %d skipped" % (is_ci, not is_ci))
    return int(is_ci)


def run_one(test, work, keep):
    folder = os.path.join(work, test.name.replace("/", "-"))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    result, seconds, story = attempt(test.function, folder)
    with printing:
        print("%-4s %s (%.1f s)%s" % (result, test.name, seconds, story), flush=True)
    if result != "FAIL" and not keep:
        shutil.rmtree(folder, ignore_errors=True)
    return result


def run_all(tests, work, keep=False, jobs=1):
    """The exit code. `jobs` tests run at once; their lines come as they end."""
    totals = {"ok": 0, "FAIL": 0, "skip": 0}
    with ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(lambda test: run_one(test, work, keep), tests):
            totals[result] += 1
    if totals["FAIL"]:
        print("work folders of failed tests are in %s" % work)
    elif not keep:
        shutil.rmtree(work, ignore_errors=True)
    if not tests:
        print("FAIL no test matches")
        totals["FAIL"] += 1
    print("%d passed, %d failed, %d skipped" % (totals["ok"], totals["FAIL"], totals["skip"]))
    return 1 if totals["FAIL"] else 0
