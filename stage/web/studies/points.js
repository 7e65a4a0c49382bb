/** A visitor's own points under the hand: a click adds one, a drag moves one, and the surface follows; Delete takes one away. */

import { make, say } from "../base/dom.js";
import { count, number } from "../base/numbers.js";
import { t } from "../base/translate.js";

export const NEAR = 16; // px from a point within which it is meant
export const STILL = 4; // px that a click may move
const DIGITS = 3; // of the axis' range, that a hand can mean
const FEWEST = 2;
const MOST = 200; // points that a link carries, and so that are moved
export const STRIDE = 100; // presses of an arrow across the picture
export const REST = 400; // ms after the last press of a key before Streamlit hears of it
export const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @typedef {{inputs: number[], targets: number[], scaled: boolean, classes: boolean, key: string}} Own the points as they are in the table, and
 *   the surface's text form up to them
 */

export class Points {
  /** @param {any} stage @param {HTMLCanvasElement} canvas @param {() => {across: (x: number) => number, up: (y: number) => number, x: number[], y: number[]} | null} axes */
  constructor(stage, canvas, axes) {
    this.stage = stage;
    this.canvas = canvas;
    this.axes = axes;
    this.chosen = null;
    this.held = false;
    this.remove = make("button.lab-text", { type: "button", hidden: true, onclick: () => this.drop() }, t("remove this point"));
    this.hint = make("span.lab-aside-note", {});
    this.root = make("div.lab-points", { hidden: true }, this.hint, this.remove);
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, (event) => this.lift(event, kind === "pointercancel"));
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** @returns {Own | null} of the model that is shown, where its points may be moved */
  get own() {
    const own = this.stage.data?.surface.model?.own ?? null;
    return own && own.inputs.length <= MOST ? own : null;
  }

  refresh() {
    const { own, canvas } = this;
    const editable = Boolean(own);
    this.root.hidden = !editable;
    canvas.classList.toggle("lab-editable", editable);
    if (editable) canvas.tabIndex = 0;
    else canvas.removeAttribute("tabindex");
    if (!own) this.chosen = null;
    else if (this.chosen !== null && this.chosen >= own.inputs.length) this.chosen = null;
    this.remove.hidden = this.chosen === null || !own || own.inputs.length <= FEWEST;
    say(this.hint, this.chosen === null || !own ? t("Click adds a point, drag moves one") : t("Point {n}: {x}, {y}", { n: count(this.chosen + 1), x: number(own.inputs[this.chosen], 4), y: number(own.targets[this.chosen], 4) }));
  }

  /** What the model makes of an input: shifted and scaled, where the inputs are standardised. */
  seen(input) {
    const { shift, scale } = scaling(this.own);
    return (input - shift) / scale;
  }

  /** The place in px of a point. */
  placeOf(i) {
    const { across, up } = this.axes();
    return [across(this.seen(this.own.inputs[i])), up(this.own.targets[i])];
  }

  /** The numbers at a place in px, as many digits as a hand can mean. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const { across, up, x, y } = this.axes();
    const along = (px, map, [low, high]) => low + ((px - map(low)) / (map(high) - map(low))) * (high - low);
    const { shift, scale } = scaling(this.own);
    const input = along(event.clientX - box.left, across, x) * scale + shift;
    const target = along(event.clientY - box.top, up, y);
    return this.rounded([input, target], [(x[1] - x[0]) * scale, y[1] - y[0]]);
  }

  rounded([input, target], [wide, high]) {
    return [roundedTo(input, wide), this.own.classes ? (target > 0.5 ? 1 : 0) : roundedTo(target, high)];
  }

  press(event) {
    if (!this.own || !this.axes() || event.button !== 0) return;
    const box = this.canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    let nearest = null;
    let least = NEAR;
    for (let i = 0; i < this.own.inputs.length; i += 1) {
      const [x, y] = this.placeOf(i);
      const far = Math.hypot(x - px, y - py);
      if (far <= least) [nearest, least] = [i, far];
    }
    this.from = [event.clientX, event.clientY];
    this.pressed = true;
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.focus({ preventScroll: true });
    this.chosen = nearest;
    this.refresh();
    this.stage.repaint();
  }

  move(event) {
    if (!this.pressed || this.chosen === null) return;
    const far = Math.hypot(event.clientX - this.from[0], event.clientY - this.from[1]);
    if (!this.held && far < STILL) return;
    if (!this.held) {
      this.held = true;
      this.stage.hand.grab();
      this.frozen = this.axes(); // the axes stand still while a point moves
    }
    this.put(this.chosen, this.at(event));
  }

  lift(event, lost) {
    if (!this.pressed) return;
    this.pressed = false;
    if (this.held) {
      this.held = false;
      this.frozen = null;
      this.stage.hand.release();
    } else if (!lost && this.chosen === null && Math.hypot(event.clientX - this.from[0], event.clientY - this.from[1]) < STILL) this.add(this.at(event));
  }

  key(event) {
    const { own } = this;
    if (!own || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (event.key === "PageDown" || event.key === "PageUp") {
      const step = event.key === "PageDown" ? 1 : -1;
      this.chosen = this.chosen === null ? 0 : (this.chosen + step + own.inputs.length) % own.inputs.length;
    } else if ((event.key === "Delete" || event.key === "Backspace") && this.chosen !== null) this.drop();
    else if (event.key === "Insert" || event.key === "Enter") {
      const { x, y } = this.axes();
      const { shift, scale } = scaling(own);
      this.add(this.rounded([((x[0] + x[1]) / 2) * scale + shift, (y[0] + y[1]) / 2], [(x[1] - x[0]) * scale, y[1] - y[0]]));
    } else if (way && this.chosen !== null) this.nudge(way, event.shiftKey ? 10 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.refresh();
    this.stage.repaint();
  }

  nudge([right, up], presses) {
    const { own, chosen } = this;
    const { x, y } = this.axes();
    const { scale } = scaling(own);
    const [wide, high] = [(x[1] - x[0]) * scale, y[1] - y[0]];
    const target = own.classes ? (up ? (up > 0 ? 1 : 0) : own.targets[chosen]) : own.targets[chosen] + (up * presses * high) / STRIDE;
    this.byKey(() => this.put(chosen, this.rounded([own.inputs[chosen] + (right * presses * wide) / STRIDE, target], [wide, high])));
  }

  /** As a hand that holds something, until no key has been pressed for a while. */
  byKey(act) {
    clearTimeout(this.resting);
    if (!this.stage.hand.busy) this.stage.hand.grab();
    act();
    this.resting = setTimeout(() => this.stage.hand.release(), REST);
  }

  put(i, [input, target]) {
    const { own } = this;
    own.inputs[i] = input;
    own.targets[i] = target;
    this.changed();
  }

  add([input, target]) {
    const { own } = this;
    if (own.inputs.length >= MOST) {
      this.stage.complain(t("Points are drawn up to {most}, as many as a link carries. Remove one first.", { most: MOST }));
      return;
    }
    this.stage.hand.grab();
    own.inputs.push(input);
    own.targets.push(target);
    this.chosen = own.inputs.length - 1;
    this.changed();
    this.stage.hand.release();
  }

  drop() {
    const { own, chosen } = this;
    if (!own || chosen === null || own.inputs.length <= FEWEST) return;
    this.stage.hand.grab();
    own.inputs.splice(chosen, 1);
    own.targets.splice(chosen, 1);
    this.chosen = null;
    this.changed();
    this.stage.hand.release();
    this.canvas.focus({ preventScroll: true });
  }

  /** The surface is another one now: all that stands on it follows. */
  changed() {
    const { own, stage } = this;
    const { scene, data } = stage;
    // The part of the plane that is shown stands still: it is the valley that moves.
    scene.window = data.scene.window = scene.window ?? data.surface.window;
    if (scene.batch_size !== null && scene.batch_size > own.inputs.length) scene.batch_size = null;
    scene.landscape = `${own.key}points=${own.inputs.map(String).join(",")}*${own.targets.map(String).join(",")}`;
    const { model } = data.surface;
    model.inputs = own.inputs.map((input) => this.seen(input));
    model.targets = [...own.targets];
    stage.hand.changed();
    stage.parameters.living.moved();
    this.refresh();
    stage.repaint();
  }

  leave() {
    clearTimeout(this.resting);
  }
}

/** A number with as many digits as a hand can mean on an axis of that range. @param {number} value @param {number} range */
export function roundedTo(value, range) {
  return Number(value.toFixed(Math.max(0, Math.min(15, DIGITS - Math.floor(Math.log10(range || 1))))));
}

/** What is subtracted from an input, and what it is divided by. @param {Own} own */
function scaling({ inputs, scaled }) {
  if (!scaled) return { shift: 0, scale: 1 };
  const shift = inputs.reduce((sum, value) => sum + value, 0) / inputs.length;
  const scale = Math.sqrt(inputs.reduce((sum, value) => sum + (value - shift) ** 2, 0) / inputs.length);
  return { shift, scale: scale > 0 ? scale : 1 };
}
