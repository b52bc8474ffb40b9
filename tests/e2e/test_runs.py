# SPDX-License-Identifier: BSD-2-Clause
"""How a run behaves: the same bytes however many workers, stopped, killed, resumed."""
import json
import os
import shutil
import signal
import time

from kit import judge, oracle, program
from kit.presentation import Presentation, list_files
from kit.registry import clip, test

# Slow enough to be caught in the middle.
LONG = ("--preset", "medium", "--ladder", "720,360", "--progress", "none")
QUICK = ("--preset", "ultrafast", "--ladder", "240", "--limit-duration", "4", "--progress", "none")


def same(a, b):
    found = program.differences(program.fingerprint(a), program.fingerprint(b))
    assert not found, "%s against %s:\n%s" % (a, b, "\n".join(found[:10]))


@test
def jobs_do_not_change_a_byte(folder):
    for name, more in (("counter.mp4", ()), ("open_gop.mp4", ("--segment-duration", "2")),
                       ("vfr.mp4", ()), ("interlaced_50i.ts", ("--gop", "1"))):
        outs = [os.path.join(folder, "%s-%d" % (name, jobs)) for jobs in (1, 2, 3)]
        for jobs, out in zip((1, 2, 3), outs):
            program.transcode(clip(name), out, "--preset", "veryfast", "--ladder", "360,240", "--jobs", jobs, *more)
        same(outs[0], outs[1])
        same(outs[0], outs[2])


@test
def memory_limit_does_not_change_a_byte(folder):
    outs = [os.path.join(folder, size) for size in ("64M", "2G")]
    for out in outs:
        program.transcode(clip("counter.mp4"), out, "--preset", "ultrafast", "--ladder", "360,240",
                          "--memory", os.path.basename(out))
    same(*outs)


def wait_for(condition, what, limit_s=60):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("waited %d s for %s" % (limit_s, what))


def segments_in(out):
    return [n for n in list_files(out) if n.endswith(".m4s")] if os.path.isdir(out) else []


def start_and_wait(out, count=2):
    """A running job of which some segments are there already."""
    process = program.start("transcode", clip("counter_1080p.mp4"), "-o", out, *LONG)
    wait_for(lambda: len(segments_in(out)) >= count or process.poll() is not None, "first segments")
    assert process.poll() is None, "ended before it could be stopped: %s" % process.communicate()[1]
    return process


def whole(folder):
    """The same job undisturbed, made once."""
    out = os.path.join(os.path.dirname(folder), "whole-1080p")
    if not os.path.exists(os.path.join(out, "rung.json")):
        shutil.rmtree(out, ignore_errors=True)
        done = program.run("transcode", clip("counter_1080p.mp4"), "-o", out, *LONG)
        assert done.returncode == 0, done.err
    return out


def nothing_published(out):
    for name in ("master.m3u8", "manifest.mpd"):
        assert not os.path.exists(os.path.join(out, name)), "%s is there after a stop" % name


def resume(out, folder):
    before = {n: os.stat(os.path.join(out, n)).st_mtime_ns for n in segments_in(out)}
    done = program.run("transcode", clip("counter_1080p.mp4"), "-o", out, "--resume", *LONG)
    assert done.returncode == 0, "resume: exit %d %s" % (done.returncode, done.err)
    after = {n: os.stat(os.path.join(out, n)).st_mtime_ns for n in segments_in(out)}
    kept = [n for n in before if before[n] == after.get(n)]
    same(out, whole(folder))
    return before, kept


def interrupted(number, code, folder):
    out = os.path.join(folder, "out")
    process = start_and_wait(out)
    below = program.descendants(process.pid)
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == code, "exit %d" % process.returncode
    nothing_published(out)
    alive = [p for p in below if program.is_alive(p)]
    assert not alive, "engines outlive the job: %s" % alive
    resume(out, folder)


test(lambda f: interrupted(signal.SIGINT, 130, f), name="sigint_publishes_nothing_and_resumes")
test(lambda f: interrupted(signal.SIGTERM, 143, f), name="sigterm_publishes_nothing_and_resumes")


@test
def kill_leaves_no_engine_and_resume_completes(folder):
    out = os.path.join(folder, "out")
    process = start_and_wait(out, 4)
    below = program.descendants(process.pid)
    assert below, "media does not run in a process of its own"
    process.kill()
    process.communicate()
    wait_for(lambda: not [p for p in below if program.is_alive(p)], "the engine's end", 10)
    nothing_published(out)
    before, kept = resume(out, folder)
    assert kept, "nothing of %d finished segments was kept" % len(before)


@test
def a_killed_engine_does_not_kill_the_job(folder):
    out = os.path.join(folder, "out")
    process = start_and_wait(out)
    engine = program.descendants(process.pid)[-1]
    os.kill(engine, signal.SIGKILL)
    _, err = process.communicate(timeout=240)
    assert process.returncode == 0, "exit %d: %s" % (process.returncode, err.decode())
    strip(out, whole(folder))


def strip(out, other):
    """Equal but for the report, which tells of the restart."""
    found = [d for d in program.differences(program.fingerprint(out), program.fingerprint(other))
             if not d.startswith("rung.json")]
    assert not found, "\n".join(found[:10])


@test
def a_presentation_is_never_overwritten_unasked(folder):
    out = os.path.join(folder, "out")
    program.transcode(clip("tiny.mp4"), out, "--preset", "ultrafast")
    before = program.fingerprint(out)
    done = program.run("transcode", clip("upright.mp4"), "-o", out, "--progress", "none")
    assert done.returncode == 2, "exit %d: %s" % (done.returncode, done.err)
    assert "--force" in done.err, done.err
    assert program.fingerprint(out) == before, "it was changed all the same"
    open(os.path.join(out, "mine.txt"), "w").close()
    program.transcode(clip("upright.mp4"), out, "--preset", "ultrafast", "--ladder", "240", "--force")
    p = Presentation(out)
    assert p.duration == 4 and os.path.exists(os.path.join(out, "mine.txt"))
    os.remove(os.path.join(out, "mine.txt"))
    assert not judge.judge_lists(p), "\n".join(judge.judge_lists(p))


@test
def a_read_only_output_is_exit_3(folder):
    full = "/dev/full/out"
    done = program.run("transcode", clip("tiny.mp4"), "-o", full, "--progress", "none")
    assert done.returncode in (2, 3), "exit %d: %s" % (done.returncode, done.err)
    assert "/dev/full" in done.err, done.err


def manifests_in(out):
    return [n for n in ("master.m3u8", "manifest.mpd", "rung.json") if os.path.lexists(os.path.join(out, n))]


@test
def what_cannot_be_published_whole_is_not_published(folder):
    """A folder of a manifest's name is in the way: nothing appears, and --resume goes on."""
    out = os.path.join(folder, "out")
    command = ("transcode", clip("counter_1080p.mp4"), "-o", out, *QUICK)
    process = program.start(*command)
    wait_for(lambda: os.path.exists(os.path.join(out, ".rung", "journal.jsonl")), "the journal")
    os.makedirs(os.path.join(out, "manifest.mpd", "theirs"))
    err = process.communicate()[1].decode()
    code = process.returncode
    for name in ("manifest.mpd", "rung.json", "master.m3u8"):
        if name != "manifest.mpd":
            os.makedirs(os.path.join(out, name, "theirs"))
            done = program.run(*command, "--resume")
            code, err = done.returncode, done.err
        assert code == 3 and name in err and "--resume" in err, "exit %d: %s" % (code, err)
        assert manifests_in(out) == [name], "half published: %s" % manifests_in(out)
        assert not [n for n in list_files(out) if ".tmp" in n], list_files(out)
        shutil.rmtree(os.path.join(out, name))
    done = program.run(*command, "--resume")
    assert done.returncode == 0 and "already done" in done.err, done.err
    assert len(manifests_in(out)) == 3, manifests_in(out)


@test
def what_a_killed_run_left_is_swept(folder):
    for how in ("--resume", "--force"):
        out = os.path.join(folder, "out" + how)
        process = start_and_wait(out, 1)
        process.kill()
        process.communicate()
        track = os.path.dirname(segments_in(out)[0])
        for name in (os.path.join(track, "00009.m4s"), os.path.join(track, "init.mp4"), "rung.json"):
            open(os.path.join(out, name + ".tmp0123456789abcdef"), "w").close()
        more = LONG if how == "--resume" else QUICK
        done = program.run("transcode", clip("counter_1080p.mp4"), "-o", out, how, *more)
        assert done.returncode == 0, done.err
        assert not [n for n in list_files(out) if ".tmp" in n], list_files(out)


@test(short=True)
def a_group_larger_than_memory_is_told_beforehand(folder):
    arguments = ("--preset", "veryfast", "--ladder", "720,360", "--limit-duration", "1", "--no-audio")
    report = program.transcode(clip("counter_1080p.mp4"), os.path.join(folder, "a"), *arguments, "--memory", "64M")
    told = [w for w in report["warnings"] if "--memory" in w]
    assert len(told) == 1 and "64 MiB" in told[0], report["warnings"]
    report = program.transcode(clip("counter_1080p.mp4"), os.path.join(folder, "b"), *arguments, "--memory", "1G")
    assert not report["warnings"], report["warnings"]


@test
def resume_after_success_changes_nothing(folder):
    out = os.path.join(folder, "out")
    program.transcode(clip("tiny.mp4"), out, "--preset", "ultrafast")
    before = program.fingerprint(out)
    done = program.run("transcode", clip("tiny.mp4"), "-o", out, "--preset", "ultrafast", "--resume",
                       "--progress", "none")
    assert done.returncode == 0, "exit %d: %s" % (done.returncode, done.err)
    found = program.differences(before, program.fingerprint(out))
    assert not found, "\n".join(found)


@test
def the_report_agrees_with_the_files(folder):
    out = os.path.join(folder, "out")
    report = program.transcode(clip("counter.mp4"), out, "--preset", "ultrafast", "--ladder", "360,240")
    with open(os.path.join(out, "rung.json"), encoding="utf-8") as file:
        assert json.load(file) == report, "--json prints another report than rung.json"
    p = Presentation(out)
    assert {t["id"] for t in report["tracks"]} == {t.id for t in p.tracks}
    for t in p.tracks:
        row = next(r for r in report["tracks"] if r["id"] == t.id)
        assert row["segments"] == len(t.files), "%s: %d segments" % (t.id, row["segments"])
        size = sum(os.path.getsize(f) for f in t.files)
        assert row["bytes"] in (size, size + os.path.getsize(t.init_file)), "%s: %d bytes, files hold %d" % (
            t.id, row["bytes"], size)
        if t.kind == "video":
            assert (row["width"], row["height"]) == t.size and row["frames_downloaded"] == 0
    assert report["timings"]["wall_s"] > 0 and report["peak_memory_bytes"] > 1 << 20
    first = report["timings"]["first_segment_s"]
    assert 0 < first <= report["timings"]["wall_s"], "first segment after %s s" % first


@test
def memory_stays_flat_in_duration(folder):
    peaks = []
    for seconds in (60, 300):
        report = program.transcode(clip("five_minutes.mp4"), os.path.join(folder, str(seconds)), "--preset",
                                   "ultrafast", "--ladder", "90", "--limit-duration", seconds, "--jobs", "2")
        peaks.append(report["peak_memory_bytes"])
    assert peaks[1] < peaks[0] * 1.1 + (4 << 20), "peak memory %s bytes for 60 and 300 s" % peaks


@test
def oracles_can_fail(folder):
    """The judges above find a wrong order, a wrong time, a wrong picture and a wrong sum."""
    out = os.path.join(folder, "out")
    program.transcode(clip("counter.mp4"), out, "--preset", "ultrafast", "--ladder", "240")
    video = Presentation(out).video[0]
    assert not judge.judge_lists(Presentation(out))
    listing = os.path.join(out, video.uri)
    with open(listing, encoding="utf-8") as file:
        text = file.read()

    def with_listing(changed):
        with open(listing, "w", encoding="utf-8") as file:
            file.write(changed)
        return Presentation(out)

    p = with_listing(text.replace("00002.m4s", "x").replace("00003.m4s", "00002.m4s").replace("x", "00003.m4s"))
    assert judge.judge_lists(p), "two segments changed places and nobody saw it"
    p = with_listing(text.replace("#EXTINF:4.", "#EXTINF:4.01", 1))
    assert judge.judge_lists(p), "a wrong EXTINF and nobody saw it"
    p = with_listing(text)
    with open(video.files[1], "r+b") as file:
        data = bytearray(file.read())
        at = data.index(b"tfdt") + 15
        data[at] ^= 1
        file.seek(0)
        file.write(data)
    try:
        found = judge.judge_lists(Presentation(out))
    except ValueError as error:
        found = [str(error)]
    assert found, "a wrong tfdt and nobody saw it"
    data[at] ^= 1
    with open(video.files[1], "wb") as file:
        file.write(data)
    joined = Presentation(out).video[0].joined(os.path.join(folder, "v.mp4"))
    mirrored = oracle.psnr(joined, clip("counter.mp4"), video.size, before="hflip,")
    late = oracle.psnr(joined, clip("counter.mp4"), video.size, before="select='gte(n,1)',")
    assert mirrored < 20 and late < 29, "a mirrored picture has %.1f dB, a late one %.1f" % (mirrored, late)
