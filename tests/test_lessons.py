"""Lessons: what they say is measured, what they ask has a right answer, what they set can be solved."""

import contextlib
import io
import re
from urllib.parse import parse_qs

import numpy as np
import pytest

from engine import descend
from engine.export import pytorch_code
from lessons import LESSONS
from lessons.mark import mark_networks, mark_prediction, mark_task, places_of_rest
from lessons.measure import measured
from lessons.read import BadLesson, lesson
from ui.scene.link import decode

SCREENS = [(key, at) for key, one in LESSONS.items() for at in range(len(one.screens))]
NAMES = [f"{key} {at + 1}" for key, at in SCREENS]
ASKS = [(key, at) for key, at in SCREENS if LESSONS[key].screens[at].ask]
TASKS = [(key, at) for key, at in SCREENS if LESSONS[key].screens[at].task]
MOST_WORDS = 60
"""Of a screen's own text: a learner looks at the picture."""


def screen_of(key, at):
    return LESSONS[key].screens[at]


def scene_of(query):
    scene, notices = decode(parse_qs(query, keep_blank_values=True))
    assert not notices
    return scene


def texts_of(screen):
    ask, task = screen.ask, screen.task
    answers = [answer.text for answer in ask.answers] if ask else []
    tasks = [task.question, task.solved, *task.hints] if task else []
    return [screen.text, screen.after, ask.question if ask else "", *answers, *tasks]


@pytest.mark.parametrize(("key", "at"), SCREENS, ids=NAMES)
def test_every_number_that_a_screen_measures_is_what_its_file_says(key, at):
    screen = screen_of(key, at)
    runs = scene_of(screen.picture).runs()
    assert {name: measured(fact, runs) for name, fact in screen.facts.items()} == {
        name: fact.value for name, fact in screen.facts.items()
    }


@pytest.mark.parametrize(("key", "at"), SCREENS, ids=NAMES)
def test_every_fact_is_named_by_a_text_and_every_name_is_a_fact(key, at):
    screen = screen_of(key, at)
    named = {name for text in texts_of(screen) for name in re.findall(r"(?<![a-z}])\{([a-z]\w+)\}", text)}
    assert named - {"your_rate", "your_steps"} == set(screen.facts)


@pytest.mark.parametrize(("key", "at"), SCREENS, ids=NAMES)
def test_a_screen_is_short(key, at):
    words = re.sub(r"\$[^$]*\$|\|[^\n]*\|", " ", screen_of(key, at).text).split()
    assert len(words) <= MOST_WORDS


@pytest.mark.parametrize(("key", "at"), ASKS, ids=[f"{key} {at + 1}" for key, at in ASKS])
def test_every_prediction_has_a_right_answer_and_wrong_ones(key, at):
    screen = screen_of(key, at)
    ask, runs = screen.ask, scene_of(screen.picture).runs()
    if ask.kind == "place":
        end = descend(runs[ask.run - 1]).points[-1]
        marks = {place: mark_prediction(ask, runs, place) for place in places_of_rest(runs[0].landscape)}
        right = [place for place, mark in marks.items() if mark.right]
        assert len(right) == 1
        assert np.linalg.norm(np.subtract(right[0], end)) < 0.3
        # What is said to who marked this place is for the right answer if and only if it is right.
        texts = {answer.text: answer.right for answer in ask.answers}
        assert [texts[mark.text] for mark in marks.values()] == [mark.right for mark in marks.values()]
    elif ask.kind == "choice":
        assert [answer.right for answer in ask.answers].count(True) == 1
        assert all(answer.option for answer in ask.answers)
        for answer in ask.answers:
            assert mark_prediction(ask, runs, answer.option).right == answer.right
    else:
        rates = np.geomspace(1e-4, 10, 300)
        marks = [mark_prediction(ask, runs, float(rate)) for rate in rates]
        assert {True, False} == {mark.right for mark in marks}


@pytest.mark.parametrize(("key", "at"), TASKS, ids=[f"{key} {at + 1}" for key, at in TASKS])
def test_a_task_is_open_at_first_and_its_last_hint_solves_it(key, at):
    screen = screen_of(key, at)
    assert len(screen.task.hints) == 3
    if screen.task.networks:
        # Networks, too, but for the solution alone: one change of many heals.
        healed = [chosen for chosen in screen.task.networks if mark_networks(screen.task, chosen)[0].done]
        assert healed == [screen.task.solution]
        return
    first, solution = scene_of(screen.picture), scene_of(screen.task.solution)
    assert not all(part.done for part in mark_task(screen.task, first.runs(), first.focus))
    assert all(part.done for part in mark_task(screen.task, solution.runs(), solution.focus))


PROGRAMS = [(key, at) for key, at in SCREENS if LESSONS[key].screens[at].output]


@pytest.mark.parametrize(("key", "at"), PROGRAMS, ids=[f"{key} {at + 1}" for key, at in PROGRAMS])
def test_what_a_program_prints_is_what_pytorch_prints(key, at):
    screen, printed = screen_of(key, at), io.StringIO()
    (run,) = scene_of(screen.picture).runs()
    with contextlib.redirect_stdout(printed):
        exec(pytorch_code(run), {})
    assert screen.program
    assert printed.getvalue().strip() == screen.output


TOPICS = {
    "landscape analogy": "landscape",
    "four steps": "update",
    "update rule": "update",
    "sign rule": "sign",
    "why the negative gradient": "sign",
    "gradient as a vector of partials": "vector",
    "learning rate too high": "rates",
    "learning rate too low": "rates",
    "learning rate just right": "rates",
    "symptom table": "rates",
    "convergence by gradient norm": "stopping",
    "convergence by loss change": "stopping",
    "global and local minima": "valleys",
    "remedies for local minima": "valleys",
    "saddle points": "saddles",
    "remedies for saddle points": "saddles",
    "vanishing gradients": "vanishing",
    "remedies for vanishing gradients": "vanishing",
    "exploding gradients": "exploding",
    "remedies for exploding gradients": "exploding",
    "step schedule": "schedules",
    "exponential schedule": "schedules",
    "cosine schedule": "schedules",
    "plateau schedule": "schedules",
    "noise": "noise",
    "mini-batches": "noise",
    "momentum": "methods",
    "Adam": "methods",
    "scaling and conditioning": "scaling",
    "PyTorch code": "pytorch",
    "where pictures mislead": "limits",
}
"""What the course's document teaches, and the lesson that does."""


def test_every_topic_of_the_document_has_its_lesson():
    assert {topic: key for key, one in LESSONS.items() for topic in one.topics} == TOPICS


def test_the_lessons_are_numbered_in_their_order():
    assert [one.number for one in LESSONS.values()] == list(range(1, len(LESSONS) + 1))
    assert len({one.title for one in LESSONS.values()}) == len(LESSONS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = 3 3", "path/09_some.toml: "),
        ('title = "a"', "1 to 5 screens, got 0"),
        ('[[screen]]\ntext = "a"', 'screen 1 needs "picture"'),
        ('[[screen]]\ntext = "a"\npicture = ""\npanel = "rate"', 'Did you mean "panels"?'),
        ('[[screen]]\ntext = "a"\npicture = ""\npanels = ["rates"]', 'Did you mean "rate"?'),
        ('[[screen]]\ntext = "a"\npicture = ""\n[screen.facts]\nb = { of = "los" }', 'Did you mean "loss"?'),
    ],
)
def test_a_file_that_is_no_lesson_says_where(text, words):
    with pytest.raises(BadLesson) as fault:
        lesson("some", 9, text)
    assert words in str(fault.value)
