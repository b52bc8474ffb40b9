#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""symbols.py BUILD: no two rooms define the same global name. A linker takes the first
it meets, so that a room could silently call another's function.

    symbols.py BUILD          the static libraries below BUILD
    symbols.py --self-test    two libraries with one name between them
"""
import collections
import os
import subprocess
import sys
import tempfile


def libraries(build):
    for folder, _, names in os.walk(build):
        yield from (os.path.join(folder, name) for name in names if name.startswith("librung_") and name.endswith(".a"))


def defined(library):
    """Names of functions and data that others can link to."""
    lines = subprocess.run(["nm", "--defined-only", "--extern-only", library],
                           capture_output=True, text=True, check=True).stdout.splitlines()  # fmt: skip
    return {line.split()[-1] for line in lines if len(line.split()) == 3}


def doubles(build):
    owners = collections.defaultdict(set)
    for library in libraries(build):
        for name in defined(library):
            # Sanitizers and fuzzers put their own names into every object.
            if not name.startswith(("__", "_ITM", "asan.", "___")):
                owners[name].add(os.path.basename(library))
    return owners, {name: rooms for name, rooms in owners.items() if len(rooms) > 1}


def self_test():
    with tempfile.TemporaryDirectory() as work:
        for room, text in (("a", "int same(void){return 1;} int one;"), ("b", "int same(void){return 2;} int other;")):
            source, target = os.path.join(work, room + ".c"), os.path.join(work, room + ".o")
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
            subprocess.run(["cc", "-c", source, "-o", target], check=True)
            subprocess.run(["ar", "rc", os.path.join(work, f"librung_{room}.a"), target], check=True)
        found = doubles(work)[1]
        assert found == {"same": {"librung_a.a", "librung_b.a"}}, found
    print("self-test: the one double name was found")


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return 0
    owners, found = doubles(arguments[0])
    for name, rooms in sorted(found.items()):
        print(f"{name} is defined in {' and '.join(sorted(rooms))}")
    print(f"{len(owners)} global names, {len(found)} of them twice")
    return 1 if found or not owners else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
