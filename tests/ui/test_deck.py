"""A lecture's pictures: what the browser asks for is answered, whatever a file says."""

from urllib.parse import urlencode

import pytest

from lessons import LESSONS
from ui.lecture.deck import LONGEST, STAGES, _answer, picture_of, shown_of
from ui.scene.link import encode
from ui.scene.scenes import SCENES


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.key)
def test_a_picture_is_that_of_its_query(scene):
    told = picture_of("playground", urlencode(encode(scene.scene)))
    assert told["notices"] == []
    shown = told["data"]["scene"]
    assert shown["landscape"] == scene.scene.landscape.text
    assert [lane["optimizer"] for lane in shown["lanes"]] == [lane.optimizer for lane in scene.scene.lanes]
    assert (shown["steps"], shown["playhead"]) == (scene.scene.steps, scene.scene.playhead)


@pytest.mark.parametrize("page", STAGES)
def test_every_page_with_a_stage_has_a_picture_without_a_query(page):
    told = picture_of(page, "")
    assert (told["data"]["page"], told["notices"]) == (STAGES[page], [])
    assert bool(told["data"]["surface"]["model"]) == (page == "two_weights")


def test_a_page_without_a_stage_is_left_to_the_browser():
    assert picture_of("networks", "v=1&net=depth=4") == {"page": "networks", "data": None, "notices": []}


@pytest.mark.parametrize(
    ("page", "query", "sentence"),
    [
        ("playground", "land=rosenbrok", "Did you mean"),
        ("playground", "lane=adam;rate=nan", "rate"),
        ("playground", "steps=1e400", "steps"),
        ("playground", "land=" + "formula:(" * 2000, ""),
        ("two_weights", "land=bowl", "Two weights"),
        ("terrain", "start=%00,%ff&window=,,,", "window"),
        ("race", "&&==;;%", ""),
    ],
)
def test_hostile_queries_cost_notices_and_show_a_picture(page, query, sentence):
    told = picture_of(page, query[:LONGEST])
    assert told["data"]["page"] == STAGES[page]
    if sentence:
        assert any(sentence in notice for notice in told["notices"])


@pytest.mark.parametrize("wanted", [None, 3, [], {}, {"id": 1}, {"id": 1, "scenes": "x"}])
def test_what_is_no_question_has_no_answer(wanted):
    assert _answer(wanted) is None


def test_each_scene_of_a_question_has_an_answer():
    wanted = {"id": 7, "scenes": [["playground", "land=bowl"], None, ["nowhere", 3], ["networks", ""], {}]}
    answer = _answer(wanted)
    assert answer is not None
    assert answer["id"] == 7
    assert [one["page"] for one in answer["scenes"]] == [
        "playground",
        "playground",
        "playground",
        "networks",
        "playground",
    ]


def test_a_lecture_of_all_lessons_pictures_is_answered():
    pictures = [one.picture for lesson in LESSONS.values() for one in lesson.screens if one.picture][:60]
    answer = _answer({"id": 1, "scenes": [["playground", picture] for picture in pictures]})
    assert answer is not None
    assert not [notice for one in answer["scenes"] for notice in one["notices"]]


def hand_of(query: str, page: str = "playground") -> dict:
    """What a stage tells of the picture of this query."""
    scene = picture_of(page, query)["data"]["scene"]
    return {**scene, "whole": True, "revision": 1, "ends": {}, "live": True, "lecture": True}


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("playground", "land=bowl&steps=40&lane=adam;rate=0.1&lane=momentum;rate=0.2;momentum=0.7&start=1,2"),
        ("terrain", "land=himmelblau&steps=300&lane=rprop;rate=0.05&noise=0.5&seed=3"),
        ("tuning", "land=formula:a*x^2%20%2B%20y^2@a=3&lane=gradient_descent;rate=0.05"),
        ("schedules", "land=ravine&lane=adam;rate=0.1;schedule=cosine&lane=adam;rate=0.1;schedule=step"),
    ],
)
def test_phones_are_shown_what_a_hand_has_made_of_a_picture(page, query):
    assert picture_of(page, query)["notices"] == []
    expected = picture_of(page, query)["data"]
    shown = shown_of(page, "land=bowl", hand_of(query, page))["data"]
    assert {**shown["scene"], "lecture": False} == expected["scene"]
    assert shown["surface"] == expected["surface"]
    assert shown["page"] == STAGES[page]
    assert shown_of(page, query, None)["data"] == expected


@pytest.mark.parametrize(
    "wrong", [{"lanes": [3]}, {"lanes": []}, {"landscape": None}, {"focus": 9}, {"steps": "many"}, {"start": [1]}]
)
def test_a_hand_s_that_is_no_picture_is_refused_with_a_sentence(wrong):
    with pytest.raises(ValueError, match=r"\.$"):
        shown_of("playground", "land=bowl", {**hand_of("land=bowl"), **wrong})
    with pytest.raises(ValueError, match="reload"):
        shown_of("playground", "land=bowl", {})


def test_what_the_projector_shows_of_networks_is_said():
    net = "net=depth=4;width=16&net=depth=4;width=16;activation=relu;initialisation=he"
    told = shown_of("networks", net, None)
    assert told["data"] is None
    assert told["about"].startswith("The projector shows two networks that learn: 4 layers of 16 · sigmoid · Xavier")
    assert told["about"].endswith("What is changed: activation from sigmoid to ReLU, initialisation from Xavier to He.")
    assert shown_of("networks", "net=%00&net=depth=1e999", None)["about"]
