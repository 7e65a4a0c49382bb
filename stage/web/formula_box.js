/** The field for a formula: checked while it is typed, and shown as it is typeset. */

import { make, say } from "./base/dom.js";
import { styled } from "./base/loading.js";
import { t } from "./base/translate.js";

const PAUSE = 120; // ms without a key before the text is checked
const AROUND = 22; // letters shown on either side of the one at fault

/** @type {WeakMap<HTMLElement, FormulaBox>} */
const boxes = new WeakMap();

/**
 * What was typed and not entered, and the formula that it was typed over: the box is taken away when what it stands in
 * closes, or when the page runs again in that moment, and shows it again when it is back.
 * @type {{ revision: string, text: string } | null}
 */
let draft = null;

/** Called again whenever Streamlit has new data. */
export async function show({ parentElement, data, setStateValue }) {
  let box = boxes.get(parentElement);
  if (!box) {
    box = new FormulaBox(parentElement);
    boxes.set(parentElement, box);
  }
  box.update(data, setStateValue);
  await styled;
}

export function leave(parentElement) {
  boxes.get(parentElement)?.leave();
  boxes.delete(parentElement);
}

/** The text around a fault, and under it a mark below the letter. @param {string} text @param {number} position */
export function pointAt(text, position) {
  const letters = [...text.replace(/\s/g, " ")];
  const at = [...text.slice(0, position)].length;
  const from = Math.max(0, at - AROUND);
  const cut = from > 0 ? "…" : "";
  return `${cut}${letters.slice(from, at + AROUND).join("")}\n${" ".repeat(at - from + cut.length)}^`;
}

class FormulaBox {
  constructor(parent) {
    this.field = make("textarea.lab-formula-field", { id: "lab-formula", rows: 2, spellcheck: "false", autocomplete: "off", autocapitalize: "off", "aria-describedby": "lab-formula-said" });
    this.typeset = make("div.lab-formula-typeset", {});
    this.said = make("p.lab-formula-said", { id: "lab-formula-said", role: "status" });
    this.mark = make("pre.lab-formula-mark", { "aria-hidden": "true" });
    this.notes = make("p.lab-formula-notes", { role: "status" });
    this.instead = make("button.lab-formula-instead", { type: "button", hidden: true, onclick: () => this.correct() });
    this.button = make("button.lab-formula-show", { type: "button", onclick: () => this.enter() }, t("Show this surface"));
    this.copy = make("button.lab-formula-copy", { type: "button", onclick: () => this.copyTex() }, t("Copy as LaTeX"));
    this.root = make("div.lab-formula-box", {}, make("label", { for: "lab-formula" }, "f(x, y) ="), this.field, this.mark, this.said, this.instead, this.typeset, this.notes, make("div.lab-formula-row", {}, this.button, this.copy));
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.enter();
      }
    });
    parent.replaceChildren(this.root);
    this.asked = 0;
    this.entered = 0;
  }

  update(data, setStateValue) {
    this.route = `${data.base}/live/formula`;
    this.setStateValue = setStateValue;
    if (data.revision === this.revision) return;
    this.revision = data.revision;
    if (draft?.revision !== data.revision) draft = null;
    this.field.value = draft?.text ?? data.text;
    this.check();
  }

  typed() {
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), PAUSE);
  }

  keep() {
    draft = { revision: this.revision, text: this.field.value };
  }

  /** What the server says of the text; the newest question counts. */
  async check() {
    const text = this.field.value;
    this.asked += 1;
    const question = this.asked;
    let answer = null;
    try {
      answer = await (await fetch(`${this.route}?${new URLSearchParams({ text })}`)).json();
    } catch {
      // The line is down: entering still works, and Streamlit says then what is wrong.
    }
    if (question !== this.asked) return answer;
    const fault = answer?.fault;
    this.root.classList.toggle("lab-formula-wrong", Boolean(fault));
    this.field.setAttribute("aria-invalid", String(Boolean(fault)));
    this.button.disabled = Boolean(fault);
    this.copy.hidden = !answer?.tex;
    this.tex = answer?.tex ?? "";
    say(this.said, fault ?? "");
    this.better = answer?.instead ?? "";
    this.instead.hidden = !this.better;
    say(this.instead, this.better ? t("Write {formula}", { formula: this.better }) : "");
    say(this.notes, (answer?.notes ?? []).join(" "));
    say(this.mark, fault && text.trim() ? pointAt(text, answer.position) : "");
    // Markup of the server's own making, from the formula that it read: nothing that was typed stands in it as it is.
    if (answer?.markup) this.typeset.innerHTML = answer.markup;
    this.typeset.classList.toggle("lab-formula-old", !answer?.markup);
    return answer;
  }

  /** Put the formula into the field that was probably meant. */
  correct() {
    this.field.value = this.better;
    this.keep();
    this.field.focus();
    return this.check();
  }

  async enter() {
    clearTimeout(this.timer);
    const text = this.field.value;
    const answer = await this.check();
    if (answer?.fault) return;
    draft = null;
    this.entered += 1;
    this.setStateValue("formula", { text, entry: `${Date.now()} ${this.entered}` });
  }

  async copyTex() {
    try {
      await navigator.clipboard.writeText(this.tex);
      say(this.said, t("The LaTeX is in the clipboard."));
    } catch {
      say(this.said, this.tex);
    }
  }

  leave() {
    clearTimeout(this.timer);
    this.asked += 1;
  }
}
