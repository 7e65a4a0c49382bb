/** The loss along the line of the step, in one dimension: the curve, the tangent, the parabola of the curvature, and where the step lands. */

import { make, say } from "../base/dom.js";
import { number } from "../base/numbers.js";
import { drawArrow, drawBall, traceMarker } from "../draw/ink.js";
import { penOf } from "../draw/canvas.js";
import { withKey } from "../input/keymap.js";
import { Follower } from "../wire/follower.js";
import { t } from "../base/translate.js";

const LINES = ["step", "x", "y"];
const MARGIN = { left: 8, right: 8, top: 14, bottom: 20 };
const HIGHEST = 8; // times the ball's height above the lowest: what is higher leaves the picture
const FLOOR = 0.06; // of the losses shown, below the lowest
const TANGENT = 0.22; // of the picture's width, to either side of the ball
const TICKS = 5;
const DOT = 4.5; // px

/**
 * @typedef {{step: number, made: boolean, position: (number | null)[], direction: number[] | null, loss: number | null, slope: number | null,
 *   curvature: number | null, reach: number | null, landing: number | null, best: number | null, best_rate: number | null, sentence: string}} Told
 */

export class Cut {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.along = "step";
    this.answer = null;
    this.shown = false;
    this.buttons = LINES.map((along) => make("button.lab-phase", {
      type: "button", role: "radio", onclick: () => this.turn(along), onkeydown: (event) => this.walk(event),
    }));
    this.mark();
    this.canvas = make("canvas.lab-cut-canvas", { role: "img", "aria-label": t("The loss along a line") });
    this.words = make("p.lab-cut-words", {});
    this.root = make("section.lab-cut", { "aria-label": t("The loss along a line") },
      make("div.lab-cut-head", {}, make("b", {}, t("Loss along")), make("div.lab-phases.lab-cut-lines", { role: "radiogroup", "aria-label": t("The line") }, ...this.buttons)),
      this.canvas,
      make("p.lab-cut-key", { "aria-hidden": "true" }, ...[["curve", t("loss")], ["tangent", t("slope")], ["parabola", t("curvature")], ["lands", t("lands")]].map(([kind, name]) => make("span", {}, make("i", { "data-kind": kind }), name))),
      this.words);
    this.opener = make("button.lab-text.lab-cut-opener", { type: "button", "aria-expanded": "false", title: withKey(t("The loss along the line of this step"), "c"), onclick: () => this.show() }, t("in one dimension"));
    const panel = stage.oneStep.root;
    panel.append(this.root);
    panel.querySelector(".lab-onward").before(this.opener);
    this.follower = new Follower({
      question: () => this.question(),
      send: (message, settle) => stage.asking.inquire(message, settle),
      show: (header, matrix) => this.take(header, matrix),
      fault: () => {}, // the descents' own refusal is told already
    });
    this.room = 0; // px of its width: to read it between two writes of a frame would lay out the page twice
    this.sizes = new ResizeObserver(([{ contentRect }]) => {
      this.room = contentRect.width;
      this.refresh();
      this.draw();
    });
    this.sizes.observe(this.canvas);
  }

  /** In place of the numbers, where there is no room for both; in lecture mode in place of the curve. */
  show(on = !this.shown) {
    const { stage } = this;
    if (stage.lecture.on && !stage.lecture.has("lab-with-desk")) {
      stage.turnLecture("lab-with-cut");
      return;
    }
    this.shown = on;
    stage.oneStep.root.classList.toggle("lab-cut-shown", on);
    this.opener.setAttribute("aria-expanded", String(on));
    say(this.opener, on ? t("in numbers") : t("in one dimension"));
    this.refresh();
  }

  /** @param {string} along */
  turn(along) {
    this.along = along;
    this.mark();
    this.refresh();
  }

  mark() {
    this.buttons.forEach((button, i) => {
      const chosen = LINES[i] === this.along;
      button.setAttribute("aria-checked", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    });
  }

  /** Arrows go from line to line, as in any group of radio buttons. */
  walk(event) {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const at = LINES.indexOf(this.along);
    this.turn(LINES[(at + way + LINES.length) % LINES.length]);
    this.buttons.find((button) => button.tabIndex === 0).focus();
  }

  /** Nothing is asked for a picture that is not shown. */
  question() {
    const { stage } = this;
    if (!stage.results.length || !this.room) return null;
    return { ...JSON.parse(stage.asking.stepQuestion()), kind: "cut", along: this.along };
  }

  take(header, matrix) {
    const [places, rises] = [header.arrays.places, header.arrays.rises].map((where) => matrix(where).data);
    this.answer = { ...header, places, rises };
    this.draw();
  }

  refresh() {
    const names = [t("the step"), ...(this.stage.data.surface.axes ?? ["x", "y"])];
    this.buttons.forEach((button, i) => say(button, names[i]));
    this.follower.follow(true);
    if (this.answer && this.drawnFor !== this.look) this.draw();
  }

  again() {
    this.follower.again();
  }

  sharpen() {
    this.draw();
  }

  leave() {
    this.follower.leave();
    this.sizes.disconnect();
  }

  get gain() {
    return this.stage.lecture.listScale;
  }

  /** What the drawing depends on besides the answer. */
  get look() {
    return `${this.stage.theme} ${this.gain}`;
  }

  draw() {
    const { answer: told, stage, canvas } = this;
    if (!told || !canvas.clientWidth) return;
    this.drawnFor = this.look;
    say(this.words, told.sentence);
    const { pen, width, height } = penOf(canvas);
    if (!told.direction || !told.places.length || told.loss === null) {
      canvas.setAttribute("aria-label", `${t("The loss along a line.")} ${told.sentence}`);
      return;
    }
    const shape = shapeOf(told, width, height, this.gain);
    const track = stage.tracks().find(({ focus }) => focus);
    drawCut(pen, told, shape, { tokens: stage.tokens, style: track?.style, gain: this.gain });
    canvas.setAttribute("aria-label", this.describe());
  }

  /** The same in words, for who does not see it. */
  describe() {
    const { answer: told } = this;
    const [low, high] = [told.places[0], told.places[told.places.length - 1]];
    const finite = [...told.rises].filter(Number.isFinite);
    const span = finite.length ? t("losses from {low} to {high}", { low: number(told.loss + Math.min(...finite)), high: number(told.loss + Math.max(...finite)) }) : t("no loss that is a number");
    const losses = finite.length < told.rises.length ? t("{losses}; cut where the loss is no number", { losses: span }) : span;
    const place = t("The loss along the direction ({line}), from {from} to {to} of the ball at step {step}: {losses}.", { line: told.direction.map((part) => number(part)).join(", "), from: number(low), to: number(high), step: told.step, losses });
    return `${place} ${told.sentence}`;
  }
}

/** Where distances and losses (as they differ from the ball's) stand, in px. */
export function shapeOf({ places, rises, slope, best, reach, landing, loss }, width, height, gain) {
  const [left, right, top, bottom] = [MARGIN.left * gain, width - MARGIN.right * gain, MARGIN.top * gain, height - MARGIN.bottom * gain];
  const [from, to] = [places[0], places[places.length - 1]];
  const drop = best === null || slope === null ? 0 : (slope * best) / 2; // of the parabola, to its lowest
  const curve = [...rises].filter(Number.isFinite);
  const lowest = Math.min(0, ...curve, best !== null && best > from && best < to ? drop : 0);
  const all = Math.max(0, ...curve);
  const landed = landing !== null && reach !== null && reach >= from && reach <= to ? landing - loss : 0;
  // As much of the curve as tells: the ball, where the step lands, and some of the walls.
  const wanted = Math.max(landed * 1.15, -1.6 * lowest, 0);
  const high = Math.min(all, Math.max(Math.min(wanted, -HIGHEST * lowest || wanted), all / HIGHEST)) || 1;
  const low = lowest - FLOOR * (high - lowest);
  const span = high - low || 1;
  return {
    left, right, top, bottom, from, to,
    x: (place) => left + ((right - left) * (place - from)) / (to - from),
    y: (rise) => Math.max(-1e4, Math.min(1e4, bottom - ((bottom - top) * (rise - low)) / span)),
  };
}

function drawCut(pen, told, shape, { tokens, style, gain }) {
  const { left, right, bottom } = shape;
  drawPlaces(pen, told, shape, tokens, gain);
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, right - left, bottom + 1);
  pen.clip();
  drawCurve(pen, told.places, told.rises, shape, tokens, gain);
  pen.restore();
  drawLocal(pen, told, shape, { tokens, style, gain, size: 0.7 });
}

/** What is known at the ball: the tangent, the parabola and its lowest point, and the step. @param {any} told @param {any} shape */
export function drawLocal(pen, told, shape, { tokens, style, gain, size }) {
  const { slope, curvature, reach, landing, loss, best } = told;
  const { left, right, bottom, from, to, x, y } = shape;
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, right - left, bottom + 1);
  pen.clip();
  if (slope !== null && curvature !== null) {
    pen.strokeStyle = tokens.ink2;
    pen.lineWidth = 1.5 * gain;
    pen.setLineDash([5 * gain, 3.5 * gain]);
    pen.beginPath();
    for (let i = 0; i <= 120; i += 1) {
      const place = from + ((to - from) * i) / 120;
      pen.lineTo(x(place), y(slope * place + (curvature * place * place) / 2));
    }
    pen.stroke();
    pen.setLineDash([]);
    const reachOf = TANGENT * (to - from);
    pen.lineWidth = 2 * gain;
    pen.strokeStyle = tokens.ink;
    pen.beginPath();
    pen.moveTo(x(-reachOf), y(-slope * reachOf));
    pen.lineTo(x(reachOf), y(slope * reachOf));
    pen.stroke();
  }
  pen.restore();
  const colour = style?.colour ?? tokens.ink;
  if (reach !== null) drawStep(pen, { reach, rise: landing === null ? null : landing - loss }, shape, { tokens, colour, gain });
  if (best !== null && best > from && best < to) drawBest(pen, told, shape, tokens, gain);
  if (style) drawBall(pen, tokens, style, x(0), y(0), { scale: size * gain });
}

/** The line's own numbers: distances from the ball. */
function drawPlaces(pen, { direction }, { left, right, bottom, from, to, x }, tokens, gain) {
  pen.strokeStyle = tokens.line;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(left, bottom + 0.5);
  pen.lineTo(right, bottom + 0.5);
  pen.stroke();
  pen.font = `400 ${11.5 * gain}px "Source Sans", sans-serif`;
  pen.fillStyle = tokens.ink3;
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  for (const place of ticks(from, to, TICKS)) {
    const text = place > 0 ? `+${number(place)}` : place === 0 ? t("ball") : number(place);
    const half = pen.measureText(text).width / 2;
    if (x(place) - half < 0 || x(place) + half > right + MARGIN.right * gain || !direction) continue;
    pen.fillText(text, x(place), bottom + 14 * gain);
    pen.beginPath();
    pen.moveTo(x(place), bottom);
    pen.lineTo(x(place), bottom + 3 * gain);
    pen.stroke();
  }
}

/** In pieces: where the loss is no number the curve is cut, and a dotted line says where. */
export function drawCurve(pen, places, rises, { bottom, top, x, y }, tokens, gain) {
  const pieces = [];
  let piece = null;
  for (let i = 0; i < places.length; i += 1) {
    if (!Number.isFinite(rises[i])) piece = null;
    else {
      if (!piece) pieces.push((piece = []));
      piece.push(i);
    }
  }
  pen.lineJoin = "round";
  for (const some of pieces) {
    const line = new Path2D();
    for (const i of some) line.lineTo(x(places[i]), y(rises[i]));
    const under = new Path2D(line);
    under.lineTo(x(places[some[some.length - 1]]), bottom);
    under.lineTo(x(places[some[0]]), bottom);
    pen.fillStyle = tokens.well;
    pen.fill(under);
    pen.strokeStyle = tokens.ink;
    pen.lineWidth = 2.2 * gain;
    pen.stroke(line);
    for (const [end, edge] of [[some[0], 0], [some[some.length - 1], places.length - 1]]) {
      if (end === edge) continue;
      pen.setLineDash([1.5 * gain, 3 * gain]);
      pen.lineWidth = 1.4 * gain;
      pen.beginPath();
      pen.moveTo(x(places[end]), top);
      pen.lineTo(x(places[end]), bottom);
      pen.stroke();
      pen.setLineDash([]);
    }
  }
}

/** The step as an arrow at the ball's height, and from its end up or down to the loss where it lands. */
function drawStep(pen, { reach, rise }, { left, right, top, from, to, x, y }, { tokens, colour, gain }) {
  const inside = reach >= from && reach <= to;
  const end = inside ? x(reach) : reach > to ? right : left;
  drawArrow(pen, tokens, [x(0), y(0)], [end, y(0)], { colour, width: 2.4, scale: 0.9 * gain, hollow: false });
  if (!inside || rise === null) return;
  const height = Math.max(top - 4 * gain, y(rise));
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5 * gain;
  pen.setLineDash([2 * gain, 2.5 * gain]);
  pen.beginPath();
  pen.moveTo(end, y(0));
  pen.lineTo(end, height);
  pen.stroke();
  pen.setLineDash([]);
  pen.beginPath();
  if (y(rise) < top - 4 * gain) traceMarker(pen, "star", end, height, DOT * gain); // above the picture
  else pen.arc(end, height, DOT * gain, 0, 2 * Math.PI);
  pen.fillStyle = tokens.card;
  pen.fill();
  pen.lineWidth = 2.2 * gain;
  pen.stroke();
}

/** Where the parabola is lowest, and the rate or the step that leads there. */
function drawBest(pen, { slope, best, best_rate }, { top, bottom, left, right, x, y }, tokens, gain) {
  const [at, height] = [x(best), y((slope * best) / 2)];
  pen.strokeStyle = tokens.ink2;
  pen.lineWidth = 1.2 * gain;
  pen.setLineDash([2 * gain, 3 * gain]);
  pen.beginPath();
  pen.moveTo(at, top);
  pen.lineTo(at, bottom);
  pen.stroke();
  pen.setLineDash([]);
  pen.beginPath();
  pen.moveTo(at - 5 * gain, height - 4 * gain);
  pen.lineTo(at + 5 * gain, height - 4 * gain);
  pen.lineTo(at, height + 4 * gain);
  pen.closePath();
  pen.fillStyle = tokens.ink2;
  pen.fill();
  const text = best_rate === null ? t("best step") : `1/λ = ${number(best_rate)}`;
  pen.font = `600 ${12 * gain}px "Source Sans", sans-serif`;
  const half = pen.measureText(text).width / 2 + 3;
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  pen.lineWidth = 4 * gain;
  pen.strokeStyle = tokens.paper;
  const middle = Math.max(left + half, Math.min(right - half, at));
  pen.strokeText(text, middle, top - 3 * gain);
  pen.fillText(text, middle, top - 3 * gain);
}

/** Some round numbers of an interval. */
export function ticks(from, to, most) {
  const rough = (to - from) / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((part) => part * unit).find((size) => size >= rough) ?? 10 * unit;
  const found = [];
  for (let i = Math.ceil(from / step); i * step <= to; i += 1) found.push(Number((i * step).toPrecision(9)) || 0);
  return found;
}
