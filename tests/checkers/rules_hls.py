# SPDX-License-Identifier: BSD-2-Clause
"""The HLS rules (H, M, V) from the playlists' text and the tracks' bytes."""

import os
import re
from fractions import Fraction

from rates import average_bps, peak_bps, run_peak_bps

MASTER_TAGS = {"EXT-X-MEDIA", "EXT-X-STREAM-INF", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-SESSION-DATA",
               "EXT-X-SESSION-KEY", "EXT-X-CONTENT-STEERING"}  # fmt: skip
MEDIA_TAGS = {"EXTINF", "EXT-X-TARGETDURATION", "EXT-X-MAP", "EXT-X-BYTERANGE", "EXT-X-ENDLIST",
              "EXT-X-PLAYLIST-TYPE", "EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY", "EXT-X-KEY",
              "EXT-X-I-FRAMES-ONLY", "EXT-X-DISCONTINUITY-SEQUENCE", "EXT-X-PROGRAM-DATE-TIME",
              "EXT-X-BITRATE", "EXT-X-GAP", "EXT-X-DATERANGE"}  # fmt: skip
SINGLETONS = {"EXT-X-VERSION", "EXT-X-TARGETDURATION", "EXT-X-ENDLIST", "EXT-X-PLAYLIST-TYPE",
              "EXT-X-MEDIA-SEQUENCE", "EXT-X-I-FRAMES-ONLY", "EXT-X-INDEPENDENT-SEGMENTS",
              "EXT-X-DISCONTINUITY-SEQUENCE", "EXT-X-START"}  # fmt: skip
ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s][^",]*)(,|$)')
QUOTED = {"URI", "GROUP-ID", "LANGUAGE", "NAME", "CODECS", "AUDIO", "VIDEO", "SUBTITLES", "CHANNELS",
          "CHARACTERISTICS", "ASSOC-LANGUAGE", "INSTREAM-ID", "STABLE-RENDITION-ID",
          "STABLE-VARIANT-ID", "SUPPLEMENTAL-CODECS", "BYTERANGE"}  # fmt: skip
PATTERNS = {"BANDWIDTH": r"[0-9]+", "AVERAGE-BANDWIDTH": r"[0-9]+", "RESOLUTION": r"[0-9]+x[0-9]+",
            "FRAME-RATE": r"[0-9]+(\.[0-9]+)?", "TYPE": r"AUDIO|VIDEO|SUBTITLES|CLOSED-CAPTIONS",
            "DEFAULT": r"YES|NO", "AUTOSELECT": r"YES|NO", "FORCED": r"YES|NO",
            "VIDEO-RANGE": r"SDR|PQ|HLG", "CLOSED-CAPTIONS": r'NONE|"[^"]*"'}  # fmt: skip


class Playlist:
    """Lines and tags of one playlist, with the rules every playlist has (H)."""

    def __init__(self, root, path, report):
        self.path, self.report = path, report
        self.where = os.path.relpath(path, root)
        self.folder = os.path.dirname(path)
        self.tags = []  # (name, value, line number)
        self.lines = []
        try:
            with open(path, "rb") as file:
                data = file.read()
            text = data.decode("utf-8")
        except OSError:
            report.fail("H7", self.where, "cannot be read")
            return
        except UnicodeDecodeError:
            report.fail("H1", self.where, "not UTF-8")
            return
        report.check(not data.startswith(b"\xef\xbb\xbf"), "H1", self.where, "byte order mark")
        self.lines = text.splitlines()
        report.check(self.lines[:1] == ["#EXTM3U"], "H1", self.where, "first line is not #EXTM3U")
        for number, line in enumerate(self.lines, 1):
            if line.startswith("#EXT"):
                name, _, value = line[1:].partition(":")
                self.tags.append((name, value, number))
        self.check_tags()

    def all(self, name):
        return [(value, number) for tag, value, number in self.tags if tag == name]

    def value(self, name):
        found = self.all(name)
        return found[0][0] if found else None

    def check_tags(self):
        names = {name for name, _, _ in self.tags}
        check = self.report.check
        check(not (names & MASTER_TAGS and names & MEDIA_TAGS), "H2", self.where, "both kinds of tags")
        for name in SINGLETONS & names:
            check(len(self.all(name)) == 1, "H5", self.where, f"{name} more than once")
        check(not names & {"EXT-X-ALLOW-CACHE"}, "H6", self.where, "EXT-X-ALLOW-CACHE")
        version = self.value("EXT-X-VERSION") or "1"
        if not check(version.isdigit(), "H3", self.where, f"version {version}"):
            return
        needed = 1
        if any("." in value.split(",")[0] for value, _ in self.all("EXTINF")):
            needed = 3
        if {"EXT-X-BYTERANGE", "EXT-X-I-FRAMES-ONLY"} & names:
            needed = 4
        if "EXT-X-MAP" in names:
            needed = 5 if "EXT-X-I-FRAMES-ONLY" in names else 6
        check(int(version) >= needed, "H3", self.where, f"version {version}, uses {needed}")

    def attributes(self, text, number):
        """An attribute list as a dictionary, quotes taken off."""
        check, where = self.report.check, f"{self.where}:{number}"
        found, at = {}, 0
        while at < len(text):
            match = ATTRIBUTE.match(text, at)
            if not check(match, "H4", where, f"attribute list at ...{text[at : at + 30]}"):
                return found
            name, value = match.group(1), match.group(2)
            check(name not in found, "H4", where, f"{name} twice")
            if name in QUOTED:
                check(value.startswith('"'), "H4", where, f"{name} is not quoted")
            if name in PATTERNS:
                check(re.fullmatch(PATTERNS[name], value), "H4", where, f"{name}={value}")
            check(name != "PROGRAM-ID", "H6", where, "PROGRAM-ID")
            found[name] = value.strip('"')
            at = match.end()
        return found


class MediaPlaylist(Playlist):
    """A media or I-frame playlist: segments as [seconds, path, byte range, line]."""

    def __init__(self, root, path, report):
        super().__init__(root, path, report)
        self.segments = []
        self.map = None
        self.target = None
        duration, byte_range = None, None
        for number, line in enumerate(self.lines, 1):
            where = f"{self.where}:{number}"
            if line.startswith("#EXTINF:"):
                match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?),.*", line[8:])
                if report.check(match and Fraction(match.group(1)) > 0, "M5", where, line):
                    duration = Fraction(match.group(1))
            elif line.startswith("#EXT-X-BYTERANGE:"):
                match = re.fullmatch(r"([0-9]+)@([0-9]+)", line[17:])
                if report.check(match, "M7", where, line):
                    byte_range = (int(match.group(1)), int(match.group(2)))
            elif line.startswith("#EXT-X-MAP:"):
                report.check(not self.segments, "M8", where, "MAP after a segment")
                attributes = self.attributes(line[11:], number)
                self.map = os.path.join(self.folder, attributes.get("URI", ""))
                report.check(os.path.isfile(self.map), "H7", where, f"no file {self.map}")
            elif line and not line.startswith("#"):
                target = os.path.normpath(os.path.join(self.folder, line))
                report.check(duration is not None, "M5", where, "a segment without EXTINF")
                report.check("://" not in line and not line.startswith("/"), "R1", where, "not relative")
                if report.check(os.path.isfile(target), "H7", where, f"no file {line}") and byte_range:
                    inside = sum(byte_range) <= os.path.getsize(target)
                    report.check(inside, "M7", where, f"range {byte_range} is outside {line}")
                self.segments.append((duration or Fraction(0), target, byte_range, number))
                duration, byte_range = None, None
        if self.lines:
            self.check_head()

    def check_head(self):
        check, where = self.report.check, self.where
        target = self.value("EXT-X-TARGETDURATION")
        if check(target and target.isdigit(), "M1", where, f"TARGETDURATION {target}"):
            self.target = int(target)
        check(self.map, "M8", where, "no EXT-X-MAP")
        check(self.value("EXT-X-PLAYLIST-TYPE") in ("VOD", "EVENT"), "M11", where, "PLAYLIST-TYPE")
        check(self.value("EXT-X-ENDLIST") is not None, "M12", where, "no ENDLIST")
        check(self.segments, "M5", where, "no segments")
        for name in ("EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE"):
            late = [n for _, n in self.all(name) if self.segments and n > self.segments[0][3]]
            check(not late, "M10", where, f"{name} after a segment")
        if self.target is None or not self.segments:
            return
        longest = max(duration for duration, *_ in self.segments)
        check(int(longest + Fraction(1, 2)) <= self.target, "M2", where,
              f"EXTINF {float(longest)} over TARGETDURATION {self.target}")  # fmt: skip

    def check_media(self, track):
        """Times and sizes against the bytes."""
        check = self.report.check
        frame = track.frame_seconds()
        drift = Fraction(0)
        for i, ((stated, path, _, number), (start, end)) in enumerate(zip(self.segments, track.bounds())):
            where = f"{self.where}:{number}"
            real = track.seconds(track.segments[i].duration())
            check(real <= (self.target or 0) + Fraction(1, 2), "M3", where, f"lasts {float(real)} s")
            near = min(abs(stated - real), abs(stated - (end - start)))
            check(near <= Fraction(1, 1000), "M6", where,
                  f"EXTINF {float(stated)}, samples last {float(real)}")  # fmt: skip
            drift += stated - (end - start)
            check(abs(drift) <= frame, "M6", where, f"sum of EXTINF is {float(drift)} s off")
            check(end > start, "S11", where, f"{os.path.basename(path)} shows nothing")
        longest = max(track.seconds(segment.duration()) for segment in track.segments)
        ceiling = -(-longest.numerator // longest.denominator)
        # An audio segment may be a frame longer than the grid's step.
        check((self.target or 0) <= max(ceiling, 1), "M4", self.where,
              f"TARGETDURATION {self.target}, longest segment {float(longest)} s")  # fmt: skip

    def check_iframes(self, track):
        check = self.report.check
        check(self.value("EXT-X-I-FRAMES-ONLY") is not None, "M18", self.where, "no I-FRAMES-ONLY")
        by_path = {os.path.normpath(segment.path): segment for segment in track.segments}
        starts = []
        for _, path, byte_range, number in self.segments:
            where = f"{self.where}:{number}"
            segment = by_path.get(path)
            if not check(segment and byte_range, "M19", where, "no byte range of a known segment"):
                return
            size, offset = byte_range
            fragment = next((f for f in segment.fragments if f.start == offset), None)
            if not check(fragment, "M19", where, f"no moof at {offset}"):
                return
            check(offset + size == fragment.end, "M19", where,
                  f"range ends at {offset + size}, mdat at {fragment.end}")  # fmt: skip
            check(fragment.samples[0].is_sync(), "M19", where, "first sample is no sync sample")
            check(len(fragment.samples) == 1, "M20", where, f"{len(fragment.samples)} samples in the range")
            sample = fragment.samples[0]
            starts.append(track.seconds(sample.dts + sample.cto - track.init.media_time()))
        syncs = sum(sample.is_sync() for segment in track.segments for sample in segment.samples())
        check(syncs == len(starts), "M19", self.where, f"{len(starts)} I-frames listed, {syncs} in the track")
        for (stated, _, _, number), start, end in zip(self.segments, starts, [*starts[1:], track.end()]):
            check(abs(stated - (end - start)) <= Fraction(1, 1000), "M21", f"{self.where}:{number}",
                  f"EXTINF {float(stated)}, next I-frame after {float(end - start)}")  # fmt: skip
        total = sum(duration for duration, *_ in self.segments)
        check(abs(total - track.end()) <= track.frame_seconds(), "M21", self.where,
              f"sums to {float(total)}, the track lasts {float(track.end())}")  # fmt: skip


class Master(Playlist):
    def __init__(self, root, path, report):
        super().__init__(root, path, report)
        self.media, self.variants, self.iframes = [], [], []
        for name, value, number in self.tags:
            if name == "EXT-X-MEDIA":
                self.media.append((self.attributes(value, number), number))
            elif name == "EXT-X-I-FRAME-STREAM-INF":
                self.iframes.append((self.attributes(value, number), number))
            elif name == "EXT-X-STREAM-INF":
                following = self.lines[number] if number < len(self.lines) else ""
                report.check(following and not following.startswith("#"), "V1", f"{self.where}:{number}",
                             "no URI line follows")  # fmt: skip
                self.variants.append((self.attributes(value, number) | {"URI": following}, number))
        report.check(self.variants, "V1", self.where, "no variants")
        report.check(self.value("EXT-X-INDEPENDENT-SEGMENTS") is not None, "V49", self.where,
                     "no INDEPENDENT-SEGMENTS")  # fmt: skip
        self.check_groups()

    def uris(self):
        return [attributes["URI"] for attributes, _ in self.media + self.variants if attributes.get("URI")]

    def check_groups(self):
        check = self.report.check
        groups = {}
        for attributes, number in self.media:
            where = f"{self.where}:{number}"
            for name in ("TYPE", "GROUP-ID", "NAME"):
                check(name in attributes, "V13", where, f"no {name}")
            check("LANGUAGE" in attributes, "V48", where, "no LANGUAGE")
            check(re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", attributes.get("LANGUAGE", "en")), "V16",
                  where, f"LANGUAGE {attributes.get('LANGUAGE')}")  # fmt: skip
            check(attributes.get("DEFAULT") != "YES" or attributes.get("AUTOSELECT") == "YES", "V14",
                  where, "DEFAULT without AUTOSELECT")  # fmt: skip
            groups.setdefault((attributes.get("TYPE"), attributes.get("GROUP-ID")), []).append(attributes)
        for (kind, group), members in groups.items():
            names = [member.get("NAME") for member in members]
            check(len(set(names)) == len(names), "V14", self.where, f"group {group}: names {names}")
            defaults = [member for member in members if member.get("DEFAULT") == "YES"]
            check(len(defaults) == 1, "V14", self.where, f"group {group}: {len(defaults)} defaults")
        members = {}
        for (kind, _), one in groups.items():
            members.setdefault(kind, set()).add(frozenset((m.get("NAME"), m.get("LANGUAGE")) for m in one))
        for kind, sets in members.items():
            check(len(sets) == 1, "V15", self.where, f"{kind} groups differ in their members")
        captions = {attributes.get("CLOSED-CAPTIONS") for attributes, _ in self.variants}
        check("NONE" not in captions or captions == {"NONE"}, "V12", self.where, f"{captions}")
        for attributes, number in self.variants:
            for kind in ("AUDIO", "SUBTITLES"):
                group = attributes.get(kind)
                check(group is None or (kind, group) in groups, "V11", f"{self.where}:{number}",
                      f"no {kind} group {group}")  # fmt: skip

    def check_variants(self, tracks, playlists):
        """tracks: URI → Track; playlists: URI → MediaPlaylist."""
        for attributes, number in self.variants:
            track = tracks.get(attributes["URI"])
            if track:
                group = [member for member, _ in self.media if member.get("GROUP-ID") == attributes.get("AUDIO")]
                audio = [tracks[m["URI"]] for m in group if m.get("URI") in tracks]
                self.check_variant(attributes, f"{self.where}:{number}", track, audio, playlists)
        for attributes, number in self.media:
            track, where = tracks.get(attributes.get("URI")), f"{self.where}:{number}"
            if track and attributes.get("TYPE") == "AUDIO":
                self.report.check(attributes.get("CHANNELS", "").split("/")[0] == str(track.init.channels),
                                  "V18", where, f"CHANNELS {attributes.get('CHANNELS')}")  # fmt: skip
        for attributes, number in self.iframes:
            self.check_iframe_variant(attributes, f"{self.where}:{number}", tracks, playlists)
        video = {a["URI"] for a, _ in self.variants if a["URI"] in tracks and tracks[a["URI"]].is_video()}
        self.report.check(not video or self.iframes, "V21", self.where, "no I-frame renditions")

    def check_variant(self, attributes, where, track, audio, playlists):
        check = self.report.check
        target = playlists[attributes["URI"]].target or 1
        # What plays together: the variant's own track with one of the group, or, where the
        # variant is itself one of its group, any one of the group alone.
        alone = track in audio
        own = 0 if alone else peak_bps(track, target)
        peak = own + max((peak_bps(one, target) for one in audio), default=0)
        stated = int(attributes.get("BANDWIDTH", "0") or 0)
        check(stated > 0, "V1", where, "no BANDWIDTH")
        check(peak * Fraction(999, 1000) <= stated <= peak * Fraction(11, 10), "V2", where,
              f"BANDWIDTH {stated}, measured {float(peak):.0f}")  # fmt: skip
        own = 0 if alone else average_bps(track)
        average = own + max((average_bps(one) for one in audio), default=0)
        stated = int(attributes.get("AVERAGE-BANDWIDTH", "0") or 0)
        check(abs(stated - average) <= average / 10, "V3", where,
              f"AVERAGE-BANDWIDTH {stated}, measured {float(average):.0f}")  # fmt: skip
        codecs = attributes.get("CODECS", "")
        check(codecs, "V45", where, "no CODECS")
        expected = {track.codec} | {one.codec for one in audio}
        check(set(codecs.split(",")) == expected, "V6", where, f"CODECS {codecs}, the tracks have {expected}")
        if not track.is_video():
            return
        self.check_picture(attributes, where, track)
        rate = f"{float(1 / track.frame_seconds()):.3f}"
        check(attributes.get("FRAME-RATE") == rate, "V8", where,
              f"FRAME-RATE {attributes.get('FRAME-RATE')}, measured {rate}")  # fmt: skip

    def check_picture(self, attributes, where, track):
        size = f"{track.init.width}x{track.init.height}"
        self.report.check(attributes.get("RESOLUTION") == size, "V7", where,
                          f"RESOLUTION {attributes.get('RESOLUTION')}, is {size}")  # fmt: skip
        transfer = (track.init.colr or (2, 2, 2, 0))[1]
        expected = {16: "PQ", 18: "HLG"}.get(transfer, "SDR")
        self.report.check(attributes.get("VIDEO-RANGE", "SDR") == expected, "V9", where,
                          f"VIDEO-RANGE {attributes.get('VIDEO-RANGE')}, transfer {transfer}")  # fmt: skip

    def check_iframe_variant(self, attributes, where, tracks, playlists):
        check = self.report.check
        for name in ("URI", "BANDWIDTH", "CODECS", "RESOLUTION"):
            check(name in attributes, "V19", where, f"no {name}")
        for name in ("FRAME-RATE", "AUDIO", "SUBTITLES", "CLOSED-CAPTIONS"):
            check(name not in attributes, "V20", where, f"has {name}")
        uri = attributes.get("URI")
        if uri not in tracks:
            return
        check(attributes.get("CODECS") == tracks[uri].codec, "V6", where, f"CODECS {attributes.get('CODECS')}")
        self.check_picture(attributes, where, tracks[uri])
        pictures = [(8 * r[0], d) for d, _, r, _ in playlists[uri].segments if r and d]
        target = playlists[uri].target or 1
        total = sum(d for _, d in pictures)
        peak = run_peak_bps(pictures, target) or (sum(b for b, _ in pictures) / total if total else 0)
        stated = int(attributes.get("BANDWIDTH", "0") or 0)
        check(peak * Fraction(9, 10) <= stated <= peak * Fraction(11, 10), "V2", where,
              f"BANDWIDTH {stated}, measured {float(peak):.0f}")  # fmt: skip
