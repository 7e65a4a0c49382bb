/** At the ball: the gradient, its negative, the step really taken, and the part of it that momentum carries. */

import { drawArrow } from "./ink.js";

const COMPASS = 64; // px: gradient arrows show direction only, their length says nothing

/**
 * @typedef {{gradient: number[], update: number[], carried: number[] | null, old: number[]}} Anatomy in units of the ground
 * @typedef {{text: string, at: [number, number], from: [number, number], colour: string}} Label a word wanted at the arrow's head
 * @param {"start" | "gradient" | "update" | "repeat"} phase which of the four steps is being looked at
 * @returns {Label[]}
 */
export function drawArrows(pen, { view, tokens, scale }, style, anatomy, phase) {
  const labels = [];
  if (phase === "start") return labels;
  const { old, gradient, update, carried } = anatomy;
  const at = view.project(old[0], old[1]);
  const word = (text, to, colour) => labels.push({ text, at: to, from: at, colour });
  const slope = Math.hypot(gradient[0], gradient[1]);
  if (slope > 0 && Number.isFinite(slope)) {
    const compass = (sign) => view.project(old[0] + (sign * gradient[0] * reach(view, scale)) / slope, old[1] + (sign * gradient[1] * reach(view, scale)) / slope);
    const [uphill, downhill] = [compass(0.8), compass(-1)];
    drawArrow(pen, tokens, at, uphill, { colour: tokens.ink, width: 1.8, scale, hollow: true });
    drawArrow(pen, tokens, at, downhill, { colour: tokens.ink, width: 2.6, scale });
    word("∇L", uphill, tokens.ink);
    word("−∇L", downhill, tokens.ink);
  }
  if (phase === "gradient") return labels;
  const end = view.project(old[0] + update[0], old[1] + update[1]);
  if (![...end].every(Number.isFinite) || Math.hypot(end[0] - at[0], end[1] - at[1]) < 3 * scale) return labels;
  if (carried) {
    const roll = view.project(old[0] + carried[0], old[1] + carried[1]);
    drawArrow(pen, tokens, at, roll, { colour: style.colour, width: 2, scale, hollow: true });
    if (Math.hypot(roll[0] - at[0], roll[1] - at[1]) > 24 * scale) word("carried", roll, style.colour);
  }
  drawArrow(pen, tokens, at, end, { colour: style.colour, width: 4, scale });
  word("step", end, style.colour);
  return labels;
}

/** World length of a compass arrow: constant on the screen of a map, and about so on a block. */
function reach(view, scale) {
  return COMPASS * scale * view.unit;
}
