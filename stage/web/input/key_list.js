/** The list of keys, written from the table by which they work. */

import { make } from "../base/dom.js";
import { LECTURE, keysFor } from "./keymap.js";
import { t } from "../base/translate.js";

const OPENS = "?";
const EVERYWHERE = t("Everywhere");
const ALWAYS = [
  { group: EVERYWHERE, shown: "?", says: t("This list, and away with it") },
  { group: EVERYWHERE, shown: t("Tab"), says: t("To the next control; with Shift, to the one before") },
  { group: EVERYWHERE, shown: "← → ↑ ↓", says: t("Move what has the focus: a slider, the start, the picture") },
  { group: EVERYWHERE, shown: t("Esc"), says: t("Close what is open") },
];

/** The keys of a page, by groups. @param {string | null} page the stage's, or null where there is none @param {boolean} [framed] whether it is alone in a frame */
export function keysOf(page, framed = false) {
  const groups = new Map();
  const here = page === null ? [] : keysFor(page, framed);
  for (const { group, shown, says, lecture } of [...here, ...ALWAYS]) {
    const rows = groups.get(group) ?? groups.set(group, []).get(group);
    rows.push([shown, lecture && group !== LECTURE ? t("{what} (in lecture mode)", { what: says }) : says]);
  }
  return groups;
}

/**
 * Listen for the key that opens the list, and for nothing else while it is open. Returns the list's opener, and the way to stop.
 * @param {HTMLElement} root where the list hangs: it takes its colours from there
 * @param {string | null} page @param {() => boolean} awake whether the page is looked at @param {boolean} [framed] whether the stage is alone in a frame
 */
export function attachKeyList(root, page, awake, framed = false) {
  const rows = (pairs) => pairs.map(([shown, says]) => make("div", {}, make("dt", {}, make("kbd", {}, shown)), make("dd", {}, says)));
  const groups = [...keysOf(page, framed)].map(([group, pairs]) => make("section", {}, make("h3", {}, group), make("dl", {}, ...rows(pairs))));
  const close = make("button.lab-keys-close", { type: "button", onclick: () => dialog.close() }, t("Close"));
  const dialog = make("dialog.lab-keys", { "aria-label": t("Keys"), onclick: (event) => event.target === dialog && dialog.close() },
    make("div.lab-keys-sheet", {}, make("header", {}, make("h2", {}, t("Keys")), close), make("div.lab-keys-groups", {}, ...groups)));
  const toggle = () => {
    if (dialog.open) dialog.close();
    else {
      if (!dialog.isConnected) root.append(dialog);
      dialog.showModal();
    }
  };
  const listen = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.key !== OPENS || !awake()) return;
    if (event.target instanceof Element && event.target.closest("input:not([type=range], [type=checkbox], [type=radio]), textarea, [contenteditable=true]")) return;
    event.preventDefault();
    toggle();
  };
  document.addEventListener("keydown", listen);
  return { toggle, leave: () => {
    document.removeEventListener("keydown", listen);
    dialog.remove();
  } };
}
