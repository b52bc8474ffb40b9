# SPDX-License-Identifier: BSD-2-Clause
"""Results as text: a summary for the terminal and docs/performance.md."""

from statistics import median

MAIN_CLIP = "bbb_1080p_30s"

ROWS = [
    ("CPU, s", "cpu_s", 1, "{:.2f}"),
    ("wall, s", "wall_s", 1, "{:.2f}"),
    ("peak memory, MiB", "peak_bytes", 1 / 2**20, "{:.0f}"),
    ("first segment of all rungs, s", "first_all_s", 1, "{:.2f}"),
    ("first segment of any rung, s", "first_any_s", 1, "{:.2f}"),
]


def spread(rows, key, factor, form):
    values = [row[key] * factor for row in rows]
    text = form.format(median(values))
    return f"{text} ({form.format(min(values))}–{form.format(max(values))})"


def ratio(ours, theirs, key):
    """Median of the pairs' ratios, and their range."""
    values = [a[key] / b[key] for a, b in zip(ours, theirs)]
    return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def table_of_runs(result):
    runs = result["runs"]
    names = [name for name in ("ffmpeg", "rung") if name in runs]
    lines = ["| | " + " | ".join(names) + (" | rung / ffmpeg |" if len(names) == 2 else " |")]
    lines.append("|---|" + "---|" * (lines[0].count("|") - 2))
    for title, key, factor, form in ROWS:
        cells = [spread(runs[name], key, factor, form) for name in names]
        if len(names) == 2:
            cells.append(ratio(runs["rung"], runs["ffmpeg"], key))
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return lines


def table_of_quality(result):
    lines = [
        "| rung | size | CRF, cap kb/s | ffmpeg kb/s | VMAF own / source size | rung kb/s | VMAF own / source size | rate at equal VMAF (own size) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in result["quality"]:
        ours, theirs = row["rung"], row["ffmpeg"]
        equal = row["rate_at_equal_vmaf"]
        change = f"{(equal - 1) * 100:+.1f} %" if equal else "outside ffmpeg's curve"
        lines.append(
            f"| {row['id']} | {row['width_px']}x{row['height_px']} | {row['crf']:g}, {row['maxrate_bps'] // 1000} "
            f"| {theirs['kbps']:.0f} | {theirs['own']:.2f} / {theirs['source']:.2f} "
            f"| {ours['kbps']:.0f} | {ours['own']:.2f} / {ours['source']:.2f} | {change} |"
        )
    return lines


def loads(result):
    values = [row["load_before"] for rows in result["runs"].values() for row in rows]
    return f"{min(values):.1f}–{max(values):.1f}"


def explain_load(result):
    busiest = max(row["load_before"] for rows in result["runs"].values() for row in rows)
    if busiest < 1:
        return "the machine was otherwise idle."
    if result.get("nice", 0) < 0:
        return f"other work ran beside it, at a lower priority (these runs: nice {result['nice']})."
    return (
        "other work ran beside it. Wall times are then shares of a busy machine, which the scheduler hands "
        "out by threads (on two cores ffmpeg had 36, rung 5), so they favour ffmpeg and say little; CPU and "
        "memory stay comparable."
    )


def summary(result):
    lines = [f"== {result['preset']}, {result['clip']}, load before runs {loads(result)}"]
    lines += table_of_runs(result)
    if result.get("quality"):
        lines += ["", *table_of_quality(result)]
    return "\n".join(lines)


def quote(words):
    """A command as one could type it, folded."""
    out, line = [], ""
    for word in words:
        text = f"'{word}'" if any(c in word for c in " ;[]()*") else word
        if line and len(line) + len(text) > 96:
            out.append(line + " \\")
            line = "   "
        line = f"{line} {text}" if line else text
    return [*out, line]


INTRODUCTION = """# Performance

`./dev bench` compares rung with the strongest simple rival: **one** ffmpeg process that
decodes once, splits, scales and encodes the same ladder with libx264 and writes DASH and HLS.
Same sizes, preset, CRF, maxrate and bufsize for each rung (`rung plan --json` says which), an IDR
every 2 s, scene cuts off, 4 s segments, one AAC stereo track of 128 kb/s. ffmpeg scales each
rung from the source with swscale's default (bicubic) and encodes with its default threads; rung scales in
a cascade with zimg's Lanczos and encodes spans with single-threaded encoders.

How it is measured:

- Pairs are interleaved, and every other pair runs in reverse order. Cells are the median
  and, in parentheses, the least and the most; ratios are taken within each pair first.
- CPU is user + system time of the process and all its descendants (`wait4`).
- Peak memory is the largest sum of resident pages over the process tree, sampled every 20 ms
  (pages shared between processes count in each).
- "First segment" is the time until init and first segment of a rung lie complete under their final
  names, polled every 20 ms. rung publishes its manifests last; ffmpeg's list segments as they come.
- VMAF is the mean over frames (model vmaf_v0.6.1). *Own size*: at the rung's size, against the source scaled by
  swscale's spline, which neither side uses. *Source size*: the rung scaled up to the largest one's (bicubic),
  every sixth frame. *Rate at equal VMAF*: rung's rate over the rate at which ffmpeg reaches rung's
  VMAF at the rung's own size, on straight lines of (VMAF, log rate) between ffmpeg's results at CRF −2, 0 and +2 (the
  caps stay); less than zero is better for rung. Rates are all bytes of the segments over the duration.
- Where a rung is smaller than the source, these scores hold the scaler's part too, and spline
  is as sharp as Lanczos, sharper than bicubic, which helps rung; the row of the source's own size
  compares the encodes alone.
"""


def other_sections(path):
    """What other benchmarks wrote below the ladder's."""
    with open(path, encoding="utf-8") as file:
        _, found, rest = file.read().partition("\n## rung validate")
    return found + rest


def table_of_clips(results):
    lines = [
        "| clip, preset | CPU | wall | memory | first segment of any rung, of all | rate at equal VMAF, from the largest rung down |",
        "|---|---|---|---|---|---|",
    ]
    for result in results:
        ours, theirs = result["runs"]["rung"], result["runs"]["ffmpeg"]
        cells = [f"{median(a[key] / b[key] for a, b in zip(ours, theirs)):.2f}"
                 for key in ("cpu_s", "wall_s", "peak_bytes", "first_any_s", "first_all_s")]  # fmt: skip
        rates = [row["rate_at_equal_vmaf"] for row in result["quality"] or []]
        cells.append(", ".join(f"{(rate - 1) * 100:+.1f} %" if rate else "?" for rate in rates))
        name = f"{result['clip']}, {result['preset']}"
        lines.append(f"| {name} | {cells[0]} | {cells[1]} | {cells[2]} | {cells[3]}, {cells[4]} | {cells[5]} |")
    return lines


def clips_section(results):
    if not results:
        return []
    pairs = min(len(result["runs"]["rung"]) for result in results)
    loads_of_all = [row["load_before"] for result in results for rows in result["runs"].values() for row in rows]
    return ["## Other clips", "",
            f"rung / ffmpeg, medians of {pairs} or more pairs; load average {min(loads_of_all):.1f}–"
            f"{max(loads_of_all):.1f}. \"?\": outside ffmpeg's curve of CRF −2 to +2.", "",
            *table_of_clips(results), ""]  # fmt: skip


def write(path, results):
    kept = other_sections(path)
    lines = [INTRODUCTION.rstrip(), ""]
    for result in [r for r in results if r["clip"].startswith(MAIN_CLIP)]:
        machine = result["machine"]
        pairs = len(result["runs"]["rung"])
        lines += [
            f"## {result['preset']}: {result['clip']}, {len(result['quality'] or []) or 'all'} rungs", "",
            f"{result['date']}; {machine['cores']} × {machine['cpu']}, {machine['memory_gib']} GiB, Linux "
            f"{machine['kernel']}; ffmpeg {machine['ffmpeg']}; {' '.join(result['rung_version'])}; {pairs} pairs. "
            f"Load average before the runs: {loads(result)}; {explain_load(result)}", "",
            *table_of_runs(result), "",
        ]  # fmt: skip
        if result.get("quality"):
            lines += [*table_of_quality(result), ""]
        for name in ("ffmpeg", "rung"):
            lines += ["```", *quote(result["commands"][name]), "```", ""]
    lines += clips_section([r for r in results if not r["clip"].startswith(MAIN_CLIP)])
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines).rstrip() + "\n" + kept)
