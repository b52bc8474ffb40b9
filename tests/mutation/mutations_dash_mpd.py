# SPDX-License-Identifier: BSD-2-Clause
"""Faults in what an MPD says of itself: static or dynamic, profiles, durations' form,
links elsewhere, events, the service (D2, D5, D6, D34, D37 to D39, D44, D49 to D51, D56,
D62 to D64, D71, D75, D76)."""

import re

from dash_edit import (UTC, add_profile, drop_attribute, give, make_dynamic, mpd, put_before, put_first, put_last,
                       set_attribute, two_periods, with_xlink)  # fmt: skip
from kit import mutation


@mutation("D2")
def dynamic_without_availability_start(p):
    make_dynamic(p, "availabilityStartTime")


@mutation("D2")
def dynamic_without_publish_time(p):
    make_dynamic(p, "publishTime")


@mutation("D5")
def static_with_update_period(p):
    set_attribute(p, "MPD", "minimumUpdatePeriod", "PT2S")


@mutation("D5")
def static_with_time_shift_buffer(p):
    set_attribute(p, "MPD", "timeShiftBufferDepth", "PT30S")


@mutation("D5")
def static_with_long_update_period(p):
    set_attribute(p, "MPD", "minimumUpdatePeriod", "PT1H")


@mutation("D6")
def on_demand_profile_with_template(p):
    mpd(p, "isoff-live:2011", "isoff-on-demand:2011")


@mutation("D6", bases=("shaka_ondemand",))
def live_profile_with_segment_base(p):
    mpd(p, "isoff-on-demand:2011", "isoff-live:2011")


@mutation("D6", bases=("shaka_ondemand",))
def on_demand_profile_dynamic(p):
    make_dynamic(p)


@mutation("D34")
def dynamic_without_utc_timing(p):
    make_dynamic(p, clock="")


@mutation("D34")
def dynamic_without_period_id(p):
    make_dynamic(p)
    drop_attribute(p, "Period", "id")


@mutation("D49")
def utc_timing_of_unknown_scheme(p):
    make_dynamic(p, clock=UTC.replace("http-xsdate:2014", "sundial:1"))


@mutation("D37")
def duration_in_months(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "P1M")


@mutation("D37")
def buffer_in_years(p):
    set_attribute(p, "MPD", "minBufferTime", "P1YT4S")


@mutation("D37")
def period_start_in_months(p):
    set_attribute(p, "Period", "start", "P0M")


@mutation("D2", bases=("shaka_live",))
def dynamic_without_either_date(p):
    make_dynamic(p, "availabilityStartTime", "publishTime")


@mutation("D34")
def second_period_of_dynamic_without_id(p):
    two_periods(p)
    make_dynamic(p)
    mpd(p, '<Period id="2"', "<Period")


@mutation("D38")
def set_stands_elsewhere(p):
    with_xlink(p)
    put_last(p, "Period", '<AdaptationSet xlink:href="https://media.example/more.xml" xlink:actuate="onLoad"/>')


@mutation("D38")
def advertisement_stands_elsewhere(p):
    two_periods(p, between='<Period id="ad" xlink:href="https://ads.example/next.xml" xlink:actuate="onRequest"/>')
    with_xlink(p)


@mutation("D38", bases=("shaka_live",))
def events_stand_elsewhere(p):
    with_xlink(p)
    put_first(p, "Period", '<EventStream schemeIdUri="urn:example:e" xlink:href="events.xml"/>')


@mutation("D39")
def link_to_the_manifest_itself(p):
    with_xlink(p)
    put_last(p, "Period", '<AdaptationSet xlink:href="manifest.mpd"/>')


@mutation("D39", bases=("shaka_live",))
def link_followed_on_click(p):
    with_xlink(p)
    put_last(p, "Period", '<AdaptationSet xlink:href="more.xml" xlink:actuate="onClick"/>')


@mutation("D39")
def actuate_without_link(p):
    with_xlink(p)
    give(p, "Period", 'xlink:actuate="onLoad"')


@mutation("D39")
def link_of_another_type(p):
    with_xlink(p)
    put_first(p, "Period", '<EventStream schemeIdUri="urn:example:e" xlink:href="events.xml" xlink:type="extended"/>')


@mutation("D44")
def set_with_a_profile_of_its_own(p):
    give(p, "AdaptationSet", 'profiles="urn:dvb:dash:profile:dvb-dash:2014"')


@mutation("D44", bases=("shaka_live",))
def representation_with_a_profile_of_its_own(p):
    both = "urn:mpeg:dash:profile:isoff-live:2011,urn:hbbtv:dash:profile:isoff-live:2012"
    give(p, "Representation", f'profiles="{both}"', 2)


@mutation("D44", also=("D6",))
def representation_of_the_other_profile(p):
    give(p, "Representation", 'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"', 3)


@mutation("D49")
def utc_timing_without_server(p):
    make_dynamic(p, clock='<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-head:2014" value=""/>')


@mutation("D49", bases=("shaka_live",))
def utc_timing_that_is_no_date(p):
    make_dynamic(p, clock='<UTCTiming schemeIdUri="urn:mpeg:dash:utc:direct:2014" value="1700000000"/>')


def put_event(p, event, attributes='timescale="1000"'):
    put_first(p, "Period", f'<EventStream schemeIdUri="urn:scte:scte35:2014:xml+bin" {attributes}>{event}</EventStream>')


@mutation("D50")
def event_after_the_end(p):
    put_event(p, '<Event presentationTime="12500" duration="1000" id="1"/>')


@mutation("D50", bases=("shaka_live",))
def event_in_another_timescale(p):
    put_event(p, '<Event presentationTime="360000" id="1"/>', 'timescale="1"')


@mutation("D50")
def event_is_not_base64(p):
    put_event(p, '<Event presentationTime="0" id="1" contentEncoding="base64">{"splice": 1}</Event>')


@mutation("D50")
def event_with_its_data_twice(p):
    put_event(p, '<Event presentationTime="0" id="1" messageData="on">off</Event>')


TITLE = "<ProgramInformation{0}><Title>Clip</Title></ProgramInformation>"


@mutation("D51")
def titles_without_language(p):
    put_before(p, "Period", TITLE.format("") * 2)


@mutation("D51", bases=("shaka_live",))
def second_title_without_language(p):
    put_before(p, "Period", TITLE.format(' lang="en"') + TITLE.format(""))


@mutation("D51")
def first_of_three_titles_without_language(p):
    put_before(p, "Period", TITLE.format("") + TITLE.format(' lang="de"') + TITLE.format(' lang="en"'))


DASH264 = "http://dashif.org/guidelines/dash264"


@mutation("D56")
def dashif_with_web_m(p):
    add_profile(p, DASH264)
    mpd(p, 'mimeType="video/mp4"', 'mimeType="video/webm"')


@mutation("D56")
def dashif_with_multiplexed_codecs(p):
    add_profile(p, DASH264)
    mpd(p, r'codecs="(avc1\.[0-9a-f]*)"', r'codecs="\1,mp4a.40.2"')


@mutation("D56", bases=("shaka_live",))
def dashif_with_mpeg_audio_type(p):
    add_profile(p, DASH264)
    mpd(p, 'mimeType="audio/mp4"', 'mimeType="audio/mpeg"')


@mutation("D62")
def dynamic_without_update_or_end(p):
    make_dynamic(p, "minimumUpdatePeriod")
    drop_attribute(p, "MPD", "mediaPresentationDuration")


@mutation("D62", bases=("shaka_live",))
def availability_ends_before_it_starts(p):
    make_dynamic(p)
    give(p, "MPD", 'availabilityEndTime="2023-12-31T23:59:00Z"')


@mutation("D62")
def availability_ends_as_it_starts(p):
    make_dynamic(p)
    give(p, "MPD", 'availabilityEndTime="2024-01-01T01:00:00+01:00"')


@mutation("D63")
def shallower_video(p):
    make_dynamic(p)
    give(p, "SegmentTemplate", 'timeShiftBufferDepth="PT10S"')


@mutation("D63")
def shallower_audio(p):
    make_dynamic(p)
    give(p, "SegmentTemplate", 'timeShiftBufferDepth="PT29.9S"', 2)


@mutation("D63", bases=("shaka_live",))
def shallower_representation(p):
    make_dynamic(p)
    give(p, "SegmentTemplate", 'timeShiftBufferDepth="PT0S"', 2)


def put_service(p, text):
    put_before(p, "Period", f'<ServiceDescription id="0">{text}</ServiceDescription>')


@mutation("D64")
def latency_least_above_most(p):
    put_service(p, '<Latency min="6000" max="3000"/>')


@mutation("D64", bases=("shaka_live",))
def latency_target_above_most(p):
    put_service(p, '<Latency target="6000" min="2000" max="5000"/>')


@mutation("D64")
def slowest_rate_above_fastest(p):
    put_service(p, '<PlaybackRate min="1.04" max="0.96"/>')


@mutation("D64")
def bandwidth_target_below_least(p):
    put_service(p, '<OperatingBandwidth mediaType="video" min="2000000" target="1000000" max="4000000"/>')


@mutation("D71")
def segments_offered_late(p):
    give(p, "SegmentTemplate", 'availabilityTimeOffset="-2"')


@mutation("D71")
def segments_incomplete_and_not_early(p):
    make_dynamic(p)
    give(p, "SegmentTemplate", 'availabilityTimeComplete="false"', 2)


@mutation("D71", bases=("shaka_live",))
def representation_incomplete_and_not_early(p):
    make_dynamic(p)
    give(p, "SegmentTemplate", 'availabilityTimeComplete="false"', 2)


DVB = "urn:dvb:dash:profile:dvb-dash:2014"


@mutation("D75")
def dvb_with_seventeen_sets(p):
    add_profile(p, DVB)
    german = re.search(r'<AdaptationSet id="3"[\s\S]*?</AdaptationSet>', p.text(p.mpd)).group(0)
    put_last(p, "Period", "".join(german.replace('id="3"', f'id="{n}"') for n in range(4, 18)))


@mutation("D75", also=("X5",))
def dvb_with_too_many_periods(p):
    add_profile(p, DVB)
    period = re.search(r"<Period[\s\S]*</Period>", p.text(p.mpd)).group(0)
    many = (re.sub(r'^<Period id="1" start="PT0S"', f'<Period id="{n}" start="PT{n * 12}S"', period) for n in range(65))
    p.write(p.mpd, p.text(p.mpd).replace(period, "".join(many)))
    set_attribute(p, "MPD", "mediaPresentationDuration", f"PT{65 * 12}S")


@mutation("D75", bases=("shaka_live",))
def dvb_with_too_many_events(p):
    add_profile(p, DVB)
    put_event(p, "".join(f'<Event presentationTime="{n}" id="{n}" messageData="chapter"/>' for n in range(6000)))


LOW_LATENCY = "http://www.dashif.org/guidelines/low-latency-live-v5"
EARLY = 'availabilityTimeOffset="3.5"'
SERVICE = '<Latency target="3000" min="2000" max="6000"/>'


def put_producers(p):
    clock = '<ProducerReferenceTime id="0" type="encoder" wallClockTime="2024-01-01T00:00:00Z" presentationTime="0"/>'
    mpd(p, r"(<Role |<Label>)", rf"{clock}\1", 1)


@mutation("D76")
def low_latency_without_service(p):
    add_profile(p, LOW_LATENCY)
    make_dynamic(p)


@mutation("D76")
def low_latency_of_complete_segments(p):
    add_profile(p, LOW_LATENCY)
    make_dynamic(p)
    put_service(p, SERVICE)
    put_producers(p)
    give(p, "SegmentTemplate", EARLY)


@mutation("D76")
def low_latency_without_producer_times(p):
    add_profile(p, LOW_LATENCY)
    make_dynamic(p)
    put_service(p, SERVICE)
    give(p, "SegmentTemplate", EARLY + ' availabilityTimeComplete="false"')
