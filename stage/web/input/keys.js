/** The keyboard: one key for each thing a lecturer does without looking. */

/**
 * @typedef {Record<string, (event: KeyboardEvent) => unknown>} Keymap what a key does; false where it does nothing now, and is the browser's
 */

const TYPED_IN = "input:not([type=range]), textarea, select, [contenteditable=true], [role=textbox], [role=combobox], [role=listbox]";

/** Whether a key belongs to what has the focus rather than to the stage. */
function isTaken(event) {
  const { target, key } = event;
  if (!(target instanceof Element)) return false;
  if (target.closest(TYPED_IN) || target.closest("dialog")) return true;
  if (key === " " || key === "Enter") return Boolean(target.closest("button, a, summary, [role=button], [role=tab], [role=checkbox], [role=option]"));
  if (/^(Arrow|Home|End|Page)/.test(key)) return Boolean(target.closest("input, [role=slider], [role=tab], [role=radio], [role=option], [role=menuitem]"));
  return false;
}

/**
 * Listen on the whole page, since the stage is what the page is for. Returns the way to stop.
 * @param {Keymap} keymap by `event.key`, letters in lower case
 * @param {() => boolean} awake whether the stage is on the page and listening
 */
export function attachKeys(keymap, awake) {
  const listen = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !awake() || isTaken(event)) return;
    const act = keymap[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act && act(event) !== false) event.preventDefault();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}
