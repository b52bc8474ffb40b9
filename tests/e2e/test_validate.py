# SPDX-License-Identifier: BSD-2-Clause
"""rung validate, as a person or a CI job would use it: good presentations, bad input,
hostile servers."""
import gzip
import json
import os
import re
import shutil
import xml.etree.ElementTree as ElementTree

from kit import program
from kit.hostile_server import Server
from kit.registry import clip, test


def validate(*arguments, code=0, **options):
    """The report of a run that ends with this exit code."""
    done = program.run("validate", "--json", "--progress", "none", *arguments, limit_s=120, **options)
    assert done.returncode == code, "exit %d: %s %s" % (done.returncode, done.err[-600:], done.out[:600])
    return json.loads(done.out)


def refused(*arguments, words, code=1):
    done = program.run("validate", "--progress", "none", *arguments, limit_s=120)
    assert done.returncode == code, "exit %d: %s%s" % (done.returncode, done.out[-400:], done.err[-400:])
    lines = done.err.strip().splitlines()
    assert len(lines) == 1, "%d lines: %s" % (len(lines), done.err)
    assert any(word in lines[0] for word in words), lines[0]
    assert "root:" not in done.out + done.err
    return lines[0]


def presentation(folder, *arguments):
    out = os.path.join(folder, "out")
    program.transcode(clip("counter.mp4"), out, "--preset", "ultrafast", "--ladder", "360,240", *arguments)
    return out


def edit(path, pattern, replacement):
    with open(path, encoding="utf-8") as file:
        before = file.read()
    after = re.sub(pattern, replacement, before, count=1, flags=re.M)
    assert after != before, "%s stays as it is" % path
    with open(path, "w", encoding="utf-8") as file:
        file.write(after)


def rules(report, level=None):
    return {f["rule"] for f in report["findings"] if level in (None, f["level"])}


@test(short=True)
def what_rung_makes_is_valid(folder):
    out = presentation(folder)
    report = validate(out)
    assert report["errors"] == 0 and report["warnings"] <= 2, report["findings"]
    kinds = sorted((t["listed_by"], t["type"]) for t in report["tracks"])
    assert kinds.count(("hls", "video")) == 2 and kinds.count(("dash", "video")) == 2, kinds
    for track in report["tracks"]:
        if track["listed_by"] in ("hls", "dash"):
            assert track["is_whole"] and track["measured"]["peak_bandwidth_bps"] > 0, track
    # One manifest alone, and segments alone, are fine too.
    assert validate(os.path.join(out, "manifest.mpd"))["errors"] == 0
    assert validate(os.path.join(out, "master.m3u8"))["errors"] == 0
    video = next(t["file"] for t in report["tracks"] if t["listed_by"] == "hls" and t["type"] == "video")
    track = os.path.join(out, os.path.dirname(video))
    assert validate(os.path.join(track, "init.mp4"), os.path.join(track, "00001.m4s"))["errors"] == 0


@test(short=True)
def a_fault_is_named_with_place_and_values(folder):
    out = presentation(folder)
    media = os.path.join(out, "video/h264-360p/media.m3u8")
    edit(media, r"#EXTINF:4\.0+", "#EXTINF:3.500000")
    report = validate(out, code=1)
    found = [f for f in report["findings"] if f["rule"] == "M6"]
    assert found, report["findings"]
    assert found[0]["file"] == "video/h264-360p/media.m3u8" and found[0]["line"] > 0, found[0]
    assert found[0]["stated"] and found[0]["measured"] and found[0]["fix"] and found[0]["source"], found[0]
    text = program.run("validate", out, "--progress", "none")
    assert text.returncode == 1 and "M6" in text.out and "media.m3u8:" in text.out, text.out


@test
def rules_are_chosen(folder):
    out = presentation(folder)
    edit(os.path.join(out, "master.m3u8"), r"FRAME-RATE=[\d.]+", "FRAME-RATE=12.000")
    assert "V8" in rules(validate(out, code=1))
    skipped = validate(out, "--skip", "v8")
    assert skipped["errors"] == 0 and skipped["rules_off"] == ["V8"], skipped["rules_off"]
    assert rules(validate(out, "--only", "V8", code=1)) == {"V8"}
    assert validate(out, "--only", "M6,S11")["errors"] == 0
    assert refused(out, "--skip", "V88", words=("V88",), code=2)
    assert refused(out, "--profile", "appel", words=("apple",), code=2)
    assert refused(out, "--header", "nonsense", words=("Name: value",), code=2)
    hidden = validate(out, "--level", "error", code=1)
    assert {f["level"] for f in hidden["findings"]} == {"error"}


@test
def machines_read_the_report(folder):
    out = presentation(folder)
    edit(os.path.join(out, "manifest.mpd"), r'codecs="avc1[^"]*"', 'codecs="avc1.640033"')
    sarif = json.loads(program.run("validate", out, "--format", "sarif", "--progress", "none").out)
    results = sarif["runs"][0]["results"]
    known = {rule["id"] for rule in sarif["runs"][0]["tool"]["driver"]["rules"]}
    d20 = next(r for r in results if r["ruleId"] == "D20")
    location = d20["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "manifest.mpd" and location["region"]["startLine"] > 0, d20
    assert {r["ruleId"] for r in results} <= known
    tree = ElementTree.fromstring(program.run("validate", out, "--format", "junit", "--progress", "none").out)
    assert any("D20" in f.get("type") for f in tree.iter("failure"))
    for suite in tree.iter("testsuite"):
        assert int(suite.get("tests")) == len(list(suite.iter("testcase")))
        assert int(suite.get("failures")) == len(list(suite.iter("failure")))


@test(short=True)
def the_rules_are_printed(folder):
    done = program.run("validate", "--rules", "--json")
    table = json.loads(done.out)["rules"]
    assert len(table) >= 120, len(table)
    assert len({r["rule"] for r in table}) == len(table)
    for row in table:
        assert row["statement"] and row["source"] and row["fix"] and row["level"], row
        assert not row["statement"].endswith(".") and row["fix"].endswith("."), row
    page = program.run("validate", "--rules", "--format", "markdown").out
    with open(os.path.join(os.path.dirname(__file__), "../../docs/validate-rules.md"), encoding="utf-8") as file:
        assert file.read() == page, "docs/validate-rules.md drifts: write it anew with --rules --format markdown"


@test(short=True)
def what_is_no_presentation_gets_one_sentence(folder):
    os.makedirs(os.path.join(folder, "empty"))
    refused(os.path.join(folder, "empty"), words=("no .m3u8",))
    refused(os.path.join(folder, "nowhere"), words=("nowhere",))
    refused(clip("text.mp4"), words=("text.mp4",))
    refused("ftp://example.com/a.m3u8", words=("ftp",))
    refused("/dev/zero", words=("/dev/zero", "zero"))
    with open(os.path.join(folder, "half.mpd"), "w", encoding="utf-8") as file:
        file.write('<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>')
    refused(os.path.join(folder, "half.mpd"), words=("half.mpd",))
    done = program.run("validate")
    assert done.returncode == 2 and "INPUT" in done.err, done.err


@test
def two_gigabytes_are_refused_at_once(folder):
    path = os.path.join(folder, "huge.m3u8")
    with open(path, "wb") as file:
        file.write(b"#EXTM3U\n")
        file.truncate(2 << 30)
    refused(path, words=("huge.m3u8",))


@test
def nothing_outside_the_folder_is_read(folder):
    out = presentation(folder)
    secret = os.path.join(folder, "secret.m4s")
    shutil.copy(os.path.join(out, "video/h264-360p/00001.m4s"), secret)
    media = os.path.join(out, "video/h264-360p/media.m3u8")
    edit(media, r"^00001\.m4s$", "../../../secret.m4s")
    report = validate(out, code=1)
    assert "L2" in rules(report), report["findings"]
    edit(media, r"^\.\./\.\./\.\./secret\.m4s$", "file:///etc/passwd")
    report = validate(out, code=1)
    assert "L2" in rules(report) and "root:" not in json.dumps(report), report["findings"]


@test
def entities_and_xlinks_are_not_followed(folder):
    out = presentation(folder)
    mpd = os.path.join(out, "manifest.mpd")
    with open(mpd, encoding="utf-8") as file:
        good = file.read()
    bomb = '<!DOCTYPE MPD [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    with open(mpd, "w", encoding="utf-8") as file:
        file.write(good.replace("<MPD", bomb + "<MPD", 1).replace('lang="en"', 'lang="&c;"'))
    done = program.run("validate", mpd, "--progress", "none")
    assert done.returncode == 1 and "root:" not in done.out + done.err, done.out + done.err
    with open(mpd, "w", encoding="utf-8") as file:
        file.write(good.replace("<Period", '<Period xmlns:xlink="http://www.w3.org/1999/xlink" '
                                'xlink:href="manifest.mpd" xlink:actuate="onLoad"', 1))  # fmt: skip
    done = program.run("validate", mpd, "--progress", "none")
    assert done.returncode == 1 and "xlink" in done.out.lower(), done.out + done.err


@test
def playlists_in_playlists_end(folder):
    for name, other in (("a", "b"), ("b", "a")):
        with open(os.path.join(folder, name + ".m3u8"), "w", encoding="utf-8") as file:
            file.write('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.64001e"\n%s.m3u8\n' % other)
    report = validate(os.path.join(folder, "a.m3u8"), code=1)
    assert "V29" in rules(report), report["findings"]


@test
def over_http_it_is_the_same(folder):
    out = presentation(folder)
    local = validate(out)
    with Server(out) as server:
        for route in ("good", "gzip", "noranges", "chunked", "moved", "busy/1"):
            report = validate(server.url(route + "/master.m3u8"))
            assert report["errors"] == 0, (route, report["findings"])
        report = validate(server.url("good/master.m3u8"), server.url("good/manifest.mpd"))
        assert report["errors"] == 0 and len(report["tracks"]) == len(local["tracks"]), report["findings"]
        sampled = validate(server.url("good/master.m3u8"), "--sample", "1")
        assert sampled["read"]["is_sampled"] and "L4" in rules(sampled), sampled["read"]
        assert sampled["read"]["segments"] < report["read"]["segments"]


@test
def a_hostile_server_gets_one_sentence(folder):
    out = presentation(folder)
    with Server(out) as server:
        refused(server.url("loop/a.m3u8"), words=("redirect",))
        refused(server.url("down/a.m3u8"), words=("redirect",))
        refused(server.url("bomb/1/a.m3u8"), words=("larger", "bytes", "MiB"))
        refused(server.url("to/file%3A%2F%2F%2Fetc%2Fpasswd"), words=("file", "protocol", "redirect", "scheme"))
        refused(server.url("status/404/a.m3u8"), words=("404",))
        refused(server.url("status/500/a.m3u8"), words=("500",), code=3)
        refused(server.url("noise/a.m3u8"), "--timeout", "2", words=("HTTP",))
        refused(server.url("silent/a.m3u8"), "--timeout", "1", words=("slow", "silent", "time"), code=3)
        refused(server.url("endless/a.m3u8"), words=("larger", "bytes", "MiB"))


@test
def a_partly_unreachable_presentation_is_reported(folder):
    out = presentation(folder)
    os.remove(os.path.join(out, "video/h264-240p/00001.m4s"))
    with Server(out) as server:
        report = validate(server.url("good/master.m3u8"), code=1)
        assert "H7" in rules(report), report["findings"]
        assert any("404" in f["message"] for f in report["findings"]), report["findings"]
        assert any(t["is_whole"] for t in report["tracks"])


@test
def headers_go_to_the_first_host_only(folder):
    out = presentation(folder)
    with Server(out) as server, Server(out) as other:
        with open(os.path.join(out, "list.m3u8"), "w", encoding="utf-8") as file:
            file.write("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n"
                       "#EXTINF:4,\n%s\n#EXTINF:4,\n%s\n#EXT-X-ENDLIST\n"
                       % (server.url("headers/a.m4s"), other.url("headers/b.m4s")))  # fmt: skip
        validate(server.url("good/list.m3u8"), "-H", "X-Secret: 1234", "-H", "X-Other: 5", code=1)
        mine = [headers for path, headers in server.requests if "a.m4s" in path]
        theirs = [headers for path, headers in other.requests if "b.m4s" in path]
        assert mine and all(h.get("X-Secret") == "1234" and h.get("X-Other") == "5" for h in mine), mine
        assert theirs and not any("X-Secret" in h for h in theirs), theirs


@test
def a_compressed_playlist_on_disk_is_no_playlist(folder):
    path = os.path.join(folder, "a.m3u8")
    with gzip.open(path, "wb") as file:
        file.write(b"#EXTM3U\n" * 1000)
    refused(path, words=("a.m3u8",))


@test(short=True)
def an_init_and_its_segments_come_in_any_order(folder):
    track = os.path.join(presentation(folder), "video/h264-360p")
    init, first, second = (os.path.join(track, name) for name in ("init.mp4", "00001.m4s", "00002.m4s"))
    for files in ((init, first), (first, init), (first, init, second)):
        report = validate(*files)
        assert report["errors"] == 0 and "L5" not in rules(report), (files, report["findings"])
        assert len(report["tracks"]) == 1 and report["tracks"][0]["measured"]["codec"], report["tracks"]
        assert report["tracks"][0]["segments"] == len(files) - 1, report["tracks"]
    for half in (init, first):
        report = validate(half)
        assert rules(report, "warning") == {"L5"}, report["findings"]


@test(short=True)
def one_call_is_for_one_presentation(folder):
    out = presentation(folder)
    other = os.path.join(folder, "other")
    shutil.copytree(out, other)
    master, mpd = os.path.join(out, "master.m3u8"), os.path.join(out, "manifest.mpd")
    for inputs in ((out, other), (out, mpd), (master, os.path.join(other, "master.m3u8")),
                   (mpd, os.path.join(other, "manifest.mpd"))):  # fmt: skip
        refused(*inputs, words=("several presentations",), code=2)
    assert validate(master, mpd)["errors"] == 0


@test(short=True)
def quiet_is_the_verdict_and_the_findings(folder):
    out = presentation(folder)
    done = program.run("validate", "-q", out, "--only", "M6")
    assert done.returncode == 0 and len(done.out.strip().splitlines()) == 1 and not done.err, done.out + done.err
    edit(os.path.join(out, "video/h264-360p/media.m3u8"), r"#EXTINF:4\.0+", "#EXTINF:3.500000")
    done = program.run("validate", "-q", out)
    assert "M6" in done.out and "segments" not in done.out.splitlines()[1], done.out
    assert "a segment begins" not in done.out and "Mb/s" not in done.out, done.out


@test(short=True)
def broken_xml_has_a_line(folder):
    out = presentation(folder)
    edit(os.path.join(out, "manifest.mpd"), r"</Period>", "</Perriod>")
    with open(os.path.join(out, "manifest.mpd"), encoding="utf-8") as file:
        line = next(n for n, text in enumerate(file, 1) if "</Perriod>" in text)
    d1 = next(f for f in validate(out, code=1)["findings"] if f["rule"] == "D1")
    assert d1.get("line") == line, d1
    sarif = json.loads(program.run("validate", out, "--format", "sarif", "--progress", "none").out)
    d1 = next(r for r in sarif["runs"][0]["results"] if r["ruleId"] == "D1")
    assert d1["locations"][0]["physicalLocation"]["region"]["startLine"] == line, d1


@test(short=True)
def what_is_to_be_read_is_counted(folder):
    out = presentation(folder)
    read = validate(out)["read"]
    assert read["segments"] == read["segments_listed"] > 0, read
    sampled = validate(out, "--sample", "1")
    left_out = next(f["message"] for f in sampled["findings"] if f["rule"] == "L4")
    assert sampled["read"]["segments_listed"] == read["segments_listed"], sampled["read"]
    count = read["segments"] - sampled["read"]["segments"]
    assert left_out.startswith("%d of %d segments" % (count, read["segments"])), left_out


@test(short=True)
def json_is_one_format(folder):
    out = presentation(folder)
    refused(out, "--json", "--format", "sarif", words=("--format",), code=2)
    refused("--rules", "--json", "--format", "markdown", words=("--format",), code=2)
    assert validate(out, "--format", "json")["errors"] == 0


@test(short=True)
def json_says_why_there_is_no_report(folder):
    nowhere = os.path.join(folder, "nowhere")
    report = validate(nowhere, code=1)
    assert report["error"]["exit_code"] == 1 and "nowhere" in report["error"]["message"], report
    assert report["input"] == nowhere and report["rung"] and "findings" not in report, report
    assert validate(folder, folder, code=2)["error"]["exit_code"] == 2
    assert validate(code=2)["error"]["exit_code"] == 2
