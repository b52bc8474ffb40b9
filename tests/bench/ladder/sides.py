# SPDX-License-Identifier: BSD-2-Clause
"""The two sides of the comparison: rung, and one ffmpeg process that makes the same
ladder. Each names its command, its files and, for a rung, one playable file."""

import glob
import json
import os
import shutil
import subprocess


def read_plan(binary, source, preset):
    """What rung would do; the other side gets the same sizes, CRF and caps."""
    command = [binary, "plan", source, "--preset", preset, "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    document = json.loads(run.stdout)
    plan = document.get("plan", document)
    if not plan["audio"]:
        raise SystemExit("ladder: the clip has no sound; take one that has")
    return plan


class Side:
    def __init__(self, plan, source, out):
        self.plan, self.source, self.out = plan, source, out

    def clear(self):
        shutil.rmtree(self.out, ignore_errors=True)
        os.makedirs(self.out)

    def wanted(self):
        """Labels for measure(): each rung's init and first segment, and all of them."""
        labels = {}
        for i, video in enumerate(self.plan["video"]):
            labels[video["id"]] = self.first_files(i)
        labels["all"] = [path for paths in list(labels.values()) for path in paths]
        return labels

    def bytes_of(self, i):
        return sum(os.path.getsize(path) for path in self.segments(i))

    def join(self, i, path):
        """One rung as one file, for the quality measurement."""
        with open(path, "wb") as out:
            for part in [self.first_files(i)[0], *self.segments(i)]:
                with open(part, "rb") as file:
                    shutil.copyfileobj(file, out)


class Rung(Side):
    name = "rung"

    def __init__(self, plan, source, out, binary, preset):
        super().__init__(plan, source, out)
        self.binary, self.preset = binary, preset

    def command(self):
        return [self.binary, "transcode", self.source, "-o", self.out, "--preset", self.preset,
                "--progress", "none"]  # fmt: skip

    def folder(self, i):
        return os.path.join(self.out, self.plan["video"][i]["folder"])

    def first_files(self, i):
        return [os.path.join(self.folder(i), name) for name in ("init.mp4", "00001.m4s")]

    def segments(self, i):
        return sorted(glob.glob(os.path.join(self.folder(i), "*.m4s")))


class Ffmpeg(Side):
    """Decode once, split, scale (swscale's default: bicubic), libx264 with its default
    threads, DASH and HLS by the dash muxer. No setsar=1 behind the scaler: the muxer
    refuses a set whose aspect ratios differ by the rounding of 426x240."""

    name = "ffmpeg"

    def __init__(self, plan, source, out, preset, crf_shift=0):
        super().__init__(plan, source, out)
        self.preset, self.crf_shift = preset, crf_shift

    def command(self):
        videos, picture = self.plan["video"], self.plan["picture"]
        gop = str(picture["frames_per_gop"])
        graph = f"[0:v:0]split={len(videos)}" + "".join(f"[s{i}]" for i in range(len(videos)))
        maps, options = [], []
        for i, video in enumerate(videos):
            graph += f";[s{i}]scale={video['width_px']}:{video['height_px']}[v{i}]"
            maps += ["-map", f"[v{i}]"]
            options += [f"-crf:v:{i}", f"{video['crf'] + self.crf_shift:g}"]
            options += [f"-maxrate:v:{i}", str(video["maxrate_bps"])]
            options += [f"-bufsize:v:{i}", str(video["bufsize_bits"])]
        audio = self.plan["audio"][0]
        numerator, denominator = str(self.plan["grid"]["segment_duration"]).partition("/")[::2]
        segment_s = int(numerator) / int(denominator or 1)
        gop_s = segment_s * int(gop) / picture["frames_per_segment"]
        return ["ffmpeg", "-nostdin", "-y", "-v", "error", "-i", self.source, "-filter_complex", graph, *maps,
                "-map", f"0:{audio['stream_index']}", "-c:v", "libx264", "-preset", self.preset,
                "-profile:v", "high", *options, "-g", gop, "-keyint_min", gop, "-sc_threshold", "0",
                "-force_key_frames", f"expr:gte(t,n_forced*{gop_s:g})", "-forced-idr", "1",
                "-c:a", "aac", "-b:a", str(audio["bitrate_bps"]), "-ac", str(audio["channels"]),
                "-ar", str(audio["sample_rate_hz"]), "-f", "dash", "-hls_playlist", "1",
                "-seg_duration", f"{segment_s:g}", "-use_template", "1", "-use_timeline", "1",
                # A set for each: ffmpeg's dash takes no two aspect ratios in one, and rounded sizes differ.
                "-adaptation_sets", " ".join(f"id={n},streams={n}" for n in range(len(self.plan["video"]) + 1)),
                os.path.join(self.out, "manifest.mpd")]  # fmt: skip

    def first_files(self, i):
        return [os.path.join(self.out, name)
                for name in (f"init-stream{i}.m4s", f"chunk-stream{i}-00001.m4s")]  # fmt: skip

    def segments(self, i):
        return sorted(glob.glob(os.path.join(self.out, f"chunk-stream{i}-*.m4s")))
