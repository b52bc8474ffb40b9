#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every suite, or those named by --only, and counts. A suite is a function
# suite_NAME; its last line "N passed, N failed, N skipped" is what it counts for,
# without one it is a single test. Lines that begin with FAIL or skip are repeated.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 3
suites=(house unit clang asan sim tiers e2e checkers mutation browser media fuzz debian13)

[ -n "${RUNG_MEDIA_DIR-}" ] || RUNG_MEDIA_DIR=$PWD/../shared/media
[ ! -d "$RUNG_MEDIA_DIR" ] || RUNG_MEDIA_DIR=$(cd "$RUNG_MEDIA_DIR" && pwd)
export RUNG_MEDIA_DIR

suite_house() {
    local name good=0 bad=0
    for name in is_formatted scripts_parse; do
        if "$name"; then
            echo "ok   $name"
            good=$((good + 1))
        else
            echo "FAIL $name"
            bad=$((bad + 1))
        fi
    done
    echo "$good passed, $bad failed, 0 skipped"
    [ $bad = 0 ]
}

is_formatted() {
    ./dev format --check 2>build/logs/format.log && return
    sed -n 's/^\([^ :]*\):[0-9].*/not formatted: \1/p' build/logs/format.log | sort -u
    return 1
}

scripts_parse() {
    local file
    for file in dev $(git ls-files --cached --others --exclude-standard '*.sh'); do
        bash -n "$file" || return 1
    done
    git ls-files -z --cached --others --exclude-standard '*.py' | xargs -0 -r python3 -c '
import ast, sys
for name in sys.argv[1:]:
    ast.parse(open(name, encoding="utf-8").read(), name)'
}

suite_unit() { ./dev build dev && python3 tools/unit.py build/dev; }
suite_clang() { ./dev build clang; }
suite_asan() {
    local result=0
    ./dev build asan || return 1
    python3 tools/unit.py build/asan || result=1
    RUNG_BIN=$PWD/build/asan/rung python3 tests/e2e/run.py --short || result=1
    return $result
}
suite_sim() {
    local result=0 name
    ./dev build dev || return 1
    for name in nvidia va; do
        python3 "tests/sim/$name/run.py" "build/dev/tests/sim/$name" || result=1
    done
    return $result
}
suite_tiers() { ./dev build dev && python3 tests/tiers/run.py build/dev; }
suite_e2e() {
    ./dev build dev && ./dev build release &&
        RUNG_SIM_DRIVER=$PWD/build/dev/tests/sim/nvidia/driver RUNG_BIN=$rung python3 tests/e2e/run.py
}
suite_media() { ./dev build release && RUNG_BIN=$rung python3 tests/media_table/run.py; }
suite_checkers() { outside tests/checkers/run.sh; }
suite_mutation() { outside tests/mutation/run.sh; }
suite_browser() { outside tests/browser/run.sh; }
outside() { # SCRIPT: with the binary in RUNG_BIN and a folder to work in
    local work
    work=$PWD/build/scratch/$(basename "$(dirname "$1")")
    ./dev build release && mkdir -p "$work" && RUNG_BIN=$rung "$1" "$work"
}
suite_fuzz() { tools/fuzz.sh 10; }
suite_debian13() {
    if [ "${CI-}" != true ] && [ "${RUNG_TEST_TRIXIE-}" != 1 ]; then
        echo "skip debian13: set RUNG_TEST_TRIXIE=1"
        return 77
    fi
    tools/debian13.sh
}

# NAME STATUS: sets passed, failed, skipped from the suite's log.
read_counts() {
    local line
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "build/logs/$1.log" | tail -n 1)
    passed=0 failed=0 skipped=0
    if [ -n "$line" ]; then
        # Several counting programs in one suite add up.
        read -r passed failed skipped < <(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' \
            "build/logs/$1.log" | awk '{p += $1; f += $3; s += $5} END {print p, f, s}')
        if [ "$2" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
    elif [ "$2" = 0 ]; then
        passed=1
    elif [ "$2" = 77 ]; then
        skipped=1
    else
        failed=1
    fi
}

run_suite() {
    local name=$1 log=build/logs/$1.log start=$SECONDS status
    if [ ${#only[@]} -gt 0 ]; then
        "suite_$name" 2>&1 | tee "$log"
        status=${PIPESTATUS[0]}
    else
        printf '%-10s running, log in %s\n' "$name" "$log"
        "suite_$name" >"$log" 2>&1
        status=$?
    fi
    read_counts "$name" "$status"
    if [ "${CI-}" = true ] && [ "$skipped" != 0 ] && [ -d "$RUNG_MEDIA_DIR" ]; then
        echo "FAIL $skipped skipped: with the clips there, nothing may be in CI" | tee -a "$log"
        failed=$((failed + skipped))
    fi
    total_passed=$((total_passed + passed))
    total_failed=$((total_failed + failed))
    failures+=$(grep -E '^FAIL' "$log" | sort -u | sed "s/^FAIL/FAIL $name:/")$'\n'
    total_skipped=$((total_skipped + skipped))
    if [ ${#only[@]} -eq 0 ]; then
        grep -E '^(FAIL|skip)' "$log"
        [ "$failed" = 0 ] || tail -n 40 "$log" | sed 's/^/    /'
    fi
    rows+=("$(printf '%-10s %4d passed %3d failed %3d skipped %5d s' "$name" "$passed" "$failed" \
        "$skipped" $((SECONDS - start)))")
    echo "${rows[-1]}"
}

only=()
while [ $# -gt 0 ]; do
    case $1 in
    --list)
        printf '%s\n' "${suites[@]}"
        exit
        ;;
    --only)
        declare -F "suite_${2-}" >/dev/null || {
            echo "dev test: no suite ${2-}: ${suites[*]}" >&2
            exit 2
        }
        only+=("$2")
        shift 2
        ;;
    *)
        echo "dev test: unknown argument $1" >&2
        exit 2
        ;;
    esac
done

tools/packages.sh build demo unit test || exit 3
mkdir -p build/logs
rung=$PWD/build/release/rung
rows=() failures='' total_passed=0 total_failed=0 total_skipped=0
[ -d "$RUNG_MEDIA_DIR" ] || echo "note: no clips at $RUNG_MEDIA_DIR: the tests that need them are skipped"
chosen=("${suites[@]}")
[ ${#only[@]} -eq 0 ] || chosen=("${only[@]}")
for suite in "${chosen[@]}"; do run_suite "$suite"; done
if [ ${#rows[@]} -gt 1 ]; then printf '\n%s\n' "${rows[@]}"; fi
# Once more at the end, where they are found.
if [ ${#rows[@]} -gt 1 ]; then printf '%s' "$failures" | grep . | cut -c1-400; fi
echo "$total_passed passed, $total_failed failed, $total_skipped skipped"
[ "$total_failed" = 0 ]
