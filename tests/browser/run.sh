#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [WORK]: makes presentations with $RUNG_BIN out of clips with a frame counter
# and plays them in Chromium with hls.js, dash.js, shaka-player and Chromium's own
# HLS; then damages them and expects to notice. Screenshots go to build/browser.
# RUNG_TEST_PRESENTATION=DIR takes a ready presentation of clip.sh's clip instead.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${1-$root/build/scratch/browser}
shots=$root/build/browser
mkdir -p "$work" "$shots"
work=$(cd "$work" && pwd)
tally=$work/tally
: >"$tally"

# The players, once per version of package.json, outside the tree.
key=$(sha256sum "$here/package.json" | cut -c1-12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rung/browser-$key
if [ ! -e "$cache/complete" ]; then
    mkdir -p "$cache"
    cp "$here/package.json" "$cache/"
    (cd "$cache" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error) &&
        touch "$cache/complete" || {
        echo "FAIL browser: npm could not install the players"
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    }
fi
modules=$cache/node_modules
chromium=${RUNG_CHROMIUM-$(command -v chromium)}

# NAME SECONDS FPS SIZE: the clip, and its presentation in $work/NAME; made anew.
present() {
    local clip=$work/$1.mp4
    [ -e "$clip" ] && [ "$clip" -nt "$here/clip.sh" ] || "$here/clip.sh" "$clip" "$2" "$3" "$4" || return 1
    rm -rf "${work:?}/$1"
    "$RUNG_BIN" transcode "$clip" -o "$work/$1" --preset veryfast --progress none >"$work/$1.log" 2>&1 || {
        tail -n 5 "$work/$1.log"
        return 1
    }
}
drive() { # PRESENTATION FPS FRAMES SHOTS options
    local presentation=$1 fps=$2 frames=$3 shots=$4
    shift 4
    node "$here/drive.mjs" --presentation "$presentation" --modules "$modules" --chromium "$chromium" \
        --shots "$shots" --fps "$fps" --frames "$frames" --tally "$tally" \
        --tones "en=440,fr=1000,eng=440,fra=1000" "$@"
}
failure() {
    echo "FAIL browser: $1"
    echo "0 1 0" >>"$tally"
}

if [ -n "${RUNG_TEST_PRESENTATION-}" ]; then
    film=$RUNG_TEST_PRESENTATION
elif [ ! -x "${RUNG_BIN-}" ]; then
    echo "run.sh: RUNG_BIN must name the rung binary" >&2
    exit 2
else
    film=$work/film
    present film 22 24 1280x720 || failure "no presentation of the clip could be made"
fi
if [ -e "$film/master.m3u8" ]; then
    drive "$film" 24 528 "$shots" || true
    node "$here/selftest.mjs" "$film" "$work" "$modules" 24 528 >"$work/selftest.log"
    grep -E '^(ok|FAIL)' "$work/selftest.log"
    echo "$(grep -c '^ok' "$work/selftest.log") $(grep -c '^FAIL' "$work/selftest.log") 0" >>"$tally"
fi
# A rate that is no whole number of milliseconds, on another size.
if [ -z "${RUNG_TEST_PRESENTATION-}" ]; then
    if present ntsc 9 30000/1001 640x360; then
        drive "$work/ntsc" 29.97002997 270 "$shots/ntsc" --players hls.js,shaka-dash,native-hls \
            --checks ladder,level,pass --rate 1.5 || true
    else
        failure "no presentation of the NTSC clip could be made"
    fi
fi
rm -rf "$work/damaged"
awk '{p += $1; f += $2; s += $3} END {printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 || p == 0}' "$tally"
