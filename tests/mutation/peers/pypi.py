#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""pypi.py TOOL DIR...: what a parser of PyPI says of each presentation. Prints "== DIR"
and then "FILE: complaint" lines. TOOL: m3u8, mpegdash, pymp4."""

import io
import sys
from pathlib import Path


def with_m3u8():
    import m3u8
    from m3u8 import version_matching

    def read(path, say):
        text = path.read_text()
        found = m3u8.loads(text)
        if not (found.segments or found.playlists):
            say("empty")
        for error in version_matching.validate(text.splitlines()):
            say(error)

    return (".m3u8",), read


def with_mpegdash():
    from mpegdash.parser import MPEGDASHParser

    return (".mpd",), lambda path, say: MPEGDASHParser.parse(str(path))


def with_pymp4():
    from pymp4.parser import Box

    def read(path, say):
        data = path.read_bytes()
        file = io.BytesIO(data)
        while file.tell() < len(data):
            Box.parse_stream(file)

    return (".mp4", ".m4s"), read


def main():
    suffixes, read = {"m3u8": with_m3u8, "mpegdash": with_mpegdash, "pymp4": with_pymp4}[sys.argv[1]]()
    for folder in map(Path, sys.argv[2:]):
        print(f"== {folder}", flush=True)
        for path in sorted(p for p in folder.rglob("*") if p.suffix in suffixes):

            def say(text, path=path):
                print(f"{path.relative_to(folder)}: {' '.join(str(text).split())[:300]}", flush=True)

            try:
                read(path, say)
            except Exception as error:  # whatever it throws is what it says
                say(f"{type(error).__name__}: {error}")


main()
