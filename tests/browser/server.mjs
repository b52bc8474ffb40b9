// SPDX-License-Identifier: BSD-2-Clause
// A static web server for the players: byte ranges, CORS, the right media types,
// and a list of every request with the status it got. Folders are mounted by the
// first part of the path.
import { createServer } from 'node:http';
import { createReadStream, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mpd': 'application/dash+xml',
  '.mp4': 'video/mp4',
  '.m4s': 'video/iso.segment',
  '.vtt': 'text/vtt; charset=utf-8',
};

function findFile(mounts, path) {
  const [, mount, ...rest] = path.split('/');
  if (!mounts.has(mount)) return null;
  const inside = normalize(rest.join('/'));
  if (inside.startsWith('..') || inside.includes('\0')) return null;
  return join(mounts.get(mount), inside);
}

// "bytes=a-b", "bytes=a-", "bytes=-n" → [first, last], null when absent, false when it
// cannot be satisfied.
function parseRange(header, size) {
  if (!header) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const first = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const last = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return first > last ? false : [first, last];
}

export class Server {
  constructor() {
    this.mounts = new Map();
    this.requests = []; // { path, status, range, finishedAt }
  }

  mount(name, folder) {
    this.mounts.set(name, folder);
  }

  open() {
    this.http = createServer((request, response) => this.answer(request, response));
    return new Promise((resolve) => {
      this.http.listen(0, '127.0.0.1', () => {
        this.url = `http://127.0.0.1:${this.http.address().port}`;
        resolve(this.url);
      });
    });
  }

  close() {
    this.http.closeAllConnections();
    return new Promise((resolve) => this.http.close(resolve));
  }

  answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    const headers = {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'Range',
      'Access-Control-Expose-Headers': 'Content-Length, Content-Range',
      'Cache-Control': 'no-store',
      'Accept-Ranges': 'bytes',
    };
    const finish = (status, extra = {}, body = null) => {
      const entry = { path, status, range: request.headers.range ?? null, finishedAt: Infinity };
      this.requests.push(entry);
      response.on('finish', () => (entry.finishedAt = Date.now()));
      response.writeHead(status, { ...headers, ...extra });
      if (body && request.method !== 'HEAD') body.pipe(response);
      else response.end();
    };
    if (request.method === 'OPTIONS') return finish(204);

    const file = findFile(this.mounts, path);
    const stat = file && statSync(file, { throwIfNoEntry: false });
    if (!stat || !stat.isFile()) return finish(404);
    const type = { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' };
    const range = parseRange(request.headers.range, stat.size);
    if (range === false) return finish(416, { 'Content-Range': `bytes */${stat.size}` });
    if (range === null) {
      return finish(200, { ...type, 'Content-Length': stat.size }, createReadStream(file));
    }
    const [start, end] = range;
    finish(
      206,
      {
        ...type,
        'Content-Length': end - start + 1,
        'Content-Range': `bytes ${start}-${end}/${stat.size}`,
      },
      createReadStream(file, { start, end }),
    );
  }
}
