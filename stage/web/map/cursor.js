/** What the ground is under the cursor: place, loss, its band, and the exact gradient. */

import { make, say } from "../base/dom.js";
import { levelText } from "./ground.js";
import { number, point } from "../base/numbers.js";
import { t } from "../base/translate.js";

/**
 * @param {import("../picture.js").Picture} picture
 * @param {(message: object, settle: (header: any) => void) => void} inquire
 * @param {() => {landscape: string, busy: boolean}} now
 */
export function makeCursor(picture, inquire, now) {
  const readout = make("div.lab-readout", { hidden: true, "aria-hidden": "true" });
  picture.root.append(readout);
  let over = false;
  /** Show the reading, or hide it: on a screen for the last row the words on the picture give way to it. */
  const turn = (shown) => {
    const turned = readout.hidden === shown;
    readout.hidden = !shown;
    if (picture.lectured !== null && (shown || turned)) picture.again();
  };

  picture.root.addEventListener("pointermove", (event) => {
    const { landscape, busy } = now();
    const { view } = picture;
    over = event.pointerType === "mouse" && !busy && Boolean(view) && picture.mode === "map";
    if (!over) {
      turn(false);
      return;
    }
    const box = picture.root.getBoundingClientRect();
    const digits = Math.max(0, Math.ceil(-Math.log10(view.unit / 3)));
    const position = view.unproject(event.clientX - box.left, event.clientY - box.top).map((value) => Number(value.toFixed(digits)));
    inquire({ kind: "point", landscape, position }, (header) => {
      if (!over || header.error) return;
      const [gx, gy] = header.gradient;
      const loss = header.loss === null ? t("not finite") : number(header.loss);
      const slope = gx === null || gy === null ? t("not finite") : point([gx, gy]);
      say(readout, `${point(position, 12)}   ${t("loss {loss}", { loss })}${bandOf(picture.ladder?.levels, header.loss)}   ∇L ${slope}`);
      turn(true);
    });
  });
  picture.root.addEventListener("pointerleave", () => {
    over = false;
    turn(false);
  });
}

/** Between which lines of the map a loss lies, in words. @param {ArrayLike<number> | undefined} levels @param {number | null} loss */
export function bandOf(levels, loss) {
  if (!levels || loss === null) return "";
  const all = [...levels];
  const above = all.findIndex((level) => loss < level);
  if (above === 0) return t(", below {level}", { level: levelText(all[0]) });
  if (above < 0) return t(", above {level}", { level: levelText(all[all.length - 1]) });
  return t(", between lines {low} and {high}", { low: levelText(all[above - 1]), high: levelText(all[above]) });
}
