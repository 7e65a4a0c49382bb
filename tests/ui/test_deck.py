"""A lecture's pictures: what the browser asks for is answered, whatever a file says."""

from urllib.parse import urlencode

import pytest

from lessons import LESSONS
from ui.lecture.deck import LONGEST, STAGES, _answer, picture_of
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
