# SPDX-License-Identifier: BSD-2-Clause
"""Running ffmpeg on the simulated driver, and the clips it is run on."""
import json
import os
import re
import subprocess
import time

LIMIT_S = 30
FRAMES = 50

# name: (source, encoder options). Each is made once, in software.
CLIPS = {
    "baseline": ("640x360", "-c:v libx264 -profile:v baseline -preset veryfast"),
    "b_frames": ("640x360", "-c:v libx264 -bf 3 -x264-params b-pyramid=normal:cqm=jvt:weightp=2:keyint=30"),
    "open_gop": ("640x360", "-c:v libx264 -bf 2 -x264-params open-gop=1:keyint=12"),
    "cavlc_slices": ("640x360", "-c:v libx264 -coder 0 -slices 4 -preset veryfast"),
    "mbaff": ("720x576", "-vf interlace -c:v libx264 -flags +ildct+ilme -preset veryfast"),
    "hevc": ("640x360", "-c:v libx265 -preset veryfast -x265-params log-level=error:bframes=3"),
    "hevc_10": ("640x360", "-c:v libx265 -preset veryfast -x265-params log-level=error -pix_fmt yuv420p10le"),
    "high_10": ("640x360", "-c:v libx264 -preset veryfast -pix_fmt yuv420p10le"),
    "high_422": ("640x360", "-c:v libx264 -preset veryfast -pix_fmt yuv422p"),
    "vp9": ("640x360", "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime"),
}


class Rig:
    def __init__(self, driver, work):
        self.driver, self.work, self.runs = driver, work, 0

    def environment(self, faults="", **more):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("RUNG_SIM_")}
        kept.update(LD_LIBRARY_PATH=self.driver, RUNG_SIM_FAULTS=faults, **more)
        return kept

    def path(self, name):
        return os.path.join(self.work, name)

    def clip(self, name):
        path = self.path(name + (".webm" if name == "vp9" else ".mp4"))
        if not os.path.exists(path):
            size, options = CLIPS[name]
            options = options.split()
            if "-pix_fmt" not in options:
                options += ["-pix_fmt", "yuv420p"]
            rate = 2 * 25 if name == "mbaff" else 25
            software("-y", "-f", "lavfi", "-i", "testsrc2=s=%s:r=%d" % (size, rate), *options,
                     "-frames:v", FRAMES, path)
        return path

    def ffmpeg(self, *arguments, faults="", limit_s=LIMIT_S, **more):
        """The finished process, with .err and .report (the last line, or {})."""
        self.runs += 1
        report = self.path("report-%d.jsonl" % self.runs)
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)]
        done = subprocess.Popen(command, env=self.environment(faults, RUNG_SIM_REPORT=report, **more),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        done.hung = False
        end = time.monotonic() + limit_s
        while True:
            try:
                out, err = done.communicate(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                # A call that says it will never return is taken at its word.
                if time.monotonic() > end or '"event": "hang"' in text_of(report):
                    done.hung = True
                    done.kill()
        done.out, done.err = out.decode(errors="replace"), err.decode(errors="replace")
        done.lines = [json.loads(line) for line in text_of(report).splitlines()]
        done.report = done.lines[-1] if done.lines else {}
        return done

    def good(self, *arguments, **options):
        """A run that must succeed, say nothing and leave nothing behind."""
        done = self.ffmpeg(*arguments, **options)
        assert not done.hung, "hangs"
        assert done.returncode == 0 and not done.err, "exit %d: %s" % (done.returncode, done.err[-600:])
        leaks = {k: v for k, v in done.report.items() if k.endswith("_live") and v}
        assert done.report.get("event") == "exit", "no report at exit: %s" % done.report
        assert not leaks and not done.report["surfaces_mapped"], "leaks: %s" % leaks
        return done


def text_of(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def software(*arguments):
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *map(str, arguments)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, "software ffmpeg: %s" % done.stderr.decode(errors="replace")[-600:]
    return done.stdout.decode()


def software_md5(path, pixels):
    return software("-i", path, "-an", "-pix_fmt", pixels, "-f", "md5", "-").strip()


def streams(path, entries):
    """Rows of ffprobe's values for the first video stream's frames or the stream itself."""
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-count_frames",
                           "-show_entries", entries, "-of", "json", path],
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def psnr(path, reference, graph):
    """The worst frame's PSNR against the reference seen through GRAPH."""
    count = "settb=1/1000,setpts=N*40"
    done = subprocess.run(
        ["ffmpeg", "-nostdin", "-i", path, "-i", reference, "-lavfi",
         "[0:v]format=yuv420p,%s[a];[1:v]%s,format=yuv420p,%s[b];[a][b]psnr" % (count, graph, count),
         "-f", "null", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    found = re.search(r"PSNR.* min:(\S+)", done.stderr.decode(errors="replace"))
    return float(found.group(1))
