#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [ladder | validate] [ARGS]: the measurements. Never part of the tests: they take minutes
# and want a quiet machine. $RUNG_BIN is the release binary.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONDONTWRITEBYTECODE=1
if [ "${1-}" = validate ]; then
    shift
    exec "$here/validate.sh" "$@"
fi
[ "${1-}" != ladder ] || shift
exec python3 "$here/ladder/ladder.py" "$@"
