/** What the stage needs before and after its first picture: style sheets at once, the drawing library when a surface is to be turned. */

import { make } from "./dom.js";
import { t } from "./translate.js";

/** Settled when the sheets stand, which the server joins to one file, or cannot be had. */
export const styled = new Promise((resolve) => {
  const link = make("link", { rel: "stylesheet", href: new URL("../all.css", import.meta.url) });
  link.onload = resolve;
  link.onerror = resolve;
  document.head.append(link);
});

let plotly = null;

/** Plotly.js is a megabyte and a half and takes a good part of a second to start: it comes when the surface is wanted, not before. */
export function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = make("script", { src: new URL("../plotly.min.js", import.meta.url), async: true });
    script.onload = resolve;
    script.onerror = () => reject(new Error(t("The drawing library did not load. Reload the page.")));
    document.head.append(script);
  });
  return plotly;
}

/** What stage/__init__.py says where not even this file could be had. */
export const unloaded = (fault) => t("The picture could not be loaded ({fault}). Reload the page.", { fault });
