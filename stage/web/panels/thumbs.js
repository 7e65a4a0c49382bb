/** On the track of the learning rate: a mark for each run that is not in focus, in its colour. Whoever takes hold of one has that run in focus. */

import { make } from "../base/dom.js";
import { number } from "../base/numbers.js";
import { t } from "../base/translate.js";

const STILL = 3; // px that a click may move
const ROOM = 0.75; // of a mark's width that the middles of two of them keep from each other
const STEPS = [0, -0.8, 0.8]; // of its width that a mark stands above or below the track, beside others at its rate

/**
 * Where marks stand above or below the track, so that those of nearly the same rate are seen beside each other.
 * @param {number[]} places in px along the track @param {number} taken where the thumb of the run in focus is @param {number} wide px of a mark @param {number} thumb px of that thumb
 * @returns {number[]} px below the track's middle
 */
export function spreadOver(places, taken, wide, thumb) {
  const laid = [];
  for (const x of places) {
    const steps = Math.abs(x - taken) < (thumb + wide) / 2 ? [-1, 1].map((way) => (way * (thumb + wide)) / 3) : STEPS.map((way) => way * wide);
    const free = steps.filter((y) => laid.every((other) => Math.hypot(x - other.x, y - other.y) >= ROOM * wide));
    laid.push({ x, y: free[0] ?? steps[laid.length % steps.length] });
  }
  return laid.map(({ y }) => y);
}

export class Thumbs {
  /** @param {any} stage @param {ReturnType<import("../input/controls.js").makeRate>} rate */
  constructor(stage, rate) {
    this.stage = stage;
    this.rate = rate;
    this.marks = []; // by lane
    this.held = null; // the lane under the hand
    this.root = make("div.lab-thumbs", { role: "group", "aria-label": t("Learning rates of the other runs"), hidden: true });
    rate.slider.after(this.root);
    this.size = { long: 0, wide: 0, thumb: 0 }; // px of the track, of a mark, and of the thumb in focus
    this.of = ""; // what the marks say
    new ResizeObserver(() => this.measure()).observe(this.root);
  }

  get shown() {
    const { hand, lanes } = this.stage;
    return !hand.shared && !lanes.isAlone && lanes.all.length > 1;
  }

  /** @param {any[]} tracks */
  show(tracks) {
    const of = this.shown ? tracks.map(({ lane, name, style, hidden, focus }) => [lane.rate, name, style.colour, hidden, focus]).join("|") : "";
    if (of === this.of) return;
    this.of = of;
    this.root.hidden = !this.shown;
    const focus = tracks.find((track) => track.focus);
    this.rate.slider.style.setProperty("--thumb-ink", this.shown ? focus.style.colour : "");
    if (!this.shown) return;
    while (this.marks.length < tracks.length) this.marks.push(this.makeMark(this.marks.length));
    this.marks.splice(tracks.length).forEach((mark) => mark.remove());
    tracks.forEach((track, i) => {
      const mark = this.marks[i];
      const { lane, name, style, hidden } = track;
      mark.hidden = hidden && !track.focus;
      mark.classList.toggle("lab-thumb-focus", track.focus); // not hidden: the pointer may hold it
      mark.dataset.rate = String(lane.rate);
      mark.style.setProperty("--ink-of", style.colour);
      mark.style.setProperty("--at", String(this.rate.placeOf(lane.rate)));
      const says = t("{name}: learning rate {rate}", { name, rate: number(lane.rate, 6) });
      if (mark.title !== says) {
        mark.title = says;
        mark.setAttribute("aria-label", t("{says}. Enter takes hold of it", { says }));
      }
    });
    this.turnTo(this.reachable.find((mark) => mark.tabIndex === 0) ?? this.reachable[0]);
    if (this.size.long) this.lay();
  }

  measure() {
    const mark = this.reachable[0];
    if (!mark) return;
    const thumb = Number.parseFloat(getComputedStyle(mark).getPropertyValue("--thumb"));
    this.size = { long: this.root.clientWidth, wide: mark.offsetWidth, thumb };
    this.lay();
  }

  /** Those that can be taken hold of, from the lowest rate to the highest. */
  get reachable() {
    const others = this.marks.filter((mark) => !mark.hidden && !mark.classList.contains("lab-thumb-focus"));
    return others.sort((a, b) => Number(a.dataset.rate) - Number(b.dataset.rate));
  }

  /** One of the marks is where Tab stops. @param {HTMLElement | undefined} mark */
  turnTo(mark) {
    for (const one of this.marks) one.tabIndex = one === mark ? 0 : -1;
  }

  lay() {
    const { long, wide, thumb } = this.size;
    const others = this.reachable;
    const place = (rate) => this.rate.placeOf(rate) * (long - thumb);
    const over = spreadOver(others.map(({ dataset }) => place(Number(dataset.rate))), place(this.stage.focused.rate), wide, thumb);
    others.forEach((mark, i) => mark.style.setProperty("--over", `${over[i].toFixed(1)}px`));
  }

  makeMark(lane) {
    const mark = make("button.lab-thumb", { type: "button", tabindex: -1 });
    mark.addEventListener("pointerdown", (event) => this.press(event, mark, lane));
    mark.addEventListener("pointermove", (event) => this.move(event, lane));
    for (const kind of ["pointerup", "pointercancel"]) mark.addEventListener(kind, () => this.lift(lane));
    mark.addEventListener("keydown", (event) => this.key(event, mark, lane));
    this.root.append(mark);
    return mark;
  }

  press(event, mark, lane) {
    if (event.button !== 0) return;
    event.preventDefault();
    mark.setPointerCapture(event.pointerId);
    this.held = lane;
    this.from = event.clientX;
    this.moved = false;
    this.stage.hand.grab();
    this.stage.hand.setFocus(lane);
  }

  move(event, lane) {
    if (this.held !== lane || (!this.moved && Math.abs(event.clientX - this.from) < STILL)) return;
    this.moved = true;
    const box = this.root.getBoundingClientRect();
    const place = (event.clientX - box.left - this.size.thumb / 2) / (box.width - this.size.thumb);
    this.stage.hand.setRate(this.rate.valueAt(Math.max(0, Math.min(1, place))));
  }

  lift(lane) {
    if (this.held !== lane) return;
    this.held = null;
    this.stage.hand.release();
    this.rate.slider.focus({ preventScroll: true });
  }

  key(event, mark, lane) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const others = this.reachable;
    const at = others.indexOf(mark);
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (way) {
      const next = others[(at + way + others.length) % others.length];
      this.turnTo(next);
      next.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      this.stage.hand.setFocus(lane);
      this.rate.slider.focus({ preventScroll: true });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
