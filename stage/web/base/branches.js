/** Branches among lanes: which settings lead to one, and what becomes of it when the list changes. ui/scene/branches.py says the same. */

const SETTINGS = ["optimizer", "rate", "knobs", "schedule", "schedule_knobs"];

/** The phases before a lane: its parent's way, up to the step at which it branches off. @param {any[]} lanes @param {number} place @returns {any[]} */
export function wayTo(lanes, place) {
  const { branch } = lanes[place];
  if (!branch) return [];
  const [parent, step] = branch;
  const way = wayTo(lanes, parent);
  const own = Object.fromEntries(SETTINGS.map((name) => [name, lanes[parent][name]]));
  const last = way.find(({ until }) => until >= step) ?? own;
  return [...way.filter(({ until }) => until < step), { ...last, until: step }];
}

/**
 * Lanes after a change of the list: a branch follows its parent to its new place, and goes where that one goes.
 * @param {any[]} before @param {any[]} after those of before that are left, and new ones whose branch is told in places of before @returns {any[]}
 */
export function rearranged(before, after) {
  let lanes = after;
  for (;;) {
    const left = lanes.filter(({ branch }) => !branch || lanes.includes(before[branch[0]]));
    if (left.length === lanes.length || !left.length) break;
    lanes = left;
  }
  const places = lanes.map(({ branch }) => (branch ? lanes.indexOf(before[branch[0]]) : -1));
  lanes.forEach((lane, i) => { lane.branch = places[i] < 0 ? null : [places[i], lane.branch[1]]; });
  return lanes;
}

/** A curve of a run; of a branch from where it begins on: before, it is its parent's. @param {any} result @param {string} key @returns {Float32Array} */
export function valuesOf(result, key) {
  const { begin = 0, [key]: { data } } = result;
  return begin ? data.map((value, step) => (step < begin ? NaN : value)) : data;
}
