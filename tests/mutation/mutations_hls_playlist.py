# SPDX-License-Identifier: BSD-2-Clause
"""Faults in any playlist: its first line, its version, tags and attributes (H rules)."""

from hls_edit import IFRAME, MEDIA, STREAM, add_attribute, attribute, on_top, state_version
from kit import mutation


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


@mutation("H4", also=("V5", "V6", "V2", "V3", "V7", "V8", "V9", "V11", "V12", "H8", "V46", "V47"))
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


@mutation("H8")
def start_without_offset(p):
    on_top(p, "#EXT-X-START:PRECISE=YES")


@mutation("H8", also=("M8", "M9", "H7", "V5", "V6", "V7", "V8", "V9", "X1", "X2", "S25"))
def map_without_uri(p):
    p.sub(p.video(), r"^#EXT-X-MAP:.*$", '#EXT-X-MAP:BYTERANGE="700@0"')


@mutation("H8")
def steering_without_server(p):
    on_top(p, '#EXT-X-CONTENT-STEERING:PATHWAY-ID="."')


@mutation("H8")
def preload_hint_without_type(p):
    p.drop_line(p.video(), "EXT-X-ENDLIST")
    p.write(p.video(), p.text(p.video()) + '#EXT-X-PRELOAD-HINT:URI="next.m4s"\n')


@mutation("H9")
def space_after_a_uri(p):
    p.sub(p.video(), r"^([^#\n].*)$", r"\1 ")


@mutation("H9")
def tab_before_a_tag(p):
    p.sub(p.master, rf"^#{MEDIA}", "\t\\g<0>")


@mutation("H9")
def control_character_in_a_name(p):
    attribute(p, "NAME", MEDIA, lambda v: v[:-1] + '\a"')


@mutation("H9")
def zero_byte_in_a_media_playlist(p):
    p.write(p.audio(), p.text(p.audio()).replace("#EXT-X-ENDLIST", "#EXT-X-ENDLIST\0"))


@mutation("H10")
def variable_never_defined(p):
    state_version(p, 8)
    attribute(p, "NAME", MEDIA, lambda v: '"{$title}"')


@mutation("H10")
def variable_defined_twice(p):
    state_version(p, 8)
    on_top(p, '#EXT-X-DEFINE:NAME="host",VALUE="a"\n#EXT-X-DEFINE:NAME="host",VALUE="b"')


@mutation("H10")
def variable_without_value(p):
    state_version(p, 8, p.video())
    on_top(p, '#EXT-X-DEFINE:NAME="token"', p.video())


@mutation("H10")
def variable_of_two_kinds(p):
    state_version(p, 11)
    on_top(p, '#EXT-X-DEFINE:NAME="token",VALUE="a",QUERYPARAM="token"')


@mutation("H10")
def variable_used_before_it_is_defined(p):
    state_version(p, 8)
    attribute(p, "NAME", MEDIA, lambda v: '"{$title}"')
    p.insert_after(p.master, "NAME=", '#EXT-X-DEFINE:NAME="title",VALUE="English"')


@mutation("H10")
def variable_that_the_master_does_not_define(p):
    state_version(p, 8, p.video())
    on_top(p, '#EXT-X-DEFINE:IMPORT="token"', p.video())


@mutation("H11")
def start_beyond_the_end(p):
    on_top(p, "#EXT-X-START:TIME-OFFSET=3600")


@mutation("H11")
def start_before_the_beginning(p):
    on_top(p, "#EXT-X-START:TIME-OFFSET=-100.5,PRECISE=YES")


@mutation("H11", bases=("shaka_live",))
def start_beyond_the_end_of_a_media_playlist(p):
    on_top(p, "#EXT-X-START:TIME-OFFSET=12.5", p.video())


@mutation("H12", also=("V49",))
def independent_segments_misspelled(p):
    p.sub(p.master, "INDEPENDENT-SEGMENTS", "INDEPENDANT-SEGMENTS")


@mutation("H12", also=("V44",))
def average_bandwidth_misspelled(p):
    p.sub(p.master, "AVERAGE-BANDWIDTH", "AVERAGE-BANDWITH")


@mutation("H12", bases=("shaka_live",))
def endlist_misspelled(p):
    p.sub(p.video(), "EXT-X-ENDLIST", "EXT-X-END-LIST")


@mutation("H12", also=("V48",))
def language_misspelled(p):
    p.sub(p.master, "LANGUAGE=", "LANGUGE=")
