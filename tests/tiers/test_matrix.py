# SPDX-License-Identifier: BSD-2-Clause
"""Every tier with every kind of source: the tier that is expected, the right pictures, and what
crosses the bus."""
import os
import shutil
import threading

from kit import oracle
from kit.presentation import Presentation
from kit.registry import test

import rig
from rig import CPU, CPU_DECODE, CPU_ENCODE, FULL

# Two encoders of unlike settings code the same pictures, scaled by unlike filters. The next
# picture of these clips has some 14 dB, 20 at best in the mean.
WORST_DB, MEAN_DB = 22, 27

# How a tier is brought about: faults, options.
WAYS = {
    "full": ("", ()),
    "no_decoder": ("no-decoder=h264,no-decoder=hevc", ()),
    "no_encoder": ("no-encoder", ()),
    "fallback_cpu": ("no-encoder", ("--fallback", "cpu")),
}
ON_DEVICE = {"full": FULL, "no_decoder": CPU_DECODE, "no_encoder": CPU_ENCODE, "fallback_cpu": CPU}
PREPARED = {"full": CPU_DECODE, "no_decoder": CPU_DECODE, "no_encoder": CPU, "fallback_cpu": CPU}
ALL_CPU = {way: CPU for way in WAYS}

# An upright rung of 100 would be too small for the encoder.
LADDERS = {"rotated.mp4": ("--ladder", "180,160")}
LADDER = ("--ladder", "180,100")

# clip: (tier by way, words of the plan's note when a stage must move)
CLIPS = {
    "h264.mp4": (ON_DEVICE, None),
    "main10.mp4": (ON_DEVICE, None),
    "vfr.mp4": (ON_DEVICE, None),
    "cropped.mp4": (ON_DEVICE, None),
    "resized.ts": (ON_DEVICE, None),
    "open_gop.mp4": (ON_DEVICE, None),
    "interlaced.ts": (PREPARED, "decode not on cuda: the video is deinterlaced on the CPU"),
    "rotated.mp4": (PREPARED, "decode not on cuda: the video is turned on the CPU"),
    "hdr.mp4": (PREPARED, "decode not on cuda: HDR is tone-mapped on the CPU"),
    "odd.webm": (PREPARED, None),
    "full_range.mp4": (ALL_CPU, "scale not on cuda: full range is converted on the CPU"),
    "untagged.mp4": (ALL_CPU, "scale not on cuda: the colour matrix is converted on the CPU"),
}

references, references_lock = {}, threading.Lock()


def reference(folder, clip):
    """The same clip by the CPU alone, made once; rungs and their frame numbers."""
    with references_lock:
        mine = references.setdefault(clip, {"lock": threading.Lock()})
    with mine["lock"]:
        if "rungs" not in mine:
            place = os.path.join(os.path.dirname(folder), "cpu", clip)
            shutil.rmtree(place, ignore_errors=True)
            job = rig.must_succeed(rig.job(place, clip, "--hwaccel", "none", *LADDERS.get(clip, LADDER)))
            rig.must_be_on(job, CPU)
            found = rig.must_have_frames(job, rig.frames_planned(folder, clip))
            mine["rungs"] = [(rig.joined(job, t), oracle.counters(rig.joined(job, t))) for t in found.video]
    return mine["rungs"]


def must_show_the_same(job, presentation, rungs):
    for track, (path, numbers) in zip(presentation.video, rungs):
        mine = rig.joined(job, track)
        found = rig.psnr(mine, path)
        assert all(worst >= WORST_DB and mean >= MEAN_DB for worst, mean in found.values()), \
            "%s against the CPU's, in dB (worst picture, mean): %s" % (track.id, found)
        if None not in numbers:
            shown = oracle.counters(mine)
            assert shown == numbers, "%s shows %s, the CPU's %s" % (track.id, shown, numbers)
        else:  # turned or woven out of fields: no number is to be read
            late = rig.psnr(mine, path, shift=1)
            assert late["y"][1] < found["y"][1] - 5, "%s: the next picture fits as well: %s" % (track.id, late)


@test
def a_wrong_picture_is_seen(folder):
    """The next picture in place of each fails by either threshold, in rungs of one encoder."""
    for clip in ("h264.mp4", "interlaced.ts"):
        for path, _ in reference(folder, clip):
            worst, mean = rig.psnr(path, path, shift=1)["y"]
            assert worst < WORST_DB - 5 and mean < MEAN_DB - 5, "%s: %s, %s dB" % (clip, worst, mean)


def must_cross_as_told(job, presentation, tier):
    """rung.json, the driver and the interposer agree; only scaled pictures come down."""
    told = {t["id"]: t["frames_downloaded"] for t in rig.video_tracks(job.report)}
    processes = rig.last_by_process(job.drivers)
    if tier != CPU_ENCODE:
        assert not any(told.values()), "downloads told: %s" % told
        assert all(p["dtoh_copies"] == 0 and p["dtoh_bytes"] == 0 for p in processes), processes
        assert all(c["downloads"] == 0 and c["maps"] == 0 for c in job.counts), job.counts
        assert tier == CPU or job.drivers, "the driver was never used"
        assert tier != CPU_DECODE or any(c["uploads"] > 0 for c in job.counts), "the interposer saw nothing"
        return
    run = processes[-1]
    frames = sum(told.values())
    size = sum(told[t.id] * rig.bytes_down(t) for t in presentation.video)
    assert (run["dtoh_copies"], run["dtoh_bytes"]) == (3 * frames, size), "the driver gave %d copies, %d bytes; " \
        "rung.json tells %d frames of %d bytes" % (run["dtoh_copies"], run["dtoh_bytes"], frames, size)
    counted = rig.last_by_process(job.counts)[-1]
    assert counted["downloads"] == frames and counted["maps"] == 0, "%s of %d" % (counted, frames)


def check(folder, clip, way):
    tiers, note = CLIPS[clip]
    faults, options = WAYS[way]
    tier = tiers[way]
    rungs = reference(folder, clip)
    job = rig.must_succeed(rig.job(folder, clip, "--hwaccel", "cuda", *options, *LADDERS.get(clip, LADDER),
                                   faults=faults, count=True))
    rig.must_be_on(job, tier)
    assert tier == FULL or note or job.report["fallbacks"], "nothing tells why it is on %s" % (tier,)
    frames = rig.frames_planned(folder, clip)
    presentation = rig.must_have_frames(job, frames)
    must_show_the_same(job, presentation, rungs)
    must_cross_as_told(job, presentation, tier)
    if tier == CPU_ENCODE:
        for track in rig.video_tracks(job.report):
            # Each once; behind a span's end x264 looks at a few more. A repeated picture is one.
            assert 0 < track["frames_downloaded"] <= frames + 48, track
            assert clip == "vfr.mp4" or track["frames_downloaded"] >= frames, track
    rig.must_leave_nothing(job)
    told = [c["reason"] for c in job.report["changed"] if c["what"] == "tier"]
    # A plan that fell back to the CPU alone moves nothing.
    is_cpu_plan = tier == CPU and any(f["stage"] == "encode" for f in job.report["fallbacks"])
    wanted = [note] if note and not is_cpu_plan else []
    assert told == wanted, "rung.json tells %s" % job.report["changed"]
    if note and way == "full":
        notes = [n["reason"] for n in rig.plan(folder, clip, "--hwaccel", "cuda")["plan"]["notes"]
                 if n["subject"] == "tier"]
        assert note in notes, notes


def add(clip, way):
    test(lambda folder: check(folder, clip, way), name="matrix/%s/%s" % (clip.split(".")[0], way))


for a_clip in CLIPS:
    for a_way in WAYS:
        add(a_clip, a_way)
