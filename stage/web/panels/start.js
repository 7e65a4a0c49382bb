/** The start in numbers: exact entry, the surface's own start, and a nudge off a ridge. */

import { make, say } from "../base/dom.js";
import { makeKnob } from "../input/controls.js";
import { withKey } from "../input/keymap.js";
import { t } from "../base/translate.js";

const NUDGE = [1e-6, 2e-6]; // not along an axis or a diagonal: there a ridge may lie
const axis = (name) => ({ key: name, name: t("Start {x}", { x: name }), low: -10, high: 10, log: false, whole: false, hard_low: null, hard_high: null, exact: true });

/**
 * @param {{move: (start: number[]) => void, home: () => number[], grab: () => void, release: () => void, fault: (sentence: string) => void}} on
 */
export function makeStart(on) {
  let current = [0, 0];
  const set = (start) => {
    on.grab();
    on.move(start);
    on.release();
  };
  const knobs = ["x", "y"].map((name, i) => makeKnob(axis(name), { ...on, move: (value) => on.move(current.map((old, k) => (k === i ? value : old))) }));
  const names = ["x", "y"].map((name) => make("i", {}, name));
  const nudge = () => set(current.map((part, k) => part + NUDGE[k]));
  const root = make("section.lab-start-row", { "aria-label": t("Start point in numbers") }, make("b", {}, t("Start")),
    ...names.flatMap((name, i) => [name, knobs[i].box]),
    make("button.lab-text", { type: "button", title: withKey(t("A hair to the side: x + 0.000001, y + 0.000002. On a ridge no slope leads off it: this does, or noise."), "h"), onclick: nudge }, t("nudge 10⁻⁶")),
    make("button.lab-text", { type: "button", title: withKey(t("Back to this surface's own start"), "s"), onclick: () => set([...on.home()]) }, t("reset")));
  return {
    root,
    nudge,
    /** What the two coordinates are: weights of a model have names. @param {string[]} called @param {boolean} [own] whether by the formula itself, so that the boxes are called by them, too */
    name(called, own = false) {
      names.forEach((label, i) => say(label, called[i]));
      if (own) knobs.forEach(({ box }, i) => box.setAttribute("aria-label", t("Start {x}, number", { x: called[i] })));
    },
    show(start) {
      current = start;
      knobs.forEach((knob, i) => knob.show(start[i]));
    },
  };
}
