# SPDX-License-Identifier: BSD-2-Clause
"""What Apple's devices miss: SDR beside HDR, renditions that select themselves, keys of
FairPlay."""

from hls_edit import IFRAME, STREAM, on_top
from kit import mutation


@mutation("H14", also=("V9",))
def every_variant_is_said_to_be_pq(p):
    p.sub(p.master, rf"^(#{STREAM}:.*VIDEO-RANGE=)SDR", r"\1PQ", 0)


@mutation("H14", also=("V9",))
def iframes_are_said_to_be_hlg(p):
    p.sub(p.master, rf"^(#{IFRAME}:.*VIDEO-RANGE=)SDR", r"\1HLG", 0)


@mutation("H14", also=("V9",), bases=("shaka_live",))
def variants_of_both_ranges_without_sdr(p):
    p.sub(p.master, rf"^(#{STREAM}:.*)$", r"\1,VIDEO-RANGE=HLG", 0)
    p.sub(p.master, "VIDEO-RANGE=HLG", "VIDEO-RANGE=PQ")


DESCRIBES = 'CHARACTERISTICS="public.accessibility.describes-video"'
DEAF = 'CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"'


@mutation("H15")
def described_audio_that_nobody_chooses(p):
    p.sub(p.master, r'^(#EXT-X-MEDIA:.*NAME="German".*)AUTOSELECT=YES', rf"\1AUTOSELECT=NO,{DESCRIBES}")


@mutation("H15")
def described_audio_without_autoselect(p):
    p.sub(p.master, r'^(#EXT-X-MEDIA:.*NAME="German".*)AUTOSELECT=YES', rf"\1{DESCRIBES}")


@mutation("H15", bases=("shaka_text",))
def subtitles_for_the_deaf_that_nobody_chooses(p):
    p.sub(p.master, r"^(#EXT-X-MEDIA:TYPE=SUBTITLES.*)AUTOSELECT=YES", rf"\1AUTOSELECT=NO,{DEAF}")


@mutation("H15", bases=("shaka_text",))
def forced_subtitles_that_nobody_chooses(p):
    p.sub(p.master, r"^(#EXT-X-MEDIA:TYPE=SUBTITLES.*)AUTOSELECT=YES", r"\1FORCED=YES")


def session_key(p, text):
    on_top(p, f"#EXT-X-SESSION-KEY:{text}")


GOOD = 'METHOD=SAMPLE-AES,URI="skd://k",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"'


@mutation("H16")
def fairplay_for_whole_segments(p):
    session_key(p, GOOD.replace("SAMPLE-AES", "AES-128"))


@mutation("H16")
def fairplay_of_a_web_address(p):
    session_key(p, GOOD.replace("skd:", "https:"))


@mutation("H16", bases=("shaka_cbcs",))
def fairplay_of_another_version(p):
    session_key(p, GOOD.replace('VERSIONS="1"', 'VERSIONS="2/3"'))


@mutation("H16", bases=("shaka_cbcs",))
def fairplay_key_without_its_format(p):
    p.insert_before(p.video(), r"EXT-X-KEY:.*identity", '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://k",KEYFORMAT="com.example.other",KEYFORMATVERSIONS="1"')
