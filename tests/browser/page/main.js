// SPDX-License-Identifier: BSD-2-Clause
// Starts the player named by ?player= and puts `adapter` (one shape for every
// player) and `watch` (what the picture and the clock do) on the window.
import { Watch } from './watch.js';

const name = new URLSearchParams(location.search).get('player');
const { Adapter } = await import(`./adapter_${name}.js`);
const video = document.getElementById('video');

// Every SourceBuffer a player makes, so that each track's ranges can be looked at, and
// what they belong to.
window.sourceBuffers = [];
window.mediaSources = [];
const addSourceBuffer = MediaSource.prototype.addSourceBuffer;
MediaSource.prototype.addSourceBuffer = function (type) {
  const buffer = addSourceBuffer.call(this, type);
  window.sourceBuffers.push({ type, buffer });
  if (!window.mediaSources.includes(this)) window.mediaSources.push(this);
  return buffer;
};

window.watch = new Watch(video);
window.adapter = new Adapter(video);
window.note = (text) => {
  document.getElementById('note').textContent = text;
};
window.isReady = true;
