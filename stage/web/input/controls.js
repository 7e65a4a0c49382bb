/** Sliders with a number box: log or even, whole or not; live while the hand moves. */

import { evaluate } from "../base/arithmetic.js";
import { make, say } from "../base/dom.js";
import { withKey } from "./keymap.js";
import { count, digitsApart, number, typed } from "../base/numbers.js";
import { many, t } from "../base/translate.js";

const FINE = 1000; // stops of a slider

/**
 * @typedef {{key: string, name: string, low: number, high: number, log: boolean, whole: boolean, hard_low: number | null, hard_high: number | null,
 *   open_low?: boolean, open_high?: boolean, exact?: boolean, many?: boolean}} KnobSpec
 */

/** Between a knob's value and its place 0..1 on the track. @param {KnobSpec} spec */
export function scaleOf(spec) {
  const [from, to] = spec.log ? [Math.log10(spec.low), Math.log10(spec.high)] : [spec.low, spec.high];
  return {
    place: (value) => Math.max(0, Math.min(1, ((spec.log ? Math.log10(value) : value) - from) / (to - from))),
    value: (place) => {
      const raw = from + place * (to - from);
      if (spec.whole) return Math.round(spec.log ? 10 ** raw : raw);
      if (spec.log) return Number((10 ** raw).toPrecision(3));
      return Number(raw.toFixed(Math.max(0, Math.ceil(3 - Math.log10(to - from)))));
    },
  };
}

/** What a typed text means for this knob: a value, or a sentence about what is wrong with it. @param {KnobSpec} spec */
export function readTyped(spec, text) {
  const cleaned = text.trim();
  const value = evaluate(cleaned);
  const shown = cleaned.replace("−", "-");
  const got = shown.length > 24 ? `${shown.slice(0, 24)}…` : shown || t("nothing");
  const low = spec.hard_low === null || (spec.open_low ? value > spec.hard_low : value >= spec.hard_low);
  const high = spec.hard_high === null || (spec.open_high ? value < spec.hard_high : value <= spec.hard_high);
  if (!Number.isFinite(value) || (spec.whole && !Number.isInteger(value)) || !low || !high)
    return { fault: t("{knob} is {wish}; got {got}. It stays as it was.", { knob: spec.name, wish: wishOf(spec), got }) };
  return { value };
}

/** What a knob takes: "a whole number from 1 up". @param {KnobSpec} spec */
function wishOf({ whole, hard_low: low, hard_high: high, open_low: above }) {
  const ends = { low: plain(low), high: plain(high) };
  if (high !== null) return whole ? t("a whole number between {low} and {high}", ends) : t("a number between {low} and {high}", ends);
  if (low === null) return whole ? t("a whole number") : t("a number");
  if (above) return whole ? t("a whole number above {low}", ends) : t("a number above {low}", ends);
  return whole ? t("a whole number from {low} up", ends) : t("a number from {low} up", ends);
}

const plain = (value) => String(value).replace("-", "−");

const MOST_VALUES = 20;

/** What a typed text means for a knob of several values. @param {KnobSpec} spec */
export function readMany(spec, text) {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const none = t("none");
  if (!parts.length || parts.length > MOST_VALUES) return { fault: t("{knob} is 1 to {most} numbers such as 30, 80; got {got}. It stays as it was.", { knob: spec.name, most: MOST_VALUES, got: parts.length || none }) };
  const values = [];
  for (const part of parts) {
    const { value, fault } = readTyped(spec, part);
    if (fault) return { fault };
    values.push(value);
  }
  return { value: [...new Set(values)].sort((a, b) => a - b) };
}

/** A labelled text box for several values. @type {typeof makeKnob} */
function makeList(spec, on) {
  const box = make("input.lab-box.lab-list", { type: "text", inputmode: "numeric", "aria-label": t("{knob}, numbers with commas", { knob: spec.name }), autocomplete: "off", spellcheck: "false" });
  let value = [];
  const print = () => value.join(", ");
  const show = (next) => {
    value = next;
    if (document.activeElement !== box) box.value = print();
  };
  const enter = () => {
    if (box.value === print()) return;
    const { value: next, fault } = readMany(spec, box.value);
    if (fault) on.fault(fault);
    else {
      on.grab();
      value = next;
      on.move(next);
      on.release();
    }
    box.value = print();
  };
  box.addEventListener("change", enter);
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") enter();
    if (event.key === "Escape") {
      box.value = print();
      box.blur();
    }
  });
  return { box, slider: null, show, row: make("div.lab-knob.lab-knob-list", {}, make("span.lab-knob-name", {}, spec.name), box) };
}

/**
 * A labelled slider with a number box; a text box for a knob of several values.
 * @param {KnobSpec} spec
 * @param {{move: (value: number) => void, release: () => void, grab: () => void, fault: (sentence: string) => void}} on
 */
export function makeKnob(spec, on) {
  if (spec.many) return makeList(spec, on);
  const scale = scaleOf(spec);
  const print = (number) => (spec.exact || spec.whole || number === 0 ? String(number) : typed(number)).replace("-", "−");
  const box = make("input.lab-box", { type: "text", inputmode: spec.whole ? "numeric" : "decimal", "aria-label": t("{knob}, number", { knob: spec.name }), autocomplete: "off", spellcheck: "false" });
  const slider = make("input.lab-slider", { type: "range", min: 0, max: FINE, step: 1, "aria-label": spec.name });
  let value = NaN;

  const show = (next) => {
    value = next;
    const place = scale.place(next);
    slider.value = String(Math.round(place * FINE));
    slider.style.setProperty("--done", `${place * 100}%`);
    slider.setAttribute("aria-valuetext", number(next, 6));
    if (document.activeElement !== box) box.value = print(next);
  };
  let held = false;
  const drop = () => {
    if (!held) return;
    held = false;
    on.release();
  };
  slider.addEventListener("pointerdown", () => {
    held = true;
    on.grab();
  });
  slider.addEventListener("input", () => {
    const next = scale.value(Number(slider.value) / FINE);
    show(next);
    box.value = print(next);
    on.move(next);
  });
  slider.addEventListener("change", () => {
    held = false;
    on.release();
  });
  // Pressed and let go without moving, a slider tells of no change: the hand has to be let go all the same.
  for (const end of ["pointerup", "pointercancel", "blur"]) slider.addEventListener(end, () => setTimeout(drop));
  const enter = () => {
    if (box.value === print(value)) return; // what stands there may be rounded; unchanged, it is no entry
    const { value: next, fault } = readTyped(spec, box.value);
    if (fault) {
      on.fault(fault);
      box.value = print(value);
      return;
    }
    box.value = print(next); // in place of the quotient or the power that was typed
    if (next === value) return;
    on.grab();
    show(next);
    on.move(next);
    on.release();
  };
  box.addEventListener("change", enter);
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") enter();
    if (event.key === "Escape") {
      box.value = print(value);
      box.blur();
    }
  });
  return { box, slider, show, row: make("div.lab-knob", {}, make("span.lab-knob-name", {}, spec.name), slider, box) };
}

const RATE = { key: "rate", name: t("Learning rate"), low: 1e-4, high: 10, log: true, whole: false, hard_low: 0, hard_high: null, open_low: true };
const SCOPE_LETTERS = 22; // that stand in the list of whose rate it is, as wide as the words beside it leave it
// The document's three rates: examples, since "just right" belongs to a surface. Where the measure says otherwise, a rate is called by its size.
const EXAMPLES = [[0.0001, t("too low"), t("low")], [0.01, t("just right"), t("middle")], [1, t("too high"), t("high")]];
const TICKS = [0.0001, 0.001, 0.01, 0.1, 1, 10];

const ROUND = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8, 10, 12.5]; // ten a decade, as ISO 3's R10, and what follows
const HAIR = 1.01; // times for a fine press

/** The round rate after this one, or the rate a hundredth higher or lower, within the slider's ends. @param {number} rate @param {1 | -1} way @param {boolean} [fine] */
export function nextRate(rate, way, fine = false) {
  if (rate < RATE.low || rate > RATE.high) return Math.min(RATE.high, Math.max(RATE.low, rate));
  const decade = 10 ** Math.floor(Math.log10(rate));
  const beyond = ROUND.map((part) => part * decade).filter((next) => (way > 0 ? next > rate * 1.0001 : next < rate / 1.0001));
  const round = way > 0 ? beyond[0] : beyond.at(-1) ?? 0.8 * decade;
  const next = Number((fine ? rate * HAIR ** way : round).toPrecision(3));
  return Math.min(RATE.high, Math.max(RATE.low, next));
}

/**
 * The learning rate: number box, log slider, the examples above their own place, the measured rate below its.
 * @param {Parameters<typeof makeKnob>[1] & {shared: (all: boolean) => void}} on
 */
export function makeRate(on) {
  const knob = makeKnob(RATE, on);
  const scale = scaleOf(RATE);
  const at = (element, rate) => element.style.setProperty("--at", String(scale.place(rate)));
  const choose = (rate) => {
    on.grab();
    knob.show(rate);
    knob.box.value = typed(rate);
    on.move(rate);
    on.release();
  };
  const presets = EXAMPLES.map(([rate, name, size]) => {
    const button = make("button.lab-preset", { type: "button", title: t("Example: learning rate {rate}", { rate }), onclick: () => choose(rate) }, name);
    at(button, rate);
    return { rate, button, name, size };
  });
  /**
   * Leave an example its name where that is true here, else say which of the three it is; its title says what is meant.
   * @param {{rate: number | null, some: boolean, arriving: number[], diverging: number[], right: number[]}} here
   */
  const judge = ({ rate: best, some, arriving, diverging, right }) => presets.forEach(({ rate, button, name, size }, place) => {
    const [arrives, diverges] = [arriving.includes(rate), diverging.includes(rate)];
    const fails = !arrives && !diverges;
    const fits = [some && fails, right.includes(rate), diverges || (fails && best !== null && best < rate)][place];
    say(button, fits ? name : size);
    const example = [t("Learning rate {rate}, the lowest of three examples", { rate }), t("Learning rate {rate}, the middle one of three examples", { rate }), t("Learning rate {rate}, the highest of three examples", { rate })][place];
    const others = fits && !arrives && place !== 1; // arrive
    if (arrives) button.title = t("{example}: within the steps given it arrives from here.", { example });
    else if (diverges) button.title = t("{example}: within the steps given it diverges from here.", { example });
    else if (!others) button.title = t("{example}: within the steps given it does not arrive from here.", { example });
    else if (place) button.title = t("{example}: within the steps given it does not arrive from here; some lower rates do.", { example });
    else button.title = t("{example}: within the steps given it does not arrive from here; some higher rates do.", { example });
  });
  const fastest = make("button.lab-fastest", { type: "button", hidden: true });
  fastest.addEventListener("click", () => choose(Number(fastest.dataset.rate)));
  const limit = make("div.lab-limit", { hidden: true, "aria-hidden": "true" });
  const ticks = TICKS.map((rate) => {
    const tick = make("span.lab-tick", {}, String(rate));
    at(tick, rate);
    return tick;
  });
  /** A number half under the words of the fastest rate reads as another number: it goes. */
  const clear = () => {
    const words = fastest.getBoundingClientRect();
    for (const tick of ticks) {
      const { left, right } = tick.getBoundingClientRect();
      tick.classList.toggle("lab-covered", !fastest.hidden && right > words.left && left < words.right);
    }
  };
  const named = (name) => {
    const text = t("{name} only", { name });
    return text.length > SCOPE_LETTERS ? t("this method") : text;
  };
  const curvature = make("div.lab-curvature");
  const scope = make("select.lab-scope", { "aria-label": t("Whose learning rate") }, make("option", { value: "all" }, t("all methods")), make("option", { value: "one" }, t("this method")));
  scope.addEventListener("change", () => on.shared(scope.value === "all"));
  const track = make("div.lab-track", {}, limit, knob.slider, ...ticks.map((tick) => tick), make("div.lab-presets", { role: "group", "aria-label": t("Example rates") }, ...presets.map(({ button }) => button), fastest));
  new ResizeObserver(clear).observe(track);
  const root = make("div.lab-rate", {}, make("div.lab-rate-head", {}, make("div.lab-label", {}, make("span.lab-rate-name", {}, t("Learning rate")), make("span.lab-rate-short", { "aria-hidden": "true" }, t("rate")), scope), make("div.lab-rate-line", {}, knob.box, curvature)), track);

  return {
    root,
    slider: knob.slider,
    placeOf: scale.place,
    valueAt: scale.value,
    /** What a click on the fastest rate does, once it is known. */
    takeFastest() {
      if (!fastest.hidden && !fastest.disabled) fastest.click();
    },
    /** @param {number} rate */
    show(rate) {
      knob.show(rate);
      for (const { rate: example, button } of presets) button.setAttribute("aria-pressed", String(example === rate));
    },
    /** @param {boolean} all @param {string | null} focused the method of the run in focus, null where others have it too @param {number} count @param {boolean} bySchedule */
    showScope(all, focused, count, bySchedule) {
      say(scope.options[0], bySchedule ? t("all schedules") : t("all methods"));
      scope.hidden = count < 2;
      scope.value = all ? "all" : "one";
      say(scope.options[1], focused === null ? t("this run only") : named(focused));
    },
    /**
     * What was measured, or undefined while it is not known.
     * @param {{rate: number | null, steps: number | null, some: boolean, arriving: number[], diverging: number[], right: number[], begin?: number} | undefined} here of a branch, from the step at which it begins
     * @param {boolean} [loose] whether the tolerance may stop a run short of the minimum
     */
    showFastest(here, loose = false) {
      if (here === undefined && fastest.hidden) return; // under the hand it is asked for at every move
      fastest.hidden = here === undefined;
      if (here === undefined) {
        clear();
        return;
      }
      judge(here);
      const { rate, steps, some, begin = 0 } = here;
      fastest.disabled = rate === null;
      if (rate === null) {
        say(fastest, some ? t("none arrives reliably") : t("none arrives from here"));
        fastest.title = some
          ? t("Some rates arrive at a minimum, but none whose neighbours, up to 5 % below and above it, all do.")
          : t("None of the rates tried from 0.0001 to 10 arrives at a minimum within this number of steps.");
        at(fastest, 0.03);
        clear();
        return;
      }
      fastest.dataset.rate = String(rate);
      fastest.replaceChildren(...t("▲ fastest [about ]{rate}", { rate: number(rate) }).split(/[[\]]/).map((part, i) => (i === 1 ? make("span", {}, part) : part)));
      const within = many("a step", "{n} steps", Number(steps), { n: count(Number(steps)) });
      const branch = { step: count(begin), steps: within };
      if (begin) fastest.title = withKey(loose
        ? t("From step {step} on every rate up to 5 % below and above it stops at a minimum, or as far short of it as the tolerance lets it, within {steps} more. Of the rates from 0.0001 to 10 that are as safe, none is more than 5 % faster.", branch)
        : t("From step {step} on every rate up to 5 % below and above it arrives at a minimum within {steps} more. Of the rates from 0.0001 to 10 that are as safe, none is more than 5 % faster.", branch), "b");
      else fastest.title = withKey(loose
        ? t("From this start every rate up to 5 % below and above it stops at a minimum, or as far short of it as the tolerance lets it, within {steps}. Of the rates from 0.0001 to 10 that are as safe, none is more than 5 % faster.", { steps: within })
        : t("From this start every rate up to 5 % below and above it arrives at a minimum within {steps}. Of the rates from 0.0001 to 10 that are as safe, none is more than 5 % faster.", { steps: within }), "b");
      at(fastest, rate);
      fastest.classList.toggle("lab-right", scale.place(rate) > 0.72);
      clear();
    },
    /**
     * Curvature at the ball: rate × λmax, and where on the track it passes the border of the method's law.
     * @param {number} sharpness @param {number} rate
     * @param {number} factor what rate × λmax stays below for the method, or 2 where there is no law of its own
     * @param {string} method its name
     */
    showCurvature(sharpness, rate, factor, method) {
      const known = Number.isFinite(sharpness);
      limit.hidden = !(known && sharpness > 0 && factor / sharpness < RATE.high);
      if (!limit.hidden) at(limit, Math.max(RATE.low, factor / sharpness));
      // To three digits 1.9996 would be 2, which is where it settles no more.
      const text = known ? `× λmax ${number(sharpness)} = ${number(rate * sharpness, digitsApart(rate * sharpness, factor))}` : t("λmax is not finite at the ball");
      say(curvature, text);
      const law = { method, factor: number(factor) };
      curvature.title = known
        ? factor === 2
          ? t("λmax is the largest curvature at the ball. On a quadratic bowl plain descent settles while rate × λmax is below {factor}; the hatched part of the track is above it.", law)
          : t("λmax is the largest curvature at the ball. On a quadratic bowl {method} with these settings settles while rate × λmax is below {factor}; the hatched part of the track is above it.", law)
        : t("The ball has left every scale: the curvature there is not a finite number.");
    },
  };
}
