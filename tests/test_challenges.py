"""Challenges: each par is searched anew, each solution reaches it, and a link of one is run and never believed."""

import re
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from engine import descend, examine
from engine.basis.numerals import number
from lessons.challenge import CHALLENGES, MEDALS, challenge
from lessons.judge import judge, judge_network, score_text
from lessons.read import BadLesson
from tests.challenges import runs_of, search, with_found
from ui.learn.solution import link_of, picture_of, strays, verify

KEYS = list(CHALLENGES)
ON_THE_STAGE = [key for key in KEYS if CHALLENGES[key].picture]
NETWORKS = [key for key in KEYS if CHALLENGES[key].network]


def judged(one):
    if one.network:
        return judge_network(one, one.solution)
    return judge(one, runs_of(one.solution))


def query_of(link):
    query = parse_qs(link, keep_blank_values=True)
    query.pop("challenge")
    return query


@pytest.mark.parametrize("key", KEYS)
def test_the_solution_reaches_the_par(key):
    one = CHALLENGES[key]
    verdict = judged(one)
    assert verdict.score is not None
    assert verdict.medal == "gold"
    assert verdict.why == ""
    assert number(verdict.score) == number(one.par)
    assert all(part.done and part.measured for part in verdict.parts)


@pytest.mark.parametrize("key", KEYS)
def test_no_setting_of_a_search_beats_the_par(key):
    """A quick one; `python -m tests.challenges` searches thousands."""
    one = CHALLENGES[key]
    found = search(one, quick=True)
    assert found.settings, "a search finds no solution at all"
    assert number(found.score) == number(one.par) or not one.is_better(found.score, one.par), found


@pytest.mark.parametrize("key", ON_THE_STAGE)
def test_it_is_open_at_first_and_no_medal_is_there_for_nothing(key):
    one = CHALLENGES[key]
    verdict = judge(one, runs_of(one.picture))
    assert verdict.medal != "gold"
    if not verdict.solved:
        found = examine(descend(runs_of(one.picture)[one.run - 1]))
        assert verdict.why.startswith("" if found.healthy else found.sentence)
        assert bool(verdict.why) != found.healthy
        assert not all(part.done for part in verdict.parts)


@pytest.mark.parametrize("key", NETWORKS)
def test_one_change_to_a_network_has_each_medal_and_some_do_not_heal(key):
    one = CHALLENGES[key]
    medals = [judge_network(one, change).medal for change in one.changes]
    assert set(MEDALS) <= set(medals)
    assert None in medals


def test_they_are_numbered_in_their_order_and_there_are_enough():
    assert [one.number for one in CHALLENGES.values()] == list(range(1, len(KEYS) + 1))
    assert len(KEYS) >= 16
    assert len({one.title for one in CHALLENGES.values()}) == len(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_the_last_hint_names_the_solution_and_the_others_do_not(key):
    one = CHALLENGES[key]
    if one.network:
        named = [one.solution]
    else:
        before, after = (runs_of(query)[one.run - 1] for query in (one.picture, one.solution))
        values = {**after.knobs, **after.schedule_knobs, "rate": after.rate, "noise": after.noise}
        old = {**before.knobs, **before.schedule_knobs, "rate": before.rate, "noise": before.noise}
        named = [f"{value:g}" for name, value in values.items() if name in old and old[name] != value]
        named += [f"{value:g}" for value in after.start] if after.start != before.start else []
    assert named
    assert all(value in one.hints[2] for value in named)


@pytest.mark.parametrize("key", ON_THE_STAGE)
def test_a_link_of_a_solution_is_run_anew(key):
    one = CHALLENGES[key]
    link = link_of(one, picture_of(one.solution))
    assert set(query_of(link)) & {"score", "medal"} == set()
    found = verify(one, query_of(link))
    assert found.refused == ""
    assert found.verdict is not None
    assert found.verdict.medal == "gold"


@pytest.mark.parametrize("key", ON_THE_STAGE)
def test_a_link_that_changes_what_is_not_free_is_refused_and_names_it(key):
    one = CHALLENGES[key]
    scene = picture_of(one.solution)
    others = {
        "the surface": replace(scene, landscape=picture_of("land=booth&lane=adam").landscape),
        "the number of steps": replace(scene, steps=scene.steps + 1),
        "the seed": replace(scene, seed=7),
        "the number of runs": replace(scene, lanes=(*scene.lanes, scene.lanes[0])),
        "the rule that stops at a small gradient": replace(scene, gradient_tolerance=1.0),
        "the start": replace(scene, start=(0.5, 0.5)),
        "the rate": replace(scene, lanes=(replace(scene.lanes[0], rate=0.0123), *scene.lanes[1:])),
        "the method": replace(scene, lanes=(replace(scene.lanes[0], optimizer="adagrad", knobs={}), *scene.lanes[1:])),
        "the schedule": replace(scene, lanes=(scene.lanes[0].with_schedule("cosine"), *scene.lanes[1:])),
    }
    names = {"the start": "start", "the rate": "rate", "the method": "optimizer", "the schedule": "schedule"}
    for words, forged in others.items():
        if names.get(words) in one.free:
            continue
        found = verify(one, query_of(link_of(one, forged)))
        assert found.verdict is None
        assert words in found.refused, found.refused
        assert "yours to change" in found.refused


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"medal": ["gold"]}, "medal"),
        ({"score": ["1"]}, "score"),
        ({"lane": ["gradient_descent;rate=nan"]}, "rate"),
        ({"lane": ["gradient_descent;rate=1e400"]}, "rate"),
        ({"lane": ["gradient_descent;rate=0.25"] * 17}, "16"),
        ({"land": ["formula:x**2"]}, "the surface"),
        ({"land": ["network:depth=50;width=128"]}, "the surface"),
        ({"land": ["bowl", "bowl"]}, "the surface"),
        ({"start": ["0,0"]}, "the start"),
        ({"steps": ["1e9"]}, "steps"),
        ({"choice": ["<script>"]}, "choice"),
        ({"lane": ["gradient_descent;rate=0.25;name=<b>"], "seed": ["1"]}, "the seed"),
    ],
)
def test_a_hostile_link_is_refused_with_a_sentence(more, words):
    one = CHALLENGES["one_step"]
    found = verify(one, {**query_of(link_of(one, picture_of(one.solution))), **more})
    assert found.verdict is None
    assert words in found.refused
    assert found.refused.startswith("This link is no solution of “One step”.")


@pytest.mark.parametrize("query", [{"choice": ["all of them"]}, {"choice": [""]}, {"land": ["bowl"]}, {"x": ["y"] * 9}])
def test_a_hostile_change_to_a_network_is_refused(query):
    found = verify(CHALLENGES["fading"], query)
    assert found.verdict is None
    assert found.refused


def test_what_another_run_of_the_picture_does_is_not_the_learners_to_change():
    one = CHALLENGES["beat_adam"]
    scene = picture_of(one.solution)
    slow = replace(scene, lanes=(scene.lanes[0], replace(scene.lanes[1], rate=0.001)))
    assert strays(one, slow) == ["the rate"]
    assert strays(one, scene) == []


def test_what_is_only_looked_at_is_no_change():
    one = CHALLENGES["one_step"]
    scene = picture_of(one.picture)
    lanes = (replace(scene.lanes[0], name="mine", look="adam"),)
    assert strays(one, replace(scene, lanes=lanes, playhead=3, lecture=True, view="surface", focus=0)) == []


def test_a_free_method_brings_its_own_knobs_and_no_others():
    one = CHALLENGES["fewest"]
    run = runs_of(one.picture)[0]
    assert with_found(run, {"optimizer": "adam"}).optimizer == "adam"
    scene = picture_of("land=rosenbrock&steps=1000&lane=adam;rate=0.1")
    assert strays(one, scene) == []
    turned = replace(scene.lanes[0], knobs={**scene.lanes[0].knobs, "beta1": 0.5})
    assert len(strays(one, replace(scene, lanes=(turned,)))) == 1


def test_a_score_is_said_with_its_unit():
    steps, rate = CHALLENGES["one_step"], CHALLENGES["edge"]
    assert [score_text(steps, score) for score in (1, 2, 1234)] == ["1 step", "2 steps", "1,234 steps"]
    assert score_text(rate, 0.0534) == "rate 0.0534"


GOOD = """title = "a"
about = "b"
unit = "steps"
text = "c"
picture = "land=bowl"
hints = ["1", "2", "3"]
solution = ""
solved = ""
par = 1
gold = 2
silver = 3
bronze = 4
[[score]]
of = "steps"
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('of = "steps"', 'of = "stepps"', 'Did you mean "steps"?'),
        ("gold = 2", "gold = 9", "from the best to the least"),
        ("gold = 2", "gold = nan", "from the best to the least"),
        ('hints = ["1", "2", "3"]', "hints = []", "3 hints, got 0"),
        ('picture = "land=bowl"', "", 'either "picture" or "network"'),
        ('unit = "steps"', "", 'needs "unit"'),
        ('unit = "steps"', 'unit = "steps"\nfree = ["rat"]', 'Did you mean "rate"?'),
        ('unit = "steps"', 'unit = "steps"\npanels = ["rates"]', 'Did you mean "rate"?'),
        ('unit = "steps"', 'units = "steps"', 'Did you mean "unit"?'),
        ("[[score]]", "[search]\nrate = [1]\n[[score]]", "two numbers"),
    ],
)
def test_a_file_that_is_no_challenge_says_where(old, new, words):
    assert challenge("some", 9, GOOD).title == "a"
    with pytest.raises(BadLesson) as fault:
        challenge("some", 9, GOOD.replace(old, new))
    assert words in str(fault.value)
    assert re.match(r"lessons/challenges/09_some\.toml: ", str(fault.value))
