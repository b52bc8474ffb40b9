#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""matrix.py IN.mp4 OUT.mp4 TURN MIRROR: the same file under another display matrix.

TURN is clockwise degrees that the viewer applies; MIRROR 1 flips left and right
after the turn. Writes the 3x3 matrix of the video track's tkhd (ISO/IEC 14496-12
8.3.2), whose rows are (a b u), (c d v), (x y w): p' = a p + c q + x, q' = b p + d q + y.
"""
import struct
import sys

TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def boxes(data, start, end):
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        yield kind, start + head, start + (size or end - start)
        start += size or end - start


def main():
    source, target, turn, mirror = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "1"
    data = bytearray(open(source, "rb").read())
    a, b, c, d = TURNS[turn]
    if mirror:
        a, c = -a, -c
    for kind, start, end in boxes(data, 0, len(data)):
        if kind != b"moov":
            continue
        for trak, trak_start, trak_end in boxes(data, start, end):
            for inner, inner_start, inner_end in boxes(data, trak_start, trak_end) if trak == b"trak" else ():
                if inner != b"tkhd":
                    continue
                width, height = struct.unpack_from(">II", data, inner_end - 8)
                if width == 0:
                    continue
                # Shift so that the turned picture starts at 0, 0.
                x = -min(0, a * width, c * height, a * width + c * height)
                y = -min(0, b * width, d * height, b * width + d * height)
                struct.pack_into(">9i", data, inner_end - 44, a << 16, b << 16, 0, c << 16, d << 16, 0,
                                 x, y, 1 << 30)
    open(target, "wb").write(data)


main()
