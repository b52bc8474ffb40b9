# SPDX-License-Identifier: BSD-2-Clause
"""Bad input: one sentence naming the file, exit code 1, nothing left behind."""
import os
import shutil

from kit import oracle, program
from kit.presentation import Presentation
from kit.hostile_server import Server
from kit.registry import Skip, clip, test

# clip -> words of which one must be in the sentence.
BAD = {
    "empty.mp4": ("empty",),
    "text.mp4": ("not", "no "),
    "zeros.mp4": ("not", "no "),
    "playlist.m3u8": ("playlist", "not"),
    "playlist.mp4": ("playlist", "not"),
    "concat.txt": ("playlist", "list", "not"),
    "picture.sdp": ("not", "description", "sdp"),
    "encrypted.mp4": ("encrypt",),
    "truncated_no_index.mp4": ("trunc", "index", "moov", "cut", "incomplete", "damaged"),
    "truncated_data.mp4": ("trunc", "missing", "damaged", "incomplete"),
    "bit_flips.mp4": ("damaged", "decode"),
}


def refused(name, words, folder):
    source, out = clip(name), os.path.join(folder, "out")
    done = program.run("transcode", source, "-o", out, "--progress", "none", "--preset", "ultrafast",
                       "--ladder", "240", cwd=folder)
    assert done.returncode == 1, "exit %d: %s%s" % (done.returncode, done.out, done.err)
    lines = [line for line in done.err.splitlines() if line.strip()]
    assert len(lines) == 1, "%d lines instead of one:\n%s" % (len(lines), done.err)
    assert name in lines[0], "the file is not named: %s" % lines[0]
    assert any(w in lines[0].lower() for w in words), "the cause is not clear: %s" % lines[0]
    assert "passwd" not in lines[0] and "root:" not in lines[0], lines[0]
    assert done.out.strip() == "", "stdout says %r" % done.out
    assert os.listdir(folder) == [], "left behind: %s" % sorted(
        os.path.join(a, c) for a, _, b in os.walk(folder) for c in b)[:5]


for name, words in BAD.items():
    test(lambda f, name=name, words=words: refused(name, words, f), name="refuses_" + name, short=True)


@test
def refuses_a_missing_file(folder):
    refused_path(os.path.join(folder, "nowhere.mp4"), folder, "nowhere.mp4")


@test
def refuses_a_folder_as_input(folder):
    os.mkdir(os.path.join(folder, "a-folder"))
    refused_path(os.path.join(folder, "a-folder"), folder, "a-folder")


def refused_path(source, folder, name):
    done = program.run("transcode", source, "-o", os.path.join(folder, "out"), "--progress", "none")
    assert done.returncode == 1, "exit %d: %s" % (done.returncode, done.err)
    assert name in done.err and len(done.err.strip().splitlines()) == 1, done.err
    assert not os.path.exists(os.path.join(folder, "out"))


@test
def a_name_in_the_error_stays_on_one_line(folder):
    source = os.path.join(folder, "two\nlines \x1b[31m.mp4")
    shutil.copy(clip("text.mp4"), source)
    done = program.run("transcode", source, "-o", os.path.join(folder, "out"), "--progress", "none")
    assert done.returncode == 1, done.returncode
    assert len(done.err.strip().splitlines()) == 1 and "\x1b" not in done.err, repr(done.err)


def allowed_damage(name, folder):
    """--allow-damaged makes what can be made and says in numbers what is lost."""
    out = os.path.join(folder, "out")
    report = program.transcode(clip(name), out, "--preset", "ultrafast", "--ladder", "240", "--allow-damaged")
    p = Presentation(out)
    told = " ".join(map(str, report["warnings"]))
    assert any(c.isdigit() for c in told), "no numbers of the loss in %r" % report["warnings"]
    joined = p.video[0].joined(os.path.join(folder, "v.mp4"))
    assert oracle.frame_count(joined) == p.video[0].samples
    return p


@test
def flipped_bits_are_counted_when_allowed(folder):
    p = allowed_damage("bit_flips.mp4", folder)
    assert p.duration == 4, "lasts %s" % p.duration


@test
def a_cut_file_is_made_as_far_as_it_goes_when_allowed(folder):
    p = allowed_damage("truncated_data.mp4", folder)
    assert 0 < p.duration <= 4, "lasts %s" % p.duration


@test
def a_cut_file_that_is_allowed_is_not_told_to_be_allowed(folder):
    report = program.transcode(clip("truncated_data.mp4"), os.path.join(folder, "out"), "--preset", "ultrafast",
                               "--ladder", "240", "--allow-damaged")
    assert report["warnings"] and not any("--allow-damaged" in w for w in report["warnings"]), report["warnings"]
    for extra, is_told in ((), True), (("--allow-damaged",), False):
        done = program.run("plan", clip("truncated_data.mp4"), *extra)
        assert done.returncode == 0 and ("--allow-damaged" in done.out) == is_told, done.out


@test
def a_failed_job_leaves_no_parent(folder):
    os.mkdir(os.path.join(folder, "theirs"))
    for place in ("made/a/b", "theirs/a/b"):
        done = program.run("transcode", clip("bit_flips.mp4"), "-o", place, "--progress", "none", "--preset",
                           "ultrafast", "--ladder", "240", cwd=folder)
        assert done.returncode == 1, "exit %d: %s" % (done.returncode, done.err)
    assert os.listdir(folder) == ["theirs"] and not os.listdir(os.path.join(folder, "theirs")), os.listdir(folder)


@test(short=True)
def a_wrong_ladder_is_told_once_and_in_full(folder):
    empty = os.path.join(folder, "empty.json")
    with open(empty, "w", encoding="utf-8") as file:
        file.write("[]")
    for ladder, says in (("99999", "--ladder: a rung of 99999 is outside 2 to 8640"),
                         (empty, "ladder file %s: the list of rungs is empty" % empty)):
        done = program.run("plan", clip("tiny.mp4"), "--ladder", ladder)
        assert done.returncode == 2 and says in done.err, done.err
        assert "ladder: ladder" not in done.err, done.err


@test(short=True)
def redirects_in_a_circle_are_told_in_our_words(folder):
    with Server(folder) as server:
        done = program.run("plan", server.url("loop/a.mp4"))
    if "not in this build" in done.err:
        raise Skip("no HTTP in this build")
    assert done.returncode == 1 and "redirected too often, or in a circle" in done.err, done.err


@test(short=True)
def wrong_usage_is_exit_2(folder):
    source, out = clip("tiny.mp4"), os.path.join(folder, "out")
    for arguments, hint in ((("--segment-durration", "4"), "segment-duration"), (("--jobs", "0"), "jobs"),
                            (("--codecs", "h265"), "codecs"), (("--gop", "3"), "gop"),
                            (("--preset", "verryfast"), "veryfast"), (("--ladder", "0"), "ladder")):
        done = program.run("transcode", source, "-o", out, *arguments)
        assert done.returncode == 2, "%s: exit %d %s" % (arguments, done.returncode, done.err)
        assert hint in done.err, "%s: %s" % (arguments, done.err)
        assert not os.path.exists(out), "%s left something" % (arguments,)
    assert program.run("transcode").returncode == 2
    assert program.run("transcoed", source).returncode == 2
