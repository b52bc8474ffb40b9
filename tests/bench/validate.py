#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measures rung validate against sha256sum (and openssl) over the same files: a long film of two video
rungs (360p, 240p) and stereo sound, 10,000 segments of 4 s. The film is 64 s of
a presentation made by rung, again and again: every copy of a segment has its own number and time, so
that the whole is valid. Prints the medians of interleaved runs and the ratio of each pair."""

import argparse
import os
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile

CLIP_S = 80
HEAD, PER_LOOP = 2, 16  # segments before what is repeated (the first has the priming of AAC), and of it
HEAD_S, LOOP_S = 8, 64  # whole numbers of segments and of AAC frames: nothing drifts


def make_clip(path):
    """Moving shapes under noise that changes: about the rate of a film."""
    subprocess.run(["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi", "-i",
                    f"testsrc2=s=640x360:r=24:d={CLIP_S},noise=alls=4:allf=t", "-f", "lavfi", "-i",
                    f"anoisesrc=d={CLIP_S}:c=pink:r=48000:a=0.1", "-c:v", "libx264", "-preset", "veryfast", "-qp", "12",
                    "-c:a", "aac", "-ac", "2", path], check=True)  # fmt: skip


def boxes(data, at, end):
    while at < end:
        size, name = struct.unpack_from(">I4s", data, at)
        yield name, at, at + size
        at += size


def shifted(data, ticks, fragments):
    """A segment's bytes with its times and its fragments' numbers moved on."""
    data = bytearray(data)
    for name, at, end in boxes(data, 0, len(data)):
        if name != b"moof":
            continue
        for inner, start, stop in boxes(data, at + 8, end):
            if inner == b"mfhd":
                struct.pack_into(">I", data, start + 12, struct.unpack_from(">I", data, start + 12)[0] + fragments)
            for leaf, first, _ in boxes(data, start + 8, stop) if inner == b"traf" else ():
                if leaf == b"tfdt":
                    struct.pack_into(">Q", data, first + 12, struct.unpack_from(">Q", data, first + 12)[0] + ticks)
    return data


def lengthen_playlist(path, copies):
    with open(path, encoding="utf-8") as file:
        head, body = re.fullmatch(r"(.*?)(#EXTINF.*)#EXT-X-ENDLIST\n", file.read(), re.S).groups()
    entries = re.findall(r"((?:#.*\n)+)(\d+)\.m4s\n", body)
    with open(path, "w", encoding="utf-8") as file:
        file.write(head)
        file.writelines(f"{tags}{number}.m4s\n" for tags, number in entries if int(number) <= HEAD)
        for copy in range(copies):
            file.writelines(f"{tags}{int(number) + copy * PER_LOOP:05d}.m4s\n"
                            for tags, number in entries if HEAD < int(number) <= HEAD + PER_LOOP)  # fmt: skip
        file.write("#EXT-X-ENDLIST\n")


def lengthen_mpd(path, copies):
    with open(path, encoding="utf-8") as file:
        text = file.read()

    def longer(match):
        durations = [d for d, r in re.findall(r'd="(\d+)"(?: r="(\d+)")?', match[1]) for _ in range(int(r or 0) + 1)]
        lines = [f'<S d="{d}"/>\n' for d in durations]
        lines = lines[:HEAD] + lines[HEAD : HEAD + PER_LOOP] * copies
        return "<SegmentTimeline>\n" + "".join(lines).replace("<S", '<S t="0"', 1) + "</SegmentTimeline>"

    text = re.sub(r"<SegmentTimeline>(.*?)</SegmentTimeline>", longer, text, flags=re.S)
    text = re.sub(r'mediaPresentationDuration="[^"]*"', f'mediaPresentationDuration="PT{HEAD_S + LOOP_S * copies}S"', text)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def timescales(folder):
    with open(f"{folder}/manifest.mpd", encoding="utf-8") as file:
        text = file.read()
    sets = re.findall(r"<AdaptationSet.*?</AdaptationSet>", text, re.S)
    return {rep: int(re.search(r'timescale="(\d+)"', one)[1])
            for one in sets for rep in re.findall(r'<Representation id="([^"]+)"', one)}  # fmt: skip


def lengthen(folder, copies):
    """The presentation, so many times one after the other. Number of segments."""
    count = 0
    for rep, scale in timescales(folder).items():
        place = next(path for path, _, _ in os.walk(folder) if os.path.basename(path) == rep)
        names = sorted(name for name in os.listdir(place) if name.endswith(".m4s"))
        for name in names[HEAD + PER_LOOP :]:
            os.remove(f"{place}/{name}")
        for name in names[HEAD : HEAD + PER_LOOP]:
            with open(f"{place}/{name}", "rb") as file:
                data = file.read()
            for copy in range(1, copies):
                with open(f"{place}/{int(name[:5]) + copy * PER_LOOP:05d}.m4s", "wb") as file:
                    file.write(shifted(data, copy * LOOP_S * scale, copy * PER_LOOP * 1024))
        for name in os.listdir(place):
            if name.endswith(".m3u8"):
                lengthen_playlist(f"{place}/{name}", copies)
        count += HEAD + copies * PER_LOOP
    lengthen_mpd(f"{folder}/manifest.mpd", copies)
    return count


def cpu_of(command):
    """User and system seconds of a command and of what it started."""
    before = os.times()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    after = os.times()
    if done.returncode:
        raise SystemExit(f"{command[:3]} ended with {done.returncode}:\n{done.stdout.decode(errors='replace')[-2000:]}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return cpu, after.elapsed - before.elapsed, done.stdout


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=10000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scratch", help="a folder for about 2 GB; removed afterwards where it is not given")
    arguments = parser.parse_args()
    rung = os.path.abspath(os.environ["RUNG_BIN"])
    scratch = arguments.scratch or tempfile.mkdtemp(prefix="rung-bench-")
    folder = os.path.join(scratch, "film")
    try:
        if not os.path.isdir(folder):
            os.makedirs(scratch, exist_ok=True)
            make_clip(f"{scratch}/clip.mp4")
            subprocess.run([rung, "transcode", f"{scratch}/clip.mp4", "-o", folder + ".part", "--ladder", "360,240",
                            "--preset", "veryfast", "--segment-duration", "4", "--progress", "none", "-q"], check=True)  # fmt: skip
            lengthen(folder + ".part", -(-arguments.segments // (3 * PER_LOOP)))
            os.rename(folder + ".part", folder)
        files = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
        size = sum(map(os.path.getsize, files))
        print(f"{sum(f.endswith('.m4s') for f in files)} segments, {len(files)} files, {size / 1e6:.0f} MB")
        every = 'find "$0" -type f -print0 | xargs -0 '
        sides = {"sha256sum": ["sh", "-c", every + "sha256sum", folder],
                 "openssl": ["sh", "-c", every + "openssl dgst -sha256", folder],  # uses what the CPU has for it
                 "rung validate": [rung, "validate", folder, "--progress", "none"]}  # fmt: skip
        for command in sides.values():  # the page cache is warm for all
            said = cpu_of(command)[2]
        print(*said.decode(errors="replace").splitlines()[:2], sep="\n")
        results = {name: [] for name in sides}
        for run in range(arguments.runs):
            for name in list(sides)[:: -1 if run % 2 else 1]:
                results[name].append(cpu_of(sides[name])[:2])
        for name, runs in results.items():
            print(f"{name}: CPU {spread([cpu for cpu, _ in runs], 2)} s, wall {spread([wall for _, wall in runs], 2)} s")
        for name in ("sha256sum", "openssl"):
            ratios = [ours[0] / theirs[0] for ours, theirs in zip(results["rung validate"], results[name])]
            print(f"CPU of rung validate / {name}: {spread(ratios, 2)}")
    finally:
        if not arguments.scratch:
            shutil.rmtree(scratch, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
