/** Share: one place for everything that one takes home of a picture, each line saying what one gets. */

import { copyAddress, copyText } from "../base/address.js";
import { glyph, make, say } from "../base/dom.js";
import { t } from "../base/translate.js";

/**
 * @typedef {{icon: string, title: string, says: string | (() => string), acts: [string, () => unknown][], more?: HTMLElement}} Line
 *   each act's word stands on its button; what it gives back, or throws, is said at the sheet's foot
 * @typedef {[string, Line[]]} Group
 */

export class Sheet {
  /** @param {HTMLElement} root where the dialog hangs: it takes its colours from there @param {Group[]} groups */
  constructor(root, groups) {
    this.root = root;
    this.said = make("p.lab-share-said", { role: "status" });
    this.explained = [];
    const close = make("button.lab-icon", { type: "button", "aria-label": t("Close"), onclick: () => this.dialog.close() }, glyph("close"));
    this.dialog = make("dialog.lab-share", { "aria-label": t("Share"), onclick: (event) => event.target === this.dialog && this.dialog.close() },
      make("div.lab-share-sheet", {}, make("header", {}, make("h2", {}, t("Share")), close),
        ...groups.map(([name, lines]) => make("section", {}, make("h3", {}, name), ...lines.map((line) => this.row(line)))), this.said));
  }

  /** @param {Line} line */
  row({ icon, title, says, acts, more }) {
    const explained = make("span", {}, typeof says === "string" ? says : "");
    if (typeof says !== "string") this.explained.push([explained, says]);
    const buttons = acts.map(([word, act]) => {
      const button = make("button.lab-share-act", { type: "button", onclick: () => this.act(button, act) }, word);
      return button;
    });
    return make("div.lab-share-row", {}, glyph(icon), make("div", {}, make("b", {}, title), explained, ...(more ? [more] : [])), make("div.lab-share-acts", {}, ...buttons));
  }

  async act(button, act) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    this.tell("");
    try {
      const sentence = await act();
      if (typeof sentence === "string") this.tell(sentence);
    } catch (fault) {
      this.tell(fault.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  tell(sentence) {
    say(this.said, sentence);
  }

  open() {
    this.tell("");
    for (const [element, says] of this.explained) say(element, says());
    if (!this.dialog.isConnected) this.root.append(this.dialog);
    if (!this.dialog.open) this.dialog.showModal();
  }

  leave() {
    this.dialog.remove();
  }
}

/** The line that copies the address. @param {() => string} says @param {HTMLElement} root @returns {Line} */
export const linkLine = (root, says) => ({
  icon: "link", title: t("Link"), says,
  acts: [[t("Copy link"), async () => ((await copyAddress(root.querySelector("dialog[open]") ?? root)) ? t("Link copied.") : t("The browser keeps its clipboard to itself: copy the address of this page."))]],
});

/**
 * The lines for a course page and for paper.
 * @param {HTMLElement} root @param {number} height px of the frame @param {() => string} address what the frame shows @param {() => Promise<void>} [ready] what the paper waits for @returns {Line[]}
 */
export const classLines = (root, height, address, ready = async () => {}) => [
  { icon: "print", title: t("Handout"), says: t("one page: picture, settings, table, address"), acts: [[t("Print"), async () => {
    root.querySelector("dialog[open]")?.close();
    await ready();
    window.print();
  }]] },
  { icon: "web", title: t("Embed"), says: t("a frame for a course page"), acts: [[t("Copy frame"), async () => {
    const copied = await copyText(frameOf(address(), document.title, height), root.querySelector("dialog[open]") ?? root);
    return copied ? t("The frame is copied: put it into the page's HTML.") : t("The browser keeps its clipboard to itself: open the page on HTTPS, and copy again.");
  }]] },
];

/** What stands in a query but for what is Streamlit's and the window's. @param {string} query */
const bare = (query) => query.split("&").filter((part) => part && !part.startsWith("embed") && !part.startsWith("lecture="));

/** This page without Streamlit's chrome, for one that has no stage. */
export function chromeless() {
  const { origin, pathname, search } = window.location;
  return `${origin}${pathname}?${["embed=true", ...bare(search.slice(1))].join("&")}`;
}

/** The stage alone, without Streamlit. @param {string} base the path that the app lies below @param {string} page whose stage it is @param {string} query of its picture */
export function stageAlone(base, page, query) {
  const own = page === "playground" ? [] : [`page=${page}`];
  return `${window.location.origin}${base}/embed?${[...own, ...bare(query)].join("&")}`;
}

/** An iframe. @param {string} source @param {string} title */
function frameOf(source, title, height) {
  const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
  return `<iframe src="${quoted(source)}" title="${quoted(title)}" width="100%" height="${height}" style="border: 0" loading="lazy" allow="fullscreen; clipboard-write"></iframe>`;
}
