# SPDX-License-Identifier: BSD-2-Clause
"""Faults in media playlists against the segments they list: durations, ranges, inits, breaks."""

import re

from kit import mutation


@mutation("M3", also=("M2", "M22"))
def segments_longer_than_target_plus_half(p):
    p.sub(p.video(), r"(TARGETDURATION:)\d+", r"\g<1>3")


@mutation("M3", also=("M2", "M6", "M22", "M23", "X2", "X5", "M21"))
def extinf_hides_a_long_segment(p):
    p.sub(p.video(), r"(TARGETDURATION:)\d+", r"\g<1>3")
    p.sub(p.video(), r"#EXTINF:4\.0+", "#EXTINF:3.000000", 0)


@mutation("M3", also=("M2", "M22"))
def audio_longer_than_target(p):
    p.sub(p.audio(), r"(TARGETDURATION:)\d+", r"\g<1>3")


@mutation("M6", also=("M2", "M23", "X2", "X5", "M21"))
def extinf_half_a_second_long(p):
    p.sub(p.video(), r"#EXTINF:4\.0+", "#EXTINF:4.490000")


@mutation("M6", also=("M23", "X2", "X5", "M21"))
def extinf_slowly_off(p):
    p.sub(p.video(), r"#EXTINF:4\.0+", "#EXTINF:4.030000", 0)


@mutation("M6", also=("M23", "X2", "X5", "M21"))
def two_extinf_that_even_out(p):
    p.sub(p.video(), r"#EXTINF:4\.0+(,\n.*\n)#EXTINF:4\.0+", r"#EXTINF:3.800000\1#EXTINF:4.200000")


@mutation("M6", also=("M23", "X2", "X5", "M2"))
def audio_extinf_wrong(p):
    p.sub(p.audio(), r"#EXTINF:[\d.]+", "#EXTINF:3.500000")


@mutation("M7", also=("M19", "H7", "M21", "V2", "V3"), bases=("rung",))
def iframe_range_beyond_the_file(p):
    p.sub(p.iframes(), r"(BYTERANGE:)(\d+)@", r"\g<1>99999999@")


@mutation("M7", also=("M19", "S38", "H7", "S11", "M6", "S13", "S9", "D18", "X2", "S18", "S21"), bases=("shaka_ondemand",))
def implicit_offset_at_first_segment(p):
    p.sub(p.video(), r"(BYTERANGE:\d+)@\d+", r"\1")


@mutation("M7", also=("S38", "H7", "S11", "M6", "S9", "S13", "S1", "S3", "X2", "S18", "S26", "S24", "M23", "M3", "V2", "V3"), bases=("shaka_ondemand",))
def last_range_beyond_the_file(p):
    p.sub(p.video(), r"(BYTERANGE:)(\d+)((?:@\d+)?\n[^#\n]*\n#EXT-X-ENDLIST)", r"\g<1>9\2\3")


@mutation("M8", also=("M9", "H7", "V5", "V6", "V7", "V8", "V9", "X1", "X2", "S25"))
def no_map(p):
    p.drop_line(p.video(), "EXT-X-MAP")


@mutation("M8", also=("V5", "V6", "V18", "X1", "X2", "M9"))
def no_map_in_audio(p):
    p.drop_line(p.audio(), "EXT-X-MAP")


@mutation("M8", also=("M9",))
def map_after_first_segment(p):
    text = p.text(p.video())
    found = re.search(r"#EXT-X-MAP.*\n", text).group(0)
    text = text.replace(found, "", 1)
    p.write(p.video(), re.sub(r"^(#EXTINF.*\n[^#\n].*\n)", lambda m: m.group(1) + found, text, count=1, flags=re.M))


@mutation("M9", also=("S1", "S3", "V5", "V6", "V7", "V8", "V9", "X1", "X2", "X3", "S25", "S38", "S9", "S10", "S34", "S18"))
def map_is_a_segment(p):
    first = p.segments()[0].rsplit("/", 1)[-1]
    p.sub(p.video(), r'(EXT-X-MAP:URI=")[^"]*', rf"\g<1>{first}")


@mutation("M9", also=("S1", "D29", "S7", "S9"))
def init_holds_samples(p):
    p.write(p.init(), p.read(p.init()) + p.read(p.segment(0)))


@mutation("M9", also=("S1", "S3", "V5", "V6", "V7", "V8", "V9", "D20", "D22", "X1", "X2", "X3", "S25", "S38", "S34", "D15"))
def init_without_moov(p):
    def change(tree):
        tree.find("moov").remove()

    p.edit(p.init(), change)


@mutation("M13", also=("M6", "S11", "S24", "M25", "X2", "S17", "M23", "S26", "M24"))
def segments_swapped(p):
    first, second = p.segments()[0:2]
    a, b = first.rsplit("/", 1)[-1], second.rsplit("/", 1)[-1]
    p.sub(p.video(), rf"^{re.escape(a)}\n(#EXTINF.*\n){re.escape(b)}", rf"{b}\n\g<1>{a}")


@mutation("M13", also=("M6", "S11", "S24", "X2", "M23", "S26", "M25", "S17", "X1", "X5", "M21"))
def segment_left_out_of_the_playlist(p):
    p.sub(p.video(), r"^(#EXTINF.*\n[^#\n].*\n)#EXTINF.*\n[^#\n].*\n", r"\1")


@mutation("M37", also=("V7", "V5", "V6", "S11", "S10", "S25", "X1", "X2", "S6", "S34", "S16", "S24", "M8", "V8", "S17", "S26", "M23", "M6", "M25"))
def another_init_without_discontinuity(p):
    other = "../" + "/".join(p.init(p.video(1)).split("/")[1:])
    p.sub(p.video(), r"^(#EXTINF.*\n[^#\n].*\n)", lambda m: m.group(1) + f'#EXT-X-MAP:URI="{other}"\n')


SHIFTED = ("S11", "S24", "M6", "X2", "X5", "M23", "S26", "D17", "D16", "D3", "S21", "D25", "M21", "S27")


def shift(p, names, seconds, timescale):
    """Decode times of these segments, later by so many seconds."""
    for name in names:
        def change(tree):
            for tfdt in tree.find_all("moof/traf/tfdt"):
                tfdt.set(">Q" if tfdt.version else ">I", 4, lambda v: v + seconds * timescale)

        p.edit(name, change)


def timescale_of(p, playlist):
    mdhd = p.tree(p.init(playlist)).find("moov/trak/mdia/mdhd")
    return mdhd.get(">I", 20 if mdhd.version else 12)


@mutation("M13", also=SHIFTED)
def timestamps_jump_in_the_middle(p):
    shift(p, p.segments()[1:], 10, timescale_of(p, p.video()))


@mutation("M13", also=SHIFTED, bases=("shaka_live",))
def audio_timestamps_jump(p):
    shift(p, p.segments(p.audio())[2:], 3600, timescale_of(p, p.audio()))


@mutation("M13", also=("V6", "V5", "V18", "S25", "M6", "S11", "S24", "X1", "X2", "X3", "X5", "S27", "S10", "V2", "V3"), bases=("shaka_dolby",))
def codec_changes_in_the_middle(p):
    p.sub(p.audio(0), r"^(#EXTINF.*\n)aac/2.m4s", r'#EXT-X-MAP:URI="ec3/init.mp4"\n\1ec3/2.m4s')
    p.sub(p.audio(0), "aac/3.m4s", "ec3/3.m4s")


def put_bitrates(p, playlist, change):
    """EXT-X-BITRATE before every segment: the real one, changed."""
    text = p.text(playlist)
    for name in p.segments(playlist):
        last = name.rsplit("/", 1)[-1]
        found = re.search(rf"^#EXTINF:([\d.]+),\n\S*{re.escape(last)}$", text, re.M)
        rate = change(len(p.read(name)) * 8 / 1000 / float(found.group(1)))
        text = text.replace(found.group(0), f"#EXT-X-BITRATE:{int(rate)}\n{found.group(0)}", 1)
    p.write(playlist, text)


@mutation("M34")
def bitrate_of_bits_for_kilobits(p):
    put_bitrates(p, p.video(), lambda rate: rate * 1000)


@mutation("M34")
def bitrate_of_bytes_for_bits(p):
    put_bitrates(p, p.video(1), lambda rate: rate / 8)


@mutation("M34", bases=("shaka_live",))
def bitrate_a_quarter_too_low(p):
    put_bitrates(p, p.audio(), lambda rate: rate * 0.75)


def level(data):
    """H.264's level 5.2 for what it was, in avcC and the SPS."""
    at = data.index(b"avcC") + 4
    sps = data.index(b"\x67", at)
    data[at + 3] = data[sps + 3] = 52
    return data


@mutation("M37", also=("V6", "S25"))
def level_rises_without_discontinuity(p):
    p.write("other.mp4", level(bytearray(p.read(p.init()))))
    up = "../" * p.video().count("/")
    p.sub(p.video(), r"^(#EXTINF.*\n[^#\n].*\n)", lambda m: m.group(1) + f'#EXT-X-MAP:URI="{up}other.mp4"\n')


@mutation("M37", also=("V5", "V6", "V7", "V8", "S11", "S10", "S25", "X1", "X2", "S6", "S34", "S16", "S24", "S17", "S26", "M23", "M6", "V2", "V3"),
          bases=("shaka_live",))  # fmt: skip
def picture_size_changes_without_discontinuity(p):
    p.sub(p.video(), r"^(#EXTINF.*\n)v360/2.m4s", r'#EXT-X-MAP:URI="v240/init.mp4"\n\1v240/2.m4s')
    p.sub(p.video(), "v360/3.m4s", "v240/3.m4s")


@mutation("M7", also=("H4",), bases=("ffmpeg_range",))
def map_range_without_offset(p):
    p.sub(p.video(), r'(EXT-X-MAP:.*BYTERANGE="\d+)@\d+', r"\1")


BEYOND = ("S38", "H7", "S11", "M6", "S9", "S13", "S1", "S3", "X2", "S18", "S26", "S24", "M23", "M3", "V2", "V3", "M9", "S21", "S17", "M13")


@mutation("M7", also=BEYOND, bases=("ffmpeg_range",))
def last_range_beyond_the_end(p):
    p.sub(p.video(), r"(BYTERANGE:)(\d+)(@\d+\n[^#\n]*\n#EXT-X-ENDLIST)", r"\g<1>9\2\3")


@mutation("M7", also=BEYOND, bases=("ffmpeg_range",))
def media_file_cut_short(p):
    name = re.search(r"^[^#\n].*$", p.text(p.audio()), re.M).group(0)
    p.write(name, p.read(name)[:-1000])


@mutation("M9", also=("S1", "S7", "S38"), bases=("ffmpeg_range",))
def map_range_reaches_into_the_first_segment(p):
    p.sub(p.video(), r'(EXT-X-MAP:.*BYTERANGE=")(\d+)@0', lambda m: m.group(1) + str(int(m.group(2)) + 40000) + "@0")
