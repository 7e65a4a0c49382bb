/** What the projector shows of a room: how to join, what is asked, how many have answered, and the answers. */

import { filled, make, say } from "../base/dom.js";
import { number } from "../base/numbers.js";
import { sharpness } from "../base/sharpness.js";
import { QUESTIONS, histogram, middleText, rateAt, spelled } from "./questions.js";
import { many, t } from "../base/translate.js";

const BARS = 25; // of the histogram: five a decade
const DOT = 9; // px at 1080 lines
const [PLAIN, RIGHT] = ["#2F7FD1", "#1F7A4D"];

export class RoomScreen {
  /** @param {import("./hall.js").Hall} hall @param {{ask: () => void}} on */
  constructor(hall, on) {
    this.hall = hall;
    this.code = make("b", {});
    this.where = make("span", {});
    this.picture = make("img", { alt: t("QR code with the address of the room") });
    this.count = make("p.lab-room-count", { role: "status" });
    this.near = make("p", {});
    this.sheet = make("section.lab-room-sheet", { "aria-label": t("Join the room"), hidden: true }, this.picture,
      make("div", {}, make("p", {}, t("Join with a phone")), this.where, this.code, this.count, this.near,
        make("div.lab-room-acts", {}, this.button(t("Hide (R)"), () => this.turn(false)), this.button(t("Ask (Q)"), on.ask), this.button(t("Close the room"), () => hall.close()))));
    this.chip = make("p.lab-room-chip", { hidden: true });
    this.title = make("h2", {});
    this.many = make("p.lab-room-many", { role: "status" });
    this.list = make("div.lab-room-list", {});
    this.verdict = make("p.lab-room-verdict", { role: "status" });
    this.small = make("img", { alt: "" });
    this.foot = make("p.lab-room-foot", {});
    this.panel = make("section.lab-room-panel", { "aria-label": t("Question to the room"), hidden: true }, this.title, this.many, this.list, this.verdict, make("div.lab-room-join", {}, this.small, make("div", {}, this.foot, make("b", {}))));
    this.dots = make("canvas.lab-room-dots", { "aria-hidden": "true" });
    this.before = null; // what lies under the paths besides
    this.under = (pen, view, playhead) => {
      this.before?.(pen, view, playhead);
      this.drawDots(view); // when the picture is painted, so are they
    };
  }

  button(word, act) {
    return make("button", { type: "button", onclick: act }, word);
  }

  get nodes() {
    return [this.chip, this.panel, this.sheet];
  }

  /** Show how to join, or hide it. */
  turn(on = this.sheet.hidden) {
    this.sheet.hidden = !on;
    this.show();
  }

  show() {
    const { hall } = this;
    const { asked, open, phones } = hall;
    if (!hall.line) this.sheet.hidden = true;
    this.chip.hidden = !open || Boolean(asked) || !this.sheet.hidden;
    this.panel.hidden = !open || !asked;
    if (!open) return this.lay(null);
    const people = many("{n} phone", "{n} phones", phones, { n: phones });
    const bare = hall.address.replace(/^https?:\/\//, "").replace(/\?.*$/, "");
    say(this.code, open ? spelled(hall.code) : "…");
    say(this.where, bare);
    say(this.count, t("{phones} in the room", { phones: people }));
    say(this.near, /^(localhost|127\.|\[?::1)/.test(window.location.hostname) ? t("This address is of this machine alone: open the app by its name in the network, and phones can reach it.") : "");
    say(this.chip, `${bare} · ${hall.code} · ${people}`);
    const code = `${hall.base}/live/qr?text=${encodeURIComponent(hall.address)}`;
    if (this.picture.getAttribute("src") !== code) for (const image of [this.picture, this.small]) image.setAttribute("src", code);
    if (asked) this.showAsked(asked, people, bare);
    this.lay(asked?.asks === "end" && asked.state !== "open" ? hall.presenting?.shown : null);
  }

  showAsked(asked, people, bare) {
    const { hall } = this;
    say(this.title, asked.words);
    const given = asked.state === "open" ? hall.answers : asked.values.length;
    const counted = String(asked.marks ? asked.right : given);
    const words = asked.marks
      ? many("{n} of {all} is right", "{n} of {all} are right", asked.right, { all: asked.marks.length })
      : many("{n} of {phones} has answered", "{n} of {phones} have answered", given, { phones: people });
    const parts = filled(words, { n: make("b", {}, counted) }).map((part) => (typeof part === "string" ? make("span", {}, part.trim()) : part));
    if (this.many.textContent !== parts.map(({ textContent }) => textContent).join("")) this.many.replaceChildren(...parts);
    this.list.replaceChildren(...(asked.state === "open" ? [] : this.answers(asked)));
    say(this.verdict, asked.marks ? `${asked.measured} ${asked.rule}` : { open: QUESTIONS[asked.asks].hint, shut: "", judged: t("The engine counts.") }[asked.state]);
    say(this.foot, bare);
    say(this.small.nextSibling.lastChild, spelled(hall.code));
  }

  /** @returns {HTMLElement[]} */
  answers({ asks, values, names, marks }) {
    if (asks === "end") return [make("p", {}, marks
      ? many("{n} answer, each a dot on the map; the right ones are green and ringed.", "{n} answers, each a dot on the map; the right ones are green and ringed.", values.length, { n: values.length })
      : many("{n} answer, each a dot on the map.", "{n} answers, each a dot on the map.", values.length, { n: values.length }))];
    if (asks === "wins") {
      const counts = names.map((_, i) => values.filter((value) => value === i).length);
      const most = Math.max(1, ...counts);
      return [make("ul", {}, ...names.map((name, i) => make("li", {}, make("span", {}, name), make("b", {}, String(counts[i])), make("i", { style: `width: ${(100 * counts[i]) / most}%`, "aria-hidden": "true" }))))];
    }
    const bars = histogram(values, BARS);
    const right = marks ? histogram(values.filter((_, i) => marks[i]), BARS) : [];
    const most = Math.max(1, ...bars);
    const label = bars.map((count, i) => (count ? t("{n} from {low} to {high}", { n: count, low: number(rateAt(i / BARS)), high: number(rateAt((i + 1) / BARS)) }) : "")).filter(Boolean).join("; ");
    return [
      make("div.lab-room-bars", { role: "img", "aria-label": label ? t("Answers by rate: {answers}.", { answers: label }) : t("Answers by rate: none.") }, ...bars.map((count, i) => make("i", { style: `height: ${(100 * count) / most}%` }, make("i", { style: `height: ${count ? (100 * (right[i] ?? 0)) / count : 0}%` })))),
      make("div.lab-room-ends", { "aria-hidden": "true" }, ...[0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => make("span", {}, number(rateAt(part))))),
      make("p", {}, middleText(values)),
    ];
  }

  // ------- on the map

  /** Lay the dots over a stage's map, and take them off another's; they follow its view. @param {any} stage or null */
  lay(stage) {
    if (this.stage && this.stage !== stage) {
      this.dots.remove();
      if (this.stage.picture.underlay === this.under) this.stage.picture.underlay = this.before;
    }
    if (stage && stage.picture.underlay !== this.under) {
      this.before = stage.picture.underlay;
      stage.picture.underlay = this.under;
      stage.picture.root.append(this.dots);
    }
    this.stage = stage;
    stage?.repaint();
  }

  drawDots(view) {
    const { asked } = this.hall;
    const sharp = sharpness();
    [this.dots.width, this.dots.height] = [view.width * sharp, view.height * sharp];
    if (asked?.asks !== "end" || view.block) return;
    const pen = this.dots.getContext("2d");
    pen.scale(sharp, sharp);
    const radius = Math.max(4, (DOT * window.innerHeight) / 1080);
    asked.values.forEach(([x, y], i) => {
      const right = asked.marks?.[i];
      pen.beginPath();
      pen.arc(...view.project(x, y), radius, 0, 2 * Math.PI);
      pen.fillStyle = right ? RIGHT : PLAIN;
      pen.globalAlpha = 0.72;
      pen.fill();
      pen.globalAlpha = 1;
      pen.lineWidth = right ? radius / 2 : 1.5;
      pen.strokeStyle = right ? RIGHT : "#FFFFFF";
      if (right) pen.arc(...view.project(x, y), radius * 1.5, 0, 2 * Math.PI);
      pen.stroke();
    });
  }

  leave() {
    this.lay(null);
    for (const node of this.nodes) node.remove();
  }
}
