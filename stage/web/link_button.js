/** Link and Share of a page that has no stage: the address follows what is shown, and a button copies it. */

import { copyAddress, writeLink } from "./base/address.js";
import { glyph, make, say } from "./base/dom.js";
import { addShown } from "./base/draft.js";
import { attachKeyList } from "./input/key_list.js";
import { styled } from "./base/loading.js";
import { chartsLine } from "./share/charts.js";
import { Sheet, chromeless, classLines, linkLine } from "./share/sheet.js";
import { t } from "./base/translate.js";

const FRAME = 1200; // px of an embedded page
const SAID = 2500; // ms that the button says what it did

/** @type {WeakMap<HTMLElement, LinkButton>} */
const buttons = new WeakMap();

/** Called again whenever Streamlit has new data. */
export async function show({ parentElement, data }) {
  if (!buttons.has(parentElement)) buttons.set(parentElement, new LinkButton(parentElement));
  writeLink(data.link);
  await styled;
}

export function leave(parentElement) {
  buttons.get(parentElement)?.leave();
  buttons.delete(parentElement);
}

const SCENE = { icon: "library_add", title: t("Lecture"), says: t("this page as its next scene"), acts: [[t("Add to lecture"), () => addShown(t("Networks"))]] };
/** Whether the page is a picture of its own: a list of lessons is none. */
const isNetworks = () => window.location.pathname.endsWith("/networks");

class LinkButton {
  constructor(parent) {
    this.words = make("span", { "aria-live": "polite" }, t("Copy link"));
    this.button = make("button.lab-link", { type: "button", title: t("Copy the link to exactly this page"), onclick: () => this.copy() }, glyph("link"), this.words);
    this.sharing = make("button.lab-link.lab-link-share", { type: "button", title: t("Share: charts, handout, frame"), "aria-label": t("Share"), onclick: () => this.sheet.open() }, glyph("ios_share"));
    parent.replaceChildren(make("div.lab-link-tools", {}, this.button, this.sharing));
    this.sheet = new Sheet(parent, [
      [t("The picture as it stands"), [linkLine(parent, () => t("opens exactly this page")), chartsLine()]],
      [t("For a class"), [...classLines(parent, FRAME, chromeless), ...(isNetworks() ? [SCENE] : [])]],
    ]);
    this.keyList = attachKeyList(parent, null, () => parent.isConnected);
  }

  async copy() {
    const copied = await copyAddress(this.button);
    say(this.words, copied ? t("Link copied") : t("Copy the address"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => say(this.words, t("Copy link")), SAID);
  }

  leave() {
    clearTimeout(this.timer);
    this.keyList.leave();
    this.sheet.leave();
  }
}
