/** In lecture mode the landmarks say what they are: from the last row nobody reads a legend. */

import { measureTag } from "./ink.js";
import { t } from "../base/translate.js";

const ALL = 4; // landmarks in view of which each has its name; of more, one of each kind
const CLEAR = 15; // px from a landmark's middle to its name
const SIGN = 9; // px around another landmark that stay free
const LEGS = 240; // of each path, evenly taken, that a name minds: a path may have thousands
const WORD = [34, 16]; // px to each side of an arrow's word that stay free
const RIM = 4; // px between a name and the picture's edge
const NAMES = { "global minimum": t("global minimum"), "lowest minimum": t("lowest minimum"), "local minimum": t("local minimum"), saddle: t("saddle"), degenerate: t("flat point"), maximum: t("maximum") };
const RANK = Object.keys(NAMES);

const placed = new WeakMap(); // view → where its names stand for these paths: while a run plays nothing is placed anew

/**
 * Draw the names beside the paths, where no ball, no other word and nothing that lies on the picture is. A name stays where it was if it can.
 * @param {CanvasRenderingContext2D} pen
 * @param {{view: any, tokens: Record<string, string>, scale: number, criticalPoints: {kind: string, position: number[]}[]}} picture
 * @param {{laid: import("./paths.js").LaidPath}[]} shown @param {{from: number[], at: number[]}[]} arrows to which names give way
 * @param {import("./tags.js").Tags} tags what is taken already, and what draws them
 */
export function nameLandmarks(pen, { view, scale, criticalPoints }, shown, arrows, tags) {
  const paths = shown.map(({ laid }) => laid);
  let known = placed.get(view);
  if (!known || known.scale !== scale || known.paths.length !== paths.length || known.paths.some((laid, i) => laid !== paths[i])) {
    known = { paths, scale, names: place(pen, view, scale, criticalPoints, paths) };
    placed.set(view, known);
  }
  const busy = arrows.flatMap((arrow) => boxesOf(arrow, scale));
  for (const named of known.names) {
    const isFree = (box) => box && !busy.some((other) => hits(box, other)) && tags.isFree(box);
    named.box = [named.box, ...named.boxes].find(isFree);
    if (named.box) tags.draw([named.name], named.box);
  }
}

function place(pen, view, scale, criticalPoints, paths) {
  const marks = criticalPoints
    .filter(({ kind, position: [x, y] }) => RANK.includes(kind) && (!view.block || (view.contains(x, y) && !view.hidden(x, y))))
    .map(({ kind, position }) => ({ kind, at: view.project(position[0], position[1]) }))
    .filter(({ at: [x, y] }) => x > 0 && y > 0 && x < view.width && y < view.height)
    .sort((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind));
  const lesser = marks.some(({ kind }) => kind === "local minimum");
  const crowded = marks.length > ALL;
  const corners = paths.flatMap((laid) => cornersOf(laid));
  const names = [];
  for (const kind of RANK) {
    const options = marks.filter((mark) => mark.kind === kind).map(({ at }) => {
      const name = kind === "global minimum" && !lesser ? t("minimum") : NAMES[kind];
      const taken = [...names.flatMap(({ boxes }) => boxes.slice(0, 1)), ...marks.map((mark) => around(mark.at, SIGN * scale))];
      return { name, ...roomBeside(measureTag(pen, [name], { scale }), at, { view, scale, corners, taken }) };
    }).filter(({ boxes }) => boxes.length);
    if (!crowded) {
      for (const option of options) if (!names.some(({ boxes }) => hits(option.boxes[0], boxes[0]))) names.push(option);
    } else if (options.length) names.push(options.reduce((best, option) => (option.crossed < best.crossed ? option : best)));
  }
  return names;
}

/** The boxes beside a mark that cover no other mark, those first that cover least of the paths; none where there is no room. */
function roomBeside({ width, height }, [x, y], { view, scale, corners, taken }) {
  const clear = CLEAR * scale;
  const places = [[x - width / 2, y + clear], [x - width / 2, y - clear - height], [x + clear, y - height / 2], [x - clear - width, y - height / 2]];
  const open = [];
  for (const [left, top] of places) {
    const box = [left, top, width, height];
    const inside = left > RIM && top > RIM && left + width < view.width - RIM && top + height < view.height - RIM;
    if (!inside || taken.some((other) => hits(box, other))) continue;
    const crossed = corners.reduce((sum, [cx, cy]) => sum + Number(cx > left && cx < left + width && cy > top && cy < top + height), 0);
    open.push({ box, crossed });
  }
  open.sort((a, b) => a.crossed - b.crossed);
  return { boxes: open.map(({ box }) => box), crossed: open[0]?.crossed ?? Infinity };
}

/** Points along a path, between its corners too. */
function cornersOf({ xy, size }) {
  const every = Math.max(1, Math.ceil(size / LEGS));
  const corners = [];
  for (let i = 0; i + every < size; i += every) {
    const j = i + every;
    const [x, y, dx, dy] = [xy[2 * i], xy[2 * i + 1], xy[2 * j] - xy[2 * i], xy[2 * j + 1] - xy[2 * i + 1]];
    for (const part of [0, 0.25, 0.5, 0.75]) corners.push([x + part * dx, y + part * dy]);
  }
  return corners;
}

/** Small boxes along an arrow, and a larger one for the word beyond its head. */
function boxesOf({ from: [x, y], at: [hx, hy] }, scale) {
  const [wide, high] = WORD.map((reach) => reach * scale);
  const length = Math.max(1, Math.hypot(hx - x, hy - y));
  const [wx, wy] = [hx + ((hx - x) / length) * wide, hy + ((hy - y) / length) * high];
  const shaft = [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => around([x + part * (hx - x), y + part * (hy - y)], SIGN * scale));
  return [...shaft, [wx - wide, wy - high, 2 * wide, 2 * high]];
}

const around = ([x, y], reach) => [x - reach, y - reach, 2 * reach, 2 * reach];

const hits = ([x, y, w, h], [a, b, c, d]) => x < a + c && a < x + w && y < b + d && b < y + h;
