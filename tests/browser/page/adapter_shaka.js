// SPDX-License-Identifier: BSD-2-Clause
// shaka-player (HLS or DASH, by the manifest's name) behind the shape every
// player under test has.
const script = document.createElement('script');
script.src = '/modules/shaka-player/dist/shaka-player.compiled.debug.js';
await new Promise((resolve, reject) => {
  script.onload = resolve;
  script.onerror = reject;
  document.head.append(script);
});
const { shaka } = window;
shaka.log.setLevel(shaka.log.Level.NONE);

export class Adapter {
  constructor(video) {
    this.video = video;
    this.errors = [];
  }

  async load(url, { height, bufferSeconds }) {
    const player = new shaka.Player();
    this.player = player;
    await player.attach(this.video);
    const retry = { maxAttempts: 1, timeout: 10000 };
    player.configure({
      abr: {
        // Bounds of the choice made before the first segment.
        restrictions: height ? { minHeight: height, maxHeight: height } : {},
      },
      manifest: { retryParameters: retry },
      streaming: {
        bufferingGoal: bufferSeconds,
        rebufferingGoal: 1,
        bufferBehind: 600,
        retryParameters: retry,
        failureCallback: (error) => this.errors.push(`streaming ${error.code} ${error.data}`),
      },
    });
    player.addEventListener('error', ({ detail }) => {
      this.errors.push(`error ${detail.code} ${detail.data}`);
    });
    await player.load(url);
    player.configure({ abr: { enabled: false, restrictions: { minHeight: 0, maxHeight: Infinity } } });
  }

  variants() {
    const active = this.player.getVariantTracks().find((track) => track.active);
    return this.player
      .getVariantTracks()
      .filter((track) => !active || track.language === active.language);
  }

  levels() {
    return this.variants().map(({ width, height }) => ({ width, height }));
  }

  force(height) {
    this.player.selectVariantTrack(this.variants().find((track) => track.height === height));
  }

  languages() {
    return [...new Set(this.player.getAudioTracks().map(({ language }) => language))];
  }

  setLanguage(language) {
    this.player.selectAudioTrack(
      this.player.getAudioTracks().find((track) => track.language === language),
    );
  }
}
