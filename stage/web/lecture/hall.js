/** The lecturer's side of a room: it opens it, keeps the phones on his scene, asks, shows the answers and has them judged. */

import { RoomLine } from "./room_line.js";
import { QUESTIONS } from "./questions.js";
import { placeOf } from "./standing.js";
import { t } from "../base/translate.js";

const MEMORY = "descent-lab-room"; // of this tab alone: the code and the secret by which the room is led
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"; // as live/rooms/bounds.py has it
const LETTERS = 5;
const FOLLOW = 400; // ms between two looks at where the picture stands
const SOON = 40; // ms between those of a scene that has just begun
const DRAWN = 2000; // ms between two paths that are sent while a hand moves

/**
 * @typedef {{asks: "end" | "wins" | "rate", words: string, names: string[], state: "open" | "shut" | "judged", values: any[], marks: boolean[] | null, measured: string, rule: string, right: number}} Asked
 */

export class Hall {
  /** @param {{base: string, changed: () => void, told: (sentence: string) => void}} on `changed` is called when what the projector shows of it has changed */
  constructor({ base, changed, told }) {
    this.base = base;
    this.changed = changed;
    this.told = told;
    this.code = "";
    this.token = "";
    this.phones = 0;
    this.answers = 0;
    this.scenes = 0;
    /** @type {Asked | null} */
    this.asked = null;
    this.presenting = null;
    this.studied = {}; // what was handed over last, by its kind
    const kept = remembered();
    if (kept) this.connect(kept.code, kept.token);
  }

  get open() {
    return Boolean(this.token);
  }

  get address() {
    return new URL(`${this.base}/room?code=${this.code}`, window.location.href).href;
  }

  start() {
    if (!this.line) this.connect(drawn(), "");
  }

  connect(code, token) {
    this.code = code;
    const first = () => (this.token || token ? { kind: "lead", token: this.token || token } : { kind: "open" });
    this.line = new RoomLine(this.base, code, {
      first, heard: (told) => this.take(told), line: () => this.changed(),
      refused: (told) => {
        if (told.why === "wait") return this.told(told.error); // it goes on by itself
        this.line = null;
        if (told.why === "taken") return this.connect(drawn(), "");
        this.forget();
        // A room of before this page was opened anew may be gone by now: nobody has asked for it.
        if (!token || this.presenting) this.told(told.error);
        this.changed();
      },
    });
  }

  take(told) {
    if (told.kind === "opened") {
      this.token = told.token;
      remember({ code: this.code, token: told.token });
      if (!this.asked) this.line.say({ kind: "withdraw" }); // what was asked before this page was opened anew
      this.publish();
    } else if (told.kind === "count") {
      this.phones = told.phones;
      this.answers = told.answers;
    } else if (told.kind === "ended") {
      this.line = null;
      this.forget();
      this.told(told.sentence);
    } else if (told.kind === "answers" && this.asked) Object.assign(this.asked, { values: told.values, state: "shut" });
    else if (told.kind === "judged" && this.asked) Object.assign(this.asked, { marks: told.marks, measured: told.measured, rule: told.rule, right: told.right });
    else if (told.kind === "refused") {
      if (this.asked?.fresh) this.drop();
      this.told(told.error);
    } else if (told.kind === "asked" && this.asked) this.asked.fresh = false;
    this.changed();
  }

  close() {
    this.line?.say({ kind: "close" });
  }

  forget() {
    Object.assign(this, { code: "", token: "", phones: 0, answers: 0, asked: null });
    clearInterval(this.following);
    remember(null);
  }

  // ------- the scene

  /** @param {any} presenting what is given now, or null */
  give(presenting) {
    this.presenting = presenting;
    if (!presenting) {
      clearInterval(this.following);
      if (this.asked) this.drop();
    } else this.publish();
  }

  /** The stage that shows the scene; null while it still shows the one before. */
  get stage() {
    const stage = this.presenting?.shown;
    return stage?.scene && stage.data.deck === this.presenting.deck ? stage : null;
  }

  /** Tell the phones which scene is shown and what the lecturer has made of it, and from then on where its picture stands. */
  publish() {
    const { presenting, line, stage } = this;
    if (!this.open || !presenting || presenting.at < 0) return;
    this.scenes = Math.max(this.scenes + 1, Date.now() % 1e9); // another one than before this page was opened anew
    const { scene, open } = presenting;
    const veiled = Boolean(scene.question) && !open;
    const hand = stage?.isChanged ? stage.described(true) : presenting.asked?.hand ?? null;
    const cut = (text, most) => String(text ?? "").slice(0, most);
    line.say({
      kind: "scene", id: this.scenes, page: cut(presenting.page, 20), picture: cut(scene.picture, 8000), title: cut(veiled ? scene.question : scene.title, 120),
      sentence: veiled || hand ? "" : cut(scene.answer, 400), veiled, hand, // its words are about the picture as it was prepared
    });
    this.shown = stage?.standing();
    this.zoom = stage?.picture.zoom ?? null;
    this.published = Date.now();
    this.placed = this.sent = "";
    this.studied = {};
    if (stage) this.follow();
    clearInterval(this.following);
    clearTimeout(this.soon);
    this.following = setInterval(() => this.follow(), FOLLOW);
    this.followSoon(10);
  }

  /** The paths of a new scene go as soon as its stage knows them. @param {number} times */
  followSoon(times) {
    this.soon = setTimeout(() => {
      this.follow();
      if (!this.sent && times) this.followSoon(times - 1);
    }, SOON);
  }

  follow() {
    const { stage, line } = this;
    if (!stage) return;
    const standing = stage.standing();
    this.shown ??= stage.standing(stage.data.scene, stage.data.scene);
    if (standing !== this.shown) {
      if (!stage.hand.busy || Date.now() - this.published > DRAWN) this.publish(); // methods, letters: another picture
      return;
    }
    const message = JSON.stringify(stage.asking.message());
    const rests = !stage.hand.busy || Date.now() - this.drawn > DRAWN || !this.sent;
    if (message !== this.sent && rests && line?.say({ kind: "paths", id: this.scenes, ...JSON.parse(message) })) {
      this.sent = message;
      this.drawn = Date.now();
    }
    if (!stage.results.length) return;
    const { hand, picture } = stage;
    const seen = JSON.stringify(picture.zoom);
    if (seen === this.seen) this.zoom = picture.zoom; // it stands still: every phone will fetch the ground anew
    this.seen = seen;
    const place = { ...placeOf(stage), zoom: this.zoom };
    const placed = JSON.stringify({ ...place, playhead: place.playing ? -1 : place.playhead });
    if (placed !== this.placed && !(hand.busy && Date.now() - this.followed < 2 * FOLLOW)) {
      if (line?.say({ kind: "at", id: this.scenes, ...place })) {
        this.placed = placed;
        this.followed = Date.now();
      }
    }
    if (!hand.busy && !stage.data.lesson?.veiled) this.handOver(stage);
  }

  /** What is shown besides the paths, coarse enough for all phones: a map of starts, a cloud. */
  handOver(stage) {
    for (const study of stage.studies) {
      const asked = study.handed?.();
      const told = asked && JSON.stringify(asked);
      if (!told || told === this.studied[asked.kind]) continue;
      if (this.line?.say({ kind: "study", id: this.scenes, asked })) this.studied[asked.kind] = told;
    }
  }

  // ------- questions

  /** @param {"end" | "wins" | "rate"} asks */
  ask(asks) {
    const stage = this.presenting?.shown;
    if (!this.open || !stage?.scene) return;
    const message = stage.asking.message();
    const names = stage.tracks().map(({ name }) => name);
    const { question } = this.presenting.lecture.scenes[this.presenting.at];
    const words = question || QUESTIONS[asks].words(names[message.focus]);
    this.asked = { asks, words, names, state: "open", values: [], marks: null, measured: "", rule: "", right: 0, fresh: true };
    this.answers = 0;
    this.line.say({ kind: "ask", asks, words: words.slice(0, 400), runs: message.runs, focus: message.focus, names: message.names ?? [] });
    this.presenting.ask(words);
    this.changed();
  }

  /** The next of what a question goes through: its answers shown, then judged while the run plays. @returns {boolean} whether there was any */
  next() {
    const { asked, line } = this;
    if (!asked) return false;
    if (asked.state !== "judged" && !line?.open) this.told(t("The room's line is away: it comes back by itself."));
    else if (asked.state === "open") line?.say({ kind: "shut" });
    else if (asked.state === "shut") {
      line?.say({ kind: "judge" });
      asked.state = "judged";
      this.presenting.reveal();
    } else return false;
    this.changed();
    return true;
  }

  /** The question is over: another scene comes. */
  drop() {
    if (!this.asked) return;
    this.asked = null;
    this.line?.say({ kind: "withdraw" });
    this.changed();
  }

  leave() {
    clearInterval(this.following);
    clearTimeout(this.soon);
    this.line?.close();
  }
}

/** A code: letters that nobody can guess. */
function drawn() {
  const letters = [];
  while (letters.length < LETTERS) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < 240) letters.push(ALPHABET[byte % ALPHABET.length]); // 240 is ten times 24: each letter is as likely
  }
  return letters.join("");
}

/** @returns {{code: string, token: string} | null} */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY) ?? "null");
  } catch {
    return null;
  }
}

/** @param {{code: string, token: string} | null} room */
function remember(room) {
  try {
    if (room) sessionStorage.setItem(MEMORY, JSON.stringify(room));
    else sessionStorage.removeItem(MEMORY);
  } catch { /* a window that keeps nothing leads its room for as long as it is open */ }
}
