# SPDX-License-Identifier: BSD-2-Clause
"""Faults of sets that are switched within and between, and of the on-demand profile."""

from dash_edit import add_profile, give, mpd, set_attribute
from kit import Unchanged, mutation
from mutations_dash_descriptor import SWITCHING, put_property


@mutation("D80")
def parameter_sets_in_each_init_of_h264(p):
    give(p, "AdaptationSet", 'bitstreamSwitching="true"')


@mutation("D80", bases=("rung_hevc",))
def parameter_sets_in_each_init_of_hevc(p):
    give(p, "AdaptationSet", 'bitstreamSwitching="true"')


@mutation("D80", bases=("shaka_live",))
def bitstream_switching_for_a_period(p):
    give(p, "Period", 'bitstreamSwitching="true"')


@mutation("D81")
def switching_from_video_to_audio(p):
    put_property(p, SWITCHING, "2")


@mutation("D81")
def switching_to_another_language(p):
    put_property(p, SWITCHING, "2", 3)


@mutation("D81", bases=("shaka_live",))
def switching_from_audio_to_video(p):
    put_property(p, SWITCHING, "0", 2)


@mutation("D81", bases=("rung_two",))
def switching_to_itself(p):
    put_property(p, SWITCHING, "2", 2)


@mutation("D83", bases=("shaka_ondemand",))
def subsegments_start_anywhere(p):
    set_attribute(p, "AdaptationSet", "subsegmentStartsWithSAP", "3")


@mutation("D83", bases=("shaka_ondemand",))
def audio_subsegments_start_anywhere(p):
    mpd(p, 'subsegmentStartsWithSAP="1"', 'subsegmentStartsWithSAP="6"')


@mutation("D83", bases=("shaka_ondemand",))
def subsegments_say_nothing_of_their_start(p):
    add_profile(p, "http://dashif.org/guidelines/dash264")


def without_brand(p, name):
    data = p.read(name)
    if b"dash" not in data[:64]:
        raise Unchanged("no brand")
    p.write(name, data.replace(b"dash", b"iso7", 1))


@mutation("D84", bases=("shaka_ondemand",))
def video_without_the_brand_dash(p):
    without_brand(p, "v360.mp4")


@mutation("D84", bases=("shaka_ondemand",))
def audio_without_the_brand_dash(p):
    without_brand(p, "audio.mp4")


@mutation("D84", bases=("shaka_ondemand",))
def no_file_with_the_brand_dash(p):
    for name in ("v360.mp4", "v240.mp4", "audio.mp4"):
        without_brand(p, name)
