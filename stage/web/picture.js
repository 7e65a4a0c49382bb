/** The picture: the surface as a map or as a block, a canvas of ink above it, and the handle of the start. */

import { drawAxes } from "./draw/axes.js";
import { Block } from "./surface3d/block.js";
import { drawBlockAxes } from "./surface3d/block_axes.js";
import { layOnBlock } from "./surface3d/block_paths.js";
import { make, say } from "./base/dom.js";
import { drawContours } from "./map/contours.js";
import { drawLabels, fetchGrid, flatView, levelLabels, levelText } from "./map/ground.js";
import { Layers } from "./draw/layers.js";
import { withKey } from "./input/keymap.js";
import { PALETTE } from "./base/palette.js";
import { drawPoster } from "./map/poster.js";
import { paintInk, paintLandmarks, placeOfStart } from "./draw/painting.js";
import { layPath } from "./draw/paths.js";
import { sharpness } from "./base/sharpness.js";
import { groundOf, moved, neared, reachOf, zoomOver } from "./map/zoom.js";
import { t } from "./base/translate.js";

const LINE = 2.7;
const ROOM = 750; // px, the mean of a picture's sides up to which its marks are of a laptop's size: on a larger one they grow with it
const LEVEL = 11; // px of the level lines' numbers
const BLOCK_PX = 440; // the block's grid has 100 x 100 cells whatever its size on the screen
const STILL = 120; // ms after the last movement before ground is fetched for a new part of the map
const BARE = 1.5; // times as wide as the ground drawn: then its rim is in view
const FADE = 240; // ms from map to block, as the style sheet has it

/**
 * @typedef {{result: import("./wire/frame.js").Result, style: {colour: string, dash: string, marker: string}, focus: boolean, hidden: boolean, pale: boolean}} Track
 * @typedef {{route: string, landscape: string, key: string, window: number[][]}} Place whose surface it is and where to ask for it
 */

export class Picture {
  /** @param {() => Promise<unknown>} loadPlotly */
  constructor(loadPlotly) {
    this.loadPlotly = loadPlotly;
    this.plot = make("div.lab-plot", { "aria-hidden": "true" });
    this.labels = make("canvas.lab-labels", { "aria-hidden": "true" });
    this.map = make("div.lab-map", {}, this.plot, this.labels);
    this.under = make("canvas.lab-under", { "aria-hidden": "true" });
    this.block = new Block(() => this.looked());
    this.ink = make("canvas.lab-ink", { role: "img", "aria-label": t("Loss landscape") });
    this.handle = make("div.lab-start", { tabindex: 0, role: "slider", "aria-orientation": "horizontal", "aria-label": t("Start point") });
    this.reset = make("button.lab-reset", { type: "button", hidden: true, title: withKey(t("All of it"), "0"), onclick: () => this.resetView() }, t("Reset view"));
    this.follower = make("button.lab-follow", { type: "button", hidden: true, "aria-pressed": "false", title: withKey(t("Zoom out as far as the paths go"), "o"), onclick: () => this.follow() }, t("Follow the path"));
    this.corner = make("div.lab-corner", {}, this.follower, this.reset);
    this.veil = make("div.lab-veil", { hidden: true });
    this.told = make("div.lab-told", { hidden: true, "aria-hidden": "true" });
    this.root = make("div.lab-picture", {
      "data-mode": "map", tabindex: 0, role: "group", "aria-label": t("Picture: arrow keys turn the surface or move the map, plus and minus zoom, 0 shows all"),
    }, this.under, this.map, this.block.node, this.ink, this.handle, this.corner, this.told, this.veil);
    this.sharp = sharpness(); // of the canvases as they are: another one comes with the next ground
    this.laid = new WeakMap();
    this.layers = new Layers();
    this.landmarks = document.createElement("canvas");
    this.scale = 1; // of marks; in lecture mode lines grow a third more, so that they carry to the last row
    this.lectured = null; // lecture mode's scale; null beside the page's text, where the picture's size decides
    this.mode = "map";
    this.wanted = "map";
    this.zooms = true; // whether a wheel over the picture is the picture's; false leaves it to the page
    this.zoom = null;
    this.following = false; // whether the map goes out as far as the paths do
    this.fetched = -Infinity;
    this.handleAt = [0, 0];
    /** Set by the stage: called when the ground, the mode or the camera has changed, */
    this.onview = () => {};
    /** and when another part of the map wants its own ground. */
    this.onground = () => {};
    /** What lies under the paths, drawn anew on each frame. @type {((pen: any, view: any, playhead: number) => void) | null} */
    this.underlay = null;
    /** The boxes (x, y, width, height in px) of what lies on the picture, which no word hides under. @type {() => number[][]} */
    this.covers = () => [];
    this.names = ["x", "y"]; // of the variables
    this.axes = true; // whether numbers stand along the edges
    this.axed = []; // their boxes
    this.numbers = []; // the boxes of the level lines' numbers
    /** A sentence that says why the block cannot be shown; the map is. @param {string} sentence */
    this.onfault = () => {};
    this.block.onlost = () => this.flatten(t("The browser has taken the 3D picture away, as it does when memory is short. The map shows the same."));
  }

  get line() {
    return LINE * Math.max(1, this.scale) * (this.lectured > 1 ? 1.33 : 1);
  }

  /** Of the level lines' numbers, in px. */
  get levelSize() {
    return LEVEL * this.scale;
  }

  /** Width and height for which it was drawn last, in px: known without laying out the page. */
  get fitted() {
    return [this.flat?.width ?? 0, this.flat?.height ?? 0];
  }

  get size() {
    return [Math.round(this.root.clientWidth), Math.round(this.root.clientHeight)];
  }

  /** Draw for lecture mode with marks of this scale, or for the page: null. @param {number | null} scale */
  lecture(scale) {
    this.lectured = scale;
    this.grow();
  }

  grow() {
    this.scale = this.lectured ?? Math.max(1, Math.sqrt(this.size[0] * this.size[1]) / ROOM);
    this.root.style.setProperty("--gain", String(this.scale)); // lines of the ground and the start's handle read it
  }

  /** What everything is drawn through: the block as it was last seen, or the map. */
  get view() {
    return this.mode === "surface" && this.block.view ? this.block.view : this.flat;
  }

  /** Words for the colour bar: how losses became heights; empty where they are drawn as they are, and on the map. */
  get heightNote() {
    return this.mode === "surface" ? this.block.note : "";
  }

  /** The levels that the colours now shown stand for. */
  get ladder() {
    return this.mode === "surface" ? this.homeLadder : this.relief?.ladder;
  }

  get atHome() {
    return this.mode === "surface" ? this.block.atHome : !this.zoom;
  }

  /** Show another surface, or the same: only another one begins with the whole of its window. @param {Place} place */
  setPlace(place) {
    const key = JSON.stringify([place.key, place.window]);
    if (place.landscape !== this.place?.landscape) { // the same family at another value is looked at as before
      this.grid = null;
      this.stale = true;
    }
    this.place = place;
    if (key === this.placeKey) return;
    this.placeKey = key;
    this.zoom = null;
    this.setFollowing(false);
    this.homeLadder = null;
    this.homeRelief = null;
    this.grid = null;
    this.block.forget();
  }

  /** The ground that the map shows, or would. */
  groundOf(window) {
    return groundOf(window, this.zoom, ...this.size);
  }

  /** Show another ground, or the same in another size or theme. */
  async setGround(relief, criticalPoints, theme, tokens) {
    const [width, height] = this.size;
    this.grow();
    this.drawn = flatView(relief.ground, width, height);
    // Beyond the ground drawn the loss is mostly higher still: its colour stands in while one zooms out.
    this.root.style.setProperty("--beyond", PALETTE.surface[theme].at(-1));
    this.relief = relief;
    this.theme = theme;
    this.tokens = tokens;
    this.criticalPoints = criticalPoints;
    if (!this.zoom || !this.homeLadder || this.stale) [this.homeLadder, this.homeRelief] = [relief.ladder, relief];
    this.stale = false;
    this.underOf = null;
    this.marksOf = null;
    this.sharp = sharpness();
    for (const canvas of [this.labels, this.ink, this.landmarks]) {
      canvas.width = Math.round(width * this.sharp);
      canvas.height = Math.round(height * this.sharp);
    }
    this.layers.resize(width, height, this.sharp);
    this.drawNumbers();
    drawContours(this.plot, relief, this.drawn, theme, tokens);
    this.flat = flatView(this.groundOf(this.place.window), width, height);
    this.placeMap();
    if (window.Plotly) await this.showBlock();
  }

  /** Where the numbers of the level lines stand: where nothing of `covered`, boxes in px, lies on the picture. */
  levelLabels(covered = []) {
    const { relief, drawn, scale, levelSize: size } = this;
    const kept = covered.map(([x, y, width, height]) => [x - size, y - size, width + 2 * size, height + 2 * size]);
    return levelLabels(relief, drawn, scale).filter(({ x, y }) => !kept.some(([a, b, w, h]) => x > a && x < a + w && y > b && y < b + h));
  }

  /** Draw them. */
  drawNumbers() {
    const { relief, levelSize: size } = this;
    if (!relief) return;
    const pen = this.pen(this.labels);
    const labels = this.levelLabels(this.covers());
    drawLabels(pen, relief, labels, this.theme, this.tokens, size);
    this.numbers = labels.map(({ x, y, angle, level }) => {
      const [long, high] = [pen.measureText(levelText(relief.ladder.levels[level])).width, 1.2 * size];
      const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
      const [width, height] = [long * cos + high * sin, long * sin + high * cos];
      return [x - width / 2, y - height / 2, width, height];
    });
  }

  /** The boxes of what is written or lies on the picture already, in px. */
  taken() {
    const standing = this.mode === "map" && this.map.style.transform === "";
    return [...this.covers(), ...(standing ? this.numbers : []), ...this.axed];
  }

  /** Say something about the picture's use for a moment. @param {string} text @param {number} span in ms */
  tell(text, span) {
    say(this.told, text);
    this.told.hidden = false;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { this.told.hidden = true; }, span);
  }

  // ------- map and block

  /** Show the surface as a "map" or as a "surface" with its heights; where that cannot be, `onfault` says why. @param {"cut" | "map" | "surface"} mode */
  async setMode(mode) {
    this.wanted = mode;
    if (mode === "surface") {
      await this.loadPlotly().catch((fault) => this.flatten(fault.message));
      await this.showBlock();
    } else this.turnTo("map"); // under the curve of a surface in one variable, too
  }

  /** Back to the map, with the reason. */
  flatten(sentence) {
    this.wanted = "map";
    this.turnTo("map");
    this.onfault(sentence);
  }

  turnTo(mode) {
    if (mode === this.mode) return;
    this.mode = mode;
    this.root.dataset.mode = mode;
    this.root.classList.add("lab-turning");
    setTimeout(() => this.root.classList.remove("lab-turning"), FADE);
    this.looked();
  }

  /** Draw the block and turn to it, if that is still wanted and its surface is known: else it comes with the ground. */
  async showBlock() {
    if (this.wanted !== "surface" || !this.relief) return;
    const { place, theme } = this;
    this.grid ??= fetchGrid(place.route, place.landscape, place.window, BLOCK_PX, BLOCK_PX);
    const asked = this.grid;
    const current = () => asked === this.grid && theme === this.theme && this.wanted === "surface";
    try {
      const grid = await asked;
      if (!current()) return; // another surface or theme came meanwhile, and asks for itself
      await this.block.show(grid, this.homeLadder, theme, this.size);
      if (current()) this.turnTo("surface");
    } catch (fault) {
      if (asked !== this.grid) return;
      this.grid = null;
      this.flatten(fault.message);
    }
  }

  // ------- where one looks

  /** Another view: all that lies on the ground goes along in this same frame. */
  looked() {
    this.reset.hidden = this.atHome;
    this.again();
    this.onview();
  }

  /** Bring nearer by a factor what is at (px, py), or take it farther off. */
  near(factor, at) {
    this.setFollowing(false);
    if (this.mode === "surface") this.block.near(factor, at);
    else this.lookAt(neared(this.place.window, this.zoom, factor, this.flat.unproject(...at)));
  }

  pan(dx, dy) {
    const { unit } = this.flat;
    this.setFollowing(false);
    if (this.mode === "surface") this.block.move(dx, dy);
    else this.lookAt(moved(this.place.window, this.zoom, -dx * unit, dy * unit));
  }

  turn(dx, dy) {
    if (this.mode === "surface") this.block.turn(dx, dy);
  }

  resetView() {
    const focused = document.activeElement === this.reset;
    this.setFollowing(false);
    if (this.mode === "surface") this.block.home();
    else this.lookAt(null);
    if (focused) this.handle.focus({ preventScroll: true }); // the button that had it is gone
  }

  /** Let the map go out as far as the paths have gone by the playhead, or come back. */
  follow() {
    if (this.mode !== "map") return;
    this.setFollowing(!this.following);
    if (this.following) this.again();
    else this.lookAt(null);
  }

  setFollowing(on) {
    this.following = on;
    this.follower.setAttribute("aria-pressed", String(on));
  }

  /** The ground under every path as far as it has come. */
  keepUp(tracks, playhead) {
    const home = groundOf(this.place.window, null, ...this.size);
    const shown = tracks.filter(({ hidden }) => !hidden).map(({ result }) => result);
    const zoom = zoomOver(home, reachOf(this.place.window, shown, playhead));
    if (JSON.stringify(zoom) === JSON.stringify(this.zoom)) return;
    this.aimAt(zoom);
    this.placeMap();
  }

  lookAt(zoom) {
    this.aimAt(zoom);
    if (this.looking) return;
    this.looking = requestAnimationFrame(() => {
      this.looking = null;
      this.placeMap();
      this.looked();
    });
  }

  /** Take another view of the map, whose ground follows when it has stood still. */
  aimAt(zoom) {
    this.zoom = zoom;
    this.flat = flatView(this.groundOf(this.place.window), ...this.size);
    clearTimeout(this.still);
    const fetch = () => {
      this.fetched = performance.now();
      this.onground();
    };
    // Far out there is little to stretch: then the new ground is asked for on the way.
    if (this.flat.unit > BARE * this.drawn.unit && performance.now() - this.fetched > 2 * STILL) fetch();
    this.still = setTimeout(fetch, STILL);
  }

  /** Until its own ground is there, the old one stands in, stretched; below it the whole window, where that is larger. */
  placeMap() {
    this.reset.hidden = this.atHome;
    const stretch = (canvas, view) => {
      const [left, top] = this.flat.project(...view.unproject(0, 0));
      canvas.style.transform = view.unit === this.flat.unit && !left && !top ? "" : `translate(${left}px, ${top}px) scale(${view.unit / this.flat.unit})`;
    };
    stretch(this.map, this.drawn);
    this.under.hidden = !this.zoom;
    if (!this.zoom || !this.homeRelief) return;
    if (this.underOf !== this.homeRelief) {
      this.underOf = this.homeRelief;
      [this.under.width, this.under.height] = this.size.map((side) => Math.ceil(side / 2));
      drawPoster(this.under, this.homeRelief, this.theme, this.tokens.line);
    }
    stretch(this.under, flatView(this.homeRelief.ground, ...this.size));
  }

  // ------- ink

  pen(canvas) {
    const pen = canvas.getContext("2d");
    pen.setTransform(this.sharp, 0, 0, this.sharp, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    return pen;
  }

  drawLandmarks() {
    const { view } = this;
    if (this.marksOf === view) return;
    this.marksOf = view;
    const pen = this.pen(this.landmarks);
    this.landmarkPlaces = paintLandmarks(pen, this);
    this.axed = this.drawAxes(pen, this.covers());
  }

  /** The numbers along the edges. @param {any} pen @param {number[][]} covered boxes in px of what lies on the picture @returns {number[][]} where they stand */
  drawAxes(pen, covered) {
    const { view, tokens, names, scale } = this;
    return !this.axes ? [] : (view.block ? drawBlockAxes : drawAxes)(pen, view, tokens, names, scale, covered);
  }

  /** Numbers along the edges, or none. @param {boolean} on */
  showAxes(on) {
    this.axes = on;
    this.marksOf = null;
    this.again();
  }

  lay(result, view) {
    if (!this.laid.has(view)) this.laid.set(view, new WeakMap());
    const here = this.laid.get(view);
    if (!here.has(result)) here.set(result, (view.block ? layOnBlock : layPath)(result.points, view, result.begin));
    return here.get(result);
  }

  /** Where the handle of the start is, in px. */
  startAt() {
    return this.handleAt;
  }

  /** Paint what was painted last, through the view of now. */
  again() {
    if (this.painted) this.paint(...this.painted);
  }

  /**
   * @param {Track[]} tracks the focused one last @param {number[]} start @param {number} playhead
   * @param {{anatomy: import("./draw/arrows.js").Anatomy, phase: "start" | "gradient" | "update" | "repeat"} | null} [step] what to draw at the focused ball
   */
  paint(tracks, start, playhead, step = null) {
    this.painted = [tracks, start, playhead, step];
    if (this.following && this.mode === "map" && this.flat) this.keepUp(tracks, playhead);
    const { view, tokens, theme, scale, layers } = this;
    // A page that is being left has no room any more, and a canvas without room cannot be drawn.
    // The sheets know it first: the view is that of the last fit.
    if (!view || [view.width, view.height, layers.width, layers.height].some((side) => side < 1)) return;
    const pen = this.pen(this.ink);
    this.drawLandmarks();
    const { exits, tags, finish } = paintInk(this, {
      pen, taken: this.taken(),
      underlay: (at) => this.underlay?.(pen, view, at),
      paths: (shown, at) => layers.paint(pen, shown, at, { theme, tokens, scale }),
      landmarks: () => pen.drawImage(this.landmarks, 0, 0, view.width, view.height),
    }, { tracks, start, playhead, step });
    this.placeStart(start);
    this.follower.hidden = this.mode !== "map" || !(exits.length || this.following);
    const corner = this.cornerBox();
    if (corner) tags.keepClear(corner);
    finish();
  }

  /** Where the buttons on the picture are, [left, top, width, height] in px; null where there are none. */
  cornerBox() {
    const shown = `${this.follower.hidden} ${this.reset.hidden} ${this.view.width}`;
    if (shown !== this.cornerOf) {
      const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = this.corner;
      [this.cornerOf, this.cornerAt] = [shown, offsetWidth ? [offsetLeft, offsetTop, offsetWidth, offsetHeight] : null];
    }
    return this.cornerAt;
  }

  placeStart(start) {
    const { at } = placeOfStart(this.view, start);
    this.handleAt = at;
    this.handle.style.transform = `translate(${at[0]}px, ${at[1]}px)`;
  }
}
