#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reads every #include of the program's sources and fails on one that the rooms
table of ARCHITECTURE.md does not allow.

    includes.py ROOT          check the tree at ROOT
    includes.py --self-test   check that each kind of fault is found in a seeded tree
"""
import os
import re
import sys
import tempfile

TOPS = ("src", "hwaccel", "packager", "manifests")
MODEL = "packager/presentation.h"

# room: (rooms it may use, single headers of other rooms, libraries). jansson comes
# with base, whose json.h is written in its types.
ROOMS = {
    "base": ((), (), ("jansson",)),
    "net": (("base",), (), ("curl", "openssl", "kafka", "xml")),
    "hwaccel": (("base",), (), ("libav", "cuda", "va", "vpl")),
    "packager": (("base",), (), ()),
    "manifests": (("base",), (MODEL,), ("xml",)),
    # The validator's rooms: never a header of the writers.
    "validate": (("base", "validate/*"), (), ()),
    "validate/core": (("base",), (), ()),
    "validate/fetch": (("base", "net", "validate/core"), (), ()),
    "validate/text": (("base", "validate/core"), (), ("xml",)),
    "validate/codec": (("base", "validate/core"), (), ()),
    "validate/iso": (("base", "validate/core", "validate/codec", "validate/text"), (), ()),
    "validate/hls": (("base", "validate/core", "validate/codec", "validate/text"), (), ()),
    "validate/dash": (("base", "validate/core", "validate/codec", "validate/iso"), (), ("xml",)),
    "validate/report": (("base", "validate/core"), (), ()),
    "media": (("base", "hwaccel", "packager"), (), ("libav",)),
    "engine": (("base", "media"), (), ("seccomp",)),
    "store": (("base", "net"), (), ()),
    "catalog": (("base", "net"), (MODEL,), ("sqlite", "mysql")),
    "events": (("base", "net"), (), ("kafka", "openssl")),
    "intake": (("base", "net", "catalog"), (), ("kafka", "microhttpd")),
    "app": (("*",), (), ("xml", "openssl", "curl", "kafka", "sqlite", "mysql", "microhttpd")),
}

# A library that only one file of a room may call.
FILE_LIBRARIES = {
    "src/base/digest.c": ("openssl",),
    "packager/codec_config.c": ("libav",),
    "src/media/x264_settings.h": ("x264",),
    "src/media/libraries.c": ("x264", "zimg"),
    "src/media/scale_zimg.c": ("zimg",),
}

# Rooms whose public headers already show types of others: who may use the room may
# include those too.
PASSED_ON = {"engine": "media"}

LIBRARIES = (
    ("libav", r"lib(av|sw|postproc)\w*/"),
    ("x264", r"x264(_config)?\.h"),
    ("zimg", r"zimg\.h"),
    ("jansson", r"jansson\.h"),
    ("openssl", r"openssl/"),
    ("xml", r"libxml/"),
    ("curl", r"curl/"),
    ("kafka", r"librdkafka/"),
    ("sqlite", r"sqlite3\.h"),
    ("mysql", r"(mysql|mariadb)/"),
    ("microhttpd", r"microhttpd\.h"),
    ("seccomp", r"seccomp\.h"),
    ("cuda", r"(ffnvcodec/|cuda)"),
    ("va", r"va/"),
    ("vpl", r"(vpl|mfx)/"),
)
LIBC = re.compile(
    r"(sys|linux|netinet|arpa|net|bits|asm)/[\w/]+\.h$|"
    r"(assert|ctype|dirent|dlfcn|endian|errno|fcntl|fenv|float|fnmatch|ftw|getopt|glob|grp|"
    r"inttypes|langinfo|libgen|limits|locale|malloc|math|netdb|poll|pthread|pwd|sched|semaphore|"
    r"setjmp|signal|spawn|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|"
    r"stdnoreturn|string|strings|sysexits|syslog|termios|threads|time|uchar|unistd|wchar|"
    r"wctype|immintrin)\.h$"
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>|(.+))', re.MULTILINE)


def room_of(path):
    parts = path.split("/")
    if parts[0] == "src":
        return parts[1] if len(parts) > 2 else None
    if parts[:2] == ["manifests", "validate"] and len(parts) > 2:
        return "/".join(parts[1:3]) if len(parts) > 3 else "validate"
    return parts[0] if parts[0] in TOPS and len(parts) > 1 else None


def sources(root):
    for top in TOPS:
        for folder, folders, files in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in sorted(files):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def includes(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        text = file.read()
    # Comments hold no includes; lines keep their numbers.
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.DOTALL)
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.groups()


def public_closure(root, room):
    """Every header that the public headers of a room bring along."""
    todo = [p for p in sources(root)
            if room_of(p) == room and p.endswith(".h") and not p.endswith("_private.h")]
    seen = set(todo)
    while todo:
        for _, (quoted, _, _) in includes(root, todo.pop()):
            if quoted and quoted not in seen and os.path.isfile(os.path.join(root, quoted)):
                seen.add(quoted)
                todo.append(quoted)
    return seen


def fault_of_quoted(root, path, room, target, passed_on):
    if target.startswith(".") or not os.path.isfile(os.path.join(root, target)):
        return f'"{target}" is not a path from the repository root'
    other = room_of(target)
    if other is None:
        return f'"{target}" is in no room'
    if other == room:
        return None
    if target.endswith("_private.h"):
        return f'"{target}" is private to {other}'
    rooms, headers, _ = ROOMS[room]
    if other == "app":
        return "nobody includes app"
    if other.split("/")[0] + "/*" in rooms:
        return None
    if "*" in rooms or other in rooms or target in headers or target in passed_on:
        return None
    return f'{room} may not use {other} ("{target}")'


def fault_of_system(path, room, target):
    for library, pattern in LIBRARIES:
        if re.match(pattern, target):
            allowed = ROOMS[room][2] + FILE_LIBRARIES.get(path, ()) + ("jansson",)
            return None if library in allowed else f"{path} may not use {library} (<{target}>)"
    return None if LIBC.match(target) else f"<{target}> is no library that the table knows"


def check(root):
    faults = []
    closures = {room: public_closure(root, source) for room, source in PASSED_ON.items()}
    for path in sources(root):
        room = room_of(path)
        if room not in ROOMS:
            faults.append(f"{path}:1: {room or 'this folder'} is no room of the table")
            continue
        for line, (quoted, system, other) in includes(root, path):
            if quoted:
                fault = fault_of_quoted(root, path, room, quoted, closures.get(room, ()))
            elif system:
                fault = fault_of_system(path, room, system)
            else:
                fault = f"an include that cannot be read: {other}"
            if fault:
                faults.append(f"{path}:{line}: {fault}")
    return faults


GOOD = {
    "src/base/err.h": "",
    "src/base/digest.c": "#include <openssl/evp.h>\n#include <jansson.h>\n",
    "src/net/http.h": '#include "src/base/err.h"\n#include <curl/curl.h>\n',
    "src/media/run.h": '#include "packager/box.h"\n#include <libavcodec/avcodec.h>\n',
    "src/media/run_private.h": "",
    "src/media/run.c": '#include "src/media/run_private.h"\n#include "src/media/x264_settings.h"\n',
    "src/media/x264_settings.h": "#include <x264.h>\n",
    "src/media/scale_zimg.c": "#include <zimg.h>\n",
    "src/engine/serve.c": '#include "src/media/run.h"\n#include "packager/box.h"\n',
    "src/app/main.h": '#include "src/engine/serve.h"\n',
    "src/engine/serve.h": "#include <stdint.h>\n#include <sys/types.h>\n",
    "src/store/store.c": '/*\n#include "src/app/main.h"\n*/\n#include "src/net/http.h"\n',
    "packager/box.h": '#include "src/base/err.h"\n',
    "packager/presentation.h": "",
    "packager/codec_config.c": "#include <libavformat/avformat.h>\n",
    "manifests/hls.c": '#include "packager/presentation.h"\n#include <libxml/tree.h>\n',
    "manifests/validate/core/rule.h": "",
    "manifests/validate/hls/playlist.h": '#include "manifests/validate/core/rule.h"\n',
    "manifests/validate/rules.c": '#include "manifests/validate/hls/playlist.h"\n',
    "manifests/validate/fetch/origin.c": '#include "src/net/http.h"\n',
    "src/catalog/row.c": '#include "packager/presentation.h"\n',
}
# file, its text, the line of the fault and a word of the message
BAD = (
    ("src/base/a.c", '\n#include "packager/box.h"\n', 2, "base may not use packager"),
    ("src/base/b.c", "#include <libavutil/avutil.h>\n", 1, "may not use libav"),
    ("src/base/c.c", "#include <openssl/evp.h>\n", 1, "may not use openssl"),
    ("src/base/d.c", '#include "err.h"\n', 1, "not a path from the repository root"),
    ("src/base/e.c", '#include "../base/err.h"\n', 1, "not a path from the repository root"),
    ("src/base/f.c", "#include <glib.h>\n", 1, "no library that the table knows"),
    ("src/media/a.c", '/* */ \n#  include  "src/app/main.h"\n', 2, "nobody includes app"),
    ("src/media/b.c", '#include "src/store/store.h"\n', 1, "media may not use store"),
    ("src/media/c.c", "#include <x264.h>\n", 1, "may not use x264"),
    ("src/media/d.c", "#include <zimg.h>\n", 1, "may not use zimg"),
    ("src/engine/a.c", '#include "src/media/run_private.h"\n', 1, "private to media"),
    ("src/engine/b.c", '#include "packager/codec_config.h"\n', 1, "engine may not use packager"),
    ("src/engine/c.c", "#include <libavcodec/avcodec.h>\n", 1, "may not use libav"),
    ("src/store/a.c", '#include "src/catalog/row.h"\n', 1, "store may not use catalog"),
    ("src/app/a.c", '#include "src/media/run_private.h"\n', 1, "private to media"),
    ("src/app/b.c", "#include <libavformat/avformat.h>\n", 1, "may not use libav"),
    ("packager/a.c", "#include <libavformat/avformat.h>\n", 1, "may not use libav"),
    ("packager/b.c", '#include "manifests/hls.h"\n', 1, "packager may not use manifests"),
    ("manifests/a.c", '#include "packager/box.h"\n', 1, "manifests may not use packager"),
    ("manifests/b.c", '#include "src/net/http.h"\n', 1, "manifests may not use net"),
    ("manifests/validate/a.c", '#include "manifests/hls.h"\n', 1, "validate may not use manifests"),
    ("manifests/validate/hls/a.c", '#include "packager/presentation.h"\n', 1, "may not use packager"),
    ("manifests/validate/hls/b.c", '#include "src/net/http.h"\n', 1, "validate/hls may not use net"),
    ("hwaccel/a.c", '#include "src/media/run.h"\n', 1, "hwaccel may not use media"),
    ("hwaccel/b.c", "#include HEADER\n", 1, "cannot be read"),
    ("src/cellar/a.c", "", 1, "no room of the table"),
    ("src/stray.c", "", 1, "no room of the table"),
)
EMPTY = ("src/store/store.h", "src/catalog/row.h", "packager/codec_config.h", "manifests/hls.h")


def write_tree(root, files):
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)


def self_test():
    good = {**GOOD, **{path: "" for path in EMPTY}}
    with tempfile.TemporaryDirectory() as root:
        write_tree(root, good)
        faults = check(root)
        assert not faults, f"found in a good tree: {faults}"
        write_tree(root, {path: text for path, text, _, _ in BAD})
        faults = check(root)
        for path, _, line, words in BAD:
            found = [f for f in faults if f.startswith(f"{path}:{line}: ") and words in f]
            assert found, f"{path}: \"{words}\" was not found in {faults}"
        assert len(faults) == len(BAD), f"{len(faults)} faults for {len(BAD)} seeded: {faults}"
    print(f"self-test: {len(BAD)} seeded faults found, none in {len(good)} good files")


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    count = len(list(sources(arguments[0])))
    faults = check(arguments[0])
    for fault in faults:
        print(fault)
    print(f"{count} files, {len(faults)} wrong includes")
    return 1 if faults or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
