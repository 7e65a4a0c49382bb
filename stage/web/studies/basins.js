/** Basins of attraction: which minimum each start of the picture goes to, under the paths; beside it the same as a table. */

import { make, say } from "../base/dom.js";
import { mix, overlay, patternOf, pixels, unlessHeavy } from "./maps.js";
import { penOf } from "../draw/canvas.js";
import { Follower } from "../wire/follower.js";
import { count, number, point } from "../base/numbers.js";
import { PALETTE } from "../base/palette.js";
import { channels } from "../map/relief.js";
import { many, t } from "../base/translate.js";

const DIVERGED = -1;
const NOT_ARRIVED = -2;
const LIVE = 64; // starts a side while the hand moves
const BAND = 65536; // starts of one answer
const SIZES = [256, 512, 1024];
const SAME = 2e-3; // of the ground's width: two minima this near are one
const NEIGHBOURS = 5; // coloured minima near it from which a new one must differ
const ROUNDING = 1e-9;
const HANDED = 96; // starts a side of what a hall's phones are given
const UNDECIDED = 0.05; // share of starts not yet at a minimum from which on longer runs are offered
const MOST_STEPS = 10_000;
const ROWS = 8; // minima named in the table
const { tint: TINT } = PALETTE.maps; // of the way to paper for those that arrive at once
const COARSE_ROWS = 0.7; // the picture is wider than high

/** @typedef {{position: number[], colour: number, loss: number | null}} Known */

/** A share of starts, in as few digits as it needs. @param {number} count @param {number} all */
export function shareText(count, all) {
  const share = (100 * count) / all;
  return count && share < 0.1 ? "< 0.1 %" : `${share >= 10 ? share.toFixed(0) : share.toFixed(1)} %`;
}

export class Basins {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.kind = "basin";
    this.size = SIZES[0];
    this.on = true;
    /** @type {Known[]} */
    this.known = [];
    this.map = null;
    this.canvas = make("canvas.lab-basins", { "aria-hidden": "true" });
    this.head = make("span.lab-aside", {});
    this.words = make("p.lab-say", { role: "status" });
    this.table = make("table.lab-numbers.lab-shares", {});
    this.choice = make("select.lab-scope", { "aria-label": t("Starts a side") }, ...SIZES.map((size) => make("option", { value: size }, `${size} × ${size}`)));
    this.choice.addEventListener("change", () => {
      this.size = Number(this.choice.value);
      this.follow();
    });
    this.show = make("button.lab-text", { type: "button", "aria-pressed": "true", onclick: () => this.toggle() }, t("hide"));
    this.bar = make("progress.lab-progress", { max: 1, value: 0, "aria-label": t("Share of the map that is computed") });
    this.stop = make("button.lab-text", { type: "button", onclick: () => this.leaveLong() }, t("stop"));
    this.progress = make("div.lab-long-run", { hidden: true }, this.bar, this.stop);
    this.longer = make("button.lab-text", { type: "button", hidden: true, onclick: () => stage.hand.setSteps(this.moreSteps) });
    this.root = make("section.lab-basins-panel", { "aria-label": t("Basins of attraction") },
      make("div.lab-heading", {}, make("h2", {}, t("Where each start ends")), this.choice, this.show), this.progress, this.table, this.words, this.longer);
    this.follower = new Follower({
      question: unlessHeavy(stage, this.root, this.words, (fine) => this.question(fine)),
      send: (message, settle) => stage.asking.inquire(message, settle),
      show: (header, matrix, asked) => this.take(header, matrix, asked),
      fault: (sentence) => stage.complain(sentence),
    });
    stage.picture.map.after(this.canvas);
  }

  /** The map of the run in focus over the ground that is seen, or nothing while there is none. */
  question(fine) {
    const { stage } = this;
    const { picture, scene } = stage;
    if (!this.on || !picture.flat || picture.mode !== "map" || !stage.groundwork.ready) return null;
    const { start: _, ...run } = stage.asking.message().runs[scene.focus];
    const window = picture.flat.ground.map((side) => side.map((value) => Number(value.toPrecision(10))));
    const columns = fine ? this.size : LIVE;
    const rows = fine ? this.size : Math.round(LIVE * COARSE_ROWS);
    const high = Math.min(rows, Math.floor(BAND / columns));
    return { kind: "basin", run, columns, rows, window, band: [0, high] };
  }

  /** The question whose answer phones are given: the same map, coarser; null while none stands. */
  handed() {
    const { map, canvas } = this;
    if (canvas.hidden || !map || map.done < 1 || map.first !== this.follower.latest) return null;
    const rows = Math.round(HANDED * COARSE_ROWS);
    return { ...map.asked, columns: HANDED, rows, band: [0, rows] };
  }

  /** Show none until another is given. */
  drop() {
    this.map = null;
    this.paint();
  }

  follow() {
    this.follower.follow(this.stage.hand.busy);
  }

  /** On every frame: nothing to do but when something has changed. */
  refresh() {
    this.follow();
    const { picture, theme } = this.stage;
    const seen = [picture.flat, picture.mode, this.map, this.image, theme, this.on];
    if (this.seen?.every((part, i) => part === seen[i])) return;
    this.paint();
    this.seen = [picture.flat, picture.mode, this.map, this.image, theme, this.on];
  }

  sharpen() {
    this.paint();
  }

  again() {
    this.follower.again();
  }

  toggle() {
    this.on = !this.on;
    this.canvas.hidden = !this.on;
    this.show.setAttribute("aria-pressed", String(this.on));
    say(this.show, this.on ? t("hide") : t("show"));
    if (this.on) {
      this.follower.again();
      this.follow();
    }
  }

  /** @param {any} header @param {(where: number[]) => import("../wire/frame.js").Matrix} matrix @param {any} asked */
  take(header, matrix, asked) {
    const [from, to] = asked.band;
    if (asked.run.landscape !== this.stage.scene.landscape) return;
    const key = JSON.stringify({ ...asked, band: null });
    if (from === 0) {
      this.map = { key, first: JSON.stringify(asked), asked, labels: new Int16Array(asked.columns * asked.rows).fill(NOT_ARRIVED - 1), steps: new Float32Array(asked.columns * asked.rows), starts: 0, diverged: 0, unstarted: 0, minima: new Map() };
      if (this.knownOf !== asked.run.landscape) this.known = [];
      this.knownOf = asked.run.landscape;
    }
    const { map } = this;
    if (map.key !== key) return; // a band of a map that was left
    const numbers = this.numbersOf(header.minima, asked.window);
    const [labels, steps] = [matrix(header.arrays.labels).data, matrix(header.arrays.steps).data];
    const base = from * asked.columns;
    for (let i = 0; i < labels.length; i += 1) map.labels[base + i] = labels[i] < 0 ? labels[i] : numbers[labels[i]];
    map.steps.set(steps, base);
    map.starts += header.starts;
    map.diverged += header.diverged;
    map.unstarted += header.unstarted;
    header.minima.forEach((minimum, i) => {
      const sum = map.minima.get(numbers[i]) ?? { ...minimum, starts: 0, total: 0 };
      sum.total += minimum.mean_steps * minimum.starts;
      sum.starts += minimum.starts;
      map.minima.set(numbers[i], sum);
    });
    map.done = to / asked.rows;
    this.progress.hidden = map.done >= 1;
    this.bar.value = map.done;
    this.image = null;
    this.paint();
    this.tell();
    if (map.done >= 1 || map.first !== this.follower.latest) return; // whole, or another one is wanted by now
    const next = { ...asked, band: [to, Math.min(asked.rows, to + (to - from))] };
    this.stage.asking.inquire(next, (more, of) => {
      if (more.error) this.stage.complain(more.error);
      else this.take(more, of, next);
    });
  }

  /** Leave a long map: the next size below is shown. */
  leaveLong() {
    this.size = SIZES[0];
    this.choice.value = String(this.size);
    this.map = this.map && { ...this.map, key: "" };
    this.progress.hidden = true;
    this.follow();
  }

  /** Our own numbers of these minima: one that was met before keeps its colour. */
  numbersOf(minima, [[x0, x1]]) {
    const near = SAME * (x1 - x0);
    const apart = ([x, y], { position: [a, b] }) => Math.hypot(x - a, y - b);
    return minima.map(({ position, loss }) => {
      const found = this.known.findIndex((one) => apart(position, one) <= near);
      if (found >= 0) return found;
      const others = [...this.known].sort((one, other) => apart(position, one) - apart(position, other)).slice(0, NEIGHBOURS).map(({ colour }) => colour);
      const count = PALETTE.basins.light.length;
      const uses = Array.from({ length: count }, (_, colour) => this.known.filter((one) => one.colour === colour).length);
      const free = uses.map((use, colour) => ({ use, colour })).filter(({ colour }) => !others.includes(colour));
      const { colour } = free.sort((a, b) => a.use - b.use || a.colour - b.colour)[0];
      return this.known.push({ position, loss, colour }) - 1;
    });
  }

  makeImage() {
    const { map, stage } = this;
    const { theme, tokens } = stage;
    const inks = PALETTE.maps[theme];
    const [paper, bad, open] = [channels(inks.paper), channels(inks.diverged), channels(tokens.well)];
    const colours = PALETTE.basins[theme].map(channels);
    const logs = map.steps.map((steps) => Math.log1p(steps));
    let [low, high] = [Infinity, -Infinity];
    map.labels.forEach((label, i) => {
      if (label < 0) return;
      low = Math.min(low, logs[i]);
      high = Math.max(high, logs[i]);
    });
    const shades = Array.from({ length: 33 }, (_, step) => colours.map((colour) => mix(mix(colour, paper, TINT), colour, step / 32)));
    const colourOf = (at) => {
      const label = map.labels[at];
      if (label === DIVERGED) return bad;
      if (label === NOT_ARRIVED) return open;
      if (label < 0) return null;
      return shades[Math.round((32 * (logs[at] - low)) / (high - low || 1))][this.known[label].colour];
    };
    const { columns, rows } = map.asked;
    const only = (wanted) => pixels(columns, rows, (at) => (map.labels[at] === wanted ? [0, 0, 0] : null));
    this.image = { of: `${theme}`, all: pixels(columns, rows, colourOf), diverged: map.diverged ? only(DIVERGED) : null, open: only(NOT_ARRIVED) };
  }

  /** Under the paths, through the map's view of now. */
  paint() {
    const { map, stage, canvas } = this;
    const { picture, theme, tokens } = stage;
    const shown = Boolean(this.on && map && picture.mode === "map" && picture.flat && map.asked.run.landscape === stage.scene.landscape);
    canvas.hidden = !shown;
    if (!shown || !canvas.clientWidth || !canvas.clientHeight) return; // not laid out: there is nothing to draw on
    if (this.image?.of !== theme) this.makeImage();
    const { pen, sharp } = penOf(canvas);
    const [[x0, x1], [y0, y1]] = map.asked.window;
    const [left, top] = picture.flat.project(x0, y1);
    const [right, bottom] = picture.flat.project(x1, y0);
    const box = [left, top, right - left, bottom - top];
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.image.all, ...box);
    if (this.image.diverged) overlay(pen, this.image.diverged, box, patternOf(pen, "hatch", PALETTE.maps[theme].hatch, sharp), sharp);
    overlay(pen, this.image.open, box, patternOf(pen, "dots", tokens.ink3, sharp), sharp);
  }

  /** The same in numbers and in a sentence. */
  tell() {
    const { map, stage } = this;
    const { steps } = stage.scene;
    const percent = (count) => shareText(count, map.starts);
    const minima = [...map.minima].map(([number, minimum]) => ({ number, ...minimum })).sort((a, b) => b.starts - a.starts);
    const open = map.starts - map.diverged - minima.reduce((sum, { starts }) => sum + starts, 0);
    const size = Math.max(...map.asked.window.flat().map(Math.abs));
    const clean = (value) => (Math.abs(value) < ROUNDING * size ? 0 : value); // what Newton left of zero
    const place = (position) => point(position.map(clean));
    const swatch = (colour, mark) => {
      const chip = make("i.lab-chip", { "data-mark": mark });
      if (colour) chip.style.background = colour;
      return chip;
    };
    const row = (chip, name, loss, share, mean) => make("tr", {}, make("th", { scope: "row" }, chip, name), make("td", {}, loss), make("td", {}, share), make("td", {}, mean));
    const rows = minima.slice(0, ROWS).map(({ number: which, position, loss, starts, total }) => row(
      swatch(PALETTE.basins[stage.theme][this.known[which].colour]), place(position), loss === null ? "" : number(Math.abs(loss) < 1e-12 ? 0 : loss), percent(starts), count(Math.round(total / Math.max(1, starts)))));
    const rest = minima.slice(ROWS);
    if (rest.length) rows.push(row(swatch(null, "none"), t("{n} more", { n: rest.length }), "", percent(rest.reduce((sum, { starts }) => sum + starts, 0)), ""));
    if (open) rows.push(row(swatch(null, "dots"), t("not at a minimum"), "", percent(open), ""));
    const lost = map.diverged - map.unstarted;
    if (lost) rows.push(row(swatch(null, "hatch"), t("diverged"), "", percent(lost), ""));
    if (map.unstarted) rows.push(row(swatch(null, "hatch"), t("cannot start"), "", percent(map.unstarted), ""));
    this.table.replaceChildren(make("thead", {}, make("tr", {}, ...[t("Ends at"), t("loss"), t("of starts"), t("mean steps")].map((name) => make("th", { scope: "col" }, name)))), make("tbody", {}, ...rows));
    if (stage.hand.busy || map.done < 1) return;
    this.moreSteps = Math.min(MOST_STEPS, 4 * steps);
    // Under a noise that does not cool nobody comes to rest, however long it runs.
    this.longer.hidden = open < UNDECIDED * map.starts || this.moreSteps === steps || stage.scene.noise > 0;
    say(this.longer, t("Give every start {n} steps", { n: count(this.moreSteps) }));
    const best = [...minima].filter(({ loss }) => loss !== null).sort((a, b) => a.loss - b.loss);
    const lowest = best.filter(({ loss }) => loss <= best[0].loss + 1e-9 * Math.max(1, Math.abs(best[0].loss)));
    const arriving = percent(lowest.reduce((sum, { starts }) => sum + starts, 0));
    const arrived = minima.length
      ? lowest.length > 1
        ? t("{share} arrive at one of the {n} lowest minima", { share: arriving, n: lowest.length })
        : t("{share} arrive at the lowest minimum, {place}", { share: arriving, place: place(lowest[0].position) })
      : t("none arrives at a minimum");
    const others = [
      open ? many("{share} are at no minimum after {n} step", "{share} are at no minimum after {n} steps", steps, { share: percent(open), n: count(steps) }) : "",
      lost ? t("{share} diverge", { share: percent(lost) }) : "",
      map.unstarted ? t("{share} cannot start", { share: percent(map.unstarted) }) : "",
    ].filter(Boolean);
    say(this.words, t("Of {n} starts in this picture {ends}. Deep colour: many steps; pale: few.", { n: count(map.starts), ends: [arrived, ...others].join(", ") }));
    this.canvas.dataset.starts = String(map.starts);
    this.canvas.dataset.columns = String(map.asked.columns);
    this.canvas.dataset.window = JSON.stringify(map.asked.window);
  }

  leave() {
    this.follower.leave();
    this.canvas.remove();
  }
}
