# SPDX-License-Identifier: BSD-2-Clause
"""Faults of interstitials: date ranges that schedule other content."""

from kit import mutation
from mutations_hls_dates import put_range

CLASS = 'CLASS="com.apple.hls.interstitial"'
DATE = 'START-DATE="2024-05-06T07:08:13Z"'
GOOD = f'ID="ad",{CLASS},{DATE},DURATION=0,X-ASSET-URI="https://ads.example/a.m3u8"'


@mutation("M49")
def interstitial_without_an_asset(p):
    put_range(p, f'ID="ad",{CLASS},{DATE},DURATION=15')


@mutation("M49", bases=("shaka_live",))
def interstitial_with_asset_and_list(p):
    put_range(p, GOOD + ',X-ASSET-LIST="https://ads.example/a.json"')


@mutation("M49")
def interstitial_that_restricts_something_else(p):
    put_range(p, GOOD + ',X-RESTRICT="SKIP,SEEK"')


@mutation("M49")
def interstitial_with_a_list_without_quotes(p):
    put_range(p, GOOD + ",X-RESTRICT=SKIP")


@mutation("M49", bases=("ffmpeg_range",))
def interstitial_that_resumes_at_a_date(p):
    put_range(p, GOOD + ',X-RESUME-OFFSET="2024-05-06T07:08:28Z"')


@mutation("M49")
def interstitial_with_a_negative_limit(p):
    put_range(p, GOOD + ",X-PLAYOUT-LIMIT=-5")


@mutation("M49", bases=("shaka_live",))
def interstitial_that_snaps_elsewhere(p):
    put_range(p, GOOD + ',X-SNAP="BOTH"')


@mutation("M49")
def interstitial_of_another_timeline(p):
    put_range(p, GOOD + ',X-TIMELINE-OCCUPIES="AREA"')


@mutation("M50")
def interstitial_after_the_end(p):
    put_range(p, GOOD.replace("07:08:13", "07:09:13"))


@mutation("M50", bases=("shaka_live",))
def interstitial_of_another_day(p):
    put_range(p, GOOD.replace("2024-05-06", "2024-05-07"))


@mutation("M50")
def interstitial_of_a_wrong_class(p):
    put_range(p, GOOD.replace("hls.interstitial", "hls.interstitials"))


@mutation("M50", bases=("ffmpeg_range",))
def interstitial_without_its_class(p):
    put_range(p, GOOD.replace(CLASS + ",", ""))
