/** Where the screen is small, the panels beside the picture share one place. */

import { make } from "../base/dom.js";
import { t } from "../base/translate.js";

const SEEN = 160; // px below the tabs in which enough of a panel is seen

const NAMES = {
  playground: [["race", t("Race")], ["step", t("One step")], ["curves", t("Curves")]],
  race: [["race", t("Methods")], ["board", t("The race")], ["curves", t("Curves")]],
  schedules: [["race", t("Schedules")], ["curves", t("Curves")]],
  learn: [["race", t("Methods")]],
  models: [["race", t("Methods")], ["fit", t("The model")], ["curves", t("Curves")]],
  terrain: [["race", t("Methods")], ["basins", t("Basins")], ["curves", t("Curves")]],
  tuning: [["race", t("Method")], ["rates", t("Rates")], ["knobs", t("Two knobs")], ["curves", t("Curves")]],
};

/**
 * @param {HTMLElement} root carries `data-tab`, which the style sheet reads
 * @param {"playground" | "learn" | "race" | "schedules" | "models" | "terrain" | "tuning"} page
 * @param {() => void} turned called when another panel is shown, and when the curves, which take what room is left, got more or less of it
 */
export function makeTabs(root, page, turned) {
  const buttons = NAMES[page].map(([key, name]) => make("button.lab-tab", { type: "button", "data-key": key, onclick: () => turn(key) }, name));
  const bar = make("div.lab-tabs", { role: "group", "aria-label": t("Panels") }, ...buttons);

  function turn(key) {
    root.dataset.tab = key;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.key === key));
    turned();
    // At the foot of a screen the panel stands below it: without this a tap would seem to do nothing.
    if (window.innerHeight - bar.getBoundingClientRect().bottom > SEEN) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    bar.scrollIntoView({ block: "start", behavior: calm ? "instant" : "smooth" });
  }
  const room = new ResizeObserver(turned);
  queueMicrotask(() => { // the panels stand beside the tabs only when this function has returned
    const curves = root.querySelector(".lab-curves");
    if (curves) room.observe(curves);
  });
  const first = page === "playground" || page === "learn" ? 0 : 1;
  root.dataset.tab = NAMES[page][first][0];
  buttons[first].setAttribute("aria-pressed", "true");
  return bar;
}
