# SPDX-License-Identifier: BSD-2-Clause
"""The report of the GPU checks as Markdown, and as plain data for --json."""


def cell(value):
    return str(value).replace("|", "\\|").replace("\n", " ")


def table_lines(title, header, rows):
    lines = [f"{title}:", ""] if title else []
    lines += ["| " + " | ".join(cell(h) for h in header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(cell(v) for v in row) + " |" for row in rows]
    return [*lines, ""]


def check_lines(check, result, seconds):
    lines = [f"## {check.title}: {result.verdict}", "",
             f"{check.what} ({seconds:.0f} s)", ""]  # fmt: skip
    if result.summary:
        lines += [f"**{result.summary}.**", ""]
    lines += [f"- {note}" for note in result.notes] + ([""] if result.notes else [])
    for entry in result.tables:
        lines += table_lines(*entry)
    for ran, words in result.messages:
        lines += ["```", ran, *(f"    {word}" for word in words or ["(no message)"]), "```", ""]
    if result.commands:
        lines += ["```", *result.commands, "```", ""]
    return lines


def markdown(title, intro, done):
    """done: list of (check, result, seconds)."""
    lines = [f"# {title}", "", *intro, ""]
    rows = [[check.title, result.verdict, result.summary] for check, result, _ in done]
    lines += table_lines("", ("check", "verdict", "in short"), rows)
    for check, result, seconds in done:
        lines += check_lines(check, result, seconds)
    return "\n".join(lines).rstrip() + "\n"


def plain(title, intro, done):
    return {"title": title, "intro": intro, "checks": [
        {"name": check.name, "title": check.title, "did": check.what, "seconds": round(seconds, 1),
         "verdict": result.verdict, "summary": result.summary, "notes": result.notes,
         "figures": [{"title": t, "header": list(h), "rows": [list(r) for r in rows]}
                     for t, h, rows in result.tables],
         "messages": [{"command": c, "lines": lines} for c, lines in result.messages],
         "commands": result.commands}
        for check, result, seconds in done]}  # fmt: skip
