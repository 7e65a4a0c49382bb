/** What the stage needs before and after its first picture: style sheets at once, the drawing library when the first picture stands. */

import { make } from "./dom.js";

/** Settled when the sheets stand, which the server joins to one file, or cannot be had. */
export const styled = new Promise((resolve) => {
  const link = make("link", { rel: "stylesheet", href: new URL("../all.css", import.meta.url) });
  link.onload = resolve;
  link.onerror = resolve;
  document.head.append(link);
});

let plotly = null;

/** Plotly.js takes a good part of a second to start: it comes after the first picture, not before it. */
export function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = make("script", { src: new URL("../plotly.min.js", import.meta.url), async: true });
    script.onload = resolve;
    script.onerror = () => reject(new Error("The drawing library did not load. Reload the page."));
    document.head.append(script);
  });
  return plotly;
}

export const afterPaint = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve, 30)); });
