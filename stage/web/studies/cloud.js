/** A run under noise is one of many: the same run under many seeds, as a cloud of dots under the playhead. */

import { make, say } from "../base/dom.js";
import { Follower } from "../wire/follower.js";
import { count as written } from "../base/numbers.js";
import { t } from "../base/translate.js";

const SEEDS = [0, 100, 500, 2000];
const DOT = 2.1; // px
const HANDED = 100; // seeds of what a hall's phones are given

export class Cloud {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.kind = "cloud";
    this.seeds = 500;
    this.told = null;
    this.choice = make("select.lab-scope", { "aria-label": t("Seeds of the cloud") }, ...SEEDS.map((count) => make("option", { value: count }, count ? t("{n} seeds", { n: written(count) }) : t("no cloud"))));
    this.choice.value = String(this.seeds);
    this.choice.addEventListener("change", () => {
      this.seeds = Number(this.choice.value);
      if (!this.seeds) this.told = null;
      this.stage.repaint();
    });
    this.words = make("p.lab-say", { role: "status" });
    this.root = make("section.lab-cloud-panel", { "aria-label": t("The same run under other noise"), hidden: true },
      make("div.lab-heading", {}, make("h2", {}, t("The same under other noise")), this.choice), this.words);
    this.follower = new Follower({
      question: (fine) => this.question(fine),
      send: (message, settle) => stage.asking.inquire(message, settle),
      show: (header, matrix, asked) => {
        this.told = { every: header.every, frames: header.frames, seeds: asked.seeds, points: matrix(header.arrays.points).data };
        say(this.words, header.sentence);
        this.root.dataset.seeds = String(asked.seeds);
        stage.repaint();
      },
      fault: (sentence) => stage.complain(sentence),
    });
    stage.picture.underlay = (pen, view, playhead) => this.draw(pen, view, playhead);
  }

  question(fine) {
    const { scene, asking } = this.stage;
    if (!fine || !this.seeds) return null;
    const run = asking.message().runs[scene.focus];
    return run.noise > 0 ? { kind: "cloud", run, seeds: this.seeds } : null;
  }

  again() {
    this.follower.again();
  }

  /** The question whose answer phones are given; null while there is no cloud. */
  handed() {
    const asked = this.told ? this.question(true) : null;
    return asked && { ...asked, seeds: Math.min(HANDED, asked.seeds) };
  }

  /** Show none until another is given. */
  drop() {
    this.told = null;
  }

  refresh() {
    const noisy = this.stage.scene.noise > 0;
    this.root.hidden = !noisy;
    if (!noisy) this.told = null;
    this.follower.follow(this.stage.hand.busy);
  }

  /** Every member where it is at the playhead, between the two pictures that are known. */
  draw(pen, view, playhead) {
    const { told } = this;
    if (!told || view.block) return;
    const { tokens, scene, theme } = this.stage;
    if (!(scene.noise > 0)) return;
    const place = Math.min(told.frames - 1, playhead / told.every);
    const first = Math.floor(place);
    const part = place - first;
    const [from, to] = [first, Math.min(told.frames - 1, first + 1)].map((frame) => 2 * frame * told.seeds);
    pen.setLineDash([]);
    const dots = new Path2D();
    for (let i = 0; i < 2 * told.seeds; i += 2) {
      const x = told.points[from + i] * (1 - part) + told.points[to + i] * part;
      const y = told.points[from + i + 1] * (1 - part) + told.points[to + i + 1] * part;
      const [px, py] = view.project(x, y);
      if (!(px > -9 && py > -9 && px < view.width + 9 && py < view.height + 9)) continue;
      dots.moveTo(px + DOT, py);
      dots.arc(px, py, DOT, 0, 2 * Math.PI);
    }
    pen.strokeStyle = tokens.casing;
    pen.lineWidth = 1.4;
    pen.globalAlpha = 0.8;
    pen.stroke(dots);
    pen.fillStyle = theme === "dark" ? "#FFE08A" : "#1A212B";
    pen.fill(dots);
    pen.globalAlpha = 1;
  }

  leave() {
    this.follower.leave();
    this.stage.picture.underlay = null;
  }
}
