# SPDX-License-Identifier: BSD-2-Clause
"""FFmpeg, as the system has it: decoding to the bit, scaling, encoding, what crosses."""
import os

import rig
from suite import Skip, test
from va_rig import DEVICE

GPU = ("-vaapi_device", DEVICE, "-hwaccel", "vaapi", "-hwaccel_output_format", "vaapi")
DOWN = "hwdownload,format=nv12"


def same_as_software(r, path, pixels):
    done = r.ffmpeg(*GPU, "-i", path, "-an", "-vf", "hwdownload,format=" + pixels, "-f", "md5", "-")
    assert done.returncode == 0 and done.report.get("decoders_opened"), done.err[-600:]
    expected = rig.software_md5(path, pixels)
    assert done.out.strip() == expected, "%s, in software %s" % (done.out.strip(), expected)
    return done


def add_exact(name, pixels="nv12"):
    @test("decode/%s_is_exact" % name)
    def exact(r):
        done = same_as_software(r, r.clip(name), pixels)
        assert done.report["pictures_decoded"] == done.report["downloads"] == rig.FRAMES, done.report


for clip in ("baseline", "b_frames", "open_gop", "cavlc_slices", "mbaff", "hevc"):
    add_exact(clip)
add_exact("hevc_10", "p010")


@test("decode/field_pictures_are_exact")
def field_pictures(r):
    # No free encoder writes them.
    path = os.path.join(os.environ.get("RUNG_MEDIA_DIR", ""), "fate_h264_intra_first-small.ts")
    if not os.path.exists(path):
        raise Skip("needs %s in RUNG_MEDIA_DIR" % os.path.basename(path))
    same_as_software(r, path, "nv12")


@test("decode/what_the_device_lacks_goes_to_the_cpu")
def refused(r):
    for name in ("high_10", "vp9"):
        done = r.ffmpeg("-vaapi_device", DEVICE, "-hwaccel", "vaapi", "-i", r.clip(name), "-f", "null", "-")
        assert done.returncode == 0 and not done.report.get("decoders_opened"), done.report


@test("decode/frames_stay_on_the_device")
def stays(r):
    done = r.good(*GPU, "-i", r.clip("b_frames"), "-f", "null", "-")
    assert done.report["pictures_decoded"] == rig.FRAMES, done.report
    assert done.report["downloads"] == done.report["direct_maps"] == 0, done.report


def add_scaled(name, clip, size):
    @test("scale/%s" % name)
    def scaled(r):
        out = r.path("scaled.mkv")
        done = r.good(*GPU, "-i", r.clip(clip), "-vf", "scale_vaapi=%s:format=nv12,%s" % (size, DOWN),
                      "-c:v", "ffv1", out)
        assert done.report["pictures_processed"] == rig.FRAMES, done.report
        quality = rig.psnr(out, r.clip(clip), "scale=%s:flags=area" % size)
        assert quality > 45, "%.1f dB" % quality


add_scaled("down_like_areas", "b_frames", "214:120")
add_scaled("up", "b_frames", "960:540")
add_scaled("ten_bits_become_eight", "hevc_10", "320:180")


@test("scale/uploads_are_counted")
def uploads(r):
    done = r.good("-vaapi_device", DEVICE, "-i", r.clip("b_frames"), "-vf",
                  "format=nv12,hwupload,scale_vaapi=320:180", "-f", "null", "-")
    assert done.report["uploads"] + done.report["direct_maps"] == rig.FRAMES, done.report
    assert done.report["downloads"] == 0, done.report


def add_encoded(name, *options):
    @test("encode/%s_is_playable" % name)
    def encoded(r):
        out = r.path("encoded.mp4")
        done = r.good(*GPU, "-i", r.clip("b_frames"), "-vf", "scale_vaapi=426:240", "-c:v", "h264_vaapi",
                      *options, out)
        assert done.report["pictures_encoded"] == rig.FRAMES, done.report
        assert done.report["downloads"] == done.report["direct_maps"] == 0, done.report
        # The CPU's decoder says nothing at all of the stream.
        rig.software("-xerror", "-err_detect", "explode", "-i", out, "-f", "null", "-")
        stream = rig.streams(out, "stream=nb_read_frames,width,height")["streams"][0]
        assert stream == {"width": 426, "height": 240, "nb_read_frames": str(rig.FRAMES)}, stream
        quality = rig.psnr(out, r.clip("b_frames"), "scale=426:240:flags=area")
        assert quality > 35, "%.1f dB" % quality


VBR = ("-rc_mode", "VBR", "-b:v", "800k", "-maxrate", "1M")
add_encoded("p_only", *VBR, "-bf", "0")
add_encoded("b_pictures", *VBR, "-bf", "2", "-g", "20")
add_encoded("b_pyramid", *VBR, "-bf", "3", "-b_depth", "2")
add_encoded("cavlc", *VBR, "-profile:v", "main", "-coder", "cavlc", "-bf", "1")
add_encoded("baseline", *VBR, "-profile:v", "constrained_baseline")
add_encoded("open_i_pictures", "-rc_mode", "CQP", "-qp", "24", "-g", "10", "-idr_interval", "2")


@test("encode/forced_keyframes_are_idr")
def forced(r):
    out = r.path("forced.mp4")
    r.good(*GPU, "-i", r.clip("b_frames"), "-vf", "scale_vaapi=426:240", "-c:v", "h264_vaapi", *VBR,
           "-idr_interval", "0", "-g", "600", "-force_key_frames", "0.4,1.2", out)
    frames = rig.streams(out, "frame=key_frame")["frames"]
    keys = [i for i, frame in enumerate(frames) if frame["key_frame"]]
    assert keys == [0, 10, 30], keys
