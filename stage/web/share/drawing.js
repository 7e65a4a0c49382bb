/** The picture with its caption as one drawing of vectors: what the files of SVG and PNG hold. */

import { count, number, typed } from "../base/numbers.js";
import { sharpness } from "../base/sharpness.js";
import { traceMarker } from "../draw/ink.js";
import { paintInk, paintLandmarks } from "../draw/painting.js";
import { dashCap, dashPattern } from "../base/palette.js";
import { drawLabels } from "../map/ground.js";
import { fontRules } from "./fonts.js";
import { drawPaths } from "./svg_paths.js";
import { SvgPen, escaped } from "./svg_pen.js";
import { t } from "../base/translate.js";

const RIM = 18; // px around the caption
const [TITLE, ROW, SENTENCE] = [24, 21, 23]; // px of a line

/**
 * @typedef {{markup: string, width: number, height: number, picture: number}} Drawing size in px, and how high the picture in it is
 * @param {any} stage @param {{transparent?: boolean}} [how] without the surface's colours and the paper: lines, paths and words alone
 * @returns {Promise<Drawing>}
 */
export async function drawingOf(stage, { transparent = false } = {}) {
  const { picture, tokens } = stage;
  const { width, height } = picture.view;
  const parts = [await groundOf(stage, transparent), inkOf(stage)];
  const fonts = await fontRules();
  const caption = captionOf(stage, width, height);
  const whole = height + caption.height;
  const paper = transparent ? "" : `<rect width="${width}" height="${whole}" fill="${tokens.paper}"/>`;
  const words = picture.ink.getAttribute("aria-label") ?? "";
  const markup = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}">
<title>${escaped(stage.data.surface.name)}</title>
<desc>${escaped(`${words} ${window.location.href}`)}</desc>
<style>${fonts} text { font-variant-numeric: lining-nums tabular-nums; }</style>
<clipPath id="picture"><rect width="${width}" height="${height}"/></clipPath>
${paper}<g clip-path="url(#picture)">${parts.join("\n")}</g>
${caption.markup}
</svg>`;
  return { markup, width, height: whole, picture: height };
}

/** The drawing as pixels, so many for each of its own. @param {Drawing} drawing @param {number} times @returns {Promise<HTMLCanvasElement>} */
export async function pixelsOf({ markup, width, height }, times) {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([markup], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(width * times), Math.round(height * times)];
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** The surface: the map's bands and lines, or the block as Plotly has drawn it. */
export async function groundOf(stage, transparent) {
  const { picture, tokens } = stage;
  const { width, height } = picture.view;
  if (picture.mode === "surface") {
    const address = await window.Plotly.toImage(picture.block.node, { format: "png", width, height, scale: 2 });
    return `<image width="${width}" height="${height}" href="${address}"/>`;
  }
  const map = picture.plot.querySelector("svg").cloneNode(true);
  for (const [name, value] of Object.entries({ width, height, x: 0, y: 0 })) map.setAttribute(name, String(value));
  if (transparent) for (const shape of map.querySelectorAll("rect, path[fill]:not(.lab-contour)")) shape.remove();
  const pen = new SvgPen();
  drawLabels(pen, picture.relief, picture.levelLabels(), picture.theme, picture.tokens, picture.levelSize, transparent ? tokens.casing : "");
  // Between the map and the ink lie what other parts have drawn: starts by where they end, small arrows, a curve.
  for (const canvas of picture.root.querySelectorAll(":scope > canvas, :scope > .lab-map > canvas")) {
    if (canvas !== picture.ink && canvas !== picture.labels && canvas !== picture.under && canvas.clientWidth) pen.drawImage(canvas, 0, 0, width, height);
  }
  return new XMLSerializer().serializeToString(map) + pen.markup;
}

function inkOf(stage) {
  const { picture, theme, tokens } = stage;
  const [tracks, start, playhead, step] = picture.painted;
  const { view, scale } = picture;
  const pen = new SvgPen();
  const [marks, axes] = [new SvgPen(), new SvgPen()];
  paintLandmarks(marks, picture);
  const written = picture.drawAxes(axes, []);
  if (picture.wanted === "cut") return ""; // a curve carries its own ink
  paintInk(picture, {
    pen, taken: [...picture.numbers, ...written],
    underlay: (at) => pen.drawImage(sheetOf(view, (beneath) => picture.underlay?.(beneath, view, at)), 0, 0, view.width, view.height),
    paths: (shown, at) => drawPaths(pen, shown, at, { theme, tokens, scale }),
    landmarks: () => pen.written.push(marks.markup, axes.markup),
  }, { tracks, start, playhead, step }).finish();
  return pen.markup;
}

/** A canvas of the picture's size with what `draw` puts on it; one without room where it puts nothing. */
function sheetOf({ width, height }, draw) {
  const canvas = document.createElement("canvas");
  const sharp = sharpness(2);
  [canvas.width, canvas.height] = [width * sharp, height * sharp];
  const pen = canvas.getContext("2d");
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  draw(pen);
  if (!pen.getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)) canvas.width = 0;
  return canvas;
}

// ------- the caption

/** What each run is called and where it stands. @param {any} stage @param {number} [step] the one shown @returns {{style: any, name: string, text: string}[]} */
export function rowsOf(stage, step = stage.playback.step) {
  return stage.tracks().filter(({ hidden, result }) => !hidden && result).map(({ style, name, lane, result }) => {
    const at = Math.min(step, result.losses.rows - 1);
    return { style, name, text: t("rate {rate}, loss {loss} at step {n}", { rate: typed(stage.rateOf(lane.index, lane.rate)), loss: number(result.losses.data[at]), n: count(at) }) };
  });
}

/**
 * Below the picture, `top` px from above: its name, a row for each run, and the sentence.
 * @param {any} stage @param {any} [pen] a canvas' or one of vectors, which then has it as markup @param {number} [step] the one shown
 */
export function captionOf(stage, width, top, pen = new SvgPen(), step = stage.playback.step) {
  const { tokens } = stage;
  pen.textBaseline = "alphabetic";
  pen.textAlign = "left";
  let y = top + RIM + 12;
  const line = (text, font, colour, high, x = RIM) => {
    pen.font = font;
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
    y += high;
  };
  line(stage.data.surface.name, '600 19px "Source Serif", sans-serif', tokens.ink, TITLE);
  for (const { style, name, text } of rowsOf(stage, step)) {
    drawSwatch(pen, style, RIM, y - 4.5, tokens);
    pen.font = '600 14px "Source Sans", sans-serif';
    const wide = pen.measureText(name).width;
    pen.fillStyle = tokens.ink;
    pen.fillText(name, RIM + 44, y);
    line(text, '400 14px "Source Sans", sans-serif', tokens.ink2, ROW, RIM + 44 + wide + 10);
  }
  y += 4;
  for (const part of wrapped(pen, stage.summary, '400 16px "Source Serif", sans-serif', width - 2 * RIM)) line(part, '400 16px "Source Serif", sans-serif', tokens.ink, SENTENCE);
  return { markup: pen.markup, height: y - top + RIM - 14 };
}

function drawSwatch(pen, style, x, y, tokens) {
  pen.strokeStyle = style.colour;
  pen.fillStyle = style.colour;
  pen.lineWidth = 2.6;
  pen.lineCap = dashCap(style.dash);
  pen.setLineDash(dashPattern(style.dash, 2.1));
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + 34, y);
  pen.stroke();
  pen.setLineDash([]);
  traceMarker(pen, style.marker, x + 17, y, 4.6);
  pen.strokeStyle = tokens.paper;
  pen.lineWidth = 3;
  pen.stroke();
  pen.fill();
}

const WORDS = /[\u2e80-\u9fff\uff00-\uffef]\s*|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*/g; // Chinese has no blanks: each sign may begin a line

/** A text in lines no wider than `room` px. @returns {string[]} */
export function wrapped(pen, text, font, room) {
  pen.font = font;
  const lines = [];
  let line = "";
  for (const word of text.match(WORDS) ?? []) {
    if (line && pen.measureText((line + word).trimEnd()).width > room) {
      lines.push(line.trimEnd());
      line = word;
    } else line += word;
  }
  return line ? [...lines, line.trimEnd()] : lines;
}
