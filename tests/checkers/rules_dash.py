# SPDX-License-Identifier: BSD-2-Clause
"""The DASH rules (D) for static MPDs with SegmentTemplate and SegmentTimeline, from
the MPD's text and the tracks' bytes."""

import os
import re
import xml.etree.ElementTree as ElementTree
from fractions import Fraction

from rates import underflow

NS = "{urn:mpeg:dash:schema:mpd:2011}"
ORDER = {
    "MPD": ["ProgramInformation", "BaseURL", "Location", "Period", "Metrics", "EssentialProperty",
            "SupplementalProperty", "UTCTiming"],
    "Period": ["BaseURL", "SegmentBase", "SegmentList", "SegmentTemplate", "AssetIdentifier", "EventStream",
               "AdaptationSet", "Subset", "SupplementalProperty"],
    "AdaptationSet": ["FramePacking", "AudioChannelConfiguration", "ContentProtection", "EssentialProperty",
                      "SupplementalProperty", "InbandEventStream", "Accessibility", "Role", "Rating",
                      "Viewpoint", "ContentComponent", "BaseURL", "SegmentBase", "SegmentList",
                      "SegmentTemplate", "Representation"],
    "Representation": ["FramePacking", "AudioChannelConfiguration", "ContentProtection", "EssentialProperty",
                       "SupplementalProperty", "InbandEventStream", "BaseURL", "SubRepresentation",
                       "SegmentBase", "SegmentList", "SegmentTemplate"],
    "SegmentTemplate": ["Initialization", "RepresentationIndex", "SegmentTimeline", "BitstreamSwitching"],
}  # fmt: skip
# Label stands among the first children from the 4th edition on; its place is not judged.
ANYWHERE = {"Label", "GroupLabel", "ProducerReferenceTime", "Switching", "RandomAccess", "ContentPopularityRate"}
ATTRIBUTES = {
    "MPD": {"id", "profiles", "type", "minBufferTime", "mediaPresentationDuration", "maxSegmentDuration",
            "maxSubsegmentDuration", "availabilityStartTime", "publishTime", "availabilityEndTime",
            "minimumUpdatePeriod", "timeShiftBufferDepth", "suggestedPresentationDelay"},
    "Period": {"id", "start", "duration", "bitstreamSwitching"},
    "SegmentTemplate": {"timescale", "duration", "startNumber", "media", "initialization", "index",
                        "presentationTimeOffset", "endNumber", "eptDelta", "pdDelta", "availabilityTimeOffset",
                        "bitstreamSwitching"},
    "S": {"t", "d", "r", "n", "k"},
}  # fmt: skip
ROLES = {"caption", "subtitle", "main", "alternate", "supplementary", "commentary", "dub", "description",
         "sign", "metadata", "enhanced-audio-intelligibility", "emergency", "forced-subtitle", "easyreader",
         "karaoke"}  # fmt: skip
UNSIGNED = {"bandwidth", "width", "height", "timescale", "startNumber", "d", "t", "maxWidth", "maxHeight",
            "minWidth", "minHeight"}  # fmt: skip


def seconds_of(text):
    """An xs:duration without years and months, in exact seconds; None when it is not one."""
    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", text or "")
    if not match or text in ("P", "PT") or text.endswith("T"):
        return None
    parts = [Fraction(part or 0) for part in match.groups()]
    return parts[0] * 86400 + parts[1] * 3600 + parts[2] * 60 + parts[3]


def expand_timeline(template):
    """[(t, d)] of a SegmentTimeline."""
    out, time = [], 0
    for s in template.findall(f"{NS}SegmentTimeline/{NS}S"):
        time = int(s.get("t", time))
        for _ in range(int(s.get("r", 0)) + 1):
            out.append((time, int(s.get("d", 0))))
            time += int(s.get("d", 0))
    return out


def fill(template, representation, number, time):
    def one(match):
        name, width = match.group(1), int((match.group(2) or "%01d")[2:-1] or 1)
        if name == "RepresentationID":
            return representation.get("id", "")
        value = {"Number": number, "Time": time, "Bandwidth": int(representation.get("bandwidth", 0))}[name]
        return str(value).zfill(width)

    text = re.sub(r"\$(RepresentationID|Number|Time|Bandwidth)(%0\d+d)?\$", one, template)
    return text.replace("$$", "$")


class Mpd:
    def __init__(self, root, path, report):
        self.root, self.path, self.report = root, path, report
        self.where = os.path.relpath(path, root)
        self.tree = None
        try:
            self.tree = ElementTree.parse(path).getroot()
        except OSError:
            report.fail("H7", self.where, "cannot be read")
        except ElementTree.ParseError as error:
            report.fail("D1", self.where, str(error))
        if self.tree is None:
            return
        self.check_structure(self.tree)
        self.duration = seconds_of(self.tree.get("mediaPresentationDuration"))
        self.buffer = seconds_of(self.tree.get("minBufferTime"))
        self.longest = seconds_of(self.tree.get("maxSegmentDuration"))
        self.check_head()

    def check_structure(self, element):
        check = self.report.check
        name = element.tag.replace(NS, "")
        check(element.tag.startswith(NS) or element.tag.startswith("{"), "D1", self.where, f"{name}: namespace")
        order = ORDER.get(name)
        last = -1
        for child in element:
            if not child.tag.startswith(NS):
                continue
            kind = child.tag.replace(NS, "")
            if order and kind not in ANYWHERE:
                if check(kind in order, "D1", self.where, f"{kind} inside {name}"):
                    check(order.index(kind) >= last, "D1", self.where, f"{kind} is out of order in {name}")
                    last = order.index(kind)
            self.check_structure(child)
        if name in ATTRIBUTES:
            odd = {key for key in element.keys() if not key.startswith("{")} - ATTRIBUTES[name]
            check(not odd, "D1", self.where, f"{name} has {odd}")
        for key in UNSIGNED & set(element.keys()):
            check(element.get(key).isdigit(), "D1", self.where, f"{name}@{key}={element.get(key)}")

    def check_head(self):
        check, tree, where = self.report.check, self.tree, self.where
        check(tree.tag == f"{NS}MPD" and tree.get("profiles"), "D1", where, "MPD@profiles")
        check(self.buffer, "D1", where, f"minBufferTime {tree.get('minBufferTime')}")
        check(tree.get("type", "static") == "static", "D2", where, "not static")
        check(self.duration, "D3", where, f"mediaPresentationDuration {tree.get('mediaPresentationDuration')}")
        for name in ("minimumUpdatePeriod", "timeShiftBufferDepth"):
            check(tree.get(name) is None, "D5", where, name)
        ids = [element.get("id") for element in tree.iter(f"{NS}Representation")]
        check(len(set(ids)) == len(ids) and all(ids), "D7", where, f"Representation ids {ids}")
        ids = [e.get("id") for e in tree.iter(f"{NS}AdaptationSet") if e.get("id") is not None]
        check(len(set(ids)) == len(ids), "D7", where, f"AdaptationSet ids {ids}")
        time = Fraction(0)
        for period in tree.findall(f"{NS}Period"):
            start = seconds_of(period.get("start", "PT0S"))
            check(start == time, "D9", where, f"Period starts at {start}, expected {time}")
            time = start + (seconds_of(period.get("duration")) or self.duration or 0)
            sets = period.findall(f"{NS}AdaptationSet")
            check(sets, "D8", where, "Period without AdaptationSet")
            for one in sets:
                check(one.findall(f"{NS}Representation"), "D8", where, "AdaptationSet without Representation")
        check(self.duration is None or time == self.duration, "D3", where, f"Periods end at {float(time)}")

    def representations(self):
        """[(adaptation set, representation, template)]"""
        for one in self.tree.iter(f"{NS}AdaptationSet"):
            for representation in one.findall(f"{NS}Representation"):
                own, common = (e.find(f"{NS}SegmentTemplate") for e in (representation, one))
                template = own if own is not None else common
                where = f"{self.where}#{representation.get('id')}"
                if not self.report.check(template is not None, "D6", where, "no SegmentTemplate"):
                    continue
                if own is not None and common is not None:
                    for key, value in common.items():
                        own.attrib.setdefault(key, value)
                    if own.find(f"{NS}SegmentTimeline") is None and common.find(f"{NS}SegmentTimeline") is not None:
                        own.append(common.find(f"{NS}SegmentTimeline"))
                yield one, representation, template

    def files(self, representation, template):
        """(init path, [segment paths]) after the template rules."""
        check, where = self.report.check, f"{self.where}#{representation.get('id')}"
        media, init = template.get("media", ""), template.get("initialization", "")
        known = re.sub(r"\$(RepresentationID|Number|Time|Bandwidth)(%0\d+d)?\$|\$\$", "", media + init)
        check("$" not in known, "D12", where, f"unknown identifier in {media} or {init}")
        check(("$Number" in media) != ("$Time" in media), "D12", where, f"media {media}")
        check("$Number" not in init and "$Time" not in init, "D12", where, f"initialization {init}")
        timeline = template.find(f"{NS}SegmentTimeline")
        check((timeline is None) != (template.get("duration") is None), "D13", where, "duration or timeline")
        entries = expand_timeline(template)
        check(entries and all(d > 0 for _, d in entries), "D14", where, f"{len(entries)} entries, or d = 0")
        for (t, d), (following, _) in zip(entries, entries[1:]):
            check(t + d == following, "D14", where, f"{t} + {d} is followed by {following}")
        number = int(template.get("startNumber", 1))
        folder = os.path.dirname(self.path)
        paths = [
            os.path.normpath(os.path.join(folder, fill(media, representation, number + i, t)))
            for i, (t, _) in enumerate(entries)
        ]
        for path in paths:
            check(os.path.isfile(path), "D18", where, f"no file {os.path.relpath(path, self.root)}")
        if paths and "$Number" in media:
            following = fill(media, representation, number + len(paths), 0)
            beyond = os.path.join(folder, following)
            check(not os.path.isfile(beyond), "D18", where, f"{following} exists, but is not listed")
        return os.path.normpath(os.path.join(folder, fill(init, representation, 0, 0))), paths

    def check_track(self, adaptation, representation, template, track):
        check, where = self.report.check, f"{self.where}#{representation.get('id')}"

        def attribute(name):
            return representation.get(name, adaptation.get(name))

        timescale = int(template.get("timescale", 1))
        offset = int(template.get("presentationTimeOffset", 0))
        check(timescale == track.init.timescale, "D15", where, f"timescale {timescale}")
        entries = expand_timeline(template)
        check(len(entries) == len(track.segments), "D18", where, f"{len(entries)} entries")
        for i, ((t, d), (start, end)) in enumerate(zip(entries, track.bounds())):
            stated = (Fraction(t - offset, timescale), Fraction(t - offset + d, timescale))
            rule = "D16" if i == 0 else "D17"
            check(stated[0] == start, rule, where, f"S {i}: starts at {stated[0]}, media at {start}")
            check(stated[1] - stated[0] == end - start, "D17", where,
                  f"S {i}: lasts {stated[1] - stated[0]}, media {end - start}")  # fmt: skip
            check(self.longest is None or end - start <= self.longest, "D4", where,
                  f"segment {i} lasts {float(end - start)}, maxSegmentDuration {self.longest}")  # fmt: skip
        check(attribute("mimeType") == ("video/mp4" if track.is_video() else "audio/mp4"), "D19", where,
              f"mimeType {attribute('mimeType')}")  # fmt: skip
        check(attribute("codecs") == track.codec, "D20", where, f"codecs {attribute('codecs')} for {track.codec}")
        bandwidth = int(representation.get("bandwidth", "0") or 0)
        if check(bandwidth > 0, "D1", where, "no bandwidth") and self.buffer:
            dry = underflow(track, bandwidth, self.buffer)
            check(dry is None, "D27", where,
                  lambda: f"bandwidth {bandwidth}: a buffer of {float(self.buffer)} s runs dry at {float(dry)} s")  # fmt: skip
            real = Fraction(sum(s.size for s in track.segments) * 8) / track.end()
            check(bandwidth <= real * 4, "D27", where, f"bandwidth {bandwidth}, average {float(real):.0f}")
        if attribute("startWithSAP") is not None:
            check(attribute("startWithSAP") in ("1", "2"), "D26", where, f"SAP {attribute('startWithSAP')}")
        if track.is_video():
            self.check_picture(attribute, where, track)
        else:
            self.check_sound(adaptation, representation, attribute, where, track)
        if self.duration:
            check(abs(track.end() - self.duration) <= track.frame_seconds(), "D3", where,
                  f"ends at {float(track.end())}, duration {float(self.duration)}")  # fmt: skip

    def check_picture(self, attribute, where, track):
        check = self.report.check
        size = (attribute("width"), attribute("height"))
        check(size == (str(track.init.width), str(track.init.height)), "D22", where, f"size {size}")
        rate = attribute("frameRate")
        if check(rate, "D24", where, "no frameRate"):
            check(Fraction(rate) == 1 / track.frame_seconds(), "D22", where, f"frameRate {rate}")
        check(attribute("sar") == "1:1", "D24", where, f"sar {attribute('sar')}")

    def check_sound(self, adaptation, representation, attribute, where, track):
        check = self.report.check
        rate = attribute("audioSamplingRate")
        check(rate == str(track.init.sample_rate), "D23", where, f"audioSamplingRate {rate}")
        found = [e for parent in (representation, adaptation)
                 for e in parent.findall(f"{NS}AudioChannelConfiguration")]  # fmt: skip
        if check(found, "D23", where, "no AudioChannelConfiguration"):
            check(found[0].get("value") == str(track.init.channels), "D23", where, f"{found[0].get('value')} channels")
        check(adaptation.get("lang"), "D24", where, "no lang")

    def check_sets(self, tracks):
        """tracks: representation id → Track."""
        check = self.report.check
        mains = {}
        for one in self.tree.iter(f"{NS}AdaptationSet"):
            where = f"{self.where}#set {one.get('id')}"
            members = [r for r in one.findall(f"{NS}Representation")]
            loaded = [tracks[r.get("id")] for r in members if r.get("id") in tracks]
            kinds = {track.init.handler for track in loaded}
            check(len(kinds) <= 1, "D21", where, f"media types {kinds}")
            check(len({track.init.entry for track in loaded}) <= 1, "S25", where, "codecs differ in a set")
            for key in set(one.keys()) - {"id"}:
                both = [r.get("id") for r in members if r.get(key) is not None]
                check(not both, "D21", where, f"{key} at both levels")
            if len(members) > 1:
                check(one.get("segmentAlignment") == "true", "D25", where, "no segmentAlignment")
            roles = [e.get("value") for e in one.findall(f"{NS}Role")]
            check(set(roles) <= ROLES, "D28", where, f"roles {roles}")
            if "main" in roles and kinds:
                key = (*kinds, loaded[0].init.entry)
                mains[key] = mains.get(key, 0) + 1
            if "vide" in kinds:
                check(one.get("par"), "D24", where, "no par")
                for bound, pick in (("maxWidth", "width"), ("maxHeight", "height")):
                    largest = max(getattr(track.init, pick) for track in loaded)
                    check(one.get(bound) in (None, str(largest)), "D22", where, f"{bound} {one.get(bound)}")
            self.check_colour(one, where, loaded)
        check(all(count == 1 for count in mains.values()), "D28", self.where, f"main roles: {mains}")

    def check_colour(self, adaptation, where, loaded):
        fields = {"ColourPrimaries": 0, "TransferCharacteristics": 1, "MatrixCoefficients": 2}
        for element in adaptation.iter():
            scheme = element.get("schemeIdUri", "")
            name = scheme.removeprefix("urn:mpeg:mpegB:cicp:")
            if name not in fields:
                continue
            for track in loaded:
                real = (track.init.colr or (2, 2, 2))[fields[name]]
                self.report.check(element.get("value") == str(real), "D36", where,
                                  f"{name} {element.get('value')}, colr says {real}")  # fmt: skip
