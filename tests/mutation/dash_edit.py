# SPDX-License-Identifier: BSD-2-Clause
"""What mutations of MPDs have in common: changing attributes and elements, and further
presentations that are right: dynamic, of two Periods, addressed by lists."""

import re

import boxes
from kit import Unchanged

UTC = '<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="https://example.com/now"/>'
XLINK = "http://www.w3.org/1999/xlink"


def mpd(p, pattern, replacement, count=1):
    p.sub(p.mpd, pattern, replacement, count)


def times(factor):
    return lambda m: m.group(1) + str(int(int(m.group(2)) * factor))


def drop_attribute(p, element, name, count=1):
    mpd(p, rf'(<{element}\b[^>]*?)\s{name}="[^"]*"', r"\1", count)


def set_attribute(p, element, name, value, count=1):
    text = p.text(p.mpd)
    if re.search(rf'<{element}\b[^>]*?\s{name}="', text):
        mpd(p, rf'(<{element}\b[^>]*?\s{name}=)"[^"]*"', rf'\g<1>"{value}"', count)
    else:
        mpd(p, rf"(<{element}\b)", rf'\1 {name}="{value}"', count)


def give(p, element, text, nth=1):
    """Attributes for the nth element of a name, which has none of them."""
    on_nth(p, rf"<{element}\b", lambda m: f"{m.group(0)} {text}", nth)


def on_nth(p, pattern, change, nth):
    """change(match) of the nth match; Unchanged when there are fewer."""
    found = list(re.finditer(pattern, p.text(p.mpd)))
    if nth > len(found):
        raise Unchanged(f"no {pattern}")
    text, m = p.text(p.mpd), found[nth - 1]
    p.write(p.mpd, text[: m.start()] + change(m) + text[m.end() :])


def put_first(p, element, text, nth=1):
    """A new first child of the nth element of a name, which has children."""
    on_nth(p, rf"<{element}\b[^>]*[^/]>", lambda m: m.group(0) + text, nth)


def put_before(p, element, text, nth=1):
    on_nth(p, rf"<{element}\b", lambda m: text + m.group(0), nth)


def put_last(p, element, text, nth=1):
    on_nth(p, rf"</{element}>", lambda m: text + m.group(0), nth)


def make_dynamic(p, *left_out, clock=UTC):
    """A dynamic MPD that is right, but for the attributes that are left out."""
    given = {"availabilityStartTime": "2024-01-01T00:00:00Z", "publishTime": "2024-01-01T00:00:10Z",
             "minimumUpdatePeriod": "PT4S", "timeShiftBufferDepth": "PT30S"}  # fmt: skip
    text = " ".join(f'{k}="{v}"' for k, v in given.items() if k not in left_out)
    mpd(p, 'type="static"', f'type="dynamic" {text}')
    if clock:
        mpd(p, "</MPD>", clock + "</MPD>")


def add_profile(p, profile):
    mpd(p, r'(<MPD\b[^>]* profiles="[^"]*)"', rf'\1,{profile}"')


def with_xlink(p):
    mpd(p, "<MPD ", f'<MPD xmlns:xlink="{XLINK}" ')


def segments_of(timeline):
    """[(t, d)] of a SegmentTimeline."""
    time, found = 0, []
    for text in re.findall(r"<S ([^>]*)/>", timeline):
        given = {name: int(value) for name, value in re.findall(r'(\w)="(-?\d+)"', text)}
        time = given.get("t", time)
        for _ in range(given.get("r", 0) + 1):
            found.append((time, given["d"]))
            time += given["d"]
    return found


def two_periods(p, first=' duration="PT8S"', second=' start="PT8S"', between="", offset=None):
    """Two Periods, the second from the third segment on: right as it is by default.
    offset(ticks): what the second states as presentationTimeOffset."""
    text = p.text(p.mpd)
    found = re.search(r"<Period\b[^>]*>([\s\S]*)</Period>", text)

    def part(is_first):
        def template(m):
            head, number, tail, timeline = m.groups()
            cut = segments_of(timeline)
            own = cut[:2] if is_first else cut[2:]
            ticks = own[0][0] if is_first or not offset else offset(own[0][0])
            moved = f' presentationTimeOffset="{ticks}"' if ticks else ""
            s = "".join(f'<S t="{t}" d="{d}"/>' for t, d in own)
            number = int(number) + (0 if is_first else 2)
            return f'{head}{moved} startNumber="{number}"{tail}<SegmentTimeline>{s}</SegmentTimeline>'

        addressed = r'(<SegmentTemplate[^>]*?) startNumber="(\d+)"([^>]*>\s*)<SegmentTimeline>([\s\S]*?)</SegmentTimeline>'
        return re.sub(addressed, template, found.group(1))

    both = (f'<Period id="1" start="PT0S"{first}>{part(True)}</Period>',
            f'<Period id="2"{second}>{part(False)}</Period>')  # fmt: skip
    p.write(p.mpd, text.replace(found.group(0), between.join(both)))


def by_lists(p, change=lambda ranges: ranges):
    """An MPD of SegmentLists with byte ranges instead of one that leads to a sidx: right as
    it is by default. change([(first, last)])."""
    def representation(m):
        ranges, at = [], 0
        for box in p.tree(m.group(1)).children:
            if box.kind == "moof":
                ranges.append((at, at + box.size() - 1))
            elif box.kind == "mdat":
                ranges[-1] = (ranges[-1][0], at + box.size() - 1)
            at += box.size()
        urls = "".join(f'<SegmentURL mediaRange="{a}-{b}"/>' for a, b in change(ranges))
        scale = int(m.group(2))
        return (f'<BaseURL>{m.group(1)}</BaseURL><SegmentList timescale="{scale}" duration="{4 * scale}">'
                f"{m.group(3)}{urls}</SegmentList>")  # fmt: skip

    mpd(p, "isoff-on-demand:2011", "isoff-main:2011")
    mpd(p, "subsegmentAlignment", "segmentAlignment", 0)
    mpd(p, "subsegmentStartsWithSAP", "startWithSAP", 0)
    base = r'<SegmentBase [^>]*timescale="(\d+)"[^>]*>\s*(<Initialization[^>]*/>)\s*</SegmentBase>'
    mpd(p, r"<BaseURL>([^<]*)</BaseURL>\s*" + base, representation, 0)


def shift(p, name, ticks):
    """All of a segment's media that much later."""
    def change(tree):
        for moof in tree.find_all("moof"):
            tfdt = moof.find("traf/tfdt")
            tfdt.set(">Q" if tfdt.version else ">I", 4, lambda v: v + ticks)

    p.edit(name, change, keep=True)


def put_emsg(p, name, scheme, scale=24000):
    def change(tree):
        body = scheme.encode() + b"\0v\0" + scale.to_bytes(4, "big") + bytes(8) + (7).to_bytes(4, "big")
        tree.find("moof").before(boxes.full("emsg", 0, 0, body))

    p.edit(name, change)


def merge_sets(p, first, second):
    """The Representations of one set move into another, which is addressed alike."""
    moved = re.search(rf'<AdaptationSet id="{second}"[\s\S]*?</AdaptationSet>', p.text(p.mpd)).group(0)
    inside = "".join(re.findall(r"<Representation\b[\s\S]*?</Representation>|<Representation\b[^>]*/>", moved))
    p.write(p.mpd, re.sub(rf'(<AdaptationSet id="{first}"[\s\S]*?)(</AdaptationSet>)', rf"\g<1>{inside}\2",
                          p.text(p.mpd).replace(moved, ""), count=1))  # fmt: skip
