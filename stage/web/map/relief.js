/** From a grid of losses to bands: the ladder of levels and the flat colours. */

import { number } from "../base/numbers.js";
import { t } from "../base/translate.js";

const MOST_DECADES = 6;
const FEW_DECADES = 400; // a surface that rises less than this from its lowest level has room for finer lines
const MOST_PEAK = 6; // high ground that is this many times above what nine tenths of the window reach is left to the top band
const SPAN_FOR_LOG = 8; // a surface whose high ground is this many times its low ground needs log levels

/**
 * @typedef {{log: boolean, levels: number[], major: number, step: number, note: string, open: boolean}} Ladder
 *   levels rise; every `major`-th one is drawn thick; `step` is the spacing of an even ladder; `open` if there is ground
 *   above the last level, which wears the last band.
 */

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

/**
 * The levels for these losses. Whether they are log, and how high they reach, is decided by the surface's own window
 * (`core`) alone, so that a wider picture of the same surface does not change its scale.
 * @param {Float32Array} losses @param {Float32Array} core @returns {Ladder}
 */
export function ladderFor(losses, core) {
  const sorted = losses.filter(Number.isFinite).sort();
  if (!sorted.length) return { log: false, levels: [0, 1], major: 1, step: 1, note: losses.includes(Infinity) ? t("too large to draw here") : t("nowhere a number here"), open: false };
  const within = core.filter(Number.isFinite).sort();
  const inner = within.length ? within : sorted;
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  const top = inner[inner.length - 1];
  const span = top / Math.max(quantile(inner, 0.08), top * 1e-12);
  const ladder = low >= 0 && top > 0 && span >= SPAN_FOR_LOG ? logLadder(inner) : evenLadder(low, topOf(low, inner));
  const last = ladder.levels[ladder.levels.length - 1];
  const open = high > last;
  const notes = [ladder.note];
  if (open && !ladder.log) notes.push(t("open above {level}", { level: number(last) }));
  if (losses.some(Number.isNaN)) notes.push(t("grey: not a number"));
  return { ...ladder, open, note: notes.join(", ") };
}

/** How high an even ladder reaches: to the top, unless a few steep corners would take all the levels for themselves. */
function topOf(low, inner) {
  const top = inner[inner.length - 1];
  const most = quantile(inner, 0.9);
  return top - low > MOST_PEAK * (most - low) && most > low ? most : top;
}

function logLadder(sorted) {
  const high = sorted[sorted.length - 1];
  const top = Math.ceil(Math.log10(high) - 1e-9);
  const floor = Math.floor(Math.log10(Math.max(quantile(sorted, 0.01), high * 10 ** -MOST_DECADES)));
  const bottom = Math.max(floor, top - MOST_DECADES);
  const digits = high < FEW_DECADES * 10 ** bottom ? [1, 1.5, 2, 3, 5, 7] : [1, 2, 5];
  const levels = [];
  for (let decade = bottom; decade < top; decade += 1) for (const digit of digits) levels.push(Number(`${digit}e${decade}`));
  levels.push(Number(`1e${top}`));
  while (levels.length > 2 && levels[levels.length - 2] >= high) levels.pop();
  return { log: true, levels, major: digits.length, step: 0, note: t("log scale · lines at {digits}", { digits: digits.join(", ") }) };
}

function evenLadder(low, high) {
  const span = Math.max(high - low, 1e-9 * Math.max(1, Math.abs(high)));
  const rough = span / 13;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((digit) => digit * power).find((size) => size >= rough * 0.999) ?? rough;
  const first = Math.floor(low / step + 1e-9);
  const count = Math.max(2, Math.ceil(high / step - 1e-9) - first);
  const levels = Array.from({ length: count + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { log: false, levels, major: 4, step, note: t("even steps of {step}", { step: number(step) }) };
}

const FARTHEST = 1e38; // a loss beyond every float32 still has a place above the ladder

/**
 * Where a loss stands on the ladder, in bands; below 0 and above the last level it goes on. Between grid points a height is
 * interpolated evenly, so this curve has no corner: one at a level, or flat ground below the lowest, would show as corners of
 * that level's line. Below the lowest level it is even in the loss itself, whose logarithm has no bottom.
 * @param {Ladder} ladder
 */
export function rung(ladder) {
  const { levels, log, step } = ladder;
  const last = levels.length - 1;
  if (!log) {
    return (loss) => {
      if (Number.isNaN(loss)) return last;
      if (loss > levels[last]) return last + Math.log1p((Math.min(loss, FARTHEST) - levels[last]) / step);
      return (loss - levels[0]) / step;
    };
  }
  const logs = levels.map(Math.log);
  const slopes = slopesThrough(logs);
  return (loss) => {
    if (Number.isNaN(loss)) return last;
    if (loss <= levels[0]) return slopes[0] * (loss / levels[0] - 1);
    const at = Math.log(Math.min(loss, FARTHEST));
    if (loss >= levels[last]) return last + slopes[last] * (at - logs[last]);
    let i = 1;
    while (loss > levels[i]) i += 1;
    const width = logs[i] - logs[i - 1];
    const t = (at - logs[i - 1]) / width;
    const [from, to] = [slopes[i - 1] * width, slopes[i] * width];
    return i - 1 + t * (from + t * (3 - 2 * from - to + t * (from + to - 2)));
  };
}

/** Slopes of a rising curve without corners through (places[i], i): harmonic means of the slopes on both sides (Fritsch and Butland 1984). */
function slopesThrough(places) {
  const widths = places.slice(1).map((place, i) => place - places[i]);
  return places.map((_, i) => {
    const [before, after] = [widths[i - 1] ?? widths[i], widths[i] ?? widths[i - 1]];
    return 2 / (before + after);
  });
}

/** @param {string} colour "#2E78B5" @returns {number[]} */
export const channels = (colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** One flat colour a band. @param {string[]} stops @param {number} count */
export function bandColours(stops, count) {
  return Array.from({ length: count }, (_, band) => {
    const place = (count === 1 ? 0 : band / (count - 1)) * (stops.length - 1);
    const i = Math.floor(place);
    const from = channels(stops[i]);
    const to = channels(stops[Math.min(i + 1, stops.length - 1)]);
    return `rgb(${from.map((value, k) => Math.round(value + (to[k] - value) * (place - i))).join(",")})`;
  });
}
