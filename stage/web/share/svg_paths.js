/** The paths as vectors: the same pieces, casings, dashes and dots that `draw/layers.js` puts on its canvases. */

import { traceMarker } from "../draw/ink.js";
import { PALE, dashCap, dashPattern } from "../base/palette.js";
import { AWAY, GAP, HIDDEN, SHOWN } from "../draw/paths.js";
import { DOT, DOT_GAP, GHOST, THIN } from "../draw/layers.js";

/**
 * @param {import("./svg_pen.js").SvgPen} pen @param {import("../draw/layers.js").Line[]} lines the focused one last
 * @param {number} playhead @param {import("../draw/layers.js").Look} look
 */
export function drawPaths(pen, lines, playhead, look) {
  for (const line of lines) if (playhead < line.laid.count - 1) drawComing(pen, line, look);
  const walked = lines.map((line) => ({ line, pieces: piecesOf(line.laid, playhead) }));
  for (const { line, pieces } of walked) for (const piece of pieces) drawCasing(pen, line, piece, look);
  for (const focus of [false, true]) {
    for (const { line, pieces } of walked) {
      if (line.focus !== focus) continue;
      for (const piece of pieces) if (piece.kind === SHOWN) drawLine(pen, line, piece);
      drawDots(pen, line, playhead, look);
    }
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** Stretches of one kind, each with its points in px, up to the playhead. */
function piecesOf(laid, playhead) {
  const pieces = [];
  const point = (i) => [laid.xy[2 * i], laid.xy[2 * i + 1]];
  for (let i = 1; i < laid.size && laid.place[i - 1] < playhead; i += 1) {
    const to = laid.place[i] <= playhead ? point(i) : laid.ball(playhead);
    const last = pieces.at(-1);
    if (laid.kind[i] === GAP) pieces.push({ kind: GAP, points: [] });
    else if (last?.kind === laid.kind[i]) last.points.push(to);
    else pieces.push({ kind: laid.kind[i], points: [point(i - 1), to] });
  }
  return pieces.filter(({ kind }) => kind !== GAP);
}

function trace(pen, points) {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
}

function drawComing(pen, { laid, style, width, pale }, { scale }) {
  const shine = pale ? PALE : 1;
  pen.setLineDash([]);
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.strokeStyle = style.colour;
  for (const { kind, points } of piecesOf(laid, laid.count - 1)) {
    pen.globalAlpha = shine * (kind === HIDDEN ? GHOST.hidden : GHOST.alpha);
    pen.lineWidth = kind === AWAY ? THIN * scale : width * GHOST.width;
    trace(pen, points);
    pen.stroke();
  }
  if (laid.exit(laid.count - 1)) return;
  traceMarker(pen, style.marker, ...laid.ball(laid.count - 1), 4 * scale);
  pen.globalAlpha = 0.5 * shine;
  pen.fillStyle = style.colour;
  pen.fill();
}

function drawCasing(pen, { style, width, pale }, { kind, points }, { tokens, theme, scale }) {
  pen.setLineDash([]);
  pen.lineJoin = "round";
  pen.lineCap = kind === SHOWN ? "round" : "butt";
  pen.strokeStyle = kind === SHOWN ? tokens.casing : style.colour;
  pen.globalAlpha = (kind === SHOWN ? (theme === "dark" ? 0.8 : 0.92) : kind === HIDDEN ? 0.3 : 0.4) * (pale ? PALE : 1);
  pen.lineWidth = kind === SHOWN ? width + 3 * scale : kind === HIDDEN ? 0.7 * width : THIN * scale;
  trace(pen, points);
  pen.stroke();
}

function drawLine(pen, { style, width, pale }, { points }) {
  pen.strokeStyle = style.colour;
  pen.lineJoin = "round";
  pen.lineCap = dashCap(style.dash);
  pen.setLineDash(dashPattern(style.dash, width));
  pen.lineWidth = width;
  pen.globalAlpha = pale ? PALE : 1;
  trace(pen, points);
  pen.stroke();
}

function drawDots(pen, { laid, style, pale }, playhead, { tokens, scale }) {
  pen.beginPath();
  let last = [laid.xy[0], laid.xy[1]];
  for (let i = 1; i < laid.size && laid.place[i] <= playhead; i += 1) {
    const [x, y] = [laid.xy[2 * i], laid.xy[2 * i + 1]];
    if (laid.kind[i] !== SHOWN || !Number.isInteger(laid.place[i]) || laid.place[i] === laid.count - 1 || Math.hypot(x - last[0], y - last[1]) < DOT_GAP * scale) continue;
    last = [x, y];
    pen.arc(x, y, DOT * scale, 0, 2 * Math.PI);
  }
  pen.setLineDash([]);
  pen.globalAlpha = pale ? PALE : 1;
  pen.fillStyle = style.colour;
  pen.fill();
  pen.strokeStyle = tokens.casing;
  pen.lineWidth = scale;
  pen.stroke();
}
