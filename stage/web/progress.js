/**
 * What a learner has done: kept in this browser and told to nobody. In the list of lessons it marks those that are done
 * and leads to the next one.
 */

import { glyph, make, say } from "./base/dom.js";
import { styled } from "./base/loading.js";

const KEY = "descent-lab-lessons"; // in the browser's memory: the keys of lessons that are done, separated by spaces

const memory = {
  get: () => { try { return localStorage.getItem(KEY) ?? ""; } catch { return ""; } },
  set: (done) => { try { localStorage.setItem(KEY, done); } catch { /* a window that keeps nothing */ } },
};

/** @type {WeakMap<HTMLElement, Progress>} */
const shown = new WeakMap();

/** Called again whenever Streamlit has new data. */
export async function show({ parentElement, data }) {
  await styled;
  if (!shown.has(parentElement)) shown.set(parentElement, new Progress(parentElement));
  shown.get(parentElement).update(data);
}

export function leave(parentElement) {
  shown.get(parentElement)?.leave();
  shown.delete(parentElement);
}

class Progress {
  constructor(parent) {
    this.sheet = make("style", {});
    this.words = make("span", {});
    this.button = make("button.lab-go-on", { type: "button", onclick: () => this.goOn() }, this.words, glyph("arrow_forward"));
    this.count = make("p.lab-done", {});
    this.root = make("div.lab-learned", { hidden: true }, this.button, this.count);
    parent.replaceChildren(this.sheet, this.root);
  }

  update({ lessons, done, go_on: goesOn }) {
    const known = memory.get().split(" ").filter((key) => lessons.includes(key));
    if (done && !known.includes(done)) {
      known.push(done);
      memory.set(known.join(" "));
    }
    this.next = lessons.find((key) => !known.includes(key)) ?? lessons[0];
    this.root.hidden = !goesOn;
    if (!goesOn) return;
    const rows = known.map((key) => `.stMain .st-key-path .st-key-lesson_${key}`);
    // The list is Streamlit's: a rule of style is all that is added to it.
    say(this.sheet, [
      rows.length ? `${rows.map((row) => `${row} .stPageLink a::before`).join()} { content: "✓" / "done"; color: var(--well); border-color: var(--well); }` : "",
      `.st-key-path .st-key-lesson_${this.next} { background: var(--tint); }`,
    ].join("\n"));
    const title = this.row?.textContent?.trim() ?? "";
    say(this.words, known.length === 0 ? "Begin with the first lesson" : known.length < lessons.length ? `Go on: ${lessons.indexOf(this.next) + 1} ${title}` : "All done: begin again");
    say(this.count, known.length ? `${known.length} of ${lessons.length} done · kept in this browser` : "What you have done is kept in this browser, and nowhere else");
  }

  /** The link of the next lesson in the list. */
  get row() {
    return document.querySelector(`.st-key-path .st-key-lesson_${this.next} .stPageLink a`);
  }

  goOn() {
    /** @type {HTMLElement | null} */ (this.row)?.click();
  }

  leave() {
    this.sheet.remove();
  }
}
