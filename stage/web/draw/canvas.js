import { sharpness } from "../base/sharpness.js";

/** Size a canvas to its box, and give a pen that counts in its px. */
export function penOf(canvas) {
  const sharp = sharpness();
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [across, down] = [Math.round(width * sharp), Math.round(height * sharp)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
  const pen = canvas.getContext("2d");
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height, sharp };
}
