/**
 * Which key does what: the one table by which keys work, by which their list is written and from which buttons name
 * theirs. One for each thing that a lecturer does without looking.
 */

import { t } from "../base/translate.js";

const NEARER = 1.25; // times for a press
const DIGITS = Array.from("123456789");

/**
 * @typedef {object} Key
 * @property {string} group what it belongs to
 * @property {string[]} keys as `event.key` has them, letters in lower case
 * @property {string} shown as keyboards show it
 * @property {string} says what it does
 * @property {(stage: any, event: KeyboardEvent) => void} act
 * @property {string[]} [pages] the stages that have it, where not all have
 * @property {boolean} [lecture] whether only lecture mode has it
 * @property {boolean} [whole] whether only a page of ours has it, and no frame on somebody's
 */

const walk = (way) => (stage, event) => {
  stage.playback.advance(event.shiftKey ? 10 * way : way);
  stage.commitSoon();
};
const jump = (place) => (stage) => {
  stage.playback.pause();
  stage.playback.seek(place);
  stage.commitSoon();
};
const zoom = (factor) => ({ picture }) => picture.near(factor, picture.size.map((side) => side / 2));

const [RUN, RATE, START, PICTURE] = [t("The run"), t("Learning rate and methods"), t("The start"), t("The picture")];
export const LECTURE = t("Lecture mode");

/** @type {Key[]} */
export const KEYS = [
  { group: RUN, keys: [" "], shown: t("Space"), says: t("Play, or pause"), act: ({ playback }) => playback.toggle() },
  { group: RUN, keys: ["ArrowRight"], shown: "→", says: t("One step forward; with Shift, ten"), act: walk(1) },
  { group: RUN, keys: ["ArrowLeft"], shown: "←", says: t("One step back; with Shift, ten"), act: walk(-1) },
  { group: RUN, keys: ["Home"], shown: t("Home"), says: t("To the start"), act: jump(0) },
  { group: RUN, keys: ["End"], shown: t("End"), says: t("To the end"), act: jump(Infinity) },
  { group: RUN, keys: ["v"], shown: "V", says: t("Another speed"), act: ({ transport }) => transport.turnSpeed() },
  { group: RUN, keys: ["d"], shown: "D", says: t("A branch: from this step on, the run in focus another way"), pages: ["playground", "models"], act: ({ lanes, scene }) => lanes.branch(scene.focus) },
  { group: RUN, keys: ["a"], shown: "A", says: t("One step, part by part"), pages: ["playground"], act: ({ oneStep }) => oneStep.walk() },
  { group: RUN, keys: ["c"], shown: "C", says: t("The loss along this step, in one dimension"), pages: ["playground"], act: ({ studies }) => studies.find(({ opener }) => opener).show() },

  { group: RATE, keys: ["]", "."], shown: t("] or ."), says: t("A higher learning rate"), act: ({ hand }) => hand.pressRate(1) },
  { group: RATE, keys: ["[", ","], shown: t("[ or ,"), says: t("A lower learning rate"), act: ({ hand }) => hand.pressRate(-1) },
  { group: RATE, keys: ["}", ">"], shown: t("} or >"), says: t("Higher by 1 %"), act: ({ hand }) => hand.pressRate(1, true) },
  { group: RATE, keys: ["{", "<"], shown: t("{ or <"), says: t("Lower by 1 %"), act: ({ hand }) => hand.pressRate(-1, true) },
  { group: RATE, keys: ["b"], shown: "B", says: t("The rate that is fastest here"), act: ({ rate }) => rate.takeFastest() },
  { group: RATE, keys: ["ArrowDown"], shown: "↓", says: t("The next method comes into focus"), lecture: true, act: ({ hand }) => hand.turnFocus(1) },
  { group: RATE, keys: ["ArrowUp"], shown: "↑", says: t("The method before it"), lecture: true, act: ({ hand }) => hand.turnFocus(-1) },
  { group: RATE, keys: DIGITS, shown: t("1 to 9"), says: t("Hide that method's path, or show it"), act: ({ lanes, scene }, { key }) => Number(key) <= scene.lanes.length && lanes.toggle(Number(key) - 1) },

  { group: START, keys: ["s"], shown: "S", says: t("Back to this surface's own start"), act: ({ hand }) => hand.goHome() },
  { group: START, keys: ["h"], shown: "H", says: t("A hair to the side, off a ridge"), act: ({ start }) => start.nudge() },

  { group: PICTURE, keys: ["m"], shown: "M", says: t("Map, or surface"), act: ({ groundwork, picture }) => groundwork.setMode(picture.wanted === "surface" ? "map" : "surface") },
  { group: PICTURE, keys: ["+", "="], shown: "+", says: t("Nearer"), act: zoom(NEARER) },
  { group: PICTURE, keys: ["-"], shown: "−", says: t("Farther off"), act: zoom(1 / NEARER) },
  { group: PICTURE, keys: ["0"], shown: "0", says: t("All of it"), act: ({ picture }) => picture.resetView() },
  { group: PICTURE, keys: ["o"], shown: "O", says: t("Zoom out as far as the paths go"), act: ({ picture }) => picture.follow() },
  { group: PICTURE, keys: ["f"], shown: "F", says: t("Arrows over the map"), act: ({ groundwork }) => groundwork.turnField() },
  { group: PICTURE, keys: ["x"], shown: "X", says: t("Numbers along the axes, or none"), act: ({ axes }) => axes.turn() },
  { group: PICTURE, keys: ["e"], shown: "E", says: t("Share: all that one takes home"), whole: true, act: ({ share, data }) => (data.hero ? false : share.open()) },
  { group: PICTURE, keys: ["t"], shown: "T", says: t("Add it to the lecture"), whole: true, act: (stage) => (stage.isMute ? false : stage.addScene()) },

  { group: LECTURE, keys: ["l"], shown: "L", says: t("Lecture mode, or back"), whole: true, act: ({ lecture }) => lecture.toggle() },
  { group: LECTURE, keys: ["n"], shown: "N", says: t("The surface's name and formula"), lecture: true, act: (stage) => stage.turnLecture("lab-with-name") },
  { group: LECTURE, keys: ["k"], shown: "K", says: t("The colour bar"), lecture: true, act: (stage) => stage.turnLecture("lab-with-bar") },
  { group: LECTURE, keys: ["p"], shown: "P", says: t("All settings: surface, methods, schedule, noise"), lecture: true, act: (stage) => stage.turnLecture("lab-with-desk") },
  { group: LECTURE, keys: ["Escape"], shown: t("Esc"), says: t("Leave it"), lecture: true, act: ({ lecture }) => lecture.leave() },
];

/** The keys of a page. @param {string} page @param {boolean} framed whether its stage is alone in a frame, where there is no lecture mode */
export const keysFor = (page, framed) => KEYS.filter(({ pages, lecture, whole }) => (!pages || pages.includes(page)) && !(framed && (lecture || whole)));

/** What each key does now. @param {any} stage @returns {import("./keys.js").Keymap} by `event.key` */
export function keymapOf(stage) {
  const keymap = {};
  for (const { keys, act, lecture } of keysFor(stage.page, stage.framed)) {
    for (const key of keys) keymap[key] = (event) => (lecture && !stage.lecture.on ? false : act(stage, event) ?? true);
  }
  return keymap;
}

/** A button's title with the key that does the same. @param {string} text @param {string} key as `event.key` has it */
export function withKey(text, key) {
  const { shown } = KEYS.find(({ keys }) => keys.includes(key));
  return `${text} (${key >= "1" && key <= "9" ? key : shown})`;
}
