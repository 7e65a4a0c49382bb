"""A course in its link: what goes in comes out, and what a stranger writes costs a sentence."""

from urllib.parse import parse_qs

import numpy as np
import pytest

from lessons import LESSONS
from lessons.challenge import CHALLENGES
from lessons.course import LONGEST_NOTE, Course, Stop, read_course

ALL = [*LESSONS, *CHALLENGES]
LETTERS = list("abc ,;&=?#%+ é漢<>\"'\\")


def test_no_lesson_has_the_key_of_a_challenge_or_of_a_number():
    assert len(set(ALL)) == len(ALL)
    assert not any(key.isdigit() or "," in key for key in ALL)


def test_a_link_gives_back_every_course():
    random = np.random.default_rng(19)

    def text(most: int) -> str:
        return " ".join("".join(random.choice(LETTERS, random.integers(most))).split())

    for _ in range(300):
        keys = random.permutation(ALL)[: random.integers(1, len(ALL) + 1)]
        course = Course(tuple(Stop(str(key), text(40)) for key in keys), text(60))
        assert read_course(parse_qs(course.link, keep_blank_values=True)) == (course, [])
    assert read_course(parse_qs(Course().link)) == (Course(), [])


def test_a_course_may_be_written_by_the_lessons_numbers():
    course, notices = read_course({"course": ["1, 2,05,9"]})
    assert [stop.shown.number for stop in course.stops] == [1, 2, 5, 9]
    assert {stop.kind for stop in course.stops} == {"lesson"}
    assert notices == []


@pytest.mark.parametrize(
    ("query", "keys", "words"),
    [
        ({"course": ["sign,rate,edge"]}, "sign edge", 'There is no lesson or challenge "rate". Did you mean "rates"?'),
        ({"course": ["sign,17,0"]}, "sign", 'There is no lesson or challenge "17".'),
        ({"course": ["sign,3"]}, "sign", 'The course names "3" more than once.'),
        ({"course": ["sign"], "note_edge": ["x"]}, "sign", 'a note to "edge", which is not in the course'),
        ({"course": ["sign"], "note_sign": ["x" * 400]}, "sign", "has 400 characters; 300 have room"),
        ({"course": ["sign"], "course_title": ["x" * 100]}, "sign", "title has 100 characters; 80 have room"),
        ({"course": ["²,٣,sign,"]}, "sign", "There is no lesson or challenge"),
        ({"course": ["what," * 5000 + "sign"]}, "sign", "So it goes with 4,994 more things in the link."),
    ],
)
def test_what_cannot_be_read_costs_a_sentence_and_nothing_else(query, keys, words):
    course, notices = read_course(query)
    assert " ".join(stop.key for stop in course.stops) == keys
    assert words in " ".join(notices)
    assert len(notices) < 10
    assert all(len(stop.note) <= LONGEST_NOTE for stop in course.stops)
