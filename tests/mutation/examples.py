#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""examples.py WORK [--only NAME,...] [--keep]: presentations that are right but seldom seen, in
the structures that the specifications, Apple and DASH-IF describe by example, over media of
the bases of run.py. rung validate must find no error in any of them, and no warning that is
not expected. RUNG_BIN and RUNG_PACKAGER as for run.py. Closes with "N passed, N failed, N
skipped"."""

import argparse
import collections
import concurrent.futures
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import examples_dash  # noqa: E402
import examples_hls  # noqa: E402
import kit  # noqa: E402
from run import Runner  # noqa: E402


def try_one(runner, work, example, keep):
    """(state, what was seen): state is ok, FAIL or skip."""
    source = runner.bases.get(example.base)
    if not source:
        return "skip", "no presentation of this kind here"
    copy = kit.Copy(source, os.path.join(work, "examples", example.name))
    example.function(copy, runner.bases)
    findings, _ = runner.validate(copy.folder, example.options)
    wrong = [f for f in findings if f["level"] == "error" or f["level"] == "warning" and f["rule"] not in example.warns]
    if not keep:
        shutil.rmtree(copy.folder)
    seen = collections.OrderedDict(((f["rule"], f["message"]), f) for f in wrong)
    text = "".join(f"\n       {f['level']} {f['rule']} {f['where']}: {f['message']} [{f['source']}]" for f in seen.values())
    return "FAIL" if wrong else "ok  ", text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work")
    parser.add_argument("--only")
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    work = os.path.abspath(arguments.work)
    runner = Runner(work, os.path.abspath(os.environ["RUNG_BIN"]), os.environ.get("RUNG_PACKAGER"))
    chosen = [e for e in examples_hls.ALL + examples_dash.ALL if not arguments.only or e.name in arguments.only.split(",")]
    for base in dict.fromkeys(e.base for e in chosen):
        runner.bases.get(base)
    counts = dict.fromkeys(("ok  ", "FAIL", "skip"), 0)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = pool.map(lambda e: try_one(runner, work, e, arguments.keep), chosen)
        for example, (state, seen) in zip(chosen, outcomes):
            counts[state] += 1
            print(f"{state} example {example.name} on {example.base}{': ' if seen else ''}{seen}", flush=True)
    print(f"{counts['ok  ']} passed, {counts['FAIL']} failed, {counts['skip']} skipped")
    return 1 if counts["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main())
