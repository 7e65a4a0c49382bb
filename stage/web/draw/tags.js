/** Small words on the picture: each stands where it covers neither ball nor mark nor, if that can be, a path; or not at all. */

import { drawExit, drawTag, measureTag } from "./ink.js";
import { count, number, point, powerOfTen } from "../base/numbers.js";
import { t } from "../base/translate.js";

const BALL = 14; // px around a ball or the start that stay free
const MARK = 7; // px around a landmark
const RIM = 4; // px between a tag and the picture's edge
const LOOK_AHEAD = 60; // legs of a path near its start that a tag beside the start has to mind

/** The tags of one painting; whoever comes first has the choice. */
export class Tags {
  /**
   * @param {CanvasRenderingContext2D} pen @param {{view: any, tokens: any, scale: number}} picture
   * @param {{laid: import("./paths.js").LaidPath}[]} shown @param {[number, number][]} landmarks @param {number[][]} [taken] boxes (x, y, width, height) that nothing is written on
   */
  constructor(pen, { view, tokens, scale }, shown, landmarks, taken = []) {
    Object.assign(this, { pen, view, tokens, scale, shown });
    this.taken = [...taken];
    this.marks = landmarks.map(([x, y]) => around(x, y, MARK * scale));
  }

  /** Nothing is written over this place. */
  keepOff(x, y) {
    this.taken.push(around(x, y, BALL * this.scale));
  }

  isFree(box) {
    return !hits(box, this.taken);
  }

  /** Nothing is written under a button, which would hide it. @param {[number, number, number, number]} box left, top, width, height in px */
  keepClear(box) {
    this.taken.push(box);
  }

  fits([x, y, width, height]) {
    return x > RIM && y > RIM && x + width < this.view.width - RIM && y + height < this.view.height - RIM;
  }

  draw(lines, box, look = {}) {
    drawTag(this.pen, this.tokens, lines, box[0], box[1], { scale: this.scale, ...look });
    this.taken.push(box);
  }

  /** A word beyond an arrow's head, moved aside where something is in the way. @param {{text: string, at: number[], from: number[], colour: string}} word */
  arrow({ text, at: [x, y], from: [x0, y0], colour }) {
    const { scale } = this;
    const { width, height } = measureTag(this.pen, [text], { scale });
    const length = Math.max(1, Math.hypot(x - x0, y - y0));
    const [ux, uy] = [(x - x0) / length, (y - y0) / length];
    for (const turn of [0, 0.6, -0.6, 1.2, -1.2]) {
      const [vx, vy] = [ux * Math.cos(turn) - uy * Math.sin(turn), ux * Math.sin(turn) + uy * Math.cos(turn)];
      const box = [x + vx * (6 * scale + width / 2) - width / 2, y + vy * (6 * scale + height / 2) - height / 2, width, height];
      if (!this.fits(box) || hits(box, this.taken)) continue;
      this.draw([text], box, { colour });
      return;
    }
  }

  /** @param {{at: [number, number], outside: boolean, start: number[]}} place */
  start({ at, outside, start }) {
    const lines = outside ? [t("start, outside"), point(start)] : [t("start")];
    const box = this.freeBox(lines, at);
    if (box) this.draw(lines, box);
  }

  /** Where a path has left the picture: an arrow on the edge, and how far off it is by now. */
  exit(exit, style, result, playhead) {
    const { view, scale } = this;
    const lines = exitLines(exit, result, playhead);
    const { width, height } = measureTag(this.pen, lines, { scale });
    const inset = 20 * scale;
    const [ux, uy] = [Math.cos(exit.angle), Math.sin(exit.angle)];
    const within = (value, size, room) => Math.max(6, Math.min(room - size - 6, value));
    const x = within(exit.x - ux * inset - (ux > 0.3 ? width : ux < -0.3 ? 0 : width / 2), width, view.width);
    const y = within(exit.y - uy * inset - (uy > 0.3 ? height : uy < -0.3 ? 0 : height / 2), height, view.height);
    drawExit(this.pen, this.tokens, style, exit.x, exit.y, exit.angle, scale);
    // Along its edge, as near as there is room.
    const along = Math.abs(ux) > Math.abs(uy) ? [0, 1] : [1, 0];
    const far = Math.max(view.width, view.height);
    for (let off = 0; off < far; off += 6) {
      const place = [off, -off].map((way) => [x + way * along[0], y + way * along[1], width, height]).find((box) => this.fits(box) && this.isFree(box));
      if (!place) continue;
      this.draw(lines, place, { edge: style.colour });
      return;
    }
  }

  /** A box beside a mark that covers neither ball nor landmark, and as little of the paths as can be; or none at all. */
  freeBox(lines, [x, y]) {
    const { width, height } = measureTag(this.pen, lines, { scale: this.scale });
    const [far, near] = [18 * this.scale, 14 * this.scale];
    const places = [[x + far, y - height / 2], [x - far - width, y - height / 2], [x - width / 2, y - far - height], [x - width / 2, y + far],
      [x + near, y - near - height], [x - near - width, y - near - height], [x + near, y + near], [x - near - width, y + near]];
    const open = places.map((place) => [...place, width, height]).filter((box) => this.fits(box) && !hits(box, this.taken) && !hits(box, this.marks));
    let best = null;
    let least = Infinity;
    for (const box of open) {
      const count = this.shown.reduce((sum, { laid }) => sum + crossings(laid, box), 0);
      if (count < least) [best, least] = [box, count];
      if (!count) break;
    }
    return best;
  }
}

function exitLines({ step }, result, playhead) {
  if (step === null) return [t("out of view")]; // still on the surface, beside the camera
  const { kind, growth } = result.outcome;
  const lines = [step ? t("left at step {step}", { step: count(step) }) : t("outside from the start"), t("now at {far}", { far: farOff(result, playhead) })];
  if (kind === "diverged" && growth) lines.push(t("loss × {growth} a step", { growth: number(growth) }));
  return lines;
}

/** How large the larger coordinate is by now, in few digits. */
function farOff({ points }, playhead) {
  const i = Math.min(Math.ceil(playhead), points.rows - 1);
  const size = Math.max(Math.abs(points.data[2 * i]), Math.abs(points.data[2 * i + 1]));
  if (size < 1e4) return number(size);
  return Number.isFinite(size) ? powerOfTen(Math.floor(Math.log10(size))) : t("beyond {power}", { power: powerOfTen(38) });
}

const around = (x, y, reach) => [x - reach, y - reach, 2 * reach, 2 * reach];

const hits = ([x, y, w, h], boxes) => boxes.some(([a, b, c, d]) => x < a + c && a < x + w && y < b + d && b < y + h);

function crossings({ xy, size }, [x, y, width, height]) {
  let count = 0;
  for (let i = 0; i < Math.min(size, LOOK_AHEAD); i += 1) {
    const j = Math.min(i + 1, size - 1);
    for (const part of [0, 0.25, 0.5, 0.75]) {
      const px = xy[2 * i] + part * (xy[2 * j] - xy[2 * i]);
      const py = xy[2 * i + 1] + part * (xy[2 * j + 1] - xy[2 * i + 1]);
      if (px > x && px < x + width && py > y && py < y + height) count += 1;
    }
  }
  return count;
}
