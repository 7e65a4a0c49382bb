/** The start page's picture: it plays by itself, rests, and begins again; never off screen, never against a visitor's wish. */

const FILM = 6; // seconds
const REST = 2000; // ms between two showings

/**
 * @param {import("../panels/playback.js").Playback} playback @param {HTMLElement} root @param {() => boolean} busy whether a hand is at work
 * @returns {() => void} the way to stop
 */
export function showByItself(playback, root, busy) {
  if (playback.calm.matches) return () => {};
  let visible = false;
  let waiting = 0;
  let rest = 0; // the first showing waits for nothing
  const begin = () => {
    if (!visible || busy() || playback.playing) return;
    playback.speed = Math.max(1, playback.length / FILM / 12);
    playback.seek(0);
    playback.play();
  };
  const watch = setInterval(() => {
    if (!visible || playback.playing || busy() || waiting || playback.length < 2) return;
    waiting = window.setTimeout(() => {
      waiting = 0;
      begin();
    }, rest);
    rest = REST;
  }, 200);
  const seen = new IntersectionObserver(([entry]) => {
    visible = entry.isIntersecting;
    if (!visible) playback.pause();
  });
  seen.observe(root);
  return () => {
    clearInterval(watch);
    clearTimeout(waiting);
    seen.disconnect();
  };
}
