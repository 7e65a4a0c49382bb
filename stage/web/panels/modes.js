/** The switch between the two pictures of one surface. */

import { glyph, make } from "../base/dom.js";
import { withKey } from "../input/keymap.js";
import { t } from "../base/translate.js";

const MODES = [["cut", t("Curve"), "show_chart"], ["map", t("Map"), "map"], ["surface", t("Surface"), "landscape"]];

/**
 * @param {(mode: "cut" | "map" | "surface") => void} choose the curve is there for a surface in one variable alone: see `offer`
 * @param {() => void} near called when somebody is about to
 */
export function makeModes(choose, near) {
  let current = "map";
  const offered = new Set(["map", "surface"]);
  const buttons = MODES.map(([mode, name, icon]) => make("button", {
    type: "button", role: "radio", title: withKey(name, "m"), "aria-label": name, onclick: () => choose(mode),
    onkeydown: (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      const modes = MODES.map(([one]) => one).filter((one) => offered.has(one));
      const way = event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 1;
      choose(/** @type {any} */ (modes[(Math.max(0, modes.indexOf(current)) + way + modes.length) % modes.length]));
      buttons.find((button) => button.getAttribute("aria-checked") === "true").focus();
    },
  }, glyph(icon), make("span", {}, name)));
  const root = make("div.lab-seg", { role: "radiogroup", "aria-label": t("Picture"), onpointerenter: near, onfocusin: near }, ...buttons);
  const show = (mode) => {
    current = mode;
    const shown = offered.has(mode) ? mode : "map";
    buttons.forEach((button, i) => {
      button.setAttribute("aria-checked", String(MODES[i][0] === shown));
      button.tabIndex = MODES[i][0] === shown ? 0 : -1;
    });
  };
  /** Have a mode among those to choose from, or not. @param {string} mode @param {boolean} on */
  const offer = (mode, on) => {
    if (on === offered.has(mode)) return;
    if (on) offered.add(mode);
    else offered.delete(mode);
    buttons.forEach((button, i) => { button.hidden = !offered.has(MODES[i][0]); });
    show(current);
  };
  buttons[0].hidden = true;
  show(current);
  return { root, show, offer };
}
