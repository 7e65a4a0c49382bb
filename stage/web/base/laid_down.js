/**
 * What Streamlit has taken out of the page and may mount anew at once: where reruns overtake each other it now and then
 * replaces an element by one that says the same. What is built anew then would have lost all that it was not told: a
 * mark, a camera, what a hand has just set.
 */

/**
 * At most one, for `span` ms; then it leaves for good. It does so at once where the page is another one.
 * @template {{leave: () => void}} T @param {number} span
 */
export function makeLaidDown(span) {
  /** @type {{one: T, path: string, timer: number} | null} */
  let down = null;
  const letGo = () => {
    if (!down) return;
    clearTimeout(down.timer);
    const { one } = down;
    down = null;
    one.leave();
  };
  return {
    /** @param {T} one */
    layDown(one) {
      letGo();
      down = { one, path: window.location.pathname, timer: window.setTimeout(letGo, span) };
    },
    /** The one that lies there, if it is the one that is wanted; else it leaves. @param {(one: T) => boolean} wanted @returns {T | null} */
    takeUp(wanted) {
      if (!down) return null;
      const { one, path, timer } = down;
      if (path !== window.location.pathname || !wanted(one)) {
        letGo();
        return null;
      }
      clearTimeout(timer);
      down = null;
      return one;
    },
  };
}

/** What in `root` has the focus, or had it until root was taken out of the page. @param {HTMLElement} root */
export function followFocus(root) {
  const found = {
    /** @type {HTMLElement | null} */
    last: null,
    leave: () => document.removeEventListener("focusin", seen),
  };
  const seen = ({ target }) => { found.last = root.contains(target) ? target : null; };
  document.addEventListener("focusin", seen);
  root.addEventListener("focusout", ({ relatedTarget }) => queueMicrotask(() => {
    if (!relatedTarget && root.isConnected && document.activeElement === document.body) found.last = null;
  }));
  return found;
}
