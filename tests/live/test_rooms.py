"""Rooms without their sockets: who may come in, what counts as an answer, and when a room is over."""

import json

import pytest

from engine.studies.answers import Judged
from live.queries.refusal import Refusal
from live.rooms.bounds import ALPHABET, BOUNDS, CODE_LETTERS, Bounds
from live.rooms.questions import Question, Tally
from live.rooms.rooms import Rooms, Taken, Wait, is_code
from live.rooms.said import place_of, scene_of, study_of

CODE = "KTRMB"
RUNS = [{"landscape": "bowl", "steps": 50, "rate": 0.1}, {"landscape": "bowl", "steps": 50, "rate": 0.2}]
SCENE = {"id": 1, "page": "playground", "picture": "land=bowl", "title": "Bowl", "sentence": "", "veiled": False}
PLACE = {"id": 1, "start": [1, 2], "rates": [0.1], "playhead": None, "playing": False, "speed": 1, "zoom": None}


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rooms(clock):
    return Rooms(clock=clock)


def phone(number):
    return f"{number:032x}"


def question(asks="end", runs=RUNS, **more):
    return Question.read({"asks": asks, "words": "Where?", "runs": runs, **more})


def asked(rooms, asks="end"):
    room = rooms.open(CODE, "here")
    room.ask(question(asks))
    return room


def test_a_phone_counts_once_however_often_it_answers_and_comes_back(rooms):
    room = asked(rooms)
    for number in (1, 2):
        room.join(phone(number))
        room.answer(phone(number), 1, [0.0, float(number)])
    assert room.counts == {"kind": "count", "phones": 2, "answers": 2, "id": 1}
    room.leave(phone(1))
    room.join(phone(1))
    room.answer(phone(1), 1, [5, 5])
    assert room.counts["answers"] == 2
    assert room.answered(phone(1)) == {"kind": "answered", "id": 1, "value": [5.0, 5.0], "right": None}
    room.leave(phone(2))
    assert (room.counts["phones"], room.counts["answers"]) == (1, 2)
    answers = room.shut()
    assert list(answers.values()) == [[5.0, 5.0], [0.0, 2.0]]
    with pytest.raises(Refusal, match="shown"):
        room.answer(phone(1), 1, [0, 0])
    room.judge(Judged([True, False], "It ends there.", "Right is near."), answers)
    assert (room.answered(phone(1))["right"], room.answered(phone(2))["right"]) == (True, False)
    room.ask(question())
    assert room.counts["answers"] == 0
    with pytest.raises(Refusal, match="over"):
        room.answer(phone(1), 1, [0, 0])


def test_the_board_tells_a_phone_what_it_has_not_seen_and_of_each_kind_the_newest(rooms):
    room = rooms.open(CODE, "here")
    seen = {}
    assert room.news(seen) == []
    for number in range(5):
        room.show({"kind": "at", "n": number})
        room.show({"kind": "scene", "n": number})
    assert room.news(seen) == ['{"kind":"at","n":4}', '{"kind":"scene","n":4}']
    assert room.news(seen) == []
    room.show({"kind": "at", "n": 5})
    assert room.news(seen) == ['{"kind":"at","n":5}']
    assert len(room.news({})) == 2


def test_a_room_waits_a_minute_for_its_lecturer_and_is_over_after_four_hours(rooms, clock):
    room = rooms.open(CODE, "here")
    room.left()
    clock.now = 59
    assert rooms.lead(CODE, room.token, "here") is room
    room.led()
    clock.now = 1_000
    assert rooms.find(CODE, phone(1), "there") is room
    room.left()
    clock.now += 61
    assert len(rooms) == 1
    with pytest.raises(Refusal, match="no room"):
        rooms.find(CODE, phone(1), "there")
    assert len(rooms) == 0
    assert "away for a minute" in room.end
    again = rooms.open(CODE, "here")
    clock.now += 4 * 3600
    rooms.sweep()
    assert "four hours" in again.end


def test_a_phone_that_slept_for_ten_minutes_has_the_newest_of_all_and_its_answer(rooms, clock):
    room = asked(rooms)
    number, seen = phone(1), {}
    room.join(number)
    room.answer(number, 1, [1, 2])
    room.show({"kind": "scene", "n": 1})
    room.news(seen)
    room.leave(number)
    for n in range(2, 40):
        clock.now += 600 / 38
        room.show({"kind": "scene", "n": n})
        room.show({"kind": "at", "n": n})
    assert rooms.find(CODE, number, "another network") is room
    room.join(number)
    for back in (seen, {}):  # the same page, and one that was opened anew
        kinds = [json.loads(text) for text in room.news(dict(back))]
        assert {"kind": "scene", "n": 39} in kinds
        assert {"kind": "at", "n": 39} in kinds
        assert sum(one["kind"] == "scene" for one in kinds) == 1
    assert room.answered(number)["value"] == [1.0, 2.0]
    assert room.counts["answers"] == 1


def test_what_a_closed_room_knew_is_gone(rooms):
    room = asked(rooms)
    room.join(phone(1))
    room.answer(phone(1), 1, [0, 0])
    room.close()
    assert room.shut() == {}
    assert not room.knows(phone(1))
    assert room.news({}) == ['{"kind":"ended","sentence":"The lecturer has closed the room."}']


def test_only_the_secret_leads_a_room(rooms):
    room = rooms.open(CODE, "here")
    assert len(room.token) >= 32
    for token in (None, "", 1, room.token[:-1], room.code):
        with pytest.raises(Refusal, match="closed"):
            rooms.lead(CODE, token, "there")


def test_the_bounds_of_a_room_and_of_the_process_say_so(clock):
    rooms = Rooms(Bounds(rooms=3, rooms_per_address=2, phones=2, known=3), clock)
    room = rooms.open("AAAAA", "one")
    with pytest.raises(Taken):
        rooms.open("AAAAA", "one")
    rooms.open("BBBBB", "one")
    with pytest.raises(Refusal, match="2 rooms were opened from this address"):
        rooms.open("CCCCC", "one")
    rooms.open("CCCCC", "two")
    with pytest.raises(Refusal, match="3 rooms are open here"):
        rooms.open("DDDDD", "three")
    for code in ("AAAA", "AAAAI", "aaaaa", "AAAAO", None, 5, "AAAAAA"):
        with pytest.raises(Refusal, match="5 letters"):
            rooms.open(code, "four")
    room.join(phone(1))
    room.join(phone(1))
    room.join(phone(2))
    with pytest.raises(Refusal, match="This room is full: 2 phones"):
        room.join(phone(3))
    room.leave(phone(1))
    with pytest.raises(Refusal, match="full"):
        room.join(phone(3))
    room.leave(phone(1))
    room.join(phone(3))
    room.leave(phone(3))
    with pytest.raises(Refusal, match="has seen 3 phones"):
        room.join(phone(4))
    room.join(phone(1))


def test_a_room_joined_five_thousand_times_stays_as_large_as_it_may_be(rooms):
    room = rooms.open(CODE, "here")
    for number in range(BOUNDS.phones):
        room.join(phone(number))
    for number in range(BOUNDS.phones, 5_000):
        with pytest.raises(Refusal, match="500 phones are in it"):
            room.join(phone(number))
    assert room.counts["phones"] == BOUNDS.phones


def test_wrong_codes_are_slowed_from_one_address_and_in_all_and_throw_nobody_out(rooms, clock):
    room = rooms.open(CODE, "here")
    room.join(phone(7))
    for _ in range(60):
        with pytest.raises(Refusal, match="no room of this code"):
            rooms.find("ZZZZZ", phone(1), "guesser")
    for code in ("ZZZZZ", CODE):  # it learns nothing from which of the two it gets
        with pytest.raises(Wait) as refusal:
            rooms.find(code, phone(1), "guesser")
        assert 0 < refusal.value.seconds <= 2
    assert rooms.find(CODE, phone(7), "guesser") is room
    assert rooms.find(CODE, phone(1), "another") is room
    clock.now += 2
    assert rooms.find(CODE, phone(1), "guesser") is room
    for number in range(1_000):
        with pytest.raises(Refusal):
            rooms.find("ZZZZZ", phone(1), f"botnet {number}")
    with pytest.raises(Wait):
        rooms.find(CODE, phone(1), "fresh")
    assert rooms.find(CODE, phone(7), "fresh") is room
    clock.now += 61
    assert rooms.find(CODE, phone(1), "fresh") is room


def test_a_room_is_found_by_guessing_in_more_than_its_life():
    codes = len(ALPHABET) ** CODE_LETTERS
    minutes = codes / BOUNDS.rooms / BOUNDS.wrong_codes_in_all
    assert minutes * 60 > 2 * BOUNDS.life
    assert is_code(CODE)


@pytest.mark.parametrize(
    ("asks", "good", "bad"),
    [
        ("end", [0, -1.5], [None, 1, [1], [1, 2, 3], ["1", 2], [True, 2], [1e10, 0], {"x": 1}]),
        ("wins", 1, [None, 2, -1, 0.5, "0", True, [0]]),
        ("rate", 0.1, [None, 0, -1, 1e4, "0.1", True, [0.1]]),
    ],
)
def test_answers_are_what_the_question_asks_for(rooms, asks, good, bad):
    room = asked(rooms, asks)
    room.join(phone(1))
    room.answer(phone(1), 1, good)
    for value in bad:
        with pytest.raises(Refusal):
            room.answer(phone(1), 1, value)
    assert list(room.shut().values()) == [good]


@pytest.mark.parametrize(
    "change",
    [
        {"asks": "why"},
        {"words": 3},
        {"words": "x" * 401},
        {"runs": []},
        {"runs": [{"landscape": "nowhere"}]},
        {"focus": 2},
        {"names": ["x" * 41]},
        {"asks": "wins", "runs": RUNS[:1]},
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_a_sentence(change):
    with pytest.raises(Refusal, match=r"\.$"):
        Question.read({"asks": "end", "words": "Where?", "runs": RUNS, **change})


def test_what_a_lecturer_s_page_shows_is_checked_before_any_phone_hears_of_it():
    assert scene_of({**SCENE, "else": 1}) == {**SCENE, "hand": None}
    assert scene_of({**SCENE, "hand": {"lanes": []}})["hand"] == {"lanes": []}
    for name, value in [
        ("hand", [1]),
        ("hand", "x"),
        ("id", -1),
        ("page", 3),
        ("picture", "x" * 8_001),
        ("title", None),
        ("veiled", 1),
    ]:
        with pytest.raises(Refusal, match=name):
            scene_of({**SCENE, name: value})
    assert place_of(PLACE) == PLACE
    assert place_of({name: value for name, value in PLACE.items() if name != "zoom"}) == PLACE
    near = {"nearer": 2.5, "middle": [1, -0.5]}
    assert place_of({**PLACE, "zoom": near})["zoom"] == near
    for zoom in (
        2,
        [1],
        {},
        {"nearer": 0, "middle": [0, 0]},
        {"nearer": 1, "middle": [0]},
        {"nearer": 1, "middle": ["x", 0]},
    ):
        with pytest.raises(Refusal, match="zoom"):
            place_of({**PLACE, "zoom": zoom})
    wrong = [("start", [1]), ("start", ["1", 2]), ("rates", [0]), ("rates", [0.1] * 17), ("playhead", -1)]
    for name, value in [*wrong, ("playhead", 10_001), ("playing", None), ("speed", 65), ("speed", "1"), ("id", None)]:
        with pytest.raises(Refusal, match=name):
            place_of({**PLACE, name: value})
    basin = {"kind": "basin", "run": {"landscape": "bowl"}}
    assert study_of({"asked": basin}) == basin
    for value in (None, "basin", {}, {"kind": "tournament"}, {"kind": ["basin"]}):
        with pytest.raises(Refusal, match="asked"):
            study_of({"asked": value})


def test_a_tally_is_the_engine_s_word_and_costs_what_it_runs():
    tally = Tally(question("rate"), [0.1, 1.0])
    assert tally.judged().right == [False, False]  # the bowl's curvature is 4: with 0.2 it arrives too
    assert Tally(question("rate"), [0.4]).judged().right == [True]
    assert tally.steps > 0
    assert Tally(question("wins"), [0, 1]).judged().right == [False, True]
    assert Tally(question(), [(0.0, 0.0)]).judged().right == [True]
