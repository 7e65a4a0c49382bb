"""What a visitor takes home: programs, numbers and the picture as a file; and what comes back from a file."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from playwright.sync_api import FloatRect, Locator, Page, Route, expect

from engine import descend
from engine.export import csv_text, jax_code, pytorch_code
from tests.browser.stage import Stage
from ui.scene.file import scene_json

LINK = "land=ravine&steps=60&lane=momentum;rate=0.01;momentum=0.5&lane=adam;rate=0.05;schedule=cosine;t_max=40&focus=2"


def opened(page: Page) -> Stage:
    stage = Stage(page).open(LINK).at_rest()
    page.get_by_text("The code behind this picture: Adam").click()
    return stage


def downloaded(page: Page, button: str) -> tuple[str, str]:
    """The name and the text of the file that a button gives."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text()


def test_the_programs_on_the_page_are_those_of_the_run_in_focus(page: Page):
    stage = opened(page)
    run = stage.scene.runs()[1]
    expect(page.get_by_test_id("stCode").first).to_contain_text("torch.optim.Adam([w], lr=0.05")
    name, text = downloaded(page, "Download as a PyTorch program")
    assert (name, text) == ("adam_on_ravine_pytorch.py", pytorch_code(run))
    space: dict = {}
    exec(compile(text, name, "exec"), space)
    np.testing.assert_allclose(space["points"], descend(run).points, rtol=1e-9, atol=1e-9)
    page.get_by_role("tab", name="JAX").click()
    assert downloaded(page, "Download as a JAX program") == ("adam_on_ravine_jax.py", jax_code(run))
    assert downloaded(page, "Download the path as CSV") == ("adam_on_ravine.csv", csv_text(run))
    assert stage.scene.runs()[1] == run, "a download changes nothing"


def test_no_download_moves_away_from_under_the_hand(page: Page):
    """A program's highlighter comes a moment after the fold was opened, and the program grows by its height."""
    Stage(page).open(LINK).at_rest()
    highlighter = re.compile(r"StreamlitSyntaxHighlighter.*\.js$")
    waiting: list[Route] = []
    page.route(highlighter, lambda route: waiting.append(route))
    with page.expect_request(highlighter):
        page.get_by_text("The code behind this picture: Adam").click()
    button = page.get_by_role("button", name="Download as a PyTorch program")
    expect(button).to_be_visible()
    before = _settled(page, button)
    for route in waiting:
        route.continue_()
    expect(page.get_by_test_id("stCode").first).to_contain_text("torch.optim.Adam([w], lr=0.05")
    assert button.bounding_box() == before


def _settled(page: Page, button: Locator) -> FloatRect | None:
    """Its box once that has stood for half a second: the fold opens in a movement of its own."""
    box = button.bounding_box()
    while True:
        page.wait_for_timeout(500)
        before, box = box, button.bounding_box()
        if box == before:
            return box


def test_the_program_follows_the_hand(page: Page):
    stage = opened(page)
    stage.method("Adam").click()
    stage.type_into(stage.rate, "0.02")
    stage.link_says(lambda scene: scene.lanes[1].rate == 0.02)
    expect(page.get_by_test_id("stCode").first).to_contain_text("lr=0.02")


def test_a_picture_is_saved_and_loaded(page: Page, tmp_path: Path):
    stage = Stage(page).open(LINK).at_rest()
    saved = stage.scene
    stage.sidebar.get_by_text("Save and load").click()
    name, text = downloaded(page, "Save as a file")
    assert (name, text) == ("descent_lab.json", scene_json(saved))
    stage.pick("Landscape", "Bowl")
    stage.link_says(lambda scene: scene.landscape.key == "bowl")
    file = tmp_path / name
    file.write_text(text)
    stage.sidebar.locator("input[type=file]").set_input_files(file)
    scene = stage.link_says(lambda scene: scene.landscape.key == "ravine")
    assert scene == replace(saved, playhead=scene.playhead)
    stage.agrees_soon(scene)
    broken = tmp_path / "other.json"
    broken.write_text(json.dumps({"something": "else"}))
    stage.sidebar.locator("input[type=file]").set_input_files(broken)
    expect(stage.notices).to_contain_text("This file is no picture of Descent Lab")
    assert stage.scene == scene
