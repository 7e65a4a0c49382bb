"""Share: the files decode, show the paths where the canvas has them, and play without a network."""

import base64
import json
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from engine import descend
from engine.export import csv_text, jax_code, notebook_text, pytorch_code
from tests.browser.conftest import Visit
from tests.browser.stage import PATIENCE, Stage

LINK = "land=himmelblau&steps=120&step=40&lane=momentum;rate=0.004&lane=adam;rate=0.05&focus=2"
COLOURS = {"momentum": (0xAD, 0x50, 0x10), "adam": (0x7B, 0x2B, 0xCF)}
SVG = "{http://www.w3.org/2000/svg}"


def shared(page: Page) -> Stage:
    stage = Stage(page).open(LINK).at_rest()
    page.keyboard.press("e")
    expect(page.get_by_role("dialog", name="Share")).to_be_visible()
    return stage


def taken(page: Page, word: str) -> tuple[str, bytes]:
    """The name and the bytes of the file that a button of the sheet gives."""
    with page.expect_download(timeout=1000 * PATIENCE) as waiting:
        page.get_by_role("dialog").get_by_role("button", name=word, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def decoded(content: bytes, mode: str = "RGB") -> np.ndarray:
    return np.asarray(Image.open(BytesIO(content)).convert(mode), dtype=int)


def near(pixels: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.abs(pixels[..., :3] - colour).max(axis=-1) < 40


def grown(mask: np.ndarray, reach: int) -> np.ndarray:
    padded = np.pad(mask, reach)
    rows, columns = mask.shape
    shifts = range(2 * reach + 1)
    return np.any([padded[i : i + rows, j : j + columns] for i in shifts for j in shifts], axis=0)


def agrees(picture: np.ndarray, canvas: np.ndarray) -> None:
    """Each path's colour is where the canvas has it, within 2 px, and nowhere else."""
    rows, columns = canvas.shape[:2]
    for colour in COLOURS.values():
        here, there = near(picture[:rows, :columns], colour), near(canvas, colour)
        assert there.sum() > 200
        assert (there & grown(here, 2)).sum() > 0.98 * there.sum()
        assert (here & grown(there, 2)).sum() > 0.98 * here.sum()


def test_files_show_the_picture_and_hold_the_run(page: Page):
    stage = shared(page)
    page.keyboard.press("Escape")
    ink = stage.ink.evaluate("canvas => canvas.toDataURL().split(',')[1]")
    canvas = decoded(base64.b64decode(ink), "RGBA")
    canvas = np.where(canvas[..., 3:] > 200, canvas[..., :3], 255)
    page.keyboard.press("e")
    name, content = taken(page, "PNG")
    assert name == "himmelblau_adam.png"
    single = decoded(content)
    agrees(single, canvas)
    double = decoded(taken(page, "PNG 2×")[1])
    assert double.shape == (2 * single.shape[0], 2 * single.shape[1], 3)
    agrees(double[::2, ::2], canvas)
    clear = decoded(taken(page, "Transparent")[1], "RGBA")
    assert (clear[..., 3] == 0).mean() > 0.6
    agrees(np.where(clear[..., 3:] > 200, clear[..., :3], 255)[::2, ::2], canvas)

    name, content = taken(page, "SVG")
    assert name == "himmelblau_adam.svg"
    drawing = ElementTree.fromstring(content)
    strokes = [path.get("stroke", "").lower() for path in drawing.iter(f"{SVG}path")]
    assert {"#ad5010", "#7b2bcf"} <= set(strokes), "paths are vectors"
    words = [text.text for text in drawing.iter(f"{SVG}text")]
    for text in ("Himmelblau", "Momentum", "Adam", "start"):
        assert text in words
    assert stage.ink.get_attribute("aria-label") in drawing.findtext(f"{SVG}desc", "")

    run = stage.scene.runs()[1]
    files = [("PyTorch", pytorch_code), ("JAX", jax_code), ("Notebook", notebook_text), ("CSV", csv_text)]
    for word, write in files:
        assert taken(page, word)[1].decode() == write(run)
    assert json.loads(taken(page, "Notebook")[1])["nbformat"] == 4


def test_the_page_plays_without_a_network_on_a_phone(page: Page, visit: Visit, tmp_path: Path):
    stage = shared(page)
    name, content = taken(page, "HTML")
    file = tmp_path / name
    file.write_bytes(content)
    runs = [descend(run) for run in stage.scene.runs()]
    phone = visit(viewport={"width": 390, "height": 844}, offline=True)
    phone.add_init_script("")  # so that no other test has this tab
    phone.goto(file.as_uri())
    expect(phone.locator(".slider-container")).to_be_visible()
    ball = """lane => {
      const { x, y } = document.getElementById("figure").data[3 + 3 * lane];
      return [Number(x[0]), Number(y[0])];
    }"""
    for lane, run in enumerate(runs):
        np.testing.assert_allclose(phone.evaluate(ball, lane), run.points[0], rtol=1e-4)
    phone.locator(".updatemenu-button", has_text="Play").click()
    last = "() => document.getElementById('figure').layout.sliders[0].active"
    phone.wait_for_function(f"() => ({last})() === 120", timeout=1000 * PATIENCE)
    for lane, run in enumerate(runs):
        np.testing.assert_allclose(phone.evaluate(ball, lane), run.points[-1], rtol=1e-4)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    expect(phone.get_by_role("link", name="This picture in Descent Lab")).to_be_visible()


SEEN = """async ({ bytes, at }) => {
  const video = document.createElement("video");
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))]));
  const soon = (event) => new Promise((resolve, reject) => {
    video.addEventListener(event, resolve, { once: true });
    video.onerror = () => reject(new Error(video.error.message));
  });
  await soon("loadeddata");
  const arrived = soon("seeked");
  video.currentTime = at;
  await arrived;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const pen = canvas.getContext("2d");
  // On a busy machine what was sought is decoded after "seeked": until then nothing is drawn.
  do {
    await new Promise((resolve) => setTimeout(resolve, 20));
    pen.drawImage(video, 0, 0);
  } while (!pen.getImageData(0, 0, 1, 1).data[3]);
  return canvas.toDataURL().split(",")[1];
}"""
"""What a film shows so many seconds after its beginning, or at its end, as Chromium decodes it."""


def test_films_show_the_run_from_its_first_step_to_its_last(page: Page):
    stage = shared(page)
    sheet = page.get_by_role("dialog", name="Share")
    sheet.get_by_label("Width of the film").select_option("480")
    sheet.get_by_label("Length of the film").select_option("2")
    name, content = taken(page, "GIF")
    assert name == "himmelblau_adam.gif"
    film = Image.open(BytesIO(content))
    frames = getattr(film, "n_frames", 1)
    assert frames == 40
    shown = []
    for frame in (0, frames // 2, frames - 1):
        film.seek(frame)
        shown.append(np.asarray(film.convert("RGB"), dtype=int))
    assert shown[0].shape[1] == 480
    for colour in COLOURS.values():
        first, middle, last = (int(near(pixels, colour).sum()) for pixels in shown)
        assert first < min(middle, last)

    name, content = taken(page, "WebM")
    assert name == "himmelblau_adam.webm"
    seen = [
        decoded(base64.b64decode(page.evaluate(SEEN, {"bytes": base64.b64encode(content).decode(), "at": at})))
        for at in (0, 1000)
    ]
    assert seen[0].shape[1] == 480
    for colour in COLOURS.values():
        # A film's colours are coded coarsely: what is asked is that the paths have grown.
        first, last = (int((np.abs(pixels - colour).max(axis=-1) < 70).sum()) for pixels in seen)
        assert first < last

    sheet.get_by_label("Length of the film").select_option("30")
    sheet.get_by_role("button", name="WebM").click()
    expect(sheet.get_by_role("progressbar")).to_be_visible()
    sheet.get_by_role("button", name="Cancel").click()
    expect(sheet.get_by_role("status")).to_have_text("Cancelled.")
    expect(sheet.get_by_role("progressbar")).to_be_hidden()
    assert stage.step == 40, "a film leaves the picture as it was"
