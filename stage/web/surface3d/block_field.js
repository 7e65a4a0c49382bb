/** The block's height over its window: losses on a grid, made into heights that show a surface of many decades. */

import { number } from "../base/numbers.js";
import { t } from "../base/translate.js";

/**
 * How a loss becomes a height. Log surfaces rise as log(1 + loss / s): plain near the ground, even decades above s.
 * @param {import("../map/relief.js").Ladder} ladder @returns {{of: (loss: number) => number, note: string}}
 */
export function heightScale({ log, levels, open }) {
  if (!log) {
    const top = open ? levels[levels.length - 1] : Infinity;
    return { of: (loss) => Math.min(loss, top), note: open ? t("cut off at {top}", { top: number(top) }) : "" };
  }
  const exponent = Math.round(Math.log10(levels[Math.round((levels.length - 1) / 2)]));
  const unit = 10 ** exponent;
  return { of: (loss) => Math.log1p(Math.max(0, loss) / unit), note: unit === 1 ? t("height is log(1 + loss)") : t("height is log(1 + loss ∕ {unit})", { unit: number(unit) }) };
}

/** Heights on a grid, read in between as Plotly draws them: as a straight mix of the four corners. */
export class HeightField {
  /** @param {{losses: import("../wire/frame.js").Matrix, ground: number[][]}} grid @param {(loss: number) => number} heightOf */
  constructor({ losses, ground }, heightOf) {
    [this.columns, this.rows] = [losses.columns, losses.rows];
    this.window = ground;
    this.cell = [(ground[0][1] - ground[0][0]) / (this.columns - 1), (ground[1][1] - ground[1][0]) / (this.rows - 1)];
    this.heights = Float64Array.from(losses.data, heightOf);
    [this.low, this.high] = [Infinity, -Infinity];
    for (const height of this.heights) {
      if (!Number.isFinite(height)) continue;
      if (height < this.low) this.low = height;
      if (height > this.high) this.high = height;
    }
    if (!(this.high > this.low)) [this.low, this.high] = Number.isFinite(this.low) ? [this.low, this.low + 1] : [0, 1];
    // Where the loss is beyond all numbers the block ends in a plateau.
    this.heights.forEach((height, i) => { if (!Number.isFinite(height)) this.heights[i] = this.high; });
  }

  get span() {
    return this.high - this.low;
  }

  /** The nearest place of the window. */
  clamp(x, y) {
    const [[x0, x1], [y0, y1]] = this.window;
    return [Math.max(x0, Math.min(x1, x)), Math.max(y0, Math.min(y1, y))];
  }

  holds(x, y) {
    const [[x0, x1], [y0, y1]] = this.window;
    return x >= x0 && x <= x1 && y >= y0 && y <= y1;
  }

  /** The height at a place; outside, that of the nearest edge. */
  at(x, y) {
    const u = Math.max(0, Math.min(this.columns - 1, (x - this.window[0][0]) / this.cell[0]));
    const v = Math.max(0, Math.min(this.rows - 1, (y - this.window[1][0]) / this.cell[1]));
    const i = Math.min(this.columns - 2, Math.floor(u));
    const j = Math.min(this.rows - 2, Math.floor(v));
    const [a, b, from] = [u - i, v - j, j * this.columns + i];
    const { heights, columns } = this;
    return (heights[from] * (1 - a) + heights[from + 1] * a) * (1 - b) + (heights[from + columns] * (1 - a) + heights[from + columns + 1] * a) * b;
  }
}
