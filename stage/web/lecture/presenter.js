/** The lecturer's own window: notes, what comes next, the clock. It is in step with the projector through the browser alone. */

import { glyph, make, say } from "../base/dom.js";
import { dayText, paceText, passedText } from "./clock.js";
import { CHANNEL } from "./presenting.js";

const WAITING = "Start the lecture in the other window: Lecture, Present. This one follows it.";
const KEYS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back", " ": "next", b: "dark", u: "undo" };

export class Presenter {
  constructor() {
    this.now = null;
    const part = (name) => make(`${name}`, {});
    [this.title, this.place, this.clock, this.day, this.pace] = ["h1", "span", "b", "b", "span"].map(part);
    this.shown = make("p.lab-deck-shown", { role: "status" }, WAITING);
    this.room = make("p.lab-deck-said", {});
    this.notes = make("div.lab-deck-notes", {});
    this.next = make("p.lab-deck-next", {});
    this.strip = make("ol.lab-deck-strip", { "aria-label": "Scenes" });
    const act = (word, icon, wish) => make("button.lab-share-act", { type: "button", onclick: () => this.wish(wish) }, glyph(icon), ` ${word}`);
    this.root = make("section.lab-deck.lab-deck-presenter", {},
      make("header", {}, this.title, this.place, make("span.lab-space", {}), this.clock, this.pace, this.day),
      make("div.lab-deck-columns", {},
        make("div", {}, make("h2", {}, "On the projector"), this.shown, this.room, make("div.lab-deck-head", {}, act("Back", "arrow_back", "back"), act("Next", "arrow_forward", "next"), act("Dark", "visibility_off", "dark"), act("Undo", "undo", "undo"))),
        make("div", {}, make("h2", {}, "Notes"), this.notes), make("div", {}, make("h2", {}, "Next"), this.next)),
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
    this.wish("hello");
    this.tick();
  }

  wish(wish, at) {
    this.channel.postMessage({ wish, at });
  }

  take({ now, ended }) {
    if (ended) {
      this.now = null;
      say(this.shown, "The lecture has ended.");
    }
    if (!now) return;
    this.now = now;
    const { lecture, at, open, dark, count, room } = now;
    const [scene, next] = [lecture.scenes[at], at + 1 < count ? lecture.scenes[at + 1] : null];
    say(this.title, lecture.title);
    say(this.place, `scene ${at + 1} of ${count}`);
    say(this.shown, [dark ? "Dark." : "", `${scene.title}.`, scene.question ? `Asked: ${scene.question}` : "", open ? `Answered: ${scene.answer || "by the run itself."}` : ""].filter(Boolean).join(" "));
    say(this.room, room ? `Room ${room.code}: ${room.phones} phones${room.asked ? `, ${room.answers} answers to “${room.asked}”` : ""}.` : "");
    this.notes.replaceChildren(...(scene.notes || "No notes.").split(/\n+/).map((line) => make("p", {}, line)));
    say(this.next, scene.question && !open ? `The answer: ${scene.answer || "the run itself."}` : next ? `${at + 2} · ${next.title}${next.question ? `. It asks: ${next.question}` : ""}` : "The end.");
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
    say(this.pace, `of ${lecture.minutes}:00 · ${paceText(passed, lecture.minutes, at / count)}`);
  }

  leave() {
    clearInterval(this.ticking);
    document.removeEventListener("keydown", this.hears);
    this.channel.close();
  }
}
