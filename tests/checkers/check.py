#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""check.py FOLDER...: reads presentations (master.m3u8, manifest.mpd and what they
name) from the bytes and holds them against the rules. Prints `FAIL folder RULE where:
message` for each finding. Standard library only; shares nothing with the product."""

import json
import os
import sys
from fractions import Fraction

from report import Report
from rules_dash import Mpd
from rules_hls import Master, MediaPlaylist
from track import Track


class Presentation:
    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.report = Report()
        self.tracks = {}  # init path → Track
        self.named = {"master.m3u8", "manifest.mpd", "rung.json"}

    def track(self, init_path, segment_paths):
        """The track, read and checked once; None when it cannot be read whole."""
        key = os.path.normpath(init_path)
        if key not in self.tracks:
            track = Track(self.root, key, segment_paths, self.report)
            if track.init:
                track.check()
            self.tracks[key] = track
        track = self.tracks[key]
        self.named |= {os.path.relpath(path, self.root) for path in [key, *segment_paths]}
        self.report.check(track.segment_paths == segment_paths, "D18", track.name, "the manifests list other files")
        return track if track.is_whole and len(track.segments) == len(segment_paths) else None

    def read_playlist(self, uri):
        path = os.path.normpath(os.path.join(self.root, uri))
        self.named.add(os.path.relpath(path, self.root))
        return MediaPlaylist(self.root, path, self.report)

    def check_hls(self):
        path = os.path.join(self.root, "master.m3u8")
        master = Master(self.root, path, self.report)
        tracks, playlists = {}, {}
        for uri in dict.fromkeys(master.uris()):
            playlist = playlists[uri] = self.read_playlist(uri)
            if playlist.map and playlist.segments:
                track = self.track(playlist.map, [path for _, path, _, _ in playlist.segments])
                if track:
                    tracks[uri] = track
                    playlist.check_media(track)
        for attributes, _ in master.iframes:
            uri = attributes.get("URI", "")
            playlist = playlists[uri] = self.read_playlist(uri)
            track = self.tracks.get(os.path.normpath(playlist.map or ""))
            if track and track.is_whole:
                tracks[uri] = track
                playlist.check_iframes(track)
        targets = {p.target for p in playlists.values()}
        self.report.check(len(targets) == 1, "M22", "master.m3u8", f"TARGETDURATIONs {targets}")
        master.check_variants(tracks, playlists)

    def check_dash(self):
        mpd = Mpd(self.root, os.path.join(self.root, "manifest.mpd"), self.report)
        if mpd.tree is None:
            return
        tracks = {}
        for adaptation, representation, template in mpd.representations():
            init, segments = mpd.files(representation, template)
            track = self.track(init, segments) if segments else None
            if track:
                tracks[representation.get("id")] = track
                mpd.check_track(adaptation, representation, template, track)
        mpd.check_sets(tracks)

    def check_set(self):
        """Across tracks: alignment, common start and end, one profile."""
        check = self.report.check
        whole = [track for track in self.tracks.values() if track.is_whole]
        video = [track for track in whole if track.is_video()]
        for track in video[1:]:
            starts = [[b[0] for b in one.bounds()] for one in (video[0], track)]
            check(starts[0] == starts[1], "S24", track.name, f"segments start elsewhere than {video[0].name}'s")
        for entry in {track.init.entry for track in video}:
            profiles = {track.facts.get("profile") for track in video if track.init.entry == entry}
            check(len(profiles) == 1, "S25", entry, f"profiles {profiles}")
        frame = max((track.frame_seconds() for track in video or whole), default=Fraction(0))
        for track in whole[1:]:
            first, last = whole[0].bounds()[0][0], whole[0].end()
            near = abs(track.bounds()[0][0] - first) <= frame and abs(track.end() - last) <= frame
            check(near, "S26", track.name,
                  f"covers {float(track.bounds()[0][0])}–{float(track.end())}, {whole[0].name} "
                  f"{float(first)}–{float(last)}")  # fmt: skip
        for track in whole:
            if not track.is_video():
                edges = [float(b[0]) for b in (video[0] if video else track).bounds()]
                for (start, _), edge in zip(track.bounds(), edges):
                    slack = float(track.frame_seconds())
                    check(abs(float(start) - edge) <= slack, "M25", track.name, f"segment at {float(start)}, video {edge}")

    def check_folder(self):
        for folder, _, files in os.walk(self.root):
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), self.root)
                self.report.check(path in self.named, "R1", path, "no manifest names it")

    def check_json(self):
        path = os.path.join(self.root, "rung.json")
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        listed = {track["id"]: track for track in document.get("tracks", [])}
        real = {os.path.basename(track.name): track for track in self.tracks.values() if track.is_whole}
        self.report.check(set(listed) == set(real), "R2", "rung.json", f"tracks {set(listed)}, are {set(real)}")
        for name in set(listed) & set(real):
            track, stated = real[name], listed[name]
            facts = {"codec": track.codec, "segments": len(track.segments)}
            if track.is_video():
                facts.update(width=track.init.width, height=track.init.height)
            sizes = sum(segment.size for segment in track.segments)
            self.report.check(stated.get("bytes") in (sizes, sizes + track.init.size), "R2", f"rung.json#{name}",
                              f"bytes {stated.get('bytes')}, segments hold {sizes}")  # fmt: skip
            for key, value in facts.items():
                self.report.check(stated.get(key) == value, "R2", f"rung.json#{name}",
                                  f"{key} {stated.get(key)}, is {value}")  # fmt: skip

    def check(self):
        self.check_hls()
        self.check_dash()
        self.check_set()
        self.check_folder()
        self.check_json()
        return self.report


def main(folders):
    failed = 0
    for folder in folders:
        report = Presentation(folder).check()
        for rule, where, message in report.findings[:200]:
            print(f"FAIL {os.path.basename(os.path.normpath(folder))} {rule} {where}: {message}")
        if report.findings:
            failed += 1
        else:
            print(f"ok   {os.path.basename(os.path.normpath(folder))}: {report.checked} assertions hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
