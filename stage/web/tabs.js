/** Where the screen is small, the panels beside the picture share one place. */

import { make } from "./dom.js";

const NAMES = [["race", "Race"], ["step", "One step"], ["curves", "Curves"]];

/** @param {HTMLElement} root carries `data-tab`, which the style sheet reads @param {() => void} turned */
export function makeTabs(root, turned) {
  const buttons = NAMES.map(([key, name]) => make("button.lab-tab", { type: "button", "data-key": key, onclick: () => turn(key) }, name));
  const bar = make("div.lab-tabs", { role: "group", "aria-label": "Panels" }, ...buttons);

  function turn(key) {
    root.dataset.tab = key;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.key === key));
    turned();
  }
  root.dataset.tab = "race";
  buttons[0].setAttribute("aria-pressed", "true");
  return bar;
}
