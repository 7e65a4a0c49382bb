/** Light or dark as Streamlit shows it, and the tokens of the look for the canvases. */

const NAMES = ["paper", "card", "well", "error", "ink", "ink2", "ink3", "line", "casing", "mark", "label", "contour", "decade", "accent"];

/** @param {HTMLElement} element where Streamlit's --st-… variables arrive @returns {"light" | "dark"} */
export function themeOf(element) {
  const background = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = background || "#fff";
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(probe.fillStyle.slice(i, i + 2), 16));
  return 0.3 * red + 0.59 * green + 0.11 * blue < 128 ? "dark" : "light";
}

/** @param {HTMLElement} root the element that carries data-theme @returns {Record<string, string>} */
export function tokensOf(root) {
  const style = getComputedStyle(root);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}
