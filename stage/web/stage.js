/**
 * The live picture of a descent. Streamlit calls `show` on every rerun; in between, the hand speaks to the engine over
 * the wire and Streamlit hears of it only when the hand lets go.
 */

import { makeCurves } from "./curves.js";
import { makeKnob, makeRate } from "./controls.js";
import { glyph, make, say } from "./dom.js";
import { fromBase64, openAnswer } from "./frame.js";
import { makeCursor } from "./cursor.js";
import { makeField } from "./field.js";
import { fetchGrid, readRelief } from "./ground.js";
import { attachStart } from "./handles.js";
import { showByItself } from "./hero.js";
import { attachKeys } from "./keys.js";
import { Lecture } from "./lecture.js";
import { makeLegend } from "./legend.js";
import { makeModes } from "./modes.js";
import { styleOf } from "./palette.js";
import { Picture } from "./picture.js";
import { makeOneStep } from "./onestep.js";
import { Playback } from "./playback.js";
import { makeRace } from "./race.js";
import { makeStart } from "./start.js";
import { themeOf, tokensOf } from "./theme.js";
import { makeTabs } from "./tabs.js";
import { makeTransport } from "./transport.js";
import { Wire } from "./wire.js";
import { describe } from "./words.js";

const REST = 250; // ms after the last movement before the slower questions are asked and the sentence is spoken
const ECHO = 4000; // ms to wait for Streamlit's echo of a commit before its word counts again

const styled = Promise.all([loadStyle("./tokens.css"), loadStyle("./stage.css"), loadStyle("./surface.css"), loadStyle("./lecture.css")]);

function loadStyle(name) {
  const link = make("link", { rel: "stylesheet", href: new URL(name, import.meta.url) });
  return new Promise((resolve) => {
    link.onload = resolve;
    link.onerror = resolve;
    document.head.append(link);
  });
}

let plotly = null;

/** Plotly.js takes a good part of a second to start: it comes after the first picture, not before it. */
function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = make("script", { src: new URL("./plotly.min.js", import.meta.url), async: true });
    script.onload = resolve;
    script.onerror = () => reject(new Error("The drawing library did not load. Reload the page."));
    document.head.append(script);
  });
  return plotly;
}

const afterPaint = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve, 30)); });

const stages = new WeakMap();

/** Build the stage in its element, or bring the one that is there up to date. */
export async function show(component) {
  const { parentElement } = component;
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = new Stage(parentElement);
    stages.set(parentElement, stage);
  }
  stage.component = component;
  await styled;
  await stage.update(component.data);
}

/** @param {HTMLElement} parentElement */
export function leave(parentElement) {
  stages.get(parentElement)?.leave();
  stages.delete(parentElement);
}

class Stage {
  constructor(parent) {
    this.parent = parent;
    this.revision = 0;
    this.committed = -Infinity;
    this.hands = 0;
    this.hidden = new Set();
    this.results = [];
    this.summary = "";
    this.playback = new Playback(() => this.repaint(), () => this.commitSoon());
  }

  build() {
    this.picture = new Picture(loadPlotly);
    this.picture.onview = () => this.viewed();
    this.picture.onground = () => this.newGround();
    this.picture.onfault = (sentence) => {
      this.modes.show(this.picture.wanted);
      this.complain(sentence);
    };
    this.modes = makeModes((mode) => this.setMode(mode));
    const hand = { grab: () => this.grab(), release: () => this.release(), fault: (sentence) => this.complain(sentence) };
    this.title = make("h1", {});
    this.formula = make("span.lab-formula", {});
    this.link = make("button.lab-icon", { type: "button", title: "Copy the link to exactly this picture", "aria-label": "Copy link", onclick: () => this.copyLink() }, glyph("link"));
    this.present = make("button.lab-icon.lab-present", { type: "button", title: "Lecture mode (L)", "aria-label": "Lecture mode", onclick: () => this.lecture.toggle() }, glyph("slideshow"));
    this.arrows = make("button.lab-icon", { type: "button", title: "Downhill arrows (F)", "aria-label": "Downhill arrows over the map", "aria-pressed": "false", onclick: () => this.toggleField() }, glyph("air"));
    this.tally = make("div.lab-tally", { "aria-hidden": "true" });
    this.line = make("span.lab-line", { role: "status" });
    this.verdict = make("p.lab-verdict", {});
    this.spoken = make("p.lab-unseen", { role: "status" });
    this.legend = makeLegend();
    this.rate = makeRate({ ...hand, move: (rate) => this.setRate(rate), shared: (all) => this.shareRate(all) });
    this.transport = makeTransport(this.playback, () => this.commit());
    this.race = makeRace({ ...hand, focus: (lane) => this.setFocus(lane), toggle: (lane) => this.toggle(lane), knob: (lane, key, value) => this.setKnob(lane, key, value) });
    this.curves = makeCurves({ seek: (step) => { this.playback.pause(); this.playback.seek(step); }, settled: () => this.commit() });
    this.start = makeStart({ ...hand, move: (start) => this.setStart(start), home: () => this.data.surface.start });
    this.oneStep = makeOneStep({ phase: () => this.repaint(), onward: () => { this.playback.advance(1); this.commitSoon(); } });
    this.scheduleKnobs = make("section.lab-schedule", { "aria-label": "Schedule" });
    this.root = make("div.lab", { "data-theme": "light" },
      make("div.lab-main", {},
        make("div.lab-head", {}, this.title, this.formula, make("span.lab-space"), this.line, this.modes.root, this.arrows, this.link, this.present),
        this.picture.root, this.legend.root,
        make("div.lab-verdict-box", {}, this.verdict, this.spoken),
        this.rate.root, this.transport.root));
    const panels = make("div.lab-side", {});
    const tabs = makeTabs(panels, () => this.repaint());
    panels.append(this.tally, tabs, this.race.root, this.scheduleKnobs, this.oneStep.root, this.curves.root, this.start.root);
    this.root.append(panels);
    this.parent.replaceChildren(this.root);
    this.lecture = new Lecture(this.root, () => this.rescale());
    this.deafen = attachKeys(this.keymap(), () => this.root.isConnected && this.root.offsetParent !== null || this.lecture.on);
    attachStart(this.picture, { get: () => this.scene.start, move: (start) => this.setStart(this.snapped(start)), ...hand });
    const inquire = (message, settle) => this.wire?.inquire(message, settle);
    this.field = makeField(this.picture, inquire);
    makeCursor(this.picture, inquire, () => ({ landscape: this.scene?.landscape, busy: this.hands > 0 }));
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.picture.root);
  }

  leave() {
    this.playback.pause();
    this.endFilm?.();
    this.deafen?.();
    this.lecture?.leave();
    this.root?.remove();
    this.sizes?.disconnect();
    this.wire?.close();
    clearTimeout(this.rest);
  }

  /** Streamlit's word: on mount, after each rerun, and when the theme changes. */
  async update(data) {
    if (!this.root) this.build();
    const first = !this.data;
    const stale = data.revision < this.revision && performance.now() - this.committed < ECHO;
    const theme = themeOf(this.parent);
    const repaintGround = theme !== this.theme;
    this.theme = theme;
    this.root.dataset.theme = theme;
    this.tokens = tokensOf(this.root);
    if (stale || (this.hands && !first)) {
      if (repaintGround && this.relief) await this.drawGround();
      return;
    }
    const before = this.data;
    this.data = data;
    if (before && JSON.stringify(before.scene) !== JSON.stringify(data.scene)) this.complaint = "";
    this.scene = structuredClone(data.scene);
    this.revision = Math.max(this.revision, data.revision);
    this.facts(before, repaintGround);
    if (first && data.hero) {
      this.root.classList.add("lab-hero");
      this.endFilm = showByItself(this.playback, this.root, () => this.hands > 0);
    }
    const moved = !before || before.scene.landscape !== data.scene.landscape || JSON.stringify(before.scene.window) !== JSON.stringify(data.scene.window);
    if (moved) {
      this.grounded = false; // until the new ground is there, old ground and new path must not meet
      if (!first) {
        this.results = [];
        this.playback.seek(Infinity);
      }
    }
    if (first) {
      if (data.scene.playhead !== null) Object.assign(this.playback, { place: data.scene.playhead, atEnd: false });
      if (data.frame) this.take(openAnswer(fromBase64(data.frame)));
      this.connect();
    } else if (data.frame && !this.wire.open) this.take(openAnswer(fromBase64(data.frame)));
    this.writeLink(data.link);
    this.ask();
    if (first && data.scene.lecture && !data.hero) this.lecture.enter();
    if (first && data.scene.view === "surface") this.setMode("surface");
    if (moved) await this.newGround();
    else if (repaintGround && this.relief) await this.drawGround();
  }

  /** The address follows the picture without filling the browser's history. */
  writeLink(link) {
    if (this.data.hero) return;
    const kept = [...new URLSearchParams(window.location.search)].filter(([key]) => key.startsWith("embed")).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    const query = [...kept, ...(link ? [link] : [])].join("&");
    const address = `${window.location.pathname}${query ? `?${query}` : ""}${window.location.hash}`;
    if (address !== window.location.pathname + window.location.search + window.location.hash) window.history.replaceState(window.history.state, "", address);
  }

  /** Names, knobs and lists: whatever depends on what the pickers say. */
  facts(before, repaint) {
    const { scene, data } = this;
    say(this.title, data.surface.name);
    if (before?.surface.formula !== data.surface.formula) this.formula.innerHTML = data.surface.formula;
    this.fitFormula();
    scene.lanes.forEach((lane, i) => {
      lane.optimizerFacts = data.optimizers[lane.optimizer];
      lane.scheduleFacts = data.schedules[lane.schedule];
      lane.index = i;
    });
    scene.focus = Math.min(scene.focus, scene.lanes.length - 1);
    this.shared ??= new Set(scene.lanes.map(({ rate }) => rate)).size === 1;
    const shape = scene.lanes.map(({ optimizer }) => optimizer).join();
    if (shape !== this.shape) {
      this.shape = shape;
      this.results = [];
      this.hidden.clear();
      this.race.build(this.tracks(), this.tokens, this.lecture.scale);
    } else if (repaint) this.race.build(this.tracks(), this.tokens, this.lecture.scale);
    this.buildScheduleKnobs();
    this.showControls();
  }

  /** A formula that is cut says something else: shown whole or not at all. */
  fitFormula() {
    this.formula.classList.toggle("lab-cut", this.formula.scrollWidth > this.formula.clientWidth + 1);
  }

  tracks() {
    return this.scene.lanes.map((lane, i) => ({
      lane, optimizer: lane.optimizerFacts, style: styleOf(lane.optimizer, this.theme), result: this.results[i],
      focus: i === this.scene.focus, hidden: this.hidden.has(i),
    }));
  }

  get focused() {
    return this.scene.lanes[this.scene.focus];
  }

  buildScheduleKnobs() {
    const facts = this.focused.scheduleFacts;
    const shape = `${this.focused.schedule}`;
    if (this.scheduleShape === shape) return;
    this.scheduleShape = shape;
    const knobs = facts.knobs.map((spec) => ({ spec, knob: makeKnob(spec, {
      grab: () => this.grab(), release: () => this.release(), fault: (sentence) => this.complain(sentence),
      move: (value) => {
        for (const lane of this.scene.lanes) if (lane.schedule === this.focused.schedule) lane.schedule_knobs[spec.key] = value;
        this.changed();
      },
    }) }));
    this.scheduleParts = knobs;
    this.scheduleKnobs.hidden = !knobs.length;
    this.scheduleKnobs.replaceChildren(make("div.lab-heading", {}, make("h2", {}, `Schedule: ${facts.name}`), make("span.lab-aside", {}, facts.about)), ...knobs.map(({ knob }) => knob.row));
  }

  connect() {
    const { base } = this.data;
    const url = new URL(`${base}/live`, window.location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.wire = new Wire(url.href, {
      answer: (header, results, note) => this.take({ header, results }, note),
      refusal: (sentence) => this.complain(sentence),
      line: (open) => this.showLine(open),
    });
  }

  showLine(open) {
    this.offlineNote && clearTimeout(this.offlineNote);
    if (open) {
      this.stepAsked = "";
      say(this.line, "");
      this.root.classList.remove("lab-offline");
      this.ask();
      return;
    }
    this.offlineNote = setTimeout(() => {
      this.root.classList.add("lab-offline");
      say(this.line, "Reconnecting: the picture follows on release");
    }, 600);
  }

  message() {
    const { scene } = this;
    const common = {};
    for (const key of ["landscape", "start", "steps", "gradient_tolerance", "loss_tolerance", "noise", "seed", "clip_norm", "clip_value"]) if (scene[key] !== null) common[key] = scene[key];
    return {
      focus: scene.focus,
      runs: scene.lanes.map(({ optimizer, rate, knobs, schedule, schedule_knobs }) => ({ ...common, optimizer, rate, knobs, schedule, schedule_knobs })),
    };
  }

  ask() {
    if (!this.wire) return;
    if (this.fastestQuestion() !== this.fastestOf) this.rate.showFastest(undefined);
    this.wire.ask(this.message(), { shape: this.shape, landscape: this.scene.landscape, focus: this.scene.focus });
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.atRest(), REST);
  }

  atRest() {
    if (this.hands) return;
    say(this.spoken, this.complaint || this.summary);
    const question = this.fastestQuestion();
    if (question === this.fastestOf) return;
    this.wire?.inquire({ kind: "fastest", run: JSON.parse(question) }, (header) => {
      if (header.error || question !== this.fastestQuestion()) return;
      this.fastestOf = question;
      this.rate.showFastest(header.rate);
    });
  }

  /** The run in focus and the step at the playhead, as the question what that step is made of. */
  stepQuestion() {
    const run = this.message().runs[this.scene.focus];
    const step = Math.min(this.playback.step, Math.max(0, this.results[this.scene.focus].points.rows - 1));
    return JSON.stringify({ kind: "step", run, step });
  }

  /** Asked only at rest: under the hand the wire belongs to the descents. */
  askStep(question) {
    if (this.hands || this.playback.playing || question === this.stepAsked) return;
    this.stepAsked = question;
    this.wire?.inquire(JSON.parse(question), (answer) => {
      if (answer.error) return;
      this.anatomy = { ...answer, of: question };
      this.oneStep.show(answer, this.focused.optimizerFacts.name);
      this.repaint();
    });
  }

  /** Arrows stand still at a whole step; a ball on its way has none. */
  stepToDraw(question) {
    const { anatomy, playback } = this;
    if (!anatomy?.made || anatomy.of !== question || playback.playing || playback.playhead !== playback.step) return null;
    return { anatomy, phase: this.oneStep.phase };
  }

  /** The run in focus as the question for its fastest rate: all of it but the rate, which the answer does not depend on. */
  fastestQuestion() {
    const { rate: _, ...run } = this.message().runs[this.scene.focus];
    return JSON.stringify(run);
  }

  /** An answer: from the wire while the hand moves, or from Streamlit when there is no wire. */
  take({ header, results }, note) {
    if (note && (note.shape !== this.shape || note.landscape !== this.scene.landscape)) return;
    this.results = results;
    this.summary = header.summary;
    this.detail = note ? note.focus : this.scene.focus;
    this.playback.setLength(Math.max(1, ...results.map(({ points }) => points.rows - 1)));
    this.repaint();
  }

  repaint() {
    if (this.painting || !this.root) return;
    this.painting = true;
    requestAnimationFrame(() => {
      this.painting = false;
      this.paint();
    });
  }

  paint() {
    if (!this.grounded || !this.results.length || this.results.length !== this.scene.lanes.length) return;
    const tracks = this.tracks();
    const { playback } = this;
    const ordered = [...tracks].sort((a, b) => Number(a.focus) - Number(b.focus));
    const question = this.stepQuestion();
    this.askStep(question);
    this.picture.paint(ordered, this.scene.start, playback.playhead, this.stepToDraw(question));
    this.transport.show();
    this.race.show(tracks, playback.step, this.data.surface.critical_points);
    this.curves.paint(tracks, { playhead: playback.playhead, length: playback.length, tolerance: this.scene.gradient_tolerance, tokens: this.tokens, scale: this.lecture.scale });
    if (this.arrivalsOf !== this.results || this.arrivalsHidden !== this.hidden.size) {
      this.arrivalsOf = this.results;
      this.arrivalsHidden = this.hidden.size;
      this.transport.showArrivals(tracks);
    }
    const wrong = Boolean(this.complaint);
    this.verdict.classList.toggle("lab-wrong", wrong);
    say(this.verdict, this.complaint || this.summary);
    this.verdict.classList.toggle("lab-long", this.verdict.textContent.length > 90);
    if (this.lecture.on) this.tally.replaceChildren("Step ", make("b", {}, String(playback.step)), make("span", {}, "loss"));
    this.showCurvature(tracks[this.scene.focus]);
    this.showStart();
    if (!playback.playing && !this.hands) this.describe(tracks);
    this.root.dataset.painted = String(Number(this.root.dataset.painted ?? 0) + 1);
  }

  showCurvature({ result, lane }) {
    if (!result?.sharpness || this.detail !== this.scene.focus) return;
    const at = Math.min(this.playback.step, result.sharpness.rows - 1);
    const rates = result.rates.data;
    this.rate.showCurvature(result.sharpness.data[at], rates.length ? rates[Math.min(at, rates.length - 1)] : lane.rate);
  }

  describe(tracks) {
    if (!this.relief) return;
    const text = describe({ kind: this.picture.mode === "surface" ? "Relief" : "Contour map", surface: this.data.surface, ladder: this.relief.ladder, ground: this.relief.ground, tracks, start: this.scene.start, step: this.playback.step });
    if (this.picture.ink.getAttribute("aria-label") !== text) this.picture.ink.setAttribute("aria-label", text);
  }

  showStart() {
    const { handle, view } = this.picture;
    const [x, y] = this.scene.start;
    this.start.show(this.scene.start);
    if (!view) return;
    handle.setAttribute("aria-valuemin", view.ground[0][0].toPrecision(4));
    handle.setAttribute("aria-valuemax", view.ground[0][1].toPrecision(4));
    handle.setAttribute("aria-valuenow", String(x));
    handle.setAttribute("aria-valuetext", `x ${x}, y ${y}. Arrow keys move it.`);
  }

  showControls() {
    const { scene } = this;
    this.rate.show(this.focused.rate);
    this.rate.showScope(this.shared, this.focused.optimizerFacts.name, scene.lanes.length);
    for (const { spec, knob } of this.scheduleParts) knob.show(this.focused.schedule_knobs[spec.key]);
  }

  // ------- what the hand does

  grab() {
    this.hands += 1;
    this.playback.pause();
  }

  release() {
    this.hands = 0;
    this.commit();
    this.ask();
    this.repaint();
  }

  changed() {
    this.complaint = "";
    this.showControls();
    this.ask();
    if (this.wire?.open) return;
    this.repaint();
  }

  snapped([x, y]) {
    const digits = Math.max(0, Math.ceil(-Math.log10(this.picture.view.unit / 3)));
    return [Number(x.toFixed(digits)), Number(y.toFixed(digits))];
  }

  setStart(start) {
    this.scene.start = start;
    this.changed();
  }

  setRate(rate) {
    for (const lane of this.shared ? this.scene.lanes : [this.focused]) lane.rate = rate;
    this.changed();
  }

  shareRate(all) {
    this.shared = all;
    if (all) this.setRate(this.focused.rate);
    this.commit();
    this.showControls();
  }

  setKnob(lane, key, value) {
    this.scene.lanes[lane].knobs[key] = value;
    this.changed();
  }

  setFocus(lane) {
    this.scene.focus = lane;
    this.buildScheduleKnobs();
    this.changed();
    this.commit();
    this.repaint();
  }

  toggle(lane) {
    if (!this.hidden.delete(lane)) this.hidden.add(lane);
    this.repaint();
  }

  complain(sentence) {
    this.complaint = sentence;
    say(this.spoken, sentence);
    this.repaint();
  }

  keymap() {
    const walk = (way) => (event) => {
      this.playback.advance(event.shiftKey ? 10 * way : way);
      this.commitSoon();
    };
    const jump = (place) => () => {
      this.playback.pause();
      this.playback.seek(place);
      this.commitSoon();
    };
    return {
      " ": () => this.playback.toggle(),
      ArrowRight: walk(1), ArrowLeft: walk(-1), Home: jump(0), End: jump(Infinity),
      l: () => this.lecture.toggle(),
      m: () => this.setMode(this.picture.wanted === "map" ? "surface" : "map"),
      f: () => this.toggleField(),
      k: () => this.lecture.on && this.root.classList.toggle("lab-with-bar"),
      s: () => { this.grab(); this.setStart([...this.data.surface.start]); this.release(); },
      Escape: () => this.lecture.leave(),
    };
  }

  /** Held keys and turning wheels end in one commit. */
  commitSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.commit(), REST);
  }

  /** Lecture mode came or went: everything drawn takes its new size. */
  rescale() {
    this.picture.scale = this.lecture.scale;
    this.race.build(this.tracks(), this.tokens, this.lecture.scale);
    this.root.style.setProperty("--squeeze", String(Math.min(1, 4.2 / this.scene.lanes.length)));
    this.newGround();
    this.repaint();
    this.commitSoon();
  }

  async copyLink() {
    const text = window.location.href;
    let copied = false;
    try {
      await navigator.clipboard.writeText(text);
      copied = true;
    } catch {
      // Without HTTPS there is no clipboard interface; the old way still works there.
      const field = make("textarea", { "aria-hidden": "true" });
      field.value = text;
      this.root.append(field);
      field.select();
      copied = document.execCommand("copy");
      field.remove();
    }
    say(this.line, copied ? "Link copied" : "Copy the address of this page");
    setTimeout(() => say(this.line, ""), 2500);
  }

  /** Tell Streamlit: the link, the words and the tables follow. */
  commit() {
    const { scene } = this;
    if (this.data.hero) return;
    this.revision += 1;
    this.committed = performance.now();
    this.component.setStateValue("hand", {
      revision: this.revision,
      landscape: scene.landscape,
      live: Boolean(this.wire?.open),
      start: scene.start,
      focus: scene.focus,
      playhead: this.playback.atEnd ? null : this.playback.step,
      view: this.picture.wanted,
      lecture: this.lecture.on,
      lanes: scene.lanes.map(({ optimizer, rate, knobs, schedule, schedule_knobs }) => ({ optimizer, rate, knobs, schedule, schedule_knobs })),
    });
  }

  // ------- the ground

  resized() {
    clearTimeout(this.resizing);
    this.resizing = setTimeout(() => {
      this.fitFormula();
      const [width, height] = this.picture.size;
      if (!this.relief || !width || !height) return;
      if (this.picture.view?.width !== width || this.picture.view?.height !== height) this.newGround();
      this.arrivalsOf = null;
      this.repaint();
    }, 80);
  }

  async newGround() {
    const [width, height] = this.picture.size;
    if (!width || !height) return;
    this.fetching?.abort();
    this.fetching = new AbortController();
    const { scene, data } = this;
    const shown = scene.window ?? data.surface.window;
    const route = new URL(`${data.base}/live/surface`, window.location.href).href;
    this.picture.setPlace({ route, landscape: scene.landscape, window: shown });
    const ground = this.picture.groundOf(shown);
    const { veil } = this.picture;
    try {
      const grid = await fetchGrid(route, scene.landscape, ground, width, height, this.fetching.signal);
      veil.hidden = true;
      this.relief = readRelief(grid, shown);
      await this.drawGround();
    } catch (fault) {
      if (fault.name === "AbortError") return;
      veil.hidden = false;
      say(veil, fault.refused ? fault.message : `The surface could not be fetched (${fault.message}). It is tried again.`);
      if (!fault.refused) setTimeout(() => this.newGround(), 2000);
    }
  }

  /** What the colour bar says of its scale; a block says what its height is. */
  scaleNote() {
    const { mode, ladder, heightNote } = this.picture;
    return mode === "surface" && heightNote ? `${ladder.log ? "log scale · " : ""}${heightNote}` : "";
  }

  toggleField() {
    this.arrows.setAttribute("aria-pressed", String(this.field.toggle()));
    this.field.refresh(this.scene.landscape, this.tokens);
  }

  /** Another view of the same surface: nothing is computed anew, only words and numbers about the view follow. */
  viewed() {
    this.field.refresh(this.scene.landscape, this.tokens);
    if (this.grounded) this.legend.show({ ...this.relief, ladder: this.picture.ladder }, this.data.surface.critical_points, this.theme, this.tokens, this.scaleNote());
    this.repaint();
  }

  async setMode(mode) {
    this.modes.show(mode);
    this.commitSoon();
    await this.picture.setMode(mode);
  }

  async drawGround() {
    const { relief, data, theme, tokens } = this;
    await document.fonts.load('600 11px "Source Sans"').catch(() => null);
    await this.picture.setGround(relief, data.surface.critical_points, theme, tokens);
    this.legend.show({ ...relief, ladder: this.picture.ladder }, data.surface.critical_points, theme, tokens, this.scaleNote());
    this.field.refresh(this.scene.landscape, tokens);
    this.root.dataset.surface = this.scene.landscape;
    this.grounded = true;
    this.repaint();
    if (window.Plotly) return;
    await afterPaint();
    await loadPlotly().catch((fault) => this.complain(fault.message));
    if (window.Plotly && this.relief === relief) await this.drawGround();
  }
}

