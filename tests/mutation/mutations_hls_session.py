# SPDX-License-Identifier: BSD-2-Clause
"""Faults in session data and keys, steering and identifiers in multivariant playlists."""

import re

from hls_edit import IFRAME, MEDIA, STREAM, add_attribute, on_top
from kit import mutation


@mutation("V23")
def session_key_none(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", "#EXT-X-SESSION-KEY:METHOD=NONE")


@mutation("V23")
def session_key_twice(p):
    line = '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://k",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"'
    p.insert_after(p.master, "EXT-X-INDEPENDENT", line + "\n" + line)


@mutation("V23", also=("H7",))
def session_data_with_value_and_uri(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-SESSION-DATA:DATA-ID="a.b",VALUE="x",URI="x.json"')


@mutation("V23")
def session_data_without_either(p):
    p.insert_after(p.master, "EXT-X-INDEPENDENT", '#EXT-X-SESSION-DATA:DATA-ID="a.b"')


@mutation("V31")
def variant_id_with_a_space(p):
    add_attribute(p, 'STABLE-VARIANT-ID="video 360"', STREAM)


@mutation("V31")
def rendition_id_with_a_colon(p):
    add_attribute(p, 'STABLE-RENDITION-ID="audio:en"', MEDIA)


@mutation("V31", bases=("shaka_live",))
def iframe_id_with_an_umlaut(p):
    add_attribute(p, 'STABLE-VARIANT-ID="f\u00fcr-Suche"', IFRAME)


def steer(p, pathway):
    on_top(p, f'#EXT-X-CONTENT-STEERING:SERVER-URI="https://steering.example/x",PATHWAY-ID="{pathway}"')


@mutation("V33")
def steering_begins_where_no_variant_is(p):
    steer(p, "CDN-A")


@mutation("V33")
def steering_of_another_case(p):
    p.sub(p.master, rf"^(#{STREAM}:.*)$", r'\1,PATHWAY-ID="CDN-A"', 0)
    p.sub(p.master, rf"^(#{IFRAME}:.*)$", r'\1,PATHWAY-ID="CDN-A"', 0)
    steer(p, "cdn-a")


@mutation("V33", bases=("shaka_live",))
def steering_to_the_default_that_is_not_there(p):
    p.sub(p.master, rf"^(#(?:{STREAM}|{IFRAME}):.*)$", r'\1,PATHWAY-ID="B"', 0)
    steer(p, ".")


def session_key(p, name, change, nth=0):
    """A key of a media playlist as session key, with one attribute another."""
    keys = re.findall(r"^#EXT-X-KEY:(.*)$", p.text(p.video()), re.M)
    text = re.sub(rf'(?<![A-Z]){name}=("[^"]*"|[^,]*)', lambda m: f"{name}={change}", p.need(keys, nth))
    on_top(p, f"#EXT-X-SESSION-KEY:{text}")


@mutation("V43", bases=("shaka_cbcs",))
def session_key_of_another_method(p):
    session_key(p, "METHOD", "SAMPLE-AES-CTR")


@mutation("V43", bases=("shaka_cenc",))
def session_key_of_another_format(p):
    session_key(p, "KEYFORMAT", '"com.microsoft.playready"')


@mutation("V43", bases=("shaka_cbcs",))
def session_key_of_another_version(p):
    session_key(p, "KEYFORMATVERSIONS", '"2"', 1)


@mutation("V23", bases=("shaka_text",))
def session_data_twice(p):
    line = '#EXT-X-SESSION-DATA:DATA-ID="com.example.title",VALUE="x",LANGUAGE="en"'
    on_top(p, line + "\n" + line)


@mutation("V23")
def session_data_without_id(p):
    on_top(p, '#EXT-X-SESSION-DATA:VALUE="x"')


@mutation("V23", also=("H16",))
def session_key_without_method(p):
    on_top(p, '#EXT-X-SESSION-KEY:URI="skd://k"')
