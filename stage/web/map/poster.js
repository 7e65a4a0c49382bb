/** The ground as plain bands in pixels: what lies around and below a map that is being moved. */

import { PALETTE } from "../base/palette.js";
import { bandColours, channels } from "./relief.js";

/** @param {HTMLCanvasElement} canvas @param {string} nowhere the colour where the loss is not a number, as "#E1DCD0" */
export function drawPoster(canvas, relief, theme, nowhere) {
  const [width, height] = [canvas.width, canvas.height];
  const { z, gaps, ladder } = relief;
  const [rows, columns] = [z.length, z[0].length];
  const bands = ladder.levels.length - 1;
  const colours = bandColours(PALETTE.surface[theme], bands).map((colour) => colour.match(/\d+/g).map(Number));
  const gap = channels(nowhere);
  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(width, height);
  for (let py = 0; py < height; py += 1) {
    const v = ((height - py - 0.5) / height) * (rows - 1);
    const j = Math.max(0, Math.min(rows - 2, Math.floor(v)));
    const [below, above, b] = [z[j], z[j + 1], v - j];
    for (let px = 0; px < width; px += 1) {
      const u = ((px + 0.5) / width) * (columns - 1);
      const i = Math.max(0, Math.min(columns - 2, Math.floor(u)));
      const a = u - i;
      const rung = (below[i] * (1 - a) + below[i + 1] * a) * (1 - b) + (above[i] * (1 - a) + above[i + 1] * a) * b;
      const [red, green, blue] = gaps?.[Math.round(v)]?.[Math.round(u)] ? gap : colours[Math.max(0, Math.min(bands - 1, Math.floor(rung)))];
      const at = 4 * (py * width + px);
      picture.data[at] = red;
      picture.data[at + 1] = green;
      picture.data[at + 2] = blue;
      picture.data[at + 3] = 255;
    }
  }
  pen.putImageData(picture, 0, 0);
}
