#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# validate.sh [ARGS]: CPU of rung validate against that of sha256sum over the same files,
# 10,000 segments. $RUNG_BIN is the release binary. See validate.py --help.
set -eu
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$(dirname "$0")/validate.py" "$@"
