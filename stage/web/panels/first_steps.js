/** What a first-time visitor may try, one thing after the other, over the picture: each goes once it was done, for good. */

import { glyph, make, say } from "../base/dom.js";
import { t } from "../base/translate.js";

const KEY = "descent-lab-first-steps"; // in the browser's memory: those that were done
const COARSE = "(pointer: coarse)"; // a finger taps, and has no Space

const STEPS = [
  { name: "start", fine: t("Drag the start: the paths answer"), coarse: t("Tap the map: the descent starts there") },
  { name: "play", fine: t("Press Space to watch the descent"), coarse: t("Tap ▶ to watch the descent") },
  { name: "rate", fine: t("Now change the learning rate, below"), coarse: t("Now change the learning rate, below") },
];

const memory = {
  get: () => { try { return localStorage.getItem(KEY) ?? ""; } catch { return ""; } },
  set: (text) => { try { localStorage.setItem(KEY, text); } catch { /* a window that keeps nothing */ } },
};

export class FirstSteps {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.done = new Set(memory.get().split(" "));
    this.words = make("span", { role: "status" });
    this.count = make("span.lab-first-count", { "aria-hidden": "true" });
    this.close = make("button.lab-icon", { type: "button", title: t("No more hints"), "aria-label": t("No more hints"), onclick: () => this.end() }, glyph("close"));
    this.root = make("div.lab-first", { hidden: true }, this.count, this.words, this.close);
    // In a frame on somebody's page the picture is an illustration.
    if (window.top === window && this.next) stage.picture.root.append(this.root);
  }

  /** The first that was not done yet. */
  get next() {
    return STEPS.find(({ name }) => !this.done.has(name));
  }

  /** What the hand has set differs from Streamlit's word until that has heard of it. */
  refresh() {
    if (!this.root.isConnected) return;
    const { scene, data, focused, playback } = this.stage;
    const before = data.scene.lanes[scene.focus];
    if (String(scene.start) !== String(data.scene.start)) this.did("start");
    if (before && focused.optimizer === before.optimizer && focused.rate !== before.rate) this.did("rate");
    if (playback.playing) this.did("play");
    const { next } = this;
    if (!next) {
      this.root.remove();
      return;
    }
    this.root.hidden = false;
    say(this.count, t("{n} of {all}", { n: STEPS.indexOf(next) + 1, all: STEPS.length }));
    say(this.words, next[window.matchMedia(COARSE).matches ? "coarse" : "fine"]);
  }

  /** @param {string} name */
  did(name) {
    if (this.done.has(name)) return;
    this.done.add(name);
    memory.set([...this.done].filter(Boolean).join(" "));
  }

  end() {
    for (const { name } of STEPS) this.did(name);
    this.root.remove();
    this.stage.picture.root.focus({ preventScroll: true });
  }

  again() {}

  leave() {
    this.root.remove();
  }
}
