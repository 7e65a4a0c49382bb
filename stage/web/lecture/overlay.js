/** What a lecturer lays over the projector's picture: a laser dot, ink that fades, and the dark. */

import { make } from "../base/dom.js";
import { sharpness } from "../base/sharpness.js";
import { Strokes } from "./strokes.js";

const [WIDTH, DOT] = [7, 11]; // px at 1080 lines
const COLOUR = "#E0322B";

export class Overlay {
  constructor() {
    this.canvas = make("canvas.lab-deck-ink", { "aria-hidden": "true", hidden: true });
    this.dark = make("div.lab-deck-dark", { hidden: true });
    this.strokes = new Strokes();
    this.mode = null; // or "ink", "laser"
    this.at = null;
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel", "lostpointercapture", "pointerleave"]) this.canvas.addEventListener(kind, (event) => this.hear(event));
  }

  get nodes() {
    return [this.canvas, this.dark];
  }

  /** @param {"ink" | "laser"} mode on, or off if it is on @returns {"ink" | "laser" | null} */
  turn(mode) {
    this.mode = this.mode === mode ? null : mode;
    this.at = null;
    this.strokes.lift(performance.now());
    this.canvas.dataset.mode = this.mode ?? "";
    this.wake();
    return this.mode;
  }

  clear() {
    this.strokes.clear();
    this.wake();
  }

  darken(on) {
    this.dark.hidden = !on;
  }

  hear(event) {
    if (!this.mode) return;
    event.preventDefault();
    this.at = event.type === "pointerleave" ? null : [event.clientX, event.clientY];
    if (this.mode === "ink") {
      if (event.type === "pointerdown") this.canvas.setPointerCapture(event.pointerId);
      this.strokes.hear(event.type, event.pointerId, [event.clientX, event.clientY], performance.now());
    }
    this.wake();
  }

  wake() {
    this.canvas.hidden = !this.mode && !this.strokes.all.length;
    this.canvas.style.pointerEvents = this.mode ? "auto" : "none";
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = null;
    const { canvas } = this;
    const shown = this.strokes.shown(performance.now());
    const sharp = sharpness();
    [canvas.width, canvas.height] = [window.innerWidth * sharp, window.innerHeight * sharp];
    const pen = canvas.getContext("2d");
    const unit = window.innerHeight / 1080;
    pen.scale(sharp, sharp);
    pen.strokeStyle = COLOUR;
    pen.fillStyle = COLOUR;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.lineWidth = Math.max(3, WIDTH * unit);
    for (const { points, left } of shown) {
      pen.globalAlpha = left;
      pen.beginPath();
      for (const [x, y] of points) pen.lineTo(x, y);
      pen.stroke();
    }
    pen.globalAlpha = 1;
    if (this.mode === "laser" && this.at) {
      pen.shadowColor = COLOUR;
      pen.shadowBlur = 20;
      pen.beginPath();
      pen.arc(...this.at, Math.max(5, DOT * unit), 0, 2 * Math.PI);
      pen.fill();
    }
    if (this.strokes.fading) this.wake();
    else canvas.hidden = !this.mode && !shown.length;
  }

  leave() {
    cancelAnimationFrame(this.frame);
    for (const node of this.nodes) node.remove();
  }
}
