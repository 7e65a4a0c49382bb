/** Which key does what: one for each thing a lecturer does without looking. */

const STEP = 1.25; // times nearer for a press

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
  const middle = () => stage.picture.size.map((side) => side / 2);
  const nearer = () => stage.picture.near(STEP, middle());
  return {
    " ": () => playback.toggle(),
    ArrowRight: walk(1), ArrowLeft: walk(-1), Home: jump(0), End: jump(Infinity),
    l: () => lecture.toggle(),
    m: () => stage.groundwork.setMode(stage.picture.wanted === "map" ? "surface" : "map"),
    o: () => stage.picture.follow(),
    "+": nearer, "=": nearer, "-": () => stage.picture.near(1 / STEP, middle()), 0: () => stage.picture.resetView(),
    f: () => stage.groundwork.turnField(),
    k: () => lecture.on && stage.root.classList.toggle("lab-with-bar"),
    s: () => hand.goHome(),
    Escape: () => lecture.leave(),
  };
}
