#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# fuzz.sh [SECONDS] [TARGET...]: each fuzz target for so long, from its kept corpus
# and what earlier runs here found (build/fuzz-found). A finding stays in
# build/fuzz-found/<target>-crashes and fails the run.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 3
seconds=${1-60}
[ $# -eq 0 ] || shift
case $seconds in *[!0-9]* | '')
    echo "fuzz: seconds, not $seconds" >&2
    exit 2
    ;;
esac
./dev build fuzz || exit 1
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(ls tests/fuzz/fuzz_*.c 2>/dev/null | sed 's/.*fuzz_//; s/\.c$//')
passed=0 failed=0
for target in "${targets[@]}"; do
    found=build/fuzz-found/$target crashes=build/fuzz-found/$target-crashes
    mkdir -p "$found" "$crashes"
    kept=()
    [ ! -d "tests/fuzz/corpus/$target" ] || kept=("tests/fuzz/corpus/$target")
    log=build/fuzz-found/$target.log
    if timeout -k 5 $((seconds + 120)) build/fuzz/tests/fuzz/fuzz_"$target" -max_total_time="$seconds" \
        -rss_limit_mb=2048 -malloc_limit_mb=1024 -timeout=20 -print_final_stats=1 -verbosity=1 \
        -artifact_prefix="$crashes/" "$found" "${kept[@]}" >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        echo "ok   fuzz $target: ${runs:-0} inputs"
        passed=$((passed + 1))
    else
        echo "FAIL fuzz $target"
        tail -n 40 "$log"
        failed=$((failed + 1))
    fi
done
[ ${#targets[@]} -gt 0 ] || {
    echo "FAIL no fuzz targets"
    failed=1
}
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
