# SPDX-License-Identifier: BSD-2-Clause
"""rung on the driver, end to end: each tier, and what it falls back to with each fault."""
import rig
from suite import test
from va_rig import steps, tiers

ALL = ("vaapi", "vaapi", "h264_vaapi")
CPU_ENCODES = ("vaapi", "vaapi", "libx264")
CPU_DECODES = ("cpu", "vaapi", "h264_vaapi")
ON_CPU = ("cpu", "cpu", "libx264")


def like_the_cpu(r, done):
    """What the CPU makes of the same clip, with as little loss, differs little."""
    other = r.made(out="cpu", hwaccel="none")
    assert tiers(other.report) == {ON_CPU} and sorted(other.video) == sorted(done.video), other.report
    for width, path in done.video.items():
        quality = rig.psnr(path, other.video[width], "null")
        assert quality > 30, "%d: %.1f dB" % (width, quality)


@test("rung/all_on_the_device_brings_nothing_down")
def everything(r):
    done = r.made(out="all")
    assert tiers(done.report) == {ALL} and not done.report["fallbacks"], done.report["fallbacks"]
    assert {t["frames_downloaded"] for t in done.report["tracks"]} == {0}, done.report["tracks"]
    for name in ("downloads", "uploads", "direct_maps"):
        assert done.counts[name] == 0, "%s: %s" % (name, done.counts)
    like_the_cpu(r, done)


@test("rung/encoding_on_the_cpu_brings_each_picture_down_once")
def hybrid(r):
    done = r.made(out="hybrid", faults="no-encoder")
    assert tiers(done.report) == {CPU_ENCODES}, done.report["tracks"]
    assert steps(done.report) == [("encode", "vaapi", "cpu")], done.report["fallbacks"]
    assert "does not encode this codec" in done.report["fallbacks"][0]["reason"], done.report["fallbacks"]
    assert [t["frames_downloaded"] for t in done.report["tracks"]] == [50, 50], done.report["tracks"]
    downloads = [p["downloads"] for p in done.processes]
    assert max(downloads) == 2 * 50, downloads  # the job; the others are proofs
    like_the_cpu(r, done)


@test("rung/decoding_on_the_cpu_takes_each_picture_up_once")
def uploads(r):
    done = r.made(out="up", faults="no-decoder=h264")
    assert tiers(done.report) == {CPU_DECODES}, done.report["tracks"]
    assert steps(done.report) == [("decode", "vaapi", "cpu")], done.report["fallbacks"]
    assert "does not do this with such a stream" in done.report["fallbacks"][0]["reason"], done.report["fallbacks"]
    assert done.counts["downloads"] == 0, done.counts
    assert max(p["direct_maps"] + p["uploads"] for p in done.processes) == 50, done.processes
    like_the_cpu(r, done)


@test("rung/ten_bits_are_scaled_on_the_device")
def ten_bits(r):
    done = r.made(out="ten", source="hevc_10")
    assert tiers(done.report) == {ALL}, done.report["fallbacks"]
    assert done.counts["downloads"] == done.counts["direct_maps"] == 0, done.counts


@test("rung/several_spans_at_once")
def spans(r):
    done = r.made("--segment-duration", 1, out="spans", source="long")
    assert tiers(done.report) == {ALL} and not done.report["fallbacks"], done.report["fallbacks"]
    assert {t["segments"] for t in done.report["tracks"]} == {8}, done.report["tracks"]


# fault: (stage, from, to) of each step down, the tier at the end, a part of the last reason.
FALLBACKS = {
    "no-device": ([("device", "vaapi", "cpu")], ON_CPU, "the user must be in the group"),
    "driver-too-old": ([("device", "vaapi", "cpu")], ON_CPU, "no VA driver works for this GPU"),
    "vram=12": ([("scale", "vaapi", "cpu")], ON_CPU, "the device's memory is full"),
    "decode-error-at=8": ([("decode", "vaapi", "cpu")], CPU_DECODES, "the GPU's decoder broke down"),
    "decode-error-at=30": ([("decode", "vaapi", "cpu")], CPU_DECODES, "the GPU's decoder broke down"),
    "encode-error-at=40": ([("encode", "vaapi", "cpu")], CPU_ENCODES, "the GPU's encoder broke down"),
    "lost-after=20": ([("device", "vaapi", "cpu")], ON_CPU, "the GPU does not answer"),
    "lost-after=140": ([("device", "vaapi", "cpu")], ON_CPU, "the GPU does not answer"),
}


def add(fault, wanted, tier, wording):
    @test("rung/%s_is_got_over" % fault)
    def got_over(r):
        done = r.made(out="fault", faults=fault)
        assert steps(done.report) == wanted, done.report["fallbacks"]
        assert tiers(done.report) == {tier}, done.report["tracks"]
        assert wording in done.report["fallbacks"][-1]["reason"], done.report["fallbacks"]


for name, row in FALLBACKS.items():
    add(name, *row)


@test("rung/what_is_lost_in_the_middle_is_tried_once_more")
def once_more(r):
    done = r.made("--segment-duration", 1, out="again", source="long", faults="lost-after=400!",
                  RUNG_SIM_STATE=r.work)
    assert steps(done.report) == [("device", "vaapi", "vaapi")], done.report["fallbacks"]
    assert tiers(done.report) == {ALL}, done.report["tracks"]
