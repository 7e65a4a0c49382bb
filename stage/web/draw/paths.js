/** Paths in pixels: laid once for each answer and view; what is drawn of them is decided in `layers.js`. */

const FAR = 1e6; // px; beyond it a canvas loses precision, only the direction matters
const CLOSE = 0.7; // px; nearer points add nothing that an eye can see

/** What the piece is that ends at a vertex: on the surface and seen, behind a hill, with both ends outside, or not there. */
export const SHOWN = 0;
export const HIDDEN = 1;
export const AWAY = 2;
export const GAP = 3;

/**
 * @typedef {{project: (x: number, y: number) => [number, number], width: number, height: number}} View
 * @typedef {{x: number, y: number, angle: number, step: number | null}} Exit null where the path has not left but is out of view
 * @typedef {{xy: Float64Array, place: Float64Array, kind: Uint8Array, size: number, count: number,
 *   ball: (playhead: number) => [number, number], exit: (playhead: number) => Exit | null}} LaidPath
 *   `size` vertices: where they are, at which playhead (whole at a step), and what the piece before each is; `count` steps and the start
 */

/** A path on the map. @param {import("../wire/frame.js").Matrix} points @param {View} view @param {number} [begin] the step from which on it is drawn @returns {LaidPath} */
export function layPath(points, view, begin = 0) {
  const count = points.rows;
  const steps = new Float64Array(2 * count);
  const trail = new Trail();
  const outside = (x, y) => x < 0 || y < 0 || x > view.width || y > view.height;
  let wasOutside = false;
  for (let i = 0; i < count; i += 1) {
    let [x, y] = view.project(points.data[2 * i], points.data[2 * i + 1]);
    if (!(Math.abs(x) < FAR && Math.abs(y) < FAR)) [x, y] = towards(x, y, steps, i);
    steps[2 * i] = x;
    steps[2 * i + 1] = y;
    if (trail.near(x, y) && i < count - 1 && i !== begin) continue;
    const isOutside = outside(x, y);
    trail.add(x, y, i, i > begin ? (isOutside && wasOutside ? AWAY : SHOWN) : GAP);
    wasOutside = isOutside;
  }
  const laid = { ...trail.done(), count, ball: (playhead) => between(steps, count, playhead) };
  return { ...laid, exit: (playhead) => exitOf(steps, count, laid.ball(playhead), view, playhead) };
}

/** Vertices as they are found. */
export class Trail {
  constructor() {
    this.xy = [];
    this.place = [];
    this.kind = [];
  }

  /** Whether a point would be lost to the eye beside the last one. */
  near(x, y) {
    const at = this.xy.length - 2;
    return at >= 0 && Math.max(Math.abs(x - this.xy[at]), Math.abs(y - this.xy[at + 1])) < CLOSE;
  }

  add(x, y, place, kind) {
    this.xy.push(x, y);
    this.place.push(place);
    this.kind.push(kind);
  }

  done() {
    return { xy: Float64Array.from(this.xy), place: Float64Array.from(this.place), kind: Uint8Array.from(this.kind), size: this.kind.length };
  }
}

/** A stand-in at distance FAR, in the true direction as far as the numbers still tell it. */
function towards(x, y, xy, i) {
  const bounded = (value) => (Number.isNaN(value) ? 0 : Math.max(-1e300, Math.min(1e300, value)));
  const [x0, y0] = i ? [xy[2 * i - 2], xy[2 * i - 1]] : [0, 0];
  const [dx, dy] = [bounded(x) - x0, bounded(y) - y0];
  const size = Math.max(Math.abs(dx), Math.abs(dy), 1);
  return [x0 + (dx / size) * FAR, y0 + (dy / size) * FAR].map((value) => Math.max(-FAR, Math.min(FAR, value)));
}

/** Where pairs of numbers stand at a playhead that may be between two steps. @returns {[number, number]} */
export function between(pairs, count, playhead) {
  const at = Math.max(0, Math.min(playhead, count - 1));
  const i = Math.floor(at);
  const part = at - i;
  if (!part) return [pairs[2 * i], pairs[2 * i + 1]];
  return [pairs[2 * i] + part * (pairs[2 * i + 2] - pairs[2 * i]), pairs[2 * i + 1] + part * (pairs[2 * i + 3] - pairs[2 * i + 1])];
}

/** Where a path whose ball is outside crossed the edge for the last time, and at which step; null while the ball is inside. */
function exitOf(steps, count, ball, view, playhead) {
  const inside = (x, y) => x >= 0 && y >= 0 && x <= view.width && y <= view.height;
  if (inside(...ball)) return null;
  let i = Math.min(Math.ceil(playhead), count - 1) - 1;
  while (i >= 0 && !inside(steps[2 * i], steps[2 * i + 1])) i -= 1;
  const from = i < 0 ? [view.width / 2, view.height / 2] : [steps[2 * i], steps[2 * i + 1]];
  const to = i < 0 ? ball : between(steps, count, Math.min(i + 1, playhead));
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const reach = (start, way, size) => (way > 0 ? (size - start) / way : way < 0 ? -start / way : Infinity);
  const part = Math.min(reach(from[0], dx, view.width), reach(from[1], dy, view.height));
  return { x: from[0] + part * dx, y: from[1] + part * dy, angle: Math.atan2(dy, dx), step: i + 1 };
}
