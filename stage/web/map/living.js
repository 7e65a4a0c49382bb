/** The surface while a parameter moves under the hand: coarser, drawn anew at every answer; its own drawing follows when the hand lets go. */

import { make } from "../base/dom.js";
import { sharpness } from "../base/sharpness.js";
import { drawLabels, fetchGrid, flatView, levelLabels, readRelief } from "./ground.js";
import { drawSketch } from "./sketch.js";

const CELL = 8; // px of picture for each grid cell
const MOST = 110; // columns
const PARTS = 2; // of a cell between which heights are drawn
const BLOCK = 64; // columns of the block's grid
const REST = 4; // times as long as a search for critical points takes, the next one waits
const LEVEL = 11; // px of the level lines' numbers

export class Living {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.sheet = make("canvas.lab-sketch", { "aria-hidden": "true", hidden: true });
    stage.picture.map.append(this.sheet);
    this.wanted = null; // the text form of the surface under the hand; null when it holds none
    this.running = false;
    this.drawn = false; // whether anything was drawn since the hand has taken hold
    this.searched = 0; // when the next search for critical points may begin
  }

  /** The scene's surface has other values. */
  moved() {
    this.wanted = this.stage.scene.landscape;
    if (!this.running) this.run();
  }

  async run() {
    this.running = true;
    try {
      let next = this.fetch(this.wanted);
      while (next) {
        const asked = next;
        const grid = await asked.grid;
        // While this one is drawn, the next one is on its way.
        next = this.wanted && this.wanted !== asked.text ? this.fetch(this.wanted) : null;
        next?.grid.catch(() => null); // it is waited for when this one is drawn
        if (this.wanted) await this.draw({ ...asked, grid });
        if (!next && this.wanted && this.wanted !== asked.text) next = this.fetch(this.wanted);
        if (!next && !asked.search) this.searchSoon(asked.text);
      }
    } catch {
      // The line is down, or the values cannot be drawn: the picture follows when the hand lets go.
    } finally {
      this.running = false;
    }
  }

  /** The hand holds still: the marks get to where they belong. */
  searchSoon(text) {
    clearTimeout(this.still);
    this.still = setTimeout(() => {
      if (this.wanted === text && !this.running) this.run();
    }, Math.min(1000, Math.max(20, this.searched - performance.now())));
  }

  /** Ask for the losses of a surface, as many as what is shown of it needs. @param {string} text */
  fetch(text) {
    const { picture, data, scene } = this.stage;
    const shown = scene.window ?? data.surface.window;
    const size = picture.size;
    const route = new URL(`${data.base}/live/surface`, window.location.href).href;
    const block = picture.mode === "surface";
    const ground = block ? shown : picture.relief?.ground ?? picture.groundOf(shown);
    const [width, height] = block ? [BLOCK, BLOCK] : size;
    const columns = block ? BLOCK : Math.min(MOST, Math.round(width / CELL));
    const begin = performance.now();
    const search = this.drawn && begin > this.searched; // not the first of all, which the hand waits for
    if (search) this.searched = Infinity;
    const grid = fetchGrid(route, text, ground, width, height, undefined, columns, true, search ? shown : null).finally(() => {
      if (search) this.searched = performance.now() + REST * (performance.now() - begin);
    });
    return { text, search, shown, size, block, ground, grid };
  }

  async draw({ grid, shown, size, block, ground }) {
    const { stage } = this;
    const { picture, theme, tokens } = stage;
    const relief = readRelief(grid, shown, PARTS * grid.losses.columns);
    this.drawn = true;
    if (grid.critical) {
      picture.criticalPoints = grid.critical;
      picture.marksOf = null;
    }
    if (block) {
      await picture.block.morph(grid, relief.ladder, theme, size);
      stage.legend.show(relief, picture.criticalPoints, theme, tokens, picture.heightNote);
    } else {
      const [width, height] = size;
      const view = flatView(ground, width, height);
      const sharp = sharpness();
      const [wide, high] = [Math.round(width * sharp), Math.round(height * sharp)];
      if (this.sheet.width !== wide || this.sheet.height !== high) [this.sheet.width, this.sheet.height] = [wide, high];
      drawSketch(this.sheet, relief, view, theme, tokens, sharp, picture.scale);
      drawLabels(this.sheet.getContext("2d"), relief, levelLabels(relief, view, picture.scale), theme, tokens, LEVEL * picture.scale);
      this.sheet.hidden = false;
      stage.legend.show(relief, picture.criticalPoints, theme, tokens);
    }
    stage.root.dataset.sketched = String(Number(stage.root.dataset.sketched ?? 0) + 1);
  }

  /** The hand has let go: the surface's own drawing takes the sketch's place. */
  async settle() {
    if (!this.wanted) return;
    const { stage } = this;
    this.wanted = null;
    this.drawn = false;
    clearTimeout(this.still);
    await stage.groundwork.fetch();
    if (!this.wanted) this.sheet.hidden = true;
  }
}
