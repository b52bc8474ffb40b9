#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tools/packages.sh SECTION...: installs by apt what tools/packages.txt lists in
# these sections and this machine lacks. Does not touch apt when nothing lacks.
# With --list it only prints the packages of the sections.
set -euo pipefail
list=$(dirname "${BASH_SOURCE[0]}")/packages.txt

entries() { # "package|command" lines of one section
    awk -v want="[$1]" '/^#/ || NF == 0 { next } /^\[/ { on = $0 == want; next }
        on { gsub(/[ \t]/, ""); print }' "$list"
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if [ "${1-}" = --list ]; then
    shift
    for section; do entries "$section"; done | cut -d'|' -f1 | sort -u
    exit
fi

command -v apt-get >/dev/null || exit 0 # not Debian: cmake says what it does not find
missing=()
for section; do
    while IFS='|' read -r package command; do
        if [ -n "$command" ] && command -v "$command" >/dev/null; then continue; fi
        is_installed "$package" || missing+=("$package")
    done < <(entries "$section")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "dev: as root, install: ${missing[*]}" >&2
        exit 3
    }
    as_root=(sudo)
fi
echo "dev: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        "${missing[@]}" >"$log" 2>&1
}
{ "${as_root[@]}" apt-get update -q >"$log" 2>&1 && install; } || install || {
    tail -n 20 "$log" >&2
    echo "dev: apt-get could not install ${missing[*]}" >&2
    exit 3
}
