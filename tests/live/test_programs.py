"""Where compiled programs are kept, and that they are made ahead."""

import asyncio
import gc
import os

import pytest

from engine.networks import Network
from engine.networks.network import HIDDEN_BUCKETS
from landscapes import LANDSCAPES
from live import Workshop, warm_up
from live.messages import question
from live.programs import private_folder
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


def test_after_warming_up_nothing_is_missing_and_nothing_is_scanned_again():
    workshop = Workshop()
    described = {"landscape": "bowl", "optimizer": "adam", "steps": 10_000}
    asked = [
        question({"seq": 1, "runs": [described, {"landscape": "bowl"}], "focus": 0}),
        question({"seq": 1, "kind": "fastest", "run": described}),
        question({"seq": 1, "kind": "step", "run": described, "step": 7}),
        question({"seq": 1, "kind": "point", "landscape": "bowl", "position": [1, 2]}),
        question({"seq": 1, "runs": [{"landscape": "formula:2*x**2 + 2*y**2"}]}),
        # What Terrain and Tuning open with, of the methods that are compiled ahead.
        question({"seq": 1, "kind": "basin", "run": {"landscape": "bowl", "optimizer": "momentum", "steps": 1_000}}),
        question({"seq": 1, "kind": "sweep", "run": {"landscape": "bowl"}}),
        question({"seq": 1, "runs": [{"landscape": "bowl", "optimizer": "bfgs"}]}),
    ]
    assert all(workshop.missing(one) for one in asked)
    try:
        run(warm_up(workshop, [LANDSCAPES["bowl"]]))
        assert [workshop.missing(one) for one in asked] == [0] * len(asked)
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
        workshop.close()


def test_the_opening_network_is_compiled_before_all_other_surfaces_and_the_rest_after(monkeypatch):
    done = []
    monkeypatch.setattr("live.workshop.warm_up", lambda landscape: done.append(landscape.key))
    monkeypatch.setattr("live.programs.warm_up_networks", lambda network: done.append(network.bucket[0]))
    workshop = Workshop()
    try:
        run(warm_up(workshop, [LANDSCAPES["bowl"]], whole=False, networks=True))
    finally:
        gc.unfreeze()
        workshop.close()
    assert done[:2] == [Network().bucket[0], "bowl"]
    assert sorted([done[0], *done[2:]]) == sorted(HIDDEN_BUCKETS)


def test_behind_a_new_formula_s_first_answer_all_its_methods_are_compiled():
    workshop = Workshop()

    async def visit():
        first, other = (
            question({"seq": 1, "runs": [{"landscape": "formula:3*x**2 + y**4/7", "optimizer": key}]})
            for key in ("adam", "lion")
        )
        assert workshop.missing(first)
        await workshop.answer(first)
        assert not workshop.missing(first)
        await asyncio.wait_for(asyncio.gather(*workshop.following), 60)
        assert not workshop.missing(other)

    try:
        run(visit())
    finally:
        workshop.close()


def test_a_surface_that_cannot_be_compiled_ahead_stops_nothing(monkeypatch, caplog):
    def broken(landscape):
        if landscape.key == "ravine":
            raise RuntimeError("no room")

    monkeypatch.setattr("live.workshop.warm_up", broken)
    workshop = Workshop()
    try:
        run(warm_up(workshop, [LANDSCAPES["ravine"], LANDSCAPES["bowl"]]))
        assert workshop.missing(question({"seq": 1, "runs": [{"landscape": "bowl"}]})) == 0
        assert "ravine could not be compiled ahead" in caplog.text
    finally:
        gc.unfreeze()
        workshop.close()
