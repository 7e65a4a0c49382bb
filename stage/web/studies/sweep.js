/** Every learning rate at once: where the run ends and how long it takes, with the three regimes and the law's border. */

import { make, say } from "../base/dom.js";
import { LOST, holdOn, patternOf, unlessHeavy, walkOn } from "./maps.js";
import { penOf } from "../draw/canvas.js";
import { Follower } from "../wire/follower.js";
import { count, number, powerOfTen } from "../base/numbers.js";
import { PALETTE } from "../base/palette.js";
import { many, t } from "../base/translate.js";

const [LOW, HIGH, COUNT, COARSE] = [1e-5, 10, 240, 80];
const MARGIN = { left: 42, right: 10, top: 20, bottom: 20 };
const FLOOR = 1e-16; // of the highest finite loss: below it there is only rounding
const BOTTOMLESS = 1e6; // of the start's loss, below zero: not a depth to be drawn to scale
const GAP = 10; // px between the two panes
const STEPS_PART = 0.3; // of the height, for the steps

/** @param {any} stage */
export function makeSweep(stage) {
  const canvas = make("canvas.lab-sweep", { role: "slider", tabindex: 0, "aria-label": t("Final loss against the learning rate"), "aria-valuemin": LOW, "aria-valuemax": HIGH });
  const words = make("p.lab-say", { role: "status" });
  const table = make("table.lab-numbers.lab-regimes", {});
  const title = make("span.lab-aside", {});
  const root = make("section.lab-sweep-panel", { "aria-label": t("Learning rates") },
    make("div.lab-heading", {}, make("h2", {}, t("Every learning rate")), title), canvas, table, words);
  let told = null;
  const follower = new Follower({
    question: unlessHeavy(stage, root, words, (fine) => {
      const { rate: _, ...run } = stage.asking.message().runs[stage.scene.focus];
      return { kind: "sweep", run, low: LOW, high: HIGH, count: fine ? COUNT : COARSE };
    }),
    send: (message, settle) => stage.asking.inquire(message, settle),
    show: (header, matrix, asked) => {
      const arrays = Object.fromEntries(Object.entries(header.arrays).map(([name, where]) => [name, matrix(where).data]));
      told = { ...header, ...arrays, total: asked.run.steps, asked };
      paint();
      tell();
    },
    fault: (sentence) => stage.complain(sentence),
  });

  const x = (rate, width) => MARGIN.left + ((width - MARGIN.left - MARGIN.right) * Math.log10(rate / LOW)) / Math.log10(HIGH / LOW);
  const rateAt = (event) => {
    const box = canvas.getBoundingClientRect();
    const part = (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right);
    return Number((LOW * (HIGH / LOW) ** Math.max(0, Math.min(1, part))).toPrecision(3));
  };
  holdOn(canvas, stage.hand, (event) => stage.hand.setRate(rateAt(event)));
  walkOn(canvas, stage.hand, (across, up) => {
    const way = across || up;
    const place = (COUNT - 1) * (Math.log10(stage.focused.rate / LOW) / Math.log10(HIGH / LOW));
    const next = Math.max(0, Math.min(COUNT - 1, Math.round(place) + way));
    stage.hand.setRate(Number((LOW * (HIGH / LOW) ** (next / (COUNT - 1))).toPrecision(3)));
  });

  /** The rate in focus, and what the nearest one of the sweep comes to, for who does not see the curve. */
  function value() {
    const { rate } = stage.focused;
    const apart = told.rates.map((other) => Math.abs(Math.log(other / rate)));
    const i = apart.indexOf(Math.min(...apart));
    const end = told.outcomes[i] === LOST ? (told.steps[i] ? t("diverges") : t("cannot start"))
      : told.arrived[i] ? many("arrives in {n} step, loss {loss}", "arrives in {n} steps, loss {loss}", told.steps[i], { n: count(told.steps[i]), loss: number(told.losses[i]) })
        : t("does not arrive, loss {loss}", { loss: number(told.losses[i]) });
    canvas.setAttribute("aria-valuenow", String(Math.max(LOW, Math.min(HIGH, rate))));
    canvas.setAttribute("aria-valuetext", `${number(rate)}, ${told.names[told.regimes[i]]}: ${end}`);
  }

  function rangeOf() {
    const finite = [...told.losses].filter(Number.isFinite);
    const start = stage.results[stage.scene.focus]?.losses.data[0] ?? 1;
    const high = Math.max(start, ...finite.filter((loss) => loss <= 10 * Math.max(start, 1e-300)));
    const log = finite.every((loss) => loss >= 0) && high > 0;
    const positive = finite.filter((loss) => loss > 0);
    if (!log) {
      const [least, size] = [Math.min(...finite, start), Math.max(1, Math.abs(start))];
      return { log, low: least < -BOTTOMLESS * size ? -10 * size : least, high, start }; // what falls without end leaves the picture
    }
    const low = Math.max(high * FLOOR, Math.min(high / 10, ...positive));
    return { log, low: 10 ** Math.floor(Math.log10(low)), high: 10 ** Math.ceil(Math.log10(high)), start };
  }

  function paint() {
    if (!told) return;
    value();
    if (!stage.root.isConnected || canvas.clientWidth < 1) return;
    const { pen, width, height, sharp } = penOf(canvas);
    const { tokens, theme, focused } = stage;
    const split = height - MARGIN.bottom - (height - MARGIN.bottom - MARGIN.top) * STEPS_PART;
    const [top, bottom] = [MARGIN.top, split - GAP / 2];
    const { log, low, high } = rangeOf();
    const scale = (value) => (log ? Math.log10(Math.max(value, low)) : value);
    const y = (value) => bottom - ((bottom - top) * (Math.min(scale(value), scale(high) + 1) - scale(low))) / (scale(high) - scale(low) || 1);
    regimes(pen, { width, height, top, tokens, theme, sharp });
    pen.font = '400 11.5px "Source Sans", sans-serif';
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    pen.fillStyle = tokens.ink3;
    pen.strokeStyle = tokens.line;
    pen.lineWidth = 1;
    const ends = log ? decades(low, high, 3) : [low, high];
    for (const value of ends) {
      line(pen, MARGIN.left, y(value), width - MARGIN.right, y(value));
      pen.fillText(log ? powerOfTen(Math.round(Math.log10(value))) : number(value), MARGIN.left - 5, y(value));
    }
    pen.textAlign = "center";
    for (const rate of decades(LOW, HIGH, 6)) pen.fillText(rate >= 1e-4 && rate <= 10 ? number(rate) : powerOfTen(Math.round(Math.log10(rate))), x(rate, width), height - 9);
    pen.save();
    pen.beginPath();
    pen.rect(MARGIN.left, top - 6, width - MARGIN.left - MARGIN.right, bottom - top + 12);
    pen.clip();
    pen.strokeStyle = tokens.ink;
    pen.lineWidth = 1.8;
    pen.lineJoin = "round";
    pen.beginPath();
    let open = false;
    told.losses.forEach((loss, i) => {
      const shown = Number.isFinite(loss);
      if (shown) pen[open ? "lineTo" : "moveTo"](x(told.rates[i], width), y(loss));
      open = shown;
    });
    pen.stroke();
    pen.restore();
    const [floor, roof] = [height - MARGIN.bottom, split + GAP / 2 + 6];
    line(pen, MARGIN.left, floor, width - MARGIN.right, floor);
    pen.fillStyle = tokens.ink2;
    told.rates.forEach((rate, i) => {
      if (!told.arrived[i]) return;
      const up = floor - ((floor - roof) * Math.log1p(told.steps[i])) / Math.log1p(told.total);
      pen.fillRect(x(rate, width) - 1.2, up, 2.4, Math.max(1.5, floor - up));
    });
    pen.textAlign = "right";
    pen.fillStyle = tokens.ink3;
    pen.fillText(t("steps"), MARGIN.left - 5, (floor + roof) / 2);
    pen.setLineDash([4, 3]);
    pen.strokeStyle = tokens.ink2;
    for (const [rate] of told.limits) if (rate > LOW && rate < HIGH) line(pen, x(rate, width), top - 4, x(rate, width), floor);
    pen.setLineDash([]);
    const at = x(Math.max(LOW, Math.min(HIGH, focused.rate)), width);
    pen.strokeStyle = tokens.accent;
    pen.lineWidth = 2;
    line(pen, at, top - 8, at, floor);
    pen.beginPath();
    pen.arc(at, floor, 5, 0, 2 * Math.PI);
    pen.fillStyle = tokens.card;
    pen.fill();
    pen.stroke();
  }

  /** The three regimes as grounds that differ without colour too: plain, tinted, hatched; each with its name. */
  function regimes(pen, { width, height, top, tokens, theme, sharp }) {
    const { right, too_high: tooHigh } = PALETTE.maps[theme];
    const grounds = [null, told.fastest === null ? tokens.line : right, patternOf(pen, "hatch", tooHigh, 1)];
    const edges = told.rates.map((rate, i) => (i ? Math.sqrt(rate * told.rates[i - 1]) : LOW));
    const bands = [];
    for (const { kind, first, last } of spansOf(told.regimes)) {
      const [from, to] = [x(edges[first], width), last + 1 < edges.length ? x(edges[last + 1], width) : width - MARGIN.right];
      if (grounds[kind]) {
        pen.fillStyle = grounds[kind];
        pen.fillRect(from, top, to - from, height - MARGIN.bottom - top);
      }
      bands.push({ kind, middle: (from + to) / 2, size: to - from });
    }
    nameBands(pen, bands, { ink: tokens.ink, y: top - 7, width });
  }

  /** Each band's name above it, the widest first; one may be wider than its band, but stands on no other name. */
  function nameBands(pen, bands, { ink, y, width }) {
    Object.assign(pen, { font: '600 12px "Source Sans", sans-serif', textAlign: "center", textBaseline: "alphabetic", fillStyle: ink });
    const named = [];
    for (const { kind, middle, size } of bands.sort((one, other) => other.size - one.size)) {
      const half = pen.measureText(told.names[kind]).width / 2 + 4;
      const place = Math.max(half, Math.min(width - half, middle));
      const [alone, free] = [!named.some((other) => other.kind === kind), !named.some((other) => Math.abs(other.place - place) < other.half + half)];
      if (!free || (!alone && size < 2 * half)) continue;
      pen.fillText(told.names[kind], place, y);
      named.push({ kind, place, half });
    }
  }

  function tell() {
    const rows = told.names.map((name, kind) => {
      const all = [...told.rates].filter((_, i) => told.regimes[i] === kind);
      if (!all.length) return null;
      const best = Math.min(...[...told.losses].filter((loss, i) => told.regimes[i] === kind && Number.isFinite(loss)));
      const bad = [...told.outcomes].filter((outcome, i) => told.regimes[i] === kind && outcome === LOST && told.steps[i]).length;
      const arrived = [...told.arrived].filter((one, i) => told.regimes[i] === kind && one).length;
      return make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, `${number(Math.min(...all), 2)} – ${number(Math.max(...all), 2)}`),
        make("td", {}, Number.isFinite(best) ? number(best, 2) : t("none")), make("td", {}, `${arrived} / ${all.length}`), make("td", {}, String(bad)));
    });
    table.replaceChildren(make("thead", {}, make("tr", {}, ...["", t("rates"), t("lowest loss"), t("arrive"), t("diverge")].map((name) => make("th", { scope: "col" }, name)))), make("tbody", {}, ...rows.filter(Boolean)));
    if (stage.hand.busy) return;
    say(words, told.sentence);
    say(title, t("{n} runs", { n: told.rates.length }));
    canvas.setAttribute("aria-label", `${t("Final loss against the learning rate.")} ${told.sentence} ${told.limits.map(([rate, law]) => t("{law} puts the border at {rate}.", { law, rate: number(rate) })).join(" ")}`);
    canvas.dataset.rates = String(told.rates.length);
  }

  const sizes = new ResizeObserver(() => paint());
  sizes.observe(canvas);
  let seen = "";
  return {
    root,
    kind: "sweep",
    follower,
    handed: () => (told && canvas.clientWidth ? told.asked : null),
    again: () => follower.again(),
    sharpen: paint,
    refresh() {
      follower.follow(stage.hand.busy);
      if (!told) return;
      const now = [stage.focused.rate, stage.theme, stage.scene.focus].join();
      if (now !== seen) paint();
      seen = now;
    },
    leave() {
      follower.leave();
      sizes.disconnect();
    },
  };
}

function line(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

/** Powers of ten between two numbers, at most so many. */
function decades(low, high, most) {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.max(1, Math.ceil((to - from) / most));
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => Number((10 ** (to - i * every)).toPrecision(3)));
}

/** Where equal neighbours in a list begin and end. @param {ArrayLike<number>} kinds @returns {{kind: number, first: number, last: number}[]} */
export function spansOf(kinds) {
  const spans = [];
  for (let first = 0; first < kinds.length;) {
    let last = first;
    while (last + 1 < kinds.length && kinds[last + 1] === kinds[first]) last += 1;
    spans.push({ kind: kinds[first], first, last });
    first = last + 1;
  }
  return spans;
}
