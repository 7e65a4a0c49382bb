/** An arrow at each slider: which way a little of it would end lower, by the derivative of the whole run. */

import { make, say } from "../base/dom.js";
import { unlessHeavy } from "./maps.js";
import { Follower } from "../wire/follower.js";
import { count, number } from "../base/numbers.js";
import { t } from "../base/translate.js";

export class Hints {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.list = make("ul.lab-hints", {});
    this.root = make("section.lab-hints-panel", { "aria-label": t("What a little more of each knob would do") }, this.list);
    this.follower = new Follower({
      question: unlessHeavy(stage, this.root, null, (fine) => (fine ? { kind: "hints", run: stage.asking.message().runs[stage.scene.focus] } : null)),
      send: (message, settle) => stage.asking.inquire(message, settle),
      show: (header, _, asked) => this.take(header, asked),
      fault: (sentence) => stage.complain(sentence),
    });
  }

  take({ slopes, steps }, { run }) {
    const { stage } = this;
    const { focused } = stage;
    if (run.optimizer !== focused.optimizer) return;
    const names = new Map([["rate", t("Learning rate")], ...[...focused.optimizerFacts.knobs, ...focused.scheduleFacts.knobs, ...focused.scheduleFacts.warm_up].map(({ key, name }) => [key, name])]);
    const shown = Object.entries(slopes).filter(([key]) => names.has(key));
    this.arrows = new Map(shown.map(([key, slope]) => [key, arrowOf(slope)]));
    const heading = make("li.lab-hints-head", {}, t("After the same {n} steps, a little more of", { n: count(steps) }));
    this.list.replaceChildren(heading, ...shown.filter(([, { value }]) => value !== null).map(([key, { value, trusted, sentence }]) => make("li", { title: sentence },
      make("b", {}, arrowOf({ value, trusted })), make("span", {}, names.get(key)),
      make("em", {}, !trusted ? t("chaotic here: the number means nothing") : value === 0 ? t("changes nothing") : value < 0 ? t("would end lower: {slope} per unit", { slope: number(value) }) : t("would end higher: {slope} per unit", { slope: number(value) })))));
    if (this.list.children.length === 1) this.list.replaceChildren(make("li", {}, Object.values(slopes)[0]?.sentence ?? ""));
    this.mark();
  }

  /** Write the arrows beside the sliders. */
  mark() {
    for (const { row, key } of this.stage.race.knobRows()) say(arrowIn(row), this.arrows?.get(key) ?? "");
    const head = this.stage.rate.root.querySelector(".lab-label span");
    if (head) say(arrowIn(head), this.arrows?.get("rate") ?? "");
  }

  again() {
    this.follower.again();
  }

  refresh() {
    this.follower.follow(this.stage.hand.busy);
  }

  leave() {
    this.follower.leave();
  }
}

/** ▲: more of it ends lower. */
function arrowOf({ value, trusted }) {
  if (value === null || !trusted || value === 0) return "";
  return value < 0 ? " ▲" : " ▼";
}

function arrowIn(row) {
  const home = row.querySelector(".lab-knob-name") ?? row;
  return home.querySelector(".lab-arrow") ?? home.appendChild(make("i.lab-arrow", { title: t("▲ a little more of it would end lower, ▼ a little less") }));
}
