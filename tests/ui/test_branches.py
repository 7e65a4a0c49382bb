"""Branches in the link and the file: told and read back, and what is none costs a notice and nothing else."""

import random
from dataclasses import replace

import pytest

from engine import OPTIMIZERS, SCHEDULES, descend
from landscapes import LANDSCAPES
from ui.scene.file import read_scene, scene_json
from ui.scene.lane import Lane
from ui.scene.link import decode, encode
from ui.scene.scene import Scene


def query_of(scene: Scene) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for key, value in encode(scene):
        words.setdefault(key, []).append(value)
    return words


def any_scene(rng: random.Random) -> Scene:
    """Up to eight lanes in any order, branches of branches among them."""
    count = rng.randint(2, 8)
    ranks = rng.sample(range(count), count)
    lanes = []
    for place in range(count):
        parents = [other for other in range(count) if ranks[other] < ranks[place]]
        branch = (rng.choice(parents), rng.randint(1, 90)) if parents and rng.random() < 0.7 else None
        key = rng.choice(list(OPTIMIZERS))
        lanes.append(Lane(key, rng.choice([0.001, 0.01]), schedule=rng.choice(list(SCHEDULES)), branch=branch))
    return Scene(LANDSCAPES["himmelblau"], tuple(lanes), steps=60)


def test_links_and_files_tell_branches_and_read_them_back():
    rng = random.Random(5)
    for _ in range(60):
        scene = any_scene(rng)
        assert decode(query_of(scene)) == (scene, [])
        assert read_scene(scene_json(scene).encode()) == (scene, [])
        for lane, run in zip(scene.lanes, scene.runs(), strict=True):
            assert bool(run.before) == bool(lane.branch)
            assert run.begin == (lane.branch[1] if lane.branch else 0)


def test_a_branch_walks_its_parents_path_until_it_begins():
    rng = random.Random(6)
    for _ in range(6):
        scene = any_scene(rng)
        paths = [descend(run).points for run in scene.runs()]
        for lane, path in zip(scene.lanes, paths, strict=True):
            if lane.branch:
                parent, step = lane.branch
                rows = min(step + 1, len(paths[parent]))
                assert (path[:rows] == paths[parent][:rows]).all()


@pytest.mark.parametrize(
    ("lanes", "words"),
    [
        (["adam", "momentum;from=7:40"], "branch off lane 7, which it has not"),
        (["adam;from=2:40", "momentum;from=1:40"], "leads back to it"),
        (["adam", "momentum;from=2:40"], "leads back to it"),
        (["adam", "momentum;from=1:0"], "The step of a branch must be"),
        (["adam", "momentum;from=1:99999"], "The step of a branch must be"),
        (["adam", "momentum;from=1"], "The step of a branch must be"),
        (["adam", "momentum;from=x:4"], "The lane that a branch goes on from must be"),
        (["adam", "nothing", "momentum;from=2:40"], "branch off lane 2, which it has not"),
    ],
)
def test_what_is_no_branch_costs_a_notice_and_begins_at_the_start(lanes: list[str], words: str):
    scene, notices = decode({"land": ["bowl"], "steps": ["50"], "lane": lanes})
    assert any(words in notice for notice in notices)
    assert all("It begins at the start." in notice for notice in notices if "ranch" in notice)
    assert [lane.optimizer for lane in scene.lanes] == ["adam", "momentum"]
    assert not any(lane.branch for lane in scene.lanes)
    assert scene.steps == 50


def test_a_lane_left_out_of_a_link_moves_no_branch_to_another_parent():
    scene, _ = decode({"land": ["bowl"], "lane": ["adam", "nothing", "momentum", "lion;from=3:5"]})
    assert scene.lanes[2].branch == (1, 5)


def test_a_branch_behind_the_end_or_of_what_has_diverged_is_kept_and_says_that_it_never_begins():
    for lanes in (["gradient_descent;rate=0.1", "adam;from=1:80"], ["gradient_descent;rate=9", "adam;from=1:40"]):
        scene, notices = decode({"land": ["bowl"], "steps": ["60"], "lane": lanes})
        assert not notices
        assert scene.lanes[1].branch
        assert descend(scene.runs()[1]).outcome.fate == "never begins"


def test_pickers_keep_branches_on_their_parents():
    adam, lion, momentum = Lane("adam"), Lane("lion"), Lane("momentum", branch=(1, 30))
    scene = Scene(LANDSCAPES["bowl"], (adam, lion, momentum), focus=2)
    without = scene.with_optimizers(["lion", "momentum"])
    assert [(lane.optimizer, lane.branch) for lane in without.lanes] == [("lion", None), ("momentum", (0, 30))]
    assert scene.with_optimizers(["adam"]).lanes == (adam,)
    assert scene.without_lane(0).lanes[1].branch == (0, 30)
    assert replace(scene, focus=0).without_lane(1).lanes == (adam,), "its branch goes with it"
    assert all(run.before == () for run in scene.runs(branched=False))


def test_a_branch_that_goes_on_otherwise_stays_one_and_so_do_those_that_go_on_from_it():
    scene = Scene(LANDSCAPES["bowl"], (Lane(), Lane(rate=0.02, branch=(0, 9)), Lane(branch=(1, 20))), focus=1, steps=60)
    run = replace(scene.runs()[1], optimizer="adam", rate=0.3, knobs={})
    then = scene.with_branch(run)
    assert [lane.branch for lane in then.lanes] == [None, (0, 9), (1, 20)]
    assert then.runs()[1] == run
    assert then.runs()[2].before[-1].optimizer == "adam"
