#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [WORK]: transcodes some clips with $RUNG_BIN and lets checkers that share
# nothing with it look at each result: our own reader of the bytes (check.py), other
# people's parsers, ffmpeg as a reader, mp4ff where Go is there. Then proves that
# check.py can fail. RUNG_TEST_PRESENTATIONS="DIR…" takes ready presentations instead.
set -uo pipefail
export PYTHONDONTWRITEBYTECODE=1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${1-$root/build/scratch/checkers}
clips=$root/build/clips
mkdir -p "$work"
work=$(cd "$work" && pwd)
log=$work/checkers.log
: >"$log"

key=$(sha256sum "$here/package.json" "$here"/mp4ff/* | sha256sum | cut -c1-12)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rung/checkers-$key
if [ ! -e "$cache/complete" ]; then
    mkdir -p "$cache"
    cp "$here/package.json" "$cache/"
    if ! (cd "$cache" && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error); then
        echo "FAIL checkers: npm could not install the parsers"
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    fi
    touch "$cache/complete"
fi
if command -v go >/dev/null && [ ! -x "$cache/mp4ff" ]; then
    (cd "$here/mp4ff" && GOFLAGS=-mod=readonly go build -o "$cache/mp4ff" .) || echo "FAIL checkers: mp4ff does not build" | tee -a "$log"
fi

# NAME CLIP options: a presentation in $work/NAME.
present() {
    local name=$1 clip=$2
    shift 2
    if [ ! -e "$clip" ]; then
        echo "skip $name: no clip $clip" | tee -a "$log"
        return
    fi
    rm -rf "${work:?}/$name"
    if "$RUNG_BIN" transcode "$clip" -o "$work/$name" --preset veryfast --progress none "$@" >"$work/$name.log" 2>&1; then
        presentations+=("$work/$name")
    else
        echo "FAIL $name: transcode: $(tail -n 1 "$work/$name.log")" | tee -a "$log"
    fi
}

presentations=()
if [ -n "${RUNG_TEST_PRESENTATIONS-}" ]; then
    read -ra presentations <<<"$RUNG_TEST_PRESENTATIONS"
elif [ ! -x "${RUNG_BIN-}" ]; then
    echo "run.sh: RUNG_BIN must name the rung binary" >&2
    exit 2
else
    "$root/tests/clips/make.sh" "$clips" >/dev/null || echo "FAIL checkers: clips" | tee -a "$log"
    present counter "$clips/counter.mp4"
    present languages "$clips/three_languages.mp4"
    present ntsc "$clips/ntsc.mp4"
    present no_audio "$clips/no_audio.mp4"
    present audio_only "$clips/audio_only.m4a"
    present one_frame "$clips/one_frame.mp4"
    present portrait "$clips/portrait.mp4"
    present anamorphic "$clips/anamorphic.mp4"
    present odd "$clips/odd.mp4"
    present vfr "$clips/vfr.mp4"
    present audio_late "$clips/audio_late.mp4"
    present audio_longer "$clips/audio_longer.mp4"
    present six_seconds "$clips/counter.mp4" --segment-duration 6
    present hevc "$clips/upright.mp4" --codecs hevc
    present av1 "$clips/upright.mp4" --codecs av1
    present both "$clips/upright.mp4" --codecs h264,hevc --ladder 360,240
fi
if [ ${#presentations[@]} -gt 0 ]; then
    {
        for presentation in "${presentations[@]}"; do
            python3 "$here/check.py" "$presentation"
            if [ -x "${RUNG_BIN-}" ]; then
                if "$RUNG_BIN" validate "$presentation" --progress none >"$presentation.validation"; then
                    echo "ok   rung validate $(basename "$presentation")"
                else
                    echo "FAIL rung validate $(basename "$presentation"): $(grep -m1 ' error ' "$presentation.validation")"
                fi
            fi
        done
        node "$here/parsers.mjs" "$cache/node_modules" "${presentations[@]}"
        python3 "$here/readers.py" "${presentations[@]}"
        if [ -x "$cache/mp4ff" ]; then
            "$cache/mp4ff" "${presentations[@]}"
        else
            echo "skip mp4ff: no go"
        fi
        python3 "$here/mutate.py" "${presentations[0]}" "$work" | grep -v ' passed, '
    } 2>&1 | tee -a "$log"
fi
count() { grep -c "^$1 " "$log"; }
echo "$(count ok) passed, $(count FAIL) failed, $(count skip) skipped"
[ "$(count FAIL)" = 0 ] && [ "$(count ok)" != 0 ]
