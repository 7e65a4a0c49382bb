"""How a run ended is told by one voice: sentence, list, table, doctor, One step, lecture mode, exported files."""

from __future__ import annotations

import contextlib
import io
import math
import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from engine import OUTCOME_KINDS, Trajectory, examine, explain
from engine.export import csv_text, pytorch_code
from tests.browser.stage import Stage

BLAMES_THE_RATE = r"diverge|blow|explo|lower|grew|downhill"
CASES: Mapping[str, tuple[str, str, str, str]] = {
    # A link, the kind of its outcome, what must be said of it everywhere, and what must not be said anywhere.
    "arrives": ("land=bowl&lane=gradient_descent;rate=0.1", "converged_gradient", "arrive|below", BLAMES_THE_RATE),
    "loss at rest": (
        "land=bowl&loss_tolerance=0.001&lane=gradient_descent;rate=0.05",
        "converged_loss",
        "rest|stop|less than",
        "diverge|blow|cannot start|arrives",
    ),
    "saddle": (
        "land=saddle_valleys&start=0,0&lane=momentum;rate=0.1",
        "at_saddle",
        "saddle|no minimum|below",
        "diverge|blow|cannot start|arrives|healthy",
    ),
    "maximum": (
        "land=formula:-x**2-y**2&start=0,0&lane=adam;rate=0.1",
        "at_maximum",
        "maximum|no minimum|below",
        "diverge|blow|cannot start|arrives|healthy",
    ),
    "cycle": (
        "land=bounce&lane=gradient_descent;rate=1",
        "budget",
        "cycle|swing|steps are made",
        "diverge|blow|cannot start|arrives|healthy",
    ),
    "blows up": ("land=bowl&lane=gradient_descent;rate=1", "diverged", "blow|explo|diverged", "arrives|cannot start"),
    "breaks off": (
        "land=formula:log(x)%2By**2&start=0.5,0.5&lane=gradient_descent;rate=0.1",
        "diverged",
        "break|no finite number",
        "arrives|cannot start|blow|grew|without end|0 steps",
    ),
    "cannot start": (
        "land=formula:sqrt(x-3.5)&start=2.5,1.5&lane=gradient_descent;rate=0.1",
        "diverged",
        "cannot start",
        f"arrives|breaks off|a step led|{BLAMES_THE_RATE}",
    ),
    "cannot start, two": (
        "land=formula:sqrt(x-3.5)&start=2.5,1.5&lane=gradient_descent;rate=0.1&lane=adam;rate=0.1",
        "diverged",
        "can(not)? start",
        f"arrives|breaks off|a step led|{BLAMES_THE_RATE}",
    ),
}


def test_every_kind_of_outcome_is_asked():
    assert {kind for _, kind, _, _ in CASES.values()} == set(OUTCOME_KINDS)


@pytest.mark.parametrize("case", CASES)
def test_one_outcome_is_told_by_one_voice(page: Page, case: str):
    link, kind, words, others = CASES[case]
    stage = Stage(page).open(link).at_rest()
    runs = stage.agrees_soon(stage.scene)
    run, outcome = runs[0], runs[0].outcome
    assert outcome.kind == kind
    diagnosis = examine(run, find=False)
    ends = explain(run.run, len(run.losses) - 1).sentence
    expect(stage.spoken).to_have_text(stage.verdict.inner_text())
    assert stage.fates == [one.outcome.fate for one in runs]
    expect(stage.words).to_contain_text(outcome.sentence)
    expect(page.locator(".doctor")).to_contain_text(diagnosis.sentence.removeprefix("Healthy: ")[1:])
    expect(stage.step_panel.locator(".lab-say")).to_have_text(ends)
    told = {
        "sentence": stage.verdict.inner_text(),
        "list": stage.fates[0],
        "table": stage.words.locator("tbody td").last.inner_text(),
        "doctor": page.locator(".doctor").inner_text(),
        "step": stage.step_panel.locator(".lab-say").inner_text(),
    }
    page.keyboard.press("l")
    expect(stage.root).to_have_class(re.compile("lab-lecture"))
    expect(stage.verdict).to_have_text(told["sentence"])
    page.keyboard.press("l")
    _agree(told, words, others)
    _takes_home(run)


def _agree(told: Mapping[str, str], words: str, others: str) -> None:
    """Each of the texts tells the same end, and none tells another one."""
    for place, text in told.items():
        ours = text.partition("The run ends here: ")[2] if place == "step" else text
        assert re.search(words, ours, re.IGNORECASE), (place, text)
        assert not re.search(others, ours, re.IGNORECASE), (place, text)


def _takes_home(run: Trajectory) -> None:
    """The exported program makes as many steps and ends with the same loss, and so does the table of the path."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(pytorch_code(run.run), "exported", "exec"), {})
    if math.isnan(run.losses[0]):
        assert re.match(r"No step is made: at the start .* the loss has no value", printed.getvalue())
        assert len(run.points) == 1
    else:
        steps, loss = re.match(r"(\d+) steps, ends at .* with loss (\S+)", printed.getvalue()).groups()  # pyright: ignore[reportOptionalMemberAccess]
        assert int(steps) == len(run.points) - 1
        assert float(loss) == pytest.approx(run.losses[-1], rel=1e-4, abs=1e-12, nan_ok=True)
    assert len(csv_text(run.run).splitlines()) == len(run.points) + 1


def test_what_is_said_of_the_runs_before_is_pale_until_the_next_answer(page: Page):
    """A surface that is not compiled yet takes a second; its picture stands before its numbers do."""
    page.add_init_script(
        """const send = WebSocket.prototype.send;
        window.held = null;
        WebSocket.prototype.send = function (...all) {
          if (window.held && this.url.includes("/live")) window.held.push(() => send.apply(this, all));
          else send.apply(this, all);
        };"""
    )
    stage = Stage(page).open("land=bowl&lane=gradient_descent;rate=0.1").at_rest()
    page.evaluate("() => { window.held = []; }")
    stage.pick("Landscape", "Beale")
    expect(page.locator(".lab h1")).to_have_text("Beale")
    expect(page.locator(".lab-verdict-box")).to_have_css("opacity", "0.4")
    expect(page.locator(".lab-side")).to_have_css("opacity", "0.4")
    page.evaluate("() => { const { held } = window; window.held = null; for (const go of held) go(); }")
    expect(page.locator(".lab-verdict-box")).to_have_css("opacity", "1")
    expect(stage.verdict).to_contain_text("Gradient descent")
