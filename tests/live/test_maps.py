"""Maps over the wire: the engine's own numbers, in bands, refused with a sentence where they are none."""

import json

import numpy as np
import pytest

from engine import OPTIMIZERS, Run, basin_map, descend, hypergradients, knob_map, rate_sweep
from engine.basis.numerals import typed_rates
from engine.frame import matrix, opened
from engine.studies.races import contend, order_of
from engine.studies.trios import rate_trio
from live.queries.limits import LIMITS
from live.queries.message import decoded, query
from live.queries.refusal import Refusal

RUN = {"landscape": "himmelblau", "optimizer": "momentum", "steps": 300}


def header_in(answer):
    return opened(answer)[0]


def answered(**message):
    header, body = opened(query(decoded(json.dumps({"seq": 1, **message}))).answer())
    return header, {name: matrix(body, where) for name, where in header.get("arrays", {}).items()}


def test_a_map_over_the_socket_is_the_engine_s(talk):
    header, _ = talk.ask({"seq": 9, "kind": "basin", "run": RUN, "resolution": 64})
    whole = basin_map(Run(**RUN), 64)
    assert header["kind"] == "basin"
    assert header["seq"] == 9
    assert header["starts"] == 64 * 64
    assert header["diverged"] == int(np.sum(whole.labels == -1))
    assert [one["starts"] for one in header["minima"]] == [
        int(np.sum(whole.labels == k)) for k in range(len(whole.minima))
    ]
    positions = [one["position"] for one in header["minima"]]
    np.testing.assert_allclose(positions, whole.minima, atol=1e-9)


def test_bands_make_up_the_map():
    asked = {"kind": "basin", "run": RUN, "columns": 48, "rows": 32, "window": [[-4, 4], [-3, 3]]}
    whole, arrays = answered(**asked)
    assert arrays["labels"].shape == (32, 48)
    steps = [answered(**asked, band=band)[1]["steps"] for band in ([0, 20], [20, 32])]
    np.testing.assert_array_equal(np.concatenate(steps), arrays["steps"])
    assert whole["band"] == [0, 32]


def test_a_sweep_says_what_the_engine_does():
    header, arrays = answered(kind="sweep", run={"landscape": "bowl"}, low=1e-3, high=1, count=50)
    told = rate_sweep(Run("bowl"), typed_rates(1e-3, 1, 50))
    np.testing.assert_allclose(arrays["rates"][:, 0], told.rates, rtol=1e-6)
    np.testing.assert_array_equal(arrays["steps"][:, 0], told.steps)
    np.testing.assert_array_equal(arrays["arrived"][:, 0], told.arrived)
    assert len(header["regimes"]) == 50
    assert header["fastest"] in told.rates
    assert header["limits"][0][0] == pytest.approx(0.5)


def test_a_map_of_two_knobs_with_its_law():
    run = {"landscape": "ravine", "optimizer": "momentum", "steps": 1000}
    header, arrays = answered(
        kind="knobs", run=run, x=["rate", 1e-3, 1, True], y=["momentum", 0, 0.9, False], columns=32, rows=16
    )
    rates, momenta = typed_rates(1e-3, 1, 32), np.round(np.linspace(0, 0.9, 16), 4)
    told = knob_map(Run(**run), "rate", rates, "momentum", momenta)
    np.testing.assert_array_equal(arrays["outcomes"], told.outcomes)
    assert header["law"]["agreement"] > 0.99
    assert header["law"]["border"][0] == pytest.approx([2 / 50, 0])


def test_three_rates_are_the_engine_s():
    run = {"landscape": "bowl", "start": [2, 1], "steps": 80}
    header, _ = answered(kind="trio", run=run)
    trio = rate_trio(Run("bowl", start=(2.0, 1.0), steps=80))
    assert {name: header[name] for name in trio._fields} == trio._asdict()


def test_hints_are_the_derivatives_of_the_run():
    header, _ = answered(kind="hints", run={**RUN, "rate": 0.004, "steps": 100})
    told = hypergradients(Run(**{**RUN, "rate": 0.004, "steps": 100}))
    assert header["slopes"]["rate"]["value"] == pytest.approx(told.slopes["rate"].value)
    assert header["slopes"]["momentum"]["sentence"] == told.slopes["momentum"].sentence


def test_a_cloud_is_the_engine_s_and_its_first_member_the_run():
    run = {"landscape": "bowl", "rate": 0.1, "noise": 1.0, "steps": 100, "seed": 3}
    header, arrays = answered(kind="cloud", run=run, seeds=40)
    points = arrays["points"].reshape(header["frames"], 40, 2)
    alone = descend(Run(**run)).points
    for frame in range(header["frames"]):
        step = min(frame * header["every"], 100)
        np.testing.assert_allclose(points[frame, 0], alone[step], rtol=1e-6)
    assert np.std(points[-1], axis=0).min() > 0.05, "other seeds are elsewhere"
    assert "40 runs with the same noise level" in header["sentence"]


RATES, MOMENTA = ["rate", 0.1, 1, True], ["momentum", 0, 0.9, False]
REFUSED = {
    "no run": ({"kind": "basin", "resolution": 64}, 'needs "run"'),
    "too fine": ({"kind": "basin", "run": RUN, "resolution": 2_000}, "1,024"),
    "too much at once": ({"kind": "basin", "run": RUN, "resolution": 1_024}, "in several bands"),
    "band turned": ({"kind": "basin", "run": RUN, "band": [9, 3]}, "must hold"),
    "band a text": ({"kind": "basin", "run": RUN, "band": "all"}, "the first row"),
    "band beyond": ({"kind": "basin", "run": RUN, "resolution": 64, "band": [0, 65]}, "the first row"),
    "window inside out": ({"kind": "basin", "run": RUN, "window": [[3, -3], [0, 1]]}, "window"),
    "misspelt": ({"kind": "basin", "run": RUN, "resolutoin": 64}, "resolution"),
    "rates turned": ({"kind": "sweep", "run": RUN, "low": 1, "high": 0.1}, "above"),
    "rate 0": ({"kind": "sweep", "run": RUN, "low": 0}, "above 0"),
    "too many rates": ({"kind": "sweep", "run": RUN, "count": 10_000}, str(LIMITS.sweep_rates)),
    "one axis": ({"kind": "knobs", "run": RUN, "x": RATES}, 'needs "y"'),
    "same axes": ({"kind": "knobs", "run": RUN, "x": RATES, "y": RATES}, "twice"),
    "no such knob": (
        {"kind": "knobs", "run": RUN, "x": RATES, "y": ["beta1", 0, 0.9, False]},
        "beta1",
    ),
    "out of bounds": ({"kind": "knobs", "run": RUN, "x": RATES, "y": ["momentum", 0, 7, False]}, "7"),
    "log from 0": (
        {"kind": "knobs", "run": RUN, "x": ["rate", 0, 1, True], "y": MOMENTA},
        "above 0",
    ),
    "axis a number": ({"kind": "knobs", "run": RUN, "x": 3, "y": MOMENTA}, "axis"),
    "end a text": (
        {"kind": "knobs", "run": RUN, "x": ["rate", "a", 1, True], "y": MOMENTA},
        "axis",
    ),
    "cloud without noise": ({"kind": "cloud", "run": RUN, "seeds": 10}, "above 0"),
    "cloud of too many": ({"kind": "cloud", "run": {**RUN, "noise": 1}, "seeds": 5_000}, "2,000"),
    "hints of nothing": ({"kind": "hints"}, 'needs "run"'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_map_is_refused_with_words(name):
    message, words = REFUSED[name]
    with pytest.raises(Refusal) as refusal:
        query({"seq": 1, **message})
    assert words in str(refusal.value)
    assert str(refusal.value).endswith((".", "?", "}"))


def test_a_race_is_measured_a_lane_an_answer_and_then_says_who_is_first():
    """The order is the engine's own of the same runs, and asking again costs no more work."""
    runs = [{"landscape": "ravine", "optimizer": key, "steps": 150} for key in ("gradient_descent", "adam", "newton")]
    message = {"seq": 1, "kind": "race", "runs": runs, "rule": "best_rate", "criterion": "steps"}
    for missing in (2, 1, 0):
        asked = query(message)
        assert asked.steps > 0
        assert asked.needs
        header = header_in(asked.answer())
        assert header["missing"] == missing
        assert [lane is None for lane in header["lanes"]] == [at > 2 - missing for at in range(3)]
        assert ("order" in header) == (missing == 0)
    found = [contend(Run(**run), "best_rate") for run in runs]
    assert header["order"] == list(order_of(found, "steps"))
    for lane, one in zip(header["lanes"], found, strict=True):
        assert lane["window"] == (one.window and list(one.window))
    first = found[header["order"][0]]
    assert header["sentence"].startswith(f"{OPTIMIZERS[first.lane.run.optimizer].name} is first: it arrives after")
    again = query({**message, "criterion": "area"})
    assert (again.steps, again.needs) == (0, [])
    assert header_in(again.answer())["order"] == list(order_of(found, "area"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rule": "fair"}, 'There is no rule of a race "fair"'),
        ({"rule": 3}, "There is no rule of a race"),
        ({"criterion": "los"}, 'Did you mean "loss"?'),
        ({"runs": [{"landscape": "bowl"}, {"landscape": "ravine"}]}, "share their landscape"),
        ({"runs": [{"landscape": "bowl"}, {"landscape": "bowl", "steps": 7}]}, "one budget"),
        ({"names": ["a", "b", "c"]}, "one for each of the 2 runs"),
    ],
)
def test_runs_that_cannot_race_are_refused(change, words):
    runs = [{"landscape": "bowl"}, {"landscape": "bowl", "optimizer": "adam"}]
    with pytest.raises(Refusal) as refusal:
        query({"seq": 1, "kind": "race", "runs": runs, "rule": "same_rate", **change})
    assert words in str(refusal.value)
