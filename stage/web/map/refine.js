/** A finer grid where the contours of a grid of losses would have corners: at minima, and along valleys a few cells wide. */

const TILE = 8; // cells, each way
const ROUGH = 0.05; // of a cell that a contour may be off in a cell's middle; that is a fifth of a pixel
const FINER = [3, 2]; // fine cells for a coarse one: the first that is not too many
const MOST_POINTS = 3; // times the points of the grid: drawing must stay fast
const HALFWAY = [-1 / 16, 9 / 16, 9 / 16, -1 / 16]; // cubic weights in the middle between four points

/**
 * The grid with more columns and rows through its rough parts, with heights for Plotly. Between points losses are cubic (Keys 1981),
 * which has every quadratic bottom exactly; their heights are taken after that.
 * @param {import("../wire/frame.js").Matrix} losses @param {number[][]} z their heights @param {number[]} xs @param {number[]} ys
 * @param {(loss: number) => number} climb
 */
export function refined(losses, z, xs, ys, climb) {
  const { data, rows, columns } = losses;
  const rough = roughCells(losses, z, climb);
  for (const finer of FINER) {
    const [across, up] = [spots(rough[0], columns, finer), spots(rough[1], rows, finer)];
    if (across.length * up.length > MOST_POINTS * columns * rows) continue;
    if (across.length === columns && up.length === rows) break;
    const lines = Array.from({ length: rows }, (_, j) => across.map(([i, t]) => (t ? cubic(data, j * columns + i, 1, t, i === 0 || i >= columns - 2) : data[j * columns + i])));
    const even = (j, k) => { // where a neighbour has no loss
      const [i, t] = across[k];
      return t ? z[j][i] * (1 - t) + z[j][i + 1] * t : z[j][i];
    };
    return {
      x: across.map(([i, t]) => (t ? xs[i] + t * (xs[i + 1] - xs[i]) : xs[i])),
      y: up.map(([j, t]) => (t ? ys[j] + t * (ys[j + 1] - ys[j]) : ys[j])),
      z: up.map(([j, t]) => across.map((_, k) => {
        const loss = t ? cubic([lines[Math.max(0, j - 1)][k], lines[j][k], lines[j + 1][k], lines[Math.min(rows - 1, j + 2)][k]], 1, 1, t, j === 0 || j >= rows - 2) : lines[j][k];
        if (Number.isFinite(loss)) return climb(loss);
        return t ? even(j, k) * (1 - t) + even(j + 1, k) * t : even(j, k);
      })),
    };
  }
  return { x: xs, y: ys, z };
}

/** Places on an axis: [coarse cell, part of it]. @param {Set<number>} rough @param {number} count */
function spots(rough, count, finer) {
  const places = [];
  for (let cell = 0; cell < count; cell += 1) {
    const parts = rough.has(cell) ? finer : 1;
    for (let part = 0; part < parts; part += 1) places.push([cell, part / parts]);
  }
  return places;
}

/** Between the points at `at` and `at + 1`, from four; at the grid's rim evenly from two. */
function cubic(values, at, step, t, rim) {
  const [b, c] = [values[at], values[at + step]];
  if (rim) return b + t * (c - b);
  const [a, d] = [values[at - step], values[at + 2 * step]];
  return b + (t / 2) * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** The columns and the rows of cells that pass a tile in which a contour is off. */
function roughCells(losses, z, climb) {
  const found = [new Set(), new Set()];
  for (let bottom = 1; bottom < losses.rows - 2; bottom += TILE) {
    for (let left = 1; left < losses.columns - 2; left += TILE) {
      const box = [[left, Math.min(left + TILE, losses.columns - 2)], [bottom, Math.min(bottom + TILE, losses.rows - 2)]];
      if (roughness(losses, z, climb, box) <= ROUGH) continue;
      box.forEach(([from, to], axis) => {
        for (let cell = from; cell < to; cell += 1) found[axis].add(cell);
      });
    }
  }
  return found;
}

/** How far a contour in this box is off, in cells: what even heights are off in the middle of a cell, against what they rise in it. */
function roughness({ data, columns }, z, climb, [[left, right], [bottom, top]]) {
  let worst = 0;
  for (let j = bottom; j < top; j += 1) {
    for (let i = left; i < right; i += 1) {
      const [a, b, c, d] = [z[j][i], z[j][i + 1], z[j + 1][i], z[j + 1][i + 1]];
      let loss = 0;
      for (let l = 0; l < 4; l += 1) {
        const at = (j + l - 1) * columns + i - 1;
        loss += HALFWAY[l] * (HALFWAY[0] * data[at] + HALFWAY[1] * data[at + 1] + HALFWAY[2] * data[at + 2] + HALFWAY[3] * data[at + 3]);
      }
      if (!Number.isFinite(loss)) continue;
      const middle = climb(loss);
      const [low, high] = [Math.min(a, b, c, d, middle), Math.max(a, b, c, d, middle)];
      if (Math.floor(low) === Math.floor(high) || high < 0) continue; // no contour passes here
      worst = Math.max(worst, Math.abs(middle - (a + b + c + d) / 4) / (high - low));
    }
  }
  return worst;
}
