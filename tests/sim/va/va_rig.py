# SPDX-License-Identifier: BSD-2-Clause
"""Running ffmpeg and rung on the simulated VA driver; clips, and what is read of results, are
those of the simulated NVIDIA driver's rig."""
import glob
import json
import os
import re
import subprocess

import rig

DEVICE = "/dev/dri/renderD128"
TAGS = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")

# name: size, frames, encoder. The long one makes several spans.
SOURCES = {
    "h264": ("640x360", 50, "-pix_fmt yuv420p -c:v libx264 -bf 2 -preset veryfast"),
    "long": ("320x240", 200, "-pix_fmt yuv420p -c:v libx264 -g 50 -preset veryfast"),
    "hevc_10": ("640x360", 50, "-pix_fmt yuv420p10le -c:v libx265 -preset ultrafast "
                               "-x265-params log-level=error -tag:v hvc1"),
}


class Result:
    """Of rung: .code, .err, .report (its JSON), .out (the folder), .counts (by process, summed)."""


class VaRig(rig.Rig):
    def __init__(self, driver, work, program):
        super().__init__(driver, work)
        self.program = program

    def environment(self, faults="", **more):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RUNG_SIM_", "LIBVA_"))}
        kept.update(LIBVA_DRIVERS_PATH=self.driver, LIBVA_DRIVER_NAME="rungsim", LIBVA_MESSAGING_LEVEL="1",
                    LD_PRELOAD=os.path.join(self.driver, "rungsim_shim.so"), RUNG_SIM_FAULTS=faults, **more)
        return kept

    def good(self, *arguments, **options):
        """A run that must succeed, say nothing and leave nothing behind."""
        done = self.ffmpeg(*arguments, **options)
        assert not done.hung, "hangs"
        assert done.returncode == 0 and not done.err, "exit %d: %s" % (done.returncode, done.err[-600:])
        leaks = {k: v for k, v in done.report.items() if (k.endswith("_live") or k == "memory_bytes") and v}
        assert done.report.get("event") == "exit", "no report at exit: %s" % done.report
        assert not leaks, "leaks: %s" % leaks
        return done

    def source(self, kind="h264"):
        """Tagged, since a matrix that has to be guessed is converted on the CPU."""
        path = self.path("source_%s.mp4" % kind)
        if not os.path.exists(path):
            size, frames, coder = SOURCES[kind]
            rig.software("-y", "-f", "lavfi", "-i", "testsrc2=s=%s:r=25" % size, "-vf",
                         "scale=out_color_matrix=bt709:out_range=tv", *coder.split(), *TAGS,
                         "-frames:v", frames, path)
        return path

    def rung(self, *arguments, out, faults="", source="h264", hwaccel="vaapi", **more):
        self.runs += 1
        reports = self.path("rung-%d.jsonl" % self.runs)
        done = Result()
        done.out = self.path(out)
        command = [self.program, "transcode", "--hwaccel", hwaccel, "--force", "--json", "--progress", "none",
                   "--preset", "ultrafast", self.source(source), "-o", done.out, *map(str, arguments)]
        ended = subprocess.run(command, env=self.environment(faults, RUNG_SIM_REPORT=reports, **more),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
        done.code, done.err = ended.returncode, ended.stderr.decode(errors="replace")
        done.report = json.loads(ended.stdout) if done.code == 0 else {}
        last = {}
        for line in rig.text_of(reports).splitlines():
            row = json.loads(line)
            last[row["pid"]] = row
        done.processes = list(last.values())
        done.counts = {}
        for row in done.processes:
            for name, value in row.items():
                if isinstance(value, int) and name != "pid":
                    done.counts[name] = done.counts.get(name, 0) + value
        return done

    def made(self, *arguments, **options):
        """A presentation that must be made, be whole and pass rung validate."""
        done = self.rung(*arguments, **options)
        frames = SOURCES[options.get("source", "h264")][1]
        assert done.code == 0, "exit %d: %s" % (done.code, done.err[-600:])
        # FFmpeg does not clean up after a device that is lost.
        if "lost" not in options.get("faults", ""):
            leaks = {k: v for k, v in done.counts.items() if k.endswith("_live") and v}
            assert not leaks, "leaks: %s" % done.processes
        done.video = {}
        for path in sorted(glob.glob(os.path.join(done.out, "video", "*", "media.m3u8"))):
            stream = rig.streams(path, "stream=width,nb_read_frames")["streams"][0]
            done.video[stream["width"]] = path
            assert int(stream["nb_read_frames"]) == frames, "%s: %s frames" % (path, stream["nb_read_frames"])
        # Such clips are too short for segments, and too small for variants, as Apple would have them.
        check = subprocess.run([self.program, "validate", "--skip", "M26,V27", done.out],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        text = check.stdout.decode(errors="replace")
        assert check.returncode == 0, text[:900]
        assert not re.search(r"^ *warning ", text, re.M), text[:900]
        return done


def tiers(report):
    return {tuple(t["tier"][k] for k in ("decode", "scale", "encode"))
            for t in report["tracks"] if t["type"] == "video"}


def steps(report):
    return [(f["stage"], f["from"], f["to"]) for f in report["fallbacks"]]
