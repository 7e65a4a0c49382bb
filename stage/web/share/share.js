/** What one takes home of the stage: its picture, its run, and what a class is given. */

import { count } from "../base/numbers.js";
import { make } from "../base/dom.js";
import { addShown } from "../base/draft.js";
import { drawingOf, pixelsOf } from "./drawing.js";
import { gifOf, webmOf } from "./film.js";
import { pageFile } from "./page_file.js";
import { nameOf, save } from "../base/save.js";
import { PAGES } from "../base/scenes.js";
import { Sheet, classLines, linkLine, stageAlone } from "./sheet.js";
import { t } from "../base/translate.js";

const FRAME = 760; // px: the stage with its picture, sentence and transport
const WIDTHS = [480, 640, 960, 1280, 1920]; // px of a film
const SECONDS = [2, 4, 8, 16, 30];
const NO_LINE = t("The line to the server is being restored; try again in a moment.");
const KINDS = { csv: "text/csv", notebook: "application/x-ipynb+json" };

/** @param {any} stage @returns {Sheet} */
export function makeShare(stage) {
  const { root } = stage;
  const film = new Film(stage);
  return new Sheet(root, [
    [t("The picture as it stands"), [
      linkLine(root, () => t("opens exactly this, step {n} included", { n: count(stage.playback.step) })),
      { icon: "image", title: t("Picture"), says: t("with its paths, marks and caption"), acts: [
        ["PNG", () => png(stage, 1)], ["PNG 2×", () => png(stage, 2)], [t("Transparent"), () => png(stage, 2, true)], ["SVG", () => svg(stage)]] },
      { icon: "movie", title: t("Film"), says: t("the run from first step to last"), more: film.root, acts: [["GIF", () => film.make(gifOf, ".gif")], ["WebM", () => film.make(webmOf, ".webm")]] },
    ]],
    [t("The run"), [
      { icon: "code", title: t("Program"), says: () => t("{run}: walks this very path", { run: nameOfRun(stage) }), acts: [["PyTorch", () => text(stage, "pytorch")], ["JAX", () => text(stage, "jax")]] },
      { icon: "menu_book", title: t("Notebook, table"), says: t("cells that run from top to bottom; every step as a row"), acts: [[t("Notebook"), () => text(stage, "notebook")], ["CSV", () => text(stage, "csv")]] },
    ]],
    [t("For a class"), [
      { icon: "html", title: t("Page that plays offline"), says: t("one file of 5 MB, opens on a phone"), acts: [["HTML", () => page(stage)]] },
      ...classLines(root, FRAME, () => frameAddress(stage), () => stage.printed.point(stage.data.base)),
      { icon: "library_add", title: t("Lecture"), says: t("this picture as its next scene"), acts: [[t("Add to lecture"), () => addShown(stage.data.surface.name, stage.data.picture)]] },
    ]],
  ]);
}

/** What a frame shows of a stage: on its own page the address says it, in a lesson and in a lecture another query. @param {any} stage */
function frameAddress({ data }) {
  const page = window.location.pathname.split("/").at(-1);
  const own = Object.hasOwn(PAGES, page) && !data.deck;
  const topic = { models: "two_weights" }[data.page] ?? data.page;
  return stageAlone(data.base, own ? page : Object.hasOwn(PAGES, topic) ? topic : "playground", data.picture ?? (own ? window.location.search.slice(1) : data.link));
}

const nameOfRun = (stage) => stage.tracks()[stage.scene.focus].name;

function needsPicture(stage) {
  if (!stage.picture.painted) throw new Error(t("The picture is not there yet; try again in a moment."));
}

async function png(stage, times, transparent = false) {
  needsPicture(stage);
  const canvas = await pixelsOf(await drawingOf(stage, { transparent }), times);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error(t("The browser could not make so large a picture; take the one of single size."));
  save(nameOf(stage, transparent ? "_transparent.png" : times > 1 ? `_${times}x.png` : ".png"), blob);
  return t("Saved: {width} × {height} px.", { width: canvas.width, height: canvas.height });
}

async function svg(stage) {
  needsPicture(stage);
  const { markup } = await drawingOf(stage);
  save(nameOf(stage, ".svg"), new Blob([markup], { type: "image/svg+xml" }));
  return t("Saved.");
}

async function page(stage) {
  needsPicture(stage);
  save(nameOf(stage, ".html"), await pageFile(stage));
  return t("Saved.");
}

/** The run in focus as a text that the engine writes. @param {any} stage @param {string} form */
function text(stage, form) {
  if (!stage.asking.open) throw new Error(NO_LINE);
  const { scene, asking } = stage;
  return new Promise((resolve, reject) => {
    asking.inquire({ kind: "export", run: asking.message().runs[scene.focus], form, name: scene.lanes[scene.focus].name }, (answer) => {
      if (answer.error) reject(new Error(answer.error));
      else {
        save(answer.name, new Blob([answer.text], { type: KINDS[form] ?? "text/x-python" }));
        resolve(t("Saved."));
      }
    });
  });
}

/** The film's size and length, and how far it is made. */
class Film {
  constructor(stage) {
    this.stage = stage;
    const choice = (name, values, says, chosen) => make("select", { "aria-label": name }, ...values.map((value) => make("option", { value, selected: value === chosen }, says(value))));
    this.width = choice(t("Width of the film"), WIDTHS, (n) => t("{n} px wide", { n }), 640);
    this.seconds = choice(t("Length of the film"), SECONDS, (n) => t("{n} s", { n }), 8);
    this.bar = make("progress", { max: 1, value: 0, "aria-label": t("Film"), hidden: true });
    this.stop = make("button.lab-share-act", { type: "button", hidden: true, onclick: () => this.work?.abort(new Error(t("Cancelled."))) }, t("Cancel"));
    this.root = make("div.lab-share-film", {}, this.width, this.seconds, this.bar, this.stop);
  }

  async make(film, end) {
    needsPicture(this.stage);
    if (this.work) throw new Error(t("A film is being made: wait for it, or cancel it."));
    this.work = new AbortController();
    this.show(true);
    try {
      const blob = await film(this.stage, {
        width: Number(this.width.value), seconds: Number(this.seconds.value), signal: this.work.signal,
        told: (share) => { this.bar.value = share; },
      });
      save(nameOf(this.stage, end), blob);
      return t("Saved: {size} MB.", { size: (blob.size / 1e6).toFixed(1) });
    } finally {
      this.work = null;
      this.show(false);
    }
  }

  show(busy) {
    this.bar.value = 0;
    for (const part of [this.bar, this.stop]) part.hidden = !busy;
    for (const part of [this.width, this.seconds]) part.disabled = busy;
  }
}
