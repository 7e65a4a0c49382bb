/** What the hand changes of a scene: start, rate, knobs, focus. The engine hears of it at once, Streamlit when the hand lets go. */

import { nextRate } from "./controls.js";

const PIXELS = 3; // the start snaps to a part of a pixel: a link of twelve digits says no more
const REST = 250; // ms after the last press of a key before Streamlit hears of it

export class Hand {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.busy = false;
    this.pointed = null; // the lane whose row is under the pointer: the others stand back
    /** Steps that the hand has asked for and Streamlit has not heard of. @type {number | undefined} */
    this.steps = undefined;
    /** Whether the rate belongs to every lane or to the one in focus. @type {boolean | undefined} */
    this.shared = undefined;
  }

  /** A hand has taken hold of something. */
  grab() {
    clearTimeout(this.pressed);
    this.busy = true;
    this.stage.playback.pause();
  }

  /** A key that changes something holds it until no key has been pressed for a while: a run that plays goes on. @param {() => void} act */
  press(act) {
    clearTimeout(this.pressed);
    this.busy = true;
    act();
    this.pressed = setTimeout(() => this.release(), REST);
  }

  /** The next round rate, or a hundredth more or less. @param {1 | -1} way @param {boolean} [fine] */
  pressRate(way, fine = false) {
    this.press(() => this.setRate(nextRate(this.stage.focused.rate, way, fine)));
  }

  /** The next method in the list. @param {1 | -1} way */
  turnFocus(way) {
    const { focus, lanes } = this.stage.scene;
    this.setFocus((focus + way + lanes.length) % lanes.length);
  }

  release() {
    this.busy = false;
    this.stage.parameters.settle();
    this.stage.commit();
    this.stage.asking.ask();
    this.stage.repaint();
  }

  /** Let go of all that it holds, unsaid: another scene takes the place of this one. */
  drop() {
    clearTimeout(this.pressed);
    this.busy = false;
  }

  /** The scene is another one now. */
  changed() {
    const { stage } = this;
    stage.complaint = "";
    stage.showControls();
    stage.asking.ask();
    if (!stage.asking.open) stage.repaint();
  }

  /** @param {number[]} start */
  snapped(start) {
    if (this.stage.picture.wanted === "cut") start = [start[0], this.stage.scene.start[1]]; // up there is loss, and no second weight
    const digits = Math.max(0, Math.ceil(-Math.log10(this.stage.picture.view.unit / PIXELS)));
    return start.map((part) => Number(part.toFixed(digits)));
  }

  setStart(start) {
    this.stage.scene.start = start;
    this.changed();
  }

  /** Back to where the landscape's lesson begins. */
  goHome() {
    this.grab();
    this.setStart([...this.stage.data.surface.start]);
    this.release();
  }

  /** Longer runs, for all. @param {number} steps */
  setSteps(steps) {
    this.grab();
    this.stage.scene.steps = steps;
    this.steps = steps;
    this.changed();
    this.release();
  }

  /** Points of each mini-batch, for all methods; null is all points. @param {number | null} size */
  setBatchSize(size) {
    this.stage.scene.batch_size = size;
    this.changed();
  }

  setRate(rate) {
    const { scene, focused } = this.stage;
    for (const lane of this.shared ? scene.lanes : [focused]) lane.rate = rate;
    this.changed();
  }

  setKnob(lane, key, value) {
    this.stage.scene.lanes[lane].knobs[key] = value;
    this.changed();
  }

  /** One click: every method that has a knob of this one takes over its value. */
  shareKnobs(lane) {
    const { scene } = this.stage;
    const { knobs } = scene.lanes[lane];
    this.grab();
    for (const other of scene.lanes) for (const key of Object.keys(other.knobs)) if (key in knobs) other.knobs[key] = knobs[key];
    this.changed();
    this.release();
  }

  setScheduleKnob(key, value) {
    const { scene, focused } = this.stage;
    const before = String(focused.schedule_knobs[key]);
    // For all that had it alike, but runs of the same optimizer: those are there to be compared.
    for (const lane of scene.lanes) {
      const together = lane.schedule === focused.schedule && lane.optimizer !== focused.optimizer && String(lane.schedule_knobs[key]) === before;
      if (lane === focused || together) lane.schedule_knobs[key] = value;
    }
    this.changed();
  }

  /** Whose rate it is from now on: all take over the one in focus, or each keeps its own. */
  shareRate(all) {
    this.shared = all;
    if (all) this.setRate(this.stage.focused.rate);
    this.stage.commit();
    this.stage.showControls();
  }

  setFocus(lane) {
    const { stage } = this;
    stage.scene.focus = lane;
    stage.buildScheduleKnobs();
    this.changed();
    stage.commit();
    stage.repaint();
  }

  /** Let one lane stand out while its row is pointed at; null lets all. @param {number | null} lane */
  point(lane) {
    if (lane === this.pointed) return;
    this.pointed = lane;
    this.stage.repaint();
  }
}
