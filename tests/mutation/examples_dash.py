# SPDX-License-Identifier: BSD-2-Clause
"""MPDs that are right, one subject each. Text that an example puts in stands where the
schema of ISO/IEC 23009-1 wants it."""

import os
import re

import boxes
import dash_edit
from dash_edit import by_lists, give, make_dynamic, mpd, put_before, put_first, put_last, segments_of, two_periods
from examples_kit import put, register, take

ALL = []
example = register(ALL)



def descriptor(element, scheme, value=None, rest=""):
    said = f' value="{value}"' if value is not None else ""
    return f'<{element} schemeIdUri="{scheme}"{said}{rest}/>'


def in_set(copy, text, behind, nth):
    """Into the nth AdaptationSet, after those of its first children that are called so."""
    one = "|".join(rf"<{name}\b[^>]*/>|<{name}\b(?:[^>]*[^/])?>[\s\S]*?</{name}>" for name in behind)
    child = rf"\s*(?:{one})"
    dash_edit.on_nth(copy, rf"<AdaptationSet\b[^>]*>(?:{child})*", lambda m: m.group(0) + text, nth)


PROPERTIES = ("ContentProtection", "EssentialProperty", "SupplementalProperty")


def property_of_set(copy, text, nth=1):
    in_set(copy, text, PROPERTIES, nth)


def without_hls(copy):
    """The examples of DASH are not held against playlists that no longer say the same."""
    for place, _, names in os.walk(copy.folder):
        for name in names:
            if name.endswith(".m3u8"):
                os.remove(os.path.join(place, name))


def representations(copy):
    """[(id, folder)] of the base that Rung makes."""
    ids = re.findall(r'<Representation id="([^"]+)"', copy.text(copy.mpd))
    return [(one, f"{'audio' if 'aac' in one else 'video'}/{one}") for one in ids]


@example("rung")
def periods_with_continuity(copy, bases):
    """Content cut in two where one goes on in the other: same timeline, an asset, an ad's id."""
    two_periods(copy, second=' start="PT8S" duration="PT4S"', offset=lambda ticks: ticks)
    asset = descriptor("AssetIdentifier", "urn:org:dashif:asset-id:2013", "md:cid:EIDR:10.5240%2f0EFB-02CD-126E-8092-1E49-W")
    for nth in (1, 2):
        put_first(copy, "Period", asset, nth)
    for nth in range(4, 7):
        property_of_set(copy, descriptor("SupplementalProperty", "urn:mpeg:dash:period-continuity:2015", "1"), nth)
    without_hls(copy)


@example("rung")
def periods_end_to_end(copy, bases):
    """Two Periods of which the second has only a duration, and its start follows."""
    two_periods(copy, first=' duration="PT8S"', second=' duration="PT4S"', offset=lambda ticks: ticks)
    without_hls(copy)


@example("rung")
def a_film_with_an_advertisement(copy, bases):
    """Film, an advertisement of another size and codec from elsewhere, and the film goes on."""
    other = bases.get("rung_hevc")
    for place, _, names in os.walk(other):
        for name in names:
            if name.endswith((".m4s", "init.mp4")):
                where = os.path.relpath(os.path.join(place, name), other)
                take(copy, other, where, f"ad/{where}")
    with open(os.path.join(other, "manifest.mpd"), encoding="utf-8") as file:
        ad = re.search(r"<Period\b[^>]*>([\s\S]*)</Period>", file.read())[1]
    two_periods(copy, second=' start="PT20S"', offset=lambda ticks: ticks,
                between=f'<Period id="ad" start="PT8S" duration="PT12S"><BaseURL>ad/</BaseURL>{ad}</Period>')  # fmt: skip
    mpd(copy, r'mediaPresentationDuration="PT12S"', 'mediaPresentationDuration="PT24S"')
    without_hls(copy)


@example("rung")
def segments_by_time(copy, bases):
    """$Time$ in the names, and a width in the number's place."""
    text = copy.text(copy.mpd)
    for group in re.findall(r"<AdaptationSet[\s\S]*?</AdaptationSet>", text):
        cut = segments_of(group)
        for one in re.findall(r'<Representation id="([^"]+)"', group):
            folder = dict(representations(copy))[one]
            for i, (time, _) in enumerate(cut, 1):
                os.rename(copy.path(f"{folder}/{i:05d}.m4s"), copy.path(f"{folder}/t{time:09d}.m4s"))
    mpd(copy, r"\$Number%05d\$", "t$Time%09d$", 0)
    mpd(copy, r' startNumber="1"', "", 0)
    without_hls(copy)


@example("rung")
def segments_by_duration(copy, bases):
    """@duration alone: sound is within half a segment of it."""
    for scale in (24000, 48000):
        mpd(copy, rf'<SegmentTemplate timescale="{scale}"([^>]*)>\s*<SegmentTimeline>[\s\S]*?</SegmentTimeline>\s*</SegmentTemplate>',
            rf'<SegmentTemplate timescale="{scale}" duration="{4 * scale}"\1/>', 0)  # fmt: skip
    mpd(copy, r' maxSegmentDuration="[^"]*"', "")
    without_hls(copy)


@example("rung")
def a_template_at_each_level(copy, bases):
    """What Period, AdaptationSet and Representation state of one SegmentTemplate together."""
    put_first(copy, "Period", '<SegmentTemplate initialization="video/$RepresentationID$/init.mp4" '
              'media="video/$RepresentationID$/$Number%05d$.m4s" startNumber="1"/>')  # fmt: skip
    mpd(copy, r'(<SegmentTemplate timescale="24000") startNumber="1"[^>]*>', r"\1>")
    without_hls(copy)


@example("rung")
def repeats_to_the_end(copy, bases):
    """@r of -1, and @k is not needed."""
    mpd(copy, r'<S t="0" d="96000" r="2"/>', '<S d="96000" r="-1"/>')
    without_hls(copy)


@example("rung")
def base_urls_at_each_level(copy, bases):
    """MPD, Period, AdaptationSet, Representation; two places for the same."""
    put_first(copy, "MPD", '<BaseURL serviceLocation="a">./</BaseURL><BaseURL serviceLocation="b">./</BaseURL>')
    put_first(copy, "Period", "<BaseURL>video/</BaseURL>")
    mpd(copy, r'media="video/\$RepresentationID\$/', 'media="', 1)
    mpd(copy, r'initialization="video/\$RepresentationID\$/', 'initialization="', 1)
    for one in ("h264-360p", "h264-240p"):
        mpd(copy, rf'(<Representation id="{one}"[^>]*)/>', rf"\1><BaseURL>{one}/</BaseURL></Representation>")
    for nth in (2, 3):
        in_set(copy, "<BaseURL>../</BaseURL>", (*PROPERTIES, "Label", "Role"), nth)
    without_hls(copy)


@example("shaka_ondemand", warns=("S5", "D65"))
def lists_of_ranges(copy, bases):
    """SegmentList with byte ranges of one file."""
    by_lists(copy)
    without_hls(copy)


@example("rung")
def lists_of_files(copy, bases):
    """SegmentList with a URL for each segment and a timeline."""
    def listed(m):
        one, template = m.group(0), re.search(r"<SegmentTemplate[\s\S]*?</SegmentTemplate>", m.group(0)).group(0)
        scale = re.search(r'timescale="(\d+)"', template)[1]
        timeline = re.search(r"<SegmentTimeline>[\s\S]*?</SegmentTimeline>", template).group(0)
        one = re.sub(r"\s*<SegmentTemplate[\s\S]*?</SegmentTemplate>", "", one)

        def rep(found):
            folder = ("audio/" if "aac" in found[2] else "video/") + found[2]
            inside = found[4] if found[4] else ""
            urls = "".join(f'<SegmentURL media="{folder}/{i:05d}.m4s"/>' for i in (1, 2, 3))
            return (f'<Representation{found[1]}id="{found[2]}"{found[3]}>{inside}<SegmentList timescale="{scale}">'
                    f'<Initialization sourceURL="{folder}/init.mp4"/>{timeline}{urls}</SegmentList></Representation>')  # fmt: skip

        return re.sub(r'<Representation( )id="([^"]+)"([^>]*?)(?:/>|>([\s\S]*?)</Representation>)', rep, one)

    mpd(copy, r"<AdaptationSet[\s\S]*?</AdaptationSet>", listed, 0)
    mpd(copy, "isoff-live:2011", "isoff-main:2011")
    without_hls(copy)


@example("shaka_ondemand", warns=("S5", "D65"))
def one_segment_without_ranges(copy, bases):
    """SegmentBase that leaves the initialization to the file, and is exact about its index."""
    mpd(copy, r'(<SegmentBase indexRange="[^"]*")', r'\1 indexRangeExact="true"', 0)
    without_hls(copy)


@example("rung", warns=("S2", "S5"))
def trick_mode(copy, bases):
    """Pictures that all stand alone, for the set that they belong to."""
    made = bases.once("intra", lambda folder: bases.ffmpeg(
        "-i", f"{bases.elementary()}/v240.mp4", "-an", "-vf", "fps=1", "-c:v", "libx264", "-preset", "veryfast", "-g", "1",
        "-crf", "36", "-f", "dash", "-seg_duration", "4", "-use_timeline", "0", "-init_seg_name", "init.mp4",
        "-media_seg_name", "$Number$.m4s", f"{folder}/x.mpd"))  # fmt: skip
    sizes = []
    for name in ("init.mp4", "1.m4s", "2.m4s", "3.m4s"):
        take(copy, made, name, f"trick/{name}")
        sizes.append(os.path.getsize(copy.path(f"trick/{name}")))
    with open(os.path.join(made, "x.mpd"), encoding="utf-8") as file:
        said = file.read()
    codec = re.search(r'codecs="([^"]+)"', said)[1]
    ticks = scale_of_media(copy, "trick/init.mp4")
    put_last(copy, "Period", '<AdaptationSet id="9" contentType="video" mimeType="video/mp4" par="16:9" segmentAlignment="true" '
             'startWithSAP="1">' + descriptor("EssentialProperty", "http://dashif.org/guidelines/trickmode", "1")
             + f'<SegmentTemplate timescale="{ticks}" duration="{4 * ticks}" startNumber="1" initialization="trick/init.mp4" '
             f'media="trick/$Number$.m4s"/><Representation id="trick" codecs="{codec}" bandwidth="{max(sizes[1:]) * 2}" width="426" '
             'height="240" sar="1:1" frameRate="1" maxPlayoutRate="8" codingDependency="false"/></AdaptationSet>')  # fmt: skip
    without_hls(copy)


def scale_of_media(copy, name):
    mdhd = copy.tree(name).find("moov/trak/mdia/mdhd")
    return mdhd.get(">I", 20 if mdhd.version else 12)


@example("rung")
def thumbnails(copy, bases):
    """Tiles of small pictures."""
    for i in (1, 2, 3):
        bases.ffmpeg("-ss", str(4 * i - 4), "-t", "4", "-i", bases.clip(), "-vf", "fps=1,scale=160:90,tile=2x2", "-frames:v", "1",
                     "-update", "1", "-f", "image2", copy.path(f"tile{i}.jpg"))  # fmt: skip
    put_last(copy, "Period", '<AdaptationSet id="9" contentType="image" mimeType="image/jpeg">'
             '<SegmentTemplate media="tile$Number$.jpg" timescale="1" duration="4" startNumber="1"/>'
             '<Representation id="tiles" bandwidth="20000" width="320" height="180">'
             + descriptor("EssentialProperty", "http://dashif.org/guidelines/thumbnail_tile", "2x2")
             + "</Representation></AdaptationSet>")  # fmt: skip
    without_hls(copy)


@example("shaka_text", warns=("S5", "D24", "D65"))
def text_beside(copy, bases):
    """WebVTT as one file, in pieces and in MP4 in one Period."""
    with open(os.path.join(bases.elementary(), "text.vtt"), encoding="utf-8") as file:
        put(copy, "whole.vtt", file.read())
    put_last(copy, "Period", '<AdaptationSet id="9" contentType="text" mimeType="text/vtt" lang="de">'
             + descriptor("Role", "urn:mpeg:dash:role:2011", "caption")
             + '<Representation id="whole" bandwidth="256"><BaseURL>whole.vtt</BaseURL></Representation></AdaptationSet>')  # fmt: skip
    without_hls(copy)


@example("shaka_text", warns=("S5", "D24", "D65", "V21", "M43"))
def text_that_lasts_longer(copy, bases):
    """The last piece of a text lasts a second longer than the film, in HLS."""
    copy.sub("vtt.m3u8", r"#EXTINF:4\.000,\n(vtt/3)", r"#EXTINF:5.000,\n\1")


@example("shaka_other", warns=("S5", "D24", "D65"))
def text_as_ttml_and_dolby(copy, bases):
    """Shaka's stpp with Dolby Digital and Dolby Digital Plus."""
    without_hls(copy)


@example("shaka_cenc", warns=("S5", "D65"))
def protection_of_several_systems(copy, bases):
    """Each system's descriptor, one of them with nothing but where its licences are, one by reference."""
    mpd(copy, "<MPD ", '<MPD xmlns:dashif="https://dashif.org/CPS" xmlns:mspr="urn:microsoft:playready" ')
    for nth in range(1, copy.text(copy.mpd).count('schemeIdUri="urn:mpeg:dash:mp4protection:2011"') + 1):
        dash_edit.on_nth(copy, r"<ContentProtection[^>]*mp4protection[^>]*/>", lambda m: m.group(0)
                         + '<ContentProtection schemeIdUri="urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e" value="ClearKey1.0">'
                         '<dashif:Laurl licenseType="EME-1.0">https://example.com/clear</dashif:Laurl></ContentProtection>', nth)  # fmt: skip
    without_hls(copy)


@example("rung")
def events(copy, bases):
    """A Period's events with text, with XML, without a duration; and that there may be some in segments."""
    put_first(copy, "Period", '<EventStream schemeIdUri="urn:org:example:text" value="a" timescale="1000">'
              '<Event presentationTime="0" duration="2000" id="1">hello</Event>'
              '<Event presentationTime="2000" id="2" messageData="aGVsbG8=" contentEncoding="base64"/></EventStream>'
              '<EventStream schemeIdUri="urn:scte:scte35:2014:xml+bin" timescale="90000" presentationTimeOffset="90000">'
              '<Event presentationTime="450000" duration="360000" id="7"><scte35:Signal xmlns:scte35="http://www.scte.org/schemas/35/2016">'
              "<scte35:Binary>/DAhAAAAAAAAAP/wEAUAAAECf+/+fg0bGAApMuAAAAAAAABOYZDP</scte35:Binary></scte35:Signal></Event></EventStream>")  # fmt: skip
    property_of_set(copy, descriptor("InbandEventStream", "https://aomedia.org/emsg/ID3", "0"))
    without_hls(copy)


@example("rung")
def a_part_of_the_media(copy, bases):
    """@presentationTimeOffset: the Period plays from the second segment on."""
    def later(m):
        cut = segments_of(m.group(3))[1:]
        s = "".join(f'<S t="{t}" d="{d}"/>' for t, d in cut)
        return f'{m.group(1)} presentationTimeOffset="{cut[0][0]}" startNumber="2"{m.group(2)}<SegmentTimeline>{s}</SegmentTimeline>'

    mpd(copy, r'(<SegmentTemplate[^>]*?) startNumber="1"([^>]*>\s*)<SegmentTimeline>([\s\S]*?)</SegmentTimeline>', later, 0)
    mpd(copy, 'mediaPresentationDuration="PT12S"', 'mediaPresentationDuration="PT8S"')
    without_hls(copy)


@example("rung")
def live(copy, bases):
    """A dynamic MPD with clocks, a service description and what a low-latency one says."""
    make_dynamic(copy)
    mpd(copy, r' mediaPresentationDuration="[^"]*"', ' suggestedPresentationDelay="PT10S"')
    mpd(copy, 'availabilityStartTime="2024-01-01T00:00:00Z"', 'availabilityStartTime="2024-01-01T00:00:00.000Z"')
    mpd(copy, r"<UTCTiming", descriptor("UTCTiming", "urn:mpeg:dash:utc:direct:2014", "2024-01-01T00:00:12Z") + "<UTCTiming")
    put_before(copy, "Period", '<ServiceDescription id="0"><Scope schemeIdUri="urn:dvb:dash:lowlatency:scope:2019"/>'
               '<Latency referenceId="0" target="3500" max="6000" min="2000"/><PlaybackRate min="0.95" max="1.05"/></ServiceDescription>')  # fmt: skip
    without_hls(copy)


@example("rung")
def words_about_it(copy, bases):
    """ProgramInformation, several languages of labels, views, access, ratings, metrics."""
    put_first(copy, "MPD", '<ProgramInformation lang="en" moreInformationURL="https://example.com/film"><Title>A film</Title>'
              "<Source>by hand</Source><Copyright>nobody</Copyright></ProgramInformation>")  # fmt: skip
    put_last(copy, "MPD", '<Metrics metrics="TcpList,HttpList,BufferLevel(200)"><Range starttime="PT0S" duration="PT10S"/>'
             + descriptor("Reporting", "urn:dvb:dash:reporting:2014", "1") + "</Metrics>")  # fmt: skip
    in_set(copy, descriptor("Accessibility", "urn:tva:metadata:cs:AudioPurposeCS:2007", "1"), (*PROPERTIES, "Label"), 3)
    in_set(copy, descriptor("Role", "urn:mpeg:dash:role:2011", "dub") + descriptor("Viewpoint", "urn:mpeg:dash:viewpoint:2011", "vp1"),
           (*PROPERTIES, "Label", "Accessibility", "Role"), 3)  # fmt: skip
    without_hls(copy)


@example("rung")
def low_quality_only_once(copy, bases):
    """Sets that one may switch between, preferred ones first, and a property that nobody knows."""
    give(copy, "AdaptationSet", 'selectionPriority="2" group="1"', 1)
    property_of_set(copy, descriptor("SupplementalProperty", "urn:org:example:thing", "x"))
    mpd(copy, r"<MPD ", '<MPD xmlns:x="urn:org:example" x:made="by hand" ')
    put_last(copy, "MPD", "<x:Thing><x:Deep>1</x:Deep></x:Thing>")
    without_hls(copy)


@example("rung_two")
def sets_of_two_codecs(copy, bases):
    """HEVC beside H.264, and that one may switch between the sets."""
    ids = re.findall(r'<AdaptationSet id="(\d+)" contentType="video"', copy.text(copy.mpd))
    for nth, other in ((1, ids[1]), (2, ids[0])):
        property_of_set(copy, descriptor("SupplementalProperty", "urn:mpeg:dash:adaptation-set-switching:2016", other), nth)
    without_hls(copy)


@example("rung_av1")
def av1(copy, bases):
    """AV1: Rung's own, MPD alone."""
    without_hls(copy)


@example("rung")
def xml_of_another_hand(copy, bases):
    """Prefixes, comments, CDATA, entities of XML, single quotes, another order of attributes."""
    text = copy.text(copy.mpd)
    text = re.sub(r"<(/?)(?=[A-Z])", r"<\1d:", text).replace('xmlns="urn:mpeg', 'xmlns:d="urn:mpeg')
    text = text.replace("<d:Label>English</d:Label>", "<d:Label><![CDATA[English]]></d:Label>").replace(
        "<d:Label>German</d:Label>", "<d:Label>Ger&#109;an &amp; more</d:Label>")  # fmt: skip
    text = re.sub(r'<d:S t="0" d="96000" r="2"/>', "<!-- three --><d:S r='2' d='96000' t='0'></d:S>", text)
    put(copy, copy.mpd, text)
    without_hls(copy)


@example("rung")
def durations_in_other_words(copy, bases):
    """xs:duration with minutes, fractions and zeros."""
    mpd(copy, 'mediaPresentationDuration="PT12S"', 'mediaPresentationDuration="P0DT0H0M12.000S"')
    mpd(copy, 'start="PT0S"', 'start="P0DT0S"')
    mpd(copy, r'minBufferTime="PT4S"', 'minBufferTime="PT0M4.0S"')
    without_hls(copy)


@example("rung")
def indexes_in_segments(copy, bases):
    """A sidx before each moof, and the brands that say so."""
    for one, folder in representations(copy):
        scale = scale_of_media(copy, f"{folder}/init.mp4")
        for i in (1, 2, 3):
            index_segment(copy, f"{folder}/{i:05d}.m4s", scale)
        assert one
    without_hls(copy)


def index_segment(copy, name, scale):
    tree = copy.tree(name)
    moofs = [box for box in tree.children if box.kind == "moof"]
    start = moofs[0].find("traf/tfdt").get(">Q", 4)
    size = sum(box.size() for box in tree.children[tree.children.index(moofs[0]) :])
    ticks = sum(samples_last(moof) for moof in moofs)
    body = (1).to_bytes(4, "big") + scale.to_bytes(4, "big") + start.to_bytes(8, "big") + (0).to_bytes(8, "big") + b"\0\0\0\1"
    body += size.to_bytes(4, "big") + ticks.to_bytes(4, "big") + b"\x90\0\0\0"
    copy.edit(name, lambda t: t.find("moof").before(boxes.full("sidx", 1, 0, body)))


def samples_last(moof):
    tfhd, trun = moof.find("traf/tfhd"), boxes.Trun(moof.find("traf/trun"))
    if trun.has("duration"):
        return sum(trun.get(i, "duration") for i in range(trun.count))
    return trun.count * tfhd.get(">I", 12 if tfhd.flags & 2 else 8)
