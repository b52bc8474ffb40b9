#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py [--only TEXT] [--write]: rung over every clip of RUNG_MEDIA_DIR, each judged.

A clip is right, or a clear error that expected.tsv lists with its reason, or wrong.
Writes build/media-table.md; --write also docs/media-table.md.
"""
import argparse
import concurrent.futures
import csv
import os
import shutil
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))
sys.path.insert(0, os.path.dirname(here))
sys.path.insert(0, here)
sys.dont_write_bytecode = True

import clip_judge  # noqa: E402


def read_manifest(folder):
    with open(os.path.join(folder, "MANIFEST.tsv"), encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["file"], row["awkward"] or "") for row in rows]


def read_expected():
    with open(os.path.join(here, "expected.tsv"), encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file if line.strip() and line[0] != "#"]
    return {name: reason for name, reason in lines}


def judge(folder, name, expected, work):
    start = time.monotonic()
    place = os.path.join(work, name)
    os.makedirs(place, exist_ok=True)
    try:
        row = clip_judge.judge(os.path.join(folder, name), place, expected.get(name))
    except Exception as error:  # whatever goes wrong with one clip is that clip's row
        row = clip_judge.Row(clip_judge.WRONG, "", "%s: %s" % (type(error).__name__, str(error)[:300]))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    mark = "FAIL" if row.outcome == clip_judge.WRONG else "ok  "
    told = row.notes if mark == "FAIL" or row.outcome != clip_judge.RIGHT else row.made
    print("%s %s: %s: %s (%.1f s)" % (mark, name, row.outcome, told, time.monotonic() - start), flush=True)
    return row


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def write_table(path, rows, counts):
    with open(path, "w", encoding="utf-8") as file:
        file.write("# What becomes of every test clip\n\n"
                   "Made by `tests/media_table/run.py --write`. Each clip of the media folder is turned into a\n"
                   "presentation (preset ultrafast, default ladder, at most %d s of it), which is compared with\n"
                   "what ffprobe and ffmpeg make of the source: number and times of frames, size and turn,\n"
                   "luma at several frames against a picture scaled by swscale, number, length and loudness\n"
                   "curve of the sound. Refused clips and why: `tests/media_table/expected.tsv`.\n\n"
                   "%d right, %d clear errors, %d wrong.\n\n"
                   "| clip | what is special | outcome | tracks or error | notes |\n|---|---|---|---|---|\n"
                   % (clip_judge.LIMIT_S, counts[clip_judge.RIGHT], counts[clip_judge.REFUSED],
                      counts[clip_judge.WRONG]))
        for name, special, row in rows:
            file.write("| %s |\n" % " | ".join(cell(x) for x in (
                name, special, row.outcome, row.made, row.notes)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    folder = os.environ.get("RUNG_MEDIA_DIR") or os.path.join(root, "..", "shared", "media")
    if not os.path.exists(os.path.join(folder, "MANIFEST.tsv")):
        print("skip media_table: no MANIFEST.tsv in RUNG_MEDIA_DIR (%s)" % folder)
        print("0 passed, 0 failed, 1 skipped")
        return 0
    clips = [(n, s) for n, s in read_manifest(folder) if options.only in n]
    expected = read_expected()
    work = tempfile.mkdtemp(prefix="rung-media-")
    with concurrent.futures.ThreadPoolExecutor(max(1, os.cpu_count() or 1)) as pool:
        found = list(pool.map(lambda c: judge(folder, c[0], expected, work), clips))
    shutil.rmtree(work, ignore_errors=True)
    rows = [(name, special, row) for (name, special), row in zip(clips, found)]
    counts = {k: sum(r.outcome == k for r in found)
              for k in (clip_judge.RIGHT, clip_judge.REFUSED, clip_judge.WRONG)}
    os.makedirs(os.path.join(root, "build"), exist_ok=True)
    write_table(os.path.join(root, "build", "media-table.md"), rows, counts)
    if options.write:
        write_table(os.path.join(root, "docs", "media-table.md"), rows, counts)
    good = len(found) - counts[clip_judge.WRONG]
    print("%d passed, %d failed, 0 skipped" % (good, counts[clip_judge.WRONG]))
    return 1 if counts[clip_judge.WRONG] else 0


sys.exit(main())
