# SPDX-License-Identifier: BSD-2-Clause
"""Faults in keys of HLS: what the playlist says and what the files hold."""

import re

from hls_edit import on_top
from kit import mutation


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


@mutation("S32", also=("M14",), bases=("shaka_cbcs",))
def cbcs_as_sample_aes_ctr(p):
    p.sub(p.video(), "METHOD=SAMPLE-AES", "METHOD=SAMPLE-AES-CTR", 0)


@mutation("S32", bases=("shaka_cenc",))
def cenc_as_sample_aes(p):
    p.sub(p.video(), "METHOD=SAMPLE-AES-CTR", "METHOD=SAMPLE-AES", 0)


@mutation("S32", also=("M14",), bases=("shaka_cbcs",))
def cbcs_without_key(p):
    p.drop_line(p.video(), "EXT-X-KEY", 0)


@mutation("S32", bases=("shaka_cbcs",))
def first_of_two_keys_says_ctr(p):
    p.sub(p.video(), "METHOD=SAMPLE-AES", "METHOD=SAMPLE-AES-CTR")


@mutation("S32", bases=("shaka_cenc",))
def audio_alone_says_sample_aes(p):
    p.sub(p.audio(), "METHOD=SAMPLE-AES-CTR", "METHOD=SAMPLE-AES", 0)


@mutation("S32", also=("H16",))
def key_over_segments_in_the_clear(p):
    p.insert_before(p.video(), "EXT-X-MAP", '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://k"')


@mutation("S32", bases=("shaka_cbcs",))
def key_none_before_the_last_segment(p):
    p.sub(p.video(), r"^(#EXTINF.*\n[^#\n].*\n#EXT-X-ENDLIST)", r"#EXT-X-KEY:METHOD=NONE\n\1")


# The files stay what they are: that a whole file is encrypted shows to players only.
WHOLE = ("X1", "X2", "X3", "X4", "X5", "V2", "V3")


@mutation("M32", also=WHOLE)
def init_encrypted_without_iv(p):
    p.insert_before(p.video(), "EXT-X-MAP", '#EXT-X-KEY:METHOD=AES-128,URI="key"')


@mutation("M32", also=WHOLE)
def audio_init_encrypted_without_iv(p):
    p.insert_before(p.audio(), "EXT-X-MAP", '#EXT-X-KEY:METHOD=AES-128,URI="https://keys.example/1"')


@mutation("M32", also=WHOLE, bases=("ffmpeg_range",))
def init_range_encrypted_without_iv(p):
    p.insert_before(p.video(), "EXT-X-MAP", '#EXT-X-KEY:METHOD=AES-128,URI="key"')



@mutation("M40", bases=("shaka_cbcs",))
def versions_with_commas(p):
    p.sub(p.video(), 'KEYFORMATVERSIONS="1"', 'KEYFORMATVERSIONS="1,2"')


@mutation("M40", bases=("shaka_cenc",))
def versions_with_a_point(p):
    p.sub(p.audio(), 'KEYFORMATVERSIONS="1"', 'KEYFORMATVERSIONS="1.0"')


@mutation("M40", also=("H16",))
def versions_of_a_session_key(p):
    on_top(p, '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://k",KEYFORMAT="com.apple.streamingkeydelivery",'
              'KEYFORMATVERSIONS="v1"')  # fmt: skip


@mutation("M15", bases=("shaka_cenc",))
def key_iv_of_a_counter(p):
    p.sub(p.video(), r"^(#EXT-X-KEY:.*)$", lambda m: re.sub(",IV=0x[0-9A-Fa-f]*", "", m.group(1)) + ",IV=0x0000000000000001")
