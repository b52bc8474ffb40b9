# SPDX-License-Identifier: BSD-2-Clause
"""Reads a finished presentation from its manifests, knowing nothing of how it was made."""
import os
import re
import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from urllib.parse import unquote

from . import iso


class Track:
    """One media playlist with its init and segments; kind is "video" or "audio"."""

    def __init__(self, root, uri, kind, attributes):
        self.root, self.uri, self.kind, self.attributes = root, uri, kind, attributes
        self.folder = os.path.dirname(unquote(uri))
        self.id = os.path.basename(self.folder)
        self.extinf, self.files, self.tags = [], [], {}
        for line in read_text(os.path.join(root, unquote(uri))).splitlines():
            if line.startswith("#EXTINF:"):
                self.extinf.append(Fraction(line[8:].split(",")[0]))
            elif line.startswith("#EXT-X-MAP:"):
                self.init_file = self.path(parse_attributes(line)["URI"])
            elif line.startswith("#"):
                name, _, value = line.partition(":")
                self.tags[name] = value
            elif line:
                self.files.append(self.path(line))
        data = read_bytes(self.init_file)
        self.init = iso.read_init(data)
        self.timings = [iso.read_segment(read_bytes(name)) for name in self.files]

    def path(self, uri):
        return os.path.join(self.root, self.folder, unquote(uri))

    def joined(self, target):
        """Init and segments in one file, which any demuxer reads."""
        with open(target, "wb") as out:
            for name in [self.init_file] + self.files:
                out.write(read_bytes(name))
        return target

    @property
    def samples(self):
        return sum(t.samples for t in self.timings)

    def seconds(self, ticks):
        return Fraction(ticks, self.init.timescale)

    @property
    def first_time(self):
        """Of what is seen or heard: a coder's priming before the edit is not."""
        first = self.timings[0].first_shown - self.init.media_time
        if self.kind == "audio" and self.timings[0].end > self.init.media_time:
            first = max(0, first)
        return self.seconds(first + self.init.empty_edit)

    @property
    def end_time(self):
        return self.seconds(max(t.shown_end for t in self.timings) - self.init.media_time)

    @property
    def size(self):
        return tuple(int(x) for x in self.attributes["RESOLUTION"].split("x"))


class Presentation:
    def __init__(self, root):
        self.root = root
        self.tracks, self.variants, self.iframes = [], [], []
        seen = {}
        lines = read_text(os.path.join(root, "master.m3u8")).splitlines()
        if lines[0] != "#EXTM3U":
            raise ValueError("master.m3u8 does not begin with #EXTM3U")
        for number, line in enumerate(lines):
            attributes = parse_attributes(line)
            if line.startswith("#EXT-X-STREAM-INF:"):
                self.variants.append(attributes)
                kind = "video" if "RESOLUTION" in attributes else "audio"
                seen.setdefault(lines[number + 1], (kind, attributes))
            elif line.startswith("#EXT-X-MEDIA:") and attributes.get("TYPE") == "AUDIO":
                if "URI" in attributes:
                    seen[attributes["URI"]] = ("audio", attributes)
            elif line.startswith("#EXT-X-I-FRAME-STREAM-INF:"):
                self.iframes.append(attributes)
        for uri, (kind, attributes) in seen.items():
            self.tracks.append(Track(root, uri, kind, attributes))
        self.mpd = Mpd(os.path.join(root, "manifest.mpd"))

    @property
    def video(self):
        return sorted((t for t in self.tracks if t.kind == "video"), key=lambda t: -t.size[0] * t.size[1])

    @property
    def audio(self):
        return [t for t in self.tracks if t.kind == "audio"]

    @property
    def duration(self):
        first = (self.video or self.audio)[0]
        return first.end_time

    def files(self):
        return list_files(self.root)


class Mpd:
    def __init__(self, path):
        spaces = {"m": "urn:mpeg:dash:schema:mpd:2011"}
        root = ElementTree.parse(path).getroot()
        self.duration = parse_duration(root.get("mediaPresentationDuration"))
        self.representations = {}
        for group in root.iterfind(".//m:AdaptationSet", spaces):
            for item in group.iterfind("m:Representation", spaces):
                template = item.find("m:SegmentTemplate", spaces)
                if template is None:
                    template = group.find("m:SegmentTemplate", spaces)
                number = int(template.get("startNumber", 1))
                timescale = int(template.get("timescale", 1))
                starts, lengths, time = [], [], 0
                for s in template.iterfind("m:SegmentTimeline/m:S", spaces):
                    time = int(s.get("t", time))
                    for _ in range(int(s.get("r", 0)) + 1):
                        starts.append(Fraction(time, timescale))
                        lengths.append(Fraction(int(s.get("d")), timescale))
                        time += int(s.get("d"))
                name = template.get("media").replace("$RepresentationID$", item.get("id"))
                files = [re.sub(r"\$Number(?:%0(\d+)d)?\$",
                                lambda m: str(number + i).zfill(int(m[1] or 0)), name)
                         for i in range(len(starts))]
                self.representations[item.get("id")] = {
                    "starts": starts, "lengths": lengths, "files": files, "attributes": item.attrib,
                    "init": template.get("initialization").replace("$RepresentationID$", item.get("id")),
                    "offset": Fraction(int(template.get("presentationTimeOffset", 0)), timescale)}


def parse_duration(text):
    match = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", text)
    hours, minutes, seconds = (Fraction(x or 0) for x in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def parse_attributes(line):
    _, _, rest = line.partition(":")
    return {name: value.strip('"') for name, value in re.findall(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)', rest)}


def read_text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def list_files(root):
    found = []
    for folder, _, names in os.walk(root):
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)
