# SPDX-License-Identifier: BSD-2-Clause
"""VMAF with the ffmpeg of the PyPI package imageio-ffmpeg (Debian's has no libvmaf),
and what one set of (rate, VMAF) points is worth on another's curve."""

import glob
import json
import math
import os
import subprocess
import sys
import tempfile

PACKAGE = "imageio-ffmpeg==0.8.1"

# Both inputs get the same labels before anything compares them: this ffmpeg converts
# colours on its own between a tagged and an untagged stream (7 VMAF points).
SAME = (
    "setpts=PTS-STARTPTS,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709:"
    "chroma_location=left,format=yuv420p"
)


def find_ffmpeg():
    """An ffmpeg with libvmaf, installed into the user's cache on first use; None
    when it cannot be had."""
    if os.environ.get("RUNG_VMAF_FFMPEG"):
        return os.environ["RUNG_VMAF_FFMPEG"]
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "rung", "vmaf")
    pattern = os.path.join(cache, "imageio_ffmpeg", "binaries", "ffmpeg-linux-*")
    if not glob.glob(pattern):
        command = [sys.executable, "-m", "pip", "install", "-q", "--target", cache, PACKAGE]
        if subprocess.run(command, check=False).returncode != 0:
            return None
    found = glob.glob(pattern)
    return found[0] if found else None


def vmaf(ffmpeg, distorted, source, size, every=1):
    """Mean VMAF of distorted against source at a size: distorted scaled up to it (bicubic)
    where it is smaller, the source scaled down by ffmpeg's spline, which is neither side's
    scaler."""
    shrink = f",scale={size[0]}:{size[1]}:flags=spline"
    grow = f",scale={size[0]}:{size[1]}:flags=bicubic"
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "v.json")
        graph = f"[0:v]{SAME}{grow}[d];[1:v]{SAME}{shrink}[r];"
        graph += f"[d][r]libvmaf=n_threads=2:n_subsample={every}:log_fmt=json:"
        graph += f"log_path={log}:shortest=1"
        command = [ffmpeg, "-nostdin", "-v", "error", "-i", distorted, "-i", source, "-lavfi", graph]
        subprocess.run([*command, "-f", "null", "-"], check=True)
        with open(log, encoding="utf-8") as file:
            return json.load(file)["pooled_metrics"]["vmaf"]["mean"]


def rate_at(curve, score):
    """The rate at which a curve [(kb/s, VMAF)] reaches a score, along straight lines in
    (VMAF, log rate); None outside the curve by more than half a VMAF point."""
    points = sorted((quality, math.log(rate)) for rate, quality in curve)
    if len(points) < 2 or points[0][0] - 0.5 > score or points[-1][0] + 0.5 < score:
        return None
    for (low, low_rate), (high, high_rate) in zip(points, points[1:]):
        if score <= high or (high, high_rate) == points[-1]:
            if high - low < 0.05:
                return None
            return math.exp(low_rate + (high_rate - low_rate) * (score - low) / (high - low))
    return None
