# SPDX-License-Identifier: BSD-2-Clause
"""What RFC 8216 leaves open and Apple's authoring specification wants stated: left out."""

from hls_edit import IFRAME, MEDIA, STREAM, drop_attribute
from kit import mutation


@mutation("V44")
def average_bandwidth_missing(p):
    drop_attribute(p, "AVERAGE-BANDWIDTH", STREAM)


@mutation("V44", bases=("shaka_live",))
def average_bandwidth_missing_everywhere(p):
    p.sub(p.master, ",AVERAGE-BANDWIDTH=[0-9]+", "", 0)


@mutation("V44")
def average_bandwidth_by_an_older_name(p):
    p.sub(p.master, f"^(#{STREAM}:.*)AVERAGE-BANDWIDTH=", r"\1X-AVERAGE=")


@mutation("V45")
def codecs_missing(p):
    drop_attribute(p, "CODECS", STREAM)


@mutation("V45", bases=("shaka_live",))
def codecs_missing_everywhere(p):
    drop_attribute(p, "CODECS", STREAM, 0)


@mutation("V45")
def codecs_missing_on_the_last(p):
    p.sub(p.master, rf'^(#{STREAM}:.*),CODECS="[^"]*"(.*)$(?![\s\S]*#{STREAM})', r"\1\2")


@mutation("V46")
def resolution_missing(p):
    drop_attribute(p, "RESOLUTION", STREAM)


@mutation("V46", bases=("shaka_live",))
def resolution_missing_everywhere(p):
    drop_attribute(p, "RESOLUTION", STREAM, 0)


@mutation("V46", bases=("shaka_hdr",))
def resolution_missing_on_the_only_one(p):
    drop_attribute(p, "RESOLUTION", STREAM)


@mutation("V47")
def frame_rate_missing(p):
    drop_attribute(p, "FRAME-RATE", STREAM)


@mutation("V47", bases=("shaka_live",))
def frame_rate_missing_everywhere(p):
    drop_attribute(p, "FRAME-RATE", STREAM, 0)


@mutation("V47")
def frame_rate_by_a_name_of_nobody(p):
    p.sub(p.master, f"^(#{STREAM}:.*)FRAME-RATE=", r"\1X-FRAMES=")


@mutation("V48")
def language_missing(p):
    drop_attribute(p, "LANGUAGE", MEDIA)


@mutation("V48", also=("V39",))
def languages_missing(p):
    drop_attribute(p, "LANGUAGE", MEDIA, 0)


@mutation("V48", bases=("shaka_text",))
def language_of_subtitles_missing(p):
    p.sub(p.master, rf'^(#{MEDIA}:.*TYPE=SUBTITLES.*),LANGUAGE="[^"]*"', r"\1")


@mutation("V49")
def independent_segments_missing(p):
    p.drop_line(p.master, "EXT-X-INDEPENDENT-SEGMENTS")


@mutation("V49", bases=("shaka_ondemand",))
def independent_segments_commented_out(p):
    p.sub(p.master, "^#EXT-X-INDEPENDENT-SEGMENTS", "## EXT-X-INDEPENDENT-SEGMENTS")


@mutation("V49")
def independent_segments_in_one_media_playlist_only(p):
    p.drop_line(p.master, "EXT-X-INDEPENDENT-SEGMENTS")
    p.insert_after(p.video(), "EXT-X-VERSION", "#EXT-X-INDEPENDENT-SEGMENTS")


@mutation("V50")
def codecs_of_iframes_missing(p):
    drop_attribute(p, "CODECS", IFRAME)


@mutation("V50")
def resolution_of_iframes_missing(p):
    drop_attribute(p, "RESOLUTION", IFRAME)


@mutation("V50", bases=("shaka_live",))
def all_of_iframes_missing(p):
    drop_attribute(p, "CODECS", IFRAME, 0)
    drop_attribute(p, "RESOLUTION", IFRAME, 0)
