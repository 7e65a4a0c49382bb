/** Quiet numbers along the lower and the left edge of the map, and the variables' names at their ends. */

import { number } from "../base/numbers.js";

export const APART = 64; // px between two numbers, at least
export const SIZE = 11.5; // px of a number
export const NAME = 17; // px of a name
const EDGE = 9; // px from the picture's edge
const CORNER = 34; // px of the corner that the numbers leave free

/** The round step, 1, 2 or 5 times a power of ten, whose marks are at least this far apart. @param {number} least */
export function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least * 0.999) ?? 10 * power;
}

/** The round numbers between two ends. @param {[number, number]} side @param {number} step */
export function marksOf([from, to], step) {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)) || 0);
}

/** Text that is read on every band. @param {CanvasRenderingContext2D} pen @param {any} tokens @param {string} text @param {number} size px */
export function write(pen, tokens, text, x, y, size) {
  pen.lineWidth = size * 0.3;
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}

/**
 * @param {CanvasRenderingContext2D} pen @param {{ground: number[][], width: number, height: number, unit: number, project: (x: number, y: number) => number[]}} view of the map
 * @param {string[]} names of the two variables @param {number[][]} covered boxes (x, y, width, height) of what lies on the picture
 * @returns {number[][]} the boxes of what was written
 */
export function drawAxes(pen, view, tokens, names, scale, covered) {
  const { ground, width, height, unit } = view;
  const [size, edge, corner] = [SIZE * scale, EDGE * scale, CORNER * scale];
  const boxes = [];
  const free = ([x, y, w, h]) => covered.every(([a, b, c, d]) => x + w < a || x > a + c || y + h < b || y > b + d);
  pen.save();
  pen.lineJoin = "round";
  pen.strokeStyle = tokens.casing;
  pen.globalAlpha = 0.82;
  pen.fillStyle = tokens.ink2;
  pen.font = `500 ${size}px "Source Sans", sans-serif`;
  pen.textBaseline = "alphabetic";
  const step = roundStep(APART * scale * unit);
  for (const x of marksOf(ground[0], step)) {
    const text = number(x, 6);
    const wide = pen.measureText(text).width;
    const at = view.project(x, 0)[0];
    const box = [at - wide / 2 - 2, height - edge - size, wide + 4, size + 4];
    if (at - wide / 2 < corner || at + wide / 2 > width - corner || !free(box)) continue;
    pen.textAlign = "center";
    write(pen, tokens, text, at, height - edge, size);
    boxes.push(box);
  }
  for (const y of marksOf(ground[1], step)) {
    const text = number(y, 6);
    const wide = pen.measureText(text).width;
    const at = view.project(0, y)[1];
    const box = [edge - 2, at - size / 2 - 2, wide + 4, size + 4];
    if (at < corner || at > height - corner || !free(box)) continue;
    pen.textAlign = "left";
    write(pen, tokens, text, edge, at + size * 0.36, size);
    boxes.push(box);
  }
  pen.font = `italic 400 ${NAME * scale}px "Source Serif", sans-serif`;
  for (const [text, x, y, align] of [[names[0], width - edge, height - edge, "right"], [names[1], edge, edge + NAME * scale * 0.72, "left"]]) {
    pen.textAlign = align;
    const wide = pen.measureText(text).width;
    const box = [align === "right" ? x - wide - 2 : x - 2, y - NAME * scale, wide + 4, NAME * scale + 6];
    if (!free(box)) continue;
    write(pen, tokens, text, x, y, NAME * scale);
    boxes.push(box);
  }
  pen.restore();
  return boxes;
}
