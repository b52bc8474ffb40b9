#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# ./dev demo [OUT]: from a bare machine to a presentation and how to play it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/packages.sh build demo
./dev build release

out=${1-build/demo/presentation} clip=build/demo/clip.mp4
mkdir -p build/demo
font=$(fc-match -f '%{file}' 'DejaVu Sans Mono' 2>/dev/null || true)
[ -f "$font" ] || font=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf
if [ ! -s "$clip" ]; then
    echo "making $clip: 12 s of moving picture with its time burnt in, and a tone"
    ffmpeg -v error -y -f lavfi -i testsrc2=size=1280x720:rate=24:duration=12 \
        -f lavfi -i "sine=frequency=330:beep_factor=3:sample_rate=48000:duration=12" \
        -vf "drawtext=fontfile=$font:timecode='00\:00\:00\:00':rate=24:fontsize=72:fontcolor=white:box=1:boxcolor=black@0.6:x=(w-tw)/2:y=h-140" \
        -c:v libx264 -preset ultrafast -crf 16 -pix_fmt yuv420p -c:a aac -ac 2 -metadata:s:a:0 language=eng \
        "$clip.part.mp4"
    mv "$clip.part.mp4" "$clip"
fi

build/release/rung transcode "$clip" -o "$out" --force

echo
echo "What was made, in $out:"
(cd "$out" && find . -type f -printf '%P\t%s\n' | LC_ALL=C sort) | awk -F'\t' '
    function row(name, size, indent) {
        printf "  %*s%-*s %10.1f kB\n", indent, "", 40 - indent, name, size / 1000
    }
    {
        total += $2; count++
        n = split($1, part, "/"); folder = n > 1 ? substr($1, 1, length($1) - length(part[n]) - 1) : ""
        if (folder != last) { flush(); last = folder; if (n > 1) printf "  %s/\n", folder }
        if (part[n] ~ /^[0-9]+\.m4s$/) { segments++; bytes += $2; if (!first) first = part[n]; end = part[n] }
        else { flush(); row(part[n], $2, n > 1 ? 4 : 0) }
    }
    function flush() {
        if (segments) row(segments == 1 ? first : first " … " end, bytes, 4)
        segments = bytes = 0; first = ""
    }
    END { flush(); printf "  %d files, %.1f kB\n", count, total / 1000 }'
cat <<TEXT

Play it:
  ./dev play $out        a page for the browser, and addresses for players
  ffplay $out/master.m3u8
  vlc $out/master.m3u8
TEXT
