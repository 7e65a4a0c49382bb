/**
 * What a learner has done: kept in this browser and told to nobody. In the lists of lessons and challenges it marks those
 * that are done, leads to the next lesson, and hands everything out as a link or a file to take along.
 */

import { copyText } from "./base/address.js";
import { glyph, make, say } from "./base/dom.js";
import { RANKS, counted, fromFile, fromLink, fromMemory, merged, toFile, toLink, toMemory } from "./base/learned.js";
import { styled } from "./base/loading.js";
import { number } from "./base/numbers.js";
import { many, t } from "./base/translate.js";

// In the browser's memory: the keys of lessons that are done, and what was reached in challenges.
const KEYS = { lessons: "descent-lab-lessons", challenges: "descent-lab-challenges" };

const memory = {
  get: (key) => { try { return localStorage.getItem(key) ?? ""; } catch { return ""; } },
  set: (key, text) => { try { localStorage.setItem(key, text); } catch { /* a window that keeps nothing */ } },
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
    this.root = make("div.lab-learned", { hidden: true }, this.button, this.count, this.along());
    parent.replaceChildren(this.sheet, this.root);
  }

  /** What takes everything along, folded. */
  along() {
    this.says = make("p.lab-along-says", { role: "status" });
    this.offer = make("div.lab-along-row", { hidden: true },
      make("button", { type: "button", onclick: () => this.take() }, t("Take it over")),
      make("button", { type: "button", onclick: () => this.put(null, t("Nothing was taken over.")) }, t("Leave it")));
    this.file = make("input", { type: "file", accept: ".json,application/json", hidden: true, onchange: () => this.load() });
    this.fold = make("details.lab-along", {},
      make("summary", {}, t("Take it along")),
      make("div.lab-along-row", {},
        make("button", { type: "button", onclick: () => this.copy() }, t("Copy a link")),
        make("button", { type: "button", onclick: () => this.save() }, t("Save a file")),
        make("button", { type: "button", onclick: () => this.file.click() }, t("Load a file")), this.file),
      this.says, this.offer);
    return this.fold;
  }

  update({ lessons, challenges, order, done, medal, go_on: goesOn }) {
    this.order = order;
    this.known = { lessons, challenges };
    const won = medal ? { [medal.key]: { medal: medal.medal, score: medal.score } } : {};
    this.keep({ lessons: done ? [done] : [], challenges: won });
    this.goesOn = Boolean(goesOn);
    this.root.hidden = !goesOn;
    if (!goesOn) return;
    this.paint();
    this.open();
  }

  /** What is kept, and with `more` from now on. @param {import("./base/learned.js").Learned} [more] */
  keep(more) {
    const before = fromMemory(memory.get(KEYS.lessons), memory.get(KEYS.challenges), this.known);
    this.learned = more ? merged(before, more, this.known) : before;
    const texts = toMemory(this.learned);
    const old = toMemory(before);
    for (const part of /** @type {const} */ (["lessons", "challenges"])) if (texts[part] !== old[part]) memory.set(KEYS[part], texts[part]);
  }

  paint() {
    const { order } = this;
    const { lessons: done, challenges: solved } = this.learned;
    const isDone = ([kind, key]) => (kind === "lesson" ? done.includes(key) : key in solved);
    this.next = order.find((one) => !isDone(one)) ?? order[0];
    const past = order.filter(isDone);
    const rows = past.map((one) => `.stMain ${rowOf(one)}`);
    // The lists are Streamlit's: rules of style are all that is added to them.
    say(this.sheet, [
      rows.length ? `${rows.map((row) => `${row} .stPageLink a::before`).join()} { content: "✓" / ${JSON.stringify(t("done"))}; color: var(--well); border-color: var(--well); }` : "",
      `${rowOf(this.next)} { background: var(--tint); }`,
      ...this.known.challenges.filter(({ key }) => solved[key]).map((facts) => ruleOf(facts, solved[facts.key])),
    ].join("\n"));
    const title = this.row?.textContent?.trim() ?? "";
    const first = this.next[0] === "lesson" ? t("Begin with the first lesson") : t("Begin with the first challenge");
    say(this.words, past.length === 0 ? first : past.length < order.length ? t("Go on: {n} {title}", { n: order.indexOf(this.next) + 1, title }) : t("All done: begin again"));
    const medals = Object.values(solved).filter(({ medal }) => medal !== "none").length;
    const parts = [...(past.length ? [t("{n} of {all} done", { n: past.length, all: order.length })] : []), ...(medals ? [many("{n} medal", "{n} medals", medals, { n: medals })] : [])];
    say(this.count, parts.length ? t("{done} · kept in this browser", { done: parts.join(" · ") }) : t("What you have done is kept in this browser, and nowhere else"));
  }

  /** What the address brings, once: the visitor says whether it is taken over. */
  open() {
    const found = fromLink(window.location.hash, this.known);
    if (!found) return;
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
    this.put(found.learned ?? null, found.fault ?? found.says);
  }

  put(learned, sentence) {
    this.brought = learned;
    this.fold.open = true;
    this.offer.hidden = !learned;
    say(this.says, sentence);
  }

  take() {
    this.keep(this.brought);
    this.paint();
    this.put(null, t("Taken over: there are {all} now.", { all: counted(this.learned) }));
  }

  async copy() {
    const copied = await copyText(`${window.location.origin}${window.location.pathname}${toLink(this.learned)}`, this.fold);
    this.put(null, copied ? t("The link is copied. Open it in another browser, and what you have done is there, too.") : t("The link could not be copied: save a file."));
  }

  save() {
    const address = URL.createObjectURL(new Blob([toFile(this.learned)], { type: "application/json" }));
    make("a", { href: address, download: "descent-lab-progress.json" }).click();
    URL.revokeObjectURL(address);
    this.put(null, t("Saved. Load the file in another browser, and what you have done is there, too."));
  }

  async load() {
    const [file] = this.file.files;
    if (!file) return;
    const text = file.size > 1e6 ? " ".repeat(1e5) : await file.text();
    this.file.value = "";
    const found = fromFile(text, this.known);
    this.put(found.learned ?? null, found.fault ?? found.says);
  }

  /** The link of the next row in the list. */
  get row() {
    return document.querySelector(`${rowOf(this.next)} .stPageLink a`);
  }

  goOn() {
    /** @type {HTMLElement | null} */ (this.row)?.click();
  }

  leave() {
    this.sheet.remove();
  }
}

const MEDALS = { gold: t("Gold"), silver: t("Silver"), bronze: t("Bronze"), none: t("Solved") };

/** A lesson's or challenge's row in the list of all lessons, or of a course. @param {[string, string]} one kind and key */
function rowOf([kind, key]) {
  return `:is(.st-key-path, .st-key-course) .st-key-${kind}_${key}`;
}

/** How a challenge that is solved stands in the list: its medal, and the score beside the par. */
function ruleOf({ key, unit, par }, { medal, score }) {
  const told = t("{medal} · {score} · par {par}", { medal: MEDALS[medal], score: withUnit(unit, score), par: number(par) });
  const row = `.stMain .st-key-challenges .st-key-challenge_${key}`;
  return `${row} .stPageLink [data-testid="stIconMaterial"] { color: var(--${medal}); opacity: 1; }\n${row} .challenge-best::after { content: ${JSON.stringify(told)}; }`;
}

/** As `lessons/judge.py` says it. */
function withUnit(unit, score) {
  return unit === "steps" ? many("{n} step", "{n} steps", score, { n: number(score) }) : `${unit} ${number(score)}`;
}
