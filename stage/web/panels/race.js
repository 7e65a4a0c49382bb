/** The list of runs: legend, toggle and knobs in one, with what can be done with each. */

import { glyph, make, mark, say } from "../base/dom.js";
import { drawSwatch } from "../draw/ink.js";
import { makeKnob } from "../input/controls.js";
import { withKey } from "../input/keymap.js";
import { count, number, tight } from "../base/numbers.js";
import { nameParts } from "../base/words.js";
import { laneMenu, makeLaneTools, makeName } from "./lane_menu.js";
import { t } from "../base/translate.js";

/**
 * @param {{focus: (lane: number) => void, toggle: (lane: number) => void, point: (lane: number | null) => void, share: (lane: number) => void, knob: (lane: number, key: string, value: number) => void,
 *   grab: () => void, release: () => void, fault: (sentence: string) => void}} on
 * @param {import("../lanes.js").Lanes} lanes
 */
export function makeRace(on, lanes) {
  const title = make("h2", {});
  const when = make("span.lab-aside", {});
  const list = make("div.lab-race-rows", { role: "list" });
  const tools = makeLaneTools(lanes);
  const root = make("section.lab-race", { "aria-label": t("Methods") }, make("div.lab-heading", {}, title, when), list, tools.root);
  let rows = [];
  let open = true;
  list.addEventListener("pointerleave", () => on.point(null));

  function build(tracks, tokens, scale = 1) {
    rows = tracks.map(({ lane, optimizer, style, look }, index) => {
      const swatch = make("canvas", { "aria-hidden": "true" });
      const show = make("button.lab-swatch", { type: "button", onclick: () => on.toggle(index) }, swatch);
      const [shared, own] = [make("span.lab-name-shared", {}), make("span.lab-name-own", {})];
      const called = make("span.lab-name", {}, shared, own);
      const rate = make("span.lab-its-rate", {});
      const more = make("button.lab-icon.lab-more", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => laneMenu(more, lanes, index, rename) }, glyph("more_vert"));
      const loss = make("span.lab-loss", {});
      const fate = make("span.lab-fate", {});
      const arrow = glyph("expand_more");
      const name = make("button.lab-method", { type: "button", onclick: () => {
        open = rows[index].focused ? !open : true;
        on.focus(index);
      } }, make("span.lab-called", {}, called, rate), loss, fate, arrow);
      const rename = () => makeName(name, lanes, index);
      const knobs = optimizer.knobs.map((spec) => {
        const knob = makeKnob(spec, { ...on, move: (value) => on.knob(index, spec.key, value) });
        return { spec, knob };
      });
      const [first, ...rest] = knobs.map(({ knob }) => knob.row);
      const alike = tracks.filter((other, i) => i !== index && optimizer.knobs.some(({ key }) => key in other.lane.knobs)).map((other) => other.name);
      const others = make("div", { hidden: true }, ...rest);
      const opener = make("button.lab-text", { type: "button", "aria-expanded": "false", onclick: () => {
        others.hidden = !others.hidden;
        opener.setAttribute("aria-expanded", String(!others.hidden));
        say(opener, others.hidden ? unopened : t("fewer"));
      } }, "");
      const unopened = t("{n} more", { n: rest.length });
      say(opener, unopened);
      const share = make("button.lab-text.lab-share", { type: "button", title: t("Give these values to every method that has the same knob: {methods}", { methods: alike.join(", ") }), onclick: () => on.share(index) },
        alike.length === 1 ? t("same for {method}", { method: alike[0] }) : t("same for {n} others", { n: alike.length }));
      const shares = alike.length ? [share] : [];
      // Behind the other knobs where there are any: the panels need the height.
      if (rest.length) others.append(...shares);
      const drawer = make("div.lab-drawer", { hidden: true }, ...(first ? [first] : []), others, ...(rest.length ? [opener] : shares));
      // Only a mouse hovers: a finger that touches a row has chosen it.
      const point = (event) => on.point(event.pointerType === "mouse" && tracks.length > 1 && !rows[index].hidden ? index : null);
      const root = make("div.lab-row", { role: "listitem", "data-look": look, onpointerenter: point, onkeydown: (event) => moved(event, index) }, make("div.lab-row-line", {}, show, name, more), drawer);
      return { root, show, more, swatch, name, called, shared, own, rate, loss, fate, arrow, knobs, drawer, lane, style };
    });
    list.replaceChildren(...rows.map(({ root: row }) => row));
    drawSwatches(tokens, scale);
  }

  /** Alt and an arrow move a run in the list; what had the focus in its row has it again. */
  function moved(event, index) {
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!way || !event.altKey || !rows[index + way]) return;
    event.preventDefault();
    const part = event.target.closest(".lab-more") ? "more" : event.target.closest(".lab-swatch") ? "show" : "name";
    lanes.move(index, way);
    rows[index + way][part].focus();
  }

  function drawSwatches(tokens, scale) {
    for (const { swatch, style } of rows) {
      if (scale > 1) drawSwatch(swatch, style, tokens.paper, 84, 38, 6.5);
      else drawSwatch(swatch, style, tokens.paper);
    }
  }

  return {
    root,
    build,
    drawSwatches,
    /** The rows of sliders of the method in focus, with the knobs' keys. */
    knobRows: () => rows.filter(({ focused }) => focused).flatMap(({ knobs }) => knobs.map(({ spec, knob }) => ({ key: spec.key, row: knob.row }))),
    /** @param {any[]} tracks @param {number} step */
    show(tracks, step) {
      say(title, lanes.bySchedule ? scheduleTitle(tracks) : titleOf(tracks));
      say(when, t("loss at step {n}", { n: count(step) }));
      tools.show();
      const parts = nameParts(tracks.map((track) => track.name));
      tracks.forEach((track, index) => {
        const row = rows[index];
        const [shared, own] = parts[index]; // twins are told apart by rates, which move
        say(row.shared, shared);
        say(row.own, own);
        mark(row.called, "title", track.name);
        say(row.rate, track.lane.name ? number(track.lane.rate) : "");
        mark(row.more, "aria-label", t("More for {run}", { run: track.name }));
        mark(row.more, "title", t("Duplicate, rename, move (Alt+↑, Alt+↓), remove"));
        row.focused = track.focus;
        row.hidden = track.hidden;
        row.root.classList.toggle("lab-focused", track.focus);
        row.root.classList.toggle("lab-hidden", track.hidden);
        row.root.classList.toggle("lab-branch", lanes.mayBranch && Boolean(track.lane.branch));
        const isOpen = track.focus && open && row.knobs.length > 0;
        mark(row.name, "aria-current", String(track.focus));
        mark(row.name, "aria-expanded", String(isOpen));
        mark(row.show, "aria-pressed", String(!track.hidden));
        mark(row.show, "aria-label", track.hidden ? t("Show the path of {run}", { run: track.name }) : t("Hide the path of {run}", { run: track.name }));
        const does = track.hidden ? t("Show this path") : t("Hide this path");
        mark(row.show, "title", index < 9 ? withKey(does, String(index + 1)) : does);
        if (row.drawer.hidden === isOpen) row.drawer.hidden = !isOpen;
        say(row.arrow, row.knobs.length ? (isOpen ? "expand_less" : "expand_more") : "");
        if (isOpen) for (const { spec, knob } of row.knobs) knob.show(track.lane.knobs[spec.key]);
        if (!track.result) return;
        const last = track.result.losses.rows - 1;
        say(row.loss, tight(track.result.losses.data[Math.min(step, last)]));
        say(row.fate, track.result.outcome.fate);
        mark(row.fate, "title", track.result.outcome.sentence);
      });
    },
  };
}

/** What is common to them. @param {any[]} tracks */
function titleOf(tracks) {
  if (tracks.length === 1) return t("One method");
  const [{ optimizer }] = tracks;
  if (tracks.some((track) => track.optimizer !== optimizer)) return t("{count} methods, one start", { count: counted(tracks.length) });
  return t("{method}, {count} runs", { method: optimizer.name, count: counted(tracks.length).toLowerCase() });
}

/** @param {any[]} tracks */
function scheduleTitle(tracks) {
  const [{ optimizer }] = tracks;
  if (tracks.length === 1) return t("{method}, one schedule", { method: optimizer.name });
  return t("{method}, {count} schedules", { method: optimizer.name, count: counted(tracks.length).toLowerCase() });
}

const COUNTED = t("No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen").split(" ");
const counted = (count) => COUNTED[count] ?? String(count);
