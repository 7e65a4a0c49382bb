/**
 * What a learner has done, as data: the lessons that are done, and the best of each challenge. Read leniently from the
 * browser's own memory, and with a sentence from a link or a file that somebody brings.
 */

import { many, t } from "./translate.js";

export const RANKS = ["gold", "silver", "bronze", "none"]; // of a challenge that is solved
const MARK = "descent_lab_progress"; // in a file
const HASH = "#progress="; // in a link: behind the hash sign, which browsers tell no server
const LARGEST = 64 * 1024; // letters
const NOTHING_TAKEN = t("Nothing was taken over; what is kept here stays.");

/**
 * @typedef {{ medal: string, score: number }} Best
 * @typedef {{ lessons: string[], challenges: Record<string, Best> }} Learned
 * @typedef {{ key: string, unit: string, better: string, par: number, bounds: number[] }} Facts
 * @typedef {{ lessons: string[], challenges: Facts[] }} Known
 */

/** Keys with blanks between them, and "key:medal:score" likewise. @param {string} lessons @param {string} challenges @param {Known} known @returns {Learned} */
export function fromMemory(lessons, challenges, known) {
  return checked(lessons.split(" "), challenges.split(" ").map((text) => text.split(":")), known).learned;
}

/** @param {Learned} learned */
export function toMemory({ lessons, challenges }) {
  return { lessons: lessons.join(" "), challenges: entries(challenges).join(" ") };
}

/** @param {Learned} learned */
export function toLink({ lessons, challenges }) {
  return `${HASH}${lessons.join(",")};${entries(challenges).join(",")}`;
}

/** What a link's part behind the hash sign brings; null where it brings none. @param {string} hash @param {Known} known */
export function fromLink(hash, known) {
  if (!hash.startsWith(HASH)) return null;
  let text;
  try {
    text = decodeURIComponent(hash.slice(HASH.length));
  } catch {
    text = "";
  }
  const parts = text.split(";");
  if (text.length > LARGEST || parts.length !== 2) return { fault: `${t("This link's progress cannot be read: copy the whole link again.")} ${NOTHING_TAKEN}` };
  return brought(parts[0].split(","), parts[1].split(",").map((one) => one.split(":")), known, { empty: t("This link brings nothing that is known here."), full: (all) => t("This link brings {all}.", { all }) });
}

/** @param {Learned} learned */
export function toFile({ lessons, challenges }) {
  return `${JSON.stringify({ [MARK]: { lessons, challenges } }, null, 2)}\n`;
}

/** @param {string} text @param {Known} known */
export function fromFile(text, known) {
  const fault = { fault: `${t("This file holds no progress of Descent Lab. Load one that “Save a file” has written.")} ${NOTHING_TAKEN}` };
  if (text.length > LARGEST) return fault;
  try {
    const { lessons, challenges } = JSON.parse(text)[MARK];
    if (!Array.isArray(lessons) || typeof challenges !== "object" || challenges === null || Array.isArray(challenges)) return fault;
    const tried = Object.entries(challenges).map(([key, best]) => [key, String(best?.medal), typeof best?.score === "number" ? String(best.score) : ""]);
    return brought(lessons, tried, known, { empty: t("This file brings nothing that is known here."), full: (all) => t("This file brings {all}.", { all }) });
  } catch {
    return fault;
  }
}

/** Both, of each challenge the better. @param {Learned} one @param {Learned} other @param {Known} known @returns {Learned} */
export function merged(one, other, known) {
  const lessons = known.lessons.filter((key) => one.lessons.includes(key) || other.lessons.includes(key));
  const challenges = {};
  for (const facts of known.challenges) {
    const both = [one, other].map((learned) => learned.challenges[facts.key]).filter(Boolean);
    if (both.length) challenges[facts.key] = both.reduce((best, next) => (beats(next, best, facts) ? next : best));
  }
  return { lessons, challenges };
}

/** "5 lessons and 3 challenges". @param {Learned} learned */
export function counted({ lessons, challenges }) {
  const [taken, solved] = [lessons.length, Object.keys(challenges).length];
  const one = many("{n} lesson", "{n} lessons", taken, { n: taken });
  const other = many("{n} challenge", "{n} challenges", solved, { n: solved });
  return t("{lessons} and {challenges}", { lessons: one, challenges: other });
}

function brought(lessons, challenges, known, says) {
  const { learned, left } = checked(lessons.filter((key) => key !== ""), challenges.filter(([key]) => key !== ""), known);
  const rest = left ? ` ${many("{n} entry is not known here and left out.", "{n} entries are not known here and left out.", left, { n: left })}` : "";
  if (!learned.lessons.length && !Object.keys(learned.challenges).length) return { fault: `${says.empty}${rest} ${NOTHING_TAKEN}` };
  return { learned, says: says.full(counted(learned)) + rest };
}

/** What is known and can be; the number of the others. */
function checked(lessons, challenges, known) {
  const done = known.lessons.filter((key) => lessons.includes(key));
  const found = new Map();
  for (const [key, medal, score, ...rest] of challenges) {
    const facts = known.challenges.find((one) => one.key === key);
    const value = score === "" || score === undefined ? NaN : Number(score);
    if (!facts || rest.length || !Number.isFinite(value) || !can(medal, value, facts)) continue;
    found.set(key, { medal, score: value });
  }
  const left = lessons.filter((key) => !known.lessons.includes(key)).length + challenges.length - found.size;
  return { learned: { lessons: done, challenges: Object.fromEntries(found) }, left };
}

/** Whether a score may have this medal: the one that its bounds say, or a lesser one. */
function can(medal, score, { better, bounds }) {
  const rank = RANKS.indexOf(medal);
  if (rank < 0) return false;
  return rank === bounds.length || (better === "less" ? score <= bounds[rank] : score >= bounds[rank]);
}

function beats(one, other, { better }) {
  const ranks = RANKS.indexOf(other.medal) - RANKS.indexOf(one.medal);
  return ranks > 0 || (ranks === 0 && (better === "less" ? one.score < other.score : one.score > other.score));
}

/** @param {Record<string, Best>} challenges */
function entries(challenges) {
  return Object.entries(challenges).map(([key, { medal, score }]) => `${key}:${medal}:${score}`);
}
