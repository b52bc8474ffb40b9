#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes the clip the browser tests look at: every frame carries its own number as
# 16 black or white blocks (most significant first) in a band at the top and the
# inverse of it in the band below, so a reader knows whether it read rightly.
# Two audio languages with different tones.
# Usage: clip.sh OUT.mp4 [SECONDS [FPS [WIDTHxHEIGHT]]]
set -eu

out=$1
seconds=${2:-22}
fps=${3:-24}
size=${4:-1280x720}

# Band height 1/8 of the picture, 16 columns. A white box is drawn over black when
# bit k of the frame number is set.
bands="drawbox=x=0:y=0:w=iw:h=ih/4:color=black:t=fill"
k=15
while [ "$k" -ge 0 ]; do
    column=$((15 - k))
    is_set="mod(floor(n/pow(2,$k)),2)"
    bands="$bands,drawbox=x=iw*$column/16:y=0:w=iw/16:h=ih/8:color=white:t=fill:enable='$is_set'"
    bands="$bands,drawbox=x=iw*$column/16:y=ih/8:w=iw/16:h=ih/8:color=white:t=fill:enable='1-$is_set'"
    k=$((k - 1))
done

exec ffmpeg -v error -nostdin -y \
    -f lavfi -i "testsrc2=size=$size:rate=$fps:duration=$seconds" \
    -f lavfi -i "sine=frequency=440:sample_rate=48000:duration=$seconds" \
    -f lavfi -i "sine=frequency=1000:sample_rate=48000:duration=$seconds" \
    -filter_complex "[0:v]$bands,format=yuv420p[v]" \
    -map '[v]' -map 1:a -map 2:a -ac 2 \
    -c:v libx264 -preset ultrafast -crf 18 -g 60 -c:a aac -b:a 96k \
    -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra \
    -disposition:a:0 default -disposition:a:1 0 \
    -movflags +faststart "$out"
