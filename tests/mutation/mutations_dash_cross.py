# SPDX-License-Identifier: BSD-2-Clause
"""HLS and DASH that describe the same content differently (X1 to X5)."""

from dash_edit import mpd, set_attribute
from kit import mutation


@mutation("X1")
def audio_only_in_hls(p):
    mpd(p, r'<AdaptationSet id="2"[\s\S]*?</AdaptationSet>', "")


@mutation("X1")
def rung_only_in_hls(p):
    mpd(p, r'<Representation id="h264-240p"[^>]*/>', "")


@mutation("X1")
def rung_only_in_dash(p):
    p.sub(p.master, r"^#EXT-X-STREAM-INF.*\n[^#\n].*\n", "")


@mutation("X2", also=("M21", "M23", "M6"))
def hls_times_differ(p):
    p.sub(p.video(), r"#EXTINF:4\.0+", "#EXTINF:4.400000")


@mutation("X2", also=("D17", "D4"))
def dash_times_differ(p):
    mpd(p, r'<S d="191488"/>', '<S d="195000"/>')


@mutation("X2", also=("M21", "M23"))
def hls_lists_fewer(p):
    p.sub(p.video(), r"#EXTINF.*\n[^#\n].*\n(#EXT-X-ENDLIST)", r"\1")


@mutation("X3", also=("D20",))
def codec_differs_in_dash(p):
    mpd(p, r'(id="h264-240p" codecs=)"[^"]*"', r'\1"avc1.640028"')


@mutation("X3", also=("V6",))
def codec_differs_in_hls(p):
    p.sub(p.master, r'avc1\.[0-9a-f]{6}', "avc1.640028", 0)


@mutation("X3", also=("D20",))
def audio_codec_differs_in_dash(p):
    mpd(p, r'codecs="mp4a\.40\.2"', 'codecs="mp4a.40.5"')


@mutation("X4")
def language_differs_in_dash(p):
    mpd(p, ' lang="en"', ' lang="fr"')


@mutation("X4")
def language_differs_in_hls(p):
    p.sub(p.master, 'LANGUAGE="en"', 'LANGUAGE="it"')


@mutation("X4")
def second_language_differs_in_dash(p):
    mpd(p, ' lang="de"', ' lang="es"')


@mutation("X5", also=("D3",))
def dash_lasts_longer(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "PT15S")


@mutation("X5", also=("M2", "M21", "M23", "M6", "X2"))
def hls_lasts_longer(p):
    p.sub(p.video(), r"#EXTINF:4\.0+", "#EXTINF:5.000000", 0)


@mutation("X5", also=("D3",))
def dash_lasts_shorter(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "PT10S")


@mutation("X1", bases=("shaka_live",))
def audio_only_in_dash(p):
    mpd(p, r'<AdaptationSet[^>]*contentType="audio"[\s\S]*?</AdaptationSet>', "")


@mutation("X1", bases=("shaka_live",))
def rung_that_lies_in_the_folder_and_is_not_listed(p):
    p.sub(p.master, r"^#EXT-X-STREAM-INF.*\nv240.m3u8\n", "")
    p.sub(p.master, r'^#EXT-X-I-FRAME-STREAM-INF.*"v240_iframes.m3u8".*\n', "")


@mutation("X2", also=("D25",), bases=("shaka_live",))
def dash_lists_fewer(p):
    mpd(p, ' r="2"', ' r="1"')


@mutation("X5", also=("D3",), bases=("shaka_ondemand",))
def dash_lasts_a_second_longer(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "PT13S")
