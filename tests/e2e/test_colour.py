# SPDX-License-Identifier: BSD-2-Clause
"""Colours: eight bars of known RGB come out as that RGB, whatever the source's coding."""
import os

from kit import oracle, program
from kit.presentation import Presentation
from kit.registry import clip, test

# As tests/clips/make.sh draws them.
BARS = ("BFBFBF", "BFBF00", "00BFBF", "00BF00", "BF00BF", "BF0000", "0000BF", "606060")
BT709 = (0.2126, 0.0722)


def code(rgb, weights=BT709):
    """8-bit limited-range Y, Cb, Cr of an RRGGBB (Rec. ITU-R BT.709 3)."""
    r, g, b = (int(rgb[i:i + 2], 16) / 255 for i in (0, 2, 4))
    kr, kb = weights
    y = kr * r + (1 - kr - kb) * g + kb * b
    return (16 + 219 * y, 128 + 112 * (b - y) / (1 - kb), 128 + 112 * (r - y) / (1 - kr))


def read_bars(path, convert=""):
    """Mean Y, Cb, Cr of the middle of each bar of the first picture."""
    data = oracle.raw(path, convert + "crop=iw:ih/2,scale=64:2:flags=area,format=yuv444p", "yuv444p",
                      ("-frames:v", "1"))
    planes = [data[i * 128:i * 128 + 64] for i in range(3)]
    return [tuple(sum(p[8 * k + 3:8 * k + 5]) / 2 for p in planes) for k in range(8)]


def make(name, folder):
    out = os.path.join(folder, "out")
    report = program.transcode(clip(name), out, "--preset", "ultrafast", "--ladder", "360")
    t = Presentation(out).video[0]
    joined = t.joined(os.path.join(folder, "v.mp4"))
    return report, joined, oracle.video_stream(joined)


def compare(found, due, tolerance=3.5):
    wrong = ["bar %s is %s, expected %s" % (rgb, tuple(a), tuple(round(x) for x in b))
             for rgb, a, b in zip(BARS, found, due) if any(abs(x - y) > tolerance for x, y in zip(a, b))]
    assert not wrong, "\n".join(wrong)


def known_colours(name, folder):
    _, joined, stream = make(name, folder)
    tags = [stream.get(k) for k in ("color_space", "color_primaries", "color_transfer", "color_range")]
    assert tags == ["bt709", "bt709", "bt709", "tv"], "tagged %s" % tags
    compare(read_bars(joined), [code(rgb) for rgb in BARS])


test(lambda f: known_colours("bars_bt709.mp4", f), name="colour_is_kept_bt709")
for name in ("full_range", "bt2020"):
    test(lambda f, name=name: known_colours("bars_%s.mp4" % name, f), name="colour_is_converted_" + name,
         short=name == "full_range")


def converted_colours(name, folder):
    """BT.601: the matrix is converted; primaries may stay if the rung says so."""
    _, joined, stream = make(name, folder)
    assert stream["color_space"] == "bt709" and stream["color_range"] == "tv", "tagged %s %s" % (
        stream.get("color_space"), stream.get("color_range"))
    convert = "zscale=m=bt709:r=limited:p=%s:t=%s,format=yuv444p," % (
        stream["color_primaries"], stream["color_transfer"])
    compare(read_bars(joined), read_bars(clip(name), convert), 4)


for name in ("bars_bt601.mp4", "bars_bt470bg.mp4"):
    test(lambda f, name=name: converted_colours(name, f), name="colour_is_converted_" + name[5:-4])


def tone_mapped(name, folder):
    """An SDR picture in which brightness order and hues are the source's."""
    report, joined, stream = make(name, folder)
    tags = [stream.get(k) for k in ("color_space", "color_primaries", "color_transfer", "color_range")]
    assert tags == ["bt709", "bt709", "bt709", "tv"], "tagged %s" % tags
    assert stream["pix_fmt"] == "yuv420p", stream["pix_fmt"]
    told = str(report.get("warnings", [])) + str(report)
    assert "tone" in told.lower(), "nothing is said of tone mapping"
    bars, due = read_bars(joined), [code(rgb) for rgb in BARS]
    for k, (found, original) in enumerate(zip(bars, due)):
        for axis in (1, 2):
            if abs(original[axis] - 128) > 25:
                same_side = (found[axis] - 128) * (original[axis] - 128) > 0
                assert same_side, "bar %s is %s, its hue was %s" % (BARS[k], found, original)
        if BARS[k] in ("BFBFBF", "606060"):
            assert all(abs(found[axis] - 128) < 4 for axis in (1, 2)), "grey %s became %s" % (BARS[k], found)
    order = sorted(range(7), key=lambda k: -due[k][0])
    heights = [bars[k][0] for k in order]
    assert all(a > b - 2 for a, b in zip(heights, heights[1:])), "brightness order is lost: %s" % heights
    assert 110 < bars[0][0] < 225, "white at 75 %% of 203 nits has luma %s" % bars[0][0]


test(lambda f: tone_mapped("hdr10.mp4", f), name="hdr10_is_tone_mapped")
test(lambda f: tone_mapped("hlg.mp4", f), name="hlg_is_tone_mapped")
