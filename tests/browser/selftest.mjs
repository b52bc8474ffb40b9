// SPDX-License-Identifier: BSD-2-Clause
// Proves that the browser tests can fail: damages copies of a good presentation
// and expects a FAIL of each. Arguments: PRESENTATION WORK MODULES FPS FRAMES
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { presentationRead } from './presentation.mjs';

const [presentation, work, modules, fps, frames] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const { levels } = presentationRead(presentation);
const smallest = levels.at(-1);

function edit(folder, path, change) {
  const file = join(folder, path);
  const before = readFileSync(file);
  const after = change(before);
  if (after.equals(before)) throw new Error(`${path}: the fault changed nothing`);
  writeFileSync(file, after);
}

// Adds to the decode time of every fragment of a segment file.
function shiftTfdt(bytes, ticks) {
  const shifted = Buffer.from(bytes);
  for (let at = shifted.indexOf('tfdt'); at >= 0; at = shifted.indexOf('tfdt', at + 4)) {
    if (shifted[at + 4] === 1) {
      shifted.writeBigUInt64BE(shifted.readBigUInt64BE(at + 8) + BigInt(ticks), at + 8);
    } else {
      shifted.writeUInt32BE(shifted.readUInt32BE(at + 8) + ticks, at + 8);
    }
  }
  return shifted;
}

function timescale(folder, level) {
  const init = readFileSync(join(folder, level.folder, 'init.mp4'));
  const at = init.indexOf('mdhd');
  return init[at + 4] === 1 ? init.readUInt32BE(at + 24) : init.readUInt32BE(at + 16);
}

function replaceText(from, to) {
  return (bytes) => Buffer.from(bytes.toString().replace(from, to));
}

const LEVEL = ['--checks', 'level', '--heights', String(smallest.height)];
const FAULTS = [
  {
    name: 'a missing segment',
    args: ['--players', 'hls.js,dash.js,shaka-hls,native-hls', ...LEVEL],
    fails: 4,
    damage: (folder) => rmSync(join(folder, smallest.segments[2].path)),
  },
  {
    name: 'two segments swapped',
    // hls.js alone: dash.js buffers both and puts them where their times say.
    args: ['--players', 'hls.js', '--checks', 'pass', '--rate', '4'],
    fails: 1,
    damage: (folder) => {
      for (const { segments } of levels) {
        renameSync(join(folder, segments[1].path), join(folder, 'swap'));
        renameSync(join(folder, segments[2].path), join(folder, segments[1].path));
        renameSync(join(folder, 'swap'), join(folder, segments[2].path));
      }
    },
  },
  {
    name: 'a segment one frame late',
    args: ['--players', 'hls.js,dash.js,shaka-dash', ...LEVEL],
    fails: 3,
    damage: (folder) =>
      edit(folder, smallest.segments[2].path, (bytes) =>
        shiftTfdt(bytes, Math.round(timescale(folder, smallest) / Number(fps))),
      ),
  },
  {
    name: 'a segment with the pictures of another',
    args: ['--players', 'hls.js,shaka-hls', ...LEVEL],
    fails: 2,
    damage: (folder) => {
      const span = smallest.segments[2].start - smallest.segments[1].start;
      const bytes = readFileSync(join(folder, smallest.segments[1].path));
      const ticks = Math.round(span * timescale(folder, smallest));
      writeFileSync(join(folder, smallest.segments[2].path), shiftTfdt(bytes, ticks));
    },
  },
  {
    name: 'a rung no player can decode',
    args: ['--players', 'hls.js,shaka-hls', '--checks', 'ladder'],
    fails: 2,
    damage: (folder) =>
      edit(folder, 'master.m3u8', replaceText(/avc1\.[0-9a-fA-F]{6}/, 'avc9.640028')),
  },
];

let failed = 0;
for (const { name, args, fails, damage } of FAULTS) {
  const folder = join(work, 'damaged');
  rmSync(folder, { recursive: true, force: true });
  cpSync(presentation, folder, { recursive: true });
  damage(folder);
  const run = spawnSync(
    process.execPath,
    [
      join(here, 'drive.mjs'),
      ...['--presentation', folder, '--modules', modules, '--fps', fps, '--frames', frames],
      ...['--limit-ms', '3000', ...args],
    ],
    { encoding: 'utf8' },
  );
  const caught = (run.stdout.match(/^FAIL /gm) ?? []).length;
  const isGood = run.status === 1 && caught === fails;
  if (!isGood) failed += 1;
  console.log(`${isGood ? 'ok  ' : 'FAIL'} self-test: ${name} is caught (${caught} of ${fails} players)`);
  if (!isGood || process.env.RUNG_TEST_VERBOSE) console.log(run.stdout.replace(/^/gm, '       | '), run.stderr);
}
console.log(`${FAULTS.length - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed > 0 ? 1 : 0);
