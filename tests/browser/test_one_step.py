"""One step taken apart: every number it writes is the step's own, and it asks for them only while the hand rests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from engine import Trajectory, cut, descend_many, explain
from tests.browser.stage import Stage, printed
from ui.scene.scene import Scene

RATES = {"gradient_descent": 0.01, "momentum": 0.003, "nesterov": 0.003, "rmsprop": 0.05, "adam": 0.2}
PHASES = ("1 Start", "2 Gradient", "3 Update", "4 Repeat")
LINK = "land=himmelblau&steps=40&lane=momentum;rate=0.003&lane=adam;rate=0.2"


class Line(NamedTuple):
    """A row of the panel: what it is called, and its cells."""

    name: str
    cells: list[str]


@dataclass(frozen=True)
class Panel:
    """The panel as it stands."""

    stage: Stage

    def choose(self, phase: str) -> None:
        """By the mouse."""
        button = self.stage.step_panel.get_by_role("button", name=phase, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    @property
    def chosen(self) -> str:
        return self.stage.step_panel.locator("[aria-pressed=true]").inner_text()

    @property
    def title(self) -> str:
        return self.stage.step_panel.get_by_role("heading").inner_text()

    @property
    def formula(self) -> str:
        return self.stage.step_panel.locator(".lab-rule").inner_text()

    @property
    def sentence(self) -> str:
        return self.stage.step_panel.locator(".lab-say").inner_text()

    @property
    def lines(self) -> list[Line]:
        rows = self.stage.step_panel.locator("tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
        )
        return [Line(name, cells) for name, *cells in rows]


def asks(page: Page) -> None:
    """From now on the page remembers what it asks the engine, by kind, synchronously with the asking."""
    page.add_init_script(
        """(() => {
          window.asked = [];
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) {
            if (this.url.endsWith("/live")) window.asked.push(JSON.parse(data).kind ?? "run");
            return send.call(this, data);
          };
        })()"""
    )


def asked(page: Page, kind: str) -> int:
    return page.evaluate("(kind) => window.asked.filter((one) => one === kind).length", kind)


def writes(text: str, value: float | None) -> bool:
    """A cell is this value to its last digit, or says that it is no number."""
    if value is None:
        return text == ""
    if not isfinite(value):
        return text == "not finite"
    shown, half = printed(text)
    return abs(shown - value) <= half * (1 + 1e-6)


def taken_apart(panel: Panel, run: Trajectory, step: int) -> None:
    """All four phases of `step` write what the trajectory and `explain` say."""
    told = explain(run.run, step)
    at_end = step == len(run.losses) - 1
    heading = f"Step {told.step:,}, the end" if not told.made else f"Step {told.step:,} → {told.step + 1:,}"
    expect(panel.stage.step_panel.get_by_role("heading")).to_have_text(heading)

    panel.choose(PHASES[0])
    position, loss = panel.lines
    shown_at = run.points[told.step]
    assert position.name == "position"
    assert all(map(writes, position.cells, shown_at))
    assert loss.name == "Lloss here"
    assert writes(loss.cells[0], float(run.losses[told.step]))
    assert loss.cells[1] == ""

    panel.choose(PHASES[1])
    (gradient,) = panel.lines
    assert gradient.name == "ggradient here"
    assert all(map(writes, gradient.cells, run.gradients[told.step]))
    says_the_signs(panel.sentence, run, told.step, told.update)

    panel.choose(PHASES[2])
    lines = panel.lines
    assert panel.formula == told.formula
    assert panel.sentence == told.sentence
    assert [line.name for line in lines] == [row.symbol + row.text for row in told.rows]
    for line, row in zip(lines, told.rows, strict=True):
        assert all(map(writes, line.cells, row.values)), (line, row)
    old, movement, new = lines[-3:]
    assert all(map(writes, old.cells, shown_at))
    assert all(cell.startswith(("+", "−", "not")) for cell in movement.cells)
    (rate,) = re.findall(r"(?:^|[^\d.])(\d[\d.,]*(?:\s×\s10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)\s×", told.rows[-2].text)[:1]
    assert printed(rate)[0] == pytest.approx(told.rate, rel=1e-3)
    if not at_end:
        assert told.rate == pytest.approx(run.rates[step], rel=1e-12, abs=1e-15)
        after = run.points[step + 1]
        assert all(map(writes, new.cells, after))
        assert all(writes(cell, moved) for cell, moved in zip(movement.cells, told.update, strict=True))
        assert np.allclose(np.add(run.points[step], told.update), after, rtol=1e-12, atol=1e-12)

    panel.choose(PHASES[3])
    assert panel.sentence == ""
    tests = panel.lines
    assert [line.name for line in tests] == ["gradient norm", "loss change", "steps left"]
    for line, test in zip(tests, told.tests, strict=True):
        value, bound = line.cells
        assert writes(value, test.value)
        if test.threshold is None:
            assert bound == "off"
        elif test.value is None:
            assert bound == ""
        else:
            assert bound[0] == ("<" if test.met else "≥")
            assert writes(bound[2:], test.threshold)
            assert test.met is (test.value < test.threshold) or not isfinite(test.value)


def says_the_signs(sentence: str, run: Trajectory, step: int, update: tuple[float, float]) -> None:
    """Slope and movement have the signs that the words say, by the trajectory's own numbers."""
    slope = re.search(r"∂L/∂([xy]) is (positive|negative) here: a slightly (smaller|larger) ([xy]) has less", sentence)
    if not slope:
        gradient = run.gradients[step]
        flat = "slope is zero here" in sentence and not gradient.any()
        assert flat or ("not a finite number" in sentence and not np.isfinite([*gradient, run.losses[step]]).all())
        return
    letter, sign, better, again = slope.groups()
    axis = "xy".index(letter)
    assert again == letter
    slopes = run.gradients[step].tolist()
    partial = slopes[axis]
    assert abs(partial) == max(map(abs, slopes)), "the sentence is about the steeper coordinate"
    assert (partial > 0) is (sign == "positive") is (better == "smaller")
    assert partial != 0
    if said := re.search(rf"so {letter} (?:goes|would go) (up|down)\b", sentence):
        assert (update[axis] > 0) is (said[1] == "up")
        assert (update[axis] < 0) is (partial > 0)
    elif said := re.search(r"(?:carry|carries|take|takes) it (left|right|up|down)\b", sentence):
        assert (update[axis] > 0) is (said[1] in ("right", "up"))
        assert (said[1] in ("left", "right")) is (axis == 0)
        assert (update[axis] < 0) is (partial < 0), "told as a step against the slope's advice"
    else:
        assert f"{letter} stays where it is" in sentence or f"{letter} would stay where it is" in sentence, sentence


def shows(stage: Stage, step: int) -> None:
    """Put the playhead there."""
    stage.scrub.fill(str(step))
    stage.until(lambda: _equal(stage.step, step))


def _equal(one: object, other: object) -> None:
    assert one == other


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_every_number_of_a_step_is_that_step_s(page: Page, optimizer: str):
    """Noise and clipping too, since both stand between the gradient and the rule."""
    plain = f"land=himmelblau&steps=40&lane={optimizer};rate={RATES[optimizer]};schedule=cosine;t_max=60"
    stage = Stage(page).open(plain).at_rest()
    panel = Panel(stage)
    (run,) = stage.agrees_soon(stage.scene)
    last = len(run.losses) - 1
    assert last == 40
    for step in (0, 1, 2, 13, 39, 40):
        shows(stage, step)
        taken_apart(panel, run, step)

    stage.open(f"{plain}&noise=3&seed=5&clip_norm=4&step=1").at_rest()
    (run,) = stage.agrees_soon(stage.scene, 1)
    taken_apart(panel, run, 1)
    told = explain(run.run, 1)
    assert told.effective_gradient != told.gradient
    assert "g′" in panel_symbols(panel)


def panel_symbols(panel: Panel) -> str:
    panel.choose(PHASES[2])
    return " ".join(line.name for line in panel.lines)


ENDS: Mapping[str, tuple[str, str]] = {
    "at rest": ("land=bowl&steps=200&gradient_tolerance=0.001&lane=gradient_descent;rate=0.2", "converged_gradient"),
    "loss at rest": ("land=bowl&steps=200&loss_tolerance=0.001&lane=gradient_descent;rate=0.05", "converged_loss"),
    "out of steps": ("land=rosenbrock&steps=9&lane=adam;rate=0.1", "budget"),
    "diverged": ("land=rosenbrock&steps=50&lane=gradient_descent;rate=0.1", "diverged"),
    "on a saddle": ("land=saddle_valleys&start=0,0&steps=20&lane=momentum;rate=0.1", "at_saddle"),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_last_step_of_every_kind_of_end(page: Page, end: str):
    link, kind = ENDS[end]
    stage = Stage(page).open(link).at_rest()
    (run,) = stage.agrees_soon(stage.scene)
    assert run.outcome.kind == kind
    panel = Panel(stage)
    last = len(run.losses) - 1
    for step in sorted({0, max(0, last - 1), last}):
        if last:
            shows(stage, step)
        taken_apart(panel, run, step)
    onward = stage.step_panel.locator(".lab-onward")
    expect(onward).to_have_text("the run ends here")
    onward.click(force=True)
    assert stage.step == last
    assert panel.chosen == PHASES[3]


def test_the_four_steps_one_at_a_time_by_mouse(page: Page):
    stage = Stage(page).open(LINK + "&step=5").at_rest()
    panel = Panel(stage)
    runs = descend_many(stage.scene.runs())
    panel.choose(PHASES[0])
    onward = stage.step_panel.locator(".lab-onward")
    walk_twice(stage, panel, runs[0], onward.click)


def test_the_four_steps_one_at_a_time_by_keys(page: Page):
    stage = Stage(page).open(LINK + "&step=5").at_rest()
    panel = Panel(stage)
    runs = descend_many(stage.scene.runs())
    first = stage.step_panel.get_by_role("button", name=PHASES[0], exact=True)
    first.focus()
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    for phase in PHASES[1:]:
        page.keyboard.press("Tab")
        expect(stage.step_panel.get_by_role("button", name=phase, exact=True)).to_be_focused()
        page.keyboard.press("Space")
        expect(stage.step_panel.locator("[aria-pressed=true]")).to_have_text(phase)
    first.press("Enter")
    page.keyboard.press("Shift+Tab")
    onward = stage.step_panel.locator(".lab-onward")
    expect(onward).to_be_focused()
    walk_twice(stage, panel, runs[0], lambda: page.keyboard.press("Enter"))
    expect(onward).to_be_focused()


def walk_twice(stage: Stage, panel: Panel, run: Trajectory, on: Any) -> None:
    """From the start of step 5 through all four phases, and on to the gradient of step 6, and of step 7."""
    seen = [panel.chosen]
    for _ in range(3):
        on()
        seen.append(panel.chosen)
        assert stage.step == 5
    assert seen == list(PHASES)
    for step in (6, 7):
        on()
        stage.until(lambda step=step: _equal(stage.step, step))
        expect(stage.step_panel.get_by_role("heading")).to_have_text(f"Step {step} → {step + 1}")
        assert panel.chosen == PHASES[1], "initialising happens once"
        (gradient,) = panel.lines
        assert all(map(writes, gradient.cells, run.gradients[step]))
        on()
        on()
        assert panel.chosen == PHASES[3]
        assert stage.step == step
    stage.link_says(lambda scene: scene.playhead == 7)


def test_the_end_does_not_take_the_focus_away(page: Page):
    """A keyboard's place in the page must survive the last step."""
    stage = Stage(page).open("land=himmelblau&steps=3&step=2&lane=momentum;rate=0.003").at_rest()
    onward = stage.step_panel.locator(".lab-onward")
    Panel(stage).choose(PHASES[3])
    onward.focus()
    page.keyboard.press("Enter")
    expect(stage.step_panel.get_by_role("heading")).to_have_text("Step 3, the end")
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(onward).to_have_text("the run ends here")
    expect(onward).to_be_focused()
    expect(onward).to_be_disabled()
    page.keyboard.press("Enter")
    assert stage.step == 3


def test_it_is_about_the_method_in_focus(page: Page):
    stage = Stage(page).open(LINK + "&step=4").at_rest()
    panel = Panel(stage)
    runs = stage.agrees_soon(stage.scene, 4)
    who = stage.step_panel.locator(".lab-aside")
    for optimizer, run in (("Momentum", runs[0]), ("Adam", runs[1]), ("Momentum", runs[0])):
        stage.method(optimizer).click()
        expect(who).to_have_text(optimizer)
        panel.choose(PHASES[2])
        expect(stage.step_panel.locator(".lab-rule")).to_have_text(explain(run.run, 4).formula)
        taken_apart(panel, run, 4)


def test_it_asks_nothing_while_the_hand_moves(page: Page):
    asks(page)
    stage = Stage(page).open(LINK + "&step=4").at_rest()
    panel = Panel(stage)
    runs = stage.agrees_soon(stage.scene, 4)
    taken_apart(panel, runs[0], 4)
    before, painted = asked(page, "step"), stage.painted
    assert before >= 1
    x, y = stage.grab(stage.handle)
    descents = asked(page, "run")
    for dx in range(0, 200, 20):
        page.mouse.move(x - dx, y + dx / 2, steps=2)
        page.wait_for_timeout(20)
    stage.settled()
    stage.until(lambda: stage.agrees(_moved(stage), 4))
    assert asked(page, "run") > descents, "the hand was heard"
    assert stage.painted > painted
    assert asked(page, "step") == before
    page.mouse.up()
    scene = stage.link_says(lambda scene: scene.start == stage.start)
    (run, _) = stage.agrees_soon(scene, 4)
    stage.until(lambda: _equal(asked(page, "step") > before, True))
    panel.choose(PHASES[1])
    stage.until(lambda: _gradient(panel, run, 4))
    taken_apart(panel, run, 4)


def _moved(stage: Stage) -> Scene:
    return replace(stage.scene, start=stage.start)


def _gradient(panel: Panel, run: Trajectory, step: int) -> None:
    (gradient,) = panel.lines
    assert all(map(writes, gradient.cells, run.gradients[step]))


def test_it_asks_nothing_while_it_plays(page: Page):
    asks(page)
    stage = Stage(page).open("land=himmelblau&steps=400&step=0&lane=momentum;rate=0.0005").at_rest()
    panel = Panel(stage)
    (run,) = stage.agrees_soon(stage.scene, 0)
    taken_apart(panel, run, 0)
    before = asked(page, "step")
    page.get_by_role("button", name="Play", exact=True).click()
    stage.until(lambda: _equal(stage.step > 10, True))
    assert asked(page, "step") == before
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    stage.until(lambda: _equal(asked(page, "step"), before + 1))
    taken_apart(panel, run, stage.step)


def test_the_step_in_one_dimension(page: Page):
    """Curve, slope and parabola are told of the step at the playhead, while the rate moves, along axes, in lectures."""
    asks(page)
    stage = Stage(page).open("land=ravine&steps=60&step=3&lane=gradient_descent;rate=0.01").at_rest()
    picture, words = stage.step_panel.locator(".lab-cut-canvas"), stage.step_panel.locator(".lab-cut-words")
    expect(picture).to_be_hidden()
    assert asked(page, "cut") == 0, "nothing is asked for what is not shown"
    page.keyboard.press("c")
    expect(picture).to_be_visible()
    expect(words).to_have_text(cut(stage.scene.runs()[0], 3).sentence)
    # Under the hand, before it lets go.
    x, y = stage.thumb(stage.rate_slider)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y, steps=8)
    expect(words).to_contain_text("overshoots past twice the best step")
    page.mouse.up()
    stage.until(lambda: _equal(words.inner_text(), cut(stage.scene.runs()[0], 3).sentence))
    stage.step_panel.get_by_role("radio", name="the step").focus()
    for key, along in (("ArrowRight", "x"), ("ArrowRight", "y"), ("ArrowLeft", "x")):
        page.keyboard.press(key)
        expect(stage.step_panel.get_by_role("radio", name=along, exact=True)).to_be_focused()
        expect(words).to_have_text(cut(stage.scene.runs()[0], 3, along).sentence)
    label = picture.get_attribute("aria-label") or ""
    assert label.startswith("The loss along the direction (1, 0), from ")
    assert "of the ball at step 3: losses from " in label
    assert label.endswith(words.inner_text())
    shows(stage, 0)  # the playhead goes, and the line with it
    stage.until(lambda: _equal(words.inner_text(), cut(stage.scene.runs()[0], 0, "x").sentence))
    stage.step_panel.get_by_role("button", name="in numbers").click()
    expect(picture).to_be_hidden()
    page.keyboard.press("l")
    page.keyboard.press("c")
    expect(picture).to_be_visible()
    expect(page.locator(".lab-curves")).to_be_hidden()
