/** What the stage says by itself, from an answer's own numbers. */

import { count, number, point } from "./numbers.js";

/** The text in place of the picture, for who does not see it. */
export function describe({ kind: picture, surface, ladder, ground, tracks, start, step }) {
  const [[x0, x1], [y0, y1]] = ground.map((side) => side.map((value) => number(value)));
  const kinds = new Map();
  for (const { kind, position } of surface.critical_points) {
    const inside = position[0] >= ground[0][0] && position[0] <= ground[0][1] && position[1] >= ground[1][0] && position[1] <= ground[1][1];
    if (inside) kinds.set(kind, [...(kinds.get(kind) ?? []), position]);
  }
  const marks = [...kinds].map(([kind, places]) => {
    const plural = kind.endsWith("minimum") ? kind.replace("minimum", "minima") : kind === "maximum" ? "maxima" : `${kind}s`;
    if (places.length > 4) return `${places.length} ${plural}`;
    return `${places.length === 1 ? kind : plural} at ${places.map((place) => point(place)).join(" and ")}`;
  });
  const scale = ladder.log ? "on a log scale" : `in even steps of ${number(ladder.step)}`;
  const lanes = tracks.filter(({ hidden }) => !hidden).map(({ name, result }) => {
    const i = Math.min(step, result.points.rows - 1);
    const { kind, growth, fate, step: end } = result.outcome;
    const lost = growth ? `, blowing up at step ${count(end)} with its loss growing ${number(growth)}-fold a step` : kind === "diverged" ? `; it ${fate}` : "";
    return `${name} is at ${point(result.points.data.subarray(2 * i, 2 * i + 2))} with loss ${number(result.losses.data[i])}${lost}`;
  });
  return `${picture} of ${surface.name}, x from ${x0} to ${x1}, y from ${y0} to ${y1}, loss from ${number(ladder.levels[0])} to ${number(ladder.levels.at(-1))} ${scale}. `
    + `${marks.length ? `Marked: ${marks.join("; ")}. ` : ""}Start at ${point(start)}. At step ${count(step)}: ${lanes.join("; ")}.`;
}

/** What each lane is called: by its optimizer; lanes of the same one are told apart by their rates, or failing that by their place. @param {any[]} lanes @returns {string[]} */
export function laneNames(lanes) {
  const once = (names, further) => names.map((name, i) => (names.filter((other) => other === name).length > 1 ? further(name, i) : name));
  const rated = once(lanes.map(({ optimizerFacts }) => optimizerFacts.name), (name, i) => `${name} at ${number(lanes[i].rate)}`);
  return once(rated, (name, i) => `${name} (lane ${i + 1})`);
}
