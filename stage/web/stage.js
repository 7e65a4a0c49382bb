/**
 * The live picture of a descent. Streamlit calls `show` on every rerun; in between, the hand speaks to the engine over
 * the wire and Streamlit hears of it only when the hand lets go.
 */

import { copyAddress, writeLink } from "./base/address.js";
import { Asking } from "./wire/asking.js";
import { Board } from "./studies/board.js";
import { Basins } from "./studies/basins.js";
import { makeAxesSwitch } from "./panels/axes_switch.js";
import { makeKnob, makeRate } from "./input/controls.js";
import { Cloud } from "./studies/cloud.js";
import { makeCursor } from "./map/cursor.js";
import { makeCurves } from "./panels/curves.js";
import { Cut } from "./panels/cut.js";
import { filled, glyph, isCut, make, say } from "./base/dom.js";
import { followFocus, makeLaidDown } from "./base/laid_down.js";
import { addShown } from "./base/draft.js";
import { makeField } from "./map/field.js";
import { FirstSteps } from "./panels/first_steps.js";
import { Fit } from "./studies/fit.js";
import { fromBase64, openAnswer } from "./wire/frame.js";
import { Groundwork } from "./map/groundwork.js";
import { Hand } from "./input/hand.js";
import { attachStart } from "./input/handles.js";
import { showByItself } from "./lecture/hero.js";
import { attachKeyList } from "./input/key_list.js";
import { keymapOf, withKey } from "./input/keymap.js";
import { attachKeys } from "./input/keys.js";
import { Lanes, plainLane } from "./lanes.js";
import { Lecture } from "./lecture/lecture.js";
import { LessonPicture, withoutFuture } from "./studies/lesson.js";
import { Hints } from "./studies/hints.js";
import { makeKnobMap } from "./studies/knobmap.js";
import { makeLegend } from "./map/legend.js";
import { Line } from "./panels/line.js";
import { loadPlotly, styled } from "./base/loading.js";
import { makeModes } from "./panels/modes.js";
import { makeOneStep } from "./panels/onestep.js";
import { onReconnection, runPage } from "./page_run.js";
import { Picture } from "./picture.js";
import { Playback } from "./panels/playback.js";
import { Pointer } from "./input/pointer.js";
import { Parameters } from "./panels/parameters.js";
import { makePrinted } from "./panels/printed.js";
import { makeRace } from "./panels/race.js";
import { makeShare } from "./share/share.js";
import { followSharpness } from "./base/sharpness.js";
import { makeStart } from "./panels/start.js";
import { Schedules } from "./studies/schedules.js";
import { Spread } from "./studies/spread.js";
import { makeSweep } from "./studies/sweep.js";
import { makeTabs } from "./panels/tabs.js";
import { Tournament } from "./studies/tournament.js";
import { makeTask } from "./lecture/task.js";
import { themeOf, tokensOf } from "./base/theme.js";
import { Thumbs } from "./panels/thumbs.js";
import { Trail } from "./draw/trail.js";
import { makeTransport } from "./panels/transport.js";
import { describe } from "./base/words.js";
import { count, number } from "./base/numbers.js";
import { t } from "./base/translate.js";

const REST = 250; // ms after the last key or turn of a wheel before Streamlit hears of it
const UNHEARD = 10_000; // ms after which a commit that nobody heard makes the stage ask for the whole page
const LETTER = 8.6; // px of a letter of the sentence, on average; of a Chinese sign two
const TWO_LINES = 1.9; // widths of the picture that a sentence may take before it is set smaller
const CURVES_GROW = 1.3; // times as large as at most curves are drawn on the page: they have a column's width
const LOOKS = ["view", "lecture", "axes"]; // of a picture: how it is looked at, whichever surface it shows
const LAID_DOWN = 1000; // ms in which Streamlit may mount anew, now and then, what it has just taken away
const MOVING = { start: null, playhead: null, lecture: null, door: null }; // of a scene: what is told of it many times a second, and what is the window's
const ECHO = 4000; // ms to wait for Streamlit's echo of a commit before its word counts again

/** What a page shows beside the descents. @type {Record<string, (stage: any) => any[]>} */
const STUDIES = {
  playground: (stage) => [new Trail(stage), new Cut(stage), new Line(stage), new FirstSteps(stage)],
  models: (stage) => [new Fit(stage)],
  terrain: (stage) => [new Basins(stage), new Cloud(stage)],
  race: (stage) => [new Board(stage), new Tournament(stage)],
  schedules: (stage) => schedulesOf(stage),
  learn: (stage) => [new LessonPicture(stage), ...(HANDED[stage.topic]?.(stage) ?? [])],
  tuning: (stage) => [makeSweep(stage), makeKnobMap(stage), new Hints(stage)],
};

/** What of it a phone in a room shows of another page's scene: see `lecture/phone.js`. @type {Record<string, (stage: any) => any[]>} */
const HANDED = {
  terrain: STUDIES.terrain,
  tuning: (stage) => [makeSweep(stage), makeKnobMap(stage)],
};

/** About how wide a sentence is on one line, in px: told from its letters, for to measure it would lay out the page. */
const widthOf = (text) => LETTER * (text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0));

/** What each is in PyTorch and what it is worth, below; the focused run's cloud of seeds beside the map. */
function schedulesOf(stage) {
  const spread = new Spread(stage);
  return [new Schedules(stage, spread.root), spread, new Cloud(stage)];
}

const stages = new WeakMap();
const laidDown = makeLaidDown(LAID_DOWN);

/** Build the stage in its element, or bring the one that is there up to date. */
export async function show(component) {
  const { parentElement } = component;
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = laidDown.takeUp((one) => one.page === component.data.page && one.session === component.data.session);
    if (stage) stage.moveTo(parentElement);
    else stage = new Stage(parentElement);
    stages.set(parentElement, stage);
  }
  stage.component = component;
  await styled;
  await stage.update(component.data);
}

/** The stage in an element, if there is one. @param {HTMLElement} parentElement @returns {any} */
export const stageOf = (parentElement) => stages.get(parentElement);

/** @param {HTMLElement} parentElement */
export function leave(parentElement) {
  const stage = stages.get(parentElement);
  stages.delete(parentElement);
  if (stage?.data?.deck) stage.leave(); // Streamlit has not mounted it
  else if (stage?.root) laidDown.layDown(stage);
}

class Stage {
  constructor(parent) {
    this.parent = parent;
    this.revision = 0;
    this.committed = -Infinity;
    this.results = [];
    this.summary = "";
    this.playback = new Playback(() => this.repaint(), () => this.commitSoon());
    this.hand = new Hand(this);
    this.lanes = new Lanes(this);
    this.asking = new Asking(this);
    this.groundwork = new Groundwork(this);
  }

  build() {
    this.picture = new Picture(loadPlotly);
    this.picture.onview = () => this.groundwork.viewed();
    this.picture.onground = () => this.groundwork.fetch();
    this.picture.onfault = (sentence) => {
      this.modes.show(this.picture.wanted);
      this.complain(sentence);
    };
    this.modes = makeModes((mode) => this.groundwork.setMode(mode), () => loadPlotly().catch(() => null));
    const { hand, groundwork } = this;
    const holds = { grab: () => hand.grab(), release: () => hand.release(), fault: (sentence) => this.complain(sentence) };
    this.title = make("h1", {});
    this.formula = make("span.lab-formula", {});
    this.printed = makePrinted();
    this.link = make("button.lab-icon.lab-copy", { type: "button", title: t("Copy the link to exactly this picture"), "aria-label": t("Copy link"), onclick: () => this.copyLink() }, glyph("link"));
    this.sharing = make("button.lab-icon.lab-share-open", { type: "button", title: withKey(t("Share"), "e"), "aria-label": t("Share"), onclick: () => this.share.open() }, glyph("ios_share"));
    this.present = make("button.lab-icon.lab-present", { type: "button", title: withKey(t("Lecture mode"), "l"), "aria-label": t("Lecture mode"), onclick: () => this.lecture.toggle() }, glyph("slideshow"));
    this.keys = make("button.lab-icon.lab-keys-open", { type: "button", title: t("Keys (?)"), "aria-label": t("Keys"), onclick: () => this.keyList.toggle() }, make("span", { "aria-hidden": "true" }, "?"));
    this.arrows = make("button.lab-icon", { type: "button", title: withKey(t("Arrows over the map"), "f"), "aria-label": t("Arrows over the map: none"), "aria-pressed": "false", onclick: () => groundwork.turnField() }, glyph("air"));
    this.axes = makeAxesSwitch(this.picture, () => this.commitSoon());
    this.pointer = new Pointer();
    this.tally = make("div.lab-tally", { "aria-hidden": "true" });
    this.line = make("span.lab-line", { role: "status" });
    this.verdict = make("p.lab-verdict", {});
    this.spoken = make("p.lab-unseen", { role: "status" });
    this.legend = makeLegend();
    this.rate = makeRate({ ...holds, move: (rate) => hand.setRate(rate), shared: (all) => hand.shareRate(all) });
    this.thumbs = new Thumbs(this, this.rate);
    this.transport = makeTransport(this.playback, () => this.commit());
    this.race = makeRace({
      ...holds, focus: (lane) => hand.setFocus(lane), toggle: (lane) => this.lanes.toggle(lane), point: (lane) => hand.point(lane),
      knob: (lane, key, value) => hand.setKnob(lane, key, value), share: (lane) => hand.shareKnobs(lane),
    }, this.lanes);
    this.curves = makeCurves({ horizon: this.page === "tuning", order: this.topic === "schedules" ? ["rates", "losses"] : undefined, seek: (step) => { this.playback.pause(); this.playback.seek(step); }, settled: () => this.commit(), resized: () => this.repaint() });
    this.start = makeStart({ ...holds, move: (start) => hand.setStart(start), home: () => this.data.surface.start });
    this.oneStep = makeOneStep({ phase: () => this.repaint(), onward: () => { this.playback.advance(1); this.commitSoon(); } });
    this.parameters = new Parameters(this);
    this.parameters.ready();
    this.scheduleKnobs = make("section.lab-schedule", { "aria-label": t("Schedule") });
    this.task = makeTask(() => this.putTaskAway());
    this.root = make("div.lab", { "data-theme": "light", "data-page": this.page }, this.task.root,
      make("div.lab-main", {},
        make("div.lab-head", {}, this.title, this.formula, make("span.lab-space"), this.line, this.modes.root, this.arrows, this.link, this.sharing, this.keys, this.present),
        this.picture.root, this.legend.root,
        make("div.lab-verdict-box", {}, this.verdict, this.spoken, this.pointer.root), this.printed.root,
        this.parameters.root, this.rate.root, this.transport.root));
    const panels = make("div.lab-side", {});
    const tabs = makeTabs(panels, this.page, () => this.repaint());
    // What a page has beside the descents: each follows the scene by itself.
    this.studies = STUDIES[this.page](this);
    const roots = this.studies.map((study) => study.root).filter((root) => root && !root.parentElement);
    const own = this.page === "playground" ? [this.oneStep.root] : this.page === "learn" ? [this.oneStep.root, ...roots] : roots;
    const below = own.filter((root) => root.classList.contains("lab-below"));
    panels.append(this.tally, tabs, this.race.root, this.scheduleKnobs, ...own.filter((root) => !below.includes(root)), this.curves.root, this.start.root);
    this.root.append(panels, ...below);
    this.parent.replaceChildren(make("div.lab-room", {}, this.root)); // by whose width the style sheet lays it out
    this.lecture = new Lecture(this.root, () => this.rescale());
    this.picture.covers = () => this.lecture.covers();
    const awake = () => this.lecture.on || (this.root.isConnected && this.root.offsetParent !== null && !this.root.closest("[inert]"));
    this.focus = followFocus(this.root);
    this.deafen = attachKeys(keymapOf(this), awake);
    this.keyList = attachKeyList(this.root, this.page, awake, this.framed);
    const dropped = this.page === "terrain" ? () => this.walk() : () => {};
    attachStart(this.picture, { get: () => this.scene.start, move: (start) => hand.setStart(hand.snapped(start)), ...holds, release: () => { hand.release(); dropped(); } });
    this.share = makeShare(this);
    const inquire = (message, settle) => this.asking.inquire(message, settle);
    this.field = makeField(this.picture, inquire);
    makeCursor(this.picture, inquire, () => ({ landscape: this.scene?.landscape, busy: hand.busy }));
    this.sizes = new ResizeObserver(() => groundwork.resized());
    this.sizes.observe(this.picture.root);
    this.dull = followSharpness(() => this.sharpen());
    this.forget = onReconnection(() => {
      this.asking.hurry();
      this.askForPage();
    });
  }

  /** Streamlit has put the element of another mount in the place of ours: all that is there goes along, the focus too. */
  moveTo(parent) {
    const focused = this.focus.last;
    this.parent = parent;
    parent.replaceChildren(this.root.parentElement);
    if (document.activeElement === document.body) focused?.focus({ preventScroll: true });
  }

  /** On a map of starts the one that was chosen shows where it goes. */
  walk() {
    this.playback.seek(0);
    this.playback.play();
  }

  /** Give way to another stage, which will cover what this one still shows. */
  handOver() {
    this.data.deck.ended = null;
    this.lecture.freeze();
    this.leave(true);
    stages.delete(this.parent);
  }

  /** @param {boolean} [stays] whether its picture does, for a moment */
  leave(stays = false) {
    this.playback.pause();
    for (const study of this.studies ?? []) study.leave();
    this.endFilm?.();
    this.deafen?.();
    this.keyList?.leave();
    this.focus?.leave();
    this.share?.leave();
    if (!stays) this.lecture?.leave();
    this.pointer?.leave();
    if (!stays) this.root?.remove();
    this.sizes?.disconnect();
    this.dull?.();
    this.forget?.();
    this.asking.leave();
    this.groundwork.leave();
    if (!stays) this.picture?.block.leave();
    clearTimeout(this.soon);
    clearTimeout(this.calling);
  }

  /** Streamlit's word: on mount, after each rerun, and when the theme changes. */
  async update(data) {
    if (!this.root) {
      this.page = data.page;
      this.topic = data.deck?.topic ?? data.page; // the page whose scene it is, on a phone's own
      this.framed = Boolean(data.deck?.framed); // alone on somebody's page: see `embed.js`
      this.build();
    }
    const first = !this.data;
    const unheard = this.isUnheard(data); // asked first: a new session's word is no late echo
    const stale = data.revision < this.revision && performance.now() - this.committed < ECHO;
    const theme = themeOf(this.parent);
    const repaintGround = theme !== this.theme;
    this.theme = theme;
    this.root.dataset.theme = theme;
    this.pointer.look();
    this.tokens = tokensOf(this.root);
    if (unheard || stale || (this.hand.busy && !first)) {
      if (repaintGround) await this.groundwork.draw();
      return;
    }
    const before = this.data;
    this.data = data;
    const asked = this.scene && JSON.stringify(this.asking.message());
    this.scene = structuredClone(data.scene);
    this.hand.steps = undefined;
    // What the pickers changed makes a complaint old; the echo of what the stage itself has does not.
    if (asked && asked !== JSON.stringify(this.asking.message())) this.complaint = "";
    this.revision = Math.max(this.revision, data.revision);
    this.facts(before, repaintGround);
    if (first && data.hero) {
      this.root.classList.add("lab-hero");
      this.picture.zooms = false; // over the start page's picture a wheel turns the page
      this.endFilm = showByItself(this.playback, this.root, () => this.hand.busy);
    }
    const moved = !before || before.surface.key !== data.surface.key || JSON.stringify(before.scene.window) !== JSON.stringify(data.scene.window);
    if (moved) {
      this.groundwork.ready = false;
      if (!first) {
        this.awaitAnswer();
        this.playback.seek(Infinity);
      }
    }
    if (first) {
      if (data.scene.playhead !== null) Object.assign(this.playback, { place: data.scene.playhead, atEnd: false });
      if (data.frame) this.take(openAnswer(fromBase64(data.frame)));
      if (!data.deck?.fed) this.asking.connect(data.base);
    } else if (data.frame && !this.asking.open) this.take(openAnswer(fromBase64(data.frame)));
    this.lookAs(data.scene, first);
    if (!this.isMute) writeLink(data.link);
    for (const study of this.studies) study.hear?.(data, first);
    this.root.toggleAttribute("data-unanswered", Boolean(data.deck && data.lesson?.veiled));
    this.prepared = JSON.stringify(this.asking.message());
    this.asking.ask();
    if (first && data.scene.lecture && !data.hero) this.lecture.enter();
    if (first && data.scene.view !== "map") this.groundwork.setMode(data.scene.view);
    // The points of a typed surface are found when somebody asks for them.
    const found = JSON.stringify(this.picture.criticalPoints) !== JSON.stringify(data.surface.critical_points);
    if (moved || this.groundwork.asked !== data.scene.landscape) await this.groundwork.fetch();
    else if (repaintGround || found) await this.groundwork.draw();
  }

  /**
   * Whether a session speaks that does not know the picture yet: the one that did is gone (a server killed, a laptop
   * asleep), and a new one has begun with the address that the page was opened with. Most often it was told with the
   * question for the page (`askForPage`), and its revision says so: its own begin at 0. Else the picture is told to it,
   * whole, until it has heard; a hand that holds something tells it when it lets go.
   */
  isUnheard(data) {
    if (data.revision >= this.revision || data.session !== this.session) clearTimeout(this.calling);
    if (!data.session) return false;
    if (this.session && data.session !== this.session) this.whole = true;
    this.session = data.session;
    if (!this.whole) return false;
    if (data.revision > 0 && data.revision >= this.revision) {
      this.whole = false;
      return false;
    }
    const told = this.toldSession === data.session;
    if (!this.hand.busy && (!told || performance.now() - this.committed > ECHO)) this.commit();
    return true;
  }

  /** Take over which step, view and mode a scene shows, where that is not the echo of what the stage itself has told. */
  lookAs({ playhead, view, lecture, axes }, first) {
    const { told } = this;
    this.told = { playhead, view, lecture, axes };
    if (axes !== told?.axes) this.axes.show(axes);
    if (first) return;
    if (playhead !== told.playhead) {
      this.playback.pause();
      // The run may not be there yet: a playhead beyond it waits.
      if (playhead === null) this.playback.seek(Infinity);
      else Object.assign(this.playback, { place: playhead, atEnd: false });
    }
    if (view !== told.view && view !== this.picture.wanted) this.groundwork.setMode(view);
    if (lecture !== told.lecture && lecture !== this.lecture.on) this.lecture.toggle();
  }

  /** Names, knobs and lists: whatever depends on what the pickers say. */
  facts(before, repaint) {
    const { scene, data } = this;
    say(this.title, data.surface.name);
    this.task.show(data.task);
    if (this.typeset !== data.surface.formula || before?.surface.family) this.formula.innerHTML = data.surface.formula;
    this.typeset = data.surface.formula;
    this.parameters.facts(data.surface);
    this.fitFormula();
    this.picture.names = data.surface.model?.weights.map((name) => name.split(" ").at(-1)) ?? data.surface.axes;
    this.start.name(this.picture.names, !data.surface.model);
    this.lanes.heard();
    scene.focus = Math.min(scene.focus, scene.lanes.length - 1);
    if (new Set(scene.lanes.map(({ rate }) => rate)).size > 1) this.hand.shared = false;
    else this.hand.shared ??= true;
    if (this.lanes.shape !== this.shape) {
      this.awaitAnswer();
      this.hand.pointed = null;
    }
    this.listed(repaint);
  }

  /** The list of lanes may be another one. @param {boolean} [anew] whether its rows are drawn anew in any case */
  listed(anew = false) {
    const { lanes } = this;
    this.shape = lanes.shape;
    if (anew || lanes.rows !== this.rowsOf) {
      this.rowsOf = lanes.rows;
      this.race.build(this.tracks(), this.tokens, this.lecture.listScale);
    }
    this.root.style.setProperty("--squeeze", String(Math.min(1, 4.2 / lanes.all.length)));
    this.buildScheduleKnobs();
    this.showControls();
  }

  /** The formula stands beside the name where there is room for all of it, else on a line of its own below. */
  fitFormula() {
    const { root, title, formula } = this;
    title.after(formula);
    root.classList.remove("lab-tight", "lab-tighter");
    const low = formula.scrollWidth > formula.clientWidth && !this.lecture?.on;
    root.classList.toggle("lab-low", low);
    if (low) title.parentElement.after(formula);
    root.classList.toggle("lab-tight", isCut(title)); // Share copies the link, too
    root.classList.toggle("lab-tighter", isCut(title)); // and the pictures of map and surface speak for themselves
    root.style.setProperty("--low", `${low ? formula.offsetHeight : 0}px`);
    root.style.setProperty("--params", `${this.parameters.root.offsetHeight}px`);
  }

  putTaskAway() {
    this.scene.door = null;
    this.task.show(null);
    this.picture.root.focus({ preventScroll: true });
    this.commit();
  }

  tracks() {
    return this.lanes.tracks();
  }

  /** The rate that a lane runs at: its own, but in a race under a rule that sets another. @param {number} lane @param {number} own */
  rateOf(lane, own) {
    return this.studies?.find((study) => study.rateOf)?.rateOf(lane, own) ?? own;
  }

  /** Whether the step at the playhead is taken apart. */
  get explains() {
    if (this.data.deck && this.data.lesson?.veiled) return false; // a step's arrow would give the answer away
    return this.page === "playground" || Boolean(this.data.lesson?.panels.includes("step"));
  }

  get focused() {
    return this.scene.lanes[this.scene.focus];
  }

  buildScheduleKnobs() {
    const facts = this.focused.scheduleFacts;
    const warm = this.focused.schedule_knobs.warmup_steps > 0;
    const shape = `${this.focused.schedule} ${warm}`;
    if (this.scheduleShape === shape) return;
    this.scheduleShape = shape;
    const built = (spec) => ({ spec, knob: makeKnob(spec, {
      grab: () => this.hand.grab(), release: () => this.hand.release(), fault: (sentence) => this.complain(sentence),
      move: (value) => this.hand.setScheduleKnob(spec.key, value),
    }) });
    // The picker beside the stage switches the warm-up on: an even rate without one needs no panel.
    this.scheduleParts = [...facts.knobs, ...(warm ? facts.warm_up : [])].map(built);
    this.scheduleKnobs.hidden = !this.scheduleParts.length;
    const heading = make("div.lab-heading", {}, make("h2", {}, t("Schedule: {name}", { name: facts.name })), make("span.lab-aside", {}, facts.about));
    this.scheduleKnobs.replaceChildren(heading, ...this.scheduleParts.map(({ knob }) => knob.row));
  }

  /** What stands beside the picture is about runs that are no longer asked for: it is pale until the answer is there. */
  awaitAnswer() {
    this.results = [];
    this.root.toggleAttribute("data-waiting", true);
  }

  /** An answer: from the wire while the hand moves, or from Streamlit when there is no wire. */
  take({ header, results }, note) {
    const { data } = this;
    if (note && (note.shape !== this.shape || note.surface !== data.surface.key)) return;
    if (!this.results.length && this.data.surface.heavy) say(this.line, "");
    this.results = data.lesson?.veiled ? results.map(withoutFuture) : results;
    this.root.toggleAttribute("data-waiting", false);
    this.summary = this.sentenceOf(header.summary);
    this.detail = note ? note.focus : this.scene.focus;
    const shown = this.lanes.isAlone ? [this.results[this.scene.focus]] : this.results;
    this.playback.setLength(Math.max(0, ...shown.map((result) => (result ? result.points.rows - 1 : 0))));
    for (const study of this.studies) study.answered?.();
    this.repaint();
  }

  /** What is said of the runs: in a lecture its own words, as long as they are about what is shown. @param {string} summary the engine's */
  sentenceOf(summary) {
    const { lesson, deck } = this.data;
    if (lesson?.veiled) return deck?.sentence ?? "";
    return deck?.sentence && this.prepared === JSON.stringify(this.asking.message()) ? deck.sentence : summary;
  }

  /** Whether nothing that is done here is told to Streamlit: on the start page, and in a lecture. */
  get isMute() {
    return Boolean(this.data.hero || this.data.deck);
  }

  /** Have the surface of a picture fetched that will be shown. @param {any} data @param {boolean} [next] whether it is the next one, which is read, too */
  prefetch(data, next) {
    if (this.picture) this.groundwork.prefetch(data, next);
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
    if (!this.groundwork.ready || !this.results.length || this.results.length !== this.scene.lanes.length) return;
    const tracks = this.tracks();
    const { playback } = this;
    if (this.lecture.on && !playback.playing && !this.hand.busy) this.placeName(tracks);
    const ordered = [...tracks].sort((a, b) => Number(a.focus) - Number(b.focus));
    this.picture.paint(ordered, this.scene.start, playback.playhead, this.asking.step());
    this.transport.show();
    this.race.show(tracks, playback.step);
    this.thumbs.show(tracks);
    this.curves.paint(tracks, { playhead: playback.playhead, length: playback.length, tolerance: this.scene.gradient_tolerance, tokens: this.tokens, lecture: this.lecture.listScale > 1, scale: this.lecture.on ? this.lecture.listScale : Math.min(CURVES_GROW, this.picture.scale) });
    for (const study of this.studies) study.refresh();
    const hidden = tracks.map((track) => Number(track.hidden)).join("");
    if (this.arrivalsOf !== this.results || this.arrivalsHidden !== hidden) {
      this.arrivalsOf = this.results;
      this.arrivalsHidden = hidden;
      this.transport.showArrivals(tracks);
    }
    const wrong = Boolean(this.complaint);
    this.verdict.classList.toggle("lab-wrong", wrong);
    const verdict = this.complaint || this.summary;
    say(this.verdict, verdict);
    this.verdict.classList.toggle("lab-long", widthOf(verdict) > TWO_LINES * this.picture.fitted[0]);
    if (this.lecture.on) {
      this.tally.replaceChildren(...filled(t("Step {n}"), { n: make("b", {}, count(playback.step)) }), make("span", {}, t("loss")));
      this.lecture.fit();
    }
    this.showCurvature(tracks[this.scene.focus]);
    this.showStart();
    if (!playback.playing && !this.hand.busy) {
      this.describe(tracks);
      this.printed.show(this.root, this.scene, playback.step, this.picture.fitted);
    }
    this.root.dataset.painted = String(Number(this.root.dataset.painted ?? 0) + 1);
  }

  showCurvature({ result, lane }) {
    if (!result?.sharpness || this.detail !== this.scene.focus) return;
    const at = Math.min(this.playback.step, result.sharpness.rows - 1);
    const rates = result.rates.data;
    const rate = rates.length ? rates[Math.min(at, rates.length - 1)] : lane.rate;
    this.rate.showCurvature(result.sharpness.data[at], rate, result.factor, lane.optimizerFacts.name);
  }

  describe(tracks) {
    const { relief } = this.groundwork;
    if (!relief) return;
    const text = describe({ picture: (surface) => (this.picture.mode === "surface" ? t("Relief of {surface}", { surface }) : t("Contour map of {surface}", { surface })), surface: this.data.surface, ladder: relief.ladder, ground: relief.ground, tracks, start: this.scene.start, step: this.playback.step });
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
    handle.setAttribute("aria-valuetext", t("{x} {x0}, {y} {y0}. Arrow keys move it.", { x: this.data.surface.axes[0], x0: number(x, 6), y: this.data.surface.axes[1], y0: number(y, 6) }));
  }

  showControls() {
    const { scene } = this;
    this.rate.show(this.focused.rate);
    this.rate.showScope(this.hand.shared, this.lanes.isTwin(this.focused) ? null : this.focused.optimizerFacts.name, scene.lanes.length, this.lanes.bySchedule);
    for (const { spec, knob } of this.scheduleParts) knob.show(this.focused.schedule_knobs[spec.key]);
  }

  complain(sentence) {
    this.complaint = sentence;
    this.root.toggleAttribute("data-waiting", false); // in the answer's place
    say(this.spoken, sentence);
    this.repaint();
  }

  /** What was complained of has gone: the sentence has its place again. */
  quieten() {
    if (!this.complaint) return;
    this.complaint = "";
    say(this.spoken, this.summary);
    this.repaint();
  }

  /** Held keys and turning wheels end in one commit. */
  commitSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.commit(), REST);
  }

  /** Another zoom of the browser, or another display: every canvas is drawn anew for its pixels. */
  sharpen() {
    if (!this.scene) return;
    this.race.drawSwatches(this.tokens, this.lecture.listScale);
    this.arrivalsOf = null;
    for (const study of this.studies) study.sharpen?.();
    this.groundwork.draw();
  }

  /** Show or hide a part of lecture mode: the name, the colour bar, all settings. @param {string} part its class */
  turnLecture(part) {
    this.lecture.turn(part);
    this.arrivalsOf = null;
    this.race.drawSwatches(this.tokens, this.lecture.listScale);
    this.fitFormula();
    this.picture.drawNumbers();
    this.repaint();
  }

  /** The name goes where it covers neither the start nor a ball, and a landmark only if it must. @param {any[]} tracks */
  placeName(tracks) {
    const { picture, lecture } = this;
    if (!picture.view || !lecture.has("lab-with-name") || lecture.has("lab-with-desk")) return;
    const balls = tracks.filter(({ hidden, result }) => !hidden && result).map(({ result: { points } }) => {
      const i = Math.min(this.playback.step, points.rows - 1);
      return [points.data[2 * i], points.data[2 * i + 1]];
    });
    const weighed = (places, weight) => places.map(([x, y]) => ({ at: picture.view.project(x, y), weight }));
    lecture.fitName(picture.size);
    const marks = [...weighed([this.scene.start, ...balls], 10), ...weighed(picture.criticalPoints.map(({ position }) => position), 1)];
    if (lecture.placeName(marks, picture.size)) picture.drawNumbers();
  }

  /** Lecture mode came or went: everything drawn takes its new size. */
  rescale() {
    this.quieten();
    this.picture.lecture(this.lecture.on ? this.lecture.scale : null);
    this.fitFormula();
    this.race.build(this.tracks(), this.tokens, this.lecture.listScale);
    this.groundwork.fetch();
    this.repaint();
    this.commitSoon();
    if (!this.lecture.on) this.data?.deck?.ended?.();
  }

  /** The picture as the next scene of the lecture. */
  addScene() {
    say(this.line, addShown(this.data.surface.name, this.data.picture));
    setTimeout(() => say(this.line, ""), 2500);
  }

  async copyLink() {
    const copied = await copyAddress(this.root);
    say(this.line, copied ? t("Link copied") : t("Copy the address of this page"));
    setTimeout(() => say(this.line, ""), 2500);
  }

  /** Tell Streamlit: the link, the words and the tables follow. */
  commit() {
    if (this.isMute) return;
    this.toldSession = this.session;
    clearTimeout(this.calling);
    this.calling = setTimeout(() => this.askForPage(), UNHEARD);
    this.component.setStateValue("hand", this.message(this.whole));
  }

  /** Let the whole page run, and a session that does not know the picture begin with it. */
  askForPage() {
    if (!this.isMute) runPage({ session: this.session, hand: this.message(true) });
  }

  /** What Streamlit is told: what the hand may have set, or the whole picture. @param {boolean} whole */
  message(whole) {
    this.revision += 1;
    this.committed = performance.now();
    this.told = this.looks;
    return this.described(whole);
  }

  /** Which step is shown, and how. */
  get looks() {
    return { playhead: this.playback.chosen, view: this.picture.wanted, lecture: this.lecture.on, axes: this.picture.axes };
  }

  /** The picture as it is, for whom it is told to. @param {boolean} whole */
  described(whole) {
    const { scene } = this;
    return {
      ...(whole ? { ...scene, whole } : {}),
      revision: this.revision,
      landscape: scene.landscape,
      ends: this.parameters.ends,
      live: this.asking.open,
      start: scene.start,
      batch_size: scene.batch_size,
      steps: whole ? scene.steps : this.hand.steps, // only what the hand itself has set: a picker may have changed them meanwhile
      focus: scene.focus,
      door: scene.door,
      ...this.looks,
      looked: LOOKS.filter((name) => this.looks[name] !== this.data.scene[name]), // by the hand, and not yet known to Streamlit
      ...Object.assign({}, ...this.studies.map((study) => study.commits?.())),
      ...this.lanes.told(),
    };
  }

  /** What stands in a scene, as text: all but where its start, its rates and its playhead are. */
  standing(scene = this.scene, { view, axes } = this.looks) {
    const lanes = scene.lanes.map((lane) => ({ ...plainLane(lane), rate: null }));
    return JSON.stringify({ ...scene, ...MOVING, view, axes, lanes });
  }

  /** Whether it is another picture than it was given, wherever start, rates and playhead are. */
  get isChanged() {
    return this.standing() !== this.standing(this.data.scene, this.data.scene);
  }
}
