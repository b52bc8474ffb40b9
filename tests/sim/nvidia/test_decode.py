# SPDX-License-Identifier: BSD-2-Clause
"""What the decoders give is what libavcodec's software gives, to the bit."""
import os

import rig
from suite import Skip, test

GPU = ("-hwaccel", "cuda", "-hwaccel_output_format", "cuda")


def same_as_software(r, path, pixels, *how):
    done = r.ffmpeg(*how, "-i", path, "-an", "-pix_fmt", pixels, "-f", "md5", "-")
    assert done.returncode == 0, done.err[-600:]
    assert done.report.get("decoders_opened"), "not decoded on the device"
    expected = rig.software_md5(path, pixels)
    assert done.out.strip() == expected, "%s, in software %s" % (done.out.strip(), expected)
    return done


def add(name, pixels="nv12", decoder="h264_cuvid"):
    @test("decode/nvdec_%s_is_exact" % name)
    def nvdec(r):
        done = same_as_software(r, r.clip(name), pixels, "-hwaccel", "cuda")
        assert done.report["pictures_decoded"] == rig.FRAMES, done.report
        assert done.report["dtoh_copies"] == 2 * rig.FRAMES, done.report

    @test("decode/cuvid_%s_is_exact" % name)
    def cuvid(r):
        same_as_software(r, r.clip(name), pixels, "-c:v", decoder)


for clip in ("baseline", "b_frames", "open_gop", "cavlc_slices", "mbaff"):
    add(clip)
add("hevc", decoder="hevc_cuvid")
add("hevc_10", "p010le", "hevc_cuvid")


@test("decode/nvdec_field_pictures_are_exact")
def field_pictures(r):
    # No free encoder writes them.
    path = os.path.join(os.environ.get("RUNG_MEDIA_DIR", ""), "fate_h264_intra_first-small.ts")
    if not os.path.exists(path):
        raise Skip("needs %s in RUNG_MEDIA_DIR" % os.path.basename(path))
    same_as_software(r, path, "nv12", "-hwaccel", "cuda")


def add_refused(name, wording="Hardware is lacking required capabilities"):
    @test("decode/nvdec_refuses_%s" % name)
    def refused(r):
        done = r.ffmpeg("-hwaccel", "cuda", "-i", r.clip(name), "-f", "null", "-")
        assert done.returncode == 0, done.err[-600:]
        assert not done.report.get("decoders_opened"), "a decoder was opened"
        assert wording in done.err, done.err


# High 10 and 4:2:2 are refused by FFmpeg itself, which does not offer them to the device.
add_refused("high_10", "")
add_refused("high_422", "")
add_refused("vp9")


@test("decode/cuvid_refuses_vp9")
def cuvid_refuses(r):
    done = r.ffmpeg("-c:v", "vp9_cuvid", "-i", r.clip("vp9"), "-f", "null", "-")
    assert done.returncode != 0 and "Codec vp9_cuvid is not supported" in done.err, done.err


@test("decode/frames_stay_on_the_device")
def stays(r):
    done = r.good(*GPU, "-i", r.clip("b_frames"), "-f", "null", "-")
    assert done.report["dtoh_copies"] == 0 and done.report["pictures_decoded"] == rig.FRAMES, done.report
