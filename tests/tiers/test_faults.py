# SPDX-License-Identifier: BSD-2-Clause
"""Every fault of the simulated driver, when it is opened, at the first picture, in the middle, at the
end: the job ends right where it should, or with --fallback never is refused."""
import os
from collections import namedtuple

from kit import oracle
from kit.registry import Skip, test

import rig
from rig import CPU, CPU_DECODE, CPU_ENCODE, FULL

# Of long.mp4 the proof decodes 15 pictures, codes 12 in each of two rungs, launches 48 kernels
# and ends 2 encoders; the run, a process of its own, 114, 216, 432 and 6: 12 of each rung in the first span, 48 in each of the two after it.
CLIP, RUNGS = "long.mp4", ("--ladder", "144,96")
LIMITED = (FULL, CPU_ENCODE)  # by rung
AGAIN = ("device", "cuda", "cuda")
TO_CPU = ("device", "cuda", "cpu")
DECODE, SCALE, ENCODE = (("decode", "cuda", "cpu"), ("scale", "cuda", "cpu"), ("encode", "cuda", "cpu"))

LOST = "CUDA_ERROR_ILLEGAL_ADDRESS"
NO_MEMORY = "CUDA_ERROR_OUT_OF_MEMORY"
DECODE_ERROR = "cuvidDecodePicture failed: CUDA_ERROR_UNKNOWN"
ENCODE_ERROR = "EncodePicture failed!: generic error (20)"

# tier: of all rungs; one for each; or a set, where it depends on which thread is first. steps: stage, from, to of each fallback. at: "start" or "span".
# never: the exit code under --fallback never.
Row = namedtuple("Row", "name faults tier steps at words never")
TABLE = [
    # When it is opened.
    Row("open/no_device", "no-device", CPU, [TO_CPU], "start", "CUDA_ERROR_NO_DEVICE", 3),
    Row("open/driver_too_old", "driver-too-old", CPU_ENCODE, [ENCODE], "start", "required nvenc API version", 3),
    Row("open/no_encoder", "no-encoder", CPU_ENCODE, [ENCODE], "start", "unsupported device (2)", 3),
    Row("open/no_session", "sessions=0", CPU_ENCODE, [ENCODE], "start", "out of memory (10)", 3),
    Row("open/one_session", "sessions=1", LIMITED, [ENCODE], "start", "no encoder session is left", 3),
    Row("open/no_decoder", "no-decoder=h264", CPU_DECODE, [DECODE], "start", "lacking required capabilities: this chip", 3),
    Row("open/no_memory_at_all", "vram=1", CPU, None, "start", "out of memory", 3),
    Row("open/no_memory_for_scaling", "vram=4", CPU, [SCALE], "start", NO_MEMORY, 3),
    # At the first pictures: in the proof.
    Row("first/lost", "lost-after=0", CPU, [TO_CPU], "start", LOST, 3),
    Row("first/lost_while_proving", "lost-after=20", CPU, [TO_CPU], "start", LOST, 3),
    Row("first/decode_error", "decode-error-at=1", CPU_DECODE, [DECODE], "start", DECODE_ERROR, 3),
    Row("first/encode_error", "encode-error-at=1", CPU_ENCODE, [ENCODE], "start", ENCODE_ERROR, 3),
    Row("first/flush", "encode-error-at-flush", CPU_ENCODE, [ENCODE], "start", ENCODE_ERROR, 3),
    Row("first/flush_of_the_second_rung", "encode-error-at-flush=2", CPU_ENCODE, [ENCODE], "start", ENCODE_ERROR, 3),
    # In the middle of a span.
    Row("middle/decode_error", "decode-error-at=60", CPU_DECODE, [DECODE], "span", DECODE_ERROR, 3),
    Row("middle/encode_error", "encode-error-at=100", CPU_ENCODE, [ENCODE], "span", ENCODE_ERROR, 3),
    Row("middle/lost_once", "lost-after=200!", FULL, [AGAIN], "span", LOST, 0),
    Row("middle/lost_again_in_the_same_place", "lost-after=100", CPU, [AGAIN, TO_CPU], "span", LOST, 3),
    Row("middle/no_memory", "vram=6", {CPU, CPU_ENCODE}, None, "span", "out of memory", 3),
    # At the end: of a span, and of the job.
    Row("end/flush", "encode-error-at-flush=3", CPU_ENCODE, [ENCODE], None, ENCODE_ERROR, 3),
    Row("end/last_flush", "encode-error-at-flush=6", CPU_ENCODE, [ENCODE], "span", ENCODE_ERROR, 3),
    Row("end/last_picture_decoded", "decode-error-at=114", CPU_DECODE, [DECODE], "span", DECODE_ERROR, 3),
    Row("end/last_picture_coded", "encode-error-at=216", CPU_ENCODE, [ENCODE], "span", ENCODE_ERROR, 3),
    Row("end/last_launch", "lost-after=431!", FULL, [AGAIN], "span", LOST, 0),
]
HANGS = [
    Row("first/hang", "hang-encode-at=5", CPU, [TO_CPU], "start", "sent nothing for 3 s", None),
    Row("middle/hang", "hang-at=60!", FULL, [AGAIN], "span", "sent nothing for 3 s", None),
]


def must_tell(job, row):
    fallbacks = job.report["fallbacks"]
    if row.steps is not None:
        assert rig.fallbacks_of(job) == row.steps, "fallbacks: %s" % fallbacks
    assert fallbacks and row.words in fallbacks[0]["reason"], "no \"%s\" in %s" % (row.words, fallbacks)
    assert row.at is None or fallbacks[0]["at"].startswith(row.at), fallbacks
    assert row.words in job.err, "stderr does not tell: %s" % job.err[-600:]


def must_end_right(job, tier, folder):
    """Exit 0, on the tier, every frame of every rung there and in its place, nothing left behind."""
    rig.must_succeed(job)
    tracks = rig.video_tracks(job.report)
    if isinstance(tier, set):
        tier = rig.tier_of(tracks[0]) if rig.tier_of(tracks[0]) in tier else sorted(tier)[0]
    tiers = tier if isinstance(tier[0], tuple) else (tier, tier)
    for track, wanted in zip(tracks, tiers):
        assert rig.tier_of(track) == wanted, "%s is on %s, not on %s; fallbacks: %s" % (
            track["id"], rig.tier_of(track), wanted, job.report["fallbacks"])
    frames = rig.frames_planned(folder, CLIP)
    presentation = rig.must_have_frames(job, frames)
    for track in presentation.video:
        shown = oracle.counters(rig.joined(job, track))
        assert shown == list(range(frames)), "%s shows %s" % (track.id, shown)
    rig.must_leave_nothing(job)
    return presentation


def check(folder, row, **settings):
    job = rig.job(folder, CLIP, "--hwaccel", "cuda", *RUNGS, faults=row.faults, **settings)
    must_end_right(job, row.tier, folder)
    must_tell(job, row)


def check_never(folder, row):
    job = rig.job(folder, CLIP, "--hwaccel", "cuda", *RUNGS, "--fallback", "never", faults=row.faults)
    if row.never == 0:
        # Once more on the same device is no fallback.
        must_end_right(job, row.tier, folder)
    else:
        rig.must_refuse(job, row.words, "--fallback is never")
        rig.must_leave_nothing(job)


def add(row):
    test(lambda folder: check(folder, row), name="fault/" + row.name)
    if row.never is not None:
        test(lambda folder: check_never(folder, row), name="never/" + row.name)


for a_row in TABLE:
    add(a_row)


def add_hang(row):
    test(lambda folder: check(folder, row, RUNG_STALL_LIMIT_S="3"), name="fault/" + row.name)


for a_hang in HANGS:
    add_hang(a_hang)


# A floor holds, at the start and in the middle.
FLOORS = [
    ("floor/met_at_start", "no-encoder", "cuda,cuda,cpu", CPU_ENCODE),
    ("floor/broken_at_start", "no-decoder=h264", "cuda,cuda,cpu", None),
    ("floor/met_in_the_middle", "decode-error-at=60", "cpu,cuda,cuda", CPU_DECODE),
    ("floor/broken_in_the_middle", "encode-error-at=100", "cpu,cuda,cuda", None),
]


def check_floor(folder, faults, floor, tier):
    job = rig.job(folder, CLIP, "--hwaccel", "cuda", *RUNGS, "--fallback", floor, faults=faults)
    if tier:
        must_end_right(job, tier, folder)
    else:
        rig.must_refuse(job, "--fallback is " + floor)


def add_floor(name, *row):
    test(lambda folder: check_floor(folder, *row), name=name)


for a_floor in FLOORS:
    add_floor(*a_floor)


# Several faults: of two stages, one while another is being mended, on one of two devices.
SEVERAL = [
    ("two/decoder_and_encoder_missing", "no-decoder=h264,no-encoder", 1, (), CPU, [DECODE, ENCODE]),
    ("two/encoder_missing_then_decode_error", "no-encoder,decode-error-at=60", 1, (), CPU, [ENCODE, DECODE]),
    ("two/decode_error_then_encode_error", "decode-error-at=40,encode-error-at=100", 1, (), CPU, [DECODE, ENCODE]),
    ("two/lost_then_decode_error", "lost-after=200!,decode-error-at=70", 1, (), CPU_DECODE, [AGAIN, DECODE]),
    # The first picture that the mended chain decodes, codes: the fallback itself fails.
    ("while_falling_back/encoder", "no-decoder=h264,encode-error-at=1", 1, (), CPU, [DECODE, ENCODE]),
    ("while_falling_back/lost", "decode-error-at=60,lost-after=260", 1, (), CPU_DECODE, None),
    ("while_falling_back/second_start", "no-encoder,lost-after=30!", 1, (), CPU, None),
    ("devices/second_is_free_of_it", "no-decoder=h264@0", 2, ("--device", "1"), FULL, []),
    ("devices/first_by_number", "no-decoder=h264@0", 2, ("--device", "0"), CPU_DECODE, [DECODE]),
    ("devices/auto_takes_the_first_that_works", "no-encoder@1", 2, ("--device", "auto"), FULL, []),
    ("devices/auto_goes_on_to_the_second", "vram=4@0", 2, ("--device", "auto"), FULL, None),
    ("devices/auto_goes_on_when_the_first_is_lost", "lost-after=0@0", 2, ("--device", "auto"), FULL, [AGAIN]),
    ("devices/all_are_lost", "lost-after=0", 2, ("--device", "auto"), CPU, None),
    ("devices/number_that_is_not_there", "", 2, ("--device", "5"), CPU, [TO_CPU]),
]


def check_several(folder, faults, devices, options, tier, steps):
    job = rig.job(folder, CLIP, "--hwaccel", "cuda", *RUNGS, *options, faults=faults, devices=devices)
    must_end_right(job, tier, folder)
    assert steps is None or rig.fallbacks_of(job) == steps, job.report["fallbacks"]


def add_several(name, *row):
    test(lambda folder: check_several(folder, *row), name=name)


for a_case in SEVERAL:
    add_several(*a_case)


@test
def a_rung_too_small_for_the_encoder_is_coded_on_the_cpu(folder):
    job = rig.job(folder, "rotated.mp4", "--hwaccel", "cuda", "--ladder", "180,100")
    rig.must_succeed(job)
    tiers = [rig.tier_of(t) for t in rig.video_tracks(job.report)]
    assert tiers == [CPU_DECODE, ("cpu", "cuda", "cpu")], tiers
    assert "invalid param (8)" in job.report["fallbacks"][0]["reason"], job.report["fallbacks"]
    rig.must_have_frames(job, rig.frames_planned(folder, "rotated.mp4"))


@test
def hevc_rungs_are_coded_on_the_device(folder):
    job = rig.job(folder, "main10.mp4", "--hwaccel", "cuda", "--ladder", "180,150", "--codecs", "hevc", count=True)
    rig.must_be_on(rig.must_succeed(job), FULL)
    assert all(t["tier"]["encode"] == "hevc_nvenc" for t in rig.video_tracks(job.report)), job.report["tracks"]
    rig.must_have_frames(job, rig.frames_planned(folder, "main10.mp4"))
    assert all(p["dtoh_copies"] == 0 for p in job.drivers) and not any(c["downloads"] for c in job.counts)
    rig.must_leave_nothing(job)


@test
def few_sessions_are_for_the_largest_rungs(folder):
    job = rig.job(folder, "h264.mp4", "--hwaccel", "cuda", "--ladder", "180,150", "--codecs", "h264,hevc",
                  faults="sessions=3")
    tiers = [(t["id"],) + rig.tier_of(t) for t in rig.video_tracks(rig.must_succeed(job).report)]
    assert [t for t in tiers if t[1:] != FULL] == [("hevc-150p",) + CPU_ENCODE], tiers
    rig.must_leave_nothing(job)


@test
def no_more_sessions_are_open_than_were_proven(folder):
    job = rig.must_succeed(rig.job(folder, CLIP, "--jobs", "8", *RUNGS, faults="sessions=2"))
    rig.must_be_on(job, FULL)
    assert not job.report["fallbacks"], job.report["fallbacks"]


@test
def a_device_that_dies_is_no_missing_one(folder):
    """Not even where nobody named it."""
    job = rig.job(folder, CLIP, *RUNGS, "--fallback", "never", faults="lost-after=0")
    assert job.code == 3 and "context is lost" in job.err, "exit %d: %s" % (job.code, job.err)


@test
def damage_that_a_device_meets_is_judged_by_the_cpu(folder):
    """The same verdict, and the same loss, as without a device."""
    told = {}
    for kind in ("none", "cuda"):
        strict = rig.job(folder, "damaged.ts", "--hwaccel", kind, *RUNGS, name="strict-" + kind)
        assert strict.code == 1 and "is damaged at" in strict.err, "exit %d: %s" % (strict.code, strict.err)
        job = rig.must_succeed(rig.job(folder, "damaged.ts", "--hwaccel", kind, "--allow-damaged", *RUNGS, name=kind))
        told[kind] = [w for w in job.report["warnings"] if "the input is damaged" in w]
        rig.must_have_frames(job, rig.frames_planned(folder, "damaged.ts"))
        rig.must_be_on(job, CPU_DECODE if kind == "cuda" else CPU)
    assert told["none"] and told["none"] == told["cuda"], told


@test
def auto_takes_the_device(folder):
    job = rig.job(folder, CLIP, *RUNGS)
    must_end_right(job, FULL, folder)
    assert not job.report["fallbacks"] and not job.report["warnings"] and not job.err, job.err


@test
def auto_without_a_device_is_quiet(folder):
    """A driver that finds no GPU, and was not asked for by name: a note, no warning."""
    job = rig.job(folder, CLIP, *RUNGS, faults="no-device")
    must_end_right(job, CPU, folder)
    assert not job.report["warnings"] and not job.err, job.err


@test
def no_driver_is_one_line_of_the_plan(folder):
    for sign in ("/dev/nvidiactl", "/dev/dxg", "/dev/dri"):
        if os.path.exists(sign):
            raise Skip("%s is there: this machine has a driver" % sign)
    settings = {"LD_LIBRARY_PATH": ""}
    job = rig.job(folder, CLIP, *RUNGS, **settings)
    must_end_right(job, CPU, folder)
    assert not job.report["warnings"] and not job.report["fallbacks"] and not job.err, job.err
    notes = [n["reason"] for n in rig.plan(folder, CLIP, *RUNGS, **settings)["plan"]["notes"] if n["subject"] == "tier"]
    assert len(notes) == 1 and "no NVIDIA driver" in notes[0], notes




@test
def no_driver_asked_for_by_name_is_told(folder):
    job = rig.job(folder, CLIP, "--hwaccel", "cuda", *RUNGS, LD_LIBRARY_PATH="")
    must_end_right(job, CPU, folder)
    assert rig.fallbacks_of(job) == [TO_CPU] and "no NVIDIA driver" in job.err, job.err
    never = rig.job(folder, CLIP, "--hwaccel", "cuda", "--fallback", "never", *RUNGS, name="never", LD_LIBRARY_PATH="")
    rig.must_refuse(never, "no NVIDIA driver")
