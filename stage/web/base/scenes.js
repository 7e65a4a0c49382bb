/**
 * A lecture as data: scenes in an order, read from a file, a link or the browser's memory, and written again. Whatever a
 * text says besides is kept as it is; what could not be taken is kept beside it, under "unread".
 */

import { t } from "./translate.js";

const MARK = "descent_lab_lecture";
const VERSION = 1;
export const MOST = 60; // scenes that can be presented
const LARGEST = [1000, 5_000_000]; // scenes and letters that one can edit
const DEEPEST = 60; // lists in lists
const LONGEST = { title: 120, page: 20, picture: 8000, notes: 4000, question: 400, answer: 400 }; // letters
const PART = {
  title: (scene) => t("{scene}'s title", { scene }),
  page: (scene) => t("{scene}'s page", { scene }),
  picture: (scene) => t("{scene}'s picture", { scene }),
  notes: (scene) => t("{scene}'s notes", { scene }),
  question: (scene) => t("{scene}'s question", { scene }),
  answer: (scene) => t("{scene}'s answer", { scene }),
};
const LINK = 8000; // letters of an address that every server and mail takes
const NONE = t("This is no lecture of Descent Lab: open one that “Save as a file” has written. What stands here stays.");
/** Where pictures come from. @type {Record<string, string>} */
export const PAGES = { playground: t("Playground"), race: t("Race"), schedules: t("Schedules"), terrain: t("Terrain"), tuning: t("Tuning"), two_weights: t("Two weights"), networks: t("Networks") };

/** @typedef {{title: string, page: string, picture: string, notes: string, question: string, answer: string}} Scene `picture` the query of its address */
/** @typedef {{title: string, minutes: number, scenes: Scene[]}} Lecture */

/** @returns {Lecture} */
export const blank = () => ({ title: t("My lecture"), minutes: 45, scenes: [] });

/** @param {Lecture} lecture @returns {string} */
export const written = (lecture) => `${JSON.stringify({ [MARK]: VERSION, ...lecture }, null, 2)}\n`;

/**
 * The lecture of a text, and a notice for each value that could not be taken. Throws an Error with a sentence for a text that is none.
 * @param {string} text @returns {{lecture: Lecture, notices: string[]}}
 */
export function read(text) {
  if (text.length > LARGEST[1]) throw new Error(t("This file has {n} letters; a lecture has at most {most}. What stands here stays.", { n: text.length, most: LARGEST[1] }));
  let told = null;
  try {
    told = JSON.parse(text);
    if (isDeep(told, DEEPEST)) throw new Error(NONE); // too deep to be written again
  } catch {
    throw new Error(NONE);
  }
  if (typeof told !== "object" || told === null || !Object.hasOwn(told, MARK) || !Array.isArray(told.scenes)) throw new Error(NONE);
  if (told.scenes.length > LARGEST[0]) throw new Error(t("This lecture has {n} scenes; at most {most} can be edited. What stands here stays.", { n: told.scenes.length, most: LARGEST[0] }));
  const notices = [];
  const { [MARK]: version, ...rest } = told;
  const unread = {};
  if (version !== VERSION) {
    notices.push(t("The lecture is of version {version}, this page reads version {read}: something may be missing.", { version: shown(version), read: VERSION }));
    unread.version = version;
  }
  const title = textOf(told, "title", t("The lecture's title"), { unread, notices }) ?? t("My lecture");
  const minutes = minutesOf(told.minutes, { unread, notices });
  const scenes = told.scenes.map((scene, i) => sceneOf(scene, t("Scene {n}", { n: i + 1 }), notices));
  if (scenes.length > MOST) notices.push(t("A lecture of {n} scenes: only the first {most} can be presented.", { n: scenes.length, most: MOST }));
  return { lecture: withUnread({ ...rest, title, minutes, scenes }, unread), notices };
}

/** @returns {Scene} */
function sceneOf(told, name, notices) {
  const scene = { title: name, page: "playground", picture: "", notes: "", question: "", answer: "" };
  if (typeof told !== "object" || told === null || Array.isArray(told)) {
    notices.push(t("{scene} is no scene but {value}: it stands there as a note.", { scene: name, value: shown(told) }));
    return { ...scene, notes: typeof told === "string" ? told : JSON.stringify(told) };
  }
  const unread = {};
  const parts = {};
  for (const part of Object.keys(LONGEST)) parts[part] = textOf(told, part, PART[part](name), { unread, notices }) || scene[part];
  if (!Object.hasOwn(PAGES, parts.page)) {
    notices.push(t("{scene} names a page that is not there, {page}: the Playground shows it.", { scene: name, page: shown(parts.page) }));
    unread.page = told.page;
    parts.page = "playground";
  }
  return withUnread({ ...told, ...parts }, unread);
}

const isDeep = (value, most) => typeof value === "object" && value !== null && (most === 0 || Object.values(value).some((part) => isDeep(part, most - 1)));

/** A value as a notice quotes it. */
const shown = (value, most = 40) => {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? t("nothing");
  return text.length > most ? `${text.slice(0, most)}…` : text;
};

/** The same with what could not be taken, beside what an earlier reader could not take. */
function withUnread(whole, unread) {
  if (!Object.keys(unread).length) return whole;
  const before = typeof whole.unread === "object" && whole.unread !== null && !Array.isArray(whole.unread) ? whole.unread : whole.unread === undefined ? {} : { unread: whole.unread };
  return { ...whole, unread: { ...before, ...unread } };
}

/** A part that is a text; another value as JSON, as far as there is room. */
function textOf(told, part, name, { unread, notices }) {
  const value = told[part];
  if (value === undefined) return undefined;
  const most = LONGEST[part];
  if (typeof value !== "string") {
    notices.push(t("{what} is no text but {value}.", { what: name, value: shown(value) }));
    unread[part] = value;
    return shown(value, most);
  }
  if (value.length > most) notices.push(t("{what} has {n} letters, more than {most}: all of it is kept, and shown as far as there is room.", { what: name, n: value.length, most }));
  return value;
}

function minutesOf(value, { unread, notices }) {
  if (value === undefined) return 45;
  if (Number.isFinite(value) && value >= 1 && value <= 600) return value;
  notices.push(t("The lecture's minutes are a number from 1 to 600, got {value}: 45 are taken.", { value: shown(value) }));
  unread.minutes = value;
  return 45;
}

// ------- written in two places

/**
 * What became of `before` in two places at once: what either has added or changed is there, and of one scene changed in both places both
 * are. What neither has touched is the same object as in `mine`.
 * @param {Lecture} before @param {Lecture} mine @param {Lecture} theirs @returns {Lecture}
 */
export function merged(before, mine, theirs) {
  const whole = { ...theirs };
  for (const key of Object.keys(mine)) if (!same(mine[key], before[key])) whole[key] = mine[key];
  return { ...whole, scenes: mergedScenes(before.scenes, mine.scenes, theirs.scenes) };
}

/** @param {Scene[]} before @param {Scene[]} mine @param {Scene[]} theirs @returns {Scene[]} */
export function mergedScenes(before, mine, theirs) {
  if (same(before, mine)) return theirs.map((scene) => mine.find((one) => same(one, scene)) ?? scene);
  const [gone, come] = [without(before, theirs), without(theirs, before)];
  const kept = without(mine, gone);
  const added = new Set(without(come, without(mine, before)));
  theirs.forEach((scene, i) => {
    if (!added.has(scene)) return;
    const at = kept.findLastIndex((one) => same(one, theirs[i - 1]));
    kept.splice(i > 0 && at < 0 ? kept.length : at + 1, 0, scene);
  });
  return kept;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The scenes of a list that another does not hold, each as often as it is there too often. */
function without(scenes, others) {
  const left = others.map((scene) => JSON.stringify(scene));
  return scenes.filter((scene) => {
    const at = left.indexOf(JSON.stringify(scene));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

// ------- as a link

/** The lecture as the address that opens it; null where it is too long for one. @param {Lecture} lecture @returns {Promise<string | null>} */
export async function linkOf(lecture) {
  const bytes = new Uint8Array(await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(JSON.stringify(lecture))));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const address = `${window.location.origin}${window.location.pathname}#lecture=${text}`;
  return address.length > LINK ? null : address;
}

/** The lecture that the address holds behind its "#"; null where it holds none. @returns {Promise<{lecture: Lecture, notices: string[]} | null>} */
export async function linked() {
  const [, text] = window.location.hash.match(/^#lecture=([\w-]+)$/) ?? [];
  if (!text) return null;
  try {
    const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
    const json = new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), bytes));
    return read(JSON.stringify({ [MARK]: VERSION, ...JSON.parse(json) }));
  } catch {
    throw new Error(t("The link holds no whole lecture: part of it may have been cut off. Copy it again, or send the file."));
  }
}

async function through(stream, bytes) {
  return new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer();
}
