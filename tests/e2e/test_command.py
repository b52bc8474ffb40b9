# SPDX-License-Identifier: BSD-2-Clause
"""The command line's promises: plan, names, stdin, JSON, codecs, options."""
import json
import os
import shutil
import subprocess

from fractions import Fraction

from kit import judge, oracle, program
from kit.presentation import Presentation, list_files
from kit.registry import clip, test


@test(short=True)
def plan_touches_nothing_and_tells_what_transcode_does(folder):
    for name in ("counter.mp4", "rotated_90.mp4", "three_languages.mp4", "audio_only.m4a", "interlaced_50i.ts"):
        source = os.path.join(folder, name)
        os.symlink(clip(name), source)
        before = (list_files(folder), os.stat(source).st_mtime_ns)
        done = program.run("plan", source, "--json", "--ladder", "720,360,240", cwd=folder)
        assert done.returncode == 0, "%s: exit %d %s" % (name, done.returncode, done.err)
        plan = json.loads(done.out)
        assert (list_files(folder), os.stat(source).st_mtime_ns) == before, "plan left something"
        readable = program.run("plan", source, "--ladder", "720,360,240", cwd=folder)
        assert readable.returncode == 0 and len(readable.out.splitlines()) > 3, readable.out
        out = os.path.join(folder, "out-" + name)
        report = program.transcode(source, out, "--preset", "ultrafast", "--ladder", "720,360,240")
        plan = plan.get("plan", plan)
        ids = [t["id"] for t in plan["video"] + plan["audio"]]
        assert ids == [t["id"] for t in report["tracks"]], "%s: plan %s, made %s" % (
            name, ids, [t["id"] for t in report["tracks"]])
        for planned, made in zip(plan["video"], report["tracks"]):
            assert (planned["width_px"], planned["height_px"]) == (made["width"], made["height"])
        assert all(t["segments"] == plan["grid"]["segment_count"] for t in report["tracks"])
        assert Fraction(plan["grid"]["duration"]) == Presentation(out).duration


@test
def never_upscales_and_never_makes_nothing(folder):
    out = os.path.join(folder, "a")
    report = program.transcode(clip("upright.mp4"), out, "--preset", "ultrafast", "--ladder", "1080,720,360")
    assert [t.size for t in Presentation(out).video] == [(640, 360)]
    dropped = {d["rung"] for d in report["dropped"]}
    assert dropped == {"1080p", "720p"}, "dropped %s" % dropped
    assert all(d["reason"] for d in report["dropped"])
    program.transcode(clip("tiny.mp4"), os.path.join(folder, "b"), "--preset", "ultrafast", "--ladder", "1080")
    sizes = [t.size for t in Presentation(os.path.join(folder, "b")).video]
    assert sizes == [(32, 18)], "made %s of a 32x18 source" % sizes


@test
def default_ladder_fits_the_source(folder):
    done = program.run("plan", clip("counter_1080p.mp4"), "--json")
    plan = json.loads(done.out)
    sizes = [t["height_px"] for t in plan.get("plan", plan)["video"]]
    assert sizes[0] == 1080 and sizes[-1] <= 360 and len(sizes) >= 4, sizes


@test(short=True)
def strange_file_names_work(folder):
    names = ["with  spaces & 'quotes' \".mp4", "ünïcode 影片.mp4", "-dash.mp4", "new\nline.mp4", "%41 #?.mp4",
             "concat:a|b.mp4", "http:x.mp4"]
    for i, name in enumerate(names):
        shutil.copy(clip("name with spaces.mp4"), os.path.join(folder, name))
        out = "out%d" % i
        done = program.run("transcode", "-o", out, "--preset", "ultrafast", "--ladder", "180", "--progress",
                           "none", "--", name, cwd=folder)
        assert done.returncode == 0, "%r: exit %d %s" % (name, done.returncode, done.err)
        assert Presentation(os.path.join(folder, out)).duration == 2
    done = program.run("transcode", "./-dash.mp4", "-o", "sp ace/ü", "--preset", "ultrafast", "--progress", "none",
                       cwd=folder)
    assert done.returncode == 0, done.err
    assert Presentation(os.path.join(folder, "sp ace", "ü")).duration == 2


@test
def the_folder_can_be_moved(folder):
    program.transcode(clip("tiny.mp4"), os.path.join(folder, "a"), "--preset", "ultrafast")
    os.rename(os.path.join(folder, "a"), os.path.join(folder, "b"))
    p = Presentation(os.path.join(folder, "b"))
    assert not judge.judge_lists(p), judge.judge_lists(p)
    for name in ("master.m3u8", "manifest.mpd"):
        with open(os.path.join(p.root, name), encoding="utf-8") as file:
            assert folder not in file.read(), "%s holds an absolute path" % name


@test
def stdin_is_spooled(folder):
    out = os.path.join(folder, "out")
    for name in ("upright.mp4", "start_offset.ts"):
        with open(clip(name), "rb") as file:
            program.transcode("-", out, "--preset", "ultrafast", "--ladder", "240", "--force", stdin=file)
        direct = os.path.join(folder, "direct")
        program.transcode(clip(name), direct, "--preset", "ultrafast", "--ladder", "240", "--force")
        found = [d for d in program.differences(program.fingerprint(out), program.fingerprint(direct))
                 if not d.startswith("rung.json")]
        assert not found, found
    # A pipe, which cannot seek.
    cat = subprocess.Popen(["cat", clip("upright.mp4")], stdout=subprocess.PIPE)
    program.transcode("-", out, "--preset", "ultrafast", "--ladder", "240", "--force", stdin=cat.stdout)
    cat.stdout.close()
    cat.wait()
    assert Presentation(out).duration == 4


@test
def json_is_one_document_and_nothing_else(folder):
    done = program.run("transcode", clip("upright.mp4"), "-o", os.path.join(folder, "o"), "--json", "--preset",
                       "ultrafast", "--progress", "json")
    assert done.returncode == 0, done.err
    document = json.loads(done.out)
    for key in ("rung", "source", "duration", "tracks", "fallbacks", "dropped", "warnings", "timings"):
        assert key in document, "no %s in the report" % key
    lines = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert lines, "no progress in JSON: %r" % done.err[:300]
    failed = program.run("transcode", clip("text.mp4"), "-o", os.path.join(folder, "p"), "--json")
    assert failed.returncode == 1
    if failed.out.strip():
        assert isinstance(json.loads(failed.out), dict), failed.out


@test
def quiet_is_quiet(folder):
    done = program.run("transcode", clip("tiny.mp4"), "-o", os.path.join(folder, "o"), "-q", "--preset", "ultrafast")
    assert done.returncode == 0 and not done.out and not done.err, repr(done.out + done.err)


def codec(name, prefix, decoder, folder):
    out = os.path.join(folder, "out")
    program.transcode(clip("name with spaces.mp4"), out, "--preset", "ultrafast", "--ladder", "180",
                      "--codecs", name)
    p = Presentation(out)
    wrong = judge.judge_lists(p) + judge.judge_times(p)
    assert [v["CODECS"].split(",")[0].startswith(prefix) for v in p.variants] == [True], p.variants
    joined = p.video[0].joined(os.path.join(folder, "v.mp4"))
    wrong += judge.judge_video_track(p.video[0], joined, 48, Fraction(24))
    stream = oracle.video_stream(joined)
    assert (stream["codec_name"], stream["codec_tag_string"]) == decoder, (
        stream["codec_name"], stream["codec_tag_string"])
    read = oracle.counters(joined)
    off = [(i, n) for i, n in enumerate(read) if n not in (i, None)]
    if off or read.count(None) > 4:
        wrong.append("frame numbers %s" % read)
    assert not wrong, "\n".join(wrong)


test(lambda f: codec("hevc", "hvc1.", ("hevc", "hvc1"), f), name="makes_hevc")
test(lambda f: codec("av1", "av01.", ("av1", "av01"), f), name="makes_av1")


@test
def several_codecs_share_one_grid(folder):
    out = os.path.join(folder, "out")
    program.transcode(clip("name with spaces.mp4"), out, "--preset", "ultrafast", "--ladder", "180,90",
                      "--codecs", "h264,hevc,av1")
    p = Presentation(out)
    wrong = judge.judge_lists(p) + judge.judge_times(p)
    kinds = sorted(t.id.split("-")[0] for t in p.video)
    assert kinds == ["av1"] * 2 + ["h264"] * 2 + ["hevc"] * 2, kinds
    assert not wrong, "\n".join(wrong)


@test
def segment_options_are_obeyed(folder):
    out = os.path.join(folder, "out")
    program.transcode(clip("ntsc.mp4"), out, "--preset", "ultrafast", "--ladder", "240", "--segment-duration", "3",
                      "--gop", "1", "--limit-duration", "7", "--no-audio")
    p = Presentation(out)
    wrong = judge.judge_lists(p) + judge.judge_times(p, Fraction(3))
    assert not p.audio, "audio in spite of --no-audio"
    assert abs(p.duration - 7) <= Fraction(1001, 30000), "lasts %s" % float(p.duration)
    assert len(p.video[0].files) == 3, len(p.video[0].files)
    joined = p.video[0].joined(os.path.join(folder, "v.mp4"))
    keys = [i for i, x in enumerate(oracle.packets(joined, "v:0")) if x["flags"].startswith("K")]
    gaps = {b - a for a, b in zip(keys, keys[1:])}
    assert gaps == {30}, "keyframes lie %s frames apart" % sorted(gaps)
    assert not wrong, "\n".join(wrong)


@test(short=True)
def a_segment_duration_alone_is_enough(folder):
    """The group that fits it is chosen and told; one that was asked for is kept or refused."""
    for segment, gop, told in (("4", 48, None), ("2.5", 30, "1.25 s"), ("1001/250", 48, "2.002 s"), ("5", 40, "5/3 s")):
        done = program.run("plan", clip("counter.mp4"), "--json", "--segment-duration", segment)
        assert done.returncode == 0, "%s: exit %d %s" % (segment, done.returncode, done.err)
        plan = json.loads(done.out)["plan"]
        assert plan["picture"]["frames_per_gop"] == gop, (segment, plan["picture"])
        notes = [n["reason"] for n in plan["notes"] if n["subject"] == "gop"]
        assert [told in n for n in notes] == [True] if told else not notes, (segment, notes)
    done = program.run("plan", clip("counter.mp4"), "--segment-duration", "2.5", "--gop", "2")
    assert done.returncode == 2, done.returncode
    for right in ("--gop 1.25", "--gop 2.5", "--segment-duration 2", "--segment-duration 4"):
        assert right in done.err, "%s: %s" % (right, done.err)
    done = program.run("config", "--segment-duration", "5", "--json")
    assert json.loads(done.out)["gop"]["value"] == "5/3", done.out


@test
def audio_languages_are_chosen(folder):
    out = os.path.join(folder, "out")
    program.transcode(clip("three_languages.mp4"), out, "--preset", "ultrafast", "--ladder", "240",
                      "--audio-languages", "de,en")
    languages = sorted(t.attributes["LANGUAGE"] for t in Presentation(out).audio)
    assert languages == ["de", "en"], languages


@test
def keyframe_playlists_hold_keyframes(folder):
    """Every byte range of an I-frame playlist, behind the init segment, decodes alone."""
    out = os.path.join(folder, "out")
    program.transcode(clip("counter.mp4"), out, "--preset", "ultrafast", "--ladder", "360")
    p = Presentation(out)
    assert len(p.iframes) == 1, p.iframes
    path = os.path.join(out, p.iframes[0]["URI"])
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(p.video[0].init_file, "rb") as file:
        init = file.read()
    ranges = [line.partition(":")[2] for line in lines if line.startswith("#EXT-X-BYTERANGE:")]
    files = [line for line in lines if line and not line.startswith("#")]
    durations = [Fraction(line[8:].split(",")[0]) for line in lines if line.startswith("#EXTINF:")]
    assert len(ranges) == len(files) == len(durations) == 10, (len(ranges), len(files))
    assert abs(sum(durations) - p.duration) < Fraction(1, 10000)
    for k, (text, name) in enumerate(zip(ranges, files)):
        size, _, start = text.partition("@")
        with open(os.path.join(os.path.dirname(path), name), "rb") as file:
            file.seek(int(start))
            piece = os.path.join(folder, "i.mp4")
            with open(piece, "wb") as target:
                target.write(init + file.read(int(size)))
        assert oracle.counters(piece) == [k * 48], "range %d shows %s" % (k, oracle.counters(piece))


@test
def the_input_is_never_written_over(folder):
    for name in ("rung.json", "master.m3u8", "manifest.mpd"):
        place = os.path.join(folder, name + ".d")
        os.makedirs(place)
        source = os.path.join(place, name)
        shutil.copy(clip("one_frame.mp4"), source)
        with open(source, "rb") as file:
            before = file.read()
        done = program.run("transcode", source, "-o", place, "--force", "--preset", "ultrafast")
        assert done.returncode == 2, "%s: exit %d %s" % (name, done.returncode, done.err)
        with open(source, "rb") as file:
            assert file.read() == before, "%s was written over" % name
        assert os.listdir(place) == [name], os.listdir(place)
