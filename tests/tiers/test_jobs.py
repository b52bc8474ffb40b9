# SPDX-License-Identifier: BSD-2-Clause
"""What becomes of finished work: kept where only decoding or scaling moves, made anew where another
encoder takes over, taken over by --resume; and many jobs in a row."""
import hashlib
import os
import random
import signal
import time

from kit import program
from kit.presentation import list_files, read_bytes
from kit.registry import test

import clips
import rig
from rig import CPU, CPU_DECODE, CPU_ENCODE, FULL
from test_faults import AGAIN, CLIP, DECODE, ENCODE, RUNGS, must_end_right

seed = None  # set by run.py
CUDA = ("--hwaccel", "cuda", *RUNGS)


def segments(out):
    """name -> (sha256, inode) of every video segment and init."""
    result = {}
    for name in list_files(out) if os.path.isdir(out) else []:
        if name.startswith("video/") and name.endswith((".m4s", ".mp4")):
            path = os.path.join(out, name)
            result[name] = (hashlib.sha256(read_bytes(path)).hexdigest(), os.stat(path).st_ino)
    return result


def start(folder, name, *arguments, **settings):
    out, state = os.path.join(folder, name), os.path.join(folder, name + "-state")
    process = program.start("transcode", *rig.BASE, "-o", out, *arguments, "--", clips.clip(CLIP),
                            settings=rig.settings_of(state, **settings))
    return process, out, state


def spans_done(out):
    """Lines of the journal that end a span of a rung."""
    path = os.path.join(out, ".rung", "journal.jsonl")
    if not os.path.exists(path):
        return 0
    return sum(b'"span"' in line and b"h264" in line for line in read_bytes(path).splitlines())


def has_hung(state):
    return any(line["event"] == "hang" for line in rig.lines_of(os.path.join(state, "driver.jsonl")))


def wait_for(condition, process, what, limit_s=30):
    end = time.monotonic() + limit_s
    while not condition():
        assert process.poll() is None, "ended before %s: %s" % (what, process.communicate()[1])
        assert time.monotonic() < end, "waited %d s for %s" % (limit_s, what)
        time.sleep(0.01)


def watched(folder, faults):
    """A job that stands still in its second span while its segments are looked at (decoding hangs,
    once; the watchdog ends that engine), and then meets a fault. The job, its segments then,
    and those at its end."""
    process, out, state = start(folder, "out", *CUDA, faults=faults, RUNG_STALL_LIMIT_S="4")
    wait_for(lambda: has_hung(state), process, "the hang")
    wait_for(lambda: spans_done(out) >= 2, process, "the first span of both rungs")
    time.sleep(0.5)
    before = segments(out)
    done_out, done_err = process.communicate(timeout=90)
    job = rig.finish(process.returncode, done_out.decode(), done_err.decode(), out, state)
    rig.must_succeed(job)
    program.must_be_valid(out)
    return job, before, segments(out)


def first_span(names):
    return [n for n in names if n.endswith(("00001.m4s", "init.mp4"))]


@test
def finished_spans_stay_when_decoding_moves(folder):
    job, before, after = watched(folder, "hang-at=60!,decode-error-at=61")
    must_end_right(job, CPU_DECODE, folder)
    assert rig.fallbacks_of(job) == [AGAIN, DECODE], job.report["fallbacks"]
    kept = first_span(before)
    assert len(kept) == 4, sorted(before)
    assert all(before[n] == after[n] for n in kept), "made again: %s" % [n for n in kept if before[n] != after[n]]


@test
def rungs_are_made_anew_when_the_encoder_changes(folder):
    job, before, after = watched(folder, "hang-at=60!,encode-error-at=100")
    must_end_right(job, CPU_ENCODE, folder)
    assert rig.fallbacks_of(job) == [AGAIN, ENCODE], job.report["fallbacks"]
    kept = first_span(before)
    assert len(kept) == 4, sorted(before)
    assert all(before[n][0] != after[n][0] for n in kept), "of the other encoder: %s" % [
        n for n in kept if before[n][0] == after[n][0]]
    # As if the device had never coded a picture: all of a rung is one encoder's, its init too.
    whole = rig.must_succeed(rig.job(folder, CLIP, *CUDA, faults="no-encoder", name="whole"))
    must_end_right(whole, CPU_ENCODE, folder)
    assert {n: x[0] for n, x in after.items()} == {n: x[0] for n, x in segments(whole.folder).items()}


@test
def only_the_rung_of_the_lost_encoder_is_made_anew(folder):
    """sessions=1: one rung on the device, one on the CPU; the device's encoder fails in the middle."""
    job, before, after = watched(folder, "sessions=1,hang-encode-at=40!,encode-error-at=45")
    must_end_right(job, CPU_ENCODE, folder)
    assert rig.fallbacks_of(job) == [ENCODE, AGAIN, ENCODE], job.report["fallbacks"]
    changed = [n for n in first_span(before) if before[n] != after[n]]
    assert len(changed) == 2 and all("144" in n for n in changed), "made again: %s" % changed


def same_media(a, b):
    found = [d for d in program.differences(program.fingerprint(a), program.fingerprint(b))
             if not d.startswith("rung.json")]
    assert not found, "\n".join(found[:10])


def killed(folder, faults, name="out"):
    """A job that was killed with its first span done; it stood still in its second (hang)."""
    process, out, state = start(folder, name, *CUDA, faults=",".join(f for f in (faults, "hang-at=60!") if f))
    wait_for(lambda: has_hung(state), process, "the hang")
    wait_for(lambda: spans_done(out) >= 2, process, "the first span of both rungs")
    process.kill()
    process.communicate()
    end = time.monotonic() + 10
    while rig.processes_of(state) and time.monotonic() < end:
        time.sleep(0.05)
    assert not rig.processes_of(state), "engines outlive the job"
    assert not os.path.exists(os.path.join(out, "master.m3u8"))
    return out


def resumed(folder, faults, tier):
    """The same bytes as undisturbed, though the job was killed."""
    whole = rig.job(folder, CLIP, *CUDA, faults=faults, name="whole")
    must_end_right(whole, tier, folder)
    out = killed(folder, faults)
    before = segments(out)
    job = rig.job(folder, CLIP, *CUDA, "--resume", faults=faults)
    must_end_right(job, tier, folder)
    after = segments(out)
    kept = first_span(before)
    assert len(kept) == 4 and all(before[n] == after[n] for n in kept), "nothing was taken over"
    same_media(out, whole.folder)


test(lambda f: resumed(f, "", FULL), name="resume_on_the_full_tier_gives_the_same_bytes")
test(lambda f: resumed(f, "no-encoder", CPU_ENCODE), name="resume_with_the_encoder_on_the_cpu_gives_the_same_bytes")


@test
def resume_without_the_device_that_coded_is_refused(folder):
    out = killed(folder, "")
    before = segments(out)
    for name, settings in (("gone", {"faults": "no-device"}), ("no_driver", {"LD_LIBRARY_PATH": ""})):
        job = rig.job(folder, CLIP, *CUDA, "--resume", **settings)
        rig.must_refuse(job, "cannot resume", "encoded on cuda", "--force starts anew")
        assert segments(out) == before, "%s: finished work is gone" % name
    job = rig.job(folder, CLIP, *CUDA, "--resume")
    must_end_right(job, FULL, folder)
    forced = killed(folder, "", "forced")
    job = rig.job(folder, CLIP, *CUDA, "--force", faults="no-device", name="forced")
    assert job.folder == forced
    must_end_right(job, CPU, folder)


@test
def resume_without_the_device_that_only_scaled_goes_on(folder):
    out = killed(folder, "no-encoder")
    before = segments(out)
    job = rig.job(folder, CLIP, *CUDA, "--resume", faults="no-device")
    must_end_right(job, CPU, folder)
    kept = first_span(before)
    after = segments(out)
    assert len(kept) == 4 and all(before[n] == after[n] for n in kept), "the first span was made again"


@test
def jobs_do_not_change_a_byte_on_a_device(folder):
    for faults in ("", "no-encoder"):
        outs = [rig.must_succeed(rig.job(folder, CLIP, *CUDA, "--jobs", jobs, faults=faults,
                                         name="jobs-%s%s" % (jobs, faults))).folder for jobs in "14"]
        same_media(*outs)


@test
def a_stop_ends_a_job_whose_driver_hangs(folder):
    process, out, state = start(folder, "out", *CUDA, faults="hang-at=60")
    wait_for(lambda: has_hung(state), process, "the hang")
    process.send_signal(signal.SIGTERM)
    begin = time.monotonic()
    process.communicate(timeout=30)
    assert process.returncode == 143 and time.monotonic() - begin < 15, "exit %d" % process.returncode
    assert not rig.processes_of(state), "engines outlive the job"
    assert not os.path.exists(os.path.join(out, "master.m3u8"))
    job = rig.job(folder, CLIP, *CUDA, "--resume")
    must_end_right(job, FULL, folder)


# Many jobs in a row. Each fault may be for once, and there may be two.
KINDS = ("no-device", "driver-too-old", "no-encoder", "sessions=%d", "vram=%d", "no-decoder=h264", "lost-after=%d",
         "decode-error-at=%d", "encode-error-at=%d", "encode-error-at-flush", "encode-error-at-flush=%d")
RANGES = {"sessions=%d": 4, "vram=%d": 12, "lost-after=%d": 450, "decode-error-at=%d": 120,
          "encode-error-at=%d": 220, "encode-error-at-flush=%d": 7}
POLICIES = ("auto", "auto", "auto", "cpu", "never")


def random_faults(dice):
    faults = []
    for kind in dice.sample(KINDS, dice.choice((0, 1, 1, 1, 2))):
        fault = kind % dice.randrange(RANGES[kind]) if "%" in kind else kind
        faults.append(fault + dice.choice(("", "", "!")))
    return ",".join(faults)


def scratch_folders():
    """What engines keep outside their own folders."""
    return {os.path.join(place, n) for place in ("/dev/shm", "/tmp") if os.path.isdir(place)
            for n in os.listdir(place) if n.startswith("rung-scratch-")}


def one_of_many(folder, number, faults, policy):
    job = rig.job(folder, CLIP, *CUDA, "--fallback", policy, faults=faults, name="job-%d" % number)
    if job.code == 0:
        frames = rig.frames_planned(folder, CLIP)
        rig.must_have_frames(job, frames)
        must_tell_all = {t["id"]: rig.tier_of(t) for t in rig.video_tracks(job.report)}
        if any(tier != FULL for tier in must_tell_all.values()):
            assert job.report["fallbacks"], "on %s, and no fallback is told" % must_tell_all
            assert policy != "never", "fell back to %s" % must_tell_all
        if policy == "cpu":
            assert set(must_tell_all.values()) <= {FULL, CPU}, must_tell_all
    else:
        assert policy == "never", "exit %d: %s" % (job.code, job.err[-600:])
        rig.must_refuse(job, "--fallback is never")
    rig.must_leave_nothing(job)
    return job.code


def many(folder, part, parts, count):
    before = scratch_folders()
    dice = random.Random("%d/%d" % (seed, part))
    codes = []
    for number in range(part, count, parts):
        faults, policy = random_faults(dice), dice.choice(POLICIES)
        try:
            codes.append(one_of_many(folder, number, faults, policy))
        except Exception as error:
            raise AssertionError("seed %d, part %d, job %d, RUNG_SIM_FAULTS=%s --fallback %s: %s" % (
                seed, part, number, faults, policy, error)) from error
    left = scratch_folders() - before
    end = time.monotonic() + 10
    while left and time.monotonic() < end:  # of tests that run beside this one
        time.sleep(0.1)
        left &= scratch_folders()
    assert not left, "left: %s" % left
    assert 0 in codes, codes


def add_many(part, parts, count):
    test(lambda folder: many(folder, part, parts, count), name="random_faults/%d_of_%d" % (part + 1, parts))


for a_part in range(2):
    add_many(a_part, 2, 50)
