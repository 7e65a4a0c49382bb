/** The surface as a solid block: its Plotly node, its pose, and the view through which everything else is drawn on it. */

import { cameraOf, homePose, isHome, moved, neared, turned } from "./block_camera.js";
import { drawBlock, footOf } from "./block_draw.js";
import { HeightField, heightScale } from "./block_field.js";
import { sceneOf } from "./block_scene.js";
import { blockView } from "./block_view.js";
import { make } from "../base/dom.js";

const TURN = 0.0075; // radians for a px of the hand's way
const TILT = 0.006;

export class Block {
  /** @param {() => void} looked called in the very frame in which Plotly has drawn from another place */
  constructor(looked) {
    this.node = make("div.lab-block", { "aria-hidden": "true" });
    this.looked = looked;
    this.pose = homePose();
    this.view = null;
    this.note = "";
    this.onlost = () => {};
  }

  get atHome() {
    return isHome(this.pose);
  }

  /** Stand for another surface: whatever was drawn no longer counts, and one looks from home. */
  forget() {
    this.lose();
    this.pose = homePose();
  }

  /** What was drawn is gone; where one looks from is not. */
  lose() {
    this.drawn = null;
    this.view = null;
  }

  /**
   * Draw, unless just this is drawn. Raises an Error with a sentence where 3D cannot be had.
   * @param {{losses: import("../wire/frame.js").Matrix, ground: number[][]}} grid @param {import("../map/relief.js").Ladder} ladder of the map, whose colours the block wears
   */
  async show(grid, ladder, theme, size) {
    const wanted = [grid, ladder, theme, ...size];
    if (this.drawn && wanted.every((part, i) => part === this.drawn[i])) return;
    const scale = heightScale(ladder);
    this.note = scale.note;
    this.field = new HeightField(grid, scale.of);
    this.size = size;
    await drawBlock(this.node, this.field, grid.losses.data, ladder, this.camera, theme, size);
    this.aim(); // the hand may have turned it while Plotly drew from where it stood before
    if (!this.drawnOnce) this.node.on("plotly_webglcontextlost", () => {
      this.lose();
      this.onlost();
    });
    this.drawnOnce = true;
    this.drawn = wanted;
    this.scene = sceneOf(this.node);
    this.scene.whenDrawn(() => this.look());
    await this.settled();
  }

  /** Take another shape, seen from where one stands: what a moving parameter asks many times a second. */
  async morph(grid, ladder, theme, size) {
    if (!this.scene) return;
    const scale = heightScale(ladder);
    this.note = scale.note;
    this.field = new HeightField(grid, scale.of);
    this.size = size;
    this.drawn = null;
    await drawBlock(this.node, this.field, grid.losses.data, ladder, this.camera, theme, size);
    this.aim();
    this.look();
  }

  get camera() {
    return cameraOf(this.pose, this.field, footOf(this.field), ...this.size);
  }

  aim() {
    if (this.scene && this.field) this.scene.aim(this.camera);
  }

  /** Plotly has drawn: if from elsewhere, everything laid out through the old view is stale. */
  look() {
    const affine = this.scene.affine(...this.size);
    const key = affine.flat().map((value) => value.toPrecision(9)).join();
    if (key === this.seen && this.view?.field === this.field) return;
    this.seen = key;
    this.view = blockView(this.field, affine, ...this.size);
    this.looked();
  }

  /** Plotly moves its camera over some frames; wait until the view stands still. */
  async settled() {
    let seen = null;
    for (let quiet = 0, frames = 0; quiet < 3 && frames < 60; frames += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      this.look();
      quiet = this.seen === seen ? quiet + 1 : 0;
      seen = this.seen;
    }
  }

  set(pose) {
    this.pose = pose;
    this.aim();
  }

  /** @param {number} dx px of the hand's way */
  turn(dx, dy) {
    this.set(turned(this.pose, -TURN * dx, TILT * dy));
  }

  /** @param {number} factor @param {[number, number]} at px of the point that stays */
  near(factor, [px, py]) {
    const [width, height] = this.size;
    this.set(neared(this.pose, factor, [(px - width / 2) / (height / 2), (height / 2 - py) / (height / 2)]));
  }

  move(dx, dy) {
    const half = this.size[1] / 2;
    this.set(moved(this.pose, dx / half, -dy / half));
  }

  home() {
    this.set(homePose());
  }

  /** End with the stage: what Plotly has drawn would go on asking for every frame, and keep its WebGL context. */
  leave() {
    if (this.drawnOnce) window.Plotly.purge(this.node);
    this.drawnOnce = false;
    this.lose();
  }
}
