// SPDX-License-Identifier: BSD-2-Clause
// What the HLS playlists of a presentation promise: the ladder, the audio
// languages, and every segment file. The players are compared with this.
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

function readAttributes(text) {
  const attributes = {};
  for (const [, name, quoted, plain] of text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g)) {
    attributes[name] = quoted ?? plain;
  }
  return attributes;
}

function readMedia(folder, uri) {
  const lines = readFileSync(join(folder, uri), 'utf8').split(/\r?\n/);
  const at = posix.dirname(uri);
  const segments = [];
  let duration = 0;
  let start = 0;
  for (const line of lines) {
    if (line.startsWith('#EXTINF:')) duration = Number.parseFloat(line.slice(8));
    if (line === '' || line.startsWith('#')) continue;
    segments.push({ path: posix.join(at, line), start, duration });
    start += duration;
  }
  return { uri, folder: at, segments, duration: start };
}

export function presentationRead(folder) {
  const lines = readFileSync(join(folder, 'master.m3u8'), 'utf8').split(/\r?\n/);
  const levels = [];
  const audio = [];
  lines.forEach((line, i) => {
    if (line.startsWith('#EXT-X-STREAM-INF:')) {
      const attributes = readAttributes(line.slice(18));
      const [width, height] = (attributes.RESOLUTION ?? '0x0').split('x').map(Number);
      const media = readMedia(folder, lines[i + 1]);
      levels.push({ ...media, width, height, bandwidth: Number(attributes.BANDWIDTH) });
    }
    if (line.startsWith('#EXT-X-MEDIA:')) {
      const attributes = readAttributes(line.slice(13));
      if (attributes.TYPE !== 'AUDIO') return;
      audio.push({
        ...readMedia(folder, attributes.URI),
        language: attributes.LANGUAGE ?? 'und',
        name: attributes.NAME,
        isDefault: attributes.DEFAULT === 'YES',
      });
    }
  });
  levels.sort((a, b) => b.height - a.height);
  return { folder, name: posix.basename(dirname(join(folder, 'x'))), levels, audio };
}
