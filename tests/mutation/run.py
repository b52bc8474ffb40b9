#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py WORK [--only RULE|NAME,…] [--results FILE] [--list]: damages good presentations
one fault at a time and expects rung validate to name the rule, and no unrelated error.
RUNG_BIN is the program, RUNG_PACKAGER Shaka Packager (optional). Prints a line each and
closes with "N passed, N failed, N skipped"."""

import argparse
import concurrent.futures
import glob
import importlib
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import kit  # noqa: E402
from bases import Bases  # noqa: E402
from known import MISSES, UNEXERCISED  # noqa: E402

for path in sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "mutations_*.py"))):
    importlib.import_module(os.path.basename(path)[:-3])

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
        report = json.loads(done.stdout)
        if "error" in report:  # nothing to judge
            return [{"rule": "L1", "level": "error", "where": "", "message": report["error"]["message"]}], done
        return report["findings"], done

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


def try_all(runner, mutations):
    """Tries each and says what became of it; [result]."""
    results = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for mutation, (state, seen, base) in zip(mutations, pool.map(runner.try_one, mutations)):
            known = MISSES.get(mutation.name)
            if known and state == "caught":
                state, seen = "broken", "is listed as a known miss and was caught"
            results.append({"rule": mutation.rule, "name": mutation.name, "base": base, "state": state, "seen": seen,
                            "known": known})  # fmt: skip
            word = {"caught": "ok  ", "skipped": "skip"}.get(state, "miss" if known else "FAIL")
            reason = f" (known: {known})" if known else ""
            print(f"{word} mutation {mutation} on {base or '-'}{': ' + seen if seen else ''}{reason}", flush=True)
    return results


def unexercised(rung):
    """Rules that no mutation is for and that known.py gives no reason for."""
    done = subprocess.run([rung, "validate", "--rules", "--json"], capture_output=True, text=True, check=True)
    rules = {row["rule"] for row in json.loads(done.stdout)["rules"]}
    tried = {mutation.rule for mutation in kit.ALL}
    for rule in sorted(set(UNEXERCISED) & rules):
        print(f"note: no mutation for {rule}: {UNEXERCISED[rule]}")
    return sorted(rules - tried - set(UNEXERCISED)) + sorted(tried - rules)


def close(results, is_whole, rung):
    """Prints the counts; the number of failures."""
    count = {state: sum(r["state"] == state for r in results)
             for state in ("caught", "missed", "unrelated", "skipped", "broken")}  # fmt: skip
    missed = [r for r in results if r["state"] in ("missed", "unrelated")]
    failed = count["broken"] + sum(1 for r in missed if not r["known"])
    share = count["caught"] / (count["caught"] + len(missed)) if count["caught"] or missed else 0
    print(f"{count['caught']} of {count['caught'] + len(missed)} mutations caught ({share:.1%}), "
          f"{count['skipped']} not tried here")  # fmt: skip
    if is_whole and share < EXPECTED_SHARE:
        print(f"FAIL mutation: fewer than {EXPECTED_SHARE:.0%} are caught")
        failed += 1
    for rule in unexercised(rung) if is_whole else ():
        print(f"FAIL mutation: {rule} has no mutation, or is no rule")
        failed += 1
    print(f"{count['caught']} passed, {failed} failed, {count['skipped']} skipped")
    return failed


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
    results = try_all(runner, mutations)
    if arguments.results:
        with open(arguments.results, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
    return 1 if close(results, not arguments.only, rung) else 0


if __name__ == "__main__":
    sys.exit(main())
