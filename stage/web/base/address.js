/** The address of exactly this picture: in the browser's bar, and in the clipboard. */

import { make } from "./dom.js";

/** The address follows the picture without filling the browser's history. @param {string} link */
export function writeLink(link) {
  const kept = [...new URLSearchParams(window.location.search)].filter(([key]) => key.startsWith("embed")).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  const query = [...kept, ...(link ? [link] : [])].join("&");
  const address = `${window.location.pathname}${query ? `?${query}` : ""}${window.location.hash}`;
  if (address !== window.location.pathname + window.location.search + window.location.hash) window.history.replaceState(window.history.state, "", address);
}

/** @param {HTMLElement} root where a field may stand for a moment @returns {Promise<boolean>} whether the clipboard took it */
export function copyAddress(root) {
  return copyText(window.location.href, root);
}

/** @param {string} text @param {HTMLElement} root where a field may stand for a moment @returns {Promise<boolean>} whether the clipboard took it */
export async function copyText(text, root) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS there is no clipboard interface; the old way still works there.
    const field = make("textarea", { "aria-hidden": "true" });
    field.value = text;
    root.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
