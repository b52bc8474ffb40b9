// SPDX-License-Identifier: BSD-2-Clause
// dash.js behind the shape every player under test has.
import { MediaPlayer } from '/modules/dashjs/dist/modern/esm/dash.all.min.js';

export class Adapter {
  constructor(video) {
    this.video = video;
    this.errors = [];
  }

  async load(url, { height, bufferSeconds }) {
    const player = MediaPlayer().create();
    this.player = player;
    player.updateSettings({
      streaming: {
        abr: { autoSwitchBitrate: { video: false, audio: false } },
        buffer: {
          bufferTimeDefault: bufferSeconds,
          bufferTimeAtTopQuality: bufferSeconds,
          bufferTimeAtTopQualityLongForm: bufferSeconds,
          bufferToKeep: 600,
          bufferPruningInterval: 600,
          fastSwitchEnabled: false,
        },
        retryAttempts: { MediaSegment: 0, InitializationSegment: 0, MPD: 0 },
      },
      debug: { logLevel: 0 },
    });
    player.on('error', ({ error }) => {
      this.errors.push(`${error?.code} ${error?.message} ${error?.data?.url ?? ''}`);
    });
    player.on('playbackError', ({ error }) => this.errors.push(`playback ${error?.message ?? error}`));
    player.initialize();
    player.setAutoPlay(false);
    player.attachView(this.video);
    const ready = new Promise((resolve) => player.on('streamInitialized', resolve));
    player.attachSource(url);
    await ready;
    if (height) this.force(height, true);
  }

  levels() {
    return this.player
      .getRepresentationsByType('video')
      .map(({ width, height }) => ({ width, height }));
  }

  // replace: also what is buffered already, which the start may have taken from
  // another rung.
  force(height, replace = false) {
    const found = this.player
      .getRepresentationsByType('video')
      .find((representation) => representation.height === height);
    this.player.setRepresentationForTypeById('video', found.id, replace);
  }

  languages() {
    return this.player.getTracksFor('audio').map((track) => track.lang ?? 'und');
  }

  setLanguage(language) {
    const track = this.player.getTracksFor('audio').find(({ lang }) => lang === language);
    this.player.setCurrentTrack(track);
  }
}
