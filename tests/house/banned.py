#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Fails on what the house style never wants to see in a file.

    banned.py ROOT          check the tree at ROOT (what git would track, if it can say)
    banned.py --self-test   check that each kind of fault is found in a seeded tree
"""
import os
import re
import subprocess
import sys
import tempfile

MAX_LINES = 500
CALLS = ("strcpy", "strcat", "sprintf", "vsprintf", "strtok", "atoi", "localtime", "system", "gets")
CALL = re.compile(r"(?<![\w.>])(" + "|".join(CALLS) + r")\s*\(")
# Put together here, so that this file passes its own test.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
PLACES = re.compile(
    "(?<![\\w.$})~-])/(" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + r"me/[a-z]\w*")) + ")(?![\\w-])")
REGISTRIES = re.compile(
    "|".join(("npm" + r"js\.(org|com)", "pypi" + r"\.org", "python" + r"hosted\.org",
              "proxy\\.go" + r"lang\.org", "crates" + r"\.io/api")))
CODE = (".c", ".h", ".py", ".sh", ".mjs", ".js")
SKIPPED = ("tests/fuzz/corpus/",)


def files_of(root):
    asked = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if asked.returncode == 0:
        names = [n for n in asked.stdout.decode("utf-8", "surrogateescape").split("\0") if n]
    else:
        names = [os.path.relpath(os.path.join(folder, name), root)
                 for folder, _, files in os.walk(root) for name in files]
    for name in sorted(set(names)):
        path = os.path.join(root, name)
        if os.path.isfile(path) and not os.path.islink(path) and not name.startswith(SKIPPED):
            yield name


def without_comments_and_strings(text):
    """C text with comments and literals blanked, line for line."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.DOTALL)


def line_faults(name, text):
    is_c = name.endswith((".c", ".h"))
    if is_c:
        for number, line in enumerate(without_comments_and_strings(text).split("\n"), 1):
            for call in CALL.findall(line):
                yield number, f"{call}() is banned"
    for number, line in enumerate(text.split("\n"), 1):
        for pattern, words in ((UNFINISHED, "unfinished work"), (PLACES, "a path of one machine"),
                               (REGISTRIES, "the host of a package registry")):
            found = pattern.search(line)
            if found:
                yield number, f"{words}: {found.group()}"


def file_faults(name, text):
    lines = text.split("\n")
    is_code = bool(text) and (name.endswith(CODE) or lines[0].startswith("#!"))
    has_reason = any("Past 500 lines because" in x for x in lines[:8])
    if is_code and not any("SPDX-License-Identifier: BSD-2-Clause" in x for x in lines[:3]):
        yield 1, "no SPDX line"
    count = len(lines) - (lines[-1] == "")
    if is_code and count > MAX_LINES and not has_reason:
        yield count, f"{count} lines, more than {MAX_LINES}"
    if re.match(r"utils?\.", os.path.basename(name)):
        yield 1, "a file called utils"


def check(root):
    faults, count = [], 0
    for name in files_of(root):
        with open(os.path.join(root, name), "rb") as file:
            data = file.read()
        if b"\0" in data:
            continue
        count += 1
        text = data.decode("utf-8", "replace")
        for line, fault in [*file_faults(name, text), *line_faults(name, text)]:
            faults.append(f"{name}:{line}: {fault}")
    return faults, count


SPDX = "// SPDX-License-Identifier: BSD-2-Clause\n"
GOOD = {
    "a.c": SPDX + 'int f(void) { return snprintf(b, 1, "strcpy(x)") /* atoi(x) */; } // system(\n'
           "int g(void) { return strtok_r(a, b, c) + my_system(1) + ops->system(x); }\n",
    "b.h": "/* x */\n" + SPDX,
    "run": "#!/bin/sh\n# SPDX-License-Identifier: BSD-2-Clause\n",
    "empty.py": "",
    "reasoned.c": SPDX + "// Past 500 lines because it is one table.\n" + "\n" * MAX_LINES,
    "long.md": "line\n" * 900,
    "c.py": "# SPDX-License-Identifier: BSD-2-Clause\n" + "x = 1\n" * (MAX_LINES - 1),
    "data.bin": "\0 " + "TO" + "DO",
    "d.md": "http://host/wo" + "rk and ./wo" + "rk/x are nobody's; neither is $d/ro" + "ot\n",
}
BAD = tuple((f"call_{call}.c", SPDX + f"int x = {call} (y);\n", 2, f"{call}() is banned")
            for call in CALLS) + (
    ("todo.c", SPDX + "// TO" + "DO: later\n", 2, "unfinished"),
    ("fixme.md", "\n\nFIX" + "ME\n", 3, "unfinished"),
    ("place.md", "see /wo" + "rk/main\n", 1, "a path of one machine"),
    ("place2.sh", "# SPDX-License-Identifier: BSD-2-Clause\ncd /ro" + "ot/x\n", 2, "a path of one"),
    ("place3.txt", "(/ho" + "me/ann/x)\n", 1, "a path of one machine"),
    ("lock.json", "https://registry.npm" + "js.org/x\n", 1, "package registry"),
    ("bare.c", "int x;\n", 1, "no SPDX line"),
    ("bare", "#!/bin/sh\n", 1, "no SPDX line"),
    ("long.c", SPDX + "\n" * MAX_LINES, MAX_LINES + 1, "more than 500"),
    ("utils.h", SPDX, 1, "a file called utils"),
)


def self_test():
    with tempfile.TemporaryDirectory() as root:
        for name, text in GOOD.items():
            with open(os.path.join(root, name), "w", encoding="utf-8") as file:
                file.write(text)
        faults, count = check(root)
        assert not faults and count == len(GOOD) - 1, f"found in a good tree: {faults}"
        for name, text, _, _ in BAD:
            with open(os.path.join(root, name), "w", encoding="utf-8") as file:
                file.write(text)
        faults, _ = check(root)
        for name, _, line, words in BAD:
            found = [f for f in faults if f.startswith(f"{name}:{line}: ") and words in f]
            assert found, f'{name}: "{words}" was not found in {faults}'
        assert len(faults) == len(BAD), f"{len(faults)} faults for {len(BAD)} seeded: {faults}"
    print(f"self-test: {len(BAD)} seeded faults found, none in {len(GOOD)} good files")


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    faults, count = check(arguments[0])
    for fault in faults:
        print(fault)
    print(f"{count} files, {len(faults)} faults")
    return 1 if faults or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
