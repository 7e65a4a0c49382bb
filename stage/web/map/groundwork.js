/** Which surface the picture stands on, and how it is looked at: fetched, drawn, switched, followed. */

import { ringsOf } from "./contours.js";
import { fetchGrid, readRelief } from "./ground.js";
import { say } from "../base/dom.js";
import { groundOf } from "./zoom.js";
import { t } from "../base/translate.js";

const SETTLE = 80; // ms after the last change of size
const ARROWS = {
  off: [t("Arrows over the map: none"), t("Arrows over the map (F): none")],
  down: [t("Arrows over the map: downhill, −∇L, the way of a plain step"), t("Arrows over the map (F): downhill, −∇L, the way of a plain step")],
  up: [t("Arrows over the map: uphill, ∇L, the gradient"), t("Arrows over the map (F): uphill, ∇L, the gradient")],
};
const FINER = [64, 128, 256]; // columns of a surface whose every point asks a whole network: coarse at once, then finer
const IDLE = 1000; // ms after which an idle moment is waited for no longer
const AGAIN = 2000; // ms before a surface that did not come is asked for again

export class Groundwork {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.ready = false; // whether the surface drawn is the scene's: old ground and new path must not meet
    this.kept = null; // a ground that was read before it is asked for
    this.relief = null; // as it was read for a picture of the size that it carries, [width, height] in px
  }

  leave() {
    clearTimeout(this.resizing);
    clearTimeout(this.later);
    this.fetching?.abort();
  }

  resized() {
    clearTimeout(this.resizing);
    this.resizing = setTimeout(() => {
      const { stage } = this;
      const { picture } = stage;
      stage.fitFormula();
      const [width, height] = picture.size;
      if (!this.relief || !width || !height) return;
      if (matchMedia("only print").matches) return; // the sheet shows what the screen showed
      if (String(this.relief.size) !== String(picture.size)) this.fetch();
      stage.arrivalsOf = null;
      stage.repaint();
    }, SETTLE);
  }

  /** Ask for exactly the ground that the picture shows, and draw it. */
  async fetch() {
    const { scene, data, picture } = this.stage;
    const [width, height] = picture.size;
    if (!width || !height) return;
    this.fetching?.abort();
    this.fetching = new AbortController();
    const shown = scene.window ?? data.surface.window;
    const route = new URL(`${data.base}/live/surface`, window.location.href).href;
    this.asked = scene.landscape;
    picture.setPlace({ route, landscape: scene.landscape, key: data.surface.key, window: shown });
    const ground = picture.groundOf(shown);
    const { veil } = picture;
    if (this.kept?.of === nameOf(scene.landscape, ground, picture.size)) {
      veil.hidden = true;
      this.relief = this.kept.relief;
      return this.draw();
    }
    try {
      const { signal } = this.fetching;
      for (const columns of data.surface.heavy ? FINER : [undefined]) {
        if (columns) say(this.stage.line, t("Drawing {n} of {all} columns", { n: columns, all: FINER.at(-1) }));
        const grid = await fetchGrid(route, scene.landscape, ground, width, height, signal, columns);
        veil.hidden = true;
        this.relief = { ...readRelief(grid, shown, width), size: [width, height] };
        await this.draw();
        // The picture may have changed its size while the ground was under way.
        if (String(this.relief.size) !== String(picture.size)) this.resized();
      }
      if (data.surface.heavy) say(this.stage.line, this.stage.results.length ? "" : t("Compiling for this network"));
    } catch (fault) {
      if (fault.name === "AbortError") return;
      veil.hidden = false;
      say(veil, fault.refused ? fault.message : t("The surface could not be fetched ({fault}). It is tried again.", { fault: fault.message }));
      if (!fault.refused) this.later = setTimeout(() => this.fetch(), AGAIN);
    }
  }

  /**
   * Have the browser keep the ground of another picture, as it would be asked for in this size.
   * @param {any} data as the stage is given it @param {boolean} [next] whether it is read and its lines are traced, too: for one picture at a time
   */
  async prefetch({ base, surface, scene }, next = false) {
    const [width, height] = this.stage.picture.size;
    if (!width || !height || surface.heavy) return;
    const route = new URL(`${base}/live/surface`, window.location.href).href;
    const shown = scene.window ?? surface.window;
    const ground = groundOf(shown, null, width, height);
    const grid = await fetchGrid(route, scene.landscape, ground, width, height).catch(() => null); // what does not come is asked for again when it is shown
    const of = nameOf(scene.landscape, ground, [width, height]);
    if (!grid || !next || this.kept?.of === of) return;
    await idle();
    const relief = { ...readRelief(grid, shown, width), size: [width, height] };
    await idle();
    ringsOf(relief);
    this.kept = { of, relief };
  }

  async draw() {
    const { relief, stage } = this;
    if (!relief) return;
    const { theme, tokens, picture, scene } = stage;
    await document.fonts.load('600 11px "Source Sans"').catch(() => null);
    await picture.setGround(relief, this.criticalPoints, theme, tokens);
    this.showLegend();
    stage.field.refresh(scene.landscape, tokens);
    stage.root.dataset.surface = scene.landscape;
    this.ready = true;
    stage.repaint();
  }

  /** Those that are known of the scene's surface: while a parameter has another value than Streamlit knows of, none. */
  get criticalPoints() {
    const { data, scene } = this.stage;
    return data.scene.landscape === scene.landscape ? data.surface.critical_points : [];
  }

  showLegend() {
    const { theme, tokens, picture, legend } = this.stage;
    legend.show({ ...this.relief, ladder: picture.ladder }, this.criticalPoints, theme, tokens, this.scaleNote());
  }

  /** What the colour bar says of its scale; a block says what its height is. */
  scaleNote() {
    const { mode, ladder, heightNote } = this.stage.picture;
    if (mode !== "surface" || !heightNote) return "";
    return ladder.log ? t("log scale · {height}", { height: heightNote }) : heightNote;
  }

  /** Another view of the same surface: nothing is computed anew, only words and numbers about the view follow. */
  viewed() {
    const { stage } = this;
    stage.field.refresh(stage.scene.landscape, stage.tokens);
    if (this.ready) this.showLegend();
    stage.repaint();
  }

  async setMode(mode) {
    const { stage } = this;
    stage.quieten(); // of the other picture, which is wanted no more, or tried once more
    stage.modes.show(mode);
    stage.commitSoon();
    await stage.picture.setMode(mode);
    stage.repaint();
  }

  /** No arrows, then those of the steps, then those of the gradient. */
  turnField() {
    const { arrows, field, scene, tokens } = this.stage;
    const way = field.turn();
    arrows.setAttribute("aria-pressed", String(way !== "off"));
    const [name, title] = ARROWS[way];
    arrows.setAttribute("aria-label", name);
    arrows.title = title;
    arrows.querySelector(".lab-glyph").style.transform = way === "up" ? "scaleY(-1)" : "";
    field.refresh(scene.landscape, tokens);
  }
}

/** What a ground is kept by: the surface, the part of it, and the size it is read for. */
const nameOf = (landscape, ground, size) => JSON.stringify([landscape, ground, size]);

/** A moment in which nothing is to be drawn; not every browser tells one. */
function idle() {
  return new Promise((resolve) => ("requestIdleCallback" in window ? window.requestIdleCallback(resolve, { timeout: IDLE }) : setTimeout(resolve, IDLE)));
}
