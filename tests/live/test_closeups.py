"""One step, one point, one field of arrows: asked over a real WebSocket, and the engine's own."""

import numpy as np
import pytest

from engine import OPTIMIZERS, Run, cut, explain, field, probe
from engine.frame import matrix
from landscapes import LANDSCAPES, formula
from live.queries.kinds.field import Arrows
from live.queries.kinds.point import Point
from live.queries.kinds.step import Step
from live.queries.limits import LIMITS
from live.queries.message import query
from live.wire.inbox import Inbox

MOMENTUM = {"landscape": "himmelblau", "optimizer": "momentum", "start": [-0.5, 4.5], "noise": 0.5, "clip_norm": 40}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_step_is_the_engine_s_in_full(talk, optimizer):
    described = {**MOMENTUM, "optimizer": optimizer}
    header, body = talk.ask({"seq": 3, "kind": "step", "run": described, "step": 13})
    told = explain(Run(**described), 13)
    assert len(body) == 0
    assert header == {
        "seq": 3,
        "kind": "step",
        "step": 13,
        "made": True,
        "loss": told.loss,
        "rate": told.rate,
        "gradient": list(told.gradient),
        "felt": list(told.effective_gradient),
        "old": list(told.old),
        "new": list(told.new),
        "update": list(told.update),
        "carried": told.carried and list(told.carried),
        "formula": told.formula,
        "sentence": told.sentence,
        "rows": [{**row._asdict(), "values": list(row.values)} for row in told.rows],
        "tests": [test._asdict() for test in told.tests],
    }
    assert header["rows"][0].keys() == {"symbol", "text", "values", "signed", "strong"}


def test_a_step_beyond_the_end_is_the_end_s(talk):
    run = {"landscape": "bowl", "rate": 0.1}
    header, _ = talk.ask({"seq": 1, "kind": "step", "run": run, "step": 2**53 - 1})
    assert (header["step"], header["made"]) == (32, False)
    assert header["tests"][0]["met"]


def test_numbers_that_are_not_finite_are_null(talk):
    header, _ = talk.ask({"seq": 1, "kind": "step", "run": {"landscape": "bowl", "rate": 1e308}, "step": 4})
    assert header["step"] == 0
    assert header["new"] == header["update"] == header["rows"][-1]["values"] == [None, None]
    log = "formula:log(x) + y**2"
    header, _ = talk.ask({"seq": 2, "kind": "step", "run": {"landscape": log, "start": [0, 1]}, "step": 0})
    assert header["loss"] is None
    assert header["gradient"] == [None, 2]
    assert [test["value"] for test in header["tests"]] == [None, None, 500]
    assert talk.ask({"seq": 3, "kind": "point", "landscape": log, "position": [0, 1]})[0] == {
        "seq": 3, "kind": "point", "position": [0, 1], "loss": None, "gradient": [None, 2],
    }  # fmt: skip


@pytest.mark.parametrize("along", ["step", "x", "y"])
def test_a_cut_is_the_engine_s(talk, along):
    header, body = talk.ask({"seq": 4, "kind": "cut", "run": MOMENTUM, "step": 13, "along": along})
    told = cut(Run(**MOMENTUM), 13, along)
    places, rises = (matrix(body, header["arrays"].pop(name))[:, 0] for name in ("places", "rises"))
    np.testing.assert_array_equal(places, np.float32(told.places))
    np.testing.assert_array_equal(rises, np.float32(told.losses - told.explained.loss))
    assert header == {
        "seq": 4, "kind": "cut", "step": 13, "made": True, "position": list(told.explained.old),
        "direction": list(told.direction), "loss": told.explained.loss, "rate": told.explained.rate, "arrays": {},
        "slope": told.slope, "curvature": told.curvature, "reach": told.reach, "landing": told.landing,
        "best": told.best, "best_rate": None, "sentence": told.sentence,
    }  # fmt: skip


def test_a_cut_where_nothing_is_a_number(talk):
    """What is not finite is null; a line that is none is refused with the nearest one."""
    run = {"landscape": "formula:log(x) + y**2", "start": [0, 1]}
    header, _ = talk.ask({"seq": 1, "kind": "cut", "run": run, "step": 0})
    assert header["direction"] is header["loss"] is header["slope"] is None
    header, _ = talk.ask({"seq": 2, "kind": "cut", "run": run, "step": 0, "along": "x"})
    assert header["slope"] is header["curvature"] is header["best"] is None
    assert "no slope or no curvature here" in header["sentence"]
    header, _ = talk.ask({"seq": 3, "kind": "cut", "run": run, "step": 0, "along": "z"})
    assert header["error"].startswith('There is no "along" of a cut "z". Choose one of step, x, y')
    assert "step" in talk.ask({"seq": 4, "kind": "cut", "run": run})[0]["error"]


def test_a_point_is_the_engine_s(talk):
    header, body = talk.ask({"seq": 5, "kind": "point", "landscape": "himmelblau", "position": [1.25, -3]})
    loss, gradient = probe(LANDSCAPES["himmelblau"], (1.25, -3))
    assert header == {
        "seq": 5, "kind": "point", "position": [1.25, -3], "loss": loss, "gradient": list(gradient),
    }  # fmt: skip
    assert len(body) == 0


def test_a_field_is_the_engine_s_to_float32(talk):
    window = [[-5, 5], [-4, 3]]
    message = {"seq": 6, "kind": "field", "landscape": "himmelblau", "window": window, "columns": 40, "rows": 7}
    header, body = talk.ask(message)
    assert header == {"seq": 6, "kind": "field", "arrays": {"gradients": [0, 280, 2]}}
    expected = field(LANDSCAPES["himmelblau"], window, 40, 7).reshape(-1, 2)
    np.testing.assert_array_equal(matrix(body, header["arrays"]["gradients"]), np.float32(expected))


def test_what_is_read():
    bowl = LANDSCAPES["bowl"]
    assert query({"seq": 1, "kind": "step", "run": {"landscape": "bowl"}, "step": 3}) == Step(1, Run("bowl"), 3)
    asked = query({"seq": 1, "kind": "point", "landscape": "bowl", "position": [1, 2]})
    assert asked == Point(1, bowl, (1.0, 2.0))
    seen = {"seq": 1, "kind": "field", "landscape": "bowl", "window": [-1, 1, 0, 2], "columns": 2, "rows": 40}
    assert query(seen) == Arrows(1, bowl.with_window(((-1, 1), (0, 2))), 2, 40)


def test_a_close_up_costs_what_it_takes_and_stays_on_the_loop():
    step = query({"seq": 1, "kind": "step", "run": {"landscape": "bowl", "steps": 600}, "step": 50})
    assert (step.steps, step.inline) == (51, True)
    last = query({"seq": 1, "kind": "step", "run": {"landscape": "bowl", "steps": LIMITS.steps}, "step": 10**9})
    assert (last.steps, last.inline) == (10_001, False)
    arrows = {"seq": 1, "kind": "field", "landscape": "bowl", "window": [-1, 1, 0, 2], "columns": 40, "rows": 40}
    assert (query(arrows).steps, query(arrows).inline) == (1_600, True)


def test_a_new_formula_s_close_ups_are_compiled_once(wire, talk):
    text = "formula:x**2 + 2.125*y**2 + x*y"
    messages = [
        {"seq": 1, "kind": "step", "run": {"landscape": text, "start": [1, 1]}, "step": 3},
        {"seq": 2, "kind": "field", "landscape": text, "window": [-1, 1, 0, 2], "columns": 3, "rows": 3},
        {"seq": 3, "kind": "point", "landscape": text, "position": [0, 0]},
    ]
    assert [wire.executors.missing(query(one)) for one in messages] == [1, 1, 1]
    for message in messages:
        assert talk.ask(message)[0]["kind"] == message["kind"]
        assert wire.executors.missing(query(message)) == 0
    assert formula(text.removeprefix("formula:")).loss is query(messages[2]).landscape.loss


def test_the_newest_of_every_kind_is_kept():
    """A cursor that moves must not cancel the step that is asked for, nor a formula that speaks of kinds anything."""
    inbox = Inbox(9)
    texts = [
        '{"seq": 1, "kind": "step"}',
        '{"seq": 2, "kind": "point"}',
        '{"seq": 3, "runs": [{"landscape": "formula:\\"kind\\": \\"point\\""}]}',
        '{"seq": 4, "kind":"point"}',
        '{"seq": 5, "runs": []}',
        '{"seq": 6, "kind" : "field"}',
        '{"seq": 7, "kind": "runs", "runs": []}',
    ]
    inbox._messages.extend(texts)
    inbox.keep_newest()
    assert list(inbox._messages) == [texts[0], texts[3], texts[5], texts[6]]
