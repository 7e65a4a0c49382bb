/** The hand on the picture: it moves the start, brings the map nearer, turns the block. Mouse, touch, pen and arrow keys. */

import { t } from "../base/translate.js";

const NUDGE = 0.01; // of the ground's smaller side, for one press of an arrow key
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const PUSH = 24; // px of the hand's way that a press of an arrow key stands for
const REACH = 22; // px around the start's middle that belong to it
const WHEEL = 0.0016; // of the logarithm of the zoom, for each px of a wheel's way
const PINCH = 6; // times that for a pinch on a touchpad, which browsers send as a slow wheel with Ctrl
const TWICE = 400; // ms between two presses that are one double press
const STILL = 10; // px that a finger may move and has tapped all the same
const TOLD = 1400; // ms for which it is said how the wheel zooms
const ZOOM_KEY = /Mac/.test(navigator.platform) ? "⌘" : t("Ctrl");

/**
 * @param {import("../picture.js").Picture} picture
 * @param {{get: () => number[], move: (start: number[]) => void, grab: () => void, release: () => void}} start
 */
export function attachStart(picture, start) {
  const { root, handle } = picture;
  const fingers = new Map(); // every pointer that is down, by its id: where it is
  let hold = null; // where on the handle the hand took it, so that it does not jump
  let roam = null; // "turn" or "move": what one pointer does that does not hold the start
  let tap = null; // where a finger has touched the map, as long as it may be a tap: a swipe is the page's
  let before = { at: -Infinity, start: null }; // the start before the last press

  const pointAt = (event) => {
    const box = root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const take = (event, point, onHandle) => {
    const [px, py] = point;
    const [sx, sy] = picture.startAt();
    before = { at: event.timeStamp, start: event.timeStamp - before.at < TWICE ? before.start : [...start.get()] };
    hold = { id: event.pointerId, dx: onHandle ? sx - px : 0, dy: onHandle ? sy - py : 0, from: [...start.get()] };
    handle.focus({ preventScroll: true });
    root.classList.add("lab-held");
    start.grab();
    if (!onHandle) start.move(picture.view.unproject(px, py));
  };

  const isAlone = () => Boolean(root.closest(".lab-lecture")); // then nothing scrolls, and the picture has all gestures
  const isSwiped = (event) => event.pointerType !== "mouse" && picture.mode === "map" && !isAlone();

  const drop = () => {
    hold = null;
    root.classList.remove("lab-held");
    start.release();
  };

  root.addEventListener("pointerdown", (event) => {
    if ((event.button !== 0 && event.button !== 1) || !picture.view || event.target.closest("button")) return;
    event.preventDefault();
    const point = pointAt(event);
    fingers.set(event.pointerId, point);
    root.setPointerCapture(event.pointerId);
    if (fingers.size > 1) {
      // A second finger: both move the view, and the first one meant nothing by its start.
      if (hold) {
        start.move(hold.from);
        drop();
      }
      [roam, tap] = [null, null];
      return;
    }
    const [sx, sy] = picture.startAt();
    const onHandle = Math.hypot(point[0] - sx, point[1] - sy) <= REACH * Math.max(1, picture.scale * 0.88);
    if (event.shiftKey || event.button === 1) roam = "move";
    else if (picture.mode === "surface" && !onHandle) roam = "turn";
    else if (isSwiped(event) && !onHandle) tap = { id: event.pointerId, point };
    else take(event, point, onHandle);
    if (roam) root.classList.add("lab-roaming");
  });

  root.addEventListener("pointermove", (event) => {
    const old = fingers.get(event.pointerId);
    if (!old) return;
    const point = pointAt(event);
    const way = [point[0] - old[0], point[1] - old[1]];
    if (fingers.size > 1) pinch(event.pointerId, point);
    fingers.set(event.pointerId, point);
    if (fingers.size > 1) return;
    if (tap && Math.hypot(point[0] - tap.point[0], point[1] - tap.point[1]) > STILL) tap = null;
    if (hold) start.move(picture.view.unproject(point[0] + hold.dx, point[1] + hold.dy));
    else if (roam === "turn") picture.turn(...way);
    else if (roam === "move") picture.pan(...way);
  });

  /** Two fingers carry the picture between them: what was under each stays under it, as far as it can. */
  const pinch = (id, point) => {
    const [one, other] = [fingers.get(id), [...fingers].find(([key]) => key !== id)[1]];
    const [wide, wider] = [one, point].map(([x, y]) => Math.max(12, Math.hypot(x - other[0], y - other[1])));
    const middle = (from) => [(from[0] + other[0]) / 2, (from[1] + other[1]) / 2];
    const [was, is] = [middle(one), middle(point)];
    picture.pan(is[0] - was[0], is[1] - was[1]);
    picture.near(wider / wide, is);
  };

  const letGo = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    roam = null;
    root.classList.remove("lab-roaming");
    if (tap?.id === event.pointerId && event.type === "pointerup") take(event, tap.point, false);
    tap = null;
    if (hold?.id === event.pointerId) drop();
  };
  // Two fingers are the picture's, even where they move as if to scroll.
  for (const touch of ["touchstart", "touchmove"]) root.addEventListener(touch, (event) => {
    if (event.touches.length > 1) event.preventDefault();
  }, { passive: false });
  root.addEventListener("pointerup", letGo);
  root.addEventListener("pointercancel", letGo);

  root.addEventListener("wheel", (event) => {
    if (!picture.view || !picture.zooms || event.target.closest("button")) return;
    // A pinch on a touchpad comes as a wheel with Ctrl. Without a key the wheel is the page's.
    if (!(event.ctrlKey || event.metaKey || isAlone())) {
      picture.tell(t("{key} and wheel to zoom", { key: ZOOM_KEY }), TOLD);
      return;
    }
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const way = Math.max(-240, Math.min(240, event.deltaY * lines * (event.ctrlKey && event.deltaMode === 0 && Math.abs(event.deltaY) < 40 ? PINCH : 1)));
    picture.near(Math.exp(-WHEEL * way), pointAt(event));
  }, { passive: false });

  root.addEventListener("dblclick", (event) => {
    if (event.target.closest("button") || picture.atHome) return;
    picture.resetView();
    if (picture.mode === "surface" || !before.start) return;
    start.grab();
    start.move(before.start); // the two presses were one wish, and it was not about the start
    start.release();
  });

  // With the focus on the picture itself, arrows turn the block or move the map.
  root.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || event.target !== root || !picture.view || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (picture.mode === "surface" && !event.shiftKey) picture.turn(-way[0] * PUSH, way[1] * PUSH);
    else picture.pan(-way[0] * PUSH, way[1] * PUSH);
  });

  handle.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || !picture.view || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [[x0, x1], [y0, y1]] = picture.view.ground;
    const reach = Math.min(x1 - x0, y1 - y0) * NUDGE * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);
    const [x, y] = start.get();
    if (!handle.moving) start.grab();
    handle.moving = true;
    start.move([x + way[0] * reach, y + way[1] * reach]);
  });
  const settle = () => {
    if (!handle.moving) return;
    handle.moving = false;
    start.release();
  };
  handle.addEventListener("keyup", settle);
  handle.addEventListener("blur", settle);
}
