/** Device pixels to a CSS pixel, as they are now: browser zoom changes them, and so does another display. */

/** @param {number} [least] below which a canvas is not drawn: small marks look better finer than the screen */
export const sharpness = (least = 1) => Math.max(least, window.devicePixelRatio || 1);

/** Call `changed` whenever the ratio becomes another one. Returns the way to stop. @param {() => void} changed */
export function followSharpness(changed) {
  let query = null;
  const turn = () => {
    listen();
    changed();
  };
  // A media query tells of leaving one ratio only: after each change the next one is asked.
  const listen = () => {
    query?.removeEventListener("change", turn);
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", turn);
  };
  listen();
  return () => query.removeEventListener("change", turn);
}
