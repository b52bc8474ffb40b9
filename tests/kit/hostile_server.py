#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A web server that is good below /good/ and everything a bad server can be elsewhere.

    with Server(folder) as server:
        server.url("good/master.m3u8")

    hostile_server.py FOLDER    serves until its input ends; prints its address first

A threaded server on a free loopback port. Routes, PATH being a file of the folder:

    /good/PATH               the file, with Range, HEAD-less, typed by its suffix
    /gzip/PATH               the file with Content-Encoding: gzip
    /noranges/PATH           the file; Range is ignored
    /shifted/PATH            206 with another range than was asked
    /untyped/PATH            the file as text/html
    /short/PATH              Content-Length says more than comes
    /long/PATH               Content-Length says less than there is
    /chunked/PATH            Transfer-Encoding: chunked
    /busy/N/PATH             503 N times (per path and range), then the file
    /later/S/PATH            429 with Retry-After: S once, then the file
    /moved/PATH              302 to /good/PATH
    /chain/N/PATH            N redirects, then the file
    /drip/PATH               one byte per second
    /reset/PATH              half the file, then a reset
    /loop/…                  redirects in a circle
    /down/…                  an endless chain of redirects
    /to/ENCODED              302 to the decoded text (file:, other hosts, …)
    /bomb/GIB/…              GIB gibibytes of gzip-encoded zeros
    /endless/…               a body that never ends
    /heads/…                 headers that never end
    /silent/…                an accepted request and no answer
    /noise/…                 an answer that is not HTTP
    /status/CODE/…           this status with an empty body
    /headers/…               the request's headers, as text
"""
import http.server
import os
import socket
import struct
import sys
import threading
import time
import urllib.parse
import zlib

TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".mpd": "application/dash+xml",
         ".mp4": "video/mp4", ".m4s": "video/iso.segment", ".cmfv": "video/mp4",
         ".cmfa": "audio/mp4", ".vtt": "text/vtt", ".jpg": "image/jpeg"}
DRIP_S = 1.0
PIECE = b"\0" * 65536


class Gone(Exception):
    """The connection was dealt with; nothing more may be written."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format, *arguments):
        pass

    def do_GET(self):
        self.server.owner.note(self.path, self.headers)
        route, _, rest = self.path.lstrip("/").partition("/")
        answer = getattr(self, "route_" + route, None)
        try:
            if answer:
                answer(rest)
            else:
                self.send_plain(404, b"")
        except (OSError, Gone):
            self.close_connection = True

    # What the routes share.

    def read_file(self, rest):
        """The bytes below the folder that the path names; None after a 404."""
        path = urllib.parse.unquote(urllib.parse.urlsplit(rest).path)
        root = os.path.realpath(self.server.owner.folder)
        full = os.path.realpath(os.path.join(root, path))
        if not full.startswith(root + os.sep) or not os.path.isfile(full):
            self.send_plain(404, b"")
            return None
        with open(full, "rb") as file:
            return file.read()

    def type_of(self, rest):
        suffix = os.path.splitext(urllib.parse.urlsplit(rest).path)[1]
        return TYPES.get(suffix, "application/octet-stream")

    def send_plain(self, status, body, kind="text/plain", **more):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, target):
        self.send_plain(302, b"", Location=target)

    def asked_range(self, size):
        """(first, last) of a single satisfiable range; None: no range; False: none of it."""
        text = self.headers.get("Range", "")
        if not text.startswith("bytes=") or "," in text:
            return None
        first, _, last = text[6:].partition("-")
        if not first:
            return (max(0, size - int(last)), size - 1)
        if int(first) >= size:
            return False
        return (int(first), min(int(last), size - 1) if last else size - 1)

    def send_ranged(self, body, kind, shift=0):
        found = self.asked_range(len(body))
        if found is None:
            self.send_plain(200, body, kind, Accept_Ranges="bytes")
        elif not found:
            self.send_plain(416, b"", Content_Range="bytes */%d" % len(body))
        else:
            first, last = found[0] + shift, found[1]
            self.send_plain(206, body[first:last + 1], kind,
                            Content_Range="bytes %d-%d/%d" % (first, last, len(body)))

    def send_lying(self, body, kind, length):
        """A Content-Length that is not the body's; the connection ends after it."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    # The routes.

    def route_good(self, rest):
        body = self.read_file(rest)
        if body is not None:
            self.send_ranged(body, self.type_of(rest))

    def route_gzip(self, rest):
        body = self.read_file(rest)
        if body is not None:
            packer = zlib.compressobj(9, zlib.DEFLATED, 31)
            self.send_plain(200, packer.compress(body) + packer.flush(), self.type_of(rest),
                            Content_Encoding="gzip")

    def route_noranges(self, rest):
        body = self.read_file(rest)
        if body is not None:
            self.send_plain(200, body, self.type_of(rest))

    def route_shifted(self, rest):
        body = self.read_file(rest)
        if body is not None:
            self.send_ranged(body, self.type_of(rest), shift=1)

    def route_untyped(self, rest):
        body = self.read_file(rest)
        if body is not None:
            self.send_ranged(body, "text/html")

    def route_short(self, rest):
        body = self.read_file(rest)
        if body is not None:
            self.send_lying(body, self.type_of(rest), len(body) + 100)

    def route_long(self, rest):
        body = self.read_file(rest)
        if body is not None:
            self.send_lying(body, self.type_of(rest), max(0, len(body) - 100))

    def route_chunked(self, rest):
        body = self.read_file(rest)
        if body is None:
            return
        self.send_response(200)
        self.send_header("Content-Type", self.type_of(rest))
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for at in range(0, len(body), 1000):
            piece = body[at:at + 1000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def route_busy(self, rest):
        times, _, rest = rest.partition("/")
        if self.server.owner.turn(("busy", rest, self.headers.get("Range"))) < int(times):
            self.send_plain(503, b"busy")
        else:
            self.route_good(rest)

    def route_later(self, rest):
        seconds, _, rest = rest.partition("/")
        if self.server.owner.turn(("later", rest, self.headers.get("Range"))) == 0:
            self.send_plain(429, b"later", Retry_After=seconds)
        else:
            self.route_good(rest)

    def route_moved(self, rest):
        self.redirect("/good/" + rest)

    def route_chain(self, rest):
        left, _, rest = rest.partition("/")
        self.redirect("/chain/%d/%s" % (int(left) - 1, rest) if int(left) > 1 else "/good/" + rest)

    def route_drip(self, rest):
        body = self.read_file(rest)
        if body is None:
            return
        self.send_response(200)
        self.send_header("Content-Type", self.type_of(rest))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.pause(DRIP_S)

    def route_reset(self, rest):
        body = self.read_file(rest)
        if body is None:
            return
        self.send_response(200)
        self.send_header("Content-Type", self.type_of(rest))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:len(body) // 2])
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise Gone

    def route_loop(self, rest):
        self.redirect("/loop/" + ("b" if rest.startswith("a") else "a") + rest[1:])

    def route_down(self, rest):
        self.redirect("/down/%d" % (int(rest) + 1 if rest.isdigit() else 0))

    def route_to(self, rest):
        self.redirect(urllib.parse.unquote(rest))

    def route_bomb(self, rest):
        size = int(rest.partition("/")[0]) << 30
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.apple.mpegurl")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Connection", "close")
        self.end_headers()
        # One block may be repeated: a full flush leaves nothing for the next to refer to.
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        block = packer.compress(PIECE * 256) + packer.flush(zlib.Z_FULL_FLUSH)
        self.wfile.write(b"\x1f\x8b\x08\0\0\0\0\0\0\xff")
        for _ in range(size // (len(PIECE) * 256)):
            self.wfile.write(block)
        raise Gone

    def route_endless(self, rest):
        self.send_response(200)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Connection", "close")
        self.end_headers()
        while not self.server.owner.is_over:
            self.wfile.write(PIECE)
        raise Gone

    def route_heads(self, rest):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.owner.is_over:
            self.wfile.write(b"X-More: " + b"a" * 1000 + b"\r\n")
        raise Gone

    def route_silent(self, rest):
        self.pause(3600)
        raise Gone

    def route_noise(self, rest):
        self.wfile.write(b"220 mail.example ESMTP\r\n" + bytes(range(256)))
        raise Gone

    def route_status(self, rest):
        self.send_plain(int(rest.partition("/")[0]), b"")

    def route_headers(self, rest):
        self.send_plain(200, str(self.headers).encode())

    def pause(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.server.owner.is_over:
                raise Gone
            time.sleep(0.05)


class Threads(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    owner = None

    def handle_error(self, request, client_address):
        pass


class Server:
    """The server as a context; what was asked of it is in `requests`: (path, headers)."""

    def __init__(self, folder, address="127.0.0.1"):
        self.folder = folder
        self.is_over = False
        self.requests = []
        self._turns = {}
        self._lock = threading.Lock()
        self._http = Threads((address, 0), Handler)
        self._http.owner = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self):
        return self._http.server_address[1]

    def url(self, path):
        return "http://%s:%d/%s" % (self._http.server_address[0], self.port, path)

    def note(self, path, headers):
        with self._lock:
            if len(self.requests) < 100000:
                self.requests.append((path, dict(headers)))

    def turn(self, key):
        """How often this was asked before."""
        with self._lock:
            self._turns[key] = self._turns.get(key, -1) + 1
            return self._turns[key]

    def count(self, part):
        with self._lock:
            return sum(part in path for path, _ in self.requests)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def main(arguments):
    if len(arguments) != 1 or not os.path.isdir(arguments[0]):
        print(__doc__, file=sys.stderr)
        return 2
    with Server(arguments[0]) as server:
        print(server.url(""), flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
