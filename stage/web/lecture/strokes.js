/** Ink that fades: a stroke for each finger or pen that is down, and what is left of those that were lifted. */

const LASTS = 4000; // ms that ink stays after it was drawn
const FADES = 1500; // ms of these in which it fades

export class Strokes {
  constructor() {
    /** @type {{points: number[][], ended: number}[]} */
    this.all = [];
    /** @type {Map<number, {points: number[][], ended: number}>} by pointer */
    this.down = new Map();
  }

  /** @param {string} kind of event @param {number} pointer @param {number[]} at @param {number} now ms */
  hear(kind, pointer, at, now) {
    const stroke = this.down.get(pointer);
    if (kind === "pointerdown") {
      if (stroke) stroke.ended = now;
      const begun = { points: [at], ended: Infinity };
      this.down.set(pointer, begun);
      this.all.push(begun);
    } else if (stroke && kind === "pointermove") stroke.points.push(at);
    else if (stroke && ["pointerup", "pointercancel", "lostpointercapture"].includes(kind)) {
      stroke.ended = now;
      this.down.delete(pointer);
    }
  }

  /** Whoever still draws draws no more: what draws is put away, and no pointer will be heard to rise. @param {number} now ms */
  lift(now) {
    for (const pointer of this.down.keys()) this.hear("pointerup", pointer, [], now);
  }

  clear() {
    this.all = [];
    this.down.clear();
  }

  /** What is to be drawn, with how much of it is left. @param {number} now ms @returns {{points: number[][], left: number}[]} */
  shown(now) {
    this.all = this.all.filter(({ ended }) => now - ended < LASTS);
    return this.all.map(({ points, ended }) => ({ points, left: Math.min(1, (LASTS - Math.max(0, now - ended)) / FADES) }));
  }

  /** Whether any of it fades on its own. */
  get fading() {
    return this.all.some(({ ended }) => ended < Infinity);
  }
}
