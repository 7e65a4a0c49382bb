/** The list of methods: legend, toggle and knobs in one. */

import { glyph, make, say } from "../base/dom.js";
import { drawSwatch } from "../draw/ink.js";
import { makeKnob } from "../input/controls.js";
import { withKey } from "../input/keymap.js";
import { count, tight } from "../base/numbers.js";

/**
 * @param {{focus: (lane: number) => void, toggle: (lane: number) => void, point: (lane: number | null) => void, share: (lane: number) => void, knob: (lane: number, key: string, value: number) => void,
 *   grab: () => void, release: () => void, fault: (sentence: string) => void}} on
 */
export function makeRace(on) {
  const title = make("h2", {});
  const when = make("span.lab-aside", {});
  const list = make("div.lab-race-rows", { role: "list" });
  const root = make("section.lab-race", { "aria-label": "Methods" }, make("div.lab-heading", {}, title, when), list);
  let rows = [];
  let open = true;
  list.addEventListener("pointerleave", () => on.point(null));

  function build(tracks, tokens, scale = 1) {
    rows = tracks.map(({ lane, optimizer, style }, index) => {
      const swatch = make("canvas", { "aria-hidden": "true" });
      const show = make("button.lab-swatch", { type: "button", onclick: () => on.toggle(index) }, swatch);
      const called = make("span.lab-name", {});
      const loss = make("span.lab-loss", {});
      const fate = make("span.lab-fate", {});
      const arrow = glyph("expand_more");
      const name = make("button.lab-method", { type: "button", onclick: () => {
        open = rows[index].focused ? !open : true;
        on.focus(index);
      } }, called, loss, fate, arrow);
      const knobs = optimizer.knobs.map((spec) => {
        const knob = makeKnob(spec, { ...on, move: (value) => on.knob(index, spec.key, value) });
        return { spec, knob };
      });
      const [first, ...rest] = knobs.map(({ knob }) => knob.row);
      const alike = tracks.filter((other, i) => i !== index && optimizer.knobs.some(({ key }) => key in other.lane.knobs)).map((other) => other.optimizer.name);
      const more = make("div", { hidden: true }, ...rest);
      const opener = make("button.lab-text", { type: "button", "aria-expanded": "false", onclick: () => {
        more.hidden = !more.hidden;
        opener.setAttribute("aria-expanded", String(!more.hidden));
        say(opener, more.hidden ? unopened : "fewer");
      } }, "");
      const unopened = `${rest.length} more`;
      say(opener, unopened);
      const share = make("button.lab-text.lab-share", { type: "button", title: `Give these values to every method that has the same knob: ${alike.join(", ")}`, onclick: () => on.share(index) },
        `same for ${alike.length === 1 ? alike[0] : `${alike.length} others`}`);
      const shares = alike.length ? [share] : [];
      // Behind the other knobs where there are any: the panels need the height.
      if (rest.length) more.append(...shares);
      const drawer = make("div.lab-drawer", { hidden: true }, ...(first ? [first] : []), more, ...(rest.length ? [opener] : shares));
      // Only a mouse hovers: a finger that touches a row has chosen it.
      const point = (event) => on.point(event.pointerType === "mouse" && tracks.length > 1 && !rows[index].hidden ? index : null);
      const root = make("div.lab-row", { role: "listitem", onpointerenter: point }, make("div.lab-row-line", {}, show, name), drawer);
      return { root, show, swatch, name, called, loss, fate, arrow, knobs, drawer, lane, style };
    });
    list.replaceChildren(...rows.map(({ root: row }) => row));
    drawSwatches(tokens, scale);
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
      say(title, tracks.length === 1 ? "One method" : `${counted(tracks.length)} methods, one start`);
      say(when, `loss at step ${count(step)}`);
      tracks.forEach((track, index) => {
        const row = rows[index];
        say(row.called, track.name); // twins are told apart by rates, which move
        row.focused = track.focus;
        row.hidden = track.hidden;
        row.root.classList.toggle("lab-focused", track.focus);
        row.root.classList.toggle("lab-hidden", track.hidden);
        row.name.setAttribute("aria-current", String(track.focus));
        row.name.setAttribute("aria-expanded", String(track.focus && open && row.knobs.length > 0));
        row.show.setAttribute("aria-pressed", String(!track.hidden));
        row.show.setAttribute("aria-label", `${track.hidden ? "Show" : "Hide"} the path of ${track.name}`);
        const does = track.hidden ? "Show this path" : "Hide this path";
        row.show.title = index < 9 ? withKey(does, String(index + 1)) : does;
        row.drawer.hidden = !(track.focus && open && row.knobs.length);
        say(row.arrow, row.knobs.length ? (row.drawer.hidden ? "expand_more" : "expand_less") : "");
        for (const { spec, knob } of row.knobs) knob.show(track.lane.knobs[spec.key]);
        if (!track.result) return;
        const last = track.result.losses.rows - 1;
        say(row.loss, tight(track.result.losses.data[Math.min(step, last)]));
        say(row.fate, track.result.outcome.fate);
        row.fate.title = track.result.outcome.sentence;
      });
    },
  };
}

const COUNTED = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];
const counted = (count) => COUNTED[count] ?? String(count);
