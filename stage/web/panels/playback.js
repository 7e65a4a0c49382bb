/** The playhead: where in the run the picture stands, and how it moves by itself. */

const STEPS_A_SECOND = 12;
const SHORT = 60; // steps that are watched one by one
export const SPEEDS = [0.25, 1, 4, 16, 64];

export class Playback {
  /** @param {() => void} moved called whenever the playhead or the playing changes @param {() => void} rested called when playing ends */
  constructor(moved, rested) {
    this.moved = moved;
    this.rested = rested;
    this.length = 0;
    this.place = 0;
    this.atEnd = true; // the playhead follows the end of the run until someone takes it elsewhere
    this.playing = false;
    this.speed = 1;
    this.loop = false;
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  }

  /** The step shown, whole or on the way to the next one. */
  get playhead() {
    const place = this.atEnd ? this.length : Math.min(this.place, this.length);
    return this.calm.matches ? Math.floor(place) : place;
  }

  get step() {
    return Math.floor(this.playhead + 1e-9);
  }

  /** The step that was chosen, null for the end: also where the run shown is shorter, or not there yet. */
  get chosen() {
    return this.atEnd ? null : Math.floor(this.place + 1e-9);
  }

  /** A new answer has this many steps. */
  setLength(length) {
    this.length = length;
  }

  /** @param {number} place */
  seek(place) {
    this.place = Math.max(0, Math.min(place, this.length));
    this.atEnd = this.place >= this.length;
    this.moved();
  }

  advance(steps) {
    this.pause();
    this.seek((steps > 0 ? Math.floor(this.playhead) : Math.ceil(this.playhead)) + steps);
  }

  play() {
    if (this.playing || !this.length) return;
    if (this.playhead >= this.length) this.seek(0);
    this.playing = true;
    this.clock = performance.now();
    const tick = (now) => {
      if (!this.playing) return;
      const steps = ((now - this.clock) / 1000) * STEPS_A_SECOND * this.speed;
      this.clock = now;
      let place = this.place + Math.max(0, steps);
      if (place >= this.length && this.loop) place = 0;
      this.seek(place);
      if (this.atEnd) this.pause();
      else requestAnimationFrame(tick);
    };
    this.atEnd = false;
    requestAnimationFrame(tick);
    this.moved();
  }

  /** All of it from the start, in some five seconds; a step at a time where it is short. */
  playThrough() {
    this.pause();
    if (this.calm.matches) return;
    this.speed = SPEEDS.findLast((speed) => speed <= Math.max(1, this.length / SHORT)) ?? 1;
    this.seek(0);
    this.play();
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.moved();
    this.rested();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }
}
