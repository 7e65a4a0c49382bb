/** Below the sentence: that the page's doctor, who stands farther down, has found something; a click leads there. */

import { make, say } from "../base/dom.js";
import { t, lowered } from "../base/translate.js";

const PLACE = ".st-key-doctor"; // the doctor's line, which Streamlit draws below the stage
const AGAIN = 400; // ms between two looks for a line that is not there yet
const SEEN = 0.6; // of the line, which is then in sight
const LOOKS = 20; // after which the page has no doctor

export class Pointer {
  constructor() {
    this.root = make("button.lab-pointer", { type: "button", hidden: true, onclick: () => this.go() });
    this.line = null;
    this.away = false; // whether the line is out of sight
    this.words = new MutationObserver(() => this.show());
    this.sight = new IntersectionObserver((entries) => {
      this.away = entries.at(-1).intersectionRatio < SEEN;
      this.show();
    }, { threshold: SEEN });
  }

  leave() {
    clearTimeout(this.later);
    this.words.disconnect();
    this.sight.disconnect();
  }

  /** Streamlit has spoken: its line comes after the stage, and may be another element than before. */
  look(looks = LOOKS) {
    clearTimeout(this.later);
    const line = document.querySelector(PLACE);
    if (line && line === this.line) return;
    this.words.disconnect();
    this.sight.disconnect();
    this.line = line;
    if (line) {
      this.words.observe(line, { childList: true, characterData: true, subtree: true });
      this.sight.observe(line);
    } else if (looks) this.later = setTimeout(() => this.look(looks - 1), AGAIN);
    this.show();
  }

  show() {
    const ill = this.line?.querySelector("p.doctor.ill b")?.textContent;
    this.root.hidden = !(ill && this.away);
    if (ill) say(this.root, t("Doctor: {verdict} ↓", { verdict: lowered(ill) }));
    this.root.parentElement?.classList.toggle("lab-pointed", !this.root.hidden);
  }

  go() {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.line?.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  }
}
