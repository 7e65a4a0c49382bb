/** The run as a film, made in the browser: a GIF by a thread of its own, a WebM by the browser's recorder. */

import { Layers } from "../draw/layers.js";
import { paintInk } from "../draw/painting.js";
import { captionOf, groundOf, pixelsOf } from "./drawing.js";
import { fontRules } from "./fonts.js";
import { t } from "../base/translate.js";

const GIF_RATE = 20; // pictures a second: what every viewer shows at that speed
const WEBM_RATE = 30;
const REST = 1500; // ms that the last picture stays
const BITS = 12e6; // a second
const KINDS = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];

/** @typedef {{width: number, seconds: number, told: (share: number) => void, signal: AbortSignal}} Wish width in px; `told` hears how much is done */

/** A canvas, and what draws the run at a playhead on it. @param {any} stage @param {number} width px @param {boolean} even whether both sides must be even numbers */
async function sceneOf(stage, width, even) {
  const { picture, theme, tokens } = stage;
  const { view, scale } = picture;
  const [tracks, start] = picture.painted;
  const caption = captionOf(stage, view.width, view.height);
  const whole = view.height + caption.height;
  const sharp = width / view.width;
  const canvas = document.createElement("canvas");
  const side = (length) => (even ? 2 * Math.round((length * sharp) / 2) : Math.round(length * sharp));
  [canvas.width, canvas.height] = [side(view.width), side(whole)];
  const ground = await groundOf(stage, false);
  const fonts = await fontRules();
  const base = await pixelsOf({
    width: view.width, height: view.height, picture: view.height,
    markup: `<svg xmlns="http://www.w3.org/2000/svg" width="${view.width}" height="${view.height}"><style>${fonts}</style>${ground}</svg>`,
  }, sharp);
  const layers = new Layers();
  layers.resize(view.width, view.height, sharp);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const draw = (playhead) => {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = tokens.paper;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(base, 0, 0);
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, view.width, view.height);
    pen.clip();
    paintInk(picture, {
      pen, taken: picture.taken(), underlay: (at) => picture.underlay?.(pen, view, at),
      paths: (shown, at) => layers.paint(pen, shown, at, { theme, tokens, scale }),
      landmarks: () => pen.drawImage(picture.landmarks, 0, 0, view.width, view.height),
    }, { tracks, start, playhead, step: null }).finish();
    pen.restore();
    captionOf(stage, view.width, view.height, pen, Math.floor(playhead + 1e-9));
  };
  return { canvas, pen, draw };
}

/** The playheads of a film of so many seconds. */
const placesOf = (stage, seconds, rate) => {
  const count = Math.max(2, Math.round(seconds * rate));
  return Array.from({ length: count }, (_, i) => (stage.playback.length * i) / (count - 1));
};

/** @param {any} stage @param {Wish} wish @returns {Promise<Blob>} */
export async function gifOf(stage, { width, seconds, told, signal }) {
  const { canvas, pen, draw } = await sceneOf(stage, width, false);
  const worker = new Worker(new URL("../vendor/gif_worker.js", import.meta.url), { type: "module" });
  const answered = () => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = () => reject(new Error(t("The GIF could not be made in this browser; take the WebM.")));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const pixels = () => pen.getImageData(0, 0, canvas.width, canvas.height).data;
  try {
    const places = placesOf(stage, seconds, GIF_RATE);
    draw(0);
    const first = pixels();
    draw(places.at(-1));
    const colours = new Uint8ClampedArray(2 * first.length);
    colours.set(first);
    colours.set(pixels(), first.length);
    worker.postMessage({ colours: colours.buffer }, [colours.buffer]);
    for (const [i, place] of places.entries()) {
      signal.throwIfAborted();
      draw(place);
      const { buffer } = pixels();
      const done = answered();
      worker.postMessage({ frame: buffer, width: canvas.width, height: canvas.height, delay: i === places.length - 1 ? REST : 1000 / GIF_RATE }, [buffer]);
      await done;
      told((i + 1) / places.length);
    }
    const end = answered();
    worker.postMessage({ end: true });
    return new Blob([(await end).file], { type: "image/gif" });
  } finally {
    worker.terminate();
  }
}

/** @param {any} stage @param {Wish} wish @returns {Promise<Blob>} */
export async function webmOf(stage, { width, seconds, told, signal }) {
  const kind = KINDS.find((one) => window.MediaRecorder?.isTypeSupported(one));
  if (!kind) throw new Error(t("This browser records no WebM; take the GIF."));
  const { canvas, draw } = await sceneOf(stage, width, true);
  draw(0);
  const stream = canvas.captureStream(WEBM_RATE);
  const recorder = new MediaRecorder(stream, { mimeType: kind, videoBitsPerSecond: BITS });
  const chunks = [];
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  const stopped = new Promise((resolve, reject) => {
    recorder.onstop = resolve;
    recorder.onerror = () => reject(new Error(t("The recording broke off; take the GIF.")));
  });
  try {
    recorder.start();
    const begin = performance.now();
    // The recorder keeps the time: what is drawn when is what is seen when.
    for (let passed = 0; passed < 1000 * seconds + REST; passed = performance.now() - begin) {
      signal.throwIfAborted();
      draw(stage.playback.length * Math.min(1, passed / (1000 * seconds)));
      told(passed / (1000 * seconds + REST));
      await new Promise((resolve) => setTimeout(resolve, 1000 / WEBM_RATE));
    }
    recorder.stop();
    await stopped;
    return new Blob(chunks, { type: "video/webm" });
  } finally {
    if (recorder.state !== "inactive") recorder.stop();
    for (const track of stream.getTracks()) track.stop();
  }
}
