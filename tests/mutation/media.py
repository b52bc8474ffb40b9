# SPDX-License-Identifier: BSD-2-Clause
"""What the mutations of segments share: the boxes they reach for, and which rules one
fault may break beside its own."""

import re
import struct

from boxes import Box, Trun, full
from kit import Unchanged

# A time that is wrong shows in manifests, at joins, and against the other tracks.
TIMES = ("D16", "D17", "D25", "D27", "D3", "D4", "M6", "M13", "M21", "M23", "M25", "S11", "S20", "S24", "S26", "S27", "X2")
# An I-frame playlist's ranges, when a segment changes its size.
RANGES = ("M7", "M19", "M21")

STBL = "moov/trak/mdia/minf/stbl"
STSD = STBL + "/stsd"


def moofs(tree):
    return [box for box in tree.children if box.kind == "moof"]


def entry(tree):
    """The first sample entry."""
    return tree.find(STSD).children[0]


def child(tree, kind):
    """A box of the first sample entry; Unchanged without."""
    found = entry(tree).find_all(kind)
    if not found:
        raise Unchanged(f"no {kind}")
    return found[0]


def need(box, path, nth=0):
    """Like find, but Unchanged when there is none."""
    found = box.find_all(path)
    if nth >= len(found):
        raise Unchanged(f"no {path}")
    return found[nth]


def replace(box, other):
    box.before(other)
    box.remove()


def edit_init(p, change, playlist=None):
    p.edit(p.init(playlist), change)


def patch_init(p, path, form, offset, value, playlist=None):
    p.patch(p.init(playlist), path, form, offset, value)


def rebrand(p, name, change):
    """change(brand) of the major and of every compatible brand."""
    def edit(tree):
        ftyp = tree.find("ftyp")
        brands = [bytes(ftyp.front[i : i + 4]) for i in range(8, len(ftyp.front), 4)]
        ftyp.front = bytearray(change(bytes(ftyp.front[:4])) + bytes(ftyp.front[4:8]) + b"".join(map(change, brands)))

    p.edit(name, edit)


def shift(p, name, change):
    """tfdt of every fragment of a segment."""
    def edit(tree):
        for moof in moofs(tree):
            tfdt = moof.find("traf/tfdt")
            tfdt.set(">Q" if tfdt.version else ">I", 4, change)

    p.edit(name, edit, keep=True)


TFHD_FIELDS = ((1, 8), (2, 4), (8, 4), (0x10, 4), (0x20, 4))
DESCRIPTION, DURATION, SIZE, FLAGS = 2, 8, 0x10, 0x20


def tfhd_at(tfhd, bit):
    """Where an optional field of tfhd is, or would be."""
    return 8 + sum(size for one, size in TFHD_FIELDS if one < bit and tfhd.flags & one)


def set_default(tfhd, bit, value):
    """A default of tfhd, which is put in where there is none."""
    at = tfhd_at(tfhd, bit)
    if not tfhd.flags & bit:
        tfhd.flags |= bit
        tfhd.front[at:at] = bytes(4)
    tfhd.set(">I", at, value)


def drop_default(tfhd, bit):
    if not tfhd.flags & bit:
        raise Unchanged("it is not there")
    at = tfhd_at(tfhd, bit)
    del tfhd.front[at : at + 4]
    tfhd.flags &= ~bit


class Run:
    """The samples of one fragment with a single run, whatever gives their fields."""

    def __init__(self, tree, nth=0):
        self.moof = moofs(tree)[nth]
        self.mdat = [box for box in tree.children if box.kind == "mdat"][nth]
        self.traf = self.moof.find("traf")
        self.tfhd = self.traf.find("tfhd")
        self.trun = self.traf.find("trun")
        self.read()

    def read(self):
        trun = Trun(self.trun)
        self.count = trun.count
        self.samples = []
        for i in range(trun.count):
            sample = {"duration": self.default(DURATION), "size": self.default(SIZE), "flags": self.default(FLAGS), "cto": 0}
            if i == 0 and self.trun.flags & 4:
                sample["flags"] = self.trun.get(">I", 12 if self.trun.flags & 1 else 8)
            sample.update({name: trun.get(i, name) for name in trun.fields})
            self.samples.append(sample)

    def default(self, bit):
        return self.tfhd.get(">I", tfhd_at(self.tfhd, bit)) if self.tfhd.flags & bit else 0

    def store(self, version=None):
        """Writes all fields of every sample into trun."""
        offset = self.trun.front[8:12] if self.trun.flags & 1 else b""
        version = self.trun.version if version is None else version
        body = struct.pack(">I", len(self.samples)) + bytes(offset)
        for sample in self.samples:
            body += struct.pack(">III", sample["duration"], sample["size"], sample["flags"])
            body += struct.pack(">i", sample["cto"])
        flags = (1 if offset else 0) | 0xF00
        self.trun.front = bytearray(struct.pack(">B", version) + flags.to_bytes(3, "big") + body)

    def at(self, sample):
        """Where a sample begins in the mdat."""
        return sum(one["size"] for one in self.samples[:sample])

    def splice(self, sample, offset, length, data):
        """Replaces bytes of a sample; its size follows."""
        at = self.at(sample) + offset
        self.mdat.front[at : at + length] = data
        self.samples[sample]["size"] += len(data) - length
        self.store()


def refit(tree):
    """A sidx of one reference says the size that there is now."""
    for place, sidx in enumerate(tree.children):
        at = 28 if sidx.kind == "sidx" and sidx.version else 20
        if sidx.kind == "sidx" and sidx.get(">H", at + 2) == 1:
            sidx.set(">I", at + 4, sum(box.size() for box in tree.children[place + 1 :]))


def resize(p, name, change):
    """change(boxes.File) of a segment; its index follows."""
    p.edit(name, lambda tree: (change(tree), refit(tree)))


def edit_run(p, name, change, nth=0):
    """change(Run) of the nth fragment, and all fields written again."""
    def edit(tree):
        if nth >= len(moofs(tree)):
            raise Unchanged("fewer fragments")
        run = Run(tree, nth)
        change(run)
        run.store()

    resize(p, name, edit)


def edit_all_runs(p, name, change):
    """change(Run) of every fragment; only what it does itself is changed."""
    def edit(tree):
        for nth in range(len(moofs(tree))):
            change(Run(tree, nth))

    resize(p, name, edit)


def nals(data, length_size=4):
    """[(offset, size)] of the NAL units of a sample."""
    out, at = [], 0
    while at + length_size <= len(data):
        size = int.from_bytes(data[at : at + length_size], "big")
        out.append((at + length_size, size))
        at += length_size + size
    return out


def insert_nal(p, name, nal):
    """A NAL unit in front of the first sample's; sizes follow."""
    edit_run(p, name, lambda run: run.splice(0, 0, 0, len(nal).to_bytes(4, "big") + nal))


def avcc_sets(avcc):
    """([SPS], [PPS], what follows) of an avcC payload."""
    data, at, lists = bytes(avcc), 6, []
    count = data[5] & 31
    for _ in range(2):
        sets = []
        for _ in range(count):
            size = int.from_bytes(data[at : at + 2], "big")
            sets.append(data[at + 2 : at + 2 + size])
            at += 2 + size
        lists.append(sets)
        if len(lists) == 1:
            count, at = data[at], at + 1
    return lists[0], lists[1], data[at:]


def avcc(head, sps, pps, tail=b""):
    """The payload again; head is its first five bytes."""
    out = bytearray(head) + bytes([0xE0 | len(sps)])
    for one in sps:
        out += len(one).to_bytes(2, "big") + one
    out.append(len(pps))
    for one in pps:
        out += len(one).to_bytes(2, "big") + one
    return out + tail


def sps_of(p, playlist=None):
    return avcc_sets(child(p.tree(p.init(playlist)), "avcC").front)[0][0]


def edit_sps(p, change, playlist=None):
    """change(bits of the payload as text) of the SPS in avcC; emulation prevention is seen to."""
    def edit(tree):
        box = child(tree, "avcC")
        sps, pps, tail = avcc_sets(box.front)
        plain = sps[0].replace(b"\0\0\3", b"\0\0")
        bits = change("".join(f"{byte:08b}" for byte in plain))
        bits = bits.rstrip("0")
        bits += "0" * (-len(bits) % 8)
        raw, out = int(bits, 2).to_bytes(len(bits) // 8, "big"), bytearray()
        for byte in raw:
            if byte <= 3 and out[-2:] == b"\0\0":
                out.append(3)
            out.append(byte)
        box.front = avcc(box.front[:5], [bytes(out)] + sps[1:], pps, tail)

    edit_init(p, edit, playlist)


def styp(brands=b"msdhmsix"):
    return Box("styp", brands[:4] + bytes(4) + brands)


def emsg(version=1, timescale=24000, scheme=b"urn:example:e\0v\0"):
    numbers = struct.pack(">I" + ("Q" if version else "I") + "II", timescale, 0, 0, 7)
    return full("emsg", version, 0, numbers + scheme if version else scheme + numbers)


def put_in_front(p, name, *made):
    """Boxes in front of the first moof."""
    def edit(tree):
        for box in made:
            tree.find("moof").before(box)

    resize(p, name, edit)


def put_event_stream(p):
    p.sub(p.mpd, "(<Role )", r'<InbandEventStream schemeIdUri="urn:example:e" value="v"/>\1')


def put_elst(p, name, entries, version=0):
    """entries: (duration, media time, rate). Put in where there is none."""
    form = ">QqI" if version else ">IiI"
    body = struct.pack(">I", len(entries)) + b"".join(struct.pack(form, d, t, r) for d, t, r in entries)

    def edit(tree):
        if not tree.has("moov/trak/edts"):
            tree.find("moov/trak/tkhd").after(Box("edts", b"", []))
        edts = tree.find("moov/trak/edts")
        for old in list(edts.children):
            old.remove()
        edts.insert(full("elst", version, 0, body))

    p.edit(name, edit)


def rescale(p, playlist, factor):
    """All times of a track in a timescale `factor` times as fine."""
    def finer(tree):
        tree.find("moov/trak/mdia/mdhd").set(">I", 12, lambda v: v * factor)
        for elst in tree.find_all("moov/trak/edts/elst"):
            elst.set(">i", 12, lambda v: v * factor)

    def longer(run):
        for sample in run.samples:
            sample["duration"] *= factor
            sample["cto"] *= factor
        run.store()
        tfdt = run.traf.find("tfdt")
        tfdt.set(">Q" if tfdt.version else ">I", 4, lambda v: v * factor)

    edit_init(p, finer, playlist)
    for name in p.segments(playlist):
        edit_all_runs(p, name, longer)


def only_dash(p):
    """A presentation of the MPD alone."""
    listed = re.findall(r'URI="([^"]*)"', p.text(p.master))
    for name in {p.master, *p.variants(), *listed}:
        p.remove(name)
