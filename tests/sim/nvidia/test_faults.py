# SPDX-License-Identifier: BSD-2-Clause
"""Each fault gives the message seen in the field, and ends in time."""
import os

from suite import test

GPU = ("-xerror", "-hwaccel", "cuda", "-hwaccel_output_format", "cuda")
LIMIT_S = 20

# fault: what ffmpeg says; None for a call that never returns.
FAULTS = {
    "no-device": "CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected",
    "driver-too-old": "Driver does not support the required nvenc API version. Required: 11.1 Found: 10.0",
    "no-encoder": "OpenEncodeSessionEx failed: unsupported device (2)",
    "sessions=1": "OpenEncodeSessionEx failed: out of memory (10)",
    "vram=8": "CUDA_ERROR_OUT_OF_MEMORY: out of memory",
    "no-decoder=h264": "Hardware is lacking required capabilities",
    "lost-after=20": "CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered",
    "decode-error-at=10": "cuvidDecodePicture(decoder->decoder, &ctx->pic_params) failed -> CUDA_ERROR_UNKNOWN",
    "encode-error-at=10": "EncodePicture failed!: generic error (20)",
    "encode-error-at-flush": "EncodePicture failed!: generic error (20)",
    "hang-at=10": None,
    "hang-encode-at=10": None,
}


def chain(r, **options):
    """Two rungs, so that a second session is asked for."""
    outs = []
    for name in "ab":
        outs += ["-map", "[%s1]" % name, "-c:v", "h264_nvenc", "-f", "null", "-"]
    return r.ffmpeg(*options.pop("device", ()), *GPU, "-i", r.clip("baseline"), "-filter_complex",
                    "[0:v]split[a][b];[a]scale_cuda=320:180:interp_algo=bilinear[a1];"
                    "[b]scale_cuda=160:90:interp_algo=bilinear[b1]", *outs, **options)


def add(fault, wording):
    @test("fault/%s_is_told" % fault)
    def told(r):
        done = chain(r, faults=fault, limit_s=LIMIT_S)
        fired = [line for line in done.lines if line["event"] == "fault"]
        if wording is None:
            assert done.hung, "did not hang but ended with %d: %s" % (done.returncode, done.err)
            assert done.report.get("event") == "hang", done.report
        else:
            assert not done.hung, "hangs"
            assert done.returncode > 0, "exit %d" % done.returncode
            assert wording in done.err, done.err[-900:]
        assert fired and fired[0]["fault"] == fault.split("=")[0], done.lines


for name, message in FAULTS.items():
    add(name, message)


@test("fault/chain_is_good_without_one")
def none(r):
    done = chain(r)
    assert done.returncode == 0 and not done.err, done.err


@test("fault/everything_fails_once_the_device_is_lost")
def lost(r):
    done = chain(r, faults="lost-after=20")
    assert done.report["kernel_launches"] == 21, done.report
    assert done.err.count("CUDA_ERROR_ILLEGAL_ADDRESS") > 3, done.err


@test("fault/once_means_in_one_process")
def once(r):
    state = r.path("state")
    os.makedirs(state, exist_ok=True)
    first = chain(r, faults="lost-after=20!", RUNG_SIM_STATE=state)
    second = chain(r, faults="lost-after=20!", RUNG_SIM_STATE=state)
    assert first.returncode > 0 and "ILLEGAL_ADDRESS" in first.err, first.err
    assert os.listdir(state) == ["fired-lost-after=20!"], os.listdir(state)
    assert second.returncode == 0 and not second.err, second.err


@test("fault/bound_to_one_device")
def bound(r):
    options = {"faults": "no-encoder@1", "RUNG_SIM_DEVICES": "2"}
    good = chain(r, **options)
    bad = chain(r, device=("-hwaccel_device", 1), **options)
    assert good.returncode == 0 and not good.err, good.err
    assert bad.returncode > 0 and FAULTS["no-encoder"] in bad.err, bad.err


@test("fault/decoder_of_another_codec_stays")
def other_codec(r):
    done = chain(r, faults="no-decoder=hevc")
    assert done.returncode == 0 and not done.err, done.err


@test("fault/unknown_word_is_not_ignored")
def unknown(r):
    done = chain(r, faults="no-encoders")
    assert done.returncode != 0 and 'cannot read "no-encoders"' in done.err, done.err
