#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""dashif.py VALIDATEMP4 DIR...: DASH-IF's segment validator over every Representation of
each presentation's MPD, driven as DASH-IF-Conformance drives it (Utils/segment_validation.php):
init and segments in one file, their sizes in -infofile, the values of the MPD as flags, and
where segments are aligned each Representation against the first one of its set. Prints
"== DIR" and then "REPRESENTATION: complaint" lines: what it calls an error or a warning.

Where this driver itself can go no further (no file, a start that is not S@t, an MPD that
lacks what the validator asks for) it says so in a line that begins with "driver"."""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from urllib.parse import unquote

NS = "{urn:mpeg:dash:schema:mpd:2011}"
FLAGS = ("-cmaf", "-ctawave", "-dvb")


def seconds(text):
    d, h, m, s = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?", text).groups()
    return int(d or 0) * 86400 + int(h or 0) * 3600 + int(m or 0) * 60 + float(s or 0)


def fill(template, values):
    def one(m):
        if not m[1]:
            return "$"
        value = values[m[1]]
        return m[2] % int(value) if m[2] else str(value)

    return unquote(re.sub(r"\$(\w*)(%0\d+d)?\$", one, template))


def inherited(chain, name):
    return next((node.get(name) for node in reversed(chain) if node.get(name) is not None), None)


def last(chain, tag):
    return next((node.find(NS + tag) for node in reversed(chain) if node.find(NS + tag) is not None), None)


def times_of(timeline, end):
    """Starts of the segments in ticks; @r of -1 up to the next S or the end."""
    times, at, entries = [], 0, list(timeline)
    for i, entry in enumerate(entries):
        at, step, repeat = int(entry.get("t", at)), int(entry.get("d")), int(entry.get("r", 0))
        if repeat < 0:
            until = int(entries[i + 1].get("t")) if i + 1 < len(entries) else end
            repeat = -(-int(until - at) // step) - 1
        for _ in range(min(repeat, 10000) + 1):
            times.append(at)
            at += step
    return times


def files_of(root, chain, duration):
    """Paths, starts in seconds or None, flags."""
    rep, base = chain[-1], root
    for node in chain:
        url = node.find(NS + "BaseURL")
        if url is not None:
            base = os.path.join(base, unquote(url.text.strip()))
    single, listed = last(chain, "SegmentBase"), last(chain, "SegmentList")
    if single is not None:
        return [base], None, ["-isoondemand", "-indexrange", single.get("indexRange") or "0-0"]
    if listed is not None:
        names = [listed.find(NS + "Initialization").get("sourceURL")]
        names += [url.get("media") for url in listed.findall(NS + "SegmentURL")]
        return [os.path.join(base, unquote(name)) for name in names], None, ["-isolive"]
    merged, timeline = {}, None
    for node in chain:
        template = node.find(NS + "SegmentTemplate")
        if template is not None:
            merged.update(template.attrib)
            found = template.find(NS + "SegmentTimeline")
            timeline = found if found is not None else timeline
    scale, number = int(merged.get("timescale", 1)), int(merged.get("startNumber", 1))
    offset = int(merged.get("presentationTimeOffset", 0))
    if timeline is not None:
        times = times_of(timeline, duration * scale + offset)
    else:
        step = int(merged["duration"])
        times = [offset + i * step for i in range(min(int(duration * scale / step + 0.999), 10000))]
    names = {"RepresentationID": rep.get("id"), "Bandwidth": rep.get("bandwidth")}
    paths = [os.path.join(base, fill(merged["initialization"], names))]
    paths += [os.path.join(base, fill(merged["media"], {**names, "Number": number + i, "Time": at}))
              for i, at in enumerate(times)]  # fmt: skip
    return paths, ([(t - offset) / scale for t in times] if timeline is not None else None), ["-isolive"]


def flags_of(mpd, chain):
    """What the MPD says, for the validator to hold the file against."""
    rep, codec = chain[-1], inherited(chain, "codecs") or ""
    audio = inherited(chain, "audioSamplingRate") or (inherited(chain, "mimeType") or "").startswith("audio")
    channels = last(chain, "AudioChannelConfiguration")
    pairs = [("-minbuffertime", str(seconds(mpd.get("minBufferTime")))), ("-bandwidth", rep.get("bandwidth"))]
    if not audio:
        pairs += [("-width", inherited(chain, "width")), ("-height", inherited(chain, "height")),
                  ("-framerate", inherited(chain, "frameRate"))]  # fmt: skip
        if ":" in (inherited(chain, "sar") or ""):
            pairs += list(zip(("-sarx", "-sary"), inherited(chain, "sar").split(":")))
    pairs += [("-startwithsap", inherited(chain, "startWithSAP") or inherited(chain, "subsegmentStartsWithSAP")),
              ("-codecs", codec), ("-audiochvalue", channels.get("value") if channels is not None else "0")]  # fmt: skip
    if re.fullmatch(r"avc[13]\.[0-9A-Fa-f]{6}", codec):
        pairs += [("-codecprofile", str(int(codec[5:7], 16))), ("-codeclevel", str(int(codec[9:11], 16)))]
    part = codec.split(".")
    if part[0] in ("hvc1", "hev1") and len(part) > 3:
        pairs += [("-codecprofile", part[1]), ("-codectier", part[3][:1]), ("-codeclevel", part[3][1:])]
    return [word for name, value in pairs if value for word in (name, value)]


def joined(paths, work, say):
    """One file of all, and the sizes of its parts."""
    sizes = []
    with open(f"{work}/a.mp4", "wb") as out:
        for path in paths:
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    data = file.read()
                out.write(data)
                sizes.append(len(data))
            else:
                say("driver: no file")
    with open(f"{work}/info.txt", "w", encoding="ascii") as out:
        out.writelines(f"{i} {n}\n" for i, n in enumerate(sizes, len(paths) == 1))


def starts_of(leafinfo):
    return [float(line.split()[1]) for line in leafinfo.split("\n")[4:] if line and line.split()[0] == "1"]


def judge(program, root, mpd, chain, duration, leaf, say):
    """The leafinfo of this Representation, for the next one of its set."""
    paths, times, flags = files_of(root, chain, duration)
    with tempfile.TemporaryDirectory() as work:
        joined(paths, work, say)
        if leaf:
            # It writes four columns a leaf and reads three: the fourth would shift every line after the first.
            with open(f"{work}/leaf.txt", "w", encoding="ascii") as out:
                out.writelines(" ".join(line.split()[:3]) + "\n" for line in leaf.split("\n"))
            flags += ["-segal", "-leafinfo", "leaf.txt"]
        command = [program, "-infofile", "info.txt", *flags, *flags_of(mpd, chain), "-atomxml", "-c", "1", *FLAGS, "a.mp4"]
        done = subprocess.run(command, cwd=work, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        if done.returncode:
            say(f"driver: the validator ended with {done.returncode}")
        for line in done.stderr.decode(errors="replace").split("\n"):
            line = " ".join(line.split())
            if "error" in line.lower() or "warn" in line.lower():
                say(re.sub(r"(moof|styp|mdat)-\d+", r"\1-N", line)[:600])
        try:
            with open(f"{work}/leafinfo.txt", encoding="ascii") as file:
                mine = file.read()
        except OSError:
            say("driver: the validator did not finish")
            return None
    if times is not None:
        starts = starts_of(mine)
        if len(starts) != len(times):
            say("driver: the timeline has more or fewer segments than there are")
        if any(abs(a - b) > 0.001 for a, b in zip(starts, times)):
            say("driver: a segment does not start at its S@t")
    return mine


def one(program, root):
    def say_of(name):
        return lambda text: print(f"{name}: {text}", flush=True)

    try:
        mpd = ET.parse(os.path.join(root, "manifest.mpd")).getroot()
        total = seconds(mpd.get("mediaPresentationDuration", "PT0S"))
    except (ET.ParseError, OSError, AttributeError) as error:
        say_of("manifest.mpd")(f"driver: {type(error).__name__}")
        return
    for period in mpd.findall(NS + "Period"):
        for group in period.findall(NS + "AdaptationSet"):
            leaf = None
            for rep in group.findall(NS + "Representation"):
                say = say_of(rep.get("id"))
                try:
                    duration = seconds(period.get("duration")) if period.get("duration") else total
                    mine = judge(program, root, mpd, [mpd, period, group, rep], duration, leaf, say)
                except Exception as error:  # an MPD that lacks what is needed to drive it
                    say(f"driver: {type(error).__name__}: {error}")
                    continue
                if group.get("segmentAlignment") == "true" and leaf is None:
                    leaf = mine


def main():
    for folder in sys.argv[2:]:
        print(f"== {folder}", flush=True)
        one(os.path.abspath(sys.argv[1]), os.path.abspath(folder))


main()
