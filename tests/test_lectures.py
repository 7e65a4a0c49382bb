"""Prepared lectures: each answer is what the engine and torch say of its picture, to the last number."""

import re
from urllib.parse import parse_qs

import numpy as np
import pytest

from engine import descend_many
from lessons.lecture import LECTURES, PreparedScene, lecture
from tests.engine.oracle import double_precision, torch_paths
from ui.lecture.deck import picture_of
from ui.scene.link import decode

SCENES = [(key, scene) for key, one in LECTURES.items() for scene in one.scenes]
NUMBER = re.compile(r"(?<![\w.])−?\d[\d,]*(?:\.\d+)?")
KINDS = {"converged_gradient": "arrives", "at_saddle": "stops", "diverged": "diverges", "budget": "goes on"}
FAR = 1e12
"""A coordinate beyond it has diverged (`engine/runs`)."""


def numbers(text: str) -> list[str]:
    return [found.replace(",", "").replace("−", "-").rstrip(".") for found in NUMBER.findall(text)]


def decimals(number: str) -> int:
    return len(number.partition(".")[2])


def runs_of(scene: PreparedScene):
    picture, notices = decode(parse_qs(scene.picture))
    assert notices == []
    return picture.runs()


def is_lowest_around(landscape, place) -> bool:
    """Whether every point of a small circle lies higher."""
    turns = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    circle = place + 1e-2 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return bool(min(float(landscape.loss(point)) for point in circle) > float(landscape.loss(place)))


def test_the_numbers_of_a_sentence_are_found():
    assert numbers("At 0.039 after 1,000 steps at (−2.5, 0): 7.") == ["0.039", "1000", "-2.5", "0", "7"]


@pytest.mark.parametrize("one", LECTURES.values(), ids=LECTURES.keys())
def test_a_lecture_fills_its_time(one):
    assert one.minutes == 45
    assert 12 <= len(one.scenes) <= 20
    assert len({scene.title for scene in one.scenes}) == len(one.scenes)
    assert sum(bool(scene.question) for scene in one.scenes) >= 10
    assert all(scene.notes and bool(scene.question) == bool(scene.answer) == bool(scene.ends) for scene in one.scenes)


@pytest.mark.parametrize(("key", "scene"), SCENES, ids=lambda value: getattr(value, "title", None))
def test_a_picture_is_shown_as_it_is_written(key: str, scene: PreparedScene):
    assert picture_of(scene.page, scene.picture)["notices"] == []


@pytest.mark.parametrize(("key", "scene"), SCENES, ids=lambda value: getattr(value, "title", None))
def test_an_answer_is_what_the_engine_and_torch_measure(key: str, scene: PreparedScene):
    runs = runs_of(scene)
    assert not scene.ends or [end.lane for end in scene.ends] == [*range(1, len(runs) + 1)]
    ended = descend_many(runs)
    with double_precision():
        paths = torch_paths(runs)
    for end in scene.ends:
        run, trajectory, path = runs[end.lane - 1], ended[end.lane - 1], paths[end.lane - 1]
        outcome = trajectory.outcome
        stopped = outcome.kind == "converged_gradient" and not outcome.arrived
        assert ("stops" if stopped else KINDS[outcome.kind], outcome.step) == (end.kind, end.step)
        points = path.points[: end.step + 1]
        slopes = np.hypot(*path.gradients[: end.step + 1].T)
        within = (
            np.isfinite(points).all(axis=1)
            & (np.abs(points) <= FAR).all(axis=1)
            & np.isfinite(path.losses[: end.step + 1])
        )
        assert within[: end.step].all()
        assert (slopes[: end.step] >= run.gradient_tolerance).all()
        if end.kind == "diverges":
            assert len(points) < end.step + 1 or not within[end.step]
            continue
        assert (slopes[end.step] < run.gradient_tolerance) == (end.kind in ("arrives", "stops"))
        if end.kind != "goes on":
            assert is_lowest_around(run.landscape, points[end.step]) == (end.kind == "arrives")
        if end.at is not None:
            # Half a unit of the last digit that is shown.
            for shown, *measured in zip(end.at, points[end.step], trajectory.points[end.step], strict=True):
                assert np.allclose(measured, shown, rtol=0, atol=5.01 * 10.0 ** -(1 + max(decimals(str(shown)), 1)))


@pytest.mark.parametrize(("key", "scene"), SCENES, ids=lambda value: getattr(value, "title", None))
def test_no_number_of_an_answer_is_without_a_source(key: str, scene: PreparedScene):
    measured = {float(run.rate) for run in runs_of(scene)}
    for end in scene.ends:
        measured |= {float(end.step), *map(float, end.at or ())}
    assert {float(number) for number in numbers(scene.answer)} <= measured
    if any(end.kind == "diverges" for end in scene.ends):
        assert "diverges" in scene.answer


def test_a_file_that_cannot_be_read_says_which():
    with pytest.raises(ValueError, match=r"lessons/lectures/mine\.toml: .*title"):
        lecture("mine", "")
