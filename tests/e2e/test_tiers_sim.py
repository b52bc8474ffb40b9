# SPDX-License-Identifier: BSD-2-Clause
"""Tiers on a simulated NVIDIA driver (tests/sim): which stage runs where, and what becomes of a
job when the device refuses or dies. It simulates the interface and its failures, never speed.
RUNG_SIM_DRIVER names the folder of its libcuda.so.1, else it is looked for beside the program."""
import json
import os

from kit import oracle, program
from kit.presentation import Presentation
from kit.registry import Skip, clip, test

SOURCE = "counter_1080p.mp4"
FRAMES = 192
WORK = ("--preset", "ultrafast", "--ladder", "360,240", "--segment-duration", "2", "--limit-duration", "8",
        "--no-audio", "--progress", "none")
ALL = ("cuda", "cuda", "h264_nvenc")
HYBRID = ("cuda", "cuda", "libx264")
ON_CPU = ("cpu", "cpu", "libx264")


def driver():
    folder = os.environ.get("RUNG_SIM_DRIVER") or os.path.join(
        os.path.dirname(program.BINARY), "tests", "sim", "nvidia", "driver")
    if not os.path.exists(os.path.join(folder, "libcuda.so.1")):
        raise Skip("the simulated driver is not built: no libcuda.so.1 in %s" % folder)
    return os.path.abspath(folder)


def with_driver(faults, folder):
    state = os.path.join(folder, "state")
    os.makedirs(state, exist_ok=True)
    return {"LD_LIBRARY_PATH": driver(), "RUNG_SIM_FAULTS": faults, "RUNG_SIM_STATE": state}


def run(out, faults, *more, settings=None):
    settings = with_driver(faults, os.path.dirname(out)) if settings is None else settings
    return program.run("transcode", clip(SOURCE), "-o", out, "--json", *WORK, *more, settings=settings)


def made(out, faults, *more, settings=None):
    """The report of a run that must succeed, and whose frames must all be there, in order."""
    done = run(out, faults, *more, settings=settings)
    assert done.returncode == 0, "%s: exit %d %s" % (faults, done.returncode, done.err)
    for track in Presentation(out).video:
        numbers = oracle.counters(track.joined(out + ".mp4"))
        wrong = [(i, n) for i, n in enumerate(numbers) if n not in (i, None)]
        assert len(numbers) == FRAMES and not wrong and numbers.count(None) <= 4, "%s: %s" % (track.id, numbers)
        os.remove(out + ".mp4")
    return json.loads(done.out)


def tiers(report):
    return [tuple(t["tier"][k] for k in ("decode", "scale", "encode")) for t in report["tracks"]]


def steps(report):
    return [(f["at"].split()[0], f["stage"], f["from"], f["to"]) for f in report["fallbacks"]]


@test(short=True)
def sim_no_frame_comes_down_where_all_is_on_the_device(folder):
    report = made(os.path.join(folder, "out"), "")
    assert tiers(report) == [ALL, ALL], tiers(report)
    assert report["fallbacks"] == [] and report["warnings"] == [], report["fallbacks"]
    assert [t["frames_downloaded"] for t in report["tracks"]] == [0, 0]


@test
def sim_a_stage_that_is_refused_at_the_start_moves_alone(folder):
    table = (
        ("no-device", [("start", "device", "cuda", "cpu")], [ON_CPU, ON_CPU]),
        ("no-encoder", [("start", "encode", "cuda", "cpu")], [HYBRID, HYBRID]),
        ("driver-too-old", [("start", "encode", "cuda", "cpu")], [HYBRID, HYBRID]),
        ("no-decoder=h264", [("start", "decode", "cuda", "cpu")], [("cpu", "cuda", "h264_nvenc")] * 2),
        ("sessions=1", [("start", "encode", "cuda", "cpu")], [ALL, HYBRID]),
    )
    for faults, wanted_steps, wanted_tiers in table:
        report = made(os.path.join(folder, faults), faults)
        assert steps(report) == wanted_steps, "%s: %s" % (faults, report["fallbacks"])
        assert tiers(report) == wanted_tiers, "%s: %s" % (faults, tiers(report))
        for track, tier in zip(report["tracks"], tiers(report)):
            down = FRAMES if tier == HYBRID else 0
            assert track["frames_downloaded"] == down, "%s: %s" % (faults, track)


@test
def sim_what_fails_in_the_middle_goes_on(folder):
    again, lost = ("span", "device", "cuda", "cuda"), ("span", "device", "cuda", "cpu")
    table = (
        ("encode-error-at=150", [("span", "encode", "cuda", "cpu")], HYBRID),
        ("lost-after=300!", [again], ALL),
        ("lost-after=300", [again, lost], ON_CPU),
    )
    for faults, wanted, tier in table:
        done = made(os.path.join(folder, faults), faults)
        assert steps(done) == wanted, "%s: %s" % (faults, done["fallbacks"])
        assert tiers(done) == [tier, tier], "%s: %s" % (faults, tiers(done))
        assert len(done["warnings"]) == len(wanted), done["warnings"]


@test
def sim_a_hang_ends_one_engine(folder):
    report = made(os.path.join(folder, "out"), "hang-at=100!")
    assert steps(report) == [("span", "device", "cuda", "cuda")], report["fallbacks"]
    assert "sent nothing" in report["fallbacks"][0]["reason"], report["fallbacks"]


@test
def sim_without_a_fallback_pieces_stay_for_resume(folder):
    out = os.path.join(folder, "out")
    done = run(out, "encode-error-at=150", "--fallback", "never")
    assert done.returncode == 3 and "--resume" in done.err, "exit %d %s" % (done.returncode, done.err)
    # Another encoder cannot go on with these rungs.
    for more, code in ((("--hwaccel", "none"), 2), (("--hwaccel", "vaapi"), 2), (("--hwaccel", "cuda"), 3)):
        done = run(out, "", "--resume", *more, settings={})
        assert done.returncode == code and "cannot resume" in done.err, "%s: %d %s" % (more, done.returncode, done.err)
    done = run(out, "no-encoder", "--resume")
    assert done.returncode == 3 and "cannot resume" in done.err, "exit %d %s" % (done.returncode, done.err)
    report = made(out, "", "--resume")
    assert tiers(report) == [ALL, ALL], tiers(report)


@test
def sim_another_decoder_may_go_on(folder):
    """Rungs that the CPU encodes: where they were decoded and scaled is free."""
    out = os.path.join(folder, "out")
    done = run(out, "no-encoder,lost-after=300", "--fallback", "cuda,cuda,cpu")
    assert done.returncode == 3 and "--resume" in done.err, "exit %d %s" % (done.returncode, done.err)
    report = made(out, "", "--resume", settings={})
    assert tiers(report) == [ON_CPU, ON_CPU], tiers(report)
    assert 0 < report["tracks"][0]["frames_downloaded"] < FRAMES, report["tracks"][0]


@test(short=True)
def sim_rules_are_kept(folder):
    out = os.path.join(folder, "out")
    for faults, rule, code in (("no-encoder", "never", 3), ("no-encoder", "cuda,cuda,cuda", 3),
                               ("no-encoder", "cuda,cuda,cpu", 0), ("no-decoder=h264", "cuda,cuda,cpu", 3)):
        done = program.run("plan", clip(SOURCE), "--fallback", rule, settings=with_driver(faults, folder))
        assert done.returncode == code, "%s, %s: exit %d %s" % (faults, rule, done.returncode, done.err)
    report = made(out, "no-encoder", "--fallback", "cpu")
    assert tiers(report) == [ON_CPU, ON_CPU], tiers(report)


@test(short=True)
def sim_plan_and_doctor_tell_the_tier(folder):
    done = program.run("plan", clip(SOURCE), "--hwaccel", "cuda", settings=with_driver("no-encoder", folder))
    assert "decode cuda, scale cuda, encode cpu" in done.out and "encode not on cuda" in done.out, done.out
    done = program.run("doctor", "--hwaccel", "cuda", "--json", settings=with_driver("no-encoder", folder))
    assert done.returncode == 0, done.err
    cuda = json.loads(done.out)["devices"][0]
    assert [t["works"] for t in cuda["tiers"]] == [False, False, True], cuda
    assert "no encoder" in cuda["tiers"][0]["reason"], cuda["tiers"][0]
