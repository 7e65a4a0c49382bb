/** Contour lines of a grid of heights at whole heights: marching squares, each region's rim one closed ring. */

import { heightOf } from "./fine.js";

/**
 * @typedef {{u: number[], v: number[], rim: boolean[]}} Ring places in columns and rows of the grid; `rim` where the ring runs along the grid's own rim
 */

const PARTS = 6; // of a cell, each way, where straight lines across it would be off
const OFF = 0.06; // of a cell: more than that is off

// Edges of a cell, south, east, north, west; a ring has the higher ground on its left. By which corners (south-west, south-east,
// north-east, north-west: 1, 2, 4, 8) are inside; the two cases with opposite corners go by the cell's middle.
const [S, E, N, W] = [0, 1, 2, 3];
const WAYS = [[], [S, W], [E, S], [E, W], [N, E], null, [N, S], [N, W], [W, N], [S, N], null, [E, N], [W, E], [S, E], [W, S], []];
const SADDLES = { 5: [[S, W, N, E], [S, E, N, W]], 10: [[E, S, W, N], [W, S, E, N]] };

/**
 * The rings around all ground that is at least as high as each of the heights 0, 1, ... `last`.
 * @param {import("./fine.js").Heights} heights @param {number} last @returns {Ring[][]} by height; none at 0
 */
export function isolines(heights, last) {
  const { data, columns, rows } = heights;
  const rough = roughCells(heights, last);
  const found = Array.from({ length: last + 1 }, () => new Ways());
  // Around the grid lies a rim of cells whose outer corners are below everything.
  const height = (i, j) => (i < 0 || j < 0 || i >= columns || j >= rows ? -Infinity : data[j * columns + i]);
  const isRough = (i, j) => i >= 0 && j >= 0 && i < columns - 1 && j < rows - 1 && rough[j * columns + i] === 1;
  for (let j = -1; j < rows; j += 1) {
    for (let i = -1; i < columns; i += 1) {
      const [a, b, c, d] = [height(i, j), height(i + 1, j), height(i + 1, j + 1), height(i, j + 1)];
      if (isRough(i, j)) refine(i, j, [a, b, c, d]);
      else if (Math.floor(Math.min(a, b, c, d)) < Math.floor(Math.max(a, b, c, d))) march(found, i, j, 1, a, b, c, d);
    }
  }
  return found.map((ways) => ways.rings());

  /** March through the parts of a cell. On a side that it shares with a plain one it has that one's straight line. */
  function refine(i, j, [a, b, c, d]) {
    const inner = (k, l) => heightOf(heights, i + k / PARTS, j + l / PARTS);
    const side = (one, from, to, k, l) => (one ? inner(k, l) : even(from, to, k + l === 0 ? 0 : k || l));
    const [south, north, west, east] = [isRough(i, j - 1), isRough(i, j + 1), isRough(i - 1, j), isRough(i + 1, j)];
    const values = [];
    for (let l = 0; l <= PARTS; l += 1) {
      for (let k = 0; k <= PARTS; k += 1) {
        if (k % PARTS === 0 && l % PARTS === 0) values.push(l ? (k ? c : d) : k ? b : a);
        else if (l === 0) values.push(side(south, a, b, k, 0));
        else if (l === PARTS) values.push(north ? inner(k, l) : even(d, c, k));
        else if (k === 0) values.push(side(west, a, d, 0, l));
        else if (k === PARTS) values.push(east ? inner(k, l) : even(b, c, l));
        else values.push(inner(k, l));
      }
    }
    const wide = PARTS + 1;
    for (let l = 0; l < PARTS; l += 1) {
      for (let k = 0; k < PARTS; k += 1) {
        const at = l * wide + k;
        march(found, i + k / PARTS, j + l / PARTS, 1 / PARTS, values[at], values[at + 1], values[at + wide + 1], values[at + wide]);
      }
    }
  }
}

const even = (from, to, part) => (from * (PARTS - part) + to * part) / PARTS;

/** Lines through the cell at column i and row j, `size` wide, with these heights at its corners. @param {Ways[]} found */
function march(found, i, j, size, a, b, c, d) {
  const high = Math.min(found.length - 1, Math.floor(Math.max(a, b, c, d)));
  for (let level = Math.max(0, Math.floor(Math.min(a, b, c, d)) + 1); level <= high; level += 1) {
    const inside = Number(a >= level) + 2 * Number(b >= level) + 4 * Number(c >= level) + 8 * Number(d >= level);
    const ways = WAYS[inside] ?? SADDLES[inside][Number(a + b + c + d >= 4 * level)];
    const line = found[level];
    const edge = (way) => (way === S ? line.across(level, i, j, size, a, b) : way === N ? line.across(level, i, j + size, size, d, c)
      : way === W ? line.upward(level, i, j, size, a, d) : line.upward(level, i + size, j, size, b, c));
    for (let k = 0; k < ways.length; k += 2) line.join(edge(ways[k]), edge(ways[k + 1]));
  }
}

/** Where one height's lines cross the edges of cells, and how they go on. A place is known by the part of an edge that it is on. */
class Ways {
  constructor() {
    this.next = new Map();
    this.places = new Map();
  }

  join(from, to) {
    this.next.set(from, to);
  }

  across(level, i, j, size, from, to) {
    return this.cross(level, i, j, size, 0, from, to);
  }

  upward(level, i, j, size, from, to) {
    return this.cross(level, i, j, size, 1, from, to);
  }

  cross(level, i, j, size, upward, from, to) {
    const [x, y] = [Math.round(i * PARTS), Math.round(j * PARTS)];
    const rim = from === -Infinity || to === -Infinity;
    let part = 0;
    if (size === 1 && !rim) while (part < PARTS - 1 && even(from, to, part + 1) >= level === from >= level) part += 1;
    const edge = 2 * ((y + PARTS + (upward ? part : 0)) * WIDEST + x + PARTS + (upward ? 0 : part)) + upward;
    if (this.places.has(edge)) return edge;
    const t = from === -Infinity ? 1 : to === -Infinity ? 0 : (level - from) / (to - from);
    const along = size * t;
    this.places.set(edge, [upward ? x / PARTS : x / PARTS + along, upward ? y / PARTS + along : y / PARTS, rim]);
    return edge;
  }

  /** @returns {Ring[]} */
  rings() {
    const { next, places } = this;
    const rings = [];
    for (const first of next.keys()) {
      const ring = { u: [], v: [], rim: [] };
      for (let edge = first; next.has(edge);) {
        const [u, v, rim] = places.get(edge);
        ring.u.push(u);
        ring.v.push(v);
        ring.rim.push(rim);
        const after = next.get(edge);
        next.delete(edge);
        edge = after;
      }
      rings.push(ring);
    }
    return rings;
  }
}

const WIDEST = 1 << 14; // parts in a row, more than any picture has

/** The cells that a line may pass where a straight one would be off: what bends, against what rises. */
function roughCells({ data, columns, rows }, last) {
  const rough = new Uint8Array(data.length);
  const bend = new Float64Array(data.length); // what even heights may be off beside a point
  for (let j = 1; j < rows - 1; j += 1) {
    for (let i = 1; i < columns - 1; i += 1) {
      const at = j * columns + i;
      bend[at] = (Math.abs(data[at - 1] - 2 * data[at] + data[at + 1]) + Math.abs(data[at - columns] - 2 * data[at] + data[at + columns])) / 8;
    }
  }
  for (let j = 0; j < rows - 1; j += 1) {
    for (let i = 0; i < columns - 1; i += 1) {
      const at = j * columns + i;
      const [a, b, c, d] = [data[at], data[at + 1], data[at + columns + 1], data[at + columns]];
      const off = Math.max(bend[at], bend[at + 1], bend[at + columns], bend[at + columns + 1]);
      const [low, high] = [Math.min(a, b, c, d) - off, Math.max(a, b, c, d) + off];
      if (off > OFF * (high - low) && high >= 0 && low <= last && Math.floor(low) < Math.floor(high)) rough[at] = 1;
    }
  }
  return rough;
}
