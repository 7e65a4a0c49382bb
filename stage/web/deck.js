/** The page Lecture: the scenes that this browser keeps, to edit, and to present on a stage of their own. */

import { make } from "./base/dom.js";
import { makeLaidDown } from "./base/laid_down.js";
import { styled } from "./base/loading.js";
import { MOST } from "./base/scenes.js";
import { attachKeyList } from "./input/key_list.js";
import { Editor } from "./lecture/editor.js";
import { Hall } from "./lecture/hall.js";
import { Presenter } from "./lecture/presenter.js";
import { Presenting } from "./lecture/presenting.js";
import { leave as leaveStage, show as showStage, stageOf } from "./stage.js";
import { t } from "./base/translate.js";

const UNHEARD = 10_000; // ms after which the pictures are asked for again: the session that was asked may be gone
const LAID_DOWN = 1000; // ms in which Streamlit may mount anew, now and then, what it has just taken away

/** @type {WeakMap<HTMLElement, Deck>} */
const decks = new WeakMap();
/** @type {ReturnType<typeof makeLaidDown<Deck>>} */
const laidDown = makeLaidDown(LAID_DOWN);

/** Called again whenever Streamlit has new data. */
export async function show(component) {
  const { parentElement } = component;
  await styled;
  if (!decks.has(parentElement)) {
    const deck = laidDown.takeUp(() => true);
    deck?.moveTo(parentElement);
    decks.set(parentElement, deck ?? new Deck(parentElement, component.data.base));
  }
  decks.get(parentElement).update(component);
}

export function leave(parentElement) {
  const deck = decks.get(parentElement);
  decks.delete(parentElement);
  if (deck) laidDown.layDown(deck);
}

class Deck {
  constructor(parent, base) {
    this.base = base;
    this.asked = 0;
    this.presenter = new URLSearchParams(window.location.search).has("presenter") ? new Presenter({ show: showStage, leave: leaveStage, stageOf }) : null;
    if (this.presenter) {
      document.documentElement.classList.add("lab-presenter-window");
      this.room = this.presenter.root;
      parent.replaceChildren(this.room);
      return;
    }
    this.hall = new Hall({ base, changed: () => {}, told: () => {} });
    this.editor = new Editor(base, { present: (at) => this.present(at) });
    this.room = make("div.lab-deck-room", {}, this.editor.root);
    parent.replaceChildren(this.room);
    this.keyList = attachKeyList(this.room, null, () => this.room.isConnected && !this.presenting);
  }

  /** Streamlit has put the element of another mount in the place of ours. */
  moveTo(parent) {
    parent.replaceChildren(this.room);
  }

  /** Streamlit's word: the pictures that were asked for. */
  update(component) {
    this.component = component;
    const { answer, prepared } = component.data;
    this.editor?.offer(prepared);
    if (!answer || answer.id !== this.asked || !this.wish) return;
    const { at } = this.wish;
    this.wish = null;
    clearTimeout(this.waiting);
    const notices = answer.scenes.flatMap(({ notices: told }, i) => told.map((notice) => t("Scene {n}: {notice}", { n: i + 1, notice })));
    this.editor.tellNotices(notices);
    this.editor.tell(notices.length ? t("Some settings could not be read: they are listed below.") : "");
    this.begin(answer.scenes, at);
  }

  /** Ask for the pictures of all scenes; they are shown when they have come. */
  present(at) {
    const scenes = this.editor.lecture.scenes.slice(0, MOST);
    if (at >= scenes.length) return;
    this.asked = Date.now();
    this.wish = { at };
    this.editor.tell(t("The pictures are being fetched."));
    this.component.setStateValue("wanted", { id: this.asked, scenes: scenes.map(({ page, picture }) => [page, picture]) });
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.present(at), UNHEARD);
  }

  begin(prepared, at) {
    this.presenting?.leave();
    this.presenting = new Presenting({
      lecture: structuredClone(this.editor.lecture), prepared, base: this.base, hall: this.hall, stage: { show: showStage, leave: leaveStage, stageOf },
      ended: () => {
        this.presenting = null;
        this.editor.present.focus();
      },
    });
    this.room.append(this.presenting.node);
    this.presenting.start(at);
  }

  leave() {
    clearTimeout(this.waiting);
    this.presenting?.leave();
    this.hall?.leave();
    this.presenter?.leave();
    this.editor?.leave();
    this.keyList?.leave();
  }
}
