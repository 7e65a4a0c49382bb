/** The lecture as a list: every scene with its words, its place, and the picture one click away. */

import { copyText } from "../base/address.js";
import { filled, glyph, make, say } from "../base/dom.js";
import { Draft, asides, forget, onOthers } from "../base/draft.js";
import { MOST, PAGES, blank, linkOf, linked, read, written } from "../base/scenes.js";
import { t, lowered } from "../base/translate.js";

const EMPTY = t("No scene yet. On any page with a picture press T, or choose Share and then Add to lecture.");
const FIELDS = [["notes", t("Notes"), t("Only you see them, in the presenter window.")], ["question", t("Question"), t("Shown before the run, whose path then waits for your key.")], ["answer", t("Answer"), t("Shown after it; left empty, the run's own sentence is.")]];
const UNKEPT = t("This browser does not keep it: save the lecture as a file before you leave.");
const MOST_NOTICES = 20;

export class Editor {
  /** @param {string} base @param {{present: (at: number) => void}} on */
  constructor(base, on) {
    this.base = base;
    this.on = on;
    this.draft = new Draft();
    this.title = make("input.lab-deck-title", { "aria-label": t("Title of the lecture"), oninput: () => this.set("title", this.title.value) });
    this.minutes = make("input", { type: "number", min: 1, max: 600, "aria-label": t("Minutes"), oninput: () => this.setMinutes() });
    this.present = this.button(t("Present"), "slideshow", () => on.present(0), ".lab-deck-main");
    this.said = make("p.lab-deck-said", { role: "status" });
    this.undo = make("button.lab-share-act", { type: "button", hidden: true, onclick: () => this.putBack() }, t("Undo"));
    this.notices = make("ul.lab-deck-notices", { "aria-label": t("Notices") });
    this.aside = make("div.lab-deck-aside", {});
    this.prepared = make("div.lab-deck-head", { hidden: true, role: "group", "aria-label": t("Open a prepared lecture") });
    this.file = make("input", { type: "file", accept: "application/json,.json", hidden: true, "aria-label": t("Lecture file"), onchange: () => this.open() });
    this.list = make("ol.lab-deck-list-edit", { "aria-label": t("Scenes") });
    this.root = make("section.lab-deck", {},
      make("h1", {}, t("Lecture")),
      make("div.lab-deck-head", {}, this.title, make("label", {}, ...filled(t("{minutes} minutes"), { minutes: this.minutes })), this.present, this.button(t("Presenter window"), "co_present", () => this.openWindow())),
      make("div.lab-deck-head", {}, this.button(t("Save as a file"), "save", () => this.save()), this.button(t("Open a file"), "folder_open", () => this.file.click()), this.button(t("Copy link"), "link", () => this.copy()),
        this.button(t("New lecture"), "add", () => this.replace(blank(), t("A new lecture."))), this.file),
      this.prepared,
      make("div.lab-deck-head", {}, this.said, this.undo), this.aside, this.notices, this.list);
    this.show();
    this.tellNotices(this.draft.notices);
    this.tellAsides();
    this.deafen = onOthers(() => this.hear());
    linked().then((found) => {
      if (!found) return;
      this.replace(found.lecture, t("“{title}” is opened from the link.", { title: found.lecture.title }));
      this.tellNotices(found.notices);
      window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
    }).catch((fault) => this.tell(fault.message));
  }

  button(word, icon, act, look = "") {
    return make(`button.lab-share-act${look}`, { type: "button", onclick: act }, glyph(icon), ` ${word}`);
  }

  /** Lectures that one may begin with, as files say them. @param {any[]} prepared */
  offer(prepared) {
    this.prepared.hidden = !prepared.length;
    if (this.prepared.childElementCount) return; // it is the same for as long as the page is there
    const open = (told) => {
      const { lecture } = read(JSON.stringify(told));
      this.replace(lecture, t("“{title}”: {n} scenes, {minutes} minutes.", { title: lecture.title, n: lecture.scenes.length, minutes: lecture.minutes }));
    };
    this.prepared.append(make("span", {}, t("Open a prepared lecture:")), ...prepared.map((told) => make("button.lab-share-act", { type: "button", onclick: () => open(told) }, told.title)));
  }

  get lecture() {
    return this.draft.lecture;
  }

  // ------- edits

  set(name, value) {
    this.lecture[name] = value;
    this.stored(this.draft.keep());
  }

  setMinutes() {
    const value = Number(this.minutes.value);
    if (value >= 1 && value <= 600) this.set("minutes", value);
  }

  write(scene, part, text) {
    scene[part] = text;
    this.stored(this.draft.keep());
  }

  /** Another list of scenes; the one before can be put back. */
  edit(scenes, sentence, at = null) {
    const told = this.draft.edit(scenes);
    this.show();
    this.tell(sentence, true);
    this.stored(told);
    if (at !== null) this.list.children[at]?.querySelector("input")?.focus();
  }

  replace(lecture, sentence) {
    const told = this.draft.replace(lecture);
    this.tellNotices([]);
    this.show();
    this.tell(sentence, true);
    this.stored(told);
  }

  putBack() {
    const told = this.draft.putBack();
    this.show();
    this.tell(t("It is as it was before."), true);
    this.stored(told);
  }

  stored({ kept, changed }) {
    if (!kept) this.tell(UNKEPT);
    this.present.disabled = !this.lecture.scenes.length;
    if (changed) this.show();
  }

  /** Another tab may have written. */
  hear() {
    if (this.draft.hear()) {
      this.show();
      this.tell(t("Another tab has changed the lecture: it stands here as well."));
    }
    this.tellAsides();
  }

  tell(sentence, undo = !this.undo.hidden) {
    say(this.said, sentence);
    this.undo.hidden = !undo;
  }

  tellNotices(notices) {
    const more = notices.length > MOST_NOTICES ? [t("And {n} more of this kind.", { n: notices.length - MOST_NOTICES })] : [];
    this.notices.replaceChildren(...[...notices.slice(0, MOST_NOTICES), ...more].map((notice) => make("li", {}, notice)));
  }

  /** What was kept and cannot be read: it is here until it is saved or deleted. */
  tellAsides() {
    this.aside.replaceChildren(...asides().map(([name, text]) => make("div.lab-deck-head", {},
      make("span", {}, t("What this browser had kept of a lecture cannot be read. It is kept aside, as it was.")),
      make("button.lab-share-act", { type: "button", onclick: () => download("lecture_unread.txt", text) }, t("Save it as a file")),
      make("button.lab-share-act", { type: "button", onclick: () => {
        forget(name);
        this.tellAsides();
      } }, t("Delete it")))));
  }

  // ------- files

  save() {
    const name = this.lecture.title.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "") || "lecture";
    download(`${name}.json`, written(this.lecture));
    this.tell(t("Saved."));
  }

  async open() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    try {
      const { lecture, notices } = read(await file.text());
      this.replace(lecture, t("“{title}”: {n} scenes.", { title: lecture.title, n: lecture.scenes.length }));
      this.tellNotices(notices);
    } catch (fault) {
      this.tell(fault.message);
    }
  }

  async copy() {
    const link = await linkOf(this.lecture);
    if (!link) this.tell(t("This lecture is too long for a link: save it as a file and send that."));
    else this.tell((await copyText(link, this.root)) ? t("The link is copied: it holds the whole lecture.") : t("The browser keeps its clipboard to itself: save the lecture as a file."));
  }

  openWindow() {
    window.open(`${this.base}/lecture?presenter=1`, "descent-lab-presenter", "width=1200,height=760");
  }

  // ------- the list

  show() {
    if (this.title.value !== this.lecture.title) this.title.value = this.lecture.title;
    if (Number(this.minutes.value) !== this.lecture.minutes) this.minutes.value = String(this.lecture.minutes);
    this.present.disabled = !this.lecture.scenes.length;
    const { scenes } = this.lecture;
    const opened = new Set(Array.from(this.list.querySelectorAll("li:has(details[open])"), ({ dataset }) => dataset.of));
    const held = this.held();
    const names = namesOf(scenes);
    this.list.replaceChildren(...scenes.map((scene, i) => this.row(scene, i, names[i], opened.has(names[i]))));
    if (!scenes.length) this.list.append(make("li.lab-deck-empty", {}, EMPTY));
    held();
  }

  /** Where the hand is in the list, to be there again when it is built anew. */
  held() {
    const field = document.activeElement;
    const row = field instanceof HTMLElement && this.list.contains(field) ? field.closest("li") : null;
    if (!row) return () => {};
    const [of, label] = [row.dataset.of, field.getAttribute("data-part")];
    const [from, to] = field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement ? [field.selectionStart, field.selectionEnd] : [null, null];
    return () => {
      const again = Array.from(this.list.children).find(({ dataset }) => dataset.of === of)?.querySelector(`[data-part="${label}"]`);
      again?.focus({ preventScroll: true });
      if (from !== null) again?.setSelectionRange?.(from, to);
    };
  }

  row(scene, i, of, open) {
    const { scenes } = this.lecture;
    const name = make("input", { value: scene.title, "aria-label": t("Title of scene {n}", { n: i + 1 }), "data-part": "title", maxlength: 120, oninput: () => this.write(scene, "title", name.value) });
    const n = i + 1;
    const icon = (sign, title, label, act, off = false) => make("button.lab-deck-icon", { type: "button", "aria-label": label, "data-part": sign, title, disabled: off, onclick: act }, glyph(sign));
    const moved = (to) => this.edit(scenes.toSpliced(i, 1).toSpliced(to, 0, scene), t("Scene {n} is now scene {to}.", { n, to: to + 1 }), to);
    const words = FIELDS.map(([part, label, hint]) => {
      const box = make("textarea", { rows: part === "notes" ? 4 : 2, placeholder: hint, "data-part": part, oninput: () => this.write(scene, part, box.value) }, scene[part]);
      return make("label", {}, label, box);
    });
    const said = FIELDS.filter(([part]) => scene[part]).map(([, label]) => lowered(label));
    const beyond = i >= MOST ? make("span.lab-deck-beyond", {}, t("beyond the {most} that can be presented", { most: MOST })) : "";
    return make("li", { "data-of": of },
      make("div.lab-deck-row", {}, make("b", {}, String(i + 1)), name, make("span.lab-deck-page", {}, PAGES[scene.page] ?? scene.page),
        icon("arrow_upward", t("Move up"), t("Move up scene {n}", { n }), () => moved(i - 1), i === 0), icon("arrow_downward", t("Move down"), t("Move down scene {n}", { n }), () => moved(i + 1), i === scenes.length - 1),
        icon("content_copy", t("Duplicate"), t("Duplicate scene {n}", { n }), () => this.edit(scenes.toSpliced(i + 1, 0, structuredClone(scene)), t("Scene {copy} is a copy of scene {n}.", { copy: n + 1, n }), i + 1), scenes.length >= MOST),
        icon("delete", t("Delete"), t("Delete scene {n}", { n }), () => this.edit(scenes.toSpliced(i, 1), t("“{title}” is deleted.", { title: scene.title }))),
        icon("slideshow", t("Present from"), t("Present from scene {n}", { n }), () => this.on.present(i), i >= MOST)),
      beyond,
      make("details", { open }, make("summary", { "data-part": "words" }, said.length ? t("Words: {words}", { words: said.join(", ") }) : t("Notes, question, answer")),
        ...words, make("a", { href: `${this.base}/${encodeURIComponent(scene.page)}?${scene.picture}`, target: "_blank", rel: "noopener" }, t("Open its picture"))));
  }

  leave() {
    this.deafen();
  }
}

/** A name for each scene that it keeps when its words change: its picture, and the how many-th of it this is. */
function namesOf(scenes) {
  const count = new Map();
  return scenes.map(({ page, picture }) => {
    const name = `${page}?${picture}`;
    count.set(name, (count.get(name) ?? 0) + 1);
    return `${name}#${count.get(name)}`;
  });
}

function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
