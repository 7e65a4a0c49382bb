/**
 * Texts in the reader's language. A template is English, with {name} for each argument; who mounts the stage has loaded its
 * translations before (stage/__init__.py), and without one the English is said. i18n/message.py does the same in Python.
 */

const PSEUDO = "en-XA"; // for tests: English in brackets
/** @type {Record<string, Intl.PluralRules>} */
const rules = {};

/** The reader's language, as the page's `lang` says it. */
export function language() {
  return globalThis.descentLab?.language ?? "en";
}

/** A text, translated. @param {string} template @param {Record<string, any>} [given] @returns {string} */
export function t(template, given = {}) {
  return said([translationOf(template) ?? template].flat()[0], given);
}

/** A text about something counted: `one` for 1, `more` for other counts. @param {string} one @param {string} more @param {number} count @param {Record<string, any>} [given] @returns {string} */
export function many(one, more, count, given = {}) {
  const forms = translationOf(one);
  if (Array.isArray(forms)) return said(forms[Math.min(forms.length - 1, formOf(count))], given);
  return said(count === 1 ? one : more, given);
}

/** The text inside a sentence: its first letter lower-case in English, and as its translation has it elsewhere. @param {string} text */
export function lowered(text) {
  return language() === "en" ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}

function translationOf(template) {
  const texts = globalThis.descentLab?.texts;
  return texts && Object.hasOwn(texts, template) ? texts[template] : undefined;
}

/** In all our languages gettext's first form is what CLDR calls "one", and the second all else. */
function formOf(count) {
  const spoken = language();
  rules[spoken] ??= new Intl.PluralRules(spoken);
  return rules[spoken].select(count) === "one" ? 0 : 1;
}

function said(template, given) {
  const text = template.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(given, name) ? String(given[name]) : place));
  return language() === PSEUDO && /\p{L}{2}/u.test(template.replace(/\{\w+\}/g, "")) ? `⁅${text}⁆` : text;
}
