"""Models of two weights and planes of networks over the wire: fits, mini-batches, and what would take too long."""

import time

import numpy as np
import pytest

from engine import Run, descend
from engine.frame import matrix
from engine.networks import model_of
from engine.runs.batches import batches
from live.queries.limits import LIMITS
from live.queries.message import query
from live.queries.refusal import Refusal
from tests.live.fetch import PATIENCE

PLANE = "network:depth=2;width=4;points=40;steps=30;activation=tanh;seed=11;plane=path"


def test_a_fit_is_the_model_s_own(talk):
    model = model_of("tanh_unit")
    places = [[0.5, -2.0], [2.0, 1.5]]
    header, body = talk.ask({"seq": 1, "kind": "fit", "landscape": "model:tanh_unit", "places": places})
    told = {name: matrix(body, where) for name, where in header["arrays"].items()}
    inputs = model.across(96)
    assert told["inputs"].ravel() == pytest.approx(inputs, rel=1e-6)
    assert told["fits"] == pytest.approx(np.array([a * np.tanh(b * inputs) for a, b in places]), rel=1e-5)
    assert told["losses"].ravel() == pytest.approx([float(model.loss(np.array(place))) for place in places], rel=1e-6)
    assert header["rows"] is None


def test_a_fit_names_the_points_of_its_mini_batch(talk):
    asked = {"seq": 1, "kind": "fit", "landscape": "model:linear_regression", "places": [[1, 0]]}
    header, _ = talk.ask({**asked, "batch": {"size": 8, "seed": 5, "step": 17}})
    assert header["rows"] == batches(50, 8, 20, 5)[17].tolist()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"landscape": "bowl"}, "no model with a fit"),
        ({"landscape": "model:linear"}, "no model of two weights"),
        ({"places": []}, "list of 1 to"),
        ({"places": [[1]]}, "position"),
        ({"places": [[0, 0]] * 33}, "list of 1 to 32"),
        ({"batch": {"size": 8}}, "must be such as"),
        ({"batch": {"size": 51, "seed": 0, "step": 0}}, "at most 50 points"),
        ({"batch": {"size": 8, "seed": 0, "step": -1}}, "must be such as"),
    ],
)
def test_a_fit_that_cannot_be_is_refused(change, says):
    asked = {"seq": 1, "kind": "fit", "landscape": "model:linear_regression", "places": [[1, 0]], **change}
    with pytest.raises(Refusal, match=says):
        query(asked)


def test_mini_batches_go_over_the_wire(talk):
    described = {"landscape": "model:logistic_regression", "rate": 0.3, "steps": 40, "batch_size": 6, "seed": 2}
    points = talk.arrays({"seq": 1, "runs": [described]})["points"]
    assert points == pytest.approx(descend(Run(**described)).points, rel=1e-6)
    header, _ = talk.ask({"seq": 2, "runs": [{"landscape": "bowl", "batch_size": 6}]})
    assert "not measured on data" in header["error"]


def test_a_plane_is_trained_when_it_is_asked_for(talk, wire):
    message = {"seq": 1, "runs": [{"landscape": PLANE, "start": [0.9, 0.1], "rate": 0.1, "steps": 20}]}
    loss = query(message).runs[0].landscape.loss
    assert not loss.ready
    points = talk.arrays(message)["points"]
    assert loss.ready
    # What follows behind the first answer is on its way: what is missing is settled when it has come.
    end = time.monotonic() + PATIENCE
    while wire.executors.following and time.monotonic() < end:
        time.sleep(0.05)
    assert wire.executors.missing(query(message)) == 0
    assert points == pytest.approx(descend(Run(**message["runs"][0])).points, rel=1e-5)


def test_a_plane_that_diverged_says_so_and_the_line_stays(talk):
    landscape = "network:width=16;activation=relu;initialisation=too_large;points=40;steps=20"
    header, _ = talk.ask({"seq": 1, "runs": [{"landscape": landscape, "steps": 5}]})
    assert "diverged" in header["error"]
    header, _ = talk.ask({"seq": 2, "runs": [{"landscape": "bowl", "steps": 5}]})
    assert "error" not in header


def test_what_would_take_minutes_is_refused_with_a_sentence():
    run = {"landscape": "network:plane=random", "steps": 1_000}
    for message in ({"runs": [run] * 2}, {"kind": "basin", "run": run}, {"kind": "sweep", "run": run}):
        with pytest.raises(Refusal, match=r"some \d[\d,]* seconds: on this surface each step asks"):
            query({"seq": 1, **message})


def test_no_question_about_a_formula_is_too_long():
    run = {"landscape": "bowl", "steps": 10_000}
    noisy = {**run, "noise": 1}
    axes = {"x": ["rate", 1e-4, 1, True], "y": ["momentum", 0, 0.99, False], "columns": 256, "rows": 256}
    for message in (
        {"runs": [run] * 16},
        {"kind": "basin", "run": run},
        {"kind": "sweep", "run": run},
        {"kind": "cloud", "run": noisy, "seeds": 2_000},
        {"kind": "knobs", "run": {**run, "optimizer": "momentum"}, **axes},
        {"kind": "fastest", "run": run},
    ):
        assert query({"seq": 1, **message}).steps <= LIMITS.answer_steps
