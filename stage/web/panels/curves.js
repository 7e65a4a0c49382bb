/** Loss, gradient norm and learning rate over the steps, under the picture's playhead. */

import { valuesOf } from "../base/branches.js";
import { make, say } from "../base/dom.js";
import { traceMarker } from "../draw/ink.js";
import { count, number, powerOfTen, short } from "../base/numbers.js";
import { PALE } from "../base/palette.js";
import { countBeyond, rangeOf, stepTicks, ticksOf } from "./scales.js";
import { sharpness } from "../base/sharpness.js";
import { t } from "../base/translate.js";

const MARGIN = { left: 40, right: 8, top: 6, bottom: 6 };
const AXIS = 18; // px below the lowest curve for the numbers of the steps
const TICK_ROOM = 1.7; // times its own width that a step's number wants
const OUT = 40; // px above the pane to which an overflowing curve is drawn

const CURVES = [
  { key: "losses", name: t("Loss") },
  { key: "slopes", name: t("Gradient norm"), threshold: true },
  { key: "rates", name: t("Learning rate") },
];
// Of the method in focus only: the curvature it meets, and the most that its rate can settle on.
const HORIZON = { key: "sharpness", name: t("Curvature λmax against its limit"), horizon: true };

/** @param {{horizon: boolean, order?: string[], seek: (step: number) => void, settled: () => void, resized: () => void}} on */
export function makeCurves(on) {
  const specs = on.order ? on.order.map((key) => CURVES.find((spec) => spec.key === key)) : CURVES;
  const panes = (on.horizon ? [...specs, HORIZON] : specs).map((spec) => {
    const note = make("span.lab-aside-note", {});
    const value = make("span.lab-value", {});
    const canvas = make("canvas.lab-curve", { role: "img", "aria-label": t("{curve} over the steps", { curve: spec.name }) });
    const root = make("div.lab-pane", {}, make("div.lab-pane-head", {}, make("b", {}, spec.name), note, value), canvas);
    const pane = { ...spec, note, value, canvas, root, size: [0, 0], shape: null, lines: [] };
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
  const root = make("section.lab-curves", { "aria-label": t("Curves") }, ...panes.map((pane) => pane.root), reading);
  let shownTracks = [];
  // Asked of the page on each frame, the sizes would cost a layout of all of it.
  const sizes = new ResizeObserver(() => {
    for (const pane of panes) pane.size = [pane.canvas.clientWidth, pane.canvas.clientHeight];
    on.resized();
  });
  for (const pane of panes) sizes.observe(pane.canvas);

  /** Every method's value at the step under the cursor. */
  function read(pane, event) {
    if (!pane.shape) return;
    const box = pane.canvas.getBoundingClientRect();
    const step = Math.round(pane.shape.step(event.clientX - box.left));
    reading.hidden = step < 0 || step > pane.shape.steps;
    if (reading.hidden) return;
    reading.replaceChildren(make("b", {}, t("step {n}", { n: count(step) })), ...shownTracks.map(({ name, result, style }) => {
      const values = result[pane.key]?.data ?? [];
      const dot = make("i", {});
      dot.style.background = style.colour;
      return make("span", {}, dot, name, make("em", {}, step < values.length ? short(values[step]) : pane.horizon ? "" : t("ended")));
    }));
    const home = root.getBoundingClientRect();
    const left = event.clientX - home.left;
    reading.style.left = `${left > home.width / 2 ? left - reading.offsetWidth - 14 : left + 14}px`;
    reading.style.top = `${box.top - home.top - 6}px`;
  }

  /** @param {any[]} tracks @param {{playhead: number, length: number, tolerance: number, tokens: any, scale?: number, lecture?: boolean}} at */
  function paint(tracks, { playhead, length, tolerance, tokens, scale = 1, lecture = false }) {
    const step = Math.floor(playhead + 1e-9);
    const focused = tracks.find((track) => track.focus) ?? tracks[0];
    shownTracks = tracks.filter((track) => !track.hidden && track.result);
    const parts = [...shownTracks.flatMap(({ result, style, focus, pale }) => [result, style.colour, style.marker, focus, pale]), length, tolerance, tokens, scale, lecture];
    for (const pane of panes) {
      if (!focused.result?.[pane.key]) continue; // another method is in focus by now, and its curvature under way
      if (!same(pane.parts, parts)) study(pane, tracks, lecture);
      pane.parts = parts;
      const values = focused.result[pane.key].data;
      say(pane.value, values.length ? short(values[Math.min(step, values.length - 1)]) : "");
      if (!pane.constant) paintCurve(pane, { playhead, length, tokens, scale, threshold: pane.threshold ? tolerance : 0 });
    }
  }

  /** What holds for a curve until the runs, the theme or its size change. */
  function study(pane, tracks, lecture) {
    const drawn = pane.horizon ? shownTracks.filter(({ focus, result }) => focus && result[pane.key]) : shownTracks;
    const focused = pane.horizon ? drawn[0]?.result : null;
    pane.limits = focused ? focused.rates.data.map((rate) => focused.factor / rate) : null;
    pane.lines = drawn.map(({ result, style, focus, pale }) => ({ values: valuesOf(result, pane.key), cuts: pane.key === "rates" ? result.cuts ?? [] : [], style, focus, pale })).sort((a, b) => Number(a.focus) - Number(b.focus));
    pane.range = rangeOf(pane.limits ? [...pane.lines, { values: pane.limits }] : pane.lines);
    pane.constant = pane.key === "rates" && pane.lines.every(({ values }) => values.every((value) => value === values[0]));
    pane.lecture = lecture;
    pane.axis = lecture || pane.key === lowest(panes, tracks);
    pane.drawn = null;
    pane.root.classList.toggle("lab-flat", pane.constant);
    const beyond = pane.limits ? countBeyond(pane.lines[0].values, pane.limits) : 0;
    if (pane.limits) say(pane.note, beyond ? t("beyond it in {n} of {all} steps", { n: beyond, all: pane.limits.length }) : t("below it all the way"));
    else say(pane.note, pane.constant ? t("constant") : !pane.range.log ? "" : pane.range.zero ? t("log scale, 0 at the floor") : t("log scale"));
  }
  return { root, paint };
}

const same = (one, other) => one?.length === other.length && one.every((part, i) => part === other[i]);

/** The step numbers stand once, under the lowest curve that is drawn. */
function lowest(panes, tracks) {
  const flat = tracks.every(({ result }) => !result || result.rates.data.every((value) => value === result.rates.data[0]));
  return panes.findLast((pane) => !(flat && pane.key === "rates")).key;
}

/**
 * Under the playhead's right all of it pale with the scale, under its left the lines in full. Runs that are as they were
 * at the frame before have both on sheets, so that a frame costs as much for two thousand steps as for twenty; runs that
 * change with every frame, under a hand that drags, are drawn at once, which is half of the work of making sheets.
 */
function paintCurve(pane, { playhead, length, tokens, threshold, scale: size }) {
  const { canvas, range, lines } = pane;
  const [width, height] = pane.size;
  const sharp = sharpness();
  if (width < 1 || height < 1) return;
  const [across, down] = [Math.round(width * sharp), Math.round(height * sharp)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
  const look = { width, height, tokens, size, threshold };
  const isNew = pane.drawn !== `${across} ${down}`;
  if (isNew) {
    pane.drawn = `${across} ${down}`;
    pane.shape = shapeOf(range, { width, height, length, size, axis: pane.axis });
    makeScale(pane, look, { across, down, sharp });
  }
  const { x, y, top, bottom } = pane.shape;
  const step = Math.floor(playhead + 1e-9);
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, across, down);
  const walked = step > 0 ? Math.min(across, Math.round(x(step) * sharp)) : 0;
  const [base, full] = pane.sheets;
  if (!isNew && !pane.linesAreKept) keepLines(pane, look);
  pen.drawImage(base, 0, 0);
  if (walked > 0 && pane.linesAreKept) pen.drawImage(full, 0, 0, walked, down, 0, 0, walked, down);
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  if (!pane.linesAreKept) {
    drawPale(pen, pane, look);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, walked / sharp, height);
    pen.clip();
    drawFull(pen, pane, look);
    pen.restore();
  }
  pen.strokeStyle = tokens.ink;
  pen.lineWidth = 1.2 * size;
  pen.beginPath();
  pen.moveTo(x(playhead), top - 4);
  pen.lineTo(x(playhead), bottom + 4);
  pen.stroke();
  for (const { values, style, pale } of lines) {
    const i = Math.min(step, values.length - 1);
    if (i < 0 || !Number.isFinite(values[i])) continue;
    pen.globalAlpha = pale ? PALE : 1;
    traceMarker(pen, style.marker, x(i), Math.min(bottom, y(values[i])), 3.2 * size);
    pen.lineWidth = 2.4 * size;
    pen.strokeStyle = tokens.card;
    pen.stroke();
    pen.fillStyle = style.colour;
    pen.fill("evenodd");
  }
  pen.globalAlpha = 1;
}

/** The scale on a sheet of its own: text on a canvas of the page would have the browser lay out all of the page first. */
function makeScale(pane, look, { across, down, sharp }) {
  pane.sheets ??= ["base", "full"].map(() => document.createElement("canvas"));
  for (const sheet of pane.sheets) {
    Object.assign(sheet, { width: across, height: down });
    sheet.getContext("2d").setTransform(sharp, 0, 0, sharp, 0, 0);
  }
  const base = pane.sheets[0].getContext("2d");
  if (pane.limits) drawBeyond(base, pane, look.tokens);
  drawScale(base, pane, look);
  pane.linesAreKept = false;
}

function keepLines(pane, look) {
  const [base, full] = pane.sheets.map((sheet) => sheet.getContext("2d"));
  drawPale(base, pane, look);
  drawFull(full, pane, look);
  pane.linesAreKept = true;
}

/** All lines, as they stand under the playhead's right. */
function drawPale(pen, pane, { tokens, size }) {
  drawLines(pen, pane, ({ focus }) => (focus ? 1.8 : 1.2) * size, 0.32);
  drawCuts(pen, pane, tokens, size);
}

/** The lines that have been walked. */
function drawFull(pen, pane, { tokens, size }) {
  drawLines(pen, pane, ({ focus }) => (pane.lecture ? 2.2 : focus ? 2.6 : 1.7) * size, 1);
  drawCuts(pen, pane, tokens, size);
}

/** Where a schedule decided to cut: a caret above the last step at the old rate. */
function drawCuts(pen, { lines, shape }, tokens, size) {
  const { x, y } = shape;
  const reach = 4.5 * size;
  for (const { values, cuts, style, pale } of lines) {
    pen.globalAlpha = pale ? PALE : 1;
    for (const { step } of cuts) {
      const [across, tip] = [x(step), Math.max(2.4 * reach, y(values[step]) - 2 * size)];
      pen.beginPath();
      pen.moveTo(across - reach, tip - 1.6 * reach);
      pen.lineTo(across + reach, tip - 1.6 * reach);
      pen.lineTo(across, tip);
      pen.closePath();
      pen.lineWidth = 2.4 * size;
      pen.strokeStyle = tokens.card;
      pen.stroke();
      pen.fillStyle = style.colour;
      pen.fill();
    }
  }
  pen.globalAlpha = 1;
}

/** Where steps and values stand in a pane, in px. */
function shapeOf(range, { width, height, length, size, axis }) {
  const left = MARGIN.left * size * (size > 1 ? 0.8 : 1);
  const bottom = height - MARGIN.bottom - (axis ? AXIS * size : 0);
  const inner = width - left - MARGIN.right;
  const steps = Math.max(1, length);
  const scale = range.log ? (value) => Math.log10(Math.max(value, range.low)) : (value) => value;
  const [floor, roof] = [scale(range.low), scale(range.high)];
  const top = MARGIN.top * size; // half of the topmost number stands above its line
  return {
    left, bottom, inner, steps, top,
    x: (step) => left + (inner * step) / steps,
    y: (value) => bottom - ((bottom - top) * (scale(value) - floor)) / (roof - floor || 1),
    step: (px) => ((px - left) / inner) * steps,
  };
}

/** Lines of the scale with their numbers, the steps below, and the threshold where there is one. */
function drawScale(pen, { range, shape, axis }, { width, height, tokens, size, threshold }) {
  const { left, bottom, top, steps, x, y } = shape;
  const most = Math.max(1, Math.floor((bottom - top) / (16 * size)));
  const font = `400 ${11.5 * size}px "Source Sans", sans-serif`;
  pen.textBaseline = "middle";
  pen.lineWidth = 1;
  pen.font = font;
  for (const tick of ticksOf(range, most)) {
    pen.strokeStyle = tokens.line;
    pen.beginPath();
    pen.moveTo(left, y(tick));
    pen.lineTo(width - MARGIN.right, y(tick));
    pen.stroke();
    pen.fillStyle = tokens.ink3;
    pen.textAlign = "right";
    const text = range.log && (tick >= 1e4 || tick < 1e-2) ? powerOfTen(Math.round(Math.log10(tick))) : number(tick);
    pen.fillText(text, left - 6 * size, y(tick));
  }
  if (axis) {
    pen.fillStyle = tokens.ink3;
    for (const number of stepTicks(steps, (width - left - MARGIN.right) / (TICK_ROOM * pen.measureText(String(steps)).width))) {
      pen.textAlign = number === 0 ? "left" : number === steps ? "right" : "center";
      pen.fillText(count(number), x(number), height - 8 * size);
    }
  }
  if (!(threshold && range.log && threshold > range.low && threshold < range.high)) return;
  pen.setLineDash([4, 3]);
  pen.strokeStyle = tokens.ink2;
  pen.beginPath();
  pen.moveTo(left, y(threshold));
  pen.lineTo(width - MARGIN.right, y(threshold));
  pen.stroke();
  pen.setLineDash([]);
  pen.font = `600 ${11 * size}px "Source Sans", sans-serif`;
  pen.fillStyle = tokens.ink2;
  pen.textAlign = "right";
  pen.fillText("ε", width - MARGIN.right - 2, y(threshold) - 7 * size);
}

/** The steps that begin where the ground is too curved for the rate, and that limit as a dashed line. */
function drawBeyond(pen, { lines, limits, shape }, tokens) {
  const { x, y, top, bottom } = shape;
  const [{ values }] = lines;
  pen.fillStyle = tokens.error;
  pen.globalAlpha = 0.16;
  limits.forEach((limit, i) => {
    if (values[i] > limit) pen.fillRect(x(i), top, Math.max(1, x(i + 1) - x(i)), bottom - top);
  });
  pen.globalAlpha = 1;
  pen.setLineDash([5, 3]);
  pen.strokeStyle = tokens.ink2;
  pen.lineWidth = 1.4;
  pen.beginPath();
  limits.forEach((limit, i) => {
    if (!Number.isFinite(limit)) return;
    pen.lineTo(x(i), Math.max(-OUT, y(limit)));
    pen.lineTo(x(i + 1), Math.max(-OUT, y(limit)));
  });
  pen.stroke();
  pen.setLineDash([]);
}

function drawLines(pen, { lines, shape }, widthOf, alpha) {
  const { left, inner, bottom, x, y } = shape;
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, inner + 1, bottom + 1);
  pen.clip();
  pen.lineJoin = "round";
  for (const line of lines) {
    pen.strokeStyle = line.style.colour;
    pen.globalAlpha = alpha * (line.pale ? PALE : 1);
    pen.lineWidth = widthOf(line);
    pen.beginPath();
    const first = Math.max(0, line.values.findIndex((value) => !Number.isNaN(value))); // a branch has none before it begins
    for (let i = first; i < line.values.length && !Number.isNaN(line.values[i]); i += 1) pen.lineTo(x(i), Math.max(-OUT, y(line.values[i])));
    pen.stroke();
  }
  pen.restore();
}
