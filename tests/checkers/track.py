# SPDX-License-Identifier: BSD-2-Clause
"""One track as it lies on disk: init segment and segments read once, with exact
times after the edit list, and the rules of single files and of their sequence (S)."""

import os
from fractions import Fraction

import iso
import stream

# ITU-T H.264 table A-1: level_idc → (macroblocks/s, frame size, DPB size) in macroblocks.
AVC_LEVELS = {10: (1485, 99, 396), 11: (3000, 396, 900), 12: (6000, 396, 2376), 13: (11880, 396, 2376),
              20: (11880, 396, 2376), 21: (19800, 792, 4752), 22: (20250, 1620, 8100),
              30: (40500, 1620, 8100), 31: (108000, 3600, 18000), 32: (216000, 5120, 20480),
              40: (245760, 8192, 32768), 41: (245760, 8192, 32768), 42: (522240, 8704, 34816),
              50: (589824, 22080, 110400), 51: (983040, 36864, 184320), 52: (2073600, 36864, 184320),
              60: (4177920, 139264, 696320), 61: (8355840, 139264, 696320), 62: (16711680, 139264, 696320)}  # fmt: skip
MEDIA_HEADERS = {"vide": "vmhd", "soun": "smhd", "subt": "sthd", "text": "nmhd"}
STYP_BRANDS = {"msdh", "msix", "cmfs", "cmff", "cmfl", "cmfc", "cmf2", "iso6", "iso5", "dash", "lmsg"}


class Track:
    def __init__(self, root, init_path, segment_paths, report):
        self.root = root
        self.name = os.path.relpath(os.path.dirname(init_path), root)
        self.init_path = init_path
        self.segment_paths = segment_paths
        self.report = report
        self.init = None
        self.codec = ""
        self.facts = {}
        self.parameter_sets = []
        self.length_size = 4
        self.segments = []
        self.is_whole = False
        self.load()

    def where(self, path):
        return os.path.relpath(path, self.root)

    def load(self):
        try:
            self.init = iso.read_init(self.init_path)
            self.codec, self.facts, self.parameter_sets, self.length_size = stream.read_stream(self.init)
        except (OSError, iso.Broken) as error:
            where = self.where(self.init_path)
            if isinstance(error, iso.Broken):
                self.report.broken(where, error)
            else:
                self.report.fail("H7", where, "cannot be read")
            return
        for path in self.segment_paths:
            try:
                self.segments.append(iso.read_segment(path, self.init.trex))
            except OSError:
                self.report.fail("H7", self.where(path), "cannot be read")
                return
            except iso.Broken as error:
                self.report.broken(self.where(path), error)
                return
        self.is_whole = bool(self.segments)

    # ---- exact times in seconds, on the presentation's timeline ----

    def is_video(self):
        return self.init.handler == "vide"

    def seconds(self, ticks):
        return Fraction(ticks, self.init.timescale)

    def pts_range(self, segment):
        """[first, end) of a segment's samples; audio before the edit is cut off."""
        times = [(s.dts + s.cto, s.dts + s.cto + s.duration) for s in segment.samples()]
        edit = self.init.media_time()
        first = min(start for start, _ in times) - edit
        end = max(stop for _, stop in times) - edit
        if not self.is_video():
            first = max(first, 0)
        return self.seconds(first), self.seconds(end)

    def bounds(self):
        return [self.pts_range(segment) for segment in self.segments]

    def frame_seconds(self):
        """The usual sample duration."""
        durations = [sample.duration for sample in self.segments[0].samples()]
        return self.seconds(max(set(durations), key=durations.count))

    def end(self):
        return self.bounds()[-1][1]

    # ---- rules ----

    def check(self):
        self.check_init()
        if not self.is_whole:
            return
        self.check_codec()
        expected = self.segments[0].tfdt()
        sequence = 0
        for segment in self.segments:
            self.check_segment(segment)
            expected, sequence = self.check_fragments(segment, expected, sequence)
            self.check_pictures(segment)
        self.check_start()
        self.check_grid()

    def check_init(self):
        check, where = self.report.check, self.where(self.init_path)
        init = self.init
        if not init or not init.moov:
            return
        types = [box.type for box in init.boxes]
        check(types[:1] == ["ftyp"], "S1", where, f"begins with {types[:1]}")
        check(not {"moof", "mdat"} & set(types), "S1", where, f"holds media: {types}")
        check(init.moov.find("mvhd") is not None, "S1", where, "no mvhd")
        check(init.moov.find("mvex") is not None and init.trex, "S3", where, "no mvex/trex")
        check(init.table_entries == 0, "S3", where, f"{init.table_entries} entries in sample tables")
        if init.trex:
            check(init.trex["track_id"] == init.track_id, "S3", where, "trex is of another track")
        check({"cmfc", "cmf2"} & set(init.brands), "S2", where, f"brands {init.brands}")
        check(
            init.media_header == MEDIA_HEADERS.get(init.handler), "S4", where,
            f"{init.handler} with {init.media_header}",
        )  # fmt: skip
        if init.edits is not None:
            only = init.edits[0] if len(init.edits) == 1 else (None, None, None)
            check(
                len(init.edits) == 1 and only[0] == 0 and only[1] >= 0 and only[2] == 1, "S15", where,
                f"edit list {init.edits}",
            )  # fmt: skip
            check("cmf2" not in init.brands or not self.is_video(), "S14", where, "cmf2 with an edit list")
        if self.is_video():
            check(init.colr, "S5", where, "no colr nclx")
            check(init.pasp, "S5", where, "no pasp")
            check(init.tkhd_size == (init.width, init.height), "S5", where,
                  f"tkhd says {init.tkhd_size}, sample entry {init.width}x{init.height}")  # fmt: skip

    def check_codec(self):
        check, where, facts, init = self.report.check, self.where(self.init_path), self.facts, self.init
        check(init.entry not in ("avc3", "hev1"), "V25", where, f"sample entry {init.entry}")
        if init.entry == "avc1":
            size = (facts["width"], facts["height"])
            check(size == (init.width, init.height), "S34", where,
                  f"SPS says {size}, sample entry {init.width}x{init.height}")  # fmt: skip
            declared = facts["declared"]
            check(declared == (facts["profile"], facts["constraints"], facts["level"]), "S34", where,
                  f"avcC declares {declared}, SPS {facts['profile']} {facts['level']}")  # fmt: skip
            check(not facts["interlaced"], "S34", where, "interlaced SPS")
            rate, frame, dpb = AVC_LEVELS[facts["level"]]
            blocks = facts["macroblocks"]
            check(blocks <= frame and blocks <= rate * self.frame_seconds(), "S34", where,
                  f"level {facts['level']} is too low for {blocks} macroblocks a frame")  # fmt: skip
            check(facts["references"] * blocks <= dpb and facts["references"] <= 16, "S34", where,
                  f"{facts['references']} reference frames exceed level {facts['level']}")  # fmt: skip
            if init.colr:
                stated = (*init.colr[:3], init.colr[3])
                coded = (*facts["colour"], facts["full_range"])
                check(stated == coded, "S5", where, f"colr says {stated}, the SPS {coded}")
            if init.pasp:
                same = init.pasp[0] * facts["sar"][1] == init.pasp[1] * facts["sar"][0]
                check(same, "S5", where, f"pasp {init.pasp}, SPS {facts['sar']}")
        if init.entry == "mp4a":
            check(facts["channels"] == init.channels, "S34", where,
                  f"{facts['channels']} channels in esds, {init.channels} in the sample entry")  # fmt: skip
            check(facts["rate"] == init.sample_rate == init.timescale, "S34", where,
                  f"rates {facts['rate']}, {init.sample_rate}, timescale {init.timescale}")  # fmt: skip

    def check_segment(self, segment):
        check, where = self.report.check, self.where(segment.path)
        types = [box.type for box in segment.boxes]
        first = types.index("moof")
        late = {"styp", "prft", "emsg", "sidx"} & set(types[first:])
        check(not late, "S7", where, f"{late} after the first moof")
        odd = set(types) - {"styp", "prft", "emsg", "sidx", "moof", "mdat", "free", "skip"}
        check(not odd, "S9", where, f"boxes {odd}")
        check(types.count("moof") == types.count("mdat"), "S9", where, f"boxes {types}")
        if segment.styp is not None:
            check(set(segment.styp) & STYP_BRANDS, "S8", where, f"styp {segment.styp}")
            check("msix" not in segment.styp or "sidx" in types, "S8", where, "msix without sidx")

    def check_fragments(self, segment, expected, sequence):
        check, where = self.report.check, self.where(segment.path)
        cmf2 = "cmf2" in self.init.brands
        for fragment in segment.fragments:
            at = f"{where}@{fragment.start}"
            check(fragment.tfhd_flags & 0x20000, "S10", at, "no default-base-is-moof")
            check(not fragment.tfhd_flags & 1, "S10", at, "base data offset")
            check(fragment.track_id == self.init.track_id, "S10", at,
                  f"track {fragment.track_id}, init has {self.init.track_id}")  # fmt: skip
            check(not fragment.data_faults, "S13", at, lambda f=fragment: "; ".join(f.data_faults[:3]))
            check(fragment.sequence > sequence, "S17", at, f"mfhd {fragment.sequence} after {sequence}")
            sequence = fragment.sequence
            if check(fragment.tfdt is not None, "S11", at, "no tfdt"):
                check(fragment.tfdt == expected, "S11", at, f"tfdt {fragment.tfdt}, expected {expected}")
                check(fragment.tfdt < 1 << 32 or fragment.tfdt_version == 1, "S12", at, "tfdt version 0")
                expected = fragment.tfdt + fragment.duration
            check(all(sample.duration > 0 for sample in fragment.samples), "S11", at, "a sample lasts 0")
            check(all(sample.size > 0 for sample in fragment.samples), "S13", at, "an empty sample")
            if cmf2 and self.is_video():
                check(set(fragment.trun_versions) <= {1}, "S14", at, f"trun {fragment.trun_versions}")
        return expected, sequence

    def check_pictures(self, segment):
        """Sync flags against what is coded, parameter sets, IDR first."""
        check, where = self.report.check, self.where(segment.path)
        entry = self.init.entry
        last_sync = None
        for i, sample in enumerate(segment.samples()):
            try:
                is_idr, sets = stream.classify(entry, segment.sample_data(sample), self.length_size)
            except (iso.Broken, IndexError) as error:
                self.report.fail("S19", where, f"sample {i}: {error}")
                return
            if i == 0:
                check(is_idr and sample.is_sync(), "S18", where, "does not start with an IDR")
            check(is_idr == sample.is_sync(), "S19", where,
                  f"sample {i}: IDR {is_idr}, sync flag {sample.is_sync()}")  # fmt: skip
            foreign = [one for one in sets if one not in self.parameter_sets]
            check(not foreign, "S6", where, f"sample {i} brings a parameter set that is not in the init")
            if not self.is_video():
                continue
            depends = sample.flags >> 24 & 3
            check(depends == (2 if is_idr else 1) or depends == 0, "S19", where,
                  f"sample {i}: depends_on {depends}, IDR {is_idr}")  # fmt: skip
            if is_idr:
                if last_sync is not None:
                    gap = self.seconds(sample.dts - last_sync)
                    check(gap <= 2 + self.frame_seconds(), "S20", where, f"IDRs {float(gap)} s apart")
                last_sync = sample.dts
        if last_sync is not None:
            tail = self.seconds(segment.tfdt() + segment.duration() - last_sync)
            check(tail <= 2 + self.frame_seconds(), "S20", where, f"last IDR {float(tail)} s before the end")

    def check_start(self):
        """The edit takes away exactly what comes before time 0."""
        check, where = self.report.check, self.where(self.init_path)
        first = min(sample.dts + sample.cto for sample in self.segments[0].samples())
        edit = self.init.media_time()
        if self.is_video():
            check(first == edit, "S16", where, f"first composition time {first}, edit {edit}")
        else:
            check(0 <= edit - first <= self.init.timescale, "S16", where,
                  f"first time {first}, edit {edit}")  # fmt: skip

    def check_grid(self):
        """Pictures lie on an even grid, without gap or double, segment after segment."""
        if not self.is_video():
            return
        step = self.frame_seconds() * self.init.timescale
        expected = self.init.media_time()
        for segment in self.segments:
            times = sorted(sample.dts + sample.cto for sample in segment.samples())
            for time in times:
                if not self.report.check(time == expected, "S11", self.where(segment.path),
                                         f"a picture at {time}, expected {expected}"):  # fmt: skip
                    return
                expected += step
