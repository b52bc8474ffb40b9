# SPDX-License-Identifier: BSD-2-Clause
"""Faults in the structure of MPDs: the schema, identifiers and references, what is empty
or there twice (D1, D7, D8, D10, D41, D46, D70)."""

import re

from dash_edit import (drop_attribute, give, make_dynamic, mpd, put_before, put_first, put_last, set_attribute,
                       two_periods)  # fmt: skip
from kit import mutation


@mutation("D1")
def element_out_of_order(p):
    mpd(p, "</Period>", "<BaseURL>./</BaseURL></Period>")


@mutation("D1")
def xml_cut_short(p):
    mpd(p, "</MPD>", "")


@mutation("D1")
def unknown_element(p):
    put_first(p, "Period", "<Chapter/>")


@mutation("D1")
def unknown_attribute(p):
    set_attribute(p, "AdaptationSet", "colour", "red")


@mutation("D1")
def bandwidth_is_no_number(p):
    set_attribute(p, "Representation", "bandwidth", "fast")


@mutation("D1")
def min_buffer_time_missing(p):
    drop_attribute(p, "MPD", "minBufferTime")


@mutation("D1")
def profiles_missing(p):
    drop_attribute(p, "MPD", "profiles")


@mutation("D1")
def duration_of_wrong_type(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "12 seconds")


@mutation("D1", also=("D14",))
def s_without_d(p):
    drop_attribute(p, "S", "d")


@mutation("D1")
def dynamic_with_broken_publish_time(p):
    make_dynamic(p)
    set_attribute(p, "MPD", "publishTime", "today")


@mutation("D7", also=("D20", "D22", "D27", "D60"))
def representation_ids_twice(p):
    ids = re.findall(r'<Representation id="([^"]*)"', p.text(p.mpd))
    mpd(p, f'<Representation id="{ids[1]}"', f'<Representation id="{ids[0]}"')


@mutation("D7")
def set_ids_twice(p):
    mpd(p, r'(<AdaptationSet id=)"2"', r'\1"1"')


@mutation("D1", also=("D18", "L1"))
def representation_id_with_space(p):
    ids = re.findall(r'<Representation id="([^"]*)"', p.text(p.mpd))
    mpd(p, f'<Representation id="{ids[0]}"', f'<Representation id="{ids[0]} b"')


@mutation("D8")
def period_without_sets(p):
    mpd(p, r"<AdaptationSet[\s\S]*</AdaptationSet>", "")


@mutation("D8")
def set_without_representations(p):
    mpd(p, r'(<AdaptationSet id="2"[\s\S]*?)<Representation[\s\S]*?</Representation>', r"\1")


@mutation("D1")
def mpd_without_period(p):
    mpd(p, r"<Period[\s\S]*</Period>", "")


@mutation("D1")
def period_starts_negative(p):
    set_attribute(p, "Period", "start", "-PT1S")


@mutation("D10", also=("D1",))
def template_and_list_together(p):
    put_first(p, "AdaptationSet", '<SegmentList duration="4"><SegmentURL media="a.m4s"/></SegmentList>')


@mutation("D10", bases=("shaka_live",))
def list_above_templates(p):
    put_first(p, "AdaptationSet", '<SegmentList duration="4"><SegmentURL media="a.m4s"/></SegmentList>')


@mutation("D10")
def template_and_base_together(p):
    mpd(p, "(<SegmentTemplate)", r'<SegmentBase indexRange="0-10"/>\1')


@mutation("D10", also=("D11", "D18", "D25", "D6", "L1"), bases=("shaka_ondemand",))
def base_and_template_in_representation(p):
    mpd(p, "(</SegmentBase>)", r'\1<SegmentTemplate timescale="1" duration="4" media="$Number$.m4s"/>')


@mutation("D41")
def attribute_at_both_levels(p):
    mpd(p, r'(<Representation id="h264-240p")', r'\1 mimeType="video/mp4"')


@mutation("D7", bases=("shaka_live",))
def representations_counted_in_each_set(p):
    mpd(p, '<Representation id="2"', '<Representation id="0"')


@mutation("D7")
def period_ids_twice(p):
    two_periods(p)
    mpd(p, '<Period id="2"', '<Period id="1"')


@mutation("D8")
def second_period_is_empty(p):
    two_periods(p)
    mpd(p, r'(<Period id="2"[^>]*>)[\s\S]*(</Period>)', r"\1\2")


@mutation("D41", bases=("shaka_live",))
def frame_rate_at_both_levels(p):
    give(p, "Representation", 'frameRate="24"')


@mutation("D41", bases=("shaka_live",))
def codecs_at_both_levels(p):
    give(p, "AdaptationSet", 'codecs="mp4a.40.2"', 2)


@mutation("D46")
def depends_on_what_was_dropped(p):
    give(p, "Representation", 'dependencyId="h264-1080p"', 2)


@mutation("D46", bases=("shaka_live",))
def associated_with_a_set(p):
    give(p, "Representation", 'associationId="video" associationType="cdsc"', 3)


@mutation("D46")
def subset_of_a_set_that_was_dropped(p):
    put_last(p, "Period", '<Subset contains="1 4"/>')


@mutation("D46")
def preselection_of_no_set(p):
    put_last(p, "Period", '<Preselection id="p" preselectionComponents="2 7"/>')


@mutation("D46", bases=("shaka_cenc",))
def protection_by_a_lost_reference(p):
    mpd(p, r'(<AdaptationSet id="1"[^>]*>\s*<ContentProtection)[^>]*/>',
        r'\1 schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" ref="KEY1"/>')  # fmt: skip


@mutation("D70")
def component_repeats_the_language(p):
    put_before(p, "SegmentTemplate", '<ContentComponent id="1" lang="en"/>', 2)


@mutation("D70")
def component_repeats_the_kind_of_media(p):
    put_before(p, "SegmentTemplate", '<ContentComponent contentType="video"/>')


@mutation("D70", bases=("shaka_live",))
def sub_representation_without_bandwidth(p):
    put_before(p, "SegmentTemplate", '<SubRepresentation level="1" codecs="avc1.640015"/>', 2)
