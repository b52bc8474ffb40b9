# SPDX-License-Identifier: BSD-2-Clause
"""Running the program under test."""
import hashlib
import json
import os
import subprocess

BINARY = os.path.abspath(os.environ.get("RUNG_BIN", "build/release/rung"))
LIMIT_S = 600


def environment(settings=None):
    """Nothing of the caller's settings reaches the program, only those given here."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RUNG_")}
    kept.setdefault("ASAN_OPTIONS", "abort_on_error=0:exitcode=99")
    kept.update(settings or {})
    return kept


def start(*arguments, settings=None, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.Popen([BINARY, *map(str, arguments)], env=environment(settings), **options)


def run(*arguments, limit_s=LIMIT_S, **options):
    """The finished process, with stdout and stderr as text. What a transcode made must be valid."""
    process = start(*arguments, **options)
    try:
        out, err = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError("rung %s did not end in %d s" % (" ".join(map(str, arguments)), limit_s))
    process.out, process.err = (out or b"").decode(errors="replace"), (err or b"").decode(errors="replace")
    if arguments[:1] == ("transcode",) and "-o" in arguments and process.returncode == 0:
        must_be_valid(os.path.join(options.get("cwd") or "", arguments[arguments.index("-o") + 1]))
    return process


def transcode(source, out, *arguments, **options):
    """A run that must succeed; its report."""
    done = run("transcode", "--json", "--progress", "none", "-o", out, *arguments, "--", source, **options)
    assert done.returncode == 0, "exit %d for %s: %s" % (done.returncode, source, done.err[-800:])
    return json.loads(done.out)


def must_be_valid(folder):
    """rung validate finds no error."""
    done = run("validate", folder, "--json", "--progress", "none", "--level", "error")
    assert done.returncode in (0, 1), "validate %s: exit %d: %s" % (folder, done.returncode, done.err[-800:])
    errors = ["%s %s: %s" % (f["rule"], f["where"], f["message"]) for f in json.loads(done.out)["findings"]]
    assert not errors, "%d errors in %s: %s" % (len(errors), folder, "; ".join(errors[:6]))


# What may differ between two runs of the same plan.
VARYING = ("timings", "peak_memory_bytes", "resumed")


def fingerprint(root):
    """name -> sha256 of every file; rung.json without what may differ."""
    result = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                data = file.read()
            if name == "rung.json":
                report = json.loads(data)
                for key in VARYING:
                    report.pop(key, None)
                data = json.dumps(report, sort_keys=True).encode()
            result[os.path.relpath(path, root)] = hashlib.sha256(data).hexdigest()
    return result


def differences(a, b):
    names = sorted(n for n in set(a) | set(b) if a.get(n) != b.get(n))
    return ["%s %s" % (n, "differs" if n in a and n in b else "only in one") for n in names]


def descendants(pid):
    """Process ids below pid, from /proc."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry) as file:
                    parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                pass
    found, queue = [], [pid]
    while queue:
        parent = queue.pop()
        below = [p for p, q in parents.items() if q == parent]
        found += below
        queue += below
    return found


def is_alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False
