#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""play.py [--port N] DIR: serves a presentation on a loopback port, byte ranges
and all, with a page that plays it. For looking at results, not for the public.
"""
import argparse
import functools
import http.server
import os
import re
import sys

TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl", ".mpd": "application/dash+xml",
    ".mp4": "video/mp4", ".m4s": "video/iso.segment", ".json": "application/json",
    ".vtt": "text/vtt",
}


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}
    remaining = None

    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "Range")
        self.send_header("Access-Control-Expose-Headers", "Content-Range, Content-Length")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def do_OPTIONS(self):
        self.send_response(204)
        self.end_headers()

    def send_head(self):
        self.remaining = None
        if self.path.split("?")[0] == "/":
            return self.send_page()
        path = self.translate_path(self.path)
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", "").strip())
        if not wanted or wanted[0] == "bytes=-" or not os.path.isfile(path):
            return super().send_head()
        size = os.path.getsize(path)
        if wanted[1]:
            first, last = int(wanted[1]), min(int(wanted[2] or size - 1), size - 1)
        else:
            first, last = max(0, size - int(wanted[2])), size - 1
        if first > last:
            self.send_response(416)
            self.send_header("Content-Range", "bytes */%d" % size)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        file = open(path, "rb")
        file.seek(first)
        self.remaining = last - first + 1
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", "bytes %d-%d/%d" % (first, last, size))
        self.send_header("Content-Length", str(self.remaining))
        self.end_headers()
        return file

    def send_page(self):
        file = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "play.html"), "rb")
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
        self.end_headers()
        return file

    def copyfile(self, source, outputfile):
        left = self.remaining
        while left is None or left > 0:
            data = source.read(65536 if left is None else min(65536, left))
            if not data:
                return
            outputfile.write(data)
            left = None if left is None else left - len(data)

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the player went elsewhere

    def log_message(self, format, *args):
        if args and str(args[1] if len(args) > 1 else "").startswith(("4", "5")):
            super().log_message(format, *args)


def main():
    parser = argparse.ArgumentParser(prog="dev play")
    parser.add_argument("dir", nargs="?", default="build/demo/presentation")
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    options = parser.parse_args()
    if not any(os.path.exists(os.path.join(options.dir, n)) for n in ("master.m3u8", "manifest.mpd")):
        sys.exit("dev play: %s holds no master.m3u8" % options.dir)
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", options.port), functools.partial(Handler, directory=options.dir))
    server.daemon_threads = True
    base = "http://127.0.0.1:%d" % server.server_port
    print("page    %s/\nHLS     %s/master.m3u8\nDASH    %s/manifest.mpd\n"
          "players ffplay %s/master.m3u8   vlc %s/master.m3u8\nCtrl-C ends it."
          % (base, base, base, base, base), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


main()
