# SPDX-License-Identifier: BSD-2-Clause
"""Faults of common encryption: sinf, senc, saiz, saio, groups, and what stays in the
clear. Rules S28 to S32, S55 to S57, S70, S80, S81, S88."""

import struct

from boxes import Box, full
from kit import Unchanged, mutation
from media import RANGES, Run, edit_init, entry, need, patch_init, refit

CENC, CBCS = ("shaka_cenc",), ("shaka_cbcs",)
TENC = "schi/tenc"


def sinf(tree):
    return entry(tree).find("sinf")


def edit_tenc(p, offset, value, playlist=None):
    edit_init(p, lambda tree: sinf(tree).find(TENC).set(">B", offset, value), playlist)


def edit_traf(p, name, change):
    """change(traf); index and data offsets follow."""
    p.edit(name, lambda tree: (change(tree.find("moof/traf")), refit(tree)))


# --- S28, S55, S56: sinf


@mutation("S28", also=("S32", "S83"), bases=CENC)
def no_schm(p):
    edit_init(p, lambda tree: sinf(tree).find("schm").remove())


@mutation("S28", also=("S30",), bases=CENC)
def no_tenc(p):
    edit_init(p, lambda tree: sinf(tree).find(TENC).remove())


@mutation("S28", also=("S25", "V5", "V6"), bases=CBCS)
def no_frma(p):
    edit_init(p, lambda tree: sinf(tree).find("frma").remove())


def scheme(p, name, playlist=None):
    edit_init(p, lambda tree: sinf(tree).find("schm").front.__setitem__(slice(4, 8), name), playlist)


@mutation("S55", also=("D30", "S32", "S83"), bases=CENC)
def scheme_of_piff(p):
    scheme(p, b"piff")


@mutation("S55", also=("D30", "S32", "S83"), bases=CBCS)
def scheme_that_cmaf_has_not(p):
    scheme(p, b"cens")


@mutation("S55", bases=CENC)
def scheme_of_another_version(p):
    edit_init(p, lambda tree: sinf(tree).find("schm").set(">I", 8, 1))


@mutation("S56", also=("S30",), bases=CENC)
def vectors_of_five_bytes(p):
    edit_tenc(p, 7, 5)


@mutation("S56", bases=CENC)
def key_id_of_zeros(p):
    edit_init(p, lambda tree: sinf(tree).find(TENC).front.__setitem__(slice(8, 24), bytes(16)), p.audio())


@mutation("S56", also=("S29",), bases=CBCS)
def constant_vector_of_four_bytes(p):
    def change(tree):
        tenc = sinf(tree).find(TENC)
        tenc.set(">B", 24, 4)
        del tenc.front[29:]

    edit_init(p, change)


# --- S29: patterns


@mutation("S29", bases=CBCS)
def cbcs_pattern_for_video_missing(p):
    edit_tenc(p, 5, 0)


@mutation("S29", bases=CBCS)
def cbcs_pattern_five_to_five(p):
    edit_tenc(p, 5, 0x55)


@mutation("S29", bases=CENC)
def cenc_with_pattern(p):
    edit_tenc(p, 0, 1)
    edit_tenc(p, 5, 0x19)


# --- S30: senc and saio


def senc(traf):
    return need(traf, "senc")


@mutation("S30", bases=CENC)
def senc_count_differs(p):
    edit_traf(p, p.segment(0), lambda traf: senc(traf).set(">I", 4, lambda v: v - 1))


@mutation("S30", bases=CENC)
def subsample_longer_than_sample(p):
    """Count, then for each a vector of 8, how many subsamples, clear and protected bytes."""
    edit_traf(p, p.segment(0), lambda traf: senc(traf).set(">I", 8 + 8 + 2 + 2, lambda v: v + 112))


@mutation("S30", bases=CENC)
def saio_elsewhere(p):
    def change(traf):
        saio = need(traf, "saio")
        saio.set(">I", len(saio.front) - 4, lambda v: v + 4)

    edit_traf(p, p.segment(0), change)


@mutation("S30", also=RANGES, bases=CENC)
def senc_missing_in_one_fragment(p):
    def change(traf):
        for kind in ("senc", "saiz", "saio"):
            need(traf, kind).remove()

    edit_traf(p, p.segment(1), change)


# --- S31: partly encrypted fragments


def seig(is_protected, vector_bytes):
    """A group that says what tenc says, or its contrary."""
    key = bytes.fromhex("00112233445566778899aabbccddeeff")
    return full("sgpd", 1, 0, b"seig" + struct.pack(">II", 20, 1) + bytes([0, 0, is_protected, vector_bytes]) + key)


def put_groups(p, name, runs):
    """runs: (samples, group); 1 is a group in the clear, 0 what tenc says."""
    def change(traf):
        traf.insert(seig(0, 0))
        body = b"".join(struct.pack(">II", samples, 0x10000 + group if group else 0) for samples, group in runs)
        traf.insert(full("sbgp", 0, 0, b"seig" + struct.pack(">I", len(runs)) + body))

    edit_traf(p, name, change)


@mutation("S31", also=RANGES, bases=CENC)
def half_a_fragment_in_the_clear(p):
    count = Run(p.tree(p.segment(1))).count
    put_groups(p, p.segment(1), [(count // 2, 1), (count - count // 2, 0)])


@mutation("S31", bases=CENC)
def last_audio_sample_in_the_clear(p):
    count = Run(p.tree(p.segment(0, p.audio()))).count
    put_groups(p, p.segment(0, p.audio()), [(count - 1, 0), (1, 1)])


@mutation("S31", also=RANGES, bases=CBCS)
def clear_lead_that_ends_in_mid_fragment(p):
    put_groups(p, p.segment(0, p.video(1)), [(10, 1), (Run(p.tree(p.segment(0, p.video(1)))).count - 10, 0)])


# --- S32: what HLS says


def methods(p, old, new, playlist=None):
    p.sub(playlist or p.video(), f"METHOD={old},", f"METHOD={new},", 0)


@mutation("S32", bases=CBCS)
def cbcs_said_to_be_ctr(p):
    methods(p, "SAMPLE-AES", "SAMPLE-AES-CTR")


@mutation("S32", bases=CENC)
def cenc_said_to_be_cbcs(p):
    methods(p, "SAMPLE-AES-CTR", "SAMPLE-AES")


@mutation("S32", bases=CENC)
def encryption_not_said(p):
    p.drop_line(p.audio(), "#EXT-X-KEY", 0)


# --- S57: pssh


def last_pssh(tree):
    return need(tree, "moov/pssh", -1 % len(tree.find_all("moov/pssh")))


@mutation("S57", bases=CENC)
def pssh_that_says_more_data(p):
    edit_init(p, lambda tree: last_pssh(tree).set(">I", 20, lambda v: v + 8))


@mutation("S57", bases=CENC)
def pssh_with_more_key_ids(p):
    patch_init(p, "moov/pssh", ">I", 20, 3, p.audio())


@mutation("S57", bases=CBCS)
def pssh_with_trailing_bytes(p):
    edit_init(p, lambda tree: last_pssh(tree).front.extend(bytes(5)))


# --- S70: auxiliary information


@mutation("S70", bases=CENC)
def saiz_of_another_size(p):
    edit_traf(p, p.segment(0), lambda traf: need(traf, "saiz").set(">B", 12, lambda v: v + 6))


@mutation("S70", also=RANGES, bases=CENC)
def saiz_counts_one_more(p):
    def change(traf):
        saiz = need(traf, "saiz")
        saiz.set(">I", 5, lambda v: v + 1)
        saiz.front.append(16)
        need(traf, "saio").set(">I", 8, lambda v: v + 1)  # senc moves, too

    edit_traf(p, p.segment(1), change)


@mutation("S70", also=RANGES, bases=CENC)
def saio_with_two_offsets(p):
    def change(traf):
        saio = need(traf, "saio")
        saio.set(">I", 4, 2)
        saio.set(">I", 8, lambda v: v + 4)  # senc moves, too
        saio.front += saio.front[8:12]

    edit_traf(p, p.segment(1), change)


@mutation("S70", also=RANGES, bases=CENC)
def auxiliary_information_of_another_type(p):
    def change(traf):
        saiz, saio = need(traf, "saiz"), need(traf, "saio")
        saiz.flags |= 1
        saiz.front[4:4] = b"piff" + bytes(4)
        saio.set(">I", 8, lambda v: v + 8)

    edit_traf(p, p.segment(2), change)


# --- S80, S81: what is protected


def vectors(p, playlist=None):
    """How many bytes of senc come before the subsamples of a sample."""
    return sinf(p.tree(p.init(playlist))).find(TENC).get(">B", 7)


def protect(p, playlist, name, change):
    """change((clear, protected)) of the largest subsample of the first sample."""
    def edit(traf):
        box = senc(traf)
        at = 8 + vectors(p, playlist)
        places = [at + 2 + 6 * i for i in range(box.get(">H", at))]
        at = max(places, key=lambda place: box.get(">I", place + 2))
        old = struct.unpack_from(">HI", box.front, at)
        new = change(*old)
        if sum(old) != sum(new) or new[0] < 0:
            raise Unchanged("nothing to move")
        struct.pack_into(">HI", box.front, at, *new)

    edit_traf(p, name, edit)


@mutation("S80", bases=CENC)
def half_of_the_clear_bytes_encrypted(p):
    protect(p, p.video(), p.segment(0), lambda clear, secret: (clear - clear // 32 * 16, secret + clear // 32 * 16))


@mutation("S80", bases=CBCS)
def nal_length_encrypted(p):
    protect(p, p.video(), p.segment(1), lambda clear, secret: (0, secret + clear))


@mutation("S80", bases=CENC)
def nal_length_encrypted_in_second_rung(p):
    protect(p, p.video(1), p.segment(2, p.video(1)), lambda clear, secret: (0, secret + clear))


@mutation("S81", bases=CENC)
def protected_bytes_not_in_blocks(p):
    protect(p, p.video(), p.segment(0), lambda clear, secret: (clear + 4, secret - 4))


@mutation("S81", bases=CENC)
def protected_bytes_not_in_blocks_in_second_rung(p):
    protect(p, p.video(1), p.segment(1, p.video(1)), lambda clear, secret: (clear + 1, secret - 1))


@mutation("S81", bases=CENC)
def protected_bytes_in_half_blocks(p):
    protect(p, p.video(), p.segment(2), lambda clear, secret: (clear + 8, secret - 8))


# --- S88: PIFF

PIFF = bytes.fromhex("a2394f525a9b4f14a2446c427c648df4")


def to_piff(p, name):
    def change(traf):
        box = senc(traf)
        box.before(Box("uuid", PIFF + bytes(box.front)))
        for kind in ("senc", "saiz", "saio"):
            need(traf, kind).remove()

    edit_traf(p, name, change)


@mutation("S88", also=RANGES, bases=CENC)
def vectors_in_a_piff_box(p):
    to_piff(p, p.segment(0))


@mutation("S88", bases=CENC)
def vectors_in_piff_boxes_of_audio(p):
    for name in p.segments(p.audio()):
        to_piff(p, name)


@mutation("S88", also=RANGES, bases=CENC)
def vectors_in_both(p):
    def change(traf):
        box = senc(traf)
        box.after(Box("uuid", PIFF + bytes(box.front)))

    edit_traf(p, p.segment(1, p.video(1)), change)
