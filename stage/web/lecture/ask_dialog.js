/** Which question the room is asked: one key each. */

import { make } from "../base/dom.js";
import { QUESTIONS } from "./questions.js";
import { t } from "../base/translate.js";

/** @param {{ask: (asks: any) => void, lanes: number}} what `lanes` how many runs are shown @returns {HTMLDialogElement} which removes itself when it is closed */
export function askDialog({ ask, lanes }) {
  const choose = (asks) => {
    dialog.close();
    ask(asks);
  };
  const kinds = Object.keys(QUESTIONS).filter((asks) => asks !== "wins" || lanes > 1);
  const dialog = make("dialog.lab-keys.lab-deck-list.lab-room-ask", {
    "aria-label": t("Ask the room"), onclose: () => dialog.remove(), onclick: (event) => event.target === dialog && dialog.close(),
    onkeydown: (event) => kinds[Number(event.key) - 1] && choose(kinds[Number(event.key) - 1]),
  }, make("div.lab-keys-sheet", {}, make("header", {}, make("h2", {}, t("Ask the room"))),
    ...kinds.map((asks, i) => make("button.lab-deck-jump", { type: "button", onclick: () => choose(asks) }, `${i + 1} · ${QUESTIONS[asks].says}`))));
  return dialog;
}
