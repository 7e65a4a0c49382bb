/**
 * Which key does what: the one table by which keys work, by which their list is written and from which buttons name
 * theirs. One for each thing that a lecturer does without looking.
 */

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

/** @type {Key[]} */
export const KEYS = [
  { group: "The run", keys: [" "], shown: "Space", says: "Play, or pause", act: ({ playback }) => playback.toggle() },
  { group: "The run", keys: ["ArrowRight"], shown: "→", says: "One step forward; with Shift, ten", act: walk(1) },
  { group: "The run", keys: ["ArrowLeft"], shown: "←", says: "One step back; with Shift, ten", act: walk(-1) },
  { group: "The run", keys: ["Home"], shown: "Home", says: "To the start", act: jump(0) },
  { group: "The run", keys: ["End"], shown: "End", says: "To the end", act: jump(Infinity) },
  { group: "The run", keys: ["v"], shown: "V", says: "Another speed", act: ({ transport }) => transport.turnSpeed() },
  { group: "The run", keys: ["a"], shown: "A", says: "One step, part by part", pages: ["playground"], act: ({ oneStep }) => oneStep.walk() },
  { group: "The run", keys: ["c"], shown: "C", says: "The loss along this step, in one dimension", pages: ["playground"], act: ({ studies }) => studies.find(({ opener }) => opener).show() },

  { group: "Learning rate and methods", keys: ["]", "."], shown: "] or .", says: "A higher learning rate", act: ({ hand }) => hand.pressRate(1) },
  { group: "Learning rate and methods", keys: ["[", ","], shown: "[ or ,", says: "A lower learning rate", act: ({ hand }) => hand.pressRate(-1) },
  { group: "Learning rate and methods", keys: ["}", ">"], shown: "} or >", says: "Higher by 1 %", act: ({ hand }) => hand.pressRate(1, true) },
  { group: "Learning rate and methods", keys: ["{", "<"], shown: "{ or <", says: "Lower by 1 %", act: ({ hand }) => hand.pressRate(-1, true) },
  { group: "Learning rate and methods", keys: ["b"], shown: "B", says: "The rate that is fastest here", act: ({ rate }) => rate.takeFastest() },
  { group: "Learning rate and methods", keys: ["ArrowDown"], shown: "↓", says: "The next method comes into focus", lecture: true, act: ({ hand }) => hand.turnFocus(1) },
  { group: "Learning rate and methods", keys: ["ArrowUp"], shown: "↑", says: "The method before it", lecture: true, act: ({ hand }) => hand.turnFocus(-1) },
  { group: "Learning rate and methods", keys: DIGITS, shown: "1 to 9", says: "Hide that method's path, or show it", act: ({ lanes, scene }, { key }) => Number(key) <= scene.lanes.length && lanes.toggle(Number(key) - 1) },

  { group: "The start", keys: ["s"], shown: "S", says: "Back to this surface's own start", act: ({ hand }) => hand.goHome() },
  { group: "The start", keys: ["h"], shown: "H", says: "A hair to the side, off a ridge", act: ({ start }) => start.nudge() },

  { group: "The picture", keys: ["m"], shown: "M", says: "Map, or surface", act: ({ groundwork, picture }) => groundwork.setMode(picture.wanted === "surface" ? "map" : "surface") },
  { group: "The picture", keys: ["+", "="], shown: "+", says: "Nearer", act: zoom(NEARER) },
  { group: "The picture", keys: ["-"], shown: "−", says: "Farther off", act: zoom(1 / NEARER) },
  { group: "The picture", keys: ["0"], shown: "0", says: "All of it", act: ({ picture }) => picture.resetView() },
  { group: "The picture", keys: ["o"], shown: "O", says: "Zoom out as far as the paths go", act: ({ picture }) => picture.follow() },
  { group: "The picture", keys: ["f"], shown: "F", says: "Arrows over the map", act: ({ groundwork }) => groundwork.turnField() },
  { group: "The picture", keys: ["x"], shown: "X", says: "Numbers along the axes, or none", act: ({ axes }) => axes.turn() },
  { group: "The picture", keys: ["e"], shown: "E", says: "Share: all that one takes home", act: ({ share, data }) => (data.hero ? false : share.open()) },
  { group: "The picture", keys: ["t"], shown: "T", says: "Add it to the lecture", act: (stage) => (stage.isMute ? false : stage.addScene()) },

  { group: "Lecture mode", keys: ["l"], shown: "L", says: "Lecture mode, or back", act: ({ lecture }) => lecture.toggle() },
  { group: "Lecture mode", keys: ["n"], shown: "N", says: "The surface's name and formula", lecture: true, act: (stage) => stage.turnLecture("lab-with-name") },
  { group: "Lecture mode", keys: ["k"], shown: "K", says: "The colour bar", lecture: true, act: (stage) => stage.turnLecture("lab-with-bar") },
  { group: "Lecture mode", keys: ["p"], shown: "P", says: "All settings: surface, methods, schedule, noise", lecture: true, act: (stage) => stage.turnLecture("lab-with-desk") },
  { group: "Lecture mode", keys: ["Escape"], shown: "Esc", says: "Leave it", lecture: true, act: ({ lecture }) => lecture.leave() },
];

/** What each key does now. @param {any} stage @returns {import("./keys.js").Keymap} by `event.key` */
export function keymapOf(stage) {
  const keymap = {};
  for (const { keys, act, lecture, pages } of KEYS) {
    if (pages && !pages.includes(stage.page)) continue;
    for (const key of keys) keymap[key] = (event) => (lecture && !stage.lecture.on ? false : act(stage, event) ?? true);
  }
  return keymap;
}

/** A button's title with the key that does the same. @param {string} text @param {string} key as `event.key` has it */
export function withKey(text, key) {
  const { shown } = KEYS.find(({ keys }) => keys.includes(key));
  return `${text} (${key >= "1" && key <= "9" ? key : shown})`;
}
