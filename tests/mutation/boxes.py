# SPDX-License-Identifier: BSD-2-Clause
"""ISO base media boxes as a tree that can be changed and written back: sizes follow,
and so do trun's data offsets when a moof grows or shrinks. Shares nothing with the
product."""

import struct

CONTAINERS = {"moov", "trak", "mdia", "minf", "stbl", "mvex", "moof", "traf", "edts", "dinf", "udta",
              "sinf", "schi", "mfra", "vttc"}  # fmt: skip
# Bytes between the header and the children.
ENTRIES = {"avc1": 78, "avc3": 78, "hvc1": 78, "hev1": 78, "av01": 78, "vp09": 78, "encv": 78,
           "mp4a": 28, "ac-3": 28, "ec-3": 28, "Opus": 28, "fLaC": 28, "enca": 28, "wvtt": 8}  # fmt: skip
FRONT = {"stsd": 8, "dref": 8, **ENTRIES}


class Box:
    def __init__(self, kind, front=b"", children=None):
        self.kind, self.front, self.children, self.parent = kind, bytearray(front), children, None
        for child in children or []:
            child.parent = self

    @property
    def version(self):
        return self.front[0]

    @property
    def flags(self):
        return int.from_bytes(self.front[1:4], "big")

    @flags.setter
    def flags(self, value):
        self.front[1:4] = value.to_bytes(3, "big")

    def get(self, form, offset):
        return struct.unpack_from(form, self.front, offset)[0]

    def set(self, form, offset, value):
        """value may be a function of the old one. Offsets count from after the box header."""
        if callable(value):
            value = value(self.get(form, offset))
        struct.pack_into(form, self.front, offset, value)

    def find_all(self, path):
        first, _, rest = path.partition("/")
        found = [child for child in self.children or [] if first in ("*", child.kind)]
        return [deep for child in found for deep in child.find_all(rest)] if rest else found

    def find(self, path, nth=0):
        return self.find_all(path)[nth]

    def has(self, path):
        return bool(self.find_all(path))

    def remove(self):
        self.parent.children.remove(self)

    def insert(self, box, index=None):
        box.parent = self
        self.children.insert(len(self.children) if index is None else index, box)
        return box

    def before(self, box):
        return self.parent.insert(box, self.parent.children.index(self))

    def after(self, box):
        return self.parent.insert(box, self.parent.children.index(self) + 1)

    def write(self):
        body = bytes(self.front) + b"".join(child.write() for child in self.children or [])
        return struct.pack(">I4s", len(body) + 8, self.kind.encode("latin-1")) + body

    def size(self):
        return 8 + len(self.front) + sum(child.size() for child in self.children or [])


def full(kind, version=0, flags=0, body=b""):
    return Box(kind, struct.pack(">B", version) + flags.to_bytes(3, "big") + body)


def read(data, start=0, end=None):
    """[Box] of a run of bytes."""
    end = len(data) if end is None else end
    boxes = []
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        size = size or end - start
        kind = kind.decode("latin-1")
        body, stop = start + head, min(start + size, end)
        if kind in CONTAINERS or kind in FRONT:
            front = FRONT.get(kind, 0)
            boxes.append(Box(kind, data[body : body + front], read(data, body + front, stop)))
        else:
            boxes.append(Box(kind, data[body:stop]))
        start += size
    return boxes


class File(Box):
    """A whole file. `keep` true writes data offsets as they are."""

    def __init__(self, data):
        super().__init__("file", b"", read(data))
        self.offsets = self.mdat_offsets()

    def mdat_offsets(self):
        """For every trun: what its data offset is, less the place of its moof's mdat."""
        out = {}
        for i, moof in enumerate(self.children):
            if moof.kind != "moof":
                continue
            distance = moof.size() + sum(b.size() for b in self.between(i)) + 8
            for trun in moof.find_all("traf/trun"):
                if trun.flags & 1:
                    out[id(trun)] = trun.get(">i", 8) - distance
        return out

    def between(self, i):
        """The boxes between a moof and its mdat."""
        out = []
        for box in self.children[i + 1 :]:
            if box.kind == "mdat":
                break
            out.append(box)
        return out

    def write(self, keep=False):
        for i, moof in enumerate(self.children):
            if moof.kind != "moof" or keep:
                continue
            distance = moof.size() + sum(b.size() for b in self.between(i)) + 8
            for trun in moof.find_all("traf/trun"):
                if trun.flags & 1 and id(trun) in self.offsets:
                    trun.set(">i", 8, self.offsets[id(trun)] + distance)
        return b"".join(box.write() for box in self.children)


class Trun:
    """Fields of a trun's samples, wherever they lie."""

    def __init__(self, box):
        self.box = box
        self.count = box.get(">I", 4)
        self.at = 8 + (4 if box.flags & 1 else 0) + (4 if box.flags & 4 else 0)
        self.fields = [name for bit, name in ((0x100, "duration"), (0x200, "size"), (0x400, "flags"), (0x800, "cto"))
                       if box.flags & bit]  # fmt: skip

    def offset(self, sample, field):
        return self.at + 4 * (len(self.fields) * sample + self.fields.index(field))

    def has(self, field):
        return field in self.fields

    def get(self, sample, field):
        return self.box.get(">i" if field == "cto" else ">I", self.offset(sample, field))

    def set(self, sample, field, value):
        self.box.set(">i" if field == "cto" else ">I", self.offset(sample, field), value)
