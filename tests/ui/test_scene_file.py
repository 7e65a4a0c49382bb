"""A picture as a file comes back as it went, and what is no picture is refused with a sentence."""

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from engine import Run, descend
from ui.scene.file import LARGEST, read_scene, scene_json
from ui.scene.link import decode
from ui.scene.scene import opening

LINKS = [
    "",
    "land=bowl&lane=gradient_descent;rate=0.1",
    "land=formula:x**2%2By**4&window=-3,3,-2,2&start=1,1&steps=50&noise=0.1&seed=3&lane=adam;rate=0.05;beta1=0.8;schedule=cosine;t_max=20",
    "land=himmelblau&clip_norm=2&loss_tolerance=1e-6&focus=2&step=7&view=surface&lane=momentum;rate=0.01&lane=rmsprop;rate=0.02",
]


@pytest.mark.parametrize("link", LINKS)
def test_a_saved_picture_comes_back(link: str):
    scene, notices = decode(parse_qs(link, keep_blank_values=True))
    assert notices == []
    assert read_scene(scene_json(scene).encode()) == (scene, [])


def test_the_runs_of_a_file_are_the_engine_s_own_words():
    runs = json.loads(scene_json(opening()))["runs"]
    for told, run in zip(runs, opening().runs(), strict=True):
        del told["formula"]
        again = Run(**told)
        assert again == replace(run)
        assert descend(again).outcome == descend(run).outcome


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b"{\"descent_lab\": 3}", b"{\"descent_lab\": {\"land\": \"bowl\"}}", b"\xff\xfe",
     b"{\"descent_lab\": {\"land\": [3]}}", b"[" * 5000, b" " * (LARGEST + 1)],
    ids=range(10),
)  # fmt: skip
def test_a_file_that_is_no_picture_is_refused(content: bytes):
    with pytest.raises(ValueError, match="This file is"):
        read_scene(content)


def test_a_bad_value_costs_its_own_default_alone():
    words = {"land": ["bowl"], "steps": ["many"], "lane": ["gradient_descent;rate=0.1"]}
    scene, notices = read_scene(json.dumps({"descent_lab": words}).encode())
    assert (scene.landscape.key, scene.steps, scene.lanes[0].rate) == ("bowl", 500, 0.1)
    assert len(notices) == 1
