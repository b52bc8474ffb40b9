# SPDX-License-Identifier: BSD-2-Clause
"""--vmaf: scores where the linked FFmpeg can compute them, a warning where it cannot,
and the same bytes in both cases."""
import json
import os
import signal
import time

from fractions import Fraction

from kit import program
from kit.registry import clip, test

SHORT = ("--preset", "ultrafast", "--ladder", "360,180", "--segment-duration", "2")


def can_score(report):
    return not any("no libvmaf" in text for text in report["warnings"])


def check(report):
    """Every video track has a score of all its pictures, and no other track one."""
    for track in report["tracks"]:
        if track["type"] != "video":
            assert "vmaf" not in track, track
            continue
        score = track.get("vmaf")
        assert score, "%s has no score" % track["id"]
        frames = Fraction(report["duration"]) * Fraction(track["frame_rate"])
        assert score["frames"] == frames, "%s: %d of %d pictures" % (track["id"], score["frames"], frames)
        assert 20 < score["min"] <= score["mean"] <= 100, score


@test(short=True)
def scores_or_a_warning_and_the_same_bytes(folder):
    plain = program.transcode(clip("counter.mp4"), os.path.join(folder, "plain"), *SHORT)
    assert not any("vmaf" in track for track in plain["tracks"])
    done = program.run("transcode", clip("counter.mp4"), "-o", os.path.join(folder, "scored"), "--json",
                       "--progress", "none", "--vmaf", *SHORT)
    assert done.returncode == 0, done.err
    report = json.loads(done.out)
    if can_score(report):
        check(report)
        assert report["timings"]["stages"]["score_s"] > 0
    else:
        assert len([w for w in report["warnings"] if "--vmaf" in w]) == 1, report["warnings"]
        assert done.err.count("libvmaf") == 1, done.err
        assert not any("vmaf" in track for track in report["tracks"])
    outs = [program.fingerprint(os.path.join(folder, name)) for name in ("plain", "scored")]
    found = [d for d in program.differences(*outs) if not d.startswith("rung.json")]
    assert not found, found


def text_of(path):
    """What a file holds that another process writes; nothing while it is not there."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


@test
def scores_outlive_an_interruption(folder):
    out = os.path.join(folder, "out")
    arguments = ("transcode", clip("counter_1080p.mp4"), "-o", out, "--vmaf", "--progress", "none", "--preset",
                 "veryfast", "--ladder", "720,360", "--jobs", "1")
    process = program.start(*arguments)
    journal = os.path.join(out, ".rung", "journal.jsonl")
    while process.poll() is None and '{"span":{"track":"h264' not in text_of(journal):
        time.sleep(0.02)
    assert process.poll() is None, "ended before it could be stopped: %s" % process.communicate()[1]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    scored = '"score":' in text_of(journal)
    done = program.run(*arguments, "--resume", "--json")
    assert done.returncode == 0, done.err
    report = json.loads(done.out)
    if not can_score(report):
        assert not scored and not any("vmaf" in track for track in report["tracks"])
        return  # what is to be said and done then is checked
    assert scored, "no score in the journal of the stopped run"
    whole = program.transcode(clip("counter_1080p.mp4"), os.path.join(folder, "whole"), *arguments[4:])
    check(report)
    for track, other in zip(report["tracks"], whole["tracks"]):
        assert track.get("vmaf") == other.get("vmaf"), (track["id"], track.get("vmaf"), other.get("vmaf"))


@test
def the_version_comes_as_json_too(folder):
    text = program.run("--version")
    done = program.run("--version", "--json")
    assert done.returncode == 0 and not done.err
    document = json.loads(done.out)
    assert text.out.splitlines()[0] == "rung " + document["rung"]
    for name, version in document["libraries"].items():
        assert any(line.split() == [name, version] for line in text.out.splitlines()), (name, version)
