# SPDX-License-Identifier: BSD-2-Clause
"""Decode, scale and encode without leaving the device."""
import rig
from suite import test

GPU = ("-hwaccel", "cuda", "-hwaccel_output_format", "cuda")
SCALE = "scale_cuda=%s:interp_algo=bilinear:passthrough=0"


def check_stream(path, codec, width, height, pixels="yuv420p"):
    got = rig.streams(path, "stream=codec_name,width,height,pix_fmt,nb_read_frames")["streams"][0]
    want = {"codec_name": codec, "width": width, "height": height, "pix_fmt": pixels,
            "nb_read_frames": str(rig.FRAMES)}
    assert got == want, "%s, expected %s" % (got, want)


def check_no_downloads(report):
    moved = {k: report[k] for k in ("dtoh_copies", "dtoh_bytes", "htod_copies", "htod_bytes")}
    assert not any(moved.values()), "copies between host and device: %s" % moved


@test("chain/scaled_and_encoded_without_downloads")
def scaled(r):
    source, out = r.clip("b_frames"), r.path("scaled.mp4")
    done = r.good(*GPU, "-i", source, "-vf", SCALE % "426:240", "-c:v", "h264_nvenc",
                  "-forced-idr", 1, out)
    check_no_downloads(done.report)
    assert done.report["kernel_launches"] == 2 * rig.FRAMES, done.report
    check_stream(out, "h264", 426, 240)
    worst = rig.psnr(out, source, "scale=426:240:flags=area")
    assert worst > 30, "PSNR %.1f dB" % worst


@test("chain/ladder_of_three_without_downloads")
def ladder(r):
    source = r.clip("b_frames")
    sizes = ((640, 360), (426, 240), (320, 180))
    graph = "[0:v]split=3[a][b][c]"
    outs = []
    for name, (width, height) in zip("abc", sizes):
        graph += ";[%s]%s[%s1]" % (name, SCALE % ("%d:%d" % (width, height)), name)
        outs += ["-map", "[%s1]" % name, "-c:v", "h264_nvenc", "-forced-idr", "1", "-bf", "2",
                 r.path("ladder%d.mp4" % height)]
    done = r.good(*GPU, "-i", source, "-filter_complex", graph, *outs)
    check_no_downloads(done.report)
    assert done.report["encoders_opened"] == 3 and done.report["contexts_opened"] == 1, done.report
    for width, height in sizes:
        check_stream(r.path("ladder%d.mp4" % height), "h264", width, height)
        worst = rig.psnr(r.path("ladder%d.mp4" % height), source,
                         "scale=%d:%d:flags=area" % (width, height))
        assert worst > 30, "%dp: PSNR %.1f dB" % (height, worst)


@test("chain/forced_keyframes_are_idr")
def forced(r):
    out = r.path("forced.h264")
    r.good(*GPU, "-i", r.clip("baseline"), "-vf", SCALE % "640:360", "-c:v", "h264_nvenc", "-forced-idr", 1,
           "-bf", 2, "-g", 1000, "-force_key_frames", "0,0.4,1.2", out)
    frames = rig.streams(out, "frame=key_frame,pict_type")["frames"]
    keys = [i for i, f in enumerate(frames) if f["key_frame"]]
    assert keys == [0, 10, 30], "keyframes at %s" % keys
    assert all(frames[i]["pict_type"] == "I" for i in keys)
    assert sum(f["pict_type"] == "B" for f in frames) > 20, "hardly any B pictures"


@test("chain/decoder_surfaces_run_out_when_they_wait_in_the_encoder")
def pinned(r):
    # As on hardware: why a rung of the source's size needs passthrough=0.
    done = r.ffmpeg(*GPU, "-i", r.clip("baseline"), "-c:v", "h264_nvenc", "-bf", 3, "-f", "null", "-")
    assert "No decoder surfaces left" in done.err, done.err


@test("chain/timestamps_survive_b_pictures")
def timestamps(r):
    out = r.path("times.mp4")
    r.good(*GPU, "-i", r.clip("baseline"), "-vf", SCALE % "640:360", "-c:v", "h264_nvenc", "-bf", 3, out)
    packets = rig.streams(out, "packet=pts_time,dts_time")["packets"]
    dts = [float(p["dts_time"]) for p in packets]
    pts = sorted(float(p["pts_time"]) for p in packets)
    assert dts == sorted(dts) and all(float(p["dts_time"]) <= float(p["pts_time"]) for p in packets)
    assert all(abs(b - a - 0.04) < 0.002 for a, b in zip(pts, pts[1:])), pts


@test("chain/hevc_of_10_bits_end_to_end")
def ten_bits(r):
    source, out = r.clip("hevc_10"), r.path("ten.mp4")
    done = r.good(*GPU, "-i", source, "-vf", SCALE % "320:180", "-c:v", "hevc_nvenc", out)
    check_no_downloads(done.report)
    check_stream(out, "hevc", 320, 180, "yuv420p10le")
    worst = rig.psnr(out, source, "scale=320:180:flags=area")
    assert worst > 30, "PSNR %.1f dB" % worst


@test("chain/hevc_with_b_pictures")
def hevc_b(r):
    out = r.path("hevc_b.mp4")
    r.good(*GPU, "-i", r.clip("hevc"), "-vf", SCALE % "320:180", "-c:v", "hevc_nvenc", "-bf", 2,
           "-forced-idr", 1, "-force_key_frames", "0,0.8", out)
    check_stream(out, "hevc", 320, 180)
    frames = rig.streams(out, "frame=key_frame,pict_type")["frames"]
    assert [i for i, f in enumerate(frames) if f["key_frame"]] == [0, 20]
    assert sum(f["pict_type"] == "B" for f in frames) > 20, "hardly any B pictures"


@test("chain/10_bits_become_8_on_the_device")
def to_8_bits(r):
    source, out = r.clip("hevc_10"), r.path("eight.mp4")
    done = r.good(*GPU, "-i", source, "-vf", SCALE % "320:180" + ":format=nv12", "-c:v", "h264_nvenc", out)
    check_no_downloads(done.report)
    check_stream(out, "h264", 320, 180)


@test("chain/deinterlaced_near_to_software")
def deinterlaced(r):
    source, out = r.clip("mbaff"), r.path("deinterlaced.mp4")
    done = r.good(*GPU, "-i", source, "-vf", "yadif_cuda", "-c:v", "h264_nvenc", "-qp", 10, out)
    check_no_downloads(done.report)
    worst = rig.psnr(out, source, "yadif")
    assert worst > 35, "PSNR %.1f dB" % worst


@test("chain/bilinear_does_not_alias")
def prefilter(r):
    source, results = r.clip("baseline"), {}
    for kind in ("bilinear", "bicubic"):
        out = r.path(kind + ".nut")
        done = r.good(*GPU, "-i", source, "-vf",
                      "scale_cuda=212:120:interp_algo=%s,hwdownload,format=nv12" % kind,
                      "-c:v", "rawvideo", out)
        assert done.report["dtoh_copies"] == 2 * rig.FRAMES, done.report
        results[kind] = rig.psnr(out, source, "scale=212:120:flags=area")
    assert results["bilinear"] > 40 and results["bilinear"] > results["bicubic"] + 5, results


@test("chain/uploads_are_counted")
def uploads(r):
    out = r.path("uploaded.mp4")
    done = r.good("-i", r.clip("baseline"), "-vf", "format=nv12,hwupload_cuda," + SCALE % "320:180",
                  "-c:v", "h264_nvenc", out)
    assert done.report["htod_copies"] == 2 * rig.FRAMES and done.report["dtoh_copies"] == 0, done.report
    check_stream(out, "h264", 320, 180)


@test("chain/software_encoder_takes_the_rung_that_gets_no_session")
def hybrid(r):
    # What a program does when sessions run out: that rung's scaled pictures come down.
    source = r.clip("baseline")
    graph = "[0:v]split[a][b];[a]%s[x];[b]%s,hwdownload,format=nv12[y]" % (SCALE % "426:240", SCALE % "320:180")
    done = r.good(*GPU, "-i", source, "-filter_complex", graph, "-map", "[x]", "-c:v", "h264_nvenc",
                  r.path("device.mp4"), "-map", "[y]", "-c:v", "libx264", "-preset", "veryfast",
                  r.path("software.mp4"), faults="sessions=1")
    assert done.report["dtoh_copies"] == 2 * rig.FRAMES and done.report["htod_copies"] == 0, done.report
    check_stream(r.path("device.mp4"), "h264", 426, 240)
    check_stream(r.path("software.mp4"), "h264", 320, 180)


@test("chain/host_pictures_are_encoded")
def host_pictures(r):
    source, out = r.clip("baseline"), r.path("host.mp4")
    done = r.good("-i", source, "-c:v", "h264_nvenc", out)
    assert done.report["htod_copies"] == rig.FRAMES, done.report
    check_stream(out, "h264", 640, 360)
    assert rig.psnr(out, source, "null") > 35


@test("chain/same_input_gives_the_same_bytes")
def repeatable(r):
    made = [r.good(*GPU, "-i", r.clip("b_frames"), "-vf", SCALE % "426:240", "-c:v", "h264_nvenc",
                   "-b:v", "500k", "-maxrate", "700k", "-bufsize", "1M", "-bf", 2, "-f", "md5", "-").out
            for _ in range(2)]
    assert made[0] and made[0] == made[1], made


@test("chain/second_device_is_used_when_asked_for")
def second_device(r):
    r.good("-hwaccel_device", 1, *GPU, "-i", r.clip("baseline"), "-f", "null", "-", RUNG_SIM_DEVICES="2")
    done = r.ffmpeg("-hwaccel_device", 1, *GPU, "-i", r.clip("baseline"), "-f", "null", "-")
    assert done.returncode != 0 and "invalid device ordinal" in done.err, done.err
