# SPDX-License-Identifier: BSD-2-Clause
"""Faults in EXT-X-MEDIA and the groups it makes."""

import re

from hls_edit import MEDIA, STREAM, add_attribute, attribute, drop_attribute, line_with, on_top
from kit import Unchanged, mutation


@mutation("V11", also=("V2", "V5", "V6", "V3", "V15"))
def audio_group_that_is_not_there(p):
    attribute(p, "AUDIO", STREAM, lambda v: '"none"')


@mutation("V11")
def subtitles_group_that_is_not_there(p):
    add_attribute(p, 'SUBTITLES="none"', STREAM)


@mutation("V11")
def video_group_that_is_audio(p):
    group = re.search(r'TYPE=AUDIO.*?GROUP-ID="([^"]*)"|GROUP-ID="([^"]*)".*?TYPE=AUDIO', p.text(p.master))
    add_attribute(p, f'VIDEO="{group.group(1) or group.group(2)}"', STREAM)


@mutation("V12")
def closed_captions_none_on_one_only(p):
    p.sub(p.master, ",?CLOSED-CAPTIONS=NONE", "", 0) if "CLOSED-CAPTIONS" in p.text(p.master) else None
    add_attribute(p, "CLOSED-CAPTIONS=NONE", STREAM)


@mutation("V12")
def closed_captions_dropped_on_one(p):
    drop_attribute(p, "CLOSED-CAPTIONS", STREAM)


@mutation("V12", also=("V11",))
def closed_captions_group_on_one_none_on_others(p):
    attribute(p, "CLOSED-CAPTIONS", STREAM, lambda v: '"cc"')
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="English",LANGUAGE="en",INSTREAM-ID="CC1"')


@mutation("V13", also=("V5", "V6", "V2", "V3", "V11", "X1", "V15"))
def media_without_type(p):
    drop_attribute(p, "TYPE", MEDIA)


@mutation("V13")
def media_without_name(p):
    drop_attribute(p, "NAME", MEDIA)


@mutation("V13", also=("V15", "V11", "V2", "V3", "V5", "V6"))
def media_without_group(p):
    drop_attribute(p, "GROUP-ID", MEDIA)


@mutation("V13", also=("V15",))
def subtitles_without_uri(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en"')


@mutation("V13", also=("V15",))
def closed_captions_without_instream(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="English",LANGUAGE="en"')


@mutation("V14")
def two_of_the_same_name(p):
    names = re.findall(rf'^#{MEDIA}.*NAME="([^"]*)"', p.text(p.master), re.M)
    if len(names) < 2:
        raise Unchanged("one rendition")
    p.sub(p.master, rf'NAME="{re.escape(names[1])}"', f'NAME="{names[0]}"')


@mutation("V14")
def two_defaults(p):
    p.sub(p.master, "DEFAULT=NO", "DEFAULT=YES", 0)


@mutation("V14")
def default_without_autoselect(p):
    p.sub(p.master, "AUTOSELECT=YES", "AUTOSELECT=NO", 0)


@mutation("V14")
def forced_audio(p):
    add_attribute(p, "FORCED=YES", MEDIA)


@mutation("V15", also=("V11",))
def groups_with_different_members(p):
    line = re.search(rf"^#{MEDIA}:.*TYPE=AUDIO.*$", p.text(p.master), re.M).group(0)
    p.insert_after(p.master, "EXT-X-INDEPENDENT", re.sub('GROUP-ID="[^"]*"', 'GROUP-ID="other"', line))
    attribute(p, "AUDIO", STREAM, lambda v: '"other"')


@mutation("V15", also=("X4",))
def groups_with_different_languages(p):
    text = p.text(p.master)
    lines = re.findall(rf"^#{MEDIA}:.*TYPE=AUDIO.*$", text, re.M)
    copies = [re.sub('GROUP-ID="[^"]*"', 'GROUP-ID="other"', line) for line in lines]
    copies[-1] = re.sub('LANGUAGE="[^"]*"', 'LANGUAGE="fr"', copies[-1])
    p.insert_after(p.master, "EXT-X-INDEPENDENT", "\n".join(copies))
    attribute(p, "AUDIO", STREAM, lambda v: '"other"')


@mutation("V15", also=("V13",))
def groups_with_different_names(p):
    lines = re.findall(rf"^#{MEDIA}:.*TYPE=AUDIO.*$", p.text(p.master), re.M)
    copies = [re.sub('GROUP-ID="[^"]*"', 'GROUP-ID="other"', line) for line in lines]
    copies[0] = re.sub('NAME="[^"]*"', 'NAME="Something else"', copies[0])
    p.insert_after(p.master, "EXT-X-INDEPENDENT", "\n".join(copies))
    attribute(p, "AUDIO", STREAM, lambda v: '"other"')


@mutation("V16", also=("X4", "V17"))
def language_is_no_tag(p):
    attribute(p, "LANGUAGE", MEDIA, lambda v: '"English language"')


@mutation("V16", also=("X4", "V17"))
def language_with_underscore(p):
    attribute(p, "LANGUAGE", MEDIA, lambda v: '"en_US"')


@mutation("V16", also=("X4",), bases=("shaka_text",))
def language_by_its_name(p):
    p.sub(p.master, rf'^(#{MEDIA}:.*TYPE=SUBTITLES.*LANGUAGE=")[^"]*', r"\g<1>english")


@mutation("V17", also=("X4", "V14", "V15"))
def language_of_another_track(p):
    attribute(p, "LANGUAGE", MEDIA, lambda v: '"fr"')


@mutation("V17", also=("X4",))
def mdhd_language_differs(p):
    def change(tree):
        mdhd = tree.find("moov/trak/mdia/mdhd")
        offset = 32 if mdhd.version else 20
        mdhd.set(">H", offset, (ord("i") - 96) << 10 | (ord("t") - 96) << 5 | (ord("a") - 96))
        for elng in tree.find_all("moov/trak/mdia/elng"):
            elng.remove()

    p.edit(p.init(p.audio()), change)


@mutation("V17", also=("X4",))
def second_language_of_another_track(p):
    p.sub(p.master, 'LANGUAGE="de"', 'LANGUAGE="ja"')


@mutation("V18")
def channels_wrong(p):
    attribute(p, "CHANNELS", MEDIA, lambda v: '"6"')


@mutation("V18")
def channels_one(p):
    attribute(p, "CHANNELS", MEDIA, lambda v: '"1"')


@mutation("V18")
def channels_a_word(p):
    attribute(p, "CHANNELS", MEDIA, lambda v: '"stereo"')


@mutation("V17", also=("X4",), bases=("shaka_live",))
def language_of_shaka_differs(p):
    attribute(p, "LANGUAGE", MEDIA, lambda v: '"es"')


@mutation("V14", bases=("shaka_text",))
def two_subtitles_of_one_name(p):
    p.insert_after(p.master, "TYPE=SUBTITLES", line_with(p, "TYPE=SUBTITLES"))


@mutation("V18", bases=("shaka_dolby",))
def channels_two_for_dolby(p):
    p.sub(p.master, 'CHANNELS="6"', 'CHANNELS="2"')


@mutation("V18", bases=("shaka_dolby",))
def objects_claimed_for_plain_dolby(p):
    p.sub(p.master, 'CHANNELS="6"', 'CHANNELS="16/JOC"')


HELD = ("V5", "V6", "V16", "V2", "V3", "V13", "V18", "X1", "X3", "X4", "M22", "M23", "M29", "V11", "V15")


@mutation("V30", also=HELD)
def audio_rendition_leads_to_video(p):
    video = p.video(1)
    attribute(p, "URI", MEDIA, lambda v: f'"{video}"')


@mutation("V30", also=HELD)
def subtitles_lead_to_audio(p):
    on_top(p, f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",URI="{p.audio()}"')
    p.sub(p.master, rf"^(#{STREAM}:.*)$", r'\1,SUBTITLES="s"', 0)


@mutation("V30", also=HELD, bases=("shaka_text",))
def audio_typed_as_video(p):
    p.sub(p.master, "TYPE=AUDIO", "TYPE=VIDEO")
    p.sub(p.master, 'AUDIO="audio"', 'VIDEO="audio"', 0)


@mutation("V32")
def sample_rate_of_compact_disc(p):
    add_attribute(p, "SAMPLE-RATE=44100", MEDIA)


@mutation("V32", bases=("ffmpeg",))
def sample_rate_in_kilohertz(p):
    add_attribute(p, "SAMPLE-RATE=48", MEDIA)


@mutation("V32", bases=("shaka_dolby",))
def sample_rate_doubled_for_dolby(p):
    p.sub(p.master, rf"^(#{MEDIA}:.*ec3.m3u8.*)$", r"\1,SAMPLE-RATE=96000")


@mutation("V36", also=("X1", "V15"))
def group_of_another_spelling(p):
    line = line_with(p, "TYPE=AUDIO")
    on_top(p, re.sub('GROUP-ID="[^"]*"', 'GROUP-ID="Audio"', line))


@mutation("V36", also=("X1", "V6", "X3", "V2", "V3"), bases=("shaka_text",))
def subtitles_no_variant_refers_to(p):
    p.sub(p.master, r',SUBTITLES="[^"]*"', "", 0)


@mutation("V36", also=("V2", "V3", "V6", "X1", "X3"), bases=("shaka_dolby",))
def dolby_no_variant_refers_to(p):
    p.sub(p.master, rf'^#{STREAM}:.*AUDIO="ec3".*\n.*\n', "", 0)


@mutation("V37")
def channels_missing(p):
    drop_attribute(p, "CHANNELS", MEDIA)


@mutation("V37", bases=("shaka_live",))
def channels_missing_of_shaka(p):
    drop_attribute(p, "CHANNELS", MEDIA)


@mutation("V37", bases=("shaka_dolby",))
def channels_missing_of_dolby(p):
    p.sub(p.master, ',CHANNELS="6"', "")


@mutation("V38")
def characteristic_misspelled(p):
    add_attribute(p, 'CHARACTERISTICS="public.accessibility.describes-vidoe"', MEDIA)


@mutation("V38")
def characteristic_of_subtitles_on_audio(p):
    add_attribute(p, 'CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog"', MEDIA)


@mutation("V38", bases=("shaka_text",))
def characteristic_in_plain_words(p):
    p.sub(p.master, rf"^(#{MEDIA}:.*TYPE=SUBTITLES.*)$", r'\1,CHARACTERISTICS="captions"')


@mutation("V39", also=("X4",))
def two_of_one_language(p):
    p.sub(p.master, 'LANGUAGE="de"', 'LANGUAGE="en"')


@mutation("V39", also=("X1",), bases=("shaka_text",))
def two_subtitles_of_one_language(p):
    line = line_with(p, "TYPE=SUBTITLES")
    p.insert_after(p.master, "TYPE=SUBTITLES", re.sub('NAME="[^"]*"', 'NAME="English (signs)"', line))


@mutation("V39", bases=("shaka_live",))
def commentary_without_characteristic(p):
    line = line_with(p, "TYPE=AUDIO")
    p.insert_after(p.master, "TYPE=AUDIO", re.sub('NAME="[^"]*"', 'NAME="Commentary"', line))


@mutation("V15", also=("X1",), bases=("shaka_dolby",))
def dolby_group_lacks_a_commentary(p):
    line = line_with(p, 'GROUP-ID="aac"')
    p.insert_after(p.master, 'GROUP-ID="aac"', re.sub('NAME="[^"]*"', 'NAME="Commentary"', line))


@mutation("V11", also=("V2", "V3", "V5", "V6", "X1", "X3"), bases=("shaka_text",))
def subtitles_group_renamed(p):
    p.sub(p.master, rf'^(#{MEDIA}:.*TYPE=SUBTITLES.*GROUP-ID=")[^"]*', r"\g<1>other")


@mutation("V12", bases=("shaka_dolby",))
def closed_captions_dropped_for_dolby(p):
    p.sub(p.master, r'(AUDIO="ec3"),CLOSED-CAPTIONS=NONE', r"\1", 0)


@mutation("V13", also=("V5", "V6", "X1", "X3"), bases=("shaka_text",))
def subtitles_of_shaka_without_uri(p):
    p.sub(p.master, rf'^(#{MEDIA}:.*TYPE=SUBTITLES),URI="[^"]*"', r"\1")
