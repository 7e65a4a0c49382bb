/** Files that are made in the browser. */

import { make } from "./dom.js";

/** Give the visitor a file. @param {string} name @param {Blob} blob */
export function save(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = make("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A file's name: of what it shows, in letters that every system takes. @param {any} stage @param {string} end */
export function nameOf(stage, end) {
  const words = `${stage.data.surface.name} ${stage.focused.optimizerFacts.name}`;
  return `${words.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "") || "picture"}${end}`;
}

/** @param {Blob} blob @returns {Promise<string>} as an address that holds all of it */
export function asData(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
