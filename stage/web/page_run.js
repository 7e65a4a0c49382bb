/**
 * A run of the whole page, asked for from the browser. The stage itself can only ask for its fragment, which a session
 * that has not run the page yet does not know: it would hear nothing for as long as one waits.
 */

import { foldSidebar } from "./base/sidebar.js";

/** @type {any} */
let mounted = null;

/** Called again whenever Streamlit has new data. */
export async function show(component) {
  mounted = component;
  foldSidebar(); // it is mounted in the sidebar
}

export function leave(parentElement) {
  if (mounted?.parentElement === parentElement) mounted = null;
}

/** Ask Streamlit to run the page, with all that its widgets say. */
export function runPage() {
  mounted?.setStateValue("asked", Date.now());
}
