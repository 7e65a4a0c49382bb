/** What each schedule is in PyTorch, and what a plateau decided: which losses used its patience up, and what became of the rate. */

import { make, say } from "../base/dom.js";
import { count } from "../base/numbers.js";
import { drawSwatch } from "../draw/ink.js";
import { t } from "../base/translate.js";

const SHOWN = 12; // cuts of a run that have a button

export class Schedules {
  /** @param {any} stage @param {HTMLElement} found what was measured, which stands first */
  constructor(stage, found) {
    this.stage = stage;
    this.rows = [];
    this.optimizer = make("code.lab-line-code", {});
    this.list = make("ul.lab-lines", { "aria-label": t("Schedules in PyTorch") });
    this.root = make("section.lab-below", { "aria-label": t("What was measured") }, found,
      make("div.lab-lines-panel", {}, make("div.lab-heading", {}, make("h2", {}, t("In PyTorch"))), this.optimizer, this.list));
  }

  refresh() {
    const { stage } = this;
    const tracks = stage.tracks();
    if (this.shape !== `${stage.rowsOf} ${stage.theme}`) this.build(tracks);
    const makers = new Set(tracks.map(({ result }) => result?.optimizer_code));
    say(this.optimizer, makers.size === 1 ? [...makers][0] ?? "" : "");
    this.optimizer.hidden = makers.size !== 1;
    tracks.forEach((track, i) => this.show(this.rows[i], track, makers.size > 1));
  }

  build(tracks) {
    const { stage } = this;
    this.shape = `${stage.rowsOf} ${stage.theme}`;
    this.rows = tracks.map(({ style }, lane) => {
      const swatch = make("canvas", { "aria-hidden": "true" });
      const name = make("button.lab-line-name", { type: "button", onclick: () => stage.hand.setFocus(lane) });
      const code = make("code.lab-line-code", {});
      const cuts = make("div.lab-cuts", { role: "group", "aria-label": t("Cuts of the rate"), hidden: true });
      const why = make("p.lab-cut-why", {});
      const root = make("li", {}, swatch, make("div", {}, name, code, cuts, why));
      drawSwatch(swatch, style, stage.tokens.paper);
      return { root, name, code, cuts, why, of: null };
    });
    this.list.replaceChildren(...this.rows.map(({ root }) => root));
  }

  show(row, track, own) {
    const { result } = track;
    say(row.name, track.name);
    row.root.classList.toggle("lab-focused", track.focus);
    if (!result?.cuts) return;
    const lines = [...(own ? [result.optimizer_code] : []), result.scheduler_code || t("# no scheduler: the rate stays as it is")];
    say(row.code, lines.join("\n"));
    const step = this.stage.playback.step;
    if (row.of !== result) this.buildCuts(row, result.cuts);
    row.of = result;
    const past = result.cuts.filter((cut) => cut.step < step);
    for (const button of row.buttons) button.setAttribute("aria-current", String(Number(button.dataset.step) === past.at(-1)?.step));
    say(row.why, past.at(-1)?.sentence ?? (result.cuts.length ? t("No cut yet at this step.") : row.isPlateau ? t("Its patience is never used up in this run.") : ""));
    row.why.hidden = !row.why.textContent;
  }

  /** A button for each cut, that shows the step after it. */
  buildCuts(row, cuts) {
    const { playback } = this.stage;
    row.isPlateau = row.code.textContent.includes("ReduceLROnPlateau");
    row.cuts.hidden = !cuts.length;
    row.buttons = cuts.slice(0, SHOWN).map(({ step }) => make("button.lab-cut-step", { type: "button", "data-step": step, title: t("Show the step after this cut"), onclick: () => {
      playback.pause();
      playback.seek(step + 1);
      this.stage.commit();
    } }, count(step)));
    const more = cuts.length > SHOWN ? [make("span", {}, t("and {n} more", { n: count(cuts.length - SHOWN) }))] : [];
    row.cuts.replaceChildren(make("span", {}, t("Patience used up at step")), ...row.buttons, ...more);
  }

  again() {}

  sharpen() {
    this.shape = "";
  }

  leave() {}
}
