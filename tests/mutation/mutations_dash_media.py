# SPDX-License-Identifier: BSD-2-Clause
"""Faults in what an MPD states of the media: codecs, size, rate, channels, colour, scan,
language, bandwidth, events (D20, D22, D23, D27, D35, D36, D55, D57, D59, D68, D77)."""

from dash_edit import give, mpd, put_emsg, set_attribute, times
from kit import mutation


@mutation("D20", also=("X3",))
def codecs_of_another_level(p):
    mpd(p, r'codecs="avc1\.[0-9a-f]{6}"', 'codecs="avc1.640033"')


@mutation("D20", also=("X3",))
def audio_codecs_wrong(p):
    mpd(p, r'codecs="mp4a\.40\.2"', 'codecs="mp4a.40.29"')


@mutation("D20", also=("X3",))
def codecs_of_another_codec(p):
    mpd(p, r'codecs="avc1\.[0-9a-f]{6}"', 'codecs="hvc1.1.6.L93.B0"')


@mutation("D20", also=("X3",), bases=("rung_hevc",))
def hevc_profile_wrong(p):
    mpd(p, r'codecs="hvc1\.1\.6', 'codecs="hvc1.2.4')


@mutation("D59")
def content_type_untrue(p):
    set_attribute(p, "AdaptationSet", "contentType", "audio")


@mutation("D22")
def width_wrong(p):
    mpd(p, r' width="640"', ' width="600"')


@mutation("D22")
def frame_rate_wrong(p):
    mpd(p, r' frameRate="24"', ' frameRate="25"')


@mutation("D22")
def max_width_too_small(p):
    mpd(p, r'maxWidth="640"', 'maxWidth="426"')


@mutation("D22")
def height_wrong(p):
    mpd(p, r' height="240"', ' height="200"')


@mutation("D23")
def sampling_rate_wrong(p):
    mpd(p, 'audioSamplingRate="48000"', 'audioSamplingRate="44100"')


@mutation("D23")
def channel_configuration_wrong(p):
    mpd(p, r'(audio_channel_configuration:2011" value=)"2"', r'\1"6"')


@mutation("D27")
def bandwidth_halved(p):
    mpd(p, r'( bandwidth=")(\d+)', times(0.5))


@mutation("D27")
def bandwidth_a_third_too_low(p):
    mpd(p, r'(id="h264-240p"[^>]* bandwidth=")(\d+)', times(0.66))


@mutation("D27")
def audio_bandwidth_halved(p):
    mpd(p, r'(codecs="mp4a.40.2" bandwidth=")(\d+)', times(0.5))


@mutation("D35", also=("M19", "M21", "S22"))
def emsg_without_inband_event_stream(p):
    put_emsg(p, p.segment(0), "urn:example:events")


@mutation("D35", also=("M19", "M21", "S22"))
def emsg_of_another_scheme(p):
    put_emsg(p, p.segment(0), "urn:example:events")
    mpd(p, "(<Role )", r'<InbandEventStream schemeIdUri="urn:example:other"/>\1')


@mutation("D35", also=("S22",))
def emsg_in_audio_only(p):
    put_emsg(p, p.segment(0, p.audio()), "urn:example:events")


@mutation("D36")
def transfer_untrue(p):
    mpd(p, r'(TransferCharacteristics" value=)"\d+"', r'\1"16"')


@mutation("D36")
def primaries_untrue(p):
    mpd(p, r'(ColourPrimaries" value=)"\d+"', r'\1"9"')


@mutation("D36")
def matrix_untrue(p):
    mpd(p, r'(MatrixCoefficients" value=)"\d+"', r'\1"9"')


@mutation("D20", also=("X3",), bases=("rung_av1",))
def av1_level_of_another_rung(p):
    mpd(p, r'codecs="av01\.0\.\d\d', 'codecs="av01.0.12')


@mutation("D23", bases=("shaka_live",))
def sampling_rate_doubled(p):
    set_attribute(p, "Representation", "audioSamplingRate", "96000")


@mutation("D23", bases=("shaka_dolby",))
def surround_said_to_be_stereo(p):
    mpd(p, r'(mpegB:cicp:ChannelConfiguration" value=)"6"', r'\1"2"')


@mutation("D27", bases=("shaka_live",))
def bandwidth_in_kilobits(p):
    mpd(p, r'( bandwidth=")(\d+)', times(0.001), 0)


@mutation("D27", bases=("shaka_ondemand",))
def bandwidth_in_bytes(p):
    mpd(p, r'( bandwidth=")(\d+)', times(0.125))


@mutation("D55")
def scan_type_interlaced(p):
    give(p, "AdaptationSet", 'scanType="interlaced"')


@mutation("D55", bases=("shaka_live",))
def scan_type_of_one_rung_interlaced(p):
    give(p, "Representation", 'scanType="interlaced"', 2)


@mutation("D55", bases=("rung_hevc",))
def scan_type_of_hevc_interlaced(p):
    give(p, "AdaptationSet", 'scanType="interlaced"')


@mutation("D57", also=("X4",))
def set_of_another_language(p):
    set_attribute(p, "AdaptationSet", "lang", "fr")


@mutation("D57")
def language_wrong_in_both_manifests(p):
    mpd(p, 'lang="de"', 'lang="nl"')
    p.sub(p.master, 'LANGUAGE="de"', 'LANGUAGE="nl"')


@mutation("D57")
def language_by_a_country(p):
    mpd(p, 'lang="de"', 'lang="at"')
    p.sub(p.master, 'LANGUAGE="de"', 'LANGUAGE="at"')


@mutation("D59")
def mime_type_of_the_video(p):
    mpd(p, 'contentType="audio" mimeType="audio/mp4"', 'mimeType="video/mp4"')


@mutation("D59", bases=("shaka_live",))
def mime_type_against_content_type(p):
    mpd(p, 'mimeType="audio/mp4"', 'mimeType="video/mp4"')


@mutation("D59", bases=("shaka_text",))
def text_said_to_be_audio(p):
    mpd(p, 'contentType="text"', 'contentType="audio"', 0)


TRANSFER = "urn:mpeg:mpegB:cicp:TransferCharacteristics"


@mutation("D68", bases=("shaka_hdr",))
def hdr_is_not_said(p):
    mpd(p, rf'<\w+Property schemeIdUri="{TRANSFER}"[^>]*/>', "", 0)


@mutation("D68", bases=("shaka_hdr",))
def hdr_under_a_scheme_misspelt(p):
    mpd(p, TRANSFER, "urn:mpeg:mpegB:cicp:TransferCharacteristic", 0)


@mutation("D68", bases=("shaka_hdr",))
def hdr_as_a_descriptor_of_its_primaries(p):
    mpd(p, TRANSFER, "urn:mpeg:mpegB:cicp:ColourPrimaries", 0)


@mutation("D77", also=("D20", "X3"))
def avc_string_cut_short(p):
    mpd(p, r'codecs="avc1\.[0-9a-f]{6}"', 'codecs="avc1.6400"')


@mutation("D77", also=("D20", "X3"), bases=("shaka_live",))
def audio_object_type_missing(p):
    mpd(p, 'codecs="mp4a.40.2"', 'codecs="mp4a.40"')


@mutation("D77", also=("D20", "X3"), bases=("rung_hevc",))
def hevc_tier_missing(p):
    mpd(p, r'codecs="(hvc1\.[^."]*\.[^."]*)\.[LH](\d+)', r'codecs="\1.\2')


@mutation("D77", also=("D20", "X3"), bases=("rung_av1",))
def av1_bit_depth_missing(p):
    mpd(p, r'codecs="(av01\.\d\.\d\d[MH])[^"]*"', r'codecs="\1"')
