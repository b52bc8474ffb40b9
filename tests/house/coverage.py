#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Keeps docs/validate-coverage.md true.

    coverage.py ROOT        every rule that the page names is in core/rule_id.h and is
                            named by it; every row has an answer; the counts are right
    coverage.py --counts ROOT
                            prints the table of counts that the page should begin with
    coverage.py --self-test
                            each kind of fault is found in a page that has it
"""
import os
import re
import sys

PAGE = "docs/validate-coverage.md"
RULES = "manifests/validate/core/rule_id.h"
HEAD = ("requirement", "n", "answered by")
COUNTS = "| part | requirements | answered | left out |"
LEFT_OUT = "left out: "
RULE = re.compile(r"\b([HMVDSXL]\d{1,2})\b")


def rules_of(header):
    return set(re.findall(r"\bX\(([A-Z]\d{1,2})\)", header))


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def read_page(text):
    """Rows of requirements as (line, part, n, answer), the reasons, and the faults of form."""
    rows, reasons, faults = [], [], []
    part, kind = "", None
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("## "):
            part, kind = line[3:].strip(), None
        elif not line.startswith("|"):
            kind = None
        elif set(line) <= set("|- "):
            continue
        else:
            found = cells(line)
            if kind is None:
                is_rows = len(found) == 4 and (found[0], found[2], found[3]) == HEAD
                kind = "rows" if is_rows else "reasons" if found[0] == "reason" else "other"
            elif kind == "reasons":
                reasons.append(found[0])
            elif kind == "rows":
                if len(found) != 4 or not found[2].isdigit() or int(found[2]) == 0:
                    faults.append(f"{number}: a row is requirement, source, n from 1, answer")
                else:
                    rows.append((number, part, int(found[2]), found[3]))
    return rows, reasons, faults


def reason_of(answer):
    return re.match(r"[a-z]*", answer[len(LEFT_OUT):]).group() if answer.startswith(LEFT_OUT) else None


def count_lines(rows, reasons):
    parts = list(dict.fromkeys(part for _, part, _, _ in rows))
    lines = [COUNTS, "|---|---|---|---|"]
    for part in [*parts, None]:
        mine = [row for row in rows if part in (None, row[1])]
        total = sum(n for _, _, n, _ in mine)
        out = {r: sum(n for _, _, n, a in mine if reason_of(a) == r) for r in reasons}
        said = ", ".join(f"{r} {n}" for r, n in out.items() if n)
        name = part or "all"
        lines.append(f"| {name} | {total} | {total - sum(out.values())} | {sum(out.values())}: {said} |")
    return lines


def judge(text, known):
    rows, reasons, faults = read_page(text)
    named = set()
    for number, _, _, answer in rows:
        here = set(RULE.findall(answer))
        reason = reason_of(answer)
        faults += [f"{number}: there is no rule {rule}" for rule in sorted(here - known)]
        if reason is None and not here:
            faults.append(f"{number}: a row names rules, or says why it is left out")
        if reason is not None and reason not in reasons:
            faults.append(f"{number}: \"{reason}\" is none of the reasons")
        if reason is None:
            named |= here
    faults += [f"the rule {rule} answers no row" for rule in sorted(known - named)]
    expected = "\n".join(count_lines(rows, reasons))
    if expected not in text:
        faults.append("the counts should be:\n" + expected)
    if not rows:
        faults.append("there are no rows")
    return faults, rows


def load(root):
    texts = []
    for name in (PAGE, RULES):
        with open(os.path.join(root, name), encoding="utf-8") as file:
            texts.append(file.read())
    return texts[0], rules_of(texts[1])


GOOD_ROWS = """| reason | |
|---|---|
| live | needs a clock |

## One

| requirement | of | n | answered by |
|---|---|---|---|
| a | 1 | 2 | D1, S2 (not: much) |
| b | 2 | 1 | left out: live (D1 in part) |
"""
BAD = (("D1, S2", "D1, S2, D9", "no rule D9"), ("D1, S2", "D1", "S2 answers no row"),
       ("D1, S2 (not: much)", "soon", "names rules"), ("out: live", "out: lazy", "none of the reasons"),
       ("| 2 | D1", "| two | D1", "a row is"), ("| 2 | 1 |", "| 2 | 7 |", "the counts should be"))  # fmt: skip


def self_test():
    known = rules_of("#define RULE_IDS(X) X(D1) \\\n    X(S2)")
    rows, reasons, _ = read_page(GOOD_ROWS)
    good = "\n".join(count_lines(rows, reasons)) + "\n\n" + GOOD_ROWS
    assert "| all | 3 | 2 | 1: live 1 |" in good, good
    faults, _ = judge(good, known)
    assert not faults, f"found in a good page: {faults}"
    for old, new, words in BAD:
        assert old in GOOD_ROWS, old
        faults, _ = judge(good.replace(old, new), known)
        assert any(words in fault for fault in faults), f'{new}: "{words}" was not found in {faults}'
    print(f"self-test: {len(BAD)} seeded faults found, none in a good page")


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return 0
    if len(arguments) not in (1, 2) or (len(arguments) == 2 and arguments[0] != "--counts"):
        print(__doc__, file=sys.stderr)
        return 2
    text, known = load(arguments[-1])
    if len(arguments) == 2:
        rows, reasons, _ = read_page(text)
        print("\n".join(count_lines(rows, reasons)))
        return 0
    faults, rows = judge(text, known)
    for fault in faults:
        print(f"{PAGE}:{fault}")
    print(f"{len(rows)} rows, {len(known)} rules, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
