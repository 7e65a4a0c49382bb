/** Heights between the points of a grid of losses, so close that straight lines between them look smooth: at minima and along narrow valleys too. */

const SHARP = 0.5; // of the range of four losses in a row: from such a third difference on they have a corner between them,
const CORNER = 0.9; // and at this one nothing but a straight line is known
const STEEP = 0.1; // one from which on a slope may be an exponential

const SMOOTH = 0.5; // of the second difference over six losses: below it their fifth one is small enough for a polynomial through them

/**
 * @typedef {{data: Float64Array, losses: Float64Array, climb: (loss: number) => number, columns: number, rows: number, parts: number}} Heights
 *   `data` in bands of the ladder, `parts` to each cell of the grid that was asked for
 */

/**
 * The losses are interpolated, not the heights: a quadratic bottom is exact in them, and its logarithm has none; by polynomials through
 * six of them, or four (cubic convolution, Keys 1981). Where the logarithms are the smoother row, as on exponential slopes, they are taken; across a corner, even values.
 * @param {import("../wire/frame.js").Matrix} losses @param {number[][]} z heights at its points, which stand in where a loss is none
 * @param {(loss: number) => number} climb @param {number} parts of a cell, each way @returns {Heights}
 */
export function fineHeights(losses, z, climb, parts) {
  const { data, rows, columns } = losses;
  const [across, up] = [(columns - 1) * parts + 1, (rows - 1) * parts + 1];
  const lines = new Float64Array(rows * across);
  for (let j = 0; j < rows; j += 1) between(data, j * columns, 1, columns, lines, j * across, 1, parts);
  const fine = new Float64Array(up * across);
  for (let k = 0; k < across; k += 1) between(lines, k, across, rows, fine, k, across, parts);
  const heights = new Float64Array(fine.length);
  for (let l = 0; l < up; l += 1) {
    for (let k = 0; k < across; k += 1) {
      const loss = fine[l * across + k];
      heights[l * across + k] = Number.isFinite(loss) ? climb(loss) : even(z, k / parts, l / parts);
    }
  }
  return { data: heights, losses: fine, climb, columns: across, rows: up, parts };
}

/** The height at column u and row v of the fine grid, from losses that are cubic between its points. @param {Heights} heights */
export function heightOf(heights, u, v) {
  const { losses, columns, rows, climb } = heights;
  const [i, j] = [Math.min(columns - 2, Math.floor(u)), Math.min(rows - 2, Math.floor(v))];
  if (i < 1 || j < 1 || i > columns - 3 || j > rows - 3) return heightAt(heights, u, v);
  const line = (at) => cubic(losses[at - 1], losses[at], losses[at + 1], losses[at + 2], u - i);
  const at = j * columns + i;
  const loss = cubic(line(at - columns), line(at), line(at + columns), line(at + 2 * columns), v - j);
  return Number.isFinite(loss) ? climb(loss) : heightAt(heights, u, v);
}

/** The height at column u and row v of the fine grid, evenly between its points. @param {Heights} heights */
export function heightAt({ data, columns, rows }, u, v) {
  const [i, j] = [Math.min(columns - 2, Math.floor(u)), Math.min(rows - 2, Math.floor(v))];
  const [a, b, at] = [u - i, v - j, j * columns + i];
  return (data[at] * (1 - a) + data[at + 1] * a) * (1 - b) + (data[at + columns] * (1 - a) + data[at + columns + 1] * a) * b;
}

function even(z, u, v) {
  const [i, j] = [Math.min(z[0].length - 2, Math.floor(u)), Math.min(z.length - 2, Math.floor(v))];
  const [a, b] = [u - i, v - j];
  return (z[j][i] * (1 - a) + z[j][i + 1] * a) * (1 - b) + (z[j + 1][i] * (1 - a) + z[j + 1][i + 1] * a) * b;
}

/** Fill a row (or column) of the finer grid from one of the coarser. */
function between(from, first, step, count, to, start, stride, parts) {
  for (let i = 0; i < count; i += 1) {
    const at = first + i * step;
    const [b, c] = [from[at], from[at + step]];
    const place = start + i * parts * stride;
    to[place] = b;
    if (i === count - 1) break;
    const a = i > 0 ? from[at - step] : NaN;
    const d = i < count - 2 ? from[at + 2 * step] : NaN;
    const inner = i > 1 && i < count - 3;
    fillCell(inner ? from[at - 2 * step] : NaN, a, b, c, d, inner ? from[at + 3 * step] : NaN, to, place, stride, parts);
  }
}

/** The places between b and c, from the three values on each side; NaN is none. */
function fillCell(before2, a, b, c, d, after2, to, place, stride, parts) {
  const [before, after] = [Number.isFinite(a), Number.isFinite(d)];
  if (!before) a = after ? 3 * b - 3 * c + d : 2 * b - c; // at a rim the parabola through three goes on
  if (!after) d = before ? 3 * c - 3 * b + a : 2 * c - b;
  const bent = unevenness(a, b, c, d);
  const straight = before && after ? Math.max(0, Math.min(1, (bent - SHARP) / (CORNER - SHARP))) : 0;
  let share = 0; // of the logarithms
  let [la, lb, lc, ld] = [0, 0, 0, 0];
  if (bent > STEEP && Math.min(a, b, c, d) > 0 && (b - a) * (c - b) > 0 && (c - b) * (d - c) > 0) {
    [la, lb, lc, ld] = [Math.log(a), Math.log(b), Math.log(c), Math.log(d)];
    const log = unevenness(la, lb, lc, ld);
    share = (bent * bent) / (bent * bent + log * log);
    share = share > 0.5 ? Math.min(1, 4 * (share - 0.5)) : 0;
  }
  // Through six values where those are smooth: a valley narrower than a cell is seen by what its walls say of its floor.
  const fifth = after2 - before2 + 5 * (a - d) + 10 * (c - b);
  const six = Math.abs(fifth) < SMOOTH * Math.abs(after2 - b - c + before2) || fifth === 0;
  for (let part = 1; part < parts; part += 1) {
    const t = part / parts;
    let value = six ? quintic(before2, a, b, c, d, after2, t) : cubic(a, b, c, d, t);
    if (straight) value += straight * (b + t * (c - b) - value);
    if (share) value += share * (Math.exp(cubic(la, lb, lc, ld, t)) - value);
    to[place + part * stride] = value;
  }
}

/** The third difference of four values against their range: 0 for a parabola, 1 for a corner or a jump. */
function unevenness(a, b, c, d) {
  const range = Math.max(a, b, c, d) - Math.min(a, b, c, d);
  return range > 0 ? Math.abs(d - a + 3 * (b - c)) / range : 0;
}

/** Lagrange's polynomial through values at -2, -1, 0, 1, 2, 3. */
function quintic(before2, a, b, c, d, after2, t) {
  const [p, q, r, s, u] = [t + 2, t + 1, t - 1, t - 2, t - 3];
  return (-q * t * r * s * u * before2) / 120 + (p * t * r * s * u * a) / 24 - (p * q * r * s * u * b) / 12
    + (p * q * t * s * u * c) / 12 - (p * q * t * r * u * d) / 24 + (p * q * t * r * s * after2) / 120;
}

function cubic(a, b, c, d, t) {
  return b + (t / 2) * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
