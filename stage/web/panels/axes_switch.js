/** The switch of the numbers along the axes, in the corner where they meet; a key does the same. */

import { glyph, make } from "../base/dom.js";
import { withKey } from "../input/keymap.js";
import { t } from "../base/translate.js";

const NAME = t("Numbers along the axes");

/** @param {import("../picture.js").Picture} picture @param {() => void} settled called when somebody has turned it */
export function makeAxesSwitch(picture, settled) {
  const root = make("button.lab-axes", { type: "button", title: withKey(NAME, "x"), "aria-label": NAME, "aria-pressed": "true", onclick: () => turn() }, glyph("straighten"));
  picture.handle.before(root); // a start that lies there is above it
  const show = (on) => {
    root.setAttribute("aria-pressed", String(on));
    if (on !== picture.axes) picture.showAxes(on);
  };
  const turn = () => {
    show(!picture.axes);
    settled();
  };
  return { show, turn };
}
