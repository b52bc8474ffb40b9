# SPDX-License-Identifier: BSD-2-Clause
"""ISO base media files read from the bytes: boxes, an init segment's facts, and the
samples of a segment. Written for the tests, from ISO/IEC 14496-12 and 14496-15;
shares nothing with the product. Says what is there; judges only what makes the
bytes unreadable (class Broken)."""

import struct
from dataclasses import dataclass, field

CONTAINERS = {"moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf"}


class Broken(Exception):
    """Bytes that cannot be what they claim; the text starts with a rule's id."""


@dataclass
class Box:
    type: str
    start: int
    header: int
    end: int
    data: bytes
    children: list = field(default_factory=list)

    def payload(self):
        return self.data[self.start + self.header : self.end]

    def full(self):
        """version, flags, the rest."""
        body = self.payload()
        if len(body) < 4:
            raise Broken(f"S38 {self.type} at {self.start} is too short for version and flags")
        return body[0], int.from_bytes(body[1:4], "big"), body[4:]

    def find(self, path):
        """The first box under this one along a path like "mdia/mdhd", or None."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.type == name:
                return child.find(rest) if rest else child
        return None

    def all(self, name):
        return [child for child in self.children if child.type == name]


def read_boxes(data, start=0, end=None):
    end = len(data) if end is None else end
    boxes = []
    at = start
    while at < end:
        if end - at < 8:
            raise Broken(f"S38 {end - at} stray bytes at {at}")
        size, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if size == 1:
            if end - at < 16:
                raise Broken(f"S38 extended size cut short at {at}")
            size = struct.unpack_from(">Q", data, at + 8)[0]
            header = 16
        elif size == 0:
            size = end - at
        name = kind.decode("latin-1")
        if size < header or at + size > end:
            raise Broken(f"S38 box {name} at {at} has size {size}, {end - at} bytes are left")
        box = Box(name, at, header, at + size, data)
        if name in CONTAINERS:
            box.children = read_boxes(data, at + header, at + size)
        boxes.append(box)
        at += size
    return boxes


def unpack(form, body, at, what):
    if at + struct.calcsize(form) > len(body):
        raise Broken(f"S38 {what} is cut short")
    return struct.unpack_from(form, body, at)


# ---- init segment ----------------------------------------------------------


@dataclass
class Init:
    path: str = ""
    size: int = 0
    boxes: list = field(default_factory=list)
    moov: Box = None
    brands: list = field(default_factory=list)
    traks: list = field(default_factory=list)
    track_id: int = 0
    timescale: int = 0
    language: str = ""
    handler: str = ""
    media_header: str = ""  # vmhd, smhd, sthd, nmhd
    edits: list = None  # [(duration, media_time, rate)] or None
    entry: str = ""  # sample entry: avc1, hvc1, av01, mp4a
    entry_boxes: dict = field(default_factory=dict)
    width: int = 0
    height: int = 0
    tkhd_size: tuple = (0, 0)
    channels: int = 0
    sample_rate: int = 0
    colr: tuple = None  # primaries, transfer, matrix, full range
    pasp: tuple = None
    table_entries: int = 0  # in stts, stsc, stsz, stco: should be none
    trex: dict = None

    def media_time(self):
        return self.edits[0][1] if self.edits else 0


def read_descriptor(data, at):
    """An MPEG-4 descriptor: tag, body start, end."""
    tag = data[at]
    at += 1
    size = 0
    for _ in range(4):
        byte = data[at]
        at += 1
        size = size << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    if at + size > len(data):
        raise Broken("S38 descriptor in esds is cut short")
    return tag, at, at + size


def read_esds(box):
    """(object type indication, AudioSpecificConfig, max bit rate, average bit rate)."""
    body = box.full()[2]
    try:
        tag, at, _ = read_descriptor(body, 0)
        if tag != 3:
            raise Broken("S34 esds has no ES descriptor")
        flags = body[at + 2]
        at += 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
        tag, at, _ = read_descriptor(body, at)
        object_type = body[at]
        peak, average = struct.unpack_from(">II", body, at + 5)
        tag, at, end = read_descriptor(body, at + 13)
        if tag != 5:
            raise Broken("S34 esds has no decoder specific info")
        return object_type, body[at:end], peak, average
    except (IndexError, struct.error) as error:
        raise Broken("S38 esds is cut short") from error


def read_sample_entry(init, stsd):
    _, _, body = stsd.full()
    if unpack(">I", body, 0, "stsd")[0] != 1:
        raise Broken("S3 stsd has not exactly one sample entry")
    offset = stsd.start + stsd.header + 8
    entry = read_boxes(stsd.data, offset, stsd.end)[0]
    init.entry = entry.type
    body = entry.payload()
    fixed = 28
    if init.handler == "vide":
        fixed = 78
        init.width, init.height = unpack(">HH", body, 24, "visual sample entry")
    elif init.handler == "soun":
        init.channels, _, _, _, rate = unpack(">HHHHI", body, 16, "audio sample entry")
        init.sample_rate = rate >> 16
    for child in read_boxes(entry.data, entry.start + entry.header + fixed, entry.end):
        init.entry_boxes[child.type] = child
    colr = init.entry_boxes.get("colr")
    if colr and colr.payload()[:4] == b"nclx":
        primaries, transfer, matrix, full = unpack(">HHHB", colr.payload(), 4, "colr")
        init.colr = (primaries, transfer, matrix, full >> 7)
    if "pasp" in init.entry_boxes:
        init.pasp = unpack(">II", init.entry_boxes["pasp"].payload(), 0, "pasp")


def read_track(init, trak):
    version, _, body = trak.find("tkhd").full()
    init.track_id = unpack(">I", body, 16 if version else 8, "tkhd")[0]
    width, height = unpack(">II", body, len(body) - 8, "tkhd")
    init.tkhd_size = (width / 65536, height / 65536)
    version, _, body = trak.find("mdia/mdhd").full()
    init.timescale = unpack(">I", body, 16 if version else 8, "mdhd")[0]
    packed = unpack(">H", body, 28 if version else 16, "mdhd")[0]
    init.language = "".join(chr((packed >> shift & 31) + 0x60) for shift in (10, 5, 0))
    init.handler = trak.find("mdia/hdlr").full()[2][4:8].decode("latin-1")
    elst = trak.find("edts/elst")
    if elst:
        version, _, body = elst.full()
        form = ">Qqhh" if version else ">Iihh"
        init.edits = []
        for i in range(unpack(">I", body, 0, "elst")[0]):
            duration, time, rate, _ = unpack(form, body, 4 + i * struct.calcsize(form), "elst")
            init.edits.append((duration, time, rate))
    minf = trak.find("mdia/minf")
    init.media_header = next((c.type for c in minf.children if c.type.endswith("mhd")), "")
    for name in ("stts", "stsc", "stsz", "stco", "co64"):
        table = minf.find(f"stbl/{name}")
        if table:
            at = 4 if name == "stsz" else 0
            init.table_entries += unpack(">I", table.full()[2], at, name)[0]
    read_sample_entry(init, minf.find("stbl/stsd"))


def read_init(path):
    with open(path, "rb") as file:
        data = file.read()
    init = Init(path=path, size=len(data), boxes=read_boxes(data))
    ftyp = next((box for box in init.boxes if box.type == "ftyp"), None)
    if ftyp:
        body = ftyp.payload()
        init.brands = [body[:4].decode("latin-1")]
        init.brands += [body[i : i + 4].decode("latin-1") for i in range(8, len(body), 4)]
    init.moov = next((box for box in init.boxes if box.type == "moov"), None)
    if not init.moov:
        raise Broken("S1 no moov")
    init.traks = init.moov.all("trak")
    if len(init.traks) != 1:
        raise Broken(f"S1 {len(init.traks)} tracks in moov")
    try:
        read_track(init, init.traks[0])
    except AttributeError as error:
        raise Broken(f"S1 a box the track needs is missing ({error})") from error
    trex = init.moov.find("mvex/trex")
    if trex:
        names = ("track_id", "description", "duration", "size", "flags")
        init.trex = dict(zip(names, unpack(">5I", trex.full()[2], 0, "trex")))
    return init


# ---- segments ----------------------------------------------------------------


@dataclass
class Sample:
    dts: int
    duration: int
    cto: int
    flags: int
    offset: int
    size: int

    def is_sync(self):
        return not self.flags & 0x10000


@dataclass
class Fragment:
    start: int = 0  # of the moof
    end: int = 0  # of the mdat
    sequence: int = 0
    tfhd_flags: int = 0
    track_id: int = 0
    description: int = None
    tfdt: int = None
    tfdt_version: int = 0
    trun_versions: list = field(default_factory=list)
    samples: list = field(default_factory=list)
    duration: int = 0
    data_faults: list = field(default_factory=list)


@dataclass
class Segment:
    path: str = ""
    size: int = 0
    data: bytes = b""
    boxes: list = field(default_factory=list)
    styp: list = None
    fragments: list = field(default_factory=list)

    def samples(self):
        return [sample for fragment in self.fragments for sample in fragment.samples]

    def tfdt(self):
        return self.fragments[0].tfdt

    def duration(self):
        return sum(fragment.duration for fragment in self.fragments)

    def sample_data(self, sample):
        return self.data[sample.offset : sample.offset + sample.size]


def read_trun(fragment, box, defaults, moof, mdat, next_offset):
    version, flags, body = box.full()
    fragment.trun_versions.append(version)
    count = unpack(">I", body, 0, "trun")[0]
    at = 4
    offset = next_offset
    if flags & 1:
        offset = moof.start + unpack(">i", body, at, "trun")[0]
        at += 4
    elif next_offset is None:
        fragment.data_faults.append("trun without data offset")
        offset = moof.end + 8
    first_flags = None
    if flags & 4:
        first_flags = unpack(">I", body, at, "trun")[0]
        at += 4
    dts = (fragment.tfdt or 0) + fragment.duration
    for i in range(count):
        values = dict(defaults)
        for bit, name in ((0x100, "duration"), (0x200, "size"), (0x400, "flags"), (0x800, "cto")):
            if flags & bit:
                form = ">i" if name == "cto" and version == 1 else ">I"
                values[name] = unpack(form, body, at, "trun")[0]
                at += 4
        if i == 0 and first_flags is not None:
            values["flags"] = first_flags
        if offset < mdat.start + mdat.header or offset + values["size"] > mdat.end:
            fragment.data_faults.append(f"sample {i} at {offset}+{values['size']} is outside mdat")
        fragment.samples.append(
            Sample(dts, values["duration"], values.get("cto", 0), values["flags"], offset, values["size"])
        )
        dts += values["duration"]
        fragment.duration += values["duration"]
        offset += values["size"]
    if at != len(body):
        raise Broken(f"S38 trun has {len(body) - at} bytes too many")
    return offset


def read_fragment(moof, mdat, trex):
    fragment = Fragment(start=moof.start, end=mdat.end)
    mfhd = moof.find("mfhd")
    trafs = moof.all("traf")
    if not mfhd or len(trafs) != 1:
        raise Broken(f"S9 moof at {moof.start} has {len(trafs)} traf and mfhd {bool(mfhd)}")
    fragment.sequence = unpack(">I", mfhd.full()[2], 0, "mfhd")[0]
    traf = trafs[0]
    if not traf.find("tfhd"):
        raise Broken(f"S10 moof at {moof.start} has no tfhd")
    _, flags, body = traf.find("tfhd").full()
    fragment.tfhd_flags = flags
    fragment.track_id = unpack(">I", body, 0, "tfhd")[0]
    defaults = {"duration": 0, "size": 0, "flags": 0}
    defaults.update({k: v for k, v in (trex or {}).items() if k in defaults})
    at = 4 + (8 if flags & 1 else 0)
    for bit, name in ((2, "description"), (8, "duration"), (16, "size"), (32, "flags")):
        if flags & bit:
            value = unpack(">I", body, at, "tfhd")[0]
            at += 4
            if name == "description":
                fragment.description = value
            else:
                defaults[name] = value
    tfdt = traf.find("tfdt")
    if tfdt:
        fragment.tfdt_version, _, body = tfdt.full()
        fragment.tfdt = unpack(">Q" if fragment.tfdt_version else ">I", body, 0, "tfdt")[0]
    offset = None
    for trun in traf.all("trun"):
        offset = read_trun(fragment, trun, defaults, moof, mdat, offset)
    if offset is not None and offset != mdat.end:
        fragment.data_faults.append(f"samples end at {offset}, mdat at {mdat.end}")
    return fragment


def read_segment(path, trex):
    with open(path, "rb") as file:
        data = file.read()
    segment = Segment(path=path, size=len(data), data=data, boxes=read_boxes(data))
    for i, box in enumerate(segment.boxes):
        if box.type == "styp":
            body = box.payload()
            segment.styp = [body[at : at + 4].decode("latin-1") for at in [0, *range(8, len(body), 4)]]
        if box.type == "moof":
            after = segment.boxes[i + 1] if i + 1 < len(segment.boxes) else None
            if not after or after.type != "mdat":
                raise Broken(f"S9 moof at {box.start} is not followed by mdat")
            segment.fragments.append(read_fragment(box, after, trex))
    if not segment.fragments or not segment.samples():
        raise Broken("S9 no samples")
    return segment
