/** The colours, dashes and markers of the look, read once from the file that Python and the tests read too. */

/** @type {{surface: Record<string, string[]>, basins: Record<string, string[]>, maps: any, optimizers: Record<string, {light: string, dark: string, dash: string, marker: string}>, further: string[]}} */
export const PALETTE = await (await fetch(new URL("./palette.json", import.meta.url))).json();

// Lengths at a line of 2.7 px; they scale with the width.
const DASHES = { solid: [], long: [13.6, 3.6], short: [5.6, 4], dot: [0.1, 4.8], dashdot: [11.2, 4, 0.1, 4] };
const LINE_OF_DASHES = 2.7;
/** What is left of a path while another one is pointed at. */
export const PALE = 0.2;

/** @param {string} dash @param {number} width in px */
export function dashPattern(dash, width) {
  return DASHES[dash].map((length) => (length === 0.1 ? length : (length * width) / LINE_OF_DASHES));
}

/** @param {string} dash */
export function dashCap(dash) {
  return DASHES[dash].includes(0.1) ? "round" : "butt";
}

/** @param {string} look by the optimizer whose own it is @param {"light" | "dark"} theme */
export function styleOf(look, theme) {
  const { dash, marker, ...colours } = PALETTE.optimizers[look];
  return { colour: colours[theme], dash, marker };
}
