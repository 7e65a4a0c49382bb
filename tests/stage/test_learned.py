"""What a learner has done, as the browser keeps it, hands it out and takes it in: by the stage's own module."""

import json
import random
import subprocess

import pytest
from playwright._impl._driver import compute_driver_executable

from lessons import LESSONS
from lessons.challenge import CHALLENGES, MEDALS
from stage import assets
from ui.learn.kept import known

_SAID = """
const { readFileSync } = await import("node:fs");
const learned = await import(`${process.argv[1]}/base/learned.js`);
const { known, calls } = JSON.parse(readFileSync(0));
console.log(JSON.stringify(calls.map(([name, ...given]) => learned[name](...given, known) ?? null)));
"""
KNOWN = known()
NOTHING = {"lessons": [], "challenges": {}}


def said(*calls):
    """What functions of the module return, each called with what is known as its last argument."""
    command = [compute_driver_executable()[0], "--input-type=module", "-e", _SAID, str(assets.FOLDER)]
    told = json.dumps({"known": KNOWN, "calls": calls})
    return json.loads(subprocess.run(command, input=told, capture_output=True, text=True, check=True).stdout)


def any_progress(rng):
    """Some lessons, some challenges with a medal that the score deserves."""
    challenges = {}
    for one in rng.sample(list(CHALLENGES.values()), rng.randint(0, len(CHALLENGES))):
        score = getattr(one, rng.choice(("par", *MEDALS)))
        challenges[one.key] = {"medal": rng.choice((one.medal(score), "none")), "score": score}
    lessons = rng.sample(list(LESSONS), rng.randint(0, len(LESSONS)))
    return {"lessons": [key for key in LESSONS if key in lessons], "challenges": challenges}


def test_what_is_handed_out_is_what_is_taken_in_to_the_bit():
    rng = random.Random(0)
    some = [progress for progress in (any_progress(rng) for _ in range(60)) if progress != NOTHING]
    handed = said(*[call for one in some for call in (["toLink", one], ["toFile", one], ["toMemory", one])])
    links, files, kept = handed[0::3], handed[1::3], handed[2::3]
    taken = said(
        *[["fromLink", link] for link in links],
        *[["fromFile", file] for file in files],
        *[["fromMemory", one["lessons"], one["challenges"]] for one in kept],
    )
    count = len(some)
    assert [one["learned"] for one in taken[:count]] == some
    assert [one["learned"] for one in taken[count : 2 * count]] == some
    assert taken[2 * count :] == some
    assert all("left out" not in one["says"] for one in taken[: 2 * count])


def test_of_two_the_better_is_kept_and_nothing_is_lost():
    rng = random.Random(1)
    pairs = [(any_progress(rng), any_progress(rng)) for _ in range(60)]
    for (one, other), both in zip(pairs, said(*[["merged", *pair] for pair in pairs]), strict=True):
        assert set(both["lessons"]) == {*one["lessons"], *other["lessons"]}
        assert set(both["challenges"]) == {*one["challenges"], *other["challenges"]}
        for key, best in both["challenges"].items():
            tried = [progress["challenges"][key] for progress in (one, other) if key in progress["challenges"]]
            ranks = [*MEDALS, "none"]
            sign = 1 if CHALLENGES[key].better == "less" else -1
            assert best == min(tried, key=lambda one, sign=sign: (ranks.index(one["medal"]), sign * one["score"]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"descent_lab_progress": null}',
        '{"descent_lab_progress": {"lessons": "all", "challenges": {}}}',
        '{"descent_lab_progress": {"lessons": [], "challenges": []}}',
        '{"descent_lab_progress": {"lessons": [], "challenges": {}}}',
        '{"descent_lab_progress": {"lessons": [null, 3, {}],'
        ' "challenges": {"__proto__": {"medal": "gold", "score": 1}}}}',
        '{"descent_lab_progress": {"lessons": [], "challenges": {"one_step": {"medal": "gold", "score": 99}}}}',
        '{"descent_lab_progress": {"lessons": [], "challenges": {"one_step": {"medal": "gold", "score": "1"}}}}',
        '{"descent_lab_progress": {"lessons": [], "challenges": {"one_step": {"medal": "platinum", "score": 1}}}}',
        '{"descent_lab": {"land": ["bowl"]}}',
        "[" * 50_000,
        "x" * 100_000,
    ],
)
def test_a_file_that_brings_nothing_gets_a_sentence(text):
    (found,) = said(["fromFile", text])
    assert found["fault"].startswith("This file ")
    assert found["fault"].endswith("Nothing was taken over; what is kept here stays.")


@pytest.mark.parametrize(
    "link",
    [
        "#progress=",
        "#progress=landscape",
        "#progress=%E0%A4%A;",
        "#progress=;one_step:gold:NaN",
        "#progress=;one_step:gold:",
        "#progress=;one_step:gold:1:2",
        "#progress=nothing;",
        "#progress=" + "a," * 50_000 + ";",
    ],
)
def test_a_link_that_brings_nothing_gets_a_sentence(link):
    (found,) = said(["fromLink", link])
    assert found["fault"].startswith("This link")
    assert found["fault"].endswith("Nothing was taken over; what is kept here stays.")


def test_what_is_not_known_is_left_out_and_the_rest_comes():
    (found, other) = said(["fromLink", "#progress=landscape,no_such;one_step:silver:3,x:gold:1"], ["fromLink", "#top"])
    assert found["learned"] == {"lessons": ["landscape"], "challenges": {"one_step": {"medal": "silver", "score": 3}}}
    assert found["says"] == "This link brings 1 lesson and 1 challenge. 2 entries are not known here and left out."
    assert other is None


def test_a_memory_that_somebody_has_spoilt_is_read_as_far_as_it_can_be():
    (found,) = said(["fromMemory", "landscape <b> landscape", "one_step:gold:1 edge:gold x : :: one_step:gold:99"])
    assert found == {"lessons": ["landscape"], "challenges": {"one_step": {"medal": "gold", "score": 1}}}
