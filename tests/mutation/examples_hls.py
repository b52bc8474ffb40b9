# SPDX-License-Identifier: BSD-2-Clause
"""Playlists that are right, one subject each."""

import os
import re
import subprocess

from examples_kit import put, rates, register, take

ALL = []
example = register(ALL)

SMALL, LARGE = "video/h264-240p/media.m3u8", "video/h264-360p/media.m3u8"
VIDEO = (LARGE, SMALL)
AUDIO = ("audio/en-aac-stereo/media.m3u8", "audio/de-aac-stereo/media.m3u8")
FRAMES = ("video/h264-360p/iframes.m3u8", "video/h264-240p/iframes.m3u8")
KEY = b"0123456789abcdef"


def without_mpd(copy):
    copy.remove(copy.mpd)


def without_frames(copy):
    copy.drop_line(copy.master, "I-FRAME-STREAM-INF", 0)
    for name in FRAMES:
        copy.remove(name)


def head(copy, name, *lines):
    """Lines after the version of a playlist."""
    copy.insert_after(name, r"#EXT-X-VERSION", "\n".join(lines))


def higher(copy, name, version):
    copy.sub(name, r"^#EXT-X-VERSION:\d+", f"#EXT-X-VERSION:{version}")


@example("rung")
def alternate_audio_of_the_same_group(copy, bases):
    """A commentary and a described track beside the main sound."""
    copy.sub(copy.master, r'NAME="German",LANGUAGE="de"', 'NAME="Described",LANGUAGE="en",ASSOC-LANGUAGE="de",'
             'CHARACTERISTICS="public.accessibility.describes-video"')  # fmt: skip
    copy.remove(copy.mpd)
    take(copy, copy.folder, "audio/en-aac-stereo/init.mp4", "audio/de-aac-stereo/init.mp4")


@example("rung_short", warns=("M26", "V27"))
def a_tenth_of_a_second(copy, bases):
    """As it is: rates are of what is presented, without the priming that is edited away."""


@example("shaka_dolby", warns=("S5", "V26", "M43"))
def everything_in_one_master(copy, bases):
    """The shape of Apple's advanced stream: each rung with each kind of sound, text, captions."""
    without_mpd(copy)
    text = bases.get("shaka_text")
    for name in ("vtt.m3u8", "vtt/1.vtt", "vtt/2.vtt", "vtt/3.vtt"):
        take(copy, text, name, name)
    take(copy, text, "vtt.m3u8", "forced.m3u8")
    put(copy, "title.json", '[{"TITLE": "A film"}]\n')
    rate = rates(copy)
    more = re.findall(r"^#EXT-X-STREAM-INF:(BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+)", copy.text(copy.master), re.M)
    video = {"v360": 'avc1.64001e,{}",RESOLUTION=640x360,FRAME-RATE=24.000,VIDEO-RANGE=SDR,HDCP-LEVEL=NONE,SCORE=2.0',
             "v240": 'avc1.640015,{}",RESOLUTION=426x240,FRAME-RATE=24.000,VIDEO-RANGE=SDR,HDCP-LEVEL=NONE,SCORE=1.0'}
    lines = ["#EXTM3U", "#EXT-X-VERSION:8", "", "# A film with all that it can have", "#EXT-X-INDEPENDENT-SEGMENTS",
             "#EXT-X-START:TIME-OFFSET=2.5,PRECISE=YES", '#EXT-X-DEFINE:NAME="text",VALUE="vtt"',
             '#EXT-X-SESSION-DATA:DATA-ID="org.example.title",VALUE="A film",LANGUAGE="en"',
             '#EXT-X-SESSION-DATA:DATA-ID="org.example.title",VALUE="Ein Film",LANGUAGE="de"',
             '#EXT-X-SESSION-DATA:DATA-ID="org.example.all",URI="title.json"',
             '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en-GB",DEFAULT=YES,AUTOSELECT=YES,'
             'CHANNELS="2",STABLE-RENDITION-ID="a-1",URI="aac.m3u8"',
             '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="ec3",NAME="English",LANGUAGE="en-GB",DEFAULT=YES,AUTOSELECT=YES,'
             'CHANNELS="6",STABLE-RENDITION-ID="a-2",URI="ec3.m3u8"',
             '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,'
             'FORCED=NO,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog, '
             'public.accessibility.describes-music-and-sound",URI="{$text}.m3u8"',
             '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English, forced",LANGUAGE="en",DEFAULT=NO,'
             'AUTOSELECT=YES,FORCED=YES,URI="forced.m3u8"',
             '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,'
             'INSTREAM-ID="CC1"',
             '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="German",LANGUAGE="de",INSTREAM-ID="SERVICE3"']  # fmt: skip
    for i, (rung, sound, codec) in enumerate((("v360", "aac", "mp4a.40.2"), ("v240", "aac", "mp4a.40.2"),
                                              ("v360", "ec3", "ec-3"), ("v240", "ec3", "ec-3"))):  # fmt: skip
        lines += [f'#EXT-X-STREAM-INF:{more[i]},CODECS="{video[rung].format(codec)},AUDIO="{sound}",SUBTITLES="subs",'
                  f'CLOSED-CAPTIONS="cc",STABLE-VARIANT-ID="v-{i}"', f"{rung}.m3u8"]  # fmt: skip
    for rung, codec, size in (("v360", "avc1.64001e", "640x360"), ("v240", "avc1.640015", "426x240")):
        uri = f"{rung}_iframes.m3u8"
        lines.append(f'#EXT-X-I-FRAME-STREAM-INF:{rate[uri]},CODECS="{codec}",RESOLUTION={size},VIDEO-RANGE=SDR,URI="{uri}"')
    put(copy, copy.master, "\n".join(lines) + "\n")


@example("shaka_ondemand", warns=("V21", "S5"))
def byte_ranges(copy, bases):
    """Every offset stated, and whitespace that is allowed: CR LF, empty lines, comments, titles."""
    without_mpd(copy)
    for name in ("v360.m3u8", "v240.m3u8", "audio.m3u8"):
        text, at = [], 0
        for line in copy.text(name).splitlines():
            found = re.fullmatch(r"#EXT-X-BYTERANGE:(\d+)(?:@(\d+))?", line)
            if found:
                at = int(found[2]) if found[2] else at
                line = f"#EXT-X-BYTERANGE:{found[1]}@{at}"
                at += int(found[1])
            text.append(line + "Ein Stück, übrigens" if line.startswith("#EXTINF") else line)
        put(copy, name, "\r\n".join([text[0], "", "# by hand", *text[1:]]) + "\r\n")


@example("ffmpeg_range", warns=("V21", "V37", "S2", "S5", "M38"))
def single_files(copy, bases):
    """ffmpeg's byte ranges, and in its master what ffmpeg leaves out."""
    sizes = {name: [int(n) for n in re.findall(r"#EXT-X-BYTERANGE:(\d+)", copy.text(name))]
             for name in ("s0.m3u8", "s1.m3u8", "s2.m3u8")}  # fmt: skip
    total = {name: sum(of) * 8 // 12 for name, of in sizes.items()}
    peak = {name: max(of) * 8 // 4 for name, of in sizes.items()}
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS",
             '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="s2.m3u8"']  # fmt: skip
    for name, codec, size in (("s0.m3u8", "avc1.64001e", "640x360"), ("s1.m3u8", "avc1.640015", "426x240")):
        lines += [f"#EXT-X-STREAM-INF:BANDWIDTH={peak[name] + peak['s2.m3u8']},AVERAGE-BANDWIDTH={total[name] + total['s2.m3u8']},"
                  f'CODECS="{codec},mp4a.40.2",RESOLUTION={size},FRAME-RATE=24,AUDIO="a"', name]  # fmt: skip
    put(copy, copy.master, "\n".join(lines) + "\n")


def dated(copy, name, start="2026-03-01T12:00:00.000Z"):
    higher(copy, name, 8)
    copy.insert_before(name, r"#EXTINF", f"#EXT-X-PROGRAM-DATE-TIME:{start}")


@example("rung")
def date_ranges(copy, bases):
    """Ad markers of SCTE 35, chapters that end with the next, an interstitial, a field of one's own."""
    for name in (*VIDEO, *AUDIO, *FRAMES):
        dated(copy, name)
    lines = ['#EXT-X-DATERANGE:ID="splice-1",START-DATE="2026-03-01T12:00:04Z",PLANNED-DURATION=4.0,SCTE35-OUT='
             "0xFC002F0000000000FF000014056FFFFFF000E011622DCAFF000052636200000000000A0008029896F50000008700000000",
             '#EXT-X-DATERANGE:ID="splice-1",DURATION=4.0,SCTE35-IN=0xFC002A0000000000FF00000F056FFFFFF000401162802E6100'
             "000000000A0008029896F50000008700000000",
             '#EXT-X-DATERANGE:ID="c1",CLASS="org.example.chapter",START-DATE="2026-03-01T12:00:00.000Z",END-ON-NEXT=YES,'
             'X-TITLE="One"',
             '#EXT-X-DATERANGE:ID="c2",CLASS="org.example.chapter",START-DATE="2026-03-01T14:00:06+02:00",'
             'END-DATE="2026-03-01T14:00:12+02:00",X-TITLE="Two",X-WEIGHT=2.5,X-MARK=0x0A',
             '#EXT-X-DATERANGE:ID="ad1",CLASS="com.apple.hls.interstitial",START-DATE="2026-03-01T12:00:08Z",DURATION=0,'
             'CUE="ONCE",X-ASSET-URI="ad/master.m3u8",X-RESUME-OFFSET=0,X-RESTRICT="SKIP,JUMP",'
             'X-PLAYOUT-LIMIT=5.0,X-SNAP="OUT,IN"']  # fmt: skip
    for name in VIDEO:
        copy.insert_before(name, r"#EXT-X-PROGRAM-DATE-TIME", "\n".join(lines))


def twice(copy, name):
    """A media playlist whose segments come a second time after a discontinuity, from `again/`."""
    text = copy.text(name)
    start, body = text[: text.index("#EXTINF")], text[text.index("#EXTINF") :].replace("#EXT-X-ENDLIST\n", "")
    second = re.sub(r"^(?!#)(.+)$", r"again-\1", body, flags=re.M)
    folder = os.path.dirname(name)
    for file in set(re.findall(r"^(?!#)(.+)$", body, re.M)):
        take(copy, copy.folder, f"{folder}/{file}", f"{folder}/again-{file}")
    put(copy, name, start + body + '#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="again-init.mp4"\n' + second + "#EXT-X-ENDLIST\n")
    if name in (*VIDEO, *AUDIO):
        take(copy, copy.folder, f"{folder}/init.mp4", f"{folder}/again-init.mp4")


@example("rung")
def discontinuity_with_two_inits(copy, bases):
    """Two pieces of content one after the other, each with its initialization section."""
    without_mpd(copy)
    for name in (*VIDEO, *AUDIO, *FRAMES):
        twice(copy, name)


@example("rung", warns=("V21",))
def discontinuity_to_another_size(copy, bases):
    """The second piece has another resolution than the first, under one variant."""
    without_mpd(copy)
    for name in (*VIDEO, *AUDIO):
        twice(copy, name)
    for file in ("init.mp4", "00001.m4s", "00002.m4s", "00003.m4s"):
        take(copy, copy.folder, f"video/h264-240p/{file}", f"video/h264-360p/again-{file}")
    without_frames(copy)
    large, small = (int(re.search(r"AVERAGE-BANDWIDTH=(\d+)", rates(copy)[name])[1]) for name in VIDEO)
    copy.sub(copy.master, rf"AVERAGE-BANDWIDTH={large}", f"AVERAGE-BANDWIDTH={(large + small) // 2}")


@example("rung")
def gap(copy, bases):
    """A segment that was lost in one rung, and says so."""
    without_mpd(copy)
    higher(copy, SMALL, 8)
    copy.insert_before(SMALL, r"^00002\.m4s", "#EXT-X-GAP")
    copy.remove("video/h264-240p/00002.m4s")
    copy.drop_line(copy.master, "h264-240p/iframes")
    copy.remove(FRAMES[1])


@example("rung")
def variables(copy, bases):
    """Names and values, one imported by the media playlists."""
    without_mpd(copy)
    higher(copy, copy.master, 8)
    head(copy, copy.master, '#EXT-X-DEFINE:NAME="place",VALUE="video"', '#EXT-X-DEFINE:NAME="suffix",VALUE="m4s"')
    copy.sub(copy.master, r"^video/", "{$place}/", 0)
    copy.sub(copy.master, r'URI="video/', 'URI="{$place}/', 0)
    for name in VIDEO:
        higher(copy, name, 8)
        head(copy, name, '#EXT-X-DEFINE:IMPORT="suffix"', '#EXT-X-DEFINE:NAME="first",VALUE="0000"')
        copy.sub(name, r"^0000(\d)\.m4s$", r"{$first}\1.{$suffix}", 0)


@example("rung", warns=("V21", "M45"))
def live_window(copy, bases):
    """The end of a live stream: no end yet, numbers that have gone on."""
    without_mpd(copy)
    for name in (*VIDEO, *AUDIO):
        copy.drop_line(name, "ENDLIST")
        copy.drop_line(name, "PLAYLIST-TYPE")
        copy.sub(name, r"^#EXT-X-MEDIA-SEQUENCE:.*", "#EXT-X-MEDIA-SEQUENCE:4711\n#EXT-X-DISCONTINUITY-SEQUENCE:3")
        dated(copy, name)
    without_frames(copy)


@example("rung", warns=("V21", "M46"))
def event(copy, bases):
    """An event that goes on, with bit rates and a title of each segment."""
    without_mpd(copy)
    for name in (*VIDEO, *AUDIO):
        copy.drop_line(name, "ENDLIST")
        copy.sub(name, r"^#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-PLAYLIST-TYPE:EVENT")
        higher(copy, name, 8)
        for file in ("00001.m4s", "00002.m4s", "00003.m4s"):
            rate = round(len(copy.read(os.path.join(os.path.dirname(name), file))) * 8 / 4000)
            copy.sub(name, rf"^(#EXTINF.*)\n{file}", rf"#EXT-X-BITRATE:{rate}\n\g<1>{file}, a part\n{file}")
    without_frames(copy)


@example("rung", warns=("V21",))
def low_latency(copy, bases):
    """Parts as byte ranges of their segment, a hint, reports on the other renditions."""
    without_mpd(copy)
    every = (*VIDEO, *AUDIO)
    for name in every:
        copy.drop_line(name, "ENDLIST")
        copy.drop_line(name, "PLAYLIST-TYPE")
        higher(copy, name, 9)
        dated(copy, name)
        folder = os.path.dirname(name)
        size = len(copy.read(f"{folder}/00003.m4s"))
        head(copy, name, "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=12.1,CAN-SKIP-UNTIL=24.0,HOLD-BACK=12.1",
             "#EXT-X-PART-INF:PART-TARGET=4.011")  # fmt: skip
        lasts = re.search(r"#EXTINF:([\d.]+),.*\n00003", copy.text(name))[1]
        copy.insert_before(name, rf"#EXTINF:{lasts},.*\n00003", f'#EXT-X-PART:DURATION={lasts},URI="00003.m4s",'
                           f'BYTERANGE="{size}@0",INDEPENDENT=YES')  # fmt: skip
        others = [os.path.relpath(other, folder) for other in every if other != name]
        put(copy, name, copy.text(name) + '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="00004.m4s",BYTERANGE-START=0\n'
            + "".join(f'#EXT-X-RENDITION-REPORT:URI="{o}",LAST-MSN=3,LAST-PART=0\n' for o in others))  # fmt: skip
    without_frames(copy)


@example("rung")
def steering(copy, bases):
    """Two pathways to the same renditions."""
    without_mpd(copy)
    text = copy.text(copy.master)
    put(copy, "steering.json", '{"VERSION": 1, "TTL": 300, "PATHWAY-PRIORITY": ["A", "B"]}\n')
    tag = '#EXT-X-CONTENT-STEERING:SERVER-URI="steering.json",PATHWAY-ID="A"\n'
    text = text.replace("#EXT-X-INDEPENDENT-SEGMENTS\n", "#EXT-X-INDEPENDENT-SEGMENTS\n" + tag)
    media = [line for line in text.splitlines() if line.startswith("#EXT-X-MEDIA:")]
    variants = re.findall(r"^#EXT-X-STREAM-INF.*\n.+$", text, re.M)
    frames = re.findall(r"^#EXT-X-I-FRAME.*$", text, re.M)
    lines = text[: text.index("#EXT-X-MEDIA:")].splitlines()
    for path in "AB":
        lines += [m.replace('GROUP-ID="audio"', f'GROUP-ID="audio-{path}"') for m in media]
        lines += [v.replace('AUDIO="audio"', f'AUDIO="audio-{path}",PATHWAY-ID="{path}",STABLE-VARIANT-ID="s{i}"')
                  for i, v in enumerate(variants)]  # fmt: skip
        lines += [f + f',PATHWAY-ID="{path}"' for f in frames]
    put(copy, copy.master, "\n".join(lines) + "\n")


@example("rung")
def audio_only_variant(copy, bases):
    """A variant of sound alone, for when nothing else gets through."""
    without_mpd(copy)
    with open(os.path.join(copy.source, "manifest.mpd"), encoding="utf-8") as file:
        bits = re.search(r'<Representation id="en-aac-stereo"[^>]* bandwidth="(\d+)"', file.read())[1]
    copy.write(copy.master, copy.text(copy.master) + f'#EXT-X-STREAM-INF:BANDWIDTH={bits},AVERAGE-BANDWIDTH={bits},'
               f'CODECS="mp4a.40.2",AUDIO="audio",CLOSED-CAPTIONS=NONE\n{AUDIO[0]}\n')  # fmt: skip


@example("rung")
def names_that_need_escapes(copy, bases):
    """Percent-encoded names, a query that a folder does not have, a relative way with dots."""
    without_mpd(copy)
    os.rename(copy.path("video/h264-240p"), copy.path("video/small ü"))
    copy.sub(copy.master, "video/h264-240p/", "video/small%20%C3%BC/", 0)
    copy.sub(copy.master, "video/h264-360p/media", "./audio/../video/h264-360p/media")


def encrypt(copy, folder, name, vector):
    data = copy.read(f"{folder}/{name}")
    command = ["openssl", "enc", "-aes-128-cbc", "-K", KEY.hex(), "-iv", vector]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    put(copy, f"{folder}/{name}", done.stdout)


@example("rung", warns=("V21",))
def whole_segments_encrypted(copy, bases):
    """AES-128 with an IV stated, and keys that the master lists for preloading."""
    without_mpd(copy)
    put(copy, "key.bin", KEY)
    vector = "000102030405060708090a0b0c0d0e0f"
    tag = f'METHOD=AES-128,URI="{{}}key.bin",IV=0x{vector.upper()}'
    for name in (*VIDEO, *AUDIO):
        folder = os.path.dirname(name)
        for file in ("init.mp4", "00001.m4s", "00002.m4s", "00003.m4s"):
            encrypt(copy, folder, file, vector)
        copy.insert_before(name, r"#EXT-X-MAP", "#EXT-X-KEY:" + tag.format("../../"))
    without_frames(copy)
    copy.insert_after(copy.master, "#EXT-X-VERSION", "#EXT-X-SESSION-KEY:" + tag.format(""))


@example("shaka_cbcs", warns=("V21", "S5"))
def samples_encrypted(copy, bases):
    """cbcs with the keys of two systems, which the master lists too."""
    keys = list(dict.fromkeys(re.findall(r"^#EXT-X-KEY:(.*)$", copy.text("v360.m3u8"), re.M)))
    for key in keys:
        copy.insert_before(copy.master, "#EXT-X-INDEPENDENT", "#EXT-X-SESSION-KEY:" + key)
    without_mpd(copy)


@example("shaka_text", warns=("M26", "S5"))
def one_file_of_subtitles(copy, bases):
    """A WebVTT file as the one segment of its playlist, with styles, regions, notes and cues' settings."""
    without_mpd(copy)
    put(copy, "all.vtt", "WEBVTT - made by hand\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\nSTYLE\n::cue { color: lime }\n\n"
        "REGION\nid:low\nwidth:40%\nlines:3\nregionanchor:0%,100%\nviewportanchor:10%,90%\nscroll:up\n\n"
        "NOTE\nnothing\nto see\n\n1\n00:00.000 --> 00:02.500 align:start position:10%,line-left size:35% line:-1\n"
        "<v Ann>Hello &amp; <i.loud>good</i> <b>day</b>\n- yes\n\nlast one\n00:00:10.000 --> 00:00:12.000 region:low\n"
        "<c.yellow>bye</c> <00:00:11.000><lang de>tschüss</lang>\n")  # fmt: skip
    put(copy, "vtt.m3u8", "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:12\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXTINF:12.000,\nall.vtt\n#EXT-X-ENDLIST\n")  # fmt: skip


@example("shaka_text", warns=("V21", "S5"))
def text_on_another_clock(copy, bases):
    """Cues that count from one hour, and maps that say so."""
    without_mpd(copy)
    for number in (1, 2, 3):
        file = f"vtt/{number}.vtt"
        local, ticks = ("01:00:00.000", 0) if number < 3 else ("01:00:10.000", 900000)
        copy.sub(file, r"^00:00:", "01:00:", 0)
        copy.sub(file, r"--> 00:", "--> 01:", 0)
        copy.sub(file, r"^WEBVTT$", f"WEBVTT\nX-TIMESTAMP-MAP=LOCAL:{local},MPEGTS:{ticks}")


@example("ffmpeg_ts", warns=("V21", "V27"))
def transport_streams(copy, bases):
    """MPEG-TS in a master, with what ffmpeg does not write."""
    size = sum(os.path.getsize(os.path.join(copy.folder, n)) for n in os.listdir(copy.folder) if n.endswith(".ts"))
    rate = size * 8 // 12
    put(copy, copy.master, "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        f'#EXT-X-STREAM-INF:BANDWIDTH={rate},AVERAGE-BANDWIDTH={rate},CODECS="avc1.640015,mp4a.40.2",RESOLUTION=426x240,'
        "FRAME-RATE=24.000,CLOSED-CAPTIONS=NONE\nvideo.m3u8\n")  # fmt: skip


@example("rung")
def tags_of_others(copy, bases):
    """Tags and attributes that nobody knows are passed over."""
    head(copy, copy.master, '#EXT-X-EXAMPLE-THING:A=1,B="two"',
         '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=12000,RESOLUTION=320x180,URI="t.m3u8"')  # fmt: skip
    copy.sub(copy.master, r"(#EXT-X-STREAM-INF:)", r'\1X-ORG-EXAMPLE="yes",')
    for name in VIDEO:
        head(copy, name, "#EXT-X-ALLOW-CACHE-NOT:1", "#-X-VENDOR:THING=1")


@example("rung_two")
def two_codecs(copy, bases):
    """HEVC beside H.264: Rung's own."""


@example("shaka_ttml", warns=("V21", "S5"))
def timed_text_in_fragments(copy, bases):
    """IMSC in fragmented MP4 as subtitles."""


@example("shaka_hdr", warns=("V21", "V27", "S5", "H14"))
def high_dynamic_range(copy, bases):
    """HEVC with PQ."""
