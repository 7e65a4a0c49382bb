/** One step, taken apart: start, gradient, update, repeat, with the numbers of this very step. */

import { make, say } from "../base/dom.js";
import { withKey } from "../input/keymap.js";
import { count, digitsApart, number, short } from "../base/numbers.js";
import { t } from "../base/translate.js";

/** @typedef {"start" | "gradient" | "update" | "repeat"} Phase */
export const PHASES = [["start", t("1 Start")], ["gradient", t("2 Gradient")], ["update", t("3 Update")], ["repeat", t("4 Repeat")]];

const DIGITS = 4;

/** A number of a row. @param {number | null} value @param {boolean} [signed] whether a plus is written too @param {number} [digits] */
export function figure(value, signed = false, digits = DIGITS) {
  if (value === null || !Number.isFinite(value)) return t("not finite");
  return (signed && value >= 0 ? "+" : "") + short(value, digits);
}

/** The cells of a stop rule: the number and its bound, as they compare. @param {{name: string, value: number | null, threshold: number | null, met: boolean}} test @param {boolean} counted whether of a number that is counted, not measured: the steps left, in the last rule */
function comparison({ value, threshold, met }, counted) {
  if (value === null) return ["", threshold === null ? t("off") : ""];
  if (threshold === null) return [figure(value), t("off")];
  if (counted) return [count(value), `${met ? "<" : "≥"} ${count(threshold)}`];
  const digits = digitsApart(value, threshold, DIGITS);
  return [figure(value, false, digits), `${met ? "<" : "≥"} ${number(threshold, digits)}`];
}

/** @param {{phase: (phase: Phase) => void, onward: () => void}} on `onward` is asked for the next step */
export function makeOneStep(on) {
  const title = make("h2", {});
  const who = make("span.lab-aside", {});
  const tabs = PHASES.map(([phase, name]) => make("button.lab-phase", { type: "button", "aria-pressed": "false", onclick: () => choose(phase) }, name));
  const formula = make("p.lab-rule", {});
  const table = make("table.lab-numbers", {});
  const room = make("div.lab-numbers-room", {}, table);
  const sentence = make("p.lab-say", { "aria-live": "off" });
  const next = make("button.lab-text.lab-onward", { type: "button", title: withKey(t("The next part of this step, then the next step"), "a"), onclick: () => walk() }, t("next"));
  const root = make("section.lab-step-panel", { "aria-label": t("One step") },
    make("div.lab-heading", {}, title, who, next),
    make("div.lab-phases", { role: "group", "aria-label": t("The four steps") }, ...tabs), formula, room, sentence);
  let phase = /** @type {Phase} */ ("update");
  let shown = null;

  function choose(chosen) {
    phase = chosen;
    on.phase(phase);
    paint();
  }

  /** Onward through the four, and from the last to the gradient of the next step: initialising happens once. */
  function walk() {
    const i = PHASES.findIndex(([name]) => name === phase);
    if (i < PHASES.length - 1) choose(PHASES[i + 1][0]);
    else if (shown?.answer.made) {
      phase = "gradient";
      on.onward();
      on.phase(phase);
      paint();
    }
  }

  function rows() {
    const { answer } = shown;
    if (phase === "start") return [["", t("position"), answer.old, false, true], ["L", t("loss here"), [answer.loss], false, false]];
    if (phase === "gradient") return answer.rows.slice(0, 1).map(({ symbol, text, values }) => [symbol, text, values, false, true]);
    if (phase === "update") return answer.rows.map(({ symbol, text, values, signed, strong }) => [symbol, text, values, signed, strong]);
    return [];
  }

  function paint() {
    tabs.forEach((tab, i) => tab.setAttribute("aria-pressed", String(PHASES[i][0] === phase)));
    if (!shown) return;
    const { answer, optimizer } = shown;
    say(title, answer.made ? t("Step {n} → {next}", { n: count(answer.step), next: count(answer.step + 1) }) : t("Step {n}, the end", { n: count(answer.step) }));
    say(who, optimizer);
    say(formula, phase === "update" ? answer.formula : phase === "gradient" ? t("gradient = (∂L/∂{x}, ∂L/∂{y})", { x: shown.axes[0], y: shown.axes[1] }) : phase === "start" ? t("position = the weights, height = the loss") : t("again, until a rule says stop"));
    say(sentence, phase === "gradient" || phase === "update" ? answer.sentence : phase === "start" ? t("The weights are where the last step left them; at step 0, where you put them.") : "");
    say(next, phase === "repeat" ? (answer.made ? t("on to the next step") : t("the run ends here")) : t("next"));
    next.setAttribute("aria-disabled", String(phase === "repeat" && !answer.made)); // truly disabled, it would drop the focus
    if (phase === "repeat") {
      table.replaceChildren(make("tbody", {}, ...answer.tests.map((test, i) => make("tr", { class: test.met ? "lab-met" : null },
        make("th", { scope: "row" }, test.name), ...comparison(test, i === answer.tests.length - 1).map((text) => make("td", {}, text))))));
      return;
    }
    const head = make("thead", {}, make("tr", {}, make("th", {}), ...shown.axes.map((name) => make("th", { scope: "col" }, name))));
    table.replaceChildren(head, make("tbody", {}, ...rows().map(([symbol, text, values, signed, strong]) => make("tr", { class: strong ? "lab-strong" : null },
      make("th", { scope: "row" }, make("i", {}, symbol), text), ...[0, 1].map((k) => make("td", {}, values.length > k ? figure(values[k], signed) : ""))))));
  }

  return {
    root,
    get phase() { return phase; },
    /** @param {any} answer the wire's, of kind "step" @param {string} optimizer its name @param {string[]} [axes] what the coordinates are called */
    show(answer, optimizer, axes = ["x", "y"]) {
      shown = { answer, optimizer, axes };
      room.style.setProperty("--rows", String(Math.max(answer.rows.length, answer.tests.length)));
      paint();
    },
    choose, walk,
  };
}
