/** A surface in one variable alone, as every course begins: the loss as a curve, the paths along it, and the ball's slope and curvature. */

import { make } from "../base/dom.js";
import { number } from "../base/numbers.js";
import { dashCap, dashPattern } from "../base/palette.js";
import { penOf } from "../draw/canvas.js";
import { drawBall } from "../draw/ink.js";
import { fetchGrid } from "../map/ground.js";
import { Follower } from "../wire/follower.js";
import { drawLocal, ticks } from "./cut.js";
import { t } from "../base/translate.js";

const COLUMNS = 400;
const FLOOR = 0.08; // of the losses shown, below the lowest
const ROOF = 1.3; // times the highest start above the lowest loss
const MARGIN = 26; // px below the curve for the numbers across
const TICKS = 7;

export class Line {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.canvas = make("canvas.lab-onedim", { role: "img", "aria-label": t("The loss as a curve"), hidden: true });
    stage.picture.handle.before(this.canvas);
    this.grid = null; // the losses across what is shown, and of which surface they are
    this.answer = null;
    this.follower = new Follower({
      question: () => (stage.results.length ? { ...JSON.parse(stage.asking.stepQuestion()), kind: "cut", along: "step" } : null),
      send: (message, settle) => stage.asking.inquire(message, settle),
      show: (header) => {
        this.answer = header;
        this.draw();
      },
      fault: () => {},
    });
  }

  /** Whether it is the main picture now. */
  get on() {
    return this.stage.picture.wanted === "cut" && Boolean(this.stage.data?.surface.single);
  }

  refresh() {
    const { stage, canvas } = this;
    stage.modes.offer("cut", Boolean(stage.data.surface.single));
    stage.root.classList.toggle("lab-in-onedim", this.on);
    canvas.hidden = !this.on;
    if (!this.on) return;
    this.fetch();
    this.follower.follow(true);
    this.draw();
  }

  /** The losses across the part of the map that is shown. */
  async fetch() {
    const { stage } = this;
    const { picture, data, scene } = stage;
    const shown = scene.window ?? data.surface.window;
    const [across] = picture.groundOf(shown);
    const key = JSON.stringify([scene.landscape, across]);
    if (key === this.asked) return;
    this.asked = key;
    const route = new URL(`${data.base}/live/surface`, window.location.href).href;
    try {
      const { losses } = await fetchGrid(route, scene.landscape, [across, shown[1]], COLUMNS, 2, undefined, COLUMNS);
      if (key !== this.asked) return;
      this.grid = { losses: losses.data.slice(0, losses.columns), across };
      this.draw();
    } catch {
      if (key === this.asked) this.asked = ""; // the map says what is wrong
    }
  }

  draw() {
    const { stage, canvas, grid } = this;
    if (!this.on || !grid || !canvas.clientWidth || !stage.results.length) return;
    const { pen, width, height } = penOf(canvas);
    const { tokens, picture, playback } = stage;
    const gain = picture.scale;
    const { view } = picture;
    const [from, to] = grid.across;
    const tracks = stage.tracks().filter(({ hidden, result }) => !hidden && result);
    const x = (place) => view.project(place, 0)[0];
    const place = (i) => from + ((to - from) * i) / (grid.losses.length - 1);
    const { low, high } = span(grid, tracks);
    const bottom = height - MARGIN * gain;
    const y = (loss) => Math.max(-1e4, Math.min(1e4, bottom - ((bottom - 12 * gain) * (loss - low)) / (high - low)));
    pen.fillStyle = tokens.card;
    pen.fillRect(0, 0, width, height);
    this.drawScale(pen, { x, y, low, high, from, to, width, bottom, gain });
    const line = new Path2D();
    let drawn = false;
    grid.losses.forEach((loss, i) => {
      if (Number.isFinite(loss)) line[drawn ? "lineTo" : "moveTo"](x(place(i)), y(loss));
      drawn = Number.isFinite(loss);
    });
    pen.lineJoin = "round";
    pen.strokeStyle = tokens.ink;
    pen.lineWidth = 2.6 * gain;
    pen.stroke(line);
    for (const track of [...tracks].sort((a, b) => Number(a.focus) - Number(b.focus))) this.drawTrack(pen, track, { x, y, gain });
    const focused = tracks.find(({ focus }) => focus);
    const { answer: told } = this;
    if (focused && told?.direction && told.loss !== null && told.step === Math.min(playback.step, focused.result.points.rows - 1)) {
      const [ball] = told.position;
      const [way] = told.direction;
      const ends = [(from - ball) * way, (to - ball) * way].sort((a, b) => a - b);
      const shape = { left: 0, right: width, top: 24 * gain, bottom, from: ends[0], to: ends[1], x: (distance) => x(ball + distance * way), y: (rise) => y(told.loss + rise) };
      if (Math.abs(way) === 1) drawLocal(pen, told, shape, { tokens, style: focused.style, gain, size: 1 });
    }
    this.placeHandle(x, y);
    canvas.setAttribute("aria-label", this.describe(tracks, low, high));
  }

  drawScale(pen, { x, y, low, high, from, to, width, bottom, gain }) {
    const { tokens } = this.stage;
    pen.font = `400 ${12 * gain}px "Source Sans", sans-serif`;
    pen.strokeStyle = tokens.line;
    pen.fillStyle = tokens.ink2;
    pen.lineWidth = 1;
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    for (const loss of ticks(low, high, 5)) {
      pen.beginPath();
      pen.moveTo(0, y(loss));
      pen.lineTo(width, y(loss));
      pen.stroke();
      pen.fillText(number(loss), 8 * gain, y(loss) - 8 * gain);
    }
    pen.textBaseline = "alphabetic";
    pen.textAlign = "center";
    for (const place of ticks(from, to, TICKS)) if (x(place) > 14 && x(place) < width - 14) pen.fillText(number(place), x(place), bottom + 18 * gain);
  }

  /** From place to place on the curve, as the steps go; what is to come is pale. */
  drawTrack(pen, { result, style, focus, pale }, { x, y, gain }) {
    const { tokens, playback } = this.stage;
    const { points, losses } = result;
    const last = points.rows - 1;
    const at = Math.min(last, playback.playhead);
    const dot = (i) => [x(points.data[2 * i]), y(losses.data[i])];
    const line = (first, end) => {
      const path = new Path2D();
      for (let i = first; i <= end; i += 1) path.lineTo(...dot(i));
      return path;
    };
    const step = Math.floor(at);
    pen.globalAlpha = pale ? 0.15 : 0.3;
    pen.strokeStyle = style.colour;
    pen.lineWidth = 1.4 * gain;
    pen.setLineDash([]);
    pen.stroke(line(step, last));
    pen.globalAlpha = pale ? 0.25 : 1;
    const walked = line(0, step);
    for (const [colour, thick, dash] of [[tokens.card, 5, "solid"], [style.colour, 2.2, style.dash]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = thick * gain;
      pen.lineCap = dashCap(dash);
      pen.setLineDash(dashPattern(dash, 2.2 * gain));
      pen.stroke(walked);
    }
    pen.setLineDash([]);
    pen.fillStyle = style.colour;
    for (let i = 0; i <= step && i < 400; i += 1) {
      pen.beginPath();
      pen.arc(...dot(i), 2.6 * gain, 0, 2 * Math.PI);
      pen.fill();
    }
    drawBall(pen, tokens, style, ...dot(step), { scale: gain, focus });
    pen.globalAlpha = 1;
  }

  /** The start's handle stands on the curve. */
  placeHandle(x, y) {
    const { stage, grid } = this;
    const [start] = stage.scene.start;
    const [from, to] = grid.across;
    const at = Math.round(((start - from) / (to - from)) * (grid.losses.length - 1));
    const loss = grid.losses[Math.max(0, Math.min(grid.losses.length - 1, at))];
    const px = [Math.max(0, Math.min(this.canvas.clientWidth, x(start))), Number.isFinite(loss) ? Math.max(0, y(loss)) : 0];
    stage.picture.handle.style.transform = `translate(${px[0]}px, ${px[1]}px)`;
  }

  describe(tracks, low, high) {
    const { stage, grid, answer: told } = this;
    const [from, to] = grid.across;
    const name = stage.data.surface.axes?.[0] ?? "x";
    const ends = tracks.map(({ name: method, result }) => {
      const i = Math.min(stage.playback.step, result.points.rows - 1);
      return t("{method} at {x} = {place}, loss {loss}", { method, x: name, place: number(result.points.data[2 * i]), loss: number(result.losses.data[i]) });
    });
    const shown = { x: name, from: number(from), to: number(to), low: number(low), high: number(high), step: stage.playback.step, ends: ends.join("; ") };
    return `${t("The loss over {x} from {from} to {to}, losses from {low} to {high}. Step {step}: {ends}.", shown)} ${told?.sentence ?? ""}`;
  }

  again() {
    this.follower.again();
    this.asked = "";
  }

  sharpen() {
    this.draw();
  }

  leave() {
    this.follower.leave();
  }
}

/** The losses to be shown: from the lowest to some way above where the paths begin. */
function span({ losses }, tracks) {
  const finite = [...losses].filter(Number.isFinite);
  const low = Math.min(...finite);
  const begin = Math.max(...tracks.map(({ result }) => result.losses.data[0]).filter(Number.isFinite), low);
  const high = Math.min(Math.max(...finite), low + ROOF * (begin - low) || Infinity);
  const spread = high - low || 1;
  return { low: low - FLOOR * spread, high: low + spread };
}
