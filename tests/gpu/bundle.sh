#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# bundle.sh OUT.tar.xz [RUNG]: one archive for a GPU machine that is not Debian 12: this
# machine's ffmpeg, ffprobe and rung with their libraries (all but glibc).
# There: tar -xJf OUT.tar.xz -C DIR, then tests/gpu/check --bundle DIR.
#
# Libraries that ffmpeg links but no check calls are hollow in it: same name and symbols, no
# code, no further libraries. That halves the archive; everything a check runs is as packaged.
set -euo pipefail

hollow='lib(icudata|codec2|flite.*|rsvg-2|placebo|pocketsphinx|sphinxbase|SvtAv1Enc|rav1e|jxl|jxl_threads|caca|SDL2-2.0|bluray|openal|rubberband|chromaprint|jack|pulse|zmq|ssh-gcrypt|rabbitmq|srt-gnutls|vidstab|zvbi|bs2b|lilv-0|cdio_paranoia|cdio_cdda|cdio|dc1394|raw1394|iec61883|avc1394|rom1394|mysofa|GL|gssapi_krb5|ldap-2.5|rtmp|psl|brotlidec|db-5.3|asound|ass|harfbuzz|fontconfig|fribidi|freetype|theoradec|theoraenc|shine|snappy|speex|twolame|xvidcore|wavpack|OpenCL|mfx|vulkan|webpmux|webp|tesseract|lept|X11|Xext|Xv|xcb.*|soxr|samplerate|vorbis.*|mp3lame|gsm|aribb24|udfread|systemd|sndio|decor-0|cairo|gdk_pixbuf-2.0|pango.*|gio-2.0)\.so.*'
# Plain files of glibc: the other machine has its own, at least as new.
glibc='(linux-vdso|ld-linux-x86-64|libc|libm|libpthread|libdl|librt|libmvec|libresolv|libutil|libanl|libnss_.*)\.so.*'

needed_by() {
    objdump -p "$1" 2>/dev/null | awk '$1 == "NEEDED" { print $2 }'
}

path_of() {
    /sbin/ldconfig -p | awk -v n="$1" '$1 == n && !found++ { print $NF }'
}

# make_hollow LIB OUT: a library with LIB's soname, versions and dynamic symbols.
make_hollow() {
    local lib=$1 out=$2 at=$3 soname
    soname=$(objdump -p "$lib" | awk '$1 == "SONAME" { print $2 }')
    nm -D --defined-only --with-symbol-versions "$lib" | awk '$2 != "A" && NF == 3 { print $2, $3 }' >"$at/symbols"
    python3 - "$at/symbols" "$at/stub.s" "$at/stub.map" <<'PY'
import collections
import sys
symbols, asm, versions = sys.argv[1:]
by_version = collections.OrderedDict()
seen = set()
with open(symbols) as file, open(asm, "w") as out:
    out.write(".data\n.balign 64\nhollow:\n.zero 65536\n.text\nnothing: xor %eax, %eax\nret\n")
    for line in sorted(file, key=lambda line: "@@" not in line):  # the default version of each
        kind, name = line.split()
        base, _, version = name.partition("@")
        if base in seen:
            continue
        seen.add(base)
        is_data = kind in "BDRVGS"
        out.write(f".globl \"{base}\"\n.type \"{base}\", {'@object' if is_data else '@function'}\n"
                  f".set \"{base}\", {'hollow' if is_data else 'nothing'}\n")
        if is_data:
            out.write(f".size \"{base}\", 4096\n")
        by_version.setdefault(version.lstrip("@"), []).append(base)
with open(versions, "w") as out:
    for version, names in by_version.items():
        if version:
            quoted = "; ".join(f'"{name}"' for name in names)
            out.write(f"{version} {{ global: {quoted}; }};\n")
PY
    local map=()
    [ ! -s "$at/stub.map" ] || map=(-Wl,--version-script="$at/stub.map")
    gcc -shared -nostdlib -Wl,-soname,"$soname" "${map[@]}" -o "$out" "$at/stub.s"
}

# Everything that is reached from the programs, hollow libraries ending the walk.
gather() {
    local stage=$1 scratch=$2 queue name path
    shift 2
    queue=("$@")
    while [ ${#queue[@]} -gt 0 ]; do
        local next=()
        for file in "${queue[@]}"; do
            for name in $(needed_by "$file"); do
                [[ ! $name =~ ^$glibc$ ]] || continue
                [ ! -e "$stage/lib/$name" ] || continue
                path=$(path_of "$name")
                if [[ $name =~ ^$hollow$ ]]; then
                    make_hollow "$path" "$stage/lib/$name" "$scratch"
                    echo "$name" >>"$stage/hollow.txt"
                else
                    cp -L "$path" "$stage/lib/$name"
                    strip --strip-unneeded "$stage/lib/$name"
                    next+=("$stage/lib/$name")
                fi
            done
        done
        queue=("${next[@]}")
    done
}

wrap() { # a starter beside each program: the libraries lie next to it
    local stage=$1 name=$2
    cat >"$stage/bin/$name" <<'SH'
#!/bin/sh
here=${0%/*}/..
LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "$here/libexec/${0##*/}" "$@"
SH
    chmod +x "$stage/bin/$name"
}

main() {
    local out=$1 rung=${2-} stage programs=()
    stage=$(mktemp -d)
    trap "rm -rf '$stage'" EXIT
    mkdir -p "$stage/b/bin" "$stage/b/lib" "$stage/b/libexec" "$stage/scratch"
    for program in ffmpeg ffprobe ${rung:+"$rung"}; do
        cp "$(command -v "$program")" "$stage/b/libexec/"
        wrap "$stage/b" "${program##*/}"
        programs+=("$stage/b/libexec/${program##*/}")
    done
    gather "$stage/b" "$stage/scratch" "${programs[@]}"
    tar -C "$stage/b" -cf - . | nice xz -T0 -"${XZ_LEVEL-6}" >"$out"
    du -sh "$out"
}
main "$@"
