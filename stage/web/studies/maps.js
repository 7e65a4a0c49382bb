/** What pictures made of thousands of descents share: pixels, hatches, and knobs held on them. */

import { say } from "../base/dom.js";
import { t } from "../base/translate.js";

export const LOST = 5; // "diverged", of the engine's OUTCOME_KINDS

/** @param {number[]} from @param {number[]} to @param {number} part */
export function mix(from, to, part) {
  return from.map((value, i) => Math.round(value + (to[i] - value) * part));
}

/** An image of columns x rows pixels, row 0 at the bottom. @param {(at: number) => number[] | null} colourOf red, green, blue; null is clear */
export function pixels(columns, rows, colourOf) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: columns, height: rows });
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(columns, rows);
  for (let j = 0; j < rows; j += 1) {
    for (let i = 0; i < columns; i += 1) {
      const colour = colourOf(j * columns + i);
      if (!colour) continue;
      const at = 4 * ((rows - 1 - j) * columns + i);
      [image.data[at], image.data[at + 1], image.data[at + 2]] = colour;
      image.data[at + 3] = 255;
    }
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** A pattern that tells a colour from the others where colour does not. @param {"hatch" | "dots"} kind @param {string} ink */
export function patternOf(pen, kind, ink, scale = 1) {
  const size = 8 * scale;
  const tile = document.createElement("canvas");
  Object.assign(tile, { width: size, height: size });
  const brush = tile.getContext("2d");
  brush.strokeStyle = ink;
  brush.fillStyle = ink;
  if (kind === "dots") {
    brush.arc(size / 2, size / 2, 1.15 * scale, 0, 2 * Math.PI);
    brush.fill();
  } else {
    brush.lineWidth = 1.6 * scale;
    for (const shift of [-size, 0, size]) {
      brush.moveTo(shift - 1, size + 1);
      brush.lineTo(shift + size + 1, -1);
    }
    brush.stroke();
  }
  return pen.createPattern(tile, "repeat");
}

/** Lay a pattern over some pixels of an image. */
export function overlay(pen, mask, [x, y, width, height], pattern, sharp) {
  const sheet = document.createElement("canvas");
  Object.assign(sheet, { width: pen.canvas.width, height: pen.canvas.height });
  const brush = sheet.getContext("2d");
  brush.imageSmoothingEnabled = false;
  brush.drawImage(mask, x * sharp, y * sharp, width * sharp, height * sharp);
  brush.globalCompositeOperation = "source-in";
  brush.fillStyle = pattern;
  brush.fillRect(0, 0, sheet.width, sheet.height);
  pen.save();
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.drawImage(sheet, 0, 0);
  pen.restore();
}

/** A canvas that sets knobs while a pointer is held on it. @param {any} hand @param {(event: PointerEvent) => void} take */
export function holdOn(canvas, hand, take) {
  let held = false;
  const drop = () => {
    if (held) hand.release();
    held = false;
  };
  canvas.addEventListener("pointerdown", (event) => {
    held = true;
    canvas.setPointerCapture(event.pointerId);
    hand.grab();
    take(event);
  });
  canvas.addEventListener("pointermove", (event) => held && take(event));
  canvas.addEventListener("pointerup", drop);
  canvas.addEventListener("pointercancel", drop);
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Home: [-Infinity, 0], End: [Infinity, 0] };
const STRIDE = 10; // with Shift

/** The same canvas under the keys: arrows go by one, with Shift by ten, Home and End to the ends across. @param {any} hand @param {(across: number, up: number) => void} go */
export function walkOn(canvas, hand, go) {
  let held = false;
  const drop = () => {
    if (held) hand.release();
    held = false;
  };
  canvas.addEventListener("keydown", (event) => {
    const way = WAYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!held) hand.grab();
    held = true;
    const [across, up] = way.map((steps) => steps * (event.shiftKey ? STRIDE : 1));
    go(across, up);
  });
  canvas.addEventListener("keyup", drop);
  canvas.addEventListener("blur", drop);
}

const TOO_HEAVY = t("On this surface each step of a descent asks a whole network: a map of thousands of descents would take minutes, and none is made. The path follows your hand all the same.");

/** The question of a panel, but on a surface where it would take minutes: there the panel says so instead. @param {HTMLElement} root @param {HTMLElement | null} words */
export function unlessHeavy(stage, root, words, question) {
  return (fine) => {
    const { heavy } = stage.data.surface;
    root.classList.toggle("lab-heavy", heavy);
    if (!heavy) return question(fine);
    if (words) say(words, TOO_HEAVY);
    return null;
  };
}
