// SPDX-License-Identifier: BSD-2-Clause
// npm.mjs MODULES TOOL DIR...: what a parser of npm says of each presentation. Prints
// "== DIR" and then "FILE: complaint" lines. TOOL: hls-parser, m3u8-parser, mpd-parser, mp4box.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const [modules, tool, ...folders] = process.argv.slice(2);
const load = createRequire(join(resolve(modules), 'x.js'));

function walk(folder) {
  return readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

function hlsParser() {
  const Hls = load('hls-parser');
  Hls.setOptions({ strictMode: true, silent: true });
  return (path) => void Hls.parse(readFileSync(path, 'utf8'));
}

function m3u8Parser() {
  const { Parser } = load('m3u8-parser');
  return (path, say) => {
    const parser = new Parser();
    for (const kind of ['warn', 'error']) parser.on(kind, (event) => say(event.message));
    parser.push(readFileSync(path, 'utf8'));
    parser.end();
  };
}

function mpdParser() {
  const parser = load('mpd-parser');
  return (path, say) => {
    parser.parse(readFileSync(path, 'utf8'), {
      manifestUri: 'http://example.com/manifest.mpd',
      eventHandler: (event) => event.type === 'info' || say(event.message),
    });
  };
}

// Each media playlist as a player would read it: its files in order, each once.
function mp4box() {
  const MP4Box = load('mp4box');
  MP4Box.Log?.setLogLevel?.(4);
  return (path, say) => {
    const text = readFileSync(path, 'utf8');
    if (/EXT-X-STREAM-INF|I-FRAMES-ONLY/.test(text)) return;
    const names = [...(text.match(/(?<=EXT-X-MAP:.*URI=")[^"]+/g) ?? []), ...(text.match(/^[^#\s].*$/gm) ?? [])];
    if (names.some((name) => /\.(vtt|ts|aac)$/.test(name))) return;
    const file = MP4Box.createFile();
    let info = null;
    let samples = 0;
    let offset = 0;
    file.onError = (module, message) => say(`${module} ${message}`);
    file.onReady = (ready) => {
      info = ready;
      file.setExtractionOptions(ready.tracks[0].id, null, { nbSamples: 1 });
      file.start();
    };
    file.onSamples = (_id, _user, batch) => (samples += batch.length);
    for (const name of new Set(names)) {
      const data = readFileSync(join(dirname(path), name));
      const buffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
      buffer.fileStart = offset;
      offset += data.length;
      file.appendBuffer(buffer);
    }
    file.flush();
    if (!info) say('never ready');
    else if (samples === 0) say('no samples');
  };
}

const TOOLS = {
  'hls-parser': ['.m3u8', hlsParser],
  'm3u8-parser': ['.m3u8', m3u8Parser],
  'mpd-parser': ['.mpd', mpdParser],
  mp4box: ['.m3u8', mp4box],
};

const [suffix, make] = TOOLS[tool];
const read = make();
// What a library prints to the console is a complaint too.
let speak = () => {};
for (const kind of ['log', 'warn', 'error', 'info']) console[kind] = (...words) => speak(words.join(' '));
const print = (line) => process.stdout.write(`${line}\n`);
for (const folder of folders) {
  print(`== ${folder}`);
  for (const path of walk(folder).filter((name) => name.endsWith(suffix))) {
    const say = (text) => print(`${relative(folder, path)}: ${String(text).replace(/\s+/g, ' ').slice(0, 300)}`);
    speak = say;
    try {
      read(path, say);
    } catch (error) {
      say(error.message);
    }
  }
}
