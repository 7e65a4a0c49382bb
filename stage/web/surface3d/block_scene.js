/**
 * What Plotly.js does not offer: its 3D scene's projection, the moment it has drawn, and a camera set without redoing the
 * whole figure. All of its private parts that we touch are touched here, and only after a look whether they are there.
 */

import { t } from "../base/translate.js";

const CHANGED = t("This version of Plotly.js keeps its 3D camera elsewhere: the surface cannot carry paths. Use the map, and pin plotly as in requirements.txt.");
const NO_WEBGL = t("This browser offers no WebGL, so the surface cannot be drawn in 3D. The map shows the same.");

/**
 * @typedef {{eye: number[], center: number[], aspect: number[]}} Camera orthographic, z up
 * @typedef {{aim: (camera: Camera) => void, affine: (width: number, height: number) => number[][], whenDrawn: (drawn: () => void) => void}} Scene
 */

const listeners = new WeakMap(); // by Plotly's plot, which outlives a redrawing of the figure

/** The scene of a node in which Plotly has drawn. @param {any} node @returns {Scene} */
export function sceneOf(node) {
  const scene = node._fullLayout?.scene?._scene;
  if (scene && !scene.glplot) throw new Error(NO_WEBGL);
  const plot = scene?.glplot;
  const { projection, view, model } = plot?.cameraParams ?? {};
  const whole = [projection, view, model].every((matrix) => matrix?.length === 16) && scene.dataScale?.length === 3
    && [scene.setViewport, plot.update, plot.onrender].every((part) => typeof part === "function");
  if (!whole) throw new Error(CHANGED);
  return {
    aim({ eye, center, aspect }) {
      scene.setViewport(viewport({ eye, center, aspect }));
      plot.update(); // a new aspect alone is not noticed
    },
    /** Rows that take (x, y, height, 1) to px right, px down and depth (smaller is nearer). */
    affine(width, height) {
      const all = times(plot.cameraParams.projection, times(plot.cameraParams.view, plot.cameraParams.model));
      const row = (r) => [0, 1, 2].map((c) => all[4 * c + r] * scene.dataScale[c]).concat(all[12 + r]);
      const [x, y, depth, w] = [0, 1, 2, 3].map(row);
      if (w.slice(0, 3).some((value) => Math.abs(value) > 1e-9)) throw new Error(CHANGED); // perspective would not be affine
      const scaled = (line, size) => line.map((value, i) => (size / 2) * ((value / w[3]) + (i === 3 ? 1 : 0)));
      return [scaled(x, width), scaled(y.map((value) => -value), height), depth.map((value) => value / w[3])];
    },
    whenDrawn(drawn) {
      if (!listeners.has(plot)) {
        const own = plot.onrender;
        plot.onrender = () => {
          own();
          listeners.get(plot)();
        };
      }
      listeners.set(plot, drawn);
    },
  };
}

/** @param {Camera} camera as Plotly's layout names it */
export function viewport({ eye, center, aspect }) {
  const named = ([x, y, z]) => ({ x, y, z });
  return { camera: { eye: named(eye), center: named(center), up: { x: 0, y: 0, z: 1 }, projection: { type: "orthographic" } }, aspectratio: named(aspect) };
}

/** Product of two 4 x 4 matrices, column by column. */
function times(a, b) {
  const product = new Array(16).fill(0);
  for (let c = 0; c < 4; c += 1) for (let r = 0; r < 4; r += 1) for (let k = 0; k < 4; k += 1) product[4 * c + r] += a[4 * k + r] * b[4 * c + k];
  return product;
}
