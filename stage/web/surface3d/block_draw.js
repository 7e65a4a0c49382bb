/** The block as Plotly draws it: the surface in flat bands with fine lines, and a wall around it. */

import { viewport } from "./block_scene.js";
import { PALETTE } from "../base/palette.js";
import { bandColours, rung } from "../map/relief.js";

const PLINTH = 0.14; // of the surface's own height, below its lowest point
const LINES = 20;
const HAIR = 1e-3; // of each side: what lies exactly on the bounds would be cut
const LOOKS = {
  light: { lines: "#EAF1EE", nowhere: "#E1DCD0", wall: [[0, "#DAD3C3"], [1, "#EFEBE1"]], diffuse: 0.3 },
  dark: { lines: "#54707E", nowhere: "#2A333F", wall: [[0, "#33404E"], [1, "#161D26"]], diffuse: 0.5 },
};

/** The height of the block's foot. @param {import("./block_field.js").HeightField} field */
export const footOf = (field) => field.low - PLINTH * field.span;

/** Draw into the node, which stays the same. @param {import("../map/relief.js").Ladder} ladder of the colours @param {Float32Array} losses */
export function drawBlock(node, field, losses, ladder, camera, theme, [width, height]) {
  const { lines, nowhere, wall, diffuse } = LOOKS[theme];
  const bands = ladder.levels.length - 1;
  const colours = bandColours(PALETTE.surface[theme], bands);
  if (losses.some(Number.isNaN)) colours.push(nowhere); // one band more, above all others
  const climb = rung(ladder);
  const tint = (loss) => (Number.isNaN(loss) ? colours.length : Math.min(climb(loss), bands - 0.5));
  const foot = footOf(field);
  const [xs, ys] = [0, 1].map((k) => Array.from({ length: k ? field.rows : field.columns }, (_, i) => field.window[k][0] + i * field.cell[k]));
  const rows = (value) => ys.map((_, j) => xs.map((__, i) => value(j * field.columns + i)));
  const silent = { x: { highlight: false }, y: { highlight: false } };
  const surface = {
    type: "surface", x: xs, y: ys, z: rows((at) => field.heights[at]), surfacecolor: rows((at) => tint(losses[at])),
    cmin: 0, cmax: colours.length, colorscale: colours.flatMap((colour, i) => [[i / colours.length, colour], [(i + 1) / colours.length, colour]]), showscale: false, hoverinfo: "skip",
    lighting: { ambient: 0.95, diffuse, specular: 0, roughness: 1, fresnel: 0 }, lightposition: { x: -8000, y: 10000, z: 4000 },
    contours: { ...silent, z: { show: true, start: field.low, end: field.high, size: field.span / LINES, color: lines, width: 1, highlight: false } },
  };
  const rim = around(field, xs, ys);
  const skirt = {
    type: "surface", x: [0, 1].map(() => rim.map(([x]) => x)), y: [0, 1].map(() => rim.map(([, y]) => y)), z: [rim.map(([, , z]) => z), rim.map(() => foot)],
    surfacecolor: [rim.map(() => 0), rim.map(() => 1)], cmin: 0, cmax: 1, colorscale: wall, showscale: false, hoverinfo: "skip",
    lighting: { ambient: 1, diffuse: 0, specular: 0, fresnel: 0 }, contours: { ...silent, z: { highlight: false } },
  };
  const axis = ([from, to]) => ({ visible: false, showspikes: false, range: [from - HAIR * (to - from), to + HAIR * (to - from)] });
  const layout = {
    width, height, margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: "rgba(0,0,0,0)", hovermode: false,
    scene: {
      xaxis: axis(field.window[0]), yaxis: axis(field.window[1]), zaxis: axis([foot, field.high]), bgcolor: "rgba(0,0,0,0)",
      aspectmode: "manual", dragmode: false, hovermode: false, ...viewport(camera),
    },
  };
  return window.Plotly.react(node, [surface, skirt], layout, { displayModeBar: false, scrollZoom: false, plotGlPixelRatio: 2 });
}

/** The surface's edge, once around. */
function around(field, xs, ys) {
  const rim = [];
  const [right, top] = [xs.length - 1, ys.length - 1];
  const add = (i, j) => rim.push([xs[i], ys[j], field.heights[j * field.columns + i]]);
  for (let i = 0; i < right; i += 1) add(i, 0);
  for (let j = 0; j < top; j += 1) add(right, j);
  for (let i = right; i > 0; i -= 1) add(i, top);
  for (let j = top; j >= 0; j -= 1) add(0, j);
  return rim;
}
