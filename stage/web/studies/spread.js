/** What schedules are worth: the losses that a thousand seeds end with, a row for each schedule, and what was found of them. */

import { make, say } from "../base/dom.js";
import { count, number } from "../base/numbers.js";
import { followSharpness, sharpness } from "../base/sharpness.js";
import { drawSwatch, traceMarker } from "../draw/ink.js";
import { Follower } from "../wire/follower.js";
import { unlessHeavy } from "./maps.js";
import { t } from "../base/translate.js";

const ROW = 34; // px
const LEFT = 44; // px for the swatch
const FOOT = 22; // px for the numbers of the scale
const BINS = 60;

export class Spread {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.told = null;
    this.title = make("h2", {}, t("Does it help?"));
    this.canvas = make("canvas.lab-spread", { role: "img", hidden: true });
    this.words = make("div.lab-found", { role: "status" });
    this.root = make("div.lab-spread-panel", {}, make("div.lab-heading", {}, this.title), this.canvas, this.words);
    this.follower = new Follower({
      question: unlessHeavy(stage, this.root, this.words, (fine) => (fine ? this.question() : null)),
      send: (message, settle) => stage.asking.inquire(message, settle),
      show: (header, matrix) => this.take(header, matrix),
      fault: (sentence) => {
        this.told = null;
        this.canvas.hidden = true;
        say(this.words, sentence);
      },
    });
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
    this.dull = followSharpness(() => this.draw());
  }

  question() {
    const { runs, names } = this.stage.asking.message();
    return { kind: "schedules", runs, ...(names ? { names } : {}) };
  }

  take(header, matrix) {
    if (header.missing) {
      const done = this.stage.scene.lanes.length - header.missing;
      say(this.words, t("Running each under many seeds and at 80 rates: {n} of {all} are measured.", { n: done, all: this.stage.scene.lanes.length }));
      this.follower.again(); // the same question: its answer has one more
      this.stage.repaint();
      return;
    }
    const sentences = [...header.sentences, ...(header.variances ?? [])];
    this.words.replaceChildren(...sentences.map((sentence, i) => make(i ? "p.lab-say" : "p.lab-say.lab-first-found", {}, sentence)));
    this.told = header.seeds ? { seeds: header.seeds, ends: matrix(header.arrays.ends) } : null;
    this.root.dataset.measured = String(sentences.length);
    say(this.title, header.seeds ? t("Does it help? Losses at the end, {n} seeds", { n: count(header.seeds) }) : t("Does it help?"));
    this.canvas.hidden = !this.told;
    this.draw();
  }

  again() {
    this.follower.again();
  }

  refresh() {
    this.follower.follow(this.stage.hand.busy);
    if (this.told && this.drawn !== `${this.stage.theme} ${this.stage.rowsOf}`) this.draw();
  }

  sharpen() {
    this.draw();
  }

  /** A histogram on a log scale for each lane, its median as the lane's marker. */
  draw() {
    const { told, canvas, stage } = this;
    if (!told || canvas.hidden || told.ends.columns !== stage.scene.lanes.length) return;
    this.drawn = `${stage.theme} ${stage.rowsOf}`;
    const tracks = stage.tracks();
    canvas.style.height = `${ROW * tracks.length + FOOT}px`;
    const [width, height, sharp] = [canvas.clientWidth, ROW * tracks.length + FOOT, sharpness()];
    if (width < LEFT + 40) return;
    Object.assign(canvas, { width: Math.round(width * sharp), height: Math.round(height * sharp) });
    const pen = canvas.getContext("2d");
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    const { data, rows, columns } = told.ends;
    const lanes = tracks.map((_, lane) => Array.from({ length: rows }, (__, i) => data[i * columns + lane]));
    const finite = lanes.map((losses) => losses.filter(Number.isFinite));
    const all = finite.flat();
    const positive = all.filter((loss) => loss > 0);
    // A thousandth of all may lie beyond each end: they are put into the last bin.
    const log = positive.length === all.length && all.length > 0;
    const sorted = Float64Array.from(log ? positive.map(Math.log10) : all).sort();
    const [low, high] = [sorted[Math.floor(sorted.length / 1000)] ?? 0, sorted[Math.ceil(sorted.length * 0.999) - 1] ?? 1];
    const span = high - low || 1;
    const inner = width - LEFT - 12;
    const x = (value) => LEFT + (inner * (Math.min(high, Math.max(low, log ? Math.log10(value) : value)) - low)) / span;
    const { tokens } = stage;
    pen.font = '400 11.5px "Source Sans", sans-serif';
    pen.textBaseline = "middle";
    const ticks = log ? powers(low, high) : [low, (low + high) / 2, high];
    for (const tick of ticks) {
      const value = log ? 10 ** tick : tick;
      pen.strokeStyle = tokens.line;
      pen.beginPath();
      pen.moveTo(x(value), 0);
      pen.lineTo(x(value), height - FOOT);
      pen.stroke();
      pen.fillStyle = tokens.ink3;
      pen.textAlign = x(value) > width - 40 ? "right" : x(value) < LEFT + 20 ? "left" : "center";
      pen.fillText(number(value), x(value), height - FOOT / 2);
    }
    tracks.forEach(({ style }, lane) => {
      const base = ROW * (lane + 1) - 4;
      const bins = new Array(BINS).fill(0);
      for (const loss of finite[lane]) bins[Math.min(BINS - 1, Math.floor((BINS * (x(loss) - LEFT)) / inner))] += 1;
      const most = Math.max(1, ...bins);
      pen.fillStyle = style.colour;
      bins.forEach((found, i) => {
        const tall = (found / most) * (ROW - 10);
        if (found) pen.fillRect(LEFT + (i * inner) / BINS, base - tall, inner / BINS - 0.5, tall);
      });
      pen.strokeStyle = tokens.line;
      pen.beginPath();
      pen.moveTo(LEFT, base + 0.5);
      pen.lineTo(width - 12, base + 0.5);
      pen.stroke();
      if (finite[lane].length) {
        traceMarker(pen, style.marker, x(finite[lane][Math.floor(finite[lane].length / 2)]), base - 2, 4.5);
        pen.lineWidth = 3;
        pen.strokeStyle = tokens.card;
        pen.stroke();
        pen.lineWidth = 1;
        pen.fill("evenodd");
      }
      this.swatch ??= document.createElement("canvas");
      drawSwatch(this.swatch, style, tokens.paper);
      pen.drawImage(this.swatch, 0, base - 20, 34, 16);
    });
    const said = tracks.map(({ name }, lane) => {
      const part = (share) => number(finite[lane][Math.min(finite[lane].length - 1, Math.floor(share * finite[lane].length))] ?? NaN);
      return finite[lane].length ? t("{name}: half end below {half}, eight of ten between {low} and {high}", { name, half: part(0.5), low: part(0.1), high: part(0.9) }) : t("{name}: all diverge", { name });
    });
    canvas.setAttribute("aria-label", t("Losses at the end over {n} seeds. {methods}.", { n: count(told.seeds), methods: said.join(". ") }));
  }

  leave() {
    this.follower.leave();
    this.sizes.disconnect();
    this.dull?.();
  }
}

/** Whole powers of ten within the scale, at most five of them. */
function powers(low, high) {
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  const every = Math.max(1, Math.ceil((last - first) / 4));
  return Array.from({ length: Math.max(0, Math.floor((last - first) / every) + 1) }, (_, i) => first + i * every);
}
