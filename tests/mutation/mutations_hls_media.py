# SPDX-License-Identifier: BSD-2-Clause
"""Faults in the tags of media playlists (M rules that need no more than the text)."""

from hls_edit import MEDIA
from hls_edit import date_others, on_top, state_version
from kit import mutation


@mutation("M1", also=("M2", "M3", "M22"))
def no_target_duration(p):
    p.drop_line(p.video(), "EXT-X-TARGETDURATION")


@mutation("M1", also=("M2", "M3", "M22"))
def target_duration_is_a_fraction(p):
    p.sub(p.video(), r"(TARGETDURATION:)(\d+)", r"\g<1>\2.5")


@mutation("M1", also=("M2", "M3", "M22"))
def target_duration_is_a_word(p):
    p.sub(p.video(), r"(TARGETDURATION:)\d+", r"\g<1>four")


@mutation("M2", also=("M3", "M22"))
def target_duration_too_small(p):
    p.sub(p.video(), r"(TARGETDURATION:)\d+", r"\g<1>2")


@mutation("M2", also=("M3", "M22"))
def audio_target_duration_too_small(p):
    p.sub(p.audio(), r"(TARGETDURATION:)\d+", r"\g<1>1")


@mutation("M2", also=("M6", "M3", "M23", "X2", "X5", "M21"))
def one_extinf_above_target(p):
    p.sub(p.video(), r"#EXTINF:4\.0+", "#EXTINF:4.600000")


@mutation("M4", also=("M22",))
def target_duration_far_too_large(p):
    p.sub(p.video(), r"(TARGETDURATION:)\d+", r"\g<1>12")


@mutation("M4", also=("M22",))
def audio_target_duration_too_large(p):
    p.sub(p.audio(), r"(TARGETDURATION:)\d+", r"\g<1>10")


@mutation("M4", also=("M22",))
def target_duration_six_for_four(p):
    p.sub(p.video(1), r"(TARGETDURATION:)\d+", r"\g<1>6")


@mutation("M5")
def extinf_without_comma(p):
    p.sub(p.video(), r"(#EXTINF:[\d.]+),", r"\1")


@mutation("M5", also=("M6", "M23", "X2", "X5", "M2", "M21"))
def extinf_missing(p):
    p.drop_line(p.video(), "EXTINF")


@mutation("M5", also=("M6", "M23", "X2", "X5", "M21"))
def extinf_zero(p):
    p.sub(p.video(), r"#EXTINF:[\d.]+", "#EXTINF:0")


@mutation("M5", also=("M6", "M23", "X2", "X5", "M21"))
def extinf_negative(p):
    p.sub(p.video(), r"#EXTINF:[\d.]+", "#EXTINF:-4")


@mutation("M10")
def media_sequence_after_first_segment(p):
    p.drop_line(p.video(), "EXT-X-MEDIA-SEQUENCE")
    p.sub(p.video(), r"^(#EXTINF.*\n[^#\n].*\n)", "\\1#EXT-X-MEDIA-SEQUENCE:1\n")


@mutation("M10", also=("M24",))
def discontinuity_sequence_after_first_segment(p):
    p.sub(p.video(), r"^(#EXTINF.*\n[^#\n].*\n)", "\\1#EXT-X-DISCONTINUITY-SEQUENCE:1\n")


@mutation("M10", also=("M24",))
def discontinuity_sequence_after_discontinuity(p):
    p.sub(p.video(), r"^(#EXT-X-MAP.*\n)", "#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n\\1")


@mutation("M11")
def playlist_type_unknown(p):
    p.sub(p.video(), r"(PLAYLIST-TYPE:)\w+", r"\g<1>STATIC")


@mutation("M11")
def playlist_type_lower_case(p):
    p.sub(p.video(), r"(PLAYLIST-TYPE:)\w+", r"\g<1>vod")


@mutation("M38")
def ended_playlist_without_type(p):
    p.drop_line(p.video(), "EXT-X-PLAYLIST-TYPE")


@mutation("M12")
def no_endlist(p):
    p.drop_line(p.video(), "EXT-X-ENDLIST")


@mutation("M12")
def no_endlist_in_audio(p):
    p.drop_line(p.audio(), "EXT-X-ENDLIST")


@mutation("M12")
def no_endlist_in_iframes(p):
    p.drop_line(p.iframes(), "EXT-X-ENDLIST")


@mutation("M11")
def playlist_type_live(p):
    p.sub(p.audio(), r"(PLAYLIST-TYPE:)\w+", r"\g<1>LIVE")


def state_everywhere(p, seconds):
    for playlist in [*p.variants(), *p.media("AUDIO")]:
        p.sub(playlist, r"(TARGETDURATION:)\d+", rf"\g<1>{seconds}")


@mutation("M26")
def target_duration_of_ten_seconds(p):
    state_everywhere(p, 10)


@mutation("M26", bases=("shaka_live",))
def target_duration_of_half_a_minute(p):
    state_everywhere(p, 30)


@mutation("M26", also=("M2", "M3"))
def target_duration_of_a_second(p):
    state_everywhere(p, 1)


EMPTY = ("M23", "X1", "X2", "X5", "V2", "V3", "V5", "V6", "V7", "V8", "V9", "H7", "M24")


@mutation("M30", also=EMPTY)
def no_segments_at_all(p):
    p.sub(p.video(), r"^#EXTINF.*\n[^#\n].*\n", "", 0)


@mutation("M30", also=EMPTY)
def no_segments_in_audio(p):
    p.sub(p.audio(), r"^#EXTINF.*\n[^#\n].*\n", "", 0)


@mutation("M30", also=(*EMPTY, "M21"))
def no_segments_in_iframes(p):
    p.sub(p.iframes(), r"^#EXTINF.*\n#EXT-X-BYTERANGE.*\n[^#\n].*\n", "", 0)


@mutation("M31")
def date_twice_before_one_segment(p):
    date = "#EXT-X-PROGRAM-DATE-TIME:2024-05-06T07:08:09.000Z"
    p.insert_before(p.video(), "EXTINF", date + "\n" + date)
    date_others(p, p.video())


@mutation("M31")
def extinf_twice_before_one_segment(p):
    p.sub(p.audio(), r"^(#EXTINF.*\n)", r"\1\1")


@mutation("M31")
def discontinuity_after_the_last_segment(p):
    p.insert_before(p.video(), "EXT-X-ENDLIST", "#EXT-X-DISCONTINUITY")


@mutation("M31")
def byterange_twice_before_one_iframe(p):
    p.sub(p.iframes(), r"^(#EXT-X-BYTERANGE.*\n)", r"\1\1")


def put_skip(p, playlist, attributes):
    state_version(p, 10, playlist)
    p.insert_before(playlist, "EXTINF", f"#EXT-X-SKIP:{attributes}")


@mutation("M35")
def skip_nobody_asked_for(p):
    put_skip(p, p.video(), "SKIPPED-SEGMENTS=2")


@mutation("M35", bases=("shaka_live",))
def skip_in_audio(p):
    put_skip(p, p.audio(), "SKIPPED-SEGMENTS=3")


@mutation("M35")
def skip_with_removed_dates(p):
    put_skip(p, p.video(1), 'SKIPPED-SEGMENTS=1,RECENTLY-REMOVED-DATERANGES=""')


@mutation("M36")
def hold_back_of_one_segment(p):
    on_top(p, "#EXT-X-SERVER-CONTROL:HOLD-BACK=4.0", p.video())


@mutation("M36")
def skip_until_too_near(p):
    on_top(p, "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=8.0", p.video())


@mutation("M36")
def skip_of_dates_without_skip(p):
    on_top(p, "#EXT-X-SERVER-CONTROL:CAN-SKIP-DATERANGES=YES", p.audio())


PARTS = '#EXT-X-PART:DURATION={0},URI="part.1.m4s",INDEPENDENT=YES\n#EXT-X-PART:DURATION=0.9,URI="part.2.m4s"'


@mutation("M36")
def part_above_its_target(p):
    on_top(p, "#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=3.0\n#EXT-X-PART-INF:PART-TARGET=1.0", p.video())
    p.insert_before(p.video(), "EXTINF", PARTS.format("1.5"))


@mutation("M36")
def parts_without_their_target(p):
    p.insert_before(p.video(), "EXTINF", PARTS.format("1.0"))


@mutation("M36")
def part_hold_back_missing(p):
    on_top(p, "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n#EXT-X-PART-INF:PART-TARGET=1.0", p.video())


@mutation("M36")
def part_hold_back_of_one_part(p):
    on_top(p, "#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=1.2\n#EXT-X-PART-INF:PART-TARGET=1.0", p.video())


@mutation("M38")
def ended_audio_without_type(p):
    p.drop_line(p.audio(), "EXT-X-PLAYLIST-TYPE")


@mutation("M38", bases=("shaka_live",))
def ended_iframes_without_type(p):
    p.drop_line(p.iframes(), "EXT-X-PLAYLIST-TYPE")
