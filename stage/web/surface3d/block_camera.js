/** Where the block is looked at from: turned, tilted, brought nearer and moved by hand, and fitted into the picture. */

const HOME = { azimuth: Math.atan2(-1.15, 0.62), elevation: Math.atan2(1.1, Math.hypot(0.62, 1.15)) };
const FLATTEST = (12 * Math.PI) / 180; // lower, hills hide what the lesson is about
const STEEPEST = (89 * Math.PI) / 180;
const NEAREST = 40;
const FARTHEST = 0.4;
const FILL = 0.94; // of the picture's width or height
const HEIGHT = 0.36; // of the ground's shorter side: a long valley would else vanish behind its own bank
const LONGEST = 2.4; // a window longer than this is drawn shorter than it is
const AWAY = 2;

/** @typedef {{azimuth: number, elevation: number, zoom: number, pan: [number, number]}} Pose pan in half heights of the picture */

/** @returns {Pose} */
export const homePose = () => ({ ...HOME, zoom: 1, pan: [0, 0] });

export const isHome = (pose) => pose.zoom === 1 && !pose.pan[0] && !pose.pan[1] && pose.azimuth === HOME.azimuth && pose.elevation === HOME.elevation;

/** @param {Pose} pose @returns {Pose} */
export function turned(pose, azimuth, elevation) {
  return { ...pose, azimuth: pose.azimuth + azimuth, elevation: Math.max(FLATTEST, Math.min(STEEPEST, pose.elevation + elevation)) };
}

/** Nearer by a factor, the point (u, v) of the picture staying where it is; u and v in half heights from the middle. */
export function neared(pose, factor, [u, v]) {
  const zoom = Math.max(FARTHEST, Math.min(NEAREST, pose.zoom * factor));
  const by = zoom / pose.zoom;
  return { ...pose, zoom, pan: [u - (u - pose.pan[0]) * by, v - (v - pose.pan[1]) * by] };
}

/** @param {Pose} pose */
export function moved(pose, u, v) {
  return { ...pose, pan: [pose.pan[0] + u, pose.pan[1] + v] };
}

/** The block's sides before it is fitted. @param {number[][]} window */
function sides([[x0, x1], [y0, y1]]) {
  const shape = Math.max(1 / LONGEST, Math.min(LONGEST, (x1 - x0) / (y1 - y0)));
  const [long, wide] = [Math.sqrt(shape), 1 / Math.sqrt(shape)];
  return [long, wide, HEIGHT * Math.min(long, wide)];
}

const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];

/** The way to the eye, and the picture's right and up, for these angles. */
function axes({ azimuth, elevation }) {
  const eye = [Math.cos(elevation) * Math.cos(azimuth), Math.cos(elevation) * Math.sin(azimuth), Math.sin(elevation)];
  const right = [-Math.sin(azimuth), Math.cos(azimuth), 0];
  return { eye, right, up: cross(eye, right) };
}

/** How far the block reaches in the picture: [left, right, low, high]. */
function reach(field, base, pose) {
  const [ax, ay, az] = sides(field.window);
  const { right, up } = axes(pose);
  const box = [Infinity, -Infinity, Infinity, -Infinity];
  const mind = (i, j, height) => {
    const at = [ax * (i - 0.5), ay * (j - 0.5), az * ((height - base) / (field.high - base) - 0.5)];
    const u = at[0] * right[0] + at[1] * right[1];
    const v = at[0] * up[0] + at[1] * up[1] + at[2] * up[2];
    box[0] = Math.min(box[0], u);
    box[1] = Math.max(box[1], u);
    box[2] = Math.min(box[2], v);
    box[3] = Math.max(box[3], v);
  };
  for (const i of [0, 1]) for (const j of [0, 1]) mind(i, j, base);
  for (let j = 0; j < field.rows; j += 3)
    for (let i = 0; i < field.columns; i += 3) mind(i / (field.columns - 1), j / (field.rows - 1), field.heights[j * field.columns + i]);
  return box;
}

/** The camera of a pose. @param {import("./block_field.js").HeightField} field @param {number} base height of the block's foot @returns {import("./block_scene.js").Camera} */
export function cameraOf(pose, field, base, width, height) {
  const box = reach(field, base, homePose());
  const fit = Math.min(((2 * width) / height) * FILL / (box[1] - box[0]), (2 * FILL) / (box[3] - box[2]));
  const size = fit * pose.zoom;
  const here = reach(field, base, pose);
  const { eye, right, up } = axes(pose);
  const [u, v] = [((here[0] + here[1]) / 2) * size - pose.pan[0], ((here[2] + here[3]) / 2) * size - pose.pan[1]];
  const center = [0, 1, 2].map((i) => right[i] * u + up[i] * v);
  return { aspect: sides(field.window).map((side) => side * size), center, eye: center.map((value, i) => value + AWAY * eye[i]) };
}
