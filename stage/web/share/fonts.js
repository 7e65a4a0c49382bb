/** The page's fonts inside a file: a picture that is opened elsewhere has none of them. */

import { asData } from "../base/save.js";

const WANTED = [["Source Sans", "normal"], ["Source Serif", "normal"], ["Source Serif", "italic"]];

/** @type {Promise<string> | null} */
let rules = null;

/** Style rules that hold the fonts; where one cannot be had, the reader's own serve. */
export function fontRules() {
  rules ??= Promise.all(WANTED.map(([family, style]) => ruleOf(family, style).catch(() => ""))).then((all) => all.filter(Boolean).join("\n"));
  return rules;
}

async function ruleOf(family, style) {
  const face = faces().find((rule) => {
    const { style: set } = rule;
    return set.getPropertyValue("font-family").replace(/["']/g, "") === family && (set.getPropertyValue("font-style") || "normal").startsWith(style);
  });
  const [, path] = face.style.getPropertyValue("src").match(/url\(["']?([^"')]+)["']?\)/);
  const answer = await fetch(new URL(path, face.parentStyleSheet.href ?? document.baseURI));
  if (!answer.ok) return "";
  const data = await asData(new Blob([await answer.arrayBuffer()], { type: "font/woff2" }));
  return `@font-face { font-family: "${family}"; font-style: ${style}; font-weight: 400 700; src: url(${data}) format("woff2"); }`;
}

/** @returns {any[]} */
function faces() {
  return [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
    } catch {
      return []; // another origin's sheet is not ours to read
    }
  });
}
