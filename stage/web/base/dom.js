/** Building elements without markup in strings. */

/**
 * @param {string} name tag, with classes after dots: "button.lab-icon"
 * @param {Record<string, any>} [attributes] on… are listeners, others attributes; null ones are left out
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function make(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}

/** A text with an element at each of its places, `{name}`. @param {string} text @param {Record<string, Node>} elements @returns {(string | Node)[]} */
export function filled(text, elements) {
  return text.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? elements[part] : part)).filter((part) => part !== "");
}

/** A glyph of Material Symbols, which Streamlit ships. @param {string} name */
export function glyph(name) {
  return make("span.lab-glyph", { "aria-hidden": "true" }, name);
}

/**
 * Write text only where it changed: a live region must not speak twice. A text node that is there is written into: a new
 * one would have the browser look at the styles of all that is around it, many times a second.
 */
export function say(element, text) {
  const { firstChild } = element;
  if (firstChild?.nodeType === Node.TEXT_NODE && firstChild === element.lastChild && text !== "") {
    if (firstChild.data !== text) firstChild.data = text;
  } else if (element.textContent !== text) element.textContent = text;
}

/** Write an attribute only where it changed: what is written is looked at by the browser's styles, many times a second. */
export function mark(element, attribute, text) {
  if (element.getAttribute(attribute) !== text) element.setAttribute(attribute, text);
}

/** Whether a line of text has not the room that it needs: it is cut, or broken over several. @param {HTMLElement} element */
export function isCut(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  return element.scrollWidth > element.clientWidth || range.getClientRects().length > 1;
}
