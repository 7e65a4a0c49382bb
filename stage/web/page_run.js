/**
 * A run of the whole page, asked for from the browser. The stage itself can only ask for its fragment, which a session
 * that has not run the page yet does not know: it would hear nothing for as long as one waits.
 *
 * Streamlit's connection comes back without such a run, and the session that then answers may be a new one (its server
 * killed, a laptop asleep for long), or the old one, which has not heard what was set meanwhile.
 */

import { foldSidebar } from "./base/sidebar.js";

const STATE = "data-test-connection-state"; // what Streamlit 1.67 writes on its app's element
const CONNECTED = "CONNECTED";

/** @type {any} */
let mounted = null;
/** @type {Element | null} */
let watched = null;
/** @type {Set<() => void>} */
const listeners = new Set();

/** Called again whenever Streamlit has new data. */
export async function show(component) {
  mounted = component;
  foldSidebar(); // it is mounted in the sidebar
  watchConnection();
}

export function leave(parentElement) {
  if (mounted?.parentElement === parentElement) mounted = null;
}

/** Ask Streamlit to run the page, with all that its widgets say. @param {{session: string, hand: object}} told for a session that is not this one */
export function runPage(told) {
  mounted?.setStateValue("asked", { at: Date.now(), ...told });
}

/** Hear of it when Streamlit's connection is back. @param {() => void} listener @returns {() => void} to stop hearing */
export function onReconnection(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function watchConnection() {
  const app = document.querySelector(`[${STATE}]`);
  if (!app || app === watched) return;
  watched = app;
  let before = app.getAttribute(STATE);
  new MutationObserver(() => {
    const now = app.getAttribute(STATE);
    if (now === CONNECTED && before !== CONNECTED) for (const listener of listeners) listener();
    before = now;
  }).observe(app, { attributes: true, attributeFilter: [STATE] });
}
