/** Between the block's ground and the picture: where a place is seen, what stands before it, what lies under a pixel. */

const FINER = 2; // cells of the visibility grid to one of the height field
const GRAZE = 0.004; // of the block's height: a surface seen at a flat angle is not hidden by its own grid
const MOST_STRIDES = 6000;

/**
 * @param {import("./block_field.js").HeightField} field
 * @param {number[][]} affine rows that take (x, y, height, 1) to px right, px down, depth
 */
export function blockView(field, affine, width, height) {
  const [across, down, deep] = affine;
  const back = inverse(affine.map((row) => row.slice(0, 3)));
  const eye = back.map((row) => -row[2]); // the way to the eye, in the ground's units
  const { window: ground, cell } = field;
  const stride = 0.5 / Math.max(Math.abs(eye[0]) / cell[0], Math.abs(eye[1]) / cell[1], (12 * Math.abs(eye[2])) / field.span);
  const way = eye.map((value) => value * stride);

  const seen = (x, y, z) => [across[0] * x + across[1] * y + across[2] * z + across[3], down[0] * x + down[1] * y + down[2] * z + down[3]];

  /** How far the surface stays below the line of sight to a place of it: below zero, something stands before it. */
  const clearance = (x, y) => {
    if (way[2] <= 0) return -field.span; // seen from below
    let least = field.span;
    let [px, py, pz] = [x, y, field.at(x, y)];
    for (;;) {
      px += way[0];
      py += way[1];
      pz += way[2];
      if (pz > field.high || !field.holds(px, py)) return least;
      const room = pz - field.at(px, py);
      if (room < least) least = room;
    }
  };

  const [columns, rows] = [FINER * (field.columns - 1) + 1, FINER * (field.rows - 1) + 1];
  const known = new Float32Array(columns * rows).fill(NaN); // worked out where a path or a mark asks
  const clearanceAt = (i, j) => {
    const at = j * columns + i;
    if (Number.isNaN(known[at])) known[at] = clearance(ground[0][0] + (i * cell[0]) / FINER, ground[1][0] + (j * cell[1]) / FINER);
    return known[at];
  };

  return {
    block: true, field, ground, width, height,
    unit: 1 / Math.sqrt(Math.abs(across[0] * down[1] - across[1] * down[0])),
    /** A place of the surface in the picture; beyond the block, at the height of its edge. */
    project: (x, y) => seen(x, y, field.at(x, y)),
    /** A place at any height. */
    seen,
    contains: (x, y) => field.holds(x, y),
    depth: (x, y) => deep[0] * x + deep[1] * y + deep[2] * field.at(x, y) + deep[3],
    hidden(x, y) {
      if (!field.holds(x, y)) return false;
      const u = (FINER * (x - ground[0][0])) / cell[0];
      const v = (FINER * (y - ground[1][0])) / cell[1];
      const [i, j] = [Math.min(columns - 2, Math.floor(u)), Math.min(rows - 2, Math.floor(v))];
      const [a, b] = [u - i, v - j];
      const room = (clearanceAt(i, j) * (1 - a) + clearanceAt(i + 1, j) * a) * (1 - b) + (clearanceAt(i, j + 1) * (1 - a) + clearanceAt(i + 1, j + 1) * a) * b;
      return room < -GRAZE * field.span;
    },
    /** The place of the surface under a pixel; beside the block, the nearest place of its edge. */
    unproject(px, py) {
      const seenAt = [px - across[3], py - down[3], 0];
      let p = back.map((row) => row[0] * seenAt[0] + row[1] * seenAt[1] + row[2] * seenAt[2]);
      const lift = (field.high + 0.001 * field.span - p[2]) / eye[2];
      p = p.map((value, i) => value + lift * eye[i]);
      const above = (q) => q[2] > field.at(q[0], q[1]);
      let before = p;
      for (let k = 0; k < MOST_STRIDES && above(p); k += 1) {
        before = p;
        p = p.map((value, i) => value - way[i]);
      }
      for (let k = 0; k < 24; k += 1) {
        const middle = p.map((value, i) => (value + before[i]) / 2);
        if (above(middle)) before = middle;
        else p = middle;
      }
      return field.clamp(p[0], p[1]);
    },
  };
}

/** Of a 3 x 3 matrix, row by row. */
function inverse([[a, b, c], [d, e, f], [g, h, i]]) {
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    [e * i - f * h, c * h - b * i, b * f - c * e], [f * g - d * i, a * i - c * g, c * d - a * f], [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((value) => value / det));
}
