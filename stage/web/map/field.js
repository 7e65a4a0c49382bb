/** Which way is down, or up: a field of small arrows over the map, on request. */

import { make } from "../base/dom.js";
import { sharpness } from "../base/sharpness.js";

const SPACING = 44; // px between two arrows
const LENGTH = 20; // px; all alike, since slopes span decades and only the direction is meant
const MOST = 40; // arrows a side that the wire answers

/**
 * @param {import("../picture.js").Picture} picture
 * @param {(message: object, settle: (header: any, matrix: (where: number[]) => import("../wire/frame.js").Matrix) => void) => void} inquire
 */
export function makeField(picture, inquire) {
  const canvas = make("canvas.lab-field", { hidden: true, "aria-hidden": "true" });
  picture.labels.after(canvas);
  let way = "off"; // or "down", which is the way a step goes, or "up", which is the gradient itself
  let asked = "";
  let drawn = "";

  function refresh(landscape, tokens) {
    const { view } = picture;
    if (canvas.hidden || !view || picture.mode !== "map") return;
    const { width, height, ground } = view;
    const columns = Math.max(2, Math.min(MOST, Math.round(width / (SPACING * picture.scale))));
    const rows = Math.max(2, Math.min(MOST, Math.round(height / (SPACING * picture.scale))));
    // Arrows stand in the middle of their cells, so that none is cut by the frame.
    const inset = ([from, to], count) => [from + (to - from) / (2 * count), to - (to - from) / (2 * count)];
    const question = { kind: "field", landscape, window: [inset(ground[0], columns), inset(ground[1], rows)], columns, rows };
    const key = JSON.stringify([question, way, width, height, sharpness(), tokens.ink]);
    if (key === asked || key === drawn) return;
    asked = key;
    inquire(question, (header, matrix) => {
      if (header.error || asked !== key) return;
      drawn = key;
      paint(matrix(header.arrays.gradients), columns, rows, view, tokens);
    });
  }

  function paint({ data }, columns, rows, view, tokens) {
    const sharp = sharpness();
    canvas.width = Math.round(view.width * sharp);
    canvas.height = Math.round(view.height * sharp);
    const pen = canvas.getContext("2d");
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.strokeStyle = tokens.ink;
    pen.fillStyle = tokens.ink;
    pen.globalAlpha = 0.42;
    pen.lineCap = "round";
    pen.lineWidth = 1.3 * picture.scale;
    for (let j = 0; j < rows; j += 1) {
      for (let i = 0; i < columns; i += 1) {
        const [gx, gy] = [data[2 * (j * columns + i)], data[2 * (j * columns + i) + 1]];
        const slope = Math.hypot(gx, gy);
        if (!(slope > 0) || !Number.isFinite(slope)) continue;
        const uphill = way === "up" ? 1 : -1;
        const [ux, uy] = [(uphill * gx) / slope, (-uphill * gy) / slope]; // down on a screen is +
        const [x, y] = [((i + 0.5) * view.width) / columns, view.height - ((j + 0.5) * view.height) / rows];
        const half = (LENGTH * picture.scale) / 2;
        const [x1, y1] = [x + ux * half, y + uy * half];
        const head = half * 0.55;
        pen.beginPath();
        pen.moveTo(x - ux * half, y - uy * half);
        pen.lineTo(x1, y1);
        for (const turn of [2.65, -2.65]) {
          pen.moveTo(x1, y1);
          pen.lineTo(x1 + head * (ux * Math.cos(turn) - uy * Math.sin(turn)), y1 + head * (ux * Math.sin(turn) + uy * Math.cos(turn)));
        }
        pen.stroke();
      }
    }
  }

  return {
    /** From none to downhill, to uphill, to none. @returns {"off" | "down" | "up"} */
    turn() {
      way = { off: "down", down: "up", up: "off" }[way];
      canvas.hidden = way === "off";
      canvas.dataset.way = way;
      asked = "";
      return way;
    },
    /** Follow the view; a block has no field. */
    refresh(landscape, tokens) {
      canvas.classList.toggle("lab-asleep", picture.mode !== "map");
      if (picture.mode === "map" && asked !== drawn) asked = "";
      refresh(landscape, tokens);
    },
  };
}
