/**
 * The ink of the paths on sheets of their own. What has been walked stays on its sheet: when the playhead moves on, only
 * the new pieces are drawn, so that a frame costs as much for two thousand steps as for twenty.
 */

import { traceMarker } from "./ink.js";
import { PALE, dashCap, dashPattern } from "../base/palette.js";
import { AWAY, GAP, HIDDEN, SHOWN } from "./paths.js";

export const DOT = 2.4; // px radius of a step's dot
export const DOT_GAP = 11; // px between two of them
export const THIN = 1.2; // px, of stretches outside the picture
const MARKS = [0.2, 0.4, 0.6, 0.8]; // of the longest run: where the sheets are kept, so that going back does not begin at the start
const ROOM = 3e6; // device px of a sheet; larger ones would take too much memory several times
export const GHOST = { alpha: 0.34, hidden: 0.15, width: 0.55 };

/**
 * @typedef {{laid: import("./paths.js").LaidPath, style: {colour: string, dash: string, marker: string}, width: number, focus: boolean, pale: boolean}} Line
 * @typedef {{theme: string, tokens: Record<string, string>, scale: number}} Look
 */

export class Layers {
  constructor() {
    [this.ghosts, this.casings, this.lines, this.focused] = Array.from({ length: 4 }, () => document.createElement("canvas"));
    this.sheets = [this.casings, this.lines, this.focused];
    this.key = [];
    this.walkers = [];
    this.kept = [];
    this.spare = [];
  }

  resize(width, height, sharp) {
    [this.width, this.height, this.sharp] = [width, height, sharp];
    for (const sheet of [this.ghosts, ...this.sheets]) {
      sheet.width = Math.round(width * sharp);
      sheet.height = Math.round(height * sharp);
    }
    this.spare = [];
    this.kept = [];
    this.key = [];
  }

  /** Draw the paths up to the playhead, and pale what is still to come. @param {Line[]} lines the focused one last @param {Look} look */
  paint(pen, lines, playhead, look) {
    const key = lines.flatMap(({ laid, style, width, focus, pale }) => [laid, style.colour, style.dash, width, focus, pale]).concat(look.theme, look.scale);
    const same = key.length === this.key.length && key.every((part, i) => part === this.key[i]);
    if (!same) this.restart(lines);
    else if (playhead < this.playhead) this.goBack(lines, playhead, look);
    this.key = key;
    this.playhead = playhead;
    this.walkTo(lines, playhead, look);
    const coming = lines.some(({ laid }) => playhead < laid.count - 1);
    if (coming && !this.ghostly) this.drawGhosts(lines, look);
    if (coming) this.lay(pen, this.ghosts);
    this.lay(pen, this.casings);
    const tails = lines.map((line, i) => ({ line, tail: tailOf(line, this.walkers[i], playhead) })).filter(({ tail }) => tail);
    for (const { line, tail } of tails) drawCasing(pen, line, tail, look);
    this.lay(pen, this.lines);
    for (const { line, tail } of tails) if (!line.focus) drawInk(pen, line, tail);
    this.lay(pen, this.focused);
    for (const { line, tail } of tails) if (line.focus) drawInk(pen, line, tail);
  }

  restart(lines) {
    this.wipe(lines);
    this.ghostly = false;
    this.spare.push(...this.kept.map(({ copies }) => copies));
    this.kept = [];
  }

  wipe(lines) {
    for (const sheet of this.sheets) this.pen(sheet).clearRect(0, 0, this.width, this.height);
    this.walkers = lines.map(() => ({ next: 0, length: 0, dot: null }));
  }

  walkTo(lines, playhead, look) {
    lines.forEach((line, i) => this.walk(line, this.walkers[i], playhead, look));
  }

  /** Take up the sheets as they were kept before the playhead, keeping some where there are none yet: who goes back once goes back again. */
  goBack(lines, playhead, look) {
    const longest = Math.max(...lines.map(({ laid }) => laid.count - 1));
    if (this.casings.width * this.casings.height > ROOM) return this.wipe(lines);
    const marks = MARKS.map((part) => Math.floor(part * longest)).filter((mark) => mark > 0 && mark <= playhead);
    const found = this.kept.filter(({ mark }) => mark <= playhead).at(-1);
    if (found) this.put(found);
    else this.wipe(lines);
    for (const mark of marks) {
      if (found && mark <= found.mark) continue;
      this.walkTo(lines, mark, look);
      this.keep(mark);
    }
    return undefined;
  }

  keep(mark) {
    const copies = this.spare.pop() ?? this.sheets.map((sheet) => Object.assign(document.createElement("canvas"), { width: sheet.width, height: sheet.height }));
    copies.forEach((copy, i) => {
      const pen = copy.getContext("2d");
      pen.globalCompositeOperation = "copy";
      pen.drawImage(this.sheets[i], 0, 0);
    });
    this.kept.push({ mark, copies, walkers: this.walkers.map((walker) => ({ ...walker })) });
  }

  put({ copies, walkers }) {
    copies.forEach((copy, i) => {
      const pen = this.sheets[i].getContext("2d");
      pen.save();
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.globalCompositeOperation = "copy";
      pen.drawImage(copy, 0, 0);
      pen.restore();
    });
    this.walkers = walkers.map((walker) => ({ ...walker }));
  }

  pen(sheet) {
    const pen = sheet.getContext("2d");
    pen.setTransform(this.sharp, 0, 0, this.sharp, 0, 0);
    return pen;
  }

  lay(pen, sheet) {
    pen.drawImage(sheet, 0, 0, this.width, this.height);
  }

  /** Take a walker to the last vertex before the playhead, drawing on the way. */
  walk(line, walker, playhead, look) {
    const { laid } = line;
    const casings = this.pen(this.casings);
    const ink = this.pen(line.focus ? this.focused : this.lines);
    while (walker.next < laid.size && laid.place[walker.next] <= playhead) {
      const first = walker.next;
      const kind = laid.kind[first];
      let last = first;
      while (last + 1 < laid.size && laid.kind[last + 1] === kind && laid.place[last + 1] <= playhead) last += 1;
      walker.next = last + 1;
      if (kind === GAP) {
        walker.length = 0;
        continue;
      }
      // One vertex back where the stretch goes on, so that the new piece joins the old one in a corner and not in a notch.
      const back = first >= 2 && laid.kind[first - 1] === kind ? first - 2 : first - 1;
      const piece = { kind, ...traced(laid, back, last), offset: walker.length - lengthOf(laid, back, first - 1) };
      drawCasing(casings, line, piece, look);
      drawInk(ink, line, piece);
      walker.length += lengthOf(laid, first - 1, last);
      if (kind === SHOWN) this.dots(ink, line, walker, first, last, look);
    }
  }

  /** A dot for each step, as far as they can be told apart. */
  dots(pen, { laid, style, pale }, walker, first, last, { tokens, scale }) {
    const { xy, place } = laid;
    walker.dot ??= [xy[0], xy[1]];
    const dots = new Path2D();
    let any = false;
    for (let i = first; i <= last; i += 1) {
      if (!Number.isInteger(place[i]) || place[i] === laid.count - 1) continue;
      const [x, y] = [xy[2 * i], xy[2 * i + 1]];
      if (x < 0 || y < 0 || x > this.width || y > this.height) continue;
      if (Math.hypot(x - walker.dot[0], y - walker.dot[1]) < DOT_GAP * scale) continue;
      walker.dot = [x, y];
      dots.moveTo(x + DOT * scale, y);
      dots.arc(x, y, DOT * scale, 0, 2 * Math.PI);
      any = true;
    }
    if (!any) return;
    pen.setLineDash([]);
    pen.globalAlpha = pale ? PALE : 1;
    pen.fillStyle = style.colour;
    pen.fill(dots);
    pen.strokeStyle = tokens.casing;
    pen.lineWidth = scale;
    pen.stroke(dots);
    pen.globalAlpha = 1;
  }

  /** All that may still come: thin and pale, each end marked. */
  drawGhosts(lines, { scale }) {
    const pen = this.pen(this.ghosts);
    pen.clearRect(0, 0, this.width, this.height);
    pen.setLineDash([]);
    pen.lineJoin = "round";
    pen.lineCap = "round";
    for (const { laid, style, width, pale } of lines) {
      const shine = pale ? PALE : 1;
      pen.strokeStyle = style.colour;
      for (let first = 1; first < laid.size;) {
        let last = first;
        while (last + 1 < laid.size && laid.kind[last + 1] === laid.kind[first]) last += 1;
        const kind = laid.kind[first];
        pen.globalAlpha = shine * (kind === HIDDEN ? GHOST.hidden : GHOST.alpha);
        pen.lineWidth = kind === AWAY ? THIN * scale : width * GHOST.width;
        if (kind !== GAP) pen.stroke(traced(laid, first - 1, last).path);
        first = last + 1;
      }
      if (!laid.exit(laid.count - 1)) {
        const [x, y] = laid.ball(laid.count - 1);
        traceMarker(pen, style.marker, x, y, 4 * scale);
        pen.globalAlpha = 0.5 * shine;
        pen.fillStyle = style.colour;
        pen.fill();
      }
    }
    pen.globalAlpha = 1;
    this.ghostly = true;
  }
}

/** @returns {{path: Path2D}} through the vertices from one to another */
function traced({ xy }, from, to) {
  const path = new Path2D();
  path.moveTo(xy[2 * from], xy[2 * from + 1]);
  for (let i = from + 1; i <= to; i += 1) path.lineTo(xy[2 * i], xy[2 * i + 1]);
  return { path };
}

function lengthOf({ xy }, from, to) {
  let length = 0;
  for (let i = from + 1; i <= to; i += 1) length += Math.hypot(xy[2 * i] - xy[2 * i - 2], xy[2 * i + 1] - xy[2 * i - 1]);
  return length;
}

/** From the last vertex behind the ball to the ball itself, as a piece; nothing where the path is not in the picture. */
function tailOf({ laid }, walker, playhead) {
  const from = walker.next - 1;
  if (from < 0 || walker.next >= laid.size || laid.kind[walker.next] === GAP || playhead <= laid.place[from]) return null;
  const path = new Path2D();
  path.moveTo(laid.xy[2 * from], laid.xy[2 * from + 1]);
  path.lineTo(...laid.ball(playhead));
  return { kind: laid.kind[walker.next], path, offset: walker.length };
}

/** Under the line: its casing; instead of the line, what is only hinted at. */
function drawCasing(pen, { style, width, pale }, { kind, path }, { tokens, theme, scale }) {
  pen.setLineDash([]);
  pen.lineJoin = "round";
  pen.lineCap = kind === SHOWN ? "round" : "butt";
  if (kind === SHOWN) {
    pen.strokeStyle = tokens.casing;
    pen.globalAlpha = theme === "dark" ? 0.8 : 0.92;
    pen.lineWidth = width + 3 * scale;
  } else {
    pen.strokeStyle = style.colour;
    pen.globalAlpha = kind === HIDDEN ? 0.3 : 0.4;
    pen.lineWidth = kind === HIDDEN ? 0.7 * width : THIN * scale;
  }
  if (pale) pen.globalAlpha *= PALE;
  pen.stroke(path);
  pen.globalAlpha = 1;
}

function drawInk(pen, { style, width, pale }, { kind, path, offset }) {
  if (kind !== SHOWN) return;
  pen.strokeStyle = style.colour;
  pen.lineJoin = "round";
  pen.lineCap = dashCap(style.dash);
  pen.setLineDash(dashPattern(style.dash, width));
  pen.lineDashOffset = offset;
  pen.lineWidth = width;
  pen.globalAlpha = pale ? PALE : 1;
  pen.stroke(path);
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  pen.lineDashOffset = 0;
}
