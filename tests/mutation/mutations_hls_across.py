# SPDX-License-Identifier: BSD-2-Clause
"""Faults in playlists of one presentation beside each other in time; subtitles."""

from kit import mutation


@mutation("M22", also=("M4",))
def target_durations_differ(p):
    p.sub(p.video(), r"(TARGETDURATION:)\d+", r"\g<1>5")


@mutation("M22", also=("M4",))
def audio_target_duration_differs(p):
    p.sub(p.audio(), r"(TARGETDURATION:)\d+", r"\g<1>5")


@mutation("M22", also=("M4",))
def second_video_target_duration_differs(p):
    p.sub(p.video(1), r"(TARGETDURATION:)\d+", r"\g<1>6")


@mutation("M23", also=("X1", "X2", "X5", "S26", "M21"))
def last_segment_left_out(p):
    p.sub(p.video(), r"#EXTINF.*\n[^#\n].*\n(#EXT-X-ENDLIST)", r"\1")


@mutation("M23", also=("X1", "X2", "X5", "S26"))
def last_audio_segment_left_out(p):
    p.sub(p.audio(), r"#EXTINF.*\n[^#\n].*\n(#EXT-X-ENDLIST)", r"\1")


@mutation("M23", also=("X1", "X2", "X5", "S24", "S26", "M6", "M25", "S16", "M21", "S11"))
def first_segment_left_out(p):
    p.sub(p.video(), r"^#EXTINF.*\n[^#\n].*\n", "")


@mutation("M24", also=("M13",))
def discontinuity_in_one_rung(p):
    p.sub(p.video(), r"^(#EXTINF.*\n[^#\n].*\n)", "\\1#EXT-X-DISCONTINUITY\n")


@mutation("M24", also=("M13",))
def discontinuity_in_audio_only(p):
    p.sub(p.audio(), r"^(#EXTINF.*\n[^#\n].*\n)", "\\1#EXT-X-DISCONTINUITY\n")


@mutation("M24", also=("M10",))
def discontinuity_sequences_differ(p):
    p.insert_after(p.video(), "EXT-X-TARGETDURATION", "#EXT-X-DISCONTINUITY-SEQUENCE:3")


@mutation("M25", also=("M2", "M3", "M6", "S24", "X2", "X1", "M21", "S11", "D17", "M22", "S18", "D25", "V3", "V4", "D26", "S7"))
def two_segments_joined(p):
    first, second = p.segments(p.video(1))[0:2]
    a, b = first.rsplit("/", 1)[-1], second.rsplit("/", 1)[-1]
    p.write("joined.m4s", p.read(first) + p.read(second))
    text = p.text(p.video(1)).replace(f"#EXTINF:4.000000,\n{a}\n#EXTINF:4.000000,\n{b}\n",
                                      "#EXTINF:8.000000,\n" + "../" * p.video(1).count("/") + "joined.m4s\n")  # fmt: skip
    p.write(p.video(1), text.replace("TARGETDURATION:4", "TARGETDURATION:8"))


@mutation("M25", also=("M2", "M3", "M6", "S24", "X2", "X1", "M21", "S11", "S26", "M13", "M23"))
def first_boundary_differs_in_one_rung(p):
    p.sub(p.video(1), r"#EXTINF:4\.0+(,\n.*\n)#EXTINF:4\.0+", r"#EXTINF:3.000000\1#EXTINF:5.000000")


@mutation("M29", bases=("shaka_text",))
def vtt_without_header(p):
    p.sub(p.segment(0, p.subtitles()), r"\AWEBVTT", "WEBTTV")


@mutation("M29", bases=("shaka_text",))
def vtt_cue_ends_before_it_starts(p):
    p.sub(p.segment(0, p.subtitles()), r"^([\d:.]+) --> ([\d:.]+)", r"\2 --> \1")


@mutation("M29", bases=("shaka_text",))
def vtt_arrow_broken(p):
    p.sub(p.segment(0, p.subtitles()), " --> ", " -> ")


@mutation("M29", bases=("shaka_text",))
def vtt_timestamp_map_broken(p):
    p.sub(p.segment(0, p.subtitles()), r"\AWEBVTT.*\n(X-TIMESTAMP-MAP.*\n)?", "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:zero\n")


@mutation("M25", also=("X1", "X2", "X5", "V2", "V3", "V4", "M21", "M26"))
def two_segments_joined_at_the_end(p):
    names = p.segments(p.video(1))
    joined = p.read(names[1]) + p.read(names[2])[p.tree(names[2]).find("styp").size():]
    p.write("joined.m4s", joined)
    a, b = (name.rsplit("/", 1)[-1] for name in names[1:3])
    up = "../" * p.video(1).count("/")
    text = p.text(p.video(1)).replace(f"#EXTINF:4.000000,\n{a}\n#EXTINF:4.000000,\n{b}\n", f"#EXTINF:8.000000,\n{up}joined.m4s\n")
    p.write(p.video(1), text)
    for playlist in [*p.variants(), *p.media()]:
        p.sub(playlist, "TARGETDURATION:4", "TARGETDURATION:8")


@mutation("M25", also=("X1", "X2", "X5", "M6", "M23", "M21"), bases=("shaka_live",))
def second_boundary_later_in_one_variant(p):
    p.sub(p.video(1), r"^(#EXTINF:)4.000(,\n.*\n)", r"\g<1>4.200\2")


@mutation("M24", bases=("shaka_live",))
def discontinuity_missing_in_one_variant(p):
    for playlist in [p.video(), *p.media()]:
        p.sub(playlist, r"^(#EXTINF.*\n[^#\n].*\n)", "\\1#EXT-X-DISCONTINUITY\n")


@mutation("M29", also=("X2",), bases=("shaka_text",))
def last_subtitles_left_out(p):
    p.sub(p.subtitles(), r"#EXTINF.*\n[^#\n].*\n(#EXT-X-ENDLIST)", r"\1")


@mutation("M23", also=("X1", "X2", "X5", "S26"), bases=("shaka_ondemand",))
def last_audio_range_left_out(p):
    p.sub(p.audio(), r"#EXTINF.*\n#EXT-X-BYTERANGE.*\n[^#\n].*\n(#EXT-X-ENDLIST)", r"\1")
