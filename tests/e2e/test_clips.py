# SPDX-License-Identifier: BSD-2-Clause
"""Every generated clip becomes the right presentation, judged by ffprobe and ffmpeg."""
import os
from fractions import Fraction

from kit import judge, oracle, program
from kit.presentation import Presentation
from kit.registry import clip, test

NTSC = Fraction(30000, 1001)


class Case:
    def __init__(self, name, frames, rate, size, rungs, **more):
        self.name, self.frames, self.rate, self.size, self.rungs = name, frames, Fraction(rate), size, rungs
        self.psnr = more.get("psnr", 30)       # dB of luma against ffmpeg's picture; 0: not compared
        self.before = more.get("before", "")   # what ffmpeg does to the source first
        self.stream = more.get("stream", "0:v:0")
        self.counts = more.get("counts")       # frame i carries this number
        self.pitches = more.get("pitches")     # second k has this pitch, None is silence
        self.audio = more.get("audio", 1)
        self.arguments = more.get("arguments", ())
        self.short = more.get("short", False)


def tones(first, last, total):
    return [300 + 100 * (k % 10) if first <= k < last else None for k in range(total)]


def plain(i):
    return i


CASES = [
    Case("counter.mp4", 480, 24, (640, 360), (360, 240), counts=plain, pitches=tones(0, 20, 20), short=True),
    Case("counter_1080p.mp4", 288, 24, (1920, 1080), (720, 240), counts=plain, pitches=tones(0, 12, 12)),
    Case("ntsc.mp4", 300, NTSC, (640, 360), (360, 240), counts=plain, pitches=tones(0, 10, 10)),
    # The cap of so small a rung is low for a picture that changes this much 60 times a second.
    Case("fps120.mp4", 180, 60, (320, 180), (180,), audio=0, counts=lambda i: 2 * i, psnr=20,
         before="select='not(mod(n,2))',"),
    Case("no_audio.mp4", 100, 25, (640, 360), (360, 240), audio=0, counts=plain),
    Case("start_offset.ts", 150, 25, (640, 360), (360,), counts=plain, pitches=tones(0, 6, 6)),
    Case("open_gop.mp4", 240, 24, (640, 360), (360,), counts=plain, pitches=tones(0, 10, 10),
         arguments=("--segment-duration", "2")),
    Case("long_gop.mp4", 480, 24, (640, 360), (240,), counts=plain, pitches=tones(0, 20, 20)),
    Case("one_frame.mp4", 1, 25, (320, 180), (180,), audio=0, counts=plain, short=True),
    Case("eight_k.mp4", 6, 24, (7680, 4320), (2160, 360), audio=0, counts=plain),
    Case("raw.h264", 100, 25, (640, 360), (360,), audio=0, counts=plain),
    Case("portrait.mp4", 96, 24, (360, 640), (360, 240), counts=plain, pitches=tones(0, 4, 4)),
    Case("tiny.mp4", 20, 10, (32, 18), (18,), audio=0, psnr=25),
    Case("interlaced_50i.ts", 150, 25, (1024, 576), (576, 240), before="bwdif=mode=send_frame,",
         pitches=tones(0, 6, 6), psnr=28),
    Case("interlaced_bff.mkv", 150, 25, (1024, 576), (576,), before="bwdif=mode=send_frame,",
         pitches=tones(0, 6, 6), psnr=28),
    Case("rotated_90.mp4", 96, 24, (360, 640), (360, 240), short=True),
    Case("rotated_180.mp4", 96, 24, (640, 360), (360,)),
    Case("rotated_270.mp4", 96, 24, (360, 640), (360,)),
    Case("mirrored_0.mp4", 96, 24, (640, 360), (360,)),
    Case("mirrored_90.mp4", 96, 24, (360, 640), (360,)),
    Case("mirrored_180.mp4", 96, 24, (640, 360), (360,)),
    Case("mirrored_270.mp4", 96, 24, (360, 640), (360,)),
    Case("anamorphic.mp4", 72, 24, (Fraction(720 * 16, 11), 576), (576, 240), audio=0, counts=plain),
    Case("odd.mp4", 72, 24, (641, 361), (360, 240), audio=0, counts=plain),
    Case("hi422_10bit.mp4", 72, 24, (640, 360), (360,), audio=0, counts=plain),
    Case("yuv444.mp4", 72, 24, (640, 360), (360,), audio=0, counts=plain),
    Case("audio_late.mp4", 192, 24, (640, 360), (240,), counts=plain,
         pitches=[None] + tones(0, 7, 7)),
    Case("audio_shorter.mp4", 192, 24, (640, 360), (240,), counts=plain, pitches=tones(0, 5, 8)),
    Case("audio_longer.mp4", 192, 24, (640, 360), (240,), counts=plain, pitches=tones(0, 8, 8)),
    Case("three_languages.mp4", 144, 24, (640, 360), (240,), counts=plain, audio=3),
    Case("cover_art.mp4", 96, 24, (640, 360), (360,), counts=plain, pitches=tones(0, 4, 4)),
    Case("two_videos.mp4", 72, 24, (640, 360), (360,), audio=0, counts=plain, stream="0:v:1"),
    Case("name with spaces.mp4", 48, 24, (320, 180), (180,), counts=plain, pitches=tones(0, 2, 2)),
]


def judge_clip(case, folder):
    source, out = clip(case.name), os.path.join(folder, "out")
    program.transcode(source, out, "--preset", "ultrafast", "--ladder",
                      ",".join(map(str, case.rungs)), *case.arguments)
    p = Presentation(out)
    segment = Fraction(case.arguments[1]) if "--segment-duration" in case.arguments else Fraction(4)
    wrong = judge.judge_lists(p) + judge.judge_times(p, segment)
    if p.duration != case.frames / case.rate:
        wrong.append("lasts %s s, expected %s" % (p.duration, case.frames / case.rate))
    if len(p.video) != len(case.rungs):
        wrong.append("made %s, expected rungs %s" % ([t.id for t in p.video], case.rungs))
    for t, rung in zip(p.video, case.rungs):
        wrong += judge_rung(case, t, rung, source, folder)
    if len(p.audio) != case.audio:
        wrong.append("made %d audio tracks, expected %d" % (len(p.audio), case.audio))
    if case.pitches and p.audio:
        joined = p.audio[0].joined(os.path.join(folder, "audio.mp4"))
        wrong += judge_pitches(joined, case.pitches)
    assert not wrong, "\n".join(wrong)


def judge_rung(case, t, rung, source, folder):
    wrong = []
    if not judge.size_fits(t.size, *case.size, rung):
        wrong.append("%s is %dx%d, the source's shape is %sx%s" % (t.id, *t.size, *case.size))
    joined = t.joined(os.path.join(folder, t.id + ".mp4"))
    wrong += judge.judge_video_track(t, joined, case.frames, case.rate)
    if case.counts:
        read = oracle.counters(joined)
        due = [case.counts(i) for i in range(case.frames)]
        off = [i for i, (a, b) in enumerate(zip(read, due)) if a not in (b, None)]
        blurred = read.count(None)
        if blurred > len(due) // 50:
            wrong.append("%s: the number of %d frames cannot be read" % (t.id, blurred))
        if off:
            wrong.append("%s: frame %d shows number %s, expected %d (%d of %d frames wrong)" % (
                t.id, off[0], read[off[0]], due[off[0]], len(off), len(due)))
    if case.psnr:
        measured = oracle.psnr(joined, source, t.size, before=case.before, stream=case.stream)
        if measured < case.psnr:
            wrong.append("%s: luma PSNR against ffmpeg's picture is %.1f dB, at least %d expected" % (
                t.id, measured, case.psnr))
    return wrong


def judge_pitches(joined, pitches, rate=8000):
    sound = oracle.samples(joined, rate)
    wrong = []
    for second, due in enumerate(pitches):
        # Near both ends of the second: a shift of 0.1 s puts another pitch in a window.
        for start, end in ((0.08, 0.28), (0.72, 0.92)):
            part = sound[int((second + start) * rate):int((second + end) * rate)]
            heard = oracle.pitch(part)
            if heard != due:
                wrong.append("at %.2f s the pitch is %s Hz, expected %s" % (second + start, heard, due))
    return wrong[:4]


for case in CASES:
    test(lambda folder, case=case: judge_clip(case, folder), name="clip/" + case.name, short=case.short)


def shown_times(source):
    """When the source shows its frames, hidden ones left out."""
    return sorted(Fraction(x["pts_time"]) for x in oracle.packets(source, "v:0") if "D" not in x["flags"])


def judge_by_time(read, rate, source):
    """At every output frame's time the source shows that number; none is left out."""
    times, shown, wrong = shown_times(source), oracle.counters(source), []
    freedom = 1 / rate / 2 + Fraction(1, 1000)  # half an output frame on either side
    assert len(times) == len(shown), "%d times for %d frames" % (len(times), len(shown))
    for i, number in enumerate(read):
        at = times[0] + i / rate
        allowed = {n for k, n in enumerate(shown) if times[k] <= at + freedom and
                   (k + 1 == len(times) or times[k + 1] >= at - freedom)}
        if number not in allowed:
            wrong.append("at %.3f s frame %s is shown, the source shows %s" % (at, number, sorted(allowed)))
            break
    if set(shown) - set(read):
        wrong.append("source frames never shown: %s" % sorted(set(shown) - set(read))[:8])
    return wrong


@test(name="clip/vfr.mp4")
def variable_frame_rate(folder):
    """The frame on screen at every moment is the one the source shows then."""
    source, out = clip("vfr.mp4"), os.path.join(folder, "out")
    program.transcode(source, out, "--preset", "ultrafast", "--ladder", "360")
    p = Presentation(out)
    wrong = judge.judge_lists(p) + judge.judge_times(p)
    t = p.video[0]
    rate = Fraction(t.samples) / p.duration
    wrong += judge.judge_video_track(t, t.joined(os.path.join(folder, "v.mp4")), t.samples, rate)
    wrong += judge_by_time(oracle.counters(os.path.join(folder, "v.mp4")), rate, source)
    times = shown_times(source)
    end = times[-1] + Fraction(1, 24)
    if abs(p.duration - end) > Fraction(1, 8):
        wrong.append("lasts %.3f s, the source %.3f s" % (p.duration, end))
    wrong += judge_pitches(p.audio[0].joined(os.path.join(folder, "a.mp4")), tones(0, int(p.duration), int(p.duration)))
    assert not wrong, "\n".join(wrong)


@test(name="clip/edit_list.mp4")
def edit_list_is_obeyed(folder):
    """Only what the edit list shows comes out, sound and picture together."""
    source, out = clip("edit_list.mp4"), os.path.join(folder, "out")
    program.transcode(source, out, "--preset", "ultrafast", "--ladder", "360")
    p = Presentation(out)
    wrong = judge.judge_lists(p) + judge.judge_times(p)
    joined = p.video[0].joined(os.path.join(folder, "v.mp4"))
    wrong += judge_by_time(oracle.counters(joined), Fraction(24), source)
    due = oracle.counters(source)
    # The cut began at frame due[0]: the pitch changes when the counter passes a second.
    sound = oracle.samples(p.audio[0].joined(os.path.join(folder, "a.mp4")))
    first = Fraction(due[0], 24)
    for at in (Fraction(1, 4), Fraction(2), Fraction(7, 2)):
        source_second = int(first + at)
        if not Fraction(1, 10) < first + at - source_second < Fraction(9, 10):
            continue
        heard = oracle.pitch(sound[int((at - Fraction(1, 20)) * 8000):int((at + Fraction(1, 20)) * 8000)])
        if heard != 300 + 100 * (source_second % 10):
            wrong.append("at %.2f s the pitch is %s, expected that of second %d" % (at, heard, source_second))
    assert not wrong, "\n".join(wrong)


@test
def late_sound_starts_when_it_should(folder):
    """audio_late.mp4's tone starts at 1 s, to a few milliseconds."""
    out = os.path.join(folder, "out")
    program.transcode(clip("audio_late.mp4"), out, "--preset", "ultrafast", "--ladder", "240")
    sound = oracle.samples(Presentation(out).audio[0].joined(os.path.join(folder, "a.mp4")))
    onset = next(i for i, v in enumerate(sound) if abs(v) > 0.1) / 8000
    assert abs(onset - 1) < 0.015, "the tone starts at %.4f s" % onset


@test
def sound_languages_names_and_channels_are_kept(folder):
    out = os.path.join(folder, "out")
    report = program.transcode(clip("three_languages.mp4"), out, "--preset", "ultrafast", "--ladder", "240")
    p = Presentation(out)
    found = {t.attributes["LANGUAGE"]: t for t in p.audio}
    assert set(found) == {"en", "fr", "de"}, "languages %s" % sorted(found)
    default = [k for k, t in found.items() if t.attributes.get("DEFAULT") == "YES"]
    assert default == ["fr"], "default is %s, the source's is fr" % default
    names = [t.attributes["NAME"] for t in p.audio]
    assert len(set(names)) == 3, "names repeat: %s" % names
    assert {t.attributes["CHANNELS"] for t in p.audio} == {"2"}
    french = oracle.samples(found["fr"].joined(os.path.join(folder, "fr.mp4")))[4000:12000]
    for frequency in (500, 600, 700, 800, 900):
        # Centre and surrounds are all heard in the downmix.
        level = oracle.strength(french, frequency)
        assert level > 0.01, "%d Hz of the 5.1 source is gone (%.4f)" % (frequency, level)
    german = oracle.samples(found["de"].joined(os.path.join(folder, "de.mp4")))[4000:12000]
    assert oracle.pitch(german) == 1200, "German track's pitch is %s" % oracle.pitch(german)
    assert len([t for t in report["tracks"] if t["type"] == "audio"]) == 3


def sound_alone(name, folder):
    out = os.path.join(folder, "out")
    program.transcode(clip(name), out)
    p = Presentation(out)
    wrong = judge.judge_lists(p) + judge.judge_times(p)
    assert not p.video and len(p.audio) == 1, "tracks %s" % [t.id for t in p.tracks]
    assert not any("RESOLUTION" in x for x in p.variants), "a RESOLUTION without a picture"
    if abs(p.duration - 6) > Fraction(60, 1000):
        wrong.append("lasts %.3f s, expected 6" % p.duration)
    wrong += judge_pitches(p.audio[0].joined(os.path.join(folder, "a.mp4")), tones(0, 6, 6))
    assert not wrong, "\n".join(wrong)


for name in ("audio_only.m4a", "audio_only.wav", "mono_44100.mp3", "cover_art.m4a"):
    test(lambda folder, name=name: sound_alone(name, folder), name="clip/" + name)
