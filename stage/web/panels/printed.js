/** What a printed sheet says beside the picture: every setting, and the address that opens it. */

import { make } from "../base/dom.js";
import { short, typed } from "../base/numbers.js";
import { laneNames } from "../base/words.js";
import { many, t } from "../base/translate.js";

const SHEET = 686; // px between the margins of an A4 page
const ROOM = 740; // px of its height for the picture and what each method takes of it: a line or two of settings, and of the table
const LANE = 62;
const LEAST = 200;
const TRIES = 3; // of a code's request: one may be lost on the way
const LONGEST = 700; // letters of an address that the server makes a code of (live/rooms/qr.py)

const listed = (specs, values) => specs.map(({ key, name }) => `${name} ${[values[key]].flat().map((value) => (typeof value === "number" ? typed(value) : value)).join(", ")}`);

/** The settings of a scene as lines of text. @param {any} scene @param {any[]} lanes with their facts */
export function settingsOf(scene, lanes) {
  const names = laneNames(lanes);
  const [x, y] = scene.start.map((part) => short(part));
  const shared = [t("Start ({x}, {y})", { x, y }), many("{n} step", "{n} steps", scene.steps, { n: scene.steps })];
  if (scene.gradient_tolerance) shared.push(t("stop at ‖∇L‖ < {bound}", { bound: short(scene.gradient_tolerance) }));
  if (scene.loss_tolerance) shared.push(t("stop at |ΔL| < {bound}", { bound: short(scene.loss_tolerance) }));
  if (scene.noise) shared.push(t("gradient noise σ {noise}, seed {seed}", { noise: short(scene.noise), seed: scene.seed }));
  if (scene.clip_norm) shared.push(t("clipped to norm {norm}", { norm: short(scene.clip_norm) }));
  if (scene.clip_value) shared.push(t("each coordinate clipped to {value}", { value: short(scene.clip_value) }));
  if (scene.batch_size) shared.push(t("mini-batches of {n}", { n: scene.batch_size }));
  return [`${shared.join("; ")}.`, ...lanes.map((lane, i) => {
    const { optimizerFacts, scheduleFacts } = lane;
    const parts = [t("learning rate {rate}", { rate: typed(lane.rate) }), ...listed(optimizerFacts.knobs, lane.knobs)];
    if (lane.schedule !== "constant") parts.push(t("schedule {schedule}", { schedule: [scheduleFacts.name, ...listed(scheduleFacts.knobs, lane.schedule_knobs)].join(", ") }));
    if (lane.schedule_knobs.warmup_steps > 0) parts.push(...listed(scheduleFacts.warm_up, lane.schedule_knobs));
    return `${names[i]}: ${parts.join("; ")}.`;
  })];
}

export function makePrinted() {
  const code = make("img.lab-printed-code", { alt: "", hidden: true });
  const root = make("div.lab-printed", { "aria-hidden": "true" });
  return {
    root,
    /** Put the address there as a code to point a phone at; a longer one is written alone. @param {string} base */
    async point(base) {
      const { href } = window.location;
      code.hidden = href.length > LONGEST;
      if (code.hidden) return;
      for (let left = TRIES; left > 0; left -= 1) {
        code.src = `${base}/live/qr?text=${encodeURIComponent(href)}`;
        if (await code.decode().then(() => true, () => false)) return;
      }
      code.hidden = true;
    },
    /** @param {HTMLElement} stage the root, which carries the measures @param {any} scene @param {number[]} size of the picture in px */
    show(stage, scene, step, [width, height]) {
      if (!width || !height || matchMedia("only print").matches) return;
      const zoom = Math.min(SHEET / width, Math.max(LEAST, ROOM - LANE * scene.lanes.length) / height);
      for (const [name, value] of [["--seen-width", width], ["--seen-height", height], ["--print-zoom", zoom.toFixed(4)]]) stage.style.setProperty(name, String(value));
      const lines = [...settingsOf(scene, scene.lanes), `${t("Shown at step {n}.", { n: step })} ${window.location.href}`];
      if (root.textContent !== lines.join("")) {
        code.hidden = true; // it is of the picture before
        root.replaceChildren(code, ...lines.map((line) => make("p", {}, line)));
      }
    },
  };
}
