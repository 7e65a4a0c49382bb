/** The lecturer's own window: notes, what comes next, the clock. It is in step with the projector through the browser alone. */

import { glyph, make, say } from "../base/dom.js";
import { dayText, paceText, passedText } from "./clock.js";
import { CHANNEL } from "./presenting.js";
import { Preview } from "./preview.js";
import { many, t } from "../base/translate.js";

const LOOK = 400; // ms between two looks at where the projector's picture stands
const WAITING = t("Start the lecture in the other window: Lecture, Present. This one follows it.");
const KEYS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back", " ": "next", b: "dark", u: "undo" };

export class Presenter {
  /** @param {any} stage the module that shows a picture */
  constructor(stage) {
    this.now = null;
    this.pictures = 0; // the number of those that are shown
    this.present = new Preview(stage, t("On the projector"));
    this.coming = new Preview(stage, t("Next"));
    const part = (name) => make(`${name}`, {});
    [this.title, this.place, this.clock, this.day, this.pace] = ["h1", "span", "b", "b", "span"].map(part);
    this.shown = make("p.lab-deck-shown", { role: "status" }, WAITING);
    this.room = make("p.lab-deck-said", {});
    this.notes = make("div.lab-deck-notes", {});
    this.next = make("p.lab-deck-next", {});
    this.strip = make("ol.lab-deck-strip", { "aria-label": t("Scenes") });
    const act = (word, icon, wish) => make("button.lab-share-act", { type: "button", onclick: () => this.wish(wish) }, glyph(icon), ` ${word}`);
    this.root = make("section.lab-deck.lab-deck-presenter", {},
      make("header", {}, this.title, this.place, make("span.lab-space", {}), this.clock, this.pace, this.day),
      make("div.lab-deck-columns", {},
        make("div", {}, make("h2", {}, t("On the projector")), this.present.root, this.shown, this.room, make("div.lab-deck-head", {}, act(t("Back"), "arrow_back", "back"), act(t("Next"), "arrow_forward", "next"), act(t("Dark"), "visibility_off", "dark"), act(t("Undo"), "undo", "undo"))),
        make("div", {}, make("h2", {}, t("Notes")), this.notes), make("div", {}, make("h2", {}, t("Next")), this.coming.root, this.next)),
      this.strip);
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => this.take(data);
    this.hears = (event) => {
      const wish = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!wish || event.ctrlKey || event.metaKey || event.altKey || (event.key === " " && event.target.closest?.("button"))) return;
      event.preventDefault();
      this.wish(wish);
    };
    document.addEventListener("keydown", this.hears);
    this.ticking = setInterval(() => this.tick(), 500);
    this.looking = setInterval(() => this.now && this.look(), LOOK);
    this.wish("hello");
    this.tick();
  }

  wish(wish, at) {
    this.channel.postMessage({ wish, at });
  }

  /** Ask for the pictures that are not shown yet, and where the present one is. */
  look() {
    this.channel.postMessage({ wish: "pictures", seen: this.pictures });
  }

  async see({ number, place, present, next }) {
    if (number !== this.pictures && present) {
      this.pictures = number;
      this.present.place = null;
      await Promise.all([this.present.show(present), this.coming.show(next)]);
    }
    if (number === this.pictures && place) this.present.put(place);
  }

  take({ now, ended, pictures }) {
    if (pictures) this.see(pictures);
    if (ended) {
      this.now = null;
      this.pictures = 0;
      this.present.show(null);
      this.coming.show(null);
      say(this.shown, t("The lecture has ended."));
    }
    if (!now) return;
    this.now = now;
    this.look();
    const { lecture, at, open, dark, count, room } = now;
    const [scene, next] = [lecture.scenes[at], at + 1 < count ? lecture.scenes[at + 1] : null];
    say(this.title, lecture.title);
    say(this.place, t("scene {n} of {all}", { n: at + 1, all: count }));
    say(this.shown, [dark ? t("Dark.") : "", `${scene.title}.`, scene.question ? t("Asked: {question}", { question: scene.question }) : "", open ? scene.answer ? t("Answered: {answer}", { answer: scene.answer }) : t("Answered: by the run itself.") : ""].filter(Boolean).join(" "));
    say(this.room, room ? roomLine(room) : "");
    this.notes.replaceChildren(...(scene.notes || t("No notes.")).split(/\n+/).map((line) => make("p", {}, line)));
    say(this.next, scene.question && !open ? (scene.answer ? t("The answer: {answer}", { answer: scene.answer }) : t("The answer: the run itself.")) : next ? (next.question ? t("{title}. It asks: {question}", { title: `${at + 2} · ${next.title}`, question: next.question }) : `${at + 2} · ${next.title}`) : t("The end."));
    this.strip.replaceChildren(...lecture.scenes.slice(0, count).map((one, i) => (
      make("li", {}, make("button.lab-deck-jump", { type: "button", "aria-current": i === at ? "true" : null, onclick: () => this.wish("jump", i) }, `${i + 1} ${one.title}`)))));
    this.tick();
  }

  tick() {
    say(this.day, dayText(new Date()));
    if (!this.now) return;
    const { began, lecture, at, count } = this.now;
    const passed = Date.now() - began;
    say(this.clock, passedText(passed));
    say(this.pace, t("of {minutes}:00 · {pace}", { minutes: lecture.minutes, pace: paceText(passed, lecture.minutes, at / count) }));
  }

  leave() {
    clearInterval(this.ticking);
    clearInterval(this.looking);
    this.present.leave();
    this.coming.leave();
    document.removeEventListener("keydown", this.hears);
    this.channel.close();
  }
}

/** How many are in the room, and how many have answered what was asked. */
function roomLine({ code, phones, answers, asked }) {
  const here = many("Room {code}: {phones} phone", "Room {code}: {phones} phones", phones, { code, phones });
  if (!asked) return `${here}.`;
  return `${here}, ${many("{answers} answer to “{asked}”", "{answers} answers to “{asked}”", answers, { answers, asked })}.`;
}
