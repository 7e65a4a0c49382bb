/** A race under a rule that stands on the screen: who is where at the playhead, at which rate, and how much room that has. */

import { make, say } from "../base/dom.js";
import { count, number, tight } from "../base/numbers.js";
import { drawSwatch } from "../draw/ink.js";
import { unlessHeavy } from "./maps.js";
import { Follower } from "../wire/follower.js";
import { t } from "../base/translate.js";

const RULES = [
  ["same_rate", t("Same rate"), t("Every method at the rate of the first one.")],
  ["best_rate", t("Each at its best rate"), t("Each at its own best rate: the one that arrives in the fewest steps, or ends lowest, and is still as good 5 % off. Steps are the most that it takes within these 5 %.")],
  ["equal_evaluations", t("Equal gradients"), t("Each at its own rate until its gradients are spent: a step of Newton's method costs three, a line search what it asks for.")],
];
const CRITERIA = [["loss", t("lowest loss at the end")], ["steps", t("first to arrive")], ["area", t("lowest mean loss")]];
const [LOW, HIGH] = [1e-4, 10]; // the rates that are tried
const TICKS = [0.0001, 0.001, 0.01, 0.1, 1, 10];
const LARGE = [84, 38, 6.5]; // px of a swatch in lecture mode, and of its line

/** How a run stands at a step: where it is, and whether it has arrived by then. @param {number} lane @param {any} result */
export function standingOf(lane, result, step) {
  const last = result ? result.losses.rows - 1 : 0;
  const loss = result ? result.losses.data[Math.min(step, last)] : Infinity;
  const arrived = Boolean(result?.outcome.arrived) && step >= result.outcome.step;
  return { lane, loss, arrived, step: result?.outcome.step ?? 0 };
}

/** The lanes in their order: who has arrived, the earlier first, then the others by their losses. @param {ReturnType<typeof standingOf>[]} standings */
export function placed(standings) {
  const before = (a, b) => Number(b.arrived) - Number(a.arrived) || (a.arrived ? a.step - b.step : 0) || a.loss - b.loss;
  return [...standings].sort(before).map(({ lane }) => lane);
}

export class Board {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.race = null;
    this.rows = [];
    this.rules = RULES.map(([key, name]) => make("button", { type: "button", role: "radio", onclick: () => this.choose({ rule: key }), onkeydown: (event) => this.turn(event) }, name));
    this.criterion = make("select.lab-scope", { "aria-label": t("What wins"), onchange: () => this.choose({ criterion: this.criterion.value }) }, ...CRITERIA.map(([key, name]) => make("option", { value: key }, name)));
    this.words = make("p.lab-say.lab-board-rule", {});
    this.list = make("ol.lab-board-rows", { "aria-label": t("Places at the playhead") });
    this.axis = make("div.lab-board-axis", { "aria-hidden": "true" }, ...TICKS.map((rate) => make("span", { style: `left: ${across(rate)}%` }, String(rate))));
    this.sentence = make("p.lab-say", { role: "status" });
    this.about = make("p.lab-say.lab-board-about", {});
    this.root = make("section.lab-board", { "aria-label": t("Race") },
      make("div.lab-board-head", {}, make("div.lab-seg", { role: "radiogroup", "aria-label": t("Rule") }, ...this.rules), this.criterion),
      this.words, make("div.lab-board-line.lab-board-names", { "aria-hidden": "true" }, make("span"), make("span"), make("span"), make("span", {}, t("rate")), make("span.lab-board-cost", {}, t("steps")), make("span", {}, t("loss")), this.axis, make("span", {}, t("width"))),
      this.list, this.sentence, this.about, make("button.lab-text.lab-to-tournament", { type: "button", onclick: () => this.toTournament() }, t("Tournament: many surfaces, many starts")));
    this.follower = new Follower({
      question: unlessHeavy(stage, this.root, this.sentence, (fine) => (fine ? this.question() : null)),
      send: (message, settle) => stage.asking.inquire(message, settle),
      show: (header, _, asked) => this.take(header, asked),
      fault: (sentence) => {
        this.race = null;
        say(this.sentence, sentence);
      },
    });
  }

  get rule() {
    return this.stage.scene.rule ?? "best_rate";
  }

  choose(change) {
    Object.assign(this.stage.scene, change);
    this.stage.asking.ask();
    this.stage.repaint();
    this.stage.commit();
  }

  toTournament() {
    const { root } = this.stage;
    root.querySelector(".lab-tournament").scrollIntoView({ block: "start", behavior: "instant" });
    root.querySelector(".lab-begin").focus({ preventScroll: true });
  }

  turn(event) {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const at = (RULES.findIndex(([key]) => key === this.rule) + way + RULES.length) % RULES.length;
    this.choose({ rule: RULES[at][0] });
    this.rules[at].focus();
  }

  question() {
    const { scene, asking } = this.stage;
    const { runs, names } = asking.message(true);
    return { kind: "race", runs, ...(names ? { names } : {}), rule: this.rule, criterion: scene.criterion ?? "loss" };
  }

  /** The rate that a lane races at, where the rule has found it. @param {number} lane @param {number} own */
  rateOf(lane, own) {
    if (this.rule === "same_rate") return this.stage.scene.lanes[0].rate;
    if (this.rule === "equal_evaluations") return own;
    return this.race?.lanes[lane]?.rate ?? own;
  }

  take(header, asked) {
    const first = JSON.stringify(asked) !== this.asked;
    this.asked = JSON.stringify(asked);
    this.race = { ...header, rule: asked.rule };
    if (header.missing) {
      const done = header.lanes.length - header.missing;
      say(this.sentence, t("Trying 1,000 rates for each: {n} of {all} methods are measured.", { n: done, all: header.lanes.length }));
      // The same question again: its answer has one more.
      this.follower.again();
    } else say(this.sentence, header.sentence);
    if (first || !header.missing || this.rule === "best_rate") this.stage.asking.ask();
    this.stage.repaint();
  }

  commits() {
    const { rule, criterion } = this.stage.scene;
    return { rule: rule ?? "best_rate", criterion: criterion ?? "loss" };
  }

  again() {
    this.follower.again();
  }

  refresh() {
    const { stage } = this;
    const tracks = stage.tracks();
    this.rules.forEach((button, at) => {
      button.setAttribute("aria-checked", String(RULES[at][0] === this.rule));
      button.tabIndex = RULES[at][0] === this.rule ? 0 : -1;
    });
    this.criterion.value = stage.scene.criterion ?? "loss";
    say(this.words, RULES.find(([key]) => key === this.rule)?.[2] ?? "");
    say(this.root.querySelector(".lab-board-cost"), this.rule === "equal_evaluations" ? t("gradients") : this.rule === "best_rate" ? t("steps ±5 %") : t("steps"));
    stage.root.toggleAttribute("data-best-rates", this.rule === "best_rate");
    this.follower.follow(stage.hand.busy);
    if (this.shape !== this.looks) this.build(tracks);
    this.place(tracks);
  }

  /** By which its rows are known to be those of these lanes, in this theme and size. */
  get looks() {
    const { shape, theme, lecture } = this.stage;
    return `${shape} ${theme} ${lecture.listScale > 1}`;
  }

  build(tracks) {
    const { stage } = this;
    this.shape = this.looks;
    this.rows = tracks.map(({ style }, lane) => {
      const swatch = make("canvas", { "aria-hidden": "true" });
      const [place, name, rate, cost, loss, width] = ["place", "name", "rate", "cost", "loss", "width"].map((what) => make(`span.lab-board-${what}`));
      const bar = make("i.lab-board-window", { style: `background: ${style.colour}` });
      const tick = make("i.lab-board-tick");
      const track = make("span.lab-board-track", { "aria-hidden": "true" }, bar, tick);
      const line = make("button.lab-board-line", { type: "button", onclick: () => stage.hand.setFocus(lane) }, place, make("span", {}, swatch), name, rate, cost, loss, track, width);
      const root = make("li", {}, line);
      drawSwatch(swatch, style, stage.tokens.paper, ...(stage.lecture.listScale > 1 ? LARGE : []));
      return { root, line, place, name, rate, cost, loss, width, bar, tick };
    });
    this.list.replaceChildren(...this.rows.map(({ root }) => root));
    this.list.style.height = `calc(${tracks.length} * var(--board-row))`;
  }

  /** Who is where at the playhead; at the end the race's own order. */
  place(tracks) {
    const { stage, race } = this;
    const { playback } = stage;
    const known = race && race.lanes.length === tracks.length ? race.lanes : tracks.map(() => null);
    const atEnd = playback.atEnd && race?.order && race.order.length === tracks.length;
    const now = tracks.map(({ result }, lane) => standingOf(lane, result, playback.step));
    const order = atEnd ? race.order : placed(now);
    order.forEach((lane, place) => {
      const row = this.rows[lane];
      const [track, measured] = [tracks[lane], known[lane]];
      row.root.style.transform = `translateY(calc(${place} * var(--board-row)))`;
      say(row.place, String(place + 1));
      say(row.name, track.name);
      say(row.rate, number(this.rateOf(lane, track.lane.rate)));
      const end = now[lane].arrived ? `${count(measured?.cost ?? now[lane].step)} ✓` : measured && atEnd ? (measured.arrived ? count(measured.cost) : "–") : "";
      say(row.cost, end);
      say(row.loss, Number.isFinite(now[lane].loss) ? tight(now[lane].loss) : "∞");
      const window_ = measured?.window;
      row.bar.hidden = !window_;
      if (window_) {
        const [low, high] = window_.map(across);
        Object.assign(row.bar.style, { left: `${low}%`, width: `${Math.max(3, high - low)}%` });
      }
      row.tick.style.left = `${across(this.rateOf(lane, track.lane.rate))}%`;
      say(row.width, window_ ? `${measured.open ? "≥ " : ""}×${number(window_[1] / window_[0], 2)}` : measured ? t("none") : "");
      row.line.setAttribute("aria-current", String(track.focus));
      row.root.setAttribute("aria-posinset", String(place + 1));
    });
    say(this.about, known[stage.scene.focus]?.sentence ?? "");
  }

  sharpen() {
    this.shape = "";
  }

  leave() {
    this.follower.leave();
  }
}

/** Where a rate stands on the axis, in per cent. @param {number} rate */
function across(rate) {
  const part = Math.log(rate / LOW) / Math.log(HIGH / LOW);
  return 100 * Math.min(1, Math.max(0, part));
}
