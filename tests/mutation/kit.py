# SPDX-License-Identifier: BSD-2-Clause
"""What a mutation gets: a copy of a good presentation with ways to damage it, and the
register of mutations."""

import os
import re
import shutil

import boxes


class Unchanged(Exception):
    """The mutation found nothing to change in this presentation."""


class Copy:
    """A copy of a presentation (hard links until written to)."""

    def __init__(self, source, folder):
        self.source, self.folder = source, folder
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder, copy_function=os.link)
        self.master, self.mpd = "master.m3u8", "manifest.mpd"

    # files
    def path(self, name):
        return os.path.join(self.folder, name)

    def exists(self, name):
        return os.path.exists(self.path(name))

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def text(self, name):
        return self.read(name).decode()

    def write(self, name, data):
        data = data.encode() if isinstance(data, str) else bytes(data)
        if self.exists(name):
            if self.read(name) == data:
                raise Unchanged(f"{name} stays as it is")
            os.remove(self.path(name))  # never through a hard link
        os.makedirs(os.path.dirname(self.path(name)) or ".", exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(data)

    def remove(self, name):
        os.remove(self.path(name))

    # text
    def sub(self, name, pattern, replacement, count=1):
        """Regular expression, multi-line. Unchanged when nothing matches. count 0: all."""
        self.write(name, re.sub(pattern, replacement, self.text(name), count=count, flags=re.M))

    def insert_after(self, name, pattern, line):
        """A new line after the first line that matches."""
        self.sub(name, rf"^(.*{pattern}.*)$", lambda m: m.group(1) + "\n" + line)

    def insert_before(self, name, pattern, line):
        self.sub(name, rf"^(.*{pattern}.*)$", lambda m: line + "\n" + m.group(1))

    def drop_line(self, name, pattern, count=1):
        self.sub(name, rf"^.*{pattern}.*\n", "", count)

    # HLS
    def variants(self):
        """Media playlists of the variants, in order, each once."""
        return list(dict.fromkeys(re.findall(r"^#EXT-X-STREAM-INF.*\n(?!#)(.+)$", self.text(self.master), re.M)))

    def video(self, n=0):
        return self.need(self.variants(), n)

    def media(self, kind="AUDIO"):
        lines = re.findall(rf"^#EXT-X-MEDIA:.*TYPE={kind}.*$", self.text(self.master), re.M)
        return [m.group(1) for line in lines if (m := re.search(r'URI="([^"]*)"', line))]

    def audio(self, n=0):
        return self.need(self.media("AUDIO"), n)

    def subtitles(self, n=0):
        return self.need(self.media("SUBTITLES"), n)

    def iframes(self, n=0):
        return self.need(re.findall(r'^#EXT-X-I-FRAME-STREAM-INF.*URI="([^"]*)"', self.text(self.master), re.M), n)

    @staticmethod
    def need(items, n):
        if n >= len(items):
            raise Unchanged("this presentation has none")
        return items[n]

    def beside(self, playlist, uri):
        return os.path.normpath(os.path.join(os.path.dirname(playlist), uri))

    def init(self, playlist=None):
        playlist = playlist or self.video()
        found = re.search(r'#EXT-X-MAP:.*URI="([^"]*)"', self.text(playlist))
        if not found:
            raise Unchanged("no EXT-X-MAP")
        return self.beside(playlist, found.group(1))

    def segments(self, playlist=None):
        """Files of the segments, in order. Unchanged where they are byte ranges of one file."""
        playlist = playlist or self.video()
        files = [self.beside(playlist, line) for line in self.text(playlist).splitlines()
                 if line.strip() and not line.startswith("#")]  # fmt: skip
        if len(set(files)) != len(files):
            raise Unchanged("byte ranges")
        return files

    def segment(self, n=0, playlist=None):
        return self.need(self.segments(playlist), n)

    # boxes
    def edit(self, name, change, keep=False):
        """change(boxes.File); data offsets follow unless keep."""
        tree = boxes.File(self.read(name))
        change(tree)
        self.write(name, tree.write(keep))

    def patch(self, name, path, form, offset, value, nth=0):
        """One field of the nth box at a path; the offset counts from after the box header."""
        def change(tree):
            found = tree.find_all(path)
            if nth >= len(found):
                raise Unchanged(f"no {path} in {name}")
            found[nth].set(form, offset, value)

        self.edit(name, change, keep=True)

    def tree(self, name):
        return boxes.File(self.read(name))


class Mutation:
    def __init__(self, rule, function, also, bases, options):
        self.rule, self.function, self.also, self.bases, self.options = rule, function, also, bases, options
        self.name = f"{function.__module__.removeprefix('mutations_')}_{function.__name__}"

    def __str__(self):
        return f"{self.rule} {self.name}"


ALL = []


def mutation(rule, also=(), bases=("rung",), options=()):
    """Registers a function that damages a Copy. `rule` must fire; errors of `also` may,
    each because the same fault breaks them too. `bases`: the presentations that it is
    tried on, in order; the first where it changes something counts. `options`: further
    command-line options of rung validate."""

    def register(function):
        made = Mutation(rule, function, frozenset(also), bases, options)
        if any(one.name == made.name for one in ALL):
            raise ValueError(f"two mutations are called {made.name}")
        ALL.append(made)
        return function

    return register
