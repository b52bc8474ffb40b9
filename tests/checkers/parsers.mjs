// SPDX-License-Identifier: BSD-2-Clause
// parsers.mjs MODULES PRESENTATION...: other people's parsers must read every
// playlist, the MPD and every media file without a complaint and see in them what is
// there. One line per parser and presentation.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';

const [modules, ...presentations] = process.argv.slice(2);
const load = createRequire(join(resolve(modules), 'x.js'));
const Hls = load('hls-parser');
const { Parser } = load('m3u8-parser');
const mpdParser = load('mpd-parser');
const MP4Box = load('mp4box');

function walk(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

const countSegments = (text) => (text.match(/^[^#\s].*$/gm) ?? []).length;

function readWithHlsParser(root, playlists, complain) {
  Hls.setOptions({ strictMode: true, silent: true });
  for (const path of playlists) {
    const text = readFileSync(path, 'utf8');
    try {
      const parsed = Hls.parse(text);
      const seen = parsed.isMasterPlaylist
        ? parsed.variants.filter((one) => !one.isIFrameOnly).length
        : parsed.segments.length;
      if (seen !== countSegments(text)) complain(`${relative(root, path)}: sees ${seen} URIs`);
    } catch (error) {
      complain(`${relative(root, path)}: ${error.message}`);
    }
  }
}

function readWithM3u8Parser(root, playlists, complain) {
  for (const path of playlists) {
    const text = readFileSync(path, 'utf8');
    const parser = new Parser();
    for (const kind of ['warn', 'error']) {
      parser.on(kind, ({ message }) => complain(`${relative(root, path)}: ${message}`));
    }
    parser.push(text);
    parser.end();
    const { playlists: variants, segments } = parser.manifest;
    const seen = variants?.length || segments.length;
    if (seen !== countSegments(text)) complain(`${relative(root, path)}: sees ${seen} URIs`);
  }
}

function readWithMpdParser(root, files, complain) {
  const text = readFileSync(join(root, 'manifest.mpd'), 'utf8');
  const manifest = mpdParser.parse(text, {
    manifestUri: 'http://example.com/manifest.mpd',
    eventHandler: ({ type, message }) => {
      if (type !== 'info') complain(`manifest.mpd: ${message}`);
    },
  });
  const audio = Object.values(manifest.mediaGroups.AUDIO.audio ?? {}).flatMap((one) => one.playlists);
  const tracks = [...new Map([...manifest.playlists, ...audio].map((one) => [one.attributes.NAME, one])).values()];
  const named = new Set();
  for (const { segments } of tracks) {
    for (const segment of segments) {
      named.add(join(root, decodeURIComponent(new URL(segment.resolvedUri).pathname)));
    }
  }
  const media = files.filter((path) => path.endsWith('.m4s'));
  const unseen = media.filter((path) => !named.has(path)).map((path) => relative(root, path));
  if (unseen.length > 0) complain(`manifest.mpd: does not lead to ${unseen.slice(0, 4).join(' ')}`);
}

// Each track fed as a player would: init first, then its segments in order.
function readWithMp4box(root, files, complain) {
  MP4Box.Log?.setLogLevel?.(MP4Box.Log.LOG_LEVEL_ERROR ?? 4);
  for (const init of files.filter((path) => basename(path) === 'init.mp4')) {
    const folder = join(init, '..');
    const segments = files.filter((path) => join(path, '..') === folder && path.endsWith('.m4s')).sort();
    const file = MP4Box.createFile();
    let info = null;
    let samples = 0;
    file.onError = (module, message) => complain(`${relative(root, folder)}: ${module} ${message}`);
    file.onReady = (ready) => {
      info = ready;
      file.setExtractionOptions(ready.tracks[0].id, null, { nbSamples: 1 });
      file.start();
    };
    file.onSamples = (_id, _user, batch) => (samples += batch.length);
    let offset = 0;
    for (const path of [init, ...segments]) {
      const data = readFileSync(path);
      const buffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
      buffer.fileStart = offset;
      offset += data.length;
      file.appendBuffer(buffer);
    }
    file.flush();
    if (!info) complain(`${relative(root, folder)}: never ready`);
    else if (info.tracks.length !== 1 || samples === 0) {
      complain(`${relative(root, folder)}: ${info.tracks.length} tracks, ${samples} samples`);
    }
  }
}

const PARSERS = [
  ['hls-parser strict', (root, files, playlists, complain) => readWithHlsParser(root, playlists, complain)],
  ['m3u8-parser', (root, files, playlists, complain) => readWithM3u8Parser(root, playlists, complain)],
  ['mpd-parser', (root, files, playlists, complain) => readWithMpdParser(root, files, complain)],
  ['mp4box.js', (root, files, playlists, complain) => readWithMp4box(root, files, complain)],
];

let failed = 0;
for (const presentation of presentations) {
  const root = resolve(presentation);
  const files = walk(root);
  const playlists = files.filter((path) => path.endsWith('.m3u8'));
  for (const [name, read] of PARSERS) {
    const complaints = [];
    try {
      read(root, files, playlists, (text) => complaints.push(text));
    } catch (error) {
      complaints.push(error.message);
    }
    if (complaints.length > 0) failed += 1;
    console.log(`${complaints.length > 0 ? 'FAIL' : 'ok  '} ${basename(root)}: ${name}`);
    for (const complaint of complaints.slice(0, 6)) console.log(`       ${complaint}`);
  }
}
process.exit(failed > 0 ? 1 : 0);
