// SPDX-License-Identifier: BSD-2-Clause
// Chromium's own HLS: no list of levels; a rung is forced by giving its media
// playlist to the element.
export class Adapter {
  constructor(video) {
    this.video = video;
    this.errors = [];
  }

  async load(url) {
    this.video.addEventListener('error', () => {
      this.errors.push(`media error ${this.video.error?.code} ${this.video.error?.message}`);
    });
    this.video.preload = 'auto';
    this.video.src = url;
    await new Promise((resolve) => {
      this.video.addEventListener('loadeddata', resolve, { once: true });
      this.video.addEventListener('error', resolve, { once: true });
    });
  }
}
