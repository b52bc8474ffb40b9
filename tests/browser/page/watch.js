// SPDX-License-Identifier: BSD-2-Clause
// Watches a video element: reads the frame number burnt into the picture, notes
// stalls of the clock, and names the loudest tone.

const COLUMNS = 16;

export class Watch {
  constructor(video) {
    this.video = video;
    this.canvas = document.createElement('canvas');
    this.canvas.width = COLUMNS * 8;
    this.canvas.height = 72;
    this.context = this.canvas.getContext('2d', { willReadFrequently: true });
  }

  // The number in the picture on screen; null when the two bands disagree, which
  // means that there is no clean picture.
  readFrame() {
    const { canvas, context, video } = this;
    if (!video.videoWidth) return null;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height / 4);
    const luma = (column, y) => data[(y * canvas.width + column * 8 + 4) * 4 + 1];
    let number = 0;
    for (let column = 0; column < COLUMNS; column++) {
      const upper = luma(column, 4);
      const lower = luma(column, 13);
      if (Math.abs(upper - lower) < 100) return null;
      number = number * 2 + (upper > lower ? 1 : 0);
    }
    return number;
  }

  // Seeks while paused and waits until the picture shows `frame`; answers with the
  // last number seen, so a wrong picture is reported, not waited for in vain.
  async seekFrame(frame, fps, limitMs) {
    const { video } = this;
    const start = performance.now();
    const seeked = new Promise((resolve) => {
      video.addEventListener('seeked', () => resolve(true), { once: true });
      setTimeout(() => resolve(false), limitMs);
    });
    video.currentTime = (frame + 0.5) / fps;
    const isThere = await seeked;
    if (!isThere) {
      return { seen: null, reason: `no seeked event: ${this.state()}`, ms: limitMs };
    }
    let seen = null;
    const until = performance.now() + 700;
    while (performance.now() < until) {
      seen = this.readFrame();
      if (seen === frame) break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return { seen, reason: '', ms: Math.round(performance.now() - start) };
  }

  // What a stuck element is waiting for, in one line.
  state() {
    const { video } = this;
    const spans = (ranges) => ranges.map(([start, end]) => `${start.toFixed(3)}-${end.toFixed(3)}`).join(' ');
    const tracks = this.ranges().tracks.map(({ type, ranges }) => `${type.split('/')[0]} ${spans(ranges)}`);
    const media = video.error ? video.error.message : `ready ${video.readyState}, network ${video.networkState}`;
    const sources = window.mediaSources.map(({ readyState }) => readyState);
    return `at ${video.currentTime.toFixed(3)} ${media}, ${tracks.join(', ')}, source ${sources.join(' ')}`;
  }

  // From now on: the longest time the clock stood still while it should run, every
  // size shown, and every presented frame whose number is not what its time says.
  startPass(fps) {
    const { video } = this;
    this.pass = { longestStallMs: 0, stallAt: 0, waits: 0, sizes: [], wrong: [], frames: 0 };
    const pass = this.pass;
    let clock = video.currentTime;
    let moved = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      if (video.currentTime !== clock || video.paused || video.ended) {
        clock = video.currentTime;
        moved = now;
      } else if (now - moved > pass.longestStallMs) {
        pass.longestStallMs = Math.round(now - moved);
        pass.stallAt = clock;
      }
      const size = `${video.videoWidth}x${video.videoHeight}`;
      if (size !== pass.sizes.at(-1)) pass.sizes.push(size);
    }, 20);
    this.onWaiting = () => (pass.waits += 1);
    video.addEventListener('waiting', this.onWaiting);
    const onFrame = (_now, metadata) => {
      if (this.pass !== pass || pass.isDone) return;
      const seen = this.readFrame();
      const expected = Math.round(metadata.mediaTime * fps);
      pass.frames += 1;
      // The canvas may already hold the frames after the one this call is about.
      if (seen === null || seen < expected - 1 || seen > expected + 3) {
        pass.wrong.push({ time: metadata.mediaTime, expected, seen });
      }
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  }

  stopPass() {
    clearInterval(this.timer);
    this.video.removeEventListener('waiting', this.onWaiting);
    this.pass.isDone = true;
    return this.pass;
  }

  ranges() {
    const list = (buffered) =>
      Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)]);
    const tracks = [];
    for (const { type, buffer } of window.sourceBuffers) {
      try {
        tracks.push({ type, ranges: list(buffer.buffered) });
      } catch {
        // Removed from its MediaSource by now: it belongs to an earlier load.
      }
    }
    return { media: list(this.video.buffered), tracks };
  }

  // The frequency of the loudest tone in Hz, over about 0.3 s; 0 for silence.
  async loudestTone() {
    if (!this.audio) {
      this.audio = new AudioContext();
      this.analyser = this.audio.createAnalyser();
      this.analyser.fftSize = 8192;
      this.analyser.smoothingTimeConstant = 0;
      this.audio.createMediaElementSource(this.video).connect(this.analyser);
      this.analyser.connect(this.audio.destination);
      this.video.muted = false;
    }
    await this.audio.resume();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const bins = new Float32Array(this.analyser.frequencyBinCount);
    this.analyser.getFloatFrequencyData(bins);
    let loudest = 0;
    for (let i = 1; i < bins.length; i++) if (bins[i] > bins[loudest]) loudest = i;
    if (bins[loudest] < -70) return 0;
    return (loudest * this.audio.sampleRate) / this.analyser.fftSize;
  }
}
