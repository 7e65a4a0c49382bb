/** Two knobs as the axes of a map: what becomes of the run under every pair, and the law's border where there is one. */

import { scaleOf } from "../input/controls.js";
import { make, say } from "../base/dom.js";
import { LOST, holdOn, mix, overlay, patternOf, pixels, unlessHeavy, walkOn } from "./maps.js";
import { penOf } from "../draw/canvas.js";
import { Follower } from "../wire/follower.js";
import { count, number } from "../base/numbers.js";
import { PALETTE } from "../base/palette.js";
import { channels } from "../map/relief.js";
import { many, t, lowered } from "../base/translate.js";

const [LIVE, FINE] = [48, 256];
const HANDED = 64; // of what a hall's phones are given
const FAMILY = 96; // where a parameter is an axis: each row is a surface of its own
const MARGIN = { left: 44, right: 8, top: 6, bottom: 22 };
const ENDS = { arrived: t("arrives at a minimum"), open: t("not there in time"), higher: t("ends higher than it began"), diverged: t("diverges"), unstarted: t("cannot start") };
const RATE = { key: "rate", name: t("Learning rate"), low: 1e-4, high: 10, log: true, whole: false };

/** @param {any} stage */
export function makeKnobMap(stage) {
  const canvas = make("canvas.lab-knobmap", { role: "slider", tabindex: 0, "aria-label": t("Map of two knobs") });
  const across = make("select.lab-scope", { "aria-label": t("Knob across") });
  const up = make("select.lab-scope", { "aria-label": t("Knob up") });
  const words = make("p.lab-say", { role: "status" });
  const table = make("table.lab-numbers.lab-shares", {});
  const root = make("section.lab-knobmap-panel", { "aria-label": t("Map of two knobs") },
    make("div.lab-heading", {}, make("h2", {}, t("Two knobs at once")), across, make("span", {}, "×"), up), canvas, table, words);
  let told = null;
  let image = null;
  let specs = [];
  for (const select of [across, up]) select.addEventListener("change", () => {
    if (across.value === up.value) (select === across ? up : across).value = specs.find(({ key }) => key !== select.value).key;
    follow();
  });

  /** The knobs of the method and of the schedule in focus. */
  function offer() {
    const { focused } = stage;
    const letters = stage.parameters.specs.map((spec) => ({ ...spec, key: `@${spec.key}` }));
    const list = [RATE, ...focused.optimizerFacts.knobs, ...focused.scheduleFacts.knobs, ...letters].filter(({ many, whole, low, high }) => !many && !whole && high > low);
    const shape = JSON.stringify(list.map(({ key, low, high }) => [key, low, high]));
    if (shape === JSON.stringify(specs.map(({ key, low, high }) => [key, low, high]))) return;
    specs = list;
    const favourite = list.find(({ key }) => key === "momentum" || key === "beta1")?.key ?? list[1]?.key;
    for (const [select, chosen] of [[across, "rate"], [up, favourite]]) {
      const kept = list.some(({ key }) => key === select.value) && select.value !== "rate" ? select.value : chosen;
      select.replaceChildren(...list.map(({ key, name }) => make("option", { value: key }, name)));
      if (kept) select.value = select === across ? "rate" : kept;
    }
  }

  /** Whether the map is about what is in focus: by the time an answer comes that may be another method, with other knobs. */
  function fits() {
    offer();
    const now = { landscape: surface(), ...stage.focused };
    return told && specs.length > 1 && ["landscape", "optimizer", "schedule"].every((key) => told.asked.run[key] === now[key])
      && told.asked.x[0] === across.value && told.asked.y[0] === up.value;
  }

  /** The surface of the map: of a parameter that is an axis it has every value. */
  const surface = () => stage.parameters.textWithout(across.value, up.value);
  const specOf = (select) => specs.find(({ key }) => key === select.value);
  const axisOf = ({ key, low, high, log }) => [key, Number(low), Number(high), Boolean(log)];
  const follower = new Follower({
    question: unlessHeavy(stage, root, words, (fine) => {
      offer();
      if (specs.length < 2) return null;
      const side = !fine ? LIVE : [across, up].some(({ value }) => value[0] === "@") ? FAMILY : FINE;
      const run = { ...stage.asking.message().runs[stage.scene.focus], landscape: surface() };
      const [x, y] = [specOf(across), specOf(up)];
      for (const { key } of [x, y]) {
        if (key === "rate") delete run.rate;
        run.knobs = without(run.knobs, key);
        run.schedule_knobs = without(run.schedule_knobs, key);
      }
      return { kind: "knobs", run, x: axisOf(x), y: axisOf(y), columns: side, rows: side };
    }),
    send: (message, settle) => stage.asking.inquire(message, settle),
    show: (header, matrix, asked) => {
      const arrays = Object.fromEntries(Object.entries(header.arrays).map(([name, where]) => [name, matrix(where).data]));
      told = { ...header, ...arrays, asked, side: asked.columns };
      image = null;
      paint();
      if (fits()) tell();
    },
    fault: (sentence) => stage.complain(sentence),
  });
  function follow() {
    offer();
    root.classList.toggle("lab-empty", specs.length < 2);
    if (specs.length < 2 && !stage.data.surface.heavy) say(words, t("{method} has one knob only, the rate: choose a method with another one, or a schedule.", { method: stage.focused.optimizerFacts.name }));
    follower.follow(stage.hand.busy);
  }

  const frame = () => ({ left: MARGIN.left, top: MARGIN.top, wide: canvas.clientWidth - MARGIN.left - MARGIN.right, high: canvas.clientHeight - MARGIN.top - MARGIN.bottom });
  const valueOf = (select) => {
    const { focused } = stage;
    if (select.value[0] === "@") return stage.parameters.values[select.value.slice(1)];
    return select.value === "rate" ? focused.rate : focused.knobs[select.value] ?? focused.schedule_knobs[select.value];
  };
  const set = (select, value) => {
    if (select.value === "rate") stage.hand.setRate(value);
    else if (select.value[0] === "@") stage.parameters.set(select.value.slice(1), value);
    else if (select.value in stage.focused.knobs) stage.hand.setKnob(stage.scene.focus, select.value, value);
    else stage.hand.setScheduleKnob(select.value, value);
  };
  const take = (event) => {
    const box = canvas.getBoundingClientRect();
    const { left, top, wide, high } = frame();
    const part = [(event.clientX - box.left - left) / wide, 1 - (event.clientY - box.top - top) / high].map((one) => Math.max(0, Math.min(1, one)));
    [across, up].forEach((select, i) => set(select, scaleOf(specOf(select)).value(part[i])));
    paint();
  };
  holdOn(canvas, stage.hand, (event) => fits() && take(event));
  walkOn(canvas, stage.hand, (...ways) => {
    if (!fits()) return;
    [across, up].forEach((select, i) => {
      if (!ways[i]) return;
      const scale = scaleOf(specOf(select));
      const next = Math.round(scale.place(valueOf(select)) * (FINE - 1)) + ways[i];
      set(select, scale.value(Math.max(0, Math.min(1, next / (FINE - 1)))));
    });
    paint();
  });

  /** The pair in focus, and what its cell comes to, for who does not see the map. */
  function value() {
    const [x, y] = [across, up].map((select) => ({ ...specOf(select), now: valueOf(select), part: scaleOf(specOf(select)).place(valueOf(select)) }));
    const [column, row] = [x, y].map(({ part }) => Math.round(Math.max(0, Math.min(1, part)) * (told.side - 1)));
    const at = row * told.side + column;
    const kind = kindOf(at);
    const end = kind === "arrived" ? many("arrives at a minimum in {n} step", "arrives at a minimum in {n} steps", told.steps[at], { n: told.steps[at] }) : ENDS[kind];
    for (const [name, text] of [["valuemin", x.low], ["valuemax", x.high], ["valuenow", Math.max(x.low, Math.min(x.high, x.now))], ["valuetext", `${x.name} ${number(x.now)}, ${y.name} ${number(y.now)}: ${end}`]]) canvas.setAttribute(`aria-${name}`, String(text));
  }

  const kindOf = (at) => {
    if (told.outcomes[at] === LOST) return told.steps[at] ? "diverged" : "unstarted";
    if (told.arrived[at]) return "arrived";
    const first = told.first_losses ? told.first_losses[at] : told.first_loss;
    return first !== null && !(told.losses[at] <= first) ? "higher" : "open";
  };

  function makeImage() {
    const { theme, tokens } = stage;
    const inks = PALETTE.maps[theme];
    const [few, many] = [channels(inks.few), channels(inks.many)];
    const most = Math.log1p(told.asked.run.steps ?? 500);
    const shades = Array.from({ length: 33 }, (_, i) => mix(few, many, i / 32));
    const grounds = { diverged: channels(inks.diverged), unstarted: channels(inks.diverged), higher: channels(inks.higher), open: channels(tokens.well) };
    const colourOf = (at) => {
      const kind = kindOf(at);
      return kind === "arrived" ? shades[Math.round((32 * Math.log1p(told.steps[at])) / most)] : grounds[kind];
    };
    const only = (wanted) => pixels(told.side, told.side, (at) => (kindOf(at) === wanted ? [0, 0, 0] : null));
    image = { of: theme, all: pixels(told.side, told.side, colourOf), diverged: only("diverged"), unstarted: only("unstarted"), open: only("open") };
  }

  function paint() {
    if (!fits()) return;
    value();
    if (canvas.clientWidth < 1) return;
    const { tokens, theme } = stage;
    if (image?.of !== theme) makeImage();
    const { pen, height, sharp } = penOf(canvas);
    const { left, top, wide, high } = frame();
    pen.imageSmoothingEnabled = false;
    const box = [left, top, wide, high];
    pen.drawImage(image.all, ...box);
    for (const lost of [image.diverged, image.unstarted]) overlay(pen, lost, box, patternOf(pen, "hatch", PALETTE.maps[theme].hatch, sharp), sharp);
    overlay(pen, image.open, box, patternOf(pen, "dots", tokens.ink3, sharp), sharp);
    const [sx, sy] = [across, up].map((select) => scaleOf(specOf(select)));
    pen.font = '400 11.5px "Source Sans", sans-serif';
    pen.fillStyle = tokens.ink3;
    for (const [select, isAcross] of [[across, true], [up, false]]) {
      const { low, high: most } = specOf(select);
      const middle = scaleOf(specOf(select)).value(0.5);
      [[low, 0], [middle, 0.5], [most, 1]].forEach(([value, part]) => {
        pen.textAlign = isAcross ? (part === 0 ? "left" : part === 1 ? "right" : "center") : "right";
        pen.textBaseline = isAcross ? "alphabetic" : part === 0 ? "bottom" : part === 1 ? "top" : "middle";
        if (isAcross) pen.fillText(number(value), left + part * wide, height - 6);
        else pen.fillText(number(value), left - 6, top + (1 - part) * high);
      });
    }
    if (told.law) {
      for (const [colour, width] of [[tokens.casing, 5], [tokens.ink, 2]]) {
        pen.strokeStyle = colour;
        pen.lineWidth = width;
        pen.beginPath();
        told.law.border.forEach(([rate, momentum]) => pen.lineTo(left + sx.place(rate) * wide, top + (1 - sy.place(momentum)) * high));
        pen.stroke();
      }
    }
    const [x, y] = [left + sx.place(valueOf(across)) * wide, top + (1 - sy.place(valueOf(up))) * high];
    for (const [colour, width] of [[tokens.casing, 5], [tokens.ink, 2]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      pen.arc(x, y, 7, 0, 2 * Math.PI);
      pen.stroke();
    }
  }

  /** The most steps of a pair and of those beside it, infinite where one does not arrive. */
  function slowest(at) {
    const [column, row] = [at % told.side, Math.floor(at / told.side)];
    let most = 0;
    for (let up = Math.max(0, row - 1); up <= Math.min(told.side - 1, row + 1); up += 1) {
      for (let across = Math.max(0, column - 1); across <= Math.min(told.side - 1, column + 1); across += 1) {
        const other = up * told.side + across;
        most = Math.max(most, kindOf(other) === "arrived" ? told.steps[other] : Infinity);
      }
    }
    return most;
  }

  function tell() {
    const counts = { arrived: 0, open: 0, higher: 0, diverged: 0, unstarted: 0 };
    const steps = [];
    for (let at = 0; at < told.losses.length; at += 1) {
      const kind = kindOf(at);
      counts[kind] += 1;
      if (kind === "arrived") steps.push([told.steps[at], at]);
    }
    const percent = (count) => `${((100 * count) / told.losses.length).toFixed(1)} %`;
    const { few, many, higher } = PALETTE.maps[stage.theme];
    const fills = { arrived: `linear-gradient(90deg, ${few}, ${many})`, higher };
    const chip = (mark, fill = "") => {
      const box = make("i.lab-chip", { "data-mark": mark });
      if (fill) box.style.background = fill;
      return box;
    };
    const marks = { arrived: "arrived", open: "dots", higher: "higher", diverged: "hatch", unstarted: "hatch" };
    table.replaceChildren(make("tbody", {}, ...Object.entries(counts).filter(([, count]) => count).map(([kind, count]) => make("tr", {}, make("th", { scope: "row" }, chip(marks[kind], fills[kind]), ENDS[kind]), make("td", {}, percent(count))))));
    if (stage.hand.busy) return;
    const [x, y] = [specOf(across), specOf(up)];
    const value = (spec, part) => number(scaleOf(spec).value(part));
    const pair = (at) => `${lowered(x.name)} ${value(x, (at % told.side) / (told.side - 1))}, ${lowered(y.name)} ${value(y, Math.floor(at / told.side) / (told.side - 1))}`;
    const least = (pairs) => pairs.reduce((best, one) => (one[0] < best[0] ? one : best), [Infinity, -1]);
    const [fewest, at] = least(steps.map(([, place]) => [slowest(place), place]));
    const [alone, lucky] = least(steps);
    const best = lucky < 0 ? t("No pair arrives at a minimum.") : at < 0 ? t("Fastest: {n} steps at {pair}, but not all pairs beside it arrive.", { n: count(alone), pair: pair(lucky) }) : t("Fastest: about {pair}, with all pairs beside it in at most {n} steps.", { pair: pair(at), n: count(fewest) });
    const agreed = { law: told.law?.words, share: (100 * (told.law?.agreement ?? 0)).toFixed(2), runs: count(told.losses.length), steps: count(told.asked.run.steps ?? 500) };
    const law = told.law ? [t("The line is the law {law}: it is right for {share} % of {runs} runs of {steps} steps.", agreed)] : [];
    say(words, [best, ...law, t("Pale: few steps; deep: many.")].join(" "));
    const ends = Object.entries(counts).map(([kind, count]) => `${ENDS[kind]} ${percent(count)}`).join(", ");
    canvas.setAttribute("aria-label", `${t("Map of {x} across and {y} up: {ends}.", { x: x.name, y: y.name, ends })} ${words.textContent}`);
    canvas.dataset.columns = String(told.side);
  }

  const sizes = new ResizeObserver(() => paint());
  sizes.observe(canvas);
  let seen = "";
  return {
    root,
    kind: "knobs",
    follower,
    /** Have the knobs of a map that is given as its axes. */
    choose({ x, y }) {
      offer();
      [across.value, up.value] = [x[0], y[0]];
    },
    handed: () => (canvas.clientWidth && fits() ? { ...told.asked, columns: HANDED, rows: HANDED } : null),
    again: () => follower.again(),
    sharpen: paint,
    refresh() {
      follow();
      if (!fits()) return;
      const now = [valueOf(across), valueOf(up), stage.theme].join();
      if (now !== seen) paint();
      seen = now;
    },
    leave() {
      follower.leave();
      sizes.disconnect();
    },
  };
}

function without(knobs, key) {
  const { [key]: _, ...rest } = knobs;
  return rest;
}
