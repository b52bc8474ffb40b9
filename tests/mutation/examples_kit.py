# SPDX-License-Identifier: BSD-2-Clause
"""The register of examples, and what both manifests' examples need."""

import os
import re
import shutil


class Example:
    def __init__(self, function, base, warns, options):
        self.function, self.base, self.warns, self.options = function, base, frozenset(warns), options
        self.name = function.__name__


def register(into):
    """A decorator for functions of (Copy, Bases) that turn a copy of a base into an example.
    `warns`: the rules whose warnings the structure earns."""

    def example(base, warns=(), options=()):
        def add(function):
            into.append(Example(function, base, warns, options))
            return function

        return add

    return example


def take(copy, source, name, target):
    """A file of another base, or of anywhere, into the copy."""
    os.makedirs(os.path.dirname(copy.path(target)) or ".", exist_ok=True)
    if copy.exists(target):
        copy.remove(target)  # never through a hard link
    shutil.copyfile(os.path.join(source, name), copy.path(target))


def put(copy, name, text):
    """Writes a file whether it was there or not."""
    if copy.exists(name):
        copy.remove(name)
    copy.write(name, text)


def attributes(line):
    """Of an attribute list: name → value as it is written."""
    return dict(re.findall(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)', line.partition(":")[2]))


def rates(copy):
    """URI of a variant or an I-frame variant → BANDWIDTH and AVERAGE-BANDWIDTH as the base says."""
    text, found = copy.text(copy.master), {}
    for line, uri in re.findall(r"^(#EXT-X-STREAM-INF.*)\n(?!#)(.+)$", text, re.M):
        found.setdefault(uri, attributes(line))
    for line in re.findall(r"^#EXT-X-I-FRAME-STREAM-INF.*$", text, re.M):
        found[attributes(line)["URI"].strip('"')] = attributes(line)
    return {uri: f"BANDWIDTH={a['BANDWIDTH']},AVERAGE-BANDWIDTH={a['AVERAGE-BANDWIDTH']}" for uri, a in found.items()}
