# SPDX-License-Identifier: BSD-2-Clause
"""What the coded streams say of themselves: parameter sets of H.264 and HEVC, AV1
sequence headers, AudioSpecificConfig, the codecs string each gives (RFC 6381, ISO/IEC
14496-15 annex E, the AV1 ISOBMFF binding), and what kind each NAL unit or OBU is."""

from iso import Broken, read_esds


class Bits:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def u(self, count):
        value = 0
        for _ in range(count):
            if self.at >= len(self.data) * 8:
                raise Broken("S34 parameter set is cut short")
            value = value << 1 | self.data[self.at >> 3] >> (7 - (self.at & 7)) & 1
            self.at += 1
        return value

    def ue(self):
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > 32:
                raise Broken("S34 bad Exp-Golomb code")
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self):
        value = self.ue()
        return (value + 1) // 2 if value & 1 else -(value // 2)


def unescape(nal):
    out = bytearray()
    zeros = 0
    for byte in nal:
        if zeros >= 2 and byte == 3:
            zeros = 0
            continue
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(out)


SAR = {1: (1, 1), 2: (12, 11), 3: (10, 11), 4: (16, 11), 5: (40, 33), 6: (24, 11), 7: (20, 11),
       8: (32, 11), 9: (80, 33), 10: (18, 11), 11: (15, 11), 12: (64, 33), 13: (160, 99),
       14: (4, 3), 15: (3, 2), 16: (2, 1)}  # fmt: skip


def skip_scaling_lists(bits, count):
    for i in range(count):
        if not bits.u(1):
            continue
        last = following = 8
        for _ in range(16 if i < 6 else 64):
            if following:
                following = (last + bits.se()) % 256
            last = following or last


def read_vui(bits, facts):
    if bits.u(1):
        index = bits.u(8)
        facts["sar"] = (bits.u(16), bits.u(16)) if index == 255 else SAR.get(index, (1, 1))
    if bits.u(1):
        bits.u(1)
    if bits.u(1):
        bits.u(3)
        facts["full_range"] = bits.u(1)
        if bits.u(1):
            facts["colour"] = (bits.u(8), bits.u(8), bits.u(8))


def read_avc_sps(nal):
    bits = Bits(unescape(nal[1:]))
    facts = {"profile": bits.u(8), "constraints": bits.u(8), "level": bits.u(8)}
    facts.update(sar=(1, 1), full_range=0, colour=(2, 2, 2))
    bits.ue()
    chroma = 1
    separate = 0
    if facts["profile"] in (100, 110, 122, 244, 44, 83, 86, 118, 128):
        chroma = bits.ue()
        separate = bits.u(1) if chroma == 3 else 0
        bits.ue()
        bits.ue()
        bits.u(1)
        if bits.u(1):
            skip_scaling_lists(bits, 12 if chroma == 3 else 8)
    bits.ue()
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.u(1)
        bits.se()
        bits.se()
        for _ in range(bits.ue()):
            bits.se()
    facts["references"] = bits.ue()
    bits.u(1)
    width, height = bits.ue() + 1, bits.ue() + 1
    frames_only = bits.u(1)
    facts["interlaced"] = not frames_only
    facts["macroblocks"] = width * height * (2 - frames_only)
    if not frames_only:
        bits.u(1)
    bits.u(1)
    crop = [0, 0, 0, 0]
    if bits.u(1):
        crop = [bits.ue() for _ in range(4)]
    unit_x = 2 if chroma in (1, 2) and not separate else 1
    unit_y = (2 if chroma == 1 else 1) * (2 - frames_only)
    facts["width"] = width * 16 - unit_x * (crop[0] + crop[1])
    facts["height"] = height * 16 * (2 - frames_only) - unit_y * (crop[2] + crop[3])
    if bits.u(1):
        read_vui(bits, facts)
    return facts


def read_avcc(body):
    """(codecs string, facts of the SPS, all parameter sets, NAL length size)."""
    if len(body) < 7 or body[0] != 1:
        raise Broken("S34 avcC is malformed")
    sets = []
    at = 6
    for count in (body[5] & 31, None):
        if count is None:
            count = body[at]
            at += 1
        for _ in range(count):
            size = int.from_bytes(body[at : at + 2], "big")
            sets.append(bytes(body[at + 2 : at + 2 + size]))
            at += 2 + size
    if at > len(body) or not sets:
        raise Broken("S34 avcC is cut short")
    facts = read_avc_sps(sets[0])
    facts["declared"] = tuple(body[1:4])
    return "avc1." + body[1:4].hex(), facts, sets, (body[4] & 3) + 1


def read_hvcc(entry, body):
    if len(body) < 23:
        raise Broken("S34 hvcC is cut short")
    space, tier, profile = body[1] >> 6, body[1] >> 5 & 1, body[1] & 31
    compatibility = int(f"{int.from_bytes(body[2:6], 'big'):032b}"[::-1], 2)
    text = f"{entry}.{' ABC'[space].strip()}{profile}.{compatibility:X}.{'LH'[tier]}{body[12]}"
    constraints = body[6:12].rstrip(b"\0")
    text += "".join(f".{byte:X}" for byte in constraints)
    sets = []
    at = 23
    for _ in range(body[22]):
        count = int.from_bytes(body[at + 1 : at + 3], "big")
        at += 3
        for _ in range(count):
            size = int.from_bytes(body[at : at + 2], "big")
            sets.append(bytes(body[at + 2 : at + 2 + size]))
            at += 2 + size
    return text, {"level": body[12], "profile": profile}, sets, (body[21] & 3) + 1


def read_av1c(body, colr):
    """The optional fields belong in the string when one of them is not the default."""
    if len(body) < 4 or body[0] != 0x81:
        raise Broken("S34 av1C is malformed")
    profile, level = body[1] >> 5, body[1] & 31
    tier = "H" if body[2] >> 7 else "M"
    depth = 12 if body[2] & 0x20 else 10 if body[2] & 0x40 else 8
    text = f"av01.{profile}.{level:02d}{tier}.{depth:02d}"
    bits = body[2]
    position = bits & 3 if bits >> 2 & 3 == 3 else 0
    primaries, transfer, matrix, full = colr or (1, 1, 1, 0)
    more = f".{bits >> 4 & 1}.{bits >> 3 & 1}{bits >> 2 & 1}{position}"
    more += f".{primaries:02d}.{transfer:02d}.{matrix:02d}.{full}"
    if more != ".0.110.01.01.01.0":
        text += more
    return text, {"level": level, "profile": profile}


RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]


def read_asc(config):
    bits = Bits(config)
    kind = bits.u(5)
    if kind == 31:
        kind = 32 + bits.u(6)
    index = bits.u(4)
    rate = bits.u(24) if index == 15 else RATES[index]
    return {"object": kind, "rate": rate, "channels": {7: 8}.get(c := bits.u(4), c)}


def read_stream(init):
    """(codecs string, facts, parameter sets, NAL length size) of an init segment."""
    boxes = init.entry_boxes
    if init.entry in ("avc1", "avc3") and "avcC" in boxes:
        text, facts, sets, length = read_avcc(boxes["avcC"].payload())
        return text.replace("avc1", init.entry), facts, sets, length
    if init.entry in ("hvc1", "hev1") and "hvcC" in boxes:
        return read_hvcc(init.entry, boxes["hvcC"].payload())
    if init.entry == "av01" and "av1C" in boxes:
        return (*read_av1c(boxes["av1C"].payload(), init.colr), [], 0)
    if init.entry == "mp4a" and "esds" in boxes:
        object_type, config, peak, average = read_esds(boxes["esds"])
        facts = read_asc(config)
        facts.update(peak=peak, average=average)
        return f"mp4a.{object_type:x}.{facts['object']}", facts, [], 0
    raise Broken(f"S34 sample entry {init.entry} has no configuration known here")


def split_nals(data, length_size):
    nals = []
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + length_size], "big")
        at += length_size
        if size == 0 or at + size > len(data):
            raise Broken(f"S19 NAL unit of {size} bytes does not fit its sample")
        nals.append(data[at : at + size])
        at += size
    return nals


def leb128(data, at):
    value = 0
    for i in range(8):
        byte = data[at + i]
        value |= (byte & 0x7F) << (7 * i)
        if not byte & 0x80:
            return value, at + i + 1
    raise Broken("S19 bad leb128")


def read_obus(data):
    """[(type, body)] of a temporal unit."""
    obus = []
    at = 0
    while at < len(data):
        header = data[at]
        at += 2 if header & 4 else 1
        size = len(data) - at
        if header & 2:
            size, at = leb128(data, at)
        obus.append((header >> 3 & 15, data[at : at + size]))
        at += size
    return obus


def classify(entry, data, length_size):
    """(is a random access picture that starts anew, in-band parameter sets)."""
    if entry.startswith("avc"):
        nals = split_nals(data, length_size)
        slices = {nal[0] & 31 for nal in nals} & {1, 5}
        return slices == {5}, [bytes(nal) for nal in nals if nal[0] & 31 in (7, 8)]
    if entry.startswith(("hvc", "hev")):
        nals = split_nals(data, length_size)
        kinds = [nal[0] >> 1 & 63 for nal in nals]
        sets = [bytes(nal) for nal, kind in zip(nals, kinds) if kind in (32, 33, 34)]
        return all(kind in (19, 20) for kind in kinds if kind < 32), sets
    if entry == "av01":
        obus = read_obus(data)
        frame = next((body for kind, body in obus if kind in (3, 6)), b"\xff")
        has_header = any(kind == 1 for kind, _ in obus)
        # show_existing_frame 0, frame_type KEY 0
        return has_header and frame[0] >> 5 == 0, []
    return True, []
