/** The surface itself: fetched as a grid for exactly the ground that the picture shows, and read for its colours, lines and numbers. */

import { openFrame } from "../wire/frame.js";
import { number } from "../base/numbers.js";
import { PALETTE } from "../base/palette.js";
import { majorStart } from "./contours.js";
import { fineHeights, heightAt } from "./fine.js";
import { bandColours, ladderFor, rung } from "./relief.js";

const CELL = 4.4; // px of picture for each grid cell
const FEWEST_CELLS = 40;
const MOST_CELLS = 240;
const FINE = 1.5; // px between the points that lines are drawn through
const MOST_PARTS = 6; // of a cell

/** The window widened to the picture's shape: equal units on both axes, so that a gradient looks perpendicular. */
export function groundFor(window, width, height) {
  const [[x0, x1], [y0, y1]] = window;
  const unit = Math.max((x1 - x0) / width, (y1 - y0) / height);
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const [rx, ry] = [(unit * width) / 2, (unit * height) / 2];
  return [[cx - rx, cx + rx], [cy - ry, cy + ry]];
}

/** The linear map between the ground and a picture of this size. */
export function flatView(ground, width, height) {
  const [[x0, x1], [y0, y1]] = ground;
  const [sx, sy] = [width / (x1 - x0), height / (y1 - y0)];
  return {
    ground, width, height, unit: 1 / sx,
    project: (x, y) => [(x - x0) * sx, height - (y - y0) * sy],
    unproject: (px, py) => [x0 + px / sx, y0 + (height - py) / sy],
  };
}

/** @param {string} route @param {string} landscape its text form @param {number} [columns] as many as the picture has room for, if it is not said @param {boolean} [passing] whether it is seen for a moment only, and nobody need keep it @param {number[][] | null} [critical] the window whose critical points are wanted, too */
export async function fetchGrid(route, landscape, ground, width, height, signal, columns, passing = false, critical = null) {
  const cells = (size) => Math.max(FEWEST_CELLS, Math.min(MOST_CELLS, Math.round(size / CELL)));
  const question = new URLSearchParams({
    landscape, window: ground.flat().map((value) => value.toPrecision(12)).join(","),
    columns: String(columns ?? cells(width)), rows: String(columns ? Math.max(FEWEST_CELLS, Math.round((columns * height) / width)) : cells(height)),
  });
  if (critical) question.set("critical", critical.flat().map((value) => value.toPrecision(12)).join(","));
  const answer = await fetch(`${route}?${question}`, { signal, cache: passing ? "no-store" : "default" });
  // 400 is a sentence about the question itself: the same question would be refused again.
  if (!answer.ok) throw Object.assign(new Error(await answer.text()), { refused: answer.status === 400 });
  const { header, matrix } = openFrame(await answer.arrayBuffer());
  return { losses: matrix(header.arrays.losses), ground, critical: header.critical };
}

const spread = ([from, to], count) => Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

/** Beside ground that has a loss, ground that has none takes its height: no wall is drawn along the border. */
function carryOn(z, gaps) {
  gaps.forEach((row, j) => row.forEach((gap, i) => {
    if (!gap) return;
    const near = [];
    for (let k = Math.max(0, j - 1); k <= Math.min(z.length - 1, j + 1); k += 1) {
      for (let l = Math.max(0, i - 1); l <= Math.min(row.length - 1, i + 1); l += 1) if (!gaps[k][l]) near.push(z[k][l]);
    }
    if (near.length) z[j][i] = near.reduce((sum, height) => sum + height) / near.length;
  }));
}

/** Everything that the picture, `width` px wide, and its colour bar need from a grid. */
export function readRelief({ losses, ground }, window, width) {
  const [across, up] = [spread(ground[0], losses.columns), spread(ground[1], losses.rows)];
  const core = losses.data.filter((_, at) => {
    const [x, y] = [across[at % losses.columns], up[Math.floor(at / losses.columns)]];
    return x >= window[0][0] && x <= window[0][1] && y >= window[1][0] && y <= window[1][1];
  });
  const ladder = ladderFor(losses.data, core);
  const climb = rung(ladder);
  const z = [];
  const gaps = losses.data.some(Number.isNaN) ? [] : null; // where the formula has no value there is no ground
  for (let j = 0; j < losses.rows; j += 1) {
    const row = new Array(losses.columns);
    for (let i = 0; i < losses.columns; i += 1) row[i] = climb(losses.data[j * losses.columns + i]);
    z.push(row);
    gaps?.push(Array.from(losses.data.subarray(j * losses.columns, (j + 1) * losses.columns), (loss) => (Number.isNaN(loss) ? 1 : null)));
  }
  if (gaps) carryOn(z, gaps);
  const parts = Math.max(2, Math.min(MOST_PARTS, Math.round(width / (losses.columns - 1) / FINE)));
  return { ladder, climb, z, gaps, ground, losses, fine: fineHeights(losses, z, climb, parts) };
}

const LABEL_GAP = 74; // px between two labels
const LABEL_EDGE = 30; // px kept free along the frame

/** Places for the numbers on the thick lines: where rays from the lowest point cross them, far from each other. */
export function levelLabels(relief, view, scale = 1) {
  const { ladder, gaps, fine } = relief;
  const at = (px, py) => {
    const [u, v] = [(px / view.width) * (fine.columns - 1), (1 - py / view.height) * (fine.rows - 1)];
    if (gaps?.[Math.round(v / fine.parts)]?.[Math.round(u / fine.parts)]) return NaN; // no number stands where there is none
    return heightAt(fine, u, v);
  };
  const labels = [];
  const first = majorStart(ladder);
  const [cx, cy] = [view.width / 2, view.height / 2];
  const reach = Math.hypot(cx, cy);
  const taken = new Map();
  const edge = LABEL_EDGE * scale;
  for (const turn of [0.11, 0.61, 0.36, 0.86, 0.23, 0.73, 0.48, 0.98]) {
    const [dx, dy] = [Math.cos(2 * Math.PI * turn), Math.sin(2 * Math.PI * turn)];
    let before = at(cx + 0.2 * reach * dx, cy + 0.2 * reach * dy);
    for (let far = 0.2 * reach; far < reach; far += 2) {
      const [px, py] = [cx + far * dx, cy + far * dy];
      if (px < edge || py < edge || px > view.width - edge || py > view.height - edge) break;
      const here = at(px, py);
      for (let level = first || ladder.major; level < ladder.levels.length - 1; level += ladder.major) {
        if (!((before - level) * (here - level) < 0) || (taken.get(level) ?? 0) >= 3) continue;
        if (labels.some((other) => Math.hypot(other.x - px, other.y - py) < LABEL_GAP * scale)) continue;
        const [east, south] = [at(px + 3, py) - at(px - 3, py), at(px, py + 3) - at(px, py - 3)];
        if (!(Math.hypot(east, south) >= 0.02)) continue;
        let angle = Math.atan2(east, -south);
        if (angle > Math.PI / 2) angle -= Math.PI;
        if (angle < -Math.PI / 2) angle += Math.PI;
        labels.push({ x: px, y: py, angle, level });
        taken.set(level, (taken.get(level) ?? 0) + 1);
      }
      before = here;
    }
  }
  return labels;
}

/** @param {ReturnType<typeof levelLabels>} labels @param {string} [halo] the colour around them where it is not the band's */
export function drawLabels(pen, relief, labels, theme, tokens, size = 11, halo = "") {
  const colours = bandColours(PALETTE.surface[theme], relief.ladder.levels.length - 1);
  for (const { x, y, angle, level } of labels) {
    pen.save();
    pen.translate(x, y);
    pen.rotate(angle);
    pen.font = `600 ${size}px "Source Sans", sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = size * 0.45;
    pen.strokeStyle = halo || colours[Math.min(level, colours.length - 1)];
    const text = levelText(relief.ladder.levels[level]);
    pen.strokeText(text, 0, 0);
    pen.fillStyle = tokens.label;
    pen.fillText(text, 0, 0);
    pen.restore();
  }
}

/** A level as the map and the colour bar print it. @param {number} level */
export function levelText(level) {
  return number(level, 6);
}
