/**
 * The thread that makes a GIF: it is sent one frame after the other, answers each, and at the end sends the file.
 * Messages in: {colours} (RGBA of some frames, from which all take their palette), {frame, width, height, delay} in
 * ms, {end}. Messages out: {done} the frames so far, {file} the bytes.
 */

import { GIFEncoder, applyPalette, quantize } from "./gifenc.js";

const COLOURS = 256;
const FORMAT = "rgb565";

const encoder = GIFEncoder();
let palette = null;
let done = 0;

self.onmessage = ({ data: { colours, frame, width, height, delay, end } }) => {
  if (colours) palette = quantize(new Uint8Array(colours), COLOURS, { format: FORMAT });
  if (frame) {
    const indices = applyPalette(new Uint8Array(frame), palette, FORMAT);
    encoder.writeFrame(indices, width, height, { palette: done ? undefined : palette, delay });
    done += 1;
    self.postMessage({ done });
  }
  if (end) {
    encoder.finish();
    const file = encoder.bytes();
    self.postMessage({ file }, [file.buffer]);
  }
};
