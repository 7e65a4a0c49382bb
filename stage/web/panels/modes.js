/** The switch between the two pictures of one surface. */

import { glyph, make } from "../base/dom.js";
import { withKey } from "../input/keymap.js";

const MODES = [["map", "Map", "map"], ["surface", "Surface", "landscape"]];

/** @param {(mode: "map" | "surface") => void} choose @param {() => void} near called when somebody is about to */
export function makeModes(choose, near) {
  let current = "map";
  const buttons = MODES.map(([mode, name, icon]) => make("button", {
    type: "button", role: "radio", title: withKey(name, "m"), "aria-label": name, onclick: () => choose(mode),
    onkeydown: (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      choose(current === "map" ? "surface" : "map");
      buttons.find((button) => button.getAttribute("aria-checked") === "true").focus();
    },
  }, glyph(icon), make("span", {}, name)));
  const root = make("div.lab-seg", { role: "radiogroup", "aria-label": "Picture", onpointerenter: near, onfocusin: near }, ...buttons);
  const show = (mode) => {
    current = mode;
    buttons.forEach((button, i) => {
      button.setAttribute("aria-checked", String(MODES[i][0] === mode));
      button.tabIndex = MODES[i][0] === mode ? 0 : -1;
    });
  };
  show(current);
  return { root, show };
}
