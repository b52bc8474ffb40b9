# SPDX-License-Identifier: BSD-2-Clause
"""Tiers on a machine without an accelerator: the CPU does the work, and what was asked for in
vain is told."""
import glob
import json
import os

from kit import program
from kit.registry import Skip, clip, test

QUICK = ("--preset", "ultrafast", "--ladder", "240", "--limit-duration", "4", "--progress", "none")
ON_CPU = {"decode": "cpu", "scale": "cpu", "encode": "cpu"}


def no_accelerator():
    found = [p for p in ("/dev/nvidiactl", "/dev/dxg", *glob.glob("/dev/dri/renderD*")) if os.path.exists(p)]
    if found or os.environ.get("LD_LIBRARY_PATH"):
        raise Skip("this machine may have an accelerator: %s" % ", ".join(found or ["LD_LIBRARY_PATH"]))


@test(short=True)
def auto_is_the_cpu_and_one_note_says_why(folder):
    no_accelerator()
    done = program.run("plan", clip("counter_1080p.mp4"), "--json", "-v")
    assert done.returncode == 0, done.err
    document = json.loads(done.out)
    assert document["plan"]["tier"] == ON_CPU, document["plan"]["tier"]
    notes = [n["reason"] for n in document["plan"]["notes"] if n["subject"] == "tier"]
    assert len(notes) == 1 and notes[0].startswith("the CPU: no NVIDIA driver"), notes
    assert document["fallbacks"] == [], document["fallbacks"]
    assert "warning" not in done.err and "tier decode" not in done.err, "a proof was run: %s" % done.err
    readable = program.run("plan", clip("counter_1080p.mp4"))
    assert "decode cpu, scale cpu, encode cpu" in readable.out and "no NVIDIA driver" in readable.out, readable.out


@test(short=True)
def a_named_accelerator_that_is_missing_falls_back(folder):
    no_accelerator()
    program.transcode(clip("counter_1080p.mp4"), os.path.join(folder, "auto"), *QUICK)
    for kind in ("cuda", "vaapi", "qsv"):
        out = os.path.join(folder, kind)
        done = program.run("transcode", clip("counter_1080p.mp4"), "-o", out, "--json", "--hwaccel", kind, *QUICK)
        assert done.returncode == 0, "%s: exit %d %s" % (kind, done.returncode, done.err)
        assert done.err.count("warning") == 1 and "going on with the CPU" in done.err, done.err
        report = json.loads(done.out)
        (step,) = report["fallbacks"]
        assert (step["at"], step["stage"], step["from"], step["to"]) == ("start", "device", kind, "cpu"), step
        assert len(step["reason"]) > 20, step
        assert report["tracks"][0]["tier"] == {**ON_CPU, "encode": "libx264"}, report["tracks"][0]
        assert report["tracks"][0]["frames_downloaded"] == 0
        with open(os.path.join(out, "video/h264-240p/00001.m4s"), "rb") as a:
            with open(os.path.join(folder, "auto/video/h264-240p/00001.m4s"), "rb") as b:
                assert a.read() == b.read(), "the CPU made other bytes after a fallback"


@test(short=True)
def without_a_fallback_it_is_exit_3(folder):
    no_accelerator()
    out = os.path.join(folder, "out")
    for more in (("--fallback", "never"), ("--fallback", "cuda,cuda,cpu"), ("--fallback", "cuda,cuda,cuda")):
        done = program.run("transcode", clip("counter_1080p.mp4"), "-o", out, "--hwaccel", "cuda", *more, *QUICK)
        assert done.returncode == 3, "%s: exit %d %s" % (more, done.returncode, done.err)
        assert "libcuda" in done.err and "--fallback is" in done.err, done.err
        assert not os.path.exists(out), "something was left"
    done = program.run("plan", clip("counter_1080p.mp4"), "--fallback", "cuda,cuda,cpu")
    assert done.returncode == 3, "auto, with a floor: exit %d" % done.returncode
    # Nobody asked for an accelerator: the CPU is what auto means here.
    done = program.run("plan", clip("counter_1080p.mp4"), "--fallback", "never")
    assert done.returncode == 0, "exit %d %s" % (done.returncode, done.err)
    # The source itself needs the CPU.
    done = program.run("plan", clip("counter.mp4"), "--hwaccel", "cuda", "--fallback", "never")
    assert done.returncode == 3 and "colour matrix" in done.err, "exit %d %s" % (done.returncode, done.err)


@test(short=True)
def tiers_that_make_no_sense_are_wrong_usage(folder):
    for arguments in (("--fallback", "cuda"), ("--fallback", "cuda,cpu,cuda"), ("--fallback", "cuda,vaapi,cpu"),
                      ("--fallback", "sometimes"), ("--device", "-1"), ("--device", "256"), ("--device", "first"),
                      ("--hwaccel", "none", "--fallback", "cuda,cuda,cpu"),
                      ("--hwaccel", "vaapi", "--fallback", "cuda,cuda,cpu")):
        done = program.run("plan", clip("counter_1080p.mp4"), *arguments)
        assert done.returncode == 2, "%s: exit %d %s" % (arguments, done.returncode, done.err)
    done = program.run("plan", clip("counter_1080p.mp4"), "--device", "auto", "--fallback", "cpu", "--hwaccel", "none")
    assert done.returncode == 0, done.err


@test
def a_run_of_the_cpu_goes_on_whatever_is_asked_for(folder):
    out = os.path.join(folder, "out")
    program.transcode(clip("counter_1080p.mp4"), out, *QUICK)
    for kind in ("cuda", "none", "auto"):
        done = program.run("transcode", clip("counter_1080p.mp4"), "-o", out, "--resume", "--hwaccel", kind, *QUICK)
        assert done.returncode == 0 and "already complete" in done.err, "exit %d %s" % (done.returncode, done.err)


@test(short=True)
def doctor_tells_what_works(folder):
    no_accelerator()
    done = program.run("doctor", "--json", cwd=folder)
    assert done.returncode == 0, "exit %d %s" % (done.returncode, done.err)
    report = json.loads(done.out)
    devices = {d["device"]: d for d in report["devices"]}
    assert sorted(devices) == ["cpu", "cuda", "qsv", "vaapi"], sorted(devices)
    (tier,) = devices["cpu"]["tiers"]
    assert tier["works"] and tier["frames"] == 48 and tier["wall_s"] > 0, tier
    for kind in ("cuda", "vaapi", "qsv"):
        device = devices[kind]
        assert not device["opens"] and device["reason"] and device["remedy"] and device["tiers"] == [], device
        assert device["remedy"] not in device["reason"], device
    assert "FFmpeg" in report["libraries"] and report["limits"]["cores"] >= 1, report
    assert all(s["free_bytes"] > 0 for s in report["space"]), report["space"]
    assert os.listdir(folder) == [], "doctor left something"
    readable = program.run("doctor")
    assert readable.returncode == 0 and not readable.err, readable.err
    for word in ("cannot be opened", "remedy: ", "works: 48 frames", "Libraries", "cores"):
        assert word in readable.out, "no \"%s\" in %s" % (word, readable.out)


@test(short=True)
def doctor_fails_when_what_was_named_does_not_work(folder):
    no_accelerator()
    done = program.run("doctor", "--hwaccel", "cuda")
    assert done.returncode == 3 and "cuda 0" in done.out and "vaapi" not in done.out, done.out
    assert "no tier of cuda works here" in done.err, done.err
    done = program.run("doctor", "--hwaccel", "none", "--quiet")
    assert done.returncode == 0 and not done.out and not done.err, done.out + done.err
