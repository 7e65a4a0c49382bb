/** A board on which a visitor draws the points that networks learn: a click adds one, a drag moves one, Delete takes one away. */

import { make, say } from "./base/dom.js";
import { styled } from "./base/loading.js";
import { count, number } from "./base/numbers.js";
import { t } from "./base/translate.js";
import { marksOf, roundStep } from "./draw/axes.js";
import { NEAR, REST, STILL, STRIDE, WAYS, roundedTo } from "./studies/points.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [44, 10, 10, 26]; // px around what the points lie in
const DOT = 5.5; // px
const APART = 56; // px between two numbers of an axis
const ROOM = 0.12; // of the points' range, on each side
const USUAL = [-2, 2]; // where there is no point yet

/**
 * @typedef {{x: number, y: number, c: number}} Drawn a point; c is its class, which on a line nobody asks for
 * @typedef {{base: string, name: string, kind: string, classes: boolean, names: string[], points: number[][], revision: number, fewest: number, most: number, colours: string[]}} Data
 */

/** @type {WeakMap<HTMLElement, PointBoard>} */
const boards = new WeakMap();

/** Called again whenever Streamlit has new data. */
export async function show({ parentElement, data, setStateValue }) {
  let board = boards.get(parentElement);
  if (!board) {
    board = new PointBoard(parentElement);
    boards.set(parentElement, board);
  }
  board.update(data, setStateValue);
  await styled;
}

export function leave(parentElement) {
  boards.get(parentElement)?.leave();
  boards.delete(parentElement);
}

/** An element of a drawing. @param {string} name @param {Record<string, any>} attributes @param {...(Node | string)} children */
function drawn(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

const circle = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
const diamond = (x, y, r) => `M${x - r} ${y}L${x} ${y - r}L${x + r} ${y}L${x} ${y + r}z`;
const MARKS = [circle, (x, y, r) => diamond(x, y, 1.3 * r)];

class PointBoard {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    /** @type {Drawn[]} */
    this.points = [];
    this.aside = {}; // the points of the kind that is not drawn
    this.name = null;
    this.revision = 0;
    this.class = 0;
    this.chosen = null;
    this.held = false;
    this.svg = drawn("svg", { class: "lab-board-plane", tabindex: 0, role: "application", "aria-label": t("Points to learn") });
    const kinds = { plane: t("Two classes, two inputs"), line: t("Numbers, one input") };
    this.kinds = make("select", { "aria-label": t("What is drawn"), onchange: () => this.turn(this.kinds.value) },
      ...Object.entries(kinds).map(([kind, says]) => make("option", { value: kind }, says)));
    this.classes = [0, 1].map((label) => make("button.lab-board-class", { type: "button", onclick: () => this.pickClass(label) },
      this.swatch(label), t("Class {label}", { label })));
    this.picker = make("div.lab-board-classes", { role: "group", "aria-label": t("Class of the next point") }, ...this.classes);
    this.remove = make("button.lab-board-button", { type: "button", onclick: () => this.drop() }, t("Remove this point"));
    this.other = make("button.lab-board-button", { type: "button", onclick: () => this.flip() }, t("Other class"));
    this.empty = make("button.lab-board-button", { type: "button", onclick: () => this.clear() }, t("Start empty"));
    this.hint = make("p.lab-board-hint", { "aria-live": "polite" });
    this.fault = make("p.lab-board-fault", { role: "status" });
    const keys = make("p.lab-board-keys", {}, t("Keys: Page Up and Down choose a point, arrows move it, Space turns its class, Enter adds one, Delete removes it."));
    parent.replaceChildren(make("div.lab-board-draw", {}, this.svg,
      make("div.lab-board-side", {}, this.kinds, this.picker, this.hint, make("div.lab-board-row", {}, this.remove, this.other, this.empty), this.fault, keys)));
    const { svg } = this;
    svg.addEventListener("pointerdown", (event) => this.press(event));
    svg.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) svg.addEventListener(kind, (event) => this.lift(event, kind === "pointercancel"));
    svg.addEventListener("keydown", (event) => this.key(event));
    svg.addEventListener("blur", () => this.flush());
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(svg);
  }

  swatch(label) {
    return drawn("svg", { class: `lab-board-${label}`, width: 16, height: 16, "aria-hidden": "true" }, drawn("path", { d: MARKS[label](8, 8, 5) }));
  }

  /** @param {Data} data @param {(name: string, value: any) => void} setStateValue */
  update(data, setStateValue) {
    this.data = data;
    this.setStateValue = setStateValue;
    data.colours.forEach((colour, label) => this.svg.parentElement.style.setProperty(`--class-${label}`, colour));
    const heard = data.revision >= this.revision && !this.held && !this.resting;
    this.revision = Math.max(this.revision, data.revision);
    // Another table than the one that was told: pasted, taken back, or of a link. What the hand has done since stays.
    if (heard && data.name !== this.name) this.take(data);
    this.name = heard ? data.name : this.name;
    this.refresh();
  }

  take({ kind, classes, points }) {
    const now = points.map(([x, y, c]) => ({ x, y, c }));
    if (this.kind === kind && JSON.stringify(now) === JSON.stringify(this.points)) return;
    this.kind = kind;
    this.steps = kind === "line" && classes; // its targets are heights of 0 and 1
    this.points = now;
    this.chosen = null;
    this.frame();
  }

  /** Room for all points: it is looked for when they come, and stands still while a hand moves one. */
  frame() {
    const around = (values) => {
      if (!values.length) return USUAL;
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const room = ROOM * (high - low) || 1;
      return [low - room, high + room];
    };
    this.x = around(this.points.map(({ x }) => x));
    this.y = this.steps ? [-ROOM, 1 + ROOM] : around(this.points.map(({ y }) => y));
  }

  get plane() {
    return this.kind === "plane";
  }

  /** Draw the other kind: what was drawn of it before comes back. */
  turn(kind) {
    this.aside[this.kind] = { points: this.points, steps: this.steps };
    const { points, steps } = this.aside[kind] ?? { points: [], steps: false };
    Object.assign(this, { kind, points, steps });
    this.chosen = null;
    this.frame();
    this.changed();
  }

  pickClass(label) {
    this.class = label;
    this.refresh();
  }

  /** The chosen point is of the other class. */
  flip() {
    if (this.chosen === null || !this.plane) return;
    this.points[this.chosen].c = 1 - this.points[this.chosen].c;
    this.changed();
  }

  /** What keeps the points from being learned; "" for nothing. */
  wants() {
    const { points, plane, data } = this;
    if (points.length < data.fewest) return t("Not learned yet: {n} of at least {fewest} points.", { n: count(points.length), fewest: count(data.fewest) });
    if (plane && new Set(points.map(({ c }) => c)).size < 2) return t("Not learned yet: both classes are needed.");
    if (!plane && points.every(({ y }) => y === points[0].y)) return t("Not learned yet: points of two heights are needed.");
    return "";
  }

  /** The points are others now. @param {boolean} [soon] whether more may follow at once: they are told together */
  changed(soon = false) {
    clearTimeout(this.resting);
    this.resting = soon ? setTimeout(() => this.tell(), REST) : null;
    if (!soon) this.tell();
    this.refresh();
  }

  flush() {
    if (!this.resting) return;
    clearTimeout(this.resting);
    this.tell();
  }

  tell() {
    this.resting = null;
    if (this.wants()) return;
    this.revision += 1;
    this.setStateValue("drawn", { revision: this.revision, kind: this.kind, classes: this.steps, points: this.points.map(({ x, y, c }) => [x, y, c]) });
  }

  refresh() {
    const { points, chosen, plane, data } = this;
    if (!data) return;
    this.kinds.value = this.kind;
    this.picker.hidden = !plane;
    this.classes.forEach((button, label) => button.setAttribute("aria-pressed", String(label === this.class)));
    this.remove.disabled = this.other.disabled = chosen === null;
    this.other.hidden = !plane;
    this.empty.disabled = !points.length;
    const what = chosen === null ? t("Click adds a point, drag moves one") : t("Point {n}: {x}, {y}", { n: count(chosen + 1), x: number(points[chosen].x, 4), y: number(points[chosen].y, 4) });
    say(this.hint, what);
    say(this.fault, this.wants());
    this.svg.setAttribute("aria-label", t("{n} points to learn. {what}", { n: count(points.length), what }));
    this.draw();
  }

  get size() {
    return [this.svg.clientWidth, this.svg.clientHeight];
  }

  across(x) {
    return LEFT + ((x - this.x[0]) / (this.x[1] - this.x[0])) * (this.size[0] - LEFT - RIGHT);
  }

  up(y) {
    return TOP + ((this.y[1] - y) / (this.y[1] - this.y[0])) * (this.size[1] - TOP - BOTTOM);
  }

  draw() {
    const [width, height] = this.size;
    if (!this.data || !width) return;
    const { points, plane } = this;
    const [right, low] = [width - RIGHT, height - BOTTOM];
    const marks = (side, long) => marksOf(side, roundStep((APART * (side[1] - side[0])) / long));
    const parts = [drawn("rect", { class: "lab-board-paper", x: LEFT, y: TOP, width: right - LEFT, height: low - TOP })];
    for (const x of marks(this.x, right - LEFT)) {
      parts.push(drawn("path", { class: "lab-board-line", d: `M${this.across(x)} ${TOP}V${low}` }));
      parts.push(drawn("text", { x: this.across(x), y: low + 15, "text-anchor": "middle" }, number(x, 6)));
    }
    for (const y of this.steps ? [0, 1] : marks(this.y, low - TOP)) {
      parts.push(drawn("path", { class: "lab-board-line", d: `M${LEFT} ${this.up(y)}H${right}` }));
      parts.push(drawn("text", { x: LEFT - 6, y: this.up(y) + 4, "text-anchor": "end" }, number(y, 6)));
    }
    for (const label of [0, 1]) {
      const d = points.filter((point) => this.labelOf(point) === label).map(({ x, y }) => MARKS[label](this.across(x), this.up(y), DOT)).join("");
      parts.push(drawn("path", { class: `lab-board-${label}`, d }));
    }
    if (this.chosen !== null) {
      const { x, y } = points[this.chosen];
      parts.push(drawn("path", { class: "lab-board-ring", d: circle(this.across(x), this.up(y), 2.2 * DOT) }));
    }
    const [first, second] = plane || this.data.kind === "line" ? this.data.names : ["", ""];
    parts.push(drawn("text", { x: right, y: low - 7, "text-anchor": "end", class: "lab-board-name" }, first ?? ""));
    parts.push(drawn("text", { x: LEFT + 7, y: TOP + 16, class: "lab-board-name" }, second ?? ""));
    this.svg.replaceChildren(...parts);
  }

  labelOf({ y, c }) {
    return this.plane ? c : this.steps ? y : 0;
  }

  /** What a hand means at a place in px. @returns {{x: number, y: number}} */
  at(event) {
    const box = this.svg.getBoundingClientRect();
    const [width, height] = this.size;
    const x = this.x[0] + ((event.clientX - box.left - LEFT) / (width - LEFT - RIGHT)) * (this.x[1] - this.x[0]);
    const y = this.y[1] - ((event.clientY - box.top - TOP) / (height - TOP - BOTTOM)) * (this.y[1] - this.y[0]);
    return this.rounded(x, y);
  }

  rounded(x, y) {
    return { x: roundedTo(x, this.x[1] - this.x[0]), y: this.steps ? Number(y > 0.5) : roundedTo(y, this.y[1] - this.y[0]) };
  }

  press(event) {
    if (event.button !== 0) return;
    const box = this.svg.getBoundingClientRect();
    let [nearest, least] = [null, NEAR];
    this.points.forEach(({ x, y }, i) => {
      const far = Math.hypot(this.across(x) - event.clientX + box.left, this.up(y) - event.clientY + box.top);
      if (far <= least) [nearest, least] = [i, far];
    });
    this.from = [event.clientX, event.clientY];
    this.pressed = true;
    this.svg.setPointerCapture(event.pointerId);
    this.svg.focus({ preventScroll: true });
    this.chosen = nearest;
    this.refresh();
  }

  move(event) {
    if (!this.pressed || this.chosen === null) return;
    if (!this.held && this.far(event) < STILL) return;
    this.held = true;
    Object.assign(this.points[this.chosen], this.at(event));
    this.refresh();
  }

  far(event) {
    return Math.hypot(event.clientX - this.from[0], event.clientY - this.from[1]);
  }

  lift(event, lost) {
    if (!this.pressed) return;
    this.pressed = false;
    if (this.held) {
      this.held = false;
      this.changed();
    } else if (!lost && this.chosen === null && this.far(event) < STILL) this.add(this.at(event));
  }

  add(place) {
    if (this.points.length >= this.data.most) {
      say(this.fault, t("Points are drawn up to {most}. Remove one first.", { most: count(this.data.most) }));
      return;
    }
    this.points.push({ ...place, c: this.class });
    this.chosen = this.points.length - 1;
    this.changed(true);
  }

  drop() {
    if (this.chosen === null) return;
    this.points.splice(this.chosen, 1);
    this.chosen = null;
    this.changed();
    this.svg.focus({ preventScroll: true });
  }

  clear() {
    this.points = [];
    this.chosen = null;
    this.frame();
    this.changed();
    this.svg.focus({ preventScroll: true });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { points } = this;
    const way = WAYS[event.key];
    if (event.key === "PageDown" || event.key === "PageUp") {
      if (!points.length) return;
      const step = event.key === "PageDown" ? 1 : -1;
      this.chosen = this.chosen === null ? 0 : (this.chosen + step + points.length) % points.length;
      this.refresh();
    } else if ((event.key === "Delete" || event.key === "Backspace") && this.chosen !== null) this.drop();
    else if (event.key === " ") this.flip();
    else if (event.key === "Insert" || event.key === "Enter") this.add(this.rounded((this.x[0] + this.x[1]) / 2, (this.y[0] + this.y[1]) / 2));
    else if (way && this.chosen !== null) this.nudge(way, event.shiftKey ? 10 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  nudge([right, up], presses) {
    const point = this.points[this.chosen];
    const x = point.x + (right * presses * (this.x[1] - this.x[0])) / STRIDE;
    const y = this.steps ? (up ? Number(up > 0) : point.y) : point.y + (up * presses * (this.y[1] - this.y[0])) / STRIDE;
    Object.assign(point, this.rounded(x, y));
    this.changed(true);
  }

  leave() {
    clearTimeout(this.resting);
    this.sizes.disconnect();
  }
}
