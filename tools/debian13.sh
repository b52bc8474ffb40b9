#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds the sources with their unit tests in a Debian 13 root (FFmpeg 7.1). The
# root is kept in RUNG_CACHE_DIR (default ~/.cache/rung), keyed by its packages.
# Needs mmdebstrap and root, or unprivileged user namespaces.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source=$PWD
cache=${RUNG_CACHE_DIR:-${HOME:-/var/tmp}/.cache/rung}
packages=$(tools/packages.sh --list build unit | sort -u | paste -sd,)
key=$(printf 'trixie %s' "$packages" | sha256sum | cut -c1-16)
root=$cache/debian13-$key
command -v mmdebstrap >/dev/null || {
    echo "debian13: needs mmdebstrap" >&2
    exit 3
}

if [ ! -f "$root.done" ]; then
    mkdir -p "$cache"
    rm -rf "$root"
    echo "making a Debian 13 root in $root"
    mmdebstrap --variant=minbase --mode=auto --include="$packages" \
        --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt=path-exclude=/usr/share/doc/* --dpkgopt=path-exclude=/usr/share/man/* \
        --dpkgopt=path-exclude=/usr/share/locale/* trixie "$root" >"$root.log" 2>&1 || {
        tail -n 30 "$root.log" >&2
        exit 3
    }
    touch "$root.done"
fi

work=$PWD/build/debian13
mkdir -p "$work" "$root/src" "$root/build"
run='set -e
mount --bind "$SOURCE" "$ROOT/src"; mount -o remount,ro,bind "$ROOT/src"
mount --bind "$WORK" "$ROOT/build"; mount -t proc proc "$ROOT/proc"; mount --rbind /dev "$ROOT/dev"
mount -t tmpfs tmpfs "$ROOT/tmp"
[ ! -d "$RUNG_MEDIA_DIR" ] || mount --bind "$RUNG_MEDIA_DIR" "$ROOT/mnt"
exec chroot "$ROOT" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LANG=C.UTF-8 CI="$CI" RUNG_MEDIA_DIR=/mnt sh -ec "
pkg-config --modversion libavcodec
cmake --fresh -S /src -B /build -G Ninja -DCMAKE_BUILD_TYPE=Debug -DRUNG_WERROR=ON -DCMAKE_C_FLAGS_DEBUG=-O1 >/dev/null
cmake --build /build -j $(nproc)
python3 /src/tools/unit.py /build -L unit"'
# A mount namespace of its own: nothing stays mounted, however this ends.
namespace=(unshare --mount --propagation private)
[ "$(id -u)" = 0 ] || namespace=(unshare --user --map-root-user --mount --propagation private)
SOURCE=$source WORK=$work ROOT=$root CI=${CI-} exec "${namespace[@]}" bash -c "$run"
