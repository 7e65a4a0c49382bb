/** Paths on the block: bent over the surface between two steps, parted where a hill stands before them, ended at its edge. */

import { GAP, HIDDEN, SHOWN, Trail, between } from "../draw/paths.js";

const PIECES = 72; // to the block's side: how closely a leg follows the surface
const BEYOND = 1e30; // a stand-in for coordinates that have no number; only the direction counts

/**
 * @param {import("../wire/frame.js").Matrix} points @param {ReturnType<typeof import("./block_view.js").blockView>} view
 * @param {number} [begin] the step from which on it is drawn
 * @returns {import("../draw/paths.js").LaidPath}
 */
export function layOnBlock(points, view, begin = 0) {
  const count = points.rows;
  const steps = Float64Array.from(points.data, (value) => (Number.isNaN(value) ? 0 : Math.max(-BEYOND, Math.min(BEYOND, value))));
  const { ground } = view;
  const [width, height] = ground.map(([from, to]) => to - from);
  const trail = new Trail();
  let open = false; // whether the trail has reached the beginning of the next leg
  let wasHidden = false;
  const add = (x, y, place, last) => {
    const [px, py] = view.project(x, y);
    if (open && !last && trail.near(px, py)) return;
    const hidden = view.hidden(x, y);
    trail.add(px, py, place, open ? (hidden || wasHidden ? HIDDEN : SHOWN) : GAP);
    wasHidden = hidden;
    open = true;
  };
  if (begin < count && view.contains(steps[2 * begin], steps[2 * begin + 1])) add(steps[2 * begin], steps[2 * begin + 1], begin, true);
  for (let i = begin; i + 1 < count; i += 1) {
    const [x0, y0, x1, y1] = steps.subarray(2 * i, 2 * i + 4);
    const part = partInside(x0, y0, x1, y1, ground);
    if (!part || part[1] === 0) {
      open = false;
      continue;
    }
    const [from, to] = part;
    const [dx, dy] = [x1 - x0, y1 - y0];
    if (from > 0 || !open) {
      open = false;
      add(x0 + from * dx, y0 + from * dy, i + from, true);
    }
    const reach = Math.max(Math.abs(dx) / width, Math.abs(dy) / height) * (to - from);
    const pieces = Math.max(1, Math.min(2 * PIECES, Math.ceil(reach * PIECES)));
    for (let k = 1; k <= pieces; k += 1) {
      const t = from + ((to - from) * k) / pieces;
      const end = k === pieces && (to < 1 || i + 2 === count);
      add(x0 + t * dx, y0 + t * dy, k === pieces && to === 1 ? i + 1 : i + t, end);
    }
    if (to < 1) open = false;
  }
  const at = (playhead) => between(steps, count, playhead);
  return {
    ...trail.done(), count,
    ball: (playhead) => view.project(...at(playhead)),
    behind: (playhead) => view.hidden(...at(playhead)),
    exit: (playhead) => exitOf(steps, count, at(playhead), view, playhead),
  };
}

/** The share of a leg that lies over the window, as [from, to] within [0, 1]; null where none does. */
function partInside(x0, y0, x1, y1, ground) {
  let [from, to] = [0, 1];
  for (const [start, way, [low, high]] of [[x0, x1 - x0, ground[0]], [y0, y1 - y0, ground[1]]]) {
    if (way === 0) {
      if (start < low || start > high) return null;
      continue;
    }
    const [one, other] = [(low - start) / way, (high - start) / way];
    from = Math.max(from, Math.min(one, other));
    to = Math.min(to, Math.max(one, other));
  }
  return from <= to ? [from, to] : null;
}

/** A ball on the block that the camera has left out: where it is, as a mark on the picture's edge. */
function unseenOf(x, y, { width, height }) {
  if (x >= 0 && y >= 0 && x <= width && y <= height) return null;
  const [u, v] = [x - width / 2, y - height / 2];
  const part = Math.min(width / 2 / Math.abs(u), height / 2 / Math.abs(v));
  return { x: width / 2 + part * u, y: height / 2 + part * v, angle: Math.atan2(v, u), step: null };
}

/** Where on the block's edge a path that is outside now left it, and which way it went; null while the ball is on the block. */
function exitOf(steps, count, ball, view, playhead) {
  if (view.contains(...ball)) return unseenOf(...view.project(...ball), view);
  let i = Math.min(Math.ceil(playhead), count - 1) - 1;
  while (i >= 0 && !view.contains(steps[2 * i], steps[2 * i + 1])) i -= 1;
  const middle = view.ground.map(([from, to]) => (from + to) / 2);
  const from = i < 0 ? middle : [steps[2 * i], steps[2 * i + 1]];
  const to = i < 0 ? ball : between(steps, count, Math.min(i + 1, playhead));
  const part = partInside(...from, ...to, view.ground);
  const edge = [0, 1].map((k) => from[k] + part[1] * (to[k] - from[k]));
  const [x, y] = view.project(...edge);
  // The way across the ground, seen from here: what the surface does beside the edge must not turn the sign.
  const far = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const reach = Math.min(...view.ground.map(([low, high]) => high - low)) / 10;
  const [outX, outY] = view.project(...edge.map((value, k) => value + (reach * (to[k] - from[k])) / far));
  return { x, y, angle: Math.atan2(outY - y, outX - x), step: i + 1 };
}
