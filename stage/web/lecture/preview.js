/** The presenter's small pictures: what the projector shows, and what comes next; told of from window to window alone. */

import { make, say } from "../base/dom.js";
import { t } from "../base/translate.js";
import { keptOf, placeOf, putAt, staged } from "./standing.js";

const BARE = { asks: null, mark: null, pin: "mark", panels: [], play: null, challenge: true };

/** What the projector tells of its pictures when the presenter's window asks: nothing is done for one that is not there. */
export class Pictures {
  /** @param {any} presenting */
  constructor(presenting) {
    this.presenting = presenting;
    this.number = 0; // of the pictures told last
    this.standing = "";
  }

  /** The stage that shows the scene; null on a page without one, and while it still shows the scene before. */
  get stage() {
    const { shown, deck } = this.presenting;
    return shown?.scene && shown.data.deck === deck ? shown : null;
  }

  /** @param {any} seen the number of the pictures that the window shows @returns {any} what it does not know yet: other pictures, or where the present one stands */
  tell(seen) {
    const { presenting, stage } = this;
    const { at, open, asked } = presenting;
    const standing = JSON.stringify([at, open, asked?.words, stage?.isChanged ? stage.standing() : ""]);
    if (standing !== this.standing) this.number += 1;
    this.standing = standing;
    return { number: this.number, place: stage && { ...placeOf(stage), zoom: stage.picture.zoom }, ...(seen === this.number ? {} : this.pictures()) };
  }

  pictures() {
    const { at, scene, open, asked, lecture, count, prepared } = this.presenting;
    const waits = Boolean(lecture.scenes[at].question) && !open; // what comes next is its answer
    const picture = (i, told, answered) => (prepared[i].data ? staged(prepared[i], told, answered) : null);
    const made = (data) => (data && this.stage?.isChanged ? keptOf(this.stage).over(data) : data && asked ? asked.over(data) : data);
    const after = at + 1 < count ? { title: lecture.scenes[at + 1].title, data: picture(at + 1, lecture.scenes[at + 1], true) } : null;
    return { present: { title: scene.title, data: made(picture(at, scene, open)) }, next: waits ? { title: scene.title, data: made(picture(at, scene, true)) } : after };
  }
}

/** One of them, drawn by the stage's own modules, to be looked at. */
export class Preview {
  /** @param {any} stage the module that shows one @param {string} name */
  constructor(stage, name) {
    this.stage = stage;
    this.name = name;
    this.node = make("div.lab-preview-stage", { inert: true });
    this.words = make("p", {});
    this.root = make("div.lab-preview", { role: "img", "aria-label": name, hidden: true }, this.node, this.words);
  }

  get shown() {
    return this.stage.stageOf(this.node);
  }

  /** @param {{title: string, data: any} | null} picture */
  async show(picture) {
    const { node, root, words, shown } = this;
    const data = picture?.data;
    root.hidden = !picture;
    node.hidden = !data;
    say(words, picture && !data ? t("The page Networks") : "");
    root.setAttribute("aria-label", picture ? `${this.name}: ${picture.title}` : this.name);
    if (shown && shown.topic !== data?.page) this.stage.leave(node); // another page's has other parts
    else if (shown) Object.assign(shown, { told: {} }).hand.drop();
    if (!data) return;
    const veiled = Boolean(data.lesson?.veiled);
    await this.stage.show({ parentElement: node, setStateValue: () => {}, data: {
      ...data, page: "learn", lesson: { ...BARE, veiled, picture: picture.title }, deck: { sentence: "", topic: data.page },
      scene: { ...data.scene, lecture: false, view: data.scene.view === "surface" ? "surface" : "map" },
    } });
    this.stands();
  }

  /** @param {any} place where the projector's picture is */
  put(place) {
    if (JSON.stringify(place) === JSON.stringify(this.place)) return;
    this.place = place;
    this.stands();
  }

  stands() {
    const { shown, place } = this;
    if (shown?.scene && place?.rates.length === shown.scene.lanes.length) putAt(shown, place);
  }

  leave() {
    if (this.shown) this.stage.leave(this.node);
  }
}
