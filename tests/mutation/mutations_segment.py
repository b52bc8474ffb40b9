# SPDX-License-Identifier: BSD-2-Clause
"""Faults in init segments and media segments: rules S."""

import struct

import boxes
from boxes import Box, Trun, full
from kit import Unchanged, mutation

TIMES = ("D16", "D17", "D25", "D27", "D3", "D4", "M6", "M13", "M21", "M23", "M25", "S11", "S20", "S24", "S26", "S27", "X2")
GONE = ("D16", "D17", "D18", "D20", "D22", "D23", "D26", "H7", "M8", "M9", "S25", "V5", "V6", "V7", "V8", "V9", "V18", "X1",
        "X3")  # fmt: skip
STSD = "moov/trak/mdia/minf/stbl/stsd"
RANGES = ("M7", "M19", "M21")  # an I-frame playlist's ranges, when a segment changes its size


def each_moof(tree):
    return [box for box in tree.children if box.kind == "moof"]


def shift(p, name, change):
    """tfdt of every fragment of a segment."""
    def edit(tree):
        for moof in each_moof(tree):
            tfdt = moof.find("traf/tfdt")
            tfdt.set(">Q" if tfdt.version else ">I", 4, change)

    p.edit(name, edit, keep=True)


def config(tree, kind):
    """(sample entry, payload of its configuration box as bytearray holder)."""
    entry = tree.find(STSD).children[0]
    return entry, entry.find(kind)


# --- S1 to S5, S14, S15: the init segment


@mutation("S1", also=("S2",))
def no_ftyp(p):
    p.edit(p.init(), lambda tree: tree.find("ftyp").remove())


@mutation("S1", also=("M9", "D29"))
def moof_in_init(p):
    p.write(p.init(), p.read(p.init()) + boxes.Box("mdat", b"xxxx").write())


@mutation("S1", also=GONE + ("S3",))
def no_mvex(p):
    p.edit(p.init(), lambda tree: tree.find("moov/mvex").remove())


@mutation("S1", also=GONE)
def two_tracks(p):
    def change(tree):
        other = boxes.File(p.read(p.init(p.audio()))).find("moov/trak")
        tree.find("moov/trak").after(other)

    p.edit(p.init(), change)


@mutation("S1")
def no_mvhd(p):
    p.edit(p.init(), lambda tree: tree.find("moov/mvhd").remove())


def rebrand(p, name, change):
    def edit(tree):
        ftyp = tree.find("ftyp")
        brands = [bytes(ftyp.front[i : i + 4]) for i in range(8, len(ftyp.front), 4)]
        ftyp.front = bytearray(change(bytes(ftyp.front[:4])) + bytes(ftyp.front[4:8]) + b"".join(map(change, brands)))

    p.edit(name, edit)


@mutation("S2")
def no_cmaf_brand(p):
    rebrand(p, p.init(), lambda brand: b"iso6" if brand in (b"cmfc", b"cmf2") else brand)


@mutation("S2")
def no_cmaf_brand_in_audio(p):
    rebrand(p, p.init(p.audio()), lambda brand: b"iso6" if brand in (b"cmfc", b"cmf2") else brand)


@mutation("S2")
def no_cmaf_brand_in_second_rung(p):
    rebrand(p, p.init(p.video(1)), lambda brand: b"mp42" if brand in (b"cmfc", b"cmf2") else brand)


@mutation("S3")
def entries_in_stts(p):
    p.edit(p.init(), lambda tree: tree.find("moov/trak/mdia/minf/stbl").find("stts").front.__setitem__(
        slice(4, None), struct.pack(">III", 1, 10, 1000)))  # fmt: skip


@mutation("S3")
def no_trex(p):
    p.edit(p.init(), lambda tree: tree.find("moov/mvex/trex").remove())


@mutation("S3", also=("S1",))
def trex_of_another_track(p):
    p.patch(p.init(), "moov/mvex/trex", ">I", 4, lambda v: v + 7)


@mutation("S3")
def samples_in_stsz(p):
    p.edit(p.init(), lambda tree: tree.find("moov/trak/mdia/minf/stbl").find("stsz").set(">I", 8, 5))


@mutation("S4", also=("D19", "D21", "D22", "V5", "V6", "V7", "V8", "V9", "X1", "D20", "X3", "S25", "D36", "S38", "S58", "V2", "V3", "V30"))
def handler_of_another_kind(p):
    p.edit(p.init(), lambda tree: tree.find("moov/trak/mdia/hdlr").front.__setitem__(slice(8, 12), b"soun"))


@mutation("S4")
def no_vmhd(p):
    p.edit(p.init(), lambda tree: tree.find("moov/trak/mdia/minf/vmhd").remove())


@mutation("S4")
def smhd_for_video(p):
    def change(tree):
        vmhd = tree.find("moov/trak/mdia/minf/vmhd")
        vmhd.after(full("smhd", 0, 0, bytes(4)))
        vmhd.remove()

    p.edit(p.init(), change)


@mutation("S5")
def no_colr(p):
    p.edit(p.init(), lambda tree: tree.find(STSD).children[0].find("colr").remove())


@mutation("S5")
def no_pasp(p):
    p.edit(p.init(), lambda tree: tree.find(STSD).children[0].find("pasp").remove())


@mutation("S51", also=("V9", "D36"))
def colr_lies(p):
    p.edit(p.init(), lambda tree: tree.find(STSD).children[0].find("colr").set(">H", 4, 9))


@mutation("S48", also=("D22", "D24"))
def pasp_lies(p):
    p.edit(p.init(), lambda tree: tree.find(STSD).children[0].find("pasp").set(">I", 0, 2))


# --- S6 to S13: fragments


def nals(data, length_size=4):
    """[(offset, size)] of the NAL units of an mdat payload."""
    out, at = [], 0
    while at + length_size <= len(data):
        size = int.from_bytes(data[at : at + length_size], "big")
        out.append((at + length_size, size))
        at += length_size + size
    return out


def insert_nal(p, name, nal):
    """A NAL unit in front of the first sample's; sizes follow."""
    unit = len(nal).to_bytes(4, "big") + nal

    def change(tree):
        trun = Trun(tree.find("moof/traf/trun"))
        if not trun.has("size"):
            raise Unchanged("sample sizes are defaults")
        trun.set(0, "size", trun.get(0, "size") + len(unit))
        mdat = tree.find("mdat")
        mdat.front[0:0] = unit
        # A second trun of the same moof would move too; fragments here have one.

    p.edit(name, change)


def parameter_sets(p, playlist=None):
    avcc = bytes(config(p.tree(p.init(playlist)), "avcC")[1].front)
    size = int.from_bytes(avcc[6:8], "big")
    return avcc[8 : 8 + size]


@mutation("S6", also=RANGES + ("V3", "D27"))
def another_sps_in_band(p):
    sps = bytearray(parameter_sets(p))
    sps[3] += 1  # level
    insert_nal(p, p.segment(1), bytes(sps))


@mutation("S6", also=RANGES)
def sps_of_another_rung_in_band(p):
    insert_nal(p, p.segment(0), parameter_sets(p, p.video(1)))


@mutation("S6", also=("S34", "D20", "V6", "V5", "X3", "S19", "S18", "S5", "D22", "V7", "V9", "D36"))
def no_parameter_sets_in_config(p):
    def change(tree):
        _, avcc = config(tree, "avcC")
        avcc.front = bytearray(bytes(avcc.front[:5]) + b"\xe0\x00")

    p.edit(p.init(), change)


def styp():
    return Box("styp", b"msdh" + bytes(4) + b"msdhmsix"[:4])


@mutation("S7", also=RANGES + ("S38", "S8"))
def styp_after_moof(p):
    p.edit(p.segment(0), lambda tree: tree.insert(styp()))


@mutation("S7", also=RANGES + ("S23",))
def prft_after_moof(p):
    p.edit(p.segment(1), lambda tree: tree.insert(full("prft", 1, 0, struct.pack(">IQQ", 1, 1 << 32, 0))))


@mutation("S7", also=RANGES + ("D35", "S22"))
def emsg_after_moof(p):
    body = b"urn:x:y\0v\0" + (24000).to_bytes(4, "big") + bytes(8) + (7).to_bytes(4, "big")
    p.edit(p.segment(1), lambda tree: tree.insert(full("emsg", 0, 0, body)))


def restyp(p, change):
    def edit(tree):
        if not tree.has("styp"):
            tree.insert(styp(), 0)
        box = tree.find("styp")
        box.front = bytearray(change(bytes(box.front)))

    p.edit(p.segment(0), edit)


@mutation("S8", also=RANGES)
def styp_without_segment_brand(p):
    restyp(p, lambda front: b"abcd" + bytes(4) + b"efgh")


@mutation("S8", also=RANGES)
def styp_msix_without_sidx(p):
    restyp(p, lambda front: b"msix" + bytes(4) + b"msdhmsix")


@mutation("S38", also=RANGES + ("S8",))
def styp_cut_in_a_brand(p):
    restyp(p, lambda front: b"msdh" + bytes(4) + b"ms")


@mutation("S9", also=TIMES + RANGES + ("S38", "S13", "S18", "D26", "D18", "V22"))
def no_mdat(p):
    p.edit(p.segment(0), lambda tree: tree.find("mdat").remove())


@mutation("S9", also=RANGES + ("S17",))
def no_mfhd(p):
    p.edit(p.segment(0), lambda tree: tree.find("moof/mfhd").remove())


@mutation("S9", also=RANGES + TIMES + ("S13",))
def two_trafs(p):
    def change(tree):
        traf = tree.find("moof/traf")
        traf.after(boxes.read(traf.write())[0])

    p.edit(p.segment(1, p.audio()), change)


@mutation("S10", also=RANGES + ("S13",))
def no_default_base_is_moof(p):
    def change(tree):
        tfhd = tree.find("moof/traf/tfhd")
        tfhd.flags &= ~0x20000

    p.edit(p.segment(0), change)


@mutation("S10", also=TIMES + ("S18", "D26", "S3"))
def track_id_differs(p):
    p.patch(p.segment(0), "moof/traf/tfhd", ">I", 4, lambda v: v + 1)


@mutation("S10", also=RANGES + ("S13",))
def base_data_offset_given(p):
    def change(tree):
        tfhd = tree.find("moof/traf/tfhd")
        tfhd.flags |= 1
        tfhd.front[8:8] = bytes(8)

    p.edit(p.segment(1, p.audio()), change)


@mutation("S11", also=TIMES)
def tfdt_a_frame_late(p):
    shift(p, p.segment(1), lambda v: v + 1000)


@mutation("S11", also=TIMES)
def a_sample_lasts_longer(p):
    def change(tree):
        trun = Trun(tree.find("moof/traf/trun"))
        if trun.has("duration"):
            trun.set(0, "duration", trun.get(0, "duration") + 7)
            return
        tfhd = tree.find("moof/traf/tfhd")
        if not tfhd.flags & 8:
            raise Unchanged("durations come from trex")
        offset = 8 + (8 if tfhd.flags & 1 else 0) + (4 if tfhd.flags & 2 else 0)
        tfhd.set(">I", offset, lambda v: v + 7)

    p.edit(p.segment(1, p.audio()), change, keep=True)


@mutation("S11", also=TIMES + ("D18", "S17", "S16", "M19", "M7"))
def two_files_swapped(p):
    first, second = p.segments()[:2]
    a, b = p.read(first), p.read(second)
    p.write(first, b)
    p.write(second, a)


@mutation("S11", also=TIMES + RANGES + ("S18", "D26"))
def no_tfdt(p):
    p.edit(p.segment(1), lambda tree: [moof.find("traf/tfdt").remove() for moof in each_moof(tree)])


def negative(p, name):
    def change(tree):
        for moof in each_moof(tree):
            tfdt = moof.find("traf/tfdt")
            tfdt.front = bytearray(b"\1\0\0\0" + struct.pack(">q", -90000))

    p.edit(name, change)


@mutation("S12", also=TIMES + RANGES + ("S16",))
def tfdt_negative(p):
    negative(p, p.segment(0))


@mutation("S12", also=TIMES + RANGES + ("S16",))
def tfdt_negative_in_audio(p):
    negative(p, p.segment(0, p.audio()))


@mutation("S12", also=TIMES + RANGES)
def tfdt_beyond_any_time(p):
    def change(tree):
        for moof in each_moof(tree):
            tfdt = moof.find("traf/tfdt")
            tfdt.front = bytearray(b"\1\0\0\0" + struct.pack(">Q", 0xFFFFFFFFFFFFF000))

    p.edit(p.segment(2), change)


@mutation("S13", also=("S19", "S18", "D26", "V22", "M19", "M20"))
def data_offset_four_bytes_off(p):
    p.patch(p.segment(0), "moof/traf/trun", ">i", 8, lambda v: v + 4)


@mutation("S13", also=("S19", "M19"))
def sample_larger_than_mdat(p):
    def change(tree):
        trun = Trun(tree.find("moof/traf/trun"))
        trun.set(trun.count - 1, "size", 0xFFFFFF)

    p.edit(p.segment(0, p.audio()), change, keep=True)


@mutation("S13", also=("S19", "S18", "D26", "V22", "M19", "M20"))
def data_offset_negative(p):
    p.patch(p.segment(1), "moof/traf/trun", ">i", 8, lambda v: -100)


@mutation("S64", also=("S38", "S19"))
def mdat_with_more_than_the_samples(p):
    def change(tree):
        tree.find("mdat").front += bytes(5000)

    p.edit(p.segment(2, p.audio()), change)


@mutation("S14")
def cmf2_with_edit_list(p):
    rebrand(p, p.init(), lambda brand: b"cmf2" if brand == b"cmfc" else brand)


@mutation("S14", also=RANGES)
def cmf2_with_trun_zero(p):
    rebrand(p, p.init(p.video(1)), lambda brand: b"cmf2" if brand == b"cmfc" else brand)


def elst(entries, version=0):
    """entries: (duration, media time, rate)"""
    form = ">QqI" if version else ">IiI"
    body = struct.pack(">I", len(entries)) + b"".join(struct.pack(form, d, t, r) for d, t, r in entries)
    return full("elst", version, 0, body)


def put_elst(p, name, entries):
    def change(tree):
        box = tree.find("moov/trak/edts/elst")
        box.after(elst(entries))
        box.remove()

    p.edit(name, change)


@mutation("S15", also=("S16",) + TIMES)
def edit_with_empty_one_in_front(p):
    put_elst(p, p.init(), [(500, -1, 0x10000), (0, 2000, 0x10000)])


@mutation("S15")
def edit_with_duration(p):
    put_elst(p, p.init(p.audio()), [(3000, 1024, 0x10000)])


@mutation("S15", also=("S16",) + TIMES)
def edit_at_half_rate(p):
    put_elst(p, p.init(p.audio()), [(0, 1024, 0x8000)])


@mutation("S16", also=TIMES)
def edit_missing_for_delayed_video(p):
    p.edit(p.init(), lambda tree: tree.find("moov/trak/edts").remove())


@mutation("S16", also=TIMES)
def edit_of_another_offset(p):
    put_elst(p, p.init(), [(0, 5000, 0x10000)])


@mutation("S16", also=TIMES)
def edit_longer_than_the_priming(p):
    put_elst(p, p.init(p.audio()), [(0, 100000, 0x10000)])


# --- S17 to S23


@mutation("S17")
def sequence_goes_back(p):
    p.patch(p.segment(2), "moof/mfhd", ">I", 4, 1)


@mutation("S17")
def sequence_stays(p):
    first = p.tree(p.segment(0)).find_all("moof/mfhd")[-1].get(">I", 4)
    p.patch(p.segment(1), "moof/mfhd", ">I", 4, first)


@mutation("S17")
def sequence_goes_back_in_audio(p):
    p.patch(p.segment(2, p.audio()), "moof/mfhd", ">I", 4, 0)


def first_nal(p, name, change):
    data = bytearray(p.read(name))
    at = data.index(b"mdat") + 4
    while data[at + 4] & 31 not in (1, 5):
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    data[at + 4] = change(data[at + 4])
    p.write(name, data)


@mutation("S18", also=("S19", "V22", "D26", "M19", "M21", "S20", "M20"))
def idr_made_a_plain_picture(p):
    first_nal(p, p.segment(0), lambda byte: byte & 0xE0 | 1)


@mutation("S18", also=("S19", "V22", "D26", "M19", "M21", "S20", "M20"))
def idr_made_plain_in_second_rung(p):
    first_nal(p, p.segment(1, p.video(1)), lambda byte: byte & 0xE0 | 1)


@mutation("S18", also=("S19", "V22", "D26", "M19", "M21", "S20", "M20"))
def idr_made_plain_in_last_segment(p):
    first_nal(p, p.segments()[-1], lambda byte: byte & 0xE0 | 1)


def set_first_flags(p, name, flags):
    def change(tree):
        box = tree.find("moof/traf/trun")
        trun = Trun(box)
        if box.flags & 4:
            box.set(">I", 12 if box.flags & 1 else 8, flags)
        elif trun.has("flags"):
            trun.set(0, "flags", flags)
        else:
            tfhd = tree.find("moof/traf/tfhd")
            if not tfhd.flags & 0x20:
                raise Unchanged("flags come from trex")
            tfhd.set(">I", 8 + sum(n for bit, n in ((1, 8), (2, 4), (8, 4), (16, 4)) if tfhd.flags & bit), flags)

    p.edit(name, change, keep=True)


@mutation("S19", also=("S18", "V22", "D26", "M19", "M21", "M20"))
def sync_flag_cleared(p):
    set_first_flags(p, p.segment(0), 0x01010000)


@mutation("S19", also=("S18", "V22", "D26", "M19", "M21", "M20"))
def sync_flag_cleared_in_second_rung(p):
    set_first_flags(p, p.segment(1, p.video(1)), 0x01010000)


@mutation("S74", also=("M19", "S19", "S18", "D26", "V22"))
def nal_longer_than_its_sample(p):
    data = bytearray(p.read(p.segment(0)))
    at = data.index(b"mdat") + 4
    data[at : at + 4] = b"\x7f\xff\xff\xff"
    p.write(p.segment(0), data)


@mutation("S20", also=("S18", "S19", "V22", "M19", "M21", "M20"))
def idr_in_mid_segment_made_plain(p):
    name = p.segment(0)
    data = bytearray(p.read(name))
    found = 0
    start = 0
    while (start := data.find(b"mdat", start)) >= 0:
        at, start = start + 4, start + 4
        end = at - 8 + int.from_bytes(data[at - 8 : at - 4], "big")
        while at + 5 < end:
            if data[at + 4] & 31 == 5:
                found += 1
                if found > 1:
                    data[at + 4] = data[at + 4] & 0xE0 | 1
            at += 4 + int.from_bytes(data[at : at + 4], "big")
    if found < 2:
        raise Unchanged("one IDR in the segment")
    p.write(name, data)


def sidx_at(p):
    name = p.variants()[0].replace(".m3u8", ".mp4")
    data = bytearray(p.read(name))
    return name, data, data.index(b"sidx")


@mutation("S21", also=("D29", "D17", "D18", "X2", "X1", "S38", "S9"), bases=("shaka_ondemand",))
def sidx_size_wrong(p):
    name, data, at = sidx_at(p)
    version = data[at + 4]
    entry = at + 4 + 4 + 8 + (16 if version else 8) + 4
    data[entry : entry + 4] = (int.from_bytes(data[entry : entry + 4], "big") + 10).to_bytes(4, "big")
    p.write(name, data)


@mutation("S21", also=("D17", "D3", "X2", "X5", "D25", "S24"), bases=("shaka_ondemand",))
def sidx_duration_wrong(p):
    name, data, at = sidx_at(p)
    version = data[at + 4]
    entry = at + 4 + 4 + 8 + (16 if version else 8) + 4
    data[entry + 4 : entry + 8] = (int.from_bytes(data[entry + 4 : entry + 8], "big") + 4096).to_bytes(4, "big")
    p.write(name, data)


@mutation("S21", also=("D15", "D16", "D17", "X2", "D3", "D25", "S24", "X5"), bases=("shaka_ondemand",))
def sidx_timescale_wrong(p):
    name, data, at = sidx_at(p)
    data[at + 12 : at + 16] = (int.from_bytes(data[at + 12 : at + 16], "big") * 2).to_bytes(4, "big")
    p.write(name, data)


def emsg(p, version, timescale, place=0):
    def change(tree):
        strings = b"urn:example:e\0v\0"
        if version:
            body = struct.pack(">IQII", timescale, 0, 0, 7) + strings
        else:
            body = strings + struct.pack(">IIII", timescale, 0, 0, 7)
        each_moof(tree)[place].before(full("emsg", version, 0, body))

    return change


def put_event_stream(p):
    p.sub(p.mpd, "(<Role )", r'<InbandEventStream schemeIdUri="urn:example:e" value="v"/>\1')


@mutation("S22", also=RANGES + ("D35",))
def emsg_of_another_timescale(p):
    put_event_stream(p)
    p.edit(p.segment(0), emsg(p, 1, 1000))


@mutation("S22", also=RANGES + ("D35",))
def emsg_version_zero(p):
    put_event_stream(p)
    p.edit(p.segment(1), emsg(p, 0, 24000))


@mutation("S22", also=RANGES + ("D35", "S38"))
def emsg_without_terminator(p):
    put_event_stream(p)
    body = struct.pack(">IQII", 24000, 0, 0, 7) + b"urn:example:e"
    p.edit(p.segment(1), lambda tree: tree.find("moof").before(full("emsg", 1, 0, body)))


def prft(track, ntp):
    return full("prft", 1, 0, struct.pack(">IQQ", track, ntp, 0))


@mutation("S23", also=RANGES)
def prft_of_another_track(p):
    p.edit(p.segment(0), lambda tree: tree.find("moof").before(prft(99, 1 << 40)))


@mutation("S23", also=RANGES)
def prft_goes_back(p):
    p.edit(p.segment(0), lambda tree: tree.find("moof").before(prft(1, 2 << 40)))
    p.edit(p.segment(1), lambda tree: tree.find("moof").before(prft(1, 1 << 40)))


@mutation("S23", also=RANGES)
def prft_of_another_track_in_audio(p):
    p.edit(p.segment(0, p.audio()), lambda tree: tree.find("moof").before(prft(99, 1 << 40)))


# --- S24 to S27: across tracks and segments


@mutation("S24", also=TIMES)
def one_rung_a_frame_late(p):
    for name in p.segments(p.video(1)):
        shift(p, name, lambda v: v + 1000)


@mutation("S24", also=TIMES)
def one_segment_of_one_rung_late(p):
    shift(p, p.segment(1, p.video(1)), lambda v: v + 1000)


@mutation("S24", also=TIMES)
def one_rung_a_second_late(p):
    for name in p.segments(p.video(1)):
        shift(p, name, lambda v: v + 24000)


@mutation("S25", also=("V5", "V6", "D20", "X3", "S34", "S2", "S6"))
def profile_of_one_rung_differs(p):
    def change(tree):
        _, avcc = config(tree, "avcC")
        avcc.front[1] = 77
        avcc.front[9] = 77
        avcc.front = avcc.front[: len(avcc.front)]

    p.edit(p.init(p.video(1)), change)


@mutation("S26", also=TIMES + ("S16",))
def audio_starts_a_second_late(p):
    for name in p.segments(p.audio()):
        shift(p, name, lambda v: v + 48000)


@mutation("S26", also=TIMES + ("D18", "X1", "X5", "V3", "V2", "M2", "M3"))
def audio_ends_early(p):
    last = p.segments(p.audio())[-1].rsplit("/", 1)[-1]
    p.sub(p.audio(), rf"#EXTINF.*\n{last}\n", "")
    p.sub(p.mpd, r'(<S d="191488"/>)\s*<S d="\d+"/>', r"\1")


@mutation("S26", also=TIMES + ("S16",))
def audio_starts_half_a_second_early(p):
    for name in p.segments(p.audio())[1:]:
        shift(p, name, lambda v: v - 24000)


@mutation("S27", also=TIMES)
def gap_in_audio(p):
    for name in p.segments(p.audio())[1:]:
        shift(p, name, lambda v: v + 1024)


@mutation("S27", also=TIMES)
def overlap_in_audio(p):
    for name in p.segments(p.audio())[1:]:
        shift(p, name, lambda v: v - 1024)


@mutation("S27", also=TIMES)
def one_audio_segment_off(p):
    shift(p, p.segment(1, p.audio()), lambda v: v + 480)


# --- S28 to S31: encryption


def sinf(tree):
    return tree.find(STSD).children[0].find("sinf")


CRYPT = ("S29", "S30", "S31", "S32", "D30", "S28") + GONE


@mutation("S28", also=CRYPT + ("S83", "S55"), bases=("shaka_cenc",))
def no_schm(p):
    p.edit(p.init(), lambda tree: sinf(tree).find("schm").remove())


@mutation("S28", also=CRYPT, bases=("shaka_cenc",))
def no_tenc(p):
    p.edit(p.init(), lambda tree: sinf(tree).find("schi/tenc").remove())


@mutation("S28", also=CRYPT + ("S34",), bases=("shaka_cbcs",))
def no_frma(p):
    p.edit(p.init(), lambda tree: sinf(tree).find("frma").remove())


@mutation("S29", also=("S30",), bases=("shaka_cbcs",))
def cbcs_pattern_for_video_missing(p):
    p.edit(p.init(), lambda tree: sinf(tree).find("schi/tenc").set(">B", 5, 0))


@mutation("S29", also=("S30",), bases=("shaka_cbcs",))
def cbcs_pattern_five_to_five(p):
    p.edit(p.init(), lambda tree: sinf(tree).find("schi/tenc").set(">B", 5, 0x55))


@mutation("S29", also=("S30", "S28"), bases=("shaka_cenc",))
def cenc_with_pattern(p):
    def change(tree):
        tenc = sinf(tree).find("schi/tenc")
        tenc.set(">B", 0, 1)
        tenc.set(">B", 5, 0x19)

    p.edit(p.init(), change)


def senc(tree):
    return tree.find("moof/traf/senc")


@mutation("S30", also=("S38",), bases=("shaka_cenc",))
def senc_count_differs(p):
    p.edit(p.segment(0), lambda tree: senc(tree).set(">I", 4, lambda v: v - 1), keep=True)


@mutation("S30", also=("S38",), bases=("shaka_cenc",))
def subsample_longer_than_sample(p):
    def change(tree):
        box = senc(tree)
        # count, then IV of 8, subsample count, clear bytes, protected bytes
        box.set(">I", 8 + 8 + 2 + 2, lambda v: v + 100)

    p.edit(p.segment(0), change, keep=True)


@mutation("S30", also=("S38",), bases=("shaka_cenc",))
def saio_elsewhere(p):
    def change(tree):
        saio = tree.find("moof/traf/saio")
        saio.set(">I", len(saio.front) - 4, lambda v: v + 4)

    p.edit(p.segment(0), change, keep=True)


@mutation("S30", also=CRYPT + RANGES + ("S13",), bases=("shaka_cenc",))
def senc_missing_in_one_fragment(p):
    def change(tree):
        for kind in ("senc", "saiz", "saio"):
            tree.find(f"moof/traf/{kind}").remove()

    p.edit(p.segment(1), change)


# --- S34 to S38


@mutation("S34", also=("D20", "V6", "V5", "X3", "S6", "S2"))
def avcc_of_another_level(p):
    p.edit(p.init(), lambda tree: config(tree, "avcC")[1].set(">B", 3, lambda v: v - 10))


@mutation("S34", also=("D20", "V6", "V5", "X3", "S25", "S2", "S6"))
def avcc_of_another_profile(p):
    p.edit(p.init(), lambda tree: config(tree, "avcC")[1].set(">B", 1, 66))


@mutation("S34", also=GONE + ("S6", "S5", "S18", "S19", "V22", "D36", "M19", "M20"))
def avcc_cut_short(p):
    def change(tree):
        _, avcc = config(tree, "avcC")
        avcc.front = avcc.front[:12]

    p.edit(p.init(), change)


@mutation("S34", also=GONE + ("S38",))
def esds_cut_short(p):
    def change(tree):
        entry = tree.find(STSD).children[0]
        entry.find("esds").front = entry.find("esds").front[:14]

    p.edit(p.init(p.audio()), change)


def wvtt_files(p):
    found = [f"wvtt/{n}.m4s" for n in range(1, 9) if p.exists(f"wvtt/{n}.m4s")]
    if not found:
        raise Unchanged("no wvtt")
    return found


@mutation("S36", also=TIMES + ("S13",), bases=("shaka_text",))
def wvtt_sample_is_no_box(p):
    name = wvtt_files(p)[0]
    data = bytearray(p.read(name))
    at = data.index(b"vtt", data.index(b"mdat"))
    data[at : at + 4] = b"xxxx"
    p.write(name, data)


@mutation("S36", also=TIMES + ("S13", "S38"), bases=("shaka_text",))
def wvtt_box_longer_than_sample(p):
    name = wvtt_files(p)[0]
    data = bytearray(p.read(name))
    at = data.index(b"vtt", data.index(b"mdat"))
    data[at - 4 : at] = (0xFFFF).to_bytes(4, "big")
    p.write(name, data)


@mutation("S38", also=TIMES + ("S13", "S9", "M7", "M19", "H7", "S19", "D18"))
def segment_cut_short(p):
    p.write(p.segment(0), p.read(p.segment(0))[:-100])


@mutation("S38", also=TIMES + ("S13", "S9", "M7", "M19", "H7", "S18", "D26", "D18", "S19", "V22"))
def segment_cut_in_the_moof(p):
    p.write(p.segment(0), p.read(p.segment(0))[:200])


@mutation("S38", also=GONE + ("S1", "S3", "S4", "S34", "S5"))
def init_cut_short(p):
    p.write(p.init(), p.read(p.init())[:-40])


@mutation("S38", also=TIMES + ("S13", "S9", "S10", "S18", "D26", "M19", "S17", "V22", "M7"))
def box_larger_than_its_parent(p):
    data = bytearray(p.read(p.segment(0)))
    at = data.index(b"traf") - 4
    data[at : at + 4] = (0xFFFFFF).to_bytes(4, "big")
    p.write(p.segment(0), data)


@mutation("S38", also=TIMES + ("S13", "S9", "S10", "S18", "D26", "M19", "S17", "V22", "M7"))
def box_of_size_four(p):
    data = bytearray(p.read(p.segment(0)))
    at = data.index(b"trun") - 4
    data[at : at + 4] = (4).to_bytes(4, "big")
    p.write(p.segment(0), data)
