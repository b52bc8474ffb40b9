# SPDX-License-Identifier: BSD-2-Clause
"""Each fault gives FFmpeg the message seen in the field, and ends in time."""
from suite import test
from test_va_ffmpeg import GPU

# fault: what ffmpeg says; None for a call that never returns.
FAULTS = {
    "no-device": "No VA display found for device /dev/dri/renderD128",
    "driver-too-old": "Failed to initialise VAAPI connection: -1 (unknown libva error)",
    "no-encoder": "No usable encoding entrypoint found for profile VAProfileH264High",
    "no-decoder=h264": "Failed setup for format vaapi: hwaccel initialisation returned error",
    "vram=4": "Failed to create surface: 2 (resource allocation failed)",
    "lost-after=20": "34 (HW busy now)",
    "decode-error-at=10": "Failed to end picture decode issue: 23 (internal decoding error)",
    "encode-error-at=10": "Failed to end picture encode issue: 24 (internal encoding error)",
    "hang-at=10": None,
    "hang-encode-at=10": None,
}


def chain(r, **options):
    return r.ffmpeg("-xerror", *GPU, "-i", r.clip("b_frames"), "-vf", "scale_vaapi=320:180", "-c:v",
                    "h264_vaapi", "-f", "null", "-", limit_s=20, **options)


def add(fault, wording):
    @test("fault/%s_is_told" % fault)
    def told(r):
        done = chain(r, faults=fault)
        if wording is None:
            assert done.hung and done.report.get("event") == "hang", "%s %s" % (done.err, done.report)
            return
        assert not done.hung and done.returncode > 0, "exit %d" % done.returncode
        assert wording in done.err, done.err[-900:]
        # The device's absence is the preloaded library's, which reports nothing.
        fired = [line["fault"] for line in done.lines if line["event"] == "fault"]
        assert fired == ([] if fault == "no-device" else [fault.split("=")[0]]), done.lines


for name, message in FAULTS.items():
    add(name, message)


@test("fault/chain_is_good_without_one")
def none(r):
    done = chain(r)
    assert done.returncode == 0 and not done.err, done.err


@test("fault/word_of_another_driver_is_not_ignored")
def unknown(r):
    for word in ("no-encoders", "sessions=1"):
        done = chain(r, faults=word)
        assert done.returncode != 0 and word in done.err, done.err
