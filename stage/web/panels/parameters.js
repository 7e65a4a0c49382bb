/** The letters of a formula as sliders: live like every other, and the surface itself moves under the hand. */

import { make } from "../base/dom.js";
import { makeKnob } from "../input/controls.js";
import { number } from "../base/numbers.js";
import { evaluate } from "../base/arithmetic.js";
import { Living } from "../map/living.js";
import { t } from "../base/translate.js";

const WIDE = 100; // times its lower end that a positive slider's upper one is at least for a log scale

/** A number as a text form has it, to the last digit. @param {number} value */
const exact = (value) => String(value);

export class Parameters {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.root = make("section.lab-params", { "aria-label": t("Parameters of the surface"), hidden: true });
    this.specs = [];
    this.rows = [];
    this.values = {};
  }

  /** The picture is there: what is drawn while a value moves can be built. */
  ready() {
    this.living = new Living(this.stage);
  }

  /** What Streamlit says of the surface. */
  facts({ key, parameters }) {
    const shape = JSON.stringify([key, parameters.map(({ value, ...spec }) => spec)]);
    this.values = Object.fromEntries(parameters.map((one) => [one.key, one.value]));
    if (shape !== this.shape) {
      this.shape = shape;
      this.key = key;
      this.specs = structuredClone(parameters);
      this.build();
    }
    this.show();
  }

  build() {
    const { stage } = this;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    this.root.hidden = !this.specs.length;
    this.rows = this.specs.map((spec) => {
      const knob = makeKnob(spec, {
        grab: () => stage.hand.grab(), release: () => stage.hand.release(), fault: (sentence) => stage.complain(sentence),
        move: (value) => this.set(spec.key, value),
      });
      const ends = ["low", "high"].map((end) => this.end(spec, end));
      const home = make("button.lab-text", { type: "button", title: t("Back to {sign} = {value}", { sign: spec.sign, value: number(spec.default, 6) }), "aria-label": t("{name}: back to {value}", { name: spec.name, value: number(spec.default, 6) }), onclick: () => this.put(spec.key, spec.default) }, t("reset"));
      const name = make("span.lab-param-name", {}, make("i", {}, spec.sign), make("span", {}, spec.title));
      const row = make("div.lab-param", { role: "group", "aria-label": spec.name }, name, knob.box, home, make("div.lab-param-track", {}, ends[0], knob.slider, ends[1]));
      return { spec, knob, ends, home, row };
    });
    this.root.replaceChildren(...this.rows.map(({ row }) => row));
    if (focused) this.root.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  /** An end of a slider, to be read and to be changed. @param {any} spec @param {"low" | "high"} end */
  end(spec, end) {
    const label = end === "low" ? t("{name}: slider from", { name: spec.name }) : t("{name}: slider to", { name: spec.name });
    const box = make("input.lab-box.lab-param-end", { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": label, title: end === "low" ? t("The slider runs from here") : t("The slider runs to here") });
    const print = () => { box.value = number(spec[end], 6); };
    print();
    const enter = () => {
      const value = evaluate(box.value.trim());
      const [low, high] = end === "low" ? [value, spec.high] : [spec.low, value];
      if (value === spec[end]) return print();
      if (!(low >= spec.hard_low && high <= spec.hard_high && high - low >= 1e-6 * Math.max(1, Math.abs(low), Math.abs(high)))) {
        this.stage.complain(t("The slider of {sign} runs from a smaller to a larger number, within {low} and {high}. It stays as it was.", { sign: spec.sign, low: number(spec.hard_low, 6), high: number(spec.hard_high, 6) }));
        return print();
      }
      Object.assign(spec, { low, high, log: low > 0 && high / low >= WIDE });
      this.build();
      this.show();
      this.stage.commit();
    };
    box.addEventListener("change", enter);
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") enter();
      if (event.key === "Escape") {
        print();
        box.blur();
      }
    });
    return box;
  }

  show() {
    for (const { spec, knob, home } of this.rows) {
      knob.show(this.values[spec.key]);
      home.disabled = this.values[spec.key] === spec.default;
    }
  }

  /** The surface's text form with these values: those that are not as they come stand behind it. */
  get text() {
    return this.textWithout();
  }

  /** The same with parameters left out that are axes of a map, "@" before their names. @param {...string} axes */
  textWithout(...axes) {
    if (!this.specs.length) return this.stage.scene.landscape;
    const moved = this.specs.filter(({ key, default: home }) => this.values[key] !== home && !axes.includes(`@${key}`));
    return moved.length ? `${this.key}@${moved.map(({ key }) => `${key}=${exact(this.values[key])}`).join(",")}` : this.key;
  }

  /** The sliders' ends, for Streamlit. */
  get ends() {
    return Object.fromEntries(this.specs.map(({ key, low, high }) => [key, [low, high]]));
  }

  /** Another value under the hand. @param {string} key @param {number} value */
  set(key, value) {
    const { stage } = this;
    this.values[key] = value;
    stage.scene.landscape = this.text;
    if (stage.data.surface.family && this.letters !== stage.data.surface.key) {
      this.letters = stage.data.surface.key;
      stage.formula.innerHTML = stage.data.surface.family; // with its letters, until Streamlit says which it is
    }
    for (const { spec, home } of this.rows) home.disabled = this.values[spec.key] === spec.default;
    this.living.moved();
    stage.hand.changed();
  }

  /** The hand has let go of whatever it held. */
  settle() {
    this.letters = null;
    this.living.settle();
  }

  /** One click. */
  put(key, value) {
    this.stage.hand.grab();
    this.set(key, value);
    this.show();
    this.stage.hand.release();
  }
}
