/** What can be done with a run in the list, and with the list as a whole. */

import { glyph, make, say } from "../base/dom.js";
import { openMenu } from "./menu.js";
import { t } from "../base/translate.js";

const LONGEST = 32; // letters of a name, as ui/scene/lane.py has it
/** The document's three rates. */
const EXAMPLES = [1, 0.01, 0.0001];

/** @param {HTMLElement} button @param {any} lanes @param {number} index @param {() => void} rename */
export function laneMenu(button, lanes, index, rename) {
  const count = lanes.all.length;
  openMenu(button, [
    { name: t("Duplicate, at another rate"), act: () => lanes.duplicate(index), off: lanes.isFull },
    { name: t("Rename"), act: rename },
    { name: lanes.all[index].hidden ? t("Show its path") : t("Hide its path"), act: () => lanes.toggle(index) },
    ...(lanes.mayBranch ? [{ name: t("Branch here, at step {n}", { n: lanes.stage.playback.step }), act: () => lanes.branch(index), off: lanes.isFull || lanes.stage.playback.step < 1 }] : []),
    { name: t("Its schedule"), act: () => scheduleMenu(button, lanes, index), off: !lanes.learned, apart: true },
    { name: lanes.all[index].schedule_knobs.warmup_steps > 0 ? t("No warm-up") : t("Warm up first"), act: () => lanes.turnWarmUp(index) },
    { name: t("Move up"), act: () => lanes.move(index, -1), off: index === 0, apart: true },
    { name: t("Move down"), act: () => lanes.move(index, 1), off: index === count - 1 },
    { name: t("Remove"), act: () => lanes.remove(index), off: count === 1, apart: true },
  ]);
}

/** The schedules, for one run alone. @param {HTMLElement} button @param {any} lanes @param {number} index */
function scheduleMenu(button, lanes, index) {
  openMenu(button, Object.entries(lanes.methods.schedules).map(([key, { name }]) => ({
    name, act: () => lanes.setSchedule(index, key), off: key === lanes.all[index].schedule,
  })));
}

/** A box in place of a run's name; Enter takes it, Escape does not. @param {HTMLElement} name @param {any} lanes @param {number} index */
export function makeName(name, lanes, index) {
  const lane = lanes.all[index];
  const box = make("input.lab-box.lab-rename", { type: "text", value: lane.name, maxlength: LONGEST, placeholder: name.querySelector(".lab-name").textContent, "aria-label": t("Name of this run"), autocomplete: "off", spellcheck: "false" });
  let over = false;
  const end = (take, back) => {
    if (over) return;
    over = true;
    box.remove();
    name.hidden = false;
    if (take) lanes.rename(index, box.value);
    if (back) name.focus();
  };
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") end(true, true);
    if (event.key === "Escape") end(false, true);
  });
  box.addEventListener("blur", () => end(true, false));
  name.hidden = true;
  name.after(box);
  box.focus();
  box.select();
}

/** Below the list: another run, and three rates of one. @param {any} lanes */
export function makeLaneTools(lanes) {
  const add = make("button.lab-text", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": lanes.bySchedule ? t("Add a schedule") : t("Add a run"), onclick: () => openMenu(add, [
    { name: t("Duplicate the one in focus"), act: () => lanes.duplicate(lanes.stage.scene.focus) },
    ...(lanes.bySchedule
      ? Object.entries(lanes.methods.schedules).map(([key, { name }], i) => ({ name, act: () => lanes.addSchedule(key), apart: i === 0 }))
      : Object.entries(lanes.methods.optimizers).map(([key, { name }], i) => ({ name, act: () => lanes.add(key), apart: i === 0 }))),
  ]) }, glyph("add"), lanes.bySchedule ? t("Add a schedule") : t("Add a run"));
  const three = make("button.lab-text", { type: "button", title: t("The run in focus at the document's three learning rates, in place of these runs"), onclick: () => lanes.spread(EXAMPLES.map((rate) => ({ rate })), 1) }, "1 · 0.01 · 0.0001");
  const here = make("button.lab-text", { type: "button", title: t("The run in focus at three rates measured for this surface and start, in place of these runs"), onclick: () => lanes.measure() }, t("too low · right · too high"));
  const back = make("button.lab-text", { type: "button", hidden: true, onclick: () => lanes.putBack() }, t("Put back"));
  const note = make("p.lab-lane-note", { role: "status" });
  const root = make("div.lab-lane-tools", { role: "group", "aria-label": t("Runs") }, add, ...(lanes.bySchedule ? [] : [three, here]), back, note);
  return {
    root,
    show() {
      add.disabled = lanes.isFull || !lanes.learned;
      add.title = lanes.isFull ? (lanes.bySchedule ? t("This page compares at most 6 runs") : t("A picture holds at most 16 runs")) : t("Another run beside these");
      back.hidden = !lanes.removed;
      say(note, [lanes.note, lanes.unbranched].filter(Boolean).join(" "));
      back.title = t("The runs as they were before some were removed");
    },
  };
}
