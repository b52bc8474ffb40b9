#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""readers.py PRESENTATION...: ffmpeg reads every media playlist and the MPD, decodes
all of it without a word on stderr, and finds as many pictures, at the even times, and
as much sound as the sample tables promise."""

import json
import os
import subprocess
import sys

from check import Presentation


def decode(path, kind, extra=()):
    """[(pts, duration)] of what comes out of the decoder, and what was said."""
    command = ["ffmpeg", "-nostdin", "-v", "warning", "-copyts", "-i", path, "-map", f"0:{kind}", *extra]
    command += ["-fps_mode", "passthrough"] if kind == "v:0" else []
    run = subprocess.run([*command, "-f", "framecrc", "-"], capture_output=True, text=True)
    rows = [line.split(",") for line in run.stdout.splitlines() if not line.startswith("#")]
    base = next((line.split()[-1] for line in run.stdout.splitlines() if line.startswith("#tb")), "1/1")
    return [(int(row[2]), int(row[3])) for row in rows], base, run.stderr.strip().splitlines()


def compare_pictures(frames, expected):
    if len(frames) != expected:
        return [f"{len(frames)} pictures, expected {expected}"]
    times = [pts for pts, _ in frames]
    steps = {b - a for a, b in zip(times, times[1:])}
    return [] if len(steps) <= 1 and times[0] == 0 else [f"first at {times[0]}, steps {sorted(steps)[:5]}"]


def compare_sound(frames, base, track):
    """Samples decoded against samples coded: the edit's priming, or none of it, gone."""
    got = sum(duration for _, duration in frames)
    coded = sum(segment.duration() for segment in track.segments)
    edit = track.init.media_time()
    slack = 1024
    good = base == f"1/{track.init.timescale}" and coded - edit - slack <= got <= coded + slack
    return [] if good else [f"{got} samples in {base}, coded {coded}, edit {edit}"]


def read_tracks(root, presentation):
    for track in presentation.tracks.values():
        path = os.path.join(root, track.name, "media.m3u8")
        kind = "v:0" if track.is_video() else "a:0"
        frames, base, said = decode(path, kind)
        if track.is_video():
            said += compare_pictures(frames, sum(len(s.samples()) for s in track.segments))
        else:
            said += compare_sound(frames, base, track)
        yield f"ffmpeg reads {track.name}/media.m3u8", said


def read_manifest(root, name, presentation):
    """Packets of each stream by itself: read all at once, ffmpeg 5.1's DASH reader
    drops the last packet of those that end later than the first."""
    path = os.path.join(root, name)
    command = ["ffprobe", "-v", "warning", "-show_entries", "stream=index,codec_type", "-of", "json", path]
    run = subprocess.run(command, capture_output=True, text=True)
    said = run.stderr.strip().splitlines()
    got = []
    for stream in json.loads(run.stdout or "{}").get("streams", []):
        command = ["ffmpeg", "-nostdin", "-v", "warning", "-i", path, "-map", f"0:{stream['index']}"]
        run = subprocess.run([*command, "-c", "copy", "-f", "framecrc", "-"], capture_output=True, text=True)
        said += run.stderr.strip().splitlines()
        packets = sum(not line.startswith("#") for line in run.stdout.splitlines())
        got.append((stream["codec_type"], packets))
    expected = sorted(
        ("video" if track.is_video() else "audio", sum(len(s.samples()) for s in track.segments))
        for track in presentation.tracks.values()
    )
    # A master playlist offers the sound once more with every variant.
    if set(got) != set(expected) or len(got) < len(expected):
        said.append(f"streams {sorted(got)}, expected {expected}")
    return f"ffmpeg reads {name}", said


def main(folders):
    failed = 0
    for folder in folders:
        presentation = Presentation(folder)
        presentation.check()
        results = list(read_tracks(folder, presentation))
        for name in ("manifest.mpd", "master.m3u8"):
            results.append(read_manifest(folder, name, presentation))
        for name, said in results:
            failed += bool(said)
            print(f"{'FAIL' if said else 'ok  '} {os.path.basename(os.path.normpath(folder))}: {name}")
            for line in said[:6]:
                print(f"       {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
