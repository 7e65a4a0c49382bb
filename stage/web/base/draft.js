/** The lecture that this browser keeps until it is saved as a file. Several tabs may write it: none loses what another has added. */

import { MOST, PAGES, blank, merged, mergedScenes, read, written } from "./scenes.js";
import { t } from "./translate.js";

const KEY = "descent-lab-lecture"; // in the browser's memory
const ASIDE = "descent-lab-lecture-aside-"; // the same, of what could not be read, and a number

/** @typedef {import("./scenes.js").Scene} Scene @typedef {import("./scenes.js").Lecture} Lecture */

export class Draft {
  constructor() {
    /** @type {Lecture} */
    this.lecture = blank();
    /** @type {string | null} as it was read or written last */
    this.text = null;
    /** @type {{lecture: Lecture, scenes: Scene[]} | null} what an undo puts back */
    this.before = null;
    /** @type {string[]} */
    this.notices = [];
    this.hear();
  }

  /** Take over what another tab has written meanwhile. @returns {boolean} whether there was any */
  hear() {
    const text = remembered(KEY);
    if (text === this.text || text === null) return false;
    let found;
    try {
      found = read(text);
    } catch {
      if (setAside(text)) this.text = text; // else it is never written over
      return false;
    }
    const known = this.text === null ? blank() : knownOf(this.text);
    this.text = text;
    this.notices = found.notices;
    if (this.before?.lecture === this.lecture) this.before.scenes = mergedScenes(known.scenes, this.before.scenes, found.lecture.scenes);
    const whole = merged(known, this.lecture, found.lecture);
    for (const key of Object.keys(this.lecture)) if (!(key in whole)) delete this.lecture[key];
    Object.assign(this.lecture, whole);
    return true;
  }

  /** Have the browser keep it. @returns {{kept: boolean, changed: boolean}} whether it does, and whether another tab had written meanwhile */
  keep() {
    const changed = this.hear();
    if (remembered(KEY) !== this.text && remembered(KEY) !== null) return { kept: false, changed };
    const text = written(this.lecture);
    if (text !== this.text && !remember(KEY, text)) return { kept: false, changed };
    this.text = text;
    return { kept: true, changed };
  }

  /** Another list of scenes; what is written in them since stays where the one before is put back. @param {Scene[]} scenes */
  edit(scenes) {
    this.before = { lecture: this.lecture, scenes: this.lecture.scenes };
    this.lecture.scenes = scenes;
    return this.keep();
  }

  /** Another lecture. @param {Lecture} lecture */
  replace(lecture) {
    this.before = { lecture: this.lecture, scenes: this.lecture.scenes };
    this.lecture = lecture;
    return this.keep();
  }

  /** The list, or the lecture, that was there before; the next time, the one that is there now. */
  putBack() {
    const now = { lecture: this.lecture, scenes: this.lecture.scenes };
    this.lecture = this.before.lecture;
    this.lecture.scenes = this.before.scenes;
    this.before = now;
    return this.keep();
  }
}

/** What could not be read, by the name that it is kept under. @returns {[string, string][]} */
export function asides() {
  const names = Array.from({ length: 9 }, (_, i) => `${ASIDE}${i + 1}`);
  return names.map((name) => [name, remembered(name)]).filter(([, text]) => text !== null);
}

/** @param {string} name */
export function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch { /* a window that keeps nothing has nothing to forget */ }
}

/** Hear of it when another tab has written. @param {() => void} act @returns {() => void} to stop hearing */
export function onOthers(act) {
  const heard = (event) => (event.key === undefined || event.key === null || event.key.startsWith(KEY)) && act();
  for (const kind of ["storage", "pageshow"]) window.addEventListener(kind, heard);
  return () => {
    for (const kind of ["storage", "pageshow"]) window.removeEventListener(kind, heard);
  };
}

/**
 * Add the page that is shown as the last scene.
 * @param {string} title @param {string} [picture] the query of its picture, where the address is not that: a lesson's
 * @returns {string} what is to be said of it
 */
export function addShown(title, picture) {
  const page = window.location.pathname.split("/").at(-1) || "playground";
  const draft = new Draft();
  const { lecture } = draft;
  if (lecture.scenes.length >= MOST) return t("A lecture holds at most {most} scenes. Delete one first.", { most: MOST });
  const query = (picture ?? window.location.search.slice(1)).split("&").filter((part) => part && !part.startsWith("embed") && !part.startsWith("lecture=")).join("&");
  const scene = { title, page: Object.hasOwn(PAGES, page) ? page : "playground", picture: query, notes: "", question: "", answer: "" };
  const aside = asides().length ? ` ${t("What this browser had kept of a lecture cannot be read. It is kept aside: see the page Lecture.")}` : "";
  const { kept } = draft.edit([...lecture.scenes, scene]);
  return (kept ? t("Scene {n} of “{title}”.", { n: lecture.scenes.length, title: lecture.title }) : t("This browser does not keep it: the scene was not added.")) + aside;
}

function knownOf(text) {
  try {
    return read(text).lecture;
  } catch {
    return blank(); // it is kept aside
  }
}

function setAside(text) {
  if (asides().some(([, one]) => one === text)) return true;
  const free = Array.from({ length: 9 }, (_, i) => `${ASIDE}${i + 1}`).find((name) => remembered(name) === null);
  return free !== undefined && remember(free, text);
}

/** @param {string} name @returns {string | null} */
function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} text */
function remember(name, text) {
  try {
    localStorage.setItem(name, text);
    return true;
  } catch {
    return false; // a window that keeps nothing, or no room for more
  }
}
