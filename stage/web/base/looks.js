/** In which colour, dash and marker each run is drawn. */

import { PALETTE } from "./palette.js";

/**
 * The looks of the lanes of a picture, each named by the optimizer whose own it is; no two lanes have the same one.
 *
 * A lane that says its look has it. The first of an optimizer that does not has the optimizer's own. What is then without
 * one takes the first that is free, in an order by which a few are told apart best.
 * @param {{optimizer: string, look?: string | null}[]} lanes @returns {string[]}
 */
export function looksOf(lanes) {
  /** @type {string[]} */
  const looks = new Array(lanes.length).fill("");
  const give = (wish) => lanes.forEach((lane, i) => {
    const look = wish(lane);
    if (!looks[i] && look && !looks.includes(look)) looks[i] = look;
  });
  give(({ look }) => look);
  give(({ optimizer, look }) => (look ? null : optimizer));
  give(() => PALETTE.further.find((look) => !looks.includes(look)));
  return looks;
}
