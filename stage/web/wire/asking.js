/** What the stage asks the engine over the wire: the descents while the hand moves, the slower questions once it rests. */

import { say } from "../base/dom.js";
import { Wire, socketAddress } from "./wire.js";
import { wayTo } from "../base/branches.js";
import { t } from "../base/translate.js";

const REST = 250; // ms after the last movement before the slower questions are asked and the sentence is spoken
const TIGHT = 1e-6; // the gradient tolerance above which a run may be stopped short of a minimum
const PATIENCE = 600; // ms without a line before the visitor is told
const SHARED = ["landscape", "start", "steps", "gradient_tolerance", "loss_tolerance", "noise", "seed", "clip_norm", "clip_value", "batch_size"];

/** What all runs of a scene have in common, as the wire names it. @param {any} scene */
export function shared(scene) {
  return Object.fromEntries(SHARED.filter((key) => scene[key] !== null && scene[key] !== undefined).map((key) => [key, scene[key]]));
}

export class Asking {
  /** @param {any} stage */
  constructor(stage) {
    this.stage = stage;
    this.stepAsked = "";
    this.fastestOf = null;
    this.anatomy = null; // what the last step asked for is made of
    /** @type {string[]} */
    this.handed = []; // kinds of questions that are not asked: their answers come from elsewhere
  }

  get open() {
    return Boolean(this.wire?.open);
  }

  connect(base) {
    this.address = socketAddress(`${base}/live`);
    this.wire = new Wire(this.address, {
      answer: (header, results, note) => this.stage.take({ header, results }, note),
      refusal: (sentence) => this.stage.complain(sentence),
      line: (open) => this.showLine(open),
    });
  }

  /** Streamlit has reached its server again: so will the wire. */
  hurry() {
    this.wire?.hurry();
  }

  leave() {
    this.wire?.close();
    clearTimeout(this.rest);
    clearTimeout(this.offline);
  }

  showLine(open) {
    const { stage } = this;
    const { line, root } = stage;
    clearTimeout(this.offline);
    if (open) {
      this.stepAsked = "";
      for (const study of this.stage.studies ?? []) study.again();
      say(line, "");
      root.classList.remove("lab-offline");
      this.ask();
      this.stage.lanes.learn();
      return;
    }
    this.offline = setTimeout(() => {
      root.classList.add("lab-offline");
      say(line, t("Reconnecting: the picture follows on release"));
    }, PATIENCE);
  }

  /** The scene as a question for its descents. @param {boolean} own at the rates that the lanes have, whatever a race makes of them */
  message(own = false) {
    const { scene } = this.stage;
    const common = shared(scene);
    const names = scene.lanes.map(({ name }) => name);
    return {
      focus: scene.focus,
      ...(names.some(Boolean) ? { names } : {}),
      ...(this.stage.lanes.bySchedule ? { schedules: true } : {}),
      runs: scene.lanes.map(({ optimizer, rate, knobs, schedule, schedule_knobs }, lane) => ({
        ...common, optimizer, rate: own ? rate : this.stage.rateOf(lane, rate), knobs, schedule, schedule_knobs, ...this.before(lane),
      })),
    };
  }

  /** What leads to a branch. @param {number} lane */
  before(lane) {
    const { lanes } = this.stage;
    const way = lanes.mayBranch ? wayTo(lanes.all, lane) : [];
    return way.length ? { before: way } : {};
  }

  ask() {
    if (!this.wire) return;
    const { stage } = this;
    if (stage.data.lesson?.veiled) this.fastestOf = null; // what was measured for the picture before may be the answer
    if (this.fastestQuestion() !== this.fastestOf) stage.rate.showFastest(undefined);
    this.wire.expect(stage.data.surface.heavy);
    this.wire.ask(this.message(), { shape: stage.shape, surface: stage.data.surface.key, focus: stage.scene.focus });
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.atRest(), REST);
  }

  /** A line of its own for what takes a minute, whose questions the hand must not wait for. @param {(open: boolean) => void} line */
  apart(line) {
    const wire = new Wire(this.address, { answer: () => {}, refusal: () => {}, line });
    wire.expect(true);
    return wire;
  }

  inquire(message, settle) {
    if (!this.handed.includes(message.kind)) this.wire?.inquire(message, settle);
  }

  atRest() {
    const { stage } = this;
    if (stage.hand.busy || stage.data.lesson?.veiled) return;
    say(stage.spoken, stage.complaint || stage.summary);
    const question = this.fastestQuestion();
    // A challenge may be to find it.
    if (question === this.fastestOf || stage.data.lesson?.challenge) return;
    this.inquire({ kind: "fastest", run: JSON.parse(question) }, (header) => {
      if (header.error || stage.data.lesson?.veiled || question !== this.fastestQuestion()) return; // it may be the answer to what is asked now
      this.fastestOf = question;
      // Where there is no number to begin at, no rate is to blame.
      if (stage.results[stage.scene.focus]?.outcome.started === false) header.diverging = [];
      // Beside a sweep, whose just right asks for more than arriving, an example has no other right to that name.
      const right = stage.page === "tuning" ? header.right : header.arriving;
      const { gradient_tolerance: tolerance, before } = JSON.parse(question);
      stage.rate.showFastest({ ...header, right, begin: before?.at(-1).until ?? 0 }, tolerance > TIGHT);
    });
  }

  /** The run in focus as the question for its fastest rate: all of it but the rate, which the answer does not depend on. */
  fastestQuestion() {
    const { rate: _, ...run } = this.message().runs[this.stage.scene.focus];
    return JSON.stringify(run);
  }

  /** The run in focus and the step at the playhead, as the question what that step is made of. */
  stepQuestion() {
    const { scene, playback, results } = this.stage;
    const run = this.message().runs[scene.focus];
    const step = Math.min(playback.step, Math.max(0, results[scene.focus].points.rows - 1));
    return JSON.stringify({ kind: "step", run, step });
  }

  /**
   * The step at the playhead taken apart, once it is known, with the phase to draw. Arrows stand still at a whole step;
   * a ball on its way has none. The step is asked for only at rest: under the hand the wire belongs to the descents.
   */
  step() {
    const { stage, anatomy } = this;
    const { playback } = stage;
    if (playback.playing || !stage.explains) return null;
    const question = this.stepQuestion();
    if (!stage.hand.busy && question !== this.stepAsked) this.askStep(question);
    if (!anatomy?.made || anatomy.of !== question || playback.playhead !== playback.step) return null;
    return { anatomy, phase: stage.oneStep.phase };
  }

  askStep(question) {
    const { stage } = this;
    const { name } = stage.focused.optimizerFacts; // whose step it is, even if the focus has moved on by the answer
    this.stepAsked = question;
    this.inquire(JSON.parse(question), (answer) => {
      if (answer.error) return;
      this.anatomy = { ...answer, of: question };
      stage.oneStep.show(answer, name, stage.data.surface.axes);
      stage.repaint();
    });
  }
}
