/** The part of the map that is shown: the landscape's own window widened to the picture, or nearer, or farther off. */

import { groundFor } from "./ground.js";

const NEAREST = 2e4; // times; beyond it the wire's float32 points would stand on a visible grid
const FARTHEST = 1e-3; // by hand; who follows a path goes as far as it does
const WORLD = 2e8; // no surface is drawn beyond a billion, and a picture is wider than the path in it
const ROOM = 0.12; // of its own size, around a path that is followed

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

/** How far the paths reach up to a playhead: [[x from, to], [y from, to]], grown from the window. @param {number[][]} home @param {{points: import("../wire/frame.js").Matrix}[]} results */
export function reachOf(home, results, playhead) {
  const reach = home.map((side) => [...side]);
  for (const { points: { data, rows } } of results) {
    const last = Math.min(Math.ceil(playhead), rows - 1);
    const part = Math.min(playhead, rows - 1) - Math.max(0, last - 1); // of the last leg, which the ball is still on
    for (let i = 0; i <= last; i += 1) {
      for (const k of [0, 1]) {
        const at = i && i === last ? data[2 * i - 2 + k] + part * (data[2 * i + k] - data[2 * i - 2 + k]) : data[2 * i + k];
        const value = Math.max(-WORLD, Math.min(WORLD, at));
        if (value < reach[k][0]) reach[k][0] = value;
        if (value > reach[k][1]) reach[k][1] = value;
      }
    }
  }
  return reach;
}

/** The zoom that shows all of a reach, or null where the home ground does. @param {number[][]} home the ground without zoom @param {number[][]} reach @returns {Zoom | null} */
export function zoomOver(home, reach) {
  if (reach.every(([from, to], k) => from >= home[k][0] && to <= home[k][1])) return null;
  const nearer = Math.min(1, ...reach.map(([from, to], k) => (home[k][1] - home[k][0]) / ((to - from) * (1 + 2 * ROOM))));
  return { nearer, middle: [(reach[0][0] + reach[0][1]) / 2, (reach[1][0] + reach[1][1]) / 2] };
}
