/** A scene as it stands: prepared, made by the lecturer's hand, and where its picture is now, for the windows and phones that follow. */

import { unbroken } from "../base/numbers.js";

/** What is asked of the stage for a scene. @param {any} prepared of `ui/lecture/deck.py` @param {import("../base/scenes.js").Scene} scene @param {boolean} open whether the answer is */
export function staged(prepared, scene, open) {
  const veiled = Boolean(scene.question) && !open;
  const sentence = unbroken((veiled ? scene.question : scene.answer) ?? "");
  return {
    ...structuredClone(prepared.data), deck: { sentence }, lesson: scene.question ? { veiled, panels: [] } : undefined,
    scene: { ...structuredClone(prepared.data.scene), lecture: true, door: null, playhead: veiled ? 0 : scene.question ? null : prepared.data.scene.playhead },
  };
}

/** A picture as the lecturer has made it, to be shown once more. @param {any} stage @returns {{hand: any, moved: boolean, over: (data: any) => any}} `hand` is what was made of the prepared picture, null where only start or rates are others; `over` puts it into the picture's data */
export function keptOf(stage) {
  const made = structuredClone(stage.described(true));
  const { data, isChanged, lanes: { methods } } = stage;
  const place = ({ start, lanes }) => JSON.stringify([start, lanes.map(({ rate }) => rate)]);
  const values = { ...stage.parameters.values };
  const { landscape, start, steps, batch_size, focus, rule, criterion, view, axes, lanes: runs } = made;
  const scene = { landscape, start, steps, batch_size, focus, rule, criterion, view, axes, lanes: runs };
  const facts = (all, key) => Object.fromEntries(made.lanes.map((lane) => [lane[key], all[lane[key]]]));
  const lettered = (surface) => ({
    ...surface, formula: surface.family || surface.formula, critical_points: [], parameters: surface.parameters.map((one) => ({ ...one, value: values[one.key] ?? one.value })),
  });
  const over = (shown) => ({
    ...shown, optimizers: facts(methods.optimizers, "optimizer"), schedules: facts(methods.schedules, "schedule"),
    surface: made.landscape === shown.scene.landscape ? shown.surface : lettered(shown.surface), scene: { ...shown.scene, ...structuredClone(scene) },
  });
  return { hand: isChanged ? made : null, moved: isChanged || place(made) !== place(data.scene), over };
}

/** Where a picture is: its start, its rates and its playhead. @param {any} stage */
export function placeOf({ scene, playback }) {
  const { playing, speed } = playback;
  return { start: scene.start, rates: scene.lanes.map(({ rate }) => rate), playing, speed, playhead: playing ? Math.floor(playback.playhead) : playback.chosen };
}

/** Have a picture of the same runs be there, too. @param {any} stage @param {ReturnType<typeof placeOf> & {zoom?: any}} place */
export function putAt(stage, place) {
  const { scene, playback, picture } = stage;
  const moved = JSON.stringify([scene.start, scene.lanes.map(({ rate }) => rate)]) !== JSON.stringify([place.start, place.rates]);
  if (moved && place.rates.length === scene.lanes.length) {
    scene.start = place.start;
    scene.lanes.forEach((lane, i) => { lane.rate = place.rates[i]; });
    if (stage.asking.wire) stage.hand.changed();
    else stage.showControls();
  }
  playback.pause();
  if (place.playhead === null) playback.seek(Infinity);
  else Object.assign(playback, { place: place.playhead, atEnd: false });
  if (place.playing && playback.length) {
    playback.speed = place.speed;
    playback.play();
  }
  if (place.zoom !== undefined && picture.flat && JSON.stringify(place.zoom) !== JSON.stringify(picture.zoom)) picture.lookAt(place.zoom);
  stage.repaint();
}
