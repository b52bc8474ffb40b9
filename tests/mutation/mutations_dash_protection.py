# SPDX-License-Identifier: BSD-2-Clause
"""Faults in ContentProtection (D30, D31, D66, D67)."""

from dash_edit import mpd, on_nth
from kit import mutation


@mutation("D30", bases=("shaka_cenc",))
def mp4protection_value_wrong(p):
    mpd(p, r'(<ContentProtection value=)"cenc"', r'\1"cbcs"')


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


@mutation("D30", bases=("shaka_cbcs",))
def default_kid_without_hyphens(p):
    mpd(p, '00112233-4455-6677-8899-aabbccddeeff', '00112233445566778899aabbccddeeff')


@mutation("D30", bases=("shaka_live",))
def protection_of_clear_media(p):
    mpd(p, r'(<AdaptationSet[^>]*contentType="audio"[^>]*>)',
        r'\1<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc"/>')  # fmt: skip


PROTECTION = r'<ContentProtection [^>]*mp4protection:2011"[^>]*/>'


@mutation("D66", bases=("shaka_cenc",))
def protection_below_the_set(p):
    moved = []
    on_nth(p, PROTECTION, lambda m: moved.append(m.group(0)) or "", 1)
    for nth in (1, 2):
        on_nth(p, r"<Representation\b[^>]*>", lambda m: m.group(0) + moved[0], nth)


@mutation("D66", bases=("shaka_cbcs",))
def default_kid_missing(p):
    mpd(p, r' cenc:default_KID="[^"]*"', "", 0)


@mutation("D66", bases=("shaka_cenc",))
def default_kid_of_the_audio_missing(p):
    on_nth(p, PROTECTION, lambda m: m.group(0).replace("cenc:default_KID", "cenc:kid"), 2)


WIDEVINE = "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"
PLAYREADY = "9a04f079-9840-4286-ab92-e65be0885f95"


def put_system(p, system, nth):
    on_nth(p, PROTECTION, lambda m: f'{m.group(0)}<ContentProtection schemeIdUri="urn:uuid:{system}"/>', nth)


@mutation("D67", bases=("shaka_cenc",))
def playready_without_pssh(p):
    put_system(p, PLAYREADY, 1)


@mutation("D67", bases=("shaka_cbcs",))
def playready_of_the_audio_without_pssh(p):
    put_system(p, PLAYREADY, 2)


@mutation("D67", bases=("shaka_cenc",))
def widevine_without_pssh_anywhere(p):
    mpd(p, rf'(<ContentProtection schemeIdUri="urn:uuid:{WIDEVINE}")>[\s\S]*?</ContentProtection>', r"\1/>", 0)
    for playlist in (p.video(0), p.video(1), p.audio()):
        p.edit(p.init(playlist), lambda tree: [box.remove() for box in tree.find_all("moov/pssh")])
