/** Below the picture, never on it: the colour bar with its true bands, and the signs. */

import { make } from "../base/dom.js";
import { majorStart } from "./contours.js";
import { levelText } from "./ground.js";
import { drawLandmark } from "../draw/ink.js";
import { PALETTE } from "../base/palette.js";
import { bandColours } from "./relief.js";
import { sharpness } from "../base/sharpness.js";
import { t } from "../base/translate.js";

const SIGNS = [["global minimum", t("minimum")], ["lowest minimum", t("lowest minimum")], ["local minimum", t("local minimum")], ["saddle", t("saddle")], ["maximum", t("maximum")]];

export function makeLegend() {
  const bar = make("div.lab-bar", { role: "img" });
  const signs = make("div.lab-signs", {});
  const root = make("div.lab-legend", {}, bar, signs);
  let said = ""; // under a parameter's slider it is told as often as the surface is drawn, and is mostly the same
  return {
    root,
    show(relief, criticalPoints, theme, tokens, note = "") {
      const { ladder } = relief;
      const says = JSON.stringify([ladder, theme, tokens.ink, note, sharpness(2), criticalPoints.map(({ kind }) => kind)]);
      if (says === said) return;
      said = says;
      const bands = ladder.levels.length - 1;
      const first = majorStart(ladder);
      const thick = (i) => (i - first) % ladder.major === 0;
      const cells = bandColours(PALETTE.surface[theme], bands).map((colour, i) => {
        const cell = make("i", { class: i ? (thick(i) ? "lab-thick" : "lab-thin") : null });
        cell.style.background = colour;
        return cell;
      });
      const numbers = make("div.lab-bar-numbers", {});
      let lastPlace = -Infinity;
      for (let i = 0; i <= bands; i += 1) {
        const place = i / bands;
        const room = ladder.log && lastPlace === 0 ? 0.2 : 0.16; // the first number wears a "≤" and needs more
        if (!(thick(i) || i === 0) || (place - lastPlace < room && i)) continue;
        if (i > 0 && place > 0.985 && ladder.log && place - lastPlace < 0.2) continue;
        const beyond = i === 0 && ladder.log ? "≤ " : i === bands && ladder.open ? "≥ " : "";
        const number = make("span", {}, beyond + levelText(ladder.levels[i]));
        number.style.left = `${100 * place}%`;
        number.dataset.side = place < 0.02 ? "left" : place > 0.98 ? "right" : "middle";
        numbers.append(number);
        lastPlace = place;
      }
      const ends = { low: levelText(ladder.levels[0]), high: levelText(ladder.levels[bands]), note: ladder.note };
      bar.setAttribute("aria-label", ladder.open ? t("Colour bar: loss from {low} to {high} and beyond, {note}", ends) : t("Colour bar: loss from {low} to {high}, {note}", ends));
      bar.replaceChildren(
        make("div.lab-bar-title", {}, make("b", {}, t("Loss")), ` ${note || ladder.note}`),
        make("div.lab-bar-bands", {}, ...cells), numbers,
      );
      const present = new Set(criticalPoints.map(({ kind }) => kind));
      signs.replaceChildren(...SIGNS.filter(([kind]) => present.has(kind)).map(([kind, name]) => {
        const canvas = make("canvas", { "aria-hidden": "true" });
        const sharp = sharpness(2);
        canvas.width = 18 * sharp;
        canvas.height = 18 * sharp;
        const pen = canvas.getContext("2d");
        pen.scale(sharp, sharp);
        drawLandmark(pen, tokens, kind, 9, 9, 0.85);
        return make("span", {}, canvas, name);
      }));
    },
  };
}
