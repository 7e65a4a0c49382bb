/** What a prepared picture asks one to do: its title and task above it, until they are put away. */

import { glyph, make, say } from "../base/dom.js";
import { t } from "../base/translate.js";

/** @param {() => void} away called when the words are put away */
export function makeTask(away) {
  const title = make("h2", {});
  const text = make("p", {});
  const close = make("button.lab-icon", { type: "button", title: t("Put the task away"), "aria-label": t("Put the task away"), onclick: away }, glyph("close"));
  const root = make("section.lab-task", { "aria-label": t("Task"), hidden: true }, title, text, close);
  return {
    root,
    /** @param {{title: string, text: string} | null | undefined} task */
    show(task) {
      root.hidden = !task;
      say(title, task?.title ?? "");
      say(text, task?.text ?? "");
    },
  };
}
