/** A phone's answer to the question that stands: chosen, sent, sent again where the line was away, and said to be right or not. */

import { make, say } from "../base/dom.js";
import { number } from "../base/numbers.js";
import { QUESTIONS, partOf, rateAt } from "./questions.js";
import { t } from "../base/translate.js";

const GAP = 300; // ms between two that are sent: what is chosen meanwhile waits, and the last one goes
const STEPS = 500; // of the slider

export class Reply {
  /** @param {{say: (told: any) => boolean, mark: (place: number[] | null) => void, names: () => string[]}} on */
  constructor(on) {
    this.on = on;
    this.question = null;
    this.value = null;
    this.right = null;
    this.known = null; // by the room
    this.fields = make("div.lab-phone-fields", {});
    this.said = make("p.lab-phone-said", { role: "status" });
    this.root = make("section.lab-phone-reply", { "aria-label": t("Your answer"), hidden: true }, this.fields, this.said);
  }

  /** @param {any} question or null */
  ask(question) {
    const fresh = question?.id !== this.question?.id;
    this.question = question;
    if (fresh) {
      Object.assign(this, { value: null, right: null, known: null, fault: "" });
      this.build();
    }
    for (const field of this.fields.querySelectorAll("input")) field.disabled = !question?.open;
    this.tell();
  }

  build() {
    const { question } = this;
    this.fields.replaceChildren();
    if (question?.asks === "wins") this.named();
    if (question?.asks === "rate") {
      this.slider = make("input", { type: "range", min: 0, max: STEPS, value: STEPS / 2, "aria-label": t("Learning rate"), oninput: () => this.slide(), onchange: () => this.choose(this.slid) });
      this.shown = make("output", {});
      this.fields.append(this.shown, this.slider, make("div.lab-phone-ends", { "aria-hidden": "true" }, make("span", {}, number(rateAt(0))), make("span", {}, number(rateAt(1)))));
      this.slide();
    }
  }

  /** The runs' names are known once their picture stands. */
  named() {
    const { question, value } = this;
    if (question?.asks !== "wins") return;
    const names = this.on.names();
    const called = Array.from({ length: question.count }, (_, i) => (names.length === question.count ? names[i] : t("Run {n}", { n: i + 1 })));
    if (called.join("\n") === this.called && this.fields.childElementCount) return;
    this.called = called.join("\n");
    this.fields.replaceChildren(make("fieldset", {}, make("legend.lab-unseen", {}, question.words), ...called.map((name, i) => (
      make("label", {}, make("input", { type: "radio", name: "answer", value: i, checked: value === i, disabled: !question.open, onchange: () => this.choose(i) }), make("span", {}, name))))));
  }

  get slid() {
    return rateAt(Number(this.slider.value) / STEPS);
  }

  slide() {
    const text = number(this.slid);
    say(this.shown, text);
    this.slider.setAttribute("aria-valuetext", text);
  }

  /** @param {any} value a place, a run's number or a rate */
  choose(value) {
    if (!this.question?.open) return;
    this.value = value;
    this.fault = "";
    this.send();
  }

  send() {
    this.tell();
    if (this.pausing) return;
    this.sendAgain();
    this.pausing = setTimeout(() => {
      this.pausing = 0;
      if (this.value !== null && !this.isKnown) this.sendAgain();
    }, GAP);
  }

  /** The line may have been away while it was said. */
  sendAgain() {
    if (this.value === null || this.isKnown || !this.question?.open) return;
    this.on.say({ kind: "answer", id: this.question.id, value: this.value });
    this.tell();
  }

  get isKnown() {
    return JSON.stringify(this.known) === JSON.stringify(this.value);
  }

  /** The room says which answer of this phone it has, and whether it is right. */
  answered({ id, value, right }) {
    if (id !== this.question?.id) return;
    this.known = value;
    this.right = right;
    if (this.value === null && value !== null) {
      // The page was opened anew: the answer is that of before.
      this.value = value;
      if (this.question.asks === "end") this.on.mark(value);
      if (this.question.asks === "rate") {
        this.slider.value = STEPS * partOf(value);
        this.slide();
      }
      const chosen = this.fields.querySelectorAll("input[type=radio]")[value];
      if (chosen) chosen.checked = true;
    } else this.sendAgain();
    this.tell();
  }

  refused(sentence) {
    this.fault = sentence;
    this.tell();
  }

  tell() {
    const { question, value, right } = this;
    if (!question) return say(this.said, "");
    const verdict = right === null ? "" : right ? `${t("Your answer is right.")} ` : value === null ? "" : `${t("Your answer is not right.")} `;
    if (question.measured) return say(this.said, `${verdict}${question.measured} ${question.rule}`);
    if (!question.open) return say(this.said, value === null ? t("The answers are shown.") : t("The answers are shown. Yours is among them."));
    if (this.fault) return say(this.said, this.fault);
    const until = t("You can change it until the lecturer shows the answers.");
    if (value === null) return say(this.said, `${QUESTIONS[question.asks].hint} ${until}`);
    return say(this.said, this.isKnown ? `${t("Your answer has arrived.")} ${until}` : t("Your answer waits for the line."));
  }
}
