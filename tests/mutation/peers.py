#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""peers.py WORK TOOLS.toml [--all] [--only RULE|NAME,...] [--page FILE] [--results FILE]:
gives the mutants of run.py, the first of each rule (--all: every one), to checkers of other
people, which the file lists (peers/peers.toml is one, and says how). A checker catches a
mutant when it says something on it that it does not say on the presentation that the mutant
was made from. --page writes docs/validate-peers.md anew above the line that ends what is
generated. RUNG_BIN and RUNG_PACKAGER as for run.py."""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tomllib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import kit  # noqa: E402
import peers_page  # noqa: E402
import run  # noqa: E402

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")
BATCH = 24
SECONDS = 60


def group_of(rule):
    return rule.rstrip("0123456789")


def in_order(rule):
    return "LHMVDSX".index(rule[0]), int(rule[1:])


def first_of_each(mutations):
    """In the order of the rules; of each rule all mutations, in the order they are registered."""
    rules = collections.defaultdict(list)
    for mutation in mutations:
        rules[mutation.rule].append(mutation)
    return [rules[rule] for rule in sorted(rules, key=in_order)]


class Mutant:
    """A mutation applied to a base, and which files it changed."""

    def __init__(self, mutation, base, source, folder):
        self.mutation, self.base, self.source, self.folder = mutation, base, source, folder
        before, after = files_below(source), files_below(folder)
        self.changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}

    def concerns(self, tool):
        if "groups" in tool and group_of(self.mutation.rule) not in tool["groups"]:
            return False
        return not tool["reads"] or any(name.endswith(tuple(tool["reads"])) for name in self.changed)


def files_below(folder):
    """Name and what identifies its bytes: copies are hard links until they are written to."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = os.stat(path).st_ino
    return found


def alike(folder, line):
    """Of "FILE: words" the words without names of folders, colours and numbers: a false alarm that
    now names another size is still the same false alarm. None where nothing is left."""
    place, colon, words = line.partition(": ")
    words = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", words)
    words = words.replace(os.path.abspath(folder), "").replace(folder, "").strip()
    return place + colon + re.sub(r"0x[0-9a-fA-F]+|\d+(\.\d+)?", "#", words) if words else None


def ask(command, seconds):
    """(what it printed, the signal that ended it or "", whether it ended by itself and well). What
    takes too long is ended by us, and says no more by that."""

    def limited():
        os.nice(10)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               preexec_fn=limited, start_new_session=True)  # fmt: skip
    try:
        said, _ = process.communicate(timeout=seconds * 4)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        return said.decode(errors="replace"), "", False
    code = process.returncode
    ended = f"signal {-code}" if code < 0 and code != -signal.SIGXCPU else ""
    return said.decode(errors="replace"), ended, code == 0


def ask_of_folders(tool, folders):
    """Folder → lines. A folder on which the tool dies is blamed, and it goes on after it."""
    found, left = {}, list(folders)
    while left:
        said, ended, is_well = ask([*tool["command"], *left], tool.get("seconds", SECONDS))
        at = None
        for line in said.splitlines():
            if line.startswith("== "):
                at = line[3:]
                found[at] = set()
            elif at and alike(at, line):
                found[at].add(alike(at, line))
        done = [folder for folder in left if folder in found]
        if not done:
            raise RuntimeError(f"{tool['name']}: {said[-300:]} {ended}")
        if not is_well:
            found[done[-1]].add(f"dies: {ended or 'exception'}")
        elif len(done) < len(left):
            raise RuntimeError(f"{tool['name']} passed over a folder")
        left = left[len(done) :]
    return found


def playlist_files(folder, name):
    """What a media playlist names, itself included."""
    with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
        text = file.read()
    uris = re.findall(r'URI="([^"]*)"', text) + re.findall(r"^(?!#)(\S.*)$", text, re.M)
    return text, {name} | {os.path.normpath(os.path.join(os.path.dirname(name), uri)) for uri in uris}


def ask_of_files(tool, mutant, folder):
    """Lines of each file that the tool is asked about; a playlist of which nothing changed is not."""
    found = set()
    for name in sorted(files_below(folder)):
        command = next((c for suffix, c in tool["files"].items() if name.endswith(suffix)), None)
        if not command:
            continue
        if tool.get("only_media"):
            text, names = playlist_files(folder, name)
            if "#EXT-X-STREAM-INF" in text or (mutant and not names & mutant.changed):
                continue
        words = [part.replace("{}", os.path.join(folder, name)) for part in command]
        said, ended, _ = ask(words, tool.get("seconds", SECONDS))
        lines = [line for line in said.splitlines() if line.strip() != tool.get("clean")]
        found |= {alike(folder, f"{name}: {line}") for line in lines} - {None}
        if ended:
            found.add(f"{name}: dies of {ended}")
    return found


def ask_tool(tool, mutants, pool):
    """Name of a mutation → lines that are new, for the mutants that concern the tool."""
    mutants = [m for m in mutants if m.concerns(tool)]
    sources = sorted({m.source for m in mutants})
    if "command" in tool:
        folders = sources + [m.folder for m in mutants]
        said = {}
        batches = [folders[i : i + BATCH] for i in range(0, len(folders), BATCH)]
        for part in pool.map(lambda batch: ask_of_folders(tool, batch), batches):
            said.update(part)
    else:
        pairs = [(None, source) for source in sources] + [(m, m.folder) for m in mutants]
        said = dict(zip((p[1] for p in pairs), pool.map(lambda pair: ask_of_files(tool, *pair), pairs)))
    return {m.mutation.name: sorted(said[m.folder] - said[m.source]) for m in mutants}


def load_tools(path):
    """The tools that are here, and why the others are not."""
    with open(path, "rb") as file:
        listed = tomllib.load(file)["tool"]
    tools, absent = [], []
    variables = {**os.environ, "HERE": HERE}

    def expand(words):
        wanted = [name for word in words for name in re.findall(r"\$([A-Z_]+)", word) if name not in variables]
        if wanted:
            raise LookupError(f"{wanted[0]} is not set")
        words = [re.sub(r"\$([A-Z_]+)", lambda m: variables[m.group(1)], word) for word in words]
        if not shutil.which(words[0]):
            raise LookupError(f"no {words[0]}")
        return words

    for tool in listed:
        try:
            if "command" in tool:
                tool["command"] = expand(tool["command"])
            else:
                tool["files"] = {suffix: expand(words) for suffix, words in tool["files"].items()}
            tools.append(tool)
        except LookupError as error:
            absent.append((tool, str(error)))
    return tools, absent


def make_mutants(work, groups, bases, every):
    """The first mutation of each rule that changes a presentation that is here."""
    made, without = [], []
    for mutations in groups:
        before = len(made)
        for mutation in mutations:
            if len(made) > before and not every:
                break
            for base in mutation.bases:
                source = bases.get(base)
                if not source:
                    continue
                folder = os.path.join(work, "mutants", mutation.name)
                try:
                    mutation.function(kit.Copy(source, folder))
                except kit.Unchanged:
                    continue
                made.append(Mutant(mutation, base, source, folder))
                break
        if len(made) == before:
            without.append(mutations[0].rule)
    return made, without


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work")
    parser.add_argument("tools")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--page")
    parser.add_argument("--results")
    arguments = parser.parse_args()
    work = os.path.join(os.path.abspath(arguments.work), "peers")
    shutil.rmtree(os.path.join(work, "mutants"), ignore_errors=True)
    tools, absent = load_tools(arguments.tools)
    for tool, why in absent:
        print(f"skip peer {tool['name']}: {why}")
    runner = run.Runner(arguments.work, os.path.abspath(os.environ["RUNG_BIN"]), os.environ.get("RUNG_PACKAGER"))
    mutants, without = make_mutants(work, first_of_each(run.choose(arguments.only)), runner.bases, arguments.all)
    for rule in without:
        print(f"skip rule {rule}: no presentation of its kind here")
    caught = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        ours = list(pool.map(runner.try_one, [m.mutation for m in mutants]))
        caught["rung validate"] = {m.mutation.name: [] if state == "missed" else [state]
                                   for m, (state, _, _) in zip(mutants, ours)}  # fmt: skip
        for tool in tools:
            caught[tool["name"]] = ask_tool(tool, mutants, pool)
            tried = caught[tool["name"]].values()
            print(f"ok   peer {tool['name']}: {sum(map(bool, tried))} caught of {len(tried)} given to it", flush=True)
    for mutant, (state, seen, _) in zip(mutants, ours):
        if state != "caught":
            print(f"note {mutant.mutation}: rung validate: {state} {seen}")
    if arguments.results:
        with open(arguments.results, "w", encoding="utf-8") as file:
            json.dump(caught, file, indent=1)
    if arguments.page:
        peers_page.write(arguments.page, mutants, tools, absent, caught)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{len(mutants)} mutants, {len(tools)} peers, {used.ru_utime + used.ru_stime:.0f} s of CPU; "
          f"{len(mutants)} passed, 0 failed, {len(absent) + len(without)} skipped")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
