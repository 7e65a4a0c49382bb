/** Single marks on a canvas: markers, balls, landmarks, arrows, tags. Sizes in px, times `scale`. */

import { dashCap, dashPattern } from "../base/palette.js";
import { sharpness } from "../base/sharpness.js";

const POLYGONS = {
  diamond: [[0, -1.22], [1.22, 0], [0, 1.22], [-1.22, 0]],
  hex: Array.from({ length: 6 }, (_, i) => [1.08 * Math.cos((i * Math.PI) / 3), 1.08 * Math.sin((i * Math.PI) / 3)]),
  star: Array.from({ length: 10 }, (_, i) => {
    const reach = i % 2 ? 0.58 : 1.35;
    const angle = -Math.PI / 2 + (i * Math.PI) / 5;
    return [reach * Math.cos(angle), reach * Math.sin(angle)];
  }),
  square: [[-0.86, -0.86], [0.86, -0.86], [0.86, 0.86], [-0.86, 0.86]],
  plus: [[-0.42, -1.15], [0.42, -1.15], [0.42, -0.42], [1.15, -0.42], [1.15, 0.42], [0.42, 0.42], [0.42, 1.15],
    [-0.42, 1.15], [-0.42, 0.42], [-1.15, 0.42], [-1.15, -0.42], [-0.42, -0.42]],
};
POLYGONS.cross = POLYGONS.plus.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]);

/** The outline of a marker as the canvas's current path. */
export function traceMarker(pen, marker, x, y, radius) {
  pen.beginPath();
  if (marker in POLYGONS) {
    for (const [dx, dy] of POLYGONS[marker]) pen.lineTo(x + dx * radius, y + dy * radius);
    pen.closePath();
    return;
  }
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (marker === "ring") {
    pen.moveTo(x + radius * 0.45, y);
    pen.arc(x, y, radius * 0.45, 0, 2 * Math.PI, true);
  }
}

/** A piece of a lane's line with its marker, for lists and legends. @param {string} under the colour it lies on */
export function drawSwatch(canvas, style, under, width = 34, height = 16, line = 2.6) {
  const sharp = sharpness(2);
  canvas.width = width * sharp;
  canvas.height = height * sharp;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.scale(sharp, sharp);
  pen.strokeStyle = style.colour;
  pen.fillStyle = style.colour;
  pen.lineWidth = line;
  pen.lineCap = dashCap(style.dash);
  pen.setLineDash(dashPattern(style.dash, line * 0.8));
  pen.beginPath();
  pen.moveTo(1.5, height / 2);
  pen.lineTo(width - 1.5, height / 2);
  pen.stroke();
  pen.setLineDash([]);
  traceMarker(pen, style.marker, width / 2, height / 2, height * 0.29);
  pen.lineWidth = 3;
  pen.strokeStyle = under;
  pen.stroke();
  pen.fill();
}

const shadows = new Map(); // a blur costs a software canvas half a millisecond: each size is blurred once

/** The soft shadow of a disc. */
function castShadow(pen, x, y, radius, blur, strength) {
  const key = [radius, blur, strength].map((value) => value.toFixed(2)).join();
  let shadow = shadows.get(key);
  if (!shadow) {
    shadow = document.createElement("canvas");
    const half = Math.ceil(radius + blur + 1);
    shadow.width = 4 * half;
    shadow.height = 4 * half;
    const brush = shadow.getContext("2d");
    brush.scale(2, 2);
    brush.shadowColor = `rgba(0,0,0,${strength})`;
    brush.shadowBlur = 2 * blur; // shadows do not follow the scale
    brush.shadowOffsetX = 16 * half;
    brush.beginPath();
    brush.arc(half - 8 * half, half, radius, 0, 2 * Math.PI);
    brush.fill();
    shadows.set(key, shadow);
  }
  const half = shadow.width / 4;
  pen.drawImage(shadow, x - half, y - half, 2 * half, 2 * half);
}

/** The ball of a lane: a disc with its marker cut out; in focus, ringed. */
export function drawBall(pen, tokens, style, x, y, { scale = 1, focus = false } = {}) {
  const radius = 8.5 * scale * (focus ? 1.12 : 1);
  pen.setLineDash([]);
  castShadow(pen, x, y + 1.5 * scale, radius + 2 * scale, 6 * scale, 0.35);
  pen.beginPath();
  pen.arc(x, y, radius + 2 * scale, 0, 2 * Math.PI);
  pen.fillStyle = tokens.casing;
  pen.fill();
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = style.colour;
  pen.fill();
  traceMarker(pen, style.marker, x, y, radius * 0.46);
  pen.fillStyle = tokens.casing;
  pen.fill("evenodd");
  if (!focus) return;
  pen.beginPath();
  pen.arc(x, y, radius + 5.5 * scale, 0, 2 * Math.PI);
  pen.strokeStyle = tokens.ink;
  pen.lineWidth = 1.6 * scale;
  pen.stroke();
}

const LANDMARKS = {
  "global minimum": { outline: "down", solid: true },
  "lowest minimum": { outline: "down", solid: true },
  "local minimum": { outline: "down", solid: false },
  maximum: { outline: "up", solid: true },
  saddle: { outline: "pass", solid: false },
  degenerate: { outline: "ring", solid: false },
};

function traceLandmark(pen, outline, x, y, s) {
  pen.beginPath();
  if (outline === "pass") {
    pen.moveTo(x - 6 * s, y - 7 * s);
    pen.quadraticCurveTo(x + 0.2 * s, y, x - 6 * s, y + 7 * s);
    pen.moveTo(x + 6 * s, y - 7 * s);
    pen.quadraticCurveTo(x - 0.2 * s, y, x + 6 * s, y + 7 * s);
    return;
  }
  if (outline === "ring") {
    pen.arc(x, y, 7 * s, 0, 2 * Math.PI);
    return;
  }
  const way = outline === "down" ? 1 : -1;
  pen.moveTo(x - 7 * s, y - 5 * s * way);
  pen.lineTo(x + 7 * s, y - 5 * s * way);
  pen.lineTo(x, y + 7 * s * way);
  pen.closePath();
}

/** ▼ solid, ▼ hollow, ▲ or the map sign of a pass. */
export function drawLandmark(pen, tokens, kind, x, y, scale = 1) {
  const { outline, solid } = LANDMARKS[kind];
  pen.setLineDash([]);
  pen.lineJoin = "round";
  pen.lineCap = "round";
  traceLandmark(pen, outline, x, y, scale);
  pen.strokeStyle = tokens.casing;
  pen.lineWidth = 5 * scale;
  pen.stroke();
  traceLandmark(pen, outline, x, y, scale);
  if (solid) {
    pen.fillStyle = tokens.mark;
    pen.fill();
    return;
  }
  if (outline === "down") {
    pen.fillStyle = tokens.casing;
    pen.fill();
  }
  if (outline === "ring") pen.setLineDash([3, 3]);
  pen.strokeStyle = tokens.mark;
  pen.lineWidth = 2.1 * scale;
  pen.stroke();
  pen.setLineDash([]);
}

const CROSS = 23; // px of the longer arm
const LEAST_ARM = 0.34; // of it, for the shorter one

/**
 * The curvatures of a critical point as a cross along its eigenvectors: solid where the ground rises, dashed where it
 * falls; the longer arm is the gentler one, as in the ellipse of a contour around it.
 * @param {number[][]} ways directions on the screen, of length 1 @param {number[]} bends the eigenvalues
 */
export function drawCross(pen, tokens, [x, y], ways, bends, scale = 1) {
  const sizes = bends.map((bend) => 1 / Math.sqrt(Math.max(Math.abs(bend), 1e-300)));
  const longest = Math.max(...sizes);
  pen.lineCap = "butt";
  for (const [colour, width] of [[tokens.casing, 5], [tokens.mark, 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width * scale;
    ways.forEach(([dx, dy], i) => {
      const arm = CROSS * scale * Math.max(LEAST_ARM, sizes[i] / longest);
      pen.setLineDash(bends[i] < 0 && width < 5 ? [3.4 * scale, 2.6 * scale] : []);
      pen.beginPath();
      pen.moveTo(x - arm * dx, y - arm * dy);
      pen.lineTo(x + arm * dx, y + arm * dy);
      pen.stroke();
    });
  }
  pen.setLineDash([]);
}

/** The start: a disc with four chevrons, which says that it can be moved. */
export function drawStart(pen, tokens, x, y, scale = 1) {
  pen.setLineDash([]);
  castShadow(pen, x, y + 2 * scale, 12 * scale, 8 * scale, 0.3);
  pen.beginPath();
  pen.arc(x, y, 12 * scale, 0, 2 * Math.PI);
  pen.fillStyle = tokens.card;
  pen.fill();
  pen.strokeStyle = tokens.ink;
  pen.lineWidth = 2 * scale;
  pen.beginPath();
  pen.arc(x, y, 10.5 * scale, 0, 2 * Math.PI);
  pen.stroke();
  pen.beginPath();
  pen.arc(x, y, 2.6 * scale, 0, 2 * Math.PI);
  pen.fillStyle = tokens.ink;
  pen.fill();
  pen.lineWidth = 1.4 * scale;
  for (let turn = 0; turn < 4; turn += 1) {
    pen.save();
    pen.translate(x, y);
    pen.rotate((turn * Math.PI) / 2);
    pen.beginPath();
    pen.moveTo(-2.4 * scale, -5.2 * scale);
    pen.lineTo(0, -7.6 * scale);
    pen.lineTo(2.4 * scale, -5.2 * scale);
    pen.stroke();
    pen.restore();
  }
}

/** An arrow with a casing; hollow means dashed with an empty head. */
export function drawArrow(pen, tokens, from, to, { colour, width, scale = 1, hollow = false }) {
  const [x0, y0] = from;
  const [x1, y1] = to;
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (!(length > 1)) return;
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const head = Math.min((width * 3.2 + 4) * scale, length);
  const neck = [x1 - head * 0.85 * Math.cos(angle), y1 - head * 0.85 * Math.sin(angle)];
  const traceHead = () => {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x1 - head * Math.cos(angle - 0.42), y1 - head * Math.sin(angle - 0.42));
    pen.lineTo(x1 - head * Math.cos(angle + 0.42), y1 - head * Math.sin(angle + 0.42));
    pen.closePath();
  };
  const traceShaft = () => {
    pen.beginPath();
    pen.moveTo(x0, y0);
    pen.lineTo(neck[0], neck[1]);
  };
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.setLineDash([]);
  pen.strokeStyle = tokens.casing;
  traceShaft();
  pen.lineWidth = (width + 3.5) * scale;
  pen.stroke();
  traceHead();
  pen.lineWidth = 3.5 * scale;
  pen.stroke();
  pen.strokeStyle = colour;
  traceShaft();
  pen.lineWidth = width * scale;
  if (hollow) pen.setLineDash([5 * scale, 4 * scale]);
  pen.stroke();
  pen.setLineDash([]);
  traceHead();
  pen.fillStyle = hollow ? tokens.casing : colour;
  pen.fill();
  if (!hollow) return;
  pen.lineWidth = 1.6 * scale;
  pen.stroke();
}

/** The size of a tag's box. @param {string[]} lines */
export function measureTag(pen, lines, { size = 13, scale = 1 } = {}) {
  pen.font = `600 ${size * scale}px "Source Sans", sans-serif`;
  const text = Math.max(...lines.map((line) => pen.measureText(line).width));
  return { width: text + size * 1.1 * scale, height: size * scale * (1.4 * lines.length + 0.15) };
}

/** Text on a small card, its top left corner at (x, y). The second line is lighter. */
export function drawTag(pen, tokens, lines, x, y, { size = 13, scale = 1, edge = "", colour = "" } = {}) {
  const box = measureTag(pen, lines, { size, scale });
  pen.setLineDash([]);
  pen.beginPath();
  pen.roundRect(x, y, box.width, box.height, size * 0.36 * scale);
  pen.fillStyle = tokens.card;
  pen.globalAlpha = 0.94;
  pen.fill();
  pen.globalAlpha = 1;
  if (edge) {
    pen.strokeStyle = edge;
    pen.lineWidth = 1.5 * scale;
    pen.stroke();
  }
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  lines.forEach((line, i) => {
    pen.font = `${i ? 400 : 600} ${size * scale}px "Source Sans", sans-serif`;
    pen.fillStyle = i ? tokens.ink : colour || tokens.ink;
    pen.fillText(line, x + size * 0.55 * scale, y + size * scale * (0.78 + 1.4 * i));
  });
}

/** The triangle at the edge where a path left the picture, pointing the way it went. */
export function drawExit(pen, tokens, style, x, y, angle, scale = 1) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(angle);
  pen.beginPath();
  pen.moveTo(0, 0);
  pen.lineTo(-15 * scale, -9 * scale);
  pen.lineTo(-15 * scale, 9 * scale);
  pen.closePath();
  pen.lineJoin = "round";
  pen.setLineDash([]);
  pen.strokeStyle = tokens.casing;
  pen.lineWidth = 4 * scale;
  pen.stroke();
  pen.fillStyle = style.colour;
  pen.fill();
  pen.restore();
}
