/** Loss, gradient norm and learning rate over the steps, under the picture's playhead. */

import { make, say } from "./dom.js";
import { traceMarker } from "./ink.js";
import { powerOfTen, short } from "./numbers.js";

const MARGIN = { left: 40, right: 8, top: 6, bottom: 6 };
const AXIS = 18; // px below the lowest curve for the numbers of the steps
const LOG_FROM = 30; // a quantity whose largest value is this many times its smallest is drawn on a log scale
const OUT = 40; // px above the pane to which an overflowing curve is drawn
const FLOOR = 1e-16; // below the largest value, log curves end: there is only rounding

const CURVES = [
  { key: "losses", name: "Loss" },
  { key: "slopes", name: "Gradient norm", threshold: true },
  { key: "rates", name: "Learning rate" },
];

/** @param {{seek: (step: number) => void, settled: () => void}} on */
export function makeCurves(on) {
  const panes = CURVES.map((spec, index) => {
    const note = make("span.lab-aside-note", {});
    const value = make("span.lab-value", {});
    const canvas = make("canvas.lab-curve", { role: "img", "aria-label": `${spec.name} over the steps` });
    const root = make("div.lab-pane", {}, make("div.lab-pane-head", {}, make("b", {}, spec.name), note, value), canvas);
    const pane = { ...spec, note, value, canvas, root, last: index === CURVES.length - 1, shape: null };
    let held = false;
    const seek = (event) => {
      if (!pane.shape) return;
      const box = canvas.getBoundingClientRect();
      on.seek(Math.round(pane.shape.step(event.clientX - box.left)));
    };
    canvas.addEventListener("pointerdown", (event) => {
      held = true;
      canvas.setPointerCapture(event.pointerId);
      seek(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (held) seek(event);
      else read(pane, event);
    });
    canvas.addEventListener("pointerleave", () => { reading.hidden = true; });
    const drop = () => {
      if (held) on.settled();
      held = false;
    };
    canvas.addEventListener("pointerup", drop);
    canvas.addEventListener("pointercancel", drop);
    return pane;
  });
  const reading = make("div.lab-reading", { hidden: true, "aria-hidden": "true" });
  const root = make("section.lab-curves", { "aria-label": "Curves" }, ...panes.map((pane) => pane.root), reading);
  let shownTracks = [];

  /** Every method's value at the step under the cursor. */
  function read(pane, event) {
    if (!pane.shape) return;
    const box = pane.canvas.getBoundingClientRect();
    const step = Math.round(pane.shape.step(event.clientX - box.left));
    reading.hidden = step < 0 || step > pane.shape.steps;
    if (reading.hidden) return;
    reading.replaceChildren(make("b", {}, `step ${step}`), ...shownTracks.map(({ optimizer, result, style }) => {
      const values = result[pane.key].data;
      const dot = make("i", {});
      dot.style.background = style.colour;
      return make("span", {}, dot, optimizer.name, make("em", {}, step < values.length ? short(values[step]) : "ended"));
    }));
    const home = root.getBoundingClientRect();
    const left = event.clientX - home.left;
    reading.style.left = `${left > home.width / 2 ? left - reading.offsetWidth - 14 : left + 14}px`;
    reading.style.top = `${box.top - home.top - 6}px`;
  }

  /** @param {any[]} tracks @param {{playhead: number, length: number, tolerance: number, tokens: any}} at */
  function paint(tracks, { playhead, length, tolerance, tokens, scale = 1 }) {
    const step = Math.floor(playhead + 1e-9);
    const focused = tracks.find((track) => track.focus) ?? tracks[0];
    shownTracks = tracks.filter((track) => !track.hidden && track.result);
    for (const pane of panes) {
      const lines = shownTracks.map(({ result, style, focus }) => ({ values: result[pane.key].data, style, focus }));
      const range = rangeOf(lines);
      const values = focused.result[pane.key].data;
      say(pane.value, values.length ? short(values[Math.min(step, values.length - 1)]) : "");
      const constant = pane.key === "rates" && lines.every(({ values: line }) => line.every((value) => value === line[0]));
      pane.root.classList.toggle("lab-flat", constant);
      say(pane.note, constant ? "constant" : range.log ? `log scale${range.zero ? ", 0 at the floor" : ""}` : "");
      if (!constant) paintCurve(pane, lines, range, { playhead, length, tokens, scale, threshold: pane.threshold ? tolerance : 0, axis: scale > 1 || pane.key === lowest(panes, tracks) });
    }
  }
  return { root, paint };
}

/** The step numbers stand once, under the lowest curve that is drawn. */
function lowest(panes, tracks) {
  const flat = tracks.every(({ result }) => !result || result.rates.data.every((value) => value === result.rates.data[0]));
  return flat ? "slopes" : panes.at(-1).key;
}

function rangeOf(lines) {
  let [low, high, zero] = [Infinity, 0, false];
  let negative = false;
  for (const { values } of lines) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < 0) negative = true;
      if (value === 0) zero = true;
      else if (value > 0) low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (negative) {
    const all = lines.flatMap(({ values }) => [...values].filter(Number.isFinite));
    return { log: false, low: Math.min(...all), high: Math.max(...all), zero };
  }
  if (!(high > 0)) return { log: false, low: 0, high: 1, zero };
  low = Math.max(low, high * FLOOR);
  if (high / low < LOG_FROM) return { log: false, low: 0, high, zero };
  return { log: true, low: 10 ** Math.floor(Math.log10(low)), high: 10 ** Math.ceil(Math.log10(high)), zero };
}

function ticksOf({ log, low, high }) {
  if (!log) {
    const rough = (high - low || 1) / 2.5;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough) ?? rough;
    const ticks = [];
    for (let tick = Math.ceil(low / step) * step; tick <= high * 1.0001; tick += step) ticks.push(Number(tick.toPrecision(9)));
    return ticks;
  }
  const [from, to] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const every = Math.max(1, Math.ceil((to - from) / 4));
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => 10 ** (to - i * every)).filter((tick) => tick >= low * 0.99);
}

function paintCurve(pane, lines, range, { playhead, length, tokens, threshold, axis, scale: size }) {
  const { canvas } = pane;
  const sharp = Math.max(1, window.devicePixelRatio || 1);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return;
  if (canvas.width !== Math.round(width * sharp)) canvas.width = Math.round(width * sharp);
  if (canvas.height !== Math.round(height * sharp)) canvas.height = Math.round(height * sharp);
  const pen = canvas.getContext("2d");
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  pen.clearRect(0, 0, width, height);
  const font = `400 ${11.5 * size}px "Source Sans"`;
  const left = MARGIN.left * size * (size > 1 ? 0.8 : 1);
  const bottom = height - MARGIN.bottom - (axis ? AXIS * size : 0);
  const inner = width - left - MARGIN.right;
  const steps = Math.max(1, length);
  const scale = range.log ? (value) => Math.log10(Math.max(value, range.low)) : (value) => value;
  const [floor, roof] = [scale(range.low), scale(range.high)];
  const x = (step) => left + (inner * step) / steps;
  const top = MARGIN.top * size; // half of the topmost number stands above its line
  const y = (value) => bottom - ((bottom - top) * (scale(value) - floor)) / (roof - floor || 1);
  pane.shape = { steps, step: (px) => ((px - left) / inner) * steps };

  pen.textBaseline = "middle";
  pen.lineWidth = 1;
  for (const tick of ticksOf(range)) {
    pen.strokeStyle = tokens.line;
    pen.beginPath();
    pen.moveTo(left, y(tick));
    pen.lineTo(width - MARGIN.right, y(tick));
    pen.stroke();
    pen.fillStyle = tokens.ink3;
    pen.textAlign = "right";
    pen.font = font;
    const text = range.log && (tick >= 1e4 || tick < 1e-2) ? powerOfTen(Math.round(Math.log10(tick))) : String(Number(tick.toPrecision(3))).replace("-", "−");
    pen.fillText(text, left - 6 * size, y(tick));
  }
  if (axis) {
    pen.fillStyle = tokens.ink3;
    pen.font = font;
    const numbers = new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(steps * part)));
    for (const number of numbers) {
      pen.textAlign = number === 0 ? "left" : number === steps ? "right" : "center";
      pen.fillText(String(number), x(number), height - 8 * size);
    }
  }
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, inner + 1, bottom + 1);
  pen.clip();
  if (threshold && range.log && threshold > range.low && threshold < range.high) {
    pen.setLineDash([4, 3]);
    pen.strokeStyle = tokens.ink2;
    pen.beginPath();
    pen.moveTo(left, y(threshold));
    pen.lineTo(width - MARGIN.right, y(threshold));
    pen.stroke();
    pen.setLineDash([]);
    pen.font = '600 11px "Source Sans"';
    pen.fillStyle = tokens.ink2;
    pen.textAlign = "right";
    pen.fillText("ε", width - MARGIN.right - 2, y(threshold) - 7);
  }
  pen.lineJoin = "round";
  const ordered = [...lines].sort((a, b) => Number(a.focus) - Number(b.focus));
  for (const { values, style, focus } of ordered) {
    pen.strokeStyle = style.colour;
    const draw = (upTo) => {
      pen.beginPath();
      for (let i = 0; i <= upTo && i < values.length; i += 1) {
        if (Number.isNaN(values[i])) break;
        pen.lineTo(x(i), Math.max(-OUT, y(values[i])));
      }
      pen.stroke();
    };
    pen.globalAlpha = 0.32;
    pen.lineWidth = (focus ? 1.8 : 1.2) * size;
    draw(values.length);
    pen.globalAlpha = 1;
    pen.lineWidth = size > 1 ? 2.2 * size : focus ? 2.6 : 1.7;
    draw(Math.floor(playhead + 1e-9));
  }
  pen.restore();
  pen.strokeStyle = tokens.ink;
  pen.lineWidth = 1.2 * size;
  pen.beginPath();
  pen.moveTo(x(playhead), top - 4);
  pen.lineTo(x(playhead), bottom + 4);
  pen.stroke();
  for (const { values, style } of ordered) {
    const i = Math.min(Math.floor(playhead + 1e-9), values.length - 1);
    if (i < 0 || !Number.isFinite(values[i])) continue;
    const py = Math.min(bottom, y(values[i]));
    traceMarker(pen, style.marker, x(i), py, 3.2 * size);
    pen.lineWidth = 2.4 * size;
    pen.strokeStyle = tokens.card;
    pen.stroke();
    pen.fillStyle = style.colour;
    pen.fill("evenodd");
  }
}
