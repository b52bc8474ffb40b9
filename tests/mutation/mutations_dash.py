# SPDX-License-Identifier: BSD-2-Clause
"""Faults in DASH manifests: rules D and X."""

import re

from kit import Unchanged, mutation


def mpd(p, pattern, replacement, count=1):
    p.sub(p.mpd, pattern, replacement, count)


def times(factor):
    return lambda m: m.group(1) + str(int(int(m.group(2)) * factor))


def drop_attribute(p, element, name, count=1):
    mpd(p, rf'(<{element}\b[^>]*?) {name}="[^"]*"', r"\1", count)


def set_attribute(p, element, name, value, count=1):
    text = p.text(p.mpd)
    if re.search(rf'<{element}\b[^>]*? {name}="', text):
        mpd(p, rf'(<{element}\b[^>]*? {name}=)"[^"]*"', rf'\g<1>"{value}"', count)
    else:
        mpd(p, rf"(<{element}\b)", rf'\1 {name}="{value}"', count)


def put_first(p, element, text, nth=1):
    """A new first child of the nth element of a name."""
    count = 0

    def one(m):
        nonlocal count
        count += 1
        return m.group(0) + text if count == nth else m.group(0)

    mpd(p, rf"<{element}\b[^>]*[^/]>", one, 0)


def make_dynamic(p, *attributes):
    """A dynamic MPD that is right, but for what `attributes` leave out."""
    given = {"availabilityStartTime": "2024-01-01T00:00:00Z", "publishTime": "2024-01-01T00:00:10Z",
             "minimumUpdatePeriod": "PT4S", "timeShiftBufferDepth": "PT30S"}  # fmt: skip
    text = " ".join(f'{k}="{v}"' for k, v in given.items() if k not in attributes)
    mpd(p, 'type="static"', f'type="dynamic" {text}')


UTC = '<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="https://example.com/now"/>'


@mutation("D1", also=("D18", "X1"))
def element_out_of_order(p):
    mpd(p, "</Period>", "<BaseURL>./</BaseURL></Period>")


@mutation("D1", also=("L1", "X1"))
def xml_cut_short(p):
    mpd(p, "</MPD>", "")


@mutation("D1")
def unknown_element(p):
    put_first(p, "Period", "<Chapter/>")


@mutation("D1")
def unknown_attribute(p):
    set_attribute(p, "AdaptationSet", "colour", "red")


@mutation("D1", also=("D27", "D19"))
def bandwidth_is_no_number(p):
    set_attribute(p, "Representation", "bandwidth", "fast")


@mutation("D1", also=("D27",))
def min_buffer_time_missing(p):
    drop_attribute(p, "MPD", "minBufferTime")


@mutation("D1", also=("D6",))
def profiles_missing(p):
    drop_attribute(p, "MPD", "profiles")


@mutation("D1", also=("D3",))
def duration_of_wrong_type(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "12 seconds")


@mutation("D1", also=("D14", "D17", "D18", "X1", "X2", "D13"))
def s_without_d(p):
    drop_attribute(p, "S", "d")


@mutation("D2", also=("D34", "M12"))
def dynamic_without_availability_start(p):
    make_dynamic(p, "availabilityStartTime")
    mpd(p, "</MPD>", UTC + "</MPD>")


@mutation("D2", also=("D34",))
def dynamic_without_publish_time(p):
    make_dynamic(p, "publishTime")
    mpd(p, "</MPD>", UTC + "</MPD>")


@mutation("D1", also=("D34", "D1", "D2"))
def dynamic_with_broken_publish_time(p):
    make_dynamic(p)
    set_attribute(p, "MPD", "publishTime", "today")
    mpd(p, "</MPD>", UTC + "</MPD>")


@mutation("D3", also=("X5", "D14", "D18"))
def duration_wrong(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "PT99S")


@mutation("D3", also=("X5", "D14", "D18"))
def duration_too_short(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "PT8S")


@mutation("D3")
def duration_missing(p):
    drop_attribute(p, "MPD", "mediaPresentationDuration")


@mutation("D3", also=("D9", "D14", "X5"))
def period_duration_differs(p):
    set_attribute(p, "Period", "duration", "PT11S")


@mutation("D4")
def max_segment_duration_too_small(p):
    set_attribute(p, "MPD", "maxSegmentDuration", "PT2S")


@mutation("D4")
def max_segment_duration_just_too_small(p):
    set_attribute(p, "MPD", "maxSegmentDuration", "PT3.9S")


@mutation("D4", bases=("shaka_live", "rung"))
def max_segment_duration_zero(p):
    set_attribute(p, "MPD", "maxSegmentDuration", "PT0.5S")


@mutation("D5")
def static_with_update_period(p):
    set_attribute(p, "MPD", "minimumUpdatePeriod", "PT2S")


@mutation("D5")
def static_with_time_shift_buffer(p):
    set_attribute(p, "MPD", "timeShiftBufferDepth", "PT30S")


@mutation("D5")
def static_with_long_update_period(p):
    set_attribute(p, "MPD", "minimumUpdatePeriod", "PT1H")


@mutation("D6", also=("D1",))
def on_demand_profile_with_template(p):
    mpd(p, "isoff-live:2011", "isoff-on-demand:2011")


@mutation("D6", bases=("shaka_ondemand",))
def live_profile_with_segment_base(p):
    mpd(p, "isoff-on-demand:2011", "isoff-live:2011")


@mutation("D6", also=("D1", "D2", "D34", "D5", "D3"), bases=("shaka_ondemand",))
def on_demand_profile_dynamic(p):
    make_dynamic(p)


@mutation("D7", also=("D18", "X1", "D17", "D20", "D22", "S24", "X3", "D27", "D60"))
def representation_ids_twice(p):
    ids = re.findall(r'<Representation id="([^"]*)"', p.text(p.mpd))
    mpd(p, f'<Representation id="{ids[1]}"', f'<Representation id="{ids[0]}"')


@mutation("D7")
def set_ids_twice(p):
    mpd(p, r'(<AdaptationSet id=)"2"', r'\1"1"')


@mutation("D1", also=("D1", "D18", "H7", "X1", "L1", "D7"))
def representation_id_with_space(p):
    ids = re.findall(r'<Representation id="([^"]*)"', p.text(p.mpd))
    mpd(p, f'<Representation id="{ids[0]}"', f'<Representation id="{ids[0]} b"')


@mutation("D8", also=("D1", "X1", "D3", "D28"))
def period_without_sets(p):
    mpd(p, r"<AdaptationSet[\s\S]*</AdaptationSet>", "")


@mutation("D8", also=("D1", "X1"))
def set_without_representations(p):
    mpd(p, r'(<AdaptationSet id="2"[\s\S]*?)<Representation[\s\S]*?</Representation>', r"\1")


@mutation("D1", also=("D1", "D3", "X1"))
def mpd_without_period(p):
    mpd(p, r"<Period[\s\S]*</Period>", "")


@mutation("D9", also=("D3", "D14", "D16", "X2", "S26", "M23"))
def first_period_starts_late(p):
    set_attribute(p, "Period", "start", "PT10S")


@mutation("D9", also=("D3", "D7", "D16", "D18", "X1", "X5", "D4"))
def gap_between_periods(p):
    text = p.text(p.mpd)
    period = re.search(r"<Period[\s\S]*</Period>", text).group(0)
    first = period.replace("<Period ", '<Period duration="PT12S" ', 1)
    second = re.sub(r'<Period id="[^"]*" start="[^"]*"', '<Period id="x" start="PT13S"', period)
    p.write(p.mpd, text.replace(period, first + second))


@mutation("D1", also=("D3", "D7", "D16", "D18", "X1", "X5", "D14", "D1"))
def period_starts_negative(p):
    set_attribute(p, "Period", "start", "-PT1S")


@mutation("D10", also=("D1", "D11", "D18", "X1"))
def template_and_list_together(p):
    put_first(p, "AdaptationSet", '<SegmentList duration="4"><SegmentURL media="a.m4s"/></SegmentList>')


@mutation("D10", also=("D1", "D11", "D18"))
def template_and_base_together(p):
    mpd(p, "(<SegmentTemplate)", r'<SegmentBase indexRange="0-10"/>\1')


@mutation("D10", also=("D1", "D6", "D11", "D18", "D29", "D25", "L1"), bases=("shaka_ondemand",))
def base_and_template_in_representation(p):
    mpd(p, "(</SegmentBase>)", r'\1<SegmentTemplate timescale="1" duration="4" media="$Number$.m4s"/>')


@mutation("D11", also=("D1", "D10", "D18", "D17", "X1", "X2", "D29", "D14", "D6"))
def one_representation_by_list(p):
    files = "".join(f'<SegmentURL media="{name}"/>' for name in p.segments(p.video()))
    mpd(p, r'(<Representation id="h264-360p"[^>]*)/>',
        rf'\1><SegmentList timescale="24000" duration="96000"><Initialization sourceURL="{p.init()}"/>{files}</SegmentList></Representation>')


@mutation("D12", also=("D18", "X1", "D17", "D27", "S11"))
def media_template_without_number(p):
    mpd(p, r"\$Number%05d\$", "00001")


@mutation("D12", also=("D18", "X1"))
def unknown_identifier(p):
    mpd(p, r"\$Number%05d\$", "$Segment$")


@mutation("D12", also=("D18", "X1", "D20", "L1"))
def number_in_initialization(p):
    mpd(p, r"init\.mp4", "$Number$.mp4")


@mutation("D12", also=("D18", "X1"))
def format_tag_malformed(p):
    mpd(p, r"\$Number%05d\$", "$Number%5x$")


@mutation("D12", also=("D18", "X1"))
def dollar_left_open(p):
    mpd(p, r"\$Number%05d\$", "$Number%05d")


@mutation("D13", also=("D1", "D17"))
def duration_and_timeline(p):
    set_attribute(p, "SegmentTemplate", "duration", "96000")


@mutation("D13", also=("D18", "X1", "X2", "D14", "D4"))
def neither_duration_nor_timeline(p):
    mpd(p, r"<SegmentTimeline>[\s\S]*?</SegmentTimeline>", "")


@mutation("D13", also=("D1", "D17"))
def audio_duration_and_timeline(p):
    mpd(p, r'(<SegmentTemplate timescale="48000")', r'\1 duration="192000"')


@mutation("D14", also=("D17", "D16", "X2"))
def timeline_overlaps(p):
    mpd(p, r'(<S t="0" d="192512"/>\s*)<S d="191488"/>', r'\1<S t="190000" d="191488"/>')


@mutation("D14", also=("D17", "X2", "D3", "D18"))
def timeline_with_gap(p):
    mpd(p, r'(<S t="0" d="192512"/>\s*)<S d="191488"/>', r'\1<S t="200000" d="191488"/>')


@mutation("D14", also=("D1", "D17", "D18", "X1", "X2", "D3"))
def timeline_of_zero(p):
    mpd(p, '<S d="191488"/>', '<S d="0"/>')


@mutation("D14", also=("D1", "D17", "D18", "X1", "X2", "D3"))
def repeat_minus_two(p):
    mpd(p, 'r="2"', 'r="-2"')


@mutation("D15", also=("D3", "D14", "D16", "D17", "D18", "X2", "D4", "D27", "S26"))
def timescale_differs(p):
    mpd(p, r'timescale="24000"', 'timescale="24001"')


@mutation("D15", also=("D3", "D14", "D16", "D17", "D18", "X2", "D4", "D27"))
def timescale_ninety_thousand(p):
    def scaled(m):
        return f'timescale="90000"{m.group(1)}<S t="0" d="360000" r="2"/>'

    mpd(p, r'timescale="24000"([\s\S]*?)<S t="0" d="96000" r="2"/>', scaled)


@mutation("D15", also=("D3", "D14", "D16", "D17", "D18", "X2", "D4", "D27"))
def timescale_missing(p):
    drop_attribute(p, "SegmentTemplate", "timescale")


@mutation("D16", also=("D17", "D3", "D14", "X2", "D18"))
def timeline_starts_late(p):
    mpd(p, '<S t="0" d="96000"', '<S t="4000" d="96000"')


@mutation("D16", also=("D17", "D3", "X2", "D14", "D18"))
def presentation_time_offset_wrong(p):
    set_attribute(p, "SegmentTemplate", "presentationTimeOffset", "24000")


@mutation("D16", also=("S11", "S16", "D17", "M6", "M23", "S26", "S24", "X2", "M13", "S27", "D3", "D18", "M25", "S20", "M21", "D25"))
def media_starts_late(p):
    for name in p.segments(p.video()):
        version = p.tree(name).find("moof/traf/tfdt").version
        for nth in range(len(p.tree(name).find_all("moof/traf/tfdt"))):
            p.patch(name, "moof/traf/tfdt", ">Q" if version else ">I", 4, lambda v: v + 24000, nth)


@mutation("D17", also=("D14", "D3", "X2", "D18"))
def s_duration_wrong(p):
    mpd(p, 'd="192512"', 'd="190000"')


@mutation("D17", also=("D14", "D3", "X2", "D18", "D4"))
def s_duration_half_a_second_long(p):
    mpd(p, 'd="96000" r="2"', 'd="108000" r="2"')


@mutation("D17", also=("S11", "M6", "M23", "S26", "S24", "X2", "S27", "D16", "S20", "M13", "D25", "M21", "M25"))
def media_a_frame_late(p):
    name = p.segment(1)
    version = p.tree(name).find("moof/traf/tfdt").version
    for nth in range(len(p.tree(name).find_all("moof/traf/tfdt"))):
        p.patch(name, "moof/traf/tfdt", ">Q" if version else ">I", 4, lambda v: v + 2000, nth)


@mutation("D18", also=("X2", "X1", "D17", "D16", "D3", "S11"))
def start_number_wrong(p):
    mpd(p, 'startNumber="1"', 'startNumber="2"')


@mutation("D18", also=("X1", "X2", "D3", "D17"))
def one_segment_too_many_listed(p):
    mpd(p, 'r="2"', 'r="3"')


@mutation("D18", also=("X1", "X2", "X5", "L1"))
def representation_names_another_folder(p):
    mpd(p, r'media="video/', 'media="film/')


@mutation("D18", also=("H7", "X1", "S26", "M23", "M6", "S24", "S11"))
def last_file_missing(p):
    p.remove(p.segments()[-1])


@mutation("D19", also=("D1", "D20"))
def codecs_missing(p):
    drop_attribute(p, "Representation", "codecs")


@mutation("D19", also=("D1",))
def mime_type_missing(p):
    drop_attribute(p, "AdaptationSet", "mimeType")


@mutation("D19", also=("D1", "D21"))
def mime_type_malformed(p):
    set_attribute(p, "AdaptationSet", "mimeType", "video")


@mutation("D20", also=("X3",))
def codecs_of_another_level(p):
    mpd(p, r'codecs="avc1\.[0-9a-f]{6}"', 'codecs="avc1.640033"')


@mutation("D20", also=("X3",))
def audio_codecs_wrong(p):
    mpd(p, r'codecs="mp4a\.40\.2"', 'codecs="mp4a.40.29"')


@mutation("D20", also=("X3", "D21", "S25"))
def codecs_of_another_codec(p):
    mpd(p, r'codecs="avc1\.[0-9a-f]{6}"', 'codecs="hvc1.1.6.L93.B0"')


@mutation("D20", also=("X3",), bases=("rung_hevc",))
def hevc_profile_wrong(p):
    mpd(p, r'codecs="hvc1\.1\.6', 'codecs="hvc1.2.4')


@mutation("D21", also=("D1", "D19", "D59"))
def mime_types_mixed(p):
    mpd(p, r'(<Representation id="h264-240p")', r'\1 mimeType="audio/mp4"')


@mutation("D41")
def attribute_at_both_levels(p):
    mpd(p, r'(<Representation id="h264-240p")', r'\1 mimeType="video/mp4"')


@mutation("D59", also=("D22", "S25", "D25"))
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


@mutation("D24")
def channel_configuration_missing(p):
    mpd(p, r"<AudioChannelConfiguration[^>]*/>", "")


@mutation("D24")
def par_missing(p):
    drop_attribute(p, "AdaptationSet", "par")


@mutation("D24")
def sar_missing(p):
    drop_attribute(p, "Representation", "sar")


@mutation("D24", also=("X4",))
def audio_without_lang(p):
    drop_attribute(p, "AdaptationSet", "lang")


@mutation("D25")
def segment_alignment_missing(p):
    drop_attribute(p, "AdaptationSet", "segmentAlignment")


@mutation("D25")
def segment_alignment_false(p):
    set_attribute(p, "AdaptationSet", "segmentAlignment", "false")


@mutation("D25", also=("S24", "S11", "D17", "M6", "M25", "M13", "S20", "M23", "M21", "S26", "X2"))
def segment_alignment_untrue(p):
    name = p.segment(1, p.video(1))
    version = p.tree(name).find("moof/traf/tfdt").version
    for nth in range(len(p.tree(name).find_all("moof/traf/tfdt"))):
        p.patch(name, "moof/traf/tfdt", ">Q" if version else ">I", 4, lambda v: v + 12000, nth)


@mutation("D26", also=("S18", "S19", "V22", "M19", "M21", "S6", "M20"))
def segment_without_sap(p):
    name = p.segment(1)
    data = bytearray(p.read(name))
    at = data.index(b"mdat") + 4
    while data[at + 4] & 31 != 5:
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    data[at + 4] = data[at + 4] & 0xE0 | 1
    p.write(name, data)


@mutation("D27")
def bandwidth_halved(p):
    mpd(p, r'( bandwidth=")(\d+)', times(0.5))


@mutation("D27")
def bandwidth_a_third_too_low(p):
    mpd(p, r'(id="h264-240p"[^>]* bandwidth=")(\d+)', times(0.66))


@mutation("D27")
def audio_bandwidth_halved(p):
    mpd(p, r'(codecs="mp4a.40.2" bandwidth=")(\d+)', times(0.5))


@mutation("D28")
def role_unknown(p):
    mpd(p, 'role:2011" value="main"', 'role:2011" value="principal"')


@mutation("D28")
def role_without_value(p):
    mpd(p, '(<Role schemeIdUri="urn:mpeg:dash:role:2011") value="main"', r"\1")


@mutation("D65")
def no_main_audio(p):
    text = p.text(p.mpd)
    audio = text.index('contentType="audio"')
    p.write(p.mpd, text[:audio] + text[audio:].replace('value="main"', 'value="alternate"'))


@mutation("D29", also=("D18", "S21", "X1", "X2", "S38"), bases=("shaka_ondemand",))
def index_range_a_byte_long(p):
    mpd(p, r'indexRange="(\d+)-(\d+)"', lambda m: f'indexRange="{m.group(1)}-{int(m.group(2)) + 1}"')


@mutation("D29", also=("D18", "S21", "X1", "X2", "S38", "D6"), bases=("shaka_ondemand",))
def index_range_elsewhere(p):
    mpd(p, r'indexRange="(\d+)-(\d+)"', lambda m: f'indexRange="{int(m.group(1)) + 8}-{int(m.group(2)) + 8}"')


@mutation("D29", also=("S1", "S38", "M9", "X1", "D20", "D22", "X3", "D25", "S24"), bases=("shaka_ondemand",))
def initialization_range_short(p):
    mpd(p, r'Initialization range="0-(\d+)"', lambda m: f'Initialization range="0-{int(m.group(1)) - 100}"')


@mutation("D29", also=("D18", "X1"), bases=("shaka_ondemand",))
def index_range_missing(p):
    mpd(p, r' indexRange="[^"]*"', "")


@mutation("D30", bases=("shaka_cenc",))
def mp4protection_value_wrong(p):
    mpd(p, r'(mp4protection:2011" value=)"cenc"', r'\1"cbcs"')


@mutation("D30", bases=("shaka_cenc",))
def default_kid_wrong(p):
    mpd(p, r'(default_KID=")0', r"\g<1>f")


@mutation("D30", bases=("shaka_cbcs",))
def mp4protection_missing(p):
    mpd(p, r"<ContentProtection[^>]*mp4protection[^>]*/>", "", 0)


@mutation("D31", bases=("shaka_cenc",))
def pssh_is_not_base64(p):
    mpd(p, r"(<cenc:pssh[^>]*>)[^<]*", r"\1!!!!")


@mutation("D31", bases=("shaka_cenc",))
def pssh_of_another_system(p):
    mpd(p, r'(schemeIdUri="urn:uuid:)[0-9a-fA-F]{8}', r"\g<1>9a04f079")


@mutation("D31", bases=("shaka_cenc",))
def pssh_cut_short(p):
    mpd(p, r"(<cenc:pssh[^>]*>)([^<]{16})[^<]*", r"\1\2")


@mutation("D32")
def trick_mode_of_no_set(p):
    put_first(p, "AdaptationSet", '<EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode" value="77"/>')


@mutation("D32")
def trick_mode_of_itself(p):
    put_first(p, "AdaptationSet", '<EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode" value="1"/>')


@mutation("D32")
def trick_mode_without_value(p):
    put_first(p, "AdaptationSet", '<EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode"/>')


THUMBNAILS = ('<AdaptationSet id="9" mimeType="image/jpeg" contentType="image">'
              '<SegmentTemplate timescale="1" duration="12" startNumber="1" media="tiles/$Number$.jpg"/>'
              '<Representation id="tiles"{more}>'
              '<EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="{value}"/>'
              "</Representation></AdaptationSet>")  # fmt: skip
FACTS = ' bandwidth="10000" width="1600" height="360"'
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def put_thumbnails(p, value, more=FACTS):
    p.write("tiles/1.jpg", JPEG)
    mpd(p, "</Period>", THUMBNAILS.format(value=value, more=more) + "</Period>")


@mutation("D33", also=("D4",))
def tiles_without_x(p):
    put_thumbnails(p, "10")


@mutation("D33", also=("D4",))
def tiles_of_zero(p):
    put_thumbnails(p, "0x4")


@mutation("D33", also=("D1", "D4"))
def tiles_without_size(p):
    put_thumbnails(p, "10x4", ' bandwidth="10000"')


@mutation("D34", also=("D3",))
def dynamic_without_utc_timing(p):
    make_dynamic(p)


@mutation("D34", also=("D3",))
def dynamic_without_period_id(p):
    make_dynamic(p)
    mpd(p, "</MPD>", UTC + "</MPD>")
    drop_attribute(p, "Period", "id")


@mutation("D49", also=("D3",))
def utc_timing_of_unknown_scheme(p):
    make_dynamic(p)
    mpd(p, "</MPD>", UTC.replace("http-xsdate:2014", "sundial:1") + "</MPD>")


def put_emsg(p, name, scheme):
    import boxes

    def change(tree):
        body = scheme.encode() + b"\0v\0" + (24000).to_bytes(4, "big") + bytes(8) + (7).to_bytes(4, "big")
        tree.find("moof").before(boxes.full("emsg", 0, 0, body))

    p.edit(name, change)


@mutation("D35", also=("S22", "M19", "M21", "M7", "V19", "S7"))
def emsg_without_inband_event_stream(p):
    put_emsg(p, p.segment(0), "urn:example:events")


@mutation("D35", also=("S22", "M19", "M21", "M7"))
def emsg_of_another_scheme(p):
    put_emsg(p, p.segment(0), "urn:example:events")
    mpd(p, "(<Role )", r'<InbandEventStream schemeIdUri="urn:example:other"/>\1')


@mutation("D35", also=("S22", "M19", "M21", "M7"))
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


@mutation("D37", also=("D1", "D3", "X5"))
def duration_in_months(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "P1M")


@mutation("D37", also=("D1", "D27"))
def buffer_in_years(p):
    set_attribute(p, "MPD", "minBufferTime", "P1YT4S")


@mutation("D37", also=("D1", "D9", "D3"))
def period_start_in_months(p):
    set_attribute(p, "Period", "start", "P0M")


# --- X: HLS against DASH


@mutation("X1", also=("D28",))
def audio_only_in_hls(p):
    mpd(p, r'<AdaptationSet id="2"[\s\S]*?</AdaptationSet>', "")


@mutation("X1")
def rung_only_in_hls(p):
    mpd(p, r'<Representation id="h264-240p"[^>]*/>', "")


@mutation("X1", also=("V2", "V27"))
def rung_only_in_dash(p):
    p.sub(p.master, r"^#EXT-X-STREAM-INF.*\n[^#\n].*\n", "")


@mutation("X2", also=("M6", "M2", "M23", "X5", "M3", "M21"))
def hls_times_differ(p):
    p.sub(p.video(), r"#EXTINF:4\.0+", "#EXTINF:4.400000")


@mutation("X2", also=("D17", "D14", "D3", "D18", "D4"))
def dash_times_differ(p):
    mpd(p, r'<S d="191488"/>', '<S d="195000"/>')


@mutation("X2", also=("M23", "X5", "X1", "M21"))
def hls_lists_fewer(p):
    p.sub(p.video(), r"#EXTINF.*\n[^#\n].*\n(#EXT-X-ENDLIST)", r"\1")


@mutation("X3", also=("D20",))
def codec_differs_in_dash(p):
    mpd(p, r'(id="h264-240p" codecs=)"[^"]*"', r'\1"avc1.640028"')


@mutation("X3", also=("V6", "V5"))
def codec_differs_in_hls(p):
    p.sub(p.master, r'avc1\.[0-9a-f]{6}', "avc1.640028", 0)


@mutation("X3", also=("D20",))
def audio_codec_differs_in_dash(p):
    mpd(p, r'codecs="mp4a\.40\.2"', 'codecs="mp4a.40.5"')


@mutation("X4")
def language_differs_in_dash(p):
    mpd(p, ' lang="en"', ' lang="fr"')


@mutation("X4", also=("V17",))
def language_differs_in_hls(p):
    p.sub(p.master, 'LANGUAGE="en"', 'LANGUAGE="it"')


@mutation("X4")
def second_language_differs_in_dash(p):
    mpd(p, ' lang="de"', ' lang="es"')


@mutation("X5", also=("D3", "D14", "D18"))
def dash_lasts_longer(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "PT15S")


@mutation("X5", also=("M6", "M2", "M23", "X2", "M3", "M21"))
def hls_lasts_longer(p):
    p.sub(p.video(), r"#EXTINF:4\.0+", "#EXTINF:5.000000", 0)


@mutation("X5", also=("D3", "D14", "D18"))
def dash_lasts_shorter(p):
    set_attribute(p, "MPD", "mediaPresentationDuration", "PT10S")
