/** The picture alone, in the frame of a course page: `GET /embed` says what it shows (live/pages/embed.py). */

import { make } from "./base/dom.js";
import { keptOf } from "./lecture/standing.js";
import { show as showStage, stageOf } from "./stage.js";
import { t } from "./base/translate.js";

/**
 * @typedef {object} Told
 * @property {string} base the path that the app lies below
 * @property {string} page whose stage it is
 * @property {any} data of the stage; null for a page that has none
 * @property {string} about a sentence on what is not shown
 * @property {string[]} notices what of the link could not be read
 * @property {string} path of all of it, as it was opened
 * @property {string} theme "light", "dark", or "" for that of the visitor's system
 */

/** @param {{parentElement: HTMLElement, data: Told}} component */
export async function show({ parentElement, data: told }) {
  const node = make("div.lab-embed-stage", {});
  const notices = told.notices.map((sentence) => make("li", {}, sentence));
  const root = make("main.lab-embed", {},
    ...(notices.length ? [make("ul.lab-embed-notices", { role: "status" }, ...notices)] : []), node);
  parentElement.replaceChildren(root);
  const way = wayOut(told, () => stageOf(node));
  if (!told.data) {
    node.append(make("p", {}, told.about), way);
    return;
  }
  const { data } = told;
  await put(node, { ...data, page: data.page, deck: { sentence: "", topic: data.page, framed: true }, scene: { ...data.scene, view: early(data.scene.view), lecture: false, door: null } });
  const stage = stageOf(node);
  stage.root.querySelector(".lab-head").append(way);
  await painted(stage.root);
  if (early(data.scene.view) !== data.scene.view) stage.groundwork.setMode(data.scene.view);
  if (!told.theme) matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => put(node, keptOf(stage).over(stage.data)));
}

/** Which view comes first: what draws a surface in 3D is eight times all else, and the map stands meanwhile. @param {string} view */
const early = (view) => (view === "surface" ? "map" : view);

/** @param {HTMLElement} node @param {any} data */
const put = (node, data) => showStage({ parentElement: node, data, setStateValue: () => {} });

/** Settled when a picture stands. @param {HTMLElement} root */
const painted = (root) => new Promise((resolve) => {
  const look = () => (root.dataset.painted ? resolve(undefined) : requestAnimationFrame(look));
  look();
});

/**
 * The link to all of it: to the picture as it was opened, and once a hand has changed it, to what it is then. Only the
 * server writes links of scenes: it is sent the picture, and leads on.
 * @param {Told} told @param {() => any} stageNow
 */
function wayOut({ base, page, path }, stageNow) {
  const hand = make("input", { type: "hidden", name: "hand" });
  const form = make("form", { method: "POST", action: `${base}/embed/open`, target: "_blank", rel: "noopener", hidden: true }, make("input", { type: "hidden", name: "page", value: page }), hand);
  const go = (event) => {
    const stage = stageNow();
    if (!stage?.scene || event.button > 1) return;
    event.preventDefault();
    hand.value = JSON.stringify(stage.described(true));
    form.submit();
  };
  const link = make("a.lab-embed-open", { href: `${base}${path}`, target: "_blank", rel: "noopener", onclick: go, onauxclick: go }, t("Open in Descent Lab"));
  return make("span.lab-embed-way", {}, link, form);
}
