# SPDX-License-Identifier: BSD-2-Clause
"""Faults in HLS playlists: rules H, M, V and S32."""

import re

from kit import Unchanged, mutation

BOTH = ("rung", "shaka_live")


def swap_lines(text, first, second):
    lines = text.split("\n")
    lines[first], lines[second] = lines[second], lines[first]
    return "\n".join(lines)


def line_of(text, pattern, nth=0):
    found = [i for i, line in enumerate(text.split("\n")) if re.search(pattern, line)]
    if nth >= len(found):
        raise Unchanged(f"no {pattern}")
    return found[nth]


def attribute(p, name, tag, change, playlist=None):
    """Changes one attribute's text in the first line of a tag that has it."""
    p.sub(playlist or p.master, rf'^(#{tag}:(?:.*,)?{name}=)("[^"]*"|[^,\n]*)',
          lambda m: m.group(1) + change(m.group(2)))  # fmt: skip


def drop_attribute(p, name, tag, count=1):
    value = r'(?:"[^"]*"|[^,\n]*)'
    p.sub(p.master, rf"^(#{tag}:)(?:{name}={value},|(.*?),{name}={value})",
          lambda m: m.group(1) + (m.group(2) or ""), count)  # fmt: skip


def add_attribute(p, text, tag, count=1):
    p.sub(p.master, rf"^(#{tag}:.*)$", lambda m: m.group(1) + "," + text, count)


def number(value, change):
    return str(change(int(value)))


STREAM, MEDIA, IFRAME = "EXT-X-STREAM-INF", "EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF"


# --- H: any playlist


@mutation("H1", also=("L1", "X1", "V5", "V6", "V7", "M22", "M23"))
def first_line_missing_in_media_playlist(p):
    p.write(p.video(), p.text(p.video()).replace("#EXTM3U\n", "", 1))


@mutation("H1")
def byte_order_mark_in_master(p):
    p.write(p.master, b"\xef\xbb\xbf" + p.read(p.master))


@mutation("H1")
def not_utf8_in_media_playlist(p):
    p.write(p.video(), p.read(p.video()).replace(b"#EXT-X-TARGET", b"# caf\xe9\n#EXT-X-TARGET", 1))


@mutation("H1")
def blank_line_before_first_line(p):
    p.write(p.video(), "\n" + p.text(p.video()))


@mutation("H2", also=("M5",))
def stream_inf_in_media_playlist(p):
    p.insert_after(p.video(), "EXT-X-MAP", '#EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS="avc1.64001e"')


@mutation("H2")
def target_duration_in_master(p):
    p.insert_after(p.master, "EXTM3U", "#EXT-X-TARGETDURATION:4")


@mutation("H2")
def media_tag_in_media_playlist(p):
    p.insert_after(p.video(), "EXT-X-VERSION", '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="b"')


@mutation("H2", also=("H7", "V2", "V5", "V6", "V7", "M22", "M23", "X1", "V29", "V3"))
def master_lists_itself(p):
    p.sub(p.master, r"^(#EXT-X-STREAM-INF.*\n).*$", r"\g<1>master.m3u8")


@mutation("H3")
def version_too_low_for_map(p):
    p.sub(p.video(), r"(EXT-X-VERSION:)\d+", r"\g<1>3")


@mutation("H3")
def version_missing(p):
    p.drop_line(p.video(), "EXT-X-VERSION")


@mutation("H3")
def version_twice(p):
    p.insert_after(p.video(), "EXT-X-VERSION", "#EXT-X-VERSION:7")


@mutation("H3")
def byteranges_in_version_three(p):
    p.sub(p.iframes(), r"(EXT-X-VERSION:)\d+", r"\g<1>3")


@mutation("H4")
def attribute_twice(p):
    p.sub(p.master, "(FRAME-RATE=[0-9.]+)", r"\1,\1")


@mutation("H4", also=("V5", "V6", "V2", "V3", "V7", "V8", "V9", "V11", "V12", "H8"))
def quotes_left_open(p):
    p.sub(p.master, r'(CODECS="[^"]*)"', r"\1")


@mutation("H4", also=("V1", "V2", "V7", "X1"))
def bandwidth_quoted(p):
    p.sub(p.master, r"([:,]BANDWIDTH=)(\d+)", r'\1"\2"')


@mutation("H4", also=("V7",))
def resolution_without_x(p):
    p.sub(p.master, r"RESOLUTION=(\d+)x(\d+)", r"RESOLUTION=\1by\2")


@mutation("H4", also=("M8", "M9", "H7"))
def map_uri_not_quoted(p):
    p.sub(p.video(), r'EXT-X-MAP:URI="([^"]*)"', r"EXT-X-MAP:URI=\1")


@mutation("H4")
def space_after_comma_in_attributes(p):
    p.sub(p.master, r",(RESOLUTION=)", r", \1")


@mutation("H5")
def target_duration_twice(p):
    p.insert_after(p.video(), "EXT-X-TARGETDURATION", "#EXT-X-TARGETDURATION:4")


@mutation("H5")
def media_sequence_twice(p):
    p.sub(p.video(), r"^(#EXT-X-TARGETDURATION.*\n)", "\\1#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-MEDIA-SEQUENCE:0\n")


@mutation("H5")
def independent_segments_twice(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-INDEPENDENT-SEGMENTS")


@mutation("H5")
def playlist_type_twice(p):
    p.insert_after(p.video(), "EXT-X-PLAYLIST-TYPE", "#EXT-X-PLAYLIST-TYPE:VOD")


@mutation("H6")
def allow_cache(p):
    p.insert_after(p.video(), "EXT-X-VERSION", "#EXT-X-ALLOW-CACHE:YES")


@mutation("H6")
def program_id(p):
    add_attribute(p, "PROGRAM-ID=1", STREAM)


@mutation("H6")
def program_id_on_iframes(p):
    add_attribute(p, "PROGRAM-ID=1", IFRAME)


@mutation("H7", also=("D18", "S11", "M6", "M23", "S26", "S24", "X1"))
def segment_file_missing(p):
    p.remove(p.segment(1))


@mutation("H7", also=("D18", "D20", "V5", "V6", "V7", "V8", "V9", "M9", "S25", "S1", "X1", "X2", "X3", "L1"))
def init_file_missing(p):
    p.remove(p.init())


@mutation("H7", also=("X1", "M22", "M23", "V2", "V3", "V6", "V7", "V5"))
def media_playlist_missing(p):
    p.remove(p.video())


@mutation("H7", also=("M19", "M7"))
def iframe_range_of_missing_file(p):
    p.sub(p.iframes(), r"^(#EXT-X-BYTERANGE.*\n)(\d+)\.m4s", r"\g<1>9\2.m4s")


# --- M: media playlists


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
    p.sub(p.video(), r"(BYTERANGE:)(\d+)(@\d+\n[^#\n]*\n#EXT-X-ENDLIST)", r"\g<1>9\2\3")


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


@mutation("M14")
def key_method_unknown(p):
    p.insert_before(p.video(), "EXT-X-MAP", '#EXT-X-KEY:METHOD=ROT13,URI="k"')


@mutation("M14")
def key_none_with_uri(p):
    p.insert_before(p.video(), "EXT-X-MAP", '#EXT-X-KEY:METHOD=NONE,URI="k"')


@mutation("M14", also=("H7", "S32", "S28"))
def key_without_uri(p):
    p.insert_before(p.video(), "EXT-X-MAP", "#EXT-X-KEY:METHOD=SAMPLE-AES")


@mutation("M14", also=("S32",), bases=("shaka_cbcs",))
def key_iv_too_long(p):
    p.sub(p.video(), r"^(#EXT-X-KEY:.*)$", lambda m: re.sub(",IV=0x[0-9A-Fa-f]*", "", m.group(1)) + ",IV=0x" + "0" * 40)


@mutation("M15", bases=("shaka_cbcs",))
def key_iv_of_sixteen_digits(p):
    p.sub(p.video(), r"^(#EXT-X-KEY:.*)$", lambda m: re.sub(",IV=0x[0-9A-Fa-f]*", "", m.group(1)) + ",IV=0x00112233445566FF")


@mutation("M15", bases=("shaka_cbcs",))
def key_iv_of_two_digits(p):
    p.sub(p.audio(), r"^(#EXT-X-KEY:.*)$", lambda m: re.sub(",IV=0x[0-9A-Fa-f]*", "", m.group(1)) + ",IV=0x7F")


@mutation("M15", bases=("shaka_cbcs",))
def key_iv_of_thirty_one_digits(p):
    p.sub(p.video(1), r"^(#EXT-X-KEY:.*)$", lambda m: re.sub(",IV=0x[0-9A-Fa-f]*", "", m.group(1)) + ",IV=0x" + "1" * 31)


def put_date(p, text):
    p.insert_before(p.video(), "EXTINF", f"#EXT-X-PROGRAM-DATE-TIME:{text}")


@mutation("M39")
def date_time_without_zone(p):
    put_date(p, "2024-05-06T07:08:09.000")


@mutation("M16")
def date_time_is_no_date(p):
    put_date(p, "yesterday")


@mutation("M16")
def date_time_of_month_thirteen(p):
    put_date(p, "2024-13-06T07:08:09.000Z")


def put_range(p, text, is_dated=True):
    if is_dated:
        put_date(p, "2024-05-06T07:08:09.000Z")
    p.insert_before(p.video(), "EXTINF", f"#EXT-X-DATERANGE:{text}")


@mutation("M17")
def date_range_without_id(p):
    put_range(p, 'START-DATE="2024-05-06T07:08:09Z"')


@mutation("M17")
def date_range_without_dates(p):
    put_range(p, 'ID="a",START-DATE="2024-05-06T07:08:09Z"', is_dated=False)


@mutation("M17")
def date_range_end_on_next_without_class(p):
    put_range(p, 'ID="a",START-DATE="2024-05-06T07:08:09Z",END-ON-NEXT=YES')


@mutation("M17")
def date_range_end_on_next_with_duration(p):
    put_range(p, 'ID="a",CLASS="c",START-DATE="2024-05-06T07:08:09Z",END-ON-NEXT=YES,DURATION=3')


@mutation("M17")
def date_range_that_ends_before_it_starts(p):
    put_range(p, 'ID="a",START-DATE="2024-05-06T07:08:09Z",END-DATE="2024-05-06T07:08:08Z"')


@mutation("M18", also=("M6", "M19", "M21", "M23", "S13", "S38", "X1", "S9", "S11", "M3", "M2", "V2", "V4", "M22", "S17", "S20", "M13"))
def iframes_only_missing(p):
    p.drop_line(p.iframes(), "EXT-X-I-FRAMES-ONLY")


@mutation("M18", also=("M6", "M19", "M21", "M23", "S13", "S38", "X1", "S9", "S11", "M3", "M2", "V2", "V4", "M22", "S17", "S20", "M13"))
def iframes_only_missing_in_second(p):
    p.drop_line(p.iframes(1), "EXT-X-I-FRAMES-ONLY")


@mutation("M18", also=("M6", "M19", "M21", "M23", "X1", "H7", "M22", "V19", "V7"))
def iframe_stream_leads_to_media_playlist(p):
    target = p.video()
    p.sub(p.master, r'^(#EXT-X-I-FRAME-STREAM-INF:.*URI=")[^"]*', rf"\g<1>{target}")


@mutation("M19")
def iframe_range_a_byte_short(p):
    p.sub(p.iframes(), r"(BYTERANGE:)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v - 1))


@mutation("M19")
def iframe_range_starts_late(p):
    p.sub(p.iframes(), r"(BYTERANGE:\d+@)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v + 8))


@mutation("M19")
def iframe_range_holds_half(p):
    p.sub(p.iframes(), r"(BYTERANGE:)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v // 2))


@mutation("M21")
def iframe_extinf_wrong(p):
    p.sub(p.iframes(), r"#EXTINF:\d+\.\d+", "#EXTINF:1.500000")


@mutation("M21")
def iframe_durations_too_short_in_sum(p):
    p.sub(p.iframes(), r"#EXTINF:[\d.]+,\n.*\n.*\n(#EXT-X-ENDLIST)", r"\1")


@mutation("M21")
def iframe_missing_in_the_middle(p):
    p.sub(p.iframes(), r"^(#EXTINF.*\n.*\n.*\n)#EXTINF.*\n.*\n.*\n", r"\1")


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


# --- V: multivariant playlist


@mutation("V1", also=("H4",))
def bandwidth_missing(p):
    p.sub(p.master, rf"^(#{STREAM}:(?:.*?,)?)(?<=[:,])BANDWIDTH=\d+,?", r"\1")


@mutation("V1", also=("H4", "V2"))
def bandwidth_zero(p):
    p.sub(p.master, rf"^(#{STREAM}:(?:.*?,)?)(?<=[:,])BANDWIDTH=\d+", r"\1BANDWIDTH=0")


@mutation("V1", also=("X1", "H7"))
def stream_inf_without_uri(p):
    p.sub(p.master, rf"^(#{STREAM}.*\n)[^#\n].*\n", r"\1")


@mutation("V1", also=("X1", "H7", "V12", "V3"))
def stream_inf_at_the_very_end(p):
    p.write(p.master, p.text(p.master).rstrip() + '\n#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.64001e"\n')


@mutation("V2", also=("V34",))
def bandwidth_halved(p):
    p.sub(p.master, r"([:,]BANDWIDTH=)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v // 2))


@mutation("V2", also=("V4",))
def bandwidth_doubled(p):
    p.sub(p.master, r"([:,]BANDWIDTH=)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: v * 2))


@mutation("V2", also=("V34",))
def bandwidth_without_the_audio(p):
    p.sub(p.master, r"([:,]BANDWIDTH=)(\d+)", lambda m: m.group(1) + number(m.group(2), lambda v: max(1, v - 140000)), 0)


@mutation("V3")
def average_bandwidth_halved(p):
    attribute(p, "AVERAGE-BANDWIDTH", STREAM, lambda v: number(v, lambda x: x // 2))


@mutation("V3", also=("V4", "V34"))
def average_bandwidth_too_high(p):
    attribute(p, "AVERAGE-BANDWIDTH", STREAM, lambda v: number(v, lambda x: x * 13 // 10))


@mutation("V3")
def average_bandwidth_missing(p):
    drop_attribute(p, "AVERAGE-BANDWIDTH", STREAM)


@mutation("V5", also=("V6",))
def codecs_missing(p):
    drop_attribute(p, "CODECS", STREAM)


@mutation("V5", also=("V6", "X3"))
def codecs_without_audio(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r",mp4a[^,\"]*", "", v))


@mutation("V5", also=("V6", "X3"))
def codecs_without_video(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"avc1[^,]*,", "", v))


@mutation("V6", also=("X3", "V5"))
def codecs_of_another_level(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"avc1\.[0-9a-f]{6}", "avc1.640033", v))


@mutation("V6", also=("X3", "V5"))
def codecs_of_another_profile(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"avc1\.64", "avc1.4d", v))


@mutation("V6", also=("X3", "V5"))
def audio_codec_of_another_kind(p):
    attribute(p, "CODECS", STREAM, lambda v: v.replace("mp4a.40.2", "mp4a.40.5"))


@mutation("V6", also=("X3", "V5"), bases=("rung_hevc",))
def hevc_tier_wrong(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"\.L(\d+)", r".H\1", v))


@mutation("V6", also=("X3", "V5"), bases=("rung_av1",))
def av1_depth_wrong(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub(r"(av01\.\d\.\d\dM\.)08", r"\g<1>10", v))


@mutation("V7")
def resolution_wrong(p):
    attribute(p, "RESOLUTION", STREAM, lambda v: re.sub(r"\d+x", "1234x", v))


@mutation("V7", also=("V28",))
def resolution_turned(p):
    attribute(p, "RESOLUTION", STREAM, lambda v: "x".join(reversed(v.split("x"))))


@mutation("V7")
def resolution_missing(p):
    drop_attribute(p, "RESOLUTION", STREAM)


@mutation("V8")
def frame_rate_wrong(p):
    attribute(p, "FRAME-RATE", STREAM, lambda v: "25.000")


@mutation("V8")
def frame_rate_missing(p):
    drop_attribute(p, "FRAME-RATE", STREAM)


@mutation("V8")
def frame_rate_doubled(p):
    attribute(p, "FRAME-RATE", STREAM, lambda v: "48.000")


@mutation("V9")
def video_range_pq_for_sdr(p):
    attribute(p, "VIDEO-RANGE", STREAM, lambda v: "PQ")


@mutation("V9")
def video_range_hlg_for_sdr(p):
    attribute(p, "VIDEO-RANGE", STREAM, lambda v: "HLG")


@mutation("V9")
def video_range_unknown(p):
    attribute(p, "VIDEO-RANGE", STREAM, lambda v: "HDR")


@mutation("V10")
def supplemental_codecs_of_dolby_vision_without_box(p):
    add_attribute(p, 'SUPPLEMENTAL-CODECS="dvh1.08.07/db4h"', STREAM)


@mutation("V10")
def supplemental_codecs_malformed(p):
    add_attribute(p, 'SUPPLEMENTAL-CODECS="///"', STREAM)


@mutation("V10", bases=("rung_hevc",))
def supplemental_codecs_on_hevc_without_box(p):
    add_attribute(p, 'SUPPLEMENTAL-CODECS="dvh1.08.07/db4h"', STREAM)


@mutation("V11", also=("V2", "V5", "V6", "V3", "V15"))
def audio_group_that_is_not_there(p):
    attribute(p, "AUDIO", STREAM, lambda v: '"none"')


@mutation("V11")
def subtitles_group_that_is_not_there(p):
    add_attribute(p, 'SUBTITLES="none"', STREAM)


@mutation("V11")
def video_group_that_is_audio(p):
    group = re.search(r'TYPE=AUDIO.*?GROUP-ID="([^"]*)"|GROUP-ID="([^"]*)".*?TYPE=AUDIO', p.text(p.master))
    add_attribute(p, f'VIDEO="{group.group(1) or group.group(2)}"', STREAM)


@mutation("V12")
def closed_captions_none_on_one_only(p):
    p.sub(p.master, ",?CLOSED-CAPTIONS=NONE", "", 0) if "CLOSED-CAPTIONS" in p.text(p.master) else None
    add_attribute(p, "CLOSED-CAPTIONS=NONE", STREAM)


@mutation("V12")
def closed_captions_dropped_on_one(p):
    drop_attribute(p, "CLOSED-CAPTIONS", STREAM)


@mutation("V12", also=("V11",))
def closed_captions_group_on_one_none_on_others(p):
    attribute(p, "CLOSED-CAPTIONS", STREAM, lambda v: '"cc"')
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="English",LANGUAGE="en",INSTREAM-ID="CC1"')


@mutation("V13", also=("V5", "V6", "V2", "V3", "V11", "X1", "V15"))
def media_without_type(p):
    drop_attribute(p, "TYPE", MEDIA)


@mutation("V13")
def media_without_name(p):
    drop_attribute(p, "NAME", MEDIA)


@mutation("V13", also=("V15", "V11", "V2", "V3", "V5", "V6"))
def media_without_group(p):
    drop_attribute(p, "GROUP-ID", MEDIA)


@mutation("V13", also=("V15",))
def subtitles_without_uri(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en"')


@mutation("V13", also=("V15",))
def closed_captions_without_instream(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="English",LANGUAGE="en"')


@mutation("V14")
def two_of_the_same_name(p):
    names = re.findall(rf'^#{MEDIA}.*NAME="([^"]*)"', p.text(p.master), re.M)
    if len(names) < 2:
        raise Unchanged("one rendition")
    p.sub(p.master, rf'NAME="{re.escape(names[1])}"', f'NAME="{names[0]}"')


@mutation("V14")
def two_defaults(p):
    p.sub(p.master, "DEFAULT=NO", "DEFAULT=YES", 0)


@mutation("V14")
def default_without_autoselect(p):
    p.sub(p.master, "AUTOSELECT=YES", "AUTOSELECT=NO", 0)


@mutation("V14")
def forced_audio(p):
    add_attribute(p, "FORCED=YES", MEDIA)


@mutation("V15", also=("V11",))
def groups_with_different_members(p):
    line = re.search(rf"^#{MEDIA}:.*TYPE=AUDIO.*$", p.text(p.master), re.M).group(0)
    p.insert_after(p.master, "EXT-X-INDEPENDENT", re.sub('GROUP-ID="[^"]*"', 'GROUP-ID="other"', line))
    attribute(p, "AUDIO", STREAM, lambda v: '"other"')


@mutation("V15", also=("X4",))
def groups_with_different_languages(p):
    text = p.text(p.master)
    lines = re.findall(rf"^#{MEDIA}:.*TYPE=AUDIO.*$", text, re.M)
    copies = [re.sub('GROUP-ID="[^"]*"', 'GROUP-ID="other"', line) for line in lines]
    copies[-1] = re.sub('LANGUAGE="[^"]*"', 'LANGUAGE="fr"', copies[-1])
    p.insert_after(p.master, "EXT-X-INDEPENDENT", "\n".join(copies))
    attribute(p, "AUDIO", STREAM, lambda v: '"other"')


@mutation("V15", also=("V13",))
def groups_with_different_names(p):
    lines = re.findall(rf"^#{MEDIA}:.*TYPE=AUDIO.*$", p.text(p.master), re.M)
    copies = [re.sub('GROUP-ID="[^"]*"', 'GROUP-ID="other"', line) for line in lines]
    copies[0] = re.sub('NAME="[^"]*"', 'NAME="Something else"', copies[0])
    p.insert_after(p.master, "EXT-X-INDEPENDENT", "\n".join(copies))
    attribute(p, "AUDIO", STREAM, lambda v: '"other"')


@mutation("V16")
def language_missing(p):
    drop_attribute(p, "LANGUAGE", MEDIA)


@mutation("V16", also=("X4", "V17"))
def language_is_no_tag(p):
    attribute(p, "LANGUAGE", MEDIA, lambda v: '"English language"')


@mutation("V16", also=("X4", "V17"))
def language_with_underscore(p):
    attribute(p, "LANGUAGE", MEDIA, lambda v: '"en_US"')


@mutation("V17", also=("X4", "V14", "V15"))
def language_of_another_track(p):
    attribute(p, "LANGUAGE", MEDIA, lambda v: '"fr"')


@mutation("V17", also=("X4",))
def mdhd_language_differs(p):
    def change(tree):
        mdhd = tree.find("moov/trak/mdia/mdhd")
        offset = 32 if mdhd.version else 20
        mdhd.set(">H", offset, (ord("i") - 96) << 10 | (ord("t") - 96) << 5 | (ord("a") - 96))
        for elng in tree.find_all("moov/trak/mdia/elng"):
            elng.remove()

    p.edit(p.init(p.audio()), change)


@mutation("V17", also=("X4",))
def second_language_of_another_track(p):
    p.sub(p.master, 'LANGUAGE="de"', 'LANGUAGE="ja"')


@mutation("V18")
def channels_wrong(p):
    attribute(p, "CHANNELS", MEDIA, lambda v: '"6"')


@mutation("V18")
def channels_one(p):
    attribute(p, "CHANNELS", MEDIA, lambda v: '"1"')


@mutation("V18")
def channels_a_word(p):
    attribute(p, "CHANNELS", MEDIA, lambda v: '"stereo"')


@mutation("V19", also=("V21",))
def iframe_stream_without_uri(p):
    drop_attribute(p, "URI", IFRAME)


@mutation("V19", also=("V2",))
def iframe_stream_without_bandwidth(p):
    p.sub(p.master, rf"^(#{IFRAME}:(?:.*?,)?)(?<=[:,])BANDWIDTH=\d+,?", r"\1")


@mutation("V19")
def iframe_stream_without_codecs(p):
    drop_attribute(p, "CODECS", IFRAME)


@mutation("V19")
def iframe_stream_without_resolution(p):
    drop_attribute(p, "RESOLUTION", IFRAME)


@mutation("V20")
def iframe_stream_with_frame_rate(p):
    add_attribute(p, "FRAME-RATE=24.000", IFRAME)


@mutation("V20")
def iframe_stream_with_audio(p):
    add_attribute(p, 'AUDIO="audio"', IFRAME)


@mutation("V20")
def iframe_stream_with_captions(p):
    add_attribute(p, "CLOSED-CAPTIONS=NONE", IFRAME)


@mutation("V21")
def no_iframe_streams(p):
    p.drop_line(p.master, IFRAME, 0)


@mutation("V22")
def independent_segments_missing(p):
    p.drop_line(p.master, "EXT-X-INDEPENDENT-SEGMENTS")


@mutation("V22", also=("S18", "S19", "M19", "M21", "D26", "S6", "M20"))
def independent_segments_untrue(p):
    name = p.segment(1)
    data = bytearray(p.read(name))
    at = data.index(b"mdat") + 4
    while data[at + 4] & 31 != 5:
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    data[at + 4] = data[at + 4] & 0xE0 | 1
    p.write(name, data)


@mutation("V23")
def session_key_none(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", "#EXT-X-SESSION-KEY:METHOD=NONE")


@mutation("V23")
def session_key_twice(p):
    line = '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://k",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"'
    p.insert_after(p.master, "EXT-X-INDEPENDENT", line + "\n" + line)


@mutation("V23", also=("H7",))
def session_data_with_value_and_uri(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-SESSION-DATA:DATA-ID="a.b",VALUE="x",URI="x.json"')


@mutation("V23")
def session_data_without_either(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-SESSION-DATA:DATA-ID="a.b"')


@mutation("V24")
def score_on_one(p):
    add_attribute(p, "SCORE=1.0", STREAM)


@mutation("V24")
def score_on_last(p):
    p.sub(p.master, rf"^(#{STREAM}:.*)$(?![\s\S]*#{STREAM})", r"\1,SCORE=2.0")


@mutation("V24", also=("H4",))
def score_negative(p):
    add_attribute(p, "SCORE=-1.0", STREAM)


@mutation("V25", also=("V6", "V5", "X3"), bases=("rung_hevc",))
def hev1_in_codecs(p):
    attribute(p, "CODECS", STREAM, lambda v: v.replace("hvc1", "hev1"))


@mutation("V25", also=("V6", "V5", "X3"))
def avc3_in_codecs(p):
    attribute(p, "CODECS", STREAM, lambda v: v.replace("avc1", "avc3"))


@mutation("V25", also=("V6", "V5", "X3"), bases=("rung_hevc",))
def dvhe_in_codecs(p):
    attribute(p, "CODECS", STREAM, lambda v: re.sub("hvc1[^,\"]*", "dvhe.05.06", v))


@mutation("V27", also=("X1", "V21", "V15", "M22", "V7"))
def a_single_variant(p):
    text = p.text(p.master)
    while len(re.findall(rf"^#{STREAM}:", text, re.M)) > 1:
        text = re.sub(rf"^#{STREAM}:.*\n[^#\n].*\n", "", text, count=1, flags=re.M)
    p.write(p.master, text)


@mutation("V28", also=("V7",))
def aspect_ratios_differ(p):
    attribute(p, "RESOLUTION", STREAM, lambda v: "640x480")


@mutation("V28", also=("V8",))
def frame_rate_above_sixty(p):
    attribute(p, "FRAME-RATE", STREAM, lambda v: "120.000")


# --- S32


@mutation("S32", also=("M14",), bases=("shaka_cbcs",))
def cbcs_as_sample_aes_ctr(p):
    p.sub(p.video(), "METHOD=SAMPLE-AES", "METHOD=SAMPLE-AES-CTR", 0)


@mutation("S32", bases=("shaka_cenc",))
def cenc_as_sample_aes(p):
    p.sub(p.video(), "METHOD=SAMPLE-AES-CTR", "METHOD=SAMPLE-AES", 0)


@mutation("S32", also=("M14",), bases=("shaka_cbcs",))
def cbcs_without_key(p):
    p.drop_line(p.video(), "EXT-X-KEY", 0)

