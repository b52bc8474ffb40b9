// SPDX-License-Identifier: BSD-2-Clause
// hls.js behind the shape every player under test has.
import Hls from '/modules/hls.js/dist/hls.mjs';

export class Adapter {
  constructor(video) {
    this.video = video;
    this.errors = [];
  }

  async load(url, { height, bufferSeconds }) {
    const hls = new Hls({
      maxBufferLength: bufferSeconds,
      maxMaxBufferLength: bufferSeconds,
      maxBufferSize: 1 << 30,
      backBufferLength: 600,
      workerPath: '/modules/hls.js/dist/hls.worker.js',
      autoStartLoad: false,
    });
    this.hls = hls;
    hls.on(Hls.Events.ERROR, (_event, data) => {
      this.errors.push(`${data.type} ${data.details} ${data.frag?.url ?? ''} ${data.reason ?? ''}`);
    });
    const parsed = new Promise((resolve) => hls.once(Hls.Events.MANIFEST_PARSED, resolve));
    hls.loadSource(url);
    hls.attachMedia(this.video);
    await parsed;
    if (height) this.force(height);
    hls.startLoad(0);
  }

  levels() {
    return this.hls.levels.map(({ width, height }) => ({ width, height }));
  }

  force(height) {
    this.hls.loadLevel = this.hls.levels.findIndex((level) => level.height === height);
  }

  languages() {
    return this.hls.audioTracks.map((track) => track.lang ?? 'und');
  }

  setLanguage(language) {
    this.hls.audioTrack = this.hls.audioTracks.findIndex((track) => track.lang === language);
  }
}
