/** Numbers and names along the foot of the block. */

import { number } from "../base/numbers.js";
import { APART, NAME, SIZE, marksOf, roundStep, write } from "../draw/axes.js";
import { footOf } from "./block_draw.js";

const BELOW = 13; // px from the foot to the middle of a number
const NAMED = 30; // px from it to the middle of a name

/**
 * Along the two edges of the foot that are nearest to the eye.
 * @param {CanvasRenderingContext2D} pen @param {{ground: number[][], width: number, height: number, field: any, seen: (x: number, y: number, z: number) => number[]}} view
 * @param {string[]} names @param {number[][]} covered
 * @returns {number[][]} the boxes of what was written
 */
export function drawBlockAxes(pen, view, tokens, names, scale, covered) {
  const { ground, width, height, field, seen } = view;
  const [size, foot] = [SIZE * scale, footOf(field)];
  const centre = seen((ground[0][0] + ground[0][1]) / 2, (ground[1][0] + ground[1][1]) / 2, foot);
  const boxes = [];
  pen.save();
  pen.lineJoin = "round";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.strokeStyle = tokens.casing;
  pen.fillStyle = tokens.ink2;
  pen.globalAlpha = 0.82;
  for (const k of [0, 1]) {
    const along = (value, edge) => (k ? seen(edge, value, foot) : seen(value, edge, foot));
    const [from, to] = ground[k];
    const middle = (from + to) / 2;
    const near = [...ground[1 - k]].sort((a, b) => along(middle, b)[1] - along(middle, a)[1])[0]; // lower in the picture
    const [begin, end] = [along(from, near), along(to, near)];
    const long = Math.hypot(end[0] - begin[0], end[1] - begin[1]);
    if (long < 2 * APART * scale) continue;
    const out = [along(middle, near)[0] - centre[0], along(middle, near)[1] - centre[1]];
    const far = Math.hypot(...out) || 1;
    const put = (text, [x, y], away, high) => {
      const [px, py] = [x + (out[0] / far) * away, y + (out[1] / far) * away];
      const wide = pen.measureText(text).width;
      const box = [px - wide / 2 - 2, py - high / 2 - 2, wide + 4, high + 4];
      const inside = box[0] > 2 && box[1] > 2 && box[0] + box[2] < width - 2 && box[1] + box[3] < height - 2;
      if (!inside || [...covered, ...boxes].some(([a, b, c, d]) => box[0] < a + c && box[0] + box[2] > a && box[1] < b + d && box[1] + box[3] > b)) return;
      write(pen, tokens, text, px, py, high);
      boxes.push(box);
    };
    pen.font = `italic 400 ${NAME * scale}px "Source Serif", sans-serif`;
    put(names[k], along(middle, near), NAMED * scale, NAME * scale);
    pen.font = `500 ${size}px "Source Sans", sans-serif`;
    for (const value of marksOf([from, to], roundStep((APART * scale * (to - from)) / long))) put(number(value, 6), along(value, near), BELOW * scale, size);
  }
  pen.restore();
  return boxes;
}
