/** A model of two weights beside its surface: the data, and what the model makes of them where each ball is. */

import { makeKnob } from "../input/controls.js";
import { make, say } from "../base/dom.js";
import { Points } from "./points.js";
import { penOf } from "../draw/canvas.js";
import { Follower } from "../wire/follower.js";
import { count as counted, number } from "../base/numbers.js";
import { dashCap, dashPattern } from "../base/palette.js";
import { many, t } from "../base/translate.js";

const ROOM = 0.14; // of the targets' range, above and below
const DOT = 3.4; // px
const TAIL = 1e6; // px: a fit that goes beyond is drawn to there

export class Fit {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.told = null; // the last answer: inputs, fits, and what they were asked for
    this.whole = null; // the method in focus on all points, while the others go by mini-batches
    this.canvas = make("canvas.lab-fit", { role: "img", "aria-label": t("The model on its data") });
    this.note = make("span.lab-aside", {});
    this.words = make("p.lab-say", {});
    this.size = make("div.lab-batch", {});
    this.shape = null; // where inputs and targets stand in the drawing
    this.editor = new Points(stage, this.canvas, () => this.shape);
    this.root = make("section.lab-fit-panel", { "aria-label": t("The model on its data") },
      make("div.lab-heading", {}, make("h2", {}, t("The model on its data")), this.note), this.canvas, this.editor.root, this.size, this.words);
    this.follower = new Follower({
      question: () => this.question(),
      send: (message, settle) => stage.asking.inquire(message, settle),
      show: (header, matrix, asked) => {
        this.told = { inputs: matrix(header.arrays.inputs).data, fits: matrix(header.arrays.fits), losses: matrix(header.arrays.losses).data, rows: header.rows, asked };
        this.draw();
      },
      fault: (sentence) => stage.complain(sentence),
    });
    this.wholly = new Follower({
      question: () => this.wholeQuestion(),
      send: (message, settle) => stage.asking.inquire(message, settle),
      show: (header, matrix, asked) => {
        this.whole = { points: matrix(header.runs[0].arrays.points), asked };
        stage.repaint();
      },
      fault: () => { this.whole = null; },
    });
    stage.picture.underlay = (pen, view, playhead) => this.shadow(pen, view, playhead);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.canvas);
  }

  get model() {
    return this.stage.data?.surface.model;
  }

  /** Where the balls are, and last where the method in focus would be on all points. */
  question() {
    const { stage } = this;
    const { scene, playback } = stage;
    if (!this.model || !stage.results.length) return null;
    const shown = stage.tracks().filter(({ hidden, result }) => !hidden && result);
    this.shown = shown;
    const places = shown.map(({ result }) => placeOf(result.points, playback.playhead));
    if (this.shadowed) places.push(placeOf(this.whole.points, playback.playhead));
    if (!places.length) return null;
    const question = { kind: "fit", landscape: scene.landscape, places };
    const last = stage.results[scene.focus].points.rows - 2;
    if (scene.batch_size !== null && last >= 0) question.batch = { size: scene.batch_size, seed: scene.seed, step: Math.min(playback.step, last) };
    return question;
  }

  get shadowed() {
    return this.stage.scene.batch_size !== null && this.whole !== null;
  }

  wholeQuestion() {
    const { scene, asking } = this.stage;
    if (!this.model || scene.batch_size === null) return null;
    const { batch_size: _, ...run } = asking.message().runs[scene.focus];
    return { kind: "runs", runs: [run] };
  }

  sharpen() {
    this.draw();
  }

  again() {
    this.follower.again();
    this.wholly.again();
  }

  refresh() {
    const { stage } = this;
    if (!this.model) return;
    this.editor.refresh();
    this.showSize();
    if (stage.scene.batch_size === null) this.whole = null;
    // Its curve follows hand and film alike: there is no finer answer to wait for.
    this.wholly.follow(true);
    this.follower.follow(true);
  }

  /** The slider of the batch size; at its right end every step sees all points. */
  showSize() {
    const { stage, model } = this;
    const points = model.inputs.length;
    if (this.points !== points) {
      this.points = points;
      const spec = { key: "batch_size", name: t("Batch size"), low: 1, high: points, log: false, whole: true, hard_low: 1, hard_high: points };
      this.knob = makeKnob(spec, {
        grab: () => stage.hand.grab(), release: () => stage.hand.release(), fault: (sentence) => stage.complain(sentence),
        move: (value) => stage.hand.setBatchSize(value >= points ? null : value),
      });
      this.size.replaceChildren(this.knob.row);
    }
    const size = stage.scene.batch_size;
    if (this.sized !== size) this.knob.show(size ?? points);
    this.sized = size;
    const epoch = size === null ? 1 : Math.floor(points / size);
    say(this.note, size === null ? t("all {n} points at every step", { n: points }) : many("an epoch is {n} step", "an epoch is {n} steps", epoch, { n: epoch }));
  }

  /** The path of the method in focus on all points, under those of the mini-batches. */
  shadow(pen, view, playhead) {
    if (!this.shadowed || view.block) return;
    const { tokens } = this.stage;
    const { points } = this.whole;
    pen.setLineDash([]);
    pen.lineJoin = "round";
    const line = new Path2D();
    const end = Math.min(points.rows - 1, Math.floor(playhead));
    for (let i = 0; i <= end; i += 1) {
      const [px, py] = view.project(points.data[2 * i], points.data[2 * i + 1]);
      if (i) line.lineTo(px, py);
      else line.moveTo(px, py);
    }
    const [bx, by] = view.project(...placeOf(points, playhead));
    line.lineTo(bx, by);
    const ball = new Path2D();
    ball.arc(bx, by, 6 * this.gain, 0, 2 * Math.PI);
    for (const [colour, width] of [[tokens.casing, 4.4], [tokens.ink, 1.6]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width * this.gain;
      pen.stroke(line);
      pen.stroke(ball);
    }
  }

  get gain() {
    return this.stage.lecture.listScale;
  }

  draw() {
    const { told, model, stage } = this;
    if (!told || !model || !this.canvas.clientWidth) return;
    const { pen, width, height } = penOf(this.canvas);
    const { tokens, scene } = stage;
    const { gain } = this;
    const [left, bottom] = [34 * gain, 18 * gain];
    const { low, high, room, x0, x1 } = this.span(told, model);
    const across = (x) => left + ((x - x0) / (x1 - x0)) * (width - left - 4);
    const up = (y) => Math.max(-TAIL, Math.min(TAIL, 4 + ((high + room - y) / (high - low + 2 * room)) * (height - bottom - 8)));
    this.shape = { across, up, x: [x0, x1], y: [low - room, high + room], low, high };
    this.axes(pen, { across, up, width, height, left, bottom, x: [x0, x1], y: [low - room, high + room] });
    pen.save();
    pen.beginPath();
    pen.rect(left, 0, width - left, height - bottom);
    pen.clip();
    const chosen = told.rows && scene.batch_size !== null ? new Set(told.rows) : null;
    model.inputs.forEach((input, i) => {
      const seen = !chosen || chosen.has(i);
      pen.beginPath();
      pen.arc(across(input), up(model.targets[i]), (seen && chosen ? 1.5 : 1) * DOT * gain, 0, 2 * Math.PI);
      pen.fillStyle = seen ? tokens.ink : "transparent";
      pen.strokeStyle = seen ? tokens.casing : tokens.ink3;
      pen.lineWidth = 1.2 * gain;
      pen.fill();
      pen.stroke();
      if (this.editor.chosen !== i) return;
      pen.beginPath();
      pen.arc(across(input), up(model.targets[i]), 2.4 * DOT * gain, 0, 2 * Math.PI);
      pen.strokeStyle = tokens.ink;
      pen.lineWidth = 1.6 * gain;
      pen.stroke();
    });
    const { shown } = this;
    const count = told.asked.places.length;
    const line = (row) => {
      const path = new Path2D();
      told.inputs.forEach((input, i) => path.lineTo(across(input), up(told.fits.data[row * told.fits.columns + i])));
      return path;
    };
    const stroke = (path, colour, thick, dash) => {
      pen.setLineDash([]);
      pen.lineCap = dashCap(dash);
      pen.strokeStyle = tokens.casing;
      pen.lineWidth = (thick + 3) * gain;
      pen.stroke(path);
      pen.setLineDash(dashPattern(dash, thick * gain));
      pen.strokeStyle = colour;
      pen.lineWidth = thick * gain;
      pen.stroke(path);
      pen.setLineDash([]);
    };
    if (count > shown.length) stroke(line(count - 1), tokens.ink, 1.6, "solid");
    const order = shown.map((track, row) => ({ track, row })).sort((a, b) => Number(a.track.focus) - Number(b.track.focus));
    for (const { track, row } of order) if (row < count) stroke(line(row), track.style.colour, track.focus ? 3.2 : 2.4, track.style.dash);
    pen.restore();
    this.tell();
  }

  /** What of inputs and targets is drawn. While a point moves under the hand it stands still, but for one that leaves it. */
  span(told, { inputs, targets }) {
    if (this.editor.held && this.shape) {
      const { low, high, x: [x0, x1] } = this.shape;
      return { low, high, room: ROOM * (high - low), x0, x1 };
    }
    const [low, high] = [Math.min(...targets), Math.max(...targets)];
    const spread = high - low || 1;
    const [x0, x1] = [Math.min(told.inputs[0], ...inputs), Math.max(told.inputs[told.inputs.length - 1], ...inputs)];
    return { low: high > low ? low : low - spread / 2, high: high > low ? high : high + spread / 2, room: ROOM * spread, x0, x1 };
  }

  axes(pen, { across, up, width, height, left, bottom, x, y }) {
    const { tokens } = this.stage;
    pen.font = `${12 * this.gain}px "Source Sans", sans-serif`;
    pen.fillStyle = tokens.ink2;
    pen.strokeStyle = tokens.line;
    pen.lineWidth = 1;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    for (const value of ticks(y)) {
      const at = Math.round(up(value)) + 0.5;
      pen.beginPath();
      pen.moveTo(left, at);
      pen.lineTo(width, at);
      pen.stroke();
      pen.fillText(plain(value), left - 6, at);
    }
    pen.textAlign = "center";
    pen.textBaseline = "alphabetic";
    for (const value of ticks(x)) pen.fillText(plain(value), across(value), height - 3);
  }

  /** The same in words: where the ball in focus is, and what that means. */
  tell() {
    const { told, model, stage } = this;
    const row = this.shown.findIndex(({ focus }) => focus);
    if (row < 0 || row >= told.asked.places.length) return;
    const [first, second] = model.weights;
    const [x, y] = told.asked.places[row];
    const all = model.inputs.length;
    const seen = told.rows && stage.scene.batch_size !== null;
    const count = told.asked.places.length;
    const ball = { name: this.shown[row].name, first, x: number(x), second, y: number(y), loss: number(told.losses[row]), n: all };
    const sentence = [
      t("{name}: {first} {x}, {second} {y}; loss {loss} on all {n} points.", ball),
      ...(seen ? [many("This step sees the {n} filled one.", "This step sees the {n} filled ones.", told.rows.length, { n: told.rows.length })] : []),
      ...(this.shadowed && count > this.shown.length ? [t("Thin: all points at every step, loss {loss}.", { loss: number(told.losses[count - 1]) })] : []),
    ].join(" ");
    say(this.words, sentence);
    const label = `${t("The model on its {n} data points at step {step}.", { n: all, step: counted(stage.playback.step) })} ${sentence}`;
    if (!stage.playback.playing && this.canvas.getAttribute("aria-label") !== label) this.canvas.setAttribute("aria-label", label);
  }

  leave() {
    this.follower.leave();
    this.editor.leave();
    this.wholly.leave();
    this.sizes.disconnect();
    this.stage.picture.underlay = null;
  }
}

/** Where a ball is between two steps; the last point of a run that has ended. @param {import("../wire/frame.js").Matrix} points @returns {[number, number]} */
function placeOf(points, playhead) {
  const place = Math.min(points.rows - 1, playhead);
  const first = Math.floor(place);
  const next = Math.min(points.rows - 1, first + 1);
  const part = place - first;
  const at = (i) => Number((points.data[2 * first + i] * (1 - part) + points.data[2 * next + i] * part).toPrecision(7));
  return [at(0), at(1)];
}

const plain = (value) => String(value).replace("-", "−");

/** Four or five round numbers inside an interval. @param {number[]} interval */
function ticks([low, high]) {
  const rough = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((part) => part * unit).find((size) => size >= rough);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) found.push(Number(value.toPrecision(12)));
  return found;
}
