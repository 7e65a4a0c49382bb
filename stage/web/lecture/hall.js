/** The lecturer's side of a room: it opens it, keeps the phones on his scene, asks, shows the answers and has them judged. */

import { RoomLine } from "./room_line.js";
import { QUESTIONS } from "./questions.js";
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
    this.waiting = [];
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
        this.line = null;
        if (told.why === "taken") return this.connect(drawn(), "");
        if (told.why === "wait") return this.told(told.error);
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

  /** Tell the phones which scene is shown, and from then on where its picture stands. */
  publish() {
    const { presenting, line } = this;
    if (!this.open || !presenting || presenting.at < 0) return;
    this.scenes = Date.now() % 1e9; // another one than before this page was opened anew
    const { scene, open } = presenting;
    const veiled = Boolean(scene.question) && !open;
    const cut = (text, most) => String(text ?? "").slice(0, most);
    line.say({
      kind: "scene", id: this.scenes, page: cut(presenting.page, 20), picture: cut(scene.picture, 8000), title: cut(veiled ? scene.question : scene.title, 120),
      sentence: veiled ? "" : cut(scene.answer, 400), veiled,
    });
    this.placed = this.sent = "";
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
    const stage = this.presenting?.shown;
    if (!stage?.scene || stage.data.deck !== this.presenting.deck) return; // it still shows the scene before
    const message = JSON.stringify(stage.asking.message());
    const rests = !stage.hand.busy || Date.now() - this.drawn > DRAWN;
    if (message !== this.sent && rests && this.line?.say({ kind: "paths", id: this.scenes, ...JSON.parse(message) })) {
      this.sent = message;
      this.drawn = Date.now();
    }
    if (!stage.results.length) return;
    const { scene, playback, hand } = stage;
    const { playing, speed } = playback;
    const place = { start: scene.start, rates: scene.lanes.map(({ rate }) => rate), playing, speed };
    const placed = JSON.stringify({ ...place, playhead: playing ? -1 : playback.chosen });
    if (placed === this.placed || (hand.busy && Date.now() - this.followed < 2 * FOLLOW)) return;
    const at = playing ? Math.floor(playback.playhead) : playback.chosen;
    if (!this.line?.say({ kind: "at", id: this.scenes, ...place, playhead: at })) return;
    this.placed = placed;
    this.followed = Date.now();
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
