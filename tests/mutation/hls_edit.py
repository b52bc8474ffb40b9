# SPDX-License-Identifier: BSD-2-Clause
"""What mutations of HLS playlists have in common: changing attributes and lines."""

import re

from kit import Unchanged

def attribute(p, name, tag, change, playlist=None):
    """Changes one attribute's text in the first line of a tag that has it."""
    p.sub(playlist or p.master, rf'^(#{tag}:(?:.*,)?{name}=)("[^"]*"|[^,\n]*)',
          lambda m: m.group(1) + change(m.group(2)))  # fmt: skip


def drop_attribute(p, name, tag, count=1):
    value = r'(?:"[^"]*"|[^,\n]*)'
    p.sub(p.master, rf"^(#{tag}:)(?:{name}={value},|(.*?),{name}={value})",
          lambda m: m.group(1) + (m.group(2) or ""), count)  # fmt: skip


def add_attribute(p, text, tag, count=1):
    p.sub(p.master, rf"^(#{tag}:.*)$", lambda m: m.group(1) + "," + text, count)


def number(value, change):
    return str(change(int(value)))


def line_with(p, pattern, playlist=None):
    """The first line that matches."""
    found = re.search(rf"^.*{pattern}.*$", p.text(playlist or p.master), re.M)
    if not found:
        raise Unchanged(f"no {pattern}")
    return found.group(0)


def on_top(p, line, playlist=None):
    """A new line right after the first."""
    p.sub(playlist or p.master, "^#EXTM3U$", lambda m: m.group(0) + "\n" + line)


def state_version(p, version, playlist=None):
    """What newer tags need, so that nothing but the fault itself is wrong."""
    playlist = playlist or p.master
    text = re.sub("^#EXT-X-VERSION:.*\n", "", p.text(playlist), flags=re.M)
    p.write(playlist, text.replace("#EXTM3U\n", f"#EXTM3U\n#EXT-X-VERSION:{version}\n", 1))


def date_others(p, playlist, text="2024-05-06T07:08:09.000Z"):
    """A date before the first segment of every playlist but this one: all have dates, or none."""
    for other in [*p.variants(), *p.media(), *re.findall(r'^#EXT-X-I-FRAME-STREAM-INF.*URI="([^"]*)"', p.text(p.master), re.M)]:
        if other != playlist:
            p.insert_before(other, "EXTINF", f"#EXT-X-PROGRAM-DATE-TIME:{text}")


STREAM, MEDIA, IFRAME = "EXT-X-STREAM-INF", "EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF"
