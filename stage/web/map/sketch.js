/** The base layer as a canvas of bands and contour lines, in a few milliseconds: what the map wears while its surface moves under the hand. */

import { majorStart } from "./contours.js";
import { PALETTE } from "../base/palette.js";
import { bandColours, channels } from "./relief.js";

const [THIN, THICK] = [0.7, 1.1]; // px of a line, and of one at a round number
const SHADES = 16; // of a pixel that a line covers in part

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
 *
 * Pixel by pixel, the lines too: traced and stroked as vectors they would take longer than all else of a frame.
 * @param {HTMLCanvasElement} canvas @param {ReturnType<import("./ground.js").readRelief>} relief
 * @param {{width: number, height: number}} view @param {number} sharp device pixels for one of the style's
 */
export function drawSketch(canvas, relief, view, theme, tokens, sharp, gain = 1) {
  const [width, height] = [Math.round(view.width), Math.round(view.height)];
  const sheet = sheetOf(width, height);
  fill(sheet.pixels, relief, width, height, shadesOf(relief.ladder, theme, tokens, gain));
  if (relief.gaps) cover(sheet.pixels, relief.gaps, width, height, packed(channels(tokens.line)));
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  if (canvas.width === width && canvas.height === height) pen.putImageData(sheet.image, 0, 0);
  else {
    sheet.pen.putImageData(sheet.image, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(sheet.canvas, 0, 0, canvas.width, canvas.height);
  }
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
}

/**
 * The colour of every band without a line, and with one that covers more and more of the pixel, for thin lines and thick ones.
 * @returns {{bands: number, thick: (level: number) => boolean, flat: Uint32Array, lines: {reach: number, most: number, shades: Uint32Array}[]}}
 */
function shadesOf(ladder, theme, tokens, gain) {
  const bands = ladder.levels.length - 1;
  const colours = bandColours(PALETTE.surface[theme], bands).map((colour) => colour.match(/\d+/g).map(Number));
  const first = majorStart(ladder);
  const lines = [[[THIN, tokens.contour]], [[THIN, tokens.contour], [THICK, tokens.decade]]].map((strokes) => {
    const most = Math.min(1, strokes.at(-1)[0] * gain); // of a pixel in the middle of the line
    const shades = new Uint32Array(bands * SHADES);
    colours.forEach((colour, band) => {
      for (let step = 0; step < SHADES; step += 1) {
        let mixed = colour;
        for (const [wide, ink] of strokes) {
          const [red, green, blue, alpha = 1] = ink.match(/[\d.]+/g).map(Number);
          const share = alpha * (step / (SHADES - 1)) * Math.min(1, (wide * gain) / most);
          mixed = [red, green, blue].map((value, k) => mixed[k] + share * (value - mixed[k]));
        }
        shades[band * SHADES + step] = packed(mixed.map(Math.round));
      }
    });
    return { reach: (strokes.at(-1)[0] * gain + 1) / 2, most, shades };
  });
  return { bands, thick: (level) => (level - first) % ladder.major === 0, flat: Uint32Array.from(colours, packed), lines };
}

/** The bands and their lines. @param {Uint32Array} pixels @param {ReturnType<typeof shadesOf>} shades */
function fill(pixels, { fine }, width, height, { bands, thick, flat, lines }) {
  const { data, columns, rows } = fine;
  const [wide, high] = [width / (columns - 1), height / (rows - 1)]; // px of a cell
  const [cells, across] = cellsOf(Array.from({ length: columns }, (_, i) => i * wide), width);
  const [lower, up] = cellsOf(Array.from({ length: rows }, (_, j) => j * high), height);
  const line = new Float64Array(columns);
  const rise = new Float64Array(columns);
  const kinds = Array.from({ length: bands }, (_, level) => lines[thick(level) ? 1 : 0]);
  const reach = Float64Array.from(kinds, (kind) => kind.reach);
  for (let py = 0; py < height; py += 1) {
    const from = height - 1 - py; // the last row is at the top
    const [below, above, b] = [lower[from] * columns, (lower[from] + 1) * columns, up[from]];
    for (let i = 0; i < columns; i += 1) {
      const step = data[above + i] - data[below + i];
      line[i] = data[below + i] + b * step;
      rise[i] = step / high;
    }
    const begin = py * width;
    for (let px = 0; px < width; px += 1) {
      const i = cells[px];
      const a = across[px];
      const step = line[i + 1] - line[i];
      const rung = line[i] + a * step;
      const band = rung < 1 ? 0 : rung >= bands ? bands - 1 : rung | 0;
      const level = rung < 0.5 || rung >= bands - 0.5 ? 0 : (rung + 0.5) | 0;
      if (level) {
        const off = rung < level ? level - rung : rung - level;
        const [right, steep] = [step / wide, rise[i] + a * (rise[i + 1] - rise[i])];
        const slope = right * right + steep * steep; // squared, in bands to a px
        if (off * off < reach[level] * reach[level] * slope) {
          const { most, shades } = kinds[level];
          const covered = Math.min(most, reach[level] - off / Math.sqrt(slope));
          pixels[begin + px] = shades[band * SHADES + ((covered / most) * (SHADES - 1) + 0.5 | 0)];
          continue;
        }
      }
      pixels[begin + px] = flat[band];
    }
  }
}

/** Where the formula has no value. */
function cover(pixels, gaps, width, height, colour) {
  const [high, wide] = [gaps.length, gaps[0].length];
  for (let py = 0; py < height; py += 1) for (let px = 0; px < width; px += 1) {
    const [j, i] = [Math.round(((height - py - 0.5) / height) * (high - 1)), Math.round(((px + 0.5) / width) * (wide - 1))];
    if (gaps[j][i]) pixels[py * width + px] = colour;
  }
}

/** @type {{canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D, image: ImageData, pixels: Uint32Array} | null} kept from frame to frame */
let kept = null;

function sheetOf(width, height) {
  if (kept && kept.image.width === width && kept.image.height === height) return kept;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(width, height);
  kept = { canvas, pen, image, pixels: new Uint32Array(image.data.buffer) };
  return kept;
}

/** A colour as a pixel of ImageData has it. @param {number[]} colour */
const packed = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
