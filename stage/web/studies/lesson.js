/** A lesson's picture: until its question is answered no path to come is shown, and a place is predicted with a mark. */

import { make, say } from "../base/dom.js";
import { t } from "../base/translate.js";

const NUDGE = 0.01; // of the ground's smaller side, for one press of an arrow key
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** A run as it is known before its first step. @param {import("../wire/frame.js").Result} result */
export function withoutFuture(result) {
  const first = ({ data, columns }) => ({ data: data.subarray(0, columns), rows: 1, columns });
  const arrays = Object.entries(result).filter(([, value]) => value?.data).map(([name, matrix]) => [name, name === "rates" ? matrix : first(matrix)]);
  return { ...result, ...Object.fromEntries(arrays), outcome: { kind: "budget", step: 0, sentence: "", fate: "", arrived: false, growth: null } };
}

export class LessonPicture {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.mark = null; // [x, y], once the learner has said where
    this.played = null;
    this.name = make("span.lab-mark-name", {});
    this.pin = make("button.lab-mark", { type: "button", role: "slider", "aria-valuemin": 0, "aria-valuemax": 1, hidden: true }, this.name);
    const { root } = stage.picture;
    root.append(this.pin);
    const put = (event) => this.put(event);
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) root.addEventListener(kind, put, { capture: true });
    this.pin.addEventListener("keydown", (event) => this.nudge(event));
    this.pin.addEventListener("keyup", () => this.settle());
  }

  get asks() {
    const { lesson } = this.stage.data ?? {};
    return Boolean(lesson?.veiled) && lesson.asks === "place";
  }

  /** Streamlit's word. */
  hear({ lesson }, first) {
    const { stage } = this;
    const { root } = stage;
    const name = lesson.pin ?? t("your prediction");
    say(this.name, name);
    this.pin.setAttribute("aria-label", `${name[0].toUpperCase()}${name.slice(1)}`);
    root.toggleAttribute("data-veiled", Boolean(lesson.veiled));
    root.dataset.panels = lesson.panels.join(" ");
    // While the question is open Streamlit only repeats what it was told, and may be a few keys behind.
    if (lesson.picture !== this.shown || !lesson.veiled || !this.mark) this.mark = lesson.mark;
    this.shown = lesson.picture; // by which Streamlit knows a late word about the one before
    if (lesson.play !== null && lesson.play !== this.played) this.waiting = true;
    this.played = lesson.play;
    // On a page that is opened the film starts when the map is there.
    if (this.waiting && !first) this.answered();
  }

  /** The runs are there: the film that waits for them starts. */
  answered() {
    const { stage } = this;
    const { playback } = stage;
    if (!this.waiting || stage.data.lesson.veiled || !playback.length) return;
    this.waiting = false;
    playback.playThrough();
  }

  /** What Streamlit is told besides. */
  commits() {
    return { picture: this.shown, ...(this.mark && this.asks ? { mark: this.mark } : {}) };
  }

  put(event) {
    const { picture } = this.stage;
    if (!this.asks || !picture.view || event.target.closest("button:not(.lab-mark)") || picture.view.block) return;
    if (event.type === "pointerdown" && event.button !== 0) return;
    if (event.type === "pointermove" && !this.held) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const box = picture.root.getBoundingClientRect();
    if (event.type === "pointerdown") {
      this.held = true;
      picture.root.setPointerCapture(event.pointerId);
    }
    if (this.held && event.type !== "pointercancel") this.move(picture.view.unproject(event.clientX - box.left, event.clientY - box.top));
    if (event.type === "pointerup" || event.type === "pointercancel") {
      this.held = false;
      this.pin.focus({ preventScroll: true });
      this.settle();
    }
  }

  nudge(event) {
    const way = KEYS[event.key];
    const { view } = this.stage.picture;
    if (!way || !this.asks || !view || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [[x0, x1], [y0, y1]] = view.ground;
    const reach = Math.min(x1 - x0, y1 - y0) * NUDGE * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
    const [x, y] = this.mark ?? [(x0 + x1) / 2, (y0 + y1) / 2];
    this.move([x + way[0] * reach, y + way[1] * reach]);
  }

  move([x, y]) {
    const [[x0, x1], [y0, y1]] = this.stage.picture.view.ground;
    this.mark = [Math.min(x1, Math.max(x0, x)), Math.min(y1, Math.max(y0, y))];
    this.moved = true;
    this.refresh();
  }

  settle() {
    if (!this.moved) return;
    this.moved = false;
    this.stage.data.deck?.marked?.(this.mark);
    this.stage.commit();
  }

  refresh() {
    const { picture } = this.stage;
    const { pin, mark } = this;
    const { lesson } = this.stage.data;
    pin.hidden = lesson.asks !== "place" || !picture.view || Boolean(picture.view.block) || !(this.asks || mark);
    if (pin.hidden) return;
    pin.disabled = !this.asks;
    pin.classList.toggle("lab-mark-open", !mark);
    const [[x0, x1], [y0, y1]] = picture.view.ground;
    const at = mark ?? [(x0 + x1) / 2, (y0 + y1) / 2];
    const [px, py] = picture.view.project(...at);
    pin.style.translate = `${px}px ${py}px`;
    const [x, y] = at.map((value) => Number(value.toPrecision(3)));
    pin.setAttribute("aria-valuenow", String(x));
    pin.setAttribute("aria-valuetext", mark ? t("x {x}, y {y}. Arrow keys move it.", { x, y }) : t("Not placed yet. Arrow keys move it."));
  }

  again() {}

  leave() {
    this.pin.remove();
  }
}
