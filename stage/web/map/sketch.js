/** The base layer as a canvas of bands and contour lines, in a few milliseconds: what the map wears while its surface moves under the hand. */

import { majorStart } from "./contours.js";
import { PALETTE } from "../base/palette.js";
import { bandColours, channels } from "./relief.js";

/** For each of `count` pixels, the cell of the grid that it lies in and its place there, 0..1. @param {number[]} spots in px, rising */
function cellsOf(spots, count) {
  const cells = new Int32Array(count);
  const parts = new Float32Array(count);
  let cell = 0;
  for (let px = 0; px < count; px += 1) {
    while (cell < spots.length - 2 && spots[cell + 1] <= px + 0.5) cell += 1;
    cells[px] = cell;
    parts[px] = Math.max(0, Math.min(1, (px + 0.5 - spots[cell]) / (spots[cell + 1] - spots[cell])));
  }
  return [cells, parts];
}

/**
 * Draw a relief as its own drawing has it: one flat colour a band, thin lines at every level and thicker ones at the decades.
 * @param {HTMLCanvasElement} canvas @param {ReturnType<import("./ground.js").readRelief>} relief
 * @param {{width: number, height: number}} view @param {number} sharp device pixels for one of the style's
 */
export function drawSketch(canvas, relief, view, theme, tokens, sharp, gain = 1) {
  const { ladder, gaps, fine } = relief;
  const { width, height } = view;
  const bands = ladder.levels.length - 1;
  const { data, columns, rows } = fine;
  const xs = Array.from({ length: columns }, (_, i) => (i * width) / (columns - 1));
  const ys = Array.from({ length: rows }, (_, j) => height - (j * height) / (rows - 1)); // falling: the last row is at the top
  const z = ys.map((_, j) => data.subarray(j * columns, (j + 1) * columns));
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  fill(pen, { z, xs, ys, width, height, sharp }, bands, gaps, theme, tokens);
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  const first = majorStart(ladder);
  const thick = (level) => (level - first) % ladder.major === 0;
  const [thin, major] = [new Path2D(), new Path2D()];
  contours(z, xs, ys, bands, (level) => (thick(level) ? major : thin));
  for (const [path, colour, weight] of [[thin, tokens.contour, 0.7], [major, tokens.contour, 0.7], [major, tokens.decade, 1.1]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = weight * gain;
    pen.stroke(path);
  }
}

/** The bands, pixel by pixel on a sheet of the style's pixels, then put on the canvas in its own. */
function fill(pen, { z, xs, ys, width, height, sharp }, bands, gaps, theme, tokens) {
  const colours = bandColours(PALETTE.surface[theme], bands).map((colour) => packed(colour.match(/\d+/g).map(Number)));
  const nowhere = packed(channels(tokens.line));
  const sheet = sheetOf(width, height);
  const ink = sheet.getContext("2d");
  const picture = ink.createImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  const [columns, across] = cellsOf(xs, width);
  const [rows, up] = cellsOf(ys.map((y) => height - y), height);
  const line = new Float32Array(z[0].length);
  for (let py = 0; py < height; py += 1) {
    const from = height - 1 - py;
    const [below, above, b] = [z[rows[from]], z[rows[from] + 1], up[from]];
    for (let i = 0; i < line.length; i += 1) line[i] = below[i] + b * (above[i] - below[i]);
    const begin = py * width;
    for (let px = 0; px < width; px += 1) {
      const i = columns[px];
      const rung = line[i] + across[px] * (line[i + 1] - line[i]);
      pixels[begin + px] = colours[rung < 1 ? 0 : rung >= bands ? bands - 1 : rung | 0];
    }
  }
  if (gaps) {
    const [high, wide] = [gaps.length, gaps[0].length];
    for (let py = 0; py < height; py += 1) for (let px = 0; px < width; px += 1) {
      const [j, i] = [Math.round(((height - py - 0.5) / height) * (high - 1)), Math.round(((px + 0.5) / width) * (wide - 1))];
      if (gaps[j][i]) pixels[py * width + px] = nowhere;
    }
  }
  ink.putImageData(picture, 0, 0);
  pen.imageSmoothingEnabled = sharp !== 1;
  pen.drawImage(sheet, 0, 0, width * sharp, height * sharp);
}

/** @type {HTMLCanvasElement | null} */
let kept = null;

function sheetOf(width, height) {
  kept ??= document.createElement("canvas");
  if (kept.width !== width || kept.height !== height) [kept.width, kept.height] = [width, height];
  return kept;
}

/** A colour as a pixel of ImageData has it. */
const packed = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** The lines of the levels 1 to bands - 1 through a grid of heights, cell by cell (marching squares; a saddle is cut by its middle). */
function contours(z, xs, ys, bands, pathOf) {
  const paths = Array.from({ length: bands }, (_, level) => pathOf(level));
  for (let j = 0; j < ys.length - 1; j += 1) {
    const [below, above, y0, y1] = [z[j], z[j + 1], ys[j], ys[j + 1]];
    for (let i = 0; i < xs.length - 1; i += 1) {
      const [a, b, c, d] = [below[i], below[i + 1], above[i + 1], above[i]];
      const low = Math.min(a, b, c, d);
      const high = Math.max(a, b, c, d);
      const last = Math.min(bands - 1, Math.ceil(high) - 1);
      for (let level = Math.max(1, Math.floor(low) + 1); level <= last; level += 1) {
        const code = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
        if (code === 0 || code === 15) continue;
        const [x0, x1] = [xs[i], xs[i + 1]];
        const ends = [
          [x0 + ((level - a) / (b - a)) * (x1 - x0), y0], [x1, y0 + ((level - b) / (c - b)) * (y1 - y0)],
          [x0 + ((level - d) / (c - d)) * (x1 - x0), y1], [x0, y0 + ((level - a) / (d - a)) * (y1 - y0)],
        ];
        for (const [from, to] of EDGES[code === 5 || code === 10 ? ((a + b + c + d) / 4 > level ? code + 16 : code) : code]) {
          paths[level].moveTo(ends[from][0], ends[from][1]);
          paths[level].lineTo(ends[to][0], ends[to][1]);
        }
      }
    }
  }
}

/** Which sides of a cell a line joins: 0 below, 1 right, 2 above, 3 left. */
const EDGES = {
  1: [[3, 0]], 2: [[0, 1]], 3: [[3, 1]], 4: [[1, 2]], 6: [[0, 2]], 7: [[3, 2]], 8: [[2, 3]], 9: [[0, 2]],
  11: [[1, 2]], 12: [[1, 3]], 13: [[0, 1]], 14: [[3, 0]],
  5: [[3, 0], [1, 2]], 21: [[0, 1], [2, 3]], 10: [[0, 1], [2, 3]], 26: [[3, 0], [1, 2]],
};
