/** What the stage says by itself, from an answer's own numbers. */

import { count, number, point } from "./numbers.js";
import { many, t, lowered } from "./translate.js";

/** Critical points by their kind: how many, where they are not too many to be named each. */
const MARKED = {
  "global minimum": (n, places) => (places ? many("global minimum at {places}", "global minima at {places}", n, { places }) : t("{n} global minima", { n })),
  "lowest minimum": (n, places) => (places ? many("lowest minimum at {places}", "lowest minima at {places}", n, { places }) : t("{n} lowest minima", { n })),
  "local minimum": (n, places) => (places ? many("local minimum at {places}", "local minima at {places}", n, { places }) : t("{n} local minima", { n })),
  maximum: (n, places) => (places ? many("maximum at {places}", "maxima at {places}", n, { places }) : t("{n} maxima", { n })),
  saddle: (n, places) => (places ? many("saddle at {places}", "saddles at {places}", n, { places }) : t("{n} saddles", { n })),
  degenerate: (n, places) => (places ? many("degenerate at {places}", "degenerates at {places}", n, { places }) : t("{n} degenerates", { n })),
};

/** "(1, 2) and (3, 4)". @param {string[]} parts */
const listed = (parts) => parts.reduce((all, next) => t("{all} and {next}", { all, next }));

/** "a; b". @param {string[]} parts */
const clauses = (parts) => parts.reduce((said, more) => t("{said}; {more}", { said, more }));

/** The text in place of the picture, for who does not see it. `picture` says which kind of picture it is of a surface.
 * @param {any} what @returns {string} */
export function describe({ picture, surface, ladder, ground, tracks, start, step }) {
  const [[x0, x1], [y0, y1]] = ground.map((side) => side.map((value) => number(value)));
  const kinds = new Map();
  for (const { kind, position } of surface.critical_points) {
    const inside = position[0] >= ground[0][0] && position[0] <= ground[0][1] && position[1] >= ground[1][0] && position[1] <= ground[1][1];
    if (inside) kinds.set(kind, [...(kinds.get(kind) ?? []), position]);
  }
  const marks = [...kinds].map(([kind, places]) => MARKED[kind](places.length, places.length > 4 ? "" : listed(places.map((place) => point(place)))));
  const lanes = tracks.filter(({ hidden }) => !hidden).map(({ name, result }) => {
    const i = Math.min(step, result.points.rows - 1);
    const { kind, growth, fate, step: end } = result.outcome;
    const at = { name, place: point(result.points.data.subarray(2 * i, 2 * i + 2)), loss: number(result.losses.data[i]) };
    if (growth) return t("{name} is at {place} with loss {loss}, blowing up at step {end} with its loss growing {growth}-fold a step", { ...at, end: count(end), growth: number(growth) });
    return kind === "diverged" ? t("{name} is at {place} with loss {loss}; it {fate}", { ...at, fate }) : t("{name} is at {place} with loss {loss}", at);
  });
  const [x, y] = surface.axes;
  const shown = { picture: picture(surface.name), x, y, x0, x1, y0, y1, low: number(ladder.levels[0]), high: number(ladder.levels.at(-1)), even: number(ladder.step) };
  return [
    ladder.log
      ? t("{picture}, {x} from {x0} to {x1}, {y} from {y0} to {y1}, loss from {low} to {high} on a log scale.", shown)
      : t("{picture}, {x} from {x0} to {x1}, {y} from {y0} to {y1}, loss from {low} to {high} in even steps of {even}.", shown),
    ...(marks.length ? [t("Marked: {marks}.", { marks: clauses(marks) })] : []),
    t("Start at {place}.", { place: point(start) }),
    t("At step {step}: {lanes}.", { step: count(step), lanes: clauses(lanes) }),
  ].join(" ");
}

/**
 * What each lane is called, no two alike: as the visitor calls it, else by its optimizer; lanes of the same one by their rates too, and of
 * schedule and knobs what they differ in; what is still alike, by its place. engine/sentences/lane_names.py says the same.
 * @param {any[]} lanes with their facts @param {boolean} [bySchedule] whether schedules are what is compared @param {any[][]} [ways] the phases before each branch @returns {string[]}
 */
export function laneNames(lanes, bySchedule = false, ways = []) {
  const plain = lanes.filter(({ name }) => !name);
  const called = lanes.map((lane, i) => lane.name || (bySchedule ? scheduleLabelOf(lane, plain) : labelOf(lane, plain, originOf(lane, lanes, ways[i]))));
  return called.map((name, i) => (called.filter((other) => other === name).length > 1 ? t("{name} (lane {n})", { name, n: i + 1 }) : name));
}

/**
 * Each name as what it shares with those that begin alike, and all in which it differs from one of them: where there is no room, the first gives way.
 * @param {string[]} names no two alike @returns {[string, string][]} together the name, parted before a word
 */
export function nameParts(names) {
  return names.map((name, i) => {
    const shared = names.filter((_, j) => j !== i).map((other) => alikeTo(name, other)).filter(Boolean);
    const length = shared.length ? Math.min(...shared) : 0;
    return [name.slice(0, length), name.slice(length)];
  });
}

/** How many letters of whole words two names begin with alike: of 0.1 and 0.15 none. @param {string} name @param {string} other */
function alikeTo(name, other) {
  const [mine, its] = [name.split(" "), other.split(" ")];
  let words = 0;
  while (words < mine.length - 1 && mine[words] === its[words]) words += 1;
  return words ? mine.slice(0, words).join(" ").length + 1 : 0;
}

/** Where a branch comes from. @param {any} lane @param {any[]} lanes @param {any[]} [way] the phases before it @returns {string[]} */
function originOf(lane, lanes, way = []) {
  const last = way.at(-1);
  if (!last) return [];
  const parent = lanes.find(({ optimizer }) => optimizer === last.optimizer).optimizerFacts.name;
  const step = count(last.until);
  return [last.optimizer === lane.optimizer ? t("from step {step}", { step }) : t("from step {step} of {parent}", { step, parent })];
}

function labelOf(lane, lanes, origin) {
  const twins = lanes.filter(({ optimizer }) => optimizer === lane.optimizer);
  const { optimizerFacts, scheduleFacts } = lane;
  if (twins.length === 1) return [optimizerFacts.name, ...origin].join(" ");
  return [
    t("{name} at {rate}", { name: optimizerFacts.name, rate: number(lane.rate) }),
    ...(twins.some(({ schedule }) => schedule !== lane.schedule) ? [lowered(scheduleFacts.name)] : []),
    ...differing(optimizerFacts.knobs, lane.knobs, twins.map(({ knobs }) => knobs)),
    ...ofSchedule(lane, twins),
    ...origin,
  ].join(" · ");
}

function scheduleLabelOf(lane, lanes) {
  const { optimizerFacts, scheduleFacts } = lane;
  const twins = lanes.filter(({ optimizer }) => optimizer === lane.optimizer);
  return [
    lanes.some(({ rate }) => rate !== lane.rate) ? t("{name} at {rate}", { name: scheduleFacts.name, rate: number(lane.rate) }) : scheduleFacts.name,
    ...(twins.length < lanes.length ? [optimizerFacts.name] : []),
    ...differing(optimizerFacts.knobs, lane.knobs, twins.map(({ knobs }) => knobs)),
    ...ofSchedule(lane, lanes),
  ].join(" · ");
}

function ofSchedule({ schedule, schedule_knobs: mine, scheduleFacts: { knobs, warm_up: warmUp } }, twins) {
  const alike = twins.filter((twin) => twin.schedule === schedule);
  const warm = mine.warmup_steps ? warmUp : warmUp.slice(0, 1);
  return [...differing(knobs, mine, alike.map((twin) => twin.schedule_knobs)), ...differing(warm, mine, twins.map((twin) => twin.schedule_knobs))];
}

function differing(specs, mine, all) {
  const text = (value) => [value].flat().map((part) => number(part)).join(", ");
  return specs.filter(({ key }) => all.some((values) => String(values[key]) !== String(mine[key]))).map(({ key, name }) => `${signOf(name)} ${text(mine[key])}`);
}

/** The sign of a knob, "β₁", or its name where it has none. @param {string} name */
function signOf(name) {
  const last = name.split(" ").at(-1);
  return last.length <= 2 && /^[^\x00-\x7f]/.test(last) && /^\p{L}/u.test(last) ? last : lowered(name);
}
