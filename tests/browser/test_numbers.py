"""Every number on the Playground is the engine's: in the race, at the curves, beside the rate, in the words below."""

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from engine import OPTIMIZERS, Trajectory, sharpness
from tests.browser.stage import Stage, printed, reads_as


class Shown(NamedTuple):
    """A picture, and a step in its middle."""

    link: str
    middle: int


SCENES = {
    "schedules": Shown(
        "land=rosenbrock&steps=150&focus=2&lane=adam;rate=0.1;schedule=cosine;t_max=150"
        "&lane=momentum;rate=0.0005;schedule=step;step_size=40&lane=rmsprop;rate=0.02;schedule=exponential;gamma=0.98",
        61,
    ),
    "diverging": Shown(
        "land=bowl&steps=100&lane=gradient_descent;rate=1.2&lane=momentum;rate=0.05&lane=nesterov;rate=0.05", 37
    ),
    "many valleys": Shown(
        "land=rastrigin&steps=200&focus=3&lane=gradient_descent;rate=0.004&lane=momentum;rate=0.001"
        "&lane=rmsprop;rate=0.01;schedule=plateau&lane=adam;rate=0.05",
        90,
    ),
}
CURVES = ("Loss", "Gradient norm", "Learning rate")
LEFT, RIGHT = 40, 8
"""Pixels that a curve's axis keeps free."""


def values_of(run: Trajectory) -> dict[str, np.ndarray]:
    """What each curve is about, step by step."""
    return {
        "Loss": run.losses,
        "Gradient norm": np.hypot(run.gradients[:, 0], run.gradients[:, 1]),
        "Learning rate": run.rates,
    }


def fate(run: Trajectory) -> str:
    """The race's few words for an outcome."""
    kind, step = run.outcome.kind, run.outcome.step
    if kind == "converged_gradient":
        return f"{'arrives' if run.outcome.arrived else 'slope gone'} at {step:,}"
    ends = {"has all but stopped": "rate worn out", " pauses ": "rate low for now", " rests ": "at rest"}
    ends |= {"in a cycle": "in a cycle", "no rule stopped it": "no rule stopped it"}
    words = {
        "budget": next((few for said, few in ends.items() if said in run.outcome.sentence), "still moving"),
        "diverged": "falls for ever" if "downhill without end" in run.outcome.sentence else f"blows up at {step:,}",
        "at_saddle": f"saddle at {step:,}",
        "at_maximum": f"maximum at {step:,}",
        "converged_loss": f"loss rests at {step:,}",
    }
    return words[kind]


@dataclass(frozen=True)
class Curve:
    """One of the three, and what a mouse over it reads."""

    stage: Stage
    name: str

    @property
    def canvas(self) -> Locator:
        return self.stage.page.get_by_role("img", name=f"{self.name} over the steps")

    @property
    def pane(self) -> Locator:
        return self.stage.page.locator(".lab-pane").filter(has=self.stage.page.get_by_text(self.name, exact=True))

    @property
    def value(self) -> str:
        """Printed beside its name: of the method in focus."""
        return self.pane.locator(".lab-value").inner_text()

    def place(self, step: int) -> tuple[float, float]:
        """Where a step is on the page, brought into view."""
        self.canvas.scroll_into_view_if_needed()
        box = self.stage.box(self.canvas)
        inner = box["width"] - LEFT - RIGHT
        return box["x"] + LEFT + inner * step / self.stage.length, box["y"] + 30

    def read(self, step: int) -> list[list[str]]:
        """Method and value, as the reading under the mouse has them."""
        reading = self.stage.page.locator(".lab-reading")
        self.stage.page.mouse.move(*self.place(step))
        expect(reading.locator("b")).to_have_text(f"step {step:,}")
        return reading.locator("span").evaluate_all(
            "rows => rows.map((row) => [row.childNodes[1].textContent, row.querySelector('em').textContent])"
        )


def shows(stage: Stage, step: int) -> None:
    """Put the playhead there."""
    stage.scrub.fill(str(step))
    stage.until(lambda: _equal(stage.step, step))


def _equal(one: object, other: object) -> None:
    assert one == other


def three_digits(text: str, value: float) -> bool:
    """The numbers beside the rate: three digits."""
    return printed(text)[0] == pytest.approx(value, rel=0.00501)


def agrees(stage: Stage, runs: list[Trajectory], step: int) -> None:
    """Race, curves, step and curvature, with the playhead at `step`."""
    page = stage.page
    longest = max(len(run.losses) for run in runs) - 1
    assert (stage.step, stage.length) == (step, longest)
    expect(stage.scrub).to_have_attribute("aria-valuetext", f"step {step:,} of {longest:,}")
    expect(page.locator(".lab-race .lab-aside")).to_have_text(f"loss at step {step:,}")
    names = page.locator(".lab-method .lab-name").all_inner_texts()
    assert names == [OPTIMIZERS[run.run.optimizer].name for run in runs]
    for run, text in zip(runs, stage.losses, strict=True):
        assert reads_as(text, float(run.losses[min(step, len(run.losses) - 1)]))
    assert stage.fates == [fate(run) for run in runs]

    focused = runs[stage.scene.focus]
    for name in CURVES:
        values = values_of(focused)[name]
        assert reads_as(Curve(stage, name).value, float(values[min(step, len(values) - 1)])), name

    at = min(step, len(focused.losses) - 1)
    (bend,) = sharpness(focused.run.landscape, focused.points[at : at + 1])
    rate = float(focused.rates[min(at, len(focused.rates) - 1)])
    told = re.fullmatch(r"× λmax (.+) = (.+)", stage.curvature.inner_text())
    assert told, stage.curvature.inner_text()
    assert three_digits(told[1], float(bend))
    assert three_digits(told[2], rate * float(bend))


@pytest.mark.parametrize("scene", SCENES)
def test_race_curves_and_curvature_are_the_trajectory_s(page: Page, scene: str):
    link, middle = SCENES[scene]
    stage = Stage(page).open(link).at_rest()
    runs = stage.agrees_soon(stage.scene)
    assert any(run.outcome.kind == "diverged" for run in runs) is (scene == "diverging")
    agrees(stage, runs, max(len(run.losses) for run in runs) - 1)
    for step in (middle, 0):
        shows(stage, step)
        agrees(stage, runs, step)


@pytest.mark.parametrize("scene", SCENES)
def test_a_mouse_over_a_curve_reads_every_method(page: Page, scene: str):
    link, middle = SCENES[scene]
    stage = Stage(page).open(link).at_rest()
    runs = stage.agrees_soon(stage.scene)
    read = 0
    for name in CURVES:
        curve = Curve(stage, name)
        if not curve.canvas.is_visible():
            assert all(len(set(run.rates.tolist())) == 1 for run in runs), f"{name} is drawn unless it is constant"
            expect(curve.pane.locator(".lab-aside-note")).to_have_text("constant")
            continue
        for step in (middle, stage.length, 0):
            rows = curve.read(step)
            assert [method for method, _ in rows] == [OPTIMIZERS[run.run.optimizer].name for run in runs]
            for run, (_, text) in zip(runs, rows, strict=True):
                values = values_of(run)[name]
                assert text == "ended" if step >= len(values) else reads_as(text, float(values[step])), (name, step)
            read += 1
    assert read == (6 if scene == "diverging" else 9)
    page.mouse.move(5, 5)
    expect(page.locator(".lab-reading")).to_be_hidden()


def test_a_hidden_method_is_not_read(page: Page):
    stage = Stage(page).open(SCENES["schedules"].link).at_rest()
    page.get_by_role("button", name="Hide the path of Adam").click()
    expect(page.get_by_role("button", name="Show the path of Adam")).to_be_visible()
    stage.until(lambda: _equal([name for name, _ in Curve(stage, "Loss").read(20)], ["Momentum", "RMSprop"]))


@pytest.mark.parametrize("name", CURVES)
def test_a_click_on_any_curve_goes_to_exactly_that_step(page: Page, name: str):
    link, _ = SCENES["schedules"]
    stage = Stage(page).open(link).at_rest()
    runs = stage.agrees_soon(stage.scene)
    curve = Curve(stage, name)
    for step in (30, 111):
        page.mouse.click(*curve.place(step))
        stage.until(lambda step=step: _equal(stage.step, step))
        stage.link_says(lambda scene, step=step: scene.playhead == step)
        agrees(stage, runs, step)


@pytest.mark.parametrize("scene", SCENES)
def test_the_words_below_tell_every_end(page: Page, scene: str):
    link, middle = SCENES[scene]
    stage = Stage(page).open(f"{link}&step={middle}").at_rest()
    runs = stage.agrees_soon(stage.scene, middle)
    rows = stage.words.locator("tbody tr")
    expect(rows).to_have_count(len(runs))
    for run, row in zip(runs, rows.all(), strict=True):
        name, steps, ends, loss, slope, happened = row.locator("th, td").all_inner_texts()
        assert name == OPTIMIZERS[run.run.optimizer].name
        assert int(steps.replace(",", "")) == run.outcome.step
        x, y = re.split(r",\s", ends.strip("()"))
        assert exact(x, run.points[-1][0])
        assert exact(y, run.points[-1][1])
        assert exact(loss, run.losses[-1])
        assert exact(slope, np.hypot(*run.gradients[-1]))
        assert happened == run.outcome.sentence


def exact(text: str, value: float) -> bool:
    """A number that Streamlit prints is float64's own, to its last digit."""
    if not np.isfinite(value):
        return text == ("not a number" if np.isnan(value) else "infinity" if value > 0 else "−infinity")
    shown, half = printed(text)
    return abs(shown - value) <= half * (1 + 1e-9)
