/** The map's bands and lines: one picture of vectors, so that it is sharp at every size and on paper. */

import { PALETTE } from "../base/palette.js";
import { isolines } from "./isolines.js";
import { bandColours } from "./relief.js";

const [THIN, THICK] = [0.7, 1.1]; // px of a line, and of one at a round number, beside the page's text
const STRAIGHT = 0.02; // px that a point may be off the line between its neighbours and be left out

/** How much thicker lines are drawn than beside the page's text: lecture mode says so in the style. @param {HTMLElement} node */
const gainOf = (node) => Number(getComputedStyle(node).getPropertyValue("--gain")) || 1;

/** The rings of each level, traced once for a relief. @param {any} relief */
export function ringsOf(relief) {
  relief.rings ??= isolines(relief.fine, relief.ladder.levels.length - 2);
  return relief.rings;
}

/** Draw the relief into the node, which stays the same through every change. */
export function drawContours(node, relief, view, theme, tokens) {
  const { ladder, gaps, fine } = relief;
  const bands = ladder.levels.length - 1;
  const gain = gainOf(node);
  const colours = bandColours(PALETTE.surface[theme], bands);
  const [sx, sy] = [view.width / (fine.columns - 1), view.height / (fine.rows - 1)];
  const fills = [];
  const lines = [];
  const first = majorStart(ladder);
  ringsOf(relief).forEach((rings, level) => {
    if (!rings.length) return;
    const shapes = rings.map((ring) => thinned(ring, sx, sy, view.height));
    if (level) fills.push(`<path fill="${colours[level]}" d="${shapes.map(closed).join("")}"/>`);
    const major = level >= first && (level - first) % ladder.major === 0;
    const d = shapes.map(open).join("");
    // A line at a round number lies on a thin one, as in a printed map.
    if (level) lines.push(`<path class="lab-contour" data-level="${level}" stroke="${tokens.contour}" stroke-width="${THIN * gain}" d="${d}"/>`);
    if (major) lines.push(`<path class="lab-contour" data-level="${level}" stroke="${tokens.decade}" stroke-width="${THICK * gain}" d="${d}"/>`);
  });
  const nowhere = gaps ? `<path class="lab-nowhere" fill="${tokens.line}" shape-rendering="crispEdges" d="${gapShape(gaps, view)}"/>` : "";
  node.innerHTML = `<svg viewBox="0 0 ${view.width} ${view.height}" preserveAspectRatio="none" fill-rule="evenodd" stroke-linejoin="round">
    <rect width="100%" height="100%" fill="${colours[0]}"/>${fills.join("")}<g fill="none">${lines.join("")}</g>${nowhere}</svg>`;
}

/** Even ladders count their thick lines from zero, log ladders from their lowest decade. */
export function majorStart({ log, levels, step, major }) {
  if (log) return 0;
  const first = Math.round(levels[0] / step);
  return ((-first % major) + major) % major;
}

/** A ring's points in px, without those that a straight line has anyway. @param {import("./isolines.js").Ring} ring */
function thinned({ u, v, rim }, sx, sy, height) {
  const points = u.map((_, i) => [u[i] * sx, height - v[i] * sy, rim[i]]);
  const count = points.length;
  return points.filter(([x, y, onRim], i) => {
    const [ax, ay, a] = points[(i + count - 1) % count];
    const [bx, by, b] = points[(i + 1) % count];
    if (a !== onRim || b !== onRim) return true;
    const long = Math.hypot(bx - ax, by - ay);
    return long < STRAIGHT || i % 2 === 0 || Math.abs((x - ax) * (by - ay) - (y - ay) * (bx - ax)) > STRAIGHT * long;
  });
}

const at = ([x, y]) => `${Number(x.toFixed(2))} ${Number(y.toFixed(2))}`;
const closed = (points) => `M${points.map(at).join("L")}Z`;

/** The ring but where it runs along the picture's rim. */
function open(points) {
  const start = points.findIndex(([, , rim]) => rim);
  if (start < 0) return closed(points);
  let d = "";
  let going = false;
  for (let k = 1; k <= points.length; k += 1) {
    const point = points[(start + k) % points.length];
    if (!point[2]) d += `${going ? "L" : "M"}${at(point)}`;
    going = !point[2];
  }
  return d;
}

/** Where the formula has no value: a rectangle for each row of such cells. */
function gapShape(gaps, view) {
  const [rows, columns] = [gaps.length, gaps[0].length];
  const [w, h] = [view.width / (columns - 1), view.height / (rows - 1)];
  let d = "";
  gaps.forEach((row, j) => {
    for (let i = 0; i < columns; i += 1) {
      if (!row[i]) continue;
      let end = i;
      while (row[end + 1]) end += 1;
      d += `M${((i - 0.5) * w).toFixed(2)} ${(view.height - (j + 0.5) * h).toFixed(2)}h${((end - i + 1) * w).toFixed(2)}v${h.toFixed(2)}h${(-(end - i + 1) * w).toFixed(2)}Z`;
      i = end;
    }
  });
  return d;
}
