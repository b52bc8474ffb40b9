#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# make.sh [DIR]: the clips of the end-to-end tests, made by ffmpeg into DIR (default
# build/clips). A clip is made again only when its recipe changed.
#
# Counter clips carry their frame number as 16 black or white blocks along the
# bottom eighth of the picture, most significant bit on the left, so that a test
# reads from a frame which one it is; and a tone of 300 + 100 * (second mod 10) Hz.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1-$here/../../build/clips}
mkdir -p "$dir/.keys"
cd "$dir"
made=0

# recipe NAME COMMAND...: runs the command, which writes $new, unless NAME is there
# and was made by the same command and script functions.
recipe() {
    local name=$1 key
    shift
    key=$({ declare -f "$1" || true; declare -f ff counter tone bars; printf '%q ' "$@" "$name"; } | sha256sum)
    [ -e "$name" ] && [ "$(cat ".keys/$name" 2>/dev/null)" = "$key" ] && return
    new=.new-$name
    rm -f "$new"
    "$@" || {
        echo "clips: $name could not be made" >&2
        exit 1
    }
    mv -f "$new" "$name"
    echo "$key" >".keys/$name"
    made=$((made + 1))
}

ff() { timeout 120 ffmpeg -v error -nostdin -y "$@"; }
tone() { # SECONDS: stereo, another pitch each second
    local one='0.4*sin(2*PI*(300+100*mod(floor(t),10))*t)'
    echo "aevalsrc='$one|$one':s=48000:d=$1"
}
counter() { # WIDTHxHEIGHT RATE SECONDS
    local k=0 blocks="drawbox=x=0:y=ih*7/8:w=iw:h=ih/8+1:color=black:t=fill"
    while [ $k -lt 16 ]; do
        blocks+=",drawbox=x=iw*$k/16:y=ih*7/8:w=iw/16:h=ih/8+1:color=white:t=fill"
        blocks+=":enable='mod(floor(n/pow(2,$((15 - k)))),2)'"
        k=$((k + 1))
    done
    echo "testsrc2=size=$1:rate=$2:duration=$3,hue=h=n*9,drawtext=text='%{frame_num}':fontsize=h/6:fontcolor=black:box=1:x=(w-tw)/2:y=h/3:font=DejaVu Sans,format=yuv420p,$blocks"
}
bars() { # SECONDS: eight upright 80 px bars of known RGB
    local colour chain="" n=0
    for colour in BFBFBF BFBF00 00BFBF 00BF00 BF00BF BF0000 0000BF 606060; do
        chain+="color=c=0x$colour:s=80x360:r=24:d=$1,format=gbrp[b$n];"
        n=$((n + 1))
    done
    echo "$chain[b0][b1][b2][b3][b4][b5][b6][b7]hstack=inputs=8"
}

x264=(-c:v libx264 -preset ultrafast -crf 16 -threads 2)
aac=(-c:a aac -b:a 96k)

# SIZE RATE SECONDS, then output options.
plain() {
    local size=$1 rate=$2 seconds=$3
    shift 3
    ff -f lavfi -i "$(counter "$size" "$rate" "$seconds")" -f lavfi -i "$(tone "$seconds")" \
        -map 0:v -map 1:a "${x264[@]}" "${aac[@]}" -shortest "$@" "$new"
}
silent() {
    local size=$1 rate=$2 seconds=$3
    shift 3
    ff -f lavfi -i "$(counter "$size" "$rate" "$seconds")" "${x264[@]}" "$@" "$new"
}
recipe counter.mp4 plain 640x360 24 20 -preset veryfast -g 60 -metadata:s:a:0 language=eng
recipe counter_1080p.mp4 plain 1920x1080 24 12 -g 48
recipe ntsc.mp4 plain 640x360 30000/1001 10
recipe fps120.mp4 silent 320x180 120 3
recipe no_audio.mp4 silent 640x360 25 4
recipe start_offset.ts plain 640x360 25 6 -muxdelay 0 -output_ts_offset 5000
recipe open_gop.mp4 plain 640x360 24 10 -preset veryfast -x264-params open-gop=1:keyint=48:min-keyint=20:bframes=4:b-adapt=0:b-pyramid=normal
recipe long_gop.mp4 plain 640x360 24 20 -preset veryfast -x264-params keyint=9999:scenecut=0
recipe one_frame.mp4 silent 320x180 25 0.04
recipe eight_k.mp4 silent 7680x4320 24 0.25 -crf 30
recipe raw.h264 silent 640x360 25 4 -bf 2 -f h264
recipe portrait.mp4 plain 360x640 24 4
recipe five_minutes.mp4 plain 160x90 24 300 -crf 32
recipe tiny.mp4 silent 32x18 10 2
recipe "name with spaces.mp4" plain 320x180 24 2

interlaced() { # FIELDS: tff or bff; 25 frames from 50 fields
    local mode=interleave_top flag=1
    [ "$1" = tff ] || mode=interleave_bottom flag=0
    ff -f lavfi -i "$(counter 720x576 50 6),tinterlace=mode=$mode,setfield=$1,setsar=64/45" \
        -f lavfi -i "$(tone 6)" "${x264[@]}" -flags +ildct+ilme -x264-params "$1=1" -top $flag "${aac[@]}" \
        -shortest "$new"
}
recipe interlaced_50i.ts interlaced tff
recipe interlaced_bff.mkv interlaced bff

turned() { # CLIP TURN MIRROR: the same streams under another display matrix
    python3 "$here/matrix.py" "$1" "$new" "$2" "$3"
}
recipe upright.mp4 plain 640x360 24 4
for turn in 90 180 270; do recipe rotated_$turn.mp4 turned upright.mp4 $turn 0; done
for turn in 0 90 180 270; do recipe mirrored_$turn.mp4 turned upright.mp4 $turn 1; done

pixels() { # FILTERS then options, over the counter picture
    local filters=$1
    shift
    ff -f lavfi -i "$(counter 640x360 24 3)" -vf "$filters" "${x264[@]}" "$@" "$new"
}
recipe anamorphic.mp4 pixels "scale=720:576,setsar=16/11"
recipe odd.mp4 pixels "format=yuv444p,scale=641:361:flags=lanczos,setsar=1"
recipe hi422_10bit.mp4 pixels "format=yuv422p10le"
recipe yuv444.mp4 pixels "format=yuv444p"

tagged() { # MATRIX TRANSFER PRIMARIES RANGE FORMAT: bars, converted and tagged so
    local zmatrix=$1 range=limited out=tv
    [ "$4" = pc ] && range=full out=pc
    ff -f lavfi -i "$(bars 2),zscale=m=$zmatrix:t=$2:p=$3:r=$range:min=gbr:tin=bt709:pin=bt709:rin=full,format=$5" \
        "${x264[@]}" -crf 4 -colorspace "$1" -color_trc "$2" -color_primaries "$3" -color_range $out "$new"
}
recipe bars_bt709.mp4 tagged bt709 bt709 bt709 tv yuv420p
recipe bars_bt601.mp4 tagged smpte170m smpte170m smpte170m tv yuv420p
recipe bars_bt470bg.mp4 tagged bt470bg bt709 bt470bg tv yuv420p
recipe bars_full_range.mp4 tagged bt709 bt709 bt709 pc yuv420p
recipe bars_bt2020.mp4 tagged bt2020nc bt2020-10 bt2020 tv yuv420p10le

hdr() { # TRANSFER X265_PARAMETERS: grey steps and colour in BT.2020 10 bit
    ff -f lavfi -i "$(bars 2),zscale=min=gbr:tin=bt709:pin=bt709:rin=full:m=gbr:p=bt709:r=full:t=linear:npl=203,format=gbrpf32le,zscale=min=gbr:pin=bt709:tin=linear:rin=full:p=bt2020:t=$1:m=bt2020nc:r=limited:npl=203,format=yuv420p10le" \
        -c:v libx265 -preset ultrafast -crf 12 -tag:v hvc1 \
        -x265-params "log-level=error:pools=2:colorprim=bt2020:transfer=$1:colormatrix=bt2020nc:repeat-headers=1$2" \
        -color_primaries bt2020 -color_trc "$1" -colorspace bt2020nc -color_range tv "$new"
}
recipe hdr10.mp4 hdr smpte2084 ":hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400"
recipe hlg.mp4 hdr arib-std-b67 ""

sound() { # options: sound alone
    ff -f lavfi -i "$(tone 6)" "$@" "$new"
}
recipe audio_only.m4a sound -c:a aac
recipe audio_only.wav sound -c:a pcm_s16le
recipe mono_44100.mp3 sound -ac 1 -ar 44100 -c:a libmp3lame

offset_sound() { # SOUND_STARTS_AT SOUND_SECONDS PICTURE_SECONDS
    ff -f lavfi -i "$(counter 640x360 24 "$3")" -itsoffset "$1" -f lavfi -i "$(tone "$2")" \
        -map 0:v -map 1:a "${x264[@]}" "${aac[@]}" "$new"
}
recipe audio_late.mp4 offset_sound 1 7 8
recipe audio_shorter.mp4 offset_sound 0 5 8
recipe audio_longer.mp4 offset_sound 0 11 8

languages() {
    ff -f lavfi -i "$(counter 640x360 24 6)" -f lavfi -i "$(tone 6)" \
        -f lavfi -i "aevalsrc='0.1*sin(2*PI*500*t)|0.1*sin(2*PI*600*t)|0.3*sin(2*PI*700*t)|0|0.1*sin(2*PI*800*t)|0.1*sin(2*PI*900*t)':c=5.1:s=48000:d=6" \
        -f lavfi -i "aevalsrc='0.3*sin(2*PI*1200*t)|0.3*sin(2*PI*1200*t)':s=44100:d=6" \
        -map 0:v -map 1:a -map 2:a -map 3:a "${x264[@]}" -c:a aac -b:a 160k \
        -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra -metadata:s:a:2 language=deu \
        -disposition:a:0 0 -disposition:a:1 default -disposition:a:2 0 "$new"
}
recipe three_languages.mp4 languages

variable() { # frames kept unevenly: all of the first two seconds, then every third, then pairs
    ff -f lavfi -i "$(counter 640x360 24 8)" -f lavfi -i "$(tone 8)" \
        -vf "select='lt(t,2)+between(t,2,5)*not(mod(n,3))+gt(t,5)*lt(mod(n,4),2)'" -vsync vfr \
        "${x264[@]}" "${aac[@]}" "$new"
}
recipe vfr.mp4 variable
edited() { # cut without encoding in the middle of a GOP: an edit list hides the lead
    ff -ss 1.5 -i counter.mp4 -map 0 -c copy -t 6 "$new"
}
recipe edit_list.mp4 edited
covered() {
    ff -f lavfi -i "testsrc2=s=400x400:d=0.04:r=25" -frames:v 1 -update 1 -f image2 -c:v mjpeg .cover.jpg
    ff -i "$1" -i .cover.jpg -map 0 -map 1 -c copy -c:v:1 mjpeg -disposition:v:"$2" attached_pic "$new"
}
recipe cover_art.mp4 covered upright.mp4 1
recipe cover_art.m4a covered audio_only.m4a 0
two_pictures() { # the second video stream is the default one, and larger
    ff -f lavfi -i "$(counter 320x180 24 3)" -f lavfi -i "$(counter 640x360 24 3)" -map 0 -map 1 \
        "${x264[@]}" -disposition:v:0 0 -disposition:v:1 default "$new"
}
recipe two_videos.mp4 two_pictures

# What must be refused.
cut() { head -c "$2" "$1" >"$new"; }
recipe truncated_no_index.mp4 cut upright.mp4 100000
faststart() { ff -i upright.mp4 -c copy -movflags +faststart "$new"; }
recipe faststart.mp4 faststart
recipe truncated_data.mp4 cut faststart.mp4 200000
flips() {
    python3 - "$1" "$new" <<'PY'
import random, sys
data = bytearray(open(sys.argv[1], "rb").read())
chance = random.Random(7)
for _ in range(300):
    data[chance.randrange(40000, len(data))] ^= 1 << chance.randrange(8)
open(sys.argv[2], "wb").write(data)
PY
}
recipe bit_flips.mp4 flips faststart.mp4
text() { printf "$1" >"$new"; }
recipe empty.mp4 text ''
recipe text.mp4 text 'This is a letter, not a film.\n'
recipe playlist.m3u8 text '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n/etc/passwd\n#EXT-X-ENDLIST\n'
recipe concat.txt text "ffconcat version 1.0\nfile /etc/passwd\n"
recipe playlist.mp4 text '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nupright.mp4\n#EXT-X-ENDLIST\n'
recipe picture.sdp text 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n'
encrypted() {
    ff -i upright.mp4 -c copy -encryption_scheme cenc-aes-ctr -encryption_key 00112233445566778899aabbccddeeff \
        -encryption_kid 112233445566778899aabbccddeeff00 "$new"
}
recipe encrypted.mp4 encrypted
zeros() { head -c 65536 /dev/zero >"$new"; }
recipe zeros.mp4 zeros

rm -f .cover.jpg .new-*
echo "clips: $made made, $(find . -maxdepth 1 -type f | wc -l) in $(pwd)"
