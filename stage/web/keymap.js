/** Which key does what: one for each thing a lecturer does without looking. */

/** @param {any} stage @returns {import("./keys.js").Keymap} */
export function keymapOf(stage) {
  const { playback, lecture, hand } = stage;
  const walk = (way) => (event) => {
    playback.advance(event.shiftKey ? 10 * way : way);
    stage.commitSoon();
  };
  const jump = (place) => () => {
    playback.pause();
    playback.seek(place);
    stage.commitSoon();
  };
  return {
    " ": () => playback.toggle(),
    ArrowRight: walk(1), ArrowLeft: walk(-1), Home: jump(0), End: jump(Infinity),
    l: () => lecture.toggle(),
    m: () => stage.groundwork.setMode(stage.picture.wanted === "map" ? "surface" : "map"),
    f: () => stage.groundwork.toggleField(),
    k: () => lecture.on && stage.root.classList.toggle("lab-with-bar"),
    s: () => hand.goHome(),
    Escape: () => lecture.leave(),
  };
}
