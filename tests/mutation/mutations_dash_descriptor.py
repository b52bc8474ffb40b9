# SPDX-License-Identifier: BSD-2-Clause
"""Faults in descriptors: roles, trick modes, thumbnails, framing, spatial relations,
chains, switching, captions (D28, D32, D33, D52 to D54, D69, D74)."""

from dash_edit import mpd, put_before, put_first
from kit import mutation


def put_property(p, scheme, value, nth=1, kind="Supplemental"):
    put_first(p, "AdaptationSet", f'<{kind}Property schemeIdUri="{scheme}" value="{value}"/>', nth)


TRICK_MODE = "http://dashif.org/guidelines/trickmode"


@mutation("D28")
def role_unknown(p):
    mpd(p, 'role:2011" value="main"', 'role:2011" value="principal"')


@mutation("D28")
def role_without_value(p):
    mpd(p, '(<Role schemeIdUri="urn:mpeg:dash:role:2011") value="main"', r"\1")


@mutation("D32")
def trick_mode_of_no_set(p):
    put_property(p, TRICK_MODE, "77", kind="Essential")


@mutation("D32")
def trick_mode_of_itself(p):
    put_property(p, TRICK_MODE, "1", kind="Essential")


@mutation("D32")
def trick_mode_without_value(p):
    put_first(p, "AdaptationSet", f'<EssentialProperty schemeIdUri="{TRICK_MODE}"/>')


THUMBNAILS = ('<AdaptationSet id="9" mimeType="image/jpeg" contentType="image">'
              '<SegmentTemplate timescale="1" duration="12" startNumber="1" media="tiles/$Number$.jpg"/>'
              '<Representation id="tiles"{more}>'
              '<EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="{value}"/>'
              "</Representation></AdaptationSet>")  # fmt: skip
FACTS = ' bandwidth="10000" width="1600" height="360"'
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


@mutation("D33", also=("D4",))
def tiles_without_x(p):
    put_thumbnails(p, "10")


@mutation("D33", also=("D4",))
def tiles_of_zero(p):
    put_thumbnails(p, "0x4")


@mutation("D33", also=("D4",))
def tiles_without_size(p):
    put_thumbnails(p, "10x4", ' bandwidth="10000"')


def put_thumbnails(p, value, more=FACTS):
    p.write("tiles/1.jpg", JPEG)
    mpd(p, "</Period>", THUMBNAILS.format(value=value, more=more) + "</Period>")


@mutation("D28")
def role_main_twice(p):
    put_before(p, "Role", '<Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>')


@mutation("D28", bases=("shaka_live",))
def role_of_two_words(p):
    put_before(p, "Representation", '<Role schemeIdUri="urn:mpeg:dash:role:2011" value="main dub"/>', 3)


@mutation("D52")
def frame_packing_of_another_scheme(p):
    put_first(p, "AdaptationSet", '<FramePacking schemeIdUri="urn:example:side-by-side" value="3"/>')


@mutation("D52", bases=("shaka_live",))
def frame_packing_by_name(p):
    packing = "urn:mpeg:dash:14496:10:frame_packing_arrangement_type:2011"
    put_first(p, "AdaptationSet", f'<FramePacking schemeIdUri="{packing}" value="side-by-side"/>')


@mutation("D52")
def stereo_role_without_side(p):
    put_before(p, "Role", '<Role schemeIdUri="urn:mpeg:dash:stereoid:2011" value="0"/>')


@mutation("D52")
def channel_configuration_by_name(p):
    mpd(p, r'(audio_channel_configuration:2011" value=)"2"', r'\1"stereo"')


SPATIAL = "urn:mpeg:dash:srd:2014"


@mutation("D53")
def spatial_relation_without_height(p):
    put_property(p, SPATIAL, "0,0,0,1")


@mutation("D53", bases=("shaka_live",))
def spatial_relation_beyond_its_total(p):
    put_property(p, SPATIAL, "0,960,0,1280,1080,1920,1080")


@mutation("D53")
def spatial_relation_in_fractions(p):
    put_property(p, SPATIAL, "0,0.5,0,0.5,1")


@mutation("D53")
def spatial_relation_with_half_a_total(p):
    put_property(p, SPATIAL, "0,0,0,1,1,2")


@mutation("D54")
def chain_without_next(p):
    mpd(p, "</MPD>", '<EssentialProperty schemeIdUri="urn:mpeg:dash:chaining:2016" value=""/></MPD>')


@mutation("D54", bases=("shaka_live",))
def fallback_that_is_essential(p):
    mpd(p, "</MPD>", '<EssentialProperty schemeIdUri="urn:mpeg:dash:fallback:2016" value="backup.mpd"/></MPD>')


@mutation("D54")
def fallback_of_a_set(p):
    put_property(p, "urn:mpeg:dash:fallback:2016", "backup.mpd", 2)


SWITCHING = "urn:mpeg:dash:adaptation-set-switching:2016"


@mutation("D69")
def switching_to_a_set_that_was_dropped(p):
    put_property(p, SWITCHING, "4")


@mutation("D69", bases=("shaka_live",))
def switching_to_a_representation(p):
    put_property(p, SWITCHING, "1,2")


@mutation("D69")
def switching_to_nothing(p):
    put_property(p, SWITCHING, "", 2)


def put_captions(p, standard, value):
    put_before(p, "Representation", f'<Accessibility schemeIdUri="urn:scte:dash:cc:{standard}:2015" value="{value}"/>')


@mutation("D74", bases=("shaka_live",))
def caption_channel_five(p):
    put_captions(p, "cea-608", "CC5=eng")


@mutation("D74", bases=("shaka_live",))
def captions_by_the_name_of_the_language(p):
    put_captions(p, "cea-608", "CC1=English subtitles")


@mutation("D74", bases=("shaka_live",))
def caption_service_zero(p):
    put_captions(p, "cea-708", "0=lang:eng")
