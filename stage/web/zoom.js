/** The part of the map that is shown: the landscape's own window widened to the picture, or nearer, or farther off. */

import { groundFor } from "./ground.js";

const NEAREST = 2e4; // times; beyond it the wire's float32 points would stand on a visible grid
const FARTHEST = 1e-3;

/** @typedef {{nearer: number, middle: [number, number]}} Zoom null where the window itself is shown */

/** The ground of a picture of this size. @param {number[][]} window @param {Zoom | null} zoom */
export function groundOf(window, zoom, width, height) {
  const home = groundFor(window, width, height);
  if (!zoom) return home;
  return home.map(([from, to], k) => [-0.5, 0.5].map((half) => zoom.middle[k] + (half * (to - from)) / zoom.nearer));
}

/** Nearer by a factor, the place (x, y) staying where it is in the picture. @param {number[][]} window @param {Zoom | null} zoom @returns {Zoom | null} */
export function neared(window, zoom, factor, [x, y]) {
  const middle = zoom?.middle ?? window.map(([from, to]) => (from + to) / 2);
  const before = zoom?.nearer ?? 1;
  const nearer = Math.max(FARTHEST, Math.min(NEAREST, before * factor));
  const by = before / nearer;
  return { nearer, middle: [x - (x - middle[0]) * by, y - (y - middle[1]) * by] };
}

/** @param {number[][]} window @param {Zoom | null} zoom @returns {Zoom} */
export function moved(window, zoom, dx, dy) {
  const middle = zoom?.middle ?? window.map(([from, to]) => (from + to) / 2);
  return { nearer: zoom?.nearer ?? 1, middle: [middle[0] + dx, middle[1] + dy] };
}
