/** A phone in a room: the lecturer's scene, followed live; a look around of its own; one answer to each question. */

import { glyph, make, say } from "../base/dom.js";
import { Reply } from "./reply.js";
import { RoomLine } from "./room_line.js";
import { putAt } from "./standing.js";
import { fromBase64, openAnswer, openFrame } from "../wire/frame.js";
import { t } from "../base/translate.js";

const SPREAD = 250; // ms over which a hall's phones ask for a scene's surface, not all at once
const STUDIES = ["basin", "cloud", "sweep", "knobs"]; // as live/rooms/said.py has it
/** What the projector shows besides, by its page. @type {Record<string, string>} */
const BESIDE = {
  models: t("Beside the map the projector shows the model on its data."),
  race: t("Beside the map the projector shows the places in the race."),
};
/** And where it shows something else than the map. @type {Record<string, string>} */
const VIEWS = {
  cut: t("The projector shows the loss as a curve; here it is a map."),
  surface: t("The projector shows this surface in 3D; here it is a map."),
};
const MEMORY = "descent-lab-room-phone"; // of this tab alone, for as long as it is open

export class Phone {
  /** @param {{base: string, stage: any, code: string}} what `stage` the module that shows one */
  constructor({ base, stage, code }) {
    Object.assign(this, { base, stage, code });
    this.number = numberOf();
    this.roams = false;
    this.scene = null; // the last that was told
    this.question = null;
    this.place = null; // where the lecturer's picture stands
    this.paths = null; // and what it shows
    this.studies = {}; // and what it shows besides, by its kind
    this.title = make("h1", { tabindex: -1 });
    this.state = make("span.lab-phone-state", { role: "status" });
    this.node = make("div.lab-phone-stage", {});
    this.words = make("p.lab-phone-words", {});
    this.beside = make("p.lab-phone-words.lab-phone-beside", {});
    this.reply = new Reply({ say: (told) => this.line.say(told), mark: (place) => this.mark(place), names: () => this.names() });
    this.roam = make("button.lab-phone-roam", { type: "button", onclick: () => this.turn(!this.roams) });
    this.root = make("main.lab-phone", {},
      make("header", {}, make("b", {}, code), this.state), this.title, this.node, this.words, this.beside, this.reply.root,
      make("footer", {}, make("span", {}, t("no name, nothing kept")), this.roam));
    this.deaf = (event) => this.hear(event);
    window.addEventListener("keydown", this.deaf, { capture: true });
    this.line = new RoomLine(base, code, {
      first: () => ({ kind: "join", phone: this.number }), heard: (told) => this.take(told), line: (open) => this.tell(open),
      refused: (told) => (told.why === "wait" ? say(this.state, told.error) : this.ended(told.error, told.why === "code")),
    });
    this.lookAs();
    say(this.state, t("joining"));
  }

  // ------- what is heard

  take(told) {
    if (told.kind === "scene") this.show(told);
    else if (told.kind === "at") this.follow(told);
    else if (told.kind === "paths") this.draw(told);
    else if (STUDIES.includes(told.kind)) this.study(told);
    else if (told.kind === "question") this.ask(told.question);
    else if (told.kind === "answered") this.reply.answered(told);
    else if (told.kind === "lecturer") this.tell(true, told.here);
    else if (told.kind === "ended") this.ended(told.sentence, false);
    else if (told.why === "message") this.reply.refused(told.error);
  }

  tell(open, here = this.here) {
    this.here = here;
    this.root.dataset.line = open ? "open" : "closed";
    const words = !open ? t("reconnecting") : here === false ? t("the lecturer is away") : this.roams ? t("looking around") : t("following");
    say(this.state, words);
    if (open) this.reply.sendAgain();
  }

  async show(scene) {
    this.scene = scene;
    const { id } = scene;
    const [next, now] = [scene.data?.scene, this.shown?.scene];
    if (next?.landscape !== now?.landscape || this.staged === null) await new Promise((resolve) => setTimeout(resolve, SPREAD * Math.random()));
    if (this.scene?.id !== id) return; // a newer one has come
    this.place = this.place?.id === scene.id ? this.place : null;
    if (!this.roams) await this.put();
    this.lookAs();
  }

  follow(place) {
    this.place = place;
    if (!this.roams) this.apply();
  }

  draw(paths) {
    this.paths = paths;
    if (!this.roams) this.feed();
  }

  study(told) {
    this.studies[told.kind] = told;
    if (!this.roams) this.handStudies();
  }

  async ask(question) {
    const fresh = question && question.id !== this.question?.id;
    this.question = question;
    this.reply.ask(question);
    if (!this.roams && this.scene) await this.put();
    this.lookAs();
    if (fresh && !this.roams) this.title.focus({ preventScroll: true });
  }

  // ------- the picture

  /** The scene as it stands in the lecturer's window; a place is asked for by a mark on it. */
  async put() {
    const { scene, question, node } = this;
    const [asks, veiled] = [question?.asks === "end", Boolean(scene.veiled || question?.open)];
    const shows = JSON.stringify([scene.id, asks && question.id, veiled, this.roams]);
    if (shows === this.shows) return; // a film that plays is not begun again
    this.shows = shows;
    node.hidden = !scene.data;
    if (!scene.data) return;
    const data = structuredClone(scene.data);
    const play = this.veiled && !veiled ? scene.id : null; // what was waited for is shown
    this.veiled = veiled;
    const lesson = {
      veiled: veiled && !this.roams, asks: asks && !this.roams ? "place" : null, mark: asks ? this.reply.value : null, pin: t("your answer"),
      panels: this.roams ? ["rate", "start"] : data.page === "schedules" ? ["curves"] : [], picture: `${scene.id} ${question?.id ?? 0}`, play, challenge: true,
    };
    // Paths come with the room's line: a line of its own to the engine has who looks around.
    const deck = { sentence: scene.sentence, marked: (place) => this.reply.choose(place), fed: true, topic: data.page };
    const stage = this.stage.stageOf(node);
    this.staged = null;
    if (stage && stage.topic !== data.page) this.stage.leave(node); // another page's has other parts
    else if (stage) Object.assign(stage, { told: {} }).hand.drop();
    await this.stage.show({
      parentElement: node, setStateValue: () => {},
      data: { ...data, page: "learn", lesson, deck, scene: { ...data.scene, lecture: false, door: null, view: "map", playhead: veiled ? 0 : data.scene.playhead } },
    });
    this.staged = scene.id;
    node.toggleAttribute("data-waits", veiled);
    this.dropStudies();
    this.attach();
    this.apply();
    this.handStudies();
    this.reply.named();
  }

  /** A line of its own to the engine for who looks around, and where the paths are too many to come by themselves. */
  attach() {
    const { shown, scene } = this;
    const own = this.roams || (this.paths?.id === scene.id && !this.paths.frame);
    if (!shown?.asking) return;
    shown.asking.handed = STUDIES;
    if (own === Boolean(shown.asking.wire)) return;
    if (own) shown.asking.connect(this.base);
    else {
      shown.asking.leave();
      shown.asking.wire = undefined;
    }
  }

  /** The lecturer's paths, in the place of a question of one's own. */
  feed() {
    const { shown, paths } = this;
    if (!shown?.scene || this.roams || !paths || paths.id !== this.staged) return;
    this.attach();
    if (!paths.frame) return;
    const answer = openAnswer(fromBase64(paths.frame));
    if (answer.results.length !== shown.scene.lanes.length) return;
    shown.take(answer);
    this.summed = { id: paths.id, text: shown.summary };
    this.lookAs();
  }

  /** What the lecturer's picture shows besides: a map of starts, a cloud, a sweep. */
  handStudies() {
    const { shown } = this;
    if (!shown?.scene || this.roams || shown.data.lesson.veiled) return;
    for (const study of shown.studies) {
      const told = this.studies[study.kind];
      if (told?.id !== this.staged || told === study.given) continue;
      study.given = told;
      const { header, matrix } = openFrame(fromBase64(told.frame));
      study.root.toggleAttribute("data-given", true);
      study.choose?.(told.asked);
      study.follower.on.show(header, matrix, told.asked);
    }
    shown.repaint();
  }

  /** Those of the picture before are about another one. */
  dropStudies() {
    for (const study of this.shown?.studies.filter(({ kind }) => STUDIES.includes(kind)) ?? []) {
      study.root.toggleAttribute("data-given", false);
      study.given = null;
      study.drop?.();
      for (const canvas of study.root.querySelectorAll("canvas")) canvas.tabIndex = -1; // to be looked at
    }
  }

  get shown() {
    return this.stage.stageOf(this.node);
  }

  /** Start, rates and playhead as the lecturer has them. */
  apply() {
    const { place, shown } = this;
    if (!shown?.scene || this.roams) return;
    this.feed();
    if (!place || place.id !== this.staged) return;
    putAt(shown, place);
  }

  mark(place) {
    const study = this.shown?.studies?.find((one) => "mark" in one);
    if (!study) return;
    study.mark = place;
    study.refresh();
  }

  names() {
    return this.shown?.scene ? this.shown.tracks().map(({ name }) => name) : [];
  }

  // ------- a look of one's own

  async turn(roams) {
    this.roams = roams;
    this.lookAs();
    this.tell(this.line.open);
    if (this.scene) await this.put();
    if (roams) this.shown?.playback.seek(Infinity);
  }

  lookAs() {
    const { roams, question, scene, root } = this;
    root.toggleAttribute("data-roams", roams);
    root.toggleAttribute("data-asked", Boolean(question) && !roams);
    this.roam.replaceChildren(glyph(roams ? "undo" : "explore"), ` ${roams ? t("Back to the lecture") : t("Look around")}`);
    this.roam.hidden = !scene?.data;
    this.reply.root.hidden = !question || roams;
    say(this.title, question ? (roams ? t("The lecturer asks something") : question.words) : scene?.title ?? t("The lecture begins in a moment"));
    const told = scene?.veiled || question ? "" : (this.summed?.id === scene?.id && this.summed?.text) || scene?.sentence || "";
    say(this.words, roams ? t("Move the start and the rate: nobody else sees it.") : scene && !scene.data ? scene.about || t("This picture is shown on the screen alone.") : told);
    const { data } = scene ?? {};
    say(this.beside, data && !roams && !question ? [VIEWS[data.scene.view], BESIDE[data.page]].filter(Boolean).join(" ") : "");
  }

  /** While one follows, a key belongs to the answer and not to the picture. */
  hear(event) {
    if (this.roams || event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    if (event.target instanceof Element && event.target.closest("button, input, a")) return;
    event.stopImmediatePropagation();
  }

  /** @param {string} sentence @param {boolean} again whether another code may be typed */
  ended(sentence, again) {
    this.over = true;
    window.removeEventListener("keydown", this.deaf, { capture: true });
    if (this.shown) this.stage.leave(this.node);
    this.line.close();
    this.root.replaceWith(again ? joinForm(this.base, sentence) : make("main.lab-phone", {}, make("h1", { tabindex: -1 }, t("The room is closed")), make("p.lab-phone-words", { role: "status" }, sentence)));
  }
}

/** Where a code is typed. @param {string} base @param {string} [sentence] what was wrong with the one before */
export function joinForm(base, sentence = "") {
  const box = make("input", { name: "code", required: true, minlength: 5, maxlength: 5, pattern: "[A-Za-z]{5}", autocapitalize: "characters", autocomplete: "off", spellcheck: "false", "aria-label": t("Code of five letters") });
  return make("main.lab-phone.lab-phone-join", {},
    make("h1", {}, t("Join the lecture")),
    make("p.lab-phone-words", { role: "status" }, sentence || t("The code stands on the screen: five letters.")),
    make("form", { action: `${base}/room`, onsubmit: () => { box.value = box.value.toUpperCase(); } }, box, make("button.lab-phone-roam", { type: "submit" }, t("Join"))),
    make("footer", {}, make("span", {}, t("no name, nothing kept"))));
}

/** This tab's own number: drawn here, and known to nobody but the room. */
function numberOf() {
  const drawn = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    const kept = sessionStorage.getItem(MEMORY) ?? drawn;
    sessionStorage.setItem(MEMORY, kept);
    return kept;
  } catch {
    return drawn; // a window that keeps nothing is another phone after a reload
  }
}
