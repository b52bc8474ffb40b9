// SPDX-License-Identifier: BSD-2-Clause
// What is checked of one player on one presentation. Each check returns a list of
// complaints; an empty list is a pass.
import { join } from 'node:path';

const STALL_LIMIT_MS = 500;
const EDGE_S = 0.1; // players' ends differ from the manifest's by up to 17 ms

export const PLAYERS = [
  { name: 'hls.js', adapter: 'hlsjs', manifest: 'master.m3u8' },
  { name: 'dash.js', adapter: 'dashjs', manifest: 'manifest.mpd' },
  { name: 'shaka-hls', adapter: 'shaka', manifest: 'master.m3u8' },
  { name: 'shaka-dash', adapter: 'shaka', manifest: 'manifest.mpd' },
  { name: 'native-hls', adapter: 'native', manifest: 'master.m3u8' },
];

export class Session {
  // A fresh page with one player; context: { browser, server, presentation, clip,
  // shots, limitMs }.
  static async open(context, player) {
    const session = new Session();
    Object.assign(session, context, { player });
    session.page = await context.browser.newPage({ viewport: { width: 960, height: 600 } });
    session.complaints = [];
    session.firstRequest = context.server.requests.length;
    session.page.on('pageerror', (error) => session.complaints.push(`page: ${error.message}`));
    await session.page.goto(`${context.server.url}/page/index.html?player=${player.adapter}`);
    await session.page.waitForFunction('window.isReady', null, { timeout: 20000 });
    return session;
  }

  async load(manifest, options) {
    const url = `${this.server.url}/presentation/${manifest}`;
    const loading = this.page.evaluate(([u, o]) => window.adapter.load(u, o), [url, options]);
    await withLimit(loading, this.limitMs, `${manifest} does not load`);
  }

  requests() {
    return this.server.requests.slice(this.firstRequest);
  }

  // Every error event and every refused request, whatever the player made of it.
  async close(shot) {
    this.complaints.push(...(await this.page.evaluate(() => window.adapter.errors)));
    for (const { path, status } of this.requests()) {
      if (status >= 400) this.complaints.push(`${status} for ${path}`);
    }
    if (shot && this.shots) await this.page.screenshot({ path: join(this.shots, `${shot}.png`) });
    await this.page.close();
    return this.complaints;
  }
}

function withLimit(promise, limitMs, message) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${message} (${limitMs} ms)`)), limitMs);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

// A complaint of its own for a check that could not go on; the session's other
// complaints usually say why.
async function guarded(context, player, shot, body) {
  const session = await Session.open(context, player);
  try {
    await body(session);
  } catch (error) {
    session.complaints.push(error.message.split('\n')[0]);
  }
  return session.close(shot);
}

export function checkLadder(context, player) {
  return guarded(context, player, null, async (session) => {
    await session.load(player.manifest, { bufferSeconds: 4 });
    const seen = await session.page.evaluate(() => window.adapter.levels());
    const text = (levels) => levels.map(({ width, height }) => `${width}x${height}`).join(' ');
    const sorted = seen.sort((a, b) => b.height - a.height);
    const expected = text(session.presentation.levels);
    if (text(sorted) !== expected) {
      session.complaints.push(`levels are ${text(sorted)}, the ladder is ${expected}`);
    }
  });
}

function checkRanges({ media, tracks }, duration, complaints) {
  const lists = [{ type: 'media', ranges: media }, ...tracks];
  for (const { type, ranges } of lists) {
    const text = ranges.map((r) => r.map((t) => t.toFixed(3)).join('–')).join(' ');
    if (ranges.length !== 1) {
      complaints.push(`buffered ${type}: ${ranges.length} ranges: ${text}`);
    } else if (ranges[0][0] > EDGE_S || Math.abs(ranges[0][1] - duration) > EDGE_S) {
      complaints.push(`buffered ${type}: ${text}, expected 0–${duration.toFixed(3)}`);
    }
  }
}

// First and last frame of every segment, in an order that jumps about.
function framesOfInterest(level, fps, frameCount) {
  const frames = [];
  for (const { start, duration } of level.segments) {
    frames.push(Math.round(start * fps), Math.round((start + duration) * fps) - 1);
  }
  const inside = frames.filter((frame) => frame >= 0 && frame < frameCount);
  const half = Math.ceil(inside.length / 2);
  return inside.slice(0, half).flatMap((frame, i) => [inside[half + i], frame].filter((f) => f !== undefined));
}

function checkFetched(session, folders, complaints) {
  const fetched = new Set(session.requests().map(({ path }) => path));
  for (const { segments } of folders) {
    const missing = segments.filter(({ path }) => !fetched.has(`/presentation/${path}`));
    if (missing.length > 0) {
      complaints.push(`never asked for ${missing.map(({ path }) => path).join(' ')}`);
    }
  }
}

// One rung by itself, buffered whole: all segments fetched, no gap, and the right
// picture at both ends of each segment.
export function checkLevel(context, player, level) {
  const isNative = player.adapter === 'native';
  const shot = `${player.name}-${level.height}p`;
  return guarded(context, player, shot, async (session) => {
    const { page, complaints, clip } = session;
    const audio = isNative ? [] : session.presentation.audio.filter((track) => track.isDefault);
    await session.load(isNative ? level.uri : player.manifest, {
      height: level.height,
      bufferSeconds: Math.ceil(level.duration) + 30,
    });
    if (!isNative) {
      await page
        .waitForFunction(
          (end) => {
            const { media, tracks } = window.watch.ranges();
            return [media, ...tracks.map(({ ranges }) => ranges)].every(
              (ranges) => ranges.length > 0 && ranges.at(-1)[1] >= end,
            );
          },
          level.duration - EDGE_S,
          { timeout: session.limitMs, polling: 50 },
        )
        .catch(() => complaints.push('never buffered to the end'));
      // Before it knows that no more will come, Chromium waits for more sound than the
      // last frame has, and hls.js does not say so while a seek is waiting.
      await page
        .waitForFunction(() => window.mediaSources.at(-1).readyState === 'ended', null, {
          timeout: session.limitMs,
          polling: 50,
        })
        .catch(() => complaints.push('never told Chromium that the stream ends there'));
      checkRanges(await page.evaluate(() => window.watch.ranges()), level.duration, complaints);
    }
    const wrong = [];
    for (const frame of framesOfInterest(level, clip.fps, clip.frames)) {
      const { seen, reason } = await page.evaluate(
        ([f, fps, limit]) => window.watch.seekFrame(f, fps, limit),
        [frame, clip.fps, Math.min(5000, session.limitMs)],
      );
      if (seen !== frame) wrong.push(`${frame}→${seen ?? 'unreadable'}${reason && ` (${reason})`}`);
      if (wrong.length > 5 || reason) break; // a player that is stuck stays so
    }
    if (wrong.length > 0) complaints.push(`wrong frame after a seek: ${wrong.join(', ')}`);
    const size = await page.evaluate(() => [
      document.getElementById('video').videoWidth,
      document.getElementById('video').videoHeight,
      document.getElementById('video').duration,
    ]);
    if (size[0] !== level.width || size[1] !== level.height) {
      complaints.push(`shows ${size[0]}x${size[1]}, expected ${level.width}x${level.height}`);
    }
    if (Math.abs(size[2] - level.duration) > EDGE_S) {
      complaints.push(`duration ${size[2]}, expected ${level.duration}`);
    }
    checkFetched(session, [level, ...audio], complaints);
  });
}

// Asks for the next rung once a segment of the last one asked for has been fetched
// and had time to reach the buffer, so that every rung gets its turn in a short clip.
function forceInTurn(session) {
  const { levels } = session.presentation;
  let current = 0;
  let since = 0; // requests of this session from before the rung was asked for do not count
  return setInterval(() => {
    const isFetched = (path) =>
      levels[current].segments.some((segment) => path === `/presentation/${segment.path}`);
    const isSettled = ({ path, finishedAt }) => isFetched(path) && finishedAt + 300 < Date.now();
    const requests = session.requests();
    if (current + 1 >= levels.length || !requests.slice(since).some(isSettled)) return;
    current += 1;
    since = requests.length;
    session.page.evaluate((h) => window.adapter.force(h), levels[current].height).catch(() => {});
  }, 50);
}

// Plays from start to end with a small buffer, forced to another rung at each
// part of the clip.
export function checkPass(context, player, rate) {
  const isNative = player.adapter === 'native';
  return guarded(context, player, `${player.name}-end`, async (session) => {
    const { page, complaints, clip, presentation } = session;
    const heights = presentation.levels.map(({ height }) => height);
    const { duration } = presentation.levels[0];
    await session.load(player.manifest, { height: isNative ? null : heights[0], bufferSeconds: 5 });
    await page.waitForFunction(
      (height) => {
        const video = document.getElementById('video');
        return video.readyState >= 3 && (!height || video.videoHeight === height);
      },
      isNative ? 0 : heights[0],
      { timeout: session.limitMs },
    );
    await page.evaluate(
      async ([fps, playbackRate]) => {
        const video = document.getElementById('video');
        await video.play();
        video.playbackRate = playbackRate;
        window.watch.startPass(fps);
      },
      [clip.fps, rate],
    );
    const forcing = isNative ? null : forceInTurn(session);
    await page
      .waitForFunction(() => document.getElementById('video').ended, null, {
        timeout: (duration / rate) * 1000 + session.limitMs,
        polling: 100,
      })
      .catch(() => complaints.push('never ended'));
    clearInterval(forcing);
    const pass = await page.evaluate(() => {
      const { currentTime } = document.getElementById('video');
      return { ...window.watch.stopPass(), currentTime };
    });
    if (pass.longestStallMs > STALL_LIMIT_MS) {
      complaints.push(`stood still for ${pass.longestStallMs} ms at ${pass.stallAt.toFixed(2)} s`);
    }
    if (Math.abs(pass.currentTime - duration) > EDGE_S) {
      complaints.push(`ended at ${pass.currentTime}, expected ${duration}`);
    }
    if (pass.frames < clip.frames / 8) complaints.push(`only ${pass.frames} frames were shown`);
    if (pass.wrong.length > 0) {
      const [{ time, expected, seen }] = pass.wrong;
      complaints.push(
        `${pass.wrong.length} of ${pass.frames} shown frames are wrong, ` +
          `first at ${time.toFixed(3)} s: ${seen} for ${expected}`,
      );
    }
    const shown = new Set(pass.sizes.map((size) => Number(size.split('x')[1])));
    const unseen = isNative ? [] : heights.filter((height) => !shown.has(height));
    if (unseen.length > 0) complaints.push(`forced, but never on screen: ${unseen.join('p ')}p`);
  });
}

// Changes the audio language while playing and listens: the tone must change.
export function checkLanguages(context, player) {
  return guarded(context, player, null, async (session) => {
    const { page, complaints, clip, presentation } = session;
    const expected = presentation.audio.map(({ language }) => language).sort();
    await session.load(player.manifest, {
      height: presentation.levels.at(-1)?.height,
      bufferSeconds: 4,
    });
    const seen = (await page.evaluate(() => window.adapter.languages())).sort();
    if (seen.join() !== expected.join()) {
      complaints.push(`languages are ${seen}, expected ${expected}`);
      return;
    }
    await page.evaluate(() => document.getElementById('video').play());
    for (const language of [...expected, expected[0]]) {
      await page.evaluate((l) => window.adapter.setLanguage(l), language);
      const wanted = clip.tones[language];
      let tone = 0;
      const until = Date.now() + 8000;
      while (Date.now() < until && Math.abs(tone - wanted) > 15) {
        tone = await page.evaluate(() => window.watch.loudestTone());
      }
      if (Math.abs(tone - wanted) > 15) {
        complaints.push(`${language}: loudest tone is ${tone.toFixed(0)} Hz, expected ${wanted}`);
      }
    }
  });
}
