#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""unit.py BUILD_DIR [ctest arguments]: runs ctest and counts the checks inside.

A cmocka program reports each of its tests; those are what is counted (newer ones write
"tests: " in front of the number). A ctest
entry that reports none counts as one.
"""
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree


def count(case):
    text = "".join(case.itertext())
    failed_names = sorted(set(re.findall(r"\[  FAILED  \] (?!tests: |\d+ test)(\S+)", text)))
    passed = sum(int(n) for n in re.findall(r"\[  PASSED  \] (?:tests: )?(\d+) test", text))
    skipped = sum(int(n) for n in re.findall(r"\[  SKIPPED \] (?:tests: )?(\d+) test", text))
    status = case.get("status")
    if status in ("disabled", "notrun") and case.find("failure") is None:
        return 0, [], 1
    if case.find("failure") is not None or status == "fail":
        return passed, failed_names or ["(program)"], skipped
    return passed or (0 if skipped else 1), [], skipped


def main():
    build, extra = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "junit.xml")
        status = subprocess.run(
            ["ctest", "--test-dir", build, "--output-on-failure", "-j", str(os.cpu_count()),
             "--test-output-size-passed", "1000000", "--output-junit", report] + extra).returncode
        if not os.path.exists(report):
            print("0 passed, 1 failed, 0 skipped")
            return 1
        cases = ElementTree.parse(report).getroot().findall("testcase")
    totals = [0, 0, 0]
    for case in cases:
        passed, failed, skipped = count(case)
        for name in failed:
            print("FAIL %s %s" % (case.get("name"), name))
        totals[0] += passed
        totals[1] += len(failed)
        totals[2] += skipped
    if status != 0 and totals[1] == 0:
        totals[1] = 1
    if not cases:
        print("FAIL no unit tests were found in %s" % build)
        totals[1] += 1
    print("%d passed, %d failed, %d skipped" % tuple(totals))
    return 0 if totals[1] == 0 else 1


sys.exit(main())
