/**
 * Giving a lecture: one scene after the other on one stage, by one key. A scene with a question shows its picture without
 * the paths to come; the next press plays them and gives the answer.
 */

import { askDialog } from "./ask_dialog.js";
import { make, say } from "../base/dom.js";
import { unbroken } from "../base/numbers.js";
import { Ahead } from "./ahead.js";
import { passedText } from "./clock.js";
import { Pictures } from "./preview.js";
import { Overlay } from "./overlay.js";
import { RoomScreen } from "./room_screen.js";
import { keptOf, staged } from "./standing.js";
import { t } from "../base/translate.js";

export const CHANNEL = "descent-lab-lecture";
const CURTAIN = 1500; // ms after which another page's stage is waited for no longer
const HINT = 2500;
const BARE = ".stAppHeader, .stSidebar, .st-key-languages { display: none !important; } .stMainBlockContainer.stMainBlockContainer { padding-top: 8px !important; }"; // a page in a frame
const LIST = [
  [t("→ or Page Down"), t("Next: the answer, or the next scene")], [t("← or Page Up"), t("Back")], [t("Space"), t("Play, or pause")], [t("Shift with → or ←"), t("One step of the run")], ["B", t("Dark, and light again")],
  ["D", t("Draw; it fades")], ["I", t("Laser dot")], ["U", t("The scene as it was prepared")], ["J", t("Scenes and time")], ["R", t("Phones: how to join the room")], ["Q", t("Ask the room")], ["W", t("Presenter window")], [t("Esc"), t("End")],
];

export class Presenting {
  /**
   * @param {{lecture: import("../base/scenes.js").Lecture, prepared: any[], stage: any, base: string, hall: import("./hall.js").Hall, ended: () => void}} what `prepared` for
   *   each scene, `stage` the module that shows one, `hall` the room
   */
  constructor({ lecture, prepared, stage, base, hall, ended }) {
    Object.assign(this, { lecture, prepared, stage, base, hall, ended });
    this.count = Math.min(lecture.scenes.length, prepared.length);
    this.at = -1;
    this.open = false;
    this.dark = false;
    this.began = Date.now();
    this.overlay = new Overlay();
    this.getting = new Ahead(base, prepared.slice(0, this.count));
    this.place = make("div.lab-deck-place", { "aria-live": "polite" });
    this.list = make("dialog.lab-keys.lab-deck-list", { "aria-label": t("Scenes"), onclick: (event) => event.target === this.list && this.list.close() });
    this.node = make("div.lab-deck-stage", {});
    this.words = make("p.lab-deck-words", { role: "status" });
    this.frames = make("div.lab-deck-frames", { hidden: true }, this.words);
    this.asked = null; // what the room is asked, and of which picture
    this.room = new RoomScreen(hall, { ask: () => this.openAsking() });
    hall.changed = () => this.roomChanged();
    hall.told = (sentence) => this.hint(sentence);
    document.body.append(this.frames, ...this.room.nodes, ...this.overlay.nodes, this.place, this.list);
    this.hears = (event) => this.hear(event);
    window.addEventListener("keydown", this.hears, { capture: true });
    this.pictures = new Pictures(this);
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => this.take(data);
    document.documentElement.classList.add("lab-presenting");
  }

  get scene() {
    const scene = this.lecture.scenes[this.at];
    if (!this.asked) return scene;
    return { ...scene, question: this.asked.words, answer: this.asked.moved ? "" : scene.answer }; // its words are about the picture as it was prepared
  }

  get page() {
    return this.prepared[this.at].page;
  }

  /** The stage that is shown, if it is one. */
  get shown() {
    return this.page === "networks" ? null : this.stage.stageOf(this.node);
  }

  get placed() {
    return t("{n} of {all}: {title}", { n: this.at + 1, all: this.count, title: this.scene.title });
  }

  start(at = 0) {
    this.show(at, false);
    this.hall.give(this);
    this.room.show();
  }

  // ------- scenes

  next() {
    if (this.dark) this.darken(false);
    this.room.turn(false);
    if (this.hall.next()) return;
    if (this.scene.question && !this.open) this.reveal();
    else if (this.at + 1 < this.count) this.show(this.at + 1, false);
    else this.hint(t("This was the last scene."));
  }

  back() {
    if (this.dark) this.darken(false);
    if (this.scene.question && this.open) this.show(this.at, false);
    else if (this.at > 0) this.show(this.at - 1, true);
  }

  reveal() {
    this.open = true;
    this.put();
    this.stage.stageOf(this.node)?.playback.playThrough();
  }

  /** @param {number} at @param {boolean} open whether its answer is given already */
  show(at, open) {
    this.asked = null;
    this.hall.drop();
    this.at = Math.max(0, Math.min(this.count - 1, at));
    this.open = open && Boolean(this.scene.question);
    this.overlay.clear();
    this.put();
  }

  put() {
    const prepared = this.prepared[this.at];
    const framed = prepared.page === "networks";
    if (!framed) this.putStage(prepared);
    this.frames.hidden = !framed;
    this.frame(this.at);
    this.frame(this.at + 1);
    if (framed) this.putFrame();
    document.body.dataset.scene = String(this.at + 1);
    document.body.dataset.answered = String(this.open);
    say(this.place, this.placed);
    this.ahead();
    this.tell();
    this.hall.publish();
    this.room.show();
  }

  putStage(prepared) {
    const { node } = this;
    const before = this.stage.stageOf(node);
    const data = staged(prepared, this.scene, this.open);
    if (this.asked) Object.assign(data, this.asked.over(data));
    data.deck.ended = () => this.leave();
    this.deck = data.deck; // by which a stage is known to show this scene already
    if (before && before.page !== data.page) {
      // Another page's stage is another one: the old picture stays until the new one stands.
      const curtain = before.root;
      before.handOver();
      this.node = make("div.lab-deck-stage", {});
      node.replaceWith(this.node);
      this.stage.show({ parentElement: this.node, data, setStateValue: () => {} });
      this.whenPainted(() => curtain.remove());
      return;
    }
    // What the lecturer did in the scene before, or in this one, goes: playhead and view are those of the scene.
    if (before) {
      before.hand.drop();
      before.told = {};
    }
    this.stage.show({ parentElement: node, data, setStateValue: () => {} });
  }

  /** What Networks shows is trained already, and would give the answer: a question stands alone until it is given. */
  putFrame() {
    const asks = Boolean(this.scene.question) && !this.open;
    this.frames.classList.toggle("lab-deck-asks", asks);
    say(this.words, unbroken((asks ? this.scene.question : this.scene.answer) ?? ""));
    for (const frame of this.frames.querySelectorAll("iframe")) frame.hidden = asks || frame.dataset.at !== String(this.at);
  }

  whenPainted(act) {
    const { node } = this;
    const begin = performance.now();
    const look = () => {
      const stage = this.stage.stageOf(node);
      if (stage?.root?.dataset.painted || performance.now() - begin > CURTAIN) act();
      else requestAnimationFrame(look);
    };
    look();
  }

  /** A page without a stage is shown in a frame, which is loaded while the scene before it is shown. */
  frame(at) {
    const prepared = this.prepared[at];
    if (prepared?.page !== "networks" || at >= this.count || this.frames.querySelector(`[data-at="${at}"]`)) return;
    const { title, picture } = this.lecture.scenes[at];
    const frame = make("iframe", { "data-at": at, title, hidden: true, src: `${this.base}/networks?embed=true&${picture}`, onload: () => {
      frame.contentWindow?.addEventListener("keydown", this.hears, { capture: true }); // a click into it takes the keys along
      frame.contentDocument?.head.append(make("style", {}, BARE));
    } });
    this.frames.append(frame);
  }

  /** Once this scene stands, have the next ones made ready. */
  ahead() {
    const next = this.at + 1 < this.count && this.prepared[this.at + 1].data;
    this.whenPainted(() => {
      const stage = this.stage.stageOf(this.node);
      if (next) stage?.prefetch(next, true);
      this.getting.from(this.at, stage);
    });
  }

  undo() {
    this.stage.stageOf(this.node)?.picture.resetView();
    this.show(this.at, this.open);
    this.hint(t("The scene as it was prepared"));
  }

  // ------- keys

  hear(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.list.open || document.querySelector("dialog[open]")) return;
    const { target } = event;
    if (target instanceof Element && target.closest("input:not([type=range]), textarea, select")) return;
    const held = target instanceof Element && target.closest("input[type=range], [role=slider], [role=radio], [role=tab]");
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (held && /^Arrow/.test(key)) return;
    const act = event.shiftKey && /^Arrow(Left|Right)$/.test(key) ? () => this.stage.stageOf(this.node)?.playback.advance(key === "ArrowRight" ? 1 : -1) : this.keymap[key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }

  get keymap() {
    const next = () => this.next();
    const back = () => this.back();
    return {
      ArrowRight: next, PageDown: next, ArrowLeft: back, PageUp: back, b: () => this.darken(!this.dark), ".": () => this.darken(!this.dark), d: () => this.overlay.turn("ink"), i: () => this.overlay.turn("laser"),
      r: () => this.turnRoom(), q: () => this.openAsking(), u: () => this.undo(), j: () => this.showList(), w: () => this.openWindow(), Escape: () => (this.room.sheet.hidden ? this.leave() : this.room.turn(false)), l: () => this.leave(),
    };
  }

  darken(on) {
    this.dark = on;
    this.overlay.darken(on);
    this.tell();
  }

  showList() {
    const row = (scene, i) => make("button.lab-deck-jump", { type: "button", "aria-current": i === this.at ? "true" : null, onclick: () => {
      this.list.close();
      this.show(i, false);
    } }, `${i + 1} · ${scene.title}`);
    this.list.replaceChildren(make("div.lab-keys-sheet", {},
      make("header", {}, make("h2", {}, this.lecture.title), make("b", {}, t("{passed} of {minutes}:00", { passed: passedText(Date.now() - this.began), minutes: this.lecture.minutes }))),
      make("div.lab-deck-jumps", {}, ...this.lecture.scenes.slice(0, this.count).map(row)),
      make("h3", {}, t("Keys")), make("dl.lab-deck-keys", {}, ...LIST.map(([key, says]) => make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, says))))));
    this.list.showModal();
    this.list.querySelector("[aria-current]")?.focus();
  }

  hint(text) {
    say(this.place, text);
    this.place.classList.add("lab-deck-told");
    clearTimeout(this.hinting);
    this.hinting = setTimeout(() => {
      this.place.classList.remove("lab-deck-told");
      say(this.place, this.placed);
    }, HINT);
  }

  // ------- the room

  /** How to join it, or not; the first time it is opened. */
  turnRoom() {
    if (!this.hall.line) {
      this.hall.start();
      this.room.sheet.hidden = false;
    } else this.room.turn();
  }

  openAsking() {
    const { shown, hall } = this;
    if (!hall.open) return this.hint(t("First open a room: R."));
    if (!shown?.scene) return this.hint(t("This picture has no runs to ask about."));
    const dialog = askDialog({ lanes: shown.scene.lanes.length, ask: (asks) => this.hall.ask(asks) });
    this.room.turn(false);
    document.body.append(dialog);
    dialog.showModal();
  }

  /** The picture as it is now waits for the answers: its paths are hidden. @param {string} words */
  ask(words) {
    this.asked = { words, ...keptOf(this.shown) };
    this.open = false;
    this.put();
  }

  roomChanged() {
    if (this.asked && !this.hall.asked) this.show(this.at, false); // it could not be asked, or the room is closed
    this.room.show();
    this.tell();
  }

  // ------- the presenter's window

  openWindow() {
    window.open(`${this.base}/lecture?presenter=1`, "descent-lab-presenter", "width=1200,height=760");
  }

  /** Tell the presenter's window where the lecture is. */
  tell() {
    const { at, open, dark, began, count, lecture, hall } = this;
    const room = hall.open ? { code: hall.code, phones: hall.phones, answers: hall.answers, asked: hall.asked?.words ?? "" } : null;
    this.channel.postMessage({ now: { at, open, dark, began, count, lecture, room } });
  }

  /** @param {any} said by the presenter's window */
  take({ wish, at, seen }) {
    if (wish === "hello") this.tell();
    else if (wish === "pictures" && this.at >= 0) this.channel.postMessage({ pictures: this.pictures.tell(seen) });
    else if (wish === "next") this.next();
    else if (wish === "back") this.back();
    else if (wish === "dark") this.darken(!this.dark);
    else if (wish === "undo") this.undo();
    else if (wish === "jump") this.show(at, false);
  }

  leave() {
    if (this.left) return;
    this.left = true;
    window.removeEventListener("keydown", this.hears, { capture: true });
    clearTimeout(this.hinting);
    this.hall.changed = () => {};
    this.room.leave();
    this.hall.give(null);
    this.channel.postMessage({ ended: true });
    this.channel.close();
    this.stage.leave(this.node);
    this.getting.leave();
    this.overlay.leave();
    for (const part of [this.frames, this.place, this.list, this.node]) part.remove();
    document.documentElement.classList.remove("lab-presenting");
    delete document.body.dataset.scene;
    delete document.body.dataset.answered;
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    this.ended();
  }
}
