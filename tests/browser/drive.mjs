// SPDX-License-Identifier: BSD-2-Clause
// Runs the checks of checks.mjs on one presentation in Chromium and prints a line
// for each. Options: --presentation DIR --modules DIR [--shots DIR] [--fps N]
// [--frames N] [--players a,b] [--rate N] [--limit-ms N] [--checks a,b]
// [--heights 720,240] [--tones en=440,fr=1000] [--chromium PATH]
import { appendFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import * as checks from './checks.mjs';
import { presentationRead } from './presentation.mjs';
import { Server } from './server.mjs';

const { values: options } = parseArgs({
  options: {
    presentation: { type: 'string' },
    modules: { type: 'string' },
    shots: { type: 'string' },
    fps: { type: 'string', default: '24' },
    frames: { type: 'string', default: '528' },
    players: { type: 'string', default: checks.PLAYERS.map(({ name }) => name).join() },
    checks: { type: 'string', default: 'ladder,level,pass,languages' },
    heights: { type: 'string' },
    rate: { type: 'string', default: '2' },
    'limit-ms': { type: 'string', default: '20000' },
    tones: { type: 'string', default: '' },
    tally: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(options.modules);
const { chromium } = createRequire(join(modules, 'x.js'))('playwright-core');

const tally = { passed: 0, failed: 0, skipped: 0 };

async function report(name, run) {
  const start = Date.now();
  const complaints = await run();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  if (complaints.length === 0) {
    tally.passed += 1;
    console.log(`ok   ${name} (${seconds} s)`);
    return;
  }
  tally.failed += 1;
  console.log(`FAIL ${name} (${seconds} s, load ${loadavg()[0].toFixed(1)})`);
  for (const complaint of complaints.slice(0, 8)) console.log(`       ${complaint}`);
}

function skip(name, reason) {
  tally.skipped += 1;
  console.log(`skip ${name}: ${reason}`);
}

async function runPlayer(context, player, wanted) {
  const isNative = player.adapter === 'native';
  const { levels, audio } = context.presentation;
  if (wanted.has('ladder') && !isNative) {
    await report(`${player.name}: offers exactly the ladder`, () =>
      checks.checkLadder(context, player),
    );
  }
  const heights = options.heights?.split(',').map(Number) ?? levels.map(({ height }) => height);
  for (const level of wanted.has('level') ? levels : []) {
    if (!heights.includes(level.height)) continue;
    await report(`${player.name}: ${level.height}p whole, no gap, right frames`, () =>
      checks.checkLevel(context, player, level),
    );
  }
  if (wanted.has('pass')) {
    await report(`${player.name}: plays to the end${isNative ? '' : ' through every rung'}`, () =>
      checks.checkPass(context, player, Number(options.rate)),
    );
  }
  if (!wanted.has('languages') || isNative) return;
  const name = `${player.name}: changes the audio language`;
  if (audio.length < 2) skip(name, 'one language');
  else await report(name, () => checks.checkLanguages(context, player));
}

const server = new Server();
server.mount('page', join(here, 'page'));
server.mount('modules', modules);
server.mount('presentation', resolve(options.presentation));
await server.open();
if (options.shots) mkdirSync(options.shots, { recursive: true });

const browser = await chromium.launch({
  executablePath: options.chromium,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--autoplay-policy=no-user-gesture-required',
    '--mute-audio',
  ],
});

const context = {
  browser,
  server,
  presentation: presentationRead(resolve(options.presentation)),
  clip: {
    fps: Number(options.fps),
    frames: Number(options.frames),
    tones: Object.fromEntries(
      options.tones.split(',').map((pair) => [pair.split('=')[0], Number(pair.split('=')[1])]),
    ),
  },
  shots: options.shots,
  limitMs: Number(options['limit-ms']),
};

try {
  const wanted = new Set(options.checks.split(','));
  for (const name of options.players.split(',')) {
    const player = checks.PLAYERS.find((one) => one.name === name);
    if (!player) throw new Error(`no player is called ${name}`);
    await runPlayer(context, player, wanted);
  }
} finally {
  await browser.close();
  await server.close();
}
if (options.tally) appendFileSync(options.tally, `${tally.passed} ${tally.failed} ${tally.skipped}\n`);
process.exit(tally.failed > 0 ? 1 : 0);
