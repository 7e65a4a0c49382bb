/** Everything that lies on the surface: paths, marks, arrows, balls and words, in the order in which they cover each other. */

import { drawArrows } from "./arrows.js";
import { drawBall, drawCross, drawLandmark, drawStart } from "./ink.js";
import { nameLandmarks } from "./names.js";
import { PALE } from "../base/palette.js";
import { Tags } from "./tags.js";

const FOCUS_GAIN = 1.25;
const LANDMARK_ROOM = 30; // px that a landmark of full size wants to the next one
const CROSS_ROOM = 26; // px between landmarks below which their crosses would be a thicket
const CUT_GAP = 9; // px between two carets
const UNSEEN = 0.45; // alpha of a ball behind a hill
const RANK = ["maximum", "saddle", "degenerate", "local minimum", "lowest minimum", "global minimum"];

/**
 * What a painting goes to: a canvas, or a file of vectors.
 * @typedef {{pen: any, paths: (shown: any[], playhead: number) => void, landmarks: () => void, underlay: (playhead: number) => void, taken: number[][]}} Sheet
 *   `paths` and `landmarks` draw those parts in their turn; nothing is written on the boxes `taken`
 */

/** Draw the critical points. @returns {[number, number][]} where they are, in px */
export function paintLandmarks(pen, { view, tokens, scale: gain, criticalPoints }) {
  const shown = criticalPoints
    .filter(({ position: [x, y] }) => !view.block || (view.contains(x, y) && !view.hidden(x, y)))
    .map(({ kind, position, eigenvalues, eigenvectors }) => ({ kind, position, eigenvalues, eigenvectors, at: view.project(position[0], position[1]) }))
    .filter(({ at: [x, y] }) => x > -8 && y > -8 && x < view.width + 8 && y < view.height + 8);
  let room = Infinity;
  for (let i = 0; i < shown.length; i += 1)
    for (let j = 0; j < i; j += 1) room = Math.min(room, Math.hypot(shown[i].at[0] - shown[j].at[0], shown[i].at[1] - shown[j].at[1]));
  const scale = Math.max(0.42, Math.min(1, room / (LANDMARK_ROOM * gain)));
  shown.sort((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind));
  if (!view.block && room > CROSS_ROOM) for (const { at, position, eigenvalues, eigenvectors } of shown) {
    if (!eigenvectors) continue;
    const ways = eigenvectors.map(([vx, vy]) => {
      const [px, py] = view.project(position[0] + vx * view.unit, position[1] + vy * view.unit);
      return [px - at[0], py - at[1]];
    });
    drawCross(pen, tokens, at, ways, eigenvalues, gain);
  }
  for (const { kind, at } of shown) {
    const size = kind === "global minimum" ? Math.max(scale, 0.8) : scale;
    drawLandmark(pen, tokens, kind, at[0], at[1], size * gain);
  }
  return shown.map(({ at }) => at);
}

/** Where a branch begins: a ring in its colour. */
function drawFork(pen, tokens, style, x, y, scale) {
  pen.beginPath();
  pen.arc(x, y, 4.5 * scale, 0, 2 * Math.PI);
  pen.fillStyle = tokens.card;
  pen.fill();
  pen.strokeStyle = style.colour;
  pen.lineWidth = 2.2 * scale;
  pen.stroke();
}

/** Where a schedule cut the rate: a caret in the run's colour, as in its curve. Those that would lie on the one before are left out. */
export function drawCuts(pen, tokens, { laid, style, result, pale }, playhead, scale) {
  let last = null;
  for (const { step } of result.cuts ?? []) {
    if (step > Math.min(playhead, laid.count - 1)) return;
    if (laid.exit(step)) continue;
    const [x, y] = laid.ball(step);
    if (last && Math.hypot(x - last[0], y - last[1]) < CUT_GAP * scale) continue;
    last = [x, y];
    pen.globalAlpha = pale ? PALE : 1;
    const reach = 5 * scale;
    pen.beginPath();
    pen.moveTo(x - reach, y - 1.8 * reach);
    pen.lineTo(x + reach, y - 1.8 * reach);
    pen.lineTo(x, y);
    pen.closePath();
    pen.lineWidth = 2.6 * scale;
    pen.strokeStyle = tokens.casing;
    pen.stroke();
    pen.fillStyle = style.colour;
    pen.fill();
    pen.globalAlpha = 1;
  }
}

/** Where the start's mark stands: at the edge where the start is beyond it. */
export function placeOfStart(view, start) {
  const off = view.block && !view.contains(...start);
  const [x, y] = view.project(...(off ? view.field.clamp(...start) : start));
  const at = [Math.max(0, Math.min(view.width, x)), Math.max(0, Math.min(view.height, y))];
  return { at, outside: off || at[0] !== x || at[1] !== y, start };
}

/**
 * @param {any} picture its view, tokens, scale and marks @param {Sheet} sheet
 * @param {{tracks: any[], start: number[], playhead: number, step: any}} what tracks with the focused one last
 * @returns {{exits: any[], tags: Tags, finish: () => void}} `finish` writes the last words, once it is known what lies on the picture
 */
export function paintInk(picture, sheet, { tracks, start, playhead, step }) {
  const { view, tokens, scale } = picture;
  const { pen } = sheet;
  const shown = tracks.filter(({ hidden }) => !hidden).map((track) => (
    { ...track, laid: picture.lay(track.result, view), width: picture.line * (track.focus && picture.lectured === null ? FOCUS_GAIN : 1) }));
  sheet.underlay(playhead);
  sheet.paths(shown, playhead);
  sheet.landmarks();
  const tags = new Tags(pen, picture, shown, picture.landmarkPlaces, sheet.taken);
  const startAt = placeOfStart(view, start);
  tags.keepOff(...startAt.at);
  for (const { laid } of shown) if (!laid.exit(playhead)) tags.keepOff(...laid.ball(playhead));
  const focused = shown.find(({ focus }) => focus);
  const words = step && focused && !focused.laid.exit(playhead) ? drawArrows(pen, picture, focused.style, step.anatomy, step.phase) : [];
  if (picture.lectured !== null) nameLandmarks(pen, picture, shown, words, tags);
  drawStart(pen, tokens, ...startAt.at, scale);
  const exits = [];
  for (const one of shown) drawCuts(pen, tokens, one, playhead, scale);
  for (const { laid, style, focus, result, pale } of shown) {
    if (result.begin > Math.min(playhead, laid.count - 1)) continue; // a branch is its parent until it begins
    if (result.begin && playhead > result.begin && !laid.exit(result.begin)) drawFork(pen, tokens, style, ...laid.ball(result.begin), scale);
    const [x, y] = laid.ball(playhead);
    const exit = laid.exit(playhead);
    if (exit) exits.push({ exit, style, result });
    else {
      pen.globalAlpha = (laid.behind?.(playhead) ? UNSEEN : 1) * (pale ? PALE : 1);
      drawBall(pen, tokens, style, x, y, { focus: focus && picture.lectured === null, scale });
      pen.globalAlpha = 1;
    }
  }
  const finish = () => {
    for (const { exit, style, result } of exits) tags.exit(exit, style, result, playhead);
    for (const word of words) tags.arrow(word);
    tags.start(startAt);
  };
  return { exits, tags, finish };
}
