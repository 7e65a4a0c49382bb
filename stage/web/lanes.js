/** The runs side by side: what each is called and drawn in, and every way to add, change, move and remove one. */

import { nextRate } from "./input/controls.js";
import { looksOf } from "./base/looks.js";
import { styleOf } from "./base/palette.js";
import { laneNames } from "./base/words.js";
import { rearranged, wayTo } from "./base/branches.js";
import { t } from "./base/translate.js";

export const MOST = 16; // lanes of a picture, as ui/scene/scene.py has it
const MOST_SCHEDULES = 6; // as ui/scene/schedules.py has it
const WARM_UP_STEPS = 20; // as ui/stage/pickers.py has it
const FIELDS = ["optimizer", "rate", "knobs", "schedule", "schedule_knobs", "name", "look", "hidden", "branch"];

/** Pages on which a run may go on from another; on the others each begins at the start. */
const BRANCHED = new Set(["playground", "models"]);

/** Pages about the run in focus: the others' paths stand back. */
const ALONE = new Set(["terrain", "tuning"]);

/** A lane as it is told to the engine's side. @param {any} lane */
export const plainLane = (lane) => Object.fromEntries(FIELDS.map((field) => [field, lane[field]]));

/** @param {any[]} specs */
const defaultsOf = (specs) => Object.fromEntries(specs.map((knob) => [knob.key, structuredClone(knob.default)]));

/** Of what kind the lanes are: by it a hand and a scene know that they speak of the same ones, as ui/scene/lane.py has it. */
const shapeOf = (lanes) => lanes.map(({ optimizer, schedule }) => `${optimizer}:${schedule}`).join();

export class Lanes {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.methods = { optimizers: {}, schedules: {} }; // facts by key
    this.learned = false; // whether they are all there
    this.edits = 0; // of the list itself: an answer to the lanes of before is late
    this.shapes = []; // of the lanes that Streamlit may have: those it has told, and those it was told since
    this.removed = null; // the lanes as they were before the last ones went, to be put back
    this.note = ""; // what was measured of the lanes that stand there
  }

  get all() {
    return this.stage.scene.lanes;
  }

  /** Whether schedules are what is compared. */
  get bySchedule() {
    return this.stage.topic === "schedules";
  }

  get isAlone() {
    return ALONE.has(this.stage.topic);
  }

  get mayBranch() {
    return BRANCHED.has(this.stage.topic);
  }

  /** What a page says that measures whole runs, of branches among them. */
  get unbranched() {
    if (this.mayBranch || !this.all.some(({ branch }) => branch)) return "";
    const names = this.stage.tracks().filter(({ lane }) => lane.branch).map(({ name }) => name);
    if (names.length === 1) return t("{name} is a branch: this page runs it from the start, the Playground from where it begins.", { name: names[0] });
    return t("{n} of these runs are branches: this page runs them from the start, the Playground from where they begin.", { n: names.length });
  }

  get isFull() {
    return this.all.length >= (this.bySchedule ? MOST_SCHEDULES : MOST);
  }

  /** Whether an optimizer's name does not tell which run is meant. @param {any} lane */
  isTwin(lane) {
    return this.all.some((other) => other !== lane && other.optimizer === lane.optimizer);
  }

  /** By which an answer is known to be about these lanes. */
  get shape() {
    return `${this.all.map(({ optimizer }) => optimizer).join()}#${this.edits}`;
  }

  /** By which the list's rows are known to be those of these lanes. */
  get rows() {
    return `${this.shape} ${looksOf(this.all).join()}`;
  }

  /** Streamlit has told the scene. */
  heard() {
    this.shapes = [shapeOf(this.all)];
    this.attachFacts();
  }

  /** Streamlit is told the scene. */
  told() {
    const shape = shapeOf(this.all);
    if (!this.shapes.includes(shape)) this.shapes.push(shape);
    return { shapes: this.shapes, lanes: this.all.map(plainLane) };
  }

  /** Ask once for all optimizers and schedules: Streamlit tells of those in the picture alone. */
  learn() {
    if (this.learned) return;
    this.stage.asking.inquire({ kind: "methods" }, (header) => {
      if (header.error) return;
      this.learned = true;
      this.methods = header;
      this.stage.repaint();
    });
  }

  attachFacts() {
    const { data } = this.stage;
    for (const part of ["optimizers", "schedules"]) this.methods[part] = { ...this.methods[part], ...data[part] };
    const { optimizers, schedules } = this.methods;
    this.all.forEach((lane, i) => {
      lane.optimizerFacts = optimizers[lane.optimizer];
      lane.scheduleFacts = schedules[lane.schedule];
      lane.index = i;
    });
  }

  /** Everything that a picture, a list or a curve needs of each lane. */
  tracks() {
    const { scene, theme, results, hand } = this.stage;
    const [names, looks] = [laneNames(this.all, this.bySchedule, this.mayBranch ? this.all.map((_, i) => wayTo(this.all, i)) : []), looksOf(this.all)];
    return this.all.map((lane, i) => ({
      lane, name: names[i], look: looks[i], optimizer: lane.optimizerFacts, style: styleOf(looks[i], theme), result: results[i],
      focus: i === scene.focus, hidden: this.isAlone ? i !== scene.focus : lane.hidden, pale: hand.pointed !== null && hand.pointed !== i,
    }));
  }

  // ------- edits of the list

  /** A run of this optimizer with its knobs' defaults, at the rate and under the schedule of the one in focus. @param {string} optimizer */
  add(optimizer) {
    if (this.isFull) return this.refuse();
    const { focused } = this.stage;
    const knobs = defaultsOf(this.methods.optimizers[optimizer].knobs);
    const lane = { ...structuredClone(plainLane(focused)), optimizer, knobs, name: "", look: null, hidden: false, branch: null };
    return this.edit((lanes) => [...lanes, lane], lane);
  }

  /** The run in focus under this schedule. @param {string} schedule */
  addSchedule(schedule) {
    if (this.isFull) return this.refuse();
    const { focused } = this.stage;
    const { knobs, warm_up } = this.methods.schedules[schedule];
    const warm = Object.fromEntries(warm_up.map(({ key }) => [key, focused.schedule_knobs[key]]));
    const lane = { ...structuredClone(plainLane(focused)), schedule, schedule_knobs: { ...defaultsOf(knobs), ...warm }, name: "", look: null, hidden: false, branch: null };
    return this.edit((lanes) => [...lanes, lane], lane);
  }

  /** The same run at another rate, below it. @param {number} index */
  duplicate(index) {
    if (this.isFull) return this.refuse();
    const twin = { ...structuredClone(plainLane(this.all[index])), name: "", look: null, hidden: false };
    const alike = this.all.filter(({ optimizer }) => optimizer === twin.optimizer).map(({ rate }) => rate);
    for (let tries = 0; alike.includes(twin.rate) && tries < MOST; tries += 1) twin.rate = nextRate(twin.rate, -1);
    return this.edit((lanes) => lanes.toSpliced(index + 1, 0, twin), twin, new Map([[twin, this.all[index]]]));
  }

  /** The same run from the step at the playhead on, below it: what is changed of it holds from there. @param {number} index */
  branch(index) {
    if (this.isFull) return this.refuse();
    const { playback } = this.stage;
    const step = Math.min(playback.step, this.stage.scene.steps);
    if (step < 1) return this.stage.complain(t("A branch begins behind the start: move the playhead to the step that it goes on from."));
    const parent = this.all[index];
    const lane = { ...structuredClone(plainLane(parent)), name: "", look: null, hidden: false, branch: [index, step] };
    this.stage.hand.shared = false; // it is there to be changed alone
    return this.edit((lanes) => lanes.toSpliced(index + 1, 0, lane), lane, new Map([[lane, parent]]));
  }

  /** One place up or down. @param {number} index @param {1 | -1} way */
  move(index, way) {
    const to = index + way;
    if (to < 0 || to >= this.all.length) return;
    const lane = this.all[index];
    this.edit((lanes) => lanes.toSpliced(index, 1).toSpliced(to, 0, lane), this.stage.focused);
  }

  /** @param {number} index */
  remove(index) {
    if (this.all.length < 2) return;
    this.keepBefore();
    const { focused } = this.stage;
    const lane = this.all[index];
    this.edit((lanes) => lanes.toSpliced(index, 1), lane === focused ? this.all[index + 1] ?? this.all[index - 1] : focused);
  }

  /** Call a run by this name; an empty one leaves it to its optimizer. @param {number} index @param {string} name */
  rename(index, name) {
    const lane = this.all[index];
    const next = name.replaceAll(";", ",").replace(/\s+/g, " ").trim();
    if (next === lane.name) return;
    const { hand } = this.stage;
    hand.grab();
    lane.name = next;
    hand.changed();
    hand.release();
  }

  /** Put a run under another schedule, whose own knobs begin at their defaults; a warm-up stays. @param {number} index @param {string} key */
  setSchedule(index, key) {
    const lane = this.all[index];
    const { hand } = this.stage;
    if (key === lane.schedule) return;
    const { knobs, warm_up } = this.methods.schedules[key];
    hand.grab();
    lane.schedule = key;
    lane.schedule_knobs = { ...defaultsOf(knobs), ...Object.fromEntries(warm_up.map((knob) => [knob.key, lane.schedule_knobs[knob.key]])) };
    this.attachFacts();
    this.settle();
  }

  /** Put a warm-up in front of a run's schedule, or take it away. @param {number} index */
  turnWarmUp(index) {
    const { schedule_knobs: knobs } = this.all[index];
    this.stage.hand.grab();
    knobs.warmup_steps = knobs.warmup_steps > 0 ? 0 : WARM_UP_STEPS;
    this.settle();
  }

  settle() {
    const { stage } = this;
    const { hand } = stage;
    stage.listed();
    hand.changed();
    hand.release();
  }

  /** Show a run's path, or hide it. @param {number} index */
  toggle(index) {
    const lane = this.all[index];
    lane.hidden = !lane.hidden;
    this.stage.commit();
    this.stage.repaint();
  }

  /** The run in focus several times, at these rates, in place of all others. @param {{rate: number, name?: string}[]} rates @param {number} [focus] */
  spread(rates, focus = 0) {
    this.keepBefore();
    const lanes = rates.map(({ rate, name = "" }) => ({ ...structuredClone(plainLane(this.stage.focused)), rate, name, look: null, hidden: false, branch: null }));
    lanes[focus].look = lanes[focus].optimizer; // its own for the one that the others are measured against
    this.edit(() => lanes, lanes[focus]);
  }

  /** The same at the three rates that are too low, just right and too high here: asked of the engine, which runs them. */
  measure() {
    const { stage } = this;
    const { scene, asking } = stage;
    const { rate: _, ...run } = asking.message().runs[scene.focus];
    const asked = JSON.stringify(run);
    this.note = t("Measuring three rates");
    stage.repaint();
    asking.inquire({ kind: "trio", run }, (header) => {
      const { rate: __, ...now } = asking.message().runs[stage.scene.focus];
      this.note = "";
      if (JSON.stringify(now) !== asked) stage.repaint(); // another run by now
      else if (header.error) stage.complain(header.error);
      else if (header.just_right === null) stage.complain(header.sentence);
      else {
        const rates = [[t("too low"), header.too_low], [t("just right"), header.just_right], [t("too high"), header.too_high]].filter(([, rate]) => rate !== null);
        if (header.steps !== stage.scene.steps) stage.scene.steps = stage.hand.steps = header.steps;
        this.spread(rates.map(([name, rate]) => ({ name, rate })), rates.findIndex(([, rate]) => rate === header.just_right));
        this.note = header.sentence;
      }
    });
  }

  /** The lanes as they were before some were removed. */
  putBack() {
    const { stage } = this;
    const { lanes, focus, steps } = this.removed;
    this.removed = null;
    if (steps !== stage.scene.steps) stage.scene.steps = stage.hand.steps = steps;
    this.edit(() => lanes, lanes[focus], new Map(), true);
  }

  keepBefore() {
    const { focus, steps } = this.stage.scene;
    this.removed = { lanes: this.all.map((lane) => structuredClone(plainLane(lane))), focus, steps };
  }

  refuse() {
    this.stage.complain(this.bySchedule ? t("This page compares at most {most} runs: remove one first.", { most: MOST_SCHEDULES }) : t("A picture holds at most {most} runs: remove one first.", { most: MOST }));
  }

  /**
   * Another list of lanes. Each lane that stays keeps its look.
   * @param {(lanes: any[]) => any[]} make @param {any} focus the lane that comes into focus @param {Map<any, any>} [stands] what a new lane is drawn as until its answer @param {boolean} [whole] whether the new list tells branches in its own places
   */
  edit(make, focus, stands = new Map(), whole = false) {
    const { stage } = this;
    const { scene, hand, results } = stage;
    hand.grab();
    const before = [...scene.lanes];
    looksOf(before).forEach((look, i) => { before[i].look = look === before[i].optimizer && !before[i].look ? null : look; });
    scene.lanes = whole ? make(before) : rearranged(before, make(before));
    scene.focus = Math.max(0, scene.lanes.indexOf(focus));
    const places = scene.lanes.map((lane) => before.indexOf(stands.get(lane) ?? lane));
    stage.results = results.length === before.length && places.every((place) => place >= 0) ? places.map((place) => results[place]) : [];
    this.edits += 1;
    this.note = "";
    this.attachFacts();
    if (new Set(scene.lanes.map(({ rate }) => rate)).size > 1) hand.shared = false;
    hand.pointed = null;
    this.settle();
  }
}
