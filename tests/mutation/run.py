#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py WORK [--only RULE|NAME,…] [--results FILE] [--list]: damages good presentations
one fault at a time and expects rung validate to name the rule, and no unrelated error.
RUNG_BIN is the program, RUNG_PACKAGER Shaka Packager (optional). Prints a line each and
closes with "N passed, N failed, N skipped"."""

import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import kit  # noqa: E402
import mutations_dash  # noqa: E402,F401
import mutations_hls  # noqa: E402,F401
import mutations_segment_crypt  # noqa: E402,F401
import mutations_segment_fragment  # noqa: E402,F401
import mutations_segment_front  # noqa: E402,F401
import mutations_segment_header  # noqa: E402,F401
import mutations_segment_init  # noqa: E402,F401
import mutations_segment_kinds  # noqa: E402,F401
import mutations_segment_sample  # noqa: E402,F401
import mutations_segment_set  # noqa: E402,F401
from bases import Bases  # noqa: E402
from known import MISSES  # noqa: E402

EXPECTED_SHARE = 0.98


class Runner:
    def __init__(self, work, rung, packager):
        self.bases = Bases(os.path.join(work, "bases"), rung, packager)
        self.work, self.rung = work, rung
        self.clean = {}

    def validate(self, folder, options=()):
        done = subprocess.run([self.rung, "validate", folder, "--json", "--progress", "none", *options],
                              capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
        if done.returncode not in (0, 1, 3):
            raise RuntimeError(f"exit {done.returncode}: {done.stderr.strip()[-400:]}")
        try:
            return json.loads(done.stdout)["findings"], done
        except json.JSONDecodeError:
            # Nothing to judge is said on standard error.
            return [{"rule": "L1", "level": "error", "where": "", "message": done.stderr.strip()}], done

    def of_base(self, name, options):
        key = (name, options)
        if key not in self.clean:
            findings, _ = self.validate(self.bases.get(name), options)
            self.clean[key] = {(f["rule"], f["where"], f["message"]) for f in findings}
        return self.clean[key]

    def prepare(self, mutations):
        """Bases and what they give by themselves, before the threads start."""
        for mutation in mutations:
            for name in mutation.bases:
                if self.bases.get(name):
                    self.of_base(name, mutation.options)

    def try_one(self, mutation):
        """(state, what was seen, base): state is caught, missed, unrelated, skipped or broken."""
        folder = os.path.join(self.work, "mutants", mutation.name)
        for name in mutation.bases:
            source = self.bases.get(name)
            if not source:
                continue
            try:
                copy = kit.Copy(source, os.path.join(folder, name))
                mutation.function(copy)
            except kit.Unchanged:
                continue
            except Exception as error:  # a mutation that breaks is a fault of the test
                return "broken", f"{type(error).__name__}: {error}", name
            try:
                findings, _ = self.validate(copy.folder, mutation.options)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                return "broken", str(error), name
            new = [f for f in findings if (f["rule"], f["where"], f["message"]) not in self.of_base(name, mutation.options)]
            shutil.rmtree(folder, ignore_errors=True)
            rules = {f["rule"] for f in new}
            allowed = {mutation.rule} | mutation.also
            unrelated = sorted({f["rule"] for f in new if f["level"] == "error"} - allowed)
            if mutation.rule not in rules:
                return "missed", f"fired: {', '.join(sorted(rules)) or 'nothing'}", name
            if unrelated:
                messages = "; ".join(f"{f['rule']} {f['where']}: {f['message']}" for f in new if f["rule"] in unrelated)
                return "unrelated", f"also {', '.join(unrelated)}: {messages[:300]}", name
            return "caught", "", name
        return "skipped", "no presentation of this kind here", ""


def choose(only):
    if not only:
        return kit.ALL
    words = set(only.split(","))
    return [m for m in kit.ALL if m.rule in words or m.name in words]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work")
    parser.add_argument("--only")
    parser.add_argument("--results")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    mutations = choose(arguments.only)
    if arguments.list:
        for mutation in mutations:
            print(mutation, *mutation.bases)
        return 0
    rung = os.path.abspath(os.environ["RUNG_BIN"])
    runner = Runner(os.path.abspath(arguments.work), rung, os.environ.get("RUNG_PACKAGER"))
    runner.prepare(mutations)
    counts = dict.fromkeys(("caught", "missed", "unrelated", "skipped", "broken"), 0)
    results = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for mutation, (state, seen, base) in zip(mutations, pool.map(runner.try_one, mutations)):
            known = MISSES.get(mutation.name)
            counts[state] += 1
            results.append({"rule": mutation.rule, "name": mutation.name, "base": base, "state": state, "seen": seen})
            word = {"caught": "ok  ", "skipped": "skip"}.get(state, "miss" if known else "FAIL")
            reason = f" (known: {known})" if known and state != "caught" else ""
            print(f"{word} mutation {mutation} on {base or '-'}{': ' + seen if seen else ''}{reason}")
            if known and state == "caught":
                print(f"FAIL mutation {mutation}: is listed as a known miss and was caught")
                counts["broken"] += 1
    if arguments.results:
        with open(arguments.results, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
    missed = sum(1 for r in results if r["state"] in ("missed", "unrelated"))
    failed = counts["broken"] + sum(1 for r in results if r["state"] in ("missed", "unrelated") and r["name"] not in MISSES)
    tried = counts["caught"] + missed
    share = counts["caught"] / tried if tried else 0
    print(f"{counts['caught']} of {tried} mutations caught ({share:.1%}), {counts['skipped']} not tried here")
    if tried and not arguments.only and share < EXPECTED_SHARE:
        print(f"FAIL mutation: fewer than {EXPECTED_SHARE:.0%} are caught")
        failed += 1
    print(f"{counts['caught']} passed, {failed} failed, {counts['skipped']} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
