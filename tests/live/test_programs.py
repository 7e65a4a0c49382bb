"""Where compiled programs are kept, and that they are made ahead."""

import asyncio
import gc
import os

import numpy as np
import pytest

from engine import AHEAD, OPTIMIZERS, known_points
from engine.basis.programs import PROGRAMS
from engine.networks import Network
from engine.networks.network import HIDDEN_BUCKETS
from landscapes import LANDSCAPES
from landscapes.parameters import program_key
from live import Activity, Executors, warm_up
from live.queries.message import query
from live.queries.query import Query
from live.wire.surface import survey_of
from live.work.programs import private_folder, with_counterparts
from tests.loop import run


def test_a_new_folder_is_ours_alone(tmp_path):
    named = tmp_path / "deep" / "cache"
    assert private_folder({"DESCENT_LAB_CACHE": str(named), "XDG_CACHE_HOME": "/elsewhere"}) == named
    assert named.stat().st_mode & 0o777 == 0o700


def test_without_a_name_it_lies_in_the_user_s_cache(tmp_path):
    assert private_folder({"XDG_CACHE_HOME": str(tmp_path), "HOME": "/elsewhere"}) == tmp_path / "descent-lab"
    assert private_folder({"HOME": str(tmp_path)}) == tmp_path / ".cache" / "descent-lab"
    assert private_folder({}) is None


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o750, 0o701])
def test_a_folder_that_others_can_enter_is_not_used(tmp_path, mode, caplog):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(mode)
    assert private_folder({"DESCENT_LAB_CACHE": str(shared)}) is None
    assert "0700" in caplog.text


def test_neither_a_link_nor_a_file_is_used(tmp_path):
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    (tmp_path / "file").write_text("")
    assert private_folder({"DESCENT_LAB_CACHE": str(tmp_path / "link")}) is None
    assert private_folder({"DESCENT_LAB_CACHE": str(tmp_path / "file")}) is None
    assert private_folder({"DESCENT_LAB_CACHE": str(tmp_path / "file" / "below")}) is None


def test_somebody_else_s_folder_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    assert private_folder({"DESCENT_LAB_CACHE": str(tmp_path / "cache")}) is None


def asked_on_the_opening_pages(landscape: str) -> list[Query]:
    """What Playground, Terrain and Tuning ask: any of the sixteen methods, and the maps of those compiled ahead."""
    runs = [{"landscape": landscape, "optimizer": key, "steps": 10_000} for key in OPTIMIZERS]
    kinds = [{"runs": [run | {"steps": steps}], "focus": 0} for run in runs for steps in (7, 10_000)]
    kinds += [{"kind": "fastest", "run": run | {"steps": 9}} for run in runs]
    kinds += [{"kind": "step", "run": run | {"noise": 0.5}, "step": 3} for run in runs]
    kinds += [
        {"kind": "point", "landscape": landscape, "position": [1, 2]},
        {"kind": "field", "landscape": landscape, "window": [0, 1, 0, 1], "columns": 5, "rows": 4},
    ]
    for key in AHEAD:
        run = {"landscape": landscape, "optimizer": key, "steps": 50, "rate": 0.05}
        kinds += [{"kind": "basin", "run": run, "resolution": 64}, {"kind": "sweep", "run": run}]
    momentum = {"landscape": landscape, "optimizer": "momentum", "steps": 50}
    axes = {"x": ["rate", 1e-4, 1, True], "y": ["momentum", 0, 0.99, False]}
    kinds.append({"kind": "knobs", "run": momentum, **axes, "columns": 64, "rows": 64})
    return [query({"seq": 1, **kind}) for kind in kinds]


@pytest.mark.usefixtures("thawed")
def test_after_warming_up_the_opening_pages_compile_nothing_and_nothing_is_scanned_again(compilations):
    executors = Executors()
    asked = asked_on_the_opening_pages("bowl")
    asked.append(query({"seq": 1, "runs": [{"landscape": "formula:2*x**2 + 2*y**2"}]}))
    other = query({"seq": 1, "kind": "basin", "run": {"landscape": "bowl", "optimizer": "lion"}, "resolution": 64})
    known_points.cache_clear()
    assert all(map(executors.missing, asked))
    try:
        run(warm_up(executors, [LANDSCAPES["bowl"]]))
        assert not any(map(executors.missing, asked))
        assert executors.missing(other)
        with compilations.none():
            for one in asked:
                run(executors.answer(one))
            for window in (LANDSCAPES["bowl"].window, ((-1.0, 0.5), (-0.25, 1.0))):
                known_points(LANDSCAPES["bowl"].with_window(window))
        assert gc.get_freeze_count() > 10_000
    finally:
        executors.close()


@pytest.mark.usefixtures("thawed")
def test_the_opening_network_is_compiled_before_all_other_surfaces_and_the_rest_after(monkeypatch):
    done = []
    monkeypatch.setattr("live.work.executors.warm_up", lambda landscape: done.append(landscape.key))
    monkeypatch.setattr("live.work.programs.warm_up_networks", lambda network: done.append(network.bucket[0]))
    executors = Executors()
    try:
        run(warm_up(executors, [LANDSCAPES["bowl"]], whole=False, networks=True))
    finally:
        executors.close()
    assert done[:2] == [Network().bucket[0], "bowl"]
    assert sorted([done[0], *done[2:]]) == sorted(HIDDEN_BUCKETS)


@pytest.mark.usefixtures("thawed")
def test_every_surface_that_nobody_asked_for_waits_for_a_quiet_moment(monkeypatch):
    done, activity = [], Activity()

    async def quiet():
        done.append("quiet")

    monkeypatch.setattr(activity, "quiet", quiet)
    monkeypatch.setattr("live.work.executors.warm_up", lambda landscape: done.append(landscape.key))
    executors = Executors()
    try:
        run(warm_up(executors, [LANDSCAPES["bowl"], LANDSCAPES["ravine"]], whole=False, activity=activity))
    finally:
        executors.close()
    assert done == ["quiet", "bowl", "quiet", "ravine"]


def test_behind_a_new_formula_s_first_answer_all_its_methods_are_compiled():
    executors = Executors()

    async def visit():
        first, other = (
            query({"seq": 1, "runs": [{"landscape": "formula:3*x**2 + y**4/7", "optimizer": key}]})
            for key in ("adam", "lion")
        )
        assert executors.missing(first)
        await executors.answer(first)
        assert not executors.missing(first)
        await asyncio.wait_for(asyncio.gather(*executors.following), 60)
        assert not executors.missing(other)

    try:
        run(visit())
    finally:
        executors.close()


@pytest.mark.parametrize(
    ("shown", "name", "values"),
    [
        ("ravine", "kappa", np.geomspace(1, 1000, 50)),
        ("ravine@kappa=300", "kappa", [50.0]),  # back to what it is without a parameter
        ("formula:a*x**2 + y**2", "a", np.linspace(-5, 5, 50)),
    ],
)
def test_no_move_of_a_parameter_compiles_not_even_the_first(compilations, shown, name, values):
    """All that a drag asks for: the runs with the focused one's sharpness, the surface, and where it is at rest."""
    executors, key = Executors(), shown.partition("@")[0]
    window = "-2,2,-2,2"

    def runs(text):
        lanes = ("gradient_descent", "adam")
        return query({"seq": 1, "focus": 0, "runs": [{"landscape": text, "optimizer": one} for one in lanes]})

    def survey(text):
        asked = {"landscape": text, "window": window, "columns": "110", "rows": "70", "critical": window}
        return survey_of(asked).frame()

    async def visit():
        await executors.answer(runs(shown))
        survey(shown)
        await asyncio.gather(*executors.following)
        with compilations.none():
            for value in values:
                moved = runs(f"{key}@{name}={float(value)!r}")
                assert not executors.missing(moved)
                await executors.answer(moved)
                survey(f"{key}@{name}={float(value)!r}")

    PROGRAMS.empty()  # as on a server where nobody has asked for this surface yet
    try:
        run(visit())
    finally:
        executors.close()


def test_what_the_first_move_of_every_parameter_asks_for_is_among_what_is_compiled_ahead():
    keys = {program_key(one.loss) for one in with_counterparts(LANDSCAPES.values())}
    moved = [
        record.with_values({one.name: value})
        for record in LANDSCAPES.values()
        for one in record.parameters
        for value in (one.low, one.high, one.default)
    ]
    assert len(moved) >= 18
    assert {program_key(one.loss) for one in moved} <= keys


@pytest.mark.usefixtures("thawed")
def test_a_surface_that_cannot_be_compiled_ahead_stops_nothing(monkeypatch, caplog):
    def broken(landscape):
        if landscape.key == "ravine":
            raise RuntimeError("no room")

    monkeypatch.setattr("live.work.executors.warm_up", broken)
    executors = Executors()
    try:
        run(warm_up(executors, [LANDSCAPES["ravine"], LANDSCAPES["bowl"]]))
        assert executors.missing(query({"seq": 1, "runs": [{"landscape": "bowl"}]})) == 0
        assert "ravine could not be compiled ahead" in caplog.text
    finally:
        executors.close()
